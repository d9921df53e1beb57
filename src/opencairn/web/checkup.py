"""What ``opencairn doctor`` looks at: one function for each thing, each answering ok, or attention and what to do."""

import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pysqlite3
from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.models import Max

from opencairn.credentials.actions import open_key
from opencairn.credentials.models import Credential, IssuerKey
from opencairn.engine import merkle
from opencairn.engine.canonical import contexts
from opencairn.engine.objections import Unsupported
from opencairn.jobs.models import Job
from opencairn.kit.errors import Refused
from opencairn.people.models import Person
from opencairn.programmes.models import Delivery
from opencairn.skills.suggesting import embedding
from opencairn.skills.suggesting.safetensors import BadModel
from opencairn.transparency import keys as wrapping
from opencairn.transparency import queries as log
from opencairn.transparency.models import Entry, TreeHead
from opencairn.wallet.carriers import type as letters

from . import readiness, translations

MENDED_SQLITE = (3, 51, 3)  # the first release without the WAL-reset fault
LITTLE_SPACE = 1_000_000_000  # bytes
WAITED_LONG = timedelta(hours=1)
LATE_HEAD = timedelta(hours=25)
NEWEST = 1000  # entries of the log that are hashed again


@dataclass(frozen=True)
class Answer:
    """What one check found. ``todo`` says what to do where it is not ok."""

    ok: bool
    words: str
    todo: str = ""
    more: tuple[str, ...] = ()  # worth knowing, nothing to mend


def database(at: datetime) -> Answer:
    """Whether the database answers and is of a kind that keeps what it is given."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if connection.vendor != "sqlite":
        return Answer(True, f"PostgreSQL answers ({connection.settings_dict['NAME']})")
    words = f"SQLite {pysqlite3.sqlite_version} at {connection.settings_dict['NAME']}"
    if pysqlite3.sqlite_version_info < MENDED_SQLITE:
        return Answer(False, words, "This SQLite can damage its log. Install the requirements again: make run ONCE=1")
    return Answer(True, words)


def migrations(at: datetime) -> Answer:
    """Whether the tables are those of this version of the code."""
    if newer := readiness.unknown_migrations():
        return Answer(
            False, f"{len(newer)} changes of a newer version", "Update OpenCairn to the version that made them."
        )
    if pending := readiness.pending_migrations():
        return Answer(False, f"{len(pending)} changes of the tables are still to be made", "Run: opencairn prepare")
    return Answer(True, "the tables are up to date")


def operator(at: datetime) -> Answer:
    """Whether somebody can run this site."""
    count = Person.objects.filter(is_operator=True, is_active=True).count()
    if not count:
        return Answer(False, "nobody runs this site", "Run: opencairn create-admin")
    return Answer(True, f"{count} can register and verify organisations")


def keys(at: datetime) -> Answer:
    """Whether every signing key opens, and nobody else on this machine can read what opens them."""
    shut = []
    for key in IssuerKey.objects.select_related("organisation"):
        try:
            open_key(key)
        except Refused:
            shut.append(key.organisation.name)
    for log_key in log.log_keys().filter(retired_at=None):
        try:
            wrapping.unwrap(bytes(log_key.wrapped), did=log_key.did)
        except Refused:
            shut.append("the transparency log")
    if shut:
        return Answer(
            False,
            f"{len(shut)} signing keys do not open ({', '.join(sorted(set(shut))[:3])})",
            "Put back the wrapping key that was in use when they were made: it is in every backup.",
        )
    folder = settings.VAR / "keys"
    loose = [file.name for file in folder.glob("*") if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if loose:
        return Answer(False, f"others can read {', '.join(loose)}", f"Run: chmod 600 {folder}/*")
    return Answer(True, f"{IssuerKey.objects.count()} signing keys open")


def transparency_log(at: datetime) -> Answer:
    """Whether the log is still what was signed, by its newest entries and the tree before them, and signed of late."""
    head, size = log.latest_head(), log.size()
    if head is None:
        return Answer(not size, f"{size} entries, and none was signed", "Start a worker: opencairn work")
    if not _is_as_signed(head):
        todo = "Restore a backup, and tell those who watch the log: opencairn log verify shows them the same."
        return Answer(False, "the log is not what was signed", todo)
    if head.at + LATE_HEAD < at:
        return Answer(False, f"the log was last signed on {head.at:%Y-%m-%d %H:%M}", "Start a worker: opencairn work")
    return Answer(True, f"{size} entries; signed on {head.at:%Y-%m-%d %H:%M}, as they are stored")


def _is_as_signed(head: TreeHead) -> bool:
    start = max(0, head.size - NEWEST)
    places = merkle.edge(start)
    stored = log.read(places)
    if len(stored) < len(places):
        return False
    newest = Entry.objects.between(start, head.size - 1).values_list("text", flat=True)
    leaves = [merkle.leaf_hash(text.encode()) for text in newest]
    _made, edge = merkle.grown(start, [stored[place] for place in places], leaves)
    return merkle.folded(edge) == bytes(head.root)


def known_contexts(at: datetime) -> Answer:
    """Whether each JSON-LD context is the one that was pinned by hash."""
    changed, there = [], contexts.at_hand()
    for url in there:
        try:
            contexts.document(url)
        except (Unsupported, OSError):
            changed.append(url)
    if changed:
        todo = "Install the requirements again, or import once more what was imported: opencairn contexts list"
        return Answer(False, f"not as pinned: {', '.join(changed)}", todo)
    missing = contexts.missing()
    words = f"{len(there)} contexts match their hashes; {len(missing)} well-known ones are not imported"
    return Answer(True, words, more=missing)


def fonts(at: datetime) -> Answer:
    """Whether certificates can be set."""
    try:
        letters.ready()
    except (OSError, ModuleNotFoundError) as error:
        return Answer(False, f"the fonts of the certificate are missing: {error}", "Install the requirements again.")
    return Answer(True, "the fonts of the certificate are there")


def static_files(at: datetime) -> Answer:
    """Whether styles and pictures are those of this version."""
    if not readiness.static_is_collected():
        return Answer(False, "styles and pictures are not those of this version", "Run: opencairn prepare")
    return Answer(True, "styles and pictures are collected")


def languages(at: datetime) -> Answer:
    """Whether the texts of each language are compiled."""
    stale = [
        language
        for language in translations.languages()
        if (source := translations.po_file(language)).exists() and not source.with_suffix(".mo").exists()
    ]
    if stale:
        return Answer(False, f"not compiled: {', '.join(stale)}", "Run: opencairn prepare")
    return Answer(True, "the languages are compiled")


def mail(at: datetime) -> Answer:
    """Whether mail can leave; on a machine of one's own it goes to files."""
    local = _is_local()
    if "filebased" in settings.EMAIL_BACKEND:
        words = f"mail is written to files in {settings.EMAIL_FILE_PATH}"
        return Answer(local, words, "" if local else "Set OPENCAIRN_SMTP_URL, or nobody can confirm an e-mail address.")
    try:
        door = get_connection(timeout=5)
        door.open()
        door.close()
    except OSError as error:
        return Answer(False, f"the mail server does not answer: {error}", "Check OPENCAIRN_SMTP_URL.")
    return Answer(True, f"the mail server {settings.EMAIL_HOST} answers")


def address(at: datetime) -> Answer:
    """Whether the site's own address is one that credentials can carry for years."""
    if _is_local():
        return Answer(True, f"{settings.BASE_URL}: only this machine reaches it")
    if urlsplit(settings.BASE_URL).scheme != "https":
        return Answer(False, f"{settings.BASE_URL} is not encrypted", "Set OPENCAIRN_BASE_URL to an https address.")
    return Answer(True, settings.BASE_URL)


def push(at: datetime) -> Answer:
    """Whether the higher register takes what is handed on to it."""
    if not settings.PUSH_URL:
        return Answer(True, "no register is set that hears of changes")
    delivery = Delivery.objects.filter(target=settings.PUSH_URL).first()
    words = f"{settings.PUSH_FORMAT} to {settings.PUSH_URL}"
    if delivery is None or not (delivery.failures or delivery.acknowledged_at):
        return Answer(True, f"{words}: nothing was handed on yet")
    if delivery.failures:
        todo = f"It is tried again. Ask the register, and look at {settings.BASE_URL}/harvest/handed-on/"
        return Answer(False, f"{words} failed {delivery.failures} times in a row: {delivery.error}", todo)
    return Answer(True, f"{words}: acknowledged on {delivery.acknowledged_at:%Y-%m-%d %H:%M}")


def model(at: datetime) -> Answer:
    """Whether the operator's model for suggesting skills can be used."""
    if not settings.SKILL_MODEL:
        return Answer(True, "skills are suggested by wording alone")
    try:
        embedding.load(Path(settings.SKILL_MODEL))
    except (OSError, BadModel) as error:
        return Answer(False, f"{settings.SKILL_MODEL} cannot be used: {error}", "Check OPENCAIRN_SKILL_MODEL.")
    return Answer(True, f"skills are suggested with the model in {settings.SKILL_MODEL}")


def conformance(at: datetime) -> Answer:
    """Whether strangers may have things signed that say nothing about anybody: for trying the engine, at home."""
    if not settings.CONFORMANCE:
        return Answer(True, "the conformance door is shut")
    words = "the conformance door is open: it signs for everybody who asks"
    return Answer(_is_local(), words, "" if _is_local() else "Unset OPENCAIRN_CONFORMANCE, and start the site again.")


def _is_local() -> bool:
    return urlsplit(settings.BASE_URL).hostname in {"localhost", "127.0.0.1"}


def work(at: datetime) -> Answer:
    """Whether the background work gets done."""
    if failed := list(Job.objects.failed()[:100]):
        kinds = ", ".join(sorted({job.kind for job in failed}))
        return Answer(
            False, f"{len(failed)} pieces of work were given up ({kinds})", f"Read why: {_last_line(failed[0])}"
        )
    oldest = Job.objects.due(at).order_by("due_at").first()
    if oldest is not None and oldest.due_at < at - WAITED_LONG:
        return Answer(False, f"work has waited since {oldest.due_at:%Y-%m-%d %H:%M}", "Start a worker: opencairn work")
    return Answer(True, "no work is overdue")


def _last_line(job: Job) -> str:
    return (job.error.strip().splitlines() or ["no reason was kept"])[-1][:200]


def disk(at: datetime) -> Answer:
    """Whether there is room."""
    free = shutil.disk_usage(settings.VAR if settings.VAR.exists() else Path.cwd()).free
    words = f"{free / 1e9:.1f} GB free at {settings.VAR}"
    return Answer(
        free > LITTLE_SPACE, words, "" if free > LITTLE_SPACE else "Make room, or set OPENCAIRN_VAR elsewhere."
    )


def clock(at: datetime) -> Answer:
    """Whether the clock of this machine can be right: it is not before what was signed last."""
    last = Credential.objects.aggregate(last=Max("issued_at"))["last"]
    if last is not None and last > at + timedelta(minutes=1):
        return Answer(False, f"the clock says {at:%Y-%m-%d %H:%M}, but something was signed later", "Set the clock.")
    return Answer(True, f"{at:%Y-%m-%d %H:%M} UTC")


CHECKS: tuple[tuple[str, Callable[[datetime], Answer]], ...] = (
    ("database", database),
    ("tables", migrations),
    ("operator", operator),
    ("keys", keys),
    ("log", transparency_log),
    ("contexts", known_contexts),
    ("fonts", fonts),
    ("static files", static_files),
    ("languages", languages),
    ("mail", mail),
    ("address", address),
    ("push", push),
    ("model", model),
    ("conformance", conformance),
    ("work", work),
    ("disk", disk),
    ("clock", clock),
)


def examine(at: datetime) -> list[tuple[str, Answer]]:
    """Make every check; one that cannot be made for want of tables says so."""
    found = []
    for name, check in CHECKS:
        try:
            found.append((name, check(at)))
        except DatabaseError as error:
            words = f"could not be looked at: {str(error).strip().splitlines()[0]}"
            found.append((name, Answer(False, words, "See to the database and the tables first: opencairn prepare")))
    return found
