"""The shape of a format and of what it reads."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol


class BrokenFile(Exception):  # noqa: N818 - it names the thing, as the message does
    """The file as a whole cannot be read: not what it should be, cut off, or far too big. Nothing of it is taken."""


@dataclass(frozen=True)
class ProviderFacts:
    """Who provides a listing, as the source states it. ``country`` is ISO 3166-1, "" where it is not stated."""

    name: str
    country: str = ""


@dataclass(frozen=True)
class Row:
    """One listing, or one refused record.

    ``numbers`` are the records it was made from, counted as a person counts them in the file (a header is row 1).
    ``refused`` says why a record is not taken; the facts are then empty. ``notes`` say what was left out of one taken.
    ``facts`` and ``offering`` carry the field names of the version and the offering; what is not stated is absent.
    """

    numbers: tuple[int, ...]
    source_id: str = ""
    provider: ProviderFacts | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    offering: dict[str, Any] | None = None
    refused: str = ""
    notes: tuple[str, ...] = ()


class Format(Protocol):
    """A plug: a module with these three names."""

    name: str
    description: str

    def read(self, file: BinaryIO) -> Iterator[Row]:
        """Yield rows in the order of the file. Raises BrokenFile where the file as a whole cannot be read."""
