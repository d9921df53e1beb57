"""Every write of the jobs table: put work in, take it out under a lease, finish it together with its effect."""

import logging
import threading
import traceback
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections, transaction

from .models import Job
from .rules import SWEEP, Handler, Sweep, delay_after, gives_up

LEASE = timedelta(minutes=5)
LONGEST_ERROR = 4000
log = logging.getLogger(__name__)


@transaction.atomic
def enqueue(kind: str, *, key: str, payload: Mapping[str, Any], due_at: datetime) -> Job:
    """Put one piece of work in, once: the same kind and key again gives back the row that is there, unchanged."""
    return Job.objects.get_or_create(kind=kind, key=key, defaults={"payload": dict(payload), "due_at": due_at})[0]


@transaction.atomic
def try_again(job: Job, *, at: datetime) -> None:
    """Give work that was given up another round of attempts, from now on. The error stays until it succeeds."""
    Job.objects.filter(pk=job.pk, state="failed").update(state="waiting", due_at=at, lease_until=None, finished_at=None)


@transaction.atomic
def forget_finished(*, at: datetime, older_than: timedelta = timedelta(days=90)) -> int:
    """Delete work that was done long ago. Failed work stays until a person has dealt with it."""
    return Job.objects.filter(state="done", finished_at__lt=at - older_than).delete()[0]


@transaction.atomic
def claim(kinds: Collection[str], *, at: datetime, lease: timedelta = LEASE) -> Job | None:
    """Take the longest-due work of these kinds under a lease, or None. Two workers never take the same.

    PostgreSQL skips rows that another worker has locked; SQLite lets one writer in at a time. Work whose worker
    stopped without a word in its last attempt is given up here.
    """
    due = Job.objects.due(at).filter(kind__in=kinds).order_by("due_at", "pk")
    while job := due.select_for_update(skip_locked=True).first():
        if job.lease_until and gives_up(job.attempt) and not job.kind.startswith(SWEEP):
            job.state, job.finished_at, job.lease_until = "failed", at, None
            job.error = f"The worker stopped without a word in attempt {job.attempt}, the last one."
            job.save(update_fields=["state", "finished_at", "lease_until", "error"])
            continue
        job.attempt += 1
        job.lease_until = at + lease
        job.save(update_fields=["attempt", "lease_until"])
        return job
    return None


def _finish(job: Job, effect: Callable[[], object], *, at: datetime, again_at: datetime | None) -> bool:
    """Have the effect and the completion in one transaction; False where the lease had passed to another worker.

    The row is marked first, which locks it until both are written.
    """
    with transaction.atomic():
        mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state="waiting")
        if again_at is None:
            held = mine.update(state="done", finished_at=at, lease_until=None, error="")
        else:
            held = mine.update(due_at=again_at, finished_at=at, lease_until=None, error="")
        if held:
            effect()
    return bool(held)


@transaction.atomic
def _fail(job: Job, error: str, *, at: datetime, every: timedelta | None) -> None:
    """Keep the error and set the next attempt; give up after the last. A sweep always comes round again."""
    mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state="waiting")
    if every is None and gives_up(job.attempt):
        mine.update(state="failed", finished_at=at, lease_until=None, error=error)
    else:
        mine.update(due_at=at + (every or delay_after(job.attempt)), lease_until=None, error=error)


def run_one(
    handlers: Mapping[str, Handler], sweeps: tuple[Sweep, ...] = (), *, at: datetime, lease: timedelta = LEASE
) -> Job | None:
    """Claim one due piece of work and do it; None where nothing is due. A failure is kept on the row and logged."""
    rounds = {sweep.kind: sweep for sweep in sweeps}
    job = claim([*handlers, *rounds], at=at, lease=lease)
    if job is None:
        return None
    sweep = rounds.get(job.kind)
    try:
        if sweep is not None and sweep.apart:
            sweep.function(at=at)
            _finish(job, lambda: None, at=at, again_at=at + sweep.every)
        elif sweep is not None:
            function = sweep.function
            _finish(job, lambda: function(at=at), at=at, again_at=at + sweep.every)
        else:
            _finish(job, lambda: handlers[job.kind](job.payload, at), at=at, again_at=None)
    except Exception:
        log.exception("%s failed in attempt %d", job, job.attempt)
        _fail(job, traceback.format_exc()[-LONGEST_ERROR:], at=at, every=sweep.every if sweep else None)
    return job


def run_due(handlers: Mapping[str, Handler], sweeps: tuple[Sweep, ...] = (), *, at: datetime, limit: int = 1000) -> int:
    """Do what is due at this instant, ``limit`` pieces at most, and return how many were taken."""
    arm(sweeps, at=at)
    for count in range(limit):
        if run_one(handlers, sweeps, at=at) is None:
            return count
    return limit


def arm(sweeps: tuple[Sweep, ...], *, at: datetime) -> None:
    """Make sure that every sweep has its row; a new one is due at once."""
    for sweep in sweeps:
        enqueue(sweep.kind, key="", payload={}, due_at=at)


def work(
    handlers: Mapping[str, Handler],
    sweeps: tuple[Sweep, ...] = (),
    *,
    clock: Callable[[], datetime],
    stop: threading.Event,
    pause: timedelta = timedelta(seconds=1),
    lease: timedelta = LEASE,
    done: Callable[[Job], object] | None = None,
) -> int:
    """Work until told to stop, and return how many pieces were taken. What was begun is finished first.

    ``done`` hears of every piece taken. A database that is away for a while is waited for.
    """
    count = 0
    armed = False
    while not stop.is_set():
        try:
            if not armed:
                arm(sweeps, at=clock())
                armed = True
            job = run_one(handlers, sweeps, at=clock(), lease=lease)
        except (DatabaseError, InterfaceError):
            log.exception("The database did not answer; trying again in a moment")
            close_old_connections()
            stop.wait(5 * pause.total_seconds())
            continue
        if job is None:
            stop.wait(pause.total_seconds())
        else:
            count += 1
            if done is not None:
                done(job)
    return count
