"""Every write of the learning room, from the place taken to the award decided."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.kit.text import has_hidden, pick
from opencairn.people.models import Person
from opencairn.programmes.models import Offering, Outcome, ProgrammeVersion
from opencairn.programmes.queries import is_open_for_enrolment, outcomes_of
from opencairn.quality.queries import must_not_be_stopped

from .models import Award, Enrolment, Result
from .queries import award_of, gaps_of, has_verified_email, places_left


class ConsentMissing(Refused):
    """Nobody is enrolled without having agreed to what is kept about them, and to the name on the credential."""

    status = 422


class EmailNotVerified(Refused):
    """The credential will be sent to an address that the person has shown to be theirs."""

    status = 403


class NotOpen(Refused):
    """This offering takes no enrolments on this day."""


class Full(Refused):
    """Every place is taken."""


class AlreadyEnrolled(Refused):
    """The person has a place in this offering."""


def _version_open(offering: Offering, at: datetime) -> ProgrammeVersion:
    """Return the description that one enrols for. Raises NotOpen, saying why, where one cannot."""
    version = offering.programme.current
    if version is None or version.published_as != "micro-credential":
        raise NotOpen(_("This course is only listed here. Its provider takes enrolments elsewhere."))
    if offering.cancelled_at is not None:
        raise NotOpen(_("This date was cancelled. Look for another date of the course."))
    if offering.programme.provider.closed_at is not None:
        raise NotOpen(_("The provider of this course has closed, so nobody could teach or assess it."))
    if offering.programme.withdrawn_at is not None or not is_open_for_enrolment(offering, at.date()):
        raise NotOpen(_("This date is not open for enrolment. Look for another date of the course."))
    must_not_be_stopped(version, at.date())
    return version


@transaction.atomic
def enrol(person: Person, offering: Offering, *, name_on_credential: str, consent_text: str, at: datetime) -> Enrolment:
    """Give a person a place. The description they agreed to is frozen with the words of their consent."""
    name, consent = " ".join(name_on_credential.split()), consent_text.strip()
    if not name or len(name) > 200:
        raise ConsentMissing(_("Give your name as it will stand on the credential, in at most 200 characters."))
    if has_hidden(name):
        raise ConsentMissing(_("The name holds a character that cannot be seen. Type it again, without copying it."))
    if not consent:
        raise ConsentMissing(_("Tick the box to agree to what is kept about you. Without it you cannot enrol."))
    if not has_verified_email(person):
        raise EmailNotVerified(
            _("Confirm your e-mail address first: open the message we sent you, and follow its link.")
        )
    # The row is locked so that two people cannot both take the last place.
    offering = Offering.objects.select_for_update().get(pk=offering.pk)
    version = _version_open(offering, at)
    if Enrolment.objects.active().filter(person=person, offering=offering).exists():
        raise AlreadyEnrolled(_("You have a place in this course already. You find it under “My courses”."))
    if places_left(offering) == 0:
        raise Full(_("All places are taken. Choose another date, or look again later: someone may withdraw."))
    return Enrolment.objects.create(
        person=person,
        offering=offering,
        version=version,
        name_on_credential=name,
        consent_text=consent,
        consented_at=at,
        enrolled_at=at,
    )


class AlreadyAwarded(Refused):
    """The award was decided, so what led to it stands."""


class AlreadyWithdrawn(Refused):
    """The learner, or the award, was withdrawn before."""


def _held(enrolment: Enrolment) -> Enrolment:
    """Return the enrolment, locked until the end of the transaction, still without a standing award."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.withdrawn_at is not None:
        raise AlreadyWithdrawn(_("This learner has withdrawn from the course."))
    if award_of(enrolment) is not None:
        raise AlreadyAwarded(_("The award was decided. To correct a result, withdraw the award first."))
    return enrolment


@transaction.atomic
def withdraw_enrolment(enrolment: Enrolment, *, at: datetime) -> Enrolment:
    """Give the place back. Results recorded so far are kept; the person may enrol again while there are places."""
    enrolment = _held(enrolment)
    enrolment.withdrawn_at = at
    enrolment.save(update_fields=["withdrawn_at"])
    return enrolment


class WrongResult(Refused):
    """A result is about an outcome of the description that the learner enrolled for."""

    status = 422


class OwnAssessment(Refused):
    """Nobody assesses themself."""

    status = 403


def _must_be_another(by: Person | None, enrolment: Enrolment) -> None:
    if by is not None and by.pk == enrolment.person_id:
        raise OwnAssessment(_("You cannot assess yourself. Ask a colleague to do it."))


@transaction.atomic
def record_result(
    enrolment: Enrolment,
    *,
    outcome: Outcome,
    passed: bool,
    value: str = "",
    note: str = "",
    by: Person | None,
    at: datetime,
) -> Result:
    """Record whether a learner passed one outcome. Recording again replaces it, until the award is decided."""
    enrolment = _held(enrolment)
    _must_be_another(by, enrolment)
    if outcome.version_id != enrolment.version_id:
        raise WrongResult(_("This outcome belongs to another version of the course than the learner enrolled for."))
    if len(value.strip()) > 60:
        raise WrongResult(_("The mark is longer than 60 characters. Put the words into the note."))
    facts = {"passed": passed, "value": value.strip(), "note": note.strip(), "recorded_by": by, "recorded_at": at}
    return Result.objects.update_or_create(enrolment=enrolment, outcome=outcome, defaults=facts)[0]


@transaction.atomic
def record_results(
    enrolment: Enrolment, *, results: Iterable[tuple[Outcome, bool, str, str]], by: Person | None, at: datetime
) -> list[Result]:
    """Record several results at once, each as (outcome, passed, mark, note): all of them, or none."""
    return [
        record_result(enrolment, outcome=outcome, passed=passed, value=value, note=note, by=by, at=at)
        for outcome, passed, value, note in results
    ]


class NotYetPassed(Refused):
    """Outcomes are missing or were not passed. They are listed."""


class WrongAward(Refused):
    """An award needs a day between enrolment and today, and a grade that fits on the credential."""

    status = 422


@transaction.atomic
def award(enrolment: Enrolment, *, grade: str = "", awarded_on: date, by: Person | None, at: datetime) -> Award:
    """Decide that the learner achieved the course: every outcome has a passed result."""
    enrolment = _held(enrolment)
    _must_be_another(by, enrolment)
    missing, failed = gaps_of(enrolment)
    if missing or failed or not outcomes_of(enrolment.version):
        raise NotYetPassed(
            ngettext(
                "The award needs a passed result for every outcome. One outcome is open:",
                "The award needs a passed result for every outcome. %(number)d outcomes are open:",
                len(missing) + len(failed),
            )
            % {"number": len(missing) + len(failed)},
            details=(
                *(_("No result yet: %(outcome)s") % {"outcome": _said(each)} for each in missing),
                *(_("Not passed: %(outcome)s") % {"outcome": _said(each)} for each in failed),
            ),
        )
    enrolled_on = enrolment.enrolled_at.date()
    if not enrolled_on <= awarded_on <= at.date():
        raise WrongAward(
            _("The day of the award cannot be in the future, nor before %(day)s, when the learner enrolled.")
            % {"day": date_format(enrolled_on)}
        )
    if len(grade.strip()) > 60:
        raise WrongAward(_("The grade is longer than 60 characters. Shorten it: it stands on the credential."))
    try:
        with transaction.atomic():
            return Award.objects.create(
                person=enrolment.person,
                version=enrolment.version,
                enrolment=enrolment,
                origin="assessment",
                name_on_credential=enrolment.name_on_credential,
                awarded_on=awarded_on,
                grade=grade.strip(),
                decided_by=by,
                decided_at=at,
            )
    except IntegrityError:
        raise AlreadyAwarded(_("The award was decided. To correct it, withdraw the award first.")) from None


def _said(outcome: Outcome) -> str:
    return pick(outcome.text, (get_language() or "en", "en"))[1]


class ReasonMissing(Refused):
    """An award is not withdrawn without a reason."""

    status = 422


@transaction.atomic
def withdraw_award(award: Award, *, reason: str, by: Person | None, at: datetime) -> Award:
    """Withdraw an award for a reason that the learner can read. A right one can be decided afterwards."""
    award = Award.objects.select_for_update().get(pk=award.pk)
    if award.withdrawn_at is not None:
        raise AlreadyWithdrawn(_("This award was withdrawn before."))
    if not reason.strip():
        raise ReasonMissing(_("Give the reason: the learner will read it."))
    award.withdrawn_at = at
    award.withdrawal_reason = reason.strip()
    award.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    return award


class NothingCorrected(Refused):
    """The corrected award says the same as the one it corrects."""

    status = 422


@transaction.atomic
def correct_award(
    award: Award, *, name_on_credential: str, grade: str, awarded_on: date, reason: str, by: Person | None, at: datetime
) -> Award:
    """Decide an award again with what was wrong put right: the old one is withdrawn for the reason, the new one stands.

    What was achieved, and by whom, stays; for another course or another person, withdraw and decide anew.
    """
    name, grade = " ".join(name_on_credential.split()), grade.strip()
    if not name or len(name) > 200 or has_hidden(name) or len(grade) > 60:
        raise WrongAward(_("Give the name in at most 200 characters, and the grade in at most 60."))
    enrolled_on = award.enrolment.enrolled_at.date() if award.enrolment else date.min
    if not enrolled_on <= awarded_on <= at.date():
        raise WrongAward(_("The day of the award cannot be in the future, nor before the learner enrolled."))
    old = withdraw_award(award, reason=reason, by=by, at=at)
    if (old.name_on_credential, old.grade, old.awarded_on) == (name, grade, awarded_on):
        raise NothingCorrected(_("This is what it says already. Change what is wrong."))
    return Award.objects.create(
        person_id=old.person_id,
        version_id=old.version_id,
        enrolment_id=old.enrolment_id,
        origin=old.origin,
        name_on_credential=name,
        awarded_on=awarded_on,
        grade=grade,
        decided_by=by,
        decided_at=at,
    )


@transaction.atomic
def erase_person(person: Person, *, at: datetime) -> None:
    """Delete the person's enrolments, results and awards, and take their name off what they recorded for others."""
    Result.objects.filter(recorded_by=person).update(recorded_by=None)
    Award.objects.filter(decided_by=person).update(decided_by=None)
    Award.objects.filter(person=person).delete()
    Enrolment.objects.filter(person=person).delete()
