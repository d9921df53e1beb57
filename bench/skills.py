"""How well skills are suggested for a text, and how fast: five folds of the reference benchmark, tuned on four.

A fold holds whole sentences with all spans in them, so nothing that is measured was tuned on. For each fold the weights
of the mix are chosen from a small grid by the recall on the other four folds; what is printed is the recall on the fold
itself, averaged. The shipped weights are printed beside it, measured on everything, and are therefore flattered.
"""

import itertools
import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from opencairn.skills.suggesting import lexical
from opencairn.skills.suggesting.lexical import Index, Names, Weights
from opencairn.skills.taxonomies import esco, open_source

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
FOLDS = 5
TOP = 10
GRID = tuple(
    Weights(words=words, label_grams=label_grams, label_words=label_words, asked_for=asked_for)
    for words, label_grams, label_words, asked_for in itertools.product(
        (0.5, 1.0, 1.5), (0.0, 0.15, 0.3), (0.0, 0.3), (0.0, 0.05, 0.1, 0.15, 0.2)
    )
)


@dataclass(frozen=True)
class Question:
    """A text with the skills people found in it, and the fold of the sentence it is from."""

    kind: str
    text: str
    gold: frozenset[str]
    fold: int


def questions() -> list[Question]:
    found = []
    files = sorted((SHARED / "skills_bench").glob("*_validation.jsonl"))
    lines = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    for number, line in enumerate(lines):
        spans = [(span["span"], span["uri"]) for span in line["spans"] if span.get("uri")]
        found += [Question("span", text, frozenset({uri}), number % FOLDS) for text, uri in spans]
        if spans:
            found.append(Question("sentence", line["sentence"], frozenset(uri for _, uri in spans), number % FOLDS))
    return found


def index() -> Index:
    rows = esco.read(open_source(SHARED / "esco"), "1.1.1")
    return lexical.build(
        Names(row.uri, row.labels["en"], row.alternatives.get("en", ()), row.occupations)
        for row in rows
        if not row.is_group and "en" in row.labels
    )


def recalls(found: Index, parts: tuple[Any, ...], gold: frozenset[str]) -> list[float]:
    """Recall among the first ten for every mix of the grid."""
    matrix = np.stack(parts)
    seen = (matrix[0] > 0) | (matrix[1] > 0)
    result = []
    for weights in GRID:
        mixed = (np.array(lexical.weights_in_order(weights), dtype=np.float32) @ matrix) * seen
        best = np.argpartition(-mixed, TOP)[:TOP]
        result.append(len({found.uris[at] for at in best if mixed[at] > 0} & gold) / len(gold))
    return result


def cross_validated(asked: list[Question], table: np.ndarray[Any, Any], kind: str) -> float:
    """Mean recall over the folds, each with the weights that did best on the others, spans and sentences together."""
    is_span = np.array([one.kind == "span" for one in asked])
    folds = np.array([one.fold for one in asked])
    wanted = np.array([one.kind == kind for one in asked])
    scores = []
    for fold in range(FOLDS):
        train = folds != fold
        quality = table[train & is_span].mean(axis=0) + table[train & ~is_span].mean(axis=0)
        scores += table[(folds == fold) & wanted, int(quality.argmax())].tolist()
    return statistics.fmean(scores)


def p95(found: Index, asked: list[Question], kind: str) -> float:
    """Processor time of one suggestion, 95th percentile in milliseconds."""
    took = []
    for one in asked:
        started = time.process_time()
        found.suggest(one.text, top=TOP)
        if one.kind == kind:
            took.append((time.process_time() - started) * 1000)
    return float(np.percentile(took, 95))


def line(
    name: str, value: float, unit: str, against: str, target: float | None = None, *, least: bool
) -> dict[str, Any]:
    met = None if target is None else (value >= target if least else value <= target)
    return {"name": name, "value": round(value, 3), "unit": unit, "target": target, "met": met, "against": against}


def measure() -> Iterator[dict[str, Any]]:
    """Yield the lines; one that says so where the reference data is not there."""
    if not (SHARED / "skills_bench").is_dir():
        yield {"name": "skills", "skipped": "the benchmark and ESCO are not here"}
        return
    started = time.process_time()
    found = index()
    yield line(
        "skills.build", time.process_time() - started, "s", "13,896 skills in English, read and indexed", least=False
    )
    asked = questions()
    table = np.array([recalls(found, found.parts(one.text), one.gold) for one in asked])
    for kind, target, floor in (("span", 0.80, "0.709"), ("sentence", 0.57, "0.490")):
        chosen = [
            len({s.uri for s in found.suggest(o.text, top=TOP)} & o.gold) / len(o.gold) for o in asked if o.kind == kind
        ]
        against = f"five folds, tuned on the other four; BM25 has {floor}"
        yield line(f"skills.{kind}_recall_at_10", cross_validated(asked, table, kind), "", against, target, least=True)
        yield line(
            f"skills.{kind}_recall_at_10_shipped",
            statistics.fmean(chosen),
            "",
            "shipped weights, all texts",
            least=True,
        )
        yield line(f"skills.{kind}_p95", p95(found, asked, kind), "ms", "processor time of one text", 5, least=False)
