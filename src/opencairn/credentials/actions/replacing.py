"""Correcting and renewing: a new credential takes the place of an older one, and each of the two names the other."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.credentials.models import Credential, Validity
from opencairn.credentials.statement import Frozen
from opencairn.engine.model import Replaced
from opencairn.kit.errors import Refused
from opencairn.learning import actions as learning
from opencairn.people.models import Person
from opencairn.programmes.models import Programme

from .issuing import drafted, locked, sign
from .revoking import ReasonMissing, end, lock, tell
from .status_lists import say_anew

REMIND_BEFORE = timedelta(days=60)
LONGEST_VALIDITY = 600  # months


class AlreadyReplaced(Refused):
    """A newer credential took its place already; that one is the one to correct, renew or revoke."""


class NothingToReplace(Refused):
    """The credential's holder was erased, or it has no end that could be put off."""


def _lock(credential: Credential) -> Credential:
    held = lock(credential)
    if held.replaced_at:
        raise AlreadyReplaced(_("A newer credential took its place already. Open that one instead."))
    if held.award is None:
        raise NothingToReplace(_("Its holder had their data erased, so there is nobody to sign a new one for."))
    return held


@transaction.atomic
def correct(
    credential: Credential,
    *,
    name_on_credential: str,
    grade: str,
    awarded_on: date,
    reason: str,
    by: Person,
    at: datetime,
) -> Credential:
    """Sign a corrected credential that names the wrong one, and revoke that as superseded; the holder is told by mail.

    The credential is locked: of two corrections at once the second is refused. Its end date stays what it was.
    """
    held = _lock(credential)
    if not reason.strip():
        raise ReasonMissing(_("Say what was wrong. The learner will read it."))
    assert held.award is not None
    award = learning.correct_award(
        held.award,
        name_on_credential=name_on_credential,
        grade=grade,
        awarded_on=awarded_on,
        reason=reason,
        by=by,
        at=at,
    )
    made = _replace(held, award.pk, "correction", begins=held.issued_at, note=reason, by=by, at=at)
    end(held, reason=reason, at=at)
    tell(made, "corrected", at=at)
    return made


@transaction.atomic
def renew(credential: Credential, *, checked: str, by: Person, at: datetime) -> Credential:
    """Sign a credential that goes on where this one ends; this one stays valid to its own end. The holder is told.

    ``checked`` says what was looked at before, for the learner and the records. An expired one can be renewed too.
    """
    held = _lock(credential)
    if not checked.strip():
        raise ReasonMissing(_("Say what was checked before renewing. The learner will read it."))
    if held.valid_until is None:
        raise NothingToReplace(_("It has no end date, so there is nothing to renew."))
    assert held.award is not None
    made = _replace(held, held.award.pk, "renewal", begins=max(held.valid_until, at), note=checked, by=by, at=at)
    say_anew(held.status_list_id, at=at)
    tell(made, "renewed", at=at)
    return made


def _replace(
    held: Credential, award_pk: object, kind: str, *, begins: datetime, note: str, by: Person, at: datetime
) -> Credential:
    held.replaced_at = at
    held.save(update_fields=["replaced_at"])
    award = locked([award_pk])[award_pk]  # type: ignore[list-item, index]
    earlier = Replaced(f"urn:uuid:{held.pk}", "renewal" if kind == "renewal" else "correction")
    draft = drafted(award, frozen=Frozen(), at=at, replaces=earlier, begins=begins)
    return sign([draft], by=by, at=at, old=held, note=note.strip())[0]


@transaction.atomic
def remind_of_expiry(*, at: datetime) -> int:
    """Have the holders of credentials that expire within sixty days told, once for each; return how many."""
    soon = Credential.objects.in_force().current().filter(reminded_at=None, award__isnull=False)
    soon = soon.filter(valid_until__gt=at, valid_until__lte=at + REMIND_BEFORE)
    due = list(soon.select_for_update(of=("self",)).order_by("pk"))
    for each in due:
        tell(each, "expiring", at=at)
    Credential.objects.filter(pk__in=[each.pk for each in due]).update(reminded_at=at)
    return len(due)


class WrongValidity(Refused):
    """A validity is a whole number of months."""

    status = 422


@transaction.atomic
def set_validity(programme: Programme, *, months: int | None, at: datetime) -> None:
    """Say for how many months credentials of a course are valid from now on; None for no end. Signed ones stay."""
    if months is None:
        Validity.objects.filter(programme=programme).delete()
        return
    if not 1 <= months <= LONGEST_VALIDITY:
        raise WrongValidity(_("Give the months as a whole number from 1 to %(most)d.") % {"most": LONGEST_VALIDITY})
    Validity.objects.update_or_create(programme=programme, defaults={"months": months, "set_at": at})
