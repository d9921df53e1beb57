"""Keys as they are written, and whether an issuer provably controls the key a signature names."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.engine.did import find_key, issuer_document
from opencairn.engine.keys import PublicKey, SigningKey, base58_decode, base58_encode, from_multikey
from opencairn.engine.objections import Malformed, Unsupported
from opencairn.kit.dates import iso
from tests.engine.samples import AT, KEY, STRANGER, offering

WEB = "did:web:tarntal.example:issuer"
WEB_DOCUMENT = "https://tarntal.example/issuer/did.json"
PROFILE = "https://tarntal.example/issuer"
NAME = KEY.public.multikey


@given(st.binary(max_size=80))
def test_base58_comes_back(data: bytes) -> None:
    assert base58_decode(base58_encode(data)) == data


def test_base58_of_a_published_example() -> None:
    assert base58_encode(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert base58_encode(b"\0\0\x28\x7f\xb4\xcd") == "11233QC4"


@pytest.mark.parametrize("words", ["0", "O", "I", "l", "é", "1" * 300])
def test_what_is_not_base58_is_refused(words: str) -> None:
    with pytest.raises(ValueError):
        base58_decode(words)


def test_the_key_of_rfc_8032_and_its_did() -> None:
    key = SigningKey.from_bytes(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert key.public.raw.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a")
    assert key.did.startswith("did:key:z6Mk")
    assert key.verification_method == f"{key.did}#{key.did[8:]}"
    assert from_multikey(key.did[8:]) == key.public
    assert SigningKey.from_bytes(key.to_bytes()).did == key.did


def test_a_key_never_shows_its_private_half() -> None:
    key = SigningKey.generate()
    assert key.to_bytes().hex() not in repr(key)
    assert repr(key) == f"SigningKey({key.did})"


@pytest.mark.parametrize("words", ["", "z", "u6Mk", "z6Mk", "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"])
def test_what_is_no_multikey_is_refused(words: str) -> None:
    with pytest.raises(ValueError):
        from_multikey(words)


def test_a_signature_fits_one_key_and_one_text() -> None:
    signature = KEY.sign(b"text")
    assert KEY.public.holds(signature, b"text")
    assert not KEY.public.holds(signature, b"texT")
    assert not STRANGER.public.holds(signature, b"text")
    assert not PublicKey("ed25519", b"short").holds(signature, b"text")


# --- did:key ---


@pytest.mark.parametrize("method", [KEY.verification_method, KEY.did])
def test_a_did_key_is_its_own_proof(method: str) -> None:
    found = find_key(method, KEY.did, at=AT, fetch=None)
    assert (found.outcome, found.public) == ("pass", KEY.public)


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        (f"{KEY.did}#{STRANGER.public.multikey}", Malformed),
        ("did:key:zDnae#zDnae", Unsupported),
        ("z6Mk", Malformed),
        (None, Malformed),
        ({"id": "x"}, Malformed),
    ],
)
def test_a_badly_named_key_is_refused(method: Any, kind: type) -> None:
    with pytest.raises(kind):
        find_key(method, KEY.did, at=AT, fetch=None)


def test_a_strangers_did_key_is_not_the_issuers() -> None:
    found = find_key(STRANGER.verification_method, KEY.did, at=AT, fetch=offering({}))
    assert (found.outcome, found.code) == ("fail", "key-of-another")


# --- documents that issuers publish ---


@pytest.mark.parametrize(
    ("issuer", "url"),
    [
        (PROFILE, PROFILE),
        (f"{PROFILE}#main", PROFILE),
        ("did:web:tarntal.example", "https://tarntal.example/.well-known/did.json"),
        ("did:web:tarntal.example%3A8443:a:b", "https://tarntal.example:8443/a/b/did.json"),
        (WEB, WEB_DOCUMENT),
    ],
)
def test_where_an_issuer_says_which_keys_are_its_own(issuer: str, url: str) -> None:
    assert issuer_document(issuer) == url


@pytest.mark.parametrize(
    "issuer", ["did:ion:abc", "urn:uuid:1", "http://x.example", "did:web:a/../b", "did:web:a@b", "did:web:a%2fb"]
)
def test_issuers_of_other_kinds_are_unsupported(issuer: str) -> None:
    with pytest.raises(Unsupported):
        issuer_document(issuer)


def method(**changes: Any) -> dict[str, Any]:
    return {"id": f"{WEB}#{NAME}", "type": "Multikey", "controller": WEB, "publicKeyMultibase": NAME, **changes}


def document(*methods: Any, assertion: Any = f"{WEB}#{NAME}", **changes: Any) -> dict[str, Any]:
    return {"id": WEB, "verificationMethod": list(methods), "assertionMethod": assertion, **changes}


JWK = {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(KEY.public.raw).decode().rstrip("=")}
NO_KEY = {"publicKeyMultibase": None}


@pytest.mark.parametrize(
    "published",
    [
        document(method()),
        document(method(), assertion=[f"{WEB}#other", f"#{NAME}"]),
        document(assertion=[method()]),
        document(method(), assertion=[{"id": f"{WEB}#{NAME}", "publicKeyMultibase": NAME}]),
        document(None, 7, {"id": 5}, method(**NO_KEY, publicKeyJwk=JWK)),
        document(method(expires=iso(AT + timedelta(days=1)))),
    ],
)
def test_a_key_that_the_issuer_lists_is_its_own(published: Any) -> None:
    found = find_key(f"{WEB}#{NAME}", WEB, at=AT, fetch=offering({WEB_DOCUMENT: published}))
    assert (found.outcome, found.public) == ("pass", KEY.public), found.why


@pytest.mark.parametrize(
    ("published", "outcome", "code"),
    [
        (document(method(), assertion=None), "fail", "key-not-listed"),
        (document(method(), assertion=[5, "x"]), "fail", "key-not-listed"),
        (document(), "fail", "key-not-listed"),
        (document(method(controller=KEY.did)), "fail", "key-of-another"),
        (document(method(revoked=iso(AT))), "fail", "key-revoked"),
        (document(method(expires=iso(AT))), "fail", "key-expires"),
        (document(method(expires="soon")), "fail", "key-expires"),
        (document(method(publicKeyMultibase=STRANGER.public.multikey)), "fail", "key-differs"),
        (document(method(publicKeyMultibase="z6")), "fail", "key-differs"),
        (document(method(**NO_KEY, publicKeyJwk={**JWK, "x": "AA"})), "fail", "key-differs"),
        (document(method(**NO_KEY, publicKeyJwk={**JWK, "crv": "Ed448"})), "fail", "key-differs"),
        (document(method(), id="did:web:somebody.example"), "unknown", "other-issuer-document"),
        ([], "unknown", "other-issuer-document"),
        (b"<html>", "unknown", "key-not-confirmed"),
        (b'{"id": 1, "id": 2}', "unknown", "key-not-confirmed"),
    ],
)
def test_a_key_that_the_issuer_does_not_confirm_is_not_its_own(published: Any, outcome: str, code: str) -> None:
    found = find_key(f"{WEB}#{NAME}", WEB, at=AT, fetch=offering({WEB_DOCUMENT: published}))
    assert (found.outcome, found.code) == (outcome, code)


def test_a_key_named_only_by_the_credential_is_unknown() -> None:
    """The trap of the reference data: the key stands in the fragment and fits, but nobody vouches for it."""
    for fetch in (None, offering({})):
        found = find_key(f"{PROFILE}#{NAME}", PROFILE, at=AT, fetch=fetch)
        assert found.outcome == "unknown"
        assert found.public == KEY.public  # enough to tell a changed document from an unconfirmed one
    assert find_key(f"{PROFILE}#key-1", PROFILE, at=AT, fetch=None).public is None


def test_an_issuer_profile_may_confirm_its_key() -> None:
    profile = {
        "id": PROFILE,
        "type": "Profile",
        "verificationMethod": [{"id": "#key-1", "publicKeyMultibase": NAME}],
        "assertionMethod": ["#key-1"],
    }
    found = find_key(f"{PROFILE}#key-1", PROFILE, at=AT, fetch=offering({PROFILE: json.dumps(profile).encode()}))
    assert found.outcome == "pass"
