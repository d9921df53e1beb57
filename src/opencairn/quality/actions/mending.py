"""Conditions: reported as met by the provider, judged by the body, extended before their day has passed."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people.models import Person
from opencairn.quality import rules
from opencairn.quality.models import Condition, Decision
from opencairn.transparency import actions as log

from .impartial import must_be_free
from .recording import record_change


class WrongCondition(Refused):
    """A condition says what is to be mended and by when; it is met once, and extended only before its day."""

    status = 422


def _open(condition: Condition) -> Condition:
    condition = (
        Condition.objects.select_for_update(of=("self",)).select_related("decision__provider").get(pk=condition.pk)
    )
    if condition.met_on is not None:
        raise WrongCondition(_("This condition was met on %(day)s.") % {"day": date_format(condition.met_on)})
    return condition


@transaction.atomic
def set_condition(
    decision: Decision, *, text: str, due_on: date, missed: str = "suspend", by: Person | None, at: datetime
) -> Condition:
    """Add a condition of the body's own to an accreditation. Missed, it suspends or withdraws from the day after."""
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    must_be_free(by, decision)
    if decision.first_on is None or decision.last_on is None:
        raise WrongCondition(_("This decision accredited nothing, so nothing can be asked under it."))
    if not text.strip():
        raise WrongCondition(_("Say what has to be mended."))
    if missed not in rules.FOLLOWS:
        raise WrongCondition(_("Choose what follows when it is missed: suspension or withdrawal."))
    if not at.date() <= due_on <= decision.last_on:
        raise WrongCondition(_("The last day lies between today and the end of the accreditation. Choose another."))
    if Condition.objects.filter(decision=decision, text=text.strip(), due_on=due_on, met_on=None).exists():
        raise WrongCondition(_("This condition was set already, and stands in the register."))
    made = Condition.objects.create(
        decision=decision, text=text.strip(), first_due_on=due_on, due_on=due_on, missed=missed, judged_by=by,
        imposed_at=at,
    )  # fmt: skip
    _log(made, "condition", due_on, at)
    return made


@transaction.atomic
def report_condition(condition: Condition, *, report: str, by: Person | None, at: datetime) -> Condition:
    """The provider says how it mended what was asked. The body still has to agree."""
    condition = _open(condition)
    if not report.strip():
        raise WrongCondition(_("Say what you did, and where it can be seen."))
    condition.report, condition.reported_by, condition.reported_at = report.strip(), by, at
    condition.save(update_fields=["report", "reported_by", "reported_at"])
    return condition


@transaction.atomic
def meet_condition(condition: Condition, *, on: date, by: Person | None, at: datetime) -> Condition:
    """Accept a condition as met on a day: that of the provider's report at the earliest, or today.

    Within its time nothing had happened; after it, the suspension ends on the day on which it is judged.
    """
    condition = _open(condition)
    must_be_free(by, condition.decision)
    late = at.date() > condition.due_on
    earliest = at.date() if late else condition.imposed_at.date()
    if not earliest <= on <= at.date():
        raise WrongCondition(
            _("What the register said of the days that passed stays. Choose today.")
            if late
            else _("Choose a day from the condition's first day to today.")
        )
    condition.met_on, condition.judged_by = on, by
    condition.save(update_fields=["met_on", "judged_by"])
    _log(condition, "condition-met", on, at)
    return condition


@transaction.atomic
def extend_condition(condition: Condition, *, months: int, by: Person | None, at: datetime) -> Condition:
    """Give more time, as often as the framework allows, and only while the time has not run out."""
    condition = _open(condition)
    must_be_free(by, condition.decision)
    if at.date() > condition.due_on:
        raise WrongCondition(
            _("The last day was %(day)s. What followed from it stands, until the condition is met.")
            % {"day": date_format(condition.due_on)}
        )
    if condition.extensions_left < 1 or not 1 <= months <= 24:
        raise WrongCondition(_("The framework allows no further time for this condition."))
    condition.due_on = rules.add_months(condition.due_on, months)
    condition.extensions_left -= 1
    condition.save(update_fields=["due_on", "extensions_left"])
    _log(condition, "condition-extended", condition.due_on, at)
    return condition


def _log(condition: Condition, act: str, on: date, at: datetime) -> None:
    number = condition.decision.number
    log.append("sanction", about=number, facts={"decision": number, "act": act, "from_on": on.isoformat()}, at=at)
    record_change(condition.decision, "condition", at=at)
