"""Taxonomies of skills we can read: one file each, all of one shape, listed in TAXONOMIES.

A plug turns an archive into rows, or into the reason why a row is refused. It states nothing that the archive does not
state, writes nothing and fetches nothing.
"""

from . import digcomp, esco, onet
from .checking import checked
from .row import Plug, Row
from .source import BrokenSource, Source, open_source

TAXONOMIES: tuple[Plug, ...] = (esco, onet, digcomp)

__all__ = ["TAXONOMIES", "BrokenSource", "Plug", "Row", "Source", "checked", "open_source", "taxonomy_named"]


def taxonomy_named(key: str) -> Plug:
    """Return the plug of this key. Raises KeyError with the known keys where there is none."""
    for each in TAXONOMIES:
        if each.key == key:
            return each
    raise KeyError(", ".join(each.key for each in TAXONOMIES))
