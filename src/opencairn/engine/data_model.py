"""The rules of the W3C Verifiable Credentials Data Model, 2.0 (and 1.1 where it differs), on one document.

``objections`` goes through the table ``RULES`` and returns every rule that is broken. An issuer refuses to sign what
breaks one; a verifier reports the first. Whether every word has a meaning is the business of ``canonical``.
"""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from .canonical.contexts import CREDENTIALS_V2, published_digest
from .canonical.literals import IRI, LANGUAGE
from .canonical.strict_json import shown
from .keys import base58_decode, base64url_decode
from .objections import Malformed

Fields = Mapping[str, Any]
Rule = Callable[[Fields, bool], Iterator[Malformed]]
Rules = tuple[tuple[tuple[str, ...], Rule, bool], ...]
CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
_ENVELOPES = ("EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
#: how long a digest is by each algorithm that is followed, and how a multihash of it begins; the last is the strongest
_DIGESTS = {"sha256": (32, b"\x12\x20"), "sha384": (48, b"\x20\x30"), "sha512": (64, b"\x13\x40")}


def objections(document: Fields, *, issuing: bool = False, rules: Rules | None = None) -> tuple[Malformed, ...]:
    """Return every rule that a credential or a presentation breaks; ``issuing`` where it is yet to be signed.

    With ``rules`` only these are looked at.
    """
    is_old = _listed(document.get("@context"))[:1] == [CREDENTIALS_V1]
    if rules is None:
        rules = PRESENTATION_RULES if "VerifiablePresentation" in _types(document) else CREDENTIAL_RULES
    found = [each for terms, rule, always in rules if always or terms[0] in document for each in rule(document, is_old)]
    if issuing and "proof" in document:
        found.append(Malformed("It already carries a proof, so it cannot be issued again.", "already-signed"))
    return tuple(found)


def rules_about(terms: AbstractSet[str]) -> Rules:
    """Return the rules of a credential that look at one of these terms."""
    return tuple(each for each in CREDENTIAL_RULES if not terms.isdisjoint(each[0]))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _types(fields: Fields) -> list[Any]:
    return _listed(fields.get("type", fields.get("@type")))


def _is_url(value: object) -> bool:
    return isinstance(value, str) and bool(IRI.fullmatch(value))


def _wrong(term: str) -> Malformed:
    return Malformed(f"The credential does not properly state “{term}”.", "field", term=term)


def _no_address(term: str) -> Malformed:
    return Malformed(f"“{shown(term)}” must be one full address.", "not-an-address", term=term)


def _no_type(term: str) -> Malformed:
    return Malformed(f"An entry of “{term}” does not say of which type it is.", "lacks-type", term=term)


def _contexts(document: Fields, is_old: bool) -> Iterator[Malformed]:
    entries = document.get("@context")
    listed = _listed(entries)
    if not listed:
        yield Malformed("The document has no @context, so its words have no meaning.", "no-context")
    elif listed[0] not in (CREDENTIALS_V2, CREDENTIALS_V1):
        yield Malformed("The first context must be that of Verifiable Credentials.", "first-context")
    for each in listed:
        if not (isinstance(each, dict) or _is_url(each)):
            yield Malformed("An entry of @context is neither an address nor an object.", "context-entry")


def _named_types(kind: str) -> Rule:
    def rule(document: Fields, is_old: bool) -> Iterator[Malformed]:
        types = _types(document)
        if not all(isinstance(each, str) for each in types):
            yield Malformed("A type is not a word or a list of words.", "type-not-words")
        elif kind not in types:
            yield _wrong("type")

    return rule


def _own_id(document: Fields, is_old: bool) -> Iterator[Malformed]:
    if not _is_url(document["id"]):
        yield _no_address("id")


def _issuer(document: Fields, is_old: bool) -> Iterator[Malformed]:
    issuer = document.get("issuer")
    if not _is_url(issuer.get("id") if isinstance(issuer, dict) else issuer):
        yield _no_address("issuer")


def _holder(document: Fields, is_old: bool) -> Iterator[Malformed]:
    holder = document["holder"]
    if not _is_url(holder.get("id") if isinstance(holder, dict) else holder):
        yield _no_address("holder")


def _subjects(document: Fields, is_old: bool) -> Iterator[Malformed]:
    subjects = _listed(document.get("credentialSubject"))
    if not subjects or not all(isinstance(each, dict) and each for each in subjects):
        yield _wrong("credentialSubject")
    for each in subjects:
        if isinstance(each, dict) and "id" in each and not _is_url(each["id"]):
            yield _no_address("credentialSubject")


def _entries(term: str, *, id_needed: bool = False, id_needed_before: bool = False) -> Rule:
    """Every entry is an object with a type; its id is an address, and there where it is needed."""

    def rule(document: Fields, is_old: bool) -> Iterator[Malformed]:
        for each in _listed(document.get(term)):
            if not isinstance(each, dict):
                yield _wrong(term)
                continue
            types = _types(each)
            if not types or not all(isinstance(kind, str) and kind for kind in types):
                yield _no_type(term)
            if ("id" in each or id_needed or (id_needed_before and is_old)) and not _is_url(_identity(each)):
                yield _no_address(term)

    return rule


def _identity(entry: Fields) -> object:
    """Return the id of an entry; a European Digital Credential writes its status as one typed address."""
    return entry.get("id", entry.get("@value"))


def _language(term: str) -> Rule:
    """A name or a description is words, or language value objects (VC Data Model 2.0, 11.1)."""

    def rule(document: Fields, is_old: bool) -> Iterator[Malformed]:
        for each in _listed(document.get(term)):
            if not (isinstance(each, str) or _is_language_value(each)):
                yield Malformed(f"“{term}” is not words in a known language.", "bad-language", term=term)

    return rule


def _is_language_value(value: object) -> bool:
    if not isinstance(value, dict) or not set(value) <= {"@value", "@language", "@direction"}:
        return False
    tag, direction = value.get("@language"), value.get("@direction")
    spoken = tag is None or (isinstance(tag, str) and bool(LANGUAGE.fullmatch(tag)))
    return isinstance(value.get("@value"), str) and spoken and direction in (None, "ltr", "rtl")


def _period(document: Fields, is_old: bool) -> Iterator[Malformed]:
    names = ("issuanceDate", "expirationDate") if is_old else ("validFrom", "validUntil")
    begins, ends = (_instant(document.get(name)) for name in names)
    for name, found in zip(names, (begins, ends), strict=True):
        if found is None and (name in document or name == "issuanceDate"):
            yield Malformed(f"“{name}” is not a date and time with a zone.", "bad-date", term=name)
    if begins and ends and ends < begins:
        yield Malformed("It ends before it begins to be valid.", "dates-crossed")


def _instant(value: object) -> datetime | None:
    """Return an xsd:dateTimeStamp as an instant, or None for anything else."""
    found = _STAMP.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found[1] + found[3].replace("Z", "+00:00"))
    except ValueError:
        return None


def _resources(document: Fields, is_old: bool) -> Iterator[Malformed]:
    """What the credential points to is fixed by digests (VC Data Model 2.0, 5.3)."""
    seen: set[str] = set()
    for each in _listed(document.get("relatedResource")):
        identity = each.get("id") if isinstance(each, dict) else None
        if not isinstance(each, dict) or not isinstance(identity, str) or not _is_url(identity):
            yield _no_address("relatedResource")
            continue
        if identity in seen:
            yield Malformed("Two entries of “relatedResource” have the same address.", "resource-twice")
        seen.add(identity)
        try:
            compared = _compared(each)
        except ValueError:
            why = f"The digest of {shown(identity)} is not one by SHA-256, SHA-384 or SHA-512."
            yield Malformed(why, "resource-digest-kind")
            continue
        if not compared:
            yield Malformed("An entry of “relatedResource” has no digest.", "resource-no-digest")
        if False in compared:
            yield Malformed(f"The digest of {shown(identity)} is not that of its content.", "resource-digest")


def not_compared(document: Fields) -> tuple[str, ...]:
    """Return which related resources, of a document that breaks no rule, nobody compared with their digests.

    Only contexts are at hand; nothing else is fetched for it.
    """
    return tuple(each["id"] for each in _listed(document.get("relatedResource")) if None in _compared(each))


def _compared(entry: Fields) -> list[bool | None]:
    """Return for each digest of a resource whether it is that of its content; None where that is not at hand.

    Raises ValueError for anything that is no digest.
    """
    stated = []
    if "digestSRI" in entry:
        stated.append(_strongest([_sri(each) for each in str(entry["digestSRI"]).split()]))
    if "digestMultibase" in entry:
        stated.append(_strongest([_multihash(_multibase(str(entry["digestMultibase"])))]))
    found = [(published_digest(entry["id"], algorithm), digests) for algorithm, digests in stated]
    return [None if digest is None else digest in digests for digest, digests in found]


def _strongest(stated: list[tuple[str, bytes]]) -> tuple[str, list[bytes]]:
    """Return the digests by the strongest algorithm that is named: those count (Subresource Integrity §3.3.4)."""
    algorithm = max(name for name, _ in stated)
    return algorithm, [digest for name, digest in stated if name == algorithm]


def _sri(words: str) -> tuple[str, bytes]:
    algorithm, _, encoded = words.partition("?")[0].partition("-")
    digest = base64.b64decode(encoded, validate=True)
    if algorithm not in _DIGESTS or len(digest) != _DIGESTS[algorithm][0]:
        raise ValueError("no digest of a known kind")
    return algorithm, digest


def _multihash(data: bytes) -> tuple[str, bytes]:
    for algorithm, (length, begin) in _DIGESTS.items():
        if len(data) == length or (len(data) == length + 2 and data.startswith(begin)):
            return algorithm, data[-length:]
    raise ValueError("no digest of a known kind")


def _multibase(words: str) -> bytes:
    """Return the bytes of a multibase text in base64url or base58btc, or nothing."""
    try:
        if words.startswith("u"):
            return base64url_decode(words[1:])
        return base58_decode(words[1:]) if words.startswith("z") else b""
    except ValueError:
        return b""


def _inside(document: Fields, is_old: bool) -> Iterator[Malformed]:
    """A presentation holds credentials, plain or in an envelope."""
    for each in _listed(document.get("verifiableCredential")):
        types = _types(each) if isinstance(each, dict) else []
        in_envelope = any(kind in types for kind in _ENVELOPES) and str(each.get("id")).startswith("data:")
        is_token = isinstance(each, str) and is_old
        if not ("VerifiableCredential" in types or in_envelope or is_token):
            yield Malformed("The presentation holds something that is no credential.", "presentation-content")


_TYPES = ("type", "@type")
_OF_WHEN = ("validFrom", "validUntil", "issuanceDate", "expirationDate")
#: the rules, each with the terms it looks at, beside @context, and whether it says something of documents without them
CREDENTIAL_RULES: Rules = (
    (("@context",), _contexts, True),
    (_TYPES, _named_types("VerifiableCredential"), True),
    (("id",), _own_id, False),
    (("issuer",), _issuer, True),
    (("credentialSubject",), _subjects, True),
    (_OF_WHEN, _period, True),
    (("name",), _language("name"), False),
    (("description",), _language("description"), False),
    (("credentialStatus",), _entries("credentialStatus", id_needed_before=True), False),
    (("credentialSchema",), _entries("credentialSchema", id_needed=True), False),
    (("refreshService",), _entries("refreshService", id_needed_before=True), False),
    (("termsOfUse",), _entries("termsOfUse"), False),
    (("evidence",), _entries("evidence"), False),
    (("relatedResource",), _resources, False),
)
PRESENTATION_RULES: Rules = (
    (("@context",), _contexts, True),
    (_TYPES, _named_types("VerifiablePresentation"), True),
    (("id",), _own_id, False),
    (("holder",), _holder, False),
    (("verifiableCredential",), _inside, False),
    (("termsOfUse",), _entries("termsOfUse"), False),
)
