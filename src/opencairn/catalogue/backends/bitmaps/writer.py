"""Filing: makes the index anew, or adds what changed. Only ever from what the database has committed."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from pyroaring import BitMap

from opencairn.catalogue.backends import filing
from opencairn.catalogue.filters.skill import standing
from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme

from . import aside, orders, store

BATCH = 1000
MOST_IN_MEMORY = 30_000_000  # numbers waiting to be written, four bytes each
MOST_SHARED = 200_000  # skills, providers and the like waiting to be written
INSERT = "INSERT INTO doc VALUES (?, ?, ?, ?, ?, ?, ?)"


def make(folder: Path, at: datetime, ids: Sequence[UUID] | None = None) -> int:
    """Make the whole index anew from every public programme, or from some, and put it in use; return how many.

    A large one is filed by as many processes as there are processors, each a part of its own.
    """
    stood, places = standing(), places_now()  # before all else: what changes meanwhile then shows as a difference
    path, fresh = store.begin(folder)
    if ids is None:  # what is alike gets numbers side by side: words, skills and many codes then stand close together
        alike = ("current__field_code", "provider__country", "current__eqf_level", "provider_id", "pk")
        ids = list(Programme.objects.public().order_by(*alike).values_list("pk", flat=True))
    with aside.helping(path, ids, at) as parts:
        file(fresh, parts[0].ids, at, parts[0].first)
        for part in parts[1:]:
            store.take_in(fresh, part.finished())
    _write_orders(fresh)
    many: int = fresh.execute("SELECT count(*) FROM doc").fetchone()[0]
    store.set_meta(fresh, format=store.FORMAT, stamp=1, base=len(ids), filed=many, standing=stood)
    store.set_places(fresh, places)
    store.put_in_use(folder, path, fresh)
    return many


def places_now() -> dict[UUID, str]:
    """Return the name and place of every provider: programmes that it offers or awards are found by them."""
    rows = Organisation.objects.providers().values_list("pk", "country", "locality", "name")
    return {pk: "\n".join(said) for pk, *said in rows.iterator()}


def file(fresh: Any, ids: Sequence[UUID], at: datetime, first: int) -> None:
    """File programmes into a new file, numbered from ``first``; a number whose programme was withdrawn stays empty."""
    postings, marks = _Postings(fresh), defaultdict[tuple[str, str], "array[int]"](_numbers)
    filer = filing.Filer(at.date())
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        numbers = dict(zip(some, range(first + start, first + start + len(some)), strict=True))
        rows = []
        for card in filer.cards(some):
            number = numbers[card.entry.programme_id]
            rows.append(_row(number, card, orders.written(orders.facts_of(card.entry), (), {}), stamp=1))
            postings.add(number, card)
            for mark in card.codes:
                marks[mark].append(number)
        fresh.executemany(INSERT, rows)
    postings.flush()
    fresh.executemany(
        "INSERT INTO mark VALUES (?, ?, ?)",
        ((name, code, store.packed(BitMap(numbers))) for (name, code), numbers in marks.items()),
    )


def change(opened: Any, sorted_ids: Mapping[str, "array[int]"], due: Sequence[UUID], at: datetime) -> None:
    """File programmes again, or drop them where they are public no more: all of it or nothing.

    ``sorted_ids`` are the orders of the last rebuild; each programme is told its place in them.
    """
    cards = list(filing.Filer(at.date()).cards(due))
    opened.execute("BEGIN IMMEDIATE")
    try:
        stamp = store.meta(opened, "stamp") + 1
        for programme in due:
            opened.execute("UPDATE doc SET gone = ? WHERE programme = ? AND gone IS NULL", (stamp, programme.bytes))
        postings = _Postings(opened)
        highest = opened.execute("SELECT coalesce(max(id), 0) FROM doc").fetchone()[0]
        last = max(highest, store.meta(opened, "base"))
        for number, card in enumerate(cards, start=last + 1):
            known = orders.facts_of(card.entry)
            places = {name: _place(opened, sorted_ids[name], name, card) for name in orders.HEADS}
            opened.execute(INSERT, _row(number, card, orders.written(known, card.codes, places), stamp=stamp))
            postings.add(number, card)
        postings.flush()
        store.set_meta(opened, stamp=stamp)
        opened.execute("COMMIT")
    except BaseException:
        opened.execute("ROLLBACK")
        raise


def _numbers() -> "array[int]":
    return array("I")


def _row(number: int, card: filing.Card, facts: str, *, stamp: int) -> tuple[Any, ...]:
    entry = card.entry
    last = entry.lapses_on.toordinal() if entry.lapses_on else None
    return (number, entry.programme_id.bytes, orders.instant(entry.programme_changed_at), last, facts, stamp, None)


class _Postings:
    """Words and hints on their way into a file, written whenever they have grown too many for memory.

    What programmes share is kept with their numbers, and its words are looked at once for all of them.
    """

    def __init__(self, opened: Any) -> None:
        self.opened, self.many = opened, 0
        self.own = defaultdict[tuple[str, int], "array[int]"](_numbers)
        self.shared = defaultdict[filing.Shared, "array[int]"](_numbers)
        self.hints: set[tuple[str, str, int]] = set()

    def add(self, number: int, card: filing.Card) -> None:
        own, shared = self.own, self.shared
        for each in card.own.items():
            own[each].append(number)
        for one in card.shared:
            shared[one].append(number)
        self.hints |= {(kind, said, number) for kind, said in card.hints}
        self.many += len(card.own)
        if self.many > MOST_IN_MEMORY or len(shared) > MOST_SHARED:
            self.flush()

    def flush(self) -> None:
        postings = {each: [BitMap(numbers)] for each, numbers in self.own.items()}
        for one, numbers in self.shared.items():
            docs = BitMap(numbers)
            for each in one.words.items():
                postings.setdefault(each, []).append(docs)
            self.hints |= {(kind, said, 0) for kind, said in one.hints}
        store.add_postings(self.opened, postings)
        store.add_hints(self.opened, self.hints)
        for kept in (self.own, self.shared, self.hints):
            kept.clear()
        self.many = 0


def _write_orders(fresh: Any) -> None:
    rows = fresh.execute("SELECT id, facts, programme FROM doc ORDER BY id")
    numbers = array("I")

    def every() -> Iterator[tuple[orders.Facts, bytes]]:
        for number, facts, programme in rows:
            numbers.append(number)
            yield orders.read(facts)[0], programme

    for name, places in orders.ordered(every()):
        ids = np.array(numbers, dtype=np.uint32)[np.array(places)]
        ranks = np.zeros(int(ids.max(initial=0)), dtype=np.uint32)
        ranks[ids.astype(np.int64) - 1] = np.arange(len(ids), dtype=np.uint32)
        fresh.execute("INSERT INTO ordering VALUES (?, ?, ?)", (name, ids.tobytes(), ranks.tobytes()))


def _place(opened: Any, sorted_ids: "array[int]", name: str, card: filing.Card) -> int:
    """Return how many of the programmes of the last rebuild come before this one, by bisection."""
    low, high = 0, len(sorted_ids)
    key = orders.key(name, orders.facts_of(card.entry), card.entry.programme_id.bytes)
    while low < high:
        middle = (low + high) // 2
        row = opened.execute("SELECT facts, programme FROM doc WHERE id = ?", (sorted_ids[middle],)).fetchone()
        if orders.key(name, orders.read(row[0])[0], row[1]) < key:
            low = middle + 1
        else:
            high = middle
    return low


def out_of_step(filed: Iterable[tuple[bytes, int]], public: Iterable[tuple[UUID, datetime]]) -> list[UUID]:
    """Compare (programme, instant) of the file with those of the database; return what differs, the latest first."""
    there = dict(filed)
    due = [(changed, pk) for pk, changed in public if there.pop(pk.bytes, None) != orders.instant(changed)]
    return [pk for _, pk in sorted(due, reverse=True)] + [UUID(bytes=pk) for pk in there]
