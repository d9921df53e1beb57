"""Selective disclosure (ecdsa-sd-2023): what is signed, what a holder shows, and what a verifier takes."""

import copy
import hashlib
import json
from dataclasses import replace
from typing import Any

import cbor2
import pytest

from opencairn.engine.canonical import canonical
from opencairn.engine.formats import open_badge_3
from opencairn.engine.keys import SigningKey, base58_decode, base58_encode, base64url_decode, base64url_encode
from opencairn.engine.objections import Malformed, Unsupported
from opencairn.engine.proofs import ecdsa_rdfc_2019, eddsa_rdfc_2022
from opencairn.engine.proofs import ecdsa_sd_2023 as suite
from opencairn.engine.proofs.disclosure import MOST_POINTERS, Parts, wanted_of
from opencairn.engine.verify import examine
from opencairn.kit.dates import parse_iso

from .contexts_here import SHARED
from .samples import AT, ATTAINMENT, STRANGER, as_bytes

P256 = SigningKey.from_bytes(bytes(range(1, 33)), "p256")
P384 = SigningKey.from_bytes(bytes(range(1, 49)), "p384")
MANDATORY = ("/issuer", "/validFrom", "/validUntil", "/credentialSubject/achievement/name")
BADGE = open_badge_3.write(replace(ATTAINMENT, issuer=replace(ATTAINMENT.issuer, id=P256.did), status=None))
BASE = suite.sign(BADGE, P256, mandatory=MANDATORY, created=AT)
SHOWN = (
    "/id",
    "/name",
    "/credentialSubject/identifier",
    "/credentialSubject/achievement/description",
    "/credentialSubject/achievement/criteria",
    "/credentialSubject/result/1",
)
DERIVED = suite.derive(BASE, SHOWN)


def verdict(document: dict[str, Any]) -> tuple[str, str]:
    report = examine(as_bytes(document), at=AT, fetch=None, trust=None)
    step = report.step("signature")
    assert step is not None
    return report.verdict, step.code


def bare(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


def members(document: dict[str, Any]) -> list[Any]:
    return list(cbor2.loads(base64url_decode(document["proof"]["proofValue"][1:])[3:]))


def with_value(document: dict[str, Any], value: Any, header: str = "d95d01", *, after: bytes = b"") -> dict[str, Any]:
    data = bytes.fromhex(header) + cbor2.dumps(value) + after
    return {**document, "proof": {**document["proof"], "proofValue": "u" + base64url_encode(data)}}


def test_a_chosen_part_is_valid_and_says_nothing_else() -> None:
    assert verdict(DERIVED) == ("valid", "signed")
    assert DERIVED["issuer"] == BASE["issuer"]
    assert len(BASE["credentialSubject"]["result"]) > 1
    assert DERIVED["credentialSubject"]["result"] == [BASE["credentialSubject"]["result"][1]]
    assert DERIVED["credentialSubject"]["achievement"]["name"] == BADGE["credentialSubject"]["achievement"]["name"]
    words = json.dumps(DERIVED)
    assert "Gewässer beproben" not in words
    assert "WS-1" in json.dumps(BADGE)
    assert "WS-1" not in words


def test_the_whole_document_can_be_shown() -> None:
    whole = suite.derive(BASE, [""])
    assert bare(whole) == BADGE
    assert verdict(whole) == ("valid", "signed")


def test_the_holders_own_copy_is_not_taken_for_what_is_shown() -> None:
    assert verdict(BASE) == ("unsupported", "sd-base")


def test_issuer_dates_and_status_are_always_shown_unless_the_issuer_says_otherwise() -> None:
    with_status = {**BADGE, "credentialStatus": {"id": "urn:x:1", "type": "BitstringStatusListEntry"}}
    shown = suite.derive(suite.sign(with_status, P256, created=AT), ["/credentialSubject"])
    for name in ("issuer", "validFrom", "validUntil", "credentialStatus"):
        assert shown[name] == with_status[name]
    assert "name" not in shown


def test_two_signatures_of_one_document_have_nothing_in_common() -> None:
    again = suite.sign(BADGE, P256, mandatory=MANDATORY, created=AT)
    for ours, theirs in zip(members(BASE)[:4], members(again)[:4], strict=True):
        assert ours != theirs


@pytest.mark.parametrize(
    "path",
    [
        ("name",),
        ("id",),
        ("validUntil",),
        ("issuer", "name"),
        ("credentialSubject", "achievement", "name"),
        ("credentialSubject", "achievement", "criteria", "narrative"),
        ("credentialSubject", "result", 0, "status"),
    ],
)
def test_no_word_that_is_shown_can_be_changed(path: tuple[Any, ...]) -> None:
    changed = copy.deepcopy(DERIVED)
    here = changed
    for step in path[:-1]:
        here = here[step]
    old = here[path[-1]]
    here[path[-1]] = "2030-01-01T00:00:00Z" if path == ("validUntil",) else "urn:x" if path == ("id",) else "Failed"
    assert here[path[-1]] != old
    assert verdict(changed)[0] == "invalid"


def test_what_must_be_shown_cannot_be_left_out() -> None:
    without = copy.deepcopy(DERIVED)
    del without["validUntil"]
    assert verdict(without) == ("invalid", "signature-differs")


def test_what_was_not_signed_cannot_be_added() -> None:
    assert verdict({**DERIVED, "description": "with honours"}) == ("invalid", "signature-differs")
    added = copy.deepcopy(DERIVED)
    added["credentialSubject"]["result"].append(added["credentialSubject"]["result"][0])
    assert verdict(added) == ("invalid", "signature-differs")


def test_the_options_of_the_proof_cannot_be_changed() -> None:
    later = {**DERIVED, "proof": {**DERIVED["proof"], "created": "2026-03-02T09:00:01Z"}}
    assert verdict(later) == ("invalid", "signature-differs")


def test_parts_of_two_documents_do_not_mix() -> None:
    other = suite.derive(suite.sign(BADGE, P256, mandatory=MANDATORY, created=AT), SHOWN)
    signature, public_key, signatures, labels, mandatory = members(DERIVED)
    theirs = members(other)
    assert verdict(with_value(DERIVED, [signature, public_key, theirs[2], labels, mandatory]))[0] == "invalid"
    assert verdict(with_value(DERIVED, [signature, theirs[1], theirs[2], labels, mandatory]))[0] == "invalid"
    assert verdict(with_value(DERIVED, [theirs[0], public_key, signatures, labels, mandatory]))[0] == "invalid"
    assert verdict(with_value(DERIVED, [signature, public_key, signatures, labels, mandatory]))[0] == "valid"


def forged(place: int, value: Any) -> list[Any]:
    parts = members(DERIVED)
    parts[place] = value
    return parts


SIGNATURE, PUBLIC, SIGNATURES, LABELS, INDEXES = members(DERIVED)
ONE_LABEL = next(iter(LABELS.values()))


@pytest.mark.parametrize(
    "value",
    [
        5,
        members(DERIVED)[:4],
        [*members(DERIVED), 1],
        forged(0, SIGNATURE[:-1]),
        forged(0, "words"),
        forged(1, PUBLIC[:-1]),
        forged(1, PUBLIC[:2] + b"\x07" + PUBLIC[3:]),
        forged(1, base58_decode(STRANGER.public.multikey[1:]) + b"\0"),
        forged(2, {}),
        forged(2, [b"short"]),
        forged(3, []),
        forged(3, dict.fromkeys(LABELS, ONE_LABEL)),
        forged(3, {place: label[:-1] for place, label in LABELS.items()}),
        forged(3, {str(place): label for place, label in LABELS.items()}),
        forged(4, 0),
        forged(4, ["0"]),
        forged(4, [-1]),
        forged(4, [True]),
    ],
)
def test_a_value_of_another_form_is_unreadable(value: Any) -> None:
    assert verdict(with_value(DERIVED, value)) == ("invalid", "no-signature-value")


@pytest.mark.parametrize(
    "value",
    [
        forged(2, SIGNATURES[:-1]),
        forged(2, SIGNATURES[::-1]),
        forged(3, {place: label for place, label in LABELS.items() if place}),
        forged(3, {**LABELS, len(LABELS): bytes(32)}),
        forged(4, INDEXES[1:]),
        forged(4, [*INDEXES, 10_000]),
        forged(4, [*INDEXES, INDEXES[-1]]),
        forged(4, [*INDEXES, next(n for n in range(len(INDEXES) + 1) if n not in INDEXES)]),
    ],
)
def test_a_value_that_does_not_fit_the_document_is_refused(value: Any) -> None:
    assert verdict(with_value(DERIVED, value)) == ("invalid", "signature-differs")


def test_a_value_with_more_signatures_than_are_looked_at_is_not_read() -> None:
    value = "u" + base64url_encode(bytes.fromhex("d95d01") + bytes(200_001))
    document = {**DERIVED, "proof": {**DERIVED["proof"], "proofValue": value}}
    assert verdict(document) == ("unsupported", "too-many-statements")


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        "",
        "z" + DERIVED["proof"]["proofValue"][1:],
        "u!",
        "u" + base64url_encode(bytes.fromhex("d95d02") + cbor2.dumps(members(DERIVED))),
        "u" + base64url_encode(bytes.fromhex("d95d01")),
        "u" + base64url_encode(bytes.fromhex("d95d01") + b"\x81" * 300),
        "u" + base64url_encode(bytes.fromhex("d95d01") + b"\x9f\xff"),
        "u" + base64url_encode(bytes.fromhex("d95d01") + b"\xa2\x01\x02\x01\x02"),
        DERIVED["proof"]["proofValue"] + "AA",
    ],
)
def test_what_is_no_proof_value_is_unreadable(value: Any) -> None:
    proof = {**DERIVED["proof"], "proofValue": value}
    with pytest.raises(Malformed) as caught:
        suite.derived_of(proof)
    assert caught.value.code == "no-signature-value"


def test_bytes_may_be_tagged_as_an_array_of_bytes() -> None:
    tagged = [cbor2.CBORTag(64, each) for each in SIGNATURES]
    assert verdict(with_value(DERIVED, forged(2, tagged))) == ("valid", "signed")
    assert verdict(with_value(DERIVED, forged(2, [cbor2.CBORTag(65, each) for each in SIGNATURES])))[0] == "invalid"


@pytest.mark.parametrize(
    "place_and_value", [(2, b"short"), (3, [b""]), (4, "words"), (4, [5]), (4, ["/id"] * (MOST_POINTERS + 1))]
)
def test_a_base_value_of_another_form_is_unreadable(place_and_value: tuple[int, Any]) -> None:
    parts = members(BASE)
    parts[place_and_value[0]] = place_and_value[1]
    with pytest.raises(Malformed, match="no readable signature"):
        suite.derive(with_value(BASE, parts, "d95d00"), SHOWN)


@pytest.mark.parametrize("document", [BADGE, {**BADGE, "proof": "x"}, DERIVED])
def test_only_a_base_proof_can_be_derived_from(document: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="no readable signature"):
        suite.derive(document, SHOWN)


def test_a_base_proof_among_others_is_found() -> None:
    other = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"}
    shown = suite.derive({**BADGE, "proof": [other, BASE["proof"]]}, SHOWN)
    assert shown["credentialSubject"] == DERIVED["credentialSubject"]


def test_nothing_is_derived_from_a_changed_document() -> None:
    with pytest.raises(Malformed, match="changed"):
        suite.derive({**BASE, "description": "with honours"}, SHOWN)


def test_something_must_be_chosen() -> None:
    free = suite.sign(BADGE, P256, mandatory=(), created=AT)
    with pytest.raises(Malformed, match="Nothing was chosen"):
        suite.derive(free, [])
    assert verdict(suite.derive(free, ["/issuer", "/validFrom", "/credentialSubject"]))[0] == "valid"


@pytest.mark.parametrize(("shown", "missing"), [(["/credentialSubject"], "issuer"), (["/issuer"], "credentialSubject")])
def test_a_part_that_is_no_credential_is_not_made(shown: list[str], missing: str) -> None:
    free = suite.sign(BADGE, P256, mandatory=[], created=AT)
    with pytest.raises(Malformed, match=missing):
        suite.derive(free, shown)


@pytest.mark.parametrize(
    "pointer",
    ["id", 5, "/nothing", "/name/0", "/credentialSubject/result/3", "/credentialSubject/result/00",
     "/credentialSubject/result/x", "/credentialSubject/result/-"],
)  # fmt: skip
def test_a_pointer_to_nothing_is_refused(pointer: Any) -> None:
    with pytest.raises(Malformed) as caught:
        suite.derive(BASE, [pointer])
    assert caught.value.code == "no-such-place"
    with pytest.raises(Malformed, match="More places"):
        suite.derive(BASE, ["/id"] * (MOST_POINTERS + 1))


def test_a_pointer_reads_escaped_steps_and_parts_of_parts() -> None:
    assert wanted_of(["/a~1b/c~0d", "/a~1b", ""]) == {"a/b": {"c~d": {None: "/a~1b/c~0d"}, None: "/a~1b"}, None: ""}
    part, _ = Parts.of(BADGE, bytes(32)).chosen(
        ["/credentialSubject/achievement", "/credentialSubject/achievement/name"]
    )
    assert part["credentialSubject"]["achievement"] == BADGE["credentialSubject"]["achievement"]


WITH_LIST = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        {
            "steps": {"@id": "urn:x:steps", "@container": "@list"},
            "said": {"@id": "urn:x:said", "@container": "@language"},
        },
    ],
    "type": ["VerifiableCredential"],
    "issuer": P256.did,
    "credentialSubject": {"steps": ["one", "two"], "said": {"en": "yes", "de": "ja"}},
    "relatedResource": [{"id": "https://x.example/", "mediaType": "text/html"}],
}


def test_ordered_lists_and_single_values_are_shown_as_a_whole() -> None:
    base = suite.sign(WITH_LIST, P256, mandatory=["/issuer"], created=AT)
    assert verdict(suite.derive(base, ["/credentialSubject/steps"])) == ("valid", "signed")
    one = suite.derive(base, ["/credentialSubject/said/en"])
    assert one["credentialSubject"] == {"said": {"en": "yes"}}
    assert verdict(one) == ("valid", "signed")
    with pytest.raises(Malformed) as caught:
        suite.derive(base, ["/credentialSubject/steps/0"])
    assert caught.value.code == "part-of-value"


def test_parts_that_look_alike_are_told_apart_or_make_no_difference() -> None:
    twins = {**WITH_LIST, "credentialSubject": [{"steps": ["one"], "said": {"en": "yes"}}, {"steps": ["one"]}]}
    base = suite.sign(twins, P256, mandatory=["/issuer"], created=AT)
    for chosen in (["/credentialSubject"], ["/credentialSubject/0/said", "/credentialSubject/1"]):
        assert verdict(suite.derive(base, chosen)) == ("valid", "signed")


def test_only_a_p256_key_signs_alone_and_within_limits() -> None:
    for key in (STRANGER, P384):
        with pytest.raises(ValueError, match="P-256"):
            suite.sign(BADGE, key, created=AT)
    with pytest.raises(ValueError, match="chain"):
        suite.sign(BASE, P256, created=AT, earlier=["urn:x"])
    many = {**WITH_LIST, "relatedResource": [{"id": f"https://x.example/{n}", "mediaType": "x"} for n in range(600)]}
    with pytest.raises(Unsupported, match="one by one"):
        suite.sign(many, P256, created=AT)
    with pytest.raises(Unsupported, match="one by one"):
        suite.seal(many, DERIVED["proof"], "")


# --- in a chain: nothing of this suite builds on another proof, another proof may build on what is shown ---

FIRST = "urn:uuid:00000000-0000-4000-8000-000000000001"


def test_a_proof_of_this_suite_does_not_build_on_another() -> None:
    first = eddsa_rdfc_2022.sign(BADGE, STRANGER, created=AT, options={"id": FIRST})
    with pytest.raises(ValueError, match="chain"):
        suite.sign(first, P256, created=AT, earlier=[FIRST])
    foreign = suite.sign(BADGE, P256, created=AT, options={"previousProof": FIRST})
    with pytest.raises(Unsupported, match="cannot build on another") as caught:
        suite.derive({**foreign, "proof": [first["proof"], foreign["proof"]]}, SHOWN)
    assert caught.value.code == "proof-bound"


def test_what_is_shown_with_such_a_proof_is_unsupported_however_good_the_earlier_one_is() -> None:
    bound = {**DERIVED["proof"], "previousProof": FIRST}
    first = eddsa_rdfc_2022.sign(bare(DERIVED), STRANGER, created=AT, options={"id": FIRST})["proof"]
    assert verdict({**DERIVED, "proof": [first, bound]}) == ("invalid", "key-of-another")
    own = ecdsa_rdfc_2019.sign(bare(DERIVED), P256, created=AT, options={"id": FIRST})["proof"]
    assert verdict({**DERIVED, "proof": [own, DERIVED["proof"]]}) == ("valid", "signed")
    assert verdict({**DERIVED, "proof": [{**own, "cryptosuite": "bbs-2023"}, bound]}) == ("unsupported", "proof-bound")
    assert verdict({**DERIVED, "proof": bound}) == ("invalid", "previous-proof")


def test_nothing_is_made_to_build_on_the_holders_own_copy() -> None:
    base = suite.sign(BADGE, P256, mandatory=MANDATORY, created=AT, options={"id": FIRST})
    with pytest.raises(ValueError, match="own copy"):
        eddsa_rdfc_2022.sign(base, STRANGER, created=AT, earlier=[FIRST])


def test_what_others_made_to_build_on_a_holders_own_copy_counts_no_more_than_that() -> None:
    theirs = {**BADGE, "issuer": {**BADGE["issuer"], "id": STRANGER.did}}
    base = suite.sign(theirs, P256, mandatory=MANDATORY, created=AT, options={"id": FIRST})["proof"]
    later = {**eddsa_rdfc_2022.sign(theirs, STRANGER, created=AT)["proof"], "previousProof": FIRST}
    del later["proofValue"]
    over = eddsa_rdfc_2022.signed_bytes({**theirs, "proof": [base]}, later)
    later["proofValue"] = "z" + base58_encode(STRANGER.sign(over))
    assert verdict({**theirs, "proof": [base, later]}) == ("unsupported", "sd-base")


def test_another_proof_may_build_on_what_is_shown() -> None:
    named = suite.derive(suite.sign(BADGE, P256, mandatory=MANDATORY, created=AT, options={"id": FIRST}), SHOWN)
    both = eddsa_rdfc_2022.sign(named, STRANGER, created=AT, earlier=[FIRST])
    assert verdict(both) == ("valid", "signed")
    shown, later = both["proof"]
    assert verdict({**both, "proof": later}) == ("invalid", "previous-proof")
    other = suite.derive(suite.sign(BADGE, P256, mandatory=MANDATORY, created=AT, options={"id": FIRST}), SHOWN)[
        "proof"
    ]
    assert verdict({**both, "proof": [other, later]}) == ("invalid", "signature-differs")
    assert verdict({**both, "name": "with honours"})[0] == "invalid"
    assert verdict({**both, "proof": shown}) == ("valid", "signed")


# --- the vectors of the W3C ---

VECTORS = SHARED / "vectors" / "vc-di-ecdsa"
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")


@pytest.fixture
def vector(contexts_here: None) -> Any:
    return lambda name: json.loads((VECTORS / "ecdsa-sd-2023" / "employ" / f"{name}.json").read_text())


def material() -> tuple[SigningKey, SigningKey, bytes]:
    read = json.loads((VECTORS / "ecdsa-sd-2023" / "SDKeyMaterial.json").read_text())
    base, once = (
        SigningKey.from_bytes(base58_decode(read[name]["secretKeyMultibase"][1:])[2:], "p256")
        for name in ("baseKeyPair", "proofKeyPair")
    )
    assert once.public.multikey == read["proofKeyPair"]["publicKeyMultibase"]
    return base, once, bytes.fromhex(read["hmacKeyString"])


@pytest.mark.shared
@shared
def test_every_value_of_the_w3c_base_proof(vector: Any) -> None:
    key, once, hmac_key = material()
    document = json.loads((VECTORS / "employmentAuth.json").read_text())
    mandatory = json.loads((VECTORS / "employMandatory.json").read_text())
    assert canonical(document).splitlines(keepends=True) == vector("addBaseDocCanon")
    parts = Parts.of(document, hmac_key)
    assert list(parts.lines) == vector("addBaseDocHMACCanon")
    always = parts.places(mandatory)
    transform = vector("addBaseTransform")
    assert [[n, parts.lines[n]] for n in sorted(always)] == transform["mandatory"]["value"]
    rest = [[n, line] for n, line in enumerate(parts.lines) if n not in always]
    assert rest == transform["nonMandatory"]["value"]
    assert document["issuer"] == vector("addPointerValues")[0]["value"]
    options = canonical(vector("addProofConfig"))
    folder = VECTORS / "ecdsa-sd-2023" / "employ"
    assert options.strip() == (folder / "addProofConfigCanon.txt").read_text().strip()
    hashes, info = vector("addHashData"), vector("addRawBaseSignatureInfo")
    told = [parts.lines[n] for n in sorted(always)]
    public_key = base58_decode(info["publicKey"][1:])
    data = suite.signed_bytes(document, vector("addProofConfig"), public_key, told)
    assert data.hex() == hashes["proofHash"] + public_key.hex() + hashes["mandatoryHash"]
    assert hashlib.sha256(options.encode()).hexdigest() == hashes["proofHash"]
    assert key.public.holds(bytes.fromhex(info["baseSignature"]), data)
    for (_, line), signature in zip(rest, info["signatures"], strict=True):
        assert once.public.holds(bytes.fromhex(signature), line.encode())
    theirs = vector("addSignedSDBase")
    created = parse_iso(theirs["proof"]["created"])
    ours = suite.signed_with(document, key, once, hmac_key, mandatory=mandatory, created=created)
    assert bare(ours) == bare(theirs)
    base, expected = suite.base_of(ours["proof"]), suite.base_of(theirs["proof"])
    assert replace(base, signature=b"", signatures=()) == replace(expected, signature=b"", signatures=())
    assert expected.signature.hex() == info["baseSignature"]
    assert [each.hex() for each in expected.signatures] == info["signatures"]


@pytest.mark.shared
@shared
def test_every_value_of_the_w3c_derived_proof(vector: Any) -> None:
    signed = vector("addSignedSDBase")
    selective = json.loads((VECTORS / "employSelective.json").read_text())
    base, recovered = suite.base_of(signed["proof"]), vector("derivedRecoveredBaseData")
    assert [base.hmac_key.hex(), list(base.mandatory)] == [recovered["hmacKey"], recovered["mandatoryPointers"]]
    assert [each.hex() for each in base.signatures] == recovered["signatures"]
    parts = Parts.of(bare(signed), base.hmac_key)
    groups, indexes = vector("derivedAllGroupData")["groups"], vector("derivedGroupIndexes")
    pointers = {"mandatory": base.mandatory, "selective": selective, "combined": (*base.mandatory, *selective)}
    for name, chosen in pointers.items():
        places = sorted(parts.places(chosen))
        assert places == indexes[f"{name}Indexes"]
        assert [[n, parts.lines[n]] for n in places] == groups[name]["matching"]["value"]
    part, value = suite.shown_parts(parts, base, selective)
    assert part == vector("derivedUnsignedReveal")
    assert list(value.mandatory) == vector("derivedAdjMandatoryIndexes")["adjMandatoryIndexes"]
    assert [each.hex() for each in value.signatures] == vector("derivedAdjSignatures")["filteredSignatures"]
    shown = vector("derivedDisclosureData")
    assert {name[2:]: label[2:] for name, label in value.labels.items()} == dict(shown["labelMap"]["value"])
    assert list(value.mandatory) == shown["mandatoryIndexes"]
    assert suite.derive(signed, selective) == vector("derivedRevealDocument")


@pytest.mark.shared
@shared
def test_every_value_of_the_w3c_verification(vector: Any) -> None:
    revealed, expected = vector("derivedRevealDocument"), vector("verifyDerivedProofValue")
    value = suite.derived_of(revealed["proof"])
    assert value.signature.hex() == expected["baseSignature"]
    assert {name[2:]: label[2:] for name, label in value.labels.items()} == dict(expected["labelMap"])
    assert list(value.mandatory) == expected["mandatoryIndexes"]
    lines = suite.lines_of(bare(revealed), value)
    assert lines == vector("verifyNQuads")
    told, rest = suite.apart(lines, value)
    wanted = vector("verifyCreateVerifyData")
    assert rest == wanted["nonMandatory"]
    assert hashlib.sha256("".join(told).encode()).hexdigest() == wanted["mandatoryHash"]
    key, _, _ = material()
    seal = suite.seal(bare(revealed), revealed["proof"], "")
    assert seal.holds(key.public)
    assert not seal.holds(P256.public)
    assert not seal.holds(STRANGER.public)
    base = vector("addSignedSDBase")
    with pytest.raises(Unsupported, match="own copy"):
        suite.seal(bare(base), base["proof"], "")
