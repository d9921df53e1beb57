"""The European Learning Model v3, learning opportunities as the XML upload form of Europass.

What can be referred to stands in a section of its own kind; the sections are gathered on disk while programmes are
written. The order of elements within a class is that of the official sample (xsdVersion 3.1.0).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from . import elm_rows
from .elm_json import lacks
from .elm_tree import Tree, missing, opportunity
from .row import BrokenFile, Description, Row
from .streams import Scratch, local, xml_records

__all__ = ["description", "key", "lacks", "media_type", "name", "read", "suffix", "write"]

key = "elm-xml"
name = "European Learning Model, XML"
description = "learning opportunities in the XML form that Europass takes for upload (ELM v3)"
media_type = "application/xml"
suffix = ".elm.xml"

LOQ = "http://data.europa.eu/snb/model/ap/loq-constraints/"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<Courses xmlns="{LOQ}" xmlns:skos="http://www.w3.org/2004/02/skos/core#" xmlns:dc="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{LOQ} loq.xsd" xsdVersion="3.1.0">\n'
)
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "learningOpportunityReferences": ("LearningOpportunity",),
    "learningAchievementSpecificationReferences": ("LearningAchievementSpecification", "Qualification"),
    "learningOutcomeReferences": ("LearningOutcome",),
    "learningActivitySpecificationReferences": ("LearningActivitySpecification",),
    "learningAssessmentSpecificationReferences": ("LearningAssessmentSpecification",),
    "agentReferences": ("Organisation", "Agent"),
    "accreditationReferences": ("Accreditation",),
    "locationReferences": ("Location",),
}
SECTION_OF = {kind: section for section, kinds in SECTIONS.items() for kind in kinds}
ORDER = (
    "identifier", "geographicName", "legalName", "prefLabel", "dcType", "title", "description", "additionalNote",
    "homepage", "temporal", "duration", "thematicArea", "volumeOfLearning", "creditPoint", "educationLevel", "language",
    "mode", "grant", "scheduleInformation", "applicationDeadline", "priceDetail", "providedBy", "organisation",
    "accreditingAgent", "expiryDate", "valid", "landingPage", "location", "entryRequirement", "learningOutcome",
    "provenBy", "awardingBody", "learningAchievementSpecification", "learningActivitySpecification", "hasPart",
    "awardingOpportunity", "eqfLevel", "nqfLevel", "relatedSkill", "relatedESCOSkill", "accreditation",
    "defaultLanguage", "status", "modified", "address", "subject", "noteLiteral", "notation", "schemeName", "framework",
    "point", "amount", "unit", "value", "startDate", "endDate", "altLabel", "contentURL", "countryCode",
)  # fmt: skip
TYPE_AFTER = {
    "LearningOpportunity": "description",
    "LearningOutcome": "title",
    "LearningAssessmentSpecification": "additionalNote",
}
SPELT = {
    "dcType": "type", "thematicArea": "ISCEDFCode", "eqfLevel": "EQFLevel", "nqfLevel": "NQFLevel",
    "contentURL": "contentUrl", "notation": "skos:notation", "prefLabel": "skos:prefLabel",
    "altLabel": "skos:altLabel", "subject": "dc:subject",
}  # fmt: skip
LABELS = ("prefLabel", "altLabel", "notation")
READ = {"type": "dcType"}
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(descriptions: Iterable[Description]) -> Iterator[bytes]:
    """Yield one upload file."""
    with ExitStack() as closing:
        files = {section: closing.enter_context(TemporaryFile()) for section in SECTIONS}
        sections = _Sections(files)
        for each in descriptions:
            if not missing(each):
                sections.said.clear()
                sections.gather(opportunity(each))
        yield HEAD.encode()
        for section, file in files.items():
            if file.tell():
                yield f"<{section}>\n".encode()
                file.seek(0)
                while data := file.read(64 * 1024):
                    yield data
                yield f"</{section}>\n".encode()
        yield b"</Courses>\n"


class _Sections:
    """Gathers nodes into the section of their kind: organisations once in a file, others once in a programme."""

    def __init__(self, files: Mapping[str, IO[bytes]]) -> None:
        self.files = files
        self.said: set[str] = set()
        self.agents: set[str] = set()

    def gather(self, tree: Tree) -> None:
        """Write a node, and before it what it refers to."""
        kind, id_ = tree["type"], tree["id"]
        if id_ in self.said or id_ in self.agents:
            return
        (self.agents if kind in ("Organisation", "Agent") or id_.endswith("#location") else self.said).add(id_)
        inside = "".join(self.property(each, tree[each]) for each in _ordered(tree))
        element = kind[0].lower() + kind[1:]
        self.files[SECTION_OF[kind]].write(f"<{element} id={quoteattr(id_)}>{inside}</{element}>\n".encode())

    def property(self, term: str, value: Any) -> str:
        """Return the elements of a property."""
        element = SPELT.get(term, term)
        if isinstance(value, list):
            return "".join(self.property(term, each) for each in value)
        if not isinstance(value, dict):
            return f"<{element}>{_clean(value)}</{element}>"
        if "type" not in value and "id" in value:
            return f"<{element} idref={quoteattr(value['id'])}/>"
        if "type" not in value:
            tagged = ((quoteattr(tag), _clean(words)) for tag, words in value.items())
            return "".join(f"<{element} language={tag}>{words}</{element}>" for tag, words in tagged)
        if value["type"] in SECTION_OF:
            self.gather(value)
            return f"<{element} idref={quoteattr(value['id'])}/>"
        is_concept = value["type"] == "Concept"
        names = [each for each in LABELS if each in value] if is_concept else _ordered(value)
        inside = "".join(self.property(each, value[each]) for each in names)
        uri = f" uri={quoteattr(value['id'])}" if is_concept else ""
        return f"<{element}{uri}>{inside}</{element}>" if inside else f"<{element}{uri}/>"


def _ordered(tree: Tree) -> list[str]:
    names = sorted((each for each in tree if each not in ("id", "type")), key=ORDER.index)
    before = TYPE_AFTER.get(tree.get("type", ""))
    if before in names and "dcType" in names:
        names.remove("dcType")
        names.insert(names.index(before) + 1, "dcType")
    return names


def _clean(words: Any) -> str:
    return escape(NOT_IN_XML.sub("", str(words)))


def read(file: BinaryIO) -> Iterator[Row]:
    """Yield one row for each opportunity that is no run of another."""
    with Scratch() as scratch:
        number = 0
        for section, element in xml_records(file, 2):
            if section in SECTIONS:
                kind = local(element.tag)
                number += kind == "learningOpportunity"
                node = _node(element) | {"type": kind[0].upper() + kind[1:]}
                elm_rows.keep(node, number, scratch)
        if not number:
            raise BrokenFile(_("The file has no courses that this format knows. Check the format."))
        yield from elm_rows.rows(scratch)


def _node(element: Any) -> dict[str, Any]:
    """Return an element as a node: texts by language, references and concepts by their id."""
    found: dict[str, Any] = {}
    for attribute in ("id", "uri", "idref"):
        if element.get(attribute):
            found["id"] = element.get(attribute)
    for child in element:
        term = local(child.tag)
        term = READ.get(term, term)
        language, words = child.get("language"), (child.text or "").strip()
        if language is not None:
            found.setdefault(term, []).append({"@language": language, "@value": words})
        elif len(child) or any(child.get(each) for each in ("uri", "idref")):
            found.setdefault(term, []).append(_node(child))
        elif words:
            found.setdefault(term, []).append(words)
    return found
