"""The register in memory: what each accreditation is worth on any day, kept in step with the register's revision.

Outside a transaction only what was committed is read, so a copy that is as new as the last change is right. Inside one,
and for whatever the copy does not know, the database is asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Max

from opencairn.programmes.models import Programme
from opencairn.quality import rules
from opencairn.quality.models import Amendment, Change, Decision

from .standing import period_of, standing
from .stops import MANY, rows_of, sanctions_of


class Known(NamedTuple):
    """One accreditation: its dated facts, and its scope from each day on."""

    period: rules.Period
    scopes: tuple[tuple[date, Mapping[str, Any]], ...]

    def scope_on(self, day: date) -> Mapping[str, Any]:
        """What it covers on a day."""
        return next((scope for since, scope in reversed(self.scopes) if since <= day), self.scopes[0][1])


@dataclass
class Projection:
    """All accreditations of programmes, and how far the register had come when they were read."""

    decisions: int = 0
    changes: int = 0
    known: dict[UUID, dict[int, Known]] = field(default_factory=dict)


_projection = Projection()
_lock = Lock()


def _revision() -> tuple[int, int]:
    """The newest decision and the newest change, in one question."""
    newest = Change.objects.order_by("-pk").values("pk")[:1]
    found = Decision.objects.aggregate(decisions=Max("pk"))["decisions"] or 0
    return found, next(iter(newest.values_list("pk", flat=True)), 0)


def _read(decisions: Iterable[Decision]) -> Iterator[tuple[UUID, int, Known]]:
    there = [each for each in decisions if each.programme_id and each.verdict == "accredited"]
    ids = [each.pk for each in there]
    sanctions = sanctions_of(there)
    scopes: dict[int, list[tuple[date, Mapping[str, Any]]]] = {}
    for change in rows_of(Amendment, ids, granted=True, scope__isnull=False):
        scopes.setdefault(change.decision_id, []).append((change.from_on, change.scope or {}))
    for each in there:
        period = period_of(each, sanctions.get(each.pk, []))
        if period is not None and each.programme_id is not None:
            yield each.programme_id, each.pk, Known(period, ((date.min, each.scope), *scopes.get(each.pk, ())))


def refreshed() -> Projection:
    """Return the projection, in step with the register: only what changed since is read again."""
    decisions, changes = _revision()
    if (decisions, changes) == (_projection.decisions, _projection.changes):
        return _projection
    with _lock:
        if decisions < _projection.decisions or changes < _projection.changes:  # another database than before
            _projection.decisions, _projection.changes, _projection.known = 0, 0, {}
        touched = set(Change.objects.filter(pk__gt=_projection.changes).values_list("decision_id", flat=True))
        touched |= set(Decision.objects.filter(pk__gt=_projection.decisions).values_list("pk", flat=True))
        ids = sorted(touched)
        columns = ("pk", "programme_id", "verdict", "scope", "first_on", "last_on", "decided_at")
        for start in range(0, len(ids), MANY):
            rows = Decision.objects.filter(pk__in=ids[start : start + MANY]).only(*columns)
            for programme, pk, known in _read(rows):
                _projection.known.setdefault(programme, {})[pk] = known
        _projection.decisions, _projection.changes = decisions, changes
    return _projection


def accredited_on(
    programme: Programme, day: date, *, eqf_level: int | None = None, field_code: str | None = None
) -> bool:
    """Whether the programme was accredited on the day, for this level and field where they are given."""
    if connection.in_atomic_block:
        return standing(programme, day, eqf_level=eqf_level, field_code=field_code).accredited
    return any(
        rules.state_on(day, each.period) == "accredited"
        and rules.covers(each.scope_on(day), eqf_level=eqf_level, field_code=field_code)
        for each in refreshed().known.get(programme.pk, {}).values()
    )
