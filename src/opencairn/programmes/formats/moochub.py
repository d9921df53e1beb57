"""MOOChub 3."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from .row import BrokenFile, Description, Row

key = "moochub"
name = "MOOChub 3"
description = "MOOChub 3"
media_type = "application/vnd.api+json"
suffix = ".moochub.json"


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
