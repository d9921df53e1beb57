from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.catalogue import rules
from opencairn.catalogue.rules import relating


def forms(text: str) -> set[str]:
    return {form for word in rules.wanted(text) for form in word.forms}


@pytest.mark.parametrize(
    ("language", "filed", "asked"),
    [
        ("en", "Field sensors", "sensor"),
        ("en", "Body of water", "bodies"),
        ("en", "A short class", "classes"),
        ("de", "Gewässerüberwachung", "gewasseruberwachung"),
        ("de", "Gewässer schützen", "gewaesser"),
        ("de", "Kurse für Fachkräfte", "kurs"),
        ("fr", "Restaurer les rivières", "rivière"),
        ("fr", "Les canaux", "canal"),
        ("es", "Análisis de aguas", "agua"),
        ("de", "Straße", "strasse"),
        ("ja", "ストレージの管理", "ストレージ"),
        ("en", "Programming in C++", "c++"),
        ("en", "CompTIA A+ and Network+", "a+"),
        ("en", "Nurse's aide", "nurse aide"),
        ("fr", "L'eau potable", "eau"),
    ],
)
def test_a_word_finds_its_other_forms(language: str, filed: str, asked: str) -> None:
    there = rules.filed_as(filed, language)
    assert all(word.forms & there for word in rules.wanted(asked + " "))


@pytest.mark.parametrize(
    ("language", "filed", "asked"),
    [
        ("bg", "Качество на водата", "вода"),
        ("cs", "Kvalita vody", "voda"),
        ("da", "Kursus for sygeplejersker", "sygeplejerske"),
        ("de", "Gewässer schützen", "gewässern"),
        ("el", "Διαχείριση έργων", "έργο"),
        ("en", "Field sensors", "sensor"),
        ("es", "Sensores de campo", "sensor"),
        ("et", "Keevitajate koolitus", "keevitaja"),
        ("fi", "Robottien ohjelmointi", "robotti"),
        ("fr", "Restaurer les rivières", "riviere"),
        ("ga", "Gaeilge i gcruinniú na comhairle", "cruinniú"),
        ("hr", "Zavarivači čelika", "zavarivač"),
        ("hu", "Hegesztők képzése", "hegesztő"),
        ("it", "Gestione dei progetti", "progetto"),
        ("lt", "Vandens kokybės stebėsena", "kokybė"),
        ("lv", "Ūdens kvalitātes uzraudzība", "kvalitate"),
        ("mt", "Il-kwalità tal-ilma", "kwalita"),
        ("nl", "Dijken inspecteren", "dijk"),
        ("pl", "Podstawy programowania", "programowanie"),
        ("pt", "Gestão de projetos", "projeto"),
        ("ro", "Managementul proiectelor", "proiecte"),
        ("sk", "Bezpečnosť na stavbách", "stavba"),
        ("sl", "Varnost na gradbiščih", "gradbišče"),
        ("sv", "Svetsning av rör", "svetsningen"),
    ],
)
def test_every_official_language_finds_another_form_of_a_word(language: str, filed: str, asked: str) -> None:
    assert rules.wanted(asked + " ")[0].forms & rules.filed_as(filed, language)


def test_every_language_of_the_union_has_its_endings() -> None:
    assert len(rules.STEMS.keys() | rules.SNOWBALL.keys() | rules.LIGHT.keys()) == 24


def test_what_an_unknown_word_may_come_from() -> None:
    assert {"sew", "sewe"} <= rules.bases("sewing")
    assert "sicher" in rules.bases("sicherheit")
    assert not rules.bases("ring") - {"r", "re"}
    assert "photovoltaica" in rules.respelled("fotovoltaica")
    assert "robotica" in rules.respelled("robotika")
    assert rules.beginnings("robotika") == ["robotik", "roboti", "robot"]
    assert rules.beginnings("four") == []


PLACES = st.lists(
    st.tuples(
        st.sampled_from(sorted(rules.WEIGHTS)),
        st.sampled_from(["en", "de", "de-AT", "fi", "lv", ""]),
        st.sampled_from(["Wasserbau", "Wasserbauten Wasser", "the wells", "a well", "vesi " * 40, "Kurse kurs"]),
    ),
    max_size=8,
)


@given(PLACES)
def test_a_word_weighs_what_its_best_place_gives_it(places: list[tuple[str, str, str]]) -> None:
    best: dict[str, int] = {}
    for one in places:
        for form, weight in rules.weigh([one]).items():
            best[form] = max(best.get(form, 0), weight)
    assert rules.weigh(places) == best


@pytest.mark.parametrize(("filed", "asked"), [("Water quality", "wat "), ("Cooking", "cook "), ("C++", "c# ")])
def test_what_is_another_word_is_not_found(filed: str, asked: str) -> None:
    assert not rules.wanted(asked)[0].forms & rules.filed_as(filed, "en")


def test_only_the_last_word_may_be_half_typed() -> None:
    assert [word.is_beginning for word in rules.wanted("field sens")] == [False, True]
    assert [word.is_beginning for word in rules.wanted("field sens ")] == [False, False]
    assert not rules.wanted("c")[0].is_beginning


def test_small_words_ask_for_nothing() -> None:
    assert [word.word for word in rules.wanted("Introduction to the water of life")] == [
        "introduction",
        "water",
        "life",
    ]
    assert rules.wanted("the of") == []


def test_a_long_search_asks_for_twelve_words() -> None:
    assert len(rules.wanted(" ".join(f"word{n}" for n in range(50)))) == rules.MOST_WORDS


def test_the_best_place_of_a_word_counts() -> None:
    weighed = rules.weigh([("description", "en", "water and soil"), ("title", "en", "Water")])
    assert weighed["water"] == 3 * rules.WEIGHTS["title"]
    assert weighed["soil"] == 3 * rules.WEIGHTS["description"]


def test_a_word_as_written_counts_more_than_a_form_made_from_it() -> None:
    weighed = rules.weigh([("title", "en", "Sensors")])
    assert weighed == {"sensors": 3 * rules.WEIGHTS["title"], "sensor": 2 * rules.WEIGHTS["title"]}


@given(st.text(max_size=200), st.sampled_from(["en", "de", "fr", "es", "ja", ""]))
def test_every_text_is_found_by_its_own_words(text: str, language: str) -> None:
    filed = rules.filed_as(text, language)
    assert all(word.forms & filed for word in rules.wanted(text + " "))
    assert all(0 < len(form) <= rules.LONGEST_WORD for form in filed)


@given(st.text(max_size=80))
def test_case_and_accents_change_nothing(text: str) -> None:
    assert rules.words(text.upper()) == rules.words(text.upper().lower())


LIMITS = (("low", Decimal(1)), ("high", Decimal(10)))


@pytest.mark.parametrize(
    ("value", "code"), [("0", "low"), ("1", "low"), ("1.01", "high"), ("10", "high"), ("11", "more")]
)
def test_the_upper_limit_belongs_to_its_band(value: str, code: str) -> None:
    assert rules.band(Decimal(value), LIMITS, "more") == code


def test_nothing_stated_is_in_no_band() -> None:
    assert rules.band(None, LIMITS, "more") == ""


def test_a_course_runs_as_long_as_its_next_run_else_its_weeks() -> None:
    first, last = date(2026, 4, 1), date(2026, 4, 7)
    assert [rules.days_of(run, 6) for run in ((first, last), (first, None), (None, None))] == [7, 42, 42]
    assert rules.days_of((None, None), None) is None


def test_work_is_hours_as_stated_else_from_ects() -> None:
    assert rules.hours_of_work(30, Decimal(5)) == 30
    assert rules.hours_of_work(None, Decimal("2.5")) == 62
    assert rules.hours_of_work(None, None) is None


@pytest.mark.parametrize("word", ["gewasser", "bodenkunde", "abc"])
def test_every_cut_of_a_long_word_is_a_part_and_short_words_have_none(word: str) -> None:
    found = rules.parts(word)
    assert all((part.startswith("-") and word.startswith(part[1:])) or word.endswith(part[1:]) for part in found)
    assert bool(found) == (len(word) >= rules.SHORTEST_COMPOUND)


def test_words_with_digits_have_no_parts_and_no_slips() -> None:
    assert rules.parts("abcdefghij1") == set()
    assert rules.near("abcdef1") == set()
    assert rules.near("abc") == set()
    assert rules.near("x" * (rules.LONGEST_SLIP + 1)) == set()


@pytest.mark.parametrize("typed", ["chemstry", "chemistrry", "chemistri", "chemsitry"])
def test_one_slip_of_the_finger_is_near(typed: str) -> None:
    assert "chemistry" in rules.near(typed)
    assert typed not in rules.near(typed)


def test_a_slip_in_another_alphabet_stays_in_it() -> None:
    assert "химия" in rules.near("химиа")


def test_words_come_in_order_without_case_accents_and_small_words() -> None:
    assert rules.words("Die Qualität of Water") == ["qualitat", "water"]
    assert rules.words("İstanbul KALİTE İş") == rules.words("istanbul kalite iş") == ["istanbul", "kalite", "is"]


def test_parts_of_a_compound_are_filed_where_the_language_builds_them() -> None:
    assert "-kunde" in rules.weigh([("title", "de", "Bodenkunde")])
    assert "-kunde" not in rules.weigh([("title", "en", "Bodenkunde")])


def test_words_in_scripts_of_their_own_are_parted_sign_by_sign_or_kept() -> None:
    assert rules.words("水 質") == ["水", "質"]


def test_a_snowball_stem_is_marked_with_its_language_and_a_lesser_place_takes_nothing_away() -> None:
    assert any(form.startswith("it~") for form in rules.filed_as("competenze digitali", "it"))
    both = rules.weigh([("title", "en", "water"), ("description", "en", "water")])
    assert both == rules.weigh([("title", "en", "water")])


@pytest.mark.parametrize(
    ("level", "whom"),
    [(None, ""), (1, "novice"), (3, "novice"), (4, "practised"), (5, "practised"), (6, "advanced"), (7, "expert"), (8, "expert")],
)  # fmt: skip
def test_a_level_says_whom_it_suits(level: int | None, whom: str) -> None:
    assert rules.expertise(level) == whom


def test_what_is_above_and_below_a_concept_is_found_by_every_way_and_in_spite_of_circles() -> None:
    broader = {"leaf": ["a", "b"], "a": ["top"], "b": ["top", "a"], "top": ["leaf"]}
    assert rules.above(broader, "leaf") == ["leaf", "a", "b", "top"]
    assert rules.above(broader, "lone") == ["lone"]
    assert rules.turned(broader) == {"a": ["leaf", "b"], "b": ["leaf"], "top": ["a", "b"], "leaf": ["top"]}


def traits(name: str, skills: str = "", field: str = "", level: int | None = 5, stacks: str = "") -> relating.Traits:
    return relating.Traits(name, (f"Course {name}",), frozenset(skills.split()), field, level, stacks)


@pytest.mark.parametrize(
    ("one", "other", "kind", "shared"),
    [
        (traits("a", stacks="Counts towards COURSE B."), traits("b"), relating.STACKS, ()),
        (traits("a", "x"), traits("b", "x", stacks="into course a"), relating.BUILDS, ("x",)),
        (traits("a", "x y z"), traits("b", "y x"), relating.SHARES, ("x", "y")),
        (traits("a", field="0521"), traits("b", field="0522", level=6), relating.SUBJECT, ()),
        (traits("a", field="0521"), traits("b", field="0521", level=None), relating.SUBJECT, ()),
        (traits("a", field="0521"), traits("b", field="0521", level=7), None, ()),
        (traits("a", field="05"), traits("b", field="05"), None, ()),
        (traits("a", "x", "0521"), traits("b", "y", "0611"), None, ()),
    ],
)
def test_how_two_courses_are_related(
    one: relating.Traits, other: relating.Traits, kind: str | None, shared: tuple[str, ...]
) -> None:
    tie = relating.related(one, other)
    assert (tie.kind if tie else None, tie.shared if tie else ()) == (kind, shared)


def test_stronger_ties_weigh_more_and_a_title_of_few_letters_is_no_name() -> None:
    weights = [
        tie.weight
        for other in (traits("b", field="0522", level=6), traits("b", field="0522"), traits("b", "x"), traits("b", "x", "0521"))
        if (tie := relating.related(traits("a", "x", "0521"), other))
    ]  # fmt: skip
    assert weights == sorted(weights)
    assert not relating.names("Go to art school", ["art"])


@given(
    st.lists(
        st.tuples(st.uuids().map(str), st.sampled_from([None, *range(1, 9)])), max_size=14, unique_by=lambda s: s[0]
    )
)
def test_every_stone_has_a_place_of_its_own_on_the_terrace_of_its_level(stones: list[tuple[str, int | None]]) -> None:
    middle = stones[-1][0] if stones else ""
    plan = relating.plan(stones, middle)
    assert set(plan.spots) == {name for name, _level in stones}
    assert len(set(plan.spots.values())) == len(stones)
    for name, level in stones:
        spot = plan.spots[name]
        assert relating.MARGIN < spot.x < relating.WIDTH
        assert any(each.level == level and abs(each.y - spot.y) < 5 for each in plan.terraces)
    levels = [-1 if each.level is None else each.level for each in plan.terraces]
    assert levels == sorted(levels, reverse=True)
    for name in plan.spots:
        assert relating.footpath(plan.spots[middle], plan.spots[name]).startswith("M")


@pytest.mark.parametrize(
    ("title", "broken"),
    [
        ("Water", ["Water"]),
        ("Water quality monitoring with field sensors", ["Water quality monitoring", "with field sensors"]),
        (
            "Water quality monitoring with field sensors in lakes",
            ["Water quality monitoring", "with field sensors in…"],
        ),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschifffahrtsg…"]),
        ("a Donaudampfschifffahrtsgesellschaft sails", ["a", "Donaudampfschifffahrtsg…"]),
        ("", [""]),
    ],
)
def test_titles_are_broken_for_the_picture(title: str, broken: list[str]) -> None:
    assert relating.lines(title) == broken
