"""Some thousand mutants of every kind of document: no crash, no hang, nothing else called valid. `python -m bench fuzz` makes many more."""

import pytest
from bench import fuzz
from bench.fuzz import Original

HERE = 2_000
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


def test_the_harness_would_notice() -> None:
    """A judge that calls everything valid, one that breaks and one that is slow are found out."""
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
