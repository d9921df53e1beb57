"""The W3C's own vectors of every embedded proof, step by step, with every value in between."""

import hashlib
import json
from typing import Any

import pytest

from opencairn.engine.canonical import canonical, canonicalize, to_quads
from opencairn.engine.canonical.jcs import canonical_json
from opencairn.engine.keys import SigningKey, base58_decode, base58_encode, from_multikey
from opencairn.engine.proofs import (
    ecdsa_jcs_2019,
    ecdsa_rdfc_2019,
    ed25519_signature_2020,
    eddsa_jcs_2022,
    eddsa_rdfc_2022,
)
from opencairn.engine.proofs.data_integrity import value_of
from opencairn.kit.dates import parse_iso

from .contexts_here import SHARED

VECTORS = SHARED / "vectors"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here"),
    pytest.mark.usefixtures("contexts_here"),
]
RDFC, JCS = "rdfc", "jcs"
#: the folder, the ending of its files' names, the plug, the kind of text, the hash
CASES: list[tuple[str, str, Any, str, Any]] = [
    ("vc-di-eddsa/eddsa-rdfc-2022", "DataInt", eddsa_rdfc_2022, RDFC, hashlib.sha256),
    ("vc-di-eddsa/eddsa-rdfc-2022/employ", "DataInt", eddsa_rdfc_2022, RDFC, hashlib.sha256),
    ("vc-di-eddsa/Ed25519Signature2020", "EdSig", ed25519_signature_2020, RDFC, hashlib.sha256),
    ("vc-di-ecdsa/ecdsa-rdfc-2019-p256/employ", "ECDSAP256", ecdsa_rdfc_2019, RDFC, hashlib.sha256),
    ("vc-di-ecdsa/ecdsa-rdfc-2019-p384/employ", "ECDSAP384", ecdsa_rdfc_2019, RDFC, hashlib.sha384),
    ("vc-di-ecdsa/ecdsa-jcs-2019-p256", "JCSECDSAP256", ecdsa_jcs_2019, JCS, hashlib.sha256),
    ("vc-di-ecdsa/ecdsa-jcs-2019-p384", "JCSECDSAP384", ecdsa_jcs_2019, JCS, hashlib.sha384),
]


class Files:
    """The values of one case."""

    def __init__(self, folder: str, ending: str) -> None:
        self.folder, self.ending = VECTORS / folder, ending

    def text(self, name: str) -> str:
        return (self.folder / f"{name}{self.ending}.txt").read_text().rstrip("\n")

    def json(self, name: str) -> Any:
        return json.loads((self.folder / f"{name}{self.ending}.json").read_text())


def written(document: Any, form: str, digest: Any) -> str:
    if form == JCS:
        return canonical_json(document).decode()
    return canonicalize(to_quads(document), digest=digest)


@pytest.mark.parametrize(("folder", "ending", "plug", "form", "digest"), CASES, ids=[case[0] for case in CASES])
def test_every_value_on_the_way_to_a_signature(folder: str, ending: str, plug: Any, form: str, digest: Any) -> None:
    files = Files(folder, ending)
    signed = files.json("signed")
    proof = signed.pop("proof")
    document, options = written(signed, form, digest), written(files.json("proofConfig"), form, digest)
    assert document.rstrip("\n") == files.text("canonDoc")
    assert options.rstrip("\n") == files.text("proofCanon")
    hashes = [digest(each.encode()).hexdigest() for each in (options, document)]
    assert hashes == [files.text("proofHash"), files.text("docHash")]
    assert "".join(hashes) == files.text("combinedHash")
    key = from_multikey(proof["verificationMethod"].partition("#")[2])
    value = value_of(proof, (64, 96))
    assert value.hex() == files.text("sigHex")
    assert "z" + base58_encode(value) == files.text("sigBTC58") == proof["proofValue"]
    assert key.holds(value, bytes.fromhex(files.text("combinedHash")))
    assert plug.accepts(proof)
    assert plug.seal(signed, proof, canonical(signed)).holds(key)
    changed = {**signed, "name": "Something else"}
    assert not plug.seal(changed, proof, canonical(changed)).holds(key)


def secret(words: str, kind: Any) -> SigningKey:
    """Open a private key written as a Multikey: two bytes that tell its kind, then the number."""
    return SigningKey.from_bytes(base58_decode(words[1:])[2:], kind)


def test_signing_again_gives_the_same_eddsa_signatures() -> None:
    pair = json.loads((VECTORS / "vc-di-eddsa/keyPair.json").read_text())
    key = secret(pair["privateKeyMultibase"], "ed25519")
    assert key.public.multikey == pair["publicKeyMultibase"]
    for folder in ("vc-di-eddsa/eddsa-rdfc-2022", "vc-di-eddsa/eddsa-rdfc-2022/employ"):
        expected = Files(folder, "DataInt").json("signed")
        bare = {name: value for name, value in expected.items() if name != "proof"}
        created = parse_iso(expected["proof"]["created"])
        assert eddsa_rdfc_2022.sign(bare, key, created=created) == expected


@pytest.mark.parametrize("kind", ["p256", "p384"])
@pytest.mark.parametrize(("form", "plug"), [(RDFC, ecdsa_rdfc_2019), (JCS, ecdsa_jcs_2019)])
def test_signing_again_gives_the_same_options_and_a_signature_that_holds(kind: Any, form: str, plug: Any) -> None:
    pair = json.loads((VECTORS / f"vc-di-ecdsa/{kind}KeyPair.json").read_text())
    key = secret(pair["secretKeyMultibase"], kind)
    assert key.public.multikey == pair["publicKeyMultibase"]
    folder = next(case for case in CASES if case[2] is plug and kind in case[0])
    expected = Files(*folder[:2]).json("signed")
    proof = expected.pop("proof")
    ours = plug.sign(expected, key, created=parse_iso(proof["created"]))["proof"]
    assert {**ours, "proofValue": ""} == {**proof, "proofValue": ""}
    assert plug.seal(expected, ours, "").holds(key.public)


def test_an_older_signature_holds_where_the_document_does_not_state_the_context_of_signatures() -> None:
    signed = Files("vc-di-eddsa/Ed25519Signature2020", "EdSig").json("signed")
    proof, bare = signed.pop("proof"), {**signed, "@context": signed["@context"][:-1]}
    pair = json.loads((VECTORS / "vc-di-eddsa/keyPair.json").read_text())
    key = secret(pair["privateKeyMultibase"], "ed25519")
    options = {**Files("vc-di-eddsa/Ed25519Signature2020", "EdSig").json("proofConfig")}
    data = b"".join(hashlib.sha256(canonical(each).encode()).digest() for each in (options, bare))
    again = {**proof, "proofValue": "z" + base58_encode(key.sign(data))}
    assert ed25519_signature_2020.seal(bare, again, canonical(bare)).holds(key.public)


def test_an_eddsa_jcs_proof_signs_both_texts_as_json() -> None:
    """The W3C keeps no files for eddsa-jcs-2022; its text is that of ecdsa-jcs-2019, its hash and key those of EdDSA."""
    files = Files("vc-di-ecdsa/ecdsa-jcs-2019-p256", "JCSECDSAP256")
    pair = json.loads((VECTORS / "vc-di-eddsa/keyPair.json").read_text())
    key = secret(pair["privateKeyMultibase"], "ed25519")
    document = {name: value for name, value in files.json("signed").items() if name != "proof"}
    ours = eddsa_jcs_2022.sign(document, key, created=parse_iso("2023-02-24T23:36:38Z"))["proof"]
    options = {name: value for name, value in ours.items() if name != "proofValue"}
    data = hashlib.sha256(canonical_json(options)).hexdigest() + files.text("docHash")
    assert key.public.holds(value_of(ours), bytes.fromhex(data))


def test_the_folders_of_the_vectors_are_all_read() -> None:
    listed = {path.parent for path in VECTORS.glob("vc-di-*/**/combinedHash*.txt")}
    assert {str(path.relative_to(VECTORS)) for path in listed} == {case[0] for case in CASES}
