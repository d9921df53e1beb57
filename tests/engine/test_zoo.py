"""Every file of the credential zoo, and every sample of the 1EdTech validator, gets the verdict that is demanded.

Where ours is another one, ``DEVIATIONS`` says so and why; the reasons in full stand in
docs/decisions/0007-verdicts-of-the-zoo.md.
"""

import csv
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from opencairn.engine.report import Report
from opencairn.engine.verify import examine
from opencairn.kit.fetch import CannotFetch
from opencairn.web.copies import Copies
from tests.engine.contexts_here import SHARED

FOLDER = SHARED / "data" / "credential_zoo"
SAMPLES = SHARED / "vectors" / "ob30-validator-samples"
RECORDS = SHARED / "vectors" / "clr20-validator-samples" / "clr20"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the reference data ../shared is not here"),
    pytest.mark.usefixtures("contexts_here"),
]
TODAY = datetime(2026, 11, 21, tzinfo=UTC)
DEMANDED: Mapping[str, tuple[str, ...]] = {
    "accept": ("valid",),
    "reject": ("invalid",),
    "needs_network": ("unknown",),
    "indeterminate": ("unknown",),
    "indeterminate_offline": ("unknown",),
    "integrity_ok_not_trusted": ("unknown",),
    "unsupported_ok": ("unsupported", "valid"),
    "not_a_credential": ("not-a-credential",),
}
_CHAIN = ("unsupported", "it is anchored in a block chain by a Merkle proof, a suite that is not read")
_NO_KEY = ("unknown", "the issuer is named by an https address, and no document of it ties the key to it")
_OTHER_KEY = ("invalid", "it is signed by another did:key than the one that it names as its issuer")
_NO_CLASS = ("unknown", "its BadgeClass is not in the zoo, and without it nobody can say who issued the badge")
_DID = ("not-a-credential", "it is a DID document")
_NO_ADDRESS = ("invalid", "it names its learner “_:1”, which is no address")
#: what is called something else here than the manifest demands, by the beginning of the file's name
DEVIATIONS: Mapping[str, tuple[str, str]] = {
    "1edtech-clr20-simple_old_safesigned": ("unsupported", "the draft context that it names is published no longer"),
    "1edtech-ob20-assertion-with-extension-node-invalid": ("unknown", "http only; extensions have no schema here"),
    "1edtech-ob20-basic-assertion-with-allowed-origins-invalid-": _NO_CLASS,
    "1edtech-ob20-simple-not-revoked": _NO_CLASS,
    "1edtech-ob30-bit-string-list-credential-status-revoked-blank-nodes": _NO_KEY,
    "1edtech-ob30-simple-did-key-method": ("unknown", "the issuer is a urn:uuid, to which nothing ties the key"),
    "blockcerts-v3-blockcerts-3.0-beta-did-ethereum-ropsten": ("invalid", "its id is a form not filled in, no address"),
    "blockcerts-v1-": _CHAIN,
    "blockcerts-v2-": _CHAIN,
    "blockcerts-v3-": _CHAIN,
    "spruce-did-": _DID,
    "spruce-vc-eth-": _NO_ADDRESS,
    "spruce-vc-poly-epsig": _NO_ADDRESS,
    "w3c-ecdsa-ecdsa-jcs-2019-p256-signed": _NO_KEY,
    "w3c-ecdsa-ecdsa-jcs-2019-p384-signed": _NO_KEY,
    "w3c-ecdsa-ecdsa-rdfc-2019-p256-employ-": _OTHER_KEY,
    "w3c-ecdsa-ecdsa-rdfc-2019-p384-employ-": _OTHER_KEY,
    "w3c-ecdsa-ecdsa-sd-2023-employ-derived": _OTHER_KEY,
    "w3c-eddsa-Ed25519Signature2020-signed": _NO_KEY,
    "w3c-eddsa-eddsa-rdfc-2022-employ-": _OTHER_KEY,
    "w3c-eddsa-eddsa-rdfc-2022-signed": _NO_KEY,
    "w3c-eddsa-proof-set-chain-signed": _NO_KEY,
}


def manifest() -> list[dict[str, str]]:
    if not FOLDER.is_dir():
        return []
    with (FOLDER / "manifest.csv").open() as listed:
        return list(csv.DictReader(listed))


def deviation(row: Mapping[str, str]) -> tuple[str, str] | None:
    return next((DEVIATIONS[name] for name in DEVIATIONS if row["file"].startswith(name)), None)


@pytest.fixture(scope="module")
def look_up() -> Callable[[str], bytes]:
    """The support files of the zoo, found as ``opencairn verify --with`` finds them."""
    copies = Copies()
    for row in manifest():
        if row["expected"] == "support":
            with suppress(ValueError):  # some say no address of their own
                copies.add((FOLDER / "files" / row["file"]).read_bytes())

    def read(url: str) -> bytes:
        found = copies.find(url)
        if found is None:
            raise CannotFetch("No copy of it was given.")
        return found

    return read


def judged(file: Any, fetch: Callable[[str], bytes] | None) -> Report:
    return examine(file.read_bytes(), at=TODAY, fetch=fetch, trust=None)


@pytest.mark.parametrize("row", [pytest.param(each, id=each["file"]) for each in manifest()])
def test_every_file_of_the_zoo_gets_its_verdict(row: dict[str, str], look_up: Callable[[str], bytes]) -> None:
    report = judged(FOLDER / "files" / row["file"], look_up)
    demanded = DEMANDED.get(row["expected"])
    ours = deviation(row)
    if demanded is None:  # uncertain, or there for the sake of others: it must only be judged without a fault
        return
    if ours is None or report.verdict in demanded:
        assert report.verdict in demanded, [step.why for step in report.steps]
    else:
        assert report.verdict == ours[0], [step.why for step in report.steps]


def test_no_deviation_is_listed_in_vain(look_up: Callable[[str], bytes]) -> None:
    used = set()
    for row in manifest():
        verdict = judged(FOLDER / "files" / row["file"], look_up).verdict
        if verdict not in DEMANDED.get(row["expected"], (verdict,)):
            used |= {name for name in DEVIATIONS if row["file"].startswith(name)}
            assert verdict != "valid"  # ours is the stricter one, always
    assert used == set(DEVIATIONS)


# --- the samples of the 1EdTech public validator ---

#: what the validator calls valid (or warns about), and is unknown here: nothing outside ties the key to the issuer
UNTIED = (
    "ob30/simple-context-alias.json",
    "ob30/simple-did-key-method.json",
    "ob30/simple-did-web-method.json",
    "ob30/simple-json.png",
    "ob30/simple-jwt.png",
    "ob30/simple-jwt.svg",
    "ob30/simple-jwt_v1.png",
    "ob30/simple-jwt_v1.svg",
    "ob30/simple.json",
    "ob30/simple_v1.json",
)
UNREACHABLE = ("ob30/velocity.jwt",)  # the validator calls it invalid, because the host of its key has no public name


def expected() -> dict[str, list[str]]:
    if not SAMPLES.is_dir():
        return {}
    listed = json.loads((SAMPLES / "expected.json").read_text())
    return {name: entry["assert"] for name, entry in listed.items() if entry["assert"]}


def nothing(url: str) -> bytes:
    raise CannotFetch("Nothing stands there.")


@pytest.mark.parametrize(("name", "verdicts"), expected().items())
def test_every_sample_of_the_badge_validator_gets_its_verdict(name: str, verdicts: list[str]) -> None:
    report = judged(SAMPLES / name, nothing)
    if name in UNTIED or name in UNREACHABLE:
        assert report.verdict == "unknown"
    elif name != "ob30/bit-string-list/credential-status-revoked-blank-nodes.json":
        assert verdicts == [report.verdict]


def issuers_page(document: Mapping[str, Any]) -> tuple[str, bytes]:
    """What the issuer would publish at its address: the key that its credential names."""
    issuer, method = document["issuer"]["id"], document["proof"][0]["verificationMethod"]
    key = {"id": method, "type": "Multikey", "controller": issuer, "publicKeyMultibase": method.partition("#")[2]}
    return issuer, json.dumps({"id": issuer, "assertionMethod": [method], "verificationMethod": [key]}).encode()


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("simple.json", "valid"),
        ("simple-context-alias.json", "valid"),
        ("simple_v1.json", "valid"),
        ("complete.json", "unknown"),  # its status list is nowhere
        ("endorsement-valid.json", "valid"),
        ("bit-string-list/credential-status-revoked-blank-nodes.json", "unknown"),  # the list says another address
        ("simple-err-expired.json", "invalid"),
    ],
)
def test_a_sample_whose_issuer_lists_the_key_is_judged_to_the_end(name: str, verdict: str) -> None:
    file = SAMPLES / "ob30" / name
    document = json.loads(file.read_bytes())
    proofs = document["proof"]
    pages = dict([issuers_page({**document, "proof": proofs if isinstance(proofs, list) else [proofs]})])
    entry = document.get("credentialStatus", {})
    pages[str(entry.get("statusListCredential"))] = (SAMPLES / "ob30/bit-string-list/testlist").read_bytes()

    def fetch(url: str) -> bytes:
        return pages[url] if url in pages else nothing(url)

    report = judged(file, fetch)
    assert report.verdict == verdict, [step.why for step in report.steps]


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("simple.json", "unknown"),  # https issuer
        ("simple_v1.json", "unknown"),  # the issuer is a urn:uuid
        ("simple_old_safesigned.json", "unsupported"),  # a draft context that is published no longer
        ("simple-noproof.json", "invalid"),
    ],
)
def test_every_sample_of_the_record_validator_gets_its_verdict(name: str, verdict: str) -> None:
    assert judged(RECORDS / name, nothing).verdict == verdict
