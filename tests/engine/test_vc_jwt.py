"""Credentials as signed tokens in their three forms, and enveloped in JSON: written, read and judged."""

import json
from typing import Any

import pytest

from opencairn.engine.canonical.contexts import CREDENTIALS_V2
from opencairn.engine.formats import open_badge_3
from opencairn.engine.keys import SigningKey, base64url_encode
from opencairn.engine.objections import Objection
from opencairn.engine.opening import CREDENTIALS_V1, fingerprint, open_credential
from opencairn.engine.proofs import enveloped, jose, sd_jwt, vc_jwt
from opencairn.engine.proofs.sd_jwt import Binding
from opencairn.engine.report import Report
from opencairn.engine.verify import examine
from tests.engine.samples import AT, ATTAINMENT, KEY, LIST, STRANGER, as_bytes, offering, status_list

BADGE = open_badge_3.write(ATTAINMENT)
NETWORK = offering({LIST: status_list()})
NOW = int(AT.timestamp())
#: nothing but the model's own words
PLAIN = {
    "@context": [CREDENTIALS_V2],
    "type": ["VerifiableCredential"],
    "id": "urn:uuid:1",
    "issuer": KEY.did,
    "validFrom": "2026-03-01T09:00:00Z",
    "credentialSubject": {"id": "urn:somebody"},
}
OLD = {**PLAIN, "@context": [CREDENTIALS_V1], "issuer": {"id": "did:example:1"}, "issuanceDate": "2026-03-01T09:00:00Z"}
del OLD["validFrom"]


def judged(text: str | bytes, **more: Any) -> Report:
    return examine(text.encode() if isinstance(text, str) else text, at=AT, fetch=NETWORK, trust=None, **more)


def step(report: Report, name: str = "signature") -> Any:
    return next(each for each in report.steps if each.name == name)


def refused(text: str) -> str:
    with pytest.raises(Objection) as found:
        open_credential(text)
    return found.value.code


# --- written here ---


@pytest.mark.parametrize("kind", ["ed25519", "p256", "p384", "rsa"])
@pytest.mark.parametrize("typ", ["vc+jwt", "JWT"])
def test_a_badge_as_a_token_is_valid_with_each_kind_of_key(kind: Any, typ: str) -> None:
    key = SigningKey.generate(kind)
    bare = {name: value for name, value in BADGE.items() if name != "credentialStatus"}
    document = {**bare, "issuer": {**BADGE["issuer"], "id": key.did}}
    text = vc_jwt.sign(document, key, typ=typ)
    report = judged(text)
    assert report.verdict == "valid", [each.why for each in report.steps]
    assert step(report).code == "signed"
    found = open_credential(text)
    assert found.document == document
    assert found.attainment == open_badge_3.read(document)


def test_the_open_badges_form_repeats_what_the_badge_says() -> None:
    token = jose.read(vc_jwt.sign(BADGE, KEY, typ="JWT", kid="https://tarntal.example/key", brings_key=True))
    assert token.header == {"alg": "EdDSA", "typ": "JWT", "kid": "https://tarntal.example/key", "jwk": KEY.public.jwk}
    said = {name: token.claims[name] for name in ("iss", "jti", "nbf", "exp")}
    assert said == {"iss": KEY.did, "jti": ATTAINMENT.id, "nbf": NOW, "exp": NOW + 86_400_000}
    plain = jose.read(vc_jwt.sign({**PLAIN, "credentialSubject": [{}]}, KEY, typ="JWT"))
    assert set(plain.claims) == {*PLAIN, "iss", "jti", "nbf"}
    assert jose.read(vc_jwt.sign({**PLAIN}, KEY, typ="JWT")).claims["sub"] == "urn:somebody"


def test_the_w3c_form_is_the_credential_and_nothing_else() -> None:
    token = jose.read(vc_jwt.sign(BADGE, KEY))
    assert token.claims == BADGE
    assert token.header == {"alg": "EdDSA", "typ": "vc+jwt", "kid": KEY.verification_method}


def test_a_document_with_a_proof_is_not_put_in_a_token() -> None:
    with pytest.raises(ValueError, match="already has a proof"):
        vc_jwt.sign({**BADGE, "proof": {}}, KEY)


def test_a_token_whose_badge_was_revoked_is_invalid() -> None:
    bits = bytearray(16_384)
    bits[94_567 // 8] |= 0x80 >> 94_567 % 8
    network = offering({LIST: status_list(bits=bytes(bits))})
    text = vc_jwt.sign(BADGE, KEY)
    assert judged(text).verdict == "valid"
    assert examine(text.encode(), at=AT, fetch=network, trust=None).verdict == "invalid"


def test_a_changed_token_and_one_of_a_stranger_are_invalid() -> None:
    head, _, signature = vc_jwt.sign(PLAIN, KEY).split(".")
    other = base64url_encode(json.dumps({**PLAIN, "id": "urn:uuid:2"}).encode())
    assert step(judged(f"{head}.{other}.{signature}")).code == "signature-differs"
    assert step(judged(vc_jwt.sign(PLAIN, STRANGER))).code == "key-of-another"
    assert step(judged(vc_jwt.sign(PLAIN, STRANGER, kid=KEY.verification_method))).code == "signature-differs"


# --- registered claims beside the credential ---


def test_registered_claims_complete_the_credential() -> None:
    bare = {name: value for name, value in PLAIN.items() if name not in ("id", "issuer", "validFrom")}
    claims = {
        **bare,
        "credentialSubject": [{"name": "x"}],
        "iss": KEY.did,
        "jti": "urn:uuid:1",
        "sub": "urn:s",
        "nbf": NOW,
    }
    found = open_credential(jose.sign({**claims, "aud": "x", "nonce": "y"}, KEY, typ="JWT")).document
    assert found == {
        **bare,
        "id": "urn:uuid:1",
        "issuer": KEY.did,
        "credentialSubject": {"id": "urn:s", "name": "x"},
        "validFrom": "2026-03-02T09:00:00Z",
    }


@pytest.mark.parametrize(
    ("change", "typ"),
    [
        ({"iss": STRANGER.did}, "vc+jwt"),
        ({"iss": 5}, "vc+jwt"),
        ({"jti": "urn:uuid:2"}, "JWT"),
        ({"sub": "urn:another"}, "JWT"),
        ({"sub": "urn:somebody", "credentialSubject": [{"id": "urn:somebody"}, {"id": "urn:x"}]}, "JWT"),
        ({"sub": "urn:somebody", "credentialSubject": "urn:somebody"}, "vc+jwt"),
        ({"nbf": NOW}, "JWT"),
        ({"exp": NOW + 9, "validUntil": "2027-01-01T00:00:00Z"}, "JWT"),
    ],
)
def test_a_registered_claim_that_contradicts_the_credential_is_refused(change: Any, typ: str) -> None:
    assert refused(jose.sign({**PLAIN, **change}, KEY, typ=typ)) == "token-claims"


def test_a_second_more_or_less_in_the_fraction_is_no_contradiction() -> None:
    claims = {**PLAIN, "validFrom": "2026-03-01T09:00:00.750Z", "nbf": NOW - 86_400}
    assert judged(jose.sign(claims, KEY, typ="JWT", kid=KEY.did)).verdict == "valid"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": NOW - 1}, "signature-expired"),
        ({"exp": NOW}, "signature-expired"),
        ({"nbf": NOW + 301}, "signature-early"),
        ({"iat": NOW + 301}, "signature-early"),
        ({"iat": NOW - 5, "nbf": NOW - 9, "exp": NOW + 1}, "signed"),
    ],
)
def test_registered_dates_bound_the_signature(claims: Any, code: str) -> None:
    report = judged(jose.sign({**PLAIN, **claims}, KEY, typ="vc+jwt", kid=KEY.did))
    assert step(report).code == code
    assert report.verdict == ("valid" if code == "signed" else "invalid")


def test_a_date_that_is_none_is_refused() -> None:
    assert refused(jose.sign({**PLAIN, "exp": "soon"}, KEY, typ="vc+jwt")) == "bad-date"
    report = judged(jose.sign({**PLAIN, "validFrom": "soon", "nbf": NOW}, KEY, typ="JWT", kid=KEY.did))
    assert step(report, "format").code == "bad-date"


# --- the older form, under `vc` ---


def test_in_the_older_form_the_registered_claims_replace_what_the_credential_says() -> None:
    claims = {"iss": KEY.did, "sub": "urn:s", "jti": "urn:j", "nbf": NOW - 9, "exp": NOW + 9, "vc": dict(OLD)}
    found = vc_jwt.open_envelope(jose.sign(claims, KEY, typ="JWT"))
    assert found.kind == "credential-1"
    assert found.document == {
        **OLD,
        "id": "urn:j",
        "issuer": {"id": KEY.did},
        "credentialSubject": {"id": "urn:s"},
        "expirationDate": "2026-03-02T09:00:09Z",
    }
    del claims["vc"]["issuanceDate"]
    assert vc_jwt.open_envelope(jose.sign(claims, KEY)).document["issuanceDate"] == "2026-03-02T08:59:51Z"


def test_a_newer_credential_under_vc_may_not_be_contradicted() -> None:
    found = vc_jwt.open_envelope(jose.sign({"vc": PLAIN, "iss": KEY.did, "nbf": NOW}, KEY))
    assert found.document == PLAIN
    assert found.seals[0].begins == AT
    assert refused(jose.sign({"vc": PLAIN, "iss": STRANGER.did}, KEY)) == "token-claims"


@pytest.mark.parametrize(("typ", "vc"), [("vc+jwt", PLAIN), ("JWT", []), ("JWT", "x")])
def test_vc_where_it_may_not_stand_is_refused(typ: str, vc: Any) -> None:
    assert refused(jose.sign({"vc": vc, "iss": KEY.did}, KEY, typ=typ)) == "token-claims"


# --- what a token is instead ---


@pytest.mark.parametrize(
    ("claims", "typ", "code"),
    [
        ({"vp": {}}, "JWT", "presentation"),
        ({"type": "VerifiablePresentation", "@context": [CREDENTIALS_V2]}, "vp+jwt", "presentation"),
        ({"type": "VerifiablePresentation", "@context": [CREDENTIALS_V2]}, "JWT", "presentation"),
        ({"sub": "x", "credentialSubject": {}}, "at+jwt", "token"),
        ({"iss": "https://sign-in.example", "exp": 5}, "JWT", "no-credential"),
        ({**PLAIN, "@context": "urn:x"}, "vc+jwt", "unknown-context"),
        ({**PLAIN, "@context": [{}]}, "vc+jwt", "first-context"),
        ({**PLAIN, "issuer": 5}, "vc+jwt", "not-an-address"),
    ],
)
def test_other_tokens_are_told_apart(claims: Any, typ: str, code: str) -> None:
    assert refused(jose.sign(claims, KEY, typ=typ)) == code


def test_a_word_without_a_meaning_is_let_through_but_no_trick_with_meanings() -> None:
    odd = {**PLAIN, "honours": "summa cum laude", "type": ["VerifiableCredential", "Odd"]}
    assert judged(jose.sign(odd, KEY, typ="vc+jwt", kid=KEY.did)).verdict == "valid"
    tricked = {**PLAIN, "@context": [CREDENTIALS_V2, {"issuer": "urn:x"}]}
    assert judged(jose.sign(tricked, KEY, typ="vc+jwt", kid=KEY.did)).verdict == "invalid"


# --- keys ---

PROFILE = "https://tarntal.example/issuers/1"


def by_profile(issuer: str = PROFILE, **header: Any) -> str:
    return jose.sign({**PLAIN, "issuer": issuer}, KEY, typ="vc+jwt", **header)


def test_a_key_that_only_the_header_brings_along_is_never_enough() -> None:
    report = judged(by_profile(jwk=KEY.public.jwk))
    assert (report.verdict, step(report).code) == ("unknown", "key-brought-along")
    changed = by_profile(jwk=STRANGER.public.jwk)
    assert step(judged(changed)).code == "signature-differs"
    assert judged(by_profile(KEY.did, jwk=KEY.public.jwk)).verdict == "valid"  # the name spells out the same key
    assert step(judged(by_profile(STRANGER.did, jwk=KEY.public.jwk))).code == "key-of-another"


def test_a_stranger_who_brings_a_key_cannot_name_the_issuers() -> None:
    forged = jose.sign(PLAIN, STRANGER, typ="vc+jwt", kid=KEY.verification_method, jwk=STRANGER.public.jwk)
    assert step(judged(forged)).code == "signature-differs"


def test_a_token_that_names_no_key_counts_only_where_the_issuers_name_is_one() -> None:
    assert judged(by_profile(KEY.did)).verdict == "valid"
    assert step(judged(by_profile())).code == "no-key-named"


def test_the_address_of_a_key_as_jwk_counts_where_the_issuer_lists_it() -> None:
    kid, elsewhere = f"{PROFILE}/key", "https://tarntal.example/key"
    keys = {kid: KEY.public.jwk, elsewhere: KEY.public.jwk}
    listing = {PROFILE: {"id": PROFILE, "assertionMethod": [kid, elsewhere]}}
    for named, network, verdict in (
        (kid, {**keys, **listing}, "valid"),
        (kid, keys, "unknown"),
        (kid, {**keys, PROFILE: {"id": PROFILE}}, "unknown"),
        (elsewhere, {**keys, **listing}, "unknown"),
    ):
        token = by_profile(kid=named).encode()
        assert examine(token, at=AT, fetch=offering(network), trust=None).verdict == verdict


# --- enveloped in JSON ---


def test_an_enveloped_credential_is_opened() -> None:
    token = vc_jwt.sign(BADGE, KEY)
    report = judged(as_bytes(enveloped.wrap(token)))
    assert report.verdict == "valid", [each.why for each in report.steps]
    assert judged(token).verdict == "valid"


def test_a_credential_with_disclosures_may_be_enveloped() -> None:
    token = sd_jwt.sign(PLAIN, KEY, hidden=[("id",)], typ="vc+sd-jwt")
    wrapped = {
        **enveloped.wrap(""),
        "id": f"data:application/vc+sd-jwt,{token}",
        "type": ["EnvelopedVerifiableCredential"],
    }
    assert judged(as_bytes(wrapped)).verdict == "valid"


TOKEN = vc_jwt.sign(PLAIN, KEY)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": f"data:application/jwt,{TOKEN}"}, "envelope"),
        ({"id": f"data:application/vc+jwt;base64,{TOKEN}"}, "envelope"),
        ({"id": f"data:application/vc+sd-jwt,{TOKEN}"}, "envelope"),
        ({"id": f"data:text/plain,{TOKEN}"}, "envelope"),
        ({"id": f"data:,{TOKEN}"}, "envelope"),
        ({"id": "data:application/vc+jwt"}, "envelope"),
        ({"id": f"https://a.example/,{TOKEN}"}, "envelope"),
        ({"id": 5}, "envelope"),
        ({"id": "data:application/vc+cose,AAAA"}, "token"),
        ({"@context": []}, "first-context"),
        ({"@context": "https://a.example/"}, "first-context"),
        ({"type": "EnvelopedVerifiablePresentation"}, "presentation"),
    ],
)
def test_an_envelope_with_something_else_in_it_is_refused(change: Any, code: str) -> None:
    assert refused(json.dumps({**enveloped.wrap(TOKEN), **change})) == code


def test_no_credential_without_disclosures_answers_a_request_to_present() -> None:
    asked = Binding("https://verifier.example", "n", AT)
    for data in (TOKEN.encode(), as_bytes(PLAIN)):
        report = judged(data, asked=asked)
        assert report.verdict == "invalid"
        assert report.steps[0].code == "not-bound"


def test_two_copies_of_a_token_have_one_fingerprint() -> None:
    key = SigningKey.generate("p256")  # signs differently each time
    claims = {**PLAIN, "issuer": key.did}
    one, two = (vc_jwt.sign(claims, key) for _ in range(2))
    assert one != two
    assert fingerprint(open_credential(one)) == fingerprint(open_credential(two))
    later = vc_jwt.sign({**claims, "validUntil": "2027-01-01T00:00:00Z"}, key)
    assert fingerprint(open_credential(later)) != fingerprint(open_credential(one))
