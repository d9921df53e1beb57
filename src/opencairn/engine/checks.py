"""One function for each step of a verification. Each returns a ``Step`` and raises nothing."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from opencairn.kit.dates import iso, parse_iso
from opencairn.kit.fetch import CannotFetch

from . import formats, proofs, status
from .canonical import canonical, parse
from .canonical.contexts import CREDENTIALS_V2
from .canonical.contexts import document as known_context
from .canonical.literals import IRI
from .canonical.strict_json import shown
from .did import Fetch, find_key
from .keys import fits
from .model import Attainment
from .objections import Malformed, NotACredential, Objection, Unsupported
from .report import Step, StepOutcome
from .trust import Answer, Trust

_OLD_BADGES = ("https://w3id.org/openbadges/v1", "https://w3id.org/openbadges/v2")
_OLD_CREDENTIALS = "https://www.w3.org/2018/credentials/v1"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_MOST_PROOFS = 4
_MOST_ENTRIES = 8


@dataclass(frozen=True)
class Credential:
    """A document that was found to be a credential: what it says, and the canonical text that its proofs sign."""

    document: Mapping[str, Any]  # without its proofs
    proofs: tuple[Mapping[str, Any], ...]
    issuer: str
    canonical: str
    attainment: Attainment | None  # None where it is a credential, but not a badge


def objected(name: str, objection: Objection, outcome: StepOutcome) -> Step:
    """Return the step that an objection makes."""
    return Step(name, outcome, objection.why, objection.code, objection.facts)


def open_credential(text: str) -> Credential:
    """Read a text as a credential, or raise an ``Objection`` that says what it is instead, or what is wrong."""
    document = parse(text)
    _is_credential(document)
    stated = document.get("proof", [])
    proofs_ = stated if isinstance(stated, list) else [stated]
    if not all(isinstance(each, dict) for each in proofs_):
        raise Malformed("The credential's proof is not readable.", "proof-shape")
    bare = {name: value for name, value in document.items() if name != "proof"}
    return Credential(bare, tuple(proofs_), _issuer(bare), canonical(bare), _attainment(bare))


def _is_credential(document: Any) -> None:
    """Refuse everything that is not a Verifiable Credential 2.0, saying what it is."""
    if not isinstance(document, dict):
        raise NotACredential("This is not one credential.", "not-an-object")
    types, contexts = _listed(document.get("type", document.get("@type"))), _listed(document.get("@context"))
    if any(each in _OLD_BADGES for each in contexts):
        raise Unsupported("This is an Open Badges 2.0 badge, which this verifier does not read.", "open-badges-2")
    if "VerifiablePresentation" in types:
        raise NotACredential(
            "This is a presentation: a wrapping that somebody put around credentials. Check what is inside it.",
            "presentation",
        )
    if "payload" in document and ("signatures" in document or "signature" in document):
        raise Unsupported("This is sealed as a signed token (JWS), which this verifier does not read.", "token")
    if "VerifiableCredential" not in types:
        raise NotACredential("This does not say that it is a credential.", "no-credential")
    if contexts and contexts[0] == _OLD_CREDENTIALS:
        raise Unsupported(
            "This credential follows the older data model 1.1, which this verifier does not read.", "credential-1"
        )
    if not contexts or contexts[0] != CREDENTIALS_V2:
        if contexts and isinstance(contexts[0], str):
            known_context(contexts[0])  # an unknown one is unsupported
        raise Malformed(
            "The first context of a credential must be that of Verifiable Credentials 2.0.", "first-context"
        )
    _shape(document)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _shape(document: Mapping[str, Any]) -> None:
    """Refuse what a Verifiable Credential 2.0 may not look like (§4)."""
    identity, subjects = document.get("id", ""), _listed(document.get("credentialSubject"))
    if not isinstance(identity, str):
        raise Malformed("The credential's own id is not an address.", "field", term="id")
    if not subjects or not all(isinstance(each, dict) and each for each in subjects):
        raise Malformed("The credential says nothing about anybody.", "field", term="credentialSubject")
    if not all(isinstance(each, dict) for each in _listed(document.get("credentialStatus"))):
        raise Malformed(
            "The credential does not properly say where its status is kept.", "field", term="credentialStatus"
        )


def _issuer(document: Mapping[str, Any]) -> str:
    issuer = document.get("issuer")
    identity = issuer.get("id", issuer.get("@id")) if isinstance(issuer, dict) else issuer
    if not isinstance(identity, str) or not IRI.fullmatch(identity):
        raise Malformed("The credential does not say who issued it.", "field", term="issuer")
    return identity


def _attainment(document: Mapping[str, Any]) -> Attainment | None:
    types = _listed(document.get("type"))
    for format_ in formats.FORMATS:
        if any(each in types for each in format_.TYPES):
            found: Attainment = format_.read(document)
            return found
    return None


def format_step(credential: Credential) -> Step:
    """Say which kind of credential it is; ``open_credential`` has refused everything else."""
    if credential.attainment is None:
        return Step("format", "pass", "This is a Verifiable Credential 2.0, though not a badge.", "credential-2")
    return Step("format", "pass", "This is an Open Badge 3.0 in a Verifiable Credential 2.0.", "open-badge-3")


def signature(credential: Credential, *, at: datetime, fetch: Fetch | None) -> Step:
    """Whether the document is signed, unchanged, by a key the issuer provably controls.

    Every proof this engine can check must hold; proofs of other kinds beside one that holds are left aside.
    Raises ``Unsupported`` where there is none it can check.
    """
    if not credential.proofs:
        return Step("signature", "fail", "The credential is not signed.", "unsigned")
    if len(credential.proofs) > _MOST_PROOFS:
        raise Unsupported(f"The credential has more than {_MOST_PROOFS} signatures.", "too-many-proofs")
    steps = [
        _one_signature(credential, kind, proof, at, fetch)
        for proof in credential.proofs
        for kind in proofs.PROOFS
        if kind.accepts(proof)
    ]
    if not steps:
        named = shown(str(credential.proofs[0].get("cryptosuite") or credential.proofs[0].get("type")))
        raise Unsupported(f"The signature is of a kind this verifier does not check: {named}.", "suite", suite=named)
    for outcome in ("fail", "unknown"):
        for step in steps:
            if step.outcome == outcome:
                return step
    return steps[0]


def _one_signature(
    credential: Credential, kind: Any, proof: Mapping[str, Any], at: datetime, fetch: Fetch | None
) -> Step:
    try:
        data = kind.signed_bytes(credential.document, proof, credential.canonical)
        value = kind.signature_of(proof)
        made = _instant(proof.get("created"), "created") if "created" in proof else None
        ends = _instant(proof.get("expires"), "expires") if "expires" in proof else None
        key = find_key(proof.get("verificationMethod"), credential.issuer, at=at, fetch=fetch)
    except Malformed as objection:
        return objected("signature", objection, "fail")
    if key.public is not None and not fits(key.public, value, data):
        return Step(
            "signature",
            "fail",
            "The credential was changed after it was signed, or signed by another key.",
            "signature-differs",
        )
    if key.outcome != "pass":
        return Step("signature", key.outcome, key.why, key.code, key.facts)
    if ends is not None and at > ends:
        return Step(
            "signature", "fail", f"The signature ran out at {iso(ends)}.", "signature-expired", (("at", iso(ends)),)
        )
    on = iso(made) if made else ""
    told = f" at {on}" if on else ""
    return Step(
        "signature",
        "pass",
        f"It was signed{told} by the issuer's own key, and nothing was changed since.",
        "signed",
        (("at", on), ("issuer", credential.issuer)),
    )


def _instant(value: object, name: str) -> datetime:
    """Read an xsd:dateTimeStamp."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return parse_iso(value)
        except (ValueError, OverflowError):
            pass
    raise Malformed(f"“{name}” is not a date and time with a zone.", "bad-date", term=name)


def dates(credential: Credential, *, at: datetime) -> Step:
    """Whether the instant lies between validFrom and validUntil; both ends count as inside."""
    document = credential.document
    try:
        begins = _instant(document["validFrom"], "validFrom") if "validFrom" in document else None
        ends = _instant(document["validUntil"], "validUntil") if "validUntil" in document else None
    except Malformed as objection:
        return objected("dates", objection, "fail")
    if begins is not None and at < begins:
        return Step(
            "dates", "fail", f"It is not valid before {iso(begins)}.", "not-yet-valid", (("from", iso(begins)),)
        )
    if ends is not None and at > ends:
        return Step("dates", "fail", f"It expired at {iso(ends)}.", "expired", (("until", iso(ends)),))
    if ends is not None:
        return Step("dates", "pass", f"It is valid until {iso(ends)}.", "valid-until", (("until", iso(ends)),))
    return Step("dates", "pass", "It is valid, and has no end date.", "valid-without-end")


def status_step(credential: Credential, *, at: datetime, fetch: Fetch | None) -> Step:
    """Whether the issuer has revoked or suspended it, as the issuer's own signed list says."""
    entries = _listed(credential.document.get("credentialStatus"))
    if not entries:
        return Step("status", "not-applicable", "The issuer gave no way to revoke this credential.", "no-status")
    steps = [_one_status(credential, entry, at, fetch) for entry in entries[:_MOST_ENTRIES]]
    if len(entries) > _MOST_ENTRIES:
        steps.append(Step("status", "unknown", "It names more status lists than were looked at.", "too-many-lists"))
    for outcome in ("fail", "unknown"):
        for step in steps:
            if step.outcome == outcome:
                return step
    return steps[0]


def _one_status(credential: Credential, entry: Mapping[str, Any], at: datetime, fetch: Fetch | None) -> Step:
    purpose, url = entry.get("statusPurpose"), entry.get("statusListCredential")
    if _listed(entry.get("type")) != [status.ENTRY] or purpose not in ("revocation", "suspension"):
        return Step("status", "unknown", "Its status is kept in a way this verifier does not read.", "status-kind")
    if not isinstance(url, str):
        return Step("status", "unknown", "It does not say where its status list is.", "no-list-address")
    if fetch is None:
        why = f"The status list at {shown(url)} was not looked up, so nobody can say whether it was revoked."
        return Step("status", "unknown", why, "list-not-looked-up", (("url", shown(url)),))
    try:
        is_set = status.read_bit(_genuine_list(url, credential.issuer, at, fetch), entry)
    except (CannotFetch, Objection) as fault:
        why = f"The status list at {shown(url)} could not be used, so nobody can say whether it was revoked. {fault}"
        return Step("status", "unknown", why, "list-not-usable", (("url", shown(url)), ("fault", str(fault))))
    if is_set and purpose == "revocation":
        return Step("status", "fail", "The issuer has revoked it.", "revoked")
    if is_set:
        return Step("status", "fail", "The issuer has suspended it.", "suspended")
    done = "revoked" if purpose == "revocation" else "suspended"
    return Step("status", "pass", f"The issuer has not {done} it, says the issuer's signed list.", f"not-{done}")


def _genuine_list(url: str, issuer: str, at: datetime, fetch: Fetch) -> Mapping[str, Any]:
    """Return the list credential at an address once it is found genuine: signed by the same issuer, and in date."""
    found = open_credential(fetch(url).decode("utf-8", "replace"))
    if found.issuer != issuer:
        raise Malformed("The list was issued by somebody else.", "list-of-another")
    if str(found.document.get("id", url)).rstrip("/") != url.rstrip("/"):
        raise Malformed("The list says it belongs to another address.", "list-elsewhere")
    for step in (signature(found, at=at, fetch=fetch), dates(found, at=at)):
        if step.outcome != "pass":
            raise Malformed(f"About the list: {step.why}", f"list-{step.code}")
    return found.document


def issuer(credential: Credential, *, at: datetime, trust: Trust | None) -> Step:
    """Whether the verifier's own register knows the issuer."""
    if trust is None:
        return Step("issuer", "unknown", "No register of issuers was asked.", "no-register")
    return _answered("issuer", trust.issuer(credential.issuer, at))


def accredited(name: str, credential: Credential, *, day: date, trust: Trust | None) -> Step:
    """Whether this achievement of this issuer was quality-assured on a day, as a register of decisions says."""
    what = credential.attainment
    if what is None:
        return Step(name, "not-applicable", "It is not a badge for a learning achievement.", "not-a-badge")
    if trust is None:
        return Step(name, "unknown", "No register of quality decisions was asked.", "no-register")
    achievement = what.achievement
    answer = trust.accredited(
        credential.issuer,
        achievement.id,
        eqf_level=achievement.eqf_level,
        field_of_study=achievement.field_of_study,
        day=day,
    )
    return _answered(name, answer)


def _answered(name: str, answer: Answer) -> Step:
    return Step(name, answer.outcome, answer.why, answer.code, answer.facts)


def fingerprint(credential: Credential) -> str:
    """Return the SHA-256 of what is signed: equal for two copies that say the same, however they are laid out."""
    return hashlib.sha256(credential.canonical.encode()).hexdigest()
