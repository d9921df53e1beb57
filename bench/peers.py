"""The peers, measured in the same run: openbadgeslib in this process, the Digital Bazaar stack in Node."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from openbadgeslib.ob3.ldp import add_data_integrity_proof, verify_data_integrity_proof
from tests.engine.samples import AT, KEY

from opencairn.engine.canonical import contexts
from opencairn.kit.dates import iso

PACKAGES = Path(__file__).resolve().parents[1] / "tests" / "peers" / "node_modules"


def openbadgeslib(unsigned: dict[str, Any]) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Return what signs and what verifies one credential with openbadgeslib."""
    plain = json.loads(json.dumps({name: value for name, value in unsigned.items() if name != "credentialStatus"}))
    private = serialization.load_pem_private_key(KEY.to_pem(b"bench"), b"bench")
    secret = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = add_data_integrity_proof(plain, secret, KEY.verification_method)
    return (
        lambda: add_data_integrity_proof(plain, secret, KEY.verification_method),
        lambda: verify_data_integrity_proof(signed, public),
    )


def digital_bazaar(unsigned: dict[str, Any]) -> dict[str, float] | None:
    """Return processor microseconds of the Node stack, or None where it is not installed."""
    node = shutil.which("node")
    if node is None or not PACKAGES.is_dir():
        return None
    needed = [each for each in unsigned["@context"] if isinstance(each, str)]
    needed += ["https://w3id.org/security/data-integrity/v2", "https://w3id.org/security/multikey/v1"]
    asked = {
        "credential": unsigned,
        "contexts": {url: contexts.document(url) for url in needed},
        "seed": KEY.to_bytes().hex(),
        "date": iso(AT),
    }
    script = Path(__file__).with_name("peer.mjs")
    done = subprocess.run([node, str(script)], input=json.dumps(asked).encode(), capture_output=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found
