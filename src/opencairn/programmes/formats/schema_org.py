"""schema.org."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from .row import BrokenFile, Description, Row

key = "schema-org"
name = "schema.org"
description = "schema.org"
media_type = "application/ld+json"
suffix = ".schema.jsonld"


def lacks(description: Description) -> str:
    """Say what is missing."""
    return ""


def write(descriptions: Iterable[Description]) -> Iterator[bytes]:
    """Yield the document."""
    yield b""


def read(file: BinaryIO) -> Iterator[Row]:
    """Yield the rows."""
    raise BrokenFile("not yet")
    yield
