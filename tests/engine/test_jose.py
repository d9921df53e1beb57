"""Compact signed tokens: what is written is read, and whatever is unsafe is refused before any key is looked at."""

import base64
import datetime as dt
import hashlib
import hmac
import json
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from opencairn.engine.keys import PublicKey, SigningKey, base64url_decode, base64url_encode
from opencairn.engine.objections import Malformed, Objection, Unread, Unsupported
from opencairn.engine.proofs import jose
from tests.engine.samples import KEY

CLAIMS = {"iss": KEY.did, "note": "Gewässer"}


@cache
def key_of(kind: Any) -> SigningKey:
    return KEY if kind == "ed25519" else SigningKey.generate(kind)


def spelled(value: Any) -> str:
    words = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64url_encode(words)


def token(header: Any, claims: Any = CLAIMS, signature: bytes = b"x" * 64) -> str:
    return ".".join((spelled(header), spelled(claims), spelled(signature)))


@pytest.mark.parametrize("kind", ["ed25519", "p256", "p384", "rsa"])
def test_a_token_comes_back_with_each_kind_of_key(kind: Any) -> None:
    key = key_of(kind)
    found = jose.read(jose.sign(CLAIMS, key, typ="application/VC+JWT", kid="#1"))
    assert found.claims == CLAIMS
    assert found.header == {"alg": key.algorithm, "typ": "application/VC+JWT", "kid": "#1"}
    assert found.type == "vc+jwt"
    assert found.holds(key.public)
    assert not found.holds(SigningKey.generate("p256").public)


def test_the_signature_of_rfc_8037_holds() -> None:
    key = SigningKey.from_bytes(base64url_decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
    words = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    made = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    assert key.public.holds(base64url_decode(made), words.encode(), "EdDSA")


def test_a_signature_with_pss_holds() -> None:
    private = rsa.generate_private_key(65537, 2048)
    words = f"{spelled({'alg': 'PS256'})}.{spelled(CLAIMS)}"
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    signature = private.sign(words.encode(), pss, hashes.SHA256())
    key = SigningKey(private).public
    assert jose.read(f"{words}.{spelled(signature)}").holds(key)
    as_plain = words.replace(spelled({"alg": "PS256"}), spelled({"alg": "RS256"}))
    assert not jose.read(f"{as_plain}.{spelled(signature)}").holds(key)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none"}, "token-unsigned"),
        ({"alg": "nOnE"}, "token-unsigned"),
        ({"alg": "HS256"}, "token-secret"),
        ({"alg": "HS512"}, "token-secret"),
        ({"alg": "ES256K"}, "suite"),
        ({"alg": "RSA-OAEP"}, "suite"),
        ({"alg": ["EdDSA"]}, "token-shape"),
        ({}, "token-shape"),
        ({"alg": "EdDSA", "crit": ["exp"], "exp": 1}, "token-extension"),
        ({"alg": "EdDSA", "crit": []}, "token-extension"),
        ({"alg": "EdDSA", "b64": False, "crit": ["b64"]}, "token-extension"),
        ({"alg": "EdDSA", "b64": True}, "token-extension"),
        ([], "token-shape"),
        (b'{"alg":"EdDSA","alg":"ES256"}', "duplicate-name"),
        (b'{"alg":"EdDSA","n":NaN}', "not-a-number"),
        (b'{"alg":"EdDSA","n":"\\ud800"}', "half-character"),
        (b'{"alg"', "token-shape"),
        (b"\xff", "token-shape"),
        (b'{"alg":"EdDSA","n":' + b"[" * 5_000, "too-deep"),
        (b'{"alg":"EdDSA","n":' + b"[" * 70 + b"]" * 70 + b"}", "too-deep"),
    ],
)
def test_a_header_that_nobody_should_follow_is_refused(header: Any, code: str) -> None:
    with pytest.raises(Objection) as refused:
        jose.read(token(header))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        (b'{"iss":"a","iss":"b"}', "duplicate-name"),
        (b'{"n":Infinity}', "not-a-number"),
        (b'{"n":1e999}', "number-too-large"),
        (b'{"n":"\\udc00"}', "half-character"),
        ([], "token-shape"),
        (b'"words"', "token-shape"),
        (b"", "token-shape"),
        (b"{", "token-shape"),
    ],
)
def test_a_payload_that_two_readers_could_read_differently_is_refused(claims: Any, code: str) -> None:
    with pytest.raises(Objection) as refused:
        jose.read(token({"alg": "EdDSA"}, claims))
    assert refused.value.code == code


GOOD = jose.sign(CLAIMS, KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "a.b",
        f"{GOOD}.x",
        f"{GOOD}=",
        f" {GOOD}",
        f"{GOOD}\n",
        GOOD.replace(".", "..", 1),
        GOOD.partition(".")[2],
        GOOD[:-1] + chr(ord(GOOD[-1]) + 1),  # a second spelling of the same bytes
        GOOD + "AAA",
    ],
)
def test_what_is_not_put_together_as_a_token_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        jose.read(text)


def test_a_token_larger_than_any_credential_needs_is_not_read() -> None:
    with pytest.raises(Unread, match="larger than"):
        jose.read(token({"alg": "EdDSA"}, {"n": "x" * 1_000_000}))


# --- one key, one kind of signature ---


def test_a_public_key_is_never_a_shared_secret() -> None:
    """The classic confusion: a token sealed with HMAC, whose secret is the issuer's public key."""
    for secret in (KEY.public.raw, json.dumps(KEY.public.jwk).encode()):
        words = f"{spelled({'alg': 'HS256'})}.{spelled(CLAIMS)}"
        seal = hmac.new(secret, words.encode(), hashlib.sha256).digest()
        with pytest.raises(Malformed, match="shared secret"):
            jose.read(f"{words}.{spelled(seal)}")


@pytest.mark.parametrize("kind", ["ed25519", "p256", "p384", "rsa"])
@pytest.mark.parametrize("algorithm", ["EdDSA", "Ed25519", "ES256", "ES384", "RS256", "PS256"])
def test_a_key_answers_only_for_algorithms_of_its_own_kind(kind: Any, algorithm: str) -> None:
    key = key_of(kind)
    words = f"{spelled({'alg': algorithm})}.{spelled(CLAIMS)}"
    found = jose.read(f"{words}.{spelled(key.sign(words.encode()))}")
    usual = algorithm == key.algorithm or (kind == "ed25519" and algorithm == "Ed25519")
    assert found.holds(key.public) is usual


def test_a_signature_in_der_or_of_another_length_does_not_hold() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    key = SigningKey(private)
    words = f"{spelled({'alg': 'ES256'})}.{spelled(CLAIMS)}"
    good = key.sign(words.encode())
    assert jose.read(f"{words}.{spelled(good)}").holds(key.public)
    der = private.sign(words.encode(), ec.ECDSA(hashes.SHA256()))
    for bad in (der, good[:-1], good + b"\0", b"", bytes(64), b"\xff" * 64, good[32:] + good[:32]):
        assert not jose.read(f"{words}.{spelled(bad)}").holds(key.public), bad


# --- keys that a token brings along, and the key it names ---


def certificate(public: Any, signer: Any) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tarntal")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(public).serial_number(7)
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    built = built.not_valid_before(start).not_valid_after(start + dt.timedelta(days=9))
    made = built.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return base64.b64encode(made).decode()


def test_a_key_in_the_header_is_read_and_is_only_brought_along() -> None:
    assert jose.own_key({"jwk": KEY.public.jwk}) == KEY.public
    private = ec.generate_private_key(ec.SECP256R1())
    chain = [certificate(private.public_key(), private)]
    assert jose.own_key({"x5c": chain}) == SigningKey(private).public
    assert jose.own_key({"alg": "EdDSA"}) is None


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": {"kty": "oct", "k": "AAAA"}},
        {"jwk": {**KEY.public.jwk, "d": "AAAA"}},
        {"jwk": None},
        {"x5c": []},
        {"x5c": "AAAA"},
        {"x5c": [5]},
        {"x5c": ["AAAA"]},
        {"x5c": ["???"]},
        {"x5c": ["A" * 30_000]},
        {"x5c": {"0": "AAAA"}},
        {"x5c": None},
    ],
)
def test_a_key_in_the_header_that_nobody_can_read_is_unsupported(header: Any) -> None:
    with pytest.raises(Unsupported):
        jose.own_key(header)


def test_a_certificate_with_a_short_key_is_unsupported() -> None:
    private = rsa.generate_private_key(65537, 1024)
    with pytest.raises(Unsupported):
        jose.own_key({"x5c": [certificate(private.public_key(), private)]})


WEB = "did:web:tarntal.example"


@pytest.mark.parametrize(
    ("header", "issuer", "method"),
    [
        ({"kid": f"{WEB}#1"}, WEB, f"{WEB}#1"),
        ({"kid": "#1"}, WEB, f"{WEB}#1"),
        ({"kid": "1"}, WEB, f"{WEB}#1"),
        ({"kid": "1"}, None, "1"),
        ({"kid": "https://a.example/k"}, WEB, "https://a.example/k"),
        ({"kid": 42}, WEB, None),
        ({}, WEB, None),
        ({}, KEY.did, KEY.did),
        ({"jwk": {}}, KEY.did, None),
        ({}, None, None),
    ],
)
def test_the_key_that_a_header_names(header: Any, issuer: Any, method: str | None) -> None:
    assert jose.method(header, issuer) == method


def test_a_type_that_is_not_words_is_no_type() -> None:
    assert jose.read(token({"alg": "EdDSA", "typ": 5})).type == "?"
    assert jose.read(token({"alg": "EdDSA"})).type == ""


@pytest.mark.parametrize("value", [None, "2026-03-01", True, [], 10**15, -(10**15)])
def test_a_date_that_is_no_number_of_seconds_is_refused(value: Any) -> None:
    with pytest.raises(Malformed, match="not a date"):
        jose.seconds(value, "exp")


def test_seconds_may_have_a_fraction() -> None:
    assert jose.seconds(1.5, "iat") == dt.datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=dt.UTC)


def test_a_public_key_of_another_length_is_no_key() -> None:
    assert not jose.read(GOOD).holds(PublicKey("ed25519", b"short"))
