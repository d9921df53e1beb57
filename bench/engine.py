"""The engine against the raw Ed25519 operation and against openbadgeslib, all in one run.

Processor time, medians, interleaved, so that another machine or a busy one changes the figures but hardly the ratios.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openbadgeslib.ob3.ldp import add_data_integrity_proof, verify_data_integrity_proof
from tests.engine.samples import AT, ATTAINMENT, KEY, LIST, as_bytes, offering, signed, status_list

from opencairn.engine.formats import open_badge_3
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.engine.verify import examine

ROUNDS = 9
RAW = 200  # operations per round; the raw ones are short
WHOLE = 20
SLOW = 3


def medians(**works: tuple[Callable[[], Any], int]) -> dict[str, float]:
    """Return processor microseconds for each piece of work: the median over interleaved rounds."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for work, _ in works.values():
        work()  # warm
    for _ in range(ROUNDS):
        for name, (work, times) in works.items():
            started = time.process_time()
            for _ in range(times):
                work()
            found[name].append((time.process_time() - started) / times * 1e6)
    return {name: statistics.median(each) for name, each in found.items()}


def pems() -> tuple[bytes, bytes]:
    private = Ed25519PrivateKey.from_private_bytes(KEY.to_bytes())
    secret = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret, private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def line(name: str, value: float, unit: str, against: str, target: float | None = None) -> dict[str, Any]:
    met = None if target is None else value <= target
    return {"name": name, "value": round(value, 2), "unit": unit, "target": target, "met": met, "against": against}


def measure() -> Iterator[dict[str, Any]]:
    """Yield the lines."""
    unsigned, document = open_badge_3.write(ATTAINMENT), signed()
    data, network = as_bytes(document), offering({LIST: status_list()})
    message, (secret, public) = b"x" * 64, pems()
    signature = KEY.sign(message)
    method = KEY.verification_method
    theirs = json.loads(json.dumps({name: value for name, value in unsigned.items() if name != "credentialStatus"}))
    theirs_signed = add_data_integrity_proof(theirs, secret, method)
    bare = as_bytes(theirs_signed)
    took = medians(
        raw_sign=(lambda: KEY.sign(message), RAW),
        raw_verify=(lambda: KEY.public.holds(signature, message), RAW),
        sign=(lambda: eddsa_rdfc_2022.sign(unsigned, KEY, created=AT), WHOLE),
        verify=(lambda: examine(bare, at=AT, fetch=None, trust=None), WHOLE),
        verify_status=(lambda: examine(data, at=AT, fetch=network, trust=None), WHOLE),
        other_sign=(lambda: add_data_integrity_proof(theirs, secret, method), SLOW),
        other_verify=(lambda: verify_data_integrity_proof(theirs_signed, public), SLOW),
    )
    yield line("engine.raw_sign", took["raw_sign"], "µs", "one Ed25519 signature of `cryptography`")
    yield line("engine.raw_verify", took["raw_verify"], "µs", "one Ed25519 check of `cryptography`")
    yield line(
        "engine.sign", took["sign"] / took["raw_sign"], "× raw sign", "eddsa-rdfc-2022; target: the Node stack", 214
    )
    yield line(
        "engine.verify", took["verify"] / took["raw_verify"], "× raw verify", "whole report; target: the Node stack", 65
    )
    with_list = took["verify_status"] / took["raw_verify"]
    yield line(
        "engine.verify_with_status", with_list, "× raw verify", "the same, with a status list that is checked too", 87
    )
    yield line(
        "engine.sign_share", took["sign"] / took["other_sign"], "× openbadgeslib", "openbadgeslib, same run", 0.5
    )
    yield line(
        "engine.verify_share", took["verify"] / took["other_verify"], "× openbadgeslib", "openbadgeslib, same run", 0.5
    )
