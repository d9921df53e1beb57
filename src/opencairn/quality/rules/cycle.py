"""The calendar of an accreditation: months, windows of audits, deadlines, and what follows when one is missed.

A month ends on its last day: 31 January and one month is 28 or 29 February. First and last days count.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from .frameworks import Cure, Framework
from .standing import A_DAY, Period, State, state_on


@dataclass(frozen=True)
class Window:
    """The days on which an audit can be held, the first and the last included, and what follows when it is missed."""

    kind: str
    first_on: date
    last_on: date
    missed: str


@dataclass(frozen=True)
class Audit:
    """An audit that was held: its kind and its day."""

    kind: str
    on: date


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later (or earlier), or the month's last day; at most the calendar's ends."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_possible_day(first_on: date, *, months: int) -> date:
    """Return the last day of a validity of so many months: the eve of the day it began on (29 February: the 28th)."""
    end = add_months(first_on, months)
    return end - A_DAY if end.day == first_on.day else end


def windows(framework: Framework, first_on: date, last_on: date) -> tuple[Window, ...]:
    """Return the audits due while an accreditation runs from ``first_on`` to ``last_on``, in order.

    Months after the first day are counted from it; months before the end are counted back from the day after the last.
    """
    end, found = last_on + A_DAY if last_on < date.max else last_on, []
    for step in framework.cycle:
        if step.counted == "after-start":
            opens, closes = add_months(first_on, step.from_month), add_months(first_on, step.to_month)
        else:
            opens, closes = add_months(end, -step.from_month), add_months(end, -step.to_month) - A_DAY
        if first_on <= opens <= last_on:
            found.append(Window(step.kind, opens, closes, step.missed))
    return tuple(sorted(found, key=lambda each: (each.first_on, each.last_on)))


def held(due: Iterable[Window], audits: Iterable[Audit]) -> dict[Window, date | None]:
    """Return the day on which each audit that was due was held, or None. One audit answers one window."""
    left = sorted(audits, key=lambda each: each.on)
    answered: dict[Window, date | None] = {}
    for window in due:
        answer = next((each for each in left if each.kind == window.kind and each.on >= window.first_on), None)
        if answer:
            left.remove(answer)
        answered[window] = answer.on if answer else None
    return answered


def with_audits(framework: Framework, period: Period, audits: Iterable[Audit]) -> Period:
    """Return the dated facts with what the missed audits add: suspended from the day after the window to the audit.

    Where the framework withdraws, an audit after its window comes too late.
    """
    suspensions, withdrawals = list(period.suspensions), [period.withdrawn_on] if period.withdrawn_on else []
    for window, on in held(windows(framework, period.first_on, period.last_on), audits).items():
        late_from = window.last_on + A_DAY if window.last_on < date.max else date.max
        if on is not None and on < late_from:
            continue
        if window.missed == "suspend":
            suspensions.append((late_from, on))
        if window.missed == "withdraw":
            withdrawals.append(late_from)
    return replace(period, suspensions=tuple(suspensions), withdrawn_on=min(withdrawals, default=None))


def state_under(day: date, framework: Framework, period: Period, audits: Iterable[Audit] = ()) -> State:
    """Return what an accreditation is worth on a day, missed audits included, whether or not anyone noticed then."""
    return state_on(day, with_audits(framework, period, (each for each in audits if each.on <= day)))


def stale_on(day: date, framework: Framework, period: Period, audits: Iterable[Audit] = ()) -> bool:
    """Whether a review that would keep it fresh was missed by that day."""
    due = windows(framework, period.first_on, period.last_on)
    answered = held(due, [each for each in audits if each.on <= day])
    return any(each.missed == "stale" and each.last_on < day and on is None for each, on in answered.items())


def deadlines(cure: Cure, found_on: date) -> tuple[date, ...]:
    """Return the last days on which a weakness can be mended: the first, and one for each extension."""
    return tuple(add_months(found_on, cure.months * n) for n in range(1, cure.extensions + 2))


def may_apply_again_on(framework: Framework, decided_on: date) -> date:
    """Return the first day of a new application after a refusal or a withdrawal."""
    return add_months(decided_on, framework.reapply_months)
