"""Each rule of the data model, row by row: what keeps it is let through, what breaks it is named."""

import base64
import hashlib
import json
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from opencairn.engine.canonical import contexts, imported
from opencairn.engine.data_model import not_compared, objections
from opencairn.engine.formats import clr_2, elm, open_badge_3
from opencairn.engine.keys import base58_encode, base64url_encode
from opencairn.engine.losses import FILLED
from opencairn.engine.proofs import eddsa_rdfc_2022, sd_jwt
from opencairn.engine.verify import verify
from tests.engine.samples import AT, KEY, signed, status_list
from tests.engine.test_clr_2 import RECORD

SHARED = Path(__file__).resolve().parents[3] / "shared"
ZOO = SHARED / "data" / "credential_zoo" / "files"
V1, V2 = "https://www.w3.org/2018/credentials/v1", contexts.CREDENTIALS_V2
SHA256 = "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"
BARE, MULTIHASH = "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ", "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA"
SRI = "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"
CREDENTIAL = {
    "@context": [V2],
    "id": "urn:uuid:1",
    "type": ["VerifiableCredential"],
    "issuer": "did:example:issuer",
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:learner"},
}
OLD = {
    "@context": [V1],
    "type": ["VerifiableCredential"],
    "issuer": {"id": "did:example:issuer"},
    "issuanceDate": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:learner"},
}
PRESENTATION = {
    "@context": [V2],
    "type": ["VerifiablePresentation"],
    "holder": "did:example:learner",
    "verifiableCredential": [CREDENTIAL],
}
GONE = object()
RESOURCE = {"id": "https://a.example/x.css", "digestSRI": "sha256-" + "A" * 43 + "="}
CONTEXT = {"id": V2, "digestMultibase": BARE}
ENVELOPE = {"@context": V2, "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,eyJ"}


def codes(document: dict[str, Any], changes: dict[str, Any], **how: bool) -> list[tuple[str, str]]:
    changed = {name: value for name, value in {**document, **changes}.items() if value is not GONE}
    return [(each.code, dict(each.facts).get("term", "")) for each in objections(changed, **how)]


@pytest.mark.parametrize("document", [CREDENTIAL, OLD, PRESENTATION])
def test_a_document_that_keeps_every_rule_has_no_objections(document: dict[str, Any]) -> None:
    assert objections(document, issuing=True) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"@context": V2}, {"@context": [V2, "https://a.example/ctx", {"word": "urn:word"}]}, {"id": GONE}, {"type": "VerifiableCredential"},
        {"issuer": {"id": "https://a.example/", "name": "A"}}, {"credentialSubject": [{"name": "x"}, {"id": "urn:x"}]},
        {"validFrom": GONE}, {"validFrom": "2026-01-01T00:00:00.123+14:00", "validUntil": "2026-01-01T00:00:00Z"},
        {"validUntil": "2026-01-01T00:00:00Z"},
        {"name": "x"}, {"name": {"@value": "x", "@language": "en", "@direction": "ltr"}}, {"description": [{"@value": "x"}, {"@value": "y", "@language": "de"}]},
        {"credentialStatus": {"type": "X"}}, {"credentialStatus": [{"id": "urn:s", "type": ["X"]}]},
        {"credentialSchema": {"id": "https://a.example/s", "type": "JsonSchema"}}, {"refreshService": [{"type": "X"}]},
        {"termsOfUse": {"type": "X"}}, {"evidence": [{"type": ["X"], "id": "urn:e"}]},
        {"relatedResource": RESOURCE}, {"relatedResource": [RESOURCE, CONTEXT]}, {"relatedResource": {"id": V2, "digestMultibase": MULTIHASH}},
        {"relatedResource": {"id": V2, "digestSRI": SRI}}, {"relatedResource": {"id": V2, "digestSRI": f"sha256-{'A' * 43}= {SRI}?x"}},  # the strongest counts
        {"relatedResource": {"id": V2, "digestSRI": f"sha384-{'A' * 64} {SRI}"}},  # one of several versions
        {"relatedResource": {"id": V2, "digestSRI": "sha256-" + base64.b64encode(bytes.fromhex(SHA256)).decode()}},
        {"relatedResource": {"id": V2, "digestMultibase": "z" + base58_encode(bytes.fromhex(SHA256))}},
        {"relatedResource": {"id": contexts.OPEN_BADGES, "digestMultibase": BARE}},
    ],
)  # fmt: skip
def test_what_a_rule_allows_is_let_through(changes: dict[str, Any]) -> None:
    assert codes(CREDENTIAL, changes) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # @context
        ({"@context": GONE}, ("no-context", "")),
        ({"@context": []}, ("no-context", "")),
        ({"@context": None}, ("no-context", "")),
        ({"@context": ["https://a.example/ctx", V2]}, ("first-context", "")),
        ({"@context": {"word": "urn:word"}}, ("first-context", "")),
        ({"@context": [V2, 5]}, ("context-entry", "")),
        ({"@context": [V2, None]}, ("context-entry", "")),
        ({"@context": [V2, "no address"]}, ("context-entry", "")),
        # type
        ({"type": GONE}, ("field", "type")),
        ({"type": []}, ("field", "type")),
        ({"type": ["OpenBadgeCredential"]}, ("field", "type")),
        ({"type": ["VerifiableCredential", 5]}, ("type-not-words", "")),
        # id
        ({"id": "no address"}, ("not-an-address", "id")),
        ({"id": ["urn:a"]}, ("not-an-address", "id")),
        ({"id": None}, ("not-an-address", "id")),
        ({"id": "_:b0"}, ("not-an-address", "id")),
        # issuer
        ({"issuer": GONE}, ("not-an-address", "issuer")),
        ({"issuer": "Tarntal"}, ("not-an-address", "issuer")),
        ({"issuer": {"id": "Tarntal"}}, ("not-an-address", "issuer")),
        ({"issuer": {"name": "Tarntal"}}, ("not-an-address", "issuer")),
        ({"issuer": ["did:example:issuer"]}, ("not-an-address", "issuer")),
        # credentialSubject
        ({"credentialSubject": GONE}, ("field", "credentialSubject")),
        ({"credentialSubject": {}}, ("field", "credentialSubject")),
        ({"credentialSubject": []}, ("field", "credentialSubject")),
        ({"credentialSubject": "did:example:learner"}, ("field", "credentialSubject")),
        ({"credentialSubject": [{"id": "urn:a"}, {}]}, ("field", "credentialSubject")),
        ({"credentialSubject": {"id": "me"}}, ("not-an-address", "credentialSubject")),
        ({"credentialSubject": [{"id": "urn:a"}, {"id": 5}]}, ("not-an-address", "credentialSubject")),
        # validFrom, validUntil
        ({"validFrom": "2026-01-01"}, ("bad-date", "validFrom")),
        ({"validFrom": "2026-01-01T00:00:00"}, ("bad-date", "validFrom")),
        ({"validFrom": "2026-02-30T00:00:00Z"}, ("bad-date", "validFrom")),
        ({"validFrom": 5}, ("bad-date", "validFrom")),
        ({"validUntil": None}, ("bad-date", "validUntil")),
        ({"validUntil": "2025-12-31T23:59:59Z"}, ("dates-crossed", "")),
        # name, description
        ({"name": 5}, ("bad-language", "name")),
        ({"name": {"en": "x"}}, ("bad-language", "name")),
        ({"name": {"@value": 5}}, ("bad-language", "name")),
        ({"name": {"@language": "en"}}, ("bad-language", "name")),
        ({"name": {"@value": "x", "@language": "no tag"}}, ("bad-language", "name")),
        ({"name": {"@value": "x", "@language": 5}}, ("bad-language", "name")),
        ({"description": {"@value": "x", "@direction": "up"}}, ("bad-language", "description")),
        ({"description": ["x", {"@value": "x", "url": "y"}]}, ("bad-language", "description")),
        # credentialStatus, credentialSchema, refreshService, termsOfUse, evidence
        ({"credentialStatus": {"id": "urn:s"}}, ("lacks-type", "credentialStatus")),
        ({"credentialStatus": {"type": "X", "id": "here"}}, ("not-an-address", "credentialStatus")),
        ({"credentialStatus": "urn:s"}, ("field", "credentialStatus")),
        ({"credentialSchema": {"id": "urn:s"}}, ("lacks-type", "credentialSchema")),
        ({"credentialSchema": {"type": "JsonSchema"}}, ("not-an-address", "credentialSchema")),
        ({"credentialSchema": [{"type": "JsonSchema", "id": "x"}]}, ("not-an-address", "credentialSchema")),
        ({"refreshService": {"id": "urn:r"}}, ("lacks-type", "refreshService")),
        ({"refreshService": [{"type": "X"}, {"id": "urn:r"}]}, ("lacks-type", "refreshService")),
        ({"refreshService": {"type": []}}, ("lacks-type", "refreshService")),
        ({"refreshService": {"type": ""}}, ("lacks-type", "refreshService")),
        ({"termsOfUse": {"id": "urn:t"}}, ("lacks-type", "termsOfUse")),
        ({"termsOfUse": [{"type": "X"}, {}]}, ("lacks-type", "termsOfUse")),
        ({"evidence": [{"id": "urn:e"}]}, ("lacks-type", "evidence")),
        ({"evidence": {"type": [5]}}, ("lacks-type", "evidence")),
        # relatedResource
        ({"relatedResource": ["https://a.example/x.css"]}, ("not-an-address", "relatedResource")),
        ({"relatedResource": {**RESOURCE, "id": ["urn:a"]}}, ("not-an-address", "relatedResource")),
        ({"relatedResource": {"digestSRI": "sha256-A"}}, ("not-an-address", "relatedResource")),
        ({"relatedResource": [RESOURCE, RESOURCE]}, ("resource-twice", "")),
        ({"relatedResource": {"id": "urn:r"}}, ("resource-no-digest", "")),
        ({"relatedResource": {**RESOURCE, "digestSRI": ""}}, ("resource-digest-kind", "")),
        ({"relatedResource": {**RESOURCE, "digestSRI": 5}}, ("resource-digest-kind", "")),
        ({"relatedResource": {**RESOURCE, "digestSRI": " "}}, ("resource-digest-kind", "")),
        ({"relatedResource": {**RESOURCE, "digestSRI": "sha256"}}, ("resource-digest-kind", "")),
        ({"relatedResource": {**RESOURCE, "digestSRI": "sha512-AAAA"}}, ("resource-digest-kind", "")),
        ({"relatedResource": {**RESOURCE, "digestSRI": "md5-" + "A" * 22 + "=="}}, ("resource-digest-kind", "")),
        ({"relatedResource": {"id": V2, "digestSRI": f"md5-AAAA {SRI}"}}, ("resource-digest-kind", "")),
        ({"relatedResource": {"id": V2, "digestSRI": f"sha512-{'A' * 86}== {SRI}"}}, ("resource-digest", "")),
        ({"relatedResource": {"id": V2, "digestMultibase": SRI}}, ("resource-digest-kind", "")),
        ({"relatedResource": {"id": V2, "digestSRI": SRI.replace("l/H", "l/h")}}, ("resource-digest", "")),
        ({"relatedResource": {**CONTEXT, "digestMultibase": BARE.replace("WZ", "Wz")}}, ("resource-digest", "")),
        ({"relatedResource": {**CONTEXT, "digestMultibase": "u***"}}, ("resource-digest-kind", "")),
        ({"relatedResource": {**CONTEXT, "digestMultibase": "f" + SHA256}}, ("resource-digest-kind", "")),
        ({"relatedResource": {**CONTEXT, "digestSRI": "sha256-" + "A" * 43 + "="}}, ("resource-digest", "")),
    ],
)
def test_what_breaks_a_rule_is_named(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert codes(CREDENTIAL, changes) == [expected]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"issuanceDate": GONE}, [("bad-date", "issuanceDate")]),
        ({"expirationDate": "soon"}, [("bad-date", "expirationDate")]),
        ({"expirationDate": "2020-01-01T00:00:00Z"}, [("dates-crossed", "")]),
        ({"credentialStatus": {"type": "X"}}, [("not-an-address", "credentialStatus")]),
        ({"refreshService": {"type": "X"}}, [("not-an-address", "refreshService")]),
        (
            {
                "credentialStatus": {
                    "@type": "http://www.w3.org/2001/XMLSchema#anyURI",
                    "@value": "https://a.example/7#revocation-5",
                }
            },
            [],
        ),
        ({"validFrom": "whenever", "expirationDate": "2027-01-01T00:00:00Z"}, []),
    ],
)
def test_the_data_model_1_1_has_rules_of_its_own(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert codes(OLD, changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"verifiableCredential": GONE}, []),
        ({"verifiableCredential": ENVELOPE}, []),
        ({"verifiableCredential": [{**ENVELOPE, "id": "https://a.example/"}]}, [("presentation-content", "")]),
        ({"verifiableCredential": [CREDENTIAL, "eyJ"]}, [("presentation-content", "")]),
        ({"verifiableCredential": ["eyJ"], "@context": V1}, []),
        ({"verifiableCredential": {"type": "Person"}}, [("presentation-content", "")]),
        ({"holder": "me"}, [("not-an-address", "holder")]),
        ({"holder": {"id": "urn:me"}}, []),
        ({"holder": {"name": "me"}}, [("not-an-address", "holder")]),
        ({"holder": GONE}, []),
        ({"id": "here"}, [("not-an-address", "id")]),
        ({"termsOfUse": {}}, [("lacks-type", "termsOfUse")]),
    ],
)
def test_a_presentation_has_rules_of_its_own(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert codes(PRESENTATION, changes) == expected


def test_a_document_with_a_proof_is_not_issued_again() -> None:
    assert codes(CREDENTIAL, {"proof": {}}, issuing=True) == [("already-signed", "")]
    assert codes(CREDENTIAL, {"proof": {}}) == []


def test_every_broken_rule_is_named_at_once() -> None:
    found = codes(CREDENTIAL, {"id": "x", "issuer": "y", "validFrom": "z"})
    assert [term for _, term in found] == ["id", "issuer", "validFrom"]


def test_what_we_write_keeps_every_rule() -> None:
    for document in (open_badge_3.write(FILLED), clr_2.write(RECORD), elm.write(FILLED)):
        assert objections(document, issuing=True) == ()
    for document in (signed(), status_list()):
        assert objections(document) == ()


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")
@pytest.mark.parametrize(
    "name",
    [
        "1edtech-ob30-complete.json",
        "1edtech-ob30-complete_v1.json",
        "dcc-v2-v2SimpleIssuerId.json",
        "dcc-v1-v1Revoked.json",
        "w3c-eddsa-eddsa-rdfc-2022-signedDataInt.json",
    ],
)
def test_good_credentials_of_others_keep_every_rule(name: str) -> None:
    assert objections(json.loads((ZOO / name).read_text())) == ()


def test_a_context_is_compared_by_every_algorithm_that_is_followed() -> None:
    published = Path(str(distribution("openbadgeslib").locate_file(contexts.LOCK[V2]["file"]))).read_bytes()
    for algorithm, begin in (("sha256", b"\x12\x20"), ("sha384", b"\x20\x30"), ("sha512", b"\x13\x40")):
        digest = hashlib.new(algorithm, published).digest()
        wrong = bytes(len(digest))
        for right, bad in (
            ({"digestSRI": f"{algorithm}-{base64.b64encode(digest).decode()}"}, {"digestSRI": f"{algorithm}-{base64.b64encode(wrong).decode()}"}),
            ({"digestMultibase": "z" + base58_encode(begin + digest)}, {"digestMultibase": "z" + base58_encode(begin + wrong)}),
            ({"digestMultibase": "u" + base64url_encode(digest)}, {"digestMultibase": "u" + base64url_encode(wrong)}),
        ):  # fmt: skip
            assert codes(CREDENTIAL, {"relatedResource": {"id": V2, **right}}) == []
            assert codes(CREDENTIAL, {"relatedResource": {"id": V2, **bad}}) == [("resource-digest", "")]
            assert not_compared({"relatedResource": [{"id": V2, **right}]}) == ()
        assert contexts.published_digest(contexts.OPEN_BADGES, algorithm) is None
        assert contexts.published_digest("https://a.example/x.css", algorithm) is None


def test_a_context_that_is_not_imported_or_came_in_another_layout_is_compared_by_its_pin_alone(tmp_path: Path) -> None:
    url = "https://www.w3.org/ns/did/v1"
    before = contexts.shelf().folder
    contexts.use_folder(tmp_path)
    try:
        assert contexts.published_digest(url, "sha256") == bytes.fromhex(contexts.LOCK[url]["sha256"])
        assert contexts.published_digest(url, "sha384") is None
        imported.keep(tmp_path, url, b"{}", None)
        assert contexts.published_digest(url, "sha384") is None
    finally:
        contexts.use_folder(before)


def test_the_report_says_which_related_documents_nobody_compared() -> None:
    compared, other = {"id": V2, "digestSRI": SRI}, "https://a.example/x.css"
    for resources, code in (([compared], "credential-2"), ([compared, RESOURCE], "resource-not-compared")):
        subject = {"@context": [V2], "issuer": KEY.did, "credentialSubject": {"id": "urn:x"}}
        document = {**CREDENTIAL, **subject, "relatedResource": resources}
        sealed = eddsa_rdfc_2022.sign(document, KEY, created=AT)
        report = verify(json.dumps(sealed).encode(), at=AT)
        assert (report.verdict, report.steps[0].code) == ("valid", code)
        assert (other in report.steps[0].why) == (code == "resource-not-compared")
    claims = {"iss": KEY.did, "vct": "https://a.example/v", "relatedResource": 5}
    assert verify(sd_jwt.sign(claims, KEY).encode(), at=AT).verdict == "valid"  # the word means nothing there
