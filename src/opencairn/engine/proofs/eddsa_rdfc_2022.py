"""Data Integrity proofs with eddsa-rdfc-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0, §3.2)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from opencairn.engine.canonical import canonical
from opencairn.engine.keys import PublicKey, SigningKey

from .data_integrity import canonical_with, is_of, options_of, purpose_of, seal_of, signed_with, value_of
from .seal import Seal

SUITE = "eddsa-rdfc-2022"
Document = Mapping[str, Any]


def accepts(proof: Document) -> bool:
    """Whether this is a proof of this suite."""
    return is_of(proof, SUITE)


def sign(document: Document, key: SigningKey, *, created: datetime, earlier: Document | None = None) -> dict[str, Any]:
    """Return the document with a proof. Raises an ``Objection`` where part of it could not be signed."""
    return signed_with(document, key, suite=SUITE, created=created, data=signed_bytes, earlier=earlier)


def signed_bytes(document: Document, proof: Document, canonical_document: str = "") -> bytes:
    """Return what the signature is over: the hash of the proof options, then the hash of the unsigned document."""
    halves = (canonical(options_of(document, proof)), canonical_document or canonical(dict(document)))
    return b"".join(hashlib.sha256(each.encode()).digest() for each in halves)


def seal(document: Document, proof: Document, canonical_document: str, earlier: Sequence[Document] = ()) -> Seal:
    """Return the seal that a proof puts on a document (given without its proofs) and on the proofs before it."""
    purpose_of(proof)
    data = signed_bytes(document, proof, canonical_with(document, earlier, canonical_document))
    value = value_of(proof)

    def holds(key: PublicKey) -> bool:
        return key.kind == "ed25519" and key.holds(value, data)

    return seal_of(SUITE, proof, holds)
