"""What we sign verifies with an independent stack (npm @digitalbazaar/vc), and what it signs verifies here."""

import copy
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from opencairn.engine.canonical import contexts
from opencairn.engine.formats import open_badge_3
from opencairn.engine.keys import SigningKey
from opencairn.engine.verify import verify
from opencairn.kit.dates import iso
from opencairn.web.demo import journey
from opencairn.web.demo.cast import Cast
from tests.engine.samples import AT, ATTAINMENT, KEY, LIST, as_bytes, offering, signed, status_list

HERE = Path(__file__).parent
NODE = shutil.which("node")
pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(NODE is None, reason="Node is not installed: `npm ci` in tests/peers needs it"),
    pytest.mark.skipif(not (HERE / "node_modules").is_dir(), reason="run `npm ci` in tests/peers first"),
]
NETWORK = offering({LIST: status_list()})


def ask(**asked: Any) -> dict[str, Any]:
    known = {url: contexts.document(url) for url in contexts.SHIPPED}
    question = json.dumps({"contexts": known, "date": iso(AT), **asked})
    done = subprocess.run([str(NODE), "peer.mjs"], input=question.encode(), cwd=HERE, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


def test_our_credential_verifies_there() -> None:
    answer = ask(do="verify", credential=signed())
    assert answer == {"verified": True, "errors": []}


@pytest.mark.django_db
def test_the_credential_and_the_status_list_of_the_walk_verify_there(cast: Cast) -> None:
    assert journey.walk(cast, at=AT).ok
    for name in ("credential.json", "status-list.json"):
        document = json.loads((settings.VAR / "journey" / name).read_bytes())
        assert ask(do="verify", credential=document) == {"verified": True, "errors": []}, name
        document["validFrom"] = "2026-03-01T09:00:00Z"
        assert ask(do="verify", credential=document)["verified"] is False, name


def test_our_status_list_verifies_there() -> None:
    assert ask(do="verify", credential=status_list())["verified"] is True


def test_our_credential_with_a_changed_value_fails_there_and_here() -> None:
    changed = copy.deepcopy(signed())
    changed["credentialSubject"]["achievement"]["nameIn"]["de"] = "Gewässer prüfen"
    assert ask(do="verify", credential=changed)["verified"] is False
    assert verify(as_bytes(changed), at=AT, fetch=NETWORK).verdict == "invalid"


def test_an_undefined_term_is_refused_there_and_here() -> None:
    changed = {**signed(), "honours": "summa cum laude"}
    assert ask(do="verify", credential=changed)["verified"] is False
    assert verify(as_bytes(changed), at=AT, fetch=NETWORK).verdict == "invalid"


def issued_there(seed: int = 7) -> dict[str, Any]:
    blank = open_badge_3.write(ATTAINMENT)
    blank["issuer"]["id"] = "did:key:ISSUER"
    return ask(do="issue", credential=blank, seed=bytes([seed] * 32).hex())["issued"]


def test_their_credential_verifies_here() -> None:
    theirs, key = issued_there(), SigningKey.from_bytes(bytes([7] * 32))
    network = offering({LIST: status_list(key=key, issuer=key.did)})
    report = verify(as_bytes(theirs), at=AT, fetch=network)
    assert report.verdict == "valid", [step.why for step in report.steps]


def test_their_credential_with_a_changed_value_fails_here_and_there() -> None:
    theirs = issued_there()
    theirs["credentialSubject"]["result"][0]["value"] = "99"
    assert verify(as_bytes(theirs), at=AT).verdict == "invalid"
    assert ask(do="verify", credential=theirs)["verified"] is False


def test_both_stacks_make_the_same_signature() -> None:
    key = SigningKey.from_bytes(bytes([7] * 32))
    theirs = issued_there()
    ours = signed(key=KEY)
    assert ours["proof"]["proofValue"] != theirs["proof"]["proofValue"]
    bare = {name: value for name, value in theirs.items() if name != "proof"}
    from opencairn.engine.proofs import eddsa_rdfc_2022

    assert eddsa_rdfc_2022.sign(bare, key, created=AT)["proof"]["proofValue"] == theirs["proof"]["proofValue"]
