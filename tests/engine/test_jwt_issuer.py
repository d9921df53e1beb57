"""The keys of https issuers of SD-JWT VCs: those of their own metadata count, and no other."""

from typing import Any

import pytest

from opencairn.engine.jwt_issuer import metadata_url
from opencairn.engine.keys import SigningKey
from opencairn.engine.proofs import jose, sd_jwt
from opencairn.engine.verify import examine
from tests.engine.samples import AT, KEY, STRANGER, offering
from tests.engine.test_sd_jwt import CLAIMS, judged, step

ISSUER = "https://tarntal.example/issuers/1"
METADATA = "https://tarntal.example/.well-known/jwt-vc-issuer/issuers/1"
ISSUED = sd_jwt.sign({**CLAIMS, "iss": ISSUER}, KEY, kid="2026")
JWK = {**KEY.public.jwk, "kid": "2026"}
OTHER = {**STRANGER.public.jwk, "kid": "2025"}


def with_metadata(published: Any, token: str = ISSUED) -> tuple[str, str]:
    network = offering({METADATA: published, "https://tarntal.example/jwks": {"keys": [JWK]}})
    report = examine(token.encode(), at=AT, fetch=network, trust=None)
    return report.verdict, step(report).code


def test_where_an_https_issuer_publishes_its_keys() -> None:
    assert metadata_url(ISSUER) == METADATA
    assert metadata_url("https://a.example/") == "https://a.example/.well-known/jwt-vc-issuer"


@pytest.mark.parametrize(
    ("published", "verdict", "code"),
    [
        ({"issuer": ISSUER, "jwks": {"keys": [OTHER, JWK]}}, "valid", "signed"),
        ({"issuer": ISSUER, "jwks_uri": "https://tarntal.example/jwks"}, "valid", "signed"),
        ({"issuer": ISSUER, "jwks_uri": "http://tarntal.example/jwks"}, "invalid", "key-not-listed"),
        ({"issuer": ISSUER, "jwks": {"keys": [OTHER]}}, "invalid", "key-not-listed"),
        ({"issuer": ISSUER, "jwks": {"keys": [JWK, JWK]}}, "invalid", "key-not-listed"),
        ({"issuer": ISSUER, "jwks": {"keys": [{"kid": "2026", "kty": "oct"}]}}, "invalid", "key-not-listed"),
        ({"issuer": ISSUER, "jwks": {"keys": [5]}}, "invalid", "key-not-listed"),
        ({"issuer": ISSUER, "jwks": {"keys": "x"}}, "invalid", "key-not-listed"),
        ({"issuer": ISSUER, "jwks": []}, "invalid", "key-not-listed"),
        ({"issuer": ISSUER, "jwks": {"keys": [{**OTHER, "kid": "2026"}]}}, "invalid", "signature-differs"),
        ({"issuer": "https://another.example", "jwks": {"keys": [JWK]}}, "unknown", "other-issuer-document"),
        ([], "unknown", "other-issuer-document"),
        (b"<html>", "unknown", "key-not-confirmed"),
    ],
)
def test_the_keys_that_an_https_issuer_publishes_are_its_own(published: Any, verdict: str, code: str) -> None:
    assert with_metadata(published) == (verdict, code)


def test_without_the_network_an_https_issuer_is_unknown() -> None:
    report = judged(ISSUED)
    assert (report.verdict, step(report).code) == ("unknown", "key-not-looked-up")


def test_a_key_that_the_token_brings_along_must_be_one_that_the_issuer_publishes() -> None:
    published = {"issuer": ISSUER, "jwks": {"keys": [OTHER, JWK]}}
    header = {"typ": "dc+sd-jwt", "jwk": KEY.public.jwk}
    claims = {**CLAIMS, "iss": ISSUER}
    assert with_metadata(published, jose.sign(claims, KEY, **header) + "~") == ("valid", "signed")
    forger = SigningKey.generate()
    forged = jose.sign(claims, forger, **{**header, "jwk": forger.public.jwk}) + "~"
    assert with_metadata(published, forged) == ("invalid", "key-not-listed")


def test_an_https_issuer_may_also_confirm_a_key_in_its_profile() -> None:
    token = sd_jwt.sign({**CLAIMS, "iss": ISSUER}, KEY, kid=f"{ISSUER}#1")
    profile = {"id": ISSUER, "assertionMethod": [{"id": "#1", "publicKeyMultibase": KEY.public.multikey}]}
    assert examine(token.encode(), at=AT, fetch=offering({ISSUER: profile}), trust=None).verdict == "valid"


@pytest.mark.parametrize("issuer", ["https://[", "https://[::1", "https://", "https://user@tarntal.example:x/"])
def test_an_address_that_is_none_is_no_issuer(issuer: str) -> None:
    token = sd_jwt.sign({**CLAIMS, "iss": issuer}, KEY, kid="1")
    assert examine(token.encode(), at=AT, fetch=offering({}), trust=None).verdict in ("invalid", "unknown")


def test_a_key_at_an_address_below_the_issuers_counts_only_where_the_metadata_list_it() -> None:
    address = f"{ISSUER}/~mallory/key.json"
    token = sd_jwt.sign({**CLAIMS, "iss": ISSUER}, STRANGER, kid=address)
    for published, verdict in (([JWK], "invalid"), ([{**STRANGER.public.jwk, "kid": address}], "valid")):
        network = offering({address: STRANGER.public.jwk, METADATA: {"issuer": ISSUER, "jwks": {"keys": published}}})
        assert examine(token.encode(), at=AT, fetch=network, trust=None).verdict == verdict
    alone = offering({address: STRANGER.public.jwk})
    assert examine(token.encode(), at=AT, fetch=alone, trust=None).verdict == "unknown"
