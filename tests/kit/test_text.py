import pytest

from opencairn.kit.text import has_hidden, mixes_scripts


@pytest.mark.parametrize("words", ["Mirren \u202erofakO", "a\x00", "a\x1b[31m", "a\u2066b", "a\x85"])
def test_characters_that_turn_or_break_a_line_are_found(words: str) -> None:
    assert has_hidden(words)


@pytest.mark.parametrize("words", ["Mirren Okafor", "Łukasz Żółć", "نورا", "ज्ञानेश्‍वर", "می‌خواهم", "O’Neill-Ñ 👩‍🔬"])
def test_names_of_the_world_are_left_alone(words: str) -> None:
    assert not has_hidden(words)


@pytest.mark.parametrize(
    ("words", "mixed"),
    [
        ("Hochschule Tarntal", False),
        ("Hochschule Tarnt\u0430l", True),
        ("\u0391cademy", True),
        ("Академия Water", False),
        ("水 School 2", False),
        ("École d’été", False),
    ],
)
def test_a_word_of_two_scripts_is_told(words: str, mixed: bool) -> None:
    assert mixes_scripts(words) is mixed
