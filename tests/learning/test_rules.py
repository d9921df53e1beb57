from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.learning import rules

DAY = date(2026, 3, 2)
keys = st.lists(st.integers(0, 20), unique=True, max_size=8)


def test_every_outcome_needs_a_passed_result() -> None:
    assert rules.passed({1: True, 2: True}, [1, 2])
    assert not rules.passed({1: True}, [1, 2])
    assert not rules.passed({1: True, 2: False}, [1, 2])


def test_where_there_is_no_outcome_nothing_was_passed() -> None:
    assert not rules.passed({}, [])
    assert not rules.passed({1: True}, [])


@given(st.dictionaries(st.integers(0, 20), st.booleans()), keys)
def test_gaps_are_exactly_what_keeps_one_from_passing(results: dict[int, bool], outcomes: list[int]) -> None:
    missing, failed = rules.award_gaps(results, outcomes)
    assert rules.passed(results, outcomes) == (bool(outcomes) and not missing and not failed)
    assert set(missing) | set(failed) == {each for each in outcomes if not results.get(each)}
    assert not set(missing) & set(failed)


@given(st.dictionaries(st.integers(0, 20), st.booleans()), keys, st.integers(0, 20))
def test_one_more_pass_never_takes_the_award_away(results: dict[int, bool], outcomes: list[int], one: int) -> None:
    assert rules.passed(results, outcomes) <= rules.passed(results | {one: True}, outcomes)


@given(st.integers(0, 500), st.integers(0, 500))
def test_places_are_never_fewer_than_none(capacity: int, taken: int) -> None:
    left = rules.places_left(capacity, taken)
    assert left == max(0, capacity - taken)
    assert rules.places_left(None, taken) is None


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"awarded": True, "cancelled": True}, "awarded"),
        ({"awarded": True, "award_withdrawn": True}, "awarded"),
        ({"award_withdrawn": True, "all_passed": True}, "award-withdrawn"),
        ({"withdrawn": True}, "withdrawn"),
        ({"cancelled": True}, "cancelled"),
        ({"all_passed": True}, "passed"),
        ({"ends_on": date(2026, 3, 1)}, "waiting"),
        ({"ends_on": DAY}, "under-way"),
        ({"starts_on": date(2026, 3, 3)}, "to-come"),
        ({"starts_on": DAY}, "under-way"),
        ({}, "under-way"),
    ],
)
def test_a_learner_stands_somewhere_on_every_day(facts: dict[str, object], state: str) -> None:
    nothing = dict.fromkeys(("withdrawn", "awarded", "award_withdrawn", "cancelled", "all_passed"), False)
    given_facts = nothing | {"starts_on": None, "ends_on": None} | facts
    assert rules.state_on(DAY, **given_facts) == state  # type: ignore[arg-type]
