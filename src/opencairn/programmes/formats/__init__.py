"""How programmes are exchanged: one file for each format, all of one shape, in two visible tuples.

A format of FORMATS is written and read; READERS has also the catalogues that are only read. A reader turns a file into
rows: facts of a listing in our own terms, or the reason why a record is refused. It states nothing that the source does
not state, keeps nothing and fetches nothing. A writer turns descriptions into one document, piece by piece.
"""

from . import csv_table, ctdl, elm_json, elm_xml, moochub, mslearn, nj_etpl, opencairn, schema_org
from .row import BrokenFile, Description, Format, ProviderFacts, Quality, Reader, Row

FORMATS: tuple[Format, ...] = (schema_org, elm_json, elm_xml, ctdl, moochub, csv_table)
READERS: tuple[Reader, ...] = (*FORMATS, opencairn, nj_etpl, mslearn)

__all__ = [
    "FORMATS",
    "READERS",
    "BrokenFile",
    "Description",
    "Format",
    "ProviderFacts",
    "Quality",
    "Reader",
    "Row",
    "format_named",
    "reader_named",
]


def format_named(key: str) -> Format:
    """Return the format of this key. Raises KeyError with the known keys where there is none."""
    for each in FORMATS:
        if each.key == key:
            return each
    raise KeyError(", ".join(each.key for each in FORMATS))


def reader_named(key: str) -> Reader:
    """Return the reader of this key. Raises KeyError with the known keys where there is none."""
    for each in READERS:
        if each.key == key:
            return each
    raise KeyError(", ".join(each.key for each in READERS))
