"""Proofs of the older kind Ed25519Signature2020, read only (W3C Data Integrity EdDSA Cryptosuites 1.0, Appendix B.2).

The words of such a proof are defined by a context of their own, which has to be imported before one can be checked.
"""

from typing import Any

from opencairn.engine.canonical import canonical

from .data_integrity import Digest, Document, Suite, options_of

SUITE = "Ed25519Signature2020"
CONTEXT = "https://w3id.org/security/suites/ed25519-2020/v1"


def accepts(proof: Document) -> bool:
    """Whether this is a proof of this kind."""
    return proof.get("type") == SUITE


def _form(document: Document, proof: Document, ready: str, digest: Digest) -> tuple[bytes, bytes]:
    """Write proof options and document as canonical N-Quads; the words of the options never lack their context."""
    options = options_of(document, proof)
    stated: Any = options["@context"]
    if CONTEXT not in (contexts := stated if isinstance(stated, list) else [stated]):
        options["@context"] = [*contexts, CONTEXT]
    return canonical(options).encode(), (ready or canonical(dict(document))).encode()


seal = Suite(SUITE, ("ed25519",), _form).seal
