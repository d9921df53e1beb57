from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from opencairn.skills import actions as skills
from opencairn.skills.models import Taxonomy
from opencairn.skills.taxonomies import esco, open_source

from . import archive

Import = Callable[..., Taxonomy]


@pytest.fixture(autouse=True)
def _indexes_of_its_own(settings: Any, tmp_path: Path) -> None:
    """Every test has its own folder for indexes: they outlive the rows of a test."""
    settings.VAR = tmp_path / "var"


@pytest.fixture
def import_esco(db: None, tmp_path: Path, at: datetime) -> Import:
    """A function that imports the small archive as a version."""

    def run(*languages: str, version: str = "1.1.1", **changes: object) -> Taxonomy:
        content = archive.files(*languages, **changes)  # type: ignore[arg-type]
        source = open_source(archive.zipped(tmp_path / "esco.zip", content))
        return skills.import_taxonomy(esco, esco.read(source, version), version=version, source="esco.zip", at=at)

    return run
