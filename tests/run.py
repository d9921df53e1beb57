"""Run the whole suite: contracts, the database tests on PostgreSQL, then every test on the embedded database.

Called by ``make test``. Arguments go to pytest, for example ``make test ARGS="tests/quality -x"``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LAWS = [ROOT / "tests" / "engine", *sorted((ROOT / "tests").glob("*/test_rules.py"))]
ROOMS = [
    "people",
    "transparency",
    "skills",
    "programmes",
    "programmes_formats",
    "quality",
    "catalogue",
    "learning",
    "credentials",
    "wallet",
    "jobs",
    "web",
    "web_commands",
    "web_person",
    "journeys",
]


def postgresql() -> str | None:
    """Return the address of a PostgreSQL server that answers, or None."""
    import psycopg

    given = os.environ.get("TEST_DATABASE_URL")
    for url in [given] if given else ["postgres://postgres@127.0.0.1:5432/postgres", "postgres://postgres@/postgres"]:
        try:
            psycopg.connect(url.replace("postgres://", "postgresql://"), connect_timeout=2).close()
        except psycopg.OperationalError:
            continue
        return url
    return None


def step(title: str, *command: str, **environment: str) -> bool:
    """Run one part and say what it is."""
    print(f"\n== {title}", flush=True)
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode == 0


def main() -> int:
    """Return 0 when everything that could run here passed."""
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile"]
    if chosen := sys.argv[1:]:
        return 0 if step("Chosen tests", *pytest, *chosen) else 1
    held = step("Import contracts", str(BIN / "lint-imports"), "--no-logo")
    url = postgresql()
    if url is None:
        print("\nNo PostgreSQL server answers here: the database tests run on the embedded database only.")
    else:
        rooms = [f"tests/{room}" for room in ROOMS if (ROOT / "tests" / room).is_dir()]
        held &= step("Database tests on PostgreSQL", *pytest, *rooms, DATABASE_URL=url)
    for tool, what in (("chromium", "browser tests"), ("node", "peer tests")):
        if shutil.which(tool) is None:
            print(f"\n{tool} is not installed here: the {what} are skipped.")
    held &= laws_are_covered()
    rest = [f"--ignore={path.relative_to(ROOT)}" for path in LAWS]
    held &= step("Every other test, on the embedded database", *pytest, *rest)
    return 0 if held else 1


def laws_are_covered() -> bool:
    """Test the engine and the rules of every room, and hold that each line and branch of them was walked."""
    coverage = [sys.executable, "-m", "coverage"]
    tests = [str(path.relative_to(ROOT)) for path in LAWS]
    held = step("The engine and every rule", *coverage, "run", "-m", "pytest", "-q", *tests)
    covered = ("--include=*/engine/*,*/rules.py", "--skip-covered", "--show-missing", "--fail-under=100")
    return step("Coverage of the engine and every rule", *coverage, "report", *covered) and held


if __name__ == "__main__":
    sys.exit(main())
