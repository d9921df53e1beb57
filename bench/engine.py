"""The engine against the raw Ed25519 operation, and against two peers, all in one run.

Processor time, medians of interleaved rounds, so that another machine or a busy one changes the figures but hardly the
ratios. No document is met twice: each round goes on through prepared ones, as a real day would.
"""

import csv
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import orjson
from tests.engine.samples import AT, KEY, LIST, offering, status_list

from bench import bulk, peers
from bench.cohort import FULLEST, TYPICAL, cohort, crowd
from opencairn.engine.batch import issue_many
from opencairn.engine.canonical import fallbacks
from opencairn.engine.formats import open_badge_3
from opencairn.engine.model import Attainment
from opencairn.engine.objections import Objection
from opencairn.engine.opening import open_credential
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.engine.verify import examine

ROUNDS = 9
PREPARED = 2_000
ZOO = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "credential_zoo"
Work = tuple[Callable[[], Any], int]  # what is done, how often in a round
Line = dict[str, Any]


def medians(works: dict[str, Work]) -> dict[str, float]:
    """Return processor microseconds for each piece of work: the median over interleaved rounds."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for work, times in works.values():
        for _ in range(times):
            work()  # warm
    gc.collect()
    gc.freeze()  # what is prepared is no part of the work
    for _ in range(ROUNDS):
        for name, (work, times) in works.items():
            begun = time.process_time()
            for _ in range(times):
                work()
            found[name].append((time.process_time() - begun) / times * 1e6)
    return {name: statistics.median(each) for name, each in found.items()}


def line(name: str, value: float, unit: str, against: str, target: float | None = None, *, most: bool = False) -> Line:
    """Return one line; ``most`` says that the value should be no more than the target, instead of no less."""
    met = None if target is None else value <= target if most else value >= target
    return {
        "name": f"engine.{name}",
        "value": round(value, 3),
        "unit": unit,
        "target": target,
        "met": met,
        "against": against,
    }


def measure() -> Iterator[Line]:
    """Yield the lines."""
    took = medians(works())
    yield line("raw_sign", took["raw_sign"], "µs", "one Ed25519 signature of `cryptography`")
    yield line("raw_verify", took["raw_verify"], "µs", "one Ed25519 check of `cryptography`")
    yield from _shares(took)
    yield from _against_openbadgeslib(took)
    yield from _against_node(took)
    yield from _bulk()
    yield from _fallbacks()


def works() -> dict[str, Work]:
    """Return what is measured."""
    message = b"x" * 64
    signature, public = KEY.sign(message), KEY.public
    batch, fullest = issue_many(_forever(TYPICAL), KEY, created=AT), issue_many(_forever(FULLEST), KEY, created=AT)
    known = cycle([open_badge_3.write(each) for each in crowd(TYPICAL, PREPARED)])
    other_sign, other_verify = peers.openbadgeslib(open_badge_3.write(TYPICAL))
    network = offering({LIST: status_list()})
    together, apart = _signed(cohort), _signed(crowd)
    with_status = cycle(
        [json.dumps(json.loads(each)).encode() for each in issue_many(cohort(TYPICAL, PREPARED), KEY, created=AT)]
    )
    return {
        "raw_sign": (lambda: KEY.sign(message), 500),
        "raw_verify": (lambda: public.holds(signature, message), 200),
        "batch": (lambda: next(batch), 320),
        "batch_fullest": (lambda: next(fullest), 320),
        "single": (lambda: orjson.dumps(eddsa_rdfc_2022.sign(next(known), KEY, created=AT)), 100),
        "cohort": (lambda: examine(next(together), at=AT, fetch=None, trust=None), 100),
        "crowd": (lambda: examine(next(apart), at=AT, fetch=None, trust=None), 100),
        "with_status": (lambda: examine(next(with_status), at=AT, fetch=network, trust=None), 50),
        "other_sign": (other_sign, 3),
        "other_verify": (other_verify, 3),
    }


def _forever(model: Attainment) -> Iterator[Attainment]:
    return cycle(list(cohort(model, PREPARED)))


def _signed(many: Callable[..., Iterator[Attainment]]) -> Iterator[bytes]:
    """Go round signed credentials without a status, in JSON with spaces, as most programs write it."""
    attainments = many(replace(TYPICAL, status=None), PREPARED)
    documents = (eddsa_rdfc_2022.sign(open_badge_3.write(each), KEY, created=AT) for each in attainments)
    return cycle([json.dumps(each, ensure_ascii=False).encode() for each in documents])


def _shares(took: dict[str, float]) -> Iterator[Line]:
    raw_sign, raw_verify = took["raw_sign"], took["raw_verify"]
    rate, checking = "% of the raw signing rate", "% of the raw verifying rate"
    yield line("batch", 100 * raw_sign / took["batch"], rate, "issue_many, from attainments to JSON", 45)
    yield line("batch_fullest", 100 * raw_sign / took["batch_fullest"], rate, "the same with every field of Annex I")
    yield line("single", 100 * raw_sign / took["single"], rate, "one document of a known shape, to JSON", 20)
    yield line("verify", 100 * raw_verify / took["crowd"], checking, "known shape, from bytes to report", 45)
    yield line(
        "verify_cohort", 100 * raw_verify / took["cohort"], checking, "one achievement, from bytes to report", 60
    )
    yield line(
        "verify_with_status", took["with_status"] / raw_verify, "× raw verify", "with a status list, checked too"
    )


def _against_openbadgeslib(took: dict[str, float]) -> Iterator[Line]:
    against = "openbadgeslib, same run, each divided by the raw operation"
    yield line("batch_vs_openbadgeslib", took["other_sign"] / took["batch"], "×", against, 180)
    yield line("verify_vs_openbadgeslib", took["other_verify"] / took["crowd"], "×", against, 50)


def _against_node(took: dict[str, float]) -> Iterator[Line]:
    node = peers.digital_bazaar(open_badge_3.write(replace(TYPICAL, status=None)))
    if node is None:
        return
    against = "@digitalbazaar/vc in Node, each divided by its own raw operation"
    issue = node["issue"] / node["raw_sign"] * took["raw_sign"] / took["batch"]
    verify = node["verify"] / node["raw_verify"] * took["raw_verify"] / took["crowd"]
    yield line("batch_vs_node", issue, "×", against, 100)
    yield line("verify_vs_node", verify, "×", against, 30)
    yield line("batch_vs_node_time", node["issue"] / took["batch"], "×", "the same in plain processor time")
    yield line("verify_vs_node_time", node["verify"] / took["crowd"], "×", "the same in plain processor time")


def _bulk() -> Iterator[Line]:
    few, many = (_in_a_process(number) for number in (1_000, bulk.MANY))
    what = f"{bulk.MANY:,} signed, written and stored in SQLite (WAL, synchronous=FULL) with a unique status index"
    yield line("bulk", many["each"] / many["raw"], "raw signatures", what, 4.5, most=True)
    yield line(
        "bulk_growth",
        many["each"] / few["each"],
        "×",
        "processor time of one among 100,000 and among 1,000",
        1.2,
        most=True,
    )
    yield line("bulk_memory", many["memory"], "MB", "largest size of that process", 80, most=True)


def _in_a_process(many: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.bulk", str(many)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _fallbacks() -> Iterator[Line]:
    """Yield how many badges of the zoo take the general way, each reason with its files; where the zoo is at hand."""
    if not ZOO.is_dir():
        return
    reasons: dict[str, list[str]] = {}
    read = 0
    with (ZOO / "manifest.csv").open() as listed:
        names = [row["file"] for row in csv.DictReader(listed)]
    for name in names:
        before = fallbacks()
        try:
            open_credential((ZOO / "files" / name).read_text("utf-8"))
        except (Objection, UnicodeDecodeError):
            continue
        read += 1
        for reason, times in fallbacks().items():
            if times > before.get(reason, 0):
                reasons.setdefault(reason, []).append(name)
    found = sum(map(len, reasons.values()))
    yield line("fallbacks", found, f"of {read} credentials of the zoo that are read", json.dumps(reasons), 0, most=True)
