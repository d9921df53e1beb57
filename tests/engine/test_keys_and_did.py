"""Keys as they are written, and whether an issuer provably controls the key a signature names."""

import base64
import json
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519
from hypothesis import given
from hypothesis import strategies as st

from opencairn.engine.did import did_document, find_key, issuer_document, key_in_name
from opencairn.engine.keys import (
    PublicKey,
    SigningKey,
    base58_decode,
    base58_encode,
    base64url_decode,
    base64url_encode,
    from_jwk,
    from_multikey,
    public_key,
)
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


# --- four kinds of keys ---


@cache
def key_of(kind: Any) -> SigningKey:
    return SigningKey.generate(kind)


KINDS: list[Any] = ["ed25519", "p256", "p384", "rsa"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_of_each_kind_comes_back_from_all_its_spellings(kind: Any) -> None:
    key = key_of(kind)
    assert from_jwk(key.public.jwk) == key.public
    assert key_in_name(key.did) == key.public
    if kind != "rsa":
        assert from_multikey(key.public.multikey) == key.public
        assert SigningKey.from_bytes(key.to_bytes(), kind).did == key.did
    pem = key.to_pem(b"a passphrase")
    assert b"ENCRYPTED" in pem
    assert SigningKey.from_pem(pem, b"a passphrase").did == key.did
    assert key.public.holds(key.sign(b"text"), b"text")
    assert key.public.holds(key.sign(b"text"), b"text", key.algorithm)
    assert not key.public.holds(key.sign(b"text"), b"texT")
    assert repr(key) == f"SigningKey({key.did})"


@pytest.mark.parametrize(
    ("kind", "start"),
    [("ed25519", "did:key:z6Mk"), ("p256", "did:key:zDn"), ("p384", "did:key:z82"), ("rsa", "did:jwk:ey")],
)
def test_the_name_of_a_key_tells_its_kind(kind: Any, start: str) -> None:
    assert key_of(kind).did.startswith(start)


def test_the_multikeys_of_the_w3c_are_read() -> None:
    """W3C Controlled Identifiers 1.0 and Data Integrity ECDSA 1.0 publish these."""
    for words, kind in (
        ("zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP", "p256"),
        ("z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ", "p384"),
    ):
        assert (from_multikey(words).kind, from_multikey(words).multikey) == (kind, words)


def test_an_rsa_key_has_no_short_form() -> None:
    with pytest.raises(ValueError, match="no short form"):
        key_of("rsa").to_bytes()


@pytest.mark.parametrize(("pem", "passphrase"), [(b"", None), (b"-----BEGIN", b"x"), (KEY.to_pem(b"right"), b"wrong")])
def test_a_file_that_does_not_open_is_no_key(pem: bytes, passphrase: bytes | None) -> None:
    with pytest.raises(ValueError, match="not a private key"):
        SigningKey.from_pem(pem, passphrase)
    with pytest.raises(ValueError, match="not a private key"):
        SigningKey.from_pem(KEY.to_pem(b"right"))


def pem_of(private: Any) -> bytes:
    none = serialization.NoEncryption()
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, none)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "private",
    [
        ec.generate_private_key(ec.SECP256K1()),
        ec.generate_private_key(ec.SECP521R1()),
        x25519.X25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 1024),
    ],
    ids=["secp256k1", "p521", "x25519", "rsa 1024"],
)
def test_keys_of_other_kinds_are_not_opened(private: Any) -> None:
    with pytest.raises(ValueError, match="not a private key"):
        SigningKey.from_pem(pem_of(private))


P256 = key_of("p256").public.jwk
RSA = key_of("rsa").public.jwk
ED = KEY.public.jwk


@pytest.mark.parametrize(
    "jwk",
    [
        None, [], "d", 5, {}, {"kty": "oct", "k": "AAAA"}, {"kty": ["EC"]},
        {**ED, "crv": "X25519"}, {**ED, "x": ED["x"] + "="}, {**ED, "x": "AA"}, {**ED, "x": None}, {**ED, "x": "é"},
        {**ED, "d": "AAAA"}, {**ED, "use": "enc"}, {**ED, "key_ops": ["deriveBits"]}, {**ED, "key_ops": 5},
        {**P256, "crv": "P-384"}, {**P256, "crv": "secp256k1"}, {**P256, "crv": []}, {**P256, "x": P256["y"], "y": P256["x"]},
        {**P256, "x": "AA" + P256["x"]}, {**P256, "y": P256["y"][:-4]}, {"kty": "EC", "crv": "P-256"},
        {**P256, "x": base64url_encode(bytes(32)), "y": base64url_encode(bytes(32))},
        {**RSA, "n": RSA["n"][:170]}, {**RSA, "n": "A" * 3_000}, {**RSA, "e": "AQ"}, {**RSA, "e": "Ag"}, {**RSA, "e": ""},
        {**RSA, "e": base64url_encode(b"\x01" + bytes(7) + b"\x01")},
    ],
)  # fmt: skip
def test_what_is_no_public_key_for_signatures_is_refused(jwk: Any) -> None:
    with pytest.raises(ValueError, match="not a JWK"):
        from_jwk(jwk)


def test_a_key_for_signatures_may_say_so() -> None:
    assert from_jwk({**ED, "use": "sig", "key_ops": ["verify"], "alg": "EdDSA", "kid": "1"}) == KEY.public


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x02" + bytes(31), b"\x05" + bytes(32), b"\x02" + b"\xff" * 32],
)
def test_a_point_that_is_on_no_curve_holds_nothing(raw: bytes) -> None:
    assert not PublicKey("p256", raw).holds(bytes(64), b"")
    with pytest.raises(ValueError):
        from_multikey("z" + base58_encode(b"\x80\x24" + raw))


def test_other_bytes_are_no_rsa_key() -> None:
    ed = serialization.load_pem_private_key(KEY.to_pem(b"x"), b"x").public_key()
    info = ed.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    for raw in (b"", b"x", info):
        assert not PublicKey("rsa", raw).holds(bytes(256), b"")


def test_an_algorithm_of_another_kind_of_key_never_holds() -> None:
    signature = KEY.sign(b"text")
    assert KEY.public.holds(signature, b"text", "Ed25519")
    for algorithm in ("ES256", "RS256", "HS256", "none", "eddsa"):
        assert not KEY.public.holds(signature, b"text", algorithm)


def test_bytes_have_one_spelling_in_base64url() -> None:
    assert base64url_decode("AA") == b"\0"
    for words in ("AB", "AA==", "A", "A+", "A/", "é"):
        with pytest.raises(ValueError):
            base64url_decode(words)


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


# --- did:jwk ---


def test_a_did_jwk_is_its_own_proof() -> None:
    key = key_of("rsa")
    for method in (key.verification_method, key.did):
        found = find_key(method, key.did, at=AT, fetch=None)
        assert (found.outcome, found.public) == ("pass", key.public)
    assert find_key(key.did, KEY.did, at=AT, fetch=None).outcome == "fail"
    with pytest.raises(Malformed):
        find_key(f"{key.did}#1", key.did, at=AT, fetch=None)


def did_jwk(words: bytes) -> str:
    return "did:jwk:" + base64url_encode(words)


@pytest.mark.parametrize(
    "words",
    [
        b"{}", b"[]", b"5", b"{", b"\xff", b"", b"[" * 9_000, json.dumps({**ED, "d": "AAAA"}).encode(),
        json.dumps(ED).encode().replace(b"{", b'{"kty":"EC",', 1),
    ],
)  # fmt: skip
def test_a_did_jwk_in_disorder_is_unsupported(words: bytes) -> None:
    with pytest.raises(Unsupported):
        key_in_name(did_jwk(words))


# --- a key that the document brings along ---


def test_a_key_brought_along_counts_only_where_the_issuers_name_spells_it_out() -> None:
    for issuer, outcome, code in (
        (KEY.did, "pass", ""),
        (STRANGER.did, "fail", "key-of-another"),
        (PROFILE, "unknown", "key-brought-along"),
        ("urn:uuid:1", "unknown", "key-brought-along"),
    ):
        found = find_key(None, issuer, at=AT, fetch=None, own_key=KEY.public)
        assert (found.outcome, found.code, found.public) == (outcome, code, KEY.public)


def test_the_key_that_is_named_goes_before_one_that_is_brought_along() -> None:
    found = find_key(KEY.verification_method, KEY.did, at=AT, fetch=None, own_key=STRANGER.public)
    assert (found.outcome, found.public) == ("pass", KEY.public)
    listed = offering({WEB_DOCUMENT: document(method())})
    assert find_key(f"{WEB}#{NAME}", WEB, at=AT, fetch=listed, own_key=STRANGER.public).public == KEY.public
    named = document(method(id=f"{WEB}#1"), assertion="#1")
    brought = find_key(f"{WEB}#1", WEB, at=AT, fetch=offering({WEB_DOCUMENT: named}), own_key=STRANGER.public)
    assert (brought.outcome, brought.code) == ("fail", "key-differs")


def test_an_issuer_that_nobody_can_look_up_is_unknown_and_a_changed_document_still_shows() -> None:
    for issuer in ("urn:uuid:1", "did:example:foo"):
        found = find_key(KEY.verification_method, issuer, at=AT, fetch=offering({}))
        assert (found.outcome, found.code, found.public) == ("unknown", "issuer-kind", KEY.public)


# --- the address of a JWK ---


@pytest.mark.parametrize(
    ("kid", "outcome", "code"),
    [
        (f"{PROFILE}/keys/1", "pass", ""),
        (f"{PROFILE}/keys/rsa", "unknown", "key-unreadable"),
        (f"{PROFILE}/keys/none", "unknown", "key-not-confirmed"),
        (f"{PROFILE}/keys/text", "unknown", "key-not-confirmed"),
        (PROFILE, "unknown", "key-elsewhere"),
        (f"{PROFILE}s/keys/1", "unknown", "key-elsewhere"),
        ("https://tarntal.example/keys/1", "unknown", "key-elsewhere"),
        ("https://elsewhere.example/issuer/keys/1", "unknown", "key-elsewhere"),
        (f"{PROFILE}/../keys/1", "unknown", "key-elsewhere"),
        (f"{PROFILE}/a/..", "unknown", "key-elsewhere"),
        (f"{PROFILE}/./1", "unknown", "key-elsewhere"),
        (f"{PROFILE}/%2e%2e/keys/1", "unknown", "key-elsewhere"),
        (f"{PROFILE}/?next=https://elsewhere.example", "unknown", "key-elsewhere"),
        (f"{PROFILE}/\\elsewhere.example/", "unknown", "key-elsewhere"),
        (f"{PROFILE}//elsewhere.example/1", "unknown", "key-elsewhere"),
    ],
)
def test_a_jwk_counts_under_the_issuers_own_address_where_the_issuer_lists_it(
    kid: str, outcome: str, code: str
) -> None:
    there = {f"{PROFILE}/keys/1": ED, f"{PROFILE}/keys/rsa": {"kty": "oct"}, f"{PROFILE}/keys/text": b"text"}
    everywhere = {
        f"{PROFILE}/../keys/1": ED,
        "https://tarntal.example/keys/1": ED,
        f"{PROFILE}//elsewhere.example/1": ED,
    }
    profile = {PROFILE: {"id": PROFILE, "assertionMethod": [kid]}}
    found = find_key(kid, PROFILE, at=AT, fetch=offering({**there, **everywhere, **profile}))
    assert (found.outcome, found.code) == (outcome, code)
    assert find_key(kid, PROFILE, at=AT, fetch=None).outcome == "unknown"


def test_a_jwk_that_is_not_the_one_brought_along_is_another() -> None:
    network = offering({f"{PROFILE}/k": ED, f"{PROFILE}/": {"id": f"{PROFILE}/", "assertionMethod": f"{PROFILE}/k"}})
    found = find_key(f"{PROFILE}/k", f"{PROFILE}/", at=AT, fetch=network, own_key=STRANGER.public)
    assert (found.outcome, found.code) == ("fail", "key-differs")
    assert find_key(f"{PROFILE}/k", f"{PROFILE}/", at=AT, fetch=network, own_key=KEY.public).outcome == "pass"


def multikey(**changes: Any) -> dict[str, Any]:
    return {"id": f"{PROFILE}#1", "publicKeyMultibase": KEY.public.multikey, **changes}


@pytest.mark.parametrize(
    ("published", "outcome", "code"),
    [
        (None, "unknown", "key-not-confirmed"),
        (b"<html>", "unknown", "key-not-confirmed"),
        ([], "unknown", "other-issuer-document"),
        ({"id": f"{PROFILE}/keys", "assertionMethod": f"{PROFILE}/k"}, "unknown", "other-issuer-document"),
        ({"id": PROFILE}, "unknown", "key-not-listed"),
        ({"id": PROFILE, "assertionMethod": [f"{PROFILE}/other"]}, "unknown", "key-not-listed"),
        ({"id": PROFILE, "verificationMethod": [f"{PROFILE}/k"]}, "unknown", "key-not-listed"),
        ({"id": PROFILE, "authentication": [f"{PROFILE}/k"]}, "unknown", "key-not-listed"),
        ({"id": PROFILE, "verificationMethod": multikey()}, "unknown", "key-not-listed"),
        ({"id": PROFILE, "assertionMethod": multikey(publicKeyMultibase=STRANGER.public.multikey)}, "unknown", "key-not-listed"),
        ({"id": PROFILE, "assertionMethod": [f"{PROFILE}/k"]}, "pass", ""),
        ({"id": PROFILE, "assertionMethod": {"id": f"{PROFILE}/k", "publicKeyJwk": KEY.public.jwk}}, "pass", ""),
        ({"id": PROFILE, "assertionMethod": multikey()}, "pass", ""),
        ({"id": PROFILE, "assertionMethod": ["#1"], "verificationMethod": [multikey(id="#1")]}, "pass", ""),
        ({"id": PROFILE, "assertionMethod": multikey(revoked=iso(AT))}, "fail", "key-revoked"),
        (
            {"id": PROFILE, "assertionMethod": [f"{PROFILE}/k"], "verificationMethod": multikey(id=f"{PROFILE}/k", expires=iso(AT))},
            "fail",
            "key-expires",
        ),
        ({"id": PROFILE, "assertionMethod": multikey(id=f"{PROFILE}/k", publicKeyMultibase=STRANGER.public.multikey)}, "fail", "key-differs"),
    ],
)  # fmt: skip
def test_a_jwk_under_the_issuers_address_that_the_issuer_does_not_list_may_be_anybodys(
    published: Any, outcome: str, code: str
) -> None:
    there = {f"{PROFILE}/k": ED} if published is None else {f"{PROFILE}/k": ED, PROFILE: published}
    found = find_key(f"{PROFILE}/k", PROFILE, at=AT, fetch=offering(there))
    assert (found.outcome, found.code, found.public) == (
        outcome,
        code,
        None if code == "key-not-confirmed" else KEY.public,
    )


def test_a_did_web_does_not_confirm_a_key_at_an_https_address() -> None:
    found = find_key(
        "https://tarntal.example/issuer/k", WEB, at=AT, fetch=offering({"https://tarntal.example/issuer/k": ED})
    )
    assert found.code == "key-elsewhere"


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
    "issuer",
    [
        "did:ion:abc",
        "urn:uuid:1",
        "http://x.example",
        "did:web:a/../b",
        "did:web:a@b",
        "did:web:a%2fb",
        "did:web:a.example:..:b",
        "did:web:a.example:b:.",
        "DID:WEB:a.example",
    ],
)
def test_issuers_of_other_kinds_are_unsupported(issuer: str) -> None:
    with pytest.raises(Unsupported):
        issuer_document(issuer)


def method(**changes: Any) -> dict[str, Any]:
    return {"id": f"{WEB}#{NAME}", "type": "Multikey", "controller": WEB, "publicKeyMultibase": NAME, **changes}


def document(*methods: Any, assertion: Any = f"{WEB}#{NAME}", **changes: Any) -> dict[str, Any]:
    return {"id": WEB, "verificationMethod": list(methods), "assertionMethod": assertion, **changes}


JWK = {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(KEY.public.raw).decode().rstrip("=")}
NO_KEY: dict[str, Any] = {"publicKeyMultibase": None}


@pytest.mark.parametrize(
    "published",
    [
        document(method()),
        document(method(), assertion=[f"{WEB}#other", f"#{NAME}"]),
        document(assertion=[method()]),
        document(method(), assertion=[{"id": f"{WEB}#{NAME}", "publicKeyMultibase": NAME}]),
        document(None, 7, {"id": 5}, method(**NO_KEY, publicKeyJwk=JWK)),
        document(method(expires=iso(AT + timedelta(days=1)))),
        document(method(**NO_KEY, type="Ed25519VerificationKey2018", publicKeyBase58=base58_encode(KEY.public.raw))),
        document(method(type="Ed25519VerificationKey2020")),
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
        (document(method(**NO_KEY)), "fail", "key-differs"),
        (document(method(**NO_KEY, publicKeyBase58=base58_encode(KEY.public.raw))), "fail", "key-differs"),
        (document(method(**NO_KEY, type="Ed25519VerificationKey2018", publicKeyBase58="1")), "fail", "key-differs"),
        (document(method(**NO_KEY, type="Ed25519VerificationKey2018", publicKeyBase58="0")), "fail", "key-differs"),
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


RSA = rsa.generate_private_key(65_537, 2048)


def test_a_did_that_spells_out_its_key_stands_for_a_document() -> None:
    found = did_document(KEY.did)
    assert found["assertionMethod"] == [KEY.verification_method]
    assert found["verificationMethod"][0]["publicKeyMultibase"] == KEY.public.multikey
    jwk = public_key(RSA.public_key()).jwk
    did = "did:jwk:" + base64.urlsafe_b64encode(json.dumps(jwk).encode()).decode().rstrip("=")
    (method,) = did_document(did)["verificationMethod"]
    assert (method["id"], method["type"], method["publicKeyJwk"]["n"]) == (f"{did}#0", "JsonWebKey", jwk["n"])


def test_other_dids_stand_for_no_document_that_could_be_made_up() -> None:
    with pytest.raises(Unsupported) as refused:
        did_document("did:web:example.org")
    assert refused.value.code == "issuer-kind"
