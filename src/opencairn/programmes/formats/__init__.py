"""Foreign catalogues we can read: one file each, all of one shape, listed in FORMATS.

A format turns a file into rows: facts of a listing in our own terms, or the reason why a record is refused. It states
nothing that the source does not state, writes nothing and fetches nothing.
"""

from . import mslearn, nj_etpl
from .row import BrokenFile, Format, ProviderFacts, Row

FORMATS: tuple[Format, ...] = (nj_etpl, mslearn)

__all__ = ["FORMATS", "BrokenFile", "Format", "ProviderFacts", "Row", "format_named"]


def format_named(name: str) -> Format:
    """Return the format of this name. Raises KeyError with the known names where there is none."""
    for each in FORMATS:
        if each.name == name:
            return each
    raise KeyError(", ".join(each.name for each in FORMATS))
