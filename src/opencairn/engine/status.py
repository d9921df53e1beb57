"""Bitstring Status Lists (W3C Recommendation, 15 May 2025): many credentials share one list, one bit each."""

import base64
import binascii
import gzip
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from opencairn.kit.dates import iso

from .canonical.contexts import CREDENTIALS_V2
from .objections import Malformed, Unsupported

SMALLEST = 131_072  # bits, for the privacy of the group (§6.1)
LARGEST = 16 * 1024 * 1024 * 8  # bits this engine is willing to unpack
ENTRY = "BitstringStatusListEntry"


def encode(bits: bytes) -> str:
    """Return the bits as an encodedList: gzip, base64url without padding, multibase ``u``. Same bits, same words."""
    if len(bits) * 8 < SMALLEST:
        raise ValueError(f"a status list needs at least {SMALLEST} bits")
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits, 9, mtime=0)).decode().rstrip("=")


def decode(words: object) -> bytes:
    """Return the bits of an encodedList. Stops at 16 MiB however small the input, and at anything malformed."""
    if not isinstance(words, str) or not words.startswith("u"):
        raise Malformed("The status list is not encoded as the standard says.", "list-encoding")
    unpack = zlib.decompressobj(wbits=31)  # gzip only
    try:
        packed = base64.b64decode(words[1:] + "=" * (-len(words[1:]) % 4), altchars=b"-_", validate=True)
        bits = unpack.decompress(packed, LARGEST // 8)
    except (binascii.Error, ValueError, zlib.error):
        raise Malformed("The status list is not encoded as the standard says.", "list-encoding") from None
    if not unpack.eof or len(bits) * 8 < SMALLEST:
        raise Malformed("The status list is cut short, too short or too long.", "list-length")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Return one bit; index 0 is the most significant bit of the first byte."""
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def credential(  # noqa: PLR0917 - address, issuer, bits, purpose, from, until: as they are written
    list_url: str, issuer: str, bits: bytes, purpose: str, at: datetime, valid_until: datetime
) -> dict[str, Any]:
    """Return the unsigned list credential, which says how the bits stood at an instant and until when to believe it."""
    return {
        "@context": [CREDENTIALS_V2],
        "id": list_url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": iso(at),
        "validUntil": iso(valid_until),
        "credentialSubject": {
            "id": f"{list_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode(bits),
        },
    }


def index_of(entry: Mapping[str, Any]) -> int:
    """Return the place of an entry in its list."""
    words = entry.get("statusListIndex")
    if not isinstance(words, str | int) or isinstance(words, bool) or not str(words).isascii():
        raise Malformed("The status entry does not say its place in the list.", "list-index")
    if not str(words).isdigit() or len(str(words)) > 12:
        raise Malformed("The status entry does not say its place in the list.", "list-index")
    return int(words)


def read_bit(list_document: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Return the bit of an entry from a list credential that was already checked to be genuine."""
    subject = list_document.get("credentialSubject")
    types = list_document.get("type")
    if not isinstance(subject, dict) or not isinstance(types, list) or "BitstringStatusListCredential" not in types:
        raise Malformed("What was found is not a status list.", "not-a-list")
    if subject.get("type") not in ("BitstringStatusList", ["BitstringStatusList"]):
        raise Malformed("What was found is not a status list.", "not-a-list")
    purposes = subject.get("statusPurpose")
    if entry.get("statusPurpose") not in (purposes if isinstance(purposes, list) else [purposes]):
        raise Malformed("The status list is kept for another purpose.", "list-purpose")
    if entry.get("statusSize", 1) != 1:
        raise Unsupported("The status takes more than one bit.", "status-size")
    bits, index = decode(subject.get("encodedList")), index_of(entry)
    if index >= len(bits) * 8:
        raise Malformed("The status entry points beyond the end of its list.", "list-index-range")
    return is_set(bits, index)
