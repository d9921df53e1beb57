"""The page that says what each format keeps is made from the formats, and says it of every field."""

import runpy
import sys
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from opencairn.engine import formats, losses
from opencairn.engine.formats import open_badge_3
from opencairn.engine.losses import FILLED, ROWS, Row, kept

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "losses.md"


def test_the_page_in_the_docs_is_the_one_that_the_code_makes() -> None:
    assert PAGE.read_text("utf-8") == losses.page()


def test_the_module_prints_the_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delitem(sys.modules, losses.__name__)
    runpy.run_module(losses.__name__, run_name="__main__")
    assert capsys.readouterr().out == losses.page()


def test_every_field_of_the_model_stands_in_one_of_the_thirty_rows() -> None:
    named = [path for row in ROWS for path in row.paths]
    assert len(ROWS) == 30
    assert len(named) == len(set(named))
    assert set(losses.leaves(FILLED)) - set(named) == {"learner.email"}  # it travels as a hash


def test_the_attainment_that_states_everything_leaves_nothing_out() -> None:
    unsaid = ("", None, (), {})
    for part in (
        FILLED,
        FILLED.achievement,
        FILLED.issuer,
        FILLED.learner,
        FILLED.achievement.accreditation,
        *FILLED.evidence,
    ):
        assert [each.name for each in fields(part) if getattr(part, each.name) in unsaid] in ([], ["email"])  # type: ignore[arg-type]


def test_open_badges_of_ours_keep_everything_and_say_what_others_miss() -> None:
    back = losses.read_back(open_badge_3)
    assert {kept(row, back) for row in ROWS if row.paths} == {"kept"}
    others = losses.read_by_others()
    assert kept(ROWS[6], others) == "kept: ects; lost: hours, hours spent"
    assert kept(ROWS[1], others) == "in part"


def test_a_format_that_is_added_to_the_tuple_gets_a_column(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(document: dict[str, Any]) -> Any:
        return replace(FILLED, id=document["id"], status=None, results=FILLED.results[:1])

    brief = SimpleNamespace(NAME="Brief", write=lambda filled: {"id": filled.id}, read=read)
    only_read = SimpleNamespace(NAME="Old", read=read)
    monkeypatch.setattr(formats, "FORMATS", (brief, only_read))
    table = losses.table()
    assert table.startswith("| # | element | Brief |\n|---|---|---|\n")
    assert "| 14 | Results and grade | in part: results; kept: grade, grading scheme |" in table
    assert "| 28 | Revocation | lost |" in table


def test_a_row_without_fields_says_why() -> None:
    assert kept(Row("Price", (), "elsewhere"), FILLED) == "elsewhere"
