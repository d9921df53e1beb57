import pytest

from opencairn.kit.ids import slug
from opencairn.kit.text import has_hidden, plain


@pytest.mark.parametrize("words", ["Mirren \u202erofakO", "a\x00", "a\x1b[31m", "a\u2066b", "a\x85"])
def test_characters_that_turn_or_break_a_line_are_found(words: str) -> None:
    assert has_hidden(words)


@pytest.mark.parametrize("words", ["Mirren Okafor", "Łukasz Żółć", "نورا", "ज्ञानेश्‍वर", "می‌خواهم", "O’Neill-Ñ 👩‍🔬"])
def test_names_of_the_world_are_left_alone(words: str) -> None:
    assert not has_hidden(words)


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("𝐌𝐚𝐬𝐭𝐞𝐫", "master"),
        ("ＴＯＫＹＯ", "tokyo"),
        ("ma\u3164st\u00ade\U000e0061r", "master"),
        ("ILICA Ilıca İSTANBUL", "ilica ilica istanbul"),
        ("Straße ΟΔΟΣ", "strasse οδοσ"),
    ],
)
def test_words_are_compared_without_case_accents_dress_and_what_cannot_be_seen(words: str, same: str) -> None:
    assert plain(words) == same


def test_an_address_keeps_its_bold_capitals() -> None:
    assert slug("𝐌𝐚𝐬𝐭𝐞𝐫 of Water") == "master-of-water"
