from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.quality import rules
from opencairn.quality.frameworks import FRAMEWORKS, framework, in_force
from opencairn.quality.rules import Framework

SHORT = framework("short-learning")
ALL_MET = {each.key: "met" for each in SHORT.criteria}


def test_the_framework_has_eight_criteria_in_four_languages() -> None:
    assert (SHORT.version, SHORT.approach, SHORT.object, SHORT.validity_months) == (
        "2026",
        "regulatory",
        "programme",
        36,
    )
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


# What each framework makes of findings: the outcome of every question, save those named, and the verdict.
DECIDED = [
    ("qualiopi-like", "conform", {}, "yes"),
    ("qualiopi-like", "conform", {"i03": "not-applicable", "i29": "not-applicable"}, "yes"),
    ("qualiopi-like", "conform", {"i01": "minor"}, "with-conditions"),
    ("qualiopi-like", "conform", {f"i0{n}": "minor" for n in range(1, 5)}, "with-conditions"),
    ("qualiopi-like", "conform", {f"i0{n}": "minor" for n in range(1, 6)}, "no"),
    ("qualiopi-like", "conform", {"i32": "major"}, "no"),
    ("qualiopi-like", "conform", {"i01": "not-applicable"}, "no"),
    ("eduqua-like", "met", {}, "yes"),
    ("eduqua-like", "met", {"advice": "condition"}, "with-conditions"),
    ("eduqua-like", "met", {"advice": "not-met"}, "no"),
    ("nzqa-like", "met", {"pathways": "more-information"}, "yes"),
    ("nzqa-like", "met", {"pathways": "more-information", "review": "more-information"}, "no"),
    ("nzqa-like", "met", {"need": "more-information"}, "no"),
    ("qqi-like", "satisfied", {"staff": "satisfied-with-conditions"}, "with-conditions"),
    ("qqi-like", "satisfied", dict.fromkeys(("staff", "aims", "access", "teaching"), "satisfied-with-conditions"), "no"),
    ("slovak-like", "complies", {"qualification-standard": "not-applicable"}, "yes"),
    ("slovak-like", "complies", {"lecturers": "to-be-completed"}, "no"),
    ("eu-internal-qa", "yes", {"peer-feedback": "in-part", "improvement": "in-part"}, "yes"),
    ("eu-internal-qa", "yes", {"annex-one": "in-part"}, "no"),
    ("australian-statement", "stated", {"price": "not-stated", "recognition": "not-stated"}, "yes"),
    ("australian-statement", "stated", dict.fromkeys(("price", "recognition", "requirements"), "not-stated"), "no"),
    ("australian-statement", "stated", {"price": "not-applicable", "recognition": "not-applicable"}, "yes"),
    ("australian-statement", "stated", {"outcomes": "not-stated"}, "no"),
    ("badge-register", "checked", {"portfolio": "missing"}, "yes"),
    ("badge-register", "checked", {"portfolio": "missing", "complaints": "missing"}, "no"),
    ("skills-certificate-label", "fulfilled", {"currency": "minor", "mapping": "minor"}, "with-conditions"),
    ("skills-certificate-label", "fulfilled", dict.fromkeys(("currency", "mapping", "access"), "minor"), "no"),
    ("yearly-award", "strong", {}, "yes"),
    ("yearly-award", "strong", {"sharing": "fair"}, "no"),
    ("yearly-award", "strong", {"sharing": "fair", "results": "outstanding"}, "yes"),
    ("yearly-award", "outstanding", {"sharing": "weak"}, "no"),
    ("self-declared", "declared", {"mending": "not-declared"}, "yes"),
    ("short-learning", "met", {"workload": "not-met"}, "no"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "outcome", "but", "verdict"), DECIDED)
def test_each_framework_decides_by_its_own_rule(key: str, outcome: str, but: Mapping[str, str], verdict: str) -> None:
    under = framework(key)
    keys = {each.key for each in under.questions}
    assert set(but) <= keys
    judged = rules.judge(under, dict.fromkeys(keys, outcome) | but)
    assert judged.verdict == verdict
    assert bool(judged.in_the_way) is (verdict == "no")


def test_every_framework_in_force_stands_in_the_table_of_decisions() -> None:
    assert {each.key for each in in_force()} == {row[0] for row in DECIDED}


QUALIOPI = framework("qualiopi-like")
CONFORM = {each.key: "conform" for each in QUALIOPI.questions}


def test_the_certification_of_providers_has_seven_standards_and_thirty_two_indicators() -> None:
    assert (len(QUALIOPI.criteria), len(QUALIOPI.questions)) == (7, 32)
    assert [each.key for each in QUALIOPI.questions] == [f"i{n:02d}" for n in range(1, 33)]


def test_a_fifth_minor_counts_as_a_major() -> None:
    assert rules.counted(QUALIOPI, ["minor"] * 4) == {"minor": 4}
    assert rules.counted(QUALIOPI, ["minor"] * 5) == {"minor": 5, "major": 1}


def test_five_minors_are_all_named_and_four_beside_a_major_are_not() -> None:
    minors = {f"i0{n}": "minor" for n in range(1, 6)}
    assert rules.in_the_way(QUALIOPI, CONFORM | minors) == tuple(minors)
    assert rules.in_the_way(QUALIOPI, CONFORM | minors | {"i05": "major"}) == ("i05",)


def test_only_apprentices_trainers_are_asked_about_apprentices() -> None:
    assert "i29" not in {each.key for each in rules.asked_of(QUALIOPI, set())}
    assert len(rules.asked_of(QUALIOPI, set(QUALIOPI.facts))) == 32
    answered = {each.key: "conform" for each in rules.asked_of(QUALIOPI, {"long"})}
    assert rules.judge(QUALIOPI, answered, facts={"long"}).verdict == "yes"
    assert rules.judge(QUALIOPI, answered).verdict == "open"


def test_a_minor_left_open_becomes_a_major_and_one_that_is_new_does_not() -> None:
    now = rules.carried_over(QUALIOPI, CONFORM | {"i01": "minor"}, CONFORM | {"i01": "minor", "i02": "minor"})
    assert (now["i01"], now["i02"]) == ("major", "minor")
    assert rules.judge(QUALIOPI, now, at="surveillance").verdict == "no"
    assert rules.carried_over(QUALIOPI, {"i01": "minor"}, CONFORM) == CONFORM


def test_conditions_carry_their_time_by_the_kind_of_audit() -> None:
    found = CONFORM | {"i01": "minor", "i02": "major"}
    first = {each.criterion: each.cure for each in rules.judge(QUALIOPI, found).conditions}
    assert (first["i01"].months, first["i02"].months, first["i02"].extensions) == (6, 3, 0)
    later = {each.criterion: each.cure for each in rules.judge(QUALIOPI, found, at="surveillance").conditions}
    assert (later["i02"].months, later["i02"].extensions) == (3, 1)


def test_the_way_through_a_hybrid_follows_from_who_applies() -> None:
    under = framework("nzqa-like")
    own, each = under.track_for({"self-accrediting"}), under.track_for(set())
    assert own is not None
    assert each is not None
    assert (own.object, each.object) == ("provider", "programme")
    assert under.objects == {"provider", "programme"}
    assert framework("slovak-like").objects == {"programme", "module"}
    assert QUALIOPI.track_for(set()) is None


def test_only_regulatory_frameworks_block_anything() -> None:
    assert framework("nzqa-like").blocks("issue")
    assert [each.key for each in FRAMEWORKS if each.effects and each.approach != "regulatory"] == []


def test_the_class_of_a_fee_follows_from_size() -> None:
    under = framework("eduqua-like")
    classes = {
        size: fee.what["en"][6] for size in (1, 24_999, 25_000, 100_000, 100_001) if (fee := under.fee_for(size))
    }
    assert classes == {1: "A", 24_999: "A", 25_000: "B", 100_000: "B", 100_001: "C"}
    assert framework("self-declared").fee_for(1) is None


def worse_first(under: Framework) -> list[str]:
    """The outcomes of a framework from the worst to the best, by how they are drawn and by points."""
    marks = ("fail", "unknown", "partly", "pass")
    graded = [each for each in under.scale if each.mark in marks]
    return [each.key for each in sorted(graded, key=lambda each: (each.points, marks.index(each.mark)))]


@given(st.sampled_from(FRAMEWORKS), st.data())
def test_under_every_framework_a_better_finding_never_turns_a_yes_into_a_no(
    under: Framework, data: st.DataObject
) -> None:
    scale = worse_first(under)
    findings = {each.key: data.draw(st.sampled_from(scale)) for each in under.questions}
    key = data.draw(st.sampled_from(sorted(findings)))
    better = data.draw(st.sampled_from(scale[scale.index(findings[key]) :]))
    assert rules.criteria_met(under, findings) <= rules.criteria_met(under, findings | {key: better})


@given(st.sampled_from(FRAMEWORKS), st.data())
def test_a_judgement_is_a_yes_exactly_when_nothing_is_in_the_way(under: Framework, data: st.DataObject) -> None:
    scale = [each.key for each in under.scale]
    findings = {each.key: data.draw(st.sampled_from(scale)) for each in under.questions}
    judged = rules.judge(under, findings)
    assert (judged.verdict == "no") is bool(judged.in_the_way) is not rules.criteria_met(under, findings)
    assert set(judged.in_the_way) <= {each.key for each in under.questions}
    key = data.draw(st.sampled_from(sorted(findings)))
    findings.pop(key)
    assert rules.judge(under, findings).unanswered == (key,)


@pytest.mark.parametrize(
    ("least", "kind", "missing"),
    [
        (0, "peers", [0, 0, 0]),
        (1, "peers", [1, 0, 0]),
        (2, "authority", [2, 1, 0]),
        (3, "peers", [3, 2, 1]),
        (5, "jury", [0, 0, 0]),
    ],
)
def test_so_many_have_to_judge_as_the_framework_says(least: int, kind: str, missing: list[int]) -> None:
    under = framework("short-learning")
    under = replace(under, assessor=replace(under.assessor, kind=kind, least=least))
    assert [rules.assessors_missing(under, free) for free in range(3)] == missing


def test_only_a_jury_of_at_least_one_finds_anything() -> None:
    under = framework("yearly-award")
    points = dict.fromkeys([each.key for each in under.questions], "strong")
    for least, jurors, found in ((0, 0, False), (0, 1, True), (1, 0, False), (1, 1, True), (2, 1, False), (2, 2, True)):
        small = replace(under, assessor=replace(under.assessor, least=least))
        assert bool(rules.jury_findings(small, {f"juror {n}": points for n in range(jurors)})) is found


def test_the_ways_to_a_course_and_the_facts_that_choosing_one_answers() -> None:
    slovak, nz, label = (framework(key) for key in ("slovak-like", "nzqa-like", "skills-certificate-label"))
    assert [each.key for each in slovak.ways_to("programme", "module")] == ["module", "programme"]
    assert slovak.chosen_by(slovak.ways_to("programme", "module")) == {"single-module"}
    assert [each.key for each in nz.ways_to("programme", "module")] == ["programme"]
    assert nz.chosen_by(nz.ways_to("programme", "module")) == nz.chosen_by(()) == frozenset()
    assert label.ways_to("scheme") == ()
    assert [nz.approves_its_own(way) for way in ("own-approval", "programme", "")] == [True, False, False]
    assert not framework("qqi-like").approves_its_own("institution")
    several = [replace(each, only_if=frozenset({"a", "b"})) for each in slovak.tracks]
    assert slovak.chosen_by(several) == frozenset()
