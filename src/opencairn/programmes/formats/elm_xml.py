"""European Learning Model, XML."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from .row import BrokenFile, Description, Row

key = "elm-xml"
name = "European Learning Model, XML"
description = "European Learning Model, XML"
media_type = "application/xml"
suffix = ".elm.xml"


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
