"""The JSON-LD contexts this engine knows, each pinned by hash; every other address is refused, nothing is fetched.

``contexts.lock`` says for each well-known address the size, the SHA-256 of the bytes and the SHA-256 of the RFC 8785
form; where more than one version is in use, the others stand under ``also``. The ones with a ``file`` ship as data of
the ``openbadgeslib`` wheel, read without importing it. The others an operator imports into a folder, and there any
further address too, pinned by the hash the operator gave.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from opencairn.engine.objections import Malformed, Objection, Unsupported

from . import imported
from .jcs import fingerprint
from .strict_json import parse, shown

Pin = dict[str, Any]
LOCK: dict[str, Pin] = json.loads(Path(__file__).with_name("contexts.lock").read_text("utf-8"))
SHIPPED = tuple(url for url, pin in LOCK.items() if "file" in pin)
CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
OWN_NAMESPACE = "urn:opencairn:terms:v1:"


_XSD = "http://www.w3.org/2001/XMLSchema#"
_IN_LANGUAGES = (
    "nameIn", "descriptionIn", "criteriaIn", "outcomeIn", "outcomeSummary", "qualityAssuranceNote", "prerequisites",
    "gradingScheme", "stackability", "furtherInformation", "inherentRequirements", "recognition", "priorLearningNote",
    "accreditationTitle",
)  # fmt: skip
_PLAIN = (
    "nationalLevel", "levelNotApplicable", "participation", "qualityAssurance", "supervision", "cycle",
    "learningSetting", "relation", "accreditation", "accreditationKind", "accreditationDecision", "accreditedBy",
    "learnerGivenName", "learnerFamilyName", "assessmentType", "languageOfInstruction", "replacesCredential",
    "replacementKind",
)  # fmt: skip
_TYPED = {
    "notionalHours": "integer", "hoursSpent": "integer", "priorLearning": "boolean", "homepage": "anyURI",
    "accreditedFrom": "date", "accreditedUntil": "date", "learnerBornOn": "date",
}  # fmt: skip


def _own(name: str, **how: str) -> dict[str, str]:
    return {"@id": OWN_NAMESPACE + name, **how}


#: What the neutral model holds and Open Badges has no field for, and texts in every language. It travels in each
#: credential as an inline context, so that any verifier can sign and check it. None of the names may be one that a
#: pinned context uses anywhere, for ours are protected.
OWN_TERMS: dict[str, Any] = {
    "@protected": True,
    **{name: _own(name, **{"@container": "@language"}) for name in _IN_LANGUAGES},
    **{name: OWN_NAMESPACE + name for name in _PLAIN},
    **{name: _own(name, **{"@type": _XSD + kind}) for name, kind in _TYPED.items()},
}


def carries_own_terms(context: Any) -> bool:
    """Whether a ``@context`` gives our own terms their meaning; ``Vocabulary`` refuses every other meaning of them."""
    listed = context if isinstance(context, list) else []
    return any(defines_own(each.get("@context", each)) for each in listed if isinstance(each, dict))


def defines_own(inline: Any) -> bool:
    """Whether an inline context names anything of ours."""
    values = inline.values() if isinstance(inline, dict) else ()
    meanings = (each.get("@id") if isinstance(each, dict) else each for each in values)
    return any(isinstance(each, str) and each.startswith(OWN_NAMESPACE) for each in meanings)


@dataclass
class Shelf:
    """What was read so far. Another folder begins another shelf, and what was worked out from the old one ends."""

    folder: Path | None = None
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    named: tuple[int, dict[str, frozenset[str]]] | None = None


_now = [Shelf()]


def shelf() -> Shelf:
    """Return the shelf in use. Keep what comes from contexts only as long as this is the same object."""
    return _now[0]


def use_folder(folder: Path | None) -> None:
    """Take imported contexts from this folder from now on, or from none; it need not exist yet."""
    _now[0] = Shelf(folder)


def document(url: str) -> dict[str, Any]:
    """Return the context document at this address, or refuse: it must be at hand and match a pinned hash."""
    here = shelf()
    if url not in here.documents:
        pin = LOCK.get(url) or imported.pin(here.folder, url)
        if pin is None:
            raise Unsupported(
                f"The document uses the context {shown(url)}, which this verifier does not know.",
                "unknown-context",
                context=shown(url, longest=300),
            )
        read = matching(url, _stored(here, url, pin), pin)
        if url not in LOCK:
            _check_names(url, read)
        here.documents[url] = read
    return here.documents[url]


def _stored(here: Shelf, url: str, pin: Pin) -> bytes:
    if "file" in pin:
        return Path(str(distribution("openbadgeslib").locate_file(pin["file"]))).read_bytes()
    data = imported.read(here.folder, url)
    if data is None:
        raise Unsupported(
            f"The context {url} has to be imported before this can be read (opencairn contexts import {url} FILE).",
            "missing-context",
            context=url,
        )
    return data


def matching(url: str, data: bytes, pin: Pin) -> dict[str, Any]:
    """Return the context read from these bytes where a pinned hash fits, of the bytes or of the JSON, else refuse."""
    try:
        read: dict[str, Any] = parse(data)
        if fits(data, read, [pin, *pin.get("also", ())]):
            return read
    except Objection:
        pass  # what cannot be read is not what was pinned
    raise Unsupported(f"The copy of the context {url} is not the one that was pinned.", "changed-context", context=url)


def fits(data: bytes, read: Any, pins: Iterable[Pin]) -> bool:
    """Whether one of the pinned versions has these bytes, or this JSON in another layout."""
    as_bytes, as_json = hashlib.sha256(data).hexdigest(), fingerprint(read)
    return any(as_bytes == pin["sha256"] or as_json == pin["sha256_jcs"] for pin in pins)


def published_digest(url: str, algorithm: str) -> bytes | None:
    """Return the digest of a context as it is published, by ``sha256``, ``sha384`` or ``sha512``; None if not at hand.

    Of contexts at other addresses than these several layouts are about, so nobody can say which a digest means.
    """
    pin = LOCK.get(url)
    if pin is None or not url.startswith(("https://www.w3.org/ns/", "https://w3id.org/security/")):
        return None
    if algorithm == "sha256":
        return bytes.fromhex(pin["sha256"])
    try:
        data = _stored(shelf(), url, pin)
    except Unsupported:
        return None
    return hashlib.new(algorithm, data).digest() if hashlib.sha256(data).hexdigest() == pin["sha256"] else None


def bring(url: str, data: bytes, sha256: str = "") -> None:
    """Import a context into the folder. Raises an ``Objection`` where it is none, or does not fit the pinned hash.

    ``sha256`` (of the bytes or of the RFC 8785 form) is needed for an address that no lock names.
    """
    read = parse(data)
    if not isinstance(read, dict) or not isinstance(read.get("@context"), dict | list):
        raise Malformed("The file holds no JSON-LD context.", "no-context")
    pin = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "sha256_jcs": fingerprint(read)}
    if (known := LOCK.get(url)) is not None:
        matching(url, data, known)
    elif sha256.lower() not in (pin["sha256"], pin["sha256_jcs"]):
        raise Unsupported(
            f"The file is not the one with the SHA-256 {shown(sha256)}: its bytes have {pin['sha256']}, "
            f"its RFC 8785 form {pin['sha256_jcs']}.",
            "changed-context",
            context=shown(url),
        )
    if known is None:
        _check_names(url, read)
    if "file" not in (known or {}):
        imported.keep(shelf().folder, url, data, None if known else pin)
    shelf().documents.pop(url, None)


def _check_names(url: str, read: dict[str, Any]) -> None:
    """Refuse a context of the operator's choice that gives a second name to a property of a well-known one."""
    found: dict[str, set[str]] = {}
    collect(read["@context"], found)
    for iri, terms in found.items():
        others = {term for term in terms - names().get(iri, terms) if not term[:1].isupper()}
        if others and not iri.startswith("@") and not iri.endswith(("/", "#")):
            term = shown(min(others))
            raise Unsupported(
                f"The context {shown(url)} gives a second name, “{term}”, to something that verifiers look for under "
                "its own name.",
                "hiding-context",
                context=shown(url),
                term=term,
            )


def at_hand() -> tuple[str, ...]:
    """Return the addresses that can be used: shipped, or imported (whether the copy still fits is seen on reading)."""
    folder = shelf().folder
    well_known = (url for url in LOCK if url in SHIPPED or imported.is_there(folder, url))
    return (*well_known, *(url for url in imported.addresses(folder) if url not in LOCK))


def missing() -> tuple[str, ...]:
    """Return the well-known addresses that nobody imported yet."""
    there = at_hand()
    return tuple(url for url in LOCK if url not in there)


def names() -> dict[str, frozenset[str]]:
    """Return for every IRI that a well-known context at hand (or our own) gives a name: the names it goes by."""
    here = shelf()
    changed_at = imported.changed_at(here.folder)
    if here.named is None or here.named[0] != changed_at:
        found: dict[str, set[str]] = {}
        for url in set(LOCK).difference(missing()):
            try:
                collect(document(url)["@context"], found)
            except Unsupported:
                continue  # a copy that was changed means nothing
        collect(OWN_TERMS, found)
        here.named = (changed_at, {iri: frozenset(terms) for iri, terms in found.items()})
    return here.named[1]


def collect(context: Any, found: dict[str, set[str]], prefixes: Mapping[str, str] = {}) -> None:
    """Gather the names of a context, also inside its terms, by the IRI that each stands for."""
    entries = [one for one in (context if isinstance(context, list) else [context]) if isinstance(one, dict)]
    iris = {term: _iri(term, meaning) for one in entries for term, meaning in one.items() if not term.startswith("@")}
    prefixes = {**prefixes, **{term: iri for term, iri in iris.items() if iri}}
    for term, iri in iris.items():
        found.setdefault(_whole(iri, prefixes), set()).add(term)
    for one in entries:
        for meaning in one.values():
            if isinstance(meaning, dict):
                collect(meaning.get("@context"), found, prefixes)


def _whole(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return an IRI that is given by another term or by a prefix, which may themselves be given so."""
    for _ in range(4):
        prefix, colon, rest = iri.partition(":")
        stands_for = prefixes.get(prefix, "")
        if not stands_for or stands_for == iri or rest.startswith("//"):
            break
        iri = stands_for + rest if colon else stands_for
    return iri


def _iri(term: str, meaning: Any) -> str:
    found = meaning.get("@id", term) if isinstance(meaning, dict) else meaning
    return found if isinstance(found, str) else ""
