"""Several processes append at once, some of them changing their mind: no gap, no double, and the tree is that of the rows.

On a database in a file, and on PostgreSQL where one is named.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

ROOT = Path(__file__).parents[2]
BEGIN = "import django; django.setup()\n"
PREPARE = BEGIN + 'from django.core.management import call_command; call_command("migrate", verbosity=0)'
APPEND = (
    BEGIN
    + """
import sys
from django.db import transaction
from opencairn.transparency import actions as log
from tests import make
me = sys.argv[1]
print("ready", flush=True)
input()
for n in range(40):
    try:
        with transaction.atomic():
            for part in range(n % 3 + 1):
                mark = f"{me}-{n}-{part}"
                log.append("credential", about=mark, facts={"sha256": mark}, at=make.AT)
            if n % 4 == 3:
                raise KeyError
    except KeyError:
        pass
    if n % 10 == 0:
        log.publish_head(at=make.AT)
"""
)
LOOK = (
    BEGIN
    + """
import json
from opencairn.engine import merkle
from opencairn.transparency import actions as log, queries
from opencairn.transparency.models import Entry
from tests import make
rows = list(Entry.objects.order_by("index"))
made, edge = merkle.grown(0, (), [bytes(row.leaf) for row in rows])
head = log.rotate_key(at=make.AT) and queries.latest_head()
print(json.dumps({
    "indexes": [row.index for row in rows],
    "marks": [row.about for row in rows],
    "whole": merkle.folded(edge) == merkle.root(len(rows), queries.read),
    "signed": queries.head_of(head).holds,
}))
"""
)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    environment = dict(os.environ)
    environment.update(
        OPENCAIRN_VAR=str(tmp_path), DJANGO_SETTINGS_MODULE="opencairn.web.settings", PYTHONPATH=str(ROOT)
    )
    url = environment.pop("DATABASE_URL", "")
    if request.param == "sqlite":
        yield environment
        return
    if not url.startswith("postgres"):
        pytest.skip("no PostgreSQL: DATABASE_URL does not name one")
    import psycopg

    name = f"opencairn_log_race_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
    environment["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    yield environment
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def python(code, environment, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_who_appends_at_once_stands_in_one_line(place):
    python(PREPARE, place)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    crowd = [
        subprocess.Popen([sys.executable, "-c", APPEND, who], env=place, cwd=ROOT, **pipes) for who in ("a", "b", "c")
    ]
    for process in crowd:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    for process in crowd:
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=90) for process in crowd]
    assert [process.returncode for process in crowd] == [0, 0, 0], said
    found = json.loads(python(LOOK, place))
    kept = [f"{who}-{n}-{part}" for who in "abc" for n in range(40) if n % 4 != 3 for part in range(n % 3 + 1)]
    assert found["indexes"] == list(range(len(kept) + 1))
    assert sorted(found["marks"][1:]) == sorted(kept)
    for who in "abc":  # each one's entries stand in the order in which they were appended
        assert [each for each in found["marks"] if each.startswith(f"{who}-")] == [
            each for each in kept if each.startswith(f"{who}-")
        ]
    assert found["whole"]
    assert found["signed"]
