"""The embedded engine: an index of bitmaps in the data folder, exact at every size and made for a million programmes.

It is a projection of the database that can be deleted at any time. Only committed rows are filed; one process writes
while all others read; what a killed writer had not finished is filed by the next one.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection, transaction
from pyroaring import BitMap

from opencairn.catalogue.backends.asking import guessed, spelled_out
from opencairn.catalogue.backends.protocol import Criteria, Found, Suggestion
from opencairn.catalogue.filters import BY_NAME, QUALITY
from opencairn.catalogue.filters import counted as to_count
from opencairn.catalogue.filters.skill import standing
from opencairn.kit.dates import midnight
from opencairn.kit.text import plain
from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme
from opencairn.quality.models import Change, Decision, Sanction

from . import orders, searching, snapshot, store, writer
from .turns import Turns

LATECOMERS = timedelta(minutes=2)  # how long after its own date a change may still be committed
MOST_LATECOMERS = 5000  # counted for each page: after more in two minutes, one that is late waits for the full refresh
HINTED = ("skill", "title", "provider")
Answer = TypeVar("Answer")
TRIES = 5  # a newer index may be put in use while an older one is being opened
MOST_WHOLE = 2000  # programmes of which a page that finds no index files all, in about a second
MOST_LATE = 20_000  # programmes filed one by one before the index is made anew


class Changes(NamedTuple):
    """What tells that the database changed: two look-ups in an index, a count and a list of few rows."""

    latest: datetime | None
    lately: int
    closed_providers: int
    standing: int


class BitmapBackend:
    """The engine with its own folder."""

    def __init__(self, folder: Path) -> None:
        self._lock, self._turns = threading.Lock(), Turns()
        self.turn_to(folder)

    def turn_to(self, folder: Path) -> None:
        """Use the index in a folder from now on, and forget what was read of another."""
        self.folder = folder
        self._known: snapshot.Snapshot | None = None
        self._accredited = Accredited((), frozenset(), None, 0, BitMap())

    def is_current(self, day: date) -> bool:
        """Whether nothing changed lately: small questions.

        A back-dated change, and a provider or awarding body that moved, wait for the next full refresh.
        """
        with suppress(store.Vanished), store.reading(self.folder):
            now = self._snapshot()
            return now is not None and not _lapsed(now, day) and settled(store.connect(now.path)) == changes()
        return False

    def refresh(self, *, at: datetime, most: int | None = None) -> int:
        """File what is out of step, the latest changes first; all of it where ``most`` is not given."""
        if _has_open_ends():
            transaction.on_commit(partial(self.refresh, at=at, most=most))
            return 0
        with store.writing(self.folder) as mine:
            return self._surely(partial(self._refresh, at, most)) if mine else 0

    def rebuild(self, *, at: datetime) -> int:
        """Make the index anew beside the old one; readers change over when it is ready."""
        if _has_open_ends():
            transaction.on_commit(partial(self.rebuild, at=at))
            return 0
        with store.writing(self.folder) as mine:
            return self._rebuild(at) if mine else 0

    def search(self, criteria: Criteria, *, day: date, first: int, last: int) -> Found:
        """Find, order and count on one snapshot; threads take turns, which serves all of them sooner."""
        with self._turns:
            return self._surely(partial(self._search, criteria, day, first, last))

    def suggest(self, beginning: str, *, most: int) -> list[Suggestion]:
        """Suggest from what is filed: a title while a programme has it, providers and skills until a rebuild."""
        key = " ".join(plain(beginning).split())
        return self._surely(partial(self._suggest, key, most)) if key else []

    def _suggest(self, key: str, most: int) -> list[Suggestion]:
        now = self._snapshot()
        if now is None:
            return []
        opened = store.connect(now.path)
        return [Suggestion(kind, words) for kind in HINTED for words in store.hinted(opened, kind, key, most)]

    def _surely(self, ask: Callable[[], Answer]) -> Answer:
        """Ask the index, and once more where a newer one took its place meanwhile or it was damaged and given up."""
        with suppress(store.Vanished), store.reading(self.folder):
            return ask()
        return ask()

    def _search(self, criteria: Criteria, day: date, first: int, last: int) -> Found:
        now = self._snapshot()
        if now is None:
            return Found([], 0, {})
        opened = store.connect(now.path)
        asked = spelled_out(criteria.q, searching.Words(opened))
        words = [searching.levels(opened, one) for one in asked]
        chosen = {name: codes for name, codes in criteria.chosen.items() if name in BY_NAME and codes}
        accredited = self._in_force(now, day)
        matched = searching.matching(now, words)
        is_relaxed = len(words) > 1 and not matched
        if is_relaxed:
            matched = searching.relaxed(now, words)
        found = searching.narrowed(now, matched, chosen, accredited)
        if criteria.sort != "best":
            page = now.first(criteria.sort, found, first, last)
        elif words:
            page = searching.best_first(now, words, found, first, last, every=not is_relaxed)
        else:
            page = now.first("browsing", found, first, last)
        if words or chosen:
            counted = searching.counts(now, matched, found, chosen, accredited)
        else:  # the first page of everybody: counted once for each revision
            key = (id(accredited), *(tuple(codes or ()) for name in BY_NAME if (codes := to_count(name, ()))))
            if key not in now.kept:
                now.kept[key] = (accredited, searching.counts(now, matched, found, chosen, accredited))
            counted = now.kept[key][1]
        return Found(_programmes(opened, page), len(found), counted, is_relaxed and bool(matched), guessed(asked))

    def _snapshot(self) -> snapshot.Snapshot | None:
        """Return the index as it stands, reading only what is new; None where there is none of today's format."""
        with self._lock:
            for _ in range(TRIES):
                try:
                    self._known = self._newest(self._known)
                except store.Vanished:
                    continue
                return self._known
            self._known = None  # a note without its file: as good as no index
            return None

    def _newest(self, known: snapshot.Snapshot | None) -> snapshot.Snapshot | None:
        path = store.current(self.folder)
        if path is None:
            return None
        opened = store.connect(path)
        if known is not None and known.path == path:
            return snapshot.follow(known, opened)
        return snapshot.load(path) if store.meta(opened, "format") == store.FORMAT else None

    def _rebuild(self, at: datetime) -> int:
        before = changes()
        many = writer.make(self.folder, at)
        if (now := self._snapshot()) is not None:
            settle(store.connect(now.path), before)
        return many

    def _refresh(self, at: datetime, most: int | None) -> int:
        now = self._snapshot()
        if now is None and (most is None or Programme.objects.public()[: MOST_WHOLE + 1].count() <= MOST_WHOLE):
            return self._rebuild(at)
        if now is not None and _stood(now) != standing() and (most is None or len(now.alive) <= most):
            return self._rebuild(at)
        if now is None:
            writer.make(self.folder, at, [])
            now = self._snapshot()
        if now is None:
            return 0
        before, opened = changes(), store.connect(now.path)
        moved = _moved(opened) if most is None else {}
        due = self._due(opened, at.date(), before, in_full=most is None)
        due = list(dict.fromkeys([*due, *_naming(list(moved))]))
        if most is None and len(now.late) + len(due) > max(MOST_LATE, now.base.size // 10):
            return self._rebuild(at)
        some = due[:most]
        for start in range(0, len(some), writer.BATCH):
            writer.change(opened, now.base.ids, some[start : start + writer.BATCH], at)
        store.set_places(opened, moved)
        settle(opened, before if len(some) == len(due) else None)
        return len(some)

    def _due(self, opened: Any, day: date, now: Changes, *, in_full: bool) -> list[UUID]:
        """Compare the index with the database: in full, or only what changed since somebody did so last."""
        known = settled(opened)
        lapsed = [
            UUID(bytes=row[0])
            for row in opened.execute(
                "SELECT programme FROM doc WHERE gone IS NULL AND lapses_on < ?", (day.toordinal(),)
            )
        ]
        public = Programme.objects.public().values_list("pk", "changed_at")
        if in_full or known is None or known.latest is None or known.closed_providers != now.closed_providers:
            filed = opened.execute("SELECT programme, changed FROM doc WHERE gone IS NULL")
        else:
            since = known.latest - LATECOMERS
            lately = Programme.objects.filter(changed_at__gte=since).values_list("pk", flat=True)
            question = "SELECT programme, changed FROM doc WHERE gone IS NULL AND programme IN (%s)"
            filed = store.asked_for(opened, question, [pk.bytes for pk in lately])
            public = public.filter(changed_at__gte=since)
        return list(dict.fromkeys([*writer.out_of_step(filed, public.iterator()), *lapsed]))

    def _in_force(self, now: snapshot.Snapshot, day: date) -> BitMap:
        """The programmes accredited on a day; asked of the register again whenever it changed.

        Where only the index did, no more is looked at than what was filed since.
        """
        key, known = (day, *register()), self._accredited
        if known.asked != key:
            known = Accredited(key, frozenset(pk.bytes for pk in QUALITY.by_day(day)), None, 0, BitMap())
        if known.path != now.path:
            question = "SELECT id FROM doc WHERE gone IS NULL AND programme IN (%s)"
            rows = store.asked_for(store.connect(now.path), question, known.programmes)
            known = known._replace(path=now.path, stamp=now.stamp, numbers=BitMap(row[0] for row in rows))
        elif known.stamp != now.stamp:
            filed = BitMap(number for number, one in now.late.items() if one.programme in known.programmes)
            known = known._replace(stamp=now.stamp, numbers=(known.numbers | filed) & now.alive)
        self._accredited = known
        return known.numbers


class Accredited(NamedTuple):
    """What the register said when it was last asked, and the numbers of those programmes in one revision."""

    asked: tuple[Any, ...]
    programmes: frozenset[bytes]
    path: Path | None
    stamp: int
    numbers: BitMap


def register() -> tuple[Any, ...]:
    """Ask what tells that the register changed. Every search asks, so it is one question without a model."""
    decisions, sanctions, changes = (model._meta.db_table for model in (Decision, Sanction, Change))  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT max(id) FROM {decisions}), (SELECT max(id) FROM {changes}),"  # noqa: S608
            f" count(*), max(id), count(lifted_on), max(lifted_on) FROM {sanctions}"
        )
        return tuple(cursor.fetchone())


def settled(opened: Any) -> Changes | None:
    """Return what the database looked like when a writer had last filed all of it; None where something waits."""
    known = dict(opened.execute("SELECT key, value FROM meta WHERE key IN ('latest', 'lately', 'closed', 'standing')"))
    if len(known) < len(Changes._fields):
        return None
    latest = midnight(date(1970, 1, 1)) + timedelta(microseconds=known["latest"]) if known["latest"] else None
    return Changes(latest, known["lately"], known["closed"], known["standing"])


def settle(opened: Any, now: Changes | None) -> None:
    """Note for every process that all of it is filed, or that something waits; a rebuild notes how skills stood."""
    if now is None:
        opened.execute("DELETE FROM meta WHERE key = 'latest'")
    else:
        latest = orders.instant(now.latest) if now.latest else 0
        store.set_meta(opened, latest=latest, lately=now.lately, closed=now.closed_providers)


def _lapsed(now: snapshot.Snapshot, day: date) -> bool:
    question = "SELECT 1 FROM doc WHERE gone IS NULL AND lapses_on < ? LIMIT 1"
    return store.connect(now.path).execute(question, (day.toordinal(),)).fetchone() is not None


def _moved(opened: Any) -> dict[UUID, str]:
    """Return the providers with another name or place than programmes are filed by, and those new here."""
    return dict(writer.places_now().items() - store.places(opened).items())


def _naming(organisations: list[UUID]) -> Iterator[UUID]:
    """Yield the programmes that are found by the names and places of these: whoever provides or awards them."""
    for start in range(0, len(organisations), store.AT_ONCE):
        some = organisations[start : start + store.AT_ONCE]
        for role in ("provider", "current__awarding_body"):  # one by one: each has an index, both together have none
            yield from Programme.objects.public().filter(**{f"{role}__in": some}).values_list("pk", flat=True)


def _stood(now: snapshot.Snapshot) -> int:
    return store.meta(store.connect(now.path), "standing")


def changes() -> Changes:
    """Ask what tells that the database changed. Every page asks, so they are small questions without a model."""
    programmes, organisations = (model._meta.db_table for model in (Programme, Organisation))  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT max(changed_at) FROM {programmes}),"  # noqa: S608
            f" (SELECT count(*) FROM {organisations} WHERE closed_at IS NOT NULL)"
        )
        said, closed = cursor.fetchone()
        latest, lately = _instant(said), 0
        if latest is not None:
            since = connection.ops.adapt_datetimefield_value(latest - LATECOMERS)
            some = f"SELECT 1 FROM {programmes} WHERE changed_at >= %s LIMIT {MOST_LATECOMERS}"  # noqa: S608
            cursor.execute(f"SELECT count(*) FROM ({some}) AS late", [since])  # noqa: S608
            [lately] = cursor.fetchone()
    return Changes(latest, lately, closed, standing())


def _instant(said: Any) -> datetime | None:
    """An instant as a driver hands it over: SQLite keeps it as text, in UTC."""
    return datetime.fromisoformat(said).replace(tzinfo=UTC) if isinstance(said, str) else said


def _programmes(opened: Any, numbers: list[int]) -> list[UUID]:
    found = dict(store.asked_for(opened, "SELECT id, programme FROM doc WHERE id IN (%s)", numbers))
    return [UUID(bytes=found[number]) for number in numbers]


def _has_open_ends() -> bool:
    """Whether rows may still be taken back: inside a transaction, but for the one a test runs in."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
