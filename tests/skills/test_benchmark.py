"""The suggestions as shipped, on the reference benchmark: they may get better, not worse. bench/skills.py says more."""

import statistics

import pytest
from bench import skills as bench

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not (bench.SHARED / "skills_bench").is_dir(), reason=f"the benchmark is not at {bench.SHARED}"),
]


def test_the_right_skills_are_among_the_first_ten() -> None:
    index = bench.index()
    found = {
        kind: statistics.fmean(
            len({one.uri for one in index.suggest(asked.text)} & asked.gold) / len(asked.gold)
            for asked in bench.questions()
            if asked.kind == kind
        )
        for kind in ("span", "sentence")
    }
    assert found["span"] >= 0.83
    assert found["sentence"] >= 0.64
