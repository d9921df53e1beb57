"""CTDL."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from .row import BrokenFile, Description, Row

key = "ctdl"
name = "CTDL"
description = "CTDL"
media_type = "application/ld+json"
suffix = ".ctdl.jsonld"


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
