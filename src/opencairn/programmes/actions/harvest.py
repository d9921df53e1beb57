"""Looking at the feeds that are due: fetch, check whole, take row by row, and withdraw what is no longer listed.

Nothing is held locked while a stranger's server is waited for. A feed is claimed for a while and fenced by the number
of the attempt; killed at any moment, the next look takes it up again, and taking a row twice is taking it once.
"""

import logging
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from opencairn.kit.fetch import Answer, CannotFetch, download
from opencairn.programmes import feed_rules
from opencairn.programmes.formats import BrokenFile, Row, reader_named
from opencairn.programmes.formats.streams import Unpacked
from opencairn.programmes.models import Feed, FeedItem, FeedRun

from .feeds import RUNG_AT_MOST_EVERY
from .rows import Taken, addresses_of
from .taking import Taking

Visit = Callable[..., Answer]

LARGEST, WITHIN = 100_000_000, 300.0  # bytes and seconds of one download
LARGEST_UNPACKED = 1_000_000_000  # bytes
HELD_FOR = timedelta(minutes=30)  # how long a feed is one worker's
BATCH = 100
RENEWED_EVERY = 1000  # rows of the first reading
MOST_REPORTED = 1000  # lines of one report
RUNS_KEPT = 30
log = logging.getLogger(__name__)


class Overtaken(Exception):  # noqa: N818 - it names what happened
    """Another worker has taken the feed meanwhile: this one was too slow, and stops."""


@dataclass
class _Look:
    """One look at a feed under way."""

    feed: Feed
    run: FeedRun
    at: datetime
    counts: Counter[str] = field(default_factory=Counter)
    report: list[dict[str, Any]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    unread: bool = False  # whether a row could not be read, so that nobody knows all that is listed

    def told(self, row: Row, taken: Taken) -> None:
        """Count one row, and keep a line about it unless nothing happened."""
        self.counts[taken.status] += 1
        self.unread |= taken.status == "refused" and bool(row.refused or not row.source_id)
        fact = {"rows": list(row.numbers), "status": taken.status, "id": row.source_id, "programme": taken.slug}
        fact |= {"why": taken.reason, "notes": list(taken.notes)}
        if taken.status != "unchanged" and len(self.report) < MOST_REPORTED:
            self.report.append({name: value for name, value in fact.items() if value})


def harvest_due(*, at: datetime, visit: Visit = download) -> int:
    """Look at every feed that is due, one after the other; return how many."""
    count = 0
    while feed := claim_feed(at=at):
        count += 1
        try:
            _look(feed, at, visit)
        except Overtaken:
            log.warning("%s was taken over by another worker", feed)
        except Exception:
            log.exception("%s could not be harvested", feed)
            with transaction.atomic():
                _ended(feed, "failed", _("Something broke here while the feed was read."), at)
    return count


@transaction.atomic
def claim_feed(*, at: datetime) -> Feed | None:
    """Take the longest-due feed for a while, None where none is due. Two workers never take the same."""
    feed = Feed.objects.due(at).select_for_update(skip_locked=True).first()
    if feed is None:
        return None
    feed.attempt += 1
    feed.busy_until = at + HELD_FOR
    feed.save(update_fields=["attempt", "busy_until"])
    FeedRun.objects.filter(feed=feed, outcome="running").update(
        outcome="failed", ended_at=at, why=_("The worker stopped without a word.")
    )
    FeedRun.objects.create(feed=feed, attempt=feed.attempt, began_at=at)
    return feed


def _look(feed: Feed, at: datetime, visit: Visit) -> None:
    run = FeedRun.objects.get(feed=feed, attempt=feed.attempt)
    with tempfile.TemporaryFile() as file:
        try:
            answer = visit(feed.url, file, largest=LARGEST, within=WITHIN, etag=feed.etag, modified=feed.modified)
        except CannotFetch as error:
            _ended(feed, "failed", str(error), at)
            return
        run.size = file.tell()
        digest = _digest(file)
        if answer.status == 304 or (feed.sha256 == digest and answer.complete):
            _ended(feed, "same", "", at)
            return
        look = _Look(feed, run, at)
        try:
            _weigh(file)
            addresses = _checked(look, file)
        except BrokenFile as error:
            _ended(feed, "failed", _("The file cannot be read: %(why)s") % {"why": error}, at)
            return
        _take(look, reader_named(feed.format).read(file), addresses)
        _conclude(look, answer, digest)


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    found = sha256()
    while piece := file.read(1 << 20):
        found.update(piece)
    file.seek(0)
    return found.hexdigest()


def _weigh(file: BinaryIO) -> None:
    """Unpack the file, keeping nothing, before anybody looks for records in it. Raises BrokenFile if it is too big."""
    source = Unpacked(file)
    while source.read():
        source.since = 0
        if source.total > LARGEST_UNPACKED:
            most = LARGEST_UNPACKED // 10**6
            raise BrokenFile(_("The file is too big: at most %(most)d MB after unpacking.") % {"most": most})
    file.seek(0)


def _checked(look: _Look, file: BinaryIO) -> frozenset[str]:
    """Read the file once to its end, so that nothing of a broken one is taken; return the addresses that stand once.

    An address that several rows carry is the page of a catalogue, not of a programme, and identifies none. The feed
    is held meanwhile.
    """
    addresses: Counter[str] = Counter()
    for number, row in enumerate(reader_named(look.feed.format).read(file), start=1):
        if not row.refused:  # one that repeats another takes no address from it
            addresses.update(addresses_of(row))
        if number % RENEWED_EVERY == 0:
            _still_ours(look)
    file.seek(0)
    return frozenset(address for address, count in addresses.items() if count == 1)


def _take(look: _Look, rows: Iterator[Row], addresses: frozenset[str]) -> None:
    """Take the rows in batches, each in one transaction in which the feed is still ours."""
    taking = Taking(look.feed, addresses, look.at)
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():
            _still_ours(look)
            for row in batch:
                look.told(row, taking.take(row))


def _still_ours(look: _Look) -> None:
    """Hold the feed for longer, in the transaction of what is written next if anything is. Raises Overtaken."""
    until = look.at + timedelta(seconds=time.monotonic() - look.began) + HELD_FOR
    if not Feed.objects.filter(pk=look.feed.pk, attempt=look.feed.attempt).update(busy_until=until):
        raise Overtaken


def _conclude(look: _Look, answer: Answer, digest: str) -> None:
    """Withdraw what is no longer listed, where the file is known to be whole, and remember what was read."""
    feed, run = look.feed, look.run
    missing = FeedItem.objects.filter(feed=feed, gone_at=None).exclude(run=feed.attempt)
    why = _held(look, answer, missing) if missing.exists() else ""
    if missing.exists() and not why:
        look.counts["withdrawn"] = _drop(look, missing)
    with transaction.atomic():
        _still_ours(look)
        run.counts, run.report = dict(look.counts), look.report
        run.save(update_fields=["counts", "report", "size"])
        if not why:  # else the next look has to read the file again
            feed.etag = answer.headers.get("ETag", "")[:200]
            feed.modified = answer.headers.get("Last-Modified", "")[:60]
            feed.sha256 = digest
            feed.save(update_fields=["etag", "modified", "sha256"])
        _ended(feed, "held" if why else "taken", why, look.at)


def _held(look: _Look, answer: Answer, missing: QuerySet[FeedItem]) -> str:
    """Why what is missing is not withdrawn; "" where it may be."""
    if not answer.complete:
        return _("The server did not say where the file ends, so nothing was withdrawn.")
    if look.unread:
        return _("Some rows could not be read, so nothing was withdrawn.")
    listed, gone = FeedItem.objects.filter(feed=look.feed, gone_at=None).count(), missing.count()
    if feed_rules.may_withdraw(listed=listed, missing=gone):
        return ""
    return _(
        "%(count)d courses are no longer listed, more than half of all. Look at the feed; if it is right, "
        "withdraw them here."
    ) % {"count": gone}  # fmt: skip


def _drop(look: _Look, missing: QuerySet[FeedItem]) -> int:
    """Hand over or withdraw in batches, each in one transaction; what is done is no longer missing."""
    taking, count = Taking(look.feed, frozenset(), look.at), 0
    while batch := list(missing.order_by("pk")[:BATCH]):
        with transaction.atomic():
            _still_ours(look)
            count += taking.drop(batch)
    return count


@transaction.atomic
def _ended(feed: Feed, outcome: str, why: str, at: datetime) -> None:
    """Close the run and set the next look: at the interval, after a while that grows with each failure, or soon where
    the bell was rung meanwhile: what it was rung for may not have been in what was read.
    """
    FeedRun.objects.filter(feed=feed, attempt=feed.attempt).update(outcome=outcome, why=why, ended_at=at)
    failures = feed.failures + 1 if outcome == "failed" else 0
    due_at = feed_rules.next_look(at, every=feed.every, failures=failures)
    rung_at = Feed.objects.values_list("rung_at", flat=True).get(pk=feed.pk)
    if rung_at is not None and rung_at > at:
        due_at = min(due_at, rung_at + RUNG_AT_MOST_EVERY)
    Feed.objects.filter(pk=feed.pk, attempt=feed.attempt).update(busy_until=None, failures=failures, due_at=due_at)
    old = FeedRun.objects.filter(feed=feed).order_by("-began_at", "-pk").values_list("pk", flat=True)[RUNS_KEPT:]
    FeedRun.objects.filter(pk__in=list(old)).delete()


@transaction.atomic
def withdraw_missing(feed: Feed, *, at: datetime) -> int:
    """Withdraw, because a person says so, what the feed no longer listed when it was last read whole."""
    locked = Feed.objects.select_for_update().get(pk=feed.pk)
    last = FeedRun.objects.filter(feed=locked).first()
    if last is None or last.outcome != "held":
        return 0
    missing = FeedItem.objects.filter(feed=locked, gone_at=None).exclude(run=last.attempt)
    count = Taking(locked, frozenset(), at).drop(missing)
    FeedRun.objects.filter(pk=last.pk).update(outcome="taken", counts={**last.counts, "withdrawn": count})
    return count
