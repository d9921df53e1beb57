"""Suggestions: laws of the numbers, and that the right skill comes first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.skills.suggesting import languages, lexical, text
from opencairn.skills.suggesting.lexical import Names

NAMES = (
    Names("u:probe", "calibrate field probes", ("adjust sensors", "set up water sensors"), 3),
    Names("u:water", "water chemistry", ("chemistry of lakes",), 1),
    Names("u:python", "Python (computer programming)", ("Python", "Python 3"), 5),
    Names("u:csharp", "C#", (), 2),
    Names("u:cplus", "C++", (), 2),
    Names("u:gewaesser", "Gewässerüberwachung", ("Überwachung von Gewässern",), 0),
    Names("u:ochrana", "ochrana přírody", (), 0),
    Names("u:chinese", "水质监测", (), 0),
)
INDEX = lexical.build(NAMES)


def first(words: str) -> str:
    found = INDEX.suggest(words)
    return found[0].uri if found else ""


@pytest.mark.parametrize(
    ("words", "uri"),
    [
        ("Calibrate a probe in the field", "u:probe"),
        ("set up sensors for water", "u:probe"),
        ("lake chemistry", "u:water"),
        ("PYTHON", "u:python"),
        ("programme in C#", "u:csharp"),
        ("programme in C++", "u:cplus"),
        ("Gewässer überwachen", "u:gewaesser"),
        ("ochranu přírody", "u:ochrana"),
        ("水质监测", "u:chinese"),
        ("pyhton progamming computer", "u:python"),
    ],
)
def test_the_nearest_name_comes_first_in_any_script(words: str, uri: str) -> None:
    assert first(words) == uri


def test_nothing_is_suggested_for_nothing() -> None:
    for words in ("", "   ", "!?", "\x00", "qqqq wwww zzzz"):
        assert INDEX.suggest(words) == []
    assert INDEX.suggest("python", top=0) == []
    assert lexical.build([]).suggest("python") == []


@given(st.text(max_size=300), st.integers(1, 12))
def test_scores_fall_and_stay_between_nought_and_one(words: str, top: int) -> None:
    found = INDEX.suggest(words, top=top)
    assert len(found) <= top
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert len({one.uri for one in found}) == len(found)


@given(st.text(max_size=80))
def test_a_few_are_the_beginning_of_many(words: str) -> None:
    assert INDEX.suggest(words, top=2) == INDEX.suggest(words, top=8)[:2]


def test_a_name_suggests_its_own_skill_with_the_highest_score() -> None:
    for each in NAMES:
        for name in (each.label, *each.alternatives):
            assert first(name) == each.uri, name


def test_half_characters_and_very_long_texts_do_no_harm() -> None:
    assert INDEX.suggest("python \ud800") != []
    assert first("python " * 100_000) == "u:python"


def test_an_index_is_the_same_after_packing() -> None:
    again = lexical.unpacked(lexical.packed(INDEX))
    assert again.suggest("water sensors") == INDEX.suggest("water sensors")
    with pytest.raises(ValueError, match="do not belong"):
        lexical.unpacked(lexical.packed(INDEX) | {"labels": np.frombuffer(b"one\ntwo", dtype=np.uint8)})


@given(st.lists(st.text(alphabet="abcde ", max_size=12), max_size=6))
def test_n_grams_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    folded = [text.folded(each) for each in texts]
    owners, features = text.grams_of(folded)
    for number, each in enumerate(folded):
        assert sorted(features[owners == number].tolist()) == sorted(text.grams_of([each])[1].tolist())


def test_n_grams_stay_inside_words() -> None:
    assert set(text.grams_of(["ab cd"])[1].tolist()) == {
        *text.grams_of(["ab"])[1].tolist(),
        *text.grams_of(["cd"])[1].tolist(),
    }


def test_the_language_is_guessed_by_whose_words_they_are() -> None:
    known = languages.build({"en": ["calibrate field probes"], "de": ["Feldsonden kalibrieren"], "fr": ["sondes"]})
    again = languages.unpacked(languages.packed(known))
    for each in (known, again):
        assert each.guess("Sonden kalibrieren") == "de"
        assert each.guess("field") == "en"
        assert each.guess("nobody knows") == "en"
    assert languages.build({}).guess("field") == ""
