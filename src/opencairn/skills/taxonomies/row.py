"""The shape of a taxonomy we can read, and of what it yields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .source import Source


@dataclass(frozen=True)
class Row:
    """One concept in the languages that a file states it in, or one refused record.

    ``where`` is the file and the row a person finds it in (a header is row 1). What the file does not state is empty.
    """

    where: str
    uri: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    kind: str = ""
    reuse: str = ""
    status: str = ""
    is_group: bool = False
    broader: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    occupations: int = 0
    refused: str = ""


class Plug(Protocol):
    """A taxonomy: a module with these names. ``credit`` may hold ``{version}``.

    Every address that begins with ``space`` is one of this taxonomy's, so one that it does not have is no skill; ""
    where it shares its addresses with another.
    """

    key: str
    name: str
    credit: str
    licence: str
    description: str
    space: str

    def version_of(self, source: Source) -> str:
        """Return the version a source says it is, "" where it does not."""

    def read(self, source: Source, version: str) -> Iterator[Row]:
        """Yield rows in the order of the files. Raises BrokenSource where the whole cannot be read."""
