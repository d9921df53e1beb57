"""``opencairn import-programmes``, killed without a word: whole rows are there, and the next run does the rest."""

import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .conftest import COMMAND, environment, opencairn

ROWS, BATCH = 600, 100
COUNT = "select count(*) from programmes_programme where source = 'csv'"
HALF = (
    COUNT
    + """ and (current_id is null or not exists
    (select 1 from programmes_outcome o where o.version_id = current_id) or not exists
    (select 1 from programmes_offering r where r.programme_id = programmes_programme.id))"""
)
VERSIONS = "select count(*) from programmes_programmeversion v join programmes_programme p on p.id = v.programme_id where p.source = 'csv'"
FILED = "select count(*) from doc where gone is null"


def asked(var: Path, *questions: str) -> list[int]:
    return [_asked(var / "opencairn.sqlite3", each) for each in questions]


def filed(var: Path) -> int:
    """How many programmes the index of the search has."""
    index = var / "index"
    return _asked(index / (index / "current").read_text(), FILED)


def _asked(file: Path, question: str) -> int:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        answer: int = database.execute(question).fetchone()[0]
        return answer


def catalogue(folder: Path) -> Path:
    file = folder / "catalogue.csv"
    head = "id,title.en,provider.name,outcomes.1.text.en,offerings.1.place\r\n"
    rows = (f"https://school.example/{n},Course {n},School,Weld a seam,Galway\r\n" for n in range(ROWS))
    file.write_text(head + "".join(rows))
    return file


@contextmanager
def importing(file: Path, var: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = [COMMAND, "import-programmes", file, "--format", "csv"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    with subprocess.Popen(words, env=environment(var), cwd=var, **quiet) as process:
        try:
            yield process
        finally:
            process.kill()


def test_an_import_that_is_killed_is_completed_by_the_next_and_changes_nothing_twice(
    site: Path, tmp_path: Path
) -> None:
    before = filed(site)
    file = catalogue(tmp_path)
    with importing(file, site) as process:
        until = time.monotonic() + 120
        while not asked(site, COUNT)[0] and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    kept, half = asked(site, COUNT, HALF)
    assert 0 < kept < ROWS
    assert (kept % BATCH, half) == (0, 0)

    again = opencairn("import-programmes", file, "--format", "csv", var=site)
    assert f"{ROWS - kept} created, 0 updated, {kept} unchanged, 0 refused" in again.stdout, again.stderr
    assert (asked(site, COUNT, VERSIONS, HALF), filed(site)) == ([ROWS, ROWS, 0], before + ROWS)
    once_more = opencairn("import-programmes", file, "--format", "csv", var=site)
    assert f"0 created, 0 updated, {ROWS} unchanged, 0 refused" in once_more.stdout
    assert (asked(site, COUNT, VERSIONS, HALF), filed(site)) == ([ROWS, ROWS, 0], before + ROWS)
