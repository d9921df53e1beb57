"""The whole public catalogue as one file: JSON Lines, packed, with a manifest, for those who want everything."""

import gzip
import json
import os
import re
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from opencairn.kit.dates import iso
from opencairn.programmes import records

from .changes import record_changes

KEPT = 3  # files, so that a download that began before the newest can end
MANIFEST = "manifest.json"
NAME = re.compile(r"programmes-[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}Z\.jsonl\.gz")


class _Counting:
    """Writes through to a file, with the size and the SHA-256 of what passed."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.size, self.hash = file, 0, sha256()

    def write(self, piece: bytes) -> int:
        self.size += len(piece)
        self.hash.update(piece)
        return self.file.write(piece)

    def flush(self) -> None:
        self.file.flush()


def dump(file: BinaryIO, *, packed: bool, at: datetime) -> dict[str, Any]:
    """Write every public programme, one JSON object a line, and return the facts of the manifest.

    The cursor is taken first: whoever reads the file and then follows the changes from there has the present state,
    also of what was edited while the file was written. The same programmes give the same bytes.
    """
    record_changes(at=at)
    cursor, count, out = records.newest(), 0, _Counting(file)
    sink: Any = gzip.GzipFile(fileobj=out, mode="wb", mtime=0, filename="", compresslevel=6) if packed else out
    for record in records.everything():
        sink.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        count += 1
    if packed:
        sink.close()
    out.flush()
    return {
        "made_at": iso(at),
        "count": count,
        "bytes": out.size,
        "sha256": out.hash.hexdigest(),
        "cursor": cursor,
        "licence": settings.DATA_LICENCE,
    }


def write_dump(*, at: datetime) -> int:
    """Make a file in the data folder, unless nothing changed since, and let the manifest name it; return its programmes.

    The file and then the manifest take their places whole, so that a reader never meets half of either.
    """
    folder = dump_folder()
    folder.mkdir(parents=True, exist_ok=True)
    record_changes(at=at)
    newest = manifest()
    if newest and newest["cursor"] == records.newest() and newest["licence"] == settings.DATA_LICENCE:
        return 0
    name = f"programmes-{at:%Y-%m-%dT%H%M%SZ}.jsonl.gz"
    part = folder / f"{name}.{os.getpid()}.part"
    try:
        with part.open("wb") as file:
            facts = {"name": name, **dump(file, packed=True, at=at)}
            os.fsync(file.fileno())
        part.replace(folder / name)
    finally:
        part.unlink(missing_ok=True)
    told = folder / f"{MANIFEST}.{os.getpid()}.part"
    told.write_text(json.dumps(facts), encoding="utf-8")
    told.replace(folder / MANIFEST)
    _tidy(folder, at)
    return int(facts["count"])


def dump_folder() -> Path:
    """Where the files lie: in the data folder, which the web server has to see too."""
    return Path(settings.VAR) / "dumps"


def manifest() -> dict[str, Any] | None:
    """The facts of the newest dump, None where there is none."""
    try:
        found: dict[str, Any] = json.loads((dump_folder() / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if dump_file(str(found.get("name"))) else None


def dump_file(name: str) -> Path | None:
    """The file of this name, None where there is none: a name leads nowhere but to a dump."""
    if not NAME.fullmatch(name):
        return None
    file = dump_folder() / name
    return file if file.is_file() else None


def _tidy(folder: Path, at: datetime) -> None:
    """Delete older files, and what a run that was killed left behind."""
    for old in sorted(folder.glob("programmes-*.jsonl.gz"))[:-KEPT]:
        old.unlink(missing_ok=True)
    for part in folder.glob("*.part"):
        if part.stat().st_mtime < (at - timedelta(days=1)).timestamp():
            part.unlink(missing_ok=True)
