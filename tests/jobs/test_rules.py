from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from opencairn.jobs.rules import FIRST_DELAY, LONGEST_DELAY, MOST_ATTEMPTS, Sweep, delay_after, gives_up


@given(st.integers(min_value=-3, max_value=10_000))
def test_a_delay_is_never_shorter_than_the_first_nor_longer_than_an_hour(attempt: int) -> None:
    assert FIRST_DELAY <= delay_after(attempt) <= LONGEST_DELAY


@given(st.integers(min_value=1, max_value=MOST_ATTEMPTS - 1))
def test_each_delay_of_a_round_is_at_least_as_long_as_the_one_before(attempt: int) -> None:
    assert delay_after(attempt) <= delay_after(attempt + 1) or attempt % MOST_ATTEMPTS == 0


def test_the_eighth_attempt_is_the_last_of_its_round() -> None:
    assert [n for n in range(1, 20) if gives_up(n)] == [8, 16]
    assert not gives_up(0)


def test_a_sweep_has_a_row_of_its_own_kind() -> None:
    assert Sweep("tidy", int, timedelta(hours=1)).kind == "sweep:tidy"
