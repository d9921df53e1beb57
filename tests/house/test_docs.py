"""Whatever an operator or a newcomer can name stands in the docs."""

import ast
import re
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text()


def test_every_setting_is_explained() -> None:
    source = (ROOT / "src/opencairn/web/settings.py").read_text()
    names = {
        target.id
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        for target in ast.walk(node)
        if isinstance(target, ast.Name) and target.id.isupper() and isinstance(target.ctx, ast.Store)
    }
    keys = set(re.findall(r'"(OPENCAIRN_[A-Z_]+|DATABASE_URL)"', source))
    text = page("reference/settings.md")
    assert [name for name in sorted(names | keys) if f"`{name}`" not in text] == []


def test_every_permission_and_role_is_explained() -> None:
    access = import_module("opencairn.people.access")
    text = page("reference/permissions.md")
    names = [*access.PERMISSIONS, *access.OPERATOR_PERMISSIONS, *access.ROLES]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_filter_is_explained() -> None:
    filters = import_module("opencairn.catalogue.filters").FILTERS
    text = page("reference/filters.md")
    assert [f.name for f in filters if f"`{f.name}`" not in text] == []


def test_every_import_format_is_explained() -> None:
    formats = import_module("opencairn.programmes.formats").READERS
    text = page("reference/formats.md")
    assert [f.key for f in formats if f"`{f.key}`" not in text] == []


def test_every_proof_inside_a_document_is_explained() -> None:
    suites = import_module("opencairn.engine.proofs").EMBEDDED
    assert [suite.SUITE for suite in suites if f"`{suite.SUITE}`" not in page("reference/proofs.md")] == []


def test_every_profile_and_framework_is_explained() -> None:
    profiles = import_module("opencairn.programmes.profiles").PROFILES
    frameworks = import_module("opencairn.quality.frameworks").FRAMEWORKS
    assert [p.key for p in profiles if f"`{p.key}`" not in page("reference/profiles.md")] == []
    assert [f.key for f in frameworks if f"`{f.key}`" not in page("reference/frameworks.md")] == []


def test_every_taxonomy_and_qualification_framework_is_explained() -> None:
    taxonomies = import_module("opencairn.skills.taxonomies").TAXONOMIES
    frameworks = import_module("opencairn.skills.frameworks").FRAMEWORKS
    assert [t.key for t in taxonomies if f"`{t.key}`" not in page("reference/skills.md")] == []
    assert [f.key for f in frameworks if f"`{f.key}`" not in page("reference/qualification-frameworks.md")] == []


def test_every_job_and_command_is_explained() -> None:
    schedule = import_module("opencairn.web.schedule")
    text = page("walk/jobs.md")
    names = [*(handler[0] for handler in schedule.HANDLERS), *(sweep[0] for sweep in schedule.SWEEPS)]
    assert [name for name in names if f"`{name}`" not in text] == []
    folder = ROOT / "src/opencairn/web/commands"
    commands = [
        f.stem.replace("_", "-") for f in folder.glob("*.py") if f.stem != "__init__" and not f.stem.startswith("_")
    ]
    assert [name for name in commands if f"`opencairn {name}" not in page("reference/command-line.md")] == []


def test_every_link_between_docs_leads_somewhere() -> None:
    broken = [
        f"{file.relative_to(ROOT)} → {target}"
        for file in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", file.read_text())
        if not (file.parent / target).exists()
    ]
    assert broken == []
