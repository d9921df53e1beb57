"""Keys of outcomes, shares, narrower concepts, what a new version changes, credits and levels: no database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.skills import rules
from opencairn.skills.rules import CREDIT_SYSTEMS, Level, NotConvertible, QualificationFramework, convert

SYSTEMS = [each.key for each in CREDIT_SYSTEMS]
amounts = st.decimals(min_value=0, max_value=5000, places=2)


def test_an_outcome_keeps_its_key_however_it_is_spaced_and_encoded() -> None:
    key = rules.outcome_key("p1", "Judge  a café\n")
    assert key == rules.outcome_key("p1", "Judge a cafe\u0301")
    assert key.startswith("p1:")
    assert len(key) == 35


@given(st.text(), st.text())
def test_other_words_or_another_programme_make_another_key(text: str, more: str) -> None:
    assert rules.outcome_key("a", text) != rules.outcome_key("b", text)
    if more.strip() and " ".join(more.split()):
        assert rules.outcome_key("a", text) != rules.outcome_key("a", f"{text} {more} {text}x")


def test_shares_count_outcomes_and_say_nothing_where_nothing_is_confirmed() -> None:
    outcomes = [[["digital"], ["green", "digital"]], [["transversal"]], []]
    assert rules.shares(outcomes) == {"digital": Decimal("0.33"), "green": Decimal("0.33")}
    assert rules.shares([[], []]) == {"digital": None, "green": None}
    assert rules.shares([]) == {"digital": None, "green": None}
    assert rules.shares([[["digcomp"]]]) == {"digital": Decimal("1.00"), "green": Decimal("0.00")}
    assert rules.shares([[[]]]) == {"digital": Decimal("0.00"), "green": Decimal("0.00")}


def test_everything_narrower_is_found_by_every_way_and_circles_end() -> None:
    broader = {"b": ["a"], "c": ["a", "b"], "d": ["c"], "a": ["d"], "x": ["y"]}
    assert rules.closure(broader, ["b"]) == {"a", "b", "c", "d"}
    assert rules.closure(broader, ["nobody"]) == {"nobody"}


@pytest.mark.parametrize(
    ("after", "status", "successors", "kind", "now"),
    [
        (None, "", (), "gone", ""),
        (None, "", ("one", "an other"), "gone", "an other, one"),
        ({"en": "old"}, "obsolete", (), "retired", ""),
        ({"en": "old"}, "released", ("b", "a"), "split", "a, b"),
        ({"en": "new", "fr": "neuf"}, "released", (), "relabelled", "new"),
    ],
)  # fmt: skip
def test_a_new_version_may_lose_retire_split_or_rename_a_skill(after, status, successors, kind, now) -> None:
    found = rules.drift(before={"en": "old"}, after=after, status=status, successors=successors)
    assert found == rules.Drift(kind, now)


def test_a_new_language_is_no_change() -> None:
    assert rules.drift(before={"en": "old"}, after={"en": "old", "de": "alt"}, status="", successors=()) is None


@pytest.mark.parametrize(
    ("amount", "of", "into", "least", "most", "rule"),
    [
        ("5", "ects", "hours", "125", "150", "hours"),
        ("140", "hours", "ects", "4.66", "5.60", "hours"),
        ("15", "uk", "hours", "150", "150", "hours"),
        ("7.5", "ects", "uk", "15", "15", "year"),
        ("40", "nz", "ects", "20", "20", "year"),
        ("12", "au", "ects", "15", "15", "year"),
        ("6", "au", "hours", "150", "150", "hours"),
        ("3", "ects", "ects", "3", "3", "same"),
    ],
)
def test_credits_are_converted_by_the_year_and_hours_by_the_credit(amount, of, into, least, most, rule) -> None:  # noqa: PLR0917
    found = convert(Decimal(amount), of=of, into=into, points_a_year=48)
    assert (found.least, found.most, found.rule) == (Decimal(least), Decimal(most), rule)


def test_what_cannot_be_converted_is_refused() -> None:
    for amount, of, into in (("-1", "ects", "uk"), ("NaN", "ects", "uk"), ("1", "ects", "ceu"), ("1", "ceu", "uk")):
        with pytest.raises(NotConvertible):
            convert(Decimal(amount), of=of, into=into)
    for points in (None, 0):
        with pytest.raises(NotConvertible, match="au"):
            convert(Decimal(1), of="au", into="ects", points_a_year=points)
    with pytest.raises(NotConvertible):
        convert(Decimal(1), of="hours", into="au")


@given(amounts, st.sampled_from(SYSTEMS), st.sampled_from(SYSTEMS), st.integers(1, 500))
def test_there_and_back_holds_what_one_began_with(amount: Decimal, of: str, into: str, points: int) -> None:
    there = convert(amount, of=of, into=into, points_a_year=points)
    assert there.least <= there.most
    least = convert(there.least, of=into, into=of, points_a_year=points).least
    most = convert(there.most, of=into, into=of, points_a_year=points).most
    assert least <= amount <= most


@given(amounts, amounts, st.sampled_from(SYSTEMS), st.sampled_from(SYSTEMS))
def test_more_is_never_less_elsewhere(one: Decimal, other: Decimal, of: str, into: str) -> None:
    small, large = sorted((one, other))
    less, more = (convert(each, of=of, into=into, points_a_year=48) for each in (small, large))
    assert less.least <= more.least
    assert less.most <= more.most


def framework(key: str, *levels: Level) -> QualificationFramework:
    return QualificationFramework(
        key=key, country="IE", name=key, short=key, authority="", relation="referenced", report="R", year=2009,
        checked=False, levels=levels,
    )  # fmt: skip


def test_levels_stand_beside_each_other_by_their_eqf_level() -> None:
    irish = framework("nfq", Level("NFQ 7", 6), Level("NFQ 8", 6), Level("NFQ 9", 7))
    german = framework("dqr", Level("DQR 6", 6), Level("DQR 1", None))
    swiss = framework("hs", Level("Bachelor", None))
    level = german.level(" dqr 6 ")
    assert level is not None
    assert [(f.key, [one.label for one in some]) for f, some in rules.alongside(level, (irish, german, swiss))] == [
        ("nfq", ["NFQ 7", "NFQ 8"]),
        ("dqr", ["DQR 6"]),
    ]
    assert rules.alongside(Level("DQR 1", None), (irish, german)) == ()
    assert german.level("DQR 9") is None


@pytest.mark.parametrize(
    ("space", "uri", "inside"),
    [
        ("http://a.example/skill/", "http://a.example/skill/1", True),
        ("http://a.example/skill/", "https://a.example/skill/1", True),
        ("http://a.example/skill/", "http://a.example/isced/1", False),
        ("", "http://a.example/skill/1", False),
    ],
)
def test_an_address_lies_in_the_space_of_its_taxonomy_with_or_without_the_s(space: str, uri: str, inside: bool) -> None:
    assert rules.is_in(space, uri) is inside
