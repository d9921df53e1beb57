import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from opencairn.catalogue import actions
from opencairn.catalogue.backends import bitmaps
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


@pytest.mark.usefixtures("engine")
def test_what_was_published_a_second_ago_is_found(visitor: Client, shelf: list[Programme]) -> None:
    page = visitor.get("/find/", {"q": "feldsensoren"})
    assert page.status_code == 200
    assert b"1 course found" in page.content
    assert b"Water quality monitoring with field sensors" in page.content


@pytest.mark.usefixtures("engine")
def test_a_run_that_nobody_can_join_any_more_is_not_offered(visitor: Client, shelf: list[Programme]) -> None:
    make.offering(shelf[1], starts_on=None, ends_on=None, enrol_until=make.TODAY - timedelta(days=5))
    row = visitor.get("/find/?q=rivi%C3%A8re").content.decode()
    assert "No dates announced" in row
    assert "Starts any day" not in row


@pytest.mark.usefixtures("engine")
def test_a_page_says_that_courses_are_missing_until_all_are_filed(
    visitor: Client, shelf: list[Programme], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    monkeypatch.setattr(bitmaps, "MOST_WHOLE", 2)
    first, second = (visitor.get("/find/").content.decode() for _ in range(2))
    assert "2 courses found" in first
    assert "Some courses are not filed in the catalogue yet" in first
    assert "3 courses found" in second
    assert "Some courses are not filed in the catalogue yet" not in second


@pytest.mark.usefixtures("engine")
def test_gaps_are_shown_as_gaps_and_listings_are_marked(visitor: Client, shelf: list[Programme]) -> None:
    text = visitor.get("/find/").content.decode()
    for words in ("Workload not stated", "Level not stated", "Price not stated", "Description incomplete", 'lang="fr"'):
        assert words in text
    assert "Truck driving &amp; more &lt;b&gt;" in text
    assert "Show complete micro-credentials only" in text


def test_the_bands_of_prices_say_how_other_currencies_are_counted(visitor: Client, shelf: list[Programme]) -> None:
    text = visitor.get("/find/").content.decode()
    assert '<fieldset id="choices-price" aria-label="Price" aria-describedby="note-price">' in text
    assert "counted in euro, at the European Central Bank’s rates of 30 October 2026." in text


def test_chips_take_one_filter_back_and_keep_the_others(visitor: Client, shelf: list[Programme]) -> None:
    text = visitor.get("/find/?q=water&level=6&level=7&mode=blended&page=3").content.decode()
    assert 'href="?q=water&amp;level=7&amp;mode=blended"' in text
    assert 'href="?q=water&amp;level=6&amp;level=7"' in text


@pytest.mark.usefixtures("engine")
def test_an_empty_result_helps(visitor: Client, shelf: list[Programme]) -> None:
    text = visitor.get("/find/?q=zebra&level=8").content.decode()
    assert "Nothing matches all of this" in text
    assert ">Sort<" not in text
    nothing_chosen = visitor.get("/find/?q=zebra").content.decode()
    assert ">Apply<" not in nothing_chosen
    assert "There is nothing left to narrow" in nothing_chosen
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
    with django_assert_max_num_queries(23):  # type: ignore[attr-defined]
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


@pytest.mark.usefixtures("engine")
def test_a_draft_is_neither_found_nor_compared(visitor: Client, cast: Cast) -> None:
    make.version(make.programme(cast.provider, "draft"), published=False)
    assert b"0 courses found" in visitor.get("/find/").content
    assert compare(visitor, "draft")[0] == 404


def test_what_is_ticked_for_comparing_is_carried_by_every_link_of_the_results(
    visitor: Client, shelf: list[Programme]
) -> None:
    text = visitor.get("/find/?q=water&level=6&p=riviere&p=water-quality&p=nothing").content.decode()
    assert "2 of 4 chosen" in text
    assert '<input type="hidden" name="p" value="riviere" form="browse">' in text  # it is not among these results
    assert re.search(r'name="p" value="water-quality"[^>]* checked>', text)
    assert 'href="/programmes/water-quality/?p=riviere&amp;p=water-quality"' in text
    assert 'href="?q=water&amp;p=riviere&amp;p=water-quality&amp;p=nothing"' in text  # the chip of the level
    assert "5 chosen" not in text


def test_the_page_of_a_course_adds_it_to_what_was_ticked(visitor: Client, shelf: list[Programme]) -> None:
    text = visitor.get("/programmes/water-quality/?p=riviere").content.decode()
    assert 'href="/compare/?p=riviere&amp;p=water-quality"' in text
    assert "Compare with the one you chose" in text
    assert 'href="/compare/?p=water-quality"' in visitor.get("/programmes/water-quality/").content.decode()


def test_choosing_others_goes_back_with_the_filters_and_the_ticks(visitor: Client, shelf: list[Programme]) -> None:
    text = visitor.get("/compare/?level=6&p=water-quality&p=riviere&differ=1").content.decode()
    assert 'href="/find/?level=6&amp;p=water-quality&amp;p=riviere"' in text


def test_more_than_four_ticks_are_said_to_be_too_many(visitor: Client, cast: Cast) -> None:
    slugs = [f"p{number}" for number in range(5)]
    for slug in slugs:
        make.version(make.programme(cast.provider, slug))
    text = visitor.get("/find/", {"p": slugs}).content.decode()
    assert "5 chosen. Only the first 4 fit side by side." in text


def test_levels_and_languages_are_said_in_words_the_reader_knows(visitor: Client, shelf: list[Programme]) -> None:
    text = visitor.get("/find/").content.decode()
    assert "6, as for a bachelor&#x27;s degree" in text
    assert "German" in text
    assert "Deutsch" not in text.split('id="results"')[1]
    french = visitor.get("/find/", headers={"accept-language": "fr"}).content.decode()
    assert "allemand" in french


def test_where_no_level_applies_the_stone_has_a_plain_edge(visitor: Client, cast: Cast) -> None:
    make.version(make.programme(cast.provider), eqf_level=None, level_not_applicable="It is about everyday life.")
    text = visitor.get("/find/").content.decode()
    assert "Level does not apply" in text
    assert 'stroke-dasharray="1 4"' not in text


def test_what_means_nothing_in_an_address_is_left_out_and_said_plainly(visitor: Client, shelf: list[Programme]) -> None:
    strange = {
        "level": ["9", "6"], "provider": ["nobody"], "start": ["2026-13", "any-day"], "national": ["de-dqr:DQR 99"],
        "language": ["xx"], "country": ["de"], "region": ["Tarnau"], "skill": ["http://x.example/<b>"], "field": ["77"],
        "sort": ["evil"], "credits": ["z" * 400],
    }  # fmt: skip
    page = visitor.get("/find/", strange)
    text = page.content.decode()
    assert page.status_code == 200
    assert "means nothing here" in text
    for said in ("Level: “9”", "Provider: “nobody”", "Skill: “http://x.example/&lt;b&gt;”", "Sort by: “evil”"):
        assert said in text
    assert text.count('class="chip"') == 2
    assert "means nothing here" not in visitor.get("/find/?level=6&utm_source=x").content.decode()


def test_words_that_name_a_type_of_course_lead_to_all_of_that_type(visitor: Client, shelf: list[Programme]) -> None:
    text = visitor.get("/find/?q=nanodegree").content.decode()
    assert 'href="/find/?type=nano-degree"' in text
