"""CTDL: reading a graph, in whatever order its nodes stand."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from opencairn.engine.formats.elm_vocabulary import code_of

from .found import Found
from .linked import Node, first, identity, many, nodes, one, pairs, types, value_of
from .recorded import made, unpacked
from .row import BrokenFile, ProviderFacts, Quality, Row
from .streams import Scratch, json_records

COURSES = {"Course", "LearningProgram", "LearningOpportunityProfile"}
CREDENTIALS = {
    "MicroCredential", "Badge", "OpenBadge", "DigitalBadge", "Certificate", "CertificateOfCompletion", "Certification",
    "License",
}  # fmt: skip
DELIVERY = {"OnlineOnly": "online", "InPerson": "onsite", "BlendedDelivery": "blended", "VariableSite": ""}
ASSURED = {"external-programme": "accreditedBy", "external-institution": "recognizedBy"}
ECTS = "http://data.europa.eu/snb/education-credit/6fcec5c5af"


def read(file: BinaryIO) -> Iterator[Row]:
    """Yield one row for each course, and one for each credential that requires no course of the file."""
    with Scratch() as scratch:
        entries = 0
        for record in json_records(file, "@graph"):
            for node in unpacked(record, ("@graph",)):
                entries += 1
                _keep(node, entries, scratch)
        number = 0
        for number, _name, node in scratch.all("entry"):
            if types(node) & COURSES or not _has_course(node, scratch):
                yield made(number, node, lambda node, found: _row(node, found, scratch), scratch)
        if not number:
            raise BrokenFile(_("The file has no courses that this format knows. Check the format."))


def _keep(node: Node, number: int, scratch: Scratch) -> None:
    if types(node) & (COURSES | CREDENTIALS):
        scratch.keep("entry", str(number), number, node)
        for condition in nodes(node, "requires"):
            for course in many(condition, "targetLearningOpportunity"):
                scratch.keep(
                    "credential of", identity(course) if isinstance(course, dict) else str(course), number, node
                )
    if identity(node):
        scratch.keep("node", identity(node), number, node)


def _has_course(node: Node, scratch: Scratch) -> bool:
    wanted = [each for condition in nodes(node, "requires") for each in nodes(condition, "targetLearningOpportunity")]
    return any(scratch.named("node", identity(each)) for each in wanted)


def _whole(node: Node, scratch: Scratch) -> Node:
    """Return the node of the graph that a reference names, else what stands there."""
    return scratch.named("node", identity(node)) or node if len(node) <= 1 or "@type" not in node else node


def _row(node: Node, found: Found, scratch: Scratch) -> dict[str, Any]:
    credential: Node = scratch.named("credential of", identity(node)) or {}
    summary = found.text(pairs(value_of(node, "abstract")), "summary")
    described = found.text(pairs(value_of(node, "description")), "description")
    certified = found.text(pairs(value_of(credential, "description")), "certification")
    page = found.address(one(value_of(node, "subjectWebpage")), "homepage")
    provider = organisation(_whole(first(node, "offeredBy", "ownedBy"), scratch), found)
    bodies = [organisation(_whole(each, scratch), found) for each in nodes(credential, "ownedBy")]
    return {
        "source_id": identity(node) or value_of(node, "ctid"),
        "provider": provider,
        "facts": {
            "title": found.text(pairs(value_of(node, "name")), "title"),
            "summary": summary,
            "description": {} if described == summary else described,
            "certification": {} if certified in (summary, described) else certified,
            "homepage": "" if page == identity(node) else page,
            "languages": found.languages(many(node, "inLanguage")),
            "participation_note": found.text(pairs(value_of(node, "deliveryTypeDescription")), "participation_note"),
            "assessment": found.text(pairs(value_of(node, "assessmentMethodDescription")), "assessment"),
            "prerequisites": _condition(node, "entryCondition", found, "prerequisites"),
            "inherent_requirements": _condition(node, "requires", found, "inherent_requirements"),
            "stackability": _condition(node, "isPreparationFor", found, "stackability"),
            "price_support": found.text(
                [
                    pair
                    for each in nodes(node, "financialAssistance")
                    for pair in pairs(value_of(each, "name", "description"))
                ],
                "price_support",
            ),
            **_coded(node, found),
        },
        "outcomes": [
            outcome for each in nodes(node, "teaches", "assesses") if (outcome := _outcome(each, found, scratch))
        ],
        "offerings": [run for each in nodes(node, "hasOffering") if (run := _run(_whole(each, scratch), found))],
        "awarding_bodies": bodies,
        "quality": [
            Quality(kind, organisation(_whole(each, scratch), found))
            for kind, term in ASSURED.items()
            for each in nodes(credential, term)
        ],
    }


def organisation(node: Node, found: Found) -> ProviderFacts:
    """Return an organisation."""
    name = found.words(one(value_of(node, "name")), "provider", longest="provider")
    country = one(value_of(first(node, "address"), "addressCountry"))
    code = found.country(country, "provider.country") if isinstance(country, str) else ""
    return ProviderFacts(name, code, found.address(one(value_of(node, "subjectWebpage")), "provider.url"))


def _condition(node: Node, term: str, found: Found, name: str) -> dict[str, str]:
    return found.text([pair for each in nodes(node, term) for pair in pairs(value_of(each, "description"))], name)


def _targets(node: Node, term: str) -> list[str]:
    return [str(value_of(each, "targetNode") or "") for each in nodes(node, term)]


def _coded(node: Node, found: Found) -> dict[str, Any]:
    levels = nodes(node, "atLevel", "audienceLevelType")
    eqf = [code for each in levels if (code := code_of("eqf", str(value_of(each, "targetNode"))))]
    national = [one(value_of(each, "targetNodeName")) for each in levels if not value_of(each, "targetNode")]
    modes = {
        DELIVERY[each] for target in _targets(node, "deliveryType") if (each := target.rpartition(":")[2]) in DELIVERY
    }
    durations = [str(value_of(each, "exactDuration") or "") for each in nodes(node, "estimatedDuration")]
    hours, weeks = (
        next((each for each in durations if "T" in each), ""),
        next((each for each in durations if each and "T" not in each), ""),
    )
    spans = [
        [str(value_of(each, term) or "") for term in ("minimumDuration", "maximumDuration")]
        for each in nodes(node, "estimatedDuration")
    ]
    least, most = next((span for span in spans if all("T" in each for each in span)), (hours, ""))
    hours_stated = found.hours(least, "hours")
    codes = (code_of("assessment", each) for each in _targets(node, "assessmentMethodType"))
    return {
        "ects": _ects(node, found),
        "hours": hours_stated,
        "hours_most": found.hours_most(hours_stated, found.hours(most, "hours_most")),
        "weeks": found.weeks(weeks, "weeks"),
        "eqf_level": int(eqf[0]) if eqf else None,
        "national_level": found.words(next(iter(national), ""), "national_level", longest="short"),
        "participation": modes.pop() if len(modes) == 1 else "",
        "assessment_types": [each for each in codes if each],
        "field_code": next(
            (code for each in _targets(node, "instructionalProgramType") if (code := code_of("field", each))), ""
        ),
    }


def _ects(node: Node, found: Found) -> Any:
    for each in nodes(node, "creditValue"):
        if ECTS in _targets(each, "creditUnitType"):
            return found.number(value_of(each, "value"), "ects")
    return None


def _outcome(alignment: Node, found: Found, scratch: Scratch) -> dict[str, Any] | None:
    target = value_of(alignment, "targetNode")
    node: Node = (scratch.named("node", target) if isinstance(target, str) else None) or {}
    text = found.text(
        pairs(value_of(node, "competencyText") or value_of(alignment, "targetNodeName", "targetNodeDescription")),
        "outcomes",
    )
    if not text:
        return None
    wanted = [each for each in many(node, "skillEmbodied") if isinstance(each, str)]
    skills = [_skill(each, found, scratch) for each in wanted]
    if not node and isinstance(target, str) and target.startswith("http"):
        skills = [
            found.skill(target, one(value_of(alignment, "targetNodeName")), one(value_of(alignment, "frameworkName")))
        ]
    return {"text": text, "skills": [each for each in skills if each]}


def _skill(uri: str, found: Found, scratch: Scratch) -> dict[str, str] | None:
    node: Node = scratch.named("node", uri) or {}
    return found.skill(uri, one(value_of(node, "prefLabel", "name")), value_of(node, "notation") or "")


def _run(node: Node, found: Found) -> dict[str, Any] | None:
    cost = first(node, "estimatedCost")
    return found.run(
        starts_on=found.day(value_of(node, "startDate"), "starts_on"),
        ends_on=found.day(value_of(node, "endDate"), "ends_on"),
        place=found.words(one(value_of(first(node, "availableAt"), "name")), "place", longest="short"),
        languages=found.languages(many(node, "inLanguage")),
        schedule=found.text(pairs(value_of(node, "description")), "schedule"),
        **found.price(value_of(cost, "price"), one(value_of(cost, "currency"))),
    )
