"""Searching and counting, held against the plainest way to do it: look at every programme in turn."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from math import log2
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from opencairn.catalogue import actions, rates, wording
from opencairn.catalogue.backends.bitmaps.searching import NEARLY
from opencairn.catalogue.backends.filing import Filer
from opencairn.catalogue.filters import FILTERS, NOT_STATED, QUALITY, Described, counted
from opencairn.catalogue.models import Entry, Mark, Term
from opencairn.catalogue.queries import Criteria, Results, criteria_from, is_filed, search
from opencairn.people import actions as people
from opencairn.people.models import Organisation
from opencairn.programmes.models import Outcome, Programme, ProgrammeVersion
from opencairn.programmes.vocabulary import CURRENCIES
from opencairn.skills.models import Skill, Taxonomy
from opencairn.web.demo.cast import Cast
from tests import make

pytestmark = pytest.mark.django_db


def titles(found: Results) -> list[str]:
    return [hit.version.title["en"] for hit in found.hits]


def counts(found: Results, name: str) -> dict[str, int]:
    facet = next(facet for facet in found.facets if facet.filter.name == name)
    return {choice.code: choice.count for choice in (*facet.choices, *facet.folded)}


def publish(provider: Organisation, slug: str, title: str, **facts: Any) -> Programme:
    programme = make.programme(provider, slug)
    outcomes = facts.pop("outcomes", [])
    blank = {"summary": {}, "description": {}}
    make.version(programme, title={"en": title}, outcomes=outcomes, **(blank | facts))
    return programme


def entries() -> list[Described]:
    """What the engines file of every public programme."""
    return [
        card.entry for card in Filer(make.TODAY).cards(list(Programme.objects.public().values_list("pk", flat=True)))
    ]


def find(q: str = "", sort: str = "best", day: date = make.TODAY, **chosen: tuple[str, ...]) -> Results:
    actions.refresh(at=make.AT)
    return search(Criteria(q, chosen, sort), day=day)


def test_every_word_has_to_be_found_somewhere(cast: Cast) -> None:
    publish(cast.provider, "a", "Water quality", summary={"en": "Sensors in rivers."})
    publish(cast.provider, "b", "Water pumps")
    assert titles(find("sensor water")) == ["Water quality"]
    assert find("water tarntal").total == 2
    none = find("water zebra")
    assert none.total == 0 or none.relaxed


def test_title_comes_before_provider_outcomes_summary_and_description(cast: Cast) -> None:
    publish(cast.provider, "e", "Five", description={"en": "sensors"})
    publish(cast.provider, "d", "Four", summary={"en": "sensors"})
    publish(cast.provider, "c", "Three", outcomes=["Place sensors."])
    publish(cast.provider, "a", "Sensors")
    assert titles(find("sensors")) == ["Sensors", "Three", "Four", "Five"]


def test_the_exact_word_comes_before_its_other_forms_and_its_beginnings(cast: Cast) -> None:
    publish(cast.provider, "a", "Sensorial gardens")
    publish(cast.provider, "b", "Sensors at work")
    publish(cast.provider, "c", "Sensor basics in a longer title")
    assert titles(find("sensor")) == ["Sensor basics in a longer title", "Sensors at work", "Sensorial gardens"]


def test_a_search_finds_every_language_of_a_description(cast: Cast) -> None:
    make.version(make.programme(cast.provider))
    for q in ("gewässerüberwachung", "GEWASSERUBER", "water quality", "schmetterling"):
        assert find(q).total == (0 if q == "schmetterling" else 1), q


@pytest.mark.parametrize("q", ["'; DROP TABLE", "%", "_", "\\", "a" * 5000, "🪨", "((", "\x00", "ﬀ", '"water'])
def test_strange_searches_find_nothing_or_something_but_never_break(cast: Cast, q: str) -> None:
    make.version(make.programme(cast.provider))
    actions.refresh(at=make.AT)
    assert search(criteria_from(QueryDict(urlencode({"q": q}))), day=make.TODAY).total in {0, 1}


def test_like_signs_of_the_database_are_plain_letters(cast: Cast) -> None:
    publish(cast.provider, "a", "Water")
    assert find("w_ter").total == 0
    assert find("wat%").total == 1  # the sign parts words: what is left is the beginning of one


def test_orders(cast: Cast) -> None:
    late = publish(cast.provider, "late", "Late", hours=10, ects=None)
    soon = publish(cast.provider, "soon", "Soon", hours=None, ects=Decimal(1))
    publish(cast.provider, "never", "Never", hours=None, ects=None)
    make.offering(late, price=Decimal(0))
    make.offering(soon, starts_on=date(2026, 4, 1), price=Decimal(5))
    assert titles(find(sort="start")) == ["Soon", "Late", "Never"]
    assert titles(find(sort="work")) == ["Late", "Soon", "Never"]
    assert titles(find(sort="price")) == ["Late", "Soon", "Never"]
    assert titles(find(sort="credits")) == ["Soon", "Late", "Never"]
    Programme.objects.filter(slug="never").update(changed_at=make.AT + timedelta(seconds=1))
    assert titles(find(sort="new")) == ["Never", "Late", "Soon"]
    assert titles(find(sort="title")) == ["Late", "Never", "Soon"]


def test_what_runs_shortest_comes_first_by_the_next_run_else_by_the_stated_weeks(cast: Cast, engine: Any) -> None:
    publish(cast.provider, "six", "Six weeks", weeks=6, hours=50)
    publish(cast.provider, "busy", "Busy six weeks", weeks=6, hours=90)
    dated = publish(cast.provider, "dated", "Dated", weeks=20)
    make.offering(dated, starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 5))
    publish(cast.provider, "open", "Open", weeks=None, hours=1)
    assert titles(find(sort="length")) == ["Dated", "Six weeks", "Busy six weeks", "Open"]
    assert counts(find(), "duration") == {"up-to-1-week": 1, "under-12-weeks": 2, NOT_STATED: 1}


def test_a_range_of_hours_is_filed_by_its_most_and_said_whole(cast: Cast, engine: Any) -> None:
    publish(cast.provider, "span", "Span", hours=30, hours_most=60, ects=None)
    publish(cast.provider, "fixed", "Fixed", hours=40, ects=None)
    assert counts(find(), "hours") == {"up-to-40": 1, "up-to-150": 1}
    assert titles(find(sort="work")) == ["Fixed", "Span"]
    [hit] = find(hours=("up-to-150",)).hits
    assert wording.workload(hit.version) == "30–60 hours"


def test_amounts_are_ordered_within_one_currency(cast: Cast, engine: Any) -> None:
    for slug, price, currency in (
        ("a", 9, "USD"),
        ("b", 90, "EUR"),
        ("c", 80, "EUR"),
        ("d", 0, "USD"),
        ("e", None, ""),
    ):
        amount = None if price is None else Decimal(price)
        make.offering(publish(cast.provider, slug, slug), price=amount, currency=currency)
    assert titles(find(sort="price")) == ["d", "c", "b", "a", "e"]


def test_prices_stand_in_bands_of_euro_whatever_their_currency(cast: Cast, engine: Any) -> None:
    for slug, price, currency in (
        ("euro", 1500, "EUR"),
        ("kronor", 1500, "SEK"),
        ("forint", 30_000, "HUF"),
        ("hryvnia", 90, "UAH"),
        ("nothing", 0, "UAH"),
        ("unsaid", None, ""),
    ):
        amount = None if price is None else Decimal(price)
        make.offering(publish(cast.provider, slug, slug), price=amount, currency=currency)
    assert titles(find(price=("up-to-500",))) == ["kronor"]
    bands = ("free", "up-to-100", "up-to-500", "up-to-2000", "other-currency", NOT_STATED)
    assert counts(find(), "price") == dict.fromkeys(bands, 1)


def test_a_rate_is_known_of_every_currency_that_the_bank_names() -> None:
    assert set(CURRENCIES) - set(rates.PER_EURO) == {"RSD", "UAH"}
    assert rates.in_euro(Decimal("10.978"), "SEK") == rates.in_euro(Decimal(1), "EUR") == 1


def test_another_taxonomy_makes_the_index_out_of_date_by_itself(cast: Cast, engine: Any) -> None:
    publish(cast.provider, "a", "A", outcomes=["Keep pumps running."])
    Outcome.objects.update(skills=[{"uri": "urn://pumps", "label": "pumps"}])
    engine.rebuild(at=make.AT)
    assert engine.is_current(make.TODAY)
    assert find(skill=("urn://machines",)).total == 0
    taxonomy = Taxonomy.objects.create(
        key="esco", version="1", name="ESCO", languages=["en"], imported_at=make.AT, added_to_at=make.AT
    )
    for uri, broader in (("urn://pumps", ["urn://machines"]), ("urn://machines", [])):
        Skill.objects.create(taxonomy=taxonomy, uri=uri, labels={"en": uri}, broader=broader)
    Taxonomy.objects.update(current_since=make.AT)
    assert not engine.is_current(make.TODAY)
    actions.keep_current(at=make.AT)
    assert engine.is_current(make.TODAY)
    assert search(Criteria("", {"skill": ("urn://machines",)}), day=make.TODAY).total == 1
    Taxonomy.objects.update(current_since=None)
    assert engine.refresh(at=make.AT) == 1
    assert search(Criteria("", {"skill": ("urn://machines",)}), day=make.TODAY).total == 0


def test_micro_credentials_come_first_and_listings_can_be_left_out(cast: Cast) -> None:
    publish(cast.provider, "a", "Alpha", published_as="listing")
    publish(cast.provider, "b", "Beta")
    assert titles(find()) == ["Beta", "Alpha"]
    assert find().incomplete == 1
    assert titles(find(kind=("micro-credential",))) == ["Beta"]


def test_pages_are_counted_exactly_and_a_page_past_the_end_is_the_last(cast: Cast) -> None:
    for number in range(7):
        publish(cast.provider, f"p{number}", f"Course {number}")
    actions.refresh(at=make.AT)
    last = search(Criteria(), day=make.TODAY, page=99, per_page=3)
    assert (last.total, last.page.number, len(last.hits)) == (7, 3, 1)
    seen = [
        hit.programme.slug for n in (1, 2, 3) for hit in search(Criteria(), day=make.TODAY, page=n, per_page=3).hits
    ]
    assert len(set(seen)) == 7


def test_accredited_today_is_asked_of_the_register_on_that_day(cast: Cast) -> None:
    programme = publish(cast.provider, "a", "A")
    publish(cast.provider, "b", "B")
    make.decision(programme, cast.quality_body)
    assert counts(find(), "quality") == {"accredited": 1, "external": 1}
    assert titles(find(quality=("accredited",))) == ["A"]
    assert titles(find(quality=("external",))) == ["B"]
    assert find(quality=("accredited", "external")).total == 2
    assert find(quality=("accredited",), day=date(2029, 1, 1)).total == 0


@pytest.mark.usefixtures("sql")
def test_the_index_follows_changes_withdrawals_and_lapsed_dates(cast: Cast) -> None:
    programme = publish(cast.provider, "a", "First title")
    offering = make.offering(programme, starts_on=date(2026, 3, 10), ends_on=None)
    assert not is_filed(make.TODAY)
    assert actions.keep_current(at=make.AT)
    assert Entry.objects.get().next_start == offering.starts_on
    assert actions.keep_current(at=make.AT + timedelta(days=30))
    assert Entry.objects.get().next_start is None
    version = ProgrammeVersion.objects.get()
    version.title = {"en": "Second title"}
    version.save()
    Programme.objects.update(changed_at=make.AT - timedelta(days=400))  # a back-dated change counts too
    assert titles(find("second")) == ["Second title"]
    assert find("first").total == 0
    Programme.objects.update(withdrawn_at=make.AT)
    assert find().total == 0
    assert [table.objects.count() for table in (Entry, Term, Mark)] == [0, 0, 0]


@pytest.mark.usefixtures("sql")
def test_rebuilding_gives_the_same_index(cast: Cast) -> None:
    for number in range(3):
        publish(cast.provider, f"p{number}", f"Course {number}")
    actions.refresh(at=make.AT)
    before = set(Term.objects.values_list("entry", "word", "weight"))
    assert actions.rebuild(at=make.AT) == 3
    assert set(Term.objects.values_list("entry", "word", "weight")) == before


@pytest.mark.usefixtures("sql")
def test_one_call_files_the_latest_changes_first_and_the_rest_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    for number in range(3):
        programme = publish(cast.provider, f"p{number}", f"Course {number}")
        Programme.objects.filter(pk=programme.pk).update(changed_at=make.AT + timedelta(minutes=number))
    assert not actions.keep_current(at=make.AT)
    assert sorted(Entry.objects.values_list("programme__slug", flat=True)) == ["p1", "p2"]
    assert actions.keep_current(at=make.AT)
    assert Entry.objects.count() == 3


def test_criteria_keep_what_can_be_a_code_and_drop_the_rest() -> None:
    params = QueryDict("q=+water++quality+&level=6&level=6&level=<b>&mode=&sort=evil&price=up-to-100&unknown=1")
    assert criteria_from(params) == Criteria("water quality", {"level": ("6",), "price": ("up-to-100",)}, "best")


@pytest.mark.parametrize("one", FILTERS, ids=lambda one: one.name)
def test_every_filter_has_words_and_a_place_for_every_code(one: Any, cast: Cast) -> None:
    make.version(make.programme(cast.provider))
    [entry] = entries()
    for code in [*one.codes(entry), NOT_STATED, "made-up"]:
        assert one.said(code)
        assert one.order(code, 3)
    assert str(one.title)


OFFER = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["Water quality", "Soil and water", "Nursing", "Data"]),
        "eqf_level": st.sampled_from([None, 5, 6]),
        "level_not_applicable": st.sampled_from(["", "A hobby."]),
        "ects": st.sampled_from([None, Decimal(1), Decimal(4), Decimal(20)]),
        "participation": st.sampled_from(["", "online", "blended"]),
        "languages": st.sampled_from([[], ["en"], ["de-AT", "en"]]),
        "field_code": st.sampled_from(["", "0521", "05", "1015"]),
        "quality_assurance": st.sampled_from(["", "internal", "external-programme", "none"]),
        "published_as": st.sampled_from(["micro-credential", "listing"]),
        "price": st.sampled_from([None, Decimal(0), Decimal(100), Decimal(3000)]),
        "accredited": st.booleans(),
        "country": st.sampled_from(["DE", "FR"]),
        "hours": st.sampled_from([None, 8, 40, 200]),
        "weeks": st.sampled_from([None, 6, 12]),
        "national_level": st.sampled_from(["", "DQR 6", "nfq 8; DQR 6", "Level 6"]),
        "price_support": st.sampled_from([{}, {"en": "Half of it."}]),
        "stackability": st.sampled_from([{}, {"en": "Into the diploma."}]),
        "offering_type": st.sampled_from(["", "mooc", "bootcamp"]),
        "starts_on": st.sampled_from([None, date(2026, 4, 1), date(2026, 9, 14)]),
        "skill": st.sampled_from(["", "urn://pumps", "urn://valves", "plain words"]),
    }
)
CHOSEN = st.fixed_dictionaries(
    {},
    optional={
        "level": st.sampled_from([("5",), ("6", NOT_STATED)]),
        "mode": st.sampled_from([("online",), ("blended", NOT_STATED)]),
        "language": st.sampled_from([("de",), ("en",), (NOT_STATED,)]),
        "price": st.sampled_from([("free",), ("up-to-100", NOT_STATED)]),
        "quality": st.sampled_from([("accredited",), ("accredited", "internal"), ("external",)]),
        "kind": st.sampled_from([("micro-credential",), ("listing",)]),
        "country": st.just(("DE",)),
        "skill": st.sampled_from([("urn://water",), ("urn://pumps", "plain words"), (NOT_STATED,)]),
        "start": st.sampled_from([("2026-04",), ("any-day", "2026-09")]),
        "national": st.sampled_from([("de-dqr:DQR 6",), ("ie-nfq:NFQ 8", NOT_STATED)]),
        "hours": st.sampled_from([("up-to-10",), ("up-to-40", "over-150")]),
        "duration": st.sampled_from([("under-12-weeks",), (NOT_STATED,)]),
        "expertise": st.sampled_from([("practised",), ("advanced",)]),
        "region": st.just(("DE:Tarnau",)),
        "type": st.just(("mooc",)),
        "funding": st.just(("stated",)),
        "stackable": st.just(("stated", NOT_STATED)),
    },
)


ONLY_WATER: dict[str, Any] = {
    "title": "Water quality", "country": "DE", "price": None, "accredited": False, "starts_on": None, "skill": "",
}  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offers=st.lists(OFFER, max_size=8), chosen=CHOSEN, q=st.sampled_from(["", "water", "wat", "soil water"]))
@example(offers=[ONLY_WATER], chosen={}, q="soil water")
@example(offers=[ONLY_WATER, {**ONLY_WATER, "title": "Nursing"}], chosen={}, q="nursing water")
@example(offers=[ONLY_WATER] * 6 + [{**ONLY_WATER, "title": "Nursing"}], chosen={}, q="nursing water")
def test_counts_are_those_of_looking_at_every_programme(
    cast: Cast, offers: list[dict[str, Any]], chosen: dict[str, tuple[str, ...]], q: str
) -> None:
    fill(cast, offers)
    actions.rebuild(at=make.AT)
    accredited = QUALITY.by_day(make.TODAY)

    def codes(entry: Described, name: str) -> set[str]:
        if name == "quality" and entry.programme_id in accredited:
            return {"accredited"}
        return set(next(one for one in FILTERS if one.name == name).codes(entry))

    def fits(entry: Described, but: str = "") -> bool:
        return all(codes(entry, name) & set(wanted) for name, wanted in chosen.items() if name != but)

    described, words = entries(), q.split()
    everything = [entry for entry in described if all(word in entry.title_key for word in words)]
    found = search(Criteria(q, chosen), day=make.TODAY, per_page=100)
    if found.relaxed:
        assert not everything
        everything = nearest(described, words)
    assert {hit.programme.pk for hit in found.hits} == {entry.programme_id for entry in everything if fits(entry)}
    assert found.total == len(found.hits)
    for one in FILTERS:
        plain = Counter(code for entry in everything if fits(entry, one.name) for code in codes(entry, one.name))
        if (listed := counted(one.name, chosen.get(one.name, ()))) is not None:
            plain = Counter({code: n for code, n in plain.items() if code in listed})
        assert {code: n for code, n in counts(found, one.name).items() if n} == dict(plain), one.name


def nearest(described: list[Described], words: list[str]) -> list[Described]:
    """Who has the most telling of the words, where nobody has all: the fewer have a word, the more it tells."""
    having = {word: sum(word in entry.title_key for entry in described) for word in words}
    telling = {word: round(10 * log2(1 + len(described) / n)) for word, n in having.items() if n}
    worth = [sum(told for word, told in telling.items() if word in entry.title_key) for entry in described]
    return [entry for entry, has in zip(described, worth, strict=True) if has >= max(worth) * NEARLY]


def make_taxonomy() -> None:
    """Water above pumps and valves, a loop among them, in a taxonomy with one root."""
    made, fresh = Taxonomy.objects.get_or_create(
        key="esco", version="1", defaults={"imported_at": make.AT, "added_to_at": make.AT, "current_since": make.AT}
    )
    tree = {"root": [], "water": ["root", "pumps"], "pumps": ["water"], "valves": ["water", "pumps"]}
    for name, broader in tree.items() if fresh else ():
        Skill.objects.create(
            taxonomy=made, uri=f"urn://{name}", labels={"en": name}, broader=[f"urn://{each}" for each in broader]
        )


def fill(cast: Cast, offers: list[dict[str, Any]]) -> None:
    from opencairn.quality.models import Decision

    make_taxonomy()
    Decision.objects.all().delete()
    Programme.objects.update(current=None)
    ProgrammeVersion.objects.all().delete()
    Programme.objects.all().delete()
    other = Organisation.objects.get_or_create(
        slug="ecole", defaults={"name": "École", "country": "FR", "is_provider": True, "registered_at": make.AT}
    )[0]
    for number, offer in enumerate(offers):
        facts = {
            name: value
            for name, value in offer.items()
            if name not in {"price", "accredited", "country", "title", "starts_on", "skill"}
        }
        provider = cast.provider if offer["country"] == "DE" else other
        programme = publish(provider, f"p{number}", offer["title"], **facts)
        Outcome.objects.create(
            version=programme.current, position=1, text={"en": "Do."},
            skills=[{"uri": offer["skill"] if "://" in offer["skill"] else "", "label": offer["skill"]}],
        )  # fmt: skip
        starts = offer["starts_on"]
        make.offering(
            programme, price=offer["price"], currency="EUR", languages=[], starts_on=starts,
            ends_on=starts and starts + timedelta(days=40),
        )  # fmt: skip
        if offer["accredited"]:
            make.decision(programme, cast.quality_body, number=f"n{number}")


@pytest.mark.parametrize(
    ("country", "awarded_in", "keys"),
    [
        ("PT", "", {"pt-qnq"}),
        ("DE", "IT", {"it-qnq"}),
        ("IT", "PT", {"it-qnq", "pt-qnq"}),
        ("DE", "", {"it-qnq", "pt-qnq"}),
    ],
)
def test_a_level_whose_name_frameworks_share_is_that_of_the_providers_country(
    cast: Cast, country: str, awarded_in: str, keys: set[str]
) -> None:
    Organisation.objects.filter(pk=cast.provider.pk).update(country=country)
    Organisation.objects.filter(pk=cast.quality_body.pk).update(country=awarded_in)
    body = cast.quality_body if awarded_in else None
    publish(cast.provider, "shared", "Shared", national_level="QNQ 5", awarding_body=body)
    [entry] = entries()
    assert set(entry.national_levels) == {f"{key}:QNQ 5" for key in keys}


def test_what_a_closed_provider_left_is_no_longer_found(cast: Cast) -> None:
    publish(cast.provider, "left", "Left behind")
    actions.refresh(at=make.AT)
    assert find("left").total == 1
    people.close_organisation(cast.provider, at=make.AT)
    actions.keep_current(at=make.AT)
    assert find("left").total == 0
