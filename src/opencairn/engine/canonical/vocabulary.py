"""What the words of a document mean: its contexts, processed by PyLD, and what a context inside a document may do.

A context from a pinned address may do whatever JSON-LD allows. One that stands in the document itself may add names,
within JSON-LD's protected-term rules, but nothing that parts what is read from what is signed:

- no second name for an IRI that a pinned context names: else ``validUntil`` could hide under another name;
- no other meaning for a name that the contexts before it define: else a stranger's field could pose as ``name``;
- our own terms as we define them, or not at all: else the same signed text could be read with and without them;
- no ``@vocab``, ``@base``, ``@language`` and the like: they change words that stand elsewhere.
"""

import json
from collections.abc import Callable
from typing import Any

from cachetools import LRUCache
from pyld.jsonld import ContextResolver, JsonLdError, JsonLdProcessor

from opencairn.engine.objections import Malformed, Unsafe, Unsupported

from . import contexts
from .literals import IRI
from .strict_json import shown

Context = Any
MOST_ENTRIES = 32  # of one @context
MOST_TERMS = 256  # terms of the inline contexts of one @context
MOST_SCOPES = 16  # contexts inside those terms
MOST_PROCESSED = 400  # contexts worked out anew for one document: types combine their contexts in many ways
_KEPT = 512  # processed contexts kept per thread
_PROCESSING = {"base": "", "processingMode": "json-ld-1.1"}
_BROKEN = (JsonLdError, KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)
_CONTAINERS = {"@set", "@list", "@language", "@graph"}


class Vocabulary:
    """Processes contexts, and keeps what it processed. One per thread, because PyLD's caches are not shared safely."""

    def __init__(self, document: Callable[[str], Any] = contexts.document) -> None:
        self.document = document
        self.processor = JsonLdProcessor()
        self.resolved: LRUCache[str, Any] = LRUCache(maxsize=100)
        self.kept: LRUCache[Any, Any] = LRUCache(maxsize=_KEPT)
        self.left = MOST_PROCESSED
        self.empty = self.processor._get_initial_context(_PROCESSING)  # noqa: SLF001

    def begin(self) -> None:
        """Begin another document, which may have its own share of contexts processed."""
        self.left = MOST_PROCESSED

    def load(self, url: str, options: object) -> dict[str, Any]:
        """Give PyLD a pinned document; a copy, because PyLD writes into what it is given."""
        document = json.loads(json.dumps(self.document(url)))
        return {"contentType": "", "contextUrl": None, "documentUrl": url, "document": document, "tag": "static"}

    def local(self, active: Context, context: Any) -> Context:
        """Return the active context after a ``@context`` that stands in the document."""
        key = (id(active), json.dumps(context, sort_keys=True))
        if key not in self.kept:
            self.kept[key] = (active, context, self._admitted(active, context))
        return self.kept[key][2]

    def scoped(self, active: Context, context: Any, *, of_property: bool) -> Context:
        """Return the active context after one that a term brings along."""
        key = (id(active), id(context), of_property)
        if key not in self.kept:
            options = {"override_protected": True} if of_property else {"propagate": False}
            self.kept[key] = (active, context, self._process(active, context, **options))
        return self.kept[key][2]

    def _admitted(self, active: Context, context: Any) -> Context:
        entries = [_unwrapped(entry) for entry in (context if isinstance(context, list) else [context])]
        _check_entries(entries)
        for entry in entries:
            before = active
            if isinstance(entry, str):
                self.document(entry)
            active = self._process(active, entry)
            if isinstance(entry, dict):
                self._check_meanings(entry, active, self._meanings(before))
                if contexts.defines_own(entry) and not entry.items() <= contexts.OWN_TERMS.items():
                    raise Unsupported("The inline context gives words of OpenCairn another meaning.", "own-terms")
        return active

    def _meanings(self, active: Context) -> dict[str, set[str]]:
        """Return for each name that a context defines, also inside its terms: the IRIs it may stand for."""
        key = ("meanings", id(active))
        if key not in self.kept:
            found: dict[str, set[str]] = {}
            contexts.collect({term: meaning for term, meaning in active["mappings"].items() if meaning}, found)
            meanings: dict[str, set[str]] = {}
            for iri, terms in found.items():
                for term in terms:
                    meanings.setdefault(term, set()).add(iri)
            self.kept[key] = (active, meanings)
        return self.kept[key][1]  # type: ignore[no-any-return]

    def _check_meanings(self, entry: dict[str, Any], active: Context, known: dict[str, set[str]]) -> None:
        """Refuse what hides something known, or poses as it, in an inline context and in the contexts of its terms."""
        for term, meaning in entry.items():
            if term.startswith("@"):
                continue
            iri = (active["mappings"].get(term) or {}).get("@id")
            if not is_iri(iri) and not (term in ("id", "type") and iri == f"@{term}"):
                raise _second_name(term)
            if term not in contexts.names().get(str(iri), {term}) or iri not in known.get(term, {iri}):
                raise _second_name(term)
            if isinstance(meaning, dict) and "@context" in meaning:
                inner = self._process(active, meaning["@context"], override_protected=True)
                self._check_meanings(meaning["@context"], inner, known)

    def _process(self, active: Context, context: Any, **how: bool) -> Context:
        self.left -= 1
        if self.left < 0:
            raise Unsupported("The document mixes more contexts than this verifier follows.", "too-many-contexts")
        options = {
            **_PROCESSING,
            "documentLoader": self.load,
            "contextResolver": ContextResolver(self.resolved, self.load),
        }
        try:
            return self.processor._process_context(active, context, options, **how)  # noqa: SLF001
        except _BROKEN as fault:
            code = str(getattr(fault, "code", "") or "invalid context")
            raise Malformed(
                f"The contexts of the document contradict the rules of JSON-LD: {code}.", "bad-context", rule=code
            ) from None


def is_iri(value: Any) -> bool:
    """Whether a value is an address that can stand in quads."""
    return isinstance(value, str) and bool(IRI.fullmatch(value)) and not value.startswith("_:")


def _unwrapped(entry: Any) -> Any:
    """Return what stands in a context that is wrapped once more, as some issuers write it."""
    return entry["@context"] if isinstance(entry, dict) and list(entry) == ["@context"] else entry


def _check_entries(entries: list[Any]) -> None:
    terms = scopes = 0
    for entry in entries:
        if isinstance(entry, dict):
            inner = _size(entry)
            terms, scopes = terms + inner[0], scopes + inner[1]
        elif not isinstance(entry, str):
            raise Unsupported("The document tries to empty its context.", "context-emptied")
    if terms > MOST_TERMS or scopes > MOST_SCOPES or len(entries) > MOST_ENTRIES:
        raise Unsupported(f"An inline context defines more than {MOST_TERMS} names.", "context-too-large")
    for entry in entries:
        for term, meaning in entry.items() if isinstance(entry, dict) else ():
            _check_definition(term, meaning)


def _size(entry: dict[str, Any]) -> tuple[int, int]:
    """Return how many terms and how many inner contexts an inline context has."""
    terms, scopes = len(entry), 0
    for meaning in entry.values():
        if isinstance(meaning, dict) and isinstance(meaning.get("@context"), dict):
            inner = _size(meaning["@context"])
            terms, scopes = terms + inner[0], scopes + inner[1] + 1
    return terms, scopes


def _check_definition(term: str, meaning: Any) -> None:
    """Refuse what an inline context may not do, whatever it means in the end."""
    if (term == "@version" and meaning == 1.1) or (term == "@protected" and isinstance(meaning, bool)):
        return
    allowed = _is_plain(meaning) if isinstance(meaning, dict) else isinstance(meaning, str)
    if not allowed or not term or term.startswith("@") or ":" in term or "/" in term:
        raise Unsupported(
            f"The inline context defines “{shown(term)}” in a way this verifier does not follow.",
            "context-trick",
            term=shown(term),
        )
    if isinstance(meaning, dict):
        for inner, its_meaning in meaning.get("@context", {}).items():
            _check_definition(inner, its_meaning)


def _is_plain(meaning: dict[str, Any]) -> bool:
    container, type_ = meaning.get("@container", []), meaning.get("@type")
    listed = container if isinstance(container, list) else [container]
    return (
        set(meaning) <= {"@id", "@type", "@container", "@protected", "@context"}
        and all(isinstance(each, str) and each in _CONTAINERS for each in listed)
        and (type_ in (None, "@id", "@vocab", "@json") or is_iri(type_))
        and isinstance(meaning.get("@id"), str)
        and isinstance(meaning.get("@context", {}), dict)
    )


def _second_name(term: str) -> Unsafe:
    return Unsafe(
        f"The inline context gives “{shown(term)}” the meaning of something that already has another name.",
        "second-name",
        term=shown(term),
    )
