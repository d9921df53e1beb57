"""Documents made to take time are stopped within a second; what is too large is not read at all."""

import contextlib
import json
from collections.abc import Callable
from itertools import combinations, islice
from typing import Any

import pytest

from opencairn.engine.canonical import canonical, canonicalize, contexts, parse
from opencairn.engine.canonical.vocabulary import MOST_TERMS
from opencairn.engine.objections import Malformed, Objection, Unsupported

from .pace import stops_within
from .test_canonical import OB, V2, small

OWN = {"o": "urn:o", "l": {"@id": "urn:l", "@container": "@list"}, "g": {"@id": "urn:g", "@container": "@graph"}}
SCOPED = sorted(word for word in contexts.document(OB)["@context"] if word[0].isupper() and word != "Image")


def tree(depth: int, width: int) -> dict[str, Any]:
    return {"o": [tree(depth - 1, width) for _ in range(width)]} if depth else {}


def mixed_types(count: int) -> list[list[str]]:
    """Return sets of types whose contexts go together, each another one."""
    fitting: list[str] = []
    for word in SCOPED:
        with contextlib.suppress(Objection):
            canonical(small(evidence={"id": "urn:e", "type": [*fitting, word]}))
            fitting.append(word)
    return [list(each) for each in islice(combinations(fitting, 6), count)]


POISON: dict[str, Callable[[], dict[str, Any]]] = {
    "equal leaves of a tree": lambda: small(OWN, o=[tree(6, 2)]),
    "a wide tree": lambda: small(OWN, o=[tree(2, 15)]),
    "two trees": lambda: small(OWN, o=[tree(4, 3), tree(4, 3)]),
    "equal lists": lambda: small(OWN, o=[{"l": ["a"] * 20}] * 12),
    "lists of lists": lambda: small(OWN, l=[{"l": [{}] * 10}] * 10),
    "equal graphs": lambda: small(OWN, g=[{"o": {}}] * 120),
    "graphs in graphs": lambda: small(OWN, g=[{"g": [{"g": {"o": {}}}] * 3}] * 12),
    "as many equal parts as are allowed": lambda: small(OWN, o=[{}] * 250),
    "one type ten thousand times": lambda: small(type=["VerifiableCredential"] * 9_990),
    "ever another mix of types": lambda: small(
        evidence=[{"id": f"urn:{n}", "type": types} for n, types in enumerate(mixed_types(3_000))]
    ),
    "ever another context": lambda: small(
        evidence=[{"id": f"urn:{n}", "@context": {f"t{n}x{m}": "urn:t" for m in range(MOST_TERMS)}} for n in range(15)]
    ),
    "many entries in many contexts": lambda: small(
        evidence=[{"id": f"urn:{n}", "@context": [V2, OB] * 8 + [{f"t{n}": "urn:t"}] * 16} for n in range(15)]
    ),
    "ten thousand prefixed names": lambda: small({"ex": "urn:ex:"}, **{f"ex:{n}": n for n in range(9_990)}),
    "a megabyte of control characters": lambda: small(name=["\x01" * 1_000 + str(n) for n in range(150)]),
}


@pytest.mark.parametrize("kind", POISON)
def test_poison_stops_within_a_second(kind: str) -> None:
    text = json.dumps(POISON[kind]())
    assert stops_within(1, lambda: canonical(parse(text)))


def test_mixing_types_without_end_is_refused() -> None:
    with pytest.raises(Unsupported) as refused:
        canonical(POISON["ever another mix of types"]())
    assert refused.value.code in ("too-many-contexts", "too-many-statements")  # the latter where plans are remembered


def test_a_clique_of_blank_nodes_is_refused_within_a_second() -> None:
    clique = [(f"_:n{a}", "<urn:p>", f"_:n{b}", "") for a in range(9) for b in range(9) if a != b]
    with pytest.raises(Unsupported, match="entangled"):
        canonicalize(clique)
    assert stops_within(1, lambda: canonicalize(clique))


@pytest.mark.parametrize("text", [b"[" * 50_000_000, b'{"a": "' + b"x" * 50_000_000 + b'"}'], ids=["deep", "long"])
def test_fifty_megabytes_are_refused_at_once(text: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        parse(text)
    assert refused.value.code == "too-large"
    assert stops_within(0.1, lambda: parse(text))
