"""JSON-LD 1.1 to RDF quads in a safe mode: every name and value becomes a quad, or the document is refused.

Contexts are processed by PyLD; the walk over the document is our own, so that nothing can fall out unsigned. It reads
the part of JSON-LD that credentials use. What it leaves out is refused by name, never skipped: relative and compact
addresses, ``_:`` identifiers, nulls, ``@graph``, ``@included``, ``@nest``, ``@reverse``, ``@index``, ``@direction``,
default languages and ``@vocab``. An inline context may add names of its own, but no second name for an IRI that a
pinned context already names: otherwise ``validUntil`` could be hidden from a reader and stay signed.
"""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

from cachetools import LRUCache
from pyld.jsonld import ContextResolver, JsonLdError, JsonLdProcessor

from opencairn.engine.objections import Malformed, Unsafe, Unsupported

from . import contexts
from .jcs import canonical_json
from .literals import IRI, LANGUAGE, literal, number, text
from .rdfc import Quad
from .strict_json import shown

Context = Any
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE, _FIRST, _REST, _NIL = (f"<{_RDF}{name}>" for name in ("type", "first", "rest", "nil"))
MOST_QUADS = 10_000
MOST_CONTEXTS = 16  # local contexts in one document
MOST_TERMS = 256  # terms of one inline context
_KEPT = 512  # processed contexts kept per thread
_PROCESSING = {"base": "", "processingMode": "json-ld-1.1"}
_BROKEN = (JsonLdError, KeyError, TypeError, ValueError, AttributeError, IndexError)


class Vocabulary:
    """Processes contexts, and keeps what it processed. One per thread, because PyLD's caches are not shared safely."""

    def __init__(self, document: Callable[[str], Any] = contexts.document) -> None:
        self.document = document
        self.processor = JsonLdProcessor()
        self.resolved: LRUCache[str, Any] = LRUCache(maxsize=100)
        self.kept: LRUCache[Any, Any] = LRUCache(maxsize=_KEPT)
        self.empty = self.processor._get_initial_context(_PROCESSING)  # noqa: SLF001

    def load(self, url: str, options: object) -> dict[str, Any]:
        """Give PyLD a pinned document; a copy, because PyLD writes into what it is given."""
        document = json.loads(json.dumps(self.document(url)))
        return {"contentType": "", "contextUrl": None, "documentUrl": url, "document": document, "tag": "static"}

    def local(self, active: Context, context: Any) -> Context:
        """Return the active context after a ``@context`` that stands in the document."""
        key = (id(active), json.dumps(context, sort_keys=True))
        if key not in self.kept:
            entries = context if isinstance(context, list) else [context]
            for entry in entries:
                self._admit(entry)
            after = self._process(active, context)
            for entry in entries:
                if isinstance(entry, dict):
                    _check_meanings(entry, after)
            self.kept[key] = (active, context, after)
        return self.kept[key][2]

    def scoped(self, active: Context, context: Any, *, of_property: bool) -> Context:
        """Return the active context after one that a term of a pinned context brings along."""
        key = (id(active), id(context), of_property)
        if key not in self.kept:
            options = {"override_protected": True} if of_property else {"propagate": False}
            self.kept[key] = (active, context, self._process(active, context, **options))
        return self.kept[key][2]

    def _process(self, active: Context, context: Any, **how: bool) -> Context:
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

    def _admit(self, entry: Any) -> None:
        if isinstance(entry, str):
            self.document(entry)
        elif not isinstance(entry, dict):
            raise Unsupported("The document tries to empty its context.", "context-emptied")
        elif len(entry) > MOST_TERMS:
            raise Unsupported(f"An inline context defines more than {MOST_TERMS} names.", "context-too-large")
        else:
            for term, meaning in entry.items():
                _check_definition(term, meaning)


def _check_definition(term: str, meaning: Any) -> None:
    """Refuse what an inline context may not do, whatever it means in the end."""
    if (term == "@version" and meaning == 1.1) or (term == "@protected" and isinstance(meaning, bool)):
        return
    if isinstance(meaning, dict):
        allowed = (
            set(meaning) <= {"@id", "@type", "@container", "@protected"}
            and meaning.get("@container") in (None, "@set", "@list", "@language")
            and (meaning.get("@type") in (None, "@id") or _is_iri(meaning.get("@type")))
            and isinstance(meaning.get("@id"), str)
        )
    else:
        allowed = isinstance(meaning, str)
    if not allowed or not term or term.startswith("@") or ":" in term or "/" in term:
        raise Unsupported(
            f"The inline context defines “{shown(term)}” in a way this verifier does not follow.",
            "context-trick",
            term=shown(term),
        )


def _check_meanings(entry: dict[str, Any], active: Context) -> None:
    """Refuse a second name for what a pinned context already names (or for a keyword)."""
    for term in entry:
        if term.startswith("@"):
            continue
        iri = (active["mappings"].get(term) or {}).get("@id")
        known_as = contexts.names().get(str(iri)) if _is_iri(iri) else None
        keyword_as_before = term in ("id", "type") and iri == f"@{term}"
        if not keyword_as_before and (not _is_iri(iri) or (known_as is not None and term not in known_as)):
            raise Unsafe(
                f"The inline context gives “{shown(term)}” the meaning of something that already has another name.",
                "second-name",
                term=shown(term),
            )


def _is_iri(value: Any) -> bool:
    return isinstance(value, str) and bool(IRI.fullmatch(value)) and not value.startswith("_:")


_HERE = threading.local()


def own_vocabulary() -> Vocabulary:
    """Return this thread's vocabulary; a new one once contexts are taken from another folder."""
    shelf = contexts.shelf()
    if getattr(_HERE, "shelf", None) is not shelf:
        _HERE.shelf, _HERE.vocabulary = shelf, Vocabulary()
    return _HERE.vocabulary  # type: ignore[no-any-return]


def to_quads(document: Any, *, vocabulary: Vocabulary | None = None) -> list[Quad]:
    """Return the RDF quads of a JSON-LD document, or raise an ``Objection`` that names what cannot be signed."""
    vocabulary = vocabulary or own_vocabulary()
    if not isinstance(document, dict) or "@context" not in document:
        raise Malformed("The document has no @context, so its words have no meaning.", "no-context")
    walk = _Walk(vocabulary)
    walk.node(vocabulary.empty, None, document, "")
    if not walk.quads:
        raise Malformed("The document says nothing.", "says-nothing")
    return walk.quads


class _Walk:
    """One pass over one document."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.quads: list[Quad] = []
        self.blank = 0
        self.contexts = 0
        self.root = ""

    def new_blank(self) -> str:
        self.blank += 1
        return f"_:b{self.blank}"

    def say(self, subject: str, predicate: str, value: str, graph: str) -> None:
        if len(self.quads) >= MOST_QUADS:
            raise Unsupported(f"The document makes more than {MOST_QUADS:,} statements.", "too-many-statements")
        self.quads.append((subject, predicate, value, graph))

    def node(self, active: Context, term: str | None, node: dict[str, Any], graph: str) -> str:
        """State everything about one node and return its name in the quads."""
        active, types = self.prepare(active, term, node)
        subject = self.identify(active, node)
        if term is None:
            self.root = subject
        elif subject == self.root and any(_keyword(active, name) not in ("@id", "@type") for name in node):
            raise Unsafe("The document describes itself in a second place.", "described-twice")
        for type_ in types:
            self.say(subject, _TYPE, f"<{type_}>", graph)
        for name, value in node.items():
            if name != "@context" and _keyword(active, name) not in ("@id", "@type"):
                self.property(active, subject, name, value, graph)
        return subject

    def prepare(self, active: Context, term: str | None, node: dict[str, Any]) -> tuple[Context, list[str]]:
        """Return the context that holds inside a node, and the IRIs of its types (JSON-LD 1.1 API, 5.1.2)."""
        scope = (active["mappings"].get(term) or {}).get("@context") if term is not None else None
        is_reference = len(node) == 1 and _keyword(active, next(iter(node))) == "@id"
        if "previousContext" in active and not is_reference:
            active = active["previousContext"]
        if scope is not None:
            active = self.vocabulary.scoped(active, scope, of_property=True)
        if "@context" in node:
            self.contexts += 1
            if self.contexts > MOST_CONTEXTS:
                raise Unsupported(f"The document sets a context more than {MOST_CONTEXTS} times.", "too-many-contexts")
            active = self.vocabulary.local(active, node["@context"])
        names = [name for name in node if _keyword(active, name) == "@type"]
        if len(names) > 1:
            raise Unsafe("A part of the document states its type twice.", "type-twice")
        stated = node[names[0]] if names else []
        types = [stated] if isinstance(stated, str) else stated
        if not isinstance(types, list) or not all(isinstance(each, str) for each in types):
            raise Malformed("A type is not a word or a list of words.", "type-not-words")
        before = active
        for each in sorted(types):
            inner = (before["mappings"].get(each) or {}).get("@context")
            if inner is not None and inner is not False:
                active = self.vocabulary.scoped(active, inner, of_property=False)
        return active, [self.type_iri(before, each) for each in types]

    def type_iri(self, active: Context, word: str) -> str:
        """Return the IRI of a type, which must be a defined term or a full address."""
        meaning = active["mappings"].get(word)
        iri = meaning["@id"] if meaning else word
        if not _is_iri(iri) or (meaning is None and _is_compact(active, word)):
            raise Unsafe(
                f"The type “{shown(word)}” is not defined by the contexts of the document.",
                "undefined-type",
                term=shown(word),
            )
        return str(iri)

    def identify(self, active: Context, node: dict[str, Any]) -> str:
        """Return the node's own IRI, or a new blank node."""
        names = [name for name in node if _keyword(active, name) == "@id"]
        if not names:
            return self.new_blank()
        if len(names) > 1:
            raise Unsafe("A part of the document states its identifier twice.", "id-twice")
        return self.reference(active, node[names[0]], names[0])

    def reference(self, active: Context, value: Any, name: str) -> str:
        """Return an address as it stands in quads; relative, compact and ``_:`` ones are refused."""
        if not _is_iri(value) or _is_compact(active, value):
            told = shown(value) if isinstance(value, str) else "something else"
            raise Unsafe(
                f"“{shown(name)}” must be a full address, but is “{told}”.", "not-an-address", term=shown(name)
            )
        return f"<{value}>"

    def property(self, active: Context, subject: str, name: str, value: Any, graph: str) -> None:
        """State every value of one property."""
        meaning = _meaning(active, name)
        predicate = f"<{meaning['@id']}>"
        inner = active
        if meaning.get("@context") is not None:
            inner = self.vocabulary.scoped(active, meaning["@context"], of_property=True)
        container = set(meaning.get("@container") or ())
        if not container <= {"@set", "@list", "@language", "@graph"}:
            raise _unsupported_name(name)
        if meaning.get("@type") == "@json":
            self.say(subject, predicate, literal(canonical_json(value).decode(), f"{_RDF}JSON"), graph)
        elif "@language" in container and isinstance(value, dict):
            for words in _spoken(value, name):
                self.say(subject, predicate, words, graph)
        elif "@graph" in container:
            for each in _flat(value, name):
                self.say(subject, predicate, self.graph(inner, name, each), graph)
        elif "@list" in container:
            self.say(subject, predicate, self.chain(inner, name, value, graph), graph)
        else:
            for each in _flat(value, name):
                self.say(subject, predicate, self.value(inner, name, each, graph), graph)

    def graph(self, active: Context, name: str, value: Any) -> str:
        """State a node in a graph of its own and return the graph's name."""
        graph, before = self.new_blank(), len(self.quads)
        if isinstance(value, dict):
            self.node(active, name, value, graph)
        if len(self.quads) == before:
            raise Unsafe(f"What stands under “{shown(name)}” would not be signed.", "says-nothing", term=shown(name))
        return graph

    def chain(self, active: Context, name: str, value: Any, graph: str) -> str:
        """State an ordered list and return its head."""
        values = [self.value(active, name, each, graph) for each in _flat(value, name)]
        links = [self.new_blank() for _ in values]
        for place, each in enumerate(values):
            self.say(links[place], _FIRST, each, graph)
            self.say(links[place], _REST, links[place + 1] if place + 1 < len(links) else _NIL, graph)
        return links[0] if links else _NIL

    def value(self, active: Context, name: str, value: Any, graph: str) -> str:
        """Return one value as it stands in quads, stating what is inside it."""
        if isinstance(value, dict):
            if any(_keyword(active, inner) == "@value" for inner in value):
                return _value_object(active, value, name)
            return self.node(active, name, value, graph)
        meaning = active["mappings"].get(name) or {}
        type_ = meaning.get("@type")
        if type_ == "@id":
            return self.reference(active, value, name)
        if type_ == "@vocab":
            known = active["mappings"].get(value) if isinstance(value, str) else None
            return f"<{known['@id']}>" if known and _is_iri(known["@id"]) else self.reference(active, value, name)
        datatype = None if type_ in (None, "@none") else str(type_)
        return text(value, datatype, name) if isinstance(value, str) else number(value, datatype)


def _keyword(active: Context, name: str) -> str:
    """Return the keyword a name stands for, or "" where it is an ordinary name."""
    if name.startswith("@"):
        return name
    iri = (active["mappings"].get(name) or {}).get("@id") or ""
    return iri if iri.startswith("@") else ""


def _meaning(active: Context, name: str) -> Any:
    """Return the definition of a property name, or refuse a name without one."""
    meaning = active["mappings"].get(name)
    if name.startswith("@") or _keyword(active, name):
        raise _unsupported_name(name)
    if meaning is None and ":" in name:
        raise _unsupported_name(name)
    if meaning is None or not _is_iri(meaning["@id"]):
        raise Unsafe(
            f"The name “{shown(name)}” is not defined by the contexts of the document, so it would not be signed.",
            "undefined-term",
            term=shown(name),
        )
    if meaning.get("reverse") or any(meaning.get(each) for each in ("@nest", "@index", "@language", "@direction")):
        raise _unsupported_name(name)
    return meaning


def _unsupported_name(name: str) -> Unsupported:
    return Unsupported(
        f"The document uses “{shown(name)}” in a way this verifier does not follow.",
        "unsupported-name",
        term=shown(name),
    )


def _is_compact(active: Context, value: str) -> bool:
    """Whether a value would be stretched by a prefix, and so read differently from how it stands."""
    prefix, _, rest = value.partition(":")
    return not rest.startswith("//") and bool((active["mappings"].get(prefix) or {}).get("_prefix"))


def _flat(value: Any, name: str) -> Iterator[Any]:
    """Yield the values of a property: one, or those of a list. A null would fall out unsigned, so it is refused."""
    for each in value if isinstance(value, list) else [value]:
        if each is None:
            raise Unsafe(f"“{shown(name)}” is null, which cannot be signed.", "null", term=shown(name))
        if isinstance(each, list):
            raise _unsupported_name(name)
        yield each


def _spoken(value: dict[str, Any], name: str) -> Iterator[str]:
    """Yield the literals of a language map."""
    for language, words in value.items():
        for each in _flat(words, name):
            yield _in_language(each, language, name)


def _in_language(words: Any, language: Any, name: str) -> str:
    if not isinstance(words, str) or not isinstance(language, str) or not LANGUAGE.fullmatch(language):
        raise Unsafe(f"“{shown(name)}” is not words in a known language.", "bad-language", term=shown(name))
    return literal(words, language=language.lower())


def _value_object(active: Context, value: dict[str, Any], name: str) -> str:
    """Return an expanded value, which may have a type or a language and nothing else."""
    parts = {_keyword(active, inner): each for inner, each in value.items()}
    if len(parts) < len(value) or not set(parts) <= {"@value", "@type", "@language"} or len(parts) > 2:
        raise _unsupported_name(name)
    if "@language" in parts:
        return _in_language(parts["@value"], parts["@language"], name)
    datatype, words = parts.get("@type"), parts["@value"]
    if datatype is not None and (not _is_iri(datatype) or _is_compact(active, datatype)):
        raise _unsupported_name(name)
    if isinstance(words, dict | list) or words is None:
        raise _unsupported_name(name)
    return text(words, datatype, name) if isinstance(words, str) else number(words, datatype)
