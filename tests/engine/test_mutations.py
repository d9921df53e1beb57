"""The fuzzer's changes change what they say they do; those that spell a document otherwise leave what PyLD reads in it."""

import base64
import json
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from bench import fuzz, mutations, originals
from pyld import jsonld

from .samples import as_bytes, signed
from .test_canonical import V2, pyld_quads

DATA = as_bytes(signed())
BARE = as_bytes({name: value for name, value in signed().items() if name != "proof"})
MULTIKEY = "https://w3id.org/security/multikey/v1"
SMALL = as_bytes(
    {
        "@context": [V2],
        "type": ["a", "b"],
        "name": "x",
        "nameIn": {"de": "y", "en": "z"},
        "inner": {"id": "urn:a", "n": 2},
    }
)


def made(change: Callable[[Random, bytes], bytes], data: bytes, many: int) -> list[Any]:
    return [json.loads(change(Random(seed), data)) for seed in range(many)]


def inside(value: Any) -> list[Any]:
    """Every object and list in a document."""
    found = [value]
    for each in found:
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        found += [one for one in inner if isinstance(one, dict | list)]
    return found


def names(document: Any) -> list[tuple[str, Any]]:
    return [pair for each in inside(document) if isinstance(each, dict) for pair in each.items()]


SPELT: dict[str, Callable[[Any], bool]] = {
    "in brackets": lambda document: document.get("name") == ["x"],
    "twice": lambda document: document.get("name") == ["x", "x"],
    "one of several twice": lambda document: (
        sorted(map(str, document.get("type", ()))) in (["a", "a", "b"], ["a", "b", "b"])
    ),
    "as a value object": lambda document: document.get("name") == {"@value": "x"},
    "a number as a value object": lambda document: ("n", {"@value": 2}) in names(document),
    "in another order": lambda document: document.get("type") == ["b", "a"],
    "an empty list under one more name": lambda document: any(value == [] for _, value in names(document)),
    "an empty object under one more name": lambda document: any(value == {} for _, value in names(document)),
    "by a keyword": lambda document: ("@id", "urn:a") in names(document),
    "a type by a keyword": lambda document: "@type" in document,
    "a language in capitals": lambda document: any(name in ("DE", "De") for name, _ in names(document)),
}


@pytest.mark.parametrize("spelling", SPELT)
def test_a_document_is_spelled_otherwise_in_every_way_that_json_ld_has(spelling: str) -> None:
    assert any(map(SPELT[spelling], made(mutations.alike, SMALL, 400)))


def test_most_that_is_spelled_otherwise_says_the_same() -> None:
    whole = pyld_quads(json.loads(BARE))
    found: Counter[str] = Counter()
    for document in made(mutations.alike, BARE, 60):
        assert document["@context"] == signed()["@context"]
        try:
            found["the same" if pyld_quads(document) == whole else "another"] += 1
        except jsonld.JsonLdError:
            found["refused"] += 1
        found["otherwise"] += document != json.loads(BARE)
    assert found["the same"] > 40, found
    assert found["otherwise"] > 35, found


CONTEXTS: dict[str, Callable[[Any], bool]] = {
    "a name that nothing uses": lambda context: context == {"unused": "urn:x:unused"},
    "another known context": lambda context: context == MULTIKEY,
    "an unknown context": lambda context: context == "https://example.org/",
    "no context any more": lambda context: context is None,
    "another meaning": lambda context: isinstance(context, dict) and "urn:x:another" in context.values(),
    "no meaning": lambda context: isinstance(context, dict) and list(context.values()) == [None],
    "a meaning for all that have none": lambda context: isinstance(context, dict) and "@vocab" in context,
    "a keyword's meaning": lambda context: isinstance(context, dict) and "@type" in context.values(),
    "another container": lambda context: "@container" in str(context) and isinstance(context, dict),
    "the opposite direction": lambda context: isinstance(context, dict) and "@reverse" in str(context),
}


@pytest.mark.parametrize("kind", CONTEXTS)
def test_names_are_given_other_meanings_by_contexts_of_every_kind(kind: str) -> None:
    added = [
        context
        for document in made(mutations.recontexted, SMALL, 400)
        for name, value in names(document)
        if name == "@context"
        for context in (value if isinstance(value, list) else [value])
        if context != V2
    ]
    assert any(map(CONTEXTS[kind], added))


def test_some_contexts_that_are_added_change_nothing_so_that_signatures_hold() -> None:
    judge = next(each for each in originals.originals() if each.name == "json").judge
    verdicts = Counter(judge(mutations.recontexted(Random(seed), DATA))[0] for seed in range(150))
    assert verdicts["valid"] > 5, verdicts
    assert verdicts["invalid"] + verdicts["unsupported"] > 50, verdicts


def test_a_proof_value_that_is_no_longer_cbor_is_left_to_other_changes() -> None:
    broken = json.loads(next(each.data for each in originals.originals() if each.name == "ecdsa-sd-2023 shown"))
    for tail in (b"\xff", b"\x9f", b""):
        value = base64.urlsafe_b64encode(b"\xd9\x5d\x01" + tail).decode().rstrip("=")
        broken["proof"]["proofValue"] = f"u{value}"
        with pytest.raises(ValueError, match="no longer CBOR"):
            mutations.value_restructured(Random(1), as_bytes(broken))


@pytest.mark.parametrize("fault", [ValueError, LookupError, TypeError, AttributeError, RecursionError])
def test_what_a_change_cannot_follow_any_more_is_changed_as_bytes(fault: type[Exception]) -> None:
    """The second change of a mutant meets whatever the first one left."""

    def broken(random: Random, data: bytes) -> bytes:
        raise fault

    first = originals.originals()[0]
    found = {fuzz.mutant(first._replace(mutations=(broken,)), number, 1) for number in range(20)}
    assert len(found - {first.data}) > 10


def test_a_seal_is_changed_in_its_payload_and_in_its_headers() -> None:
    whole = json.loads(next(each.data for each in originals.originals() if each.name == "elm seal"))
    found = made(mutations.seal_restructured, as_bytes(whole), 30)
    assert {each["payload"] == whole["payload"] for each in found} == {True, False}
    assert {each["signatures"] == whole["signatures"] for each in found} == {True, False}
