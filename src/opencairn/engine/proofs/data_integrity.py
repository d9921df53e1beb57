"""What all Data Integrity proofs share (W3C Verifiable Credential Data Integrity 1.0, §2.1, §4.3, §4.4)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from opencairn.engine.canonical import canonical
from opencairn.engine.canonical.strict_json import shown
from opencairn.engine.keys import PublicKey, SigningKey, base58_decode, base58_encode, base64url_decode
from opencairn.engine.objections import Malformed, Unsupported
from opencairn.kit.dates import iso, parse_iso

from .seal import Seal

TYPE = "DataIntegrityProof"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_FOR_ONE_TALK = ("challenge", "domain")
Document = Mapping[str, Any]
Bytes = Callable[[Document, Document, str], bytes]


def is_of(proof: Document, suite: str) -> bool:
    """Whether a proof is a Data Integrity proof of this cryptosuite."""
    return proof.get("type") == TYPE and proof.get("cryptosuite") == suite


def instant(value: object, name: str) -> datetime:
    """Read an xsd:dateTimeStamp: a date and a time with a zone."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return parse_iso(value)
        except (ValueError, OverflowError):
            pass
    raise Malformed(f"“{shown(name)}” is not a date and time with a zone.", "bad-date", term=shown(name))


def options_of(document: Document, proof: Document) -> dict[str, Any]:
    """Return the proof options that are signed along: the proof without its value, under the document's context."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if options.setdefault("@context", document["@context"]) != document["@context"]:
        raise Unsupported("The proof brings a context of its own.", "proof-context")
    return options


def value_of(proof: Document, sizes: Sequence[int] = (64,)) -> bytes:
    """Return the bytes of a signature in multibase ``z``, of one of these sizes."""
    value = proof.get("proofValue")
    try:
        signature = base58_decode(value[1:]) if isinstance(value, str) and value.startswith("z") else b""
    except ValueError:
        signature = b""
    if len(signature) not in sizes:
        raise Malformed("The proof holds no readable signature.", "no-signature-value")
    return signature


def packed_value_of(proof: Document) -> bytes:
    """Return the bytes of a proof value in multibase ``u``, as the suites with selective disclosure write it."""
    value = proof.get("proofValue")
    try:
        return base64url_decode(value[1:]) if isinstance(value, str) and value.startswith("u") else b""
    except ValueError:
        return b""


def purpose_of(proof: Document, purpose: str = "assertionMethod") -> None:
    """Refuse a proof that was made for another purpose, or for one conversation."""
    if proof.get("proofPurpose") != purpose:
        raise Malformed("The proof was not made to assert a credential.", "proof-purpose")
    if purpose == "assertionMethod" and any(name in proof for name in _FOR_ONE_TALK):
        raise Unsupported("The proof is bound to another proof or to one conversation.", "proof-bound")


def seal_of(suite: str, proof: Document, holds: Callable[[PublicKey], bool]) -> Seal:
    """Return the seal of a proof, after reading the dates it states."""
    created = instant(proof["created"], "created") if "created" in proof else None
    expires = instant(proof["expires"], "expires") if "expires" in proof else None
    return Seal(suite, proof.get("verificationMethod"), holds, created=created, expires=expires)


def with_earlier(document: Document, earlier: Sequence[Document]) -> Document:
    """Return what a proof of a chain signs: the document with the proofs that it builds on (§4.3, previousProof)."""
    return {**document, "proof": list(earlier)} if earlier else document


def canonical_with(document: Document, earlier: Sequence[Document], ready: str) -> str:
    """Return the canonical text that a proof signs, which is ``ready`` where it builds on no other."""
    return canonical(dict(with_earlier(document, earlier))) if earlier else ready


def signed_with(
    document: Document, key: SigningKey, *, suite: str, created: datetime, data: Bytes, earlier: Document | None = None
) -> dict[str, Any]:
    """Return the document with a proof whose value is the key's signature over ``data(document, proof, canonical)``.

    ``earlier`` is a proof of the document, with an ``id``, that the new one builds on; it stays in the document.
    """
    if "proof" in document and earlier is None:
        raise ValueError("the document already has a proof")
    bare = {name: value for name, value in document.items() if name != "proof"}
    proof = {
        "type": TYPE,
        "cryptosuite": suite,
        "created": iso(created),
        "verificationMethod": key.verification_method,
        "proofPurpose": "assertionMethod",
        **({"previousProof": earlier["id"]} if earlier else {}),
    }
    signed = with_earlier(bare, [earlier] if earlier else [])
    value = {**proof, "proofValue": "z" + base58_encode(key.sign(data(signed, proof, "")))}
    return {**bare, "proof": [earlier, value] if earlier else value}
