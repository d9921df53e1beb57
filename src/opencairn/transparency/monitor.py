"""The outside monitor: reads a log as a stranger, keeps the last head it saw, and says when the log broke its promise.

It knows nothing but the log's public addresses. ``watch`` reads every entry and builds the tree again, so that neither
a rewritten entry nor a tree that does not belong to the entries gets past it; ``glance`` asks for a proof of
consistency since the head seen before, which reads little, and notices a rewritten tree all the same (RFC 9162 §8.3).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from opencairn.engine import merkle
from opencairn.engine.canonical import parse
from opencairn.engine.keys import base64url_decode
from opencairn.engine.objections import Objection
from opencairn.kit.dates import iso, parse_iso
from opencairn.kit.fetch import CannotFetch

from .rules import LOG, MOST_ENTRIES, Head

STALE_AFTER = timedelta(hours=25)  # a head a day, and an hour for a clock or a worker that is late
AHEAD = timedelta(hours=1)  # how far the clock of a log may be ahead of the monitor's
LARGEST = 1_000_000  # bytes of one answer
Fetch = Callable[[str], bytes]


class Caught(Exception):  # noqa: N818 - what was found, not a fault of the program
    """The log broke its promise. ``what`` is a word for programs, the message a sentence, ``head`` the evidence."""

    def __init__(self, what: str, message: str, head: Head | None = None) -> None:
        super().__init__(message)
        self.what = what
        self.head = head


class CannotTell(Exception):  # noqa: N818 - an answer about a log
    """The log could not be read, or not understood."""


@dataclass(frozen=True)
class Seen:
    """What a visit found in order: the head, how many entries were read, and whether a newer head was due."""

    head: Head
    entries: int
    stale: bool


def watch(log: str, *, fetch: Fetch, at: datetime, seen: Head | None = None) -> Seen:
    """Read the head and every entry of a log. Raises Caught, CannotTell."""
    head = _head(log, fetch, seen, at)
    edge: tuple[bytes, ...] = ()
    keys: set[str] = set()
    for first, last in _pages(head, seen):
        texts = _entries(log, fetch, first, last, head)
        _made, edge = merkle.grown(first, edge, [merkle.leaf_hash(text.encode()) for text in texts])
        keys |= {key for text in texts if (key := _log_key(text))}
        if seen and last + 1 == seen.size and merkle.folded(edge) != seen.root:
            raise Caught("rewritten", _REWRITTEN.format(size=seen.size, at=seen.at), head)
    if merkle.folded(edge) != head.root:
        raise Caught("entries", "The entries that the log shows are not those that its head was made from.", head)
    if head.key not in keys:
        raise Caught("unknown key", "The head is signed by a key that the log does not announce.", head)
    return Seen(head, head.size, _is_stale(head, at))


def glance(log: str, *, fetch: Fetch, at: datetime, seen: Head) -> Seen:
    """Check that a log grew out of the head seen before, without reading the entries. Raises Caught, CannotTell."""
    head = _head(log, fetch, seen, at)
    if head.key != seen.key:
        raise CannotTell(
            "The log is signed by another key than before. Read all its entries, which have to announce it."
        )
    if 0 < seen.size < head.size:
        found = _read(log, f"consistency/{seen.size}/{head.size}.json", fetch)
        proof = found.get("proof")
        if not isinstance(proof, list):
            raise CannotTell("The log answered with a proof that cannot be read.")
        hashes = [_hash(each, "a proof") for each in proof]
        if not merkle.consistency_holds(seen.size, seen.root, head.size, head.root, hashes):
            raise Caught("rewritten", _REWRITTEN.format(size=seen.size, at=seen.at), head)
    return Seen(head, 0, _is_stale(head, at))


_REWRITTEN = "The first {size} entries are not those that the log signed on {at}: it was rewritten."


def head_from(data: bytes) -> Head:
    """Read a head as it is served and kept. Raises CannotTell where it is none."""
    found = _object(data)
    try:
        head = Head(
            origin=str(found["origin"]),
            size=_whole(found["size"]),
            root=_hash(found["root"], "a root"),
            at=str(found["at"]),
            key=str(found["key"]),
            signature=base64url_decode(str(found["signature"])),
        )
        exact = iso(parse_iso(head.at)) == head.at and f"{head.origin}{head.key}".isprintable()  # one line each
    except (KeyError, ValueError, OverflowError):
        exact = False
    if not exact:
        raise CannotTell("This is not the head of a log.")
    return head


def head_text(head: Head) -> bytes:
    """Return a head as it is kept between two visits."""
    return json.dumps(head.data, indent=1).encode() + b"\n"


def _head(log: str, fetch: Fetch, seen: Head | None, at: datetime) -> Head:
    """Read the newest head and hold it against the one seen before."""
    head = head_from(_bytes(log, "head.json", fetch))
    if not head.holds:
        raise Caught("forged", "The signature of the head does not hold.", head)
    if parse_iso(head.at) > at + AHEAD:
        raise Caught("ahead", f"The head is dated {head.at}, which is still to come by the clock here.", head)
    if seen is None:
        return head
    if head.origin != seen.origin:
        raise Caught("another log", f"This is the log {head.origin}, not {seen.origin} as before.", head)
    if head.size < seen.size:
        raise Caught(
            "shrunk",
            f"The log had {seen.size} entries on {seen.at}, and now shows {head.size}: some were cut off.",
            head,
        )
    if head.size == seen.size and head.root != seen.root:
        raise Caught("fork", f"The log signed two different trees of {head.size} entries.", head)
    return head


def _pages(head: Head, seen: Head | None) -> list[tuple[int, int]]:
    """Return from where to where to read, with a cut where the head seen before ended."""
    cuts = sorted({0, head.size, *range(0, head.size, MOST_ENTRIES), *([seen.size] if seen else [])})
    return [(first, after - 1) for first, after in pairwise(cuts)]


def _entries(log: str, fetch: Fetch, first: int, last: int, head: Head) -> list[str]:
    """Return the texts of entries, as they were hashed."""
    found = _read(log, f"entries/{first}-{last}.json", fetch).get("entries")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise CannotTell("The log answered with entries that cannot be read.")
    texts = [each.get("text") for each in found]
    if [each.get("index") for each in found] != list(range(first, last + 1)) or not all(
        isinstance(each, str) for each in texts
    ):
        raise Caught("entries", f"The log does not show the entries {first} to {last} that its head counts.", head)
    return texts


def _log_key(text: str) -> str:
    """Return the key of the log that an entry announces, "" for any other entry."""
    try:
        entry = json.loads(text)
        facts = entry["facts"] if entry["kind"] == "key" else {}
        return str(facts["key"]) if (facts.get("holder"), facts.get("act")) == (LOG, "made") else ""
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def _is_stale(head: Head, at: datetime) -> bool:
    return parse_iso(head.at) + STALE_AFTER < at


def _bytes(log: str, what: str, fetch: Fetch) -> bytes:
    try:
        return fetch(f"{log.rstrip('/')}/{what}")
    except CannotFetch as fault:
        raise CannotTell(f"The log could not be read: {fault}") from fault


def _read(log: str, what: str, fetch: Fetch) -> Mapping[str, Any]:
    return _object(_bytes(log, what, fetch))


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = parse(data, largest=LARGEST)
    except Objection as fault:
        raise CannotTell(f"What the log answered cannot be read: {fault}") from fault
    if not isinstance(found, dict):
        raise CannotTell("What the log answered cannot be read.")
    return found


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= merkle.LARGEST:
        raise ValueError("not a size")
    return value


def _hash(value: object, what: str) -> bytes:
    """Read a hash in hexadecimal. Raises CannotTell."""
    if not isinstance(value, str) or len(value) != 2 * merkle.WIDTH:
        raise CannotTell(f"The log answered with {what} that cannot be read.")
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise CannotTell(f"The log answered with {what} that cannot be read.") from None
