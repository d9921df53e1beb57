from collections.abc import Callable

import pytest
from django.test import Client

from opencairn.programmes.models import Programme
from opencairn.web.demo.cast import Cast
from tests import make

pytestmark = pytest.mark.django_db
SignIn = Callable[[None], Client]


@pytest.fixture
def visitor(signed_in: SignIn) -> Client:
    return signed_in(None)


@pytest.fixture
def shelf(cast: Cast) -> list[Programme]:
    """A complete programme, one in French that leaves gaps, and an imported listing."""
    whole = make.programme(cast.provider)
    make.version(whole)
    make.offering(whole)
    make.decision(whole, cast.quality_body)
    gaps = make.programme(cast.provider, "riviere")
    make.version(gaps, title={"fr": "Restaurer une rivière"}, ects=None, hours=None, eqf_level=None, summary={})
    listing = make.programme(cast.provider, "listing")
    make.version(listing, title={"en": "Truck driving & more <b>"}, published_as="listing", languages=[], summary={})
    return [whole, gaps, listing]


def test_what_was_published_a_second_ago_is_found(visitor: Client, shelf: list[Programme]) -> None:
    page = visitor.get("/find/", {"q": "feldsensoren"})
    assert page.status_code == 200
    assert b"1 programme found" in page.content
    assert b"Water quality monitoring with field sensors" in page.content


def test_gaps_are_shown_as_gaps_and_listings_are_marked(visitor: Client, shelf: list[Programme]) -> None:
    text = visitor.get("/find/").content.decode()
    for words in ("Workload not stated", "Level not stated", "Price not stated", "Description incomplete", 'lang="fr"'):
        assert words in text
    assert "Truck driving &amp; more &lt;b&gt;" in text
    assert "Show complete micro-credentials only" in text


def test_chips_take_one_filter_back_and_keep_the_others(visitor: Client, shelf: list[Programme]) -> None:
    text = visitor.get("/find/?q=water&level=6&level=7&mode=blended&page=3").content.decode()
    assert 'href="?q=water&amp;level=7&amp;mode=blended"' in text
    assert 'href="?q=water&amp;level=6&amp;level=7"' in text


def test_an_empty_result_helps(visitor: Client, shelf: list[Programme]) -> None:
    text = visitor.get("/find/?q=zebra&level=8").content.decode()
    assert "Nothing matches all of this" in text
    assert 'href="/find/?q=zebra"' in text


@pytest.mark.parametrize(
    "query", ["page=abc", "page=-1", "page=999999999", "page=٣", "level=%00", "q=%00", "sort=x", "kind=%F0%9F"]
)
def test_no_address_breaks_the_page(visitor: Client, shelf: list[Programme], query: str) -> None:
    assert visitor.get(f"/find/?{query}").status_code == 200


def test_the_words_of_a_search_are_never_markup(visitor: Client) -> None:
    text = visitor.get("/find/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in text


def test_a_search_page_asks_the_database_a_bounded_number_of_questions(
    visitor: Client, cast: Cast, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(25):
        programme = make.programme(cast.provider, f"p{number}")
        make.version(programme)
        make.offering(programme)
        make.decision(programme, cast.quality_body)
    visitor.get("/find/")  # the first visitor after a change brings the index up to date
    with django_assert_max_num_queries(18):  # type: ignore[attr-defined]
        visitor.get("/find/?q=water&level=6&quality=accredited")


def compare(visitor: Client, *slugs: str, **more: str) -> tuple[int, str]:
    page = visitor.get("/compare/", {"p": slugs, **more})
    return page.status_code, page.content.decode()


def test_programmes_stand_side_by_side_with_the_same_rows(visitor: Client, shelf: list[Programme]) -> None:
    status, text = compare(visitor, "water-quality", "riviere", "listing")
    assert status == 200
    assert text.count('role="columnheader"') == 3
    rows = text.split('<tr role="row">')[2:]
    assert len(rows) == 22
    assert all(row.count('<td role="cell">') == 3 for row in rows)
    assert text.index("Learning outcomes") < text.index("Workload") < text.index("Type of assessment")
    assert "Not stated" in text


def test_only_rows_that_differ(visitor: Client, shelf: list[Programme]) -> None:
    _status, text = compare(visitor, "water-quality", "riviere", differ="1")
    assert "Workload" in text
    assert "Type of assessment" not in text


def test_one_can_be_taken_away(visitor: Client, shelf: list[Programme]) -> None:
    _status, text = compare(visitor, "water-quality", "riviere")
    assert 'href="?p=riviere"' in text


def test_more_than_four_shows_the_first_four_and_says_so(visitor: Client, cast: Cast) -> None:
    for number in range(6):
        make.version(make.programme(cast.provider, f"p{number}"))
    status, text = compare(visitor, *(f"p{n}" for n in range(6)))
    assert status == 200
    assert text.count('role="columnheader"') == 4
    assert "Only four fit side by side" in text


def test_unknown_and_withdrawn_programmes_are_named(visitor: Client, shelf: list[Programme]) -> None:
    Programme.objects.filter(slug="riviere").update(withdrawn_at=make.AT)
    status, text = compare(visitor, "water-quality", "riviere", "<i>")
    assert status == 200
    assert "riviere, &lt;i&gt;" in text
    assert compare(visitor, "nothing")[0] == 404


def test_nothing_to_compare_says_how_to_begin(visitor: Client) -> None:
    status, text = compare(visitor)
    assert status == 200
    assert "Nothing to compare yet" in text


def test_a_draft_is_neither_found_nor_compared(visitor: Client, cast: Cast) -> None:
    make.version(make.programme(cast.provider, "draft"), published=False)
    assert b"0 programmes found" in visitor.get("/find/").content
    assert compare(visitor, "draft")[0] == 404
