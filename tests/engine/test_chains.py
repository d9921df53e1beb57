"""Proof sets and proof chains (Data Integrity §4.3 and §4.5)."""

import copy
import csv
import json
from typing import Any

import pytest

from opencairn.engine.canonical import canonical
from opencairn.engine.keys import SigningKey, base58_decode, from_multikey
from opencairn.engine.proofs import ecdsa_jcs_2019, ecdsa_rdfc_2019, eddsa_jcs_2022, eddsa_rdfc_2022
from opencairn.engine.proofs.data_integrity import value_of
from opencairn.engine.verify import examine
from opencairn.kit.dates import parse_iso

from .contexts_here import SHARED
from .samples import AT, KEY, STRANGER, as_bytes, offering
from .test_suites import P256, badge

WITNESS = SigningKey.from_bytes(bytes(range(2, 34)))
FIRST, SECOND, THIRD = (f"urn:uuid:00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
SUITES: list[Any] = [eddsa_rdfc_2022, eddsa_jcs_2022]


def verdict(document: dict[str, Any], network: Any = None) -> tuple[str, str]:
    report = examine(as_bytes(document), at=AT, fetch=network, trust=None)
    step = report.step("signature")
    assert step is not None
    return report.verdict, step.code


def chain(suite: Any, first: SigningKey = WITNESS, second: SigningKey = KEY) -> dict[str, Any]:
    once = suite.sign(badge(KEY), first, created=AT, options={"id": FIRST})
    return dict(suite.sign(once, second, created=AT, earlier=[FIRST]))


@pytest.mark.parametrize("suite", SUITES)
def test_a_set_holds_where_each_proof_holds_and_one_is_the_issuers(suite: Any) -> None:
    both = suite.sign(suite.sign(badge(KEY), KEY, created=AT), WITNESS, created=AT, beside=True)
    assert [each["verificationMethod"] for each in both["proof"]] == [
        KEY.verification_method,
        WITNESS.verification_method,
    ]
    assert verdict(both) == ("valid", "signed")
    assert verdict({**both, "proof": both["proof"][::-1]}) == ("valid", "signed")
    assert verdict({**both, "proof": both["proof"][1:]}) == ("invalid", "key-of-another")
    assert verdict({**both, "name": "Something else"}) == ("invalid", "signature-differs")
    broken = copy.deepcopy(both)
    broken["proof"][1]["created"] = "2026-03-02T09:00:01Z"
    assert verdict(broken) == ("invalid", "signature-differs")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("verificationMethod", {"@list": [WITNESS.verification_method]}, "not-a-value"),
        ("verificationMethod", [WITNESS.verification_method], "no-key-named"),
        ("verificationMethod", None, "null"),
        ("created", {"@list": ["2026-03-02T09:00:00Z"]}, "not-a-value"),
        ("expires", {"@set": ["2027-03-02T09:00:00Z"]}, "not-a-value"),
        ("nonce", {"@list": ["abc"]}, "not-a-value"),
        ("nonce", "@abc", "signature-differs"),
        ("@reverse", 0, "not-a-value"),
        ("note", [{"said": {"@list": ["abc"]}}], "not-a-value"),
    ],
)
def test_a_proof_that_states_itself_in_no_plain_words_is_not_left_aside(name: str, value: Any, code: str) -> None:
    both = eddsa_rdfc_2022.sign(eddsa_rdfc_2022.sign(badge(KEY), KEY, created=AT), WITNESS, created=AT, beside=True)
    both["proof"][1][name] = value
    assert verdict(both) == ("invalid", code)


def test_a_set_may_mix_suites_and_kinds_of_keys() -> None:
    document = badge(KEY)
    for suite, key in ((ecdsa_rdfc_2019, P256), (ecdsa_jcs_2019, P256), (eddsa_jcs_2022, KEY), (eddsa_rdfc_2022, KEY)):
        document = suite.sign(document, key, created=AT, beside=True)  # type: ignore[attr-defined]
    assert verdict(document) == ("valid", "signed")


@pytest.mark.parametrize("suite", SUITES)
def test_a_chain_signs_the_proof_it_builds_on(suite: Any) -> None:
    linked = chain(suite)
    assert linked["proof"][1]["previousProof"] == FIRST
    assert verdict(linked) == ("valid", "signed")
    alone = suite.sign(badge(KEY), KEY, created=AT)["proof"]
    assert linked["proof"][1]["proofValue"] != alone["proofValue"]
    other = suite.sign(badge(KEY), WITNESS, created=parse_iso("2026-03-02T09:00:01Z"), options={"id": FIRST})["proof"]
    assert verdict({**linked, "proof": [other, linked["proof"][1]]}) == ("invalid", "signature-differs")
    assert verdict(chain(suite, first=KEY, second=WITNESS)) == ("valid", "signed")
    assert verdict(chain(suite, first=WITNESS, second=STRANGER)) == ("invalid", "key-of-another")


@pytest.mark.parametrize("suite", SUITES)
def test_a_chain_may_build_on_several_proofs_and_go_on(suite: Any) -> None:
    document = suite.sign(badge(KEY), WITNESS, created=AT, options={"id": FIRST})
    document = suite.sign(document, STRANGER, created=AT, beside=True, options={"id": SECOND})
    document = suite.sign(document, KEY, created=AT, earlier=[FIRST, SECOND], options={"id": THIRD})
    document = suite.sign(document, WITNESS, created=AT, earlier=[THIRD])
    assert document["proof"][2]["previousProof"] == [FIRST, SECOND]
    assert verdict(document) == ("valid", "signed")
    assert verdict({**document, "proof": document["proof"][1:]}) == ("invalid", "previous-proof")


@pytest.mark.parametrize(
    "previous", [None, [], "", "urn:x", ["urn:x"], [FIRST, "urn:x"], 5, [5], [[FIRST]], {"id": FIRST}, [FIRST, FIRST]]
)
def test_a_proof_that_builds_on_nothing_that_is_there_is_refused(previous: Any) -> None:
    linked = chain(eddsa_rdfc_2022)
    linked["proof"][1]["previousProof"] = previous
    assert verdict(linked) == ("invalid", "previous-proof")


def test_a_proof_that_lost_its_link_no_longer_holds() -> None:
    linked = chain(eddsa_rdfc_2022)
    del linked["proof"][1]["previousProof"]
    assert verdict(linked) == ("invalid", "signature-differs")


def test_circles_and_two_proofs_of_one_name_are_refused() -> None:
    linked = chain(eddsa_rdfc_2022)
    first, second = linked["proof"]
    assert verdict({**linked, "proof": [first, {**second, "id": FIRST}]}) == ("invalid", "previous-proof")
    assert verdict({**linked, "proof": [{**first, "previousProof": FIRST}, second]}) == ("invalid", "previous-proof")
    circle = [{**first, "previousProof": SECOND}, {**second, "id": SECOND}]
    assert verdict({**linked, "proof": circle}) == ("invalid", "previous-proof")
    longer = [{**first, "previousProof": [SECOND, THIRD]}, {**second, "id": SECOND}, {**second, "id": THIRD}]
    assert verdict({**linked, "proof": longer}) == ("invalid", "previous-proof")
    assert verdict({**linked, "proof": [first, first, second]}) == ("invalid", "previous-proof")


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("first", [{"cryptosuite": "bbs-2023"}, {"challenge": "abc"}])
def test_a_proof_counts_only_where_those_it_builds_on_can_be_checked(suite: Any, first: dict[str, str]) -> None:
    """Data Integrity §4.5: such a proof can only be considered verified if those that it references are."""
    once = suite.sign(badge(KEY), WITNESS, created=AT, options={"id": FIRST})
    changed = {**once, "proof": {**once["proof"], **first}}
    twice = suite.sign(changed, KEY, created=AT, earlier=[FIRST], options={"id": SECOND})
    assert verdict(twice) == ("unsupported", "proof-bound")
    thrice = suite.sign(twice, KEY, created=AT, earlier=[SECOND])
    assert verdict(thrice) == ("unsupported", "proof-bound")
    assert verdict(suite.sign(twice, KEY, created=AT, beside=True)) == ("valid", "signed")


def test_signing_says_clearly_what_becomes_of_the_proofs_that_are_there() -> None:
    once = eddsa_rdfc_2022.sign(badge(KEY), KEY, created=AT)
    with pytest.raises(ValueError, match="already"):
        eddsa_rdfc_2022.sign(once, WITNESS, created=AT)
    with pytest.raises(ValueError, match="builds on"):
        eddsa_rdfc_2022.sign(once, WITNESS, created=AT, earlier=[FIRST])


def web_issuer() -> tuple[dict[str, Any], Any]:
    """A badge of an issuer with a page of keys that lists one key of two."""
    page = "https://tarntal.example/issuer"
    document = badge(KEY)
    document["issuer"] = {**document["issuer"], "id": page}
    method = {"id": f"{page}#1", "type": "Multikey", "controller": page, "publicKeyMultibase": KEY.public.multikey}
    return document, offering({page: {"id": page, "assertionMethod": [method]}})


def test_a_key_that_the_issuer_does_not_list_may_sign_along_if_its_name_tells_it() -> None:
    document, network = web_issuer()
    listed = {"verificationMethod": "https://tarntal.example/issuer#1"}
    ours = eddsa_rdfc_2022.sign(document, KEY, created=AT, options=listed)
    assert verdict(eddsa_rdfc_2022.sign(ours, WITNESS, created=AT, beside=True), network) == ("valid", "signed")
    nowhere = {"verificationMethod": "https://tarntal.example/issuer#2"}
    unknown = eddsa_rdfc_2022.sign(ours, WITNESS, created=AT, beside=True, options=nowhere)
    assert verdict(unknown, network) == ("invalid", "key-not-listed")
    third = eddsa_rdfc_2022.sign(unknown, STRANGER, created=AT, beside=True)
    assert verdict(third, network) == ("invalid", "key-not-listed")
    assert verdict({**unknown, "proof": unknown["proof"][1]}, network) == ("invalid", "key-not-listed")


# --- published sets and chains ---

SET = SHARED / "vectors" / "vc-di-eddsa" / "proof-set-chain"
ZOO = SHARED / "data" / "credential_zoo"
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")


@pytest.mark.shared
@shared
def test_the_w3c_proof_set_step_by_step(contexts_here: None) -> None:
    def read(name: str) -> Any:
        return json.loads((SET / f"{name}.json").read_text())

    document, pairs = read("unsigned"), read("multiKeyPairs")
    created = parse_iso("2023-02-24T23:36:38Z")
    for n in (1, 2):
        pair = pairs[f"keyPair{n}"]
        key = SigningKey.from_bytes(base58_decode(pair["privateKeyMultibase"][1:])[2:])
        config = read(f"proofSetConfig{n}")
        document = eddsa_rdfc_2022.sign(document, key, created=created, beside=True, options={"id": config["id"]})
        expected = read(f"signedProofSet{n}")
        assert document == expected
        stated = document["proof"] if n > 1 else [document["proof"]]
        assert stated[-1] == read(f"proofSetConfigSigned{n}")
        assert {name: value for name, value in stated[-1].items() if name != "proofValue"} == config
        bare = {name: value for name, value in document.items() if name != "proof"}
        data = eddsa_rdfc_2022.signed_bytes(bare, config, canonical(bare))
        assert from_multikey(pair["publicKeyMultibase"]).holds(value_of(stated[-1]), data)


def published() -> list[Any]:
    if not ZOO.is_dir():
        return []
    with (ZOO / "manifest.csv").open() as listed:
        rows = [row for row in csv.DictReader(listed) if row["file"].startswith("w3cccg-chain-")]
    return [pytest.param(row, id=row["file"]) for row in rows]


@pytest.mark.shared
@shared
@pytest.mark.parametrize("row", published())
def test_the_published_chains_get_their_verdict(row: dict[str, str], contexts_here: None) -> None:
    document = json.loads((ZOO / "files" / row["file"]).read_text())
    if row["expected"] == "accept":
        assert verdict(document) == ("valid", "signed")
    else:
        assert verdict(document)[1] in ("previous-proof", "not-an-address")
        assert verdict(document)[0] == "invalid"


@pytest.mark.shared
@shared
def test_a_published_chain_does_not_hold_without_its_first_proof(contexts_here: None) -> None:
    document = json.loads((ZOO / "files" / "w3cccg-chain-2.0-previousProofStringOk-SimpleSigned2.json").read_text())
    first, second = document["proof"]
    loose = {name: value for name, value in second.items() if name != "previousProof"}
    assert verdict({**document, "proof": [first, loose]}) == ("invalid", "signature-differs")
    changed = {**first, "created": "2023-02-26T22:06:39Z"}
    assert verdict({**document, "proof": [changed, second]}) == ("invalid", "signature-differs")
