"""A person's own data, across all rooms: everything held about them as one file, and its erasure.

Each room answers for its own tables with ``queries.export_person`` and ``actions.erase_person``. See
docs/reference/personal-data.md.
"""

import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from opencairn.catalogue import actions as catalogue
from opencairn.catalogue import queries as catalogue_queries
from opencairn.credentials import actions as credentials
from opencairn.credentials import queries as credential_queries
from opencairn.kit.errors import Refused
from opencairn.learning import actions as learning
from opencairn.learning import queries as learning_queries
from opencairn.people import actions as people
from opencairn.people import queries as people_queries
from opencairn.people.models import Person
from opencairn.programmes import actions as programmes
from opencairn.programmes import queries as programme_queries
from opencairn.quality import actions as quality
from opencairn.quality import queries as quality_queries
from opencairn.skills import actions as skills
from opencairn.skills import queries as skill_queries
from opencairn.wallet import actions as wallet
from opencairn.wallet import queries as wallet_queries

# In the order of the path; erasing goes backwards, so that no row is pulled from under a later room.
EXPORTS: tuple[tuple[str, Callable[[Person], dict[str, Any]]], ...] = (
    ("people", people_queries.export_person),
    ("skills", skill_queries.export_person),
    ("programmes", programme_queries.export_person),
    ("quality", quality_queries.export_person),
    ("catalogue", catalogue_queries.export_person),
    ("learning", learning_queries.export_person),
    ("credentials", credential_queries.export_person),
    ("wallet", wallet_queries.export_person),
)
ERASURES = (
    wallet.erase_person,
    credentials.erase_person,
    learning.erase_person,
    catalogue.erase_person,
    quality.erase_person,
    programmes.erase_person,
    skills.erase_person,
    people.erase_person,
)
# These rooms keep nothing about people: a job names rows only, and the log holds public decisions and salted hashes.
WITHOUT_PERSONAL_DATA = ("transparency", "jobs")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # one date for every file in the archive: the same data gives the same bytes


def everything_about(person: Person) -> dict[str, Any]:
    """Return what each room holds about a person, by room, in the order of the path."""
    return {room: export(person) for room, export in EXPORTS}


def export_person(person: Person) -> bytes:
    """Return a zip archive: person.json with everything, each credential as its own signed file, and a README."""
    held = everything_about(person)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        with translation.override(person.language or translation.get_language() or "en"):
            _put(archive, "README.txt", _readme())
        _put(archive, "person.json", json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        for credential in held["credentials"]["credentials"]:
            name = credential["id"].rsplit(":", 1)[-1]
            _put(archive, f"credentials/{name}.json", credential["document"])
    return buffer.getvalue()


def _put(archive: zipfile.ZipFile, name: str, words: str) -> None:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, words.encode())


def _readme() -> str:
    lines = (
        _("Everything this site holds about you."),
        "",
        _("person.json: your account, roles, courses, results, awards, credentials and links, in one file."),
        _("credentials: each of your micro-credentials exactly as it was signed. Keep these files."),
        _("Anyone can check a credential file: with this site, with the opencairn command, or with other software."),
    )
    return "\n".join(lines) + "\n"


class LastManager(Refused):
    """Erasing would leave an organisation without a manager."""


def erase_person(person: Person, *, at: datetime) -> None:
    """Erase a person from every table, all or nothing, and end their sessions.

    The bits of status lists stay as they are, without a name, so that credential files given away can still be
    checked. What the person decided for an organisation stays with it, without their name.
    """
    if left_alone := people_queries.only_manager_of(person):
        raise LastManager(
            _("You are the last manager of an organisation. Make someone else a manager there first, then erase."),
            details=tuple(organisation.name for organisation in left_alone),
        )
    who, emails = str(person.pk), people_queries.export_person(person)["emails"]
    with transaction.atomic():
        for erase in ERASURES:
            erase(person, at=at)
        _end_sessions(who)
        _forget_in_cache([who, person.email, *(each["email"] for each in emails)])
        transaction.on_commit(_empty_the_log)


def _empty_the_log() -> None:
    """Leave nothing of what was erased in the file beside the embedded database that holds the last changes."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _end_sessions(who: str) -> None:
    """Delete the sessions of a person. They are sealed, so each has to be opened to see whose it is."""
    sessions = Session.objects.iterator(chunk_size=500)
    theirs = [one.pk for one in sessions if one.get_decoded().get("_auth_user_id") == who]
    for start in range(0, len(theirs), 500):
        Session.objects.filter(pk__in=theirs[start : start + 500]).delete()


def _forget_in_cache(names: list[str]) -> None:
    """Delete counters of the rate limits that carry the person's identifier or e-mail in their name."""
    table = getattr(cache, "_table", "")
    if not table:
        return
    with connection.cursor() as cursor:
        for name in names:
            pattern = f"%{name.replace('%', '').replace('_', '!_')}%"
            cursor.execute(
                f"DELETE FROM {connection.ops.quote_name(table)} WHERE cache_key LIKE %s ESCAPE '!'",  # noqa: S608
                [pattern],
            )
