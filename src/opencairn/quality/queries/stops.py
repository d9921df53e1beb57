"""What keeps decisions from counting: what was held against them, and what follows by itself from missed dates."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from datetime import date
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.quality import rules
from opencairn.quality.models import STOPS, Amendment, Appeal, Audit, Condition, Decision, Reminder, Sanction

Row = TypeVar("Row", bound=models.Model)
MANY = 5000  # ids in one question to the database
FEW = 100


def rows_of(table: type[Row], ids: list[int] | None, **narrowed: Any) -> Iterator[Row]:
    """Yield the rows of a table that belong to these decisions (None: to any), in the table's order."""
    rows = table._default_manager.filter(**narrowed)  # noqa: SLF001 - the public name of a table's own manager
    if ids is None:
        yield from rows
        return
    for start in range(0, len(ids), MANY):
        yield from rows.filter(decision__in=ids[start : start + MANY])


def not_ended_by_appeal(decision: Decision) -> QuerySet[Sanction]:
    """Return the sanctions of a decision without those that an appeal has ended for good."""
    upheld = Appeal.objects.filter(decision=decision, sanction__isnull=False, outcome="upheld")
    return Sanction.objects.filter(decision=decision).exclude(pk__in=upheld.values("sanction"))


class Missed(NamedTuple):
    """An audit or a condition that was missed, and what followed. ``kind`` and ``about`` name it in Reminder."""

    kind: str
    about: str
    due_on: date
    stop: rules.Stop
    decision: Decision


def missed_and_not_noted(day: date) -> list[Missed]:
    """Return what was missed before a day and stopped an accreditation, as far as the log does not say so yet."""
    found = []
    rows: tuple[tuple[str, type[Audit | Condition], str, str], ...] = (
        ("audit-missed", Audit, "last_on", "held_on"),
        ("cond-missed", Condition, "due_on", "met_on"),
    )
    for kind, table, due, done in rows:
        noted = Reminder.objects.filter(kind=kind, about=Cast(OuterRef("pk"), CharField()), due_on=OuterRef(due))
        late = table._default_manager.filter(  # noqa: SLF001 - the public name of a table's own manager
            Q(**{done: None}) | Q(**{f"{done}__gt": F(due)}), missed__in=list(rules.FOLLOWS), **{f"{due}__lt": day}
        )
        for each in late.exclude(Exists(noted)).select_related("decision"):
            due_on = getattr(each, due)
            if stop := rules.what_follows(each.missed, due_on=due_on, done_on=getattr(each, done)):
                found.append(Missed(kind, str(each.pk), due_on, stop, each.decision))
    return found


def sanctions_of(decisions: Iterable[Decision] | None) -> dict[int, list[Sanction]]:
    """Return what is held against decisions (None: all of them), by decision, oldest first.

    Beside the sanctions themselves, as their appeals leave them, there are some that nobody had to write: a
    suspension or withdrawal from the day after an audit or a condition was missed. They have no key; a "stay" is a
    refusal that has no effect while its appeal is open.
    """
    ids = None if decisions is None else [each.pk for each in decisions]
    return _held(ids) if _may_hold(ids, Appeal, Sanction, Audit, Condition) else {}


def _may_hold(ids: list[int] | None, *tables: type[models.Model]) -> bool:
    """Ask tables at once whether they hold anything about few decisions: mostly not, and every page of results asks."""
    if not ids or len(ids) > FEW:
        return ids is None or len(ids) > FEW
    places = ", ".join(["%s"] * len(ids))
    names = (table._meta.db_table for table in tables)  # noqa: SLF001 - its public face
    each = (f"SELECT 1 FROM {name} WHERE decision_id IN ({places})" for name in names)  # noqa: S608 - names of ours
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({' UNION ALL '.join(each)})", ids * len(tables))
        return bool(cursor.fetchone()[0])


def _held(ids: list[int] | None) -> dict[int, list[Sanction]]:
    appeals: dict[int, list[Appeal]] = defaultdict(list)
    found: dict[int, list[Sanction]] = defaultdict(list)
    for appeal in rows_of(Appeal, ids):
        if appeal.sanction_id is not None:
            appeals[appeal.sanction_id].append(appeal)
        elif appeal.stays_from is not None or appeal.outcome == "upheld":
            found[appeal.decision_id].append(_stay(appeal))
    for sanction in rows_of(Sanction, ids):
        found[sanction.decision_id] += _left_of(sanction, appeals.get(sanction.pk, []))
    for audit in rows_of(Audit, ids, missed__in=list(rules.FOLLOWS)):
        if stop := rules.what_follows(audit.missed, due_on=audit.last_on, done_on=audit.held_on):
            words = _("An audit was not held by %(day)s") % {"day": date_format(audit.last_on)}
            found[audit.decision_id].append(_by_itself(audit.decision_id, stop, "audit", words))
    for condition in rows_of(Condition, ids):
        if stop := rules.what_follows(condition.missed, due_on=condition.due_on, done_on=condition.met_on):
            words = _("A condition was not met by %(day)s") % {"day": date_format(condition.due_on)}
            found[condition.decision_id].append(_by_itself(condition.decision_id, stop, "condition", words))
    for each in found.values():
        each.sort(key=lambda one: (one.from_on, one.pk or 0))
    return found


def _stay(appeal: Appeal) -> Sanction:
    until = None if appeal.outcome in ("", "upheld") else appeal.decided_on
    start = appeal.stays_from or appeal.decided_on or appeal.lodged_at.date()
    return Sanction(decision_id=appeal.decision_id, kind="stay", from_on=start, lifted_on=until)


def _by_itself(decision: int, stop: rules.Stop, cause: str, words: str) -> Sanction:
    return Sanction(
        decision_id=decision, kind=stop.kind, cause=cause, from_on=stop.from_on, lifted_on=stop.until, reasons=words
    )


def _left_of(sanction: Sanction, appeals: list[Appeal]) -> list[Sanction]:
    """Return a sanction as its appeals leave it: in one piece, cut, or not at all."""
    if not appeals or sanction.kind not in STOPS:
        return [sanction]
    kind: rules.Kind = "withdrawal" if sanction.kind == "withdrawal" else "suspension"
    whole = rules.Stop(kind, sanction.from_on, sanction.lifted_on)
    stays = [rules.Stay(each.stays_from, each.decided_on, each.outcome == "upheld") for each in appeals]
    pieces = []
    for stop in rules.after_appeals(whole, stays):
        piece = copy(sanction)
        piece.from_on, piece.lifted_on = stop.from_on, stop.until
        pieces.append(piece)
    return pieces


def amended(decisions: Iterable[Decision], day: date) -> list[Decision]:
    """Return decisions with the scope each has on a day: that of the last change that was granted by then.

    The rows in memory are changed, never those in the table.
    """
    there = list(decisions)
    ids = [each.pk for each in there]
    if not _may_hold(ids, Amendment):
        return there
    scopes = {
        each.decision_id: each.scope
        for each in rows_of(Amendment, ids, granted=True, scope__isnull=False, from_on__lte=day)
    }
    for each in there:
        each.scope = scopes.get(each.pk, each.scope)
    return there
