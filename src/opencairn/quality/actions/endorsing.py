"""Endorsements: asked for, given or declined, and taken back. Each is one row, and nothing of it is ever deleted.

The signed form of an endorsement is made in the room that holds the keys; this one keeps who said what, and when.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people.models import Membership, Organisation, Person
from opencairn.programmes.models import Programme
from opencairn.quality.letters import tell
from opencairn.quality.models import Endorsement
from opencairn.quality.queries import endorsers_to_ask, programmes_to_endorse


class CannotBeAsked(Refused):
    """This organisation cannot endorse this provider or course."""

    status = 422


class AlreadyAsked(Refused):
    """The organisation was asked already, or endorses it already."""


@transaction.atomic
def ask_endorsement(
    provider: Organisation,
    *,
    endorser: Organisation,
    programme: Programme | None = None,
    message: str,
    by: Person | None,
    at: datetime,
) -> Endorsement:
    """Ask an employer or a professional body to vouch for a provider, or for one of its programmes (Q20)."""
    if not provider.is_provider or provider.closed_at is not None:
        raise CannotBeAsked(_("Only a provider that is open can ask for an endorsement."))
    if not endorsers_to_ask(provider).filter(pk=endorser.pk).exists():
        raise CannotBeAsked(
            _("%(name)s cannot endorse you here: it has to be another organisation, open, with its identity verified.")
            % {"name": endorser.name}
        )
    if programme is not None and not programmes_to_endorse(provider).filter(pk=programme.pk).exists():
        raise CannotBeAsked(_("Only a published course of your own can be endorsed."))
    if not message.strip():
        raise CannotBeAsked(_("Write a few words, so that they know who asks and why."))
    try:
        with transaction.atomic():
            made = Endorsement.objects.create(
                endorser=endorser,
                provider=provider,
                programme=programme,
                message=message.strip(),
                requested_by=by,
                requested_at=at,
            )
    except IntegrityError:
        raise AlreadyAsked(
            _("%(name)s was asked for this already, or endorses it already.") % {"name": endorser.name}
        ) from None
    tell("asked", made)
    return made


class WrongAnswer(Refused):
    """An answer is yes or no, once, with words, by somebody who is not a member of the provider."""

    status = 422


def _locked(endorsement: Endorsement) -> Endorsement:
    found = Endorsement.objects.select_for_update(of=("self",)).select_related("endorser", "provider", "programme")
    return found.get(pk=endorsement.pk)


@transaction.atomic
def answer_endorsement(endorsement: Endorsement, *, verdict: str, words: str, by: Person, at: datetime) -> Endorsement:
    """Grant an endorsement, which is public and signed from then on, or decline it, which only the provider learns."""
    locked = _locked(endorsement)
    if locked.verdict:
        raise WrongAnswer(_("This request was answered already."))
    if verdict not in ("granted", "declined"):
        raise WrongAnswer(_("Choose your answer."))
    if not words.strip():
        raise WrongAnswer(_("Write a sentence or two here."))
    if verdict == "granted" and (locked.endorser.verified_at is None or locked.endorser.closed_at is not None):
        raise WrongAnswer(_("Only an open organisation whose identity is verified can endorse."))
    if Membership.objects.filter(person=by, organisation=locked.provider).exists():
        raise WrongAnswer(
            _("You are a member of %(name)s, so you cannot vouch for it. Ask a colleague to do it.")
            % {"name": locked.provider.name}
        )
    locked.verdict, locked.words, locked.answered_by, locked.answered_at = verdict, words.strip()[:1000], by, at
    locked.save(update_fields=["verdict", "words", "answered_by", "answered_at"])
    tell(verdict, locked)
    return locked


class NothingToRevoke(Refused):
    """Only an endorsement that was given, and not taken back yet, can be taken back."""


@transaction.atomic
def revoke_endorsement(endorsement: Endorsement, *, reason: str, by: Person, at: datetime) -> Endorsement:
    """Take an endorsement back, for a reason the provider reads. The public sees that, and when, it was."""
    locked = _locked(endorsement)
    if locked.verdict != "granted" or locked.revoked_at is not None:
        raise NothingToRevoke(_("There is no endorsement here to take back."))
    if not reason.strip():
        raise WrongAnswer(_("Say why. The provider will read it."))
    locked.revoked_at, locked.revocation_reason = at, reason.strip()[:1000]
    locked.save(update_fields=["revoked_at", "revocation_reason"])
    tell("revoked", locked)
    return locked
