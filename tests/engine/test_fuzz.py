"""Some thousand mutants of every kind of document: no crash, no hang, nothing else called valid. `python -m bench fuzz` makes many more."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bench import fuzz, originals
from bench.fuzz import Original

from opencairn.engine.formats import elm, open_badge_3
from opencairn.engine.proofs import ecdsa_sd_2023, eddsa_jcs_2022, eddsa_rdfc_2022, jades, vc_jwt

from .contexts_here import SHARED
from .elm_samples import FULL
from .samples import AT, ATTAINMENT, KEY, as_bytes, signed
from .test_jades import LEAF

HERE = 3_000
WHOLE = sum(original.share for original in fuzz.originals())


@pytest.mark.parametrize("original", fuzz.originals(), ids=lambda original: original.name)
def test_no_mutant_crashes_hangs_or_passes_for_the_original(original: Original) -> None:
    result = fuzz.fuzz(original, range(HERE * original.share // WHOLE))
    assert result.failures == []
    assert result.counts.total() > 50


@pytest.mark.parametrize("original", fuzz.originals(), ids=lambda original: original.name)
def test_the_original_is_judged_as_it_should_be(original: Original) -> None:
    assert original.judge(original.data)[0] == original.verdict


def test_mutants_come_back_from_their_numbers() -> None:
    original = fuzz.originals()[0]
    assert fuzz.mutant(original, 7, 1) == fuzz.mutant(original, 7, 1) != fuzz.mutant(original, 8, 1)


def test_the_documents_are_the_same_each_time() -> None:
    """Else no mutant would come back, for one that signs with random numbers would never sign alike."""
    again = {each.name: each.data for each in (*originals.badges(), *originals.chosen_parts(), *originals.seals())}
    assert again.items() <= {each.name: each.data for each in fuzz.originals()}.items()


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")
def test_documents_whose_contexts_have_to_be_imported_are_mutated_too() -> None:
    with fuzz.further() as more:
        assert [original.judge(original.data)[0] for original in more] == ["valid"] * 4
        assert [failure for original in more for failure in fuzz.fuzz(original, range(40)).failures] == []


# --- whether a judge would notice ---

OTHER = open_badge_3.write(replace(ATTAINMENT, grade="1,3"))
SAME = open_badge_3.write(ATTAINMENT)
SOON = AT + timedelta(minutes=1)
SET = originals.proof_set()
BASE_AGAIN = ecdsa_sd_2023.sign(originals.badge_of(originals.P256), originals.P256, created=AT)


def genuine() -> Mapping[str, list[Any]]:
    """Documents that are valid, but not the ones that were given to be mutated, by the name of that one."""
    return {
        "json": [signed(replace(ATTAINMENT, grade="1,3")), eddsa_rdfc_2022.sign(SAME, KEY, created=SOON)],
        "eddsa-jcs": [
            eddsa_jcs_2022.sign(OTHER, KEY, created=AT),
            eddsa_jcs_2022.sign(SAME, KEY, created=SOON),
            eddsa_jcs_2022.sign({**SAME, "type": SAME["type"][::-1]}, KEY, created=AT),
        ],
        "proof set": [eddsa_rdfc_2022.sign(SET, KEY, created=SOON, beside=True)],
        "ecdsa-sd-2023 shown": [ecdsa_sd_2023.derive(BASE_AGAIN, originals.SHOWN)],
        "vc-jwt": [vc_jwt.sign(OTHER, KEY)],
        "elm seal": [
            jades.sign(elm.write(replace(FULL, grade="1,3")), key=originals.SEALER, certificates=(LEAF,), at=AT),
            jades.sign(elm.write(FULL), key=originals.SEALER, certificates=(LEAF,), at=AT - timedelta(seconds=1)),
        ],
    }


@pytest.mark.parametrize("name", genuine())
def test_another_genuine_document_is_not_taken_for_the_original(name: str) -> None:
    judge = next(each for each in fuzz.originals() if each.name == name)
    for other in genuine()[name]:
        verdict, read = judge.judge(other.encode() if isinstance(other, str) else as_bytes(other))
        assert verdict == "valid"
        assert read != judge.judge(judge.data)[1]


def test_a_lost_proof_or_a_part_that_is_not_shown_is_no_other_document() -> None:
    by_name = {each.name: each for each in fuzz.originals()}
    alone = {**SET, "proof": SET["proof"][0]}
    base = json.loads(by_name["ecdsa-sd-2023 base"].data)
    less = ecdsa_sd_2023.derive(base, originals.SHOWN[:-1])
    for name, document in (("proof set", alone), ("ecdsa-sd-2023 shown", less)):
        assert by_name[name].judge(as_bytes(document)) == by_name[name].judge(by_name[name].data)


def test_the_harness_would_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge that calls everything valid, one that breaks and one that is slow are found out; one slow start is not."""
    first = fuzz.originals()[0]
    careless = first._replace(judge=lambda data: ("valid", len(data)))
    assert any(each["what"] == "false valid" for each in fuzz.fuzz(careless, range(20)).failures)

    def broken(data: bytes) -> tuple[str, object]:
        if data != first.data:
            raise RuntimeError
        return "valid", "the original"

    failures = fuzz.fuzz(first._replace(judge=broken), range(20)).failures
    assert failures
    assert {each["what"] for each in failures} == {"crash: RuntimeError"}

    slow_times = [0]

    def slow(data: bytes) -> tuple[str, object]:
        slow_times[0] -= 1
        until = time.process_time() + 0.1
        while slow_times[0] >= 0 and time.process_time() < until:
            pass
        return "invalid", None

    monkeypatch.setattr(fuzz, "SLOWEST", 0.05)
    for times, found in ((1_000, 5), (2, 0)):
        slow_times[0] = times
        assert len(fuzz.fuzz(first._replace(judge=slow), range(5)).failures) == found
