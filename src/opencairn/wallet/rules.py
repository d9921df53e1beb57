"""Pure decisions of the wallet."""

from collections.abc import Iterable
from typing import TypeVar

from opencairn.kit.ids import slug

MOST_IN_A_CAIRN = 9
Held = TypeVar("Held")


def piles(held: Iterable[tuple[int, Held]], *, most: int = MOST_IN_A_CAIRN) -> list[tuple[int | None, list[Held]]]:
    """Part (year, thing) pairs into cairns that can be read: one of all, or one for each year, newest first.

    Up to ``most`` things stay together and the year is None. A year with more than that is cut into several.
    """
    pairs = list(held)
    if not pairs:
        return []
    if len(pairs) <= most:
        return [(None, [thing for _, thing in pairs])]
    parted: list[tuple[int | None, list[Held]]] = []
    for year in sorted({year for year, _ in pairs}, reverse=True):
        things = [thing for of, thing in pairs if of == year]
        parted += [(year, things[start : start + most]) for start in range(0, len(things), most)]
    return parted


def file_name(title: str, kind: str) -> str:
    """Return a safe file name of plain letters, such as ``water-quality-monitoring.pdf``."""
    return f"{slug(title, longest=60)}.{kind}"
