"""The European Learning Model v3, learning opportunities as JSON-LD: a graph of LearningOpportunity nodes."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from . import elm_rows
from .elm_tree import missing, opportunity
from .linked import Node, types
from .recorded import unpacked
from .row import BrokenFile, Description, Row
from .streams import Scratch, json_records

key = "elm"
name = "European Learning Model"
description = "learning opportunities of Europass (ELM v3, profile LOQ), JSON-LD"
media_type = "application/ld+json"
suffix = ".elm.jsonld"

XSD = "http://www.w3.org/2001/XMLSchema#"
ELM = "http://data.europa.eu/snb/model/elm/"
CONTEXT: list[Any] = [
    "https://www.w3.org/2018/credentials/v1",
    "http://data.europa.eu/snb/model/context/edc-ap",
    {
        "defaultLanguage": {"@id": f"{ELM}defaultLanguage", "@type": "@id"},
        "modified": {"@id": "http://purl.org/dc/terms/modified", "@type": f"{XSD}dateTime"},
        "value": {"@id": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value", "@type": f"{XSD}decimal"},
    },
]
"""The context of the model, after that of credentials as it names neither ``id`` nor ``type``, and what it lacks."""
REFERRED_TO = {
    "LearningOpportunity", "LearningAchievement", "LearningAchievementSpecification", "Qualification",
    "LearningOutcome", "LearningActivitySpecification", "LearningAssessmentSpecification", "Organisation", "Agent",
    "Location", "Accreditation", "AwardingProcess",
}  # fmt: skip


def lacks(description: Description) -> str:
    """Say what the profile demands and the description does not state."""
    names = {
        "languages": _("the languages of teaching"),
        "field_code": _("the field of study"),
        "learning_outcomes": _("learning outcomes"),
        "country": _("the country of the provider"),
        "listed_language": _("a language of teaching that the EU has a code for"),
        "default_language": _("a title in a language that the EU has a code for"),
    }
    found = ", ".join(names[each] for each in missing(description))
    return _("The European Learning Model demands %(names)s.") % {"names": found} if found else ""


def write(descriptions: Iterable[Description]) -> Iterator[bytes]:
    """Yield one graph; an organisation is described in it once."""
    yield b'{"@context": ' + json.dumps(CONTEXT).encode() + b', "@graph": ['
    separator, agents = b"\n", set[str]()
    for each in descriptions:
        if not missing(each):
            yield separator + json.dumps(compact(opportunity(each), set(), agents), ensure_ascii=False).encode()
            separator = b",\n"
    yield b"\n]}\n"


def compact(tree: Any, said: set[str], agents: set[str]) -> Any:
    """Return the tree with each node said once: after that only its id stands. Concepts are said each time."""
    if isinstance(tree, list):
        return [compact(each, said, agents) for each in tree]
    if not isinstance(tree, dict):
        return tree
    id_, kind = tree.get("id", ""), tree.get("type", "")
    if id_ and kind and kind not in ("Concept", "ConceptScheme"):
        if id_ in said or id_ in agents:
            return {"id": id_}
        (agents if kind in ("Organisation", "Agent") else said).add(id_)
    return {name: compact(inner, said, agents) for name, inner in tree.items() if inner != "" or name != "id"}


def read(file: BinaryIO) -> Iterator[Row]:
    """Yield one row for each opportunity of a graph, a list or a single document.

    A European Digital Credential, sealed or not, is read for what was achieved, where the file has no opportunity.
    """
    with Scratch() as scratch:
        number = 0
        for record in json_records(file, "@graph"):
            for node in unpacked(_unsealed(record), ("@graph",)):
                number += 1
                _keep(node, number, scratch)
        if scratch.has("entry"):
            yield from elm_rows.rows(scratch)
        elif scratch.has("achieved"):
            yield from elm_rows.achieved(scratch)
        else:
            raise BrokenFile(_("The file has no courses that this format knows. Check the format."))


def _unsealed(record: Any) -> Any:
    """Return what a sealed file (JAdES in JSON) holds; anything else as it is."""
    if not (isinstance(record, dict) and isinstance(record.get("payload"), str) and "signatures" in record):
        return record
    try:
        return json.loads(record["payload"])
    except (ValueError, RecursionError):
        return record


def _keep(node: Node, number: int, scratch: Scratch) -> None:
    """Keep a node, and every node within it that others may refer to."""
    waiting: list[Any] = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, dict):
            if each is node or types(each) & REFERRED_TO:
                elm_rows.keep(each, number, scratch)
            waiting.extend(value for value in each.values() if isinstance(value, (dict, list)))
