"""Data Integrity proofs with eddsa-rdfc-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0, §3.2)."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from opencairn.engine.canonical import canonical
from opencairn.engine.keys import SigningKey, base58_decode, base58_encode, fits
from opencairn.engine.objections import Malformed, Unsupported
from opencairn.kit.dates import iso

SUITE = "eddsa-rdfc-2022"
_FOR_ONE_TALK = ("challenge", "domain")


def accepts(proof: Mapping[str, Any]) -> bool:
    """Whether this is a proof of this suite."""
    return proof.get("type") == "DataIntegrityProof" and proof.get("cryptosuite") == SUITE


def sign(document: Mapping[str, Any], key: SigningKey, *, created: datetime) -> dict[str, Any]:
    """Return the document with a proof. Raises an ``Objection`` where part of it could not be signed."""
    if "proof" in document:
        raise ValueError("the document already has a proof")
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": iso(created),
        "verificationMethod": key.verification_method,
        "proofPurpose": "assertionMethod",
    }
    signature = key.sign(signed_bytes(document, proof, canonical(dict(document))))
    return {**document, "proof": {**proof, "proofValue": "z" + base58_encode(signature)}}


def signed_bytes(document: Mapping[str, Any], proof: Mapping[str, Any], canonical_document: str) -> bytes:
    """Return what the signature is over: the hash of the proof options, then the hash of the unsigned document."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if options.setdefault("@context", document["@context"]) != document["@context"]:
        raise Unsupported("The proof brings a context of its own.", "proof-context")
    halves = (canonical(options), canonical_document)
    return b"".join(hashlib.sha256(each.encode()).digest() for each in halves)


def signature_of(proof: Mapping[str, Any]) -> bytes:
    """Return the 64 bytes of the signature after checking the shape of the proof."""
    value = proof.get("proofValue")
    if proof.get("proofPurpose") != "assertionMethod":
        raise Malformed("The proof was not made to assert a credential.", "proof-purpose")
    if "previousProof" in proof or any(name in proof for name in _FOR_ONE_TALK):
        raise Unsupported("The proof is bound to another proof or to one conversation.", "proof-bound")
    try:
        signature = base58_decode(value[1:]) if isinstance(value, str) and value.startswith("z") else b""
    except ValueError:
        signature = b""
    if len(signature) != 64:
        raise Malformed("The proof holds no readable signature.", "no-signature-value")
    return signature


def check(document: Mapping[str, Any], proof: Mapping[str, Any], public: bytes) -> bool:
    """Whether this proof over the document (given without its proofs) fits the key."""
    data = signed_bytes(document, proof, canonical(dict(document)))
    return fits(public, signature_of(proof), data)
