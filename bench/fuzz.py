"""Mutation fuzzing: whatever becomes of a document, the verifier answers soon, and never calls another one valid.

A mutant is made from its seed alone: ``Random(f"{seed} {name} {number}")``, so every failure can be made again.
``FUZZ_SEED`` and ``FUZZ_MUTANTS`` (over all originals) change what is made; ``FUZZ_ONLY="elm, vc 1.1"`` takes only the
originals with one of these words in their names. Another seed is another piece of a long run.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench import mutations
from bench.originals import Original, further, originals

__all__ = ["Original", "further", "fuzz", "measure", "mutant", "originals"]

SEED = int(os.environ.get("FUZZ_SEED", "20261121"))
MUTANTS = int(os.environ.get("FUZZ_MUTANTS", "200000"))
ONLY = [word.strip() for word in os.environ.get("FUZZ_ONLY", "").split(",")]
SLOWEST = 1.0  # seconds of processor time for one document, at the best of so many
TRIES = 3


@dataclass
class Result:
    """What came of the mutants of one original."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    same: int = 0  # mutants that say exactly what the original says
    slowest: float = 0.0
    failures: list[dict[str, Any]] = field(default_factory=list)


def mutant(original: Original, number: int, seed: int) -> bytes:
    """Return one mutant, always the same for the same three."""
    random = Random(f"{seed} {original.name} {number}")
    data = original.data
    for _ in range(random.choice((1, 1, 1, 2))):
        try:
            data = random.choice(original.mutations)(random, data)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # no longer what it was
            data = random.choice(mutations.BYTES)(random, data)
    return data


def fuzz(original: Original, numbers: range, seed: int = SEED) -> Result:
    """Judge mutants, and count what came of them."""
    result = Result(original.name)
    expected = original.judge(original.data)[1]
    for number in numbers:
        data = mutant(original, number, seed)
        verdict, read, took = _judged(original, data)
        for _ in range(TRIES - 1):
            if took > SLOWEST:  # the first of its kind, or a busy machine: a slow document is slow every time
                took = min(took, _judged(original, data)[2])
        result.counts[verdict] += 1
        result.same += read is not None and read == expected
        result.slowest = max(result.slowest, took)
        is_wrong = read is not None and read != expected
        if is_wrong or verdict.startswith("crash") or took > SLOWEST:
            what = "false valid" if is_wrong else verdict
            result.failures.append({"number": number, "what": what, "seconds": round(took, 3)})
    return result


def _judged(original: Original, data: bytes) -> tuple[str, object, float]:
    """Return the verdict, what was read, and the seconds of processor time, a PDF's reader's included."""
    began = sum(os.times()[:4])
    try:
        verdict, read = original.judge(data)
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        verdict, read = f"crash: {type(error).__name__}", None
    return verdict, read, sum(os.times()[:4]) - began


def measure() -> Iterator[dict[str, Any]]:
    """Yield one line for each original, and one for all."""
    failures = mutants = 0
    with further() as more:
        every = [each for each in (*originals(), *more) if any(word in each.name for word in ONLY)]
        whole = sum(each.share for each in every)
        for original in every:
            result = fuzz(original, range(MUTANTS * original.share // whole + 1))
            mutants, failures = mutants + sum(result.counts.values()), failures + len(result.failures)
            yield {
                "name": f"fuzz {original.name}",
                "seed": SEED,
                "mutants": sum(result.counts.values()),
                "verdicts": dict(result.counts.most_common()),
                "valid and the same": result.same,
                "slowest ms": round(result.slowest * 1000, 1),
                "failures": result.failures[:20],
            }
    yield {"name": "fuzz", "seed": SEED, "mutants": mutants, "value": failures, "target": 0, "met": failures == 0}
