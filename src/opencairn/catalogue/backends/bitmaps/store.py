"""The files of the index: a folder with one SQLite file at a time, a note saying which, and a lock for its one writer.

Each rebuild makes a new file and then changes the note, so a reader never sees half of one. A file only grows: a
programme that changes gets a new number, and its old number is marked as gone. Postings of a number never change, so
a reader that knows which numbers are alive reads a consistent index while somebody writes.
"""

import fcntl
import logging
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pysqlite3
from pyroaring import BitMap

from opencairn.kit.text import plain

FORMAT = 7  # raised when the files or the words in them change: older ones are then rebuilt
NOTE, LOCK = "current", "lock"
NAME = re.compile(r"[0-9a-f]+\.sqlite3")
AT_ONCE = 900  # values in one question
PAGE = 8192  # bytes: a long set lies on half the pages that SQLite would take, and is read sooner
CACHE = 16_000  # kilobytes that each connection keeps of what it read

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE doc (id INTEGER PRIMARY KEY, programme BLOB NOT NULL, changed INTEGER NOT NULL, lapses_on INTEGER,
                  facts TEXT NOT NULL, stamp INTEGER NOT NULL, gone INTEGER);
CREATE TABLE posting (word TEXT, weight INTEGER, docs BLOB NOT NULL, PRIMARY KEY (word, weight)) WITHOUT ROWID;
CREATE TABLE mark (name TEXT, code TEXT, docs BLOB NOT NULL, PRIMARY KEY (name, code)) WITHOUT ROWID;
CREATE TABLE ordering (name TEXT PRIMARY KEY, ids BLOB NOT NULL, ranks BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE place (provider BLOB PRIMARY KEY, said TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE hint (kind TEXT, key TEXT, words TEXT, doc INTEGER, PRIMARY KEY (kind, key, words, doc)) WITHOUT ROWID;
"""
INDEXES = """
CREATE INDEX doc_programme ON doc (programme) WHERE gone IS NULL;
CREATE INDEX doc_changed ON doc (changed) WHERE gone IS NULL;
CREATE INDEX doc_lapses_on ON doc (lapses_on) WHERE gone IS NULL AND lapses_on IS NOT NULL;
CREATE INDEX doc_stamp ON doc (stamp);
CREATE INDEX doc_gone ON doc (gone) WHERE gone IS NOT NULL;
"""

DAMAGED = frozenset({pysqlite3.SQLITE_CORRUPT, pysqlite3.SQLITE_NOTADB})
EMPTY = "no such table"  # what a file says that was cut off at its beginning

_threads = threading.local()
log = logging.getLogger(__name__)


class Vanished(Exception):  # noqa: N818 - not a fault: somebody made a newer index meanwhile
    """The file is no longer there, or was damaged and is no longer used."""


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Give the index of a folder up where it turns out to be damaged: the next full refresh makes a new one.

    Raises Vanished then, and for a file that is gone.
    """
    try:
        yield
    except pysqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) not in DAMAGED and not str(error).startswith(EMPTY):
            raise
        log.exception("The index of the catalogue in %s is damaged and is made anew; nothing is lost", folder)
        kept, _threads.kept = getattr(_threads, "kept", None), None
        if kept and current(folder) == kept.path:
            (folder / NOTE).unlink(missing_ok=True)
        raise Vanished from error


def current(folder: Path) -> Path | None:
    """Return the file in use, None where there is none yet; it may vanish at any moment for a newer one."""
    try:
        name = (folder / NOTE).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    return folder / name if NAME.fullmatch(name) else None


@dataclass
class _Kept:
    """One thread's connection, closed when the thread ends or turns to a newer file."""

    path: Path
    opened: Any

    def __del__(self) -> None:
        self.opened.close()


def connect(path: Path) -> Any:
    """Return this thread's connection to a file. Raises Vanished where there is no such file."""
    kept: _Kept | None = getattr(_threads, "kept", None)
    if kept and kept.path == path and path.exists():
        return kept.opened
    _threads.kept = None
    address = f"file:{quote(str(path))}?mode=rw"
    try:
        opened = pysqlite3.connect(address, uri=True, isolation_level=None, timeout=20, check_same_thread=False)
    except pysqlite3.OperationalError as error:
        raise Vanished from error
    _threads.kept = _Kept(path, opened)
    opened.execute("PRAGMA synchronous=NORMAL")
    opened.execute(f"PRAGMA cache_size=-{CACHE}")
    return opened


@contextmanager
def writing(folder: Path) -> Iterator[bool]:
    """Be the one writer of a folder; gives False where somebody else is. The system lets go when a process dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def begin(folder: Path) -> tuple[Path, Any]:
    """Start a new file beside the one in use, by a name that no reader knows from before. Only the writer may."""
    path = folder / f"{uuid4().hex}.sqlite3"
    return path, new(path)


def new(path: Path) -> Any:
    """Make an empty file that nobody reads yet, in one transaction that is never taken back: it is dropped instead."""
    path.unlink(missing_ok=True)
    fresh = pysqlite3.connect(str(path), isolation_level=None)
    quickly = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000;"
    fresh.executescript(f"PRAGMA page_size={PAGE}; {quickly} {SCHEMA}")
    fresh.execute("BEGIN")
    return fresh


def take_in(fresh: Any, part: Path) -> None:
    """Add what stands in another new file, and drop that file."""
    fresh.execute("COMMIT")
    fresh.execute("ATTACH ? AS part", (str(part),))
    fresh.execute("BEGIN")
    fresh.execute("INSERT INTO doc SELECT * FROM part.doc")
    fresh.execute("INSERT OR IGNORE INTO hint SELECT * FROM part.hint")
    for table, first, second in (("posting", "word", "weight"), ("mark", "name", "code")):
        ours = f"SELECT docs FROM main.{table} WHERE {first} = ? AND {second} = ?"  # noqa: S608 - the names above
        for *key, docs in fresh.execute(f"SELECT {first}, {second}, docs FROM part.{table}"):  # noqa: S608
            if row := fresh.execute(ours, key).fetchone():
                docs = packed(BitMap.deserialize(row[0]) | BitMap.deserialize(docs))  # noqa: PLW2901
            fresh.execute(f"INSERT OR REPLACE INTO main.{table} VALUES (?, ?, ?)", (*key, docs))  # noqa: S608
    fresh.execute("COMMIT")
    fresh.execute("DETACH part")
    fresh.execute("BEGIN")
    part.unlink()


def packed(docs: BitMap) -> bytes:
    """Write a set of numbers as small as it goes."""
    docs.run_optimize()
    return bytes(docs.serialize())


def put_in_use(folder: Path, path: Path, fresh: Any) -> None:
    """Finish a new file, put it to disk, point the note at it and drop the older ones and what killed writers left."""
    fresh.executescript(INDEXES)
    fresh.execute("COMMIT") if fresh.in_transaction else None
    fresh.execute("PRAGMA journal_mode=WAL")
    fresh.close()
    with path.open("rb") as written:
        os.fsync(written.fileno())
    note = folder / f"{NOTE}.new"
    note.write_text(path.name, encoding="ascii")
    note.replace(folder / NOTE)
    for old in folder.glob("*.sqlite3*"):
        if not old.name.startswith(path.name):
            with suppress(FileNotFoundError):
                old.unlink()


def meta(opened: Any, key: str) -> int:
    """Return a number of the file's own facts; 0 where it is not set."""
    row = opened.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return int(row[0]) if row else 0


def set_meta(opened: Any, **values: int) -> None:
    """Write the file's own facts."""
    opened.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())


def set_places(opened: Any, places: Mapping[UUID, str]) -> None:
    """Write by which names and places of providers all of their programmes are filed."""
    opened.executemany("INSERT OR REPLACE INTO place VALUES (?, ?)", ((pk.bytes, said) for pk, said in places.items()))


def places(opened: Any) -> dict[UUID, str]:
    """Return what ``set_places`` wrote."""
    return {UUID(bytes=pk): said for pk, said in opened.execute("SELECT provider, said FROM place")}


def add_postings(opened: Any, postings: Mapping[tuple[str, int], Iterable[BitMap]]) -> None:
    """Add numbers to words, each at a weight; a number may stand at several, of which the best counts."""
    for (word, weight), some in sorted(postings.items(), key=itemgetter(0)):
        row = opened.execute("SELECT docs FROM posting WHERE word = ? AND weight = ?", (word, weight)).fetchone()
        docs = BitMap.union(*some) if row is None else BitMap.union(BitMap.deserialize(row[0]), *some)
        opened.execute("INSERT OR REPLACE INTO posting VALUES (?, ?, ?)", (word, weight, packed(docs)))


def add_hints(opened: Any, hints: Iterable[tuple[str, str, int]]) -> None:
    """Add what may be suggested: a title by its beginning, a provider or a skill by each of its words.

    A title goes with the number of its programme, and is suggested no longer than that is alive; 0 for the others.
    """
    for kind, words, doc in hints:
        key = " ".join(plain(words).split())
        starts = [0] if kind == "title" else [0, *(at + 1 for at, sign in enumerate(key) if sign == " ")]
        opened.executemany(
            "INSERT OR IGNORE INTO hint VALUES (?, ?, ?, ?)", [(kind, key[at:], words, doc) for at in starts]
        )


def hinted(opened: Any, kind: str, beginning: str, most: int) -> list[str]:
    """Return words of a kind that begin so: from one to the next, however many programmes have the same title."""
    question = (
        "SELECT key, words FROM hint WHERE kind = ? AND (key, words) > (?, ?) AND key < ? AND"
        " (doc = 0 OR EXISTS (SELECT 1 FROM doc WHERE id = hint.doc AND gone IS NULL)) ORDER BY key, words LIMIT 1"
    )
    found: dict[str, None] = {}
    key, words = beginning, ""
    while len(found) < most:
        row = opened.execute(question, (kind, key, words, beginning + "\U0010ffff")).fetchone()
        if row is None:
            break
        key, words = row
        found[words] = None
    return list(found)


def asked_for(opened: Any, question: str, values: Iterable[Any]) -> Iterator[Any]:
    """Ask a question with an ``IN (…)`` marked as ``%s``, a few hundred values at a time."""
    rest = list(values)
    for start in range(0, len(rest), AT_ONCE):
        some = rest[start : start + AT_ONCE]
        yield from opened.execute(question % ",".join("?" * len(some)), some)
