"""StatusList2021 and RevocationList2020 (W3C CCG drafts), the elders of Bitstring Status Lists: read, never written."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opencairn.engine.objections import Malformed
from opencairn.engine.opening import Credential, listed
from opencairn.engine.report import Step

from .answers import answer
from .bitstring import SMALLEST_READ, index_of, subject_of
from .genuine import Asked, genuine
from .packing import GZIP, ZLIB, malformed, unpack, value

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """How one of the two names things."""

    list_type: str
    subject_type: str
    purposes: tuple[str, ...]


_KINDS: Mapping[str, Words] = {
    "StatusList2021Entry": Words("StatusList2021Credential", "StatusList2021", ("revocation", "suspension")),
    "RevocationList2020Status": Words("RevocationList2020Credential", "RevocationList2020", ("revocation",)),
}
#: entries of the elder kind are found with the names of the younger one too
_ADDRESSES = ("statusListCredential", "revocationListCredential")
_INDEXES = ("statusListIndex", "revocationListIndex")


@dataclass(frozen=True)
class List:
    """A genuine list: its subject, and how it names things."""

    subject: Document
    words: Words


def _words(entry: Document) -> Words | None:
    kinds = listed(entry.get("type"))
    return _KINDS.get(kinds[0]) if len(kinds) == 1 and isinstance(kinds[0], str) else None


def accepts(entry: Document) -> bool:
    """Whether this is an entry of either kind, for a purpose whose meaning is known."""
    words = _words(entry)
    return words is not None and entry.get("statusPurpose", "revocation") in words.purposes


def address(entry: Document) -> object:
    """Return where the list is."""
    return next((entry[name] for name in _ADDRESSES if name in entry), None)


def opened(data: bytes, asked: Asked) -> List:
    """Return a list credential that was found genuine and in date."""
    found = genuine(data, asked)
    for words in _KINDS.values():
        if words.list_type in listed(found.get("type")):
            return List(subject_of(found, words.list_type, words.subject_type), words)
    raise Malformed("What was found is not a status list.", "not-a-list")


def read(found: List, entry: Document, credential: Credential) -> Step:
    """Return what a list says at an entry's place."""
    purpose = entry.get("statusPurpose", "revocation")
    if found.words != _words(entry) or purpose not in listed(found.subject.get("statusPurpose", "revocation")):
        raise Malformed("The status list is kept for another purpose.", "list-purpose")
    bits, index = _decoded(found.subject.get("encodedList")), next((name for name in _INDEXES if name in entry), "")
    return answer(purpose, is_set=value(bits, index_of(entry, index), 1) > 0)


def _decoded(words: object) -> bytes:
    """Return the bits: gzip or zlib, base64 in either alphabet, for the drafts and their readers disagreed."""
    if not isinstance(words, str):
        raise malformed()
    bare = words.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        packed = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise malformed() from None
    bits = unpack(packed, GZIP if packed.startswith(b"\x1f\x8b") else ZLIB)
    if len(bits) * 8 < SMALLEST_READ:
        raise Malformed("The status list is cut short, too short or too long.", "list-length")
    return bits
