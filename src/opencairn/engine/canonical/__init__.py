"""From a document to the one text that is signed: strict JSON, pinned contexts, JSON-LD to RDF, RDFC-1.0, RFC 8785."""

from .jsonld import to_quads
from .quickly import canonical, fallbacks
from .rdfc import canonical_labels, canonicalize
from .strict_json import parse

__all__ = ["canonical", "canonical_labels", "canonicalize", "fallbacks", "parse", "to_quads"]
