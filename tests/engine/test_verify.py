"""The report: independent steps, a verdict about genuineness, and no change to a signed value that goes unnoticed."""

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencairn.engine.canonical import contexts
from opencairn.engine.opening import fingerprint, open_credential
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.engine.report import STEPS, Report
from opencairn.engine.trust import Answer
from opencairn.engine.verify import examine, verify
from opencairn.kit.dates import iso
from tests.engine.samples import (
    AT,
    ATTAINMENT,
    KEY,
    LIST,
    PROGRAMME,
    STRANGER,
    as_bytes,
    offering,
    signed,
    status_list,
    with_bit,
)
from tests.engine.test_baking import with_chunk

NETWORK = offering({LIST: status_list()})
SIGNED = signed()
RELAXED = settings(deadline=None, max_examples=60)


def check(document: Any, *, at: datetime = AT, network: Any = NETWORK, trust: Any = None) -> Report:
    data = document if isinstance(document, bytes) else as_bytes(document)
    return examine(data, at=at, fetch=network, trust=trust)


def code(report: Report, name: str) -> str:
    step = report.step(name)
    assert step is not None
    return step.code


def resigned(**changes: Any) -> dict[str, Any]:
    document = {**{name: value for name, value in SIGNED.items() if name != "proof"}, **changes}
    return eddsa_rdfc_2022.sign({name: value for name, value in document.items() if value is not None}, KEY, created=AT)


def test_a_genuine_credential_is_valid_though_nobody_was_asked_about_trust() -> None:
    report = check(SIGNED)
    assert report.verdict == "valid"
    assert [step.name for step in report.steps] == list(STEPS)
    assert [step.outcome for step in report.steps] == ["pass"] * 4 + ["unknown"] * 3
    assert all(step.why.endswith(".") and step.code for step in report.steps)
    assert report.step("no such step") is None


def test_layout_and_order_do_not_matter() -> None:
    turned = dict(reversed(SIGNED.items()))
    assert check(json.dumps(turned, indent=3, ensure_ascii=True).encode()).verdict == "valid"
    first, second = (open_credential(json.dumps(each)) for each in (SIGNED, turned))
    assert fingerprint(first) == fingerprint(second)


# --- signature ---


def test_an_unsigned_credential_is_invalid() -> None:
    report = check({name: value for name, value in SIGNED.items() if name != "proof"})
    assert (report.verdict, code(report, "signature")) == ("invalid", "unsigned")
    assert check({**SIGNED, "proof": []}).verdict == "invalid"


@pytest.mark.parametrize("proof", ["x", [5], [None]])
def test_a_proof_that_is_no_proof_is_refused(proof: Any) -> None:
    assert check({**SIGNED, "proof": proof}).verdict == "invalid"


def proof(**changes: Any) -> dict[str, Any]:
    return {**SIGNED, "proof": {**SIGNED["proof"], **changes}}


@pytest.mark.parametrize(
    ("changes", "verdict", "why"),
    [
        ({"proofValue": SIGNED["proof"]["proofValue"][:-1] + "1"}, "invalid", "signature-differs"),
        ({"proofValue": "z"}, "invalid", "no-signature-value"),
        ({"proofValue": "z0"}, "invalid", "no-signature-value"),
        ({"proofValue": None}, "invalid", "null"),
        ({"proofValue": 5}, "invalid", "no-signature-value"),
        ({"proofPurpose": "authentication"}, "invalid", "proof-purpose"),
        ({"created": iso(AT + timedelta(seconds=1))}, "invalid", "signature-differs"),
        ({"created": "today"}, "invalid", "bad-date"),
        ({"expires": iso(AT + timedelta(days=1))}, "invalid", "signature-differs"),
        ({"nonce": "x"}, "invalid", "signature-differs"),
        ({"honours": "x"}, "invalid", "undefined-term"),
        ({"verificationMethod": STRANGER.verification_method}, "invalid", "signature-differs"),
        ({"verificationMethod": "nothing"}, "invalid", "not-an-address"),
        ({"challenge": "x"}, "unsupported", "proof-bound"),
        ({"domain": "x"}, "unsupported", "proof-bound"),
        ({"previousProof": "urn:x"}, "invalid", "previous-proof"),
        ({"@context": contexts.CREDENTIALS_V2}, "unsupported", "proof-context"),
        ({"cryptosuite": "bbs-2023"}, "unsupported", "suite"),
        ({"type": "DataIntegrity"}, "unsupported", "suite"),
        ({"cryptosuite": "ecdsa-rdfc-2019"}, "invalid", "signature-differs"),
        ({"type": "Ed25519Signature2020"}, "unsupported", "missing-context"),
    ],
)
def test_no_change_to_the_proof_verifies(changes: dict[str, Any], verdict: str, why: str) -> None:
    changed = proof(**changes)
    if changes.get("proofValue", "") is None:
        del changed["proof"]["proofValue"]
        why = "no-signature-value"
    report = check(changed)
    assert (report.verdict, code(report, "signature")) == (verdict, why)


def test_the_proof_may_repeat_the_context_of_the_document() -> None:
    assert check(proof(**{"@context": SIGNED["@context"]})).verdict == "valid"


def test_a_signature_that_ran_out_is_invalid() -> None:
    bare = {name: value for name, value in SIGNED.items() if name != "proof"}
    options = {**SIGNED["proof"], "expires": iso(AT + timedelta(days=1))}
    del options["proofValue"], options["created"]
    from opencairn.engine.canonical import canonical
    from opencairn.engine.keys import base58_encode

    value = "z" + base58_encode(KEY.sign(eddsa_rdfc_2022.signed_bytes(bare, options, canonical(bare))))
    document = {**bare, "proof": {**options, "proofValue": value}}
    assert check(document).verdict == "valid"
    late = check(
        document, at=AT + timedelta(days=2), network=offering({LIST: status_list(until=AT + timedelta(days=9))})
    )
    assert (late.verdict, code(late, "signature")) == ("invalid", "signature-expired")


def test_a_signed_document_is_not_signed_again() -> None:
    with pytest.raises(ValueError):
        eddsa_rdfc_2022.sign(SIGNED, KEY, created=AT)


def test_another_kind_of_proof_beside_a_good_one_is_left_aside() -> None:
    other = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"}
    assert check({**SIGNED, "proof": [other, SIGNED["proof"]]}).verdict == "valid"
    assert check({**SIGNED, "proof": [SIGNED["proof"]]}).verdict == "valid"


def test_every_proof_that_can_be_checked_must_hold() -> None:
    bad = {**SIGNED["proof"], "created": iso(AT + timedelta(1))}
    assert check({**SIGNED, "proof": [SIGNED["proof"], bad]}).verdict == "invalid"
    assert check({**SIGNED, "proof": [SIGNED["proof"]] * 9}).verdict == "unsupported"


def web_signed(issuer: str = "https://tarntal.example/issuer") -> dict[str, Any]:
    document = {name: value for name, value in SIGNED.items() if name != "proof"}
    document["issuer"] = {**document["issuer"], "id": issuer}
    key = copy.copy(KEY)
    key.verification_method = f"{issuer}#{KEY.public.multikey}"
    return eddsa_rdfc_2022.sign(document, key, created=AT)


def test_a_key_that_only_the_credential_names_is_unknown() -> None:
    report = check(web_signed(), network=None)
    assert (report.verdict, code(report, "signature"), code(report, "status")) == (
        "unknown",
        "key-not-looked-up",
        "not-reached",
    )
    assert check(web_signed()).verdict == "unknown"


def test_a_signature_from_the_future_does_not_count_yet() -> None:
    bare = {name: value for name, value in SIGNED.items() if name != "proof"}
    ahead = eddsa_rdfc_2022.sign(bare, KEY, created=AT + timedelta(minutes=4))
    assert check(ahead).verdict == "valid"
    early = check(eddsa_rdfc_2022.sign(bare, KEY, created=AT + timedelta(hours=1)))
    assert (early.verdict, code(early, "signature")) == ("invalid", "signature-early")


def test_a_changed_credential_is_invalid_even_where_its_key_is_not_confirmed() -> None:
    changed = {**web_signed(), "name": "Something better"}
    assert check(changed, network=None).verdict == "invalid"


# --- dates ---


def test_not_yet_valid_and_expired() -> None:
    early = check(SIGNED, at=AT - timedelta(seconds=1))
    assert (early.verdict, code(early, "dates")) == ("invalid", "not-yet-valid")
    end = ATTAINMENT.valid_until
    assert end is not None
    network = offering({LIST: status_list(until=end + timedelta(days=9))})
    assert check(SIGNED, at=end, network=network).verdict == "valid"
    late = check(SIGNED, at=end + timedelta(seconds=1), network=network)
    assert (late.verdict, code(late, "dates")) == ("invalid", "expired")


@pytest.mark.parametrize(
    "words", ["2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "0001-01-01T00:00:00+23:00"]
)
def test_dates_that_cannot_be_read_are_invalid(words: str) -> None:
    report = check(resigned(validUntil=words))
    assert report.verdict == "invalid"


def test_a_credential_that_is_no_badge_may_have_no_dates() -> None:
    bare = {
        "@context": [contexts.CREDENTIALS_V2],
        "type": "VerifiableCredential",
        "issuer": KEY.did,
        "credentialSubject": {"id": "urn:s", "name": "N"},
    }
    report = check(eddsa_rdfc_2022.sign(bare, KEY, created=AT))
    assert report.verdict == "valid"
    assert code(report, "dates") == "valid-without-end"
    assert code(report, "status") == "no-status"
    assert code(report, "accredited-today") == "not-a-badge"
    for words in ("2026-01-01", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+23:00"):
        bad = eddsa_rdfc_2022.sign({**bare, "validFrom": words}, KEY, created=AT)
        assert "bad-date" in (code(check(bad), "format"), code(check(bad), "dates"))


# --- status ---


@pytest.mark.parametrize(
    ("network", "verdict", "why"),
    [
        (offering({LIST: status_list(bits=with_bit(94_567))}), "invalid", "revoked"),
        (offering({LIST: status_list(bits=with_bit(94_566))}), "valid", "not-revoked"),
        (offering({}), "unknown", "list-not-usable"),
        (None, "unknown", "list-not-looked-up"),
        (
            offering({LIST: {name: value for name, value in status_list().items() if name != "proof"}}),
            "unknown",
            "list-not-usable",
        ),
        (offering({LIST: {**status_list(), "validUntil": iso(AT + timedelta(days=99))}}), "unknown", "list-not-usable"),
        (offering({LIST: status_list(until=AT - timedelta(seconds=1))}), "unknown", "list-not-usable"),
        (offering({LIST: status_list(key=STRANGER, issuer=STRANGER.did)}), "unknown", "list-not-usable"),
        (offering({LIST: status_list(url="https://cairn.example/status/8/")}), "unknown", "list-not-usable"),
        (offering({LIST: status_list(purpose="suspension")}), "unknown", "list-not-usable"),
        (offering({LIST: status_list(type=["VerifiableCredential"])}), "unknown", "list-not-usable"),
        (offering({LIST: b"\xff\x00"}), "unknown", "list-not-usable"),
        (offering({LIST: SIGNED}), "unknown", "list-not-usable"),
        (offering({LIST: status_list(id=LIST.rstrip("/"))}), "valid", "not-revoked"),
    ],
)
def test_what_the_status_list_says(network: Any, verdict: str, why: str) -> None:
    report = check(SIGNED, network=network)
    assert (report.verdict, code(report, "status")) == (verdict, why)


def entry(**changes: Any) -> dict[str, Any]:
    made = {**SIGNED["credentialStatus"], **changes}
    return {name: value for name, value in made.items() if value is not None}


@pytest.mark.parametrize(
    ("status", "verdict", "why"),
    [
        (entry(statusPurpose="suspension"), "unknown", "list-not-usable"),
        (entry(statusPurpose="message"), "unknown", "list-not-usable"),
        (entry(statusPurpose="fun"), "unknown", "status-kind"),
        (entry(statusPurpose=None), "unknown", "status-kind"),
        (entry(statusListCredential=None), "unknown", "no-list-address"),
        (entry(statusListIndex="131072"), "unknown", "list-not-usable"),
        ({"id": LIST, "type": "1EdTechRevocationList"}, "unknown", "list-not-usable"),
        ([entry(), {"id": LIST, "type": "1EdTechRevocationList"}], "unknown", "list-not-usable"),
        ([{**entry(), "id": f"urn:{n}"} for n in range(9)], "unknown", "too-many-lists"),
        (None, "valid", "no-status"),
    ],
)
def test_status_entries_of_all_kinds(status: Any, verdict: str, why: str) -> None:
    report = check(resigned(credentialStatus=status))
    assert (report.verdict, code(report, "status")) == (verdict, why)


def test_a_suspended_credential_is_invalid() -> None:
    document = resigned(credentialStatus=entry(statusPurpose="suspension"))
    network = offering({LIST: status_list(purpose="suspension", bits=with_bit(94_567))})
    assert code(check(document, network=network), "status") == "suspended"
    network = offering({LIST: status_list(purpose="suspension")})
    assert code(check(document, network=network), "status") == "not-suspended"


def test_nothing_is_looked_up_for_a_forged_credential() -> None:
    asked: list[str] = []

    def network(url: str) -> bytes:
        asked.append(url)
        return b""

    check({**SIGNED, "name": "x"}, network=network)
    assert asked == []


# --- trust ---


class Register:
    def __init__(self) -> None:
        self.asked: list[Any] = []

    def issuer(self, issuer_id: str, at: datetime) -> Answer:
        return Answer("pass", f"{issuer_id} is known.", "known", (("id", issuer_id),))

    def accredited(
        self, issuer_id: str, achievement_id: str, *, eqf_level: int | None, field_of_study: str, day: date
    ) -> Answer:
        self.asked.append((issuer_id, achievement_id, eqf_level, field_of_study, day))
        return Answer("pass" if day == date(2026, 3, 1) else "fail", "Looked up.", "looked-up")


def test_trust_is_asked_for_the_award_date_and_for_today_and_does_not_change_the_verdict() -> None:
    register = Register()
    report = check(SIGNED, trust=register)
    assert register.asked == [
        (KEY.did, PROGRAMME, 5, "0521", date(2026, 3, 1)),
        (KEY.did, PROGRAMME, 5, "0521", date(2026, 3, 2)),
    ]
    assert [step.outcome for step in report.steps[4:]] == ["pass", "pass", "fail"]
    assert report.verdict == "valid"


def test_nobody_is_asked_about_what_a_forged_document_says() -> None:
    register = Register()
    report = check({**SIGNED, "name": "Something better"}, trust=register)
    assert register.asked == []
    assert [step.outcome for step in report.steps[3:]] == ["unknown"] * 4


# --- what is not a credential, and what cannot be judged ---


@pytest.mark.parametrize(
    ("document", "verdict", "why"),
    [
        ([], "not-a-credential", "not-an-object"),
        ({}, "not-a-credential", "no-credential"),
        ({"type": "VerifiablePresentation"}, "not-a-credential", "presentation"),
        ({"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}, "invalid", "badge-field"),
        ({"@context": ["https://www.w3.org/2018/credentials/v1"], "type": "VerifiableCredential"}, "invalid", "not-an-address"),
        ({"@context": ["https://else.example/v9"], "type": "VerifiableCredential"}, "unsupported", "unknown-context"),
        ({"@context": [contexts.OPEN_BADGES], "type": "VerifiableCredential"}, "invalid", "first-context"),
        ({"@context": [{}], "type": "VerifiableCredential"}, "invalid", "first-context"),
        ({"type": "VerifiableCredential"}, "invalid", "first-context"),
        ({"payload": "x", "signatures": []}, "unsupported", "token"),
        ({**SIGNED, "id": 5}, "invalid", "not-an-address"),
        ({**SIGNED, "credentialSubject": []}, "invalid", "field"),
        ({**SIGNED, "credentialSubject": "x"}, "invalid", "field"),
        ({**SIGNED, "credentialStatus": "urn:x"}, "invalid", "field"),
        ({**SIGNED, "issuer": "nobody"}, "invalid", "not-an-address"),
        ({**SIGNED, "issuer": {}}, "invalid", "not-an-address"),
    ],
)  # fmt: skip
def test_other_documents_are_called_what_they_are(document: Any, verdict: str, why: str) -> None:
    report = check(document)
    assert (report.verdict, code(report, "format")) == (verdict, why)
    assert len(report.steps) == len(STEPS)


# --- no change verifies ---

HIDING = [
    ("validUntil", "https://www.w3.org/2018/credentials#validUntil"),
    ("credentialStatus", "https://www.w3.org/2018/credentials#credentialStatus"),
]


@pytest.mark.parametrize(("name", "iri"), HIDING)
def test_a_value_cannot_be_hidden_under_another_name(name: str, iri: str) -> None:
    """The quads stay the same, so a careless verifier would find the signature good and never see the value."""
    hidden = copy.deepcopy(SIGNED)
    hidden[iri] = hidden.pop(name)
    assert check(hidden).verdict != "valid"
    hidden["alias"] = hidden.pop(iri)
    hidden["@context"] = [*hidden["@context"], {"alias": {"@id": iri, "@type": "@id"}}]
    assert check(hidden).verdict != "valid"
    moved = copy.deepcopy(SIGNED)
    moved["evidence"] = {"id": moved["id"], name: moved.pop(name)}
    assert check(moved).verdict != "valid"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if (*path, name) != ("@context",):
                yield from places(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from places(inner, (*path, place))
    else:
        yield path


def altered(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(SIGNED)
    inner: Any = changed
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return changed


@pytest.mark.parametrize("path", list(places(SIGNED)), ids=str)
def test_no_single_value_can_be_changed(path: tuple[Any, ...]) -> None:
    inner: Any = SIGNED
    for name in path:
        inner = inner[name]
    others: list[Any] = [f"{inner}x", str(inner).upper() + "y", 1, True, None, {}, "", ["q"]]
    for other in others:
        if other != inner or isinstance(other, bool) is not isinstance(inner, bool):
            assert check(altered(path, other)).verdict != "valid", other


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_mutated_bytes_never_crash_and_never_say_something_else(data: st.DataObject) -> None:
    text = bytearray(as_bytes(SIGNED))
    for _ in range(data.draw(st.integers(1, 3))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    report = check(bytes(text))
    if report.verdict == "valid":
        changed = open_credential(bytes(text).decode())
        assert fingerprint(changed) == fingerprint(open_credential(json.dumps(SIGNED)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["VerifiableCredential", contexts.CREDENTIALS_V2, KEY.did]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*SIGNED, "@id", "@type", "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.sampled_from(sorted(SIGNED)), JSON)
@RELAXED
def test_any_json_in_any_place_never_crashes(name: str, value: Any) -> None:
    document = json.dumps({**SIGNED, name: value}).encode()
    assert check(document).verdict != "valid" or value == SIGNED[name]


@given(st.binary(max_size=200))
@RELAXED
def test_any_bytes_get_a_report(data: bytes) -> None:
    report = verify(data, at=AT)
    assert report.verdict != "valid"
    assert len(report.steps) == len(STEPS)


def test_the_last_net_turns_a_fault_of_ours_into_unknown() -> None:
    def broken(url: str) -> bytes:
        raise ZeroDivisionError

    hosted = with_chunk(b"tEXt", b"openbadges\0https://tarntal.example/badges/1")
    for data in (as_bytes(SIGNED), hosted):  # broken while it is judged, broken while it is opened
        report = verify(data, at=AT, fetch=broken)
        assert (report.verdict, code(report, "format")) == ("unknown", "not-worked-through")
        assert len(report.steps) == len(STEPS)


def test_a_credential_of_another_issuer_with_our_own_words_is_still_its_own() -> None:
    other = signed(replace(ATTAINMENT, issuer=replace(ATTAINMENT.issuer, id=STRANGER.did), status=None), STRANGER)
    assert check(other).verdict == "valid"
    forged = signed(ATTAINMENT, STRANGER)  # says our issuer, signed by a stranger
    assert (check(forged).verdict, code(check(forged), "signature")) == ("invalid", "key-of-another")


def test_the_engine_needs_no_framework() -> None:
    program = (
        "import importlib, pkgutil, sys, opencairn.engine as engine\n"
        "for found in pkgutil.walk_packages(engine.__path__, 'opencairn.engine.'): importlib.import_module(found.name)\n"
        "sys.exit(len(sys.modules) < 100 or any(m.split('.')[0] in ('django', 'allauth') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
