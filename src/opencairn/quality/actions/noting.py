"""What follows from dates alone stands in the register by itself; here it is put into the log too, once."""

from datetime import datetime

from django.db import transaction

from opencairn.quality import rules
from opencairn.quality.models import Decision, Reminder, Sanction
from opencairn.quality.queries import Missed, missed_and_not_noted, sanctions_of
from opencairn.transparency import actions as log

from .recording import record_change


def note_stops(*, at: datetime) -> int:
    """Log each suspension and withdrawal that a missed audit or condition has brought by today; return how many."""
    due = missed_and_not_noted(at.date())
    against = sanctions_of([each.decision for each in due])
    return sum(_note(each, against.get(each.decision.pk, []), at) for each in due)


@transaction.atomic
def _note(missed: Missed, against: list[Sanction], at: datetime) -> bool:
    """Log one stop unless that was done; where the accreditation had ended before, nothing changed and nothing is."""
    _row, new = Reminder.objects.get_or_create(
        kind=missed.kind, about=missed.about, due_on=missed.due_on, days=0, defaults={"sent_at": at}
    )
    decision, stop = missed.decision, missed.stop
    if not new or _over_before(stop, decision, against):
        return False
    facts = {"decision": decision.number, "act": stop.kind, "from_on": stop.from_on.isoformat()}
    log.append("sanction", about=decision.number, facts=facts, at=at)
    record_change(decision, "sanction", at=at)
    return True


def _over_before(stop: rules.Stop, decision: Decision, against: list[Sanction]) -> bool:
    ended = any(
        each.kind == "withdrawal" and each.lifted_on is None and each.from_on < stop.from_on for each in against
    )
    return ended or decision.last_on is None or decision.last_on < stop.from_on
