"""The folder of imported contexts: one file for each address, and a pin beside it where no lock ships one.

A file is written whole or not at all. Nothing here judges what a file says: ``contexts`` does, at every reading.
"""

import hashlib
import json
import os
import re
import secrets
from pathlib import Path
from typing import Any

from .strict_json import LARGEST

_LONGEST_NAME = 80


def name(url: str) -> str:
    """Return the file's name for an address: readable, and a different one for each address."""
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", url.partition("://")[2]).strip("-.")[:_LONGEST_NAME]
    return f"{readable}-{hashlib.sha256(url.encode()).hexdigest()[:12]}"


def is_there(folder: Path | None, url: str) -> bool:
    """Whether a copy lies in the folder."""
    return folder is not None and (folder / f"{name(url)}.json").is_file()


def read(folder: Path | None, url: str) -> bytes | None:
    """Return the bytes of the copy, or None where there is none; one byte too many tells that it is too large."""
    return _bytes(folder / f"{name(url)}.json") if folder is not None else None


def pin(folder: Path | None, url: str) -> dict[str, Any] | None:
    """Return what the operator pinned for an address, or None."""
    return _pin(folder / f"{name(url)}.pin") if folder is not None else None


def changed_at(folder: Path | None) -> int:
    """Return when a file of the folder came or went, in nanoseconds; 0 where there is no folder."""
    try:
        return folder.stat().st_mtime_ns if folder is not None else 0
    except OSError:
        return 0


def addresses(folder: Path | None) -> list[str]:
    """Return the addresses the operator pinned."""
    if folder is None or not folder.is_dir():
        return []
    return [found["url"] for file in sorted(folder.glob("*.pin")) if (found := _pin(file)) is not None]


def keep(folder: Path | None, url: str, data: bytes, pinned: dict[str, Any] | None) -> None:
    """Write the copy, and the pin where one is given. Raises OSError where the folder cannot be written."""
    if folder is None:
        raise OSError("there is no folder for imported contexts")
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"{name(url)}.json", data)
    if pinned is not None:
        _write(folder / f"{name(url)}.pin", json.dumps({"url": url, **pinned}, indent=2).encode())


def _bytes(path: Path) -> bytes | None:
    try:
        with path.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError:
        return None


def _pin(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(_bytes(path) or b"null")
    except (ValueError, RecursionError):
        return None
    wanted = {"url": str, "sha256": str, "sha256_jcs": str}
    return found if isinstance(found, dict) and all(isinstance(found.get(k), t) for k, t in wanted.items()) else None


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
