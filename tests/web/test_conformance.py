"""The conformance door: what it signs is verified by it, and every rule of the data model is kept when issuing."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from opencairn.engine.did import did_document
from opencairn.web.conformance.suites import SUITES, key_of

CREDENTIAL: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:replaced",
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:subject"},
}
EMBEDDED = [name for name, suite in SUITES.items() if not suite.purpose and name != "vc-jwt"]


@pytest.fixture
def door(tmp_path: Any, settings: Any) -> Client:
    settings.VAR = tmp_path
    return Client()


def post(client: Client, path: str, body: Any) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post(f"/conformance/{path}", data=data, content_type="application/json")
    return answer.status_code, answer.json()


def issued(client: Client, suite: str = "eddsa-rdfc-2022", **changes: Any) -> Any:
    status, body = post(client, f"{suite}/credentials/issue", {"credential": {**CREDENTIAL, **changes}})
    assert status == 201, body
    return body["verifiableCredential"]


def verified(client: Client, credential: Any, suite: str = "eddsa-rdfc-2022") -> bool:
    status, body = post(client, f"{suite}/credentials/verify", {"verifiableCredential": credential})
    assert (status == 200) == body["verified"]
    assert body["verified"] or body["errors"]
    return bool(body["verified"])


def test_the_door_says_which_suites_it_has_and_as_whom_it_signs(door: Client) -> None:
    listed = door.get("/conformance/").json()
    assert set(listed) == set(SUITES)
    assert listed["ecdsa-sd-2023"]["id"].startswith("did:key:zDna")
    assert listed["eddsa-rdfc-2022"]["id"].startswith("did:key:z6Mk")


@pytest.mark.parametrize("suite", [name for name in SUITES if name != "ecdsa-sd-2023"])
def test_what_it_signs_it_verifies_and_a_changed_one_not(door: Client, suite: str) -> None:
    signed = issued(door, suite)
    assert verified(door, signed, suite)
    if suite == "vc-jwt":
        assert signed["type"] == "EnvelopedVerifiableCredential"
        changed = {**signed, "id": signed["id"][:-6] + "AAAAAA"}
    else:
        assert signed["issuer"] == key_of(SUITES[suite].key).did
        changed = {**signed, "validFrom": "2025-01-01T00:00:00Z"}
    assert not verified(door, changed, suite)


def test_parts_of_a_credential_are_derived_and_only_those_verify(door: Client) -> None:
    body = {"credential": {**CREDENTIAL, "name": "A name"}, "options": {"mandatoryPointers": ["/issuer"]}}
    status, answer = post(door, "ecdsa-sd-2023/credentials/issue", body)
    assert status == 201, answer
    base = answer["verifiableCredential"]
    assert not verified(door, base, "ecdsa-sd-2023")
    asked = {"verifiableCredential": base, "options": {"selectivePointers": ["/validFrom", "/credentialSubject"]}}
    status, derived = post(door, "ecdsa-sd-2023/credentials/derive", asked)
    assert status == 201, derived
    assert "name" not in derived["verifiableCredential"]
    assert verified(door, derived["verifiableCredential"], "ecdsa-sd-2023")
    assert post(door, "eddsa-rdfc-2022/credentials/derive", asked)[0] == 400
    assert post(door, "ecdsa-sd-2023/credentials/derive", {**asked, "options": {"selectivePointers": "/x"}})[0] == 400


@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
def test_a_status_can_be_set_and_taken_back(door: Client, purpose: str) -> None:
    suite = f"status-{purpose}"
    signed = issued(door, suite)
    entry = signed["credentialStatus"]
    assert (entry["statusPurpose"], entry["type"]) == (purpose, "BitstringStatusListEntry")
    published = json.loads(door.get(entry["statusListCredential"].removeprefix("http://testserver")).content)
    assert published["credentialSubject"]["statusPurpose"] == purpose
    assert verified(door, published)
    for is_set in (True, False):
        assert post(door, f"{suite}/credentials/status", {"credentialStatus": entry, "status": is_set})[0] == 200
        assert verified(door, signed, suite) is not is_set
    other = {**entry, "statusPurpose": "message"}
    assert post(door, f"{suite}/credentials/status", {"credentialStatus": other})[0] == 400
    assert door.get("/conformance/status/message").status_code == 404


BROKEN: list[dict[str, Any]] = [
    {"@context": ["https://www.w3.org/ns/credentials/v2", "https://unknown.example/v1"]},
    {"@context": ["https://www.w3.org/ns/credentials/v2", 5]},
    {"@context": []},
    {"type": ["Something"]},
    {"type": ["VerifiableCredential", "NowhereDefined"]},
    {"issuer": "not a url"},
    {"issuer": {"id": "not a url"}},
    {"credentialSubject": {}},
    {"credentialSubject": []},
    {"credentialSubject": {"id": "not a url"}},
    {"id": ["urn:a", "urn:b"]},
    {"validFrom": "yesterday"},
    {"validFrom": "2026-01-01T00:00:00"},
    {"validUntil": "2025-01-01T00:00:00Z"},
    {"refreshService": {"id": "urn:x"}},
    {"credentialSchema": {"id": "https://x.example/"}},
    {"credentialSchema": {"type": "JsonSchema"}},
    {"relatedResource": ["https://x.example/"]},
    {"relatedResource": [{"digestSRI": "sha384-x"}]},
    {"relatedResource": [{"id": "https://x.example/"}]},
    {"credentialStatus": {"id": "urn:x"}},
    {"termsOfUse": {"id": "urn:x"}},
    {"evidence": {"id": "urn:x"}},
    {"name": 5},
    {"undefinedTerm": "x"},
    {"proof": {"type": "DataIntegrityProof"}},
]


@pytest.mark.parametrize("changes", BROKEN, ids=lambda changes: json.dumps(changes)[:60])
def test_a_credential_that_breaks_a_rule_is_not_signed(door: Client, changes: dict[str, Any]) -> None:
    status, body = post(door, "eddsa-rdfc-2022/credentials/issue", {"credential": {**CREDENTIAL, **changes}})
    assert status == 400
    assert all(why.endswith(".") for why in body["errors"])


@pytest.mark.parametrize(
    "proof",
    [
        {"proofPurpose": "authentication"},
        {"proofValue": None},
        {"proofValue": "u123"},
        {"cryptosuite": "eddsa-jcs-2022"},
        {"cryptosuite": "unknown"},
        {"type": "Ed25519Signature2018"},
        {"created": "yesterday"},
        {"previousProof": "urn:uuid:nowhere"},
    ],
)
def test_a_credential_with_a_broken_proof_is_not_verified(door: Client, proof: dict[str, Any]) -> None:
    signed = issued(door)
    assert not verified(door, {**signed, "proof": {**signed["proof"], **proof}})


def test_presentations_are_verified_with_what_is_inside(door: Client) -> None:
    signed = issued(door)
    whole = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "VerifiablePresentation",
        "verifiableCredential": [signed, issued(door, "vc-jwt")],
    }
    path = "eddsa-rdfc-2022/presentations/verify"
    assert post(door, path, {"verifiablePresentation": whole}) == (200, {"verified": True})
    forged = {**whole, "verifiableCredential": {**signed, "validFrom": "2020-01-01T00:00:00Z"}}
    status, body = post(door, path, {"verifiablePresentation": forged})
    assert status == 400
    assert body["errors"]
    assert post(door, path, {"verifiablePresentation": {**whole, "holder": "not a url"}})[0] == 400
    assert post(door, path, {"verifiablePresentation": whole, "options": {"challenge": "1"}})[0] == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"a":1,"a":2}', b'{"options":5}', b'{"credential":"x"}'])
def test_a_call_that_is_no_call_is_refused_in_words(door: Client, body: bytes) -> None:
    status, answer = post(door, "eddsa-rdfc-2022/credentials/issue", body)
    assert status == 400
    assert answer["errors"][0].endswith(".")


def test_an_unknown_suite_is_not_there(door: Client) -> None:
    assert (
        door.post("/conformance/rot13/credentials/issue", data=b"{}", content_type="application/json").status_code
        == 404
    )


def test_dids_are_resolved(door: Client) -> None:
    did = key_of("p256").did
    assert door.get(reverse("conformance:resolve", args=[did])).json() == did_document(did)
    assert door.get(reverse("conformance:resolve", args=["did:web:example.org"])).status_code == 400
    assert door.get(reverse("conformance:resolve", args=["did:key:z0"])).status_code == 400
