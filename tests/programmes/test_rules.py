from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.programmes import rules
from opencairn.programmes.facts import ASSURANCE
from opencairn.programmes.profiles import EU, FILES, PROFILES, WrongProfile, profile, read
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
    elements = profile("australia").elements
    assert [e.key for e in elements if e.unless] == ["assurance"]
    assert len(elements) == 15 + 1
    assert all(e.mandatory and e.belongs_to == "programme" for e in elements)


def test_the_european_profile_stands_first():
    assert tuple(p.key for p in PROFILES) == FILES
    assert PROFILES[0] == EU


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


GOOD = """source = "us"
[name]
en = "Ours"
[[element]]
key = "all"
page = "title"
all_of = ["title", "participation", "assessment", "hours"]
name.en = "All"
question.en = "Everything?"
"""


@pytest.mark.parametrize(
    ("there", "instead", "said"),
    [
        ("source", "sauce", "x.toml: sauce: we do not know this key"),
        ('"us"', '""', "x.toml: source: say where"),
        ('"us"', "[", "x.toml: not TOML"),
        ("[[element]]", "[element]", "x.toml: element: there must be"),
        ('en = "Ours"', "en = 1", "x.toml: name: must be words by language"),
        ('key = "all"', "", "x.toml: element 1: key: give"),
        ('page = "title"', 'page = "moon"', "x.toml: element all: page: must be one of"),
        ('page = "title"', 'colour = "red"', "x.toml: element all: colour: we do not know"),
        ('"title", ', '"smell", ', "x.toml: element all: all_of: a description has no fact called smell"),
        ('["title", ', "[1, ", "x.toml: element all: all_of: must be a list of facts"),
        ('all_of = ["title", "participation", "assessment", "hours"]', "", "x.toml: element all: all_of: name the facts"),
        (', "hours"', "", "x.toml: duration must be mandatory: let one element ask for ects or hours or weeks"),
        ("name.en", "mandatory = false\nname.en", "x.toml: delivery must be mandatory"),
        ("name.en", 'mandatory = "yes"\nname.en', "x.toml: element all: mandatory: must be true or false"),
        ("name.en", 'belongs_to = "me"\nname.en', "x.toml: element all: belongs_to: must be"),
        ("name.en", 'unless = { smell = ["a"] }\nname.en', "x.toml: element all: unless: a description has no fact"),
        ("name.en", 'must_be = { title = "a" }\nname.en', "x.toml: element all: must_be: must be lists of words"),
        ("name.en", 'size = { of = "miles", least = 1 }\nname.en', "x.toml: element all: size: must name a unit"),
        ("name.en", 'size = { of = "nz" }\nname.en', "x.toml: element all: size: must name a unit"),
        ("name.en", "size = 4\nname.en", "x.toml: element all: size: must name a unit"),
        ("name.en", 'framework = "mars"\nname.en', "x.toml: element all: framework: we know none called mars"),
        ("question.en", "question.de = 4\nquestion.en", "x.toml: element all: question: must be words by language"),
    ],
)  # fmt: skip
def test_a_profile_that_is_wrong_says_where_and_what_to_do(there, instead, said):
    assert read(GOOD, key="x").elements[0].all_of[0] == "title"
    with pytest.raises(WrongProfile) as refusal:
        read(GOOD.replace(there, instead), key="x")
    assert str(refusal.value).startswith(said), str(refusal.value)


def test_an_element_stands_once_in_a_profile():
    twice = GOOD + "[[element]]" + GOOD.split("[[element]]")[1]
    with pytest.raises(WrongProfile, match="element all: stands twice"):
        read(twice, key="x")


def asked(profile, facts, element):
    """Whether one element has a gap, and the code of it."""
    found = [gap for gap in rules.gaps(facts, profile) if gap.element.key == element]
    assert all(gap_sentence(gap) for gap in found)
    return found[0].code if found else ""


@pytest.mark.parametrize(
    ("key", "element", "facts", "code"),
    [
        ("nzqa", "credit_value", {}, "not-stated"),
        ("nzqa", "credit_value", {"hours": 9}, "size-range"),
        ("nzqa", "credit_value", {"hours": 10}, ""),
        ("nzqa", "credit_value", {"hours": 400}, ""),
        ("nzqa", "credit_value", {"hours": 401}, "size-range"),
        ("nzqa", "credit_value", {"ects": Decimal(20)}, ""),
        ("nzqa", "credit_value", {"ects": Decimal(21)}, "size-range"),
        ("nzqa", "credit_value", {"ects": Decimal(90)}, "ects-range"),
        ("nzqa", "title", {"title": {"en": "Degrees of freedom"}}, "forbidden-word"),
        ("nzqa", "title", {"title": {"en-NZ": "A Post-Graduate taster"}}, "forbidden-word"),
        ("nzqa", "title", {"title": {"en": "Water in New-Zealand"}}, "forbidden-word"),
        ("nzqa", "title", {"title": {"en": "Mastering international water", "de": "Meister"}}, ""),
        ("nzqa", "title", {"title": {"en": "Cheese", "de": "Bachelor Käse"}}, "forbidden-word"),
        ("nzqa", "title", {"title": {"en": "Ba\u200bchelor of cheese"}}, "forbidden-word"),
        ("nzqa", "title", {"title": {"en": "\u0412achelor of cheese"}}, "forbidden-word"),
        ("nzqa", "title", {"title": {"en": "D\u03bfctor of cheese"}}, "forbidden-word"),
        ("nzqa", "level", {"national_level": "DQR 5"}, "level-framework"),
        ("nzqa", "level", {"national_level": " nzqcf 5"}, ""),
        ("nzqa", "quality_assurance", {"quality_assurance": "internal"}, "must-be"),
        ("nzqa", "quality_assurance", {"quality_assurance": "external-programme"}, ""),
        ("nzqa", "need", {"need": [{"source": "A survey", "date": "2026-01-01", "sector": "Water"}]}, ""),
        ("nzqa", "need", {"need": []}, "not-stated"),
        ("nzqa", "developer", {"provider": "Institute", "partners": [{"name": "F", "role": "funder"}]}, "not-stated"),
        ("nzqa", "developer", {"designers": ["Waterworks"]}, ""),
        ("nzqa", "review_period", {"review_due_on": date(2027, 1, 1)}, ""),
        ("ontario", "duration", {"weeks": 11}, ""),
        ("ontario", "duration", {"weeks": 12}, "size-below"),
        ("ontario", "duration", {"weeks": 10, "run_weeks": 14}, "size-below"),
        ("ontario", "duration", {}, "not-stated"),
        ("ireland", "nfq_level", {"national_level": "NFQ 8"}, ""),
        ("ireland", "nfq_level", {"national_level": "DQR 6; nfq 8,"}, ""),
        ("ireland", "nfq_level", {"national_level": "8"}, "level-framework"),
        ("australia", "effort", {"hours": 0}, "hours-range"),
        ("australia", "assurance", {"quality_assurance": "external-institution"}, ""),
        ("australia", "assurance", {"quality_assurance": "internal"}, "not-stated"),
        ("australia", "assurance", {"provider_profile": {"en": "We"}, "quality_process": {"en": "a"}}, "not-stated"),
        ("australia", "assurance", {name: {"en": "a"} for name in ASSURANCE}, ""),
    ],
)  # fmt: skip
def test_each_list_demands_what_its_authority_does(key, element, facts, code):
    assert asked(profile(key), facts, element) == code


@pytest.mark.parametrize(
    ("bounds", "ects", "code"),
    [
        ({"least": 3}, 2, "size-least"), ({"least": 3}, 3, ""), ({"most": 3}, 4, "size-most"), ({"most": 3}, 3, ""),
        ({"below": 3}, 3, "size-below"), ({"below": 3}, 2, ""),
    ],
)  # fmt: skip
def test_a_size_has_bounds_on_either_side(bounds, ects, code):
    size = rules.Size("ects", **{name: Decimal(number) for name, number in bounds.items()})
    found = rules.size_problem(size, {"ects": Decimal(ects), "hours": None})
    assert (found[0] if found else "") == code
    assert rules.size_problem(size, {}) is None
    assert wrong(found[0], **found[1]) if found else True


def test_hours_count_as_credits_either_way_until_no_reading_fits():
    size = rules.Size("ects", most=Decimal(2))
    assert rules.size_problem(size, {"hours": 60}) is None
    assert rules.size_problem(size, {"hours": 61}) == (
        "size-most", {"unit": "ects", "size": "2.03–2.44", "least": None, "most": Decimal(2)}
    )  # fmt: skip


def test_the_day_of_a_review_is_overdue_the_day_after():
    today = date(2026, 3, 2)
    assert not rules.is_overdue(None, today)
    assert not rules.is_overdue(today, today)
    assert rules.is_overdue(today - timedelta(days=1), today)


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


@pytest.mark.parametrize(
    ("ects", "hours", "most", "code"),
    [
        (None, 110, 200, ""), (None, None, 200, "hours-most"), (None, 200, 200, "hours-most"), (None, 200, 110, "hours-most"),
        (None, 110, 9000, "hours-range"), (5, 100, 130, ""), (5, 140, 300, ""), (5, 100, 124, "hours-per-ects"),
        (5, 151, 300, "hours-per-ects"),
    ],
)  # fmt: skip
def test_a_range_of_hours_ends_above_its_beginning_and_some_of_it_fits_the_credits(ects, hours, most, code):
    problem = rules.workload_problem(ects and Decimal(ects), hours, most)
    assert (problem[0] if problem else "") == code
    assert wrong(problem[0], **problem[1]) if problem else True


def test_a_range_of_hours_fits_a_size_where_some_of_it_does():
    facts = {"hours": 390, "hours_most": 450}
    assert rules.size_problem(rules.Size("nz", most=Decimal(40)), facts) is None
    assert rules.size_problem(rules.Size("nz", least=Decimal(45)), facts) is None
    assert rules.size_problem(rules.Size("nz", most=Decimal(38)), facts)[1]["size"] == "39–45"


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


def test_a_designer_is_a_partner_of_that_role_with_a_name() -> None:
    partners = [
        {"role": "designer", "name": "Waterworks"},
        {"role": "designer", "name": ""},
        {"role": "funder", "name": "Fund"},
        {"name": "Nobody in particular"},
    ]
    assert rules.designers(partners) == ["Waterworks"]
    assert rules.designers([]) == []


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("Calibrate a probe", ["Calibrate a probe"]),
        ("Calibrate a probe. Write the report.", ["Calibrate a probe.", "Write the report."]),
        ("calibrate a probe; write the report;", ["calibrate a probe", "write the report"]),
        ("- Calibrate a probe\n- Write the report", ["Calibrate a probe", "Write the report"]),
        ("1. Calibrate a probe\r\n2) Write the report\n", ["Calibrate a probe", "Write the report"]),
        ("Use an instrument, e.g. Secchi's disk", ["Use an instrument, e.g. Secchi's disk"]),
        ("Geräte bedienen, z. B. Sonden", ["Geräte bedienen, z. B. Sonden"]),
        ("Measure for approx. two hours", ["Measure for approx. two hours"]),
        ("Report (orally; in writing) what was found", ["Report (orally; in writing) what was found"]),
        ("Read a lake! Is it clean? Say so", ["Read a lake!", "Is it clean?", "Say so"]),
        ("Пробу взять точно. Отчёт написать", ["Пробу взять точно.", "Отчёт написать"]),
    ],
)
def test_an_outcome_is_parted_at_sentences_lines_and_semicolons_and_nowhere_else(words, parts):
    assert rules.parted({"en": words}) == tuple({"en": part} for part in parts)
    assert rules.holds_several({"en": words}) == (len(parts) > 1)


def test_languages_are_parted_only_where_they_part_alike():
    both = {"en": "Take a sample; report on it", "de": "Eine Probe nehmen; darüber berichten"}
    assert rules.parted(both) == (
        {"en": "Take a sample", "de": "Eine Probe nehmen"},
        {"en": "report on it", "de": "darüber berichten"},
    )
    uneven = both | {"de": "Eine Probe nehmen und darüber berichten"}
    assert rules.parted(uneven) == (uneven,)
    assert rules.holds_several(uneven)
    assert rules.parted({}) == ({},)
    assert not rules.holds_several({})


@given(st.dictionaries(st.sampled_from(["en", "de"]), st.text(alphabet="aA bcde.;!?()\n-1", max_size=60), max_size=2))
def test_parting_loses_no_letter(outcome):
    parts = rules.parted(outcome)
    for tag, words in outcome.items():
        kept = "".join(part[tag] for part in parts)
        assert [c for c in kept if c in "aAbcde"] == [c for c in words if c in "aAbcde"]
