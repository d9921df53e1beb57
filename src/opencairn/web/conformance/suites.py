"""What the door offers, one row for each path: the proof, the kind of key, and whether a status entry is added."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from opencairn.engine.keys import Kind, SigningKey
from opencairn.engine.proofs import (
    ecdsa_jcs_2019,
    ecdsa_rdfc_2019,
    ecdsa_sd_2023,
    eddsa_jcs_2022,
    eddsa_rdfc_2022,
    vc_jwt,
)

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Suite:
    """One path of the door: ``purpose`` is that of the status entry it adds, or ""."""

    proof: Any
    key: Kind = "ed25519"
    purpose: str = ""


SUITES: Mapping[str, Suite] = {
    "eddsa-rdfc-2022": Suite(eddsa_rdfc_2022),
    "eddsa-jcs-2022": Suite(eddsa_jcs_2022),
    "ecdsa-rdfc-2019": Suite(ecdsa_rdfc_2019, "p256"),
    "ecdsa-rdfc-2019-p384": Suite(ecdsa_rdfc_2019, "p384"),
    "ecdsa-jcs-2019": Suite(ecdsa_jcs_2019, "p256"),
    "ecdsa-jcs-2019-p384": Suite(ecdsa_jcs_2019, "p384"),
    "ecdsa-sd-2023": Suite(ecdsa_sd_2023, "p256"),
    "vc-jwt": Suite(vc_jwt, "p256"),
    "status-revocation": Suite(eddsa_rdfc_2022, purpose="revocation"),
    "status-suspension": Suite(eddsa_rdfc_2022, purpose="suspension"),
}


@functools.cache
def key_of(kind: Kind) -> SigningKey:
    """Return the door's key of a kind: the same after every start, and of no use to anybody else's name."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"opencairn/conformance/{kind}".encode())
    return SigningKey.from_bytes(derived.derive(settings.WRAPPING_KEY.encode()), kind)


def sign(suite: Suite, credential: Document, *, pointers: Sequence[str], at: datetime) -> Document:
    """Return the credential signed as the suite says. Raises an ``Objection`` where part of it cannot be signed."""
    key = key_of(suite.key)
    if suite.proof is vc_jwt:
        token = vc_jwt.sign(credential, key)
        return {
            "@context": "https://www.w3.org/ns/credentials/v2",
            "type": "EnvelopedVerifiableCredential",
            "id": f"data:application/vc+jwt,{token}",
        }
    if suite.proof is ecdsa_sd_2023:
        signed: Document = ecdsa_sd_2023.sign(credential, key, created=at, mandatory=pointers)
    else:
        signed = suite.proof.sign(credential, key, created=at)
    return signed
