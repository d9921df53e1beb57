"""100,000 credentials of one achievement: signed, written as JSON and durably stored, each with its place in a list.

Runs as a process of its own (``python -m bench.bulk 100000``), so that its memory can be told.
"""

import json
import statistics
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from tests.engine.samples import AT, KEY

from bench.cohort import TYPICAL, cohort
from opencairn.engine.batch import Batch
from opencairn.engine.model import Attainment

MANY = 100_000
ROWS = 1_000  # in one transaction
_TABLE = """
create table credential (id text primary key, list text not null, place integer not null, document blob not null);
create unique index place on credential (list, place)
"""


def stored(folder: Path, many: int) -> dict[str, float]:
    """Return processor microseconds for one credential, the raw signature, and the memory of the process in MB.

    The attainments are made outside of what is measured, one lot after the other.
    """
    database = sqlite.connect(folder / "bulk.sqlite")
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=full")
    database.executescript(_TABLE)
    batch, waiting, took, raw = Batch(KEY, created=AT), cohort(TYPICAL, many), 0.0, []
    while lot := list(islice(waiting, ROWS)):
        begun = time.process_time()
        with database:
            database.executemany("insert into credential values (?, ?, ?, ?)", map(_row, lot, batch.issue_all(lot)))
        took += time.process_time() - begun
        raw.append(raw_signature())
    (count,) = database.execute("select count(*) from credential").fetchone()
    if count != many:
        raise SystemExit(f"only {count} of {many} were stored")
    return {"each": took / many * 1e6, "raw": statistics.median(raw), "memory": largest_size()}


def largest_size() -> float:
    """Return the most memory this process ever took, in MB.

    ``getrusage`` would count that of its parent before ``exec``.
    """
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(each.split()[1]) / 1024 for each in lines if each.startswith("VmHWM:"))


def _row(attainment: Attainment, document: bytes) -> tuple[str, str, int, bytes]:
    assert attainment.status is not None
    return attainment.id, attainment.status.list_url, attainment.status.index, document


def raw_signature(times: int = 200) -> float:
    begun = time.process_time()
    for _ in range(times):
        KEY.sign(b"x" * 64)
    return (time.process_time() - begun) / times * 1e6


def main() -> int:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(stored(Path(folder), many)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
