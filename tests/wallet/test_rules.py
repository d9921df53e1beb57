from hypothesis import given
from hypothesis import strategies as st

from opencairn.wallet.rules import MOST_IN_A_CAIRN, file_name, piles

HELD = st.lists(st.tuples(st.integers(2000, 2040), st.integers()), max_size=60)


@given(HELD)
def test_no_stone_is_lost_or_doubled_when_a_cairn_is_split(held: list[tuple[int, int]]) -> None:
    assert sorted(stone for _, pile in piles(held) for stone in pile) == sorted(stone for _, stone in held)


@given(HELD)
def test_no_cairn_has_more_than_nine_stones_and_none_is_empty(held: list[tuple[int, int]]) -> None:
    assert all(1 <= len(pile) <= MOST_IN_A_CAIRN for _, pile in piles(held))


@given(HELD)
def test_years_stand_newest_first_and_only_where_there_are_more_than_nine(held: list[tuple[int, int]]) -> None:
    years = [year for year, _ in piles(held)]
    if len(held) > MOST_IN_A_CAIRN:
        assert None not in years
        assert years == sorted(years, reverse=True)  # type: ignore[type-var]
    else:
        assert years in ([], [None])


def test_a_file_name_has_nothing_but_plain_letters() -> None:
    assert file_name('Gewässer"/../\r\nSet-Cookie: x', "pdf") == "gewasser-set-cookie-x.pdf"
    assert file_name("田中", "json") == "item.json"
