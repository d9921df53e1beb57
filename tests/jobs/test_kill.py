"""Real worker processes, really killed, on a database in a file and on PostgreSQL where DATABASE_URL names one."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

ROOT = Path(__file__).parents[2]
WORKER = [sys.executable, "-m", "tests.jobs.worker"]
PREPARE = """
import os, django
django.setup()
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from opencairn.jobs import actions as jobs
call_command("migrate", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE effect (key INTEGER PRIMARY KEY, n INTEGER)")
with transaction.atomic():
    for key in range(int(os.environ["PIECES"])):
        jobs.enqueue("test.effect", key=str(key), payload={"key": key}, due_at=timezone.now())
"""
COUNT = """
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT COUNT(*), COALESCE(SUM(n), 0), COALESCE(MAX(n), 0) FROM effect")
    effects = cursor.fetchone()
    cursor.execute("SELECT COUNT(*), MAX(attempt) FROM jobs_job WHERE state = 'done'")
    print(*effects, *cursor.fetchone())
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """The environment of a site of its own, on either database."""
    environment = dict(os.environ)
    environment.update(
        OPENCAIRN_VAR=str(tmp_path), DJANGO_SETTINGS_MODULE="opencairn.web.settings", PIECES="200", PYTHONPATH=str(ROOT)
    )
    url = environment.pop("DATABASE_URL", "")
    if request.param == "sqlite":
        yield environment
        return
    if not url.startswith("postgres"):
        pytest.skip("no PostgreSQL: DATABASE_URL does not name one")
    import psycopg

    name = f"opencairn_kill_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
        environment["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        yield environment
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def python(code, environment):
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def start(environment):
    process = subprocess.Popen(WORKER, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def counts(environment):
    return tuple(int(word) for word in python(COUNT, environment).split())


def test_kill_9_at_any_moment_loses_nothing_and_doubles_nothing(place):
    python(PREPARE, place)
    workers = [start(place), start(place)]
    chance = random.Random(7)
    try:
        for _ in range(6):
            time.sleep(chance.uniform(0.05, 0.35))
            victim = chance.randrange(2)
            workers[victim].send_signal(signal.SIGKILL)
            workers[victim].wait()
            workers[victim].stdout.close()
            workers[victim] = start(place)
        until = time.monotonic() + 90
        while counts(place)[3] < 200 and time.monotonic() < until:
            time.sleep(0.3)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
            worker.stdout.close()
    rows, together, most, done, _ = counts(place)
    assert (rows, together, most, done) == (200, 200, 1, 200)


def test_sigterm_finishes_what_was_begun_and_leaves_the_rest(place):
    python(PREPARE, place)
    worker = start(place)
    time.sleep(0.4)
    worker.send_signal(signal.SIGTERM)
    taken, _ = worker.communicate(timeout=20)
    assert worker.returncode == 0
    rows, together, most, done, attempt = counts(place)
    assert rows == together == done == int(taken)
    assert 0 < rows < 200
    assert (most, attempt) == (1, 1)
