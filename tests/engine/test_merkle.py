"""The log's tree against the recursive definitions of RFC 9162 §2.1, and against the published vectors."""

import hashlib
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.engine import merkle
from opencairn.engine.merkle import Place

# The eight entries, their roots and proofs that implementations of Certificate Transparency test themselves with.
ENTRIES = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(each) for each in ENTRIES]


def defined_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = largest_power_below(len(leaves))
    return hashlib.sha256(b"\x01" + defined_root(leaves[:k]) + defined_root(leaves[k:])).digest()


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def defined_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 9162 §2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return [*defined_path(m, leaves[:k]), defined_root(leaves[k:])]
    return [*defined_path(m - k, leaves[k:]), defined_root(leaves[:k])]


def defined_proof(m: int, leaves: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 9162 §2.1.4.1."""
    if m == len(leaves):
        return [] if whole else [defined_root(leaves)]
    k = largest_power_below(len(leaves))
    if m <= k:
        return [*defined_proof(m, leaves[:k], whole), defined_root(leaves[k:])]
    return [*defined_proof(m - k, leaves[k:], False), defined_root(leaves[:k])]


def some_leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


class Store:
    """The stored hashes of a tree, and how many places were asked for."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.nodes, self.edge = merkle.grown(0, (), leaves)
        self.asked = 0

    def read(self, places: Sequence[Place]) -> dict[Place, bytes]:
        self.asked += len(places)
        return {place: self.nodes[place] for place in places}


MANY = some_leaves(340)
STORE = Store(MANY)


def test_the_published_roots_are_ours() -> None:
    store = Store(LEAVES)
    assert [merkle.root(size, store.read).hex() for size in range(9)] == ROOTS


def test_the_published_proofs_are_ours() -> None:
    store = Store(LEAVES)
    assert [each.hex() for each in merkle.inclusion_proof(0, 8, store.read)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [each.hex() for each in merkle.consistency_proof(6, 8, store.read)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_roots_of_every_size_are_as_defined() -> None:
    for size in range(len(MANY) + 1):
        assert merkle.root(size, STORE.read) == defined_root(MANY[:size])


def test_proofs_of_inclusion_are_as_defined_and_hold_for_every_leaf_of_every_size() -> None:
    for size in [*range(1, 70), 127, 128, 129, 255, 256, 257, 339, 340]:
        tree_root = defined_root(MANY[:size])
        for index in range(0, size, 1 if size < 70 else 13):
            proof = merkle.inclusion_proof(index, size, STORE.read)
            assert list(proof) == defined_path(index, MANY[:size])
            assert merkle.inclusion_holds(MANY[index], index, size, proof, tree_root)


def test_proofs_of_consistency_are_as_defined_and_hold_between_all_sizes() -> None:
    for size in [*range(1, 70), 127, 128, 129, 255, 256, 257, 339, 340]:
        tree_root = defined_root(MANY[:size])
        for old in range(1, size, 1 if size < 70 else 11):
            proof = merkle.consistency_proof(old, size, STORE.read)
            assert list(proof) == defined_proof(old, MANY[:size])
            assert merkle.consistency_holds(old, defined_root(MANY[:old]), size, tree_root, proof)


@given(st.lists(st.integers(0, 9), max_size=12), st.randoms())
def test_a_tree_grown_in_pieces_is_the_tree_grown_at_once(pieces: list[int], random: Random) -> None:
    size, edge, nodes, leaves = 0, (), {}, some_leaves(sum(pieces))
    for piece in pieces:
        made, edge = merkle.grown(size, edge, leaves[size : size + piece])
        assert not nodes.keys() & made.keys()
        nodes |= made
        size += piece
    assert (nodes, edge) == merkle.grown(0, (), leaves)
    assert merkle.folded(edge) == defined_root(leaves)


@given(st.integers(1, 1 << 40), st.data())
def test_whatever_the_size_a_proof_reads_few_places(size: int, data: st.DataObject) -> None:
    asked: list[Place] = []

    def read(places: Sequence[Place]) -> dict[Place, bytes]:
        asked.extend(places)
        return dict.fromkeys(places, bytes(32))

    proof = merkle.inclusion_proof(data.draw(st.integers(0, size - 1)), size, read)
    assert len(proof) <= size.bit_length()
    assert len(asked) <= 2 * size.bit_length()
    asked.clear()
    merkle.consistency_proof(data.draw(st.integers(0, size)), size, read)
    assert len(asked) <= 2 * size.bit_length() + 1


@given(st.integers(2, 340), st.data())
def test_a_proof_shows_nothing_about_another_leaf_place_size_or_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, tree_root = merkle.inclusion_proof(index, size, STORE.read), merkle.root(size, STORE.read)
    other = data.draw(st.integers(0, 400).filter(lambda n: n != index))
    assert not merkle.inclusion_holds(MANY[index], other, size, proof, tree_root)
    assert not merkle.inclusion_holds(bytes(32), index, size, proof, tree_root)
    assert not merkle.inclusion_holds(MANY[index], index, size, proof, bytes(32))
    assert not merkle.inclusion_holds(MANY[index], index, size, proof[:-1], tree_root)
    assert not merkle.inclusion_holds(MANY[index], index, size, (*proof, bytes(32)), tree_root)
    broken = list(proof)
    broken[data.draw(st.integers(0, len(proof) - 1))] = bytes(32)
    assert not merkle.inclusion_holds(MANY[index], index, size, broken, tree_root)


@given(st.integers(2, 340), st.data())
def test_a_rewritten_leaf_breaks_every_proof_of_consistency(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    rewritten = list(MANY[:size])
    rewritten[data.draw(st.integers(0, old - 1))] = bytes(32)
    store, old_root = Store(rewritten), merkle.root(old, STORE.read)
    proof, new_root = merkle.consistency_proof(old, size, store.read), merkle.root(size, store.read)
    assert not merkle.consistency_holds(old, old_root, size, new_root, proof)
    honest = merkle.consistency_proof(old, size, STORE.read)
    assert not merkle.consistency_holds(old, old_root, size, new_root, honest)
    assert not merkle.consistency_holds(old, old_root, size, merkle.root(size, STORE.read), honest[:-1])
    assert not merkle.consistency_holds(old, old_root, size, merkle.root(size, STORE.read), (*honest, bytes(32)))


def test_from_nothing_and_to_itself_there_is_nothing_to_show() -> None:
    here = merkle.root(7, STORE.read)
    assert merkle.consistency_proof(0, 7, STORE.read) == merkle.consistency_proof(7, 7, STORE.read) == ()
    assert merkle.consistency_holds(0, merkle.EMPTY, 7, here, ())
    assert merkle.consistency_holds(7, here, 7, here, ())
    assert not merkle.consistency_holds(0, here, 7, here, ())
    assert not merkle.consistency_holds(7, bytes(32), 7, here, ())
    assert not merkle.consistency_holds(7, here, 7, here, (here,))
    assert not merkle.consistency_holds(3, here, 7, here, ())


@pytest.mark.parametrize(
    ("index", "size"), [(-1, 4), (4, 4), (0, 0), (0, -2), (0, merkle.LARGEST + 1), (1 << 70, 1 << 71)]
)
def test_a_leaf_outside_of_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="outside of the tree"):
        merkle.inclusion_proof(index, size, STORE.read)
    assert not merkle.inclusion_holds(bytes(32), index, size, (), bytes(32))


@pytest.mark.parametrize(("old", "size"), [(-1, 4), (5, 4), (0, -1), (1, merkle.LARGEST + 1)])
def test_sizes_that_the_tree_never_had_are_refused(old: int, size: int) -> None:
    with pytest.raises(ValueError, match="never of that size"):
        merkle.consistency_proof(old, size, STORE.read)
    assert not merkle.consistency_holds(old, bytes(32), size, bytes(32), ())


def test_what_cannot_be_a_proof_shows_nothing() -> None:
    tree_root = merkle.root(4, STORE.read)
    assert not merkle.inclusion_holds(b"short", 0, 4, merkle.inclusion_proof(0, 4, STORE.read), tree_root)
    assert not merkle.inclusion_holds(MANY[0], 0, 4, (b"short", bytes(32)), tree_root)
    assert not merkle.inclusion_holds(MANY[0], 0, 4, [bytes(32)] * 65, tree_root)
    assert not merkle.consistency_holds(2, bytes(32), 4, tree_root, [bytes(32)] * 65)


@given(st.integers(0, 40), st.integers(0, 1 << 20))
def test_every_place_has_a_number_of_its_own(level: int, index: int) -> None:
    number = Place(level, index).number
    trailing = (~number & number + 1).bit_length() - 1  # how many ones the number ends with
    assert (trailing, number + 1 >> level + 1) == (level, index)
