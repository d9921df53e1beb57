import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.learning import race

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = [f"2026-{n:03d}" for n in range(1, race.REVIEWS + 1)]


def test_on_a_file_two_places_go_to_two_of_six_and_every_decision_has_its_own_number(tmp_path: Path) -> None:
    own = {"OPENCAIRN_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "opencairn.web.settings", "DATABASE_URL": ""}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.learning.race"],
        env={**os.environ, **own},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    came = json.loads(ran.stdout)
    assert came["last_place"] == [["Full"] * 4 + ["done"] * 2, 2]
    assert came["decisions"] == [["done"] * race.REVIEWS, NUMBERS]


@pytest.mark.django_db(transaction=True)
def test_on_postgresql_two_places_go_to_two_of_six() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set DATABASE_URL")
    assert race.last_place() == (["Full"] * 4 + ["done"] * 2, 2)


@pytest.mark.django_db(transaction=True)
def test_on_postgresql_every_decision_has_its_own_number() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set DATABASE_URL")
    assert race.decisions() == (["done"] * race.REVIEWS, NUMBERS)
