"""Contexts: each is pinned by hash; an operator imports what does not ship; a copy that was changed is not used."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opencairn.engine.canonical import canonical, contexts, imported
from opencairn.engine.canonical.jcs import fingerprint
from opencairn.engine.canonical.jsonld import HIDING_NAMES
from opencairn.engine.objections import Malformed, NotACredential, Objection, Unread, Unsafe, Unsupported

from .contexts_here import SHARED, copies

V1 = "https://www.w3.org/2018/credentials/v1"
OWN = "https://college.example/terms/v1"
OWN_DOCUMENT = {"@context": {"@protected": True, "grade": "https://college.example/terms#grade"}}
OWN_BYTES = json.dumps(OWN_DOCUMENT, indent=3).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    before = contexts.shelf().folder
    contexts.use_folder(tmp_path / "contexts")
    yield tmp_path / "contexts"
    contexts.use_folder(before)


def code_of(url: str) -> str:
    with pytest.raises(Unsupported) as refused:
        contexts.document(url)
    return refused.value.code


def with_context(url: str, **fields: Any) -> dict[str, Any]:
    return {"@context": [contexts.CREDENTIALS_V2, url], "id": "urn:x", "type": "VerifiableCredential", **fields}


def test_without_a_copy_the_answer_is_unsupported_and_names_the_command(folder: Path) -> None:
    with pytest.raises(Unsupported, match=f"opencairn contexts import {V1} FILE") as refused:
        canonical({"@context": V1, "id": "urn:x", "type": "VerifiableCredential"})
    assert (refused.value.code, refused.value.facts) == ("missing-context", (("context", V1),))
    assert V1 in contexts.missing()
    assert contexts.at_hand() == contexts.SHIPPED


def test_without_a_folder_nothing_is_imported_and_nothing_found(folder: Path) -> None:
    contexts.use_folder(None)
    assert code_of(V1) == "missing-context"
    assert code_of(OWN) == "unknown-context"
    with pytest.raises(OSError, match="no folder"):
        contexts.bring(OWN, OWN_BYTES, hashlib.sha256(OWN_BYTES).hexdigest())


@pytest.mark.parametrize("hashed", [hashlib.sha256(OWN_BYTES).hexdigest().upper(), fingerprint(OWN_DOCUMENT)])
def test_an_unknown_address_is_imported_by_the_hash_the_operator_gives(folder: Path, hashed: str) -> None:
    assert code_of(OWN) == "unknown-context"
    contexts.bring(OWN, OWN_BYTES, hashed)
    assert contexts.document(OWN) == OWN_DOCUMENT
    assert contexts.at_hand() == (*contexts.SHIPPED, OWN)
    assert '<https://college.example/terms#grade> "A"' in canonical(with_context(OWN, grade="A"))
    assert sorted(file.suffix for file in folder.iterdir()) == [".json", ".pin"]


def test_a_credential_refused_for_want_of_a_context_is_read_once_that_is_imported(folder: Path) -> None:
    with pytest.raises(Unsupported):
        canonical(with_context(OWN, grade="A"))
    contexts.bring(OWN, OWN_BYTES, hashlib.sha256(OWN_BYTES).hexdigest())
    assert canonical(with_context(OWN, grade="A"))


def test_another_folder_takes_the_contexts_of_the_first_away(folder: Path, tmp_path: Path) -> None:
    contexts.bring(OWN, OWN_BYTES, hashlib.sha256(OWN_BYTES).hexdigest())
    assert canonical(with_context(OWN, grade="A"))
    contexts.use_folder(tmp_path / "another")
    with pytest.raises(Unsupported):
        canonical(with_context(OWN, grade="A"))


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (OWN_BYTES + b"{", NotACredential, "not-json"),
        (b"\xff", NotACredential, "not-text"),
        (b"[" * 100_000, Malformed, "too-deep"),
        (b" " * 1_000_001, Unread, "too-large"),
        (b"{}", Malformed, "no-context"),
        (b"[1]", Malformed, "no-context"),
        (b'{"@context": "https://elsewhere.example/"}', Malformed, "no-context"),
        (b'{"@context": {"a": "urn:a"}}', Unsupported, "changed-context"),
    ],
)
def test_what_is_no_context_or_another_one_is_not_imported(folder: Path, data: bytes, kind: type, code: str) -> None:
    with pytest.raises(kind) as refused:
        contexts.bring(OWN, data, hashlib.sha256(OWN_BYTES).hexdigest())
    assert isinstance(refused.value, Objection)
    assert refused.value.code == code
    assert not folder.exists()


@pytest.mark.parametrize(
    "terms",
    [
        {"until": "https://www.w3.org/2018/credentials#validUntil"},
        {"c": "https://www.w3.org/2018/credentials#", "Own": {"@id": "urn:Own", "@context": {"until": "c:validUntil"}}},
    ],
)
def test_a_context_that_could_hide_something_known_is_not_imported(folder: Path, terms: dict[str, Any]) -> None:
    data = json.dumps({"@context": terms}).encode()
    with pytest.raises(Unsupported, match="“until”") as refused:
        contexts.bring(OWN, data, hashlib.sha256(data).hexdigest())
    assert refused.value.code == "hiding-context"
    pin = {"url": OWN, "sha256": hashlib.sha256(data).hexdigest(), "sha256_jcs": ""}
    folder.mkdir()
    (folder / f"{imported.name(OWN)}.json").write_bytes(data)
    (folder / f"{imported.name(OWN)}.pin").write_text(json.dumps(pin))
    assert code_of(OWN) == "hiding-context"


def test_a_well_known_copy_that_was_changed_names_nothing(folder: Path) -> None:
    folder.mkdir()
    (folder / f"{imported.name(V1)}.json").write_bytes(OWN_BYTES)
    assert code_of(V1) == "changed-context"
    assert "https://college.example/terms#grade" not in contexts.names()


def test_a_well_known_address_takes_no_other_document_whatever_hash_is_given(folder: Path) -> None:
    with pytest.raises(Unsupported) as refused:
        contexts.bring(V1, OWN_BYTES, hashlib.sha256(OWN_BYTES).hexdigest())
    assert refused.value.code == "changed-context"


def test_a_well_known_context_is_imported_in_any_layout_of_its_json(folder: Path) -> None:
    url, vocabulary = "https://www.w3.org/ns/credentials/examples/v2", "https://www.w3.org/ns/credentials/examples#"
    contexts.bring(url, json.dumps({"@context": {"@vocab": vocabulary}}, indent=7).encode())
    assert f'<{vocabulary}alumniOf> "x"' in canonical(with_context(url, alumniOf="x"))
    assert [file.suffix for file in folder.iterdir()] == [".json"]


def test_a_context_that_ships_needs_no_copy(folder: Path) -> None:
    contexts.bring(contexts.CREDENTIALS_V2, json.dumps(contexts.document(contexts.CREDENTIALS_V2)).encode())
    assert not folder.exists()


@pytest.mark.parametrize("changed", [b'{"@context": {"grade": "urn:other"}}', b"not JSON", b" " * 1_000_001])
def test_a_copy_that_was_changed_is_not_used(folder: Path, changed: bytes) -> None:
    contexts.bring(OWN, OWN_BYTES, hashlib.sha256(OWN_BYTES).hexdigest())
    (folder / f"{imported.name(OWN)}.json").write_bytes(changed)
    assert code_of(OWN) == "changed-context"


@pytest.mark.parametrize("pin", [b"", b"[]", b'{"url": 1}', b"[" * 100_000, b"\xff"])
def test_a_pin_that_cannot_be_read_pins_nothing(folder: Path, pin: bytes) -> None:
    contexts.bring(OWN, OWN_BYTES, hashlib.sha256(OWN_BYTES).hexdigest())
    (folder / f"{imported.name(OWN)}.pin").write_bytes(pin)
    assert code_of(OWN) == "unknown-context"
    assert contexts.at_hand() == contexts.SHIPPED


def test_a_write_that_fails_leaves_nothing_behind(folder: Path) -> None:
    (folder / f"{imported.name(OWN)}.json").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        contexts.bring(OWN, OWN_BYTES, hashlib.sha256(OWN_BYTES).hexdigest())
    assert [file.name for file in folder.iterdir()] == [f"{imported.name(OWN)}.json"]


def test_words_of_a_context_that_lean_on_each_other_are_followed_to_their_address() -> None:
    terms = {"a": "b", "b": "a", "c": "d", "d": "e:x", "e": "urn:e:", "f": "https://f.example/f", "https": "urn:h"}
    names: dict[str, set[str]] = {}
    contexts.collect(terms, names)
    assert names["urn:e:x"] == {"c", "d"}
    assert names["https://f.example/f"] == {"f"}


def test_each_address_has_a_file_name_of_its_own() -> None:
    names = {imported.name(url) for url in (*contexts.LOCK, "https://a.example/" + "x" * 500, "https://../../etc")}
    assert len(names) == len(contexts.LOCK) + 2
    assert all(len(name) < 100 and "/" not in name and not name.startswith(".") for name in names)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")
def test_every_well_known_context_has_a_copy_that_fits(contexts_here: None) -> None:
    assert contexts.missing() == ()
    assert set(copies()) == set(contexts.LOCK)
    for url in contexts.LOCK:
        assert contexts.document(url)["@context"]


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")
def test_every_layout_of_a_copy_fits() -> None:
    stored = [file for file in SHARED.rglob("contexts/*.json*") if file.name != "index.json"]
    pinned = {pin["sha256_jcs"] for each in contexts.LOCK.values() for pin in (each, *each.get("also", ()))}
    assert [file.name for file in stored if fingerprint(json.loads(file.read_bytes())) not in pinned] == []


#: Open Badges 2.0 is not signed as linked data, so that nothing can be renamed under its signature.
OPEN_BADGES_2 = {"revoked": "revokedAssertions", "verify": "verification"}  # the IRI ends in the first


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")
def test_no_well_known_context_gives_a_second_name_that_could_hide_the_first(contexts_here: None) -> None:
    properties = {iri: {term for term in terms if term[0].islower()} for iri, terms in contexts.names().items()}
    doubled = {
        iri: terms for iri, terms in properties.items() if len(terms) > 1 and iri and not iri.endswith(("/", "#"))
    }
    hiding = {(iri, hidden, read_as) for (iri, hidden), read_as in HIDING_NAMES.items()}
    hiding |= {(f"https://w3id.org/openbadges#{name}", other, name) for name, other in OPEN_BADGES_2.items()}
    doubled.pop("@id")  # an identifier under another name than “id” is refused everywhere
    assert doubled == {iri: {hidden, read_as} for iri, hidden, read_as in hiding}


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")
def test_the_expiry_of_a_proof_cannot_hide_under_another_name(contexts_here: None) -> None:
    proof = {"@context": [contexts.CREDENTIALS_V2], "type": "DataIntegrityProof", "expires": "2026-01-01T00:00:00Z"}
    assert "https://w3id.org/security#expiration" in canonical(proof)
    proof["@context"] += ["https://w3id.org/security/v1"]  # type: ignore[operator]
    proof["expiration"] = proof.pop("expires")
    with pytest.raises(Unsafe) as refused:
        canonical(proof)
    assert refused.value.code == "second-name"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")
def test_words_of_the_examples_context_are_defined_and_hide_nothing(contexts_here: None) -> None:
    examples = "https://www.w3.org/ns/credentials/examples/v2"
    assert "https://www.w3.org/ns/credentials/examples#alumniOf" in canonical(with_context(examples, alumniOf="x"))
