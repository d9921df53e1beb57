"""The canonical text of a document, the fastest way that covers it.

A document whose layout is known fills a template (``layouts``); another one is walked by ``shapes``. Whatever that does
not cover, and everything that is to be refused, goes the general way, which stays the definition.
"""

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson

from opencairn.engine.objections import Objection

from .jsonld import to_quads
from .layouts import Known, known_here
from .rdfc import canonicalize
from .shapes import Fallback, statements

Document = Mapping[str, Any]
SMALL = 1_024  # letters of a canonical text that is kept whole: that of proof options
_LARGEST_SMALL = 8_192  # bytes of its document
_FEW_NAMES = 6
_MOST_REASONS = 64

_LOCK = threading.Lock()
_FALLBACKS: Counter[str] = Counter()


def fallbacks() -> dict[str, int]:
    """Return how many documents of this process took the general way and were not refused there, by reason."""
    with _LOCK:
        return dict(_FALLBACKS)


def canonical(document: Document) -> str:
    """Return the canonical N-Quads (RDFC-1.0, SHA-256) of a JSON-LD document as ``parse`` returns it, or object."""
    return canonical_bytes(document).decode()


def canonical_bytes(document: Document) -> bytes:
    """Return the canonical N-Quads in UTF-8, as they are hashed."""
    known = known_here()
    try:
        data = orjson.dumps(document)
        is_small = len(data) <= _LARGEST_SMALL and len(document) <= _FEW_NAMES
        found = known.texts.get(data) if is_small else None
        if found is not None:
            return found
        found = _by_layout(data, known) or _walked(document, data, known)
    except (Fallback, Objection) as reason:
        return _general(document, known, getattr(reason, "code", str(reason)))
    except (orjson.JSONEncodeError, TypeError, RecursionError):
        return _general(document, known, "not-json")
    if is_small and len(found) <= SMALL:
        known.keep(len(found) + len(data))
        known.texts[data] = found
    return found


def _by_layout(data: bytes, known: Known) -> bytes | None:
    met = known.bare.meet(data)
    if met is not None:
        return met.canonical()
    known.bare.learn(data)
    return None


def _walked(document: Document, data: bytes, known: Known) -> bytes:
    is_plain = b"\\" not in data and b"\x7f" not in data
    return statements(document, known.store, is_plain=is_plain).said.canonical().encode()


def _general(document: Document, known: Known, reason: str) -> bytes:
    found = canonicalize(to_quads(document, vocabulary=known.store.vocabulary))
    with _LOCK:
        _FALLBACKS[reason if reason in _FALLBACKS or len(_FALLBACKS) < _MOST_REASONS else "other"] += 1
    return found.encode()
