"""Runs the command as people do: as a process, in a data folder of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("opencairn")


def environment(var: Path, **more: str) -> dict[str, str]:
    """The environment of a site in a folder: nothing of the one who runs the tests, SQLite."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("OPENCAIRN_", "DATABASE_URL"))}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "OPENCAIRN_VAR": str(var), **more}


def opencairn(*words: object, var: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [COMMAND, *map(str, words)],
        env=environment(var, **more),
        cwd=var if var.is_dir() else ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.fixture(scope="session")
def first_demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A demo site after its first run, and what that run printed. Read only: other tests copy it."""
    var = tmp_path_factory.mktemp("demo") / "var"
    return var, opencairn("demo", "--once", var=var)


@pytest.fixture
def site(first_demo: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> Path:
    """A copy of the demo site, to be changed at will."""
    shutil.copytree(first_demo[0], tmp_path / "var")
    return tmp_path / "var"
