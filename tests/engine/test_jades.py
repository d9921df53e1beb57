"""The advanced electronic seal (JAdES B-B): what holds, what is only intact, and what is refused."""

import base64
import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from opencairn.engine import signatures
from opencairn.engine.formats import elm
from opencairn.engine.keys import SigningKey, base64url_decode, base64url_encode
from opencairn.engine.objections import Malformed, NotACredential, Objection, Unsupported
from opencairn.engine.opening import Credential
from opencairn.engine.proofs import certificates, jades
from opencairn.engine.report import Step

from .elm_samples import FULL
from .samples import AT

SHARED = Path(__file__).resolve().parents[3] / "shared"
ZOO = SHARED / "data" / "credential_zoo" / "files"
IDENTIFIER = FULL.issuer.legal_identifier
DOCUMENT = elm.write(FULL)
AUTHORITY_KEY = ec.derive_private_key(4711, ec.SECP256R1())
LATER = AT + timedelta(days=30)
PRIVATE: Mapping[str, Any] = {
    "ES256": ec.derive_private_key(42, ec.SECP256R1()),
    "ES384": ec.derive_private_key(42, ec.SECP384R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)),
}


def name(organisation: str, identifier: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)] if organisation else []
    if identifier:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, identifier))
    return x509.Name(parts)


AUTHORITY_NAME = name("Trust Service")


def certificate(
    subject: x509.Name,
    key: Any,
    *,
    begins: datetime = AT - timedelta(days=1),
    ends: datetime = AT + timedelta(days=365),
    is_authority: bool = False,
    usage: bool | None = True,
) -> bytes:
    """A certificate that the authority signed; ``usage`` says whether it may sign, None leaves that unsaid."""
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(AUTHORITY_NAME)
    builder = builder.public_key(key.public_key()).serial_number(7).not_valid_before(begins).not_valid_after(ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(AUTHORITY_KEY.public_key()), critical=False
    )
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    if usage is not None:
        allowed = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"),
            False,
        )  # fmt: skip
        use = x509.KeyUsage(
            digital_signature=usage and not is_authority, key_cert_sign=is_authority, crl_sign=is_authority, **allowed
        )
        builder = builder.add_extension(use, critical=True)
    return builder.sign(AUTHORITY_KEY, hashes.SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)


AUTHORITY = certificate(AUTHORITY_NAME, AUTHORITY_KEY, is_authority=True)
KEY = SigningKey(PRIVATE["ES256"])
LEAF = certificate(name("Hochschule Tarntal", IDENTIFIER), PRIVATE["ES256"])
SEALED = jades.sign(DOCUMENT, key=KEY, certificates=(LEAF,), at=AT)


def step(sealed: Any, *, at: datetime = LATER, anchors: tuple[bytes, ...] = ()) -> Step:
    opened = jades.open_envelope(sealed, anchors=anchors)
    issuer = opened.document["issuer"]["id"]
    credential = Credential(opened.document, opened.kind, issuer, opened.seals, opened.signed)
    return signatures.signature(credential, at=at, fetch=None)


def sealed_by(leaf: bytes, document: Mapping[str, Any] = DOCUMENT, **header: Any) -> dict[str, Any]:
    """A seal put together by hand, with the header changed: None takes a part away."""
    full = {
        "alg": "ES256",
        "x5c": [base64.b64encode(leaf).decode()],
        "x5t#S256": base64url_encode(hashlib.sha256(leaf).digest()),
        "iat": int(AT.timestamp()),
        "b64": False,
        "crit": ["b64"],
        **header,
    }
    stated = {part: value for part, value in full.items() if value is not None}
    protected = base64url_encode(json.dumps(stated).encode())
    text = json.dumps(document)
    payload = text if stated.get("b64") is False else base64url_encode(text.encode())
    signature = base64url_encode(KEY.sign(f"{protected}.{payload}".encode()))
    return {"payload": payload, "protected": protected, "signature": signature}


def test_a_seal_holds_where_a_list_vouches_for_its_certificate() -> None:
    found = step(SEALED, anchors=(AUTHORITY,))
    assert (found.outcome, found.code) == ("pass", "sealed")
    assert "advanced" in found.why
    assert "qualified" not in found.why
    assert dict(found.facts)["name"] == "Hochschule Tarntal"
    assert jades.open_envelope(SEALED).document == DOCUMENT


def test_a_seal_whose_certificate_is_itself_on_the_list_holds() -> None:
    assert step(SEALED, anchors=(LEAF,)).outcome == "pass"


def test_a_seal_that_no_list_vouches_for_is_only_intact() -> None:
    other = certificate(name("Somebody"), PRIVATE["ES384"], is_authority=True)
    for anchors in ((), (other,)):
        found = step(SEALED, anchors=anchors)
        assert (found.outcome, found.code) == ("unknown", "seal-not-on-list")
        assert found.why == "The seal is intact, but the certificate is on no list that was given."


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "EdDSA", "RS256"])
def test_each_kind_of_key_seals(algorithm: str) -> None:
    private = PRIVATE.get(algorithm) or rsa.generate_private_key(65537, 2048)
    leaf = certificate(name("Hochschule Tarntal", IDENTIFIER), private)
    sealed = jades.sign(DOCUMENT, key=SigningKey(private), certificates=(leaf,), at=AT)
    header = json.loads(base64url_decode(sealed["signatures"][0]["protected"]))
    assert (header["alg"], header["b64"], header["crit"]) == (algorithm, False, ["b64"])
    assert step(sealed, anchors=(leaf,)).outcome == "pass"
    assert step({**sealed, "payload": sealed["payload"] + " "}, anchors=(leaf,)).code == "signature-differs"


def test_a_changed_document_does_not_hold() -> None:
    changed = {**SEALED, "payload": SEALED["payload"].replace("Mirren", "Morten")}
    assert step(changed, anchors=(AUTHORITY,)).code == "signature-differs"


def test_the_same_seal_is_read_flattened_compact_and_in_base64url() -> None:
    flat = sealed_by(LEAF)
    encoded = sealed_by(LEAF, b64=None, crit=None)
    compact = ".".join(encoded[part] for part in ("protected", "payload", "signature"))
    for each in (flat, encoded, compact):
        assert jades.accepts(each)
        assert step(each, anchors=(AUTHORITY,)).outcome == "pass"


def test_every_one_of_several_signatures_must_hold() -> None:
    parts = {part: sealed_by(LEAF)[part] for part in ("protected", "signature")}
    both = {"payload": sealed_by(LEAF)["payload"], "signatures": [parts, {**parts, "signature": "AAAA"}]}
    assert step(both, anchors=(AUTHORITY,)).code == "signature-differs"
    assert step({**both, "signatures": [parts, parts]}, anchors=(AUTHORITY,)).outcome == "pass"


def test_what_came_later_is_left_aside() -> None:
    later = {**SEALED["signatures"][0], "header": {"etsiU": ["eyJ9"]}}
    assert step({**SEALED, "signatures": [later]}, anchors=(AUTHORITY,)).outcome == "pass"


def test_the_older_spelling_of_the_time_is_read() -> None:
    older = sealed_by(LEAF, iat=None, sigT="2026-03-02T09:00:00Z", crit=["b64", "sigT"])
    (seal,) = jades.open_envelope(older).seals
    assert seal.created == AT


# --- the certificate ---


def other_leaf(subject: x509.Name = name("Hochschule Tarntal", IDENTIFIER), **more: Any) -> bytes:  # noqa: B008
    return certificate(subject, PRIVATE["ES256"], **more)


@pytest.mark.parametrize(
    ("leaf", "outcome", "code"),
    [
        (other_leaf(name("Another", "VATFR-1")), "fail", "seal-of-another"),
        (other_leaf(name("Hochschule Tarntal")), "unknown", "seal-of-nobody"),
        (other_leaf(name("")), "unknown", "seal-of-nobody"),
        (other_leaf(begins=AT + timedelta(days=1)), "fail", "seal-certificate-not-in-force"),
        (other_leaf(ends=AT + timedelta(days=2)), "unknown", "seal-certificate-ended"),
        (other_leaf(usage=False), "fail", "seal-certificate-use"),
        (other_leaf(usage=None), "pass", "sealed"),
        (other_leaf(), "pass", "sealed"),
    ],
)
def test_the_certificate_is_judged(leaf: bytes, outcome: str, code: str) -> None:
    found = step(sealed_by(leaf), anchors=(AUTHORITY,))
    assert (found.outcome, found.code) == (outcome, code)


@pytest.mark.parametrize(
    "issuer",
    [{**DOCUMENT["issuer"], "eIDASIdentifier": None}, {**DOCUMENT["issuer"], "eIDASIdentifier": {"notation": 5}}],
)
def test_a_credential_that_states_no_legal_identifier_ties_no_certificate_to_its_issuer(issuer: Any) -> None:
    assert step(sealed_by(LEAF, {**DOCUMENT, "issuer": issuer}), anchors=(AUTHORITY,)).code == "seal-of-nobody"


def test_an_issuer_that_is_only_an_address_ties_no_certificate() -> None:
    (seal,) = jades.open_envelope(sealed_by(LEAF, {**DOCUMENT, "issuer": "did:web:x.example"})).seals
    assert seal.key("did:web:x.example", at=LATER, fetch=None).code == "seal-of-nobody"


def test_a_seal_from_the_future_does_not_count() -> None:
    found = step(SEALED, at=AT - timedelta(hours=1), anchors=(LEAF,))
    assert (found.outcome, found.code) == ("fail", "signature-early")


def test_garbage_among_the_other_certificates_leads_nowhere() -> None:
    rubbish = [base64.b64encode(each).decode() for each in (LEAF, b"rubbish")]
    assert step(sealed_by(LEAF, x5c=rubbish), anchors=(AUTHORITY,)).code == "seal-not-on-list"


def test_a_path_through_an_authority_between_is_followed() -> None:
    between_key = PRIVATE["ES384"]
    between = certificate(name("Between"), between_key, is_authority=True)
    leaf = (
        x509.CertificateBuilder()
        .subject_name(name("Hochschule Tarntal", IDENTIFIER))
        .issuer_name(name("Between"))
        .public_key(PRIVATE["ES256"].public_key())
        .serial_number(8)
        .not_valid_before(AT)
        .not_valid_after(AT + timedelta(days=99))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(between_key.public_key()), critical=False)
        .sign(between_key, hashes.SHA384())
        .public_bytes(Encoding.DER)
    )
    chain = [base64.b64encode(each).decode() for each in (leaf, between)]
    assert step(sealed_by(leaf, x5c=chain), anchors=(AUTHORITY,)).outcome == "pass"
    assert step(sealed_by(leaf), anchors=(AUTHORITY,)).code == "seal-not-on-list"


def test_a_certificate_of_another_key_is_no_certificate_of_this_seal() -> None:
    other = certificate(name("Hochschule Tarntal", IDENTIFIER), ec.derive_private_key(43, ec.SECP256R1()))
    assert step(sealed_by(other), anchors=(AUTHORITY,)).code == "signature-differs"
    with pytest.raises(ValueError, match="not one of this key"):
        jades.sign(DOCUMENT, key=KEY, certificates=(other,), at=AT)


def test_nobody_seals_in_the_name_of_another_or_out_of_time() -> None:
    with pytest.raises(ValueError, match="not of the issuer"):
        jades.sign(DOCUMENT, key=KEY, certificates=(other_leaf(name("Another", "VATFR-1")),), at=AT)
    with pytest.raises(ValueError, match="not in force"):
        jades.sign(DOCUMENT, key=KEY, certificates=(LEAF,), at=AT + timedelta(days=4000))
    bare = elm.write(replace(FULL, issuer=replace(FULL.issuer, legal_identifier="")))
    with pytest.raises(ValueError, match="nothing says"):
        jades.sign(bare, key=KEY, certificates=(LEAF,), at=AT)


def test_a_key_that_is_not_followed_makes_the_certificate_unreadable() -> None:
    for der in (b"rubbish", certificate(name("X"), ec.derive_private_key(5, ec.SECP521R1()))):
        with pytest.raises(Malformed, match="certificate of the seal"):
            certificates.read(der)


# --- what is no seal, or demands too much ---


def with_protected(protected: str) -> dict[str, Any]:
    return {**sealed_by(LEAF), "protected": protected}


REFUSED: list[tuple[str, Callable[[], Any], type[Objection], str]] = [
    ("an unknown demand", lambda: sealed_by(LEAF, crit=["b64", "exp"]), Unsupported, "seal-demand"),
    ("a demand that is not there", lambda: sealed_by(LEAF, crit=["b64", "sigT"]), Unsupported, "seal-demand"),
    ("a demand that is no word", lambda: sealed_by(LEAF, crit=[["b64"]]), Unsupported, "seal-demand"),
    ("no demands", lambda: sealed_by(LEAF, crit=[]), Malformed, "seal-shape"),
    ("demands that are no list", lambda: sealed_by(LEAF, crit="b64"), Malformed, "seal-shape"),
    ("a payload in clear that nobody must know of", lambda: sealed_by(LEAF, crit=None), Malformed, "seal-shape"),
    ("b64 of another kind", lambda: sealed_by(LEAF, b64="no"), Malformed, "seal-shape"),
    ("data elsewhere", lambda: sealed_by(LEAF, sigD={}), Unsupported, "seal-detached"),
    ("no signature at all", lambda: sealed_by(LEAF, alg="none"), Unsupported, "suite"),
    ("a shared secret", lambda: sealed_by(LEAF, alg="HS256"), Unsupported, "suite"),
    ("an algorithm that is no word", lambda: sealed_by(LEAF, alg=["ES256"]), Unsupported, "suite"),
    ("no certificate", lambda: sealed_by(LEAF, x5c=None), Unsupported, "seal-without-certificate"),
    ("too many certificates", lambda: sealed_by(LEAF, x5c=["AA=="] * 9), Unsupported, "seal-without-certificate"),
    ("a certificate that is no base64", lambda: sealed_by(LEAF, x5c=["*"]), Malformed, "seal-shape"),
    ("a certificate that is a number", lambda: sealed_by(LEAF, x5c=[5]), Malformed, "seal-shape"),
    ("another certificate's digest", lambda: sealed_by(LEAF, **{"x5t#S256": "AA"}), Malformed, "seal-other-certificate"),
    ("no time", lambda: sealed_by(LEAF, iat=None), Malformed, "bad-date"),
    ("a time that is none", lambda: sealed_by(LEAF, iat="now"), Malformed, "bad-date"),
    ("a time beyond all years", lambda: sealed_by(LEAF, iat=10**15), Malformed, "bad-date"),
    ("a signature that is no base64url", lambda: {**sealed_by(LEAF), "signature": "*"}, Malformed, "seal-shape"),
    ("a signature that is a number", lambda: {**sealed_by(LEAF), "signature": 5}, Malformed, "seal-shape"),
    ("a header that is no base64url", lambda: with_protected("*"), Malformed, "seal-shape"),
    ("a header that is a list", lambda: with_protected("W10"), Malformed, "seal-shape"),
    ("a header beside", lambda: {**sealed_by(LEAF), "header": {"alg": "ES256"}}, Unsupported, "seal-unprotected"),
    ("a payload that is no text", lambda: {**sealed_by(LEAF), "payload": {}}, Malformed, "seal-shape"),
    ("a payload that is not in base64url", lambda: {**sealed_by(LEAF, b64=None, crit=None), "payload": "*"}, Malformed, "seal-shape"),
    ("no signatures", lambda: {"payload": "{}", "signatures": []}, Malformed, "seal-shape"),
    ("too many signatures", lambda: {"payload": "{}", "signatures": [{}] * 9}, Malformed, "seal-shape"),
    ("signatures that are none", lambda: {"payload": "{}", "signatures": [5]}, Malformed, "seal-shape"),
    ("a text with too few parts", lambda: "a.b", Malformed, "seal-shape"),
    ("another document", lambda: sealed_by(LEAF, {"type": "VerifiableCredential"}), Unsupported, "seal-on-other"),
    ("a list", lambda: {**sealed_by(LEAF), "payload": "[]"}, Unsupported, "seal-on-other"),
    ("no JSON", lambda: {**sealed_by(LEAF), "payload": "words"}, NotACredential, "not-json"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "kind", "code"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_a_seal_is_refused_with_a_reason(make: Callable[[], Any], kind: type[Objection], code: str) -> None:
    with pytest.raises(kind) as raised:
        jades.open_envelope(make())
    assert raised.value.code == code
    assert type(raised.value) is kind


def test_no_change_of_a_single_character_leaves_a_seal_that_holds() -> None:
    chance, flat = random.Random(20260302), sealed_by(LEAF)
    anchors = (AUTHORITY,)
    assert step(flat, anchors=anchors).outcome == "pass"
    for _ in range(600):
        part = chance.choice(("payload", "protected", "signature"))
        place, letter = chance.randrange(len(flat[part])), chance.choice('AQgw09-_. {}"\u00e9')
        changed = {**flat, part: flat[part][:place] + letter + flat[part][place + 1 :]}
        if changed != flat:
            try:
                assert step(changed, anchors=anchors).outcome != "pass"
            except Objection:
                continue


def test_only_a_seal_is_taken_for_one() -> None:
    assert jades.accepts(SEALED)
    token = f"{base64url_encode(json.dumps({'alg': 'ES256', 'kid': 'x'}).encode())}.e30.AA"
    for other in (token, "words", "a.b.c", {}, DOCUMENT, {"payload": "{}", "signatures": []}):
        assert not jades.accepts(other)


def test_two_signatures_on_two_readings_of_one_payload_are_refused() -> None:
    flat = sealed_by(LEAF)
    clear, coded = flat, sealed_by(LEAF, b64=None, crit=None)
    parts = [{part: each[part] for part in ("protected", "signature")} for each in (coded, clear)]
    with pytest.raises(Unsupported, match="something else"):
        jades.open_envelope({"payload": coded["payload"], "signatures": parts})


# --- the EU's own seals ---


@pytest.mark.shared
@pytest.mark.skipif(not ZOO.is_dir(), reason="the reference data ../shared is not here")
@pytest.mark.parametrize(
    ("file", "outcome", "code"),
    [
        ("elm-Sample-MC-Annex1-signed.jsonld", "unknown", "seal-certificate-ended"),
        ("edci-credential-signed.jsonld", "fail", "seal-of-another"),
        ("edci-credential-jws-invalid.jsonld", "unknown", "seal-certificate-ended"),
    ],
)
def test_the_seals_of_the_eu_s_samples_are_intact_and_not_trusted(file: str, outcome: str, code: str) -> None:
    sealed = json.loads((ZOO / file).read_text())
    opened = jades.open_envelope(sealed)
    assert all(each.own_key and each.holds(each.own_key) for each in opened.seals)
    found = step(sealed, at=datetime(2026, 11, 21, tzinfo=UTC))
    assert (found.outcome, found.code) == (outcome, code)
    assert elm.read(opened.document).achievement.name
    assert step({**sealed, "payload": sealed["payload"] + " "}).code == "signature-differs"
