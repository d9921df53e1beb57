"""Packs a folder into one file that only its owner can read, and unpacks it again, every byte checked by its hash."""

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from . import manifest
from .manifest import Manifest, NotABackup

CHUNK = 1024 * 1024
BROKEN = (tarfile.TarError, EOFError, OSError, zlib.error, UnicodeError)


def digest_of(path: Path) -> tuple[str, int]:
    """Return SHA-256 in hex and size of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest(), path.stat().st_size


def members_of(folder: Path) -> dict[str, tuple[str, int]]:
    """Return name, hash and size of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): digest_of(path) for path in files}


def pack(folder: Path, target: Path, facts: Manifest) -> None:
    """Write the file, whole or not at all: it appears under its name when it is complete. Mode 0600."""
    unfinished = target.with_name(f".{target.name}.unfinished-{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar:
                _add(tar, manifest.NAME, facts.as_json())
                for name in facts.members:
                    tar.add(folder / name, arcname=name, recursive=False, filter=_anonymous)
            raw.flush()
            os.fsync(raw.fileno())
        os.link(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = _anonymous(tarfile.TarInfo(name))
    info.size = len(data)
    tar.addfile(info, BytesIO(data))


def read_manifest(source: Path) -> Manifest:
    """Read the first member of a backup. Raises NotABackup where there is none."""
    try:
        with tarfile.open(source, "r:gz") as tar:
            info = tar.next()
            if info is None or info.name != manifest.NAME or info.size > manifest.LARGEST_MANIFEST:
                raise NotABackup(_("This is not a backup made by OpenCairn."))
            return manifest.read(_content(tar, info).read())
    except BROKEN as error:
        raise NotABackup(_("This file cannot be read as a backup: it is damaged or of another kind.")) from error


def _content(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(info) if info.isreg() else None
    if content is None:
        raise NotABackup(_("The backup holds something that is not a plain file (%(name)s).") % {"name": info.name})
    return content


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack into an empty folder and check that it is exactly what the manifest says. Raises NotABackup if not."""
    facts = read_manifest(source)
    seen: set[str] = set()
    try:
        with gzip.open(source) as whole, tarfile.open(fileobj=whole, mode="r:") as tar:
            for info in _after_manifest(tar):
                promised = facts.members.get(info.name)
                if promised is None or info.name in seen:
                    raise NotABackup(
                        _("The backup holds a file that its manifest does not name (%(name)s).") % {"name": info.name}
                    )
                seen.add(info.name)
                _write(_content(tar, info), folder / info.name, promised)
            _to_the_end(whole)
    except BROKEN as error:
        raise NotABackup(_("The backup is damaged: it cannot be read to its end. Use another copy.")) from error
    if missing := sorted(set(facts.members) - seen):
        raise NotABackup(
            _("The backup is incomplete: files that its manifest names are missing."), details=tuple(missing[:10])
        )
    return facts


def _after_manifest(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    tar.next()
    while (info := tar.next()) is not None:
        yield info


def _to_the_end(whole: gzip.GzipFile) -> None:
    """Read what is left, so that the checksum at the very end is compared: it covers the manifest too."""
    for _chunk in range(16):
        if not whole.read(CHUNK):
            return
    raise NotABackup(_("The backup goes on after its end. Do not use it."))


def _write(content: IO[bytes], target: Path, promised: tuple[str, int]) -> None:
    """Write one member, and stop as soon as it is longer than promised."""
    digest, size = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := content.read(CHUNK):
            size += len(chunk)
            if size > promised[1]:
                break
            digest.update(chunk)
            file.write(chunk)
    if (digest.hexdigest(), size) != promised:
        raise NotABackup(
            _("A file in the backup is not the one that was backed up (%(name)s). Use another copy.")
            % {"name": target.name}
        )
