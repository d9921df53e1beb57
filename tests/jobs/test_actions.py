import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from opencairn.jobs import actions as jobs
from opencairn.jobs.models import Job
from opencairn.jobs.rules import MOST_ATTEMPTS, Sweep
from opencairn.people.models import Organisation

pytestmark = pytest.mark.django_db


def register(payload: Mapping[str, Any], at: datetime) -> None:
    Organisation.objects.create(slug=payload["slug"], name=payload["slug"], registered_at=at)


def register_and_fall(payload: Mapping[str, Any], at: datetime) -> None:
    register(payload, at)
    raise ValueError("the printer is on fire")


def test_the_same_kind_and_key_is_enqueued_once(at: datetime) -> None:
    first = jobs.enqueue("register", key="a", payload={"slug": "a"}, due_at=at)
    again = jobs.enqueue("register", key="a", payload={"slug": "b"}, due_at=at)
    assert first == again
    assert again.payload == {"slug": "a"}
    assert jobs.enqueue("other", key="a", payload={}, due_at=at) != first


def test_due_work_is_done_once_and_work_of_tomorrow_waits(at: datetime) -> None:
    jobs.enqueue("register", key="a", payload={"slug": "a"}, due_at=at)
    jobs.enqueue("register", key="b", payload={"slug": "b"}, due_at=at + timedelta(days=1))
    assert jobs.run_due({"register": register}, at=at) == 1
    assert jobs.run_due({"register": register}, at=at) == 0
    assert list(Organisation.objects.values_list("slug", flat=True)) == ["a"]
    assert jobs.run_due({"register": register}, at=at + timedelta(days=1)) == 1


def test_work_of_a_kind_that_nobody_knows_stays(at: datetime) -> None:
    jobs.enqueue("unknown", key="a", payload={}, due_at=at)
    assert jobs.run_due({"register": register}, at=at) == 0
    assert Job.objects.get().state == "waiting"


def test_a_limit_leaves_the_rest_for_later(at: datetime) -> None:
    for slug in "abc":
        jobs.enqueue("register", key=slug, payload={"slug": slug}, due_at=at)
    assert jobs.run_due({"register": register}, at=at, limit=2) == 2
    assert Job.objects.due(at).count() == 1


def test_a_failure_takes_its_half_done_effect_back_and_is_tried_again_later(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    jobs.enqueue("register", key="a", payload={"slug": "a"}, due_at=at)
    with caplog.at_level(logging.CRITICAL):
        jobs.run_due({"register": register_and_fall}, at=at)
    job = Job.objects.get()
    assert not Organisation.objects.exists()
    assert (job.state, job.attempt, job.lease_until) == ("waiting", 1, None)
    assert "the printer is on fire" in job.error
    assert job.due_at == at + timedelta(seconds=10)
    jobs.run_due({"register": register}, at=job.due_at)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")


def test_work_is_given_up_after_the_last_attempt_and_a_person_can_ask_for_more(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    job = jobs.enqueue("register", key="a", payload={"slug": "a"}, due_at=at)
    with caplog.at_level(logging.CRITICAL):
        for hour in range(30):
            jobs.run_due({"register": register_and_fall}, at=at + timedelta(hours=2 * hour))
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("failed", MOST_ATTEMPTS)
    assert "on fire" in job.error
    assert list(Job.objects.failed()) == [job]
    later = at + timedelta(days=9)
    jobs.try_again(job, at=later)
    assert jobs.run_due({"register": register}, at=later) == 1
    assert Organisation.objects.count() == 1


def test_work_under_a_lease_is_left_alone_until_the_lease_ends(at: datetime) -> None:
    jobs.enqueue("register", key="a", payload={"slug": "a"}, due_at=at)
    assert jobs.claim(["register"], at=at, lease=timedelta(minutes=5))
    assert jobs.claim(["register"], at=at + timedelta(minutes=4)) is None
    again = jobs.claim(["register"], at=at + timedelta(minutes=5))
    assert again is not None
    assert again.attempt == 2


def test_a_worker_that_wakes_too_late_has_no_effect(at: datetime) -> None:
    jobs.enqueue("register", key="a", payload={"slug": "a"}, due_at=at)
    late = jobs.claim(["register"], at=at)
    assert late is not None
    after = at + timedelta(minutes=10)
    assert jobs.run_due({"register": register}, at=after) == 1
    assert not jobs._finish(late, lambda: register({"slug": "late"}, after), at=after, again_at=None)
    assert list(Organisation.objects.values_list("slug", flat=True)) == ["a"]


def test_a_late_failure_does_not_undo_a_success(at: datetime) -> None:
    jobs.enqueue("register", key="a", payload={"slug": "a"}, due_at=at)
    late = jobs.claim(["register"], at=at)
    assert late is not None
    jobs.run_due({"register": register}, at=at + timedelta(minutes=10))
    jobs._fail(late, "late", at=at + timedelta(minutes=11), every=None)
    assert Job.objects.get().state == "done"


def test_work_that_kills_its_worker_every_time_is_given_up(at: datetime) -> None:
    jobs.enqueue("deadly", key="a", payload={}, due_at=at)
    jobs.enqueue("deadly", key="b", payload={}, due_at=at + timedelta(days=2))
    for hour in range(MOST_ATTEMPTS):
        claimed = jobs.claim(["deadly"], at=at + timedelta(hours=hour))
        assert claimed is not None
        assert claimed.key == "a"
    assert jobs.claim(["deadly"], at=at + timedelta(days=1)) is None
    failed = Job.objects.failed().get()
    assert "without a word" in failed.error


def test_a_sweep_comes_round_again_after_each_run(at: datetime) -> None:
    seen: list[datetime] = []

    def sweep(*, at: datetime) -> int:
        seen.append(at)
        return 3

    sweeps = (Sweep("look", sweep, timedelta(hours=1)),)
    for minutes in (0, 10, 60, 119, 121):
        jobs.run_due({}, sweeps, at=at + timedelta(minutes=minutes))
    assert [int((when - at).total_seconds() / 60) for when in seen] == [0, 60, 121]
    assert Job.objects.count() == 1


def test_a_sweep_that_fails_keeps_the_error_and_still_comes_round(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    def sweep(*, at: datetime) -> int:
        raise ValueError("no paper")

    sweeps = (Sweep("look", sweep, timedelta(hours=1)),)
    with caplog.at_level(logging.CRITICAL):
        for hour in range(MOST_ATTEMPTS + 2):
            jobs.run_due({}, sweeps, at=at + timedelta(hours=hour))
    job = Job.objects.get()
    assert (job.state, job.attempt) == ("waiting", MOST_ATTEMPTS + 2)
    assert "no paper" in job.error


def test_a_sweep_that_stands_apart_keeps_what_it_did_before_it_failed(at: datetime, caplog: pytest.LogCaptureFixture) -> None:
    """It makes transactions of its own, so what was done is done; it comes round all the same."""

    def sweep(*, at: datetime) -> int:
        register({"slug": f"a{Organisation.objects.count()}"}, at)
        if Organisation.objects.count() == 1:
            raise ValueError("the line is dead")
        return 1

    sweeps = (Sweep("apart", sweep, timedelta(minutes=5), apart=True),)
    with caplog.at_level(logging.CRITICAL):
        assert jobs.run_due({}, sweeps, at=at) == 1
    assert (Organisation.objects.count(), "the line is dead" in Job.objects.get().error) == (1, True)
    assert jobs.run_due({}, sweeps, at=at) == 0
    assert jobs.run_due({}, sweeps, at=at + timedelta(minutes=5)) == 1
    assert (Organisation.objects.count(), Job.objects.get().error) == (2, "")


def test_finished_work_is_forgotten_after_ninety_days_and_failed_work_is_not(at: datetime) -> None:
    long_ago = at - timedelta(days=91)
    for state in ("done", "failed"):
        Job.objects.create(kind=state, key="old", state=state, due_at=long_ago, finished_at=long_ago)
    Job.objects.create(kind="done", key="new", state="done", due_at=at, finished_at=at)
    assert jobs.forget_finished(at=at) == 1
    assert set(Job.objects.values_list("kind", "key")) == {("failed", "old"), ("done", "new")}


def test_a_worker_stops_when_told_and_says_what_it_took(at: datetime) -> None:
    stop = threading.Event()
    jobs.enqueue("register", key="a", payload={"slug": "a"}, due_at=at)
    heard: list[str] = []
    sweeps = (Sweep("last", lambda *, at: stop.set() or 0, timedelta(hours=1)),)

    count = jobs.work(
        {"register": register},
        sweeps,
        clock=lambda: at,
        stop=stop,
        pause=timedelta(0),
        done=lambda job: heard.append(str(job)),
    )
    assert count == 2
    assert heard == ["register a", "sweep:last"]


def test_a_worker_waits_for_a_database_that_is_away(at: datetime, caplog: pytest.LogCaptureFixture) -> None:
    stop = threading.Event()
    answers = iter([OperationalError("gone"), at])

    def clock() -> datetime:
        answer = next(answers, None)
        if isinstance(answer, Exception):
            raise answer
        stop.set()
        return at

    with caplog.at_level(logging.CRITICAL):
        assert jobs.work({}, clock=clock, stop=stop, pause=timedelta(0)) == 0
