"""What a reader keeps in memory of one file: which numbers are alive, the filters as bitmaps, the orders.

A snapshot never changes. When somebody wrote, the next one is made from it and from what is new, which is little.
"""

import heapq
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from pyroaring import BitMap

from . import orders, store

FEW = 1000
Marks = Mapping[str, Mapping[str, BitMap]]


@dataclass(frozen=True)
class Late:
    """A programme filed since the last rebuild: what it is ordered by, and its places among the others."""

    facts: orders.Facts
    programme: bytes
    places: Mapping[str, int]


@dataclass(frozen=True)
class Base:
    """The orders of the last rebuild: numbers in order, and the rank of each number."""

    size: int
    ids: Mapping[str, "array[int]"]
    ranks: Mapping[str, "array[int]"]


@dataclass(frozen=True)
class Snapshot:
    """An index at one moment."""

    path: Path
    stamp: int
    base: Base
    alive: BitMap
    marks: Marks
    late: Mapping[int, Late] = field(default_factory=dict)

    def first(self, order: str, hits: BitMap, first: int, last: int) -> list[int]:
        """Return the numbers from place ``first`` to before ``last`` of some hits in an order."""
        many = len(hits)
        if many <= FEW or many * many < last * len(self.alive):
            return heapq.nsmallest(last, hits, key=self._key(order))[first:]
        return list(islice((number for number in self._all(order) if number in hits), first, last))

    def _key(self, order: str) -> Callable[[int], tuple[Any, ...]]:
        ranks, size, late = self.base.ranks[order], self.base.size, self.late

        def key(number: int) -> tuple[Any, ...]:
            if number <= size:
                return (ranks[number - 1],)
            one = late[number]
            return one.places[order] - 0.5, orders.key(order, one.facts, one.programme)

        return key

    def _all(self, order: str) -> Iterator[int]:
        if not self._living_late:
            return iter(self.base.ids[order])
        key = self._key(order)
        return heapq.merge(self.base.ids[order], sorted(self._living_late, key=key), key=key)

    @cached_property
    def _living_late(self) -> list[int]:
        return [number for number in self.late if number in self.alive]


def load(path: Path) -> Snapshot:
    """Read a file from its beginning. Raises Vanished."""
    opened = store.connect(path)
    size = store.meta(opened, "base")
    marks: dict[str, dict[str, BitMap]] = defaultdict(dict)
    for name, code, docs in opened.execute("SELECT name, code, docs FROM mark"):
        marks[name][code] = BitMap.deserialize(docs)
    ids, ranks = {}, {}
    for name, some, theirs in opened.execute("SELECT name, ids, ranks FROM ordering"):
        ids[name], ranks[name] = array("I", some), array("I", theirs)
    base = Base(size, ids, ranks)
    return follow(Snapshot(path, 1, base, BitMap(range(1, size + 1)), marks), opened)


def follow(before: Snapshot, opened: Any) -> Snapshot:
    """Return the snapshot as of now: the one before, and what was written since."""
    opened.execute("BEGIN")
    try:
        stamp = store.meta(opened, "stamp")
        if stamp == before.stamp:
            return before
        new = opened.execute("SELECT id, facts, programme FROM doc WHERE stamp > ?", (before.stamp,)).fetchall()
        gone = BitMap(row[0] for row in opened.execute("SELECT id FROM doc WHERE gone > ?", (before.stamp,)))
    finally:
        opened.execute("COMMIT")
    late, fresh = dict(before.late), defaultdict[tuple[str, str], list[int]](list)
    for number, text, programme in new:
        facts, codes, places = orders.read(text)
        late[number] = Late(facts, programme, places)
        for mark in codes:
            fresh[mark].append(number)
    alive = (before.alive | BitMap(row[0] for row in new)) - gone
    return replace(before, stamp=stamp, alive=alive, marks=_marked(before.marks, fresh), late=late)


def _marked(before: Marks, fresh: Mapping[tuple[str, str], list[int]]) -> Marks:
    marks = {name: dict(codes) for name, codes in before.items()}
    for (name, code), numbers in fresh.items():
        codes = marks.setdefault(name, {})
        codes[code] = codes.get(code, BitMap()) | BitMap(numbers)
    return marks
