"""Merkle trees over an append-only log: growing, roots, proofs of inclusion and of consistency, and their checks.

Sources: RFC 6962 §2.1 and RFC 9162 §2.1 (hashing, proofs, and the algorithms that check them). A tree of n leaves falls
into complete subtrees, one for each bit of n; their hashes never change again, so they are what is stored, and every
answer is made from O(log n) of them. Hashes are 32 bytes of SHA-256.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

EMPTY = hashlib.sha256(b"").digest()  # the root of the tree without leaves
WIDTH = 32
LARGEST = 1 << 62  # leaves; beyond it a place has no number that a database can hold


class Place(NamedTuple):
    """A complete subtree: the 2^level leaves from leaf ``offset`` · 2^level on. A leaf is at level 0."""

    level: int
    offset: int

    @property
    def number(self) -> int:
        """The one number of this place, counted from left to right through the whole tree: leaves are even."""
        return (2 * self.offset + 1 << self.level) - 1


Read = Callable[[Sequence[Place]], Mapping[Place, bytes]]  # the stored hashes at these places


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one entry of the log."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """Return the largest power of two below the size: how many leaves the left half has."""
    return 1 << (size - 1).bit_length() - 1


def covering(start: int, end: int) -> tuple[Place, ...]:
    """Return the complete subtrees that make up the leaves from ``start`` up to ``end``, from left to right.

    ``start`` has to be where a subtree of the size of the whole range begins, as it is in every proof.
    """
    places = []
    while start < end:
        level = (end - start).bit_length() - 1
        places.append(Place(level, start >> level))
        start += 1 << level
    return tuple(places)


def edge(size: int) -> tuple[Place, ...]:
    """Return the complete subtrees of a tree, the largest first: all that is needed to go on growing it."""
    return covering(0, size)


def folded(hashes: Sequence[bytes]) -> bytes:
    """Return the hash over complete subtrees that stand side by side, the largest first."""
    if not hashes:
        return EMPTY
    whole = hashes[-1]
    for left in reversed(hashes[:-1]):
        whole = node_hash(left, whole)
    return whole


def grown(size: int, hashes: Sequence[bytes], leaves: Iterable[bytes]) -> tuple[dict[Place, bytes], tuple[bytes, ...]]:
    """Append leaf hashes to a tree of this size and edge; return every subtree that became complete, and the new edge.

    The leaves themselves are among what became complete. A leaf takes two hashes on the average.
    """
    places = dict(zip(edge(size), hashes, strict=True))
    made: dict[Place, bytes] = {}
    for leaf in leaves:
        place, whole = Place(0, size), leaf
        made[place] = whole
        while place.offset % 2:
            left = Place(place.level, place.offset - 1)
            whole = node_hash(made[left] if left in made else places[left], whole)
            place = Place(place.level + 1, place.offset // 2)
            made[place] = whole
        size += 1
    return made, tuple(made[place] if place in made else places[place] for place in edge(size))


def root(size: int, read: Read) -> bytes:
    """Return the root of the first ``size`` leaves."""
    places = edge(size)
    stored = read(places)
    return folded([stored[place] for place in places])


Ranges = tuple[tuple[int, int], ...]


def _hashes(ranges: Ranges, read: Read) -> tuple[bytes, ...]:
    """Return the hash over each range of leaves, with one reading for all of them."""
    covers = [covering(start, end) for start, end in ranges]
    stored = read([place for cover in covers for place in cover])
    return tuple(folded([stored[place] for place in cover]) for cover in covers)


def _inclusion(index: int, size: int) -> Ranges:
    """Return what stands beside the way from a leaf up to the root (RFC 9162 §2.1.3.1)."""
    beside, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    return tuple(reversed(beside))


def inclusion_proof(index: int, size: int, read: Read) -> tuple[bytes, ...]:
    """Return the proof that a leaf is in the tree of the first ``size`` leaves. Raises ValueError where it is not."""
    if not 0 <= index < size <= LARGEST:
        raise ValueError("the leaf lies outside of the tree")
    return _hashes(_inclusion(index, size), read)


def _consistency(old: int, size: int) -> Ranges:
    """Return what shows that the first ``old`` leaves stayed as they were (RFC 9162 §2.1.4.1)."""
    beside, start, end = [], 0, size
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    return (*(((start, end),) if start else ()), *reversed(beside))


def consistency_proof(old: int, size: int, read: Read) -> tuple[bytes, ...]:
    """Return the proof that a tree grew from its first ``old`` leaves. Raises ValueError for sizes that are none.

    It is empty where there is nothing to show: from the empty tree, and from a tree to itself.
    """
    if not 0 <= old <= size <= LARGEST:
        raise ValueError("the tree was never of that size")
    return _hashes(_consistency(old, size), read) if 0 < old < size else ()


def _well_formed(hashes: Sequence[bytes]) -> bool:
    """Whether these can be a proof: a tree of the largest size needs no more than 64 hashes."""
    return len(hashes) <= 64 and all(len(each) == WIDTH for each in hashes)


def inclusion_holds(leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes) -> bool:
    """Whether a proof shows that this leaf hash stands at this place of the tree with this root."""
    if not 0 <= index < size <= LARGEST or not _well_formed((leaf, *proof)):
        return False
    here, last, whole = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if here % 2 or here == last:
            whole = node_hash(each, whole)
            while here and not here % 2:
                here, last = here // 2, last // 2
        else:
            whole = node_hash(whole, each)
        here, last = here // 2, last // 2
    return last == 0 and whole == tree_root


def consistency_holds(old: int, old_root: bytes, size: int, tree_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree with the later root began as the tree with the earlier one."""
    if not 0 <= old <= size <= LARGEST or not _well_formed(proof):
        return False
    if old in {0, size}:
        return not proof and old_root == (EMPTY if old == 0 else tree_root)
    path = [old_root, *proof] if old & old - 1 == 0 else list(proof)
    if not path:
        return False
    here, last = old - 1, size - 1
    while here % 2:
        here, last = here // 2, last // 2
    before = after = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if here % 2 or here == last:
            before, after = node_hash(each, before), node_hash(each, after)
            while here and not here % 2:
                here, last = here // 2, last // 2
        else:
            after = node_hash(after, each)
        here, last = here // 2, last // 2
    return last == 0 and before == old_root and after == tree_root
