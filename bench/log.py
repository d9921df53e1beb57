"""The transparency log: appending in batches of a thousand, and proofs from ten thousand to ten million entries.

On a database in a file of its own. The large trees have synthetic leaves (the SHA-256 of their number); entries and
nodes are written straight into the tables, and the proofs are made by the same queries that the pages use.
"""

import hashlib
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

SIZES = (10_000, 1_000_000, 10_000_000)
BATCHES, A_BATCH = 20, 1000
PROOFS = 300
PIECE = 50_000


def line(name: str, value: float, unit: str, against: str, target: float | None = None) -> dict[str, Any]:
    met = None if target is None else value <= target
    return {"name": name, "value": round(value, 4), "unit": unit, "target": target, "met": met, "against": against}


def set_up(folder: str) -> None:
    """Make an empty site in a folder."""
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opencairn.web.settings")
    os.environ["OPENCAIRN_VAR"] = folder
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def appended() -> tuple[float, float]:
    """Return milliseconds for one entry: in batches of a thousand, and one by one."""
    from django.utils import timezone

    from opencairn.transparency import actions as log

    number, took = 0, []
    for _ in range(BATCHES):
        marks = [hashlib.sha256(str(number + each).encode()).hexdigest() for each in range(A_BATCH)]
        news = [log.News("credential", mark, {"sha256": mark}) for mark in marks]
        started = time.perf_counter()
        log.append_all(news, at=timezone.now())
        took.append((time.perf_counter() - started) / A_BATCH * 1e3)
        number += A_BATCH
    alone = []
    for each in range(200):
        started = time.perf_counter()
        log.append("credential", about=f"{each}", facts={"sha256": f"{each}"}, at=timezone.now())
        alone.append((time.perf_counter() - started) * 1e3)
    return statistics.mean(took), statistics.median(alone)


def fill(start: int, size: int, edge: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Grow the stored tree from one size to another, and return its edge."""
    from django.db import connection, transaction

    from opencairn.engine import merkle

    names = '("index", kind, about, text, leaf, at)'
    add_entry = f"INSERT INTO transparency_entry {names} VALUES (%s, 'credential', %s, '', %s, '2026-03-02 09:00:00')"
    add_node = "INSERT INTO transparency_node (number, hash) VALUES (%s, %s)"
    for first in range(start, size, PIECE):
        last = min(size, first + PIECE)
        leaves = [hashlib.sha256(str(index).encode()).digest() for index in range(first, last)]
        made, edge = merkle.grown(first, edge, leaves)
        rows = [(index, str(index), leaf) for index, leaf in enumerate(leaves, start=first)]
        nodes = [(place.number, each) for place, each in made.items() if place.level]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(add_entry, rows)
            cursor.executemany(add_node, nodes)
    return edge


def timed(work: Callable[[int], object], size: int) -> tuple[float, float]:
    """Return milliseconds over random places of a tree: the median by the wall, 95 of 100 by the processor."""
    places, wall, processor = random.Random(7), [], []
    for _ in range(PROOFS):
        place = places.randrange(1, size)
        started, worked = time.perf_counter(), time.process_time()
        work(place)
        processor.append((time.process_time() - worked) * 1e3)
        wall.append((time.perf_counter() - started) * 1e3)
    return statistics.median(wall), sorted(processor)[int(PROOFS * 0.95)]


def proofs(size: int, root: bytes) -> Iterator[dict[str, Any]]:
    """Measure proofs in a tree of this size, after checking one of each."""
    from opencairn.engine import merkle
    from opencairn.transparency.queries import read

    asked: list[merkle.Place] = []

    def counted(places: Sequence[merkle.Place]) -> Mapping[merkle.Place, bytes]:
        asked.extend(places)
        return read(places)

    index = size // 3
    leaf = hashlib.sha256(str(index).encode()).digest()
    proof = merkle.inclusion_proof(index, size, counted)
    assert merkle.inclusion_holds(leaf, index, size, proof, root)
    grew = merkle.consistency_proof(index, size, read)
    assert merkle.consistency_holds(index, merkle.root(index, read), size, root, grew)
    yield line(f"log.places_{size}", len(asked), "hashes read", f"a proof of {len(proof)} hashes")
    for name, make in (("inclusion", merkle.inclusion_proof), ("consistency", merkle.consistency_proof)):
        wall, processor = timed(lambda place, make=make: make(place, size, read), size)  # type: ignore[misc]
        yield line(f"log.{name}_{size}", wall, "ms", f"{size:,} entries; median, by the wall", 1)
        yield line(f"log.{name}_{size}_p95", processor, "ms", f"{size:,} entries; 95 of 100, of the processor", 1)


def measure() -> Iterator[dict[str, Any]]:
    """Yield the lines. OPENCAIRN_BENCH_LOG names the largest tree, where ten million would take too long."""
    from django.db import connection

    from opencairn.engine import merkle

    largest = int(os.environ.get("OPENCAIRN_BENCH_LOG", SIZES[-1]))
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        batch, alone = appended()
        yield line("log.append", batch, "ms an entry", f"{BATCHES} batches of {A_BATCH}, each one transaction", 1)
        yield line("log.append_alone", alone, "ms an entry", "one entry, one transaction, to the disk")
        with connection.cursor() as cursor:
            for index in ("log_entry_leaf", "log_entry_about"):
                cursor.execute(f"DROP INDEX {index}")  # no proof looks there, and filling takes half as long
            for table in ("transparency_entry", "transparency_node"):
                cursor.execute(f"DROP TRIGGER {table}_no_delete")
                cursor.execute(f"DELETE FROM {table}")
        size, edge = 0, ()
        for wanted in (each for each in SIZES if each <= largest):
            started = time.perf_counter()
            edge = fill(size, wanted, edge)
            size = wanted
            yield line(f"log.fill_{size}", time.perf_counter() - started, "s", "the tree made ready")
            yield from proofs(size, merkle.folded(edge))
        connection.close()
