"""What the import linter cannot see: keys, addresses, budgets, docs, marks of unfinished work."""

import ast
import re
import subprocess
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Field

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "opencairn"
_LINTER = ConfigParser()
_LINTER.read(ROOT / ".importlinter")
PATH = _LINTER["importlinter:contract:path"]["layers"].split()[::-1]  # from the cellar to the roof
PYTHON = [file for file in SOURCE.rglob("*.py") if "migrations" not in file.parts]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def own_keys() -> list[Field]:
    models = [
        model for app in apps.get_app_configs() if app.name.startswith("opencairn.") for model in app.get_models()
    ]
    return [field for model in models for field in model._meta.get_fields() if field.is_relation and field.concrete]


def test_keys_point_to_rooms_already_walked_through() -> None:
    for field in own_keys():
        here, there = field.model._meta.app_label, field.related_model._meta.app_label
        if there in PATH:
            assert PATH.index(there) <= PATH.index(here), f"{field.model.__name__}.{field.name} looks ahead to {there}"


def test_keys_leave_no_open_accessor() -> None:
    for field in own_keys():
        assert field.remote_field.related_name == "+", f'{field.model.__name__}.{field.name} needs related_name="+"'


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_files_stay_under_500_lines() -> None:
    long = [(str(f.relative_to(ROOT)), n) for f in PYTHON if (n := len(f.read_text().splitlines())) > 500]
    assert long == []


def test_functions_stay_under_60_lines() -> None:
    long = []
    for file in PYTHON:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 60:
                    long.append(f"{file.relative_to(ROOT)}:{node.name} has {length} lines")
    assert long == []


def test_settings_stay_under_200_lines() -> None:
    assert len((SOURCE / "web" / "settings.py").read_text().splitlines()) < 200


def test_kit_files_are_small_and_used_by_three_rooms() -> None:
    for file in (SOURCE / "kit").glob("*.py"):
        if file.stem == "__init__":
            continue
        if file.stem != "fetch":  # the one door to the network is allowed to be as long as safety needs
            assert len(file.read_text().splitlines()) <= 100, file
            needle = re.compile(rf"opencairn\.kit(\.{file.stem}\b| import .*\b{file.stem}\b)")
            users = {f.relative_to(SOURCE).parts[0] for f in PYTHON if needle.search(f.read_text())} - {"kit"}
            assert len(users) >= 3, f"{file.name} is used by {sorted(users)} only"


@pytest.mark.parametrize("room", PATH)
def test_every_room_says_what_it_is_for(room: str) -> None:
    tree = ast.parse((SOURCE / room / "__init__.py").read_text())
    said = ast.get_docstring(tree)
    assert said
    assert len(said.splitlines()) <= 15
    page = ROOT / "docs" / "walk" / f"{room}.md"
    assert page.is_file(), f"docs/walk/{room}.md is missing"
    assert len(page.read_text().splitlines()) >= 20


def test_no_drawer_names() -> None:
    bad = {"utils", "helpers", "common", "core", "manager", "service", "services", "misc"}
    assert [str(f.relative_to(ROOT)) for f in PYTHON if f.stem in bad or bad & set(f.relative_to(SOURCE).parts)] == []


def test_no_marks_of_unfinished_work() -> None:
    mark = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|NotImplemented" r"Error")
    assert [str(f.relative_to(ROOT)) for f in PYTHON if mark.search(f.read_text())] == []


def test_no_machine_path_and_no_registry_host() -> None:
    leak = re.compile(
        "/wo"
        r"rk/|/ho"
        r"me/|/ro"
        r"ot/|/t"
        r"mp/w/|py"
        r"pi\.org|python"
        r"hosted|registry\.np"
        r"mjs|yarn"
        r"pkg\.com"
    )
    found = []
    for file in tracked():
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        if leak.search(text):
            found.append(str(file.relative_to(ROOT)))
    assert found == []


def test_every_dependency_is_pinned_with_a_hash_and_justified() -> None:
    reasons = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text().lower()
    for name in ("run", "test", "check", "uv"):
        pinned = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "--hash=sha256:" in pinned
        for line in (ROOT / "requirements" / f"{name}.in").read_text().splitlines():
            if line and not line.startswith(("#", "-r")):
                wanted = re.split(r"[<>=\[]", line)[0].strip().lower()
                assert re.search(rf"(?m)^{re.escape(wanted)}==", pinned.replace("_", "-").lower()) or re.search(
                    rf"(?m)^{re.escape(wanted.replace('_', '-'))}==", pinned.lower()
                ), f"{wanted} is not pinned in {name}.txt"
                assert f"`{wanted}`" in reasons, f"{wanted} has no reason in docs/decisions/0002-dependencies.md"


def test_the_version_is_said_once_and_the_same() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f'__version__ = "{project["version"]}"' in (SOURCE / "__init__.py").read_text()
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text()
