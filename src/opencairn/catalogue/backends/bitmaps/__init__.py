"""The embedded engine: an index of bitmaps in the data folder, exact at every size and made for a million programmes.

It is a projection of the database that can be deleted at any time. Only committed rows are filed; one process writes
while all others read; what a killed writer had not finished is filed by the next one.
"""

import threading
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Max
from pyroaring import BitMap

from opencairn.catalogue.backends.asking import spelled_out
from opencairn.catalogue.backends.protocol import Criteria, Found, Suggestion
from opencairn.catalogue.filters import BY_NAME, QUALITY
from opencairn.kit.text import plain
from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme
from opencairn.quality.models import Change, Decision, Sanction

from . import searching, snapshot, store, writer

LATECOMERS = timedelta(minutes=2)  # how long after its own date a change may still be committed
HINTED = ("skill", "title", "provider")
TRIES = 5  # a newer index may be put in use while an older one is being opened
MOST_LATE = 20_000  # programmes filed one by one before the index is made anew


class Changes(NamedTuple):
    """What tells that the database changed: two look-ups in an index and a count of few rows."""

    latest: datetime | None
    lately: int
    closed_providers: int


class BitmapBackend:
    """The engine with its own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._known: snapshot.Snapshot | None = None
        self._settled: tuple[Path, Changes] | None = None
        self._accredited: tuple[tuple[Any, ...], BitMap] = ((), BitMap())

    def is_current(self, day: date) -> bool:
        """Whether nothing changed lately: two small questions. A back-dated change waits for the next full refresh."""
        now = self._snapshot()
        if now is None or _lapsed(now, day):
            return False
        return self._settled == (now.path, changes())

    def refresh(self, *, at: datetime, most: int | None = None) -> int:
        """File what is out of step, the latest changes first; all of it where ``most`` is not given."""
        if _has_open_ends():
            transaction.on_commit(partial(self.refresh, at=at, most=most))
            return 0
        with store.writing(self.folder) as mine:
            return self._refresh(at, most) if mine else 0

    def rebuild(self, *, at: datetime) -> int:
        """Make the index anew beside the old one; readers change over when it is ready."""
        if _has_open_ends():
            transaction.on_commit(partial(self.rebuild, at=at))
            return 0
        with store.writing(self.folder) as mine:
            return self._rebuild(at) if mine else 0

    def search(self, criteria: Criteria, *, day: date, first: int, last: int) -> Found:
        """Find, order and count on one snapshot."""
        try:
            return self._search(criteria, day, first, last)
        except store.Vanished:
            return self._search(criteria, day, first, last)

    def suggest(self, beginning: str, *, most: int) -> list[Suggestion]:
        """Suggest from what was filed; a title that was changed may be suggested until the index is made anew."""
        now = self._snapshot()
        key = " ".join(plain(beginning).split())
        if now is None or not key:
            return []
        opened = store.connect(now.path)
        return [Suggestion(kind, words) for kind in HINTED for words in store.hinted(opened, kind, key, most)]

    def _search(self, criteria: Criteria, day: date, first: int, last: int) -> Found:
        now = self._snapshot()
        if now is None:
            return Found([], 0, {})
        opened = store.connect(now.path)
        words = [searching.levels(opened, asked) for asked in spelled_out(criteria.q, searching.Words(opened))]
        chosen = {name: codes for name, codes in criteria.chosen.items() if name in BY_NAME and codes}
        accredited = self._in_force(now, day)
        matched = searching.matching(now, words)
        found = searching.narrowed(now, matched, chosen, accredited)
        if criteria.sort != "best":
            page = now.first(criteria.sort, found, first, last)
        elif words:
            page = searching.best_first(now, words, found, first, last)
        else:
            page = now.first("browsing", found, first, last)
        counted = searching.counts(now, matched, found, chosen, accredited)
        return Found(_programmes(opened, page), len(found), counted)

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
        now = self._snapshot()
        self._settled = None if now is None else (now.path, before)
        return many

    def _refresh(self, at: datetime, most: int | None) -> int:
        now = self._snapshot()
        if now is None and most is None:
            return self._rebuild(at)
        if now is None:
            writer.make(self.folder, at, [])
            now = self._snapshot()
        if now is None:
            return 0
        before, opened = changes(), store.connect(now.path)
        due = self._due(opened, at.date(), before, in_full=most is None)
        if most is None and len(now.late) + len(due) > max(MOST_LATE, now.base.size // 10):
            return self._rebuild(at)
        some = due[:most]
        for start in range(0, len(some), writer.BATCH):
            writer.change(opened, now.base.ids, some[start : start + writer.BATCH], at)
        self._settled = (now.path, before) if len(some) == len(due) else None
        return len(some)

    def _due(self, opened: Any, day: date, now: Changes, *, in_full: bool) -> list[UUID]:
        """Compare the index with the database: in full, or only what changed since this process did so last."""
        known = self._settled[1] if self._settled else None
        lapsed = [
            UUID(row[0])
            for row in opened.execute(
                "SELECT programme FROM doc WHERE gone IS NULL AND next_start < ?", (day.toordinal(),)
            )
        ]
        public = Programme.objects.public().values_list("pk", "changed_at")
        if in_full or known is None or known.latest is None or known.closed_providers != now.closed_providers:
            filed = opened.execute("SELECT programme, changed FROM doc WHERE gone IS NULL")
        else:
            since = known.latest - LATECOMERS
            lately = Programme.objects.filter(changed_at__gte=since).values_list("pk", flat=True)
            question = "SELECT programme, changed FROM doc WHERE gone IS NULL AND programme IN (%s)"
            filed = store.asked_for(opened, question, [pk.hex for pk in lately])
            public = public.filter(changed_at__gte=since)
        return list(dict.fromkeys([*writer.out_of_step(filed, public.iterator()), *lapsed]))

    def _in_force(self, now: snapshot.Snapshot, day: date) -> BitMap:
        """The programmes accredited on a day; asked of the register again whenever it or the index changed."""
        decisions = Decision.objects.aggregate(Count("pk"), Max("pk"))
        sanctions = Sanction.objects.aggregate(Count("pk"), Max("pk"), Count("lifted_on"), Max("lifted_on"))
        changes = Change.objects.aggregate(Max("pk"))
        key = (day, now.path, now.stamp, *decisions.values(), *sanctions.values(), *changes.values())
        if self._accredited[0] != key:
            question = "SELECT id FROM doc WHERE gone IS NULL AND programme IN (%s)"
            asked = store.asked_for(store.connect(now.path), question, (pk.hex for pk in QUALITY.by_day(day)))
            self._accredited = (key, BitMap(row[0] for row in asked))
        return self._accredited[1]


def _lapsed(now: snapshot.Snapshot, day: date) -> bool:
    question = "SELECT 1 FROM doc WHERE gone IS NULL AND next_start < ? LIMIT 1"
    return store.connect(now.path).execute(question, (day.toordinal(),)).fetchone() is not None


def changes() -> Changes:
    """Ask what tells that the database changed."""
    latest = Programme.objects.aggregate(latest=Max("changed_at"))["latest"]
    lately = Programme.objects.filter(changed_at__gte=latest - LATECOMERS).count() if latest else 0
    return Changes(latest, lately, Organisation.objects.exclude(closed_at=None).count())


def _programmes(opened: Any, numbers: list[int]) -> list[UUID]:
    found = dict(store.asked_for(opened, "SELECT id, programme FROM doc WHERE id IN (%s)", numbers))
    return [UUID(found[number]) for number in numbers]


def _has_open_ends() -> bool:
    """Whether rows may still be taken back: inside a transaction, but for the one a test runs in."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
