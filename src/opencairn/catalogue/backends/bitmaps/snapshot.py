"""What a reader keeps in memory of one file: which numbers are alive, the filters as bitmaps, the orders.

A snapshot never changes. When somebody wrote, the next one is made from it and from what is new, which is little.
"""

import heapq
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from pyroaring import BitMap

from . import orders, store

FEW = 1000
MANY_CODES = 60  # of a filter: from here on one look at each hit is quicker than one at each code
Marks = Mapping[str, Mapping[str, BitMap]]


@dataclass(frozen=True)
class Late:
    """A programme filed since the last rebuild: what it is ordered by, and its places among the others."""

    facts: orders.Facts
    programme: bytes
    places: Mapping[str, int]


@dataclass(frozen=True)
class Column:
    """A filter of many codes of which each programme has one at most: for each number the place of its code, from 1."""

    codes: Sequence[str]
    places: "np.ndarray[Any, np.dtype[np.uint32]]"


@dataclass(frozen=True)
class Base:
    """What the last rebuild wrote: numbers in order, the rank of each number, columns of the filters of many codes."""

    size: int
    columns: Mapping[str, Column]
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
    recent: Marks = field(default_factory=dict)
    kept: dict[Any, Any] = field(default_factory=dict)  # what was counted on this very snapshot

    def first(self, order: str, hits: BitMap, first: int, last: int) -> list[int]:
        """Return the numbers from place ``first`` to before ``last`` of some hits in an order."""
        many = len(hits)
        if many <= FEW or many * many < last * len(self.alive):
            return heapq.nsmallest(last, hits, key=self._key(order))[first:]
        return list(islice((number for number in self._all(order) if number in hits), first, last))

    def tally(self, name: str, hits: BitMap) -> dict[str, int]:
        """Count the codes of a filter among some hits; only those that come up are named."""
        if not (column := self.base.columns.get(name)):
            marks = self.marks.get(name, {}).items()
            return {code: many for code, docs in marks if (many := docs.intersection_cardinality(hits))}
        numbers = np.frombuffer(hits.to_array(), dtype=np.uint32) if hits else np.zeros(0, dtype=np.uint32)
        filed = numbers[: np.searchsorted(numbers, self.base.size, side="right")]
        times = np.bincount(column.places[filed], minlength=len(column.codes) + 1)
        times[0] = 0
        there = np.flatnonzero(times)
        named = (column.codes[place - 1] for place in there.tolist())
        counted = dict(zip(named, times[there].tolist(), strict=True))
        for code, docs in self.recent.get(name, {}).items():
            if many := docs.intersection_cardinality(hits):
                counted[code] = counted.get(code, 0) + many
        return counted

    def _key(self, order: str) -> Callable[[int], tuple[Any, ...]]:
        ranks, size, late = self.base.ranks[order], self.base.size, self.late

        def key(number: int) -> tuple[Any, ...]:
            if number <= size:
                return (ranks[number - 1],)
            one = late[number]
            return one.places[order] - 0.5, orders.key(order, one.facts, one.programme)

        return key

    def _all(self, order: str) -> Iterator[int]:
        """Give every number in an order: those of the last rebuild, and each later one at its place among them."""
        filed, since = memoryview(self.base.ids[order]), 0
        for number in sorted(self._living_late, key=self._key(order)):
            place = self.late[number].places[order]
            yield from filed[since:place]
            yield number
            since = place
        yield from filed[since:]

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
    base = Base(size, {name: column for name, of in marks.items() if (column := _column(of, size))}, ids, ranks)
    return follow(Snapshot(path, 1, base, BitMap(ids["title"]), marks), opened)


def _column(marks: Mapping[str, BitMap], size: int) -> Column | None:
    """Turn the codes of a filter into a column, where there are many and no programme has two."""
    if len(marks) < MANY_CODES or len(BitMap.union(*marks.values())) != sum(map(len, marks.values())):
        return None
    places = np.zeros(size + 1, dtype=np.uint32)
    for place, docs in enumerate(marks.values(), start=1):
        places[np.frombuffer(docs.to_array(), dtype=np.uint32)] = place
    return Column(list(marks), places)


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
    marks, recent = _marked(before.marks, fresh), _marked(before.recent, fresh)
    return replace(before, stamp=stamp, alive=alive, marks=marks, late=late, recent=recent, kept={})


def _marked(before: Marks, fresh: Mapping[tuple[str, str], list[int]]) -> Marks:
    marks: dict[str, dict[str, BitMap]] = {name: dict(codes) for name, codes in before.items()}
    for (name, code), numbers in fresh.items():
        codes = marks.setdefault(name, {})
        codes[code] = codes.get(code, BitMap()) | BitMap(numbers)
    return marks
