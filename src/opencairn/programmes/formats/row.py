"""The shape of a format, of what it writes and of what it reads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO, Protocol


class BrokenFile(Exception):  # noqa: N818 - it names the thing, as the message does
    """The file as a whole cannot be read: not what it should be, cut off, or far too big. Nothing of it is taken."""


@dataclass(frozen=True)
class ProviderFacts:
    """An organisation as a description names it. ``country`` is ISO 3166-1; "" is not stated, everywhere here."""

    name: str
    country: str = ""
    url: str = ""


@dataclass(frozen=True)
class Quality:
    """A decision in force about the programme: ``kind`` is a code of quality assurance, ``url`` its record."""

    kind: str
    body: ProviderFacts
    number: str = ""
    url: str = ""
    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True)
class Description:
    """One version of a programme as it is written: plain values, all that a format can have a place for.

    ``url`` is the lasting address of the programme, by which a reader finds it again; ``uuid`` its identifier here.
    ``facts`` carry the field names of the version, ``outcomes`` are ``{"text", "skills"}``, ``offerings`` the runs not
    cancelled with the field names of the offering and an ``id``, ``partners`` ``{"role", "name", "url"}``.
    """

    uuid: str
    url: str
    version: int
    published_as: str
    changed_at: datetime
    provider: ProviderFacts
    facts: dict[str, Any]
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    offerings: list[dict[str, Any]] = field(default_factory=list)
    awarding_bodies: tuple[ProviderFacts, ...] = ()
    partners: tuple[dict[str, str], ...] = ()
    quality: tuple[Quality, ...] = ()


@dataclass(frozen=True)
class Row:
    """One listing, or one refused record.

    ``numbers`` are the records it was made from, counted as a person counts them in the file (a header is row 1).
    ``refused`` says why a record is not taken; the facts are then empty, and ``source_id`` is there where it could be
    read: another row, or a part of the same programme, may have the same. ``notes`` say what was left out of one taken.
    ``facts`` and each of ``offerings`` carry the field names of the version and the offering; what is not stated is
    absent. ``quality`` is what the file says was decided: it is read to be compared, never believed.
    """

    numbers: tuple[int, ...]
    source_id: str = ""
    provider: ProviderFacts | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    offerings: list[dict[str, Any]] = field(default_factory=list)
    awarding_bodies: tuple[ProviderFacts, ...] = ()
    partners: tuple[dict[str, str], ...] = ()
    quality: tuple[Quality, ...] = ()
    refused: str = ""
    notes: tuple[str, ...] = ()


class Reader(Protocol):
    """A plug that reads: a module with these names. ``key`` is what a person types, ``name`` what a page shows."""

    key: str
    name: str
    description: str

    def read(self, file: BinaryIO) -> Iterator[Row]:
        """Yield rows in the order of the file. Raises BrokenFile where the file as a whole cannot be read."""


class Format(Reader, Protocol):
    """A plug that also writes. ``media_type`` and ``suffix`` (with its dot) are those of the file it writes."""

    media_type: str
    suffix: str

    def write(self, descriptions: Iterable[Description]) -> Iterator[bytes]:
        """Yield one document with these descriptions, piece by piece; those that ``lacks`` objects to are left out."""

    def lacks(self, description: Description) -> str:
        """Say what the format demands and the description does not state; "" where it can be written."""
