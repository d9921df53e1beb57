"""schema.org: a Course with its CourseInstances, as search engines read it; several as an ItemList.

What the register holds is said of the credential (``recognizedBy``), and nothing else about quality is. Texts carry
their language. Skills stand beside the outcomes, for the vocabulary knows no skill of an outcome.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, BinaryIO

from opencairn.engine.formats.elm_vocabulary import code_of
from opencairn.programmes.vocabulary import eqf_uri, field_label, field_uri

from .found import Found, stated
from .linked import Node, first, identity, many, nodes, not_a_number, one, pairs, tagged, types, value_of
from .recorded import entries
from .row import Description, ProviderFacts, Row

key = "schema-org"
name = "schema.org"
description = "Course and CourseInstance as JSON-LD, the form that search engines read"
media_type = "application/ld+json"
suffix = ".schema.jsonld"

CONTEXT = "https://schema.org"
EQF = "http://data.europa.eu/snb/eqf/25831c2"
FIELDS = "http://data.europa.eu/snb/isced-f/25831c2"
HOURS = "HUR"  # UN/CEFACT Recommendation 20
ECTS = "http://data.europa.eu/snb/education-credit/6fcec5c5af"
MODES = {"online": "Online", "onsite": "Onsite", "blended": "Blended", "workbased": "Workbased"}
ROLES = {"designer": "creator", "funder": "funder", "employer": "contributor"}
CODES = {word.casefold(): code for code, word in MODES.items()} | {"hybrid": "blended", "in person": "onsite"}
COURSES = ("Course", "EducationalOccupationalProgram", "LearningResource")


def lacks(description: Description) -> str:
    """Nothing: a Course may be as short as its name."""
    return ""


def write(descriptions: Iterable[Description]) -> Iterator[bytes]:
    """Yield one ItemList of courses."""
    yield b'{"@context": "https://schema.org", "@type": "ItemList", "itemListElement": ['
    for position, each in enumerate(descriptions, start=1):
        item = {"@type": "ListItem", "position": position, "item": course(each)}
        yield (b",\n" if position > 1 else b"\n") + json.dumps(item, ensure_ascii=False).encode()
    yield b"\n]}\n"


def course(what: Description) -> dict[str, Any]:
    """Return the Course, without its context."""
    facts = what.facts
    credential = {
        "@type": "EducationalOccupationalCredential",
        "credentialCategory": {"micro-credential": "Micro-credential"}.get(what.published_as),
        "description": tagged(facts.get("certification") or {}),
        "recognizedBy": [_organisation(each.body) for each in what.quality] or None,
        "sourceOrganization": [_organisation(each) for each in what.awarding_bodies] or None,
    }
    return stated(
        {
            "@type": "Course",
            "@id": what.url,
            "url": what.url,
            "identifier": what.uuid,
            "version": what.version,
            "dateModified": what.changed_at.isoformat(),
            "name": tagged(facts["title"]),
            "abstract": tagged(facts.get("summary") or {}),
            "description": tagged(facts.get("description") or facts.get("summary") or {}),
            "provider": _organisation(what.provider),
            "inLanguage": facts.get("languages"),
            "availableLanguage": facts.get("languages"),
            "teaches": [_outcome(each, f"{what.url}#outcome-{n}") for n, each in enumerate(what.outcomes, start=1)],
            "educationalAlignment": [_skill(skill) for each in what.outcomes for skill in each.get("skills") or ()],
            "educationalLevel": _levels(facts),
            "about": _field(facts.get("field_code") or ""),
            "numberOfCredits": _credits(facts.get("ects")),
            "timeRequired": f"PT{facts['hours']}H" if facts.get("hours") else None,
            "size": _range(facts),
            "duration": f"P{facts['weeks']}W" if facts.get("weeks") else None,
            "coursePrerequisites": tagged(facts.get("prerequisites") or {}),
            "financialAidEligible": tagged(facts.get("price_support") or {}),
            "sameAs": facts.get("homepage"),
            "educationalCredentialAwarded": stated(credential) if what.published_as != "listing" else None,
            "hasCourseInstance": _instances(what),
            **_partners(what.partners),
        }
    )


def embedded(what: Description) -> dict[str, Any]:
    """Return the Course with its context, as a page carries it."""
    return {"@context": CONTEXT, **course(what)}


def embedded_list(addresses: Iterable[tuple[str, Mapping[str, str]]], *, first: int) -> dict[str, Any]:
    """Return an ItemList of pages with its context: their addresses and titles, the first at this position."""
    items = [
        stated({"@type": "ListItem", "position": position, "url": url, "name": tagged(title)})
        for position, (url, title) in enumerate(addresses, start=first)
    ]
    return {"@context": CONTEXT, "@type": "ItemList", "itemListElement": items}


def embedded_organisation(who: ProviderFacts, *, description: Mapping[str, str], website: str) -> dict[str, Any]:
    """Return the Organization with its context, as its page carries it."""
    more = stated({"@id": who.url, "description": tagged(description), "sameAs": website})
    return {"@context": CONTEXT, **_organisation(who), **more}


def _organisation(who: ProviderFacts) -> dict[str, Any]:
    address = {"@type": "PostalAddress", "addressCountry": who.country} if who.country else None
    return stated({"@type": "Organization", "name": who.name, "url": who.url, "address": address})


def _outcome(outcome: Mapping[str, Any], uri: str) -> dict[str, Any]:
    return {"@type": "DefinedTerm", "@id": uri, "name": tagged(outcome["text"])}


def _skill(skill: Mapping[str, str]) -> dict[str, Any]:
    return stated(
        {
            "@type": "AlignmentObject",
            "alignmentType": "teaches",
            "educationalFramework": skill.get("framework"),
            "targetName": skill["label"],
            "targetUrl": skill["uri"],
        }
    )


def _levels(facts: Mapping[str, Any]) -> list[Any]:
    level = facts.get("eqf_level")
    eqf = (
        {"@type": "DefinedTerm", "@id": eqf_uri(level), "name": f"EQF {level}", "inDefinedTermSet": EQF}
        if level
        else None
    )
    return [each for each in (eqf, facts.get("national_level")) if each]


def _field(code: str) -> dict[str, Any] | None:
    if not code:
        return None
    return {
        "@type": "DefinedTerm",
        "@id": field_uri(code),
        "name": field_label(code),
        "termCode": code,
        "inDefinedTermSet": FIELDS,
    }


def _credits(ects: Decimal | None) -> dict[str, Any] | None:
    if ects is None:
        return None
    return {"@type": "QuantitativeValue", "value": float(ects), "unitText": "ECTS", "unitCode": ECTS}


def _range(facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the hours where they are a range: ``timeRequired`` is one duration, and then the least."""
    if not (facts.get("hours") and facts.get("hours_most")):
        return None
    between = {"minValue": facts["hours"], "maxValue": facts["hours_most"]}
    return {"@type": "QuantitativeValue", **between, "unitText": "hours", "unitCode": HOURS}


def _partners(partners: Iterable[Mapping[str, str]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for each in partners:
        if each["role"] in ROLES:
            organisation = ProviderFacts(each["name"], url=each.get("url", ""))
            found.setdefault(ROLES[each["role"]], []).append(_organisation(organisation))
    return found


def _instances(what: Description) -> list[dict[str, Any]]:
    mode, hours = MODES.get(what.facts.get("participation") or ""), what.facts.get("hours")
    shared = {"@type": "CourseInstance", "courseMode": mode, "courseWorkload": f"PT{hours}H" if hours else None}
    runs = [_instance(run, what.url) for run in what.offerings]
    return [stated({**shared, **run}) for run in runs or [{}]]


def _instance(run: Mapping[str, Any], url: str) -> dict[str, Any]:
    price, until = run.get("price"), run.get("enrol_until")
    offer = None
    if price is not None or until:
        offer = {
            "@type": "Offer",
            "category": None if price is None else "Paid" if price else "Free",
            "price": None if price is None else f"{price:f}",
            "priceCurrency": run.get("currency"),
            "validThrough": until.isoformat() if until else None,
        }
    return {
        "@id": f"{url}#run-{run['id']}",
        "startDate": run["starts_on"].isoformat() if run.get("starts_on") else None,
        "endDate": run["ends_on"].isoformat() if run.get("ends_on") else None,
        "location": {"@type": "Place", "name": run["place"]} if run.get("place") else None,
        "inLanguage": run.get("languages"),
        "description": tagged(run.get("schedule") or {}),
        "maximumAttendeeCapacity": run.get("capacity"),
        "offers": stated(offer) if offer else None,
    }


def read(file: BinaryIO) -> Iterator[Row]:
    """Yield one row for each Course of a list, a graph or a single document."""
    return entries(file, ("@graph", "itemListElement", "data"), _is_course, _row)


def _is_course(node: Node) -> bool:
    return bool(types(node) & set(COURSES))


def _row(node: Node, found: Found) -> dict[str, Any]:
    spoken = found.languages(
        one(each) if isinstance(each, Mapping) else each for each in many(node, "inLanguage", "availableLanguage")
    )
    default = spoken[0] if len(spoken) == 1 else "und"
    credential = first(node, "educationalCredentialAwarded")
    described = found.text(pairs(value_of(node, "description"), default), "description")
    summary = found.text(pairs(value_of(node, "abstract"), default), "summary")
    hours = found.hours(value_of(node, "timeRequired"), "hours")
    facts = {
        "title": found.text(pairs(value_of(node, "name"), default), "title"),
        "summary": summary,
        "description": {} if described == summary else described,
        "prerequisites": found.text(_worded(node, "coursePrerequisites", default), "prerequisites"),
        "price_support": found.text(pairs(value_of(node, "financialAidEligible"), default), "price_support"),
        "certification": found.text(pairs(value_of(credential, "description"), default), "certification"),
        "languages": spoken,
        "ects": _ects(node, found),
        "hours": hours,
        "hours_most": found.hours_most(hours, _most(node, found)),
        "weeks": found.weeks(value_of(node, "duration"), "weeks"),
        "homepage": found.address(one(value_of(node, "sameAs")), "homepage"),
        "participation": _participation(node, found),
        "field_code": next((code for each in nodes(node, "about") if (code := code_of("field", identity(each)))), ""),
        **_read_levels(node, found),
    }
    return {
        "source_id": identity(node) or value_of(node, "url") or value_of(node, "identifier"),
        "provider": read_organisation(first(node, "provider", "publisher", "creator"), found),
        "facts": facts,
        "outcomes": _outcomes(node, found, default),
        "offerings": [run for each in nodes(node, "hasCourseInstance") if (run := _run(each, found, default))],
        "awarding_bodies": [read_organisation(each, found) for each in nodes(credential, "sourceOrganization")],
        "partners": [
            {"role": role, "name": who.name, "url": who.url}
            for role, term in ROLES.items()
            for each in nodes(node, term)
            if (who := read_organisation(each, found))
            and not (term == "creator" and not value_of(node, "provider", "publisher"))
        ],
    }


def _worded(node: Node, term: str, default: str) -> Iterator[tuple[Any, Any]]:
    """Yield the words of a text, or the names of the nodes that stand in its place."""
    for each in many(node, term):
        named = isinstance(each, Mapping) and value_of(each, "name")
        yield from pairs(named or each, default)


def read_organisation(node: Node, found: Found) -> ProviderFacts:
    """Return an organisation; a bare name is one too."""
    name_ = found.words(one(value_of(node, "legalName", "name")) or identity(node), "provider", longest="provider")
    address = first(node, "address")
    country = value_of(address, "addressCountry")
    country = value_of(country, "name", "identifier") if isinstance(country, Mapping) else country
    code = found.country(country, "provider.country") if isinstance(country, str) else ""
    return ProviderFacts(name_, code, found.address(one(value_of(node, "url")), "provider.url"))


def _ects(node: Node, found: Found) -> Decimal | None:
    value = value_of(node, "numberOfCredits")
    if isinstance(value, Mapping):
        unit = f"{value.get('unitText', '')} {value.get('unitCode', '')}"
        return found.number(value.get("value"), "ects") if "ECTS" in unit or ECTS in unit else None
    return None  # a bare number does not say what it counts


def _most(node: Node, found: Found) -> int | None:
    size = first(node, "size")
    return found.whole(value_of(size, "maxValue"), "hours_most") if value_of(size, "unitCode") == HOURS else None


def _participation(node: Node, found: Found) -> str:
    modes = [str(each).rpartition("/")[2].casefold() for each in nodes_of_mode(node)]
    codes = {CODES[mode] for mode in modes if mode in CODES}
    if modes and len(codes) != 1:
        found.left_out("participation", ", ".join(modes)[:100])
    return codes.pop() if len(codes) == 1 else ""


def nodes_of_mode(node: Node) -> list[Any]:
    """Return every mode stated for a course or its instances, once each."""
    stated_modes = [
        *many(node, "courseMode"),
        *(mode for each in nodes(node, "hasCourseInstance") for mode in many(each, "courseMode")),
    ]
    return list(dict.fromkeys(str(mode) for mode in stated_modes if not_a_number(mode)))


def _read_levels(node: Node, found: Found) -> dict[str, Any]:
    levels: dict[str, Any] = {}
    for each in many(node, "educationalLevel"):
        uri = identity(each) if isinstance(each, Mapping) else str(each)
        if level := code_of("eqf", uri):
            levels["eqf_level"] = int(level)
        elif "national_level" not in levels:
            levels["national_level"] = found.words(
                one(value_of(each, "name")) if isinstance(each, Mapping) else each, "national_level", longest="short"
            )
    return levels


def _outcomes(node: Node, found: Found, default: str) -> list[dict[str, Any]]:
    listed = [*many(node, "teaches")]
    texts = [
        found.text(
            pairs(
                value_of(each, "name", "description") if isinstance(each, Mapping) and "@value" not in each else each,
                default,
            ),
            "outcomes",
        )
        for each in listed
    ]
    outcomes: list[dict[str, Any]] = [{"text": text, "skills": []} for text in texts if text]
    alignments = [
        each
        for each in nodes(node, "educationalAlignment")
        if value_of(each, "alignmentType") in ("teaches", "assesses")
    ]
    terms = (
        found.skill(
            value_of(each, "targetUrl"), one(value_of(each, "targetName")), one(value_of(each, "educationalFramework"))
        )
        for each in alignments
    )
    skills = [each for each in terms if each]
    if len(outcomes) == 1:
        outcomes[0]["skills"] = skills
    elif not outcomes:
        return [{"text": {default: each["label"]}, "skills": [each]} for each in skills if each["label"] != each["uri"]]
    elif skills:
        found.left_out("skills", ", ".join(each["label"] for each in skills)[:200])
    return outcomes


def _run(node: Node, found: Found, default: str) -> dict[str, Any] | None:
    offer = first(node, "offers")
    place = first(node, "location")
    facts = {
        "starts_on": found.day(value_of(node, "startDate"), "starts_on"),
        "ends_on": found.day(value_of(node, "endDate"), "ends_on"),
        "enrol_until": found.day(value_of(offer, "validThrough"), "enrol_until"),
        "place": found.words(one(value_of(place, "name")) or identity(place), "place", longest="short"),
        "languages": found.languages(many(node, "inLanguage")),
        "schedule": found.text(pairs(value_of(node, "description"), default), "schedule"),
        "capacity": found.whole(value_of(node, "maximumAttendeeCapacity"), "capacity"),
        **found.price(value_of(offer, "price"), one(value_of(offer, "priceCurrency"))),
    }
    run = found.run(**facts)
    return run if run or (run is not None and identity(node)) else None
