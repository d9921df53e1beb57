"""Brings the database, the compiled translations, the static files and the index up to this version of the code."""

import json
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from opencairn.catalogue import queries as catalogue
from opencairn.catalogue.actions import refresh as refresh_catalogue

from . import translations
from .progress import telling


def pending_migrations() -> list[str]:
    """Name the migrations that the database has not seen yet."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def unknown_migrations() -> list[str]:
    """Name the migrations that the database has seen but this code does not have: a newer version wrote them."""
    loader = MigrationExecutor(connection).loader
    return [f"{app}.{name}" for app, name in loader.applied_migrations if (app, name) not in loader.disk_migrations]


def stamp_file() -> Path:
    """Where the fingerprint of the last collected static files is kept."""
    return settings.STATIC_ROOT / "collected.json"


def static_fingerprint() -> str:
    """Return a hash over the version and over name, size and time of every static file's source."""
    rows = [version("opencairn")]
    for finder in get_finders():
        for path, storage in finder.list([]):
            source = Path(storage.path(path)).stat()
            rows.append(f"{path} {source.st_size} {source.st_mtime_ns}")
    return sha256("\n".join(sorted(rows)).encode()).hexdigest()


def static_is_collected() -> bool:
    """Whether the collected static files are those of this code."""
    try:
        kept = json.loads(stamp_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(kept.get("fingerprint") == static_fingerprint())


def close_to_others() -> None:
    """Let nobody but the owner read an SQLite database; its log files follow its mode."""
    if connection.vendor == "sqlite" and (file := Path(connection.settings_dict["NAME"])).is_file():
        file.chmod(0o600)


def prepare(*, quiet: bool = False, filing: bool = True) -> None:
    """Do whatever of the preparation is not done yet; nothing where all is. Without ``filing`` leave the index out."""
    if pending_migrations():
        with telling("Preparing the database", quiet=quiet):
            call_command("migrate", verbosity=0, interactive=False)
        close_to_others()
    call_command("createcachetable", verbosity=0)
    translations.compile_catalogues()
    if not static_is_collected():
        with telling("Collecting styles, fonts and pictures", quiet=quiet):
            call_command("collectstatic", verbosity=0, interactive=False, clear=False)
            stamp_file().write_text(json.dumps({"fingerprint": static_fingerprint()}), encoding="utf-8")
    at = timezone.now()
    if filing and not catalogue.is_filed(at.date()):
        with telling("Filing the programmes for the search", quiet=quiet):
            refresh_catalogue(at=at)
