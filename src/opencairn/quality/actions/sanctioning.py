"""What is held against an accreditation: watched, suspended, lifted, withdrawn, given up."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people.models import Person
from opencairn.quality import rules
from opencairn.quality.models import CAUSES, STOPS, Decision, Sanction
from opencairn.quality.queries import not_ended_by_appeal
from opencairn.transparency import actions as log

from .impartial import must_be_free
from .recording import record_change

WATCHED = ("monitoring", "warning", "probation", "show-cause")


class WrongSanction(Refused):
    """A sanction needs reasons and a day within the life of an accreditation, and may not overlap another."""

    status = 422


def sanctionable(decision: Decision, *, from_on: date, reasons: str, by: Person | None, at: datetime) -> list[Sanction]:
    """Check what every sanction needs, and return those there are, the decision locked."""
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    must_be_free(by, decision)
    if decision.first_on is None or decision.last_on is None:
        raise WrongSanction(_("This decision accredited nothing, so there is nothing to suspend or withdraw."))
    if not reasons.strip():
        raise WrongSanction(_("Give the reasons: they are published at once."))
    if not decision.first_on <= from_on <= decision.last_on:
        raise WrongSanction(
            _("The accreditation runs from %(first)s to %(last)s. Choose a day within it.")
            % {"first": date_format(decision.first_on), "last": date_format(decision.last_on)}
        )
    _not_in_the_past(from_on, at)
    sanctions = list(not_ended_by_appeal(decision))
    if any(each.kind == "withdrawal" for each in sanctions):
        raise WrongSanction(_("This accreditation was withdrawn, which is final. A new application can be made."))
    return sanctions


def _not_in_the_past(day: date, at: datetime) -> None:
    """What the register said of a day stays: nobody who relied on it can be proved wrong afterwards."""
    if day < at.date():
        raise WrongSanction(_("That day is past, and what the register said of it stays. Choose today or a later day."))


@transaction.atomic
def suspend(decision: Decision, *, from_on: date, reasons: str, by: Person | None, at: datetime) -> Sanction:
    """Suspend an accreditation from a day on, until it is lifted. Awards of the days before keep their standing."""
    earlier = sanctionable(decision, from_on=from_on, reasons=reasons, by=by, at=at)
    if rules.overlaps(from_on, [(each.from_on, each.lifted_on) for each in earlier if each.kind == "suspension"]):
        raise WrongSanction(_("Another suspension covers that day or a later one. Lift that one first."))
    return _sanction(decision, "suspension", from_on=from_on, reasons=reasons, by=by, at=at)


@transaction.atomic
def lift(sanction: Sanction, *, on: date, by: Person | None, at: datetime) -> Sanction:
    """Lift a suspension: from ``on`` the accreditation counts again. Lifted on its first day, it never took effect."""
    sanction = Sanction.objects.select_for_update().select_related("decision__provider").get(pk=sanction.pk)
    must_be_free(by, sanction.decision)
    if sanction.kind == "withdrawal":
        raise WrongSanction(_("A withdrawal is final and cannot be lifted."))
    if sanction.lifted_on is not None:
        raise WrongSanction(
            _("This suspension was lifted on %(day)s already.") % {"day": date_format(sanction.lifted_on)}
        )
    if on < sanction.from_on:
        raise WrongSanction(
            _("The suspension began on %(day)s. It can be lifted on that day or later.")
            % {"day": date_format(sanction.from_on)}
        )
    _not_in_the_past(on, at)
    sanction.lifted_on = on
    sanction.save(update_fields=["lifted_on"])
    _log_sanction(sanction, "lifting" if sanction.kind in STOPS else f"{sanction.kind}-lifted", at)
    return sanction


@transaction.atomic
def withdraw_decision(
    decision: Decision, *, from_on: date, reasons: str, cause: str = "", by: Person | None, at: datetime
) -> Sanction:
    """Withdraw an accreditation from a day on, for good. ``cause`` says who ended it, where the body did not."""
    if cause not in dict(CAUSES):
        raise WrongSanction(_("Choose one of the causes in the list."))
    sanctionable(decision, from_on=from_on, reasons=reasons, by=by, at=at)
    return _sanction(decision, "withdrawal", from_on=from_on, reasons=reasons, cause=cause, by=by, at=at)


@transaction.atomic
def relinquish(decision: Decision, *, from_on: date, reasons: str, by: Person | None, at: datetime) -> Sanction:
    """The provider gives its accreditation up, from a day on."""
    sanctionable(decision, from_on=from_on, reasons=reasons, by=None, at=at)
    return _sanction(decision, "withdrawal", from_on=from_on, reasons=reasons, cause="relinquished", by=by, at=at)


@transaction.atomic
def watch(decision: Decision, kind: str, *, from_on: date, reasons: str, by: Person | None, at: datetime) -> Sanction:
    """Put an accreditation under monitoring, warning, probation or show cause: it counts on, in plain sight."""
    if kind not in WATCHED:
        raise WrongSanction(_("Choose monitoring, a warning, probation or show cause."))
    earlier = sanctionable(decision, from_on=from_on, reasons=reasons, by=by, at=at)
    if any(each.kind == kind and (each.lifted_on is None or each.lifted_on > from_on) for each in earlier):
        raise WrongSanction(_("It is under this already on that day. Lift that first."))
    return _sanction(decision, kind, from_on=from_on, reasons=reasons, by=by, at=at)


def _sanction(
    decision: Decision, kind: str, *, from_on: date, reasons: str, cause: str = "", by: Person | None, at: datetime
) -> Sanction:
    made = Sanction.objects.create(
        decision=decision, kind=kind, cause=cause, from_on=from_on, reasons=reasons.strip(), decided_by=by,
        decided_at=at,
    )  # fmt: skip
    _log_sanction(made, kind, at)
    return made


def _log_sanction(sanction: Sanction, act: str, at: datetime) -> None:
    number = sanction.decision.number
    facts = {"decision": number, "act": act, "from_on": sanction.from_on.isoformat()}
    if sanction.lifted_on:
        facts["lifted_on"] = sanction.lifted_on.isoformat()
    log.append("sanction", about=number, facts=facts, at=at)
    record_change(sanction.decision, "sanction", at=at)
