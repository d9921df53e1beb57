"""What other things hold or lead to: records hold credentials, pictures addresses, and some files are older kinds."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from opencairn.engine.canonical import contexts
from opencairn.engine.formats import clr_2
from opencairn.engine.keys import base64url_encode
from opencairn.engine.objections import Elsewhere, Unsupported
from opencairn.engine.opening import Credential, open_credential
from opencairn.engine.proofs import eddsa_rdfc_2022, jades, jose, vc_jwt
from opencairn.engine.report import Report
from opencairn.engine.verify import MOST_INSIDE, examine, opened, verify
from tests.engine.samples import AT, ATTAINMENT, KEY, as_bytes, offering, signed
from tests.engine.test_baking import with_chunk
from tests.engine.test_clr_2 import RECORD
from tests.engine.test_jades import AUTHORITY, DOCUMENT, SEALED
from tests.engine.test_open_badge_2 import ASSERTION, NETWORK
from tests.engine.test_open_badge_2 import AT as LATER

EUROPASS = '<europassCredential xmlns="http://data.europa.eu/snb">%s</europassCredential>'


def check(data: bytes, *, network: Any = None, at: Any = AT) -> Report:
    return examine(data, at=at, fetch=network, trust=None)


def code(report: Report, name: str) -> str:
    return next(step.code for step in report.steps if step.name == name)


# --- records ---


def record_of(*inside: Any) -> bytes:
    bare = clr_2.write(replace(RECORD, status=None, valid_until=None, valid_from=AT, issuer=ATTAINMENT.issuer))
    bare["credentialSubject"]["verifiableCredential"] = list(inside)
    return as_bytes(eddsa_rdfc_2022.sign(bare, KEY, created=AT))


def badge(number: int, **changes: Any) -> dict[str, Any]:
    achievement = replace(ATTAINMENT.achievement, id=f"urn:achievement:{number}")
    changes = {"status": None, **changes}
    return signed(replace(ATTAINMENT, id=f"urn:uuid:{number}", achievement=achievement, **changes))


def test_a_record_is_valid_when_every_credential_in_it_is() -> None:
    report = check(record_of(badge(1), badge(2)))
    assert (report.verdict, code(report, "signature")) == ("valid", "signed")


def test_a_record_of_many_credentials_is_read() -> None:
    assert check(record_of(*(badge(number) for number in range(16)))).verdict == "valid"


def test_a_record_that_holds_a_broken_credential_is_invalid_and_says_which() -> None:
    changed = {**badge(2), "name": "Another"}
    report = check(record_of(badge(1), changed))
    assert report.verdict == "invalid"
    step = next(each for each in report.steps if each.name == "signature")
    assert (step.code, step.facts) == ("record-broken", (("place", "2"), ("total", "2")))


def test_a_record_that_holds_what_cannot_be_checked_is_unknown() -> None:
    other = json.loads(record_of(badge(3)).replace(RECORD.id.encode(), b"urn:uuid:other"))
    for inside in (signed(), other):  # a status list out of reach; a record in a record
        report = check(record_of(badge(1), inside))
        assert (report.verdict, code(report, "signature")) == ("unknown", "record-unknown")


def test_every_list_is_asked_for_once_for_a_whole_record() -> None:
    asked: list[str] = []

    def network(url: str) -> bytes:
        asked.append(url)
        return offering({})(url)

    check(record_of(signed(), badge(2)), network=network)
    assert len(asked) == len(set(asked)) == 1


def test_a_record_of_very_many_credentials_is_not_checked_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_INSIDE == 50
    monkeypatch.setattr("opencairn.engine.verify.MOST_INSIDE", 1)
    report = check(record_of(badge(1), badge(2)))
    assert (report.verdict, code(report, "signature")) == ("unknown", "record-large")


# --- pictures that hold an address ---


def picture(url: str) -> bytes:
    return with_chunk(b"tEXt", b"openbadges\0" + url.encode())


def test_the_address_in_a_picture_is_followed_to_the_badge() -> None:
    assert check(picture(ASSERTION["id"]), network=NETWORK, at=LATER).verdict == "valid"


@pytest.mark.parametrize("network", [None, offering({})])
def test_the_address_in_a_picture_that_cannot_be_read_is_unknown(network: Any) -> None:
    report = check(picture(ASSERTION["id"]), network=network)
    assert (report.verdict, code(report, "format")) == ("unknown", "badge-not-fetched")


def test_an_insecure_address_in_a_picture_is_not_asked() -> None:
    assert check(picture("http://badges.example/a/1"), network=lambda _: pytest.fail("asked")).verdict == "unknown"


def test_a_picture_that_leads_to_another_address_is_not_followed_on() -> None:
    network = offering({"https://a.example/1": picture("https://a.example/2")})
    report = check(picture("https://a.example/1"), network=network)
    assert (report.verdict, code(report, "format")) == ("unsupported", "hosted-address")


def test_the_address_in_a_picture_leads_to_a_credential_that_says_who_issued_it() -> None:
    url = "https://tarntal.example/badges/1"
    found = opened(picture(url), fetch=offering({url: signed()}))
    assert isinstance(found, Credential)
    assert found.issuer == KEY.did
    assert isinstance(opened(picture(url)), Elsewhere)


# --- older kinds ---


@pytest.mark.parametrize(
    ("inside", "verdict", "why"),
    [
        ("<title>T</title>", "invalid", "xml-unsigned"),
        ('<a><s:Signature xmlns:s="http://www.w3.org/2000/09/xmldsig#"/></a>', "unsupported", "xml-sealed"),
    ],
)
def test_european_credentials_in_xml_are_called_what_they_are(inside: str, verdict: str, why: str) -> None:
    report = check((EUROPASS % inside).encode())
    assert (report.verdict, code(report, "format")) == (verdict, why)


def test_older_blockcerts_are_called_what_they_are() -> None:
    older = {"@context": ["https://w3id.org/openbadges/v2", "https://w3id.org/blockcerts/v2"], "type": "Assertion"}
    report = check(as_bytes(older))
    assert (report.verdict, code(report, "format")) == ("unsupported", "blockcerts")


def test_what_nobody_signed_is_invalid_whatever_contexts_it_names() -> None:
    unknown = {**signed(), "@context": [contexts.CREDENTIALS_V2, "https://else.example/v9"]}
    assert code(check(as_bytes(unknown)), "format") == "unknown-context"
    del unknown["proof"]
    bare = {name: unknown[name] for name in ("@context", "issuer")}
    bare |= {"type": "VerifiableCredential", "credentialSubject": {"id": "urn:s"}}
    report = check(as_bytes(bare))
    assert (report.verdict, code(report, "signature")) == ("invalid", "unsigned")


# --- tokens that name a certificate, and certificates that vouch ---


def test_a_token_may_name_a_certificate_without_being_a_seal() -> None:
    document = {name: value for name, value in signed().items() if name != "proof"}
    token = jose.sign(document, KEY, typ="vc+jwt", kid=KEY.verification_method, **{"x5t#S256": "x"})
    assert not jades.accepts(token)
    assert open_credential(token).seals[0].suite.startswith("VC-JWT")
    assert not jades.accepts(".".join((token.split(".")[0], "!", "x")))


def test_a_seal_need_not_say_its_type() -> None:
    older = base64url_encode(json.dumps({"alg": "ES256", "sigT": "2020-01-01T00:00:00Z"}).encode())
    assert jades.accepts(f"{older}.e30.x")
    header = base64url_encode(json.dumps({"alg": "ES256", "x5t#S256": "x"}).encode())
    assert jades.accepts(f"{header}.{base64url_encode(json.dumps(DOCUMENT).encode())}.x")


def test_a_seal_is_valid_where_a_certificate_that_was_given_vouches_for_it() -> None:
    later = AT + timedelta(days=30)
    for anchors, outcome in (((), "unknown"), ((AUTHORITY,), "pass")):
        report = verify(as_bytes(SEALED), at=later, anchors=anchors)
        assert next(step for step in report.steps if step.name == "signature").outcome == outcome


def test_other_envelopes_are_refused_as_before() -> None:
    with pytest.raises(Unsupported):
        vc_jwt.open_envelope(jose.sign({"a": "b"}, KEY, typ="else"))


def test_a_record_that_holds_a_kind_that_cannot_be_read_is_unknown() -> None:
    strange = {**badge(1), "id": "urn:uuid:strange", "proof": {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"}}
    report = check(record_of(strange, badge(2)))
    assert (report.verdict, code(report, "signature")) == ("unknown", "record-unknown")


def test_a_credential_that_has_run_out_since_breaks_no_record() -> None:
    expired = badge(2, valid_from=AT - timedelta(days=9), valid_until=AT - timedelta(days=1))
    assert check(as_bytes(expired)).verdict == "invalid"
    assert check(record_of(expired, badge(1))).verdict == "valid"
