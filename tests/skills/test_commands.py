"""``opencairn import-skills`` and ``opencairn suggest-skills``: what they say, and how they end."""

import argparse
import io
import json
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest
from django.utils import timezone

from opencairn.catalogue import actions as catalogue
from opencairn.programmes.models import Outcome
from opencairn.skills import actions, queries
from opencairn.skills.models import Alignment, Skill, Taxonomy
from opencairn.web.commands import import_skills, suggest_skills
from opencairn.web.demo.cast import Cast
from tests import make

from . import archive
from .archive import SKILL
from .test_actions import confirm

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(not (SHARED / "esco").is_dir(), reason=f"the reference data is not at {SHARED}")


def run(command: ModuleType, *words: object) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return int(command.run(parser.parse_args([str(word) for word in words])))


@pytest.fixture
def esco_zip(tmp_path: Path) -> Path:
    return archive.zipped(tmp_path / "ESCO dataset - v1.2.0 - en - csv.zip", archive.files("en"))


def suggest(monkeypatch: pytest.MonkeyPatch, text: str, *words: object) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    return run(suggest_skills, *words)


@pytest.mark.parametrize("as_json", [True, False])
def test_a_line_that_is_not_utf_8_is_said_in_its_place_and_the_others_are_answered(
    esco_zip: Path, monkeypatch: pytest.MonkeyPatch, capsys, as_json: bool
) -> None:
    run(import_skills, "esco", esco_zip)
    capsys.readouterr()
    sent = "Wasser prüfen\n".encode() + "Böden prüfen\n".encode("latin-1") + b"plain\n" + b"\xff\xfe"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(sent), encoding="ascii"))
    assert run(suggest_skills, *(["--json"] if as_json else [])) == 1
    said = capsys.readouterr().out
    assert "\ufffd" not in said
    assert "Line 2 is not text in UTF-8. Save it as UTF-8 and send it again." in said
    if as_json:
        told = [json.loads(line) for line in said.splitlines()]
        assert [one.get("text") for one in told] == ["Wasser prüfen", None, "plain", None]
        assert [(one.get("line"), "error" in one) for one in told] == [
            (None, False),
            (2, True),
            (None, False),
            (4, True),
        ]
        assert "suggestions" in told[2]


def test_an_archive_is_imported_and_the_command_says_what_became_of_it(esco_zip: Path, capsys) -> None:
    assert run(import_skills, "esco", esco_zip) == 0
    assert "ESCO 1.2.0: 8 rows read in en; 8 created, 0 updated, 0 unchanged, 0 refused." in capsys.readouterr().out
    assert Skill.objects.count() == 8


def test_an_extract_of_the_demo_gives_way_to_the_first_real_version(esco_zip: Path, tmp_path: Path, capsys) -> None:
    assert run(import_skills, "esco", esco_zip, "--version", actions.DEMO) == 0
    assert queries.current().version == actions.DEMO
    capsys.readouterr()
    assert run(import_skills, "esco", esco_zip) == 0
    assert queries.current().version == "1.2.0"
    assert "stays the current version" not in capsys.readouterr().out
    assert run(import_skills, "esco", esco_zip, "--version", actions.DEMO) == 0
    assert queries.current().version == "1.2.0"


def test_the_catalogue_is_filed_again_by_the_new_groups_and_names(cast: Cast, esco_zip: Path) -> None:
    programme = make.programme(cast.provider)
    version = make.version(programme, outcomes=["Calibrate."])
    Outcome.objects.filter(version=version).update(skills=[{"uri": SKILL + "probe", "label": "p", "framework": "ESCO"}])
    catalogue.refresh(at=make.AT)
    assert run(import_skills, "esco", esco_zip) == 0
    assert catalogue.BACKEND.is_current(timezone.now().date())


def test_a_dry_run_reports_and_keeps_nothing(esco_zip: Path, capsys) -> None:
    assert run(import_skills, "esco", esco_zip, "--dry-run") == 0
    assert "8 created, 0 updated, 0 unchanged, 0 refused. Nothing was kept." in capsys.readouterr().out
    assert not Taxonomy.objects.exists()


@pytest.mark.parametrize("name", ["report.jsonl", "report.txt"])
def test_the_report_has_a_line_for_every_row(tmp_path: Path, name: str) -> None:
    path = archive.zipped(tmp_path / "esco.zip", archive.files("en", water=""))
    assert run(import_skills, "esco", path, "--version", "9.9", "--report", tmp_path / name) == 0
    lines = (tmp_path / name).read_text().splitlines()
    assert len(lines) == 8
    refused = next(line for line in lines if "refused" in line)
    if name.endswith(".jsonl"):
        fact = {"row": "skills_en.csv row 3", "status": "refused", "uri": SKILL + "water", "reason": "it has no label."}
        assert json.loads(refused) == fact
    else:
        assert refused == f"skills_en.csv row 3: refused {SKILL}water it has no label."


def test_refused_rows_are_said_and_many_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(import_skills, "MOST_REASONS", 1)
    path = archive.zipped(tmp_path / "esco.zip", archive.files("en", water="", probe=""))
    run(import_skills, "esco", path, "--version", "9.9")
    out = capsys.readouterr().out
    assert "skills_en.csv row 2 refused: it has no label." in out
    assert "… and 1 more; --report FILE lists them all." in out


def test_another_version_stands_beside_until_it_is_made_current(
    cast: Cast, tmp_path: Path, at: datetime, capsys
) -> None:
    old = archive.zipped(tmp_path / "a.zip", archive.files("en"))
    new = archive.zipped(tmp_path / "b.zip", archive.files("en", without=("probe",)))
    run(import_skills, "esco", old, "--version", "1.1.1")
    confirm(cast, at, "probe")
    run(import_skills, "esco", new, "--version", "1.2.0")
    assert "ESCO 1.1.1 stays the current version." in capsys.readouterr().out
    run(import_skills, "esco", new, "--version", "1.2.0", "--make-current")
    assert "wait for review because of a newer version: 1." in capsys.readouterr().out
    assert Alignment.objects.get().status == "confirmed"


def test_every_way_to_fail_has_its_own_status_and_changes_nothing(tmp_path: Path, esco_zip: Path, capsys) -> None:
    (tmp_path / "cut.zip").write_bytes(esco_zip.read_bytes()[:300])
    photos = archive.zipped(tmp_path / "photos v1.0.zip", {"photo.txt": b""})
    assert run(import_skills, "esco", tmp_path / "nowhere.zip") == 66
    assert run(import_skills, "esco", tmp_path / "cut.zip") == 65
    assert run(import_skills, "onet", photos) == 65
    assert run(import_skills, "esco", esco_zip, "--report", tmp_path / "no" / "where") == 73
    err = capsys.readouterr().err
    assert "nowhere.zip cannot be opened" in err
    assert err.count("nothing was changed") == 2
    assert not Taxonomy.objects.exists()


def test_texts_are_answered_line_by_line(monkeypatch: pytest.MonkeyPatch, esco_zip: Path, capsys) -> None:
    run(import_skills, "esco", esco_zip)
    capsys.readouterr()
    assert suggest(monkeypatch, "use Python\r\n\nnothing like it: qqq\n", "--top", "2", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["text"] for line in lines] == ["use Python", "", "nothing like it: qqq"]
    best = lines[0]["suggestions"][0]
    assert set(best) == {"uri", "label", "score"}
    assert best["uri"] == SKILL + "python"
    assert lines[1]["suggestions"] == []
    suggest(monkeypatch, "use Python\n", "--language", "en")
    assert "Python (computer programming)  http://" in capsys.readouterr().out


def test_without_a_taxonomy_the_command_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, esco_zip: Path, capsys
) -> None:
    assert suggest(monkeypatch, "x\n") == 69
    assert "opencairn import-skills esco PATH" in capsys.readouterr().err
    run(import_skills, "esco", esco_zip)
    assert suggest(monkeypatch, "x\n", "--version", "7.7") == 69
    assert suggest(monkeypatch, "probe\n", "--version", "1.2.0") == 0
    assert suggest(monkeypatch, "x\n", "--top", "0") == 64


@needs_shared
@pytest.mark.shared
def test_the_shared_extract_is_taken_whole_and_an_upgrade_leaves_a_review_list(
    cast: Cast, at: datetime, capsys
) -> None:
    assert run(import_skills, "esco", SHARED / "esco") == 0
    assert "14536 created, 0 updated, 0 unchanged, 0 refused" in capsys.readouterr().out
    absent = "http://data.europa.eu/esco/skill/"
    here = Skill.objects.filter(taxonomy__version="1.1.1", is_group=False)
    assert run(import_skills, "esco", SHARED / "esco", "--version", "1.2.0", "--report", cast and "/dev/null") == 0
    after = set(Skill.objects.filter(taxonomy__version="1.2.0").values_list("uri", flat=True))
    lost = [skill for skill in here.only("uri").order_by("uri") if skill.uri not in after]
    assert len(lost) == 194
    for n, skill in enumerate((*lost[:3], here.get(uri=absent + "ccd0a1d9-afda-43d9-b901-96344886e14d"))):
        confirm(cast, at, skill.uri.removeprefix(absent), f"outcome {n}")
    run(import_skills, "esco", SHARED / "esco", "--version", "1.2.0", "--make-current", "--report", "/dev/null")
    assert {one.alignment.uri for one in queries.orphans()} == {skill.uri for skill in lost[:3]}
    assert Alignment.objects.filter(status="confirmed").count() == 4


@needs_shared
@pytest.mark.shared
def test_the_shared_onet_and_digcomp_are_taken_whole(capsys) -> None:
    assert run(import_skills, "onet", SHARED / "onet") == 0
    assert run(import_skills, "digcomp", SHARED / "esco" / "digcomp_in_esco.csv.gz") == 0
    out = capsys.readouterr().out
    assert "O*NET 29.2: 213 rows read in en; 213 created" in out
    assert "25 created" in out
    reading = Skill.objects.get(code="2.A.1.a")
    assert reading.occupations > 500
    assert len(Taxonomy.objects.current()) == 2


def test_a_language_without_names_is_said_and_english_is_searched(
    esco_zip: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    run(import_skills, "esco", esco_zip)
    capsys.readouterr()
    assert suggest(monkeypatch, "calibrate probes\n", "--json", "--language", "xx") == 0
    said = capsys.readouterr()
    assert "ESCO 1.2.0 has no names in “xx”, only in: en." in said.err
    assert json.loads(said.out)["suggestions"][0]["uri"] == SKILL + "probe"
    assert suggest(monkeypatch, "calibrate probes\n", "--json", "--language", "en-GB") == 0
    assert capsys.readouterr().err == ""
