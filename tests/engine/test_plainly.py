"""What is signed alike is read alike, however JSON-LD lets it be spelled."""

import copy
import itertools
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencairn.engine.canonical import canonical, contexts
from opencairn.engine.canonical.plainly import plainly
from opencairn.engine.formats import elm, open_badge_3
from opencairn.engine.model import Attainment
from opencairn.engine.objections import Malformed, Objection
from opencairn.engine.opening import fingerprint, open_credential
from tests.engine.attainments import ATTAINMENTS
from tests.engine.elm_samples import FULL
from tests.engine.elm_samples import attainments as european
from tests.engine.samples import as_bytes, signed
from tests.engine.test_elm import PNG

ORIGINAL = open_credential(as_bytes(signed()).decode())


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (["a"], "a"),
        (["a", "b", "a"], ["a", "b"]),
        ([1, True, 1.0, 1], [1, True, 1.0]),
        ([], []),
        ({"a": [], "b": {"c": []}, "@context": "d"}, {"b": {}, "@context": "d"}),
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


@given(european(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_a_loose_spelling_of_a_european_credential_is_read_like_the_plain_one(
    attainment: Attainment, chance: random.Random
) -> None:
    document = elm.write(attainment, pages=(PNG,))
    assert elm.read(loosened(document, chance)) == elm.read(document)


def silently(value: Any, chance: random.Random) -> Any:
    """State nothing under some more names, and what is in no order in another one."""
    if isinstance(value, list):
        return [silently(each, chance) for each in value]
    if not isinstance(value, dict):
        return value
    found = [(name, each if name == "@context" else silently(each, chance)) for name, each in value.items()]
    is_node = "type" in value
    more = (SILENT if is_node else TAGS) if is_node or set(value) <= set(TAGS) else ()
    found += [(name, []) for name in more if name not in value and chance.random() < 0.03]
    chance.shuffle(found)
    return dict(found)


TAGS = ("en", "de", "fr", "el", "de-CH", "ar", "hu")
SILENT = (
    "fullName", "givenName", "creator", "subject", "title", "description", "accreditation", "grade", "additionalNote",
    "learningOutcome", "specifiedBy", "provenBy", "influencedBy", "homepage", "image", "identifier", "alignment", "result",
    "endorsement", "evidence", "creditPoint", "location", "contactPoint", "supplementaryDocument", "isPartOf", "name",
)  # fmt: skip


@given(european(), st.integers(0, 1_000_000))
@settings(max_examples=60)
def test_what_states_nothing_changes_nothing_in_a_european_credential(attainment: Attainment, seed: int) -> None:
    document = elm.write(attainment, pages=(PNG,))
    assert elm.read(silently(document, random.Random(seed))) == elm.read(document)


@given(ATTAINMENTS, st.integers(0, 1_000_000))
@settings(max_examples=60)
def test_what_states_nothing_changes_nothing_in_a_badge(attainment: Attainment, seed: int) -> None:
    document = open_badge_3.write(attainment)
    try:
        read = open_badge_3.read(silently(document, random.Random(seed)))
    except Malformed:
        return
    assert read == open_badge_3.read(document)


def nothing_under(path: tuple[str | int, ...], nothing: Any) -> Attainment:
    """Read the full European credential with one more name at a place, under which nothing is stated."""
    document = copy.deepcopy(elm.write(FULL))
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = nothing
    return elm.read(document)


CLAIM = ("credentialSubject", "hasClaim", 0)


@pytest.mark.parametrize(
    "path",
    [
        ("displayParameter", "title", "fr"),
        (*CLAIM, "specifiedBy", "description", "fr"),
        (*CLAIM, "specifiedBy", "additionalNote", 0, "subject"),
        (*CLAIM, "specifiedBy", "additionalNote", 0, "noteLiteral", "hu"),
        ("credentialSubject", "fullName", "de"),
    ],
)
def test_an_empty_list_states_nothing(path: tuple[str | int, ...]) -> None:
    assert nothing_under(path, []) == FULL


def test_a_name_that_is_stated_in_no_language_is_made_of_its_parts() -> None:
    nameless = replace(FULL, learner=replace(FULL.learner, name=""))
    document = elm.write(nameless)
    for nothing in ({}, []):
        document["credentialSubject"]["fullName"] = nothing
        assert elm.read(document).learner.name == "Mirren Okafor"


def test_an_empty_list_of_designers_is_none() -> None:
    document = elm.write(replace(FULL, achievement=replace(FULL.achievement, designer=None)))
    document["credentialSubject"]["hasClaim"][0]["specifiedBy"]["creator"] = []
    assert elm.read(document).achievement.designer is None


def test_words_in_one_language_are_the_same_in_whatever_order_the_languages_stand() -> None:
    document = elm.write(FULL)
    spoken = (("fr", "École"), ("DE", "Schule"), ("hu", "Iskola"))
    for order in itertools.permutations(spoken):
        document["issuer"]["legalName"] = dict(order)
        assert elm.read(document).issuer.name == "Schule"
        document["issuer"]["legalName"] = {**dict(order), "EN": "School"}
        assert elm.read(document).issuer.name == "School"
    document["issuer"]["legalName"] = {"@none": "Tarntal"}
    assert elm.read(document).issuer.name == "Tarntal"


def test_words_in_no_language_are_of_an_unknown_one() -> None:
    document = elm.write(FULL)
    spec = document["credentialSubject"]["hasClaim"][0]["specifiedBy"]
    for spoken, read in (
        ({"@none": "Wasser"}, {"und": "Wasser"}),
        ({"@none": "a", "de": "b"}, {"und": "a", "de": "b"}),
    ):
        spec["title"] = spoken
        assert elm.read(document).achievement.name == read


def test_why_there_is_no_level_is_read_in_one_language_in_whatever_order_they_stand() -> None:
    levelless = replace(FULL.achievement, eqf_level=None, national_level="", level_not_applicable="None fits.")
    document = elm.write(replace(FULL, achievement=levelless))
    notes = document["credentialSubject"]["hasClaim"][0]["specifiedBy"]["additionalNote"]
    (note,) = [each for each in notes if each["noteLiteral"] == {"en": "None fits."}]
    for order in itertools.permutations((("fr", "Aucun."), ("en", "None fits."), ("de", "Keines."))):
        note["noteLiteral"] = dict(order)
        assert elm.read(document).achievement.level_not_applicable == "None fits."
    note["noteLiteral"] = {"fr": "Aucun.", "DE": "Keines."}
    assert elm.read(document).achievement.level_not_applicable == "Keines."


def test_an_empty_list_of_identifiers_identifies_nobody() -> None:
    document = copy.deepcopy(ORIGINAL.document)
    subject = {**document["credentialSubject"], "identifier": []}  # type: ignore[index]
    with pytest.raises(Malformed, match="identifier"):
        open_badge_3.read({**document, "credentialSubject": subject})


@given(ATTAINMENTS, st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_a_loose_spelling_is_read_like_the_plain_one(attainment: Attainment, chance: random.Random) -> None:
    document = open_badge_3.write(attainment)
    assert open_badge_3.read(loosened(document, chance)) == open_badge_3.read(document)
