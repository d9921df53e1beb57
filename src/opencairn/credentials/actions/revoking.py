"""Revoking and erasing: what ends a credential, and what stays so that its end can be seen."""

from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.credentials.models import Credential
from opencairn.credentials.queries import credential_of
from opencairn.jobs import actions as jobs
from opencairn.kit.errors import Refused
from opencairn.learning import actions as learning
from opencairn.learning.models import Award
from opencairn.people.models import Person

from .status_lists import set_bit


class AlreadyRevoked(Refused):
    """The credential was revoked before, and revoking cannot be undone."""


class ReasonMissing(Refused):
    """A revocation needs a reason that the learner can read."""


@transaction.atomic
def revoke(credential: Credential, *, reason: str, by: Person, at: datetime) -> Credential:
    """Revoke a credential for good and withdraw its award; every verifier sees it with the next status list.

    The reason is for the holder and the issuer, and the holder is told by mail. The public learns the day only, because
    a reason may be personal. What it was renewed from is revoked with it, for the award behind both is withdrawn.
    """
    held = lock(credential)
    if not reason.strip():
        raise ReasonMissing(_("Say why. The learner will read it."))
    chain = Credential.objects.select_for_update().filter(award=held.award, revoked_at=None) if held.award else []
    for each in {each.pk: each for each in (*chain, held)}.values():
        end(each, reason=reason, at=at)
    held.refresh_from_db()
    if held.award and held.award.withdrawn_at is None:
        learning.withdraw_award(held.award, reason=reason.strip(), by=by, at=at)
    tell(held, "revoked", at=at)
    return held


def lock(credential: Credential) -> Credential:
    """Return a credential that is in force, locked until the end of the transaction. Raises AlreadyRevoked."""
    held = Credential.objects.select_for_update(of=("self",)).select_related("award", "key").get(pk=credential.pk)
    if held.revoked_at:
        raise AlreadyRevoked(
            _("This credential was already revoked on %(day)s. Revoking cannot be undone: issue a new one instead.")
            % {"day": date_format(held.revoked_at)}
        )
    return held


def end(held: Credential, *, reason: str, at: datetime) -> None:
    """Write down the end of a locked credential, and set its bit."""
    held.revoked_at, held.revocation_reason = at, reason.strip()
    held.save(update_fields=["revoked_at", "revocation_reason"])
    set_bit(held.status_list_id, held.status_index, at=at)


def tell(credential: Credential, about: str, *, at: datetime) -> None:
    """Have the holder told by mail what became of a credential, once: revoked, corrected, renewed or expiring."""
    payload = {"credential": str(credential.pk), "about": about}
    jobs.enqueue("tell-holder", key=f"{credential.pk}:{about}", payload=payload, due_at=at)


class AlreadyIssued(Refused):
    """A credential was signed from the award, so it is the credential that has to be revoked."""


@transaction.atomic
def withdraw_waiting(award: Award, *, reason: str, by: Person, at: datetime) -> Award:
    """Withdraw an award from which no credential was signed yet. A right one can be decided afterwards."""
    locked = Award.objects.select_for_update().get(pk=award.pk)  # as issuing does, so that one of the two comes first
    if credential_of(locked):
        raise AlreadyIssued(
            _("A credential was signed from this award. Revoke the credential: the award goes with it.")
        )
    return learning.withdraw_award(locked, reason=reason, by=by, at=at)


@transaction.atomic
def erase_person(person: Person, *, at: datetime) -> None:
    """Blank everything this room holds about a person. A tombstone keeps each status index from being given again."""
    blank = {"award": None, "document": "", "revocation_reason": "", "replacement_note": ""}
    Credential.objects.filter(award__person=person).update(**blank)
    Credential.objects.filter(issued_by=person).update(issued_by=None)
