"""JSON-LD 1.1 to RDF quads in a safe mode: every name and value becomes a quad, or the document is refused.

Contexts are processed by PyLD (``vocabulary``); the walk over the document is our own, so that nothing can fall out
unsigned. It reads the part of JSON-LD that credentials use. What it leaves out is refused by name, never skipped:

- what has no meaning and would fall out: undefined names and types, nulls, ``@index``, directions;
- what depends on where the document lies or is read: relative and compact addresses, ``_:`` identifiers;
- other spellings of one statement, where a reader would look in vain: ``@graph``, ``@included``, ``@nest``,
  ``@reverse``, ``@set`` and ``@list`` objects, keys that are identifiers or types, full addresses of named properties.
"""

import threading
from collections.abc import Iterator
from typing import Any

from opencairn.engine.objections import Malformed, Unsafe, Unsupported

from . import contexts
from .jcs import canonical_json
from .literals import LANGUAGE, literal, number, text
from .rdfc import Quad
from .strict_json import shown
from .vocabulary import Context, Vocabulary
from .vocabulary import is_iri as _is_iri

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE, _FIRST, _REST, _NIL = (f"<{_RDF}{name}>" for name in ("type", "first", "rest", "nil"))
MOST_QUADS = 10_000
MOST_CONTEXTS = 64  # local contexts in one document: a learner record brings one for each credential in it
#: Well-known contexts give these IRIs two names. Where both are known, only the one that verifiers read is followed.
HIDING_NAMES = {
    ("https://w3id.org/security#expiration", "expiration"): "expires",
    ("http://purl.org/dc/terms/created", "dateCreated"): "created",
}
_HERE = threading.local()


def own_vocabulary() -> Vocabulary:
    """Return this thread's vocabulary; a new one once contexts are taken from another folder."""
    shelf = contexts.shelf()
    if getattr(_HERE, "shelf", None) is not shelf:
        _HERE.shelf, _HERE.vocabulary = shelf, Vocabulary()
    return _HERE.vocabulary  # type: ignore[no-any-return]


def to_quads(
    document: Any, *, vocabulary: Vocabulary | None = None, labels: dict[Any, str] | None = None
) -> list[Quad]:
    """Return the RDF quads of a JSON-LD document, or raise an ``Objection`` that names what cannot be signed.

    ``labels`` keeps the blank nodes of an object (by its ``id()``) across several walks over parts of one document.
    """
    vocabulary = vocabulary or own_vocabulary()
    if not isinstance(document, dict) or "@context" not in document:
        raise Malformed("The document has no @context, so its words have no meaning.", "no-context")
    vocabulary.begin()
    walk = _Walk(vocabulary, labels)
    walk.node(vocabulary.empty, None, document, "")
    if not walk.quads:
        raise Malformed("The document says nothing.", "says-nothing")
    return walk.quads


class _Walk:
    """One pass over one document."""

    def __init__(self, vocabulary: Vocabulary, labels: dict[Any, str] | None) -> None:
        self.vocabulary = vocabulary
        self.labels = labels
        self.quads: list[Quad] = []
        self.blank = 0
        self.contexts = 0
        self.root = ""

    def blank_for(self, *part: Any) -> str:
        """Return the blank node of a part of the document: always a new one, unless labels are kept."""
        if self.labels is not None:
            return self.labels.setdefault(part, f"_:b{len(self.labels) + 1}")
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
        scope = _scope(active, term) if term is not None else None
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
        types = _types(active, node)
        before = active
        for each in sorted(set(types)):
            inner = _scope(before, each)
            if inner is False:
                raise _unsupported_name(each)
            if inner is not None:
                active = self.vocabulary.scoped(active, inner, of_property=False)
        return active, [self.type_iri(before, each) for each in types]

    def type_iri(self, active: Context, word: str) -> str:
        """Return the IRI of a type, which must be a defined term or a full address."""
        iri = _stretched(active, word)
        if iri is None:
            raise Unsafe(
                f"The type “{shown(word)}” is not defined by the contexts of the document.",
                "undefined-type",
                term=shown(word),
            )
        return iri

    def identify(self, active: Context, node: dict[str, Any]) -> str:
        """Return the node's own IRI, or a new blank node."""
        names = [name for name in node if _keyword(active, name) == "@id"]
        if not names:
            return self.blank_for(id(node))
        if len(names) > 1:
            raise Unsafe("A part of the document states its identifier twice.", "id-twice")
        if names[0] not in ("id", "@id"):
            raise _unsupported_name(names[0])
        return self.reference(active, node[names[0]], names[0])

    def reference(self, active: Context, value: Any, name: str) -> str:
        """Return an address as it stands in quads; relative, compact and ``_:`` ones are refused."""
        if isinstance(value, str) and value.startswith("_:"):
            raise Unsupported(
                f"“{shown(name)}” is a name that holds within the document only (“_:”), which is not followed.",
                "blank-node-name",
                term=shown(name),
            )
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
        if (scope := _scope(active, name)) is not None:
            inner = self.vocabulary.scoped(active, scope, of_property=True)
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
        graph, before = self.blank_for("graph", id(value)), len(self.quads)
        if isinstance(value, dict):
            self.node(active, name, value, graph)
        if len(self.quads) == before:
            raise Unsafe(f"What stands under “{shown(name)}” would not be signed.", "says-nothing", term=shown(name))
        return graph

    def chain(self, active: Context, name: str, value: Any, graph: str) -> str:
        """State an ordered list and return its head."""
        values = [self.value(active, name, each, graph) for each in _flat(value, name)]
        whole = id(value) if isinstance(value, list) else object()  # equal words may be one object
        links = [self.blank_for("list", whole, place) for place in range(len(values))]
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
            known = _stretched(active, value) if isinstance(value, str) and ":" not in value else None
            return f"<{known}>" if known else self.reference(active, value, name)
        datatype = None if type_ in (None, "@none") else str(type_)
        return text(value, datatype, name) if isinstance(value, str) else number(value, datatype)


def _types(active: Context, node: dict[str, Any]) -> list[str]:
    """Return the words that state the types of a node."""
    names = [name for name in node if _keyword(active, name) == "@type"]
    if len(names) > 1:
        raise Unsafe("A part of the document states its type twice.", "type-twice")
    if names and names[0] not in ("type", "@type"):
        raise _unsupported_name(names[0])
    stated = node[names[0]] if names else []
    types = [stated] if isinstance(stated, str) else stated
    if not isinstance(types, list) or not all(isinstance(each, str) for each in types):
        raise Malformed("A type is not a word or a list of words.", "type-not-words")
    return types


def _keyword(active: Context, name: str) -> str:
    """Return the keyword a name stands for, or "" where it is an ordinary name."""
    if name.startswith("@"):
        return name
    iri = (active["mappings"].get(name) or {}).get("@id") or ""
    return iri if iri.startswith("@") else ""


def _scope(active: Context, term: str) -> Any:
    """Return the context that a term brings along, or None. False, PyLD's word for null, empties the context."""
    return (active["mappings"].get(term) or {}).get("@context")


def _stretched(active: Context, word: str) -> str | None:
    """Return the IRI that a name or type stands for, by its term, a prefix or ``@vocab``; None where it has none."""
    if word in active["mappings"]:
        iri = (active["mappings"][word] or {}).get("@id")
        return iri if _is_iri(iri) else None
    prefix, colon, rest = word.partition(":")
    if not colon:
        iri = f"{active['@vocab']}{word}" if active.get("@vocab") else None
    elif _is_compact(active, word):
        iri = f"{active['mappings'][prefix]['@id']}{rest}"
    else:
        iri = word
    if not _is_iri(iri) or word.startswith("@"):
        return None
    if iri in contexts.names():
        raise Unsafe(
            f"“{shown(word)}” is another name for something that verifiers look for under its own name.",
            "second-name",
            term=shown(word),
        )
    return iri


def _meaning(active: Context, name: str) -> Any:
    """Return the definition of a property name, or refuse a name without one."""
    if name.startswith("@") or _keyword(active, name) or active.get("@language") or active.get("@direction"):
        raise _unsupported_name(name)
    iri = _stretched(active, name)
    if iri is None:
        raise Unsafe(
            f"The name “{shown(name)}” is not defined by the contexts of the document, so it would not be signed.",
            "undefined-term",
            term=shown(name),
        )
    meaning = active["mappings"].get(name) or {"@id": iri}
    if any(meaning.get(each) for each in ("reverse", "@nest", "@index", "@language", "@direction")) or (
        "@language" in (meaning.get("@container") or ()) and _renames_none(active)
    ):
        raise _unsupported_name(name)
    read_as = HIDING_NAMES.get((iri, name))
    if read_as and (active["mappings"].get(read_as) or {}).get("@id") == iri:
        raise Unsafe(f"“{shown(name)}” would hide “{read_as}”.", "second-name", term=shown(name))
    return meaning


def _renames_none(active: Context) -> bool:
    """Whether a word stands for ``@none``, and so would pass for a language."""
    return any(meaning and meaning["@id"] == "@none" for meaning in active["mappings"].values())


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
    """Yield the literals of a language map; under ``@none`` stand words in no language."""
    for language, words in value.items():
        tag = "" if language == "@none" else _language(language, name)  # known also where nothing is said in it
        for each in _flat(words, name):
            yield _in_language(each, tag, name)


def _language(tag: Any, name: str) -> str:
    if not isinstance(tag, str) or not LANGUAGE.fullmatch(tag):
        raise _unspoken(name)
    return tag.lower()


def _in_language(words: Any, tag: str, name: str) -> str:
    if not isinstance(words, str):
        raise _unspoken(name)
    return literal(words, language=tag)


def _unspoken(name: str) -> Unsafe:
    return Unsafe(f"“{shown(name)}” is not words in a known language.", "bad-language", term=shown(name))


def _value_object(active: Context, value: dict[str, Any], name: str) -> str:
    """Return an expanded value, which may have a type or a language and nothing else."""
    parts = {_keyword(active, inner): each for inner, each in value.items()}
    if len(parts) < len(value) or not set(parts) <= {"@value", "@type", "@language"} or len(parts) > 2:
        raise _unsupported_name(name)
    if "@language" in parts:
        return _in_language(parts["@value"], _language(parts["@language"], name), name)
    datatype, words = parts.get("@type"), parts["@value"]
    if datatype is not None and (not _is_iri(datatype) or _is_compact(active, datatype)):
        raise _unsupported_name(name)
    if isinstance(words, dict | list) or words is None:
        raise _unsupported_name(name)
    return text(words, datatype, name) if isinstance(words, str) else number(words, datatype)
