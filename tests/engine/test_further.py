"""The further steps: what a stranger can know beside the verdict, and what the caller's own records say first."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from opencairn.engine import further as steps_of
from opencairn.engine.canonical.contexts import CREDENTIALS_V2, OPEN_BADGES
from opencairn.engine.formats import open_badge_3
from opencairn.engine.keys import SigningKey
from opencairn.engine.model import Issuer, Replaced
from opencairn.engine.objections import Objection
from opencairn.engine.opening import open_credential
from opencairn.engine.proofs import eddsa_rdfc_2022, vc_jwt
from opencairn.engine.report import Report
from opencairn.engine.status import bitstring
from opencairn.engine.trust import Answer
from opencairn.engine.verify import examine
from opencairn.kit.dates import iso
from tests.engine.samples import AT, ATTAINMENT, KEY, LIST, PROGRAMME, STRANGER, as_bytes, offering, signed, status_list

NEW = "urn:uuid:0d4a1b1e-0000-4000-8000-000000000009"
BADGE_2 = {"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": "urn:o"}


def check(document: Any, *, network: Any = None, told: Mapping[str, Answer] | None = None) -> Report:
    data = as_bytes(document)
    try:
        credential = open_credential(data.decode())
    except Objection:
        credential = None
    report = examine(data, at=AT, fetch=network, trust=None)
    return steps_of.further(report, credential, at=AT, fetch=network, told=told or {})


def found(report: Report, name: str) -> tuple[str, str]:
    step = report.step(name)
    assert step is not None
    return step.outcome, step.code


def resigned(document: Mapping[str, Any], key: SigningKey = KEY) -> dict[str, Any]:
    return eddsa_rdfc_2022.sign({k: v for k, v in document.items() if k != "proof"}, key, created=AT)


def endorsement(of: str, *, key: SigningKey = STRANGER, **more: Any) -> Any:
    subject = {"id": of, "type": ["EndorsementSubject"], "endorsementComment": "We hire on it."}
    return resigned(
        {
            "@context": [CREDENTIALS_V2, OPEN_BADGES],
            "id": "urn:uuid:0d4a1b1e-0000-4000-8000-0000000000e1",
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": "Endorsement",
            "issuer": {"id": key.did, "type": ["Profile"], "name": "Water Board"},
            "validFrom": iso(AT),
            "credentialSubject": subject,
            **more,
        },
        key,
    )


def test_a_stranger_learns_what_the_document_itself_tells() -> None:
    report = check(signed())
    assert [step.name for step in report.steps[7:]] == list(steps_of.FURTHER)
    assert [found(report, name) for name in steps_of.FURTHER] == [
        ("unknown", "log-not-asked"),
        ("not-applicable", "awarding-body-itself"),
        ("not-applicable", "endorsements-none"),
        ("not-applicable", "newer-not-told"),
    ]


def test_what_the_callers_records_say_comes_first_and_changes_no_verdict() -> None:
    told = {name: Answer("fail", "Our records say no.", "ours") for name in steps_of.FURTHER}
    network = offering({LIST: status_list()})
    report = check(signed(), network=network, told=told)
    assert (report.verdict, {found(report, name) for name in steps_of.FURTHER}) == ("valid", {("fail", "ours")})


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"hello": "world"}, ("not-applicable", "no-credential")),
        ({**signed(), "name": "Better"}, ("unknown", "not-reached")),
        (BADGE_2, ("unknown", "not-reached")),
    ],
)
def test_nothing_is_looked_up_for_what_is_not_genuine(document: Any, expected: tuple[str, str]) -> None:
    assert {found(check(document), name) for name in steps_of.FURTHER} == {expected}


def test_a_document_of_an_older_kind_has_no_place_for_these() -> None:
    report = examine(as_bytes(signed()), at=AT, fetch=None, trust=None)
    report = steps_of.further(report, None, at=AT, fetch=None, told={})
    assert {found(report, name) for name in steps_of.FURTHER} == {("not-applicable", "older-kind")}


def test_another_awarding_body_is_the_issuers_word_alone() -> None:
    board = Issuer("https://chamber.example/", "Chamber")
    assert found(check(signed(replace(ATTAINMENT, awarding_body=board))), "awarding-body") == (
        "unknown", "awarding-body-unknown",
    )  # fmt: skip
    own = signed(replace(ATTAINMENT, awarding_body=Issuer(KEY.did, "Tarntal")))
    assert found(check(own), "awarding-body")[1] == "awarding-body-itself"
    assert found(check(endorsement(PROGRAMME)), "awarding-body")[1] == "not-a-badge"


def token(document: dict[str, Any]) -> str:
    return vc_jwt.sign({k: v for k, v in document.items() if k != "proof"}, STRANGER)


def other(listed: str = "") -> dict[str, Any]:
    """A credential that endorses nothing; with a status list it cannot be judged offline."""
    if listed:
        return endorsement(KEY.did, credentialStatus=bitstring.entry(listed, 3))
    changed = {"type": ["VerifiableCredential"], "credentialSubject": {"id": KEY.did}}
    return resigned({**endorsement(KEY.did), **changed}, STRANGER)


def carrying(where: str, *held: Any, name: str = "endorsement") -> dict[str, Any]:
    document = open_badge_3.write(ATTAINMENT)
    parts = {"": document, "issuer": document["issuer"], "achievement": document["credentialSubject"]["achievement"]}
    parts[where][name] = list(held)
    return resigned(document)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (carrying("", token(endorsement(ATTAINMENT.id)), name="endorsementJwt"), ("pass", "endorsements-carried")),
        (carrying("issuer", endorsement(KEY.did)), ("pass", "endorsements-carried")),
        (carrying("achievement", endorsement(PROGRAMME)), ("pass", "endorsements-carried")),
        (carrying("achievement", endorsement("urn:another")), ("fail", "endorsements-broken")),
        (carrying("achievement", endorsement(PROGRAMME, key=KEY)), ("fail", "endorsements-broken")),
        (carrying("achievement", {**endorsement(PROGRAMME), "name": "x"}), ("fail", "endorsements-broken")),
        (carrying("", "no.token.here", name="endorsementJwt"), ("fail", "endorsements-broken")),
        (carrying("issuer", other(LIST)), ("unknown", "endorsements-open")),
        (
            carrying("issuer", *[token(endorsement(KEY.did))] * 9, name="endorsementJwt"),
            ("unknown", "endorsements-open"),
        ),
    ],
)
def test_endorsements_count_when_genuine_and_of_what_carries_them(document: Any, expected: tuple[str, str]) -> None:
    report = check(document)
    assert found(report, "signature")[0] == "pass", report.step("signature")
    assert found(report, "endorsements") == expected, report.step("endorsements")


def test_who_is_registered_as_vouching_hides_no_forged_endorsement() -> None:
    registered = {"endorsements": Answer("pass", "One vouches for it.", "endorsements-registered")}
    forged = carrying("issuer", {**endorsement(KEY.did), "name": "x"})
    assert found(check(forged, told=registered), "endorsements") == ("fail", "endorsements-broken")
    for held in (endorsement(KEY.did), other(LIST)):
        report = check(carrying("issuer", held), told=registered)
        assert found(report, "endorsements") == ("pass", "endorsements-registered")


def test_a_credential_that_is_no_endorsement_endorses_nothing() -> None:
    assert found(check(carrying("issuer", other())), "endorsements") == ("fail", "endorsements-broken")
    nothing = endorsement(PROGRAMME, credentialSubject={"type": ["EndorsementSubject"]})
    assert found(check(carrying("issuer", nothing)), "endorsements") == ("fail", "endorsements-broken")


# --- a newer credential ---


def list_that_says(*replaced: tuple[int, str, str], key: SigningKey = KEY) -> dict[str, Any]:
    document = bitstring.credential(
        LIST, KEY.did, bytes(16_384), "revocation", AT, AT.replace(day=9), replaced=replaced
    )
    return eddsa_rdfc_2022.sign(document, key, created=AT)


@pytest.mark.parametrize(
    ("served", "expected"),
    [
        (list_that_says((94_567, NEW, "correction")), ("fail", "corrected-by")),
        (list_that_says((1, "urn:x", "renewal"), (94_567, NEW, "renewal")), ("pass", "renewed-by")),
        (list_that_says((1, NEW, "correction")), ("not-applicable", "newer-not-told")),
        (list_that_says((94_567, NEW, "correction"), key=STRANGER), ("not-applicable", "newer-not-told")),
        (status_list(), ("not-applicable", "newer-not-told")),
        (None, ("not-applicable", "newer-not-told")),
    ],
)
def test_the_issuers_list_names_the_newer_one(served: Any, expected: tuple[str, str]) -> None:
    network = offering({LIST: served} if served else {})
    report = check(signed(), network=network)
    assert found(report, "superseded-by") == expected
    assert report.verdict == ("valid" if served and found(report, "status")[0] == "pass" else "unknown")


def test_an_entry_without_an_address_names_nothing() -> None:
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    credential = open_credential(json.dumps(signed()))
    for entries in ([entry], [{"type": "Other"}, "x"]):
        odd = replace(credential, document={**credential.document, "credentialStatus": entries})
        report = examine(as_bytes(signed()), at=AT, fetch=None, trust=None)
        told = steps_of.further(report, odd, at=AT, fetch=offering({}), told={})
        assert found(told, "superseded-by") == ("not-applicable", "newer-not-told")


def test_the_new_one_names_the_old_one_and_what_else_it_could_be_is_a_correction() -> None:
    document = open_badge_3.write(replace(ATTAINMENT, replaces=Replaced("urn:uuid:1", "renewal")))
    assert open_badge_3.read(document).replaces == Replaced("urn:uuid:1", "renewal")
    document["replacesCredential"]["replacementKind"] = "something"
    assert open_badge_3.read(document).replaces == Replaced("urn:uuid:1", "correction")
    assert bitstring.replacement({"replacedEntry": ["x", {"replacedPlace": "1"}]}, 1) is None
