"""Every embedded proof against Digital Bazaar's libraries (npm): ours holds there, theirs holds here."""

import copy
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from opencairn.engine.canonical import contexts
from opencairn.engine.formats import open_badge_3
from opencairn.engine.keys import SigningKey
from opencairn.engine.presentations import Question, verify_presentation
from opencairn.engine.proofs import ecdsa_rdfc_2019, ecdsa_sd_2023, eddsa_jcs_2022, eddsa_rdfc_2022
from opencairn.engine.verify import verify
from opencairn.kit.dates import iso
from tests.engine.samples import AT, ATTAINMENT, as_bytes

HERE = Path(__file__).parent
NODE = shutil.which("node")
pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(NODE is None, reason="Node is not installed: `npm ci` in tests/peers needs it"),
    pytest.mark.skipif(
        not (HERE / "node_modules" / "@digitalbazaar" / "ecdsa-multikey").is_dir(),
        reason="run `npm ci` in tests/peers first",
    ),
]
ED25519 = SigningKey.from_bytes(bytes([7] * 32))
P256 = SigningKey.from_bytes(bytes([7] * 32), "p256")
P384 = SigningKey.from_bytes(bytes([7] * 48), "p384")
CASES: list[Any] = [
    pytest.param(eddsa_rdfc_2022, ED25519, "Ed25519", id="eddsa-rdfc-2022"),
    pytest.param(eddsa_jcs_2022, ED25519, "Ed25519", id="eddsa-jcs-2022"),
    pytest.param(ecdsa_rdfc_2019, P256, "P-256", id="ecdsa-rdfc-2019-p256"),
    pytest.param(ecdsa_rdfc_2019, P384, "P-384", id="ecdsa-rdfc-2019-p384"),
]
each_suite = pytest.mark.parametrize(("suite", "key", "curve"), CASES)
MANDATORY = ["/issuer", "/validFrom", "/validUntil"]
CHOSEN = ["/id", "/credentialSubject/identifier", "/credentialSubject/achievement", "/credentialSubject/result/0"]
SIGNER = "did:key:SIGNER"


def ask(**asked: Any) -> dict[str, Any]:
    known = {url: contexts.document(url) for url in contexts.SHIPPED}
    question = json.dumps({"contexts": known, "date": iso(AT), **asked})
    done = subprocess.run(
        [str(NODE), "suites.mjs"], input=question.encode(), cwd=HERE, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


def badge(issuer: str) -> dict[str, Any]:
    return open_badge_3.write(replace(ATTAINMENT, issuer=replace(ATTAINMENT.issuer, id=issuer), status=None))


def without_own_words(document: Any) -> Any:
    """The same document in public words only. This peer takes no inline context in a JSON proof: it compares objects
    of JavaScript, of which no two are the same."""
    if isinstance(document, list):
        return [without_own_words(each) for each in document]
    if not isinstance(document, dict):
        return document
    kept = {name: without_own_words(value) for name, value in document.items() if name not in contexts.OWN_TERMS}
    if "@context" in kept:
        kept["@context"] = [each for each in kept["@context"] if isinstance(each, str)]
    return kept


def credential_for(suite: Any, issuer: str) -> dict[str, Any]:
    return dict(without_own_words(badge(issuer)) if suite is eddsa_jcs_2022 else badge(issuer))


@each_suite
def test_ours_holds_there_and_no_change_does(suite: Any, key: SigningKey, curve: str) -> None:
    document = suite.sign(credential_for(suite, key.did), key, created=AT)
    assert ask(do="verify", suite=suite.SUITE, credential=document) == {"verified": True, "errors": []}
    document["credentialSubject"]["achievement"]["name"] = "Something else"
    assert ask(do="verify", suite=suite.SUITE, credential=document)["verified"] is False


@each_suite
def test_theirs_holds_here_and_no_change_does(suite: Any, key: SigningKey, curve: str) -> None:
    theirs = ask(do="issue", suite=suite.SUITE, curve=curve, credential=credential_for(suite, SIGNER))["issued"]
    report = verify(as_bytes(theirs), at=AT)
    assert report.verdict == "valid", [step.why for step in report.steps]
    theirs["credentialSubject"]["result"][0]["value"] = "99"
    assert verify(as_bytes(theirs), at=AT).verdict == "invalid"


def test_what_we_sign_and_derive_for_showing_holds_there() -> None:
    base = ecdsa_sd_2023.sign(badge(P256.did), P256, mandatory=MANDATORY, created=AT)
    ours = ecdsa_sd_2023.derive(base, CHOSEN)
    assert ask(do="verify", suite="ecdsa-sd-2023", credential=ours) == {"verified": True, "errors": []}
    theirs = ask(do="derive", suite="ecdsa-sd-2023", credential=base, pointers=CHOSEN)["derived"]
    assert theirs == ours
    assert ask(do="verify", suite="ecdsa-sd-2023", credential=base)["verified"] is False
    changed = copy.deepcopy(ours)
    del changed["validUntil"]
    assert ask(do="verify", suite="ecdsa-sd-2023", credential=changed)["verified"] is False


def test_what_they_sign_for_showing_is_derived_and_holds_here() -> None:
    asked = {"suite": "ecdsa-sd-2023", "curve": "P-256", "mandatory": MANDATORY}
    base = ask(do="issue", credential=badge(SIGNER), **asked)["issued"]
    theirs = ask(do="derive", suite="ecdsa-sd-2023", credential=base, pointers=CHOSEN)["derived"]
    ours = ecdsa_sd_2023.derive(base, CHOSEN)
    assert ours == theirs
    assert verify(as_bytes(ours), at=AT).verdict == "valid"
    assert verify(as_bytes(base), at=AT).verdict == "unsupported"
    assert ask(do="verify", suite="ecdsa-sd-2023", credential=ours)["verified"] is True


ASKED = {"challenge": "c-42", "domain": "employer.example"}


def presentation(holder: str, credential: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": [credential],
    }


@each_suite
def test_a_presentation_of_ours_holds_there_and_theirs_here(suite: Any, key: SigningKey, curve: str) -> None:
    credential = suite.sign(credential_for(suite, key.did), key, created=AT)
    ours = suite.sign(presentation(key.did, credential), key, created=AT, purpose="authentication", options=ASKED)
    assert ask(do="check", suite=suite.SUITE, presentation=ours, **ASKED)["verified"] is True
    assert ask(do="check", suite=suite.SUITE, presentation=ours, **{**ASKED, "challenge": "x"})["verified"] is False
    asked = {"suite": suite.SUITE, "curve": curve, **ASKED}
    theirs = ask(do="present", presentation=presentation(SIGNER, credential), **asked)["signed"]
    question = Question(**ASKED)
    report = verify_presentation(as_bytes(theirs), at=AT, question=question)
    assert report.verdict == "valid", report
    theirs["id"] = "urn:x:1"
    assert verify_presentation(as_bytes(theirs), at=AT, question=question).verdict == "invalid"
