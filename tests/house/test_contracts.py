"""The walls hold, and would be noticed if they did not."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "opencairn"
LINTER = Path(sys.executable).parent / "lint-imports"


def lint(source: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINTER), "--config", str(ROOT / ".importlinter"), "--no-cache", "--no-logo"],
        env={**os.environ, "PYTHONPATH": str(source)},
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("people/queries.py", "from opencairn.wallet import models", "The path"),
        ("quality/models/decisions.py", "from opencairn.quality import actions", "The floors"),
        ("learning/rules.py", "import django", "Rules are plain Python"),
        ("engine/model.py", "import django", "The engine and the kit know no framework"),
        ("credentials/actions.py", "from opencairn.quality import views", "Pages are nobody's library"),
        ("wallet/queries.py", "import urllib3", "One door to the network"),
    ],
)
def test_a_planted_import_breaks_its_contract(tmp_path: Path, file: str, line: str, contract: str) -> None:
    shutil.copytree(SOURCE, tmp_path / "opencairn", ignore=shutil.ignore_patterns("__pycache__", "static", "locale"))
    target = tmp_path / "opencairn" / file
    if not target.exists() and (package := target.with_suffix("")).is_dir():
        target = package / "__init__.py"
    target.write_text(f"{target.read_text() if target.exists() else ''}\n{line}\n")
    if contract == "Pages are nobody's library" and not (tmp_path / "opencairn/quality/views.py").exists():
        (tmp_path / "opencairn/quality/views.py").touch()
    result = lint(tmp_path)
    assert result.returncode != 0
    broken = [row for row in result.stdout.splitlines() if " BROKEN" in row]
    assert any(row.startswith(contract) for row in broken), result.stdout


def test_only_the_guarded_fetch_opens_connections() -> None:
    """The linter cannot see parts of the standard library, so their imports are looked for here."""
    found = []
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            if any(name.startswith(("urllib.request", "http.client", "ftplib", "telnetlib")) for name in names):
                found.append(str(file.relative_to(ROOT)))
    assert found == []
