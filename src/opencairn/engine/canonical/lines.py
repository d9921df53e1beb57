"""Statements gathered node by node, and their canonical text (RDFC-1.0, 4.4.3 and 4.6.3).

A document is a tree, so a blank node is pointed at once, and everything that is said about it is said by itself or by
the one node above it. Where no two blank nodes have the same first-degree hash, the order of the hashes gives the
labels; where two are alike, or graphs have names, ``rdfc.canonicalize`` decides.
"""

from hashlib import sha256
from operator import attrgetter

from .rdfc import MOST_BLANK_NODES, Quad, canonicalize

END = " .\n"
LABELS = tuple(f"_:c14n{number}" for number in range(MOST_BLANK_NODES))


class Node:
    """One node and what it says. ``name`` is its address as ``<https://…>``, or its label once a blank node has one."""

    __slots__ = ("above", "digest", "is_blank", "lines", "links", "name", "pieces")

    def __init__(self, name: str = "") -> None:
        self.is_blank = not name
        self.name = name
        self.lines: list[str] = []  # without the node's own name: ' <predicate> "words" .\n'
        self.links: list[tuple[str, Node]] = []  # " <predicate> ", blank node
        self.above = ""  # the line that points at a blank node, as its hash takes it
        self.digest = b""  # the first-degree hash of a blank node, once it is known
        self.pieces: tuple[str, ...] = ()  # the lines of a blank node without links, in order, once they are known

    def say(self, predicate: str, value: "str | Node") -> None:
        """State one value; ``predicate`` is spelled `` <…> ``."""
        if isinstance(value, str):
            self.lines.append(f"{predicate}{value}{END}")
        else:
            self.links.append((predicate, value))
            value.above = f"{self.name or '_:z'}{predicate}_:a .\n"

    def written(self) -> str:
        """Return its lines in order, each once. The blank nodes it points at have their labels by now."""
        if self.pieces:
            return self.name.join(self.pieces)
        lines = self.lines
        if self.links:
            lines = lines + [f"{predicate}{node.name}{END}" for predicate, node in self.links]
        return self.name.join(("", *sorted(lines)))

    def hash(self) -> None:
        """Work out the first-degree hash of a blank node (4.6.3)."""
        if self.links:
            lines = self.lines + [f"{predicate}_:z .\n" for predicate, _ in self.links]
            pieces = ("", *sorted(lines))
        else:
            pieces = self.pieces = ("", *sorted(self.lines))
        above = self.above
        own = "_:a".join(pieces)
        told = own + above if above.startswith("_:z") else above + own
        self.digest = sha256(told.encode()).digest()


Named = tuple[Node, list[Node], list[Node]]  # the name of a graph, and the nodes in it: with an address, blank


class Lines:
    """The statements of one document, as they are gathered."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.blanks: list[Node] = []
        self.graphs: list[Named] = []
        self.contexts = 0

    def node(self, name: str = "") -> Node:
        """Return a new node."""
        made = Node(name)
        (self.nodes if name else self.blanks).append(made)
        return made

    def count(self) -> int:
        """Return how many statements there are."""
        groups = [self.nodes, self.blanks, *(group for named in self.graphs for group in named[1:])]
        return sum(len(node.lines) + len(node.links) for group in groups for node in group)

    def canonical(self) -> str:
        """Return the canonical text."""
        nodes, blanks = self.nodes, self.blanks
        if self.graphs or len(blanks) > MOST_BLANK_NODES:
            return canonicalize(self.quads())
        for node in blanks:
            node.hash()
        if len({node.digest for node in blanks}) < len(blanks):
            return canonicalize(self.quads())
        blanks.sort(key=_DIGEST)
        for node, label in zip(blanks, LABELS, strict=False):
            node.name = label
        if len({node.name for node in nodes}) < len(nodes):
            lines = {line for node in (*nodes, *blanks) for line in node.written().split("\n")}
            return "\n".join([*sorted(lines - {""}), ""])
        nodes.sort(key=_NAME)
        if len(blanks) > 10:
            blanks.sort(key=_NAME)
        return "".join([node.written() for node in nodes] + [node.written() for node in blanks])

    def quads(self) -> list[Quad]:
        """Return the statements as the general canonicaliser takes them."""
        groups: list[tuple[Node | None, list[Node]]] = [(None, self.nodes), (None, self.blanks)]
        groups += [(graph, group) for graph, *both in self.graphs for group in both]
        blanks = {id(node): f"_:b{place}" for place, node in enumerate(n for _, g in groups for n in g if n.is_blank)}
        return [
            quad
            for graph, group in groups
            for node in group
            for quad in _quads(node, blanks, blanks[id(graph)] if graph else "")
        ]


_NAME, _DIGEST = attrgetter("name"), attrgetter("digest")


def _quads(node: Node, blanks: dict[int, str], graph: str) -> list[Quad]:
    subject = blanks[id(node)] if node.is_blank else node.name
    found: list[Quad] = []
    for line in node.lines:
        _, predicate, value = line[: -len(END)].split(" ", 2)
        found.append((subject, predicate, value, graph))
    return found + [(subject, predicate.strip(), blanks[id(value)], graph) for predicate, value in node.links]
