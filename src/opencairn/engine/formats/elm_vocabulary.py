"""The controlled lists of the European Learning Model v3: our codes, the EU's URIs, and SKOS concepts made of them.

Sources: the Europass lists under http://data.europa.eu/snb/ (SKOS, scheme ``<list>/25831c2``) and the authority tables
of the Publications Office of the EU. The long lists (countries by ISO 3166-1 alpha-2, languages by ISO 639-1, fields of
ISCED-F 2013, levels of national frameworks) stand in ``elm_concepts.csv``. A code that the EU has no concept for
becomes one of our own, ``urn:opencairn:terms:v1:<list>:<code>``: nothing is said to stand on a list that it is not on.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, unquote

from opencairn.engine.canonical.contexts import OWN_NAMESPACE

_SNB = "http://data.europa.eu/snb/"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_SCHEME = "25831c2"
ESCO_SKILL = "http://data.europa.eu/esco/skill/"
ESCO_SKILLS = "http://data.europa.eu/esco/concept-scheme/skills"
ESCO = "ESCO"
NUTS = "http://data.europa.eu/nuts/code/"

Terms = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Vocabulary:
    """One list: what its URIs begin with, its concept scheme ("" for our own), and code → (end of the URI, label)."""

    base: str
    scheme: str
    terms: Terms


@cache
def _long_lists() -> Mapping[str, Terms]:
    found: dict[str, dict[str, tuple[str, str]]] = {}
    text = files("opencairn.engine.formats").joinpath("elm_concepts.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["list"], {})[row["code"]] = (row["uri"], row["label"])
    return found


def _europass(name: str, terms: Terms) -> Vocabulary:
    return Vocabulary(f"{_SNB}{name}/", f"{_SNB}{name}/{_SCHEME}", terms)


def _authority(name: str, terms: Terms) -> Vocabulary:
    return Vocabulary(f"{_AUTHORITY}{name}/", f"{_AUTHORITY}{name}", terms)


def _own(name: str, **terms: str) -> Vocabulary:
    listed = {code.replace("_", "-"): (code.replace("_", "-"), label) for code, label in terms.items()}
    return Vocabulary(f"{OWN_NAMESPACE}{name}:", "", listed)


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """Return every list by the name that we call it."""
    long = _long_lists()
    return {
        "participation": _europass("learning-assessment", _MODES),
        "assessment": _europass("assessment", _ASSESSMENTS),
        "accreditation": _europass("accreditation", _ACCREDITATIONS),
        "supervision": _europass("supervision-verification", _SUPERVISION),
        "setting": _europass("learning-setting", _SETTINGS),
        "credit": _europass("education-credit", {"ECTS": ("6fcec5c5af", "European Credit Transfer System")}),
        "profile": _europass("credential", {"generic": ("e34929035b", "Generic")}),
        "encoding": _europass("encoding", {"base64": ("6146cde7dd", "base64")}),
        "entitlement": _europass("entitlement", {"learning-opportunity": ("64aad92881", "learning opportunity")}),
        "entitlement-status": _europass("entitlement-status", {"prospective": ("5b8d6b34fb", "prospective")}),
        "eqf": _europass("eqf", {str(level): (str(level), f"Level {level}") for level in range(1, 9)}),
        "field": _europass("isced-f", long["isced-f"]),
        "national-level": _europass("qdr", _by_words(long["nqf"])),
        "country": _authority("country", long["country"]),
        "language": _authority("language", long["language"]),
        "file": _authority("file-type", {code: (code, code) for code in ("PNG", "JPEG", "SVG")}),
        "quality-assurance": _own("quality-assurance", **_QUALITY_ASSURANCE),
        "cycle": _own("cycle", short="Short cycle", first="First cycle", second="Second cycle", third="Third cycle"),
        "result": _own("result", passed="Passed", failed="Not passed"),
        "note": _own("note", **_NOTES),
        "claim": _own("claim", prior_learning="Recognised prior learning"),
        "entitlement-kind": _own("entitlement-kind", recognition="Recognition by others"),
        "document": _own("document", image="Picture"),
    }


_EMPTY = Vocabulary("", "", {})
_MODES: Terms = {
    "online": ("920fbb3cbe", "Online"),
    "blended": ("e92d221e4d", "Blended"),
    "onsite": ("9191af2ed9", "Presential"),
    "workbased": ("729f3bed4b", "Workbased"),
    "project-based": ("7813801c77", "Project based"),
    "research-lab": ("ed4c557045", "Research-Lab based"),
}
_ASSESSMENTS: Terms = {
    "written": ("6e6cb2cc78", "written examination"),
    "oral": ("d30284d7df", "oral examination"),
    "practical": ("6a4db9f11d", "practical assessment"),
    "portfolio": ("4f03b91c0e", "portfolio"),
    "project": ("795dac4096", "project work"),
    "quiz": ("b1b68f6735", "quiz"),
    "continuous": ("3484bd7e51", "continuous evaluation"),
    "artefact": ("de4d165a6c", "artefact assessment"),
    "peer": ("19a2e5e671", "peer assessment"),
    "peer-review": ("812e3b0ae1", "peer review"),
    "marked-assignment": ("2939dae15f", "marked assignment"),
    "group-performance": ("56539a6507", "group performance"),
    "attendance": ("7331eb4762", "level of attendance"),
    "problem-based": ("c4256a2726", "problem based learning"),
}
_ACCREDITATIONS: Terms = {
    "external-programme": ("820101cba6", "Program Quality Assurance"),
    "external-institution": ("bb4618238e", "Institutional Quality Assurance"),
}
_SUPERVISION: Terms = {
    "supervised-id": ("70be69aaf9", "Supervised with ID Verification"),
    "unsupervised-no-id": ("c598449d64", "Unsupervised without ID Verification"),
}
_SETTINGS: Terms = {
    "formal": ("6fd4685715", "formal learning"),
    "non-formal": ("e207a81fc7", "non-formal learning"),
}
_QUALITY_ASSURANCE = {
    "external_programme": "External quality assurance of this programme",
    "external_institution": "External quality assurance of the provider",
    "internal": "Internal quality assurance",
    "none": "No quality assurance",
}
_NOTES = {
    "criteria": "What it takes to be awarded",
    "quality_assurance_note": "About the quality assurance",
    "stackability": "How it can be combined",
    "inherent_requirements": "Inherent requirements",
    "level_not_applicable": "Why no level applies",
    "prior_learning_note": "About the prior learning",
    "evidence": "Evidence of the learning",
}


def _by_words(levels: Terms) -> Terms:
    """Return the national levels by the words that people write for them, such as ``dqr 5`` for DQR Level 5."""
    return {_level_words(label): (end, label) for end, label in levels.values()}


def _level_words(words: str) -> str:
    return " ".join(part for part in words.casefold().split() if part != "level")


def is_listed(name: str, code: str) -> bool:
    """Whether the list has this code."""
    return code in vocabularies()[name].terms


def concept(name: str, code: str) -> dict[str, Any]:
    """Return the SKOS concept of a code: the EU's, with its scheme and label, or else one of our own."""
    vocabulary = vocabularies().get(name)
    if vocabulary is None or code not in vocabulary.terms:
        return {"id": _own_uri(name, code), "type": "Concept", "prefLabel": {"en": code}}
    end, label = vocabulary.terms[code]
    scheme = {"inScheme": {"id": vocabulary.scheme, "type": "ConceptScheme"}} if vocabulary.scheme else {}
    return {"id": vocabulary.base + end, "type": "Concept", **scheme, "prefLabel": {"en": label}}


def language(tag: str) -> dict[str, Any]:
    """Return the concept of a BCP 47 tag: that of its language, with the whole tag where it says more, as ``de-CH``."""
    first = tag.partition("-")[0].lower()
    if not is_listed("language", first):
        return concept("language", tag)
    found = concept("language", first)
    return found if tag == first else {**found, "altLabel": {"en": tag}}


def national_level(words: str) -> dict[str, Any]:
    """Return the concept of a level of a national framework, labelled with the issuer's own words."""
    return {**concept("national-level", _level_words(words)), "prefLabel": {"en": words}}


def is_national_level(words: str) -> bool:
    """Whether these words mean one level on the EU's list of national levels."""
    return is_listed("national-level", _level_words(words))


def _own_uri(name: str, code: str) -> str:
    return f"{OWN_NAMESPACE}{name}:{quote(code, safe='')}"


@cache
def _codes(name: str) -> Mapping[str, str]:
    """Return URI → code of one list."""
    vocabulary = vocabularies().get(name, _EMPTY)
    return {vocabulary.base + end: code for code, (end, _label) in vocabulary.terms.items()}


def code_of(name: str, uri: str) -> str:
    """Return our code of a concept's URI, "" where it is neither on the list nor our own."""
    own = _own_uri(name, "")
    return _codes(name).get(uri) or (unquote(uri.removeprefix(own)) if uri.startswith(own) else "")
