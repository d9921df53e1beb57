"""Backs a site up into one file and restores it from one."""

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from opencairn.credentials.models import IssuerKey
from opencairn.kit.dates import iso
from opencairn.kit.errors import Refused
from opencairn.transparency import keys
from opencairn.transparency.models import LogKey

from . import archive, databases
from .manifest import Manifest

WRAPPING_KEY = "keys/wrapping-key"
KEYS_TABLES = ("credentials_issuerkey", "transparency_logkey")


class CannotBackUp(Refused):
    """The backup cannot be written there."""


class CannotRestore(Refused):
    """The backup does not fit this site as it is."""


def _applied() -> tuple[str, ...]:
    return tuple(sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations))


@contextmanager
def _staging(beside: Path) -> Iterator[Path]:
    """A folder that only its owner can enter, gone afterwards."""
    folder = beside / f".opencairn-{secrets.token_hex(6)}"
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unopened(rows: Iterable[tuple[str, bytes]], wrapping_key: str) -> tuple[str, ...]:
    """Return the dids of the stored signing keys that a wrapping key does not open."""
    closed = []
    for did, wrapped in rows:
        try:
            keys.unwrap(bytes(wrapped), did=did, wrapping_key=wrapping_key)
        except keys.WrongWrappingKey:
            closed.append(did)
    return tuple(closed)


def _stored_keys() -> list[tuple[str, bytes]]:
    return [
        (did, bytes(wrapped))
        for model in (IssuerKey, LogKey)
        for did, wrapped in model._default_manager.values_list("did", "wrapped")  # noqa: SLF001 - of either table
    ]


def back_up(target: Path, *, at: datetime) -> Manifest:
    """Write the whole site into one new file, readable by its owner alone, and read it again to be sure."""
    target = target.absolute()
    if target.exists():
        raise CannotBackUp(_("%(file)s is there already. Give the backup a new name.") % {"file": target})
    if not target.parent.is_dir():
        raise CannotBackUp(_("There is no folder %(folder)s. Make it first.") % {"folder": target.parent})
    if closed := _unopened(_stored_keys(), settings.WRAPPING_KEY):
        raise CannotBackUp(
            _(
                "The wrapping key of this site does not open these signing keys, so the backup could not either. Put"
                " back the wrapping key that was in use when they were made."
            ),
            details=closed,
        )
    try:
        with _staging(target.parent) as folder:
            databases.dump(folder / "database")
            if settings.MEDIA_ROOT.is_dir():
                shutil.copytree(settings.MEDIA_ROOT, folder / "files", symlinks=True)
            key = folder / WRAPPING_KEY
            key.parent.mkdir()
            key.write_text(settings.WRAPPING_KEY, encoding="utf-8")
            manifest = Manifest(
                version=version("opencairn"),
                made_at=iso(at),
                base_url=settings.BASE_URL,
                database=connection.vendor,
                migrations=_applied(),
                members=archive.members_of(folder),
            )
            archive.pack(folder, target, manifest)
        with _staging(target.parent) as folder:
            archive.unpack(target, folder)
    except PermissionError as error:
        raise CannotBackUp(_("This account may not write to %(folder)s.") % {"folder": target.parent}) from error
    return manifest


def _check_fit(facts: Manifest, *, force: bool) -> None:
    """Raise CannotRestore unless the backup fits this code, this database and this site's state."""
    if facts.database != connection.vendor:
        raise CannotRestore(
            _("The backup is of a %(theirs)s database, but this site runs on %(ours)s. Set DATABASE_URL to match.")
            % {"theirs": facts.database, "ours": connection.vendor}
        )
    ours = {f"{app}.{name}" for app, name in MigrationLoader(connection).disk_migrations}
    if newer := sorted(set(facts.migrations) - ours):
        raise CannotRestore(
            _("A newer version of OpenCairn (%(version)s) made this backup. Update, then restore it.")
            % {"version": facts.version},
            details=tuple(newer[:10]),
        )
    if facts.database == "postgresql" and set(facts.migrations) != set(_applied()):
        raise CannotRestore(
            _("The tables here are not those of the backup. Run opencairn prepare of version %(version)s first.")
            % {"version": facts.version}
        )
    has_files = settings.MEDIA_ROOT.is_dir() and any(settings.MEDIA_ROOT.iterdir())
    if not force and (has_files or not databases.is_empty()):
        raise CannotRestore(
            _("This site is not empty. Back it up first; then --force replaces everything in it with the backup.")
        )


def _check_key(folder: Path) -> None:
    """Raise CannotRestore where the environment dictates another wrapping key than the one that the backup needs."""
    key = (folder / WRAPPING_KEY).read_text(encoding="utf-8").strip()
    dictated = os.environ.get("OPENCAIRN_WRAPPING_KEY") or os.environ.get("OPENCAIRN_WRAPPING_KEY_FILE")
    if dictated and sha256(key.encode()).digest() != sha256(settings.WRAPPING_KEY.encode()).digest():
        raise CannotRestore(
            _(
                "OPENCAIRN_WRAPPING_KEY is set, and it is not the key that unwraps the keys in this backup. Take it out"
                " of the environment, or set it to the content of keys/wrapping-key in the backup."
            )
        )


def _check_opens(rows: Iterable[tuple[str, bytes]], folder: Path) -> None:
    """Raise CannotRestore where the wrapping key in the backup does not open the signing keys in it."""
    if closed := _unopened(rows, (folder / WRAPPING_KEY).read_text(encoding="utf-8").strip()):
        raise CannotRestore(
            _("The wrapping key in the backup does not open these signing keys in it. Nothing was changed."),
            details=closed,
        )


def restore(source: Path, *, force: bool, at: datetime) -> tuple[Manifest, Path | None]:
    """Replace this site by a backup, and return its facts and the folder that keeps what was there before.

    Everything is checked before anything is touched. Files are moved, not copied, into place; where a move fails,
    the ones before it are taken back.
    """
    _check_fit(archive.read_manifest(source), force=force)
    var = settings.VAR
    var.mkdir(parents=True, exist_ok=True)
    with _staging(var) as folder:
        facts = archive.unpack(source, folder)
        _check_key(folder)
        kept = var / f"before-restore-{at:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        # The index of the search is in no backup: what stands there tells of the rows before, so it goes with them.
        moves = [
            (folder / "index", settings.INDEX_ROOT),
            (folder / "files", settings.MEDIA_ROOT),
            (folder / WRAPPING_KEY, var / WRAPPING_KEY),
        ]
        if facts.database == "sqlite":
            staged = folder / "database" / databases.SQLITE_FILE
            databases.check_sqlite(staged)
            rows = [databases.rows_of_sqlite(staged, table, ("did", "wrapped")) for table in KEYS_TABLES]
            _check_opens(chain.from_iterable(rows), folder)
            databases.release_sqlite(databases.place_of_sqlite())
            _swap([*moves, (staged, databases.place_of_sqlite())], kept)
        else:

            def opened_and_moved() -> None:
                _check_opens(_stored_keys(), folder)
                _swap(moves, kept)

            databases.load_postgresql(folder / "database", then=opened_and_moved)
    connections.close_all()
    if not force:
        shutil.rmtree(kept, ignore_errors=True)
    return facts, kept if kept.exists() else None


def _swap(moves: list[tuple[Path, Path]], kept: Path) -> None:
    """Move each new thing into the place of the old, the old into ``kept``; undo all where one fails."""
    kept.mkdir(mode=0o700)
    done: list[tuple[Path, Path]] = []
    try:
        for new, place in moves:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if place.exists():
                place.rename(kept / place.name)
                done.append((kept / place.name, place))
            if new.exists():
                new.rename(place)
                done.append((place, new))
    except OSError:
        for now, before in reversed(done):
            now.rename(before)
        kept.rmdir()
        raise
