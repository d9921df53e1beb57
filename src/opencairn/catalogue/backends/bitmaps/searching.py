"""Finding, counting and ordering on a snapshot, by sets of numbers alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap

from opencairn.catalogue.backends.asking import Asked
from opencairn.catalogue.filters import BY_NAME, QUALITY, counted as to_count

from . import store
from .snapshot import Snapshot

Sums = dict[int, BitMap]


@dataclass(frozen=True)
class Words:
    """The filed words of a file, for ``asking.spelled_out``."""

    opened: Any

    def endings(self, beginning: str, most: int) -> list[str]:
        """Return filed words that begin so."""
        question = "SELECT DISTINCT word FROM posting WHERE word >= ? AND word < ? ORDER BY word LIMIT ?"
        return [row[0] for row in self.opened.execute(question, (beginning, beginning + "\U0010ffff", most))]

    def known(self, words: Collection[str]) -> set[str]:
        """Return those of the words that are filed."""
        return {row[0] for row in store.asked_for(self.opened, "SELECT word FROM posting WHERE word IN (%s)", words)}


def levels(opened: Any, asked: Asked) -> Sums:
    """Return the numbers a word of a search hits, by what the best hit is worth; no number stands twice."""
    found: Sums = {}
    question = "SELECT word, weight, docs FROM posting WHERE word IN (%s)"
    for word, weight, docs in store.asked_for(opened, question, asked.filed):
        worth = weight * asked.worth(word)
        some = BitMap.deserialize(docs)
        found[worth] = found[worth] | some if worth in found else some
    seen = BitMap()
    for worth in sorted(found, reverse=True):
        found[worth] = found[worth] - seen
        seen |= found[worth]
    return found


def matching(snapshot: Snapshot, words: list[Sums]) -> BitMap:
    """Return the living numbers that every word hits."""
    found = snapshot.alive
    for sums in words:
        found = found & BitMap.union(*sums.values()) if sums else BitMap()
    return found


def narrowed(
    snapshot: Snapshot, hits: BitMap, chosen: Mapping[str, Collection[str]], accredited: BitMap, *, but: str = ""
) -> BitMap:
    """Keep the hits that carry one of the codes of each chosen filter, but one."""
    for name, codes in chosen.items():
        if name == but:
            continue
        of = snapshot.marks.get(name, {})
        some = BitMap.union(BitMap(), *(of[code] for code in codes if code in of))
        if name == QUALITY.name:
            some -= accredited
            some |= accredited if QUALITY.DAILY in codes else BitMap()
        hits = hits & some
    return hits


def counts(
    snapshot: Snapshot, matched: BitMap, found: BitMap, chosen: Mapping[str, Collection[str]], accredited: BitMap
) -> dict[str, dict[str, int]]:
    """Count every code of every filter, each filter without its own narrowing."""
    counted: dict[str, dict[str, int]] = {}
    for name in BY_NAME:
        hits = narrowed(snapshot, matched, chosen, accredited, but=name) if name in chosen else found
        in_force = hits.intersection_cardinality(accredited) if name == QUALITY.name else 0
        left = hits - accredited if in_force else hits
        marks, codes = snapshot.marks.get(name, {}), to_count(name, chosen.get(name, ()))
        some = marks if codes is None else {code: marks[code] for code in codes if code in marks}
        numbers = {code: number for code, docs in some.items() if (number := docs.intersection_cardinality(left))}
        counted[name] = {QUALITY.DAILY: in_force, **numbers} if in_force else numbers
    return counted


def best_first(snapshot: Snapshot, words: list[Sums], hits: BitMap, first: int, last: int) -> list[int]:
    """Return hits by the sum of what their words are worth; the shorter title wins a tie."""
    sums: Sums = {0: hits}
    for word in words:
        added: Sums = {}
        for so_far, some in sums.items():
            for worth, docs in word.items():
                if both := some & docs:
                    total = so_far + worth
                    added[total] = added[total] | both if total in added else both
        sums = added
    page: list[int] = []
    passed = 0
    for total in sorted(sums, reverse=True):
        some = sums[total]
        if passed + len(some) > first and passed < last:
            page += snapshot.first("brief", some, max(first - passed, 0), last - passed)
        passed += len(some)
    return page
