"""Presentations: who shows credentials, to whom, and whether each credential is genuine."""

import json
from datetime import timedelta
from typing import Any

import pytest

from opencairn.engine.keys import SigningKey
from opencairn.engine.presentations import MOST_CREDENTIALS, PresentationReport, Question, verify_presentation
from opencairn.engine.proofs import ecdsa_rdfc_2019, eddsa_jcs_2022, eddsa_rdfc_2022

from .contexts_here import SHARED
from .samples import AT, KEY, LIST, STRANGER, as_bytes, offering, signed, status_list, with_bit
from .test_suites import P256

HOLDER = SigningKey.from_bytes(bytes(range(3, 35)))
NETWORK = offering({LIST: status_list()})
ASKED = Question("c-42", "https://employer.example")
ANSWER = {"challenge": "c-42", "domain": "https://employer.example"}
SUITES: list[tuple[Any, SigningKey]] = [(eddsa_rdfc_2022, HOLDER), (eddsa_jcs_2022, HOLDER), (ecdsa_rdfc_2019, P256)]


def shown(*credentials: Any, **more: Any) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": list(credentials) or [signed()],
        **more,
    }


def answered(
    document: dict[str, Any], suite: Any = eddsa_rdfc_2022, key: SigningKey = HOLDER, **options: Any
) -> dict[str, Any]:
    return dict(suite.sign(document, key, created=AT, purpose="authentication", options={**ANSWER, **options}))


OPEN = Question()


def check(document: Any, question: Question = OPEN, network: Any = NETWORK) -> PresentationReport:
    data = document if isinstance(document, bytes) else as_bytes(document)
    return verify_presentation(data, at=AT, question=question, fetch=network)


def outcome(report: PresentationReport) -> tuple[str, str]:
    return report.verdict, report.steps[-1].code


def test_an_unsigned_presentation_of_a_genuine_credential_is_valid() -> None:
    report = check(shown())
    assert outcome(report) == ("valid", "presentation-unsigned")
    assert [each.verdict for each in report.credentials] == ["valid"]
    assert check(shown(signed(), status_list())).verdict == "valid"
    assert check({**shown(), "verifiableCredential": signed()}).verdict == "valid"
    assert check({name: value for name, value in shown().items() if name != "verifiableCredential"}).verdict == "valid"


@pytest.mark.parametrize(("suite", "key"), SUITES)
def test_a_signed_answer_is_valid_and_no_change_is(suite: Any, key: SigningKey) -> None:
    document = answered(shown(holder=key.did), suite, key)
    assert outcome(check(document, ASKED)) == ("valid", "holder-signed")
    assert outcome(check(document)) == ("valid", "holder-signed")
    nobody_named = answered(shown(), suite, key)
    assert outcome(check(nobody_named, ASKED)) == ("valid", "holder-signed")
    assert outcome(check({**document, "id": "urn:x:1"}, ASKED)) == ("invalid", "signature-differs")
    other = {**document, "verifiableCredential": [status_list()]}
    assert outcome(check(other, ASKED)) == ("invalid", "signature-differs")


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Question("c-43", ASKED.domain), "other-challenge"),
        (Question("c-42", "https://thief.example"), "other-domain"),
        (Question("c-42"), "holder-signed"),
        (Question(domain="https://employer.example"), "holder-signed"),
    ],
)
def test_a_signature_answers_one_question(question: Question, code: str) -> None:
    assert check(answered(shown()), question).steps[-1].code == code


def test_a_domain_may_be_one_of_several_and_must_be_there_when_asked() -> None:
    several = answered(shown(), domain=["https://a.example", ASKED.domain])
    assert outcome(check(several, ASKED)) == ("valid", "holder-signed")
    silent = eddsa_rdfc_2022.sign(shown(), HOLDER, created=AT, purpose="authentication")
    assert outcome(check(silent, ASKED)) == ("invalid", "other-challenge")
    assert outcome(check(silent)) == ("valid", "holder-signed")
    assert outcome(check(shown(), ASKED)) == ("invalid", "unanswered")


def test_only_the_holder_answers() -> None:
    document = answered(shown(holder={"id": HOLDER.did}))
    assert outcome(check(document, ASKED)) == ("valid", "holder-signed")
    assert outcome(check(answered(shown(holder=STRANGER.did)), ASKED)) == ("invalid", "key-of-another")
    assert outcome(check(eddsa_rdfc_2022.sign(shown(), HOLDER, created=AT))) == ("invalid", "proof-purpose")
    both = eddsa_rdfc_2022.sign(document, STRANGER, created=AT, beside=True, purpose="authentication", options=ANSWER)
    assert outcome(check(both, ASKED)) == ("invalid", "key-of-another")


def test_the_holder_may_have_a_page_of_keys_for_answering() -> None:
    page = "https://mirren.example/me"
    method = {"id": f"{page}#1", "type": "Multikey", "controller": page, "publicKeyMultibase": HOLDER.public.multikey}
    document = answered(shown(holder=page), verificationMethod=f"{page}#1")

    def network(purpose: str) -> Any:
        return offering({LIST: status_list(), page: {"id": page, purpose: [method]}})

    assert outcome(check(document, ASKED, network("authentication"))) == ("valid", "holder-signed")
    assert check(document, ASKED, network("assertionMethod")).verdict == "invalid"
    unknown = check(document, ASKED, NETWORK)
    assert outcome(unknown) == ("unknown", "key-not-confirmed")
    elsewhere = answered(shown(holder="did:example:1"), verificationMethod="did:example:1#1")
    assert outcome(check(elsewhere, ASKED)) == ("unknown", "issuer-kind")


def test_every_credential_is_verified_on_its_own() -> None:
    changed = {**signed(), "name": "Something better"}
    report = check(shown(signed(), changed))
    assert report.verdict == "invalid"
    assert [each.verdict for each in report.credentials] == ["valid", "invalid"]
    assert check(shown(), network=None).verdict == "unknown"
    revoked = offering({LIST: status_list(bits=with_bit(94_567))})
    assert check(answered(shown()), ASKED, revoked).verdict == "invalid"
    late = verify_presentation(as_bytes(shown()), at=AT + timedelta(days=2000), fetch=NETWORK)
    assert late.verdict == "invalid"
    stranger = {"@context": "https://www.w3.org/ns/credentials/v2", "type": "VerifiablePresentation", "holder": KEY.did}
    assert check(shown(stranger)).verdict == "invalid"


@pytest.mark.parametrize(
    ("document", "verdict", "code"),
    [
        (b"{", "not-a-credential", "not-json"),
        (b"5", "not-a-credential", "no-presentation"),
        (signed(), "not-a-credential", "no-presentation"),
        ({"type": "VerifiablePresentation"}, "invalid", "first-context"),
        (shown(**{"@context": [{}]}), "invalid", "first-context"),
        (shown(**{"@context": ["https://x.example/"]}), "invalid", "first-context"),
        (shown(5), "invalid", "field"),
        (shown(holder="me"), "invalid", "field"),
        (shown(holder=5), "invalid", "field"),
        (shown(holder={}), "invalid", "field"),
        (shown(proof="x"), "invalid", "proof-shape"),
        (shown(honours="x"), "invalid", "undefined-term"),
        (shown(*[signed()] * (MOST_CREDENTIALS + 1)), "unsupported", "too-many-credentials"),
        (shown(proof=[{}] * 9), "unsupported", "too-many-proofs"),
        (shown(proof={"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"}), "unsupported", "suite"),
        ({**answered(shown()), "proof": {**answered(shown())["proof"], "created": "x"}}, "invalid", "bad-date"),
        ({**answered(shown()), "proof": {**answered(shown())["proof"], "verificationMethod": 5}}, "invalid", "x"),
    ],
)
def test_what_is_no_proper_presentation_is_refused_by_name(document: Any, verdict: str, code: str) -> None:
    report = check(document)
    assert report.verdict == verdict
    assert code in ("x", report.steps[-1].code)


def test_a_proof_with_a_context_of_its_own_is_not_followed() -> None:
    document = answered(shown())
    document["proof"]["@context"] = "https://www.w3.org/ns/credentials/v2"
    assert outcome(check(document, ASKED)) == ("unsupported", "proof-context")
    nameless = answered(shown())
    del nameless["proof"]["verificationMethod"]
    assert check(nameless, ASKED).verdict == "invalid"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")
def test_no_presentation_of_the_zoo_is_a_surprise(contexts_here: None) -> None:
    for file in sorted((SHARED / "data" / "credential_zoo" / "files").glob("*.json*")):
        report = check(file.read_bytes(), network=None)
        assert report.verdict in ("valid", "invalid", "unknown", "unsupported", "not-a-credential"), file.name
        assert all(step.code and step.why.endswith(".") for step in report.steps), file.name
        assert isinstance(json.dumps(report.steps, default=str), str)
