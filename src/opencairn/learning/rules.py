from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Literal, TypeVar

State = Literal["awarded", "award-withdrawn", "withdrawn", "cancelled", "passed", "waiting", "under-way", "to-come"]
Key = TypeVar("Key", bound=Hashable)


def award_gaps(results: Mapping[Key, bool], outcomes: Iterable[Key]) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """Return (missing, failed): the outcomes without a result, and those not passed, each in the given order."""
    outcomes = tuple(outcomes)
    missing = tuple(each for each in outcomes if each not in results)
    failed = tuple(each for each in outcomes if each in results and not results[each])
    return missing, failed


def passed(results: Mapping[Key, bool], outcomes: Iterable[Key]) -> bool:
    """Whether every outcome has a passed result. Where there is no outcome, nothing was passed.

    A micro-credential records outcomes assessed against transparent criteria (EU Recommendation 2022/C 243/02).
    """
    outcomes = tuple(outcomes)
    return bool(outcomes) and award_gaps(results, outcomes) == ((), ())


def places_left(capacity: int | None, taken: int) -> int | None:
    """Return how many places are free; None where there is no limit. Never less than none."""
    return None if capacity is None else max(0, capacity - taken)


def state_on(
    day: date,
    *,
    withdrawn: bool,
    awarded: bool,
    award_withdrawn: bool,
    cancelled: bool,
    all_passed: bool,
    starts_on: date | None,
    ends_on: date | None,
) -> State:
    """Return where a learner stands in a course on a day.

    ``award-withdrawn`` stays until a right award is decided; ``passed`` waits for the award to be decided; ``waiting``
    is after the last day, with results still to come.
    """
    if awarded:
        return "awarded"
    if award_withdrawn:
        return "award-withdrawn"
    if withdrawn:
        return "withdrawn"
    if cancelled:
        return "cancelled"
    if all_passed:
        return "passed"
    if ends_on is not None and day > ends_on:
        return "waiting"
    if starts_on is not None and day < starts_on:
        return "to-come"
    return "under-way"
