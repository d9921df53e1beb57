"""What judges the fuzzer's mutants tells documents apart by what they say. PyLD, or how a pair is made, says who is alike."""

import copy
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from bench import mutations, oracles, originals

from opencairn.engine.attachment import MOST_ATTACHMENTS
from opencairn.engine.baking import attach_pdf
from opencairn.engine.formats import elm, open_badge_3
from opencairn.engine.keys import base64url_encode
from opencairn.engine.opening import Credential
from opencairn.engine.proofs import ecdsa_sd_2023, eddsa_jcs_2022, eddsa_rdfc_2022, jades, vc_jwt
from opencairn.engine.status import one_ed_tech, token_list

from .contexts_here import SHARED
from .elm_samples import FULL
from .samples import AT, ATTAINMENT, KEY, LIST, STRANGER, as_bytes, offering, signed, status_list
from .test_canonical import pyld_quads
from .test_jades import LEAF
from .test_open_badge_2 import ASSERTION, PAGES
from .test_open_badge_2 import AT as LATER

BY_NAME = {each.name: each for each in originals.originals()}
SOON = AT + timedelta(minutes=1)
Document = dict[str, Any]


def judged(name: str, data: bytes | Mapping[str, Any]) -> tuple[str, Any]:
    return BY_NAME[name].judge(data if isinstance(data, bytes) else as_bytes(data))


def read_of(name: str) -> Any:
    return BY_NAME[name].judge(BY_NAME[name].data)[1]


def quads(document: Document) -> str:
    """What PyLD reads in a document, apart from its proofs."""
    return pyld_quads({name: value for name, value in document.items() if name != "proof"})


# --- documents with proofs inside ---


def turned(value: Any) -> Any:
    """The same document with its names in the opposite order."""
    if isinstance(value, dict):
        return {name: turned(inner) for name, inner in reversed(value.items())}
    return [turned(inner) for inner in value] if isinstance(value, list) else value


def changed(path: tuple[Any, ...], change: Callable[[Any], Any], document: Document | None = None) -> Document:
    found: Any = copy.deepcopy(document or signed())
    place = found
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = change(place.get(path[-1]) if isinstance(place, dict) else place[path[-1]])
    return dict(found)


def renamed(name: str, new: str, document: Document) -> Document:
    return {new if each == name else each: value for each, value in document.items()}


CORE = ("credentialSubject", "achievement")
SPELLINGS: dict[str, Document] = {
    "names in another order": turned(signed()),
    "values in another order": changed((*CORE, "alignment"), lambda value: value[::-1]),
    "in brackets": changed((*CORE, "name"), lambda value: [value]),
    "stated twice": changed((*CORE, "name"), lambda value: [value, value]),
    "as a value object": changed((*CORE, "name"), lambda value: {"@value": value}),
    "nothing under one more name": changed(("evidence",), lambda _: []),
    "a number twice, in two spellings": changed((*CORE, "notionalHours"), lambda value: [value, {"@value": value}]),
    "a language in capitals": changed((*CORE, "nameIn"), lambda value: renamed("de", "DE", value)),
    "by keywords": changed((*CORE, "creator"), lambda value: renamed("type", "@type", renamed("id", "@id", value))),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_is_no_other_document(spelling: str) -> None:
    other = SPELLINGS[spelling]
    assert as_bytes(other) != as_bytes(signed())
    assert quads(other) == quads(signed())
    assert judged("json", other) == ("valid", read_of("json"))


def genuine(**changes: Any) -> Document:
    """A genuine badge that says something else: the issuer signed it too."""
    bare = {name: value for name, value in signed().items() if name != "proof"}
    return eddsa_rdfc_2022.sign({**bare, **changes}, KEY, created=AT)


OTHERS: dict[str, Document] = {
    "another name": genuine(name="Something better"),
    "no name": genuine(name=[]),
    "another end": genuine(validUntil="2031-01-01T00:00:00Z"),
    "another type": genuine(type=[*signed()["type"], "Achievement"]),
    "another day of signing": eddsa_rdfc_2022.sign(open_badge_3.write(ATTAINMENT), KEY, created=SOON),
}  # fmt: skip


@pytest.mark.parametrize("other", OTHERS)
def test_what_says_something_else_is_another_document_however_genuine(other: str) -> None:
    verdict, read = judged("json", OTHERS[other])
    assert verdict == "valid"
    assert read != read_of("json")


@pytest.mark.parametrize("part", ["issuer", "kind", "signed", "attainment"])
def test_a_verifier_that_reads_one_thing_wrongly_is_found_out(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is made careless on purpose: it reads one spelling of the same badge as something else."""
    told_by = oracles.open_credential

    def careless(text: str, **more: Any) -> Credential:
        found = told_by(text, **more)
        assert found.attainment is not None
        wrong = {"attainment": replace(found.attainment, grade="5,0")}.get(part, "something else")
        return replace(found, **{part: wrong}) if text.startswith('{"proof"') else found

    judge = oracles.as_signed(as_bytes(signed()), originals.NETWORK)
    first = judge(as_bytes(signed()))
    assert judge(as_bytes(turned(signed()))) == first
    monkeypatch.setattr(oracles, "open_credential", careless)
    assert judge(as_bytes(signed())) == first
    assert judge(as_bytes(turned(signed()))) != first


UNSIGNED = {"@context": [*signed()["@context"], {"unmeant": None}], "unmeant": "a promise"}
PASSED_OFF: dict[str, Document] = {
    "something left out": {name: value for name, value in signed().items() if name != "name"},
    "something that no statement covers": {**signed(), **UNSIGNED},
    "another day of signing": changed(("proof", "created"), lambda _: "2026-03-02T09:00:01Z"),
}


@pytest.mark.parametrize("kind", PASSED_OFF)
def test_a_verifier_that_takes_anything_for_the_original_is_found_out_by_others(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine is made to pass everything: PyLD, the words and the options of the proof still tell."""
    judge = oracles.as_signed(as_bytes(signed()), originals.NETWORK)
    report = oracles.examine(as_bytes(signed()), at=AT, fetch=originals.NETWORK, trust=None)
    found = oracles.open_credential(json.dumps(signed()))
    monkeypatch.setattr(oracles, "examine", lambda data, **_: report)
    monkeypatch.setattr(oracles, "open_credential", lambda text, **_: found)
    assert judge(as_bytes(turned(signed()))) == judge(as_bytes(signed()))
    assert judge(as_bytes(PASSED_OFF[kind])) != judge(as_bytes(signed()))


def test_words_say_what_is_stated_and_not_how() -> None:
    one = {"@context": "x", "proof": {"a": "b"}, "Name": ["A", 2.0], "empty": [], "id": {"@value": True}}
    assert oracles.words(one) == {"name", '"a"', "2", "id", "true"}
    assert oracles.words({"name": 2}) != oracles.words({"name": 2.5})
    assert oracles.words({"name": "x"}) < oracles.words({"name": "x", "more": {"inner": None}})


def test_what_is_read_is_compared_without_order_and_without_the_case_of_languages() -> None:
    what = replace(ATTAINMENT.achievement, name={"de-AT": "a", "en": "b"})
    assert oracles.plain(what) == oracles.plain(replace(what, name={"EN": "b", "de-at": "a"}))
    assert oracles.plain(what) == oracles.plain(
        replace(what, languages=what.languages[::-1], outcomes=what.outcomes[::-1])
    )
    for other in (replace(what, name={"de": "a", "en": "b"}), replace(what, name={"de-AT": "A", "en": "b"})):
        assert oracles.plain(what) != oracles.plain(other)


# --- of several places that describe a thing ---

DESIGNER = "https://cairn.example/organisations/tarntal/"


def in_two_places(*, name_at_issuer: bool) -> Document:
    """A badge whose issuer is also the designer, described partly here and partly there."""
    bare = {name: value for name, value in signed().items() if name != "proof"}
    issuer: Document = {**bare["issuer"]}
    name = issuer.pop("name")
    designer: Document = {"id": issuer["id"], "type": ["Profile"]}
    (issuer if name_at_issuer else designer)["name"] = name
    subject = {
        **bare["credentialSubject"],
        "achievement": {**bare["credentialSubject"]["achievement"], "creator": designer},
    }
    return {**bare, "issuer": issuer, "credentialSubject": subject}


def test_which_of_several_places_describes_a_thing_is_left_open() -> None:
    here, there = in_two_places(name_at_issuer=True), in_two_places(name_at_issuer=False)
    assert quads(here) == quads(there)
    proof = eddsa_rdfc_2022.sign(here, KEY, created=AT)["proof"]
    judge = oracles.as_signed(as_bytes({**here, "proof": proof}), originals.NETWORK)
    first, second = (judge(as_bytes({**each, "proof": proof})) for each in (here, there))
    assert first == second
    assert first[0] == "valid"
    found = [oracles.open_credential(json.dumps(each)).attainment for each in (here, there)]
    assert found[0] != found[1]  # so it is the oracle that leaves it open


def test_a_thing_is_told_apart_where_places_describe_it_in_other_words() -> None:
    one = {"id": "urn:a", "name": "A"}
    apart = oracles.told_apart({"x": one, "y": [{"id": "urn:a"}], "z": {"id": "urn:b"}})
    assert apart == {"urn:a": {'{"id": "urn:a", "name": "A"}', '{"id": "urn:a"}'}}
    assert oracles.told_apart({"x": {"id": "urn:a"}, "y": [one], "z": {"id": "urn:b"}}) == apart
    assert oracles.told_apart({"x": {**one, "name": "B"}, "y": [{"id": "urn:a"}]}) != apart
    assert oracles.told_apart({"x": one, "y": [turned(one)]}) == {}
    assert oracles.told_apart({"x": one, "y": {"id": "urn:a", "name": ["A", "A"], "more": []}}) == {}
    assert oracles.told_apart({"x": {"y": {"name": "A"}}, "z": {"name": "B", "id": 5}}) == {}


def test_what_the_original_already_tells_apart_has_to_be_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    name, told_by = "learner record", oracles.open_credential
    assert oracles.told_apart(json.loads(BY_NAME[name].data))
    first = judged(name, turned(json.loads(BY_NAME[name].data)))
    assert first == ("valid", read_of(name))

    def careless(text: str, **more: Any) -> Credential:
        return replace(told_by(text, **more), attainment=ATTAINMENT)

    monkeypatch.setattr(oracles, "open_credential", careless)
    assert read_of(name) != first[1]


# --- what proofs sign beside the statements ---


def test_the_options_of_a_proof_are_covered_and_its_value_is_not() -> None:
    for suite in (eddsa_rdfc_2022, eddsa_jcs_2022):
        first = suite.sign(open_badge_3.write(ATTAINMENT), KEY, created=AT)
        other_value = {**first, "proof": {**first["proof"], "proofValue": "z" + "1" * 88}}
        assert oracles.covered(first) == oracles.covered(other_value)
        for name, value in (
            ("created", "2026-03-02T09:00:01Z"),
            ("proofPurpose", "authentication"),
            ("expires", "2030-01-01T00:00:00Z"),
        ):
            assert oracles.covered(first) != oracles.covered({**first, "proof": {**first["proof"], name: value}}), name


def test_json_is_covered_letter_by_letter_under_the_contexts_of_its_proof() -> None:
    first = eddsa_jcs_2022.sign(open_badge_3.write(ATTAINMENT), KEY, created=AT)
    reordered = {**first, "type": first["type"][::-1]}
    assert quads(first) == quads(reordered)
    assert oracles.covered(first) != oracles.covered(reordered)
    assert oracles.covered(first) == oracles.covered(turned(first))
    later = {**first, "@context": [*first["@context"], {"unused": "urn:x:unused"}]}
    assert oracles.covered(first) == oracles.covered(later)


def test_a_proof_that_nothing_rests_on_covers_nothing() -> None:
    first = signed()
    for more in ({"cryptosuite": "bbs-2023"}, {"challenge": "abc"}, {"domain": "x.example"}):
        assert oracles.covered({**first, "proof": [first["proof"], {**first["proof"], **more}]}) == oracles.covered(
            first
        )
    assert oracles.covered({**first, "proof": []}) == frozenset()


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")
def test_an_older_signature_covers_its_options_under_its_own_context(contexts_here: None) -> None:
    whole = originals.with_older_signature(originals.badge_on_1_1())
    without = {
        **whole,
        "@context": [each for each in whole["@context"] if each != oracles.ed25519_signature_2020.CONTEXT],
    }
    assert len(without["@context"]) < len(whole["@context"])
    assert oracles.covered(whole) == oracles.covered(without) != frozenset()


# --- selective disclosure ---


def sd_base(**how: Any) -> Document:
    """The holder's copy of the original again, made in the same way but for what is said otherwise."""
    once = originals.SteadyKey(originals.ec.derive_private_key(4712, originals.ec.SECP256R1()))
    usual = {
        "mandatory": ("/issuer", "/validFrom", "/validUntil", "/credentialSubject/achievement/name"),
        "created": AT, "options": {"id": originals.FIRST},
    }  # fmt: skip
    document = how.pop("document", originals.badge_of(originals.P256))
    return ecdsa_sd_2023.signed_with(document, originals.P256, once, bytes(range(32)), **{**usual, **how})


def test_a_holder_may_show_less_and_other_parts_of_the_same_badge() -> None:
    assert as_bytes(sd_base()) == BY_NAME["ecdsa-sd-2023 base"].data
    for pointers in (originals.SHOWN[:2], originals.SHOWN[::-1], (*originals.SHOWN, "/name"), ()):
        try:
            shown = ecdsa_sd_2023.derive(sd_base(), pointers)
        except ecdsa_sd_2023.Malformed:
            continue
        verdict, read = judged("ecdsa-sd-2023 shown", shown)
        assert verdict != "valid" or read == read_of("ecdsa-sd-2023 shown"), pointers


OTHER_BASES: dict[str, Callable[[], Document]] = {
    "another day": lambda: sd_base(created=SOON),
    "more that must be shown": lambda: sd_base(mandatory=("/issuer", "/validFrom", "/validUntil", "/name")),
    "another name": lambda: sd_base(
        document={**originals.badge_of(originals.P256), "name": "Something better"}, mandatory=("/issuer", "/validFrom", "/name"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("other", OTHER_BASES)
def test_what_is_shown_of_another_badge_is_another_document(other: str) -> None:
    verdict, read = judged("ecdsa-sd-2023 shown", ecdsa_sd_2023.derive(OTHER_BASES[other](), originals.SHOWN))
    assert verdict == "valid"
    assert read != read_of("ecdsa-sd-2023 shown")


def test_another_witness_to_what_is_shown_is_told_apart() -> None:
    shown = ecdsa_sd_2023.derive(sd_base(), originals.SHOWN)
    for created, is_same in ((AT, True), (SOON, False)):
        witnessed = eddsa_rdfc_2022.sign(shown, STRANGER, created=created, earlier=[originals.FIRST])
        verdict, read = judged("ecdsa-sd-2023 chain", witnessed)
        assert (verdict, read == read_of("ecdsa-sd-2023 chain")) == ("valid", is_same)
    assert judged("ecdsa-sd-2023 chain", shown) == ("valid", read_of("ecdsa-sd-2023 chain"))


def test_what_is_shown_may_be_spelled_otherwise_and_has_to_be_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = ecdsa_sd_2023.derive(sd_base(), originals.SHOWN)
    judge = oracles.as_shown(sd_base(), shown)
    first = judge(as_bytes(shown))
    assert judge(as_bytes(turned(shown))) == first
    told_by = oracles.open_credential

    def careless(text: str, **more: Any) -> Credential:
        found = told_by(text, **more)
        assert found.attainment is not None
        return replace(found, attainment=replace(found.attainment, grade="5,0"))

    monkeypatch.setattr(oracles, "open_credential", careless)
    assert judge(as_bytes(turned(shown))) != first
    less = ecdsa_sd_2023.derive(sd_base(), originals.SHOWN[:-1])
    assert judge(as_bytes(less)) == first  # of other parts something else is read


@pytest.mark.parametrize("kind", ["left out", "unmeant", "a line of its own", "issuer", "kind"])
def test_a_verifier_that_takes_anything_for_what_is_shown_is_found_out(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine is made to pass everything, and to find the same lines in it."""
    shown = ecdsa_sd_2023.derive(sd_base(), originals.SHOWN)
    judge = oracles.as_shown(sd_base(), shown)
    first, lines = judge(as_bytes(shown)), oracles._lines(shown)
    report = oracles.examine(as_bytes(shown), at=AT, fetch=None, trust=None)
    found = oracles.open_credential(json.dumps(shown))
    other = {name: value for name, value in shown.items() if kind != "left out" or name != "validUntil"}
    if kind == "unmeant":
        other |= {"@context": [*shown["@context"], {"unmeant": None}], "unmeant": "a promise"}
    wrong = replace(found, **{kind: "something else"}) if kind in ("issuer", "kind") else found
    monkeypatch.setattr(oracles, "examine", lambda data, **_: report)
    monkeypatch.setattr(oracles, "open_credential", lambda text, **_: wrong)
    more = ["<urn:x:a> <urn:x:b> <urn:x:c> .\n"] if kind == "a line of its own" else []
    monkeypatch.setattr(oracles, "_lines", lambda document: (lines[0], lines[1] + more))
    assert judge(as_bytes(other)) != first


def test_a_holders_own_copy_is_never_valid_and_what_cannot_be_shown_of_it_is_no_failure() -> None:
    name = "ecdsa-sd-2023 base"
    verdict, read = judged(name, eddsa_rdfc_2022.sign(originals.badge_of(KEY), KEY, created=AT))
    assert verdict == "valid"
    assert read not in (None, read_of(name))
    assert judged(name, b"[]") == ("not-an-object", None)
    assert judged(name, b"{") == ("not derived: not-a-credential", None)
    changed_copy = {**sd_base(), "name": "Something better"}
    assert judged(name, changed_copy)[1] in (None, read_of(name))
    other = sd_base(created=SOON)
    assert judged(name, other)[1] not in (None, read_of(name))


# --- envelopes ---


def test_a_token_is_known_by_its_signed_text_alone() -> None:
    badge = open_badge_3.write(ATTAINMENT)
    again = judged("vc-jwt", vc_jwt.sign(badge, KEY).encode())
    assert again == ("valid", read_of("vc-jwt"))
    for other in (vc_jwt.sign(badge, KEY, brings_key=True), vc_jwt.sign(turned(badge), KEY)):
        verdict, read = judged("vc-jwt", other.encode())
        assert verdict == "valid"
        assert read != read_of("vc-jwt")


@pytest.mark.parametrize("part", ["issuer", "kind", "attainment"])
@pytest.mark.parametrize("name", ["vc-jwt", "elm seal"])
def test_a_verifier_that_reads_an_envelope_wrongly_is_found_out(
    name: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, told_by = read_of(name), oracles.open_credential

    def careless(text: str, **more: Any) -> Credential:
        found = told_by(text, **more)
        assert found.attainment is not None
        wrong = {"attainment": replace(found.attainment, grade="5,0")}.get(part, "something else")
        return replace(found, **{part: wrong})

    monkeypatch.setattr(oracles, "open_credential", careless)
    assert read_of(name) != first


def test_a_token_that_was_signed_again_is_the_same() -> None:
    key = originals.SigningKey.generate("p256")  # signs differently each time
    one, two = (vc_jwt.sign(originals.badge_of(key), key).encode() for _ in range(2))
    judge = oracles.as_token(originals.NETWORK)
    assert one != two
    assert judge(one) == judge(two)
    assert judge(one)[0] == "valid"


def test_a_seal_on_another_payload_is_told_apart_whatever_is_read_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_of("elm seal")
    found = oracles.open_credential(json.dumps(sealed()), anchors=originals.ANCHORS)
    monkeypatch.setattr(oracles, "open_credential", lambda text, **_: found)
    assert read_of("elm seal") == first
    verdict, read = judged("elm seal", sealed(id="urn:uuid:another"))
    assert verdict == "valid"
    assert read != first


def sealed(**changes: Any) -> Document:
    return jades.sign(
        elm.write(replace(FULL, **changes)), key=originals.SEALER, certificates=(LEAF,), at=AT
    )  # fmt: skip


def test_a_seal_is_known_by_its_payload_and_its_headers() -> None:
    whole = sealed()
    flat = {"payload": whole["payload"], **whole["signatures"][0]}
    twice = {**whole, "signatures": whole["signatures"] * 2}
    for same in (whole, flat, twice, turned(whole)):
        assert judged("elm seal", same) == ("valid", read_of("elm seal"))
    verdict, read = judged("elm seal", sealed(id="urn:uuid:another"))
    assert verdict == "valid"
    assert read != read_of("elm seal")
    earlier = jades.sign(elm.write(FULL), key=originals.SEALER, certificates=(LEAF,), at=AT - timedelta(seconds=1))
    assert judged("elm seal", {**whole, "signatures": [*whole["signatures"], *earlier["signatures"]]})[1] != read_of(
        "elm seal"
    )


def test_a_compact_seal_is_known_by_its_payload_and_its_header() -> None:
    name = "elm seal compact"
    assert judged(name, originals.compact_seal(elm.write(FULL))) == ("valid", read_of(name))
    verdict, read = judged(name, originals.compact_seal(elm.write(replace(FULL, grade="1,3"))))
    assert verdict == "valid"
    assert read != read_of(name)


def test_a_holder_of_an_sd_jwt_may_show_less_of_it_and_of_no_other() -> None:
    whole = originals.presentation().decode()
    token, *parts, _ = whole.split("~")
    for kept in (parts[:-1], parts[1:], parts[::-1]):
        assert judged("sd-jwt", "~".join((token, *kept, "")).encode()) == ("valid", read_of("sd-jwt"))
    claims = originals.sd_jwt_vc.write(ATTAINMENT)
    again = originals.sd_jwt.sign(claims, KEY, hidden=originals.sd_jwt_vc.disclosable(claims), decoys=2)
    verdict, read = judged("sd-jwt", again.encode())  # the same, hidden with other salts
    assert verdict == "valid"
    assert read != read_of("sd-jwt")


def test_a_part_has_nothing_that_the_whole_has_not() -> None:
    whole = {"a": [1, {"b": True}], "c": {"d": "e"}}
    for part in ({}, {"a": []}, {"a": [{"b": True}]}, {"c": {}}, whole):
        assert oracles.is_part(part, whole), part
    for other in ({"x": 1}, {"a": 1}, {"a": [2]}, {"a": [True]}, {"a": [{"b": 1}]}, {"c": {"d": "f"}}, {"c": []}, []):
        assert not oracles.is_part(other, whole), other


@pytest.mark.parametrize("part", ["issuer", "document"])
def test_a_verifier_that_reads_what_was_not_disclosed_or_another_issuer_is_found_out(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, told_by = read_of("sd-jwt"), oracles.open_credential

    def careless(text: str, **more: Any) -> Credential:
        found = told_by(text, **more)
        wrong: dict[str, Any] = {"issuer": STRANGER.did, "document": {**found.document, "title": "something else"}}
        return replace(found, **{part: wrong[part]})

    monkeypatch.setattr(oracles, "open_credential", careless)
    assert read_of("sd-jwt") != first


# --- Open Badges 2.0 ---


def hosted(**changes: Any) -> tuple[str, Any]:
    """What the judge of an Open Badge 2.0 says of another one, which its issuer hosts in the place of the first."""
    other = {name: value for name, value in {**ASSERTION, **changes}.items() if value is not None}
    judge = oracles.as_hosted(as_bytes(ASSERTION), offering({**PAGES, ASSERTION["id"]: other}), LATER)
    return judge(as_bytes(other))


def test_another_badge_that_is_hosted_in_the_same_place_is_another_one() -> None:
    name = "open badge 2"
    assert hosted() == hosted(**dict(reversed(ASSERTION.items()))) == ("valid", read_of(name))
    for changes in ({"narrative": "Better than all others."}, {"narrative": None}, {"more": "urn:x"}):
        verdict, read = hosted(**changes)
        assert verdict == "valid"
        assert read != read_of(name), changes


def test_a_badge_of_a_newer_kind_does_not_pass_for_a_hosted_one() -> None:
    judge = oracles.as_hosted(as_bytes(ASSERTION), originals.NETWORK, AT)
    assert judge(as_bytes(signed())) == ("valid", "another kind")
    assert BY_NAME["open badge 2"].judge(b"{}")[1] is None


# --- carriers ---


def with_attachments(many: int) -> bytes:
    pdf = originals.page()
    with pikepdf.open(originals.BytesIO(pdf)) as document:
        for number in range(many):
            document.attachments[f"{number}.json"] = as_bytes(genuine(name=str(number)))
        written = originals.BytesIO()
        document.save(written)
    return written.getvalue()


def test_a_pdf_has_a_single_credential_or_none_that_is_judged() -> None:
    judge = oracles.as_in_pdf(lambda data: ("judged", data))
    text = as_bytes(signed())
    assert judge(attach_pdf(originals.page(), "credential.json", text.decode())) == ("judged", text)
    for many in (0, 2, MOST_ATTACHMENTS + 1):
        assert judge(with_attachments(many)) == ("no-single-credential", None), many


# --- status lists ---


def test_a_list_that_does_not_revoke_is_told_apart_from_one_that_does() -> None:
    for name, other in (
        ("bitstring list", as_bytes(status_list())),
        (
            "token list",
            token_list.write(
                LIST, token_list.Statuses(bytes(4), 1), KEY, at=AT, until=SOON, ttl=timedelta(days=1)
            ).encode(),
        ),
    ):
        assert read_of(name) is None
        verdict, read = judged(name, other)
        assert verdict in ("valid", "pass")
        assert read == "not revoked"
    silent = as_bytes(one_ed_tech.write(LIST, KEY.did, []))
    assert judged("1EdTech list", silent) == ("pass", None)  # nobody signed it, so it may say anything


# --- what is mutated ---


def test_every_format_proof_and_carrier_has_an_original() -> None:
    assert list(BY_NAME) == [
        "json", "open badge 2", "eddsa-jcs", "ecdsa-rdfc-2019 p256", "ecdsa-rdfc-2019 p384", "ecdsa-jcs-2019 p256",
        "ecdsa-jcs-2019 p384", "proof set", "proof chain", "learner record", "ecdsa-sd-2023 base", "ecdsa-sd-2023 shown",
        "ecdsa-sd-2023 chain", "vc-jwt", "sd-jwt", "elm seal", "elm seal compact", "png", "svg", "pdf",
        "bitstring list", "token list", "1EdTech list",
    ]  # fmt: skip


def test_what_is_signed_by_its_statements_is_spelled_otherwise_too() -> None:
    """Only there another spelling may hold, so only there the readers can be led astray."""
    for each in BY_NAME.values():
        is_linked = each.name in ("json", "learner record") or each.name.startswith(("eddsa", "ecdsa", "proof"))
        assert (mutations.alike in each.mutations and mutations.recontexted in each.mutations) is is_linked, each.name
    for name in ("ecdsa-sd-2023 base", "ecdsa-sd-2023 shown"):
        assert mutations.value_restructured in BY_NAME[name].mutations


HASHES = """
import hashlib
from bench import originals
print([(each.name, hashlib.sha256(each.data).hexdigest()) for each in originals.originals()])
"""


def test_the_documents_are_the_same_in_another_process() -> None:
    """Else no mutant would come back from its number: keys that sign at random, salts, ids of PDF files."""
    done = subprocess.run([sys.executable, "-c", HASHES], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == str([(each.name, hashlib.sha256(each.data).hexdigest()) for each in BY_NAME.values()])


def test_a_steady_key_signs_as_the_key_that_it_is() -> None:
    for key in (originals.P256, originals.P384):
        value = key.sign(b"abc")
        assert value == key.sign(b"abc") != key.sign(b"abd")
        assert key.public.holds(value, b"abc")
        assert base64url_encode(value)
