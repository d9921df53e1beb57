import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencairn.wallet.carriers import type as setting
from opencairn.wallet.carriers.type import SANS, SERIF_BOLD, SERIF_SLANTED

NAMES = ["Mirren Okafor", "Łukasz Żółć", "Nguyễn Thị Hồng", "Дарья Ω", "田中 美咲", "张伟", "김민준", "陳嘉樂"]


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_of_these_names_has_a_font(name: str) -> None:
    assert not setting.missing(name, SERIF_BOLD)
    assert not setting.missing(name, SERIF_SLANTED)
    assert "".join(letters for _, letters in setting.runs(name, SERIF_BOLD)) == name


def test_a_letter_without_a_font_is_counted_and_not_lost() -> None:
    assert setting.missing("محمد", SERIF_BOLD)
    assert "".join(letters for _, letters in setting.runs("محمد", SERIF_BOLD)) == "محمد"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abc äß-/ 田中ñ", max_size=120), st.floats(20, 120))
def test_lines_are_never_wider_than_asked_and_lose_no_letter(text: str, across: float) -> None:
    broken = setting.lines(text, SANS, 4, across)
    assert all(setting.width(line, SANS, 4) <= across for line in broken)
    assert "".join("".join(broken).split()) == "".join(setting.clean(text).split())


def test_a_long_text_takes_the_largest_size_at_which_it_fits() -> None:
    size, broken = setting.fitted("Maximiliana " * 12, SANS, across=100, most_lines=2, sizes=(9, 6, 3))
    assert size == 3
    assert len(broken) > 1
    assert setting.fitted("Mirren", SANS, across=100, most_lines=2, sizes=(9, 6, 3)) == (9, ["Mirren"])


def test_direction_marks_and_controls_cannot_reorder_a_name() -> None:
    assert setting.clean("Mir\u202eren\x00 \u200bOkafor\n") == "Mirren Okafor"
