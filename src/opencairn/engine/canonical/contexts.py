"""The JSON-LD contexts this engine knows, each pinned by hash; every other address is refused, nothing is fetched.

The documents are data files of the ``openbadgeslib`` wheel, read without importing it. ``contexts.lock`` says for
each address: the file, its size, the SHA-256 of its bytes, and the SHA-256 of its RFC 8785 form.
"""

import hashlib
import json
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from opencairn.engine.objections import Unsupported

from .jcs import fingerprint
from .strict_json import shown

LOCK: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("contexts.lock").read_text("utf-8"))
CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
OWN_NAMESPACE = "urn:opencairn:terms:v1:"


def _words(name: str) -> dict[str, Any]:
    return {"@id": OWN_NAMESPACE + name, "@container": "@language"}


def _plain(name: str) -> dict[str, Any]:
    return {"@id": OWN_NAMESPACE + name}


_IN_LANGUAGES = (
    "nameIn", "descriptionIn", "criteriaIn", "outcomeIn", "qualityAssuranceNote", "prerequisites", "gradingScheme",
    "stackability", "furtherInformation", "inherentRequirements",
)  # fmt: skip
_PLAIN = ("nationalLevel", "levelNotApplicable", "participation", "qualityAssurance", "supervision")

#: The elements of EU Recommendation 2022/C 243/02, Annex I for which Open Badges has no field, and texts in every
#: language. It travels in each credential as an inline context, so that any verifier can sign and check it.
OWN_TERMS: dict[str, Any] = {
    "@protected": True,
    **{name: _words(name) for name in _IN_LANGUAGES},
    **{name: _plain(name) for name in _PLAIN},
    "notionalHours": {"@id": OWN_NAMESPACE + "notionalHours", "@type": "http://www.w3.org/2001/XMLSchema#integer"},
    "priorLearning": {"@id": OWN_NAMESPACE + "priorLearning", "@type": "http://www.w3.org/2001/XMLSchema#boolean"},
    "assessmentType": {"@id": OWN_NAMESPACE + "assessmentType", "@container": "@set"},
    "languageOfInstruction": {"@id": OWN_NAMESPACE + "languageOfInstruction", "@container": "@set"},
}


@cache
def document(url: str) -> dict[str, Any]:
    """Return the context document at this address, or refuse: it must be in the lock and match a pinned hash."""
    pinned = LOCK.get(url)
    if pinned is None:
        raise Unsupported(
            f"The document uses the context {shown(url)}, which this verifier does not know.",
            "unknown-context",
            context=shown(url, longest=300),
        )
    data = Path(str(distribution("openbadgeslib").locate_file(pinned["file"]))).read_bytes()
    return matching(url, data, pinned)


def matching(url: str, data: bytes, pinned: dict[str, Any]) -> dict[str, Any]:
    """Return the context read from these bytes where either pinned hash fits, else refuse."""
    if len(data) <= 4 * pinned["size"]:  # the same JSON may be laid out in more bytes
        read: dict[str, Any] = json.loads(data)
        if hashlib.sha256(data).hexdigest() == pinned["sha256"] or fingerprint(read) == pinned["sha256_jcs"]:
            return read
    raise Unsupported(
        f"The stored copy of the context {url} is not the one that was pinned.", "changed-context", context=url
    )


@cache
def names() -> dict[str, frozenset[str]]:
    """Return for every IRI that a pinned context (or our own) gives a name: the names it goes by."""
    found: dict[str, set[str]] = {}
    for url in LOCK:
        _collect(document(url)["@context"], found)
    _collect(OWN_TERMS, found)
    return {iri: frozenset(terms) for iri, terms in found.items()}


def _collect(context: Any, found: dict[str, set[str]]) -> None:
    for one in context if isinstance(context, list) else [context]:
        if isinstance(one, dict):
            for term, meaning in one.items():
                iri = meaning.get("@id") if isinstance(meaning, dict) else meaning
                if not term.startswith("@") and isinstance(iri, str):
                    found.setdefault(iri, set()).add(term)
                if isinstance(meaning, dict):
                    _collect(meaning.get("@context"), found)
