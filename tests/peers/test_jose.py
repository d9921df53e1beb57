"""Our signed tokens hold with independent stacks (npm jose, @sd-jwt), and theirs hold here."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from opencairn.engine.canonical.contexts import CREDENTIALS_V2
from opencairn.engine.formats import open_badge_3, sd_jwt_vc
from opencairn.engine.keys import SigningKey, base64url_encode
from opencairn.engine.opening import open_credential
from opencairn.engine.proofs import sd_jwt, vc_jwt
from opencairn.engine.proofs.sd_jwt import Binding
from opencairn.engine.verify import verify
from opencairn.kit.dates import iso
from tests.engine.samples import AT, ATTAINMENT

HERE = Path(__file__).parent
NODE = shutil.which("node")
pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(NODE is None, reason="Node is not installed: `npm ci` in tests/peers needs it"),
    pytest.mark.skipif(not (HERE / "node_modules" / "jose").is_dir(), reason="run `npm ci` in tests/peers first"),
]
KINDS: list[Any] = [("ed25519", "EdDSA"), ("p256", "ES256"), ("rsa", "RS256")]
ASKED = Binding("https://employer.example", "n-0S6", AT)
HOLDER = SigningKey.from_bytes(bytes(range(5, 37)), "p256")
HOLDER_JWK = {**HOLDER.public.jwk, "d": base64url_encode(HOLDER.to_bytes())}
BARE = {name: value for name, value in open_badge_3.write(ATTAINMENT).items() if name != "credentialStatus"}
ISSUER = SigningKey.from_bytes(bytes(range(7, 39)), "p256")
CLAIMS = {
    **{name: value for name, value in sd_jwt_vc.write(ATTAINMENT).items() if name != "status"},
    "iss": ISSUER.did,
}


def ask(**asked: Any) -> dict[str, Any]:
    question = json.dumps({"date": iso(AT), **asked}).encode()
    done = subprocess.run([str(NODE), "jose.mjs"], input=question, cwd=HERE, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)  # type: ignore[no-any-return]


# --- tokens ---


@pytest.mark.parametrize("typ", ["vc+jwt", "JWT"])
@pytest.mark.parametrize(("kind", "algorithm"), KINDS)
def test_our_token_holds_there(kind: Any, algorithm: str, typ: str) -> None:
    key = SigningKey.generate(kind)
    document = {**BARE, "issuer": {**BARE["issuer"], "id": key.did}}
    token = vc_jwt.sign(document, key, typ=typ)
    answer = ask(do="verify-token", token=token, jwk=key.public.jwk, alg=algorithm, typ=typ)
    assert answer["verified"]
    assert answer["header"] == {"alg": algorithm, "typ": typ, "kid": key.verification_method}
    assert {name: answer["payload"][name] for name in document} == document
    head, payload, signature = token.split(".")
    for changed in (f"{head}.{payload[:-2]}AA.{signature}", f"{head}.{payload}.{signature[::-1]}"):
        other = ask(do="verify-token", token=changed, jwk=key.public.jwk, alg=algorithm, typ=typ)
        assert not other["verified"]
        assert verify(changed.encode(), at=AT).verdict == "invalid"


@pytest.mark.parametrize(("kind", "algorithm"), KINDS)
def test_their_token_holds_here(kind: Any, algorithm: str) -> None:
    claims = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiableCredential"],
        "issuer": "did:jwk:ISSUER",
        "credentialSubject": {"id": "urn:somebody"},
    }
    answer = ask(do="sign-token", claims=claims, alg=algorithm, typ="vc+jwt")
    report = verify(answer["token"].encode(), at=AT)
    assert report.verdict == "valid", [step.why for step in report.steps]
    [seal] = open_credential(answer["token"]).seals
    assert seal.suite == f"VC-JWT {algorithm}"


# --- disclosures ---


def test_our_credential_with_disclosures_is_presented_and_verified_there() -> None:
    token = sd_jwt.sign(
        CLAIMS, ISSUER, hidden=sd_jwt_vc.disclosable(CLAIMS), holder=HOLDER.public, created=AT, decoys=1
    )
    asked = {"audience": ASKED.audience, "nonce": ASKED.nonce}
    shown = ask(do="present", token=token, holder=HOLDER_JWK, shown={"title": True}, **asked)["presented"]
    report = verify(shown.encode(), at=AT, asked=ASKED)
    assert report.verdict == "valid", [step.why for step in report.steps]
    answer = ask(do="verify-disclosures", token=shown, jwk=ISSUER.public.jwk, nonce=ASKED.nonce)
    assert answer["verified"], answer
    assert answer["payload"]["title"] == "Water sampling"
    assert "grade" not in answer["payload"]
    assert answer["payload"] == sd_jwt.read(shown).claims


def test_our_presentation_holds_there_and_for_one_verifier_only() -> None:
    token = sd_jwt.sign(CLAIMS, ISSUER, hidden=sd_jwt_vc.disclosable(CLAIMS), holder=HOLDER.public, created=AT)
    shown = sd_jwt.present(token, [("title",), (sd_jwt_vc.OWN, "learner", "name")], key=HOLDER, to=ASKED)
    answer = ask(do="verify-disclosures", token=shown, jwk=ISSUER.public.jwk, nonce=ASKED.nonce)
    assert answer["verified"], answer
    assert answer["payload"][sd_jwt_vc.OWN]["learner"] == {"name": "Mirren Okafor"}
    assert (answer["kb"]["aud"], answer["kb"]["nonce"]) == (ASKED.audience, ASKED.nonce)
    other = ask(do="verify-disclosures", token=shown, jwk=ISSUER.public.jwk, nonce="another")
    assert not other["verified"]
    forged = shown.replace("~", "~WyJzIiwidGl0bGUiLCJQaEQiXQ~", 1)
    assert not ask(do="verify-disclosures", token=forged, jwk=ISSUER.public.jwk, nonce=ASKED.nonce)["verified"]
    assert verify(forged.encode(), at=AT).verdict == "invalid"


def test_their_credential_with_disclosures_holds_here() -> None:
    claims = {
        "vct": "urn:example:course",
        "iat": int(AT.timestamp()),
        "title": "Sampling",
        "grade": "1",
        "levels": [5, 6],
    }
    frame = {"_sd": ["title", "grade"], "levels": {"_sd": [0]}}
    asked = {"audience": ASKED.audience, "nonce": ASKED.nonce}
    answer = ask(do="issue-and-present", claims=claims, frame=frame, shown={"title": True}, **asked)
    assert verify(answer["issued"].encode(), at=AT).verdict == "valid"
    report = verify(answer["presented"].encode(), at=AT, asked=ASKED)
    assert report.verdict == "valid", [step.why for step in report.steps]
    shown = sd_jwt.read(answer["presented"]).claims
    assert (shown["title"], shown["levels"], "grade" in shown) == ("Sampling", [6], False)
    late = Binding(ASKED.audience, "another", AT)
    assert verify(answer["presented"].encode(), at=AT, asked=late).verdict == "invalid"
