"""MOOChub 3: the interchange of German-speaking MOOC platforms, JSON:API. One language a text, skills of three lists.

The format demands a licence of the course material. A description does not state any, so it says "proprietary", which
there means that no open licence is granted.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any, BinaryIO

from opencairn.kit.text import pick
from opencairn.programmes.vocabulary import field_label, is_field

from .found import Found, instant, stated, with_markup, without_markup
from .linked import Node, first, many, nodes, one, types, value_of
from .recorded import entries
from .row import Description, ProviderFacts, Row
from .schema_org import read_organisation

key = "moochub"
name = "MOOChub 3"
description = "the interchange of MOOC platforms, JSON:API"
media_type = "application/vnd.api+json"
suffix = ".moochub.json"

KIND = {
    "identifier": "https://w3id.org/kim/hcrt/course",
    "type": "Concept",
    "inScheme": "https://w3id.org/kim/hcrt/scheme",
}
MODES = ("online", "onsite", "blended")
FRAMEWORKS = {"ESCO": "1.2", "DigComp": "2.2", "GRETA": "2.0"}  # and the version to name where the skill names none
NO_LICENCE = {"identifier": "proprietary", "url": None}


def lacks(description: Description) -> str:
    """Nothing: what the format demands, every programme has."""
    return ""


def write(descriptions: Iterable[Description]) -> Iterator[bytes]:
    """Yield one page with every course."""
    yield b'{"data": ['
    for place, each in enumerate(descriptions):
        yield (b",\n" if place else b"\n") + json.dumps(course(each), ensure_ascii=False).encode()
    yield b"\n]}\n"


def course(what: Description) -> dict[str, Any]:
    """Return the Course of a page's data. ``links`` are added by whoever serves pages, for only they know addresses."""
    facts = what.facts
    spoken = facts.get("languages") or []
    tag = pick(facts["title"], [*spoken, "en"])[0]
    words = pick(facts.get("description") or facts.get("summary") or {}, [tag])[1]
    who = _organisation(what.provider)
    return {
        "id": what.uuid,
        "type": "Course",
        "attributes": stated(
            {
                "name": facts["title"][tag],
                "learningResourceType": KIND,
                "url": what.url,
                "description": with_markup(words) if words else None,
                "publisher": who,
                "creator": [*map(_organisation, what.awarding_bodies)] or [who],
                "license": [NO_LICENCE],
                "inLanguage": spoken,
                "courseMode": [facts["participation"]] if facts.get("participation") in MODES else None,
                "teaches": _teaches(what.outcomes, tag),
                "educationalAlignment": _alignment(facts.get("field_code") or ""),
                "numberOfCredits": None if facts.get("ects") is None else float(facts["ects"]),
                "educationalCredentialsAwarded": ["certificate"] if what.published_as == "micro-credential" else None,
                "duration": f"P{facts['weeks']}W" if facts.get("weeks") else None,
                "workload": _workload(facts),
                "dateModified": what.changed_at.isoformat(),
                **_runs(what.offerings),
            }
        ),
    }


def _organisation(who: ProviderFacts) -> dict[str, Any]:
    return {"name": who.name, "type": "Organization", "url": who.url or None}


def _teaches(outcomes: Iterable[Mapping[str, Any]], tag: str) -> list[dict[str, Any]]:
    found = {
        skill["uri"]: {
            "name": [{"inLanguage": "en", "name": skill["label"]}],
            "description": pick(each["text"], [tag])[1],
            "educationalFramework": skill["framework"],
            "educationalFrameworkVersion": FRAMEWORKS[skill["framework"]],
            "targetUrl": skill["uri"],
        }
        for each in outcomes
        for skill in each.get("skills") or ()
        if skill.get("framework") in FRAMEWORKS
    }
    return list(found.values())


def _alignment(code: str) -> list[dict[str, Any]] | None:
    if not code:
        return None
    return [
        {
            "alignmentType": "educationalSubject",
            "educationalFramework": "ISCED-F",
            "educationalFrameworkVersion": "2013",
            "name": [{"inLanguage": "en", "name": field_label(code)}],
            "shortCode": code,
            "targetUrl": f"http://data.europa.eu/esco/isced-f/{code}",
            "type": "EducationalAlignment",
        }
    ]


def _workload(facts: Mapping[str, Any]) -> dict[str, Any] | None:
    hours, weeks = facts.get("hours"), facts.get("weeks")
    if not (hours and weeks) or hours % weeks:
        return None
    return {"timeValue": hours // weeks, "timeUnit": "h/week"}


def _runs(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what can be said of the runs together: their days in parallel lists, and what they have in common."""
    dated = [run for run in runs if run.get("starts_on")]
    found: dict[str, Any] = {
        "startDate": [instant(run["starts_on"]) for run in dated],
        "endDate": [instant(run["ends_on"]) for run in dated if run.get("ends_on")],
    }
    prices = {(run["price"], run["currency"]) for run in runs if run.get("price") is not None and run.get("currency")}
    found["offer"] = [
        {"price": float(price), "priceCurrency": unit, "paymentFrequency": "one-time", "category": "complete"}
        for price, unit in sorted(prices)
    ]
    if any(run.get("price") is not None for run in runs):
        found["access"] = sorted({"paid" if run["price"] else "free" for run in runs if run.get("price") is not None})
    if len(runs) == 1:
        found["contentLocation"] = {"name": runs[0]["place"]} if runs[0].get("place") else None
        found["applicationDeadline"] = instant(runs[0]["enrol_until"]) if runs[0].get("enrol_until") else None
    return found


def read(file: BinaryIO) -> Iterator[Row]:
    """Yield one row for each course of a page."""
    return entries(
        file,
        ("data",),
        lambda node: isinstance(node.get("attributes"), dict) and bool(types(node) & {"Course", "courses"}),
        _row,
    )


def _row(node: Node, found: Found) -> dict[str, Any]:
    attributes: Node = node["attributes"]
    spoken = found.languages(many(attributes, "inLanguage", "languages"))
    default = spoken[0] if len(spoken) == 1 else "und"
    hours_a_week, weeks = _hours_a_week(attributes, found), found.weeks(value_of(attributes, "duration"), "weeks")
    credits_ = found.number(value_of(attributes, "numberOfCredits"), "ects")
    body = [read_organisation(each, found) for each in nodes(attributes, "creator") if "Person" not in types(each)]
    provider = read_organisation(first(attributes, "publisher", "moocProvider"), found)
    return {
        "source_id": node.get("id") if isinstance(node.get("id"), str) else "",
        "provider": provider,
        "facts": {
            "title": found.text([(default, value_of(attributes, "name"))], "title"),
            "description": found.text([(default, without_markup(value_of(attributes, "description")))], "description"),
            "languages": spoken,
            "participation": _mode(attributes, found),
            "ects": credits_ or None,
            "weeks": weeks,
            "hours": hours_a_week * weeks if hours_a_week and weeks else None,
            "field_code": _field(attributes),
            "homepage": found.address(value_of(attributes, "url"), "homepage"),
        },
        "outcomes": _outcomes(attributes, found),
        "offerings": _offerings(attributes, found),
        "awarding_bodies": [each for each in body if each.name != provider.name],
    }


def _hours_a_week(attributes: Node, found: Found) -> int | None:
    workload = first(attributes, "workload")
    return found.whole(value_of(workload, "timeValue"), "hours") if workload.get("timeUnit") == "h/week" else None


def _mode(attributes: Node, found: Found) -> str:
    modes = [each for each in many(attributes, "courseMode") if each in MODES]
    if len(modes) > 1:
        found.left_out("participation", ", ".join(modes))
    return modes[0] if len(modes) == 1 else ""


def _field(attributes: Node) -> str:
    codes = [
        str(each.get("shortCode") or str(each.get("targetUrl")).rpartition("/")[2])
        for each in nodes(attributes, "educationalAlignment")
        if each.get("educationalFramework") == "ISCED-F"
    ]
    return next((code[:4] for code in codes if is_field(code[:4])), "")


def _outcomes(attributes: Node, found: Found) -> list[dict[str, Any]]:
    outcomes = []
    for each in nodes(attributes, "teaches"):
        names = [(str(part.get("inLanguage") or "und"), part.get("name")) for part in nodes(each, "name")]
        text = found.text(names, "outcomes")
        uri = value_of(each, "targetUrl")
        skill = found.skill(uri, one(dict(names)), value_of(each, "educationalFramework")) if uri else None
        if text:
            outcomes.append({"text": text, "skills": [skill] if skill else []})
    return outcomes


def _offerings(attributes: Node, found: Found) -> list[dict[str, Any]]:
    starts = [found.day(each, "starts_on") for each in many(attributes, "startDate")]
    ends = [found.day(each, "ends_on") for each in many(attributes, "endDate", "availableUntil")]
    offers = [each for each in nodes(attributes, "offer") if value_of(each, "category") != "certificate"]
    if len(offers) > 1:
        found.left_out("price", ", ".join(f"{each.get('price')} {each.get('priceCurrency')}" for each in offers)[:200])
    shared: dict[str, Any] = found.price(_price(offers[0]), offers[0].get("priceCurrency")) if len(offers) == 1 else {}
    shared["place"] = found.words(value_of(first(attributes, "contentLocation"), "name"), "place", longest="short")
    if len(starts) < 2:
        shared["enrol_until"] = found.day(value_of(attributes, "applicationDeadline"), "enrol_until")
    days: list[tuple[date | None, date | None]] = (
        list(zip_longest(starts, ends)) if len(ends) in (0, len(starts)) else [(start, None) for start in starts]
    )
    runs = [found.run(starts_on=start, ends_on=end, **shared) for start, end in days or [(None, None)]]
    return [run for run in runs if run]


def _price(offer: Node) -> Any:
    price = offer.get("price")
    return price if isinstance(price, (int, Decimal, str)) else None
