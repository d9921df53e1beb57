"""Bitstring Status Lists (W3C Recommendation, 15 May 2025): many credentials share one list, some bits each.

A set bit revokes or suspends. A list of messages says something in the issuer's own words, and a list for ``refresh``
that there is a newer version: both are told, and never make a credential invalid, for the standard gives them no such
meaning (§2.1, statusPurpose).
"""

import gzip
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from opencairn.engine.canonical.contexts import CREDENTIALS_V2
from opencairn.engine.keys import base64url_decode, base64url_encode
from opencairn.engine.objections import Malformed, Unsupported
from opencairn.engine.opening import Credential, listed
from opencairn.engine.proofs.data_integrity import instant
from opencairn.engine.report import Step
from opencairn.kit.dates import iso

from .answers import answer, newer, silent, told
from .genuine import Asked, genuine
from .packing import GZIP, LARGEST, malformed, unpack, value

SMALLEST = 131_072  # places in a list that we write, for the privacy of the group (§6.1)
#: places in a list that we read: much used libraries made lists of 100,000 by default, and to refuse one when it says
#: that a credential was revoked would protect nobody
SMALLEST_READ = 100_000
ENTRY = "BitstringStatusListEntry"
PURPOSES = ("revocation", "suspension", "refresh", "message")
_MOST_BITS = 8  # of one status
_TERMS = "urn:opencairn:status:v1:"
#: how a list of ours says that a newer credential took the place of one, and why: beside the bit, for everyone to read
REPLACED_TERMS = {
    "@protected": True,
    "replacedEntry": _TERMS + "replacedEntry",
    "replacedPlace": _TERMS + "replacedPlace",
    "replacedBy": {"@id": _TERMS + "replacedBy", "@type": "@id"},
    "replacedAs": _TERMS + "replacedAs",
}
Document = Mapping[str, Any]


def encode(bits: bytes) -> str:
    """Return the bits as an encodedList: gzip, base64url without padding, multibase ``u``. Same bits, same words."""
    if not SMALLEST <= len(bits) * 8 <= LARGEST:
        raise ValueError(f"a status list needs at least {SMALLEST} bits, and at most {LARGEST}")
    return "u" + base64url_encode(gzip.compress(bits, 9, mtime=0))


def decode(words: object) -> bytes:
    """Return the bits of an encodedList. Stops at 16 MiB however small the input, and at anything malformed."""
    if not isinstance(words, str) or not words.startswith("u"):
        raise malformed()
    try:
        packed = base64url_decode(words[1:].rstrip("="))
    except ValueError:
        raise malformed() from None
    bits = unpack(packed, GZIP)
    if len(bits) * 8 < SMALLEST_READ:
        raise Malformed("The status list is cut short, too short or too long.", "list-length")
    return bits


def with_value(bits: bytes, index: int, new: int, *, size: int = 1) -> bytes:
    """Return the bits with the status at one index changed. Raises ValueError where it does not fit."""
    if not (index >= 0 and (index + 1) * size <= len(bits) * 8 and 0 <= new < 1 << size):
        raise ValueError("no such status in this list")
    changed = bytearray(bits)
    for place in range(size):
        at, is_on = index * size + place, new >> size - 1 - place & 1
        changed[at // 8] = changed[at // 8] & ~(0x80 >> at % 8) | (0x80 >> at % 8) * is_on
    return bytes(changed)


def credential(  # noqa: PLR0917 - address, issuer, bits, purpose, from, until: as they are written
    list_url: str,
    issuer: str,
    bits: bytes,
    purpose: str | Sequence[str],
    at: datetime,
    valid_until: datetime,
    *,
    ttl: timedelta | None = None,
    replaced: Sequence[tuple[int, str, str]] = (),
) -> dict[str, Any]:
    """Return the unsigned list credential, which says how the bits stood at an instant and until when to believe it.

    ``ttl`` is how long a copy may be kept. A list with statuses of more than one bit needs that many times the bits.
    ``replaced`` names places whose credential a newer one took the place of: the place, the new one's URI, and why.
    """
    return {
        "@context": [CREDENTIALS_V2, REPLACED_TERMS] if replaced else [CREDENTIALS_V2],
        "id": list_url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": iso(at),
        "validUntil": iso(valid_until),
        "credentialSubject": {
            "id": f"{list_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose if isinstance(purpose, str) else list(purpose),
            "encodedList": encode(bits),
            **({"ttl": int(ttl.total_seconds() * 1000)} if ttl else {}),
            **({"replacedEntry": [_entry_of(*each) for each in replaced]} if replaced else {}),
        },
    }


def _entry_of(place: int, by: str, kind: str) -> dict[str, Any]:
    return {"replacedPlace": str(place), "replacedBy": by, "replacedAs": kind}


def replacement(subject: Document, place: int) -> tuple[str, str] | None:
    """Return the URI of the credential that took the place of the one at a place, and why; None where none is named."""
    for each in listed(subject.get("replacedEntry")):
        if (
            isinstance(each, dict)
            and each.get("replacedPlace") == str(place)
            and isinstance(each.get("replacedBy"), str)
        ):
            return each["replacedBy"], "renewal" if each.get("replacedAs") == "renewal" else "correction"
    return None


def entry(
    list_url: str, index: int, purpose: str = "revocation", *, messages: Sequence[str] = (), reference: str = ""
) -> dict[str, Any]:
    """Return what a credential says about its place in a list (§2.1).

    ``messages`` has the words for every value a status can take, in order, so 2, 4, 8 … of them; ``reference`` is an
    address that explains them.
    """
    size = max(1, (len(messages) - 1).bit_length())
    if messages and len(messages) != 1 << size:
        raise ValueError("every value of a status needs its message")
    worded = [{"status": hex(number), "message": words} for number, words in enumerate(messages)]
    return {
        "id": f"{list_url}#{index}",
        "type": ENTRY,
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
        **({"statusSize": size, "statusMessage": worded} if messages else {}),
        **({"statusReference": reference} if reference else {}),
    }


def accepts(entry: Document) -> bool:
    """Whether this is an entry of a bitstring list, for a purpose whose meaning is known."""
    return listed(entry.get("type")) == [ENTRY] and entry.get("statusPurpose") in PURPOSES


def address(entry: Document) -> object:
    """Return where the list is."""
    return entry.get("statusListCredential")


def opened(data: bytes, asked: Asked) -> Document:
    """Return the subject of a list credential that was found genuine and in date, its ``ttl`` kept."""
    found = genuine(data, asked)
    subject = subject_of(found, "BitstringStatusListCredential", "BitstringStatusList")
    _in_time(found, subject, asked.at)
    return subject


def subject_of(found: Document, list_type: str, subject_type: str) -> Document:
    """Return the subject of a list credential of these types, or refuse what is another document."""
    subjects = listed(found.get("credentialSubject"))
    fits = len(subjects) == 1 and isinstance(subjects[0], dict) and listed(subjects[0].get("type")) == [subject_type]
    if not fits or list_type not in listed(found.get("type")):
        raise Malformed("What was found is not a status list.", "not-a-list")
    subject: Document = subjects[0]
    return subject


def _in_time(found: Document, subject: Document, at: datetime) -> None:
    """Refuse a list past its time to live. It counts from the reading; without an end date, from the list's own date.

    A verification reads every list anew, so a list that states its end needs no more.
    """
    ttl = subject.get("ttl")
    if ttl is None:
        return
    if isinstance(ttl, bool) or not isinstance(ttl, int) or ttl < 0:
        raise Malformed("The status list does not say properly how long to keep it.", "list-ttl")
    if "validUntil" in found or "validFrom" not in found:
        return
    if at - instant(found["validFrom"], "validFrom") > timedelta(milliseconds=ttl):
        raise Malformed("The status list is older than it says to keep it.", "list-stale")


def index_of(entry: Document, name: str = "statusListIndex") -> int:
    """Return the place of an entry in its list."""
    words = entry.get(name)
    if not isinstance(words, str | int) or isinstance(words, bool) or not str(words).isascii():
        raise Malformed("The status entry does not say its place in the list.", "list-index")
    if not str(words).isdigit() or len(str(words)) > 12:
        raise Malformed("The status entry does not say its place in the list.", "list-index")
    return int(words)


def read(subject: Document, entry: Document, credential: Credential) -> Step:
    """Return what a list says at an entry's place."""
    purpose, size = entry["statusPurpose"], _size_of(entry)
    if purpose not in listed(subject.get("statusPurpose")):
        raise Malformed("The status list is kept for another purpose.", "list-purpose")
    messages, bits = _messages_of(entry, size), decode(subject.get("encodedList"))
    if len(bits) * 8 < SMALLEST_READ * size:
        raise Malformed("The status list is cut short, too short or too long.", "list-length")
    found = value(bits, index_of(entry), size)
    if purpose == "message":
        return told(messages[found])
    if purpose == "refresh":
        return newer() if found else silent()
    return answer(purpose, is_set=found > 0)


def _size_of(entry: Document) -> int:
    size = entry.get("statusSize", 1)
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= _MOST_BITS:
        raise Unsupported(f"The status takes more than {_MOST_BITS} bits.", "status-size")
    return size


def _messages_of(entry: Document, size: int) -> Mapping[int, str]:
    """Return the words for each value; there must be one for every value that ``size`` bits can take (§2.1)."""
    stated = entry.get("statusMessage")
    if stated is None and size == 1 and entry["statusPurpose"] != "message":
        return {}
    read = {
        int(each["status"], 16): each["message"]
        for each in listed(stated)
        if isinstance(each, dict) and _is_hex(each.get("status")) and isinstance(each.get("message"), str)
    }
    if set(read) != set(range(1 << size)) or len(listed(stated)) != 1 << size:
        raise Malformed("The status entry does not have a message for every value.", "list-messages")
    return read


def _is_hex(words: object) -> bool:
    digits = words.removeprefix("0x") if isinstance(words, str) else ""
    return 0 < len(digits) <= 2 and all(each in "0123456789abcdefABCDEF" for each in digits)
