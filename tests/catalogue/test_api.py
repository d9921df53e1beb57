"""Searching by the API and on the page are the same search, and turning pages survives edits."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from opencairn.catalogue.backends import SORTS, BitmapBackend
from opencairn.catalogue.filters import FILTERS
from opencairn.programmes import actions as programmes
from opencairn.web.demo.cast import Cast
from tests import make

WORDS = ["River", "Soil", "Bread", "Timber", "Harbour"]


@pytest.fixture
def many(cast: Cast, monkeypatch) -> list[Any]:
    """Fifty programmes that differ in all that filters and orders look at."""
    found = []
    for n in range(50):
        one = make.programme(cast.provider, f"course-{n:02d}")
        level = n % 7 or None
        make.version(
            one, title={"en": f"{WORDS[n % 5]} work {n:02d}"}, eqf_level=level, ects=Decimal(n % 11) + 1, outcomes=[],
            participation=["online", "onsite", ""][n % 3], languages=[["en"], ["de", "en"], []][n % 3],
            published_as="listing" if n % 4 == 0 else "micro-credential",
        )  # fmt: skip
        if n % 2:
            make.offering(one, price=Decimal(n))
        found.append(one)
    return found


def page_says(client: Client, query: str) -> tuple[list[str], int, dict[tuple[str, str], int]]:
    """What the page shows: the courses in the order of its HTML, the total, and the count of every choice."""
    response = client.get(f"/find/?{query}")
    html, results = response.content.decode(), response.context["results"]
    order = list(dict.fromkeys(re.findall(r'href="/programmes/([\w-]+)/', html[html.index('id="results"') :])))
    choices = [(facet.filter.name, each) for facet in results.facets for each in (*facet.choices, *facet.folded)]
    return order, results.total, {(name, each.code): each.count for name, each in choices}


def test_every_choice_that_a_filter_offers_can_be_chosen(cast: Cast, signed_in, engine) -> None:
    for number, tag in enumerate(["am", "bfi", "mul", "sjb", "ger", "deu-AT", "de-CH"]):
        make.version(make.programme(cast.provider, f"l{number}"), title={"en": f"Course {number}"}, languages=[tag])
    client = signed_in(None)
    facets = {each["name"]: each["choices"] for each in client.get("/api/v1/search").json()["facets"]}
    languages = {each["code"]: each["count"] for each in facets["language"]}
    assert languages == {"am": 1, "bfi": 1, "mul": 1, "sjb": 1, "de": 3}
    for name, choices in facets.items():
        for each in choices:
            answer = client.get("/api/v1/search", {name: each["code"]})
            assert (answer.status_code, answer.json().get("total")) == (200, each["count"]), (name, each)


def test_page_and_api_give_the_same_answers(many, signed_in, engine) -> None:
    client = signed_in(None)
    queries = [
        "",
        "q=work",
        "q=river&level=1&level=2",
        "mode=online&kind=micro-credential",
        "language=de&sort=price",
        "q=zebra",
        "q=timber+bread&language=de",
    ]
    queries.append("q=tinber+work+")
    queries += [f"q=work&sort={sort}" for sort in SORTS] + ["page=2", "q=work&page=3&sort=title"]
    for query in queries:
        order, total, counts = page_says(client, query)
        found = client.get(f"/api/v1/search?{query}").json()
        assert [each["slug"] for each in found["items"]] == order, query
        ours = {(facet["name"], each["code"]): each["count"] for facet in found["facets"] for each in facet["choices"]}
        assert (found["total"], ours) == (total, counts), query
        near_only = "bread" in query and isinstance(engine, BitmapBackend)  # nothing has both words
        shown = client.get(f"/find/?{query}")
        assert found["guessed"] == list(shown.context["results"].guessed) == ["tinber"] * ("tinber" in query)
        assert ("No course has the word “tinber”." in shown.content.decode()) == ("tinber" in query)
        assert found["relaxed"] == client.get(f"/find/?{query}").context["results"].relaxed == near_only
        assert {facet["name"] for facet in found["facets"]} == {each.name for each in FILTERS}


def test_turning_pages_goes_on_behind_the_last_result_whatever_was_edited_before_it(many, cast: Cast) -> None:
    client = Client()
    first = client.get("/api/v1/search?sort=title&limit=10").json()
    seen = [each["slug"] for each in first["items"]]
    for slug in (seen[0], seen[3]):
        one = next(each for each in many if each.slug == slug)
        programmes.withdraw(one, reason="Full.", by=cast.manager, at=make.AT)
    added = make.programme(cast.provider, "aaa")
    make.version(added, title={"en": "Aaa work"}, outcomes=[])
    asked = first["next"]
    while asked:
        following = client.get(asked.removeprefix(settings.BASE_URL)).json()
        seen += [each["slug"] for each in following["items"]]
        asked = following["next"]
    assert len(seen) == len(set(seen)) == 50
    assert client.get("/api/v1/search?page=9").json()["items"] == []
