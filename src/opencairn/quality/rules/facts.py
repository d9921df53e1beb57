"""What follows by itself from dated facts: missed audits, missed conditions, appeals. Nobody has to notice it.

The last day of a window or a deadline still counts; what follows counts from the day after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .standing import A_DAY, Period

Kind = Literal["suspension", "withdrawal"]
FOLLOWS: dict[str, Kind] = {"suspend": "suspension", "withdraw": "withdrawal"}


@dataclass(frozen=True)
class Stop:
    """A stretch of days on which an accreditation does not count: from its first day to the eve of ``until``."""

    kind: Kind
    from_on: date
    until: date | None = None


@dataclass(frozen=True)
class Stay:
    """One appeal: from when it stays the effect (None: it does not), when it was decided, and whether it was upheld."""

    from_on: date | None
    decided_on: date | None = None
    upheld: bool = False


def what_follows(missed: str, *, due_on: date, done_on: date | None) -> Stop | None:
    """Return what follows when something was not done by the end of a day: suspended until it is, or withdrawn.

    ``missed`` is nothing, stale, suspend or withdraw. What is withdrawn stays so: being late does not mend it.
    """
    kind = FOLLOWS.get(missed)
    if kind is None or due_on == date.max or (done_on is not None and done_on <= due_on):
        return None
    return Stop(kind, due_on + A_DAY, done_on if kind == "suspension" else None)


def after_appeals(stop: Stop, appeals: Iterable[Stay]) -> tuple[Stop, ...]:
    """Return what is left of a stop after its appeals, in order: nothing while it is stayed, or once one was upheld."""
    left = [stop]
    for each in appeals:
        if each.upheld and each.decided_on is not None:
            left = [cut for piece in left for cut in _without(piece, each.decided_on, None)]
        if each.from_on is not None:
            left = [cut for piece in left for cut in _without(piece, each.from_on, each.decided_on)]
    return tuple(left)


def _without(stop: Stop, start: date, end: date | None) -> Iterable[Stop]:
    """Yield what is left of a stop without the days from ``start`` to the eve of ``end`` (None: on and on)."""
    if stop.from_on < start:
        yield Stop(stop.kind, stop.from_on, start if stop.until is None else min(stop.until, start))
    if end is not None and (stop.until is None or end < stop.until):
        yield Stop(stop.kind, max(stop.from_on, end), stop.until)


def period(first_on: date, last_on: date, stops: Iterable[Stop]) -> Period:
    """Return the dated facts of an accreditation, from everything that stops it from counting."""
    stops = sorted(stops, key=lambda each: (each.from_on, each.until or date.max))
    final = [each.from_on for each in stops if each.kind == "withdrawal" and each.until is None]
    return Period(
        first_on=first_on,
        last_on=last_on,
        suspensions=tuple((each.from_on, each.until) for each in stops if each.kind == "suspension"),
        withdrawn_on=min(final, default=None),
        undone=tuple(
            (each.from_on, each.until) for each in stops if each.kind == "withdrawal" and each.until is not None
        ),
    )


def reminder_due(due_on: date, today: date, *, steps: Iterable[int]) -> int | None:
    """Return which reminder is due today, in days before ``due_on``: the latest step reached; None before and after.

    A site that was down on the day of a step sends it when it is back.
    """
    left = (due_on - today).days
    return min((each for each in steps if 0 <= left <= each), default=None)
