"""The canonical text of a document as a form to fill in: everything is known but some of its words and addresses.

A template is made from a document whose open places hold *slots*, addresses of the form ``slot:…``. What the open
places can change is worked out for each filling: the hashes of the blank nodes and so their labels, the order of nodes
and of the values under one name. All else was settled when the template was made.

``filled`` answers None where a filling breaks what the template rests on (a value is no address, two nodes have one
name, two blank nodes are alike): then the document has to be walked.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from .lines import END, LABELS, Lines, Node

OPEN, CLOSE = "\ue000", "\ue001"
_SLOT = re.compile(f"slot:{OPEN}([0-9]+){CLOSE}")
_INSIDE = re.compile(f"{OPEN}([0-9]+){CLOSE}")
_LABELS = tuple(label.encode() for label in LABELS)

_ONE_DIGIT = 10  # labels up to here are in order already

Values = Sequence[bytes]
Pick = Callable[[Values], Any]
Form = tuple[bytes, Pick | None]  # a %-format and what fills it; None: a finished text


def slot(number: int) -> str:
    """Return the words that mark an open place."""
    return f"slot:{OPEN}{number}{CLOSE}"


def slots_in(words: str) -> list[int]:
    """Return the numbers of the open places in some words."""
    return [int(number) for number in _SLOT.findall(words)]


def changed_slots(words: str) -> list[int]:
    """Return the numbers of open places whose mark was changed on the way, such as to capitals."""
    return [int(number) for number in _INSIDE.findall(_SLOT.sub("", words))]


def form(words: str) -> Form:
    """Return words with slots as a form; the number of a slot is the place in the pool of what fills it."""
    found = slots_in(words)
    if not found:
        return words.encode(), None
    return _SLOT.sub("%s", words.replace("%", "%%")).encode(), itemgetter(*found)


class Group(NamedTuple):
    """Values under one name whose order depends on what they are."""

    fixed: tuple[bytes, ...]
    open: tuple[tuple[bytes, Pick], ...]


class Template:
    """The canonical text of one document with slots. ``tests``: (slot, pattern that an address there has to match)."""

    def __init__(self, said: Lines, slots: int, tests: Iterable[tuple[int, re.Pattern[str]]]) -> None:
        self.tests = tuple({(place, re.compile(pattern.pattern.encode()).fullmatch) for place, pattern in tests})
        self.slots = slots
        self.size = slots  # of the pool so far: fillings, then names, values in order, labels, labels in order
        self.groups: list[Group] = []
        self.link_groups: list[tuple[int, ...]] = []
        nodes, blanks = said.nodes, said.blanks
        names = [form(node.name) for node in nodes]
        self.names = [words for words, _ in names]
        self.open_names = [(number, words, pick) for number, (words, pick) in enumerate(names) if pick is not None]
        self.places = {id(node): self.take(1) for node in nodes}
        pieces = {id(node): self.pieces(node) for node in (*nodes, *blanks)}
        hashes = [_hash_form(node, pieces[id(node)]) for node in blanks]
        self.hashes = [digest for digest, _ in hashes]
        self.open_hashes = [(number, words, pick) for number, (words, pick) in enumerate(hashes) if pick is not None]
        self.numbers = {id(node): number for number, node in enumerate(blanks)}
        first = self.take(len(blanks))
        self.places |= {id(node): first + number for number, node in enumerate(blanks)}
        self.blocks = [self.block(node, pieces[id(node)]) for node in nodes]
        self.blank_blocks = [self.block(node, pieces[id(node)]) for node in blanks]

    def take(self, many: int) -> int:
        """Reserve places in the pool and return the first."""
        self.size += many
        return self.size - many

    def pieces(self, node: Node) -> list[str]:
        """Return the lines of a node without its links, in order; where the order is open, with slots for the order."""
        found: list[str] = []
        for predicate, lines in groupby(sorted(set(node.lines)), key=_predicate):
            values = [line[len(predicate) : -len(END)] for line in lines]
            if len(values) > 1 and any(OPEN in value for value in values):
                first = self.take(len(values))
                forms = [form(value) for value in values]
                fixed = tuple(words for words, pick in forms if pick is None)
                self.groups.append(Group(fixed, tuple((words, pick) for words, pick in forms if pick is not None)))
                values = [slot(first + place) for place in range(len(values))]
            found += [f"{predicate}{value}{END}" for value in values]
        return found

    def block(self, node: Node, pieces: list[str]) -> Form:
        """Return all lines of a node as a form."""
        links: list[tuple[str, str]] = []
        for predicate, group in groupby(sorted(node.links, key=itemgetter(0)), key=itemgetter(0)):
            blanks = [blank for _, blank in group]
            if len(blanks) == 1:
                places = [self.places[id(blanks[0])]]
            else:
                first = self.take(len(blanks))
                places = list(range(first, first + len(blanks)))
                self.link_groups.append(tuple(self.numbers[id(blank)] for blank in blanks))
            links += [(predicate, slot(place)) for place in places]
        name = slot(self.places[id(node)]) if node.is_blank or OPEN in node.name else node.name
        return form(name.join(("", *_merged(pieces, links))))

    def filled(self, values: Values) -> bytes | None:
        """Return the canonical text for these values, which are escaped already, or None where it has to be walked."""
        pool = self.opened(values)
        order = None if pool is None else self.order(pool)
        return None if pool is None or order is None else self.written(pool, order)

    def opened(self, values: Values) -> list[bytes] | None:
        """Return the pool as far as it does not depend on labels; None where the values break what was settled."""
        for place, is_address in self.tests:
            if is_address(values[place]) is None:
                return None
        names = self.names.copy()
        for number, words, pick in self.open_names:
            names[number] = words % pick(values)
        if len(set(names)) < len(names):
            return None
        pool = [*values, *names]
        for fixed, forms in self.groups:
            found = {words % pick(values) for words, pick in forms}.union(fixed)
            if len(found) < len(forms) + len(fixed):
                return None
            pool += sorted(found)
        return pool

    def order(self, pool: Values) -> list[int] | None:
        """Return the blank nodes in the order of their hashes; None where two are alike."""
        digests = self.hashes.copy()
        for number, words, pick in self.open_hashes:
            digests[number] = sha256(words % pick(pool)).digest()
        if len(set(digests)) < len(digests):
            return None
        return sorted(range(len(digests)), key=digests.__getitem__)

    def written(self, pool: list[bytes], order: list[int]) -> bytes:
        """Return the text for a pool, with labels for the blank nodes in this order."""
        labels = [b""] * len(order)
        for label, number in zip(_LABELS, order, strict=False):
            labels[number] = label
        names = pool[self.slots : self.slots + len(self.names)]
        pool += labels
        for blanks in self.link_groups:
            pool += sorted([labels[number] for number in blanks])
        if len(order) > _ONE_DIGIT:
            order.sort(key=labels.__getitem__)
        blocks, blank_blocks = self.blocks, self.blank_blocks
        forms = [blocks[number] for number in sorted(range(len(names)), key=names.__getitem__)]
        forms += [blank_blocks[number] for number in order]
        return b"".join([words if pick is None else words % pick(pool) for words, pick in forms])


def _hash_form(node: Node, pieces: list[str]) -> Form:
    """Return what the first-degree hash of a blank node is made of, or the hash where nothing is open."""
    own = "_:a".join(("", *_merged(pieces, [(predicate, "_:z") for predicate, _ in node.links])))
    words, pick = form(own + node.above if node.above.startswith("_:z") else node.above + own)
    return (sha256(words).digest(), None) if pick is None else (words, pick)


def _predicate(line: str) -> str:
    """Return `` <predicate> `` of a line without its subject."""
    return line[: line.index("> ") + 2]


def _merged(pieces: list[str], links: list[tuple[str, str]]) -> list[str]:
    """Return values and links in order: by predicate, blank nodes last, since ``_`` comes after ``"`` and ``<``."""
    found = [(_predicate(piece), 0, place, piece) for place, piece in enumerate(pieces)]
    found += [(link, 1, place, f"{link}{value}{END}") for place, (link, value) in enumerate(links)]
    return [piece for *_, piece in sorted(found)]
