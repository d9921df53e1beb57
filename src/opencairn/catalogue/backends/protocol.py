"""What every search engine of the catalogue can do, in plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

SORTS = ("best", "start", "length", "work", "credits", "price", "new", "title")


@dataclass(frozen=True)
class Criteria:
    """What somebody asks of the catalogue: words, chosen codes for each filter key, and an order."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "best"


@dataclass(frozen=True)
class Found:
    """One page of programmes in order, how many there are in all, and counts for each filter key and code.

    The counts of a filter obey the words and every other filter, but not the filter itself.
    ``relaxed`` says that nothing has every word, and that these have the most telling of them. ``guessed`` are words
    that nothing has, and for which others much like them were taken.
    """

    programmes: list[UUID]
    total: int
    counts: Mapping[str, Mapping[str, int]]
    relaxed: bool = False
    guessed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """Words to search for, and what they are: ``title``, ``provider`` or ``skill``."""

    kind: str
    words: str


class SearchBackend(Protocol):
    """An engine that files the public programmes and finds them again."""

    def is_current(self, day: date) -> bool:
        """Whether nothing changed since the index was brought up to date; has to be cheap."""

    def refresh(self, *, at: datetime, most: int | None = None) -> int:
        """File what changed since last time, drop what was withdrawn; return how many entries, at most ``most``."""

    def rebuild(self, *, at: datetime) -> int:
        """Throw the index away and file every public programme; return how many."""

    def suggest(self, beginning: str, *, most: int) -> list[Suggestion]:
        """Return titles, providers and skills that begin so, without regard to case and accents."""

    def search(self, criteria: Criteria, *, day: date, first: int, last: int) -> Found:
        """Return the hits from ``first`` to before ``last`` and all counts, as of a day."""
