"""Dumps and loads the database: SQLite by its own online backup, PostgreSQL by COPY in one snapshot.

SQLite's copy is taken while the site runs. PostgreSQL's is one file per table, read in one repeatable-read
transaction and loaded in one transaction; it holds no roles and no schema, which the migrations make.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pysqlite3
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused

SQLITE_FILE = "opencairn.sqlite3"
LEFT_OUT = {"django_migrations", "cache"}
CHUNK = 1024 * 1024


class DatabaseBusy(Refused):
    """Something else has the database open."""


def dump(folder: Path) -> None:
    """Write the database, as it is at this moment, into a folder."""
    folder.mkdir(parents=True)
    if connection.vendor == "sqlite":
        source = pysqlite3.connect(str(connection.settings_dict["NAME"]))
        target = pysqlite3.connect(str(folder / SQLITE_FILE))
        try:
            source.backup(target, pages=4096)
            target.execute("PRAGMA journal_mode=DELETE")
        finally:
            target.close()
            source.close()
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in tables():
            columns = _columns(table)
            with (
                (folder / f"{table}.copy").open("wb") as file,
                _driver(cursor).copy(f"COPY {_quoted(table)} ({columns}) TO STDOUT") as copy,
            ):
                file.write(columns.encode() + b"\n")
                for chunk in copy:
                    file.write(chunk)


def tables() -> list[str]:
    """Name every table but those that migrations and the cache keep for themselves."""
    return sorted(set(connection.introspection.table_names()) - LEFT_OUT)


def _driver(cursor: Any) -> Any:
    """Return psycopg's own cursor, which knows COPY."""
    return cursor.cursor


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _columns(table: str) -> str:
    with connection.cursor() as cursor:
        rows = connection.introspection.get_table_description(cursor, table)
    return ", ".join(_quoted(row.name) for row in rows)


def is_empty() -> bool:
    """Whether nobody and nothing stands in the database yet."""
    known = set(connection.introspection.table_names())
    if "people_person" not in known:
        return True
    people, organisations = apps.get_model("people.Person"), apps.get_model("people.Organisation")
    return not people._default_manager.exists() and not organisations._default_manager.exists()  # noqa: SLF001


def check_sqlite(file: Path) -> None:
    """Raise Refused unless the file is a sound SQLite database."""
    database = pysqlite3.connect(str(file))
    try:
        answer = database.execute("PRAGMA integrity_check").fetchone()[0]
    except pysqlite3.DatabaseError as error:
        answer = str(error)
    finally:
        database.close()
    if answer != "ok":
        raise Refused(_("The database in the backup is damaged: %(what)s") % {"what": answer})


def rows_of_sqlite(file: Path, table: str, columns: Sequence[str]) -> list[Any]:
    """Return these columns of every row of a table of an SQLite file; none where it has no such table."""
    database = pysqlite3.connect(str(file))
    try:
        return list(database.execute(f"SELECT {', '.join(columns)} FROM {table}"))  # noqa: S608 - names of our own
    except pysqlite3.OperationalError:
        return []
    finally:
        database.close()


def release_sqlite(file: Path) -> None:
    """Fold the write-ahead log into the database file, so that it can be moved. Raises DatabaseBusy if it is in use."""
    connections.close_all()
    if not file.exists():
        return
    database = pysqlite3.connect(str(file), timeout=2)
    try:
        mode = database.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except pysqlite3.OperationalError as error:
        raise DatabaseBusy(_("The database is in use. Stop the site and its workers, then restore again.")) from error
    finally:
        database.close()
    if mode != "delete":
        raise DatabaseBusy(_("The database is in use. Stop the site and its workers, then restore again."))
    for ending in ("-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)


def load_postgresql(folder: Path, *, then: Callable[[], None]) -> None:
    """Replace the content of every table, and do ``then`` before committing: all of it happens, or nothing does."""
    with transaction.atomic(), connection.cursor() as cursor:
        names = tables()
        cursor.execute("TRUNCATE " + ", ".join(_quoted(name) for name in names))
        for table in names:
            file = folder / f"{table}.copy"
            if not file.exists():
                continue
            with file.open("rb") as data:
                columns = data.readline().decode().strip()
                if columns != _columns(table):
                    raise Refused(
                        _("The table %(name)s of the backup has other columns than this site's.") % {"name": table}
                    )
                with _driver(cursor).copy(f"COPY {_quoted(table)} ({columns}) FROM STDIN") as copy:
                    while chunk := data.read(CHUNK):
                        copy.write(chunk)
        models = apps.get_models(include_auto_created=True)
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
        then()


def place_of_sqlite() -> Path:
    """Where this site's SQLite database is."""
    return Path(os.fspath(connection.settings_dict["NAME"]))
