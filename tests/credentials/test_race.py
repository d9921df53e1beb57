"""Two real processes sign the same awards at once, on a database in a file, and on PostgreSQL where one is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BEGIN = "import django; django.setup()\n"
PREPARE = (
    BEGIN
    + """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from opencairn.people.actions import ensure_person
from opencairn.web.demo import cast
from tests import make
on = cast.enter()
version = make.version(make.programme(on.provider))
run = make.offering(version.programme)
for n in range(8):
    person = ensure_person(email=f"learner{n}@example.org", name=f"Learner {n}", password="x")
    make.award(make.enrolment(person, run), on.author)
"""
)
SIGN = (
    BEGIN
    + """
from opencairn.credentials import actions as credentials
from opencairn.credentials import queries
from opencairn.learning.models import Award
from opencairn.people.models import Person
from tests import make
by = Person.objects.get(email="ilse@tarntal.example")
awards = list(Award.objects.order_by("id"))
print("ready", flush=True)
input()
for award in awards:
    print(credentials.issue(award, by=by, at=make.AT).id)
"""
)
CORRECT = (
    BEGIN
    + """
from datetime import date
from opencairn.credentials import actions as credentials
from opencairn.credentials.models import Credential
from opencairn.kit.errors import Refused
from opencairn.people.models import Person
from tests import make
by = Person.objects.get(email="ilse@tarntal.example")
wrong = Credential.objects.order_by("id").first()
print("ready", flush=True)
input()
try:
    credentials.correct(
        wrong, name_on_credential="Learner of Tarnau", grade="1.0", awarded_on=make.TODAY, reason="A slip.", by=by,
        at=make.AT,
    )
    print("corrected")
except Refused as refusal:
    print(type(refusal).__name__)
"""
)
COUNT = (
    BEGIN
    + """
from opencairn.credentials.models import Credential, IssuerKey, StatusList
places = set(Credential.objects.values_list("status_list", "status_index"))
print(Credential.objects.count(), len(places), IssuerKey.objects.count(), StatusList.objects.count(),
      StatusList.objects.get().used)
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
    from urllib.parse import urlsplit, urlunsplit

    import psycopg

    name = f"opencairn_race_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
    environment["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    yield environment
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def run(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_clicks_at_once_issue_each_award_once(place):
    run(PREPARE, place)
    said = at_once(SIGN, place)
    assert said[0] == said[1]
    assert run(COUNT, place).split() == ["8", "8", "1", "1", "8"]
    assert sorted(at_once(CORRECT, place)) == ["AlreadyRevoked\n", "corrected\n"]
    assert run(COUNT, place).split() == ["9", "9", "1", "1", "9"]


def at_once(code, place):
    """Let two processes do the same from the same moment on, and return what each printed."""
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env=place,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    for process in both:
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    return [each[0] for each in said]
