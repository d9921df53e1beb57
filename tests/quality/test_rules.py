from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.quality import rules
from opencairn.quality.rules import Period, run_on, state_on

A_DAY = timedelta(days=1)
START = date(2025, 1, 1)
days = st.integers(min_value=-50, max_value=450).map(lambda n: START + n * A_DAY)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """An accreditation with up to three suspensions that do not overlap, and perhaps a withdrawal."""
    first = START + draw(st.integers(0, 100)) * A_DAY
    last = first + draw(st.integers(0, 300)) * A_DAY
    edges = sorted(draw(st.lists(st.integers(0, (last - first).days), max_size=6)))
    spans = [(first + a * A_DAY, first + b * A_DAY) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    if spans and draw(st.booleans()):
        spans[-1] = (spans[-1][0], None)
    withdrawn = first + draw(st.integers(0, (last - first).days)) * A_DAY if draw(st.booleans()) else None
    return Period(first, last, tuple(spans), withdrawn)


def test_the_first_and_the_last_day_count() -> None:
    period = Period(date(2025, 9, 1), date(2028, 8, 31))
    assert [
        state_on(day, period) for day in (date(2025, 8, 31), date(2025, 9, 1), date(2028, 8, 31), date(2028, 9, 1))
    ] == [
        "not-yet",
        "accredited",
        "accredited",
        "expired",
    ]


def test_a_suspension_counts_to_the_day_before_it_was_lifted() -> None:
    period = Period(date(2025, 1, 1), date(2025, 12, 31), ((date(2025, 3, 3), date(2025, 4, 1)),))
    said = [state_on(day, period) for day in (date(2025, 3, 2), date(2025, 3, 3), date(2025, 3, 31), date(2025, 4, 1))]
    assert said == ["accredited", "suspended", "suspended", "accredited"]


def test_a_suspension_lifted_on_its_first_day_never_took_effect() -> None:
    day = date(2025, 3, 3)
    assert state_on(day, Period(date(2025, 1, 1), date(2025, 12, 31), ((day, day),))) == "accredited"


@given(periods(), days, days)
def test_a_withdrawal_is_final(period: Period, day: date, later: date) -> None:
    if state_on(day, period) == "withdrawn" and later >= day:
        assert state_on(later, period) == "withdrawn"


@given(periods(), days)
def test_no_day_outside_the_dates_is_accredited(period: Period, day: date) -> None:
    if state_on(day, period) == "accredited":
        assert period.first_on <= day <= period.last_on


@given(periods(), days, days)
def test_a_suspension_takes_days_away_and_never_adds_any(period: Period, day: date, from_on: date) -> None:
    harder = Period(period.first_on, period.last_on, (*period.suspensions, (from_on, None)), period.withdrawn_on)
    if state_on(day, harder) == "accredited":
        assert state_on(day, period) == "accredited"


@given(periods(), days)
def test_a_run_is_unbroken_and_as_long_as_it_can_be(period: Period, day: date) -> None:
    state, since, until = run_on(day, period)
    first, last = since or START - 60 * A_DAY, until or START + 500 * A_DAY
    assert first <= day <= last
    assert {state_on(first + n * A_DAY, period) for n in range((last - first).days + 1)} == {state}
    assert since is None or state_on(since - A_DAY, period) != state
    assert until is None or state_on(until + A_DAY, period) != state


def test_the_ends_of_the_calendar_are_days_like_any_other() -> None:
    whole = Period(date.min, date.max)
    assert run_on(date.max, whole) == ("accredited", date.min, None)


@pytest.mark.parametrize(
    ("from_on", "there", "expected"),
    [
        (date(2025, 5, 1), [], False),
        (date(2025, 5, 1), [(date(2025, 3, 1), None)], True),
        (date(2025, 5, 1), [(date(2025, 3, 1), date(2025, 5, 1))], False),
        (date(2025, 5, 1), [(date(2025, 3, 1), date(2025, 5, 2))], True),
        (date(2025, 5, 1), [(date(2025, 6, 1), date(2025, 6, 2))], True),
        (date(2025, 5, 1), [(date(2025, 6, 1), date(2025, 6, 1))], False),
    ],
)
def test_suspensions_do_not_overlap(from_on: date, there: list[tuple[date, date | None]], expected: bool) -> None:
    assert rules.overlaps(from_on, there) is expected


def test_a_scope_narrows_by_level_field_and_type() -> None:
    scope = {"eqf_levels": [5, 6], "fields": ["05", "0711"], "credential_types": ["MicroCredential"]}
    assert rules.covers(scope, eqf_level=6, field_code="0521", credential_type="MicroCredential")
    assert not rules.covers(scope, eqf_level=7)
    assert rules.covers(scope, field_code="0711")
    assert not rules.covers(scope, field_code="07")
    assert not rules.covers(scope, credential_type="Degree")
    assert rules.covers(scope)
    assert rules.covers({}, eqf_level=8, field_code="09", credential_type="Degree")


@given(st.from_regex(r"[0-9]{2,4}", fullmatch=True), st.from_regex(r"[0-9]{0,2}", fullmatch=True))
def test_a_field_covers_everything_below_it(field: str, below: str) -> None:
    assert rules.covers({"fields": [field]}, field_code=field + below)


@pytest.mark.parametrize(
    ("level", "field", "scope"),
    [
        (5, "0521", {"eqf_levels": [5], "fields": ["05"]}),
        (None, "0711", {"fields": ["07"]}),
        (4, "", {"eqf_levels": [4]}),
        (None, "", {}),
    ],
)
def test_a_review_covers_the_level_and_the_broad_field_that_were_reviewed(
    level: int | None, field: str, scope: dict[str, object]
) -> None:
    assert rules.reviewed_scope(level, field) == scope
    assert rules.covers(scope, eqf_level=level, field_code=field or None)


def test_a_scope_with_strange_keys_or_values_is_named() -> None:
    good = {"eqf_levels": [1, 8], "fields": ["05", "0521"], "credential_types": ["MicroCredential"]}
    assert list(rules.scope_faults(good)) == []
    bad = {"eqf_levels": [9], "fields": ["x"], "credential_types": "MicroCredential", "colour": ["blue"]}
    assert list(rules.scope_faults(bad)) == ["eqf_levels", "fields", "credential_types", "colour"]
    assert list(rules.scope_faults({"eqf_levels": [True]})) == ["eqf_levels"]


def test_numbers_go_on_past_999_and_mind_their_year() -> None:
    assert rules.next_number(2026, []) == "2026-001"
    assert rules.next_number(2026, ["2026-013", "2025-900", "2026-x"]) == "2026-014"
    assert rules.next_number(2026, ["2026-999", "2026-1000"]) == "2026-1001"
