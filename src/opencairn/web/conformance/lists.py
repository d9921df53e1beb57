"""The door's status lists: one for each purpose, its bits in a file of the data folder."""

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.engine.status import bitstring

from .suites import key_of

PURPOSES = ("revocation", "suspension")
VALID_FOR = timedelta(hours=1)


@contextmanager
def bits_of(purpose: str) -> Iterator[bytearray]:
    """Give the bits of a list, locked, and keep what was changed."""
    path = Path(settings.VAR) / "conformance" / f"{purpose}.bits"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        before = file.read()
        bits = bytearray(before or bytes(bitstring.SMALLEST // 8))
        yield bits
        if bits != before:
            file.truncate(0)
            file.write(bits)


def entry(list_url: str, purpose: str) -> dict[str, Any]:
    """Return a status entry with a random place in the list."""
    index = secrets.randbelow(bitstring.SMALLEST)
    return {
        "id": f"{list_url}#{index}",
        "type": bitstring.ENTRY,
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }


def signed_list(list_url: str, purpose: str, at: datetime) -> dict[str, Any]:
    """Return the list as it stands now, signed."""
    key = key_of("ed25519")
    with bits_of(purpose) as bits:
        document = bitstring.credential(list_url, key.did, bytes(bits), purpose, at, at + VALID_FOR)
    return eddsa_rdfc_2022.sign(document, key, created=at)


def put(purpose: str, index: int, *, is_set: bool) -> None:
    """Set or clear one bit."""
    with bits_of(purpose) as bits:
        mask = 0x80 >> index % 8
        bits[index // 8] = bits[index // 8] | mask if is_set else bits[index // 8] & ~mask
