"""What keeps decisions from counting: what was held against them, and what follows by itself from missed dates."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, UUIDField
from django.db.models.functions import Cast
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.quality import rules
from opencairn.quality.models import STOPS, Appeal, Audit, Condition, Decision, Reminder, Sanction

MANY = 5000  # ids in one question to the database

# What came after a decision, in one question over five tables. Plain SQL, because every check of a credential asks it,
# and the database layer takes several times as long to write five questions as the database to answer them. Days are
# told as text, which both databases spell alike.
_SANCTION = ("id", "decision_id", "kind", "cause", "from_on", "lifted_on", "reasons")
_LATER = (
    """SELECT 'sanction', decision_id, id, kind, cause, CAST(from_on AS text), CAST(lifted_on AS text), reasons
    FROM quality_sanction WHERE 1 = 1""",
    """SELECT 'appeal', decision_id, sanction_id, outcome, '', CAST(stays_from AS text), CAST(decided_on AS text),
    CAST(lodged_at AS text) FROM quality_appeal WHERE 1 = 1""",
    """SELECT 'audit', decision_id, id, missed, '', CAST(last_on AS text), CAST(held_on AS text), ''
    FROM quality_audit WHERE missed IN ('suspend', 'withdraw')""",
    """SELECT 'condition', decision_id, id, missed, '', CAST(due_on AS text), CAST(met_on AS text), ''
    FROM quality_condition WHERE missed IN ('suspend', 'withdraw')""",
    """SELECT 'amendment', decision_id, id, '', '', CAST(from_on AS text), NULL, CAST(scope AS text)
    FROM quality_amendment WHERE granted AND scope IS NOT NULL""",
)

_DECISION = ("id", "framework", "verdict", "scope", "first_on", "last_on")
_GRANTED = """SELECT 'granted', id, NULL, framework, '', CAST(first_on AS text), CAST(last_on AS text),
    CAST(scope AS text) FROM quality_decision WHERE verdict = 'accredited' AND programme_id = %s"""


class _Row(NamedTuple):
    """What came after a decision: its table, the key of the row (of an appeal: of the sanction), words and days."""

    what: str
    decision: int
    key: int | None
    word: str
    cause: str
    since: str | None
    until: str | None
    text: str


class Later(NamedTuple):
    """What came after decisions, by decision: what is held against it, oldest first, and its changes of scope.

    Beside the sanctions themselves, as their appeals leave them, there are some that nobody had to write: a
    suspension or withdrawal from the day after an audit or a condition was missed. They have no key; a "stay" is a
    refusal that has no effect while its appeal is open.
    """

    sanctions: Mapping[int, list[Sanction]]
    scopes: Mapping[int, list[tuple[date, Mapping[str, Any]]]]

    def scope_of(self, decision: Decision, day: date) -> Mapping[str, Any]:
        """What a decision covers on a day: as it was taken, or as the last change that was granted by then."""
        changes = (scope for since, scope in reversed(self.scopes.get(decision.pk, ())) if since <= day)
        return next(changes, decision.scope)


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


def sanctions_of(decisions: Iterable[Decision] | None) -> Mapping[int, list[Sanction]]:
    """Return what is held against decisions (None: all of them), as in ``Later``."""
    return later_than(decisions).sanctions


def later_than(decisions: Iterable[Decision] | None) -> Later:
    """Return what came after decisions (None: all of them), in one question for every ``MANY``."""
    if decisions is None:
        return _later(_ask())
    ids = [each.pk for each in decisions]
    parts = [ids[start : start + MANY] for start in range(0, len(ids), MANY)]
    return _later(row for part in parts for row in _ask(f" AND decision_id IN ({', '.join(['%s'] * len(part))})", part))


def granted_to(programme: UUID) -> tuple[list[Decision], Later]:
    """Return the accreditations of a course, with little more than their days and scopes, and what came after them."""
    key = UUIDField().get_db_prep_value(programme, connection)
    rows = _ask(" AND decision_id IN (SELECT id FROM quality_decision WHERE programme_id = %s)", [key], _GRANTED)
    granted = [
        (row.decision, row.word, "accredited", json.loads(row.text), _day(row.since), _day(row.until))
        for row in rows
        if row.what == "granted"
    ]
    return [Decision.from_db(connection.alias, _DECISION, each) for each in granted], _later(rows)


def _later(found: Iterable[_Row]) -> Later:
    rows = defaultdict(list)
    for row in found:
        rows[row.what].append(row)
    sanctions: dict[int, list[Sanction]] = defaultdict(list)
    appeals: dict[int | None, list[_Row]] = defaultdict(list)
    for row in rows["appeal"]:
        appeals[row.key].append(row)
    for row in appeals[None]:
        if row.since or row.word == "upheld":
            sanctions[row.decision].append(_stay(row))
    for row in rows["sanction"]:
        sanctions[row.decision] += _left_of(_sanction(row), appeals.get(row.key, []))
    for row in (*rows["audit"], *rows["condition"]):
        if stop := rules.what_follows(row.word, due_on=_day(row.since), done_on=_maybe(row.until)):
            sanctions[row.decision].append(_by_itself(row, stop))
    for each in sanctions.values():
        each.sort(key=lambda one: (one.from_on, one.pk or 0))
    scopes: dict[int, list[tuple[date, Mapping[str, Any]]]] = defaultdict(list)
    for row in sorted(rows["amendment"], key=lambda one: (one.since, one.key)):
        scopes[row.decision].append((_day(row.since), json.loads(row.text)))
    return Later(sanctions, scopes)


def _ask(only: str = "", values: Sequence[Any] = (), also: str = "") -> list[_Row]:
    """Ask for the rows of all tables that a condition leaves, and of one more table with its own."""
    parts = [each + only for each in _LATER] + ([also] if also else [])
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [*values] * len(parts))
        return [*map(_Row._make, cursor.fetchall())]


def _day(told: str | None) -> date:
    return date.fromisoformat((told or "")[:10])


def _maybe(told: str | None) -> date | None:
    return _day(told) if told else None


def _sanction(row: _Row) -> Sanction:
    """Return a sanction as read; what is not read of it is fetched when somebody asks."""
    values = (row.key, row.decision, row.word, row.cause, _day(row.since), _maybe(row.until), row.text)
    return Sanction.from_db(connection.alias, _SANCTION, values)


def _stay(appeal: _Row) -> Sanction:
    until = None if appeal.word in ("", "upheld") else _maybe(appeal.until)
    start = _day(appeal.since or appeal.until or appeal.text)
    return Sanction(decision_id=appeal.decision, kind="stay", from_on=start, lifted_on=until)


def _by_itself(row: _Row, stop: rules.Stop) -> Sanction:
    told = _("An audit was not held by %(day)s") if row.what == "audit" else _("A condition was not met by %(day)s")
    return Sanction(
        decision_id=row.decision,
        kind=stop.kind,
        cause=row.what,
        from_on=stop.from_on,
        lifted_on=stop.until,
        reasons=told % {"day": date_format(_day(row.since))},
    )


def _left_of(sanction: Sanction, appeals: list[_Row]) -> list[Sanction]:
    """Return a sanction as its appeals leave it: in one piece, cut, or not at all."""
    if not appeals or sanction.kind not in STOPS:
        return [sanction]
    kind: rules.Kind = "withdrawal" if sanction.kind == "withdrawal" else "suspension"
    whole = rules.Stop(kind, sanction.from_on, sanction.lifted_on)
    stays = [rules.Stay(_maybe(each.since), _maybe(each.until), each.word == "upheld") for each in appeals]
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
    later = later_than(there)
    for each in there:
        each.scope = later.scope_of(each, day)
    return there
