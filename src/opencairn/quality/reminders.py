"""The calendar of audits is kept complete, and who has to do something is reminded by mail.

Nothing counts because of a reminder, and nothing stops counting without one: the state on a day follows from dates.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.people.access import PERMISSIONS
from opencairn.people.models import Person

from . import actions, queries, rules
from .models import Audit, Condition, Decision, Reminder

AUDIT_STEPS, CONDITION_STEPS, END_STEPS = (60, 14), (30, 7), (180, 30)  # days before


class Due(NamedTuple):
    """Something that is due: what kind, which one, by when, how long before to remind, under which decision."""

    kind: str
    about: str
    due_on: date
    steps: tuple[int, ...]
    decision: Decision


def _due(today: date) -> Iterator[Due]:
    """Everything that is due within its longest step."""
    names = ("decision__provider", "decision__quality_body")
    until = today + timedelta(days=max(AUDIT_STEPS))
    for audit in Audit.objects.filter(held_on=None, last_on__range=(today, until)).select_related(*names):
        yield Due("audit", str(audit.pk), audit.last_on, AUDIT_STEPS, audit.decision)
    until = today + timedelta(days=max(CONDITION_STEPS))
    for condition in Condition.objects.filter(met_on=None, due_on__range=(today, until)).select_related(*names):
        yield Due("condition", str(condition.pk), condition.due_on, CONDITION_STEPS, condition.decision)
    until = today + timedelta(days=max(END_STEPS))
    renewed = Decision.objects.filter(renews__isnull=False, verdict="accredited").values("renews")
    ending = Decision.objects.filter(verdict="accredited", last_on__range=(today, until)).exclude(pk__in=renewed)
    for decision in ending.select_related("provider", "quality_body"):
        if decision.last_on is not None:
            yield Due("end", str(decision.pk), decision.last_on, END_STEPS, decision)


def keep_calendar(*, at: datetime) -> int:
    """Complete the calendar, log what was missed, then send each reminder that is due, once. Return how many."""
    for decision in list(queries.decisions_without_audits(at.date())):
        actions.complete_calendar(decision, at=at)
    actions.note_stops(at=at)
    due = list(_due(at.date()))
    against = queries.sanctions_of(each.decision for each in due)
    over = {
        pk
        for pk, found in against.items()
        if any(each.kind == "withdrawal" and each.from_on <= at.date() for each in found)
    }
    return sum(_remind(each, at) for each in due if each.decision.pk not in over)


@transaction.atomic
def _remind(due: Due, at: datetime) -> bool:
    """Send one reminder unless it was sent: the row and the mail stand or fall together."""
    step = rules.reminder_due(due.due_on, at.date(), steps=due.steps)
    if step is None:
        return False
    _row, new = Reminder.objects.get_or_create(
        kind=due.kind, about=due.about, due_on=due.due_on, days=step, defaults={"sent_at": at}
    )
    if new:
        for person in _readers(due.decision):
            with translation.override(person.language or "en"):
                send_mail(_subject(due), _words(due), None, [person.email])
    return new


def _readers(decision: Decision) -> Iterable[Person]:
    """Who can do something: the provider's managers, and those who plan for the quality body."""
    own = Person.objects.filter(membership__organisation=decision.provider, membership__role="manager")
    body = Person.objects.filter(
        membership__organisation=decision.quality_body, membership__role__in=PERMISSIONS["review.assign"]
    )
    return {each.pk: each for each in (*own.filter(is_active=True), *body.filter(is_active=True))}.values()


def _subject(due: Due) -> str:
    facts = {"number": due.decision.number, "day": date_format(due.due_on)}
    return {
        "audit": _("An audit under decision %(number)s is due by %(day)s"),
        "condition": _("A condition of decision %(number)s is due on %(day)s"),
        "end": _("Decision %(number)s counts for the last time on %(day)s"),
    }[due.kind] % facts


def _words(due: Due) -> str:
    facts = {"provider": due.decision.provider.name, "body": due.decision.quality_body.name}
    said = {
        "audit": _("%(body)s has to hold it at %(provider)s. What follows when it is missed stands in the register."),
        "condition": _("%(provider)s has to meet it, and %(body)s to accept it. Missed, it stops counting."),
        "end": _("To go on without a gap, %(provider)s applies to %(body)s for its renewal in time."),
    }[due.kind] % facts
    where = reverse("quality:decision", args=[due.decision.number])
    return f"{said}\n\n{settings.BASE_URL}{where}\n"
