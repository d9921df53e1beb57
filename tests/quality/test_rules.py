from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.quality import rules
from opencairn.quality.frameworks import FILES, FRAMEWORKS, HERE, WrongFramework, framework, read
from opencairn.quality.rules import Period, accredited_on, run_on, state_on

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
    assert accredited_on(day, [harder]) <= accredited_on(day, [period])


@given(st.lists(periods(), max_size=3), periods(), days)
def test_another_accreditation_never_takes_a_day_away(some: list[Period], more: Period, day: date) -> None:
    assert accredited_on(day, some) <= accredited_on(day, [*some, more])


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


def test_no_decision_is_no_accreditation() -> None:
    assert not accredited_on(START, [])


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


@pytest.mark.parametrize(
    ("first", "years", "last"),
    [
        (date(2026, 3, 2), 3, date(2029, 3, 1)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2026, 1, 1), 1, date(2026, 12, 31)),
    ],
)
def test_a_validity_ends_the_day_before_its_anniversary(first: date, years: int, last: date) -> None:
    assert rules.last_possible_day(first, years) == last


def test_numbers_go_on_past_999_and_mind_their_year() -> None:
    assert rules.next_number(2026, []) == "2026-001"
    assert rules.next_number(2026, ["2026-013", "2025-900", "2026-x"]) == "2026-014"
    assert rules.next_number(2026, ["2026-999", "2026-1000"]) == "2026-1001"


SHORT = framework("short-learning")
ALL_MET = {each.key: "met" for each in SHORT.criteria}


def test_the_framework_has_eight_criteria_in_four_languages() -> None:
    assert (SHORT.version, SHORT.approach, SHORT.object, SHORT.validity_years) == ("2026", "regulatory", "programme", 3)
    assert len(SHORT.criteria) == 8
    for each in (*SHORT.criteria, *SHORT.scale):
        words = each.title if isinstance(each, rules.Criterion) else each.label
        assert set(words) == {"en", "de", "fr", "es"}


def test_an_unknown_framework_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        framework("nothing")


def test_all_met_is_enough() -> None:
    assert rules.criteria_met(SHORT, ALL_MET)
    assert rules.unanswered(SHORT, ALL_MET) == ()


def test_a_criterion_without_a_finding_is_in_the_way() -> None:
    some = {key: outcome for key, outcome in ALL_MET.items() if key != "staff"}
    assert rules.unanswered(SHORT, some) == ("staff",)
    assert not rules.criteria_met(SHORT, some)


def test_a_mandatory_criterion_must_be_met_in_full() -> None:
    assert rules.in_the_way(SHORT, ALL_MET | {"workload": "partly-met"}) == ("workload",)
    assert rules.criteria_met(SHORT, ALL_MET | {"staff": "partly-met", "level": "not-applicable"})


def test_more_partly_met_than_allowed_is_in_the_way() -> None:
    two = ALL_MET | {"staff": "partly-met", "level": "partly-met"}
    assert rules.criteria_met(SHORT, two)
    assert rules.in_the_way(SHORT, two | {"identity": "partly-met"}) == ("level", "identity", "staff")


@given(
    st.fixed_dictionaries({each.key: st.sampled_from([g.key for g in SHORT.scale]) for each in SHORT.criteria}),
    st.data(),
)
def test_a_better_finding_never_turns_a_yes_into_a_no(findings: dict[str, str], data: st.DataObject) -> None:
    criterion = data.draw(st.sampled_from(sorted(findings)))
    assert rules.criteria_met(SHORT, findings) <= rules.criteria_met(SHORT, findings | {criterion: "met"})


def test_a_mandatory_criterion_always_applies() -> None:
    mandatory, other = SHORT.criterion("outcomes"), SHORT.criterion("staff")
    assert mandatory is not None
    assert other is not None
    assert "not-applicable" not in {grade.key for grade in SHORT.grades_for(mandatory)}
    assert "not-applicable" in {grade.key for grade in SHORT.grades_for(other)}
    assert SHORT.criterion("nothing") is None


WORDS = (HERE / FILES[0]).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        ("mandatory = true", "mandatory = 1", "f.toml: criteria.1.mandatory: must be true or false"),
        ('approach = "regulatory"', 'approach = "strict"', "f.toml: approach: must be one of regulatory"),
        ('key = "level"', 'key = "staff"', "f.toml: criteria: 'staff' stands there twice"),
        ('{ en = "Each outcome says what', '{ it = "Each outcome says what', "f.toml: criteria.1.indicators.1: must"),
        ('"partly-met" = 2', '"partly" = 2', "f.toml: decision.at_most: 'partly' is not on the scale"),
        ('"partly-met" = 2', '"partly-met" = -1', "f.toml: decision.at_most: must be a table"),
        ('mandatory_may_be = ["met"]', 'mandatory_may_be = ["fine"]', "f.toml: decision.mandatory_may_be: 'fine'"),
        ("validity_years = 3", "validity_years = 30", "f.toml: validity_years: must be 1 to 20"),
        ("validity_years = 3", "validity_years = true", "f.toml: validity_years: must be a whole number"),
        ("[[criteria]]", "[criteria]", "f.toml: not TOML"),
        ('mark = "pass"', 'mark = "green"', "f.toml: scale.1.mark: must be one of pass"),
        ('version = "2026"', 'version = ""', "f.toml: version: must be a string that is not empty"),
    ],
)  # fmt: skip
def test_a_wrong_framework_file_says_which_file_and_which_key(good: str, bad: str, complaint: str) -> None:
    assert good in WORDS
    with pytest.raises(WrongFramework, match=r"f\.toml") as raised:
        read(WORDS.replace(good, bad, 1), file="f.toml")
    assert str(raised.value).startswith(complaint)


def test_a_list_of_something_else_is_refused() -> None:
    with pytest.raises(WrongFramework, match=r"f.toml: scale: must be a list of tables"):
        read('scale = ["met"]', file="f.toml")


def test_every_framework_on_the_shelf_is_read() -> None:
    assert len(FRAMEWORKS) == len(FILES)
