"""Who may judge: a chain of dated mandates from the state to an accreditor, a certifier and its assessors (Q7)."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Link:
    """One mandate. ``granted_by`` is None at the top. Without a ``framework`` it counts for all.

    It counts from its first day to its last, or to the eve of the day it ended on before.
    """

    holder: Hashable
    granted_by: Hashable | None
    framework: str
    first_on: date
    last_on: date
    ended_on: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether it is in force on the day."""
        return self.first_on <= day <= self.last_on and (self.ended_on is None or day < self.ended_on)


def chain_on(day: date, holder: Hashable, framework: str, links: Iterable[Link]) -> tuple[Link, ...]:
    """Return the unbroken chain that lets a holder judge under a framework on a day, from the top down; () for none.

    The shortest one counts. Mandates that lead in a circle lead nowhere.
    """
    there = [each for each in links if each.framework in ("", framework) and each.counts_on(day)]
    paths: list[tuple[Link, ...]] = [(each,) for each in there if each.holder == holder]
    seen = {holder}
    while paths:
        if done := next((path for path in paths if path[0].granted_by is None), None):
            return done
        above = {path[0].granted_by: path for path in paths if path[0].granted_by not in seen}
        seen |= set(above)
        paths = [(each, *path) for granter, path in above.items() for each in there if each.holder == granter]
    return ()
