"""A second Python implementation agrees with our signatures (PyPI openbadgeslib, which carries the contexts too)."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from opencairn.engine.verify import verify
from tests.engine.samples import ATTAINMENT, KEY, LIST, as_bytes, offering, signed, status_list

ldp = pytest.importorskip("openbadgeslib.ob3.ldp")


def public_pem() -> bytes:
    return Ed25519PublicKey.from_public_bytes(KEY.public.raw).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def private_pem() -> bytes:
    return Ed25519PrivateKey.from_private_bytes(KEY.to_bytes()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize("document", [signed(ATTAINMENT), status_list()])
def test_our_signature_verifies_there(document: dict[str, Any]) -> None:
    ldp.verify_data_integrity_proof(document, public_pem())


def test_a_changed_value_fails_there() -> None:
    changed = copy.deepcopy(signed())
    changed["credentialSubject"]["achievement"]["name"] = "Something else"
    with pytest.raises(Exception, match=r"(?i)signature|proof|verif"):
        ldp.verify_data_integrity_proof(changed, public_pem())


def test_their_signature_verifies_here() -> None:
    bare = {name: value for name, value in signed().items() if name != "proof"}
    theirs = ldp.add_data_integrity_proof(json.loads(json.dumps(bare)), private_pem(), KEY.verification_method)
    now = datetime.now(UTC)  # which it writes into the proof
    network = offering({LIST: status_list(until=now + timedelta(days=7))})
    assert verify(as_bytes(theirs), at=now, fetch=network).verdict == "valid"
