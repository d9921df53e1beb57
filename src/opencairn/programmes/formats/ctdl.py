"""CTDL, the Credential Transparency Description Language of the US Credential Registry, as a graph of JSON-LD.

A programme is a ``ceterms:Course``; its outcomes are competencies of CTDL-ASN, each with the skills it embodies; a
micro-credential is a ``ceterms:MicroCredential`` that requires the course. What the register holds about quality is
said of the credential. Of a learner, of grades and of supervision CTDL is told nothing: it describes offers.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from opencairn.programmes.vocabulary import ASSESSMENT_TYPES, eqf_uri, field_label, field_uri

from .ctdl_reading import ASSURED, read
from .found import stated
from .row import Description, ProviderFacts, Quality

__all__ = ["description", "key", "lacks", "media_type", "name", "read", "suffix", "write"]

key = "ctdl"
name = "CTDL"
description = "Credential Transparency Description Language, JSON-LD, as the US Credential Registry reads it"
media_type = "application/ld+json"
suffix = ".ctdl.jsonld"

CONTEXTS = ["https://credreg.net/ctdl/schema/context/json", "https://credreg.net/ctdlasn/schema/context/json"]
DELIVERY = {"online": "OnlineOnly", "onsite": "InPerson", "blended": "BlendedDelivery"}
EQF = "http://data.europa.eu/snb/eqf/25831c2"
FIELDS = "http://data.europa.eu/snb/isced-f/25831c2"
ECTS = "http://data.europa.eu/snb/education-credit/6fcec5c5af"

Node = dict[str, Any]


def lacks(description: Description) -> str:
    """Nothing: what the registry demands beyond it, it says when it takes the record in."""
    return ""


def write(descriptions: Iterable[Description]) -> Iterator[bytes]:
    """Yield one graph; an organisation stands in it once."""
    yield b'{"@context": ' + json.dumps(CONTEXTS).encode() + b', "@graph": ['
    known: set[str] = set()
    for each in descriptions:
        for node in graph(each):
            if node["@id"] not in known:
                yield (b",\n" if known else b"\n") + json.dumps(node, ensure_ascii=False).encode()
                known.add(node["@id"] if "Organization" in node["@type"] else "")
    yield b"\n]}\n"


def graph(what: Description) -> list[Node]:
    """Return the nodes of one programme: who offers and awards it, what it teaches, the course, the credential."""
    bodies = what.awarding_bodies or (what.provider,)
    agents = [
        *map(_organisation, (what.provider, *bodies)),
        *(_organisation(each.body, "QACredentialOrganization") for each in what.quality),
    ]
    outcomes = [_competency(each, f"{what.url}#outcome-{n}") for n, each in enumerate(what.outcomes, start=1)]
    skills = {skill["uri"]: _skill(skill) for each in what.outcomes for skill in each.get("skills") or ()}
    course = _course(what, [each["@id"] for each in outcomes])
    credential = [_credential(what, bodies)] if what.published_as == "micro-credential" else []
    return [*agents, *skills.values(), *outcomes, course, *credential]


def agent_id(who: ProviderFacts) -> str:
    """Return what an organisation is called in a graph: its own address, else a name drawn from what is known of it."""
    return who.url or f"urn:uuid:{uuid5(NAMESPACE_URL, f'{who.name}/{who.country}')}"


def ctid(uuid: str) -> str:
    """Return the registry's identifier for a UUID."""
    return f"ce-{uuid}"


def _organisation(who: ProviderFacts, kind: str = "CredentialOrganization") -> Node:
    id_ = agent_id(who)
    address = {"@type": "ceterms:Place", "ceterms:addressCountry": {"en": who.country}} if who.country else None
    return stated(
        {
            "@id": id_,
            "@type": f"ceterms:{kind}",
            "ceterms:ctid": ctid(str(uuid5(NAMESPACE_URL, id_))),
            "ceterms:name": {"en": who.name},
            "ceterms:subjectWebpage": who.url,
            "ceterms:address": [address] if address else None,
        }
    )


def _skill(skill: Mapping[str, str]) -> Node:
    return stated(
        {
            "@id": skill["uri"],
            "@type": "skos:Concept",
            "skos:prefLabel": {"en": skill["label"]},
            "skos:notation": skill.get("framework"),
        }
    )


def _competency(outcome: Mapping[str, Any], id_: str) -> Node:
    return stated(
        {
            "@id": id_,
            "@type": "ceasn:Competency",
            "ceterms:ctid": ctid(str(uuid5(NAMESPACE_URL, id_))),
            "ceasn:competencyText": outcome["text"],
            "ceasn:skillEmbodied": [skill["uri"] for skill in outcome.get("skills") or ()],
        }
    )


def _alignment(id_: str, words: str, framework: str) -> Node:
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:targetNode": id_,
        "ceterms:targetNodeName": {"en": words},
        "ceterms:framework": framework,
    }


def _course(what: Description, outcomes: list[str]) -> Node:
    facts = what.facts
    agent = [agent_id(what.provider)]
    return stated(
        {
            "@id": what.url,
            "@type": "ceterms:Course",
            "ceterms:ctid": ctid(what.uuid),
            "ceterms:name": facts["title"],
            "ceterms:description": facts.get("description") or facts.get("summary"),
            "ceterms:abstract": facts.get("summary"),
            "ceterms:lifeCycleStatusType": _alignment(
                "lifeCycle:Active", "Active", "https://credreg.net/ctdl/terms/LifeCycle"
            ),
            "ceterms:subjectWebpage": facts.get("homepage") or what.url,
            "ceterms:availabilityListing": [what.url],
            "ceterms:versionIdentifier": [
                {"@type": "ceterms:IdentifierValue", "ceterms:identifierValueCode": str(what.version)}
            ],
            "ceterms:ownedBy": agent,
            "ceterms:offeredBy": agent,
            "ceterms:inLanguage": facts.get("languages"),
            "ceterms:teaches": [
                {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": each} for each in outcomes
            ],
            "ceterms:creditValue": _credits(facts),
            "ceterms:estimatedDuration": _durations(facts),
            "ceterms:atLevel": _levels(facts),
            "ceterms:deliveryType": _delivery(facts.get("participation") or ""),
            "ceterms:deliveryTypeDescription": facts.get("participation_note"),
            "ceterms:assessmentMethodType": _assessments(facts.get("assessment_types") or ()),
            "ceterms:assessmentMethodDescription": facts.get("assessment"),
            "ceterms:entryCondition": _condition(facts.get("prerequisites")),
            "ceterms:requires": _condition(facts.get("inherent_requirements")),
            "ceterms:isPreparationFor": _condition(facts.get("stackability")),
            "ceterms:financialAssistance": _assistance(facts.get("price_support")),
            "ceterms:instructionalProgramType": _field(facts.get("field_code") or ""),
            "ceterms:hasOffering": [_offering(run, what) for run in what.offerings],
        }
    )


def _credits(facts: Mapping[str, Any]) -> list[Node] | None:
    if facts.get("ects") is None:
        return None
    unit = _alignment(ECTS, "ECTS", "http://data.europa.eu/snb/education-credit/25831c2")
    return [{"@type": "ceterms:ValueProfile", "schema:value": float(facts["ects"]), "ceterms:creditUnitType": [unit]}]


def _durations(facts: Mapping[str, Any]) -> list[Node]:
    stated_ = (("hours", "PT{}H"), ("weeks", "P{}W"))
    if facts.get("hours_most"):
        between = {"ceterms:minimumDuration": "hours", "ceterms:maximumDuration": "hours_most"}
        span = {term: f"PT{facts[name]}H" for term, name in between.items()}
        return [{"@type": "ceterms:DurationProfile", **span}, *_durations({**facts, "hours": None, "hours_most": None})]
    return [
        {"@type": "ceterms:DurationProfile", "ceterms:exactDuration": form.format(facts[each])}
        for each, form in stated_
        if facts.get(each)
    ]


def _levels(facts: Mapping[str, Any]) -> list[Node]:
    level, national = facts.get("eqf_level"), facts.get("national_level")
    eqf = [_alignment(eqf_uri(level), f"EQF {level}", EQF)] if level else []
    own = (
        [{"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": {"en": national}}] if national else []
    )
    return eqf + own


def _delivery(code: str) -> list[Node] | None:
    if code not in DELIVERY:
        return None
    return [_alignment(f"deliveryType:{DELIVERY[code]}", DELIVERY[code], "https://credreg.net/ctdl/terms/Delivery")]


def _assessments(codes: Iterable[str]) -> list[Node]:
    listed = "http://data.europa.eu/snb/assessment/25831c2"
    return [_alignment(ASSESSMENT_TYPES[code].uri, str(code), listed) for code in codes if code in ASSESSMENT_TYPES]


def _condition(text: Mapping[str, str] | None) -> list[Node] | None:
    return [{"@type": "ceterms:ConditionProfile", "ceterms:description": text}] if text else None


def _assistance(text: Mapping[str, str] | None) -> list[Node] | None:
    return [{"@type": "ceterms:FinancialAssistanceProfile", "ceterms:name": text}] if text else None


def _field(code: str) -> list[Node] | None:
    return [_alignment(field_uri(code), field_label(code), FIELDS)] if code else None


def _offering(run: Mapping[str, Any], what: Description) -> Node:
    place = {"@type": "ceterms:Place", "ceterms:name": {"en": run["place"]}} if run.get("place") else None
    price = run.get("price")
    cost = (
        {"@type": "ceterms:CostProfile", "ceterms:price": float(price), "ceterms:currency": run["currency"]}
        if price is not None
        else None
    )
    return stated(
        {
            "@id": f"{what.url}#run-{run['id']}",
            "@type": "ceterms:ScheduledOffering",
            "ceterms:ctid": ctid(str(run["id"])),
            "ceterms:name": what.facts["title"],
            "ceterms:startDate": run["starts_on"].isoformat() if run.get("starts_on") else None,
            "ceterms:endDate": run["ends_on"].isoformat() if run.get("ends_on") else None,
            "ceterms:description": run.get("schedule"),
            "ceterms:availableAt": [place] if place else None,
            "ceterms:inLanguage": run.get("languages"),
            "ceterms:estimatedCost": [stated(cost)] if cost else None,
            "ceterms:offeredBy": [agent_id(what.provider)],
        }
    )


def _credential(what: Description, bodies: Iterable[ProviderFacts]) -> Node:
    facts = what.facts
    return stated(
        {
            "@id": f"{what.url}#credential",
            "@type": "ceterms:MicroCredential",
            "ceterms:ctid": ctid(str(uuid5(NAMESPACE_URL, f"{what.url}#credential"))),
            "ceterms:name": facts["title"],
            "ceterms:description": facts.get("certification") or facts.get("summary") or facts.get("description"),
            "ceterms:credentialStatusType": _alignment(
                "credentialStat:Active", "Active", "https://credreg.net/ctdl/terms/CredentialStatus"
            ),
            "ceterms:inLanguage": facts.get("languages"),
            "ceterms:ownedBy": [agent_id(each) for each in bodies],
            "ceterms:offeredBy": [agent_id(what.provider)],
            "ceterms:subjectWebpage": what.url,
            "ceterms:requires": [
                {"@type": "ceterms:ConditionProfile", "ceterms:targetLearningOpportunity": [what.url]}
            ],
            **_assured(what.quality),
        }
    )


def _assured(quality: Iterable[Quality]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in quality:
        found.setdefault(f"ceterms:{ASSURED.get(each.kind, 'approvedBy')}", []).append(agent_id(each.body))
    return found
