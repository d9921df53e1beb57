"""What judges a mutant: the verdict on it, and for a valid one all that it says and all that its signatures cover.

A mutant may be called valid only where both are those of the original. They are read a second time by others than the
engine: the statements by PyLD, the JSON by Python's own reader, the signed part of a token by cutting it off.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from tests.engine.samples import AT
from tests.engine.test_canonical import pyld_quads

from opencairn.engine import attachment, old_badges
from opencairn.engine.baking import unwrap
from opencairn.engine.canonical import parse
from opencairn.engine.canonical.jcs import canonical_json
from opencairn.engine.canonical.plainly import plainly
from opencairn.engine.did import Fetch
from opencairn.engine.objections import Objection, OlderBadge
from opencairn.engine.opening import Credential, fingerprint, listed, open_credential
from opencairn.engine.proofs import EMBEDDED, ecdsa_sd_2023, ed25519_signature_2020
from opencairn.engine.proofs.disclosure import Parts
from opencairn.engine.statuses import status_step
from opencairn.engine.verify import examine, opened

Judge = Callable[[bytes], tuple[str, Any]]
Document = Mapping[str, Any]
_SPELLINGS = ("@id", "@type", "@value", "@language", "@list", "@set")  # that change nothing
_FOR_ONE_TALK = ("challenge", "domain")  # a proof with these is left aside, so that nothing rests on it


def plain(value: Any) -> Any:
    """Return what was read, without what the statements leave open: the order of values, and ``de-AT`` or ``de-at``."""
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {str(name).lower(): plain(inner) for name, inner in value.items()}
    return sorted(map(plain, value), key=repr) if isinstance(value, tuple | list) else value


# --- documents with proofs inside ---


def as_signed(original: bytes, fetch: Fetch | None) -> Judge:
    """Return what judges the mutants of a document with proofs inside, in any carrier.

    A mutant may have lost a proof, as long as another one holds; the proofs that it has are proofs of the original.
    What is read is compared unless a thing is described in several places in another way than in the original: which of
    them states what is not signed.
    """
    whole = json.loads(original)
    signed, stated, spread = covered(whole), words(whole), told_apart(whole)
    own = plain(open_credential(json.dumps(whole)).attainment)

    def judge(data: bytes) -> tuple[str, Any]:
        report = examine(data, at=AT, fetch=fetch, trust=None)
        if report.verdict != "valid":
            return report.verdict, None
        text = unwrap(data)
        found, document = open_credential(text), json.loads(text)
        reads_alike = plain(found.attainment) == own or told_apart(document) != spread
        told = (fingerprint(found), found.issuer, found.kind, reads_alike)
        others = (statements(document), covered(document) <= signed, words(document) <= stated)
        return report.verdict, (told, others)

    return judge


def told_apart(document: Document) -> dict[str, set[str]]:
    """Return what is described in several places, by its id, and in which words: not the same in each."""
    found: dict[str, set[str]] = {}
    for each in _objects(plainly(document)):
        if isinstance(each.get("id"), str):
            found.setdefault(each["id"], set()).add(json.dumps(each, sort_keys=True))
    return {identity: descriptions for identity, descriptions in found.items() if len(descriptions) > 1}


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(inner)


def as_in_pdf(judge: Judge) -> Judge:
    """Return the same for a document in a PDF, read without the process of its own that takes half a second."""

    def judge_pdf(data: bytes) -> tuple[str, Any]:
        texts = attachment.find(data) or []  # None: too many to look at
        return judge(texts[0].encode("utf-8", "replace")) if len(texts) == 1 else ("no-single-credential", None)

    return judge_pdf


def bare(document: Document) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


def statements(document: Document) -> str:
    """Return what PyLD reads in a document without its proofs."""
    return _by_pyld(json.dumps(bare(document), sort_keys=True))


@lru_cache(maxsize=256)
def _by_pyld(text: str) -> str:
    return pyld_quads(json.loads(text))


def covered(document: Document) -> frozenset[Any]:
    """Return what the proofs of a document sign beside its statements: their own options, or JSON where it is that."""
    found: set[Any] = set()
    for proof in listed(document.get("proof")):
        if not any(suite.accepts(proof) for suite in EMBEDDED) or any(name in proof for name in _FOR_ONE_TALK):
            continue
        options = {name: value for name, value in proof.items() if name not in ("proofValue", "@context")}
        if "jcs" in str(proof.get("cryptosuite")):
            context = proof.get("@context", document["@context"])
            found |= {canonical_json(options), canonical_json({**bare(document), "@context": context})}
        else:
            contexts = listed(document["@context"])
            if ed25519_signature_2020.accepts(proof):
                contexts = [*contexts, ed25519_signature_2020.CONTEXT]  # which such a proof brings along
            found.add(statements({**options, "@context": contexts}))
    return frozenset(found)


def words(value: Any) -> frozenset[str]:
    """Return every name and every value that a document states, apart from its contexts and its proofs."""
    return frozenset(_words(value)).difference(_SPELLINGS)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("@context", "proof") and inner != []:  # an empty list states nothing
                yield name.lower()
                yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    else:
        yield json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value).lower()


# --- selective disclosure ---


def as_shown(base: Document, shown: Document, fetch: Fetch | None = None) -> Judge:
    """Return what judges the mutants of a document that a holder shows: anybody may show less of what was signed."""
    parts = Parts.of(bare(base), ecdsa_sd_2023.base_of(base["proof"]).hmac_key)
    whole, stated, signed = set(parts.lines), words(base), covered(shown)
    own = _lines(shown)
    own_reading = (statements(shown), plain(open_credential(json.dumps(shown)).attainment))

    def judge(data: bytes) -> tuple[str, Any]:
        report = examine(data, at=AT, fetch=fetch, trust=None)
        if report.verdict != "valid":
            return report.verdict, None
        text = unwrap(data)
        found, document = open_credential(text), json.loads(text)
        told, rest = _lines(document)
        is_covered = whole.issuperset((*told, *rest)) and covered(document) <= signed and words(document) <= stated
        reads_alike = (told, rest) != own or own_reading == (statements(document), plain(found.attainment))
        return report.verdict, (found.issuer, found.kind, told, is_covered, reads_alike)

    return judge


def _lines(document: Document) -> tuple[list[str], list[str]]:
    proof = next(each for each in listed(document.get("proof")) if ecdsa_sd_2023.accepts(each))
    value = ecdsa_sd_2023.derived_of(proof)
    return ecdsa_sd_2023.apart(ecdsa_sd_2023.lines_of(bare(document), value), value)


def as_derived(base: Document, pointers: Sequence[str]) -> Judge:
    """Return what judges the mutants of a holder's own copy: it is never valid, and what is shown of it as above."""
    judge_shown = as_shown(base, ecdsa_sd_2023.derive(base, pointers))

    def judge(data: bytes) -> tuple[str, Any]:
        report = examine(data, at=AT, fetch=None, trust=None)
        if report.verdict == "valid":
            return "valid", "the holder's own copy"
        try:
            document = parse(data)
            if not isinstance(document, dict):
                return "not-an-object", None
            shown = ecdsa_sd_2023.derive(document, pointers)
        except Objection as objection:
            return f"not derived: {objection.verdict}", None
        return judge_shown(json.dumps(shown).encode())

    return judge


# --- envelopes ---


def as_token(fetch: Fetch | None) -> Judge:
    """Return what judges the mutants of a token: what is signed is its text up to the last dot."""

    def judge(data: bytes) -> tuple[str, Any]:
        report = examine(data, at=AT, fetch=fetch, trust=None)
        if report.verdict != "valid":
            return report.verdict, None
        text = unwrap(data)
        found = open_credential(text)
        return report.verdict, (text.rpartition(".")[0], found.issuer, found.kind, plain(found.attainment))

    return judge


def as_sealed(original: bytes, anchors: Sequence[bytes], fetch: Fetch | None) -> Judge:
    """Return what judges the mutants of an electronic seal, in JSON or compact, by payload and headers."""
    payload, headers = _under_seal(original.decode())

    def judge(data: bytes) -> tuple[str, Any]:
        report = examine(data, at=AT, fetch=fetch, trust=None, anchors=anchors)
        if report.verdict != "valid":
            return report.verdict, None
        text = unwrap(data)
        found = open_credential(text, anchors=anchors)
        there, under = _under_seal(text)
        told = (found.issuer, found.kind, plain(found.attainment))
        return report.verdict, (there == payload, under <= headers, told)

    return judge


def _under_seal(text: str) -> tuple[str, frozenset[str]]:
    if not text.startswith("{"):
        protected, payload, _signature = text.split(".")
        return payload, frozenset([protected])
    sealed = json.loads(text)
    return sealed["payload"], frozenset(each["protected"] for each in sealed.get("signatures", [sealed]))


def as_presented(whole: bytes, fetch: Fetch | None) -> Judge:
    """Return what judges the mutants of an SD-JWT VC, of which a holder may show less, but nothing else."""
    document = open_credential(unwrap(whole)).document

    def judge(data: bytes) -> tuple[str, Any]:
        report = examine(data, at=AT, fetch=fetch, trust=None)
        if report.verdict != "valid":
            return report.verdict, None
        text = unwrap(data)
        shown = open_credential(text)
        return report.verdict, (text.partition("~")[0], shown.issuer, is_part(shown.document, document))

    return judge


def is_part(some: Any, whole: Any) -> bool:
    """Whether everything in one document is in the other."""
    if isinstance(some, dict):
        return isinstance(whole, dict) and all(name in whole and is_part(some[name], whole[name]) for name in some)
    if isinstance(some, list):
        return isinstance(whole, list) and all(any(is_part(one, each) for each in whole) for one in some)
    return type(some) is type(whole) and some == whole


def as_hosted(original: bytes, fetch: Fetch, at: datetime) -> Judge:
    """Return what judges the mutants of an Open Badge 2.0 that its issuer hosts."""
    stated = words(json.loads(original))

    def judge(data: bytes) -> tuple[str, Any]:
        report = examine(data, at=at, fetch=fetch, trust=None)
        badge = opened(data, fetch=fetch)
        if report.verdict != "valid" or not isinstance(badge, OlderBadge):
            return report.verdict, None if report.verdict != "valid" else "another kind"
        read = old_badges.judge(badge, at=at, fetch=fetch).attainment
        return report.verdict, (words(badge.assertion) <= stated, plain(read))

    return judge


# --- status lists: mutants of what says that a credential is revoked ---


def as_list_of(credential: bytes, offered: Callable[[bytes], Fetch]) -> Judge:
    """Return what judges the mutants of a signed list by a credential on it: it must never become valid."""

    def judge(data: bytes) -> tuple[str, Any]:
        report = examine(credential, at=AT, fetch=offered(data), trust=None)
        return report.verdict, "not revoked" if report.verdict == "valid" else None

    return judge


def as_other_list(credential: Credential, offered: Callable[[bytes], Fetch], *, is_signed: bool) -> Judge:
    """Return the same for a credential that only the status step looks at. What no one signed may say anything."""

    def judge(data: bytes) -> tuple[str, Any]:
        step = status_step(credential, at=AT, fetch=offered(data))
        return step.outcome, "not revoked" if is_signed and step.outcome == "pass" else None

    return judge
