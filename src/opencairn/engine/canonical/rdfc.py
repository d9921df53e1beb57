"""RDF Dataset Canonicalization, RDFC-1.0 (W3C Recommendation of 21 May 2024), with a budget so that poison stops early.

A quad is four strings in N-Quads spelling: subject, predicate, object, graph; the graph is empty for the default
graph, and a blank node starts with ``_:``. The section numbers below are those of the Recommendation.
"""

import hashlib
from collections.abc import Callable, Iterable
from itertools import permutations
from typing import Any

from opencairn.engine.objections import Unsupported

Quad = tuple[str, str, str, str]
MOST_BLANK_NODES = 2_048
BUDGET = 6_000  # steps of the N-degree hash; honest documents need a few dozen
_POSITIONS = ((0, "s"), (2, "o"), (3, "g"))


class Issuer:
    """Gives out blank node labels in order (4.5)."""

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = dict(issued or {})

    def label(self, node: str) -> str:
        """Return the label of this node, giving the next one where it has none."""
        return self.issued.setdefault(node, f"{self.prefix}{len(self.issued)}")

    def copy(self) -> "Issuer":
        """Return an issuer that goes on from here on its own."""
        return Issuer(self.prefix, self.issued)


def line(quad: Quad) -> str:
    """Return the quad as one canonical N-Quads line."""
    subject, predicate, value, graph = quad
    return f"{subject} {predicate} {value} {graph} .\n" if graph else f"{subject} {predicate} {value} .\n"


def canonicalize(quads: Iterable[Quad], *, digest: Callable[[bytes], Any] = hashlib.sha256) -> str:
    """Return the canonical N-Quads of a dataset (4.4.3)."""
    return _Canonicalizer(quads, digest).run()


def canonical_labels(quads: Iterable[Quad], *, digest: Callable[[bytes], Any] = hashlib.sha256) -> dict[str, str]:
    """Return the canonical label of each blank node of a dataset (4.4.3, the issued identifiers map)."""
    work = _Canonicalizer(quads, digest)
    work.run()
    return work.canonical.issued


class _Canonicalizer:
    def __init__(self, quads: Iterable[Quad], digest: Callable[[bytes], Any]) -> None:
        self.quads = list(dict.fromkeys(quads))
        self.digest = digest
        self.left = BUDGET
        self.canonical = Issuer("_:c14n")
        self.about: dict[str, list[Quad]] = {}
        for quad in self.quads:
            for node in {quad[0], quad[2], quad[3]}:
                if node.startswith("_:"):
                    self.about.setdefault(node, []).append(quad)

    def hash(self, text: str) -> str:
        return str(self.digest(text.encode()).hexdigest())

    def run(self) -> str:
        if len(self.about) > MOST_BLANK_NODES:
            raise Unsupported(
                f"The document has more than {MOST_BLANK_NODES} parts without an identifier.", "too-many-blank-nodes"
            )
        alike: dict[str, list[str]] = {}
        self.first = {node: self.first_degree(node) for node in self.about}
        for node, found in self.first.items():
            alike.setdefault(found, []).append(node)
        for found in sorted(alike):
            if len(alike[found]) == 1:
                self.canonical.label(alike[found][0])
        for found in sorted(alike):
            if len(alike[found]) > 1:
                self.tell_apart(alike[found])
        names = self.canonical.issued
        return "".join(
            sorted(line((names.get(s, s), p, names.get(o, o), names.get(g, g))) for s, p, o, g in self.quads)
        )

    def first_degree(self, node: str) -> str:
        """Hash what is said directly about a node (4.6.3)."""

        def name(term: str) -> str:
            return term if not term.startswith("_:") else "_:a" if term == node else "_:z"

        return self.hash("".join(sorted(line((name(s), p, name(o), name(g))) for s, p, o, g in self.about[node])))

    def tell_apart(self, nodes: list[str]) -> None:
        """Label nodes about which the same is said, by what surrounds them (4.4.3, step 5)."""
        results = []
        for node in nodes:
            if node not in self.canonical.issued:
                temporary = Issuer("_:b")
                temporary.label(node)
                results.append(self.n_degree(node, temporary))
        for _, issuer in sorted(results, key=lambda result: result[0]):
            for known in issuer.issued:
                self.canonical.label(known)

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Unsupported("Parts of the document are too entangled to be told apart.", "too-entangled")

    def related(self, node: str, quad: Quad, issuer: Issuer, position: str) -> str:
        """Hash how a neighbour is related (4.7.3)."""
        known = self.canonical.issued.get(node) or issuer.issued.get(node) or self.first[node]
        return self.hash(f"{position}{'' if position == 'g' else quad[1]}{known}")

    def n_degree(self, node: str, issuer: Issuer) -> tuple[str, Issuer]:
        """Hash a node by all that surrounds it (4.8.3)."""
        self.spend()
        neighbours: dict[str, list[str]] = {}
        for quad in self.about[node]:
            for place, position in _POSITIONS:
                other = quad[place]
                if other.startswith("_:") and other != node:
                    neighbours.setdefault(self.related(other, quad, issuer, position), []).append(other)
        data = ""
        for found in sorted(neighbours):
            path, issuer = self.shortest_path(neighbours[found], issuer)
            data += found + path
        return self.hash(data), issuer

    def shortest_path(self, nodes: list[str], issuer: Issuer) -> tuple[str, Issuer]:
        """Return the least path through alike neighbours, over every order of them (4.8.3, step 5.4)."""
        best: tuple[str, Issuer] | None = None
        for order in permutations(nodes):
            self.spend()
            found = self.path(order, issuer.copy(), best[0] if best else None)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        assert best is not None  # the first order is never given up
        return best

    def path(self, order: tuple[str, ...], issuer: Issuer, best: str | None) -> tuple[str, Issuer] | None:
        """Walk one order; None as soon as it cannot beat the best."""
        path, deeper = "", []
        for node in order:
            if node in self.canonical.issued:
                path += self.canonical.issued[node]
            else:
                if node not in issuer.issued:
                    deeper.append(node)
                path += issuer.label(node)
            if _is_beaten(path, best):
                return None
        for node in deeper:
            found, after = self.n_degree(node, issuer)
            path += f"{issuer.label(node)}<{found}>"
            issuer = after
            if _is_beaten(path, best):
                return None
        return path, issuer


def _is_beaten(path: str, best: str | None) -> bool:
    return best is not None and len(path) >= len(best) and path > best
