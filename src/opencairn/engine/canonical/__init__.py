"""From a document to the one text that is signed: strict JSON, pinned contexts, JSON-LD to RDF, RDFC-1.0, RFC 8785."""

from .jsonld import to_quads
from .rdfc import canonical_labels, canonicalize
from .strict_json import parse

__all__ = ["canonical", "canonical_labels", "canonicalize", "parse", "to_quads"]


def canonical(document: dict[str, object]) -> str:
    """Return the canonical N-Quads (RDFC-1.0, SHA-256) of a JSON-LD document, or raise an ``Objection``."""
    return canonicalize(to_quads(document))
