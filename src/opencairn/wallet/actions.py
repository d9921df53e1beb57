"""Every write of the wallet."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.credentials.models import Credential
from opencairn.kit.errors import Forbidden, Refused
from opencairn.kit.ids import token
from opencairn.people.models import Person

from .models import Holding, Share

MOST_LINKS = 50


class NotYours(Forbidden):
    """The credential was awarded to someone else."""


class NothingToAccept(Refused):
    """The credential was revoked before it was accepted, or its document is gone."""


@transaction.atomic
def accept(credential: Credential, *, person: Person, at: datetime) -> Holding:
    """Put a credential into the portfolio of the person it was awarded to. Accepting again changes nothing (UW5)."""
    if credential.award is None or credential.award.person_id != person.id:
        raise NotYours(_("This credential was awarded to someone else. Sign in with the account it was awarded to."))
    if held := Holding.objects.filter(credential=credential).first():
        return held
    if credential.revoked_at or not credential.document:
        raise NothingToAccept(
            _("This credential was revoked before you accepted it. Ask the provider why, and for a corrected one.")
        )
    return Holding.objects.get_or_create(credential=credential, defaults={"person": person, "accepted_at": at})[0]


@transaction.atomic
def discard(holding: Holding, *, at: datetime) -> None:
    """Delete the person's own copy, and with it every link to it. The provider's record of the award stays (V4)."""
    holding.delete()


class TooManyLinks(Refused):
    """A credential has more open links than anyone can keep an eye on."""


@transaction.atomic
def share(holding: Holding, *, purpose: str = "link", note: str = "", at: datetime) -> Share:
    """Make an unguessable link (160 random bits) to a holding. The certificate has one link, made once and kept."""
    locked = Holding.objects.select_for_update(of=("self",)).get(pk=holding.pk)
    shares = Share.objects.filter(holding=locked, ended_at=None)
    if purpose == "certificate" and (kept := shares.filter(purpose=purpose).first()):
        return kept
    if shares.count() >= MOST_LINKS:
        raise TooManyLinks(
            _("There are already %(count)s open links to this credential. Take one back first.") % {"count": MOST_LINKS}
        )
    return Share.objects.create(holding=locked, token=token(), purpose=purpose, note=note.strip(), created_at=at)


@transaction.atomic
def unshare(share: Share, *, at: datetime) -> None:
    """Take a link back: from now on it shows nothing. The first time counts."""
    Share.objects.filter(pk=share.pk, ended_at=None).update(ended_at=at)
    share.refresh_from_db()


@transaction.atomic
def erase_person(person: Person, *, at: datetime) -> None:
    """Delete everything this room holds about a person: what they held, and every link."""
    Holding.objects.filter(person=person).delete()
