"""That an erased person is in no file of a site, even while others have its database open."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from .conftest import environment

ERASE = """
import django; django.setup()
from django.utils import timezone
from opencairn.people.models import Person
from opencairn.web.person import erase_person
erase_person(Person.objects.get(email="mirren@okafor.example"), at=timezone.now())
"""


def in_files(site: Path, word: bytes) -> bool:
    return any(word in path.read_bytes() for path in site.glob("opencairn.sqlite3*"))


def test_nothing_of_an_erased_person_stays_in_the_database_or_the_file_beside_it(site: Path) -> None:
    with sqlite3.connect(site / "opencairn.sqlite3") as other:  # as the server does, which keeps its connections
        other.execute("PRAGMA secure_delete=ON")
        (email,) = other.execute("SELECT email FROM people_person WHERE name = 'Mirren Okafor'").fetchone()
        other.execute("UPDATE people_person SET name = name || '.' WHERE email = ?", [email])
        other.commit()
        assert email.encode() in (site / "opencairn.sqlite3-wal").read_bytes()
        code = ERASE.replace("mirren@okafor.example", email)
        kept = {**environment(site), "DJANGO_SETTINGS_MODULE": "opencairn.web.settings"}
        subprocess.run([sys.executable, "-c", code], env=kept, check=True)
        assert not in_files(site, email.encode())
        assert not in_files(site, b"Mirren Okafor")
