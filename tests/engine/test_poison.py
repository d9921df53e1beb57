"""Graphs made to stop a canonicaliser: told apart where that can be done, refused within a budget where it cannot."""

import random
from itertools import permutations

import pyoxigraph
import pytest

from opencairn.engine.canonical import canonicalize
from opencairn.engine.canonical.rdfc import MOST_BLANK_NODES, Quad
from opencairn.engine.objections import Unsupported

NEAR = "<urn:near>"


def clique(size: int) -> list[Quad]:
    """Every node beside every other: nothing tells them apart."""
    return [(f"_:n{one}", NEAR, f"_:n{other}", "") for one, other in permutations(range(size), 2)]


def by_oxigraph(quads: list[Quad]) -> str:
    dataset = pyoxigraph.Dataset(
        pyoxigraph.parse("".join(f"{s} {p} {o} .\n" for s, p, o, _ in quads), pyoxigraph.RdfFormat.N_QUADS)
    )
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset))


@pytest.mark.parametrize("size", [2, 3, 4])
def test_a_small_clique_is_told_apart_as_the_standard_says(size: int) -> None:
    assert canonicalize(clique(size)) == by_oxigraph(clique(size))


def test_a_ring_and_a_chain_are_told_apart_as_the_standard_says() -> None:
    ring = [(f"_:n{one}", NEAR, f"_:n{(one + 1) % 6}", "") for one in range(6)]
    chain = [(f"_:m{one}", NEAR, f"_:m{one + 1}", "") for one in range(6)]
    assert canonicalize(ring + chain) == by_oxigraph(ring + chain)


def test_five_hundred_random_graphs_are_told_apart_as_the_standard_says() -> None:
    dice = random.Random(20241121)
    for _ in range(500):
        nodes = [f"_:n{one}" for one in range(dice.randint(2, 7))]
        edges = {(dice.choice(nodes), dice.choice((NEAR, "<urn:far>")), dice.choice(nodes), "") for _ in range(9)}
        assert canonicalize(edges) == by_oxigraph(sorted(edges))


def test_random_graphs_in_which_every_node_has_alike_neighbours_are_told_apart_as_the_standard_says() -> None:
    dice = random.Random(20241121)
    for _ in range(150):
        nodes = [f"_:n{one}" for one in range(dice.choice((6, 8)))]
        turned = [dice.sample(nodes, len(nodes)) for _ in range(2)]
        edges = {(one, NEAR, other, "") for order in turned for one, other in zip(nodes, order, strict=True)}
        assert canonicalize(edges) == by_oxigraph(sorted(edges))


def test_a_large_clique_is_refused_within_the_budget() -> None:
    with pytest.raises(Unsupported, match="too entangled"):
        canonicalize(clique(9))


def test_more_nameless_parts_than_any_credential_has_are_refused() -> None:
    with pytest.raises(Unsupported, match="parts without an identifier"):
        canonicalize([(f"_:n{one}", NEAR, f'"{one}"', "") for one in range(MOST_BLANK_NODES + 1)])
