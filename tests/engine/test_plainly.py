"""What is signed alike is read alike, however JSON-LD lets it be spelled."""

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencairn.engine.canonical import canonical, contexts
from opencairn.engine.canonical.plainly import plainly
from opencairn.engine.formats import open_badge_3
from opencairn.engine.model import Attainment
from opencairn.engine.objections import Objection
from opencairn.engine.opening import fingerprint, open_credential
from tests.engine.attainments import ATTAINMENTS
from tests.engine.samples import as_bytes, signed

ORIGINAL = open_credential(as_bytes(signed()).decode())


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (["a"], "a"),
        (["a", "b", "a"], ["a", "b"]),
        ([1, True, 1.0, 1], [1, True, 1.0]),
        ([], []),
        ([["a"], ["a"]], "a"),
        ({"@value": "a"}, "a"),
        ({"@value": "a", "@language": "en"}, {"@value": "a", "@language": "en"}),
        ({"@id": "urn:a", "@type": ["T"]}, {"id": "urn:a", "type": "T"}),
        ([{"id": "urn:a"}, {"@id": "urn:a"}], {"id": "urn:a"}),
        ([{"name": "a"}, {"name": "a"}], [{"name": "a"}, {"name": "a"}]),  # two nameless things are two
        ({"@context": ["a", "a"]}, {"@context": ["a", "a"]}),
    ],
)
def test_one_spelling(written: Any, plain: Any) -> None:
    assert repr(plainly(written)) == repr(plain)


def respelled(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(signed())
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("credentialSubject", "result", 1, "status"), ["Completed", "Completed"]),
        (("credentialSubject", "result", 1, "status"), {"@value": "Completed"}),
        (("credentialSubject", "achievement", "languageOfInstruction"), ["en", "de", "de"]),
        (("credentialSubject", "identifier", 0, "identityType"), {"@value": "emailAddress"}),
    ],
)
def test_another_spelling_of_a_signed_badge_says_the_same(path: tuple[str | int, ...], value: Any) -> None:
    found = open_credential(as_bytes(respelled(path, value)).decode())
    assert fingerprint(found) == fingerprint(ORIGINAL)
    assert found.attainment == ORIGINAL.attainment


def own(changes: dict[str, Any], *dropped: str) -> dict[str, Any]:
    document = signed()
    terms = {name: value for name, value in contexts.OWN_TERMS.items() if name not in dropped}
    place = next(number for number, each in enumerate(document["@context"]) if isinstance(each, dict))
    document["@context"] = [*document["@context"][:place], {**terms, **changes}, *document["@context"][place + 1 :]]
    return document


def test_our_own_terms_are_followed_as_we_define_them_or_not_at_all() -> None:
    unused = "levelNotApplicable"
    without = open_credential(as_bytes(own({}, unused)).decode())
    assert (without.signed, without.attainment) == (ORIGINAL.signed, ORIGINAL.attainment)
    for changes in ({unused: "https://other.example/level"}, {"hoursSpent2": "https://other.example/hours"}):
        with pytest.raises(Objection) as refused:
            open_credential(as_bytes(own(changes)).decode())
        assert refused.value.code == "own-terms"


def test_a_stranger_may_use_our_words_for_other_things() -> None:
    terms = {"participation": "https://other.example/participation"}
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2", terms],
        "type": ["VerifiableCredential"],
        "issuer": "https://other.example/",
        "credentialSubject": {"participation": "online"},
    }
    assert "https://other.example/participation" in canonical(document)
    assert not contexts.carries_own_terms(document["@context"])
    assert not contexts.carries_own_terms("https://www.w3.org/ns/credentials/v2")


AS_THEY_STAND = ("@context", "id", "type")


def loosened(value: Any, chance: random.Random) -> Any:
    """Spell a value in another way that says the same: in brackets, twice, or wrapped."""
    if isinstance(value, dict):
        return {name: each if name in AS_THEY_STAND else loosened(each, chance) for name, each in value.items()}
    if isinstance(value, list):
        inner = [loosened(each, chance) for each in value]
        counts_once = inner and (not isinstance(value[0], dict) or "id" in value[0])
        return [*inner, *inner[:1]] if counts_once and chance.random() < 0.3 else inner
    return chance.choice([value, value, [value], [value, value], {"@value": value}])


@given(ATTAINMENTS, st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_a_loose_spelling_is_read_like_the_plain_one(attainment: Attainment, chance: random.Random) -> None:
    document = open_badge_3.write(attainment)
    assert open_badge_3.read(loosened(document, chance)) == open_badge_3.read(document)
