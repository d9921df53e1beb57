"""The embedded proofs on one badge: what each signs, with which key, and what each refuses."""

import copy
import hashlib
import random
from dataclasses import replace
from typing import Any

import pytest

from opencairn.engine.canonical import canonical
from opencairn.engine.canonical.jcs import canonical_json
from opencairn.engine.formats import open_badge_3
from opencairn.engine.keys import SigningKey, base58_decode, base58_encode, base64url_encode
from opencairn.engine.objections import Objection, Unsupported
from opencairn.engine.proofs import (
    EMBEDDED,
    ecdsa_jcs_2019,
    ecdsa_rdfc_2019,
    ecdsa_sd_2023,
    ed25519_signature_2020,
    eddsa_jcs_2022,
    eddsa_rdfc_2022,
)
from opencairn.engine.verify import examine

from .samples import AT, ATTAINMENT, KEY, as_bytes

P256 = SigningKey.from_bytes(bytes(range(1, 33)), "p256")
P384 = SigningKey.from_bytes(bytes(range(1, 49)), "p384")
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
PAIRS: list[tuple[Any, SigningKey]] = [
    (eddsa_rdfc_2022, KEY),
    (eddsa_jcs_2022, KEY),
    (ecdsa_rdfc_2019, P256),
    (ecdsa_rdfc_2019, P384),
    (ecdsa_jcs_2019, P256),
    (ecdsa_jcs_2019, P384),
]
each_suite = pytest.mark.parametrize(
    ("suite", "key"), PAIRS, ids=[f"{suite.SUITE}-{key.public.kind}" for suite, key in PAIRS]
)


def badge(key: SigningKey) -> dict[str, Any]:
    return open_badge_3.write(replace(ATTAINMENT, issuer=replace(ATTAINMENT.issuer, id=key.did), status=None))


def verdict(document: dict[str, Any]) -> tuple[str, str]:
    report = examine(as_bytes(document), at=AT, fetch=None, trust=None)
    step = report.step("signature")
    assert step is not None
    return report.verdict, step.code


def with_proof(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**document, "proof": {**document["proof"], **changes}}


@each_suite
def test_what_is_signed_verifies_and_no_change_does(suite: Any, key: SigningKey) -> None:
    signed = suite.sign(badge(key), key, created=AT)
    assert verdict(signed) == ("valid", "signed")
    for path, value in [
        (("name",), "Something else"),
        (("credentialSubject", "achievement", "name"), "Something else"),
        (("validUntil",), "2040-01-01T00:00:00Z"),
    ]:
        changed = copy.deepcopy(signed)
        here = changed
        for step in path[:-1]:
            here = here[step]
        here[path[-1]] = value
        assert verdict(changed) == ("invalid", "signature-differs"), path
    assert verdict(with_proof(signed, created="2026-03-02T09:00:01Z")) == ("invalid", "signature-differs")
    assert verdict(with_proof(signed, nonce="x")) == ("invalid", "signature-differs")


@each_suite
def test_words_without_a_meaning_are_not_signed_and_not_verified(suite: Any, key: SigningKey) -> None:
    with pytest.raises(Objection, match="not defined"):
        suite.sign({**badge(key), "honours": "summa cum laude"}, key, created=AT)
    changed = {**suite.sign(badge(key), key, created=AT), "honours": "summa cum laude"}
    assert examine(as_bytes(changed), at=AT, fetch=None, trust=None).verdict == "invalid"


@each_suite
def test_the_key_must_be_the_issuers(suite: Any, key: SigningKey) -> None:
    other = SigningKey.generate(key.public.kind)
    assert verdict(suite.sign(badge(key), other, created=AT)) == ("invalid", "key-of-another")
    signed = suite.sign(badge(key), other, created=AT)
    claimed = with_proof(signed, verificationMethod=key.verification_method)
    assert verdict(claimed) == ("invalid", "signature-differs")


@each_suite
@pytest.mark.parametrize("value", [None, "", "z", "z0", 5, "m" + "A" * 86, [], "z" + "1" * 65])
def test_a_value_that_cannot_be_read_is_refused(suite: Any, key: SigningKey, value: Any) -> None:
    document = with_proof(suite.sign(badge(key), key, created=AT), proofValue=value)
    bare = {name: each for name, each in document.items() if name != "proof"}
    with pytest.raises(Objection) as caught:
        suite.seal(bare, document["proof"], "")
    assert caught.value.code == "no-signature-value"
    del document["proof"]["proofValue"]
    assert verdict(document) == ("invalid", "no-signature-value")


@each_suite
def test_a_value_in_another_multibase_is_refused(suite: Any, key: SigningKey) -> None:
    signed = suite.sign(badge(key), key, created=AT)
    value = "u" + base64url_encode(base58_decode(signed["proof"]["proofValue"][1:]))
    assert verdict(with_proof(signed, proofValue=value)) == ("invalid", "no-signature-value")


@each_suite
def test_a_purpose_a_date_or_a_suite_of_another_kind_is_refused(suite: Any, key: SigningKey) -> None:
    signed = suite.sign(badge(key), key, created=AT)
    assert verdict(with_proof(signed, proofPurpose="authentication")) == ("invalid", "proof-purpose")
    assert verdict(with_proof(signed, created="yesterday")) == ("invalid", "bad-date")
    assert verdict(with_proof(signed, created="2026-03-02T09:00:00")) == ("invalid", "bad-date")
    assert verdict(with_proof(signed, type="Ed25519Signature2018")) == ("unsupported", "suite")
    assert verdict(with_proof(signed, cryptosuite="ecdsa-2019")) == ("unsupported", "suite")
    for other, _ in PAIRS:
        if other is not suite:
            assert verdict(with_proof(signed, cryptosuite=other.SUITE))[0] == "invalid"


@each_suite
def test_a_key_of_another_kind_does_not_sign(suite: Any, key: SigningKey) -> None:
    kinds = {each.public.kind for other, each in PAIRS if other is suite}
    for other in (KEY, P256, P384):
        if other.public.kind not in kinds:
            with pytest.raises(ValueError, match="does not sign"):
                suite.sign(badge(key), other, created=AT)


@pytest.mark.parametrize("suite", [ecdsa_rdfc_2019, ecdsa_jcs_2019])
def test_the_two_curves_are_not_mixed_up(suite: Any) -> None:
    small, large = (suite.sign(badge(key), key, created=AT) for key in (P256, P384))
    for document, other in ((small, P384), (large, P256)):
        bare = {name: value for name, value in document.items() if name != "proof"}
        seal = suite.seal(bare, document["proof"], "")
        assert not seal.holds(other.public)
        assert not seal.holds(KEY.public)
        changed = with_proof(document, verificationMethod=other.verification_method)
        assert verdict(changed) == ("invalid", "signature-differs")
    swapped = with_proof(small, proofValue=large["proof"]["proofValue"])
    assert verdict(swapped) == ("invalid", "signature-differs")


def test_both_spellings_of_an_ecdsa_signature_are_the_same_signature_and_no_other_number_is() -> None:
    signed = ecdsa_rdfc_2019.sign(badge(P256), P256, created=AT)
    value = base58_decode(signed["proof"]["proofValue"][1:])
    r, s = value[:32], int.from_bytes(value[32:], "big")

    def spelled(first: bytes, second: int) -> tuple[str, str]:
        return verdict(with_proof(signed, proofValue="z" + base58_encode(first + second.to_bytes(32, "big"))))

    assert spelled(r, ORDER - s) == ("valid", "signed")
    for first, second in ((r, 0), (bytes(32), s), (r, ORDER), (b"\xff" * 32, s), (r, (s + 1) % ORDER)):
        assert spelled(first, second) == ("invalid", "signature-differs")


@pytest.mark.parametrize(("suite", "key"), [(eddsa_jcs_2022, KEY), (ecdsa_jcs_2019, P384)])
def test_a_json_proof_says_under_which_contexts_it_was_signed(suite: Any, key: SigningKey) -> None:
    signed = suite.sign(badge(key), key, created=AT)
    contexts = signed["@context"]
    assert signed["proof"]["@context"] == contexts
    assert verdict({**signed, "@context": contexts[:-1]})[0] == "invalid"
    assert verdict(with_proof(signed, **{"@context": []})) == ("invalid", "signed-context")
    assert verdict(with_proof(signed, **{"@context": contexts[1:]})) == ("invalid", "signed-context")


def test_a_context_may_follow_those_that_were_signed_as_long_as_it_changes_no_meaning() -> None:
    signed = eddsa_jcs_2022.sign(badge(KEY), KEY, created=AT)
    harmless = {"@context": [*signed["@context"], {"another": "urn:x:another"}]}
    assert verdict({**signed, **harmless}) == ("valid", "signed")
    plain = {
        "@context": ["https://www.w3.org/ns/credentials/v2", {"Multikey": "urn:x:Bunch"}],
        "type": ["VerifiableCredential"],
        "issuer": KEY.did,
        "credentialSubject": {"id": "urn:x:1", "type": "Multikey"},
    }
    signed = eddsa_jcs_2022.sign(plain, KEY, created=AT)
    assert verdict(signed) == ("valid", "signed")
    changed = {**signed, "@context": [*plain["@context"], "https://w3id.org/security/multikey/v1"]}
    assert verdict(changed) == ("unsupported", "proof-context")


def test_a_json_proof_without_a_context_signs_the_documents_own() -> None:
    document = badge(KEY)
    made = eddsa_jcs_2022.sign(document, KEY, created=AT)["proof"]
    options = {name: value for name, value in made.items() if name not in ("@context", "proofValue")}
    data = b"".join(hashlib.sha256(canonical_json(each)).digest() for each in (options, document))
    proof = {**options, "proofValue": "z" + base58_encode(KEY.sign(data))}
    assert verdict({**document, "proof": proof}) == ("valid", "signed")


def test_the_older_ed25519_signature_needs_its_context() -> None:
    proof = {
        "type": "Ed25519Signature2020",
        "created": "2026-03-02T09:00:00Z",
        "verificationMethod": KEY.verification_method,
        "proofPurpose": "assertionMethod",
        "proofValue": "z" + base58_encode(KEY.sign(b"another text")),
    }
    report = examine(as_bytes({**badge(KEY), "proof": proof}), at=AT, fetch=None, trust=None)
    step = report.step("signature")
    assert step is not None
    assert (report.verdict, step.code) == ("unsupported", "missing-context")
    assert step.facts == (("context", ed25519_signature_2020.CONTEXT),)
    stated = {**badge(KEY), "@context": [*badge(KEY)["@context"], ed25519_signature_2020.CONTEXT]}
    with pytest.raises(Unsupported, match="has to be imported"):
        ed25519_signature_2020.seal(stated, proof, "its text")


def test_every_suite_is_listed_once_and_knows_only_its_own_proofs() -> None:
    names = [suite.SUITE for suite in EMBEDDED]
    assert sorted(names) == sorted(set(names))
    for name in names:
        proof = {"type": "DataIntegrityProof", "cryptosuite": name}
        if name == ed25519_signature_2020.SUITE:
            proof = {"type": name}
        assert [suite.SUITE for suite in EMBEDDED if suite.accepts(proof)] == [name]
    assert ecdsa_sd_2023 in EMBEDDED
    assert not any(suite.accepts({"type": "DataIntegrityProof"}) for suite in EMBEDDED)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document that holds something."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, each in inner for place in places(each, (*path, name)))]


ODD: list[Any] = [None, "", 0, -1, 1.5, True, [], {}, [[]], {"": {}}, {"@value": "x"}, "z", "u2V0B", "\0", "did:key:z"]


def mutant(document: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The document with one thing in it replaced, doubled, moved or taken away."""
    changed = copy.deepcopy(document)
    *way, last = dice.choice(places(document)[1:])
    here: Any = changed
    for step in way:
        here = here[step]
    deed = dice.randrange(4)
    if deed == 0:
        here[last] = dice.choice(ODD)
    elif deed == 1:
        here[last] = [here[last], here[last]]
    elif deed == 2:
        del here[last]
    else:
        here[last] = copy.deepcopy(dice.choice([changed["issuer"], changed["type"], changed["@context"]]))
    return changed


def meaning(document: dict[str, Any]) -> list[str]:
    bare = {name: value for name, value in document.items() if name != "proof"}
    stated = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
    options = [{**each, "@context": document["@context"]} for each in stated]
    return [canonical(bare), *(canonical({**each, "proofValue": "z"}) for each in options[:1])]


FUZZED = [
    *PAIRS,
    pytest.param(ecdsa_sd_2023, P256, id="ecdsa-sd-2023-p256"),
]


@pytest.mark.parametrize(("suite", "key"), FUZZED)
def test_no_mutant_that_means_something_else_is_valid_and_none_crashes(suite: Any, key: SigningKey) -> None:
    dice = random.Random(f"{suite.SUITE} {key.public.kind}")
    signed = suite.sign(badge(key), key, created=AT)
    if suite is ecdsa_sd_2023:
        signed = suite.derive(signed, ["/id", "/credentialSubject"])
    original = meaning(signed)
    assert verdict(signed) == ("valid", "signed")
    for _ in range(250):
        changed = mutant(signed, dice)
        if examine(as_bytes(changed), at=AT, fetch=None, trust=None).verdict == "valid":
            assert meaning(changed) == original, changed
