from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.programmes import rules
from opencairn.programmes.profiles import EU, FILES, PROFILES, profile, read
from opencairn.programmes.wording import WRONG, gap_sentence, wrong

COMPLETE = {
    "learner": "Mirren Okafor",
    "title": {"en": "Water"},
    "issuer_country": "DE",
    "awarding_body": "Hochschule Tarntal",
    "issued_on": date(2026, 3, 2),
    "learning_outcomes": [{"text": {"en": "Read a lake."}, "skills": []}],
    "ects": Decimal(5),
    "hours": 140,
    "eqf_level": 6,
    "assessment_types": ["written"],
    "assessment": {"en": "A report."},
    "participation": "blended",
    "quality_assurance": "none",
}
ON_CREDENTIAL = ("learner", "issued_on")


def test_the_european_profile_has_eleven_and_five():
    mandatory = [e for e in EU.elements if e.mandatory]
    assert len(mandatory) == 11
    assert len(EU.elements) - len(mandatory) == 5
    assert tuple(e.key for e in mandatory if e.belongs_to == "credential") == ON_CREDENTIAL


def test_the_australian_profile_has_fifteen():
    assert len(profile("australia").elements) == 15
    assert all(e.mandatory and e.belongs_to == "programme" for e in profile("australia").elements)


def test_only_the_european_profile_gates_publishing():
    assert [p.key for p in PROFILES if p.gate] == ["eu-annex-i"]
    assert tuple(p.key for p in PROFILES) == FILES


@pytest.mark.parametrize("one", PROFILES, ids=lambda p: p.key)
def test_every_element_speaks_four_languages(one):
    for element in one.elements:
        for text in (element.name, element.question):
            assert set(text) == {"en", "de", "fr", "es"}, element.key
            assert all(text.values())


def test_an_unknown_profile_or_element_is_a_key_error():
    for ask in (lambda: profile("atlantis"), lambda: EU.element("colour")):
        with pytest.raises(KeyError):
            ask()


@pytest.mark.parametrize(
    "text",
    [
        'gate = true\nsource = "x"\n[name]\nen = "x"\n[[element]]\nkey = "a"\nname = {}\nquestion = {}\n',
        'gate = true\nsource = "x"\n[name]\nen = "x"\n'
        + '[[element]]\nkey = "a"\nall_of = ["a"]\nname = {}\nquestion = {}\n' * 2,
        'gate = true\nsource = "x"\n[name]\nen = "x"\n[[element]]\nkey = "a"\nall_of = ["a"]\nname = {}\nquestion = {}\nbelongs_to = "me"\n',
    ],
)
def test_a_profile_that_is_none_is_refused(text):
    with pytest.raises(ValueError):
        read(text, key="bad")


def test_nothing_is_missing_from_a_complete_description():
    assert rules.missing_elements(COMPLETE, EU) == ()
    assert rules.gaps(COMPLETE, EU) == ()
    assert rules.may_publish(COMPLETE, EU)


def test_a_programme_is_published_without_learner_and_date_but_a_credential_is_not_made():
    described = {name: value for name, value in COMPLETE.items() if name not in ON_CREDENTIAL}
    assert rules.may_publish(described, EU)
    assert rules.missing_elements(described, EU) == ON_CREDENTIAL


@given(st.sets(st.sampled_from(sorted(COMPLETE)), max_size=len(COMPLETE)))
def test_what_is_missing_is_exactly_what_nobody_stated(left_out):
    facts = {name: value for name, value in COMPLETE.items() if name not in left_out}
    expected = {e.key for e in EU.elements if e.mandatory and not rules.is_filled(facts, e)}
    missing = rules.missing_elements(facts, EU)
    assert set(missing) == expected
    assert list(missing) == [e.key for e in EU.elements if e.key in expected]


@given(st.sets(st.sampled_from(sorted(COMPLETE))), st.sets(st.sampled_from(sorted(COMPLETE))))
def test_stating_more_never_makes_more_missing(some, others):
    less = {name: COMPLETE[name] for name in some}
    more = {name: COMPLETE[name] for name in some | others}
    assert set(rules.missing_elements(more, EU)) <= set(rules.missing_elements(less, EU))


@given(st.sets(st.sampled_from(sorted(COMPLETE))))
def test_a_meter_counts_every_element_once(left_out):
    facts = {name: value for name, value in COMPLETE.items() if name not in left_out}
    for one in PROFILES:
        measured = rules.completeness(facts, one)
        assert measured.total == sum(e.mandatory and e.belongs_to == "programme" for e in one.elements)
        assert measured.full + len(measured.gaps) == measured.total
        assert measured.is_full == (measured.full == measured.total)


@pytest.mark.parametrize("blank", ["", "  ", None, [], {}, {"en": " "}, [{}], [""], ()])
def test_blanks_state_nothing(blank):
    assert not rules.is_stated(blank)


@pytest.mark.parametrize("value", [0, False, "x", {"en": "", "de": "x"}, [0], Decimal(0)])
def test_zero_and_no_are_statements(value):
    assert rules.is_stated(value)


@pytest.mark.parametrize("facts", [{"eqf_level": 6}, {"national_level": "DQR 6"}, {"level_not_applicable": "A test."}])
def test_a_level_may_be_european_national_or_not_applicable(facts):
    assert rules.is_filled(facts, EU.element("level"))


def test_assessment_needs_its_type_and_its_criteria():
    assert not rules.is_filled({"assessment_types": ["oral"]}, EU.element("assessment"))
    assert not rules.is_filled({"assessment": {"en": "Talk."}}, EU.element("assessment"))


@given(st.decimals("0.1", "60", places=2), st.integers(25, 30))
def test_25_to_30_hours_for_each_credit_are_plausible(ects, rate):
    hours = int(ects * rate)
    if ects * 25 <= hours <= ects * 30 and hours >= 1:
        assert rules.workload_problem(ects, hours) is None


@given(st.decimals("-5", "200", places=2), st.integers(-10, 5000))
def test_every_workload_is_plausible_or_has_a_sentence(ects, hours):
    problem = rules.workload_problem(ects, hours)
    plausible = Decimal("0.1") <= ects <= 60 and 1 <= hours <= 1800 and ects * 25 <= hours <= ects * 30
    assert (problem is None) == plausible
    if problem:
        assert wrong(problem[0], **problem[1])


def test_one_of_the_two_is_enough_for_a_workload():
    assert rules.workload_problem(None, 40) is None
    assert rules.workload_problem(Decimal("1.5"), None) is None
    assert rules.workload_problem(None, None) is None


def test_a_wrong_value_is_a_gap_with_a_reason():
    (gap,) = rules.gaps(COMPLETE | {"hours": 10}, EU)
    assert (gap.element.key, gap.kind, gap.code) == ("workload", "wrong", "hours-per-ects")
    assert gap_sentence(gap) == (
        "Workload: 5 ECTS are 125 to 150 hours of work, but the description says 10. Change one of them."
    )
    assert not rules.may_publish(COMPLETE | {"hours": 10}, EU)
    assert rules.completeness(COMPLETE | {"hours": 10}, EU).states[-1] == "wrong"


@pytest.mark.parametrize("facts", [{"eqf_level": 9}, {"eqf_level": 0}, {"level_not_applicable": "A language test."}])
def test_a_level_that_cannot_be_right_is_a_gap(facts):
    (gap,) = rules.gaps(COMPLETE | facts, EU)
    assert gap.element.key == "level"
    assert gap_sentence(gap)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ({"en": "Water", "pt-BR": "Água"}, ""), ({}, ""), ("Water", "text-shape"), (None, "text-shape"), ([], "text-shape"),
        ({"en": 3}, "text-shape"), ({"<b>": "x"}, "text-tag"), ({3: "x"}, "text-tag"), ({"en": "x" * 201}, "text-long"),
        ({"en": "a\x00b"}, "text-control"), ({f"a{chr(97 + n)}": "x" for n in range(26)}, "text-languages"),
    ],
)  # fmt: skip
def test_a_text_by_language_is_judged(text, code):
    assert rules.text_problem("title", text) == code


days = st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1))


@given(days, days, days)
def test_dates_without_a_problem_are_in_order(starts_on, ends_on, enrol_until):
    problems = rules.offering_problems(starts_on=starts_on, ends_on=ends_on, enrol_until=enrol_until)
    if not problems:
        assert not ends_on or (starts_on and starts_on <= ends_on)
        assert not (starts_on and enrol_until) or enrol_until <= starts_on
    assert all(code in WRONG for _field, code in problems)


@given(days, days, days, st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_enrolment_that_closed_does_not_open_again(starts_on, ends_on, enrol_until, day):
    facts = {"starts_on": starts_on, "ends_on": ends_on, "enrol_until": enrol_until, "cancelled": False}
    if rules.enrolment_open(day + timedelta(days=1), **facts):
        assert rules.enrolment_open(day, **facts)
    assert not rules.enrolment_open(day, **(facts | {"cancelled": True}))


def test_enrolment_is_open_on_its_last_day_and_any_day_runs_stay_open():
    last = {"starts_on": date(2026, 9, 14), "ends_on": None, "enrol_until": date(2026, 9, 1), "cancelled": False}
    assert rules.enrolment_open(date(2026, 9, 1), **last)
    assert not rules.enrolment_open(date(2026, 9, 2), **last)
    assert rules.enrolment_open(date(2099, 1, 1), starts_on=None, ends_on=None, enrol_until=None, cancelled=False)


def test_every_problem_of_a_run_is_told_at_once():
    problems = rules.offering_problems(
        starts_on=date(2026, 9, 14),
        ends_on=date(2026, 9, 1),
        enrol_until=date(2026, 9, 20),
        capacity=0,
        price=Decimal(-1),
    )
    assert [field for field, _code in problems] == ["ends_on", "enrol_until", "capacity", "price", "currency"]


def test_a_level_outside_one_to_eight_or_beside_not_applicable_is_a_problem() -> None:
    assert rules.level_problem(9, "") == ("level-range", {"level": 9})
    assert rules.level_problem(0, "") == ("level-range", {"level": 0})
    assert rules.level_problem(5, "A licence has no level.") == ("level-both", {"level": 5})
    assert rules.level_problem(5, " ") is None
    assert rules.level_problem(None, "A licence has no level.") is None
