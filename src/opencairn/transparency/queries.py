"""Reads of the log: entries, heads, and proofs about them, made from O(log n) stored hashes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from opencairn.engine import merkle
from opencairn.engine.merkle import Place
from opencairn.kit.dates import iso
from opencairn.kit.errors import Refused

from .models import Entry, Log, LogKey, TreeHead
from .rules import Head


class NotInLog(Refused):
    """There is no such entry, or the log never was of such a size."""

    status = 404


def read(places: Sequence[Place]) -> Mapping[Place, bytes]:
    """Return the stored hashes at these places: leaves stand with their entries, the others are nodes.

    One plain statement: to build two by the ORM takes longer than to find the rows among ten million.
    """
    if not places:
        return {}
    numbers = {place.number: place for place in places}
    leaves = [place.offset for place in places if place.level == 0]
    nodes = [number for number, place in numbers.items() if place.level]
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT 2 * "index", leaf FROM transparency_entry WHERE "index" IN ({_marks(leaves)}) UNION ALL '  # noqa: S608 - marks alone
            f"SELECT number, hash FROM transparency_node WHERE number IN ({_marks(nodes)})",
            [*leaves, *nodes],
        )
        return {numbers[number]: bytes(each) for number, each in cursor.fetchall()}


def _marks(values: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(values)) or "NULL"


def size() -> int:
    """Return how many entries the log has."""
    return Log.objects.values_list("size", flat=True).first() or 0


def head_of(row: TreeHead) -> Head:
    """Return a stored head as what was signed."""
    return Head(row.origin, row.size, bytes(row.root), iso(row.at), row.key.did, bytes(row.signature))


def heads() -> QuerySet[TreeHead]:
    """Return every signed head, the newest first."""
    return TreeHead.objects.select_related("key").order_by("-pk")


def latest_head() -> TreeHead | None:
    """Return the newest signed head, None where the log has none yet."""
    return heads().first()


def begun_at() -> datetime | None:
    """Return when the first entry was appended, None where there is none yet."""
    return Entry.objects.filter(index=0).values_list("at", flat=True).first()


def log_keys() -> QuerySet[LogKey]:
    """Return the keys that signed heads, the newest first."""
    return LogKey.objects.order_by("-pk")


def entry(index: int) -> Entry:
    """Return the entry at an index. Raises NotInLog."""
    found = Entry.objects.filter(index=index).first() if 0 <= index < merkle.LARGEST else None
    if found is None:
        raise NotInLog(_("The log has no entry of this number."))
    return found


def entries(first: int, last: int) -> list[Entry]:
    """Return the entries from one index to another, both included. Raises NotInLog where some are not there."""
    if not 0 <= first <= last < size():
        raise NotInLog(
            _("The log has %(size)d entries, counted from 0. Ask for some of these, the lower number first.")
            % {"size": size()}
        )
    return list(Entry.objects.between(first, last))


def about(kind: str, what: str) -> QuerySet[Entry]:
    """Return the entries of a kind about one thing, such as a decision's number, the oldest first."""
    return Entry.objects.filter(kind=kind, about=what).order_by("index")


@dataclass(frozen=True)
class Inclusion:
    """An entry, and the proof that it stands in the tree of ``size`` entries with this root.

    ``head`` is the signed head of that very size, where there is one.
    """

    entry: Entry
    size: int
    root: bytes
    proof: tuple[bytes, ...]
    head: Head | None

    @property
    def data(self) -> dict[str, Any]:
        """The proof as programs read it."""
        return {
            "entry": entry_data(self.entry),
            "size": self.size,
            "root": self.root.hex(),
            "proof": [each.hex() for each in self.proof],
            "head": self.head.data if self.head else None,
        }


def entry_data(found: Entry) -> dict[str, Any]:
    """Return an entry as programs read it: ``text`` is to be hashed as it stands."""
    return {"index": found.index, "leaf": bytes(found.leaf).hex(), "text": found.text}


def inclusion_of(found: Entry, *, within: int | None = None) -> Inclusion | None:
    """Return the proof for an entry, under the newest head or in the tree of some size.

    None where no head covers the entry yet. Raises NotInLog for a size that the log does not have, or that leaves the
    entry out.
    """
    row = latest_head() if within is None else TreeHead.objects.select_related("key").filter(size=within).last()
    if within is None and (row is None or row.size <= found.index):
        return None
    wanted = row.size if row else within or 0
    if not found.index < wanted <= size():
        raise NotInLog(
            _("Entry %(index)d is not in a log of that size. Ask for a size from %(least)d to %(most)d.")
            % {"index": found.index, "least": found.index + 1, "most": size()}
        )
    proof = merkle.inclusion_proof(found.index, wanted, read)
    root = bytes(row.root) if row else merkle.root(wanted, read)
    return Inclusion(found, wanted, root, proof, head_of(row) if row else None)


def entry_of_leaf(leaf: bytes) -> Entry:
    """Return the first entry with this leaf hash. Raises NotInLog."""
    found = Entry.objects.filter(leaf=leaf).order_by("index").first()
    if found is None:
        raise NotInLog(_("The log has no entry with this hash."))
    return found


def entry_of_credential(sha256: str) -> Entry | None:
    """Return the entry of a credential, by the hash that ``rules.credential_hash`` makes of it; None where none is."""
    return about("credential", sha256).first()


def inclusion_of_credential(sha256: str) -> Inclusion | None:
    """Return the proof that a credential is in the log; None where it is not, or no head covers it yet."""
    found = entry_of_credential(sha256)
    return inclusion_of(found) if found else None


def consistency(old: int, new: int) -> tuple[bytes, ...]:
    """Return the proof that the log of ``new`` entries began as the log of ``old``. Raises NotInLog."""
    if not 0 <= old <= new <= size():
        raise NotInLog(
            _("The log has %(size)d entries. Ask for two sizes from 0 to that, the smaller first.") % {"size": size()}
        )
    return merkle.consistency_proof(old, new, read)
