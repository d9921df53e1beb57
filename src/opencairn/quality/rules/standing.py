"""What an accreditation is worth on a day: a function of dated facts alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

State = Literal["accredited", "suspended", "withdrawn", "expired", "not-yet"]

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The dated facts of one accreditation. The first and the last day count.

    A suspension counts from its first day to the day before it was lifted, or on and on (None). A withdrawal is final
    from its day on; ``undone`` are those that an appeal ended or stays, by first day and the day it counts again.
    """

    first_on: date
    last_on: date
    suspensions: tuple[tuple[date, date | None], ...] = ()
    withdrawn_on: date | None = None
    undone: tuple[tuple[date, date], ...] = ()


def state_on(day: date, period: Period) -> State:
    """Return what an accreditation is worth on a day: a function of dated facts alone, so any day can be asked."""
    if day < period.first_on:
        return "not-yet"
    if period.withdrawn_on is not None and day >= period.withdrawn_on:
        return "withdrawn"
    if any(start <= day < until for start, until in period.undone):
        return "withdrawn"
    if day > period.last_on:
        return "expired"
    if any(start <= day and (lifted is None or day < lifted) for start, lifted in period.suspensions):
        return "suspended"
    return "accredited"


def _changes(period: Period) -> list[date]:
    """The days on which the state may change."""
    days = {period.first_on}
    if period.last_on < date.max:
        days.add(period.last_on + A_DAY)
    for start, lifted in period.suspensions:
        days |= {start} if lifted is None else {start, lifted}
    days |= {each for span in period.undone for each in span}
    if period.withdrawn_on is not None:
        days.add(period.withdrawn_on)
    return sorted(days)


def run_on(day: date, period: Period) -> tuple[State, date | None, date | None]:
    """Return (state, since, until): the longest unbroken run of days around ``day`` with one state; None is no end."""
    now = state_on(day, period)
    changes = [each for each in _changes(period) if state_on(each, period) != _state_before(each, period)]
    since = max((each for each in changes if each <= day), default=None)
    following = min((each for each in changes if each > day), default=None)
    return now, since, following - A_DAY if following else None


def _state_before(day: date, period: Period) -> State | None:
    return state_on(day - A_DAY, period) if day > date.min else None


def overlaps(from_on: date, suspensions: Iterable[tuple[date, date | None]]) -> bool:
    """Whether a new suspension from this day on, open-ended, would overlap one of the others."""
    return any(lifted is None or lifted > from_on for start, lifted in suspensions if lifted != start)


def next_number(year: int, numbers: Iterable[str]) -> str:
    """Return the next decision number of a year, such as 2026-014, given the numbers there are."""
    taken = (number.partition("-") for number in numbers)
    highest = max((int(end) for start, _, end in taken if start == str(year) and end.isdecimal()), default=0)
    return f"{year}-{highest + 1:03d}"
