"""From a document to its statements, fast: what was learnt about a shape of node is not worked out again.

A *shape* is a node seen without its values: the context that holds, the term it stands under, its types and its names.
The first node of a shape goes through the rules of ``jsonld``; every later one only has its values spelled.

``jsonld.to_quads`` with ``rdfc.canonicalize`` stays the definition: whatever is not covered here, and everything that
is to be refused, raises ``Fallback`` or an ``Objection`` and is judged there.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import orjson

from .jcs import canonical_json
from .jsonld import _FIRST as FIRST
from .jsonld import _NIL as NIL
from .jsonld import _RDF as RDF
from .jsonld import _REST as REST
from .jsonld import _TYPE as TYPE
from .jsonld import MOST_CONTEXTS, MOST_QUADS
from .jsonld import _flat as flat
from .jsonld import _keyword as keyword
from .jsonld import _meaning as meaning_of
from .jsonld import _scope as scope_of
from .jsonld import _spoken as spoken
from .jsonld import _stretched as stretched
from .jsonld import _value_object as value_object
from .jsonld import _Walk as Walk
from .lines import END, Lines, Node
from .literals import _SPECIAL as SPECIAL
from .literals import IRI, LANGUAGE, escaped, literal, number, text
from .rdfc import MOST_BLANK_NODES
from .template import OPEN, Template, slots_in
from .vocabulary import Context, Vocabulary, is_iri

Document = Mapping[str, Any]
MOST_SHAPES = 1_024  # kept per thread; a full store is emptied, so that a stranger's flood takes time and no memory
MOST_INLINE = 64  # contexts that stand in documents, kept per thread
LARGEST_INLINE = 16_384  # bytes of such a context
LARGEST_SHAPE = 4_096  # letters of the names and types of one node
_MOST_LANGUAGES = 256

#: What to do with the values under a name. Most are words or addresses, so these two come first.
_WORDS, _ADDRESS, _VALUES, _SPOKEN, _LIST, _GRAPH, _JSON = range(7)


class Fallback(Exception):  # noqa: N818 - not a fault: the general way takes over
    """The document holds something that is not covered here; the reason is the one argument."""


class Part(NamedTuple):
    """What one name of a shape means."""

    kind: int
    predicate: str  # " <…> "
    name: str
    inner: Context  # in which its values stand
    type_: str | None  # how its values are to be read: @id, @vocab or a datatype
    is_address: Callable[[str], Any]


class Shape(NamedTuple):
    """What is known about every node of one shape."""

    identity: str | None  # the name of its identifier, where it has one
    addresses: re.Pattern[str]
    types: tuple[str, ...]  # the ends of the lines that state its types
    parts: tuple[tuple[str, int, str, str, Callable[[str], Any], Part], ...]  # in the order of the lines
    says: bool  # whether it states more than identifier and types
    repeats: bool  # whether two of its names mean the same
    sets_context: bool
    is_value: bool  # it is a value object, not a node
    kept_alive: Context  # the key of the shape holds the id of this context


_VALUE_OBJECT = Shape(None, IRI, (), (), says=False, repeats=False, sets_context=False, is_value=True, kept_alive=None)


class Store:
    """What one thread has learnt."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.shapes: dict[Any, Shape] = {}
        self.inline: set[bytes] = set()
        self.languages: dict[str, str] = {}  # how words end in each language

    def make_room(self) -> None:
        """Forget the shapes where there are too many."""
        if len(self.shapes) >= MOST_SHAPES or len(self.inline) >= MOST_INLINE:
            self.shapes.clear()
            self.inline.clear()


def statements(document: Document, store: Store, *, is_plain: bool) -> "Pass":
    """Return what a document says. ``is_plain``: no words in it need escaping."""
    if type(document) is not dict or "@context" not in document:
        raise Fallback("no-context")
    store.vocabulary.begin()
    walk = Pass(store, is_plain=is_plain)
    top = walk.node(walk.shape(store.vocabulary.empty, None, document), None, document)
    said = walk.said
    if not (top.lines or top.links) or said.contexts > MOST_CONTEXTS or said.count() > MOST_QUADS:
        raise Fallback("size")
    return walk


def template_of(
    document: Document, slots: int, store: Store, elsewhere: Sequence[int] = ()
) -> tuple[Template | None, set[int]]:
    """Return the template of a document with slots, or None and those of them that may not stay open.

    The slots ``elsewhere`` stand in something else that is filled along with it.

    Raises ``Fallback`` or an ``Objection`` where there is none, whatever stays open.
    """
    walk = statements(document, store, is_plain=False)
    said = walk.said
    if said.graphs or len(said.blanks) > MOST_BLANK_NODES:
        raise Fallback("graphs")
    parts = [part for node in (*said.nodes, *said.blanks) for part in (node.name, *node.lines)]
    closed = set(range(slots)).difference(elsewhere, *map(slots_in, parts)).union(walk.fixed)
    if closed:
        return None, closed
    addresses = [number for part in parts if f"<slot:{OPEN}" in part for number in slots_in(part)]
    return Template(said, slots, ((number, pattern) for number in addresses for pattern in walk.tests)), closed


class Pass:
    """One pass over one document."""

    def __init__(self, store: Store, *, is_plain: bool) -> None:
        self.store = store
        self.said = Lines()
        self.root = ""  # the address of the whole, where it has one
        self.is_plain = is_plain
        self.tests: set[re.Pattern[str]] = set()  # what an address has to match
        self.fixed: list[int] = []  # slots that stand where a template cannot leave a place open

    def shape(self, active: Context, term: str | None, node: dict[str, Any]) -> Shape:
        """Return the shape of a node."""
        types = node.get("type")
        key: Any = (id(active), term, tuple(types) if type(types) is list else types, tuple(node))
        if "@context" in node or "@type" in node:
            key += (orjson.dumps((node.get("@type"), node.get("@context"))),)
        store = self.store
        found = store.shapes.get(key)
        if found is None:
            found = compile_shape(store, active, term, node)
            store.make_room()
            if found.sets_context:
                store.inline.add(key[-1])
            store.shapes[key] = found
        self.tests.add(found.addresses)
        return found

    def node(self, shape: Shape, term: str | None, node: dict[str, Any]) -> Node:
        """State everything about one node and return it."""
        made = self.made(shape, term, node)
        self.said.contexts += shape.sets_context
        lines, is_plain = made.lines, self.is_plain
        lines += shape.types
        for name, kind, predicate, tail, is_address, part in shape.parts:
            value = node[name]
            if kind == _WORDS and type(value) is str:
                words = value if is_plain or SPECIAL.search(value) is None else escaped(value)
                lines.append(f"{predicate}{words}{tail}")
            elif kind == _ADDRESS and type(value) is str and is_address(value):
                lines.append(f"{predicate}{value}{tail}")
            else:
                self.values(made, part, value)
        if shape.repeats:
            made.lines = list(set(lines))
        return made

    def made(self, shape: Shape, term: str | None, node: dict[str, Any]) -> Node:
        """Return the new node: with its address, or blank."""
        address = ""
        if shape.identity is not None:
            value = node[shape.identity]
            if type(value) is not str or not shape.addresses.fullmatch(value):
                raise Fallback("not-an-address")
            address = f"<{value}>"
        if term is None:
            self.root = address
        elif shape.says and address and address == self.root:
            raise Fallback("described-twice")
        return self.said.node(address)

    def values(self, node: Node, part: Part, value: Any) -> None:
        """State the values of one property."""
        kind = part.kind
        found: list[Any]
        if kind <= _VALUES or (kind == _SPOKEN and type(value) is not dict):
            if type(value) is not list:
                node.say(part.predicate, self.value(part, value))
                return
            found = [self.value(part, each) for each in value]
        elif kind == _SPOKEN:
            found = [*self.in_languages(value, part.name)]
        elif kind == _LIST:
            found = [self.chain(part, value)]
        elif kind == _GRAPH:
            found = [self.graph(part, each) for each in flat(value, part.name)]
        else:
            found = [literal(canonical_json(value).decode(), f"{RDF}JSON")]
            self.fixed += slots_in(found[0])
        for each in dict.fromkeys(found):
            node.say(part.predicate, each)

    def value(self, part: Part, value: Any) -> str | Node:
        """Return one value, stating what is inside it."""
        kind = type(value)
        if kind is dict:
            return self.inside(part, value)
        if kind is str:
            if part.type_ == "@id" and part.is_address(value):
                return f"<{value}>"
            if part.type_ == "@vocab":
                self.fixed += slots_in(value)
                known = value if ":" in value else stretched(part.inner, value)
                if known and part.is_address(known):
                    return f"<{known}>"
            if part.type_ not in ("@id", "@vocab"):
                return text(value, part.type_, part.name)
        elif kind in (bool, int, float) and part.type_ not in ("@id", "@vocab"):
            return number(value, part.type_)
        raise Fallback("value")

    def inside(self, part: Part, value: dict[str, Any]) -> str | Node:
        """State an inner node and return its address, or itself where it is blank; or spell a value object."""
        shape = self.shape(part.inner, part.name, value)
        if shape.is_value:
            return value_object(part.inner, value, part.name)
        node = self.node(shape, part.name, value)
        return node if node.is_blank else node.name

    def in_languages(self, value: dict[str, Any], name: str) -> list[str]:
        """Return the literals of a language map."""
        found: list[str] = []
        languages = self.store.languages
        for language, words in value.items():
            tail = languages.get(language)
            if tail is None or type(words) is not str:
                found += spoken({language: words}, name)
                if len(language) <= 16 and len(languages) < _MOST_LANGUAGES and LANGUAGE.fullmatch(language):
                    languages[language] = f'"@{language.lower()}'
            else:
                plain = self.is_plain or SPECIAL.search(words) is None
                found.append(f'"{words if plain else escaped(words)}{tail}')
        return found

    def chain(self, part: Part, value: Any) -> str | Node:
        """State an ordered list and return its head."""
        values = [self.value(part, each) for each in flat(value, part.name)]
        places = [self.said.node() for _ in values]
        after: list[str | Node] = [*places[1:], NIL]
        for place, each, rest in zip(places, values, after, strict=False):
            place.say(f" {FIRST} ", each)
            place.say(f" {REST} ", rest)
        return places[0] if places else NIL

    def graph(self, part: Part, value: Any) -> Node:
        """State a node in a graph of its own and return the name of the graph."""
        said = self.said
        graph, around = said.node(), (said.nodes, said.blanks)
        said.nodes, said.blanks = [], []
        if type(value) is not dict:
            raise Fallback("says-nothing")
        shape = self.shape(part.inner, part.name, value)
        if shape.is_value:
            raise Fallback("says-nothing")
        top = self.node(shape, part.name, value)
        if not (top.lines or top.links):
            raise Fallback("says-nothing")
        said.graphs.append((graph, said.nodes, said.blanks))
        said.nodes, said.blanks = around
        return graph


def compile_shape(store: Store, active: Context, term: str | None, node: dict[str, Any]) -> Shape:
    """Work out the shape of a node by the rules of ``jsonld``."""
    if term is not None and any(keyword(active, name) == "@value" for name in node):
        return _VALUE_OBJECT._replace(kept_alive=active)
    if "@context" in node and len(orjson.dumps(node["@context"])) > LARGEST_INLINE:
        raise Fallback("large-context")
    inside, types = Walk(store.vocabulary, None).prepare(active, term, node)
    if sum(map(len, types)) + sum(map(len, node)) > LARGEST_SHAPE:
        raise Fallback("large-node")
    identities = [name for name in node if keyword(inside, name) == "@id"]
    if identities not in ([], ["id"], ["@id"]):
        raise Fallback("identifier")
    parts = sorted((_part(store, inside, name) for name in node if _says(inside, name)), key=attrgetter("predicate"))
    said = [part.predicate for part in parts]
    return Shape(
        identity=identities[0] if identities else None,
        addresses=addresses(inside),
        types=tuple(f" {TYPE} <{each}>{END}" for each in types),
        parts=tuple((part.name, part.kind, *_around(part), part.is_address, part) for part in parts),
        says=bool(said),
        repeats=len({f" {TYPE} ", *said}) <= len(said) or len(set(types)) < len(types),
        sets_context="@context" in node,
        is_value=False,
        kept_alive=active,
    )


def _says(active: Context, name: str) -> bool:
    """Whether a name states something of its own, and is not the context, identifier or type of the node."""
    return name != "@context" and keyword(active, name) not in ("@id", "@type")


def _part(store: Store, active: Context, name: str) -> Part:
    """Return what one name means inside a node."""
    meaning = meaning_of(active, name)
    inner, kind = active, _container(meaning)
    if (scope := scope_of(active, name)) is not None:
        inner = store.vocabulary.scoped(active, scope, of_property=True)
    stated = (inner["mappings"].get(name) or {}).get("@type")
    type_ = None if stated in (None, "@none") else str(stated)
    if kind == _VALUES and type_ == "@id":
        kind = _ADDRESS
    elif kind == _VALUES and (type_ is None or (is_iri(type_) and not type_.endswith("#double"))):
        kind = _WORDS  # words that should be a double are refused
    return Part(kind, f" <{meaning['@id']}> ", name, inner, type_, addresses(inner).fullmatch)


def _around(part: Part) -> tuple[str, str]:
    """Return what stands before and behind a value in its line, where it is words or an address."""
    if part.kind == _ADDRESS:
        return f"{part.predicate}<", f">{END}"
    return f'{part.predicate}"', literal("", part.type_)[1:] + END


def _container(meaning: Any) -> int:
    """Return what the containers of a term ask for (JSON-LD 1.1, 4.9 and 9.8)."""
    container = set(meaning.get("@container") or ())
    if not container <= {"@set", "@list", "@language", "@graph"}:
        raise Fallback("container")
    if meaning.get("@type") == "@json":
        return _JSON
    for name, kind in (("@language", _SPOKEN), ("@graph", _GRAPH), ("@list", _LIST)):
        if name in container:
            return kind
    return _VALUES


def addresses(active: Context) -> re.Pattern[str]:
    """Return the pattern of a full address in a context: one that no prefix of the context would stretch."""
    prefixes = [re.escape(name) for name, meaning in active["mappings"].items() if meaning and meaning.get("_prefix")]
    unlike = f"(?!(?:{'|'.join(prefixes)}):(?!//))" if prefixes else ""
    return re.compile(f"(?:(?=https?://)|{unlike}){IRI.pattern}")
