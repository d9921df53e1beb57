"""Filing: makes the index anew, or adds what changed. Only ever from what the database has committed."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from pyroaring import BitMap

from opencairn.catalogue.backends import filing
from opencairn.programmes.models import Programme

from . import orders, store

BATCH = 500
MOST_IN_MEMORY = 30_000_000  # numbers waiting to be written, four bytes each
NOT_SEARCHED = (
    "assessment_types", "assessment", "participation_note", "quality_assurance_note", "prerequisites", "grading",
    "further_information", "inherent_requirements", "certification",
)  # fmt: skip
Postings = dict[tuple[str, int], "array[int]"]


def make(folder: Path, at: datetime, ids: Sequence[UUID] | None = None) -> int:
    """Make the whole index anew from every public programme, or from some, and put it in use; return how many."""
    path, fresh = store.begin(folder)
    if ids is None:  # those of one provider get numbers side by side, which makes its bitmap small
        ids = list(Programme.objects.public().order_by("provider_id", "pk").values_list("pk", flat=True))
    postings, marks, facts = _Postings(fresh), defaultdict[tuple[str, str], "array[int]"](_numbers), []
    for number, card in enumerate(_cards(ids, at.date()), start=1):
        known = orders.facts_of(card.entry)
        facts.append(known)
        _insert(fresh, number, card, orders.written(known, card.codes, {}), stamp=1)
        postings.add(number, card)
        for mark in card.codes:
            marks[mark].append(number)
    postings.flush()
    fresh.executemany(
        "INSERT INTO mark VALUES (?, ?, ?)",
        ((name, code, BitMap(numbers).serialize()) for (name, code), numbers in marks.items()),
    )
    _write_orders(fresh, facts)
    store.set_meta(fresh, format=store.FORMAT, stamp=1, base=len(facts))
    store.put_in_use(folder, path, fresh)
    return len(facts)


def change(opened: Any, sorted_ids: Mapping[str, "array[int]"], due: Sequence[UUID], at: datetime) -> None:
    """File programmes again, or drop them where they are public no more: all of it or nothing.

    ``sorted_ids`` are the orders of the last rebuild; each programme is told its place in them.
    """
    cards = list(_cards(due, at.date()))
    opened.execute("BEGIN IMMEDIATE")
    try:
        stamp = store.meta(opened, "stamp") + 1
        for programme in due:
            opened.execute("UPDATE doc SET gone = ? WHERE programme = ? AND gone IS NULL", (stamp, programme.hex))
        postings = _Postings(opened)
        last = opened.execute("SELECT coalesce(max(id), 0) FROM doc").fetchone()[0]
        for number, card in enumerate(cards, start=last + 1):
            known = orders.facts_of(card.entry)
            places = {name: _place(opened, sorted_ids[name], name, known) for name in orders.KEYS}
            _insert(opened, number, card, orders.written(known, card.codes, places), stamp=stamp)
            postings.add(number, card)
        postings.flush()
        store.set_meta(opened, stamp=stamp)
        opened.execute("COMMIT")
    except BaseException:
        opened.execute("ROLLBACK")
        raise


def _cards(ids: Sequence[UUID], day: date) -> Iterator[filing.Card]:
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        due = Programme.objects.public().filter(pk__in=some).select_related("provider", "current__awarding_body")
        due = due.defer(*(f"current__{name}" for name in NOT_SEARCHED))
        found = {programme.pk: programme for programme in due}
        yield from filing.cards([found[pk] for pk in some if pk in found], day)


def _numbers() -> "array[int]":
    return array("I")


def _insert(opened: Any, number: int, card: filing.Card, facts: str, *, stamp: int) -> None:
    entry = card.entry
    start = entry.next_start.toordinal() if entry.next_start else None
    row = (number, entry.pk.hex, orders.instant(entry.programme_changed_at), start, facts, stamp, None)
    opened.execute("INSERT INTO doc VALUES (?, ?, ?, ?, ?, ?, ?)", row)


class _Postings:
    """Words and hints on their way into a file, written whenever they have grown too many for memory."""

    def __init__(self, opened: Any) -> None:
        self.opened, self.waiting, self.many = opened, defaultdict[tuple[str, int], "array[int]"](_numbers), 0

        self.hints, self.hinted = set[tuple[str, str]](), set[tuple[str, str]]()

    def add(self, number: int, card: filing.Card) -> None:
        waiting, words = self.waiting, card.words
        self.hints |= card.hints
        for each in words.items():
            waiting[each].append(number)
        self.many += len(words)
        if self.many > MOST_IN_MEMORY:
            self.flush()

    def flush(self) -> None:
        store.add_postings(self.opened, self.waiting)
        self.waiting.clear()
        self.many = 0
        store.add_hints(self.opened, self.hints - self.hinted)
        self.hinted |= {hint for hint in self.hints if hint[0] != "title"}
        self.hints.clear()


def _write_orders(fresh: Any, facts: list[orders.Facts]) -> None:
    for name, key in orders.KEYS.items():
        ids = array("I", sorted(range(1, len(facts) + 1), key=lambda number: key(facts[number - 1])))
        ranks = array("I", bytes(4 * len(ids)))
        for rank, number in enumerate(ids):
            ranks[number - 1] = rank
        fresh.execute("INSERT INTO ordering VALUES (?, ?, ?)", (name, ids.tobytes(), ranks.tobytes()))


def _place(opened: Any, sorted_ids: "array[int]", name: str, known: orders.Facts) -> int:
    """Return how many of the programmes of the last rebuild come before this one, by bisection."""
    key_of, low, high = orders.KEYS[name], 0, len(sorted_ids)
    key = key_of(known)
    while low < high:
        middle = (low + high) // 2
        row = opened.execute("SELECT facts FROM doc WHERE id = ?", (sorted_ids[middle],)).fetchone()
        if key_of(orders.read(row[0])[0]) < key:
            low = middle + 1
        else:
            high = middle
    return low


def out_of_step(filed: Iterable[tuple[str, int]], public: Iterable[tuple[UUID, datetime]]) -> list[UUID]:
    """Compare (programme, instant) of the file with those of the database; return what differs, the latest first."""
    there = dict(filed)
    due = [(changed, pk) for pk, changed in public if there.pop(pk.hex, None) != orders.instant(changed)]
    return [pk for _, pk in sorted(due, reverse=True)] + [UUID(pk) for pk in there]
