"""Qualiopi's rules to the day, and the calendar of every other framework."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.quality import rules
from opencairn.quality.frameworks import FRAMEWORKS, framework
from opencairn.quality.rules import Audit, Framework, Period

A_DAY = timedelta(days=1)
QUALIOPI, EDUQUA, DECLARED = framework("qualiopi-like"), framework("eduqua-like"), framework("self-declared")
dates = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(9999, 12, 1), 1, date.max),
        (date(1, 1, 5), -1, date.min),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day: date, months: int, later: date) -> None:
    assert rules.add_months(day, months) == later


@given(dates, st.integers(-600, 600))
def test_months_later_lies_in_the_month_that_counting_gives(day: date, months: int) -> None:
    later = rules.add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == min(day.day, monthrange(later.year, later.month)[1])


@given(dates, dates, st.integers(0, 60))
def test_months_keep_the_order_of_days(one: date, other: date, months: int) -> None:
    if one <= other:
        assert rules.add_months(one, months) <= rules.add_months(other, months)


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 3, 2), 36, date(2029, 3, 1)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2026, 3, 30)),
    ],
)
def test_a_validity_ends_the_day_before_its_anniversary(first: date, months: int, last: date) -> None:
    assert rules.last_possible_day(first, months=months) == last


# A certificate, the days of its surveillance window, its renewal window.
WINDOWS = [
    (date(2024, 1, 15), (date(2025, 3, 15), date(2025, 11, 15)), (date(2026, 7, 15), date(2027, 1, 14))),
    (date(2024, 12, 31), (date(2026, 2, 28), date(2026, 10, 31)), (date(2027, 6, 30), date(2027, 12, 30))),
    (date(2022, 12, 29), (date(2024, 2, 29), date(2024, 10, 29)), (date(2025, 6, 29), date(2025, 12, 28))),
    (date(2024, 2, 29), (date(2025, 4, 29), date(2025, 12, 29)), (date(2026, 9, 1), date(2027, 2, 28))),
]


@pytest.mark.parametrize(("first", "surveillance", "renewal"), WINDOWS)
def test_surveillance_is_in_months_14_to_22_and_renewal_before_the_third_year_ends(
    first: date, surveillance: tuple[date, date], renewal: tuple[date, date]
) -> None:
    due = rules.windows(QUALIOPI, first, rules.last_possible_day(first, months=QUALIOPI.validity_months))
    assert [(each.kind, each.first_on, each.last_on) for each in due] == [
        ("surveillance", *surveillance),
        ("renewal", *renewal),
    ]


CERTIFIED = Period(date(2024, 1, 15), date(2027, 1, 14))
LAST = date(2025, 11, 15)  # of its surveillance window

# Days of surveillance audits that were held, a day, and what the certificate is worth on it.
STATES: list[tuple[tuple[date, ...], date, str]] = [
    ((), date(2024, 1, 14), "not-yet"),
    ((), date(2024, 1, 15), "accredited"),
    ((), LAST, "accredited"),
    ((), LAST + A_DAY, "suspended"),
    ((), date(2027, 1, 14), "suspended"),
    ((), date(2027, 1, 15), "expired"),
    ((date(2025, 3, 14),), LAST + A_DAY, "suspended"),  # a day before the window opens: too early to count
    ((date(2025, 3, 15),), LAST + A_DAY, "accredited"),
    ((LAST,), LAST + A_DAY, "accredited"),
    ((date(2025, 12, 1),), LAST + A_DAY, "suspended"),
    ((date(2025, 12, 1),), date(2025, 11, 30), "suspended"),
    ((date(2025, 12, 1),), date(2025, 12, 1), "accredited"),
    ((date(2025, 12, 1),), date(2027, 1, 14), "accredited"),
    ((date(2025, 12, 1),), date(2027, 1, 15), "expired"),
]


@pytest.mark.parametrize(("held", "day", "state"), STATES)
def test_a_certificate_is_worth_to_the_day_what_its_audits_make_it(
    held: tuple[date, ...], day: date, state: str
) -> None:
    audits = [Audit("surveillance", on) for on in held]
    assert rules.state_under(day, QUALIOPI, CERTIFIED, audits) == state


def test_nonconformities_are_mended_to_the_day() -> None:
    minor = rules.cure_for(QUALIOPI, "minor", at="initial")
    major = rules.cure_for(QUALIOPI, "major", at="initial")
    later = rules.cure_for(QUALIOPI, "major", at="surveillance")
    assert minor is not None
    assert major is not None
    assert later is not None
    found = date(2025, 11, 30)
    assert rules.deadlines(minor, found) == (date(2026, 5, 30),)
    assert rules.deadlines(major, found) == (date(2026, 2, 28),)
    assert rules.deadlines(later, found) == (date(2026, 2, 28), date(2026, 5, 30))
    assert rules.cure_for(QUALIOPI, "conform", at="initial") is None
    assert rules.may_apply_again_on(QUALIOPI, date(2025, 11, 30)) == date(2026, 2, 28)


def test_an_audit_answers_one_window_and_yearly_audits_need_two() -> None:
    label = Period(date(2024, 1, 15), date(2027, 1, 14))
    first, second = date(2025, 1, 10), date(2026, 1, 10)
    day = date(2026, 2, 1)
    assert rules.state_under(day, EDUQUA, label, [Audit("interim", first), Audit("interim", second)]) == "accredited"
    assert rules.state_under(day, EDUQUA, label, [Audit("interim", first)]) == "suspended"
    assert rules.state_under(day, EDUQUA, label, [Audit("interim", second)]) == "suspended"
    assert rules.state_under(date(2025, 1, 15), EDUQUA, label) == "accredited"
    assert rules.state_under(date(2025, 1, 16), EDUQUA, label) == "suspended"


def test_a_review_that_was_missed_makes_a_declaration_stale_and_never_suspends_it() -> None:
    declared = Period(date(2026, 1, 1), date(2026, 12, 31))
    review = Audit("review", date(2026, 12, 1))
    assert not rules.stale_on(date(2026, 12, 1), DECLARED, declared)
    assert rules.stale_on(date(2026, 12, 2), DECLARED, declared)
    assert not rules.stale_on(date(2026, 12, 2), DECLARED, declared, [review])
    assert rules.stale_on(date(2026, 12, 20), DECLARED, declared, [Audit("review", date(2026, 12, 21))])
    assert rules.state_under(date(2026, 12, 20), DECLARED, declared) == "accredited"


def test_where_a_framework_withdraws_a_late_audit_comes_too_late() -> None:
    strict = replace(QUALIOPI, cycle=(replace(QUALIOPI.cycle[0], missed="withdraw"),))
    late = [Audit("surveillance", date(2025, 12, 1))]
    assert rules.state_under(date(2026, 1, 1), strict, CERTIFIED, late) == "withdrawn"
    assert rules.with_audits(strict, CERTIFIED, late).withdrawn_on == LAST + A_DAY
    earlier = Period(CERTIFIED.first_on, CERTIFIED.last_on, withdrawn_on=date(2025, 1, 1))
    assert rules.with_audits(strict, earlier, []).withdrawn_on == date(2025, 1, 1)


def test_an_accreditation_that_is_shorter_than_its_first_window_has_none() -> None:
    assert rules.windows(QUALIOPI, date(2024, 1, 15), date(2024, 1, 31)) == ()
    assert rules.windows(QUALIOPI, date(9999, 1, 1), date.max)[0].first_on == date(9999, 6, 30)


@given(st.sampled_from(FRAMEWORKS), dates)
def test_every_window_opens_while_the_decision_runs_and_closes_after_it_opens(under: Framework, first: date) -> None:
    last = rules.last_possible_day(first, months=under.validity_months)
    due = rules.windows(under, first, last)
    assert len(due) == len(under.cycle)
    for each in due:
        assert first <= each.first_on <= last
        assert each.first_on <= each.last_on


@given(st.sampled_from(FRAMEWORKS), dates, st.lists(st.integers(0, 1300), max_size=5), st.integers(0, 1300), st.data())
def test_what_is_held_later_never_changes_an_earlier_day(
    under: Framework, first: date, held: list[int], after: int, data: st.DataObject
) -> None:
    period = Period(first, rules.last_possible_day(first, months=under.validity_months))
    kinds = st.sampled_from([each.kind for each in under.cycle] or ["review"])
    audits = [Audit(data.draw(kinds), first + n * A_DAY) for n in held]
    day = first + after * A_DAY
    later = Audit(data.draw(kinds), day + A_DAY)
    assert rules.state_under(day, under, period, audits) == rules.state_under(day, under, period, [*audits, later])


@given(st.sampled_from(FRAMEWORKS), dates, st.integers(0, 2600))
def test_audits_held_on_the_first_day_of_each_window_keep_an_accreditation_unbroken(
    under: Framework, first: date, after: int
) -> None:
    period = Period(first, rules.last_possible_day(first, months=under.validity_months))
    audits = [Audit(each.kind, each.first_on) for each in rules.windows(under, first, period.last_on)]
    day = first + after * A_DAY
    assert rules.state_under(day, under, period, audits) == ("accredited" if day <= period.last_on else "expired")
    assert not rules.stale_on(day, under, period, audits)
