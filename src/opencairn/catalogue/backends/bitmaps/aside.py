"""Filing a large index in several processes: each helper makes a file of its own, which the writer then takes in.

A helper is a fresh interpreter, not a fork, so it holds neither the writer's lock nor its connections. It learns from
the end of its input that the writer died, and what it had made is dropped with the next index.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection

from . import store

WORTH_A_HELPER = 10_000  # programmes: starting one takes a second
START = "import django; django.setup(); from opencairn.catalogue.backends.bitmaps import aside; aside.help_out()"


@dataclass(frozen=True)
class Part:
    """A share of the programmes, with the number of its first; the writer's own has no process."""

    ids: Sequence[UUID]
    first: int
    path: Path
    running: "subprocess.Popen[bytes] | None" = None

    def finished(self) -> Path:
        """Wait for the file of a helper. Raises ChildProcessError where it failed and complained."""
        if self.running is None or self.running.wait() != 0:
            raise ChildProcessError(f"A helper of the indexer failed: {self.path.name}")
        return self.path


@contextmanager
def helping(path: Path, ids: Sequence[UUID], at: datetime) -> Iterator[list[Part]]:
    """Share programmes out among this process and its helpers, which end with the block whatever happens."""
    many = 1 if connection.in_atomic_block else max(1, min(processors(), len(ids) // WORTH_A_HELPER))
    size = -(-len(ids) // many)
    parts = [Part(ids[:size], 1, path)]
    try:
        for number in range(1, many):
            share = ids[number * size : (number + 1) * size]
            parts.append(_started(share, number * size + 1, path.with_suffix(f".part{number}.sqlite3"), at))
        yield parts
    finally:
        for part in parts[1:]:
            if part.running is not None and part.running.poll() is None:
                part.running.kill()
                part.running.wait()


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def _started(ids: Sequence[UUID], first: int, path: Path, at: datetime) -> Part:
    _wanted(path).write_bytes(b"".join(pk.bytes for pk in ids))
    command = [sys.executable, "-c", START, str(path), at.isoformat(), str(first)]
    return Part(ids, first, path, subprocess.Popen(command, stdin=subprocess.PIPE))  # noqa: S603 - our own words


def _wanted(path: Path) -> Path:
    return path.with_suffix(".sqlite3.ids")


def help_out() -> None:
    """Be a helper: file the share that the input tells, and end at once where the writer dies."""
    from . import writer  # noqa: PLC0415 - the writer knows this module

    path, at, first = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])
    told = _wanted(path).read_bytes()
    ids = [UUID(bytes=told[start : start + 16]) for start in range(0, len(told), 16)]
    threading.Thread(target=_end_with_the_writer, daemon=True).start()
    fresh = store.new(path)
    writer.file(fresh, ids, at, first)
    fresh.execute("COMMIT")
    fresh.close()
    _wanted(path).unlink()


def _end_with_the_writer() -> None:
    os.read(0, 1)
    os._exit(1)
