"""``opencairn import-programmes``: what it leaves behind, what it says, and how it ends."""

import argparse
import json
import os
import shlex
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from opencairn.catalogue.queries import Criteria, search
from opencairn.people.models import Organisation
from opencairn.programmes import actions as programmes
from opencairn.programmes.formats import ProviderFacts, losses, reader_named
from opencairn.programmes.models import Offering, Outcome, Programme, ProgrammeVersion
from opencairn.web.commands import import_programmes
from opencairn.web.demo.cast import Cast

from .test_formats import GOOD, LINE, SWEDISH, table

pytestmark = pytest.mark.django_db
CATALOGUES = Path(__file__).resolve().parents[3] / "shared" / "data" / "catalogues"
NJ, MS = CATALOGUES / "nj_etpl_programs.csv.gz", CATALOGUES / "mslearn_modules_multilingual.jsonl.gz"
needs_shared = pytest.mark.skipif(not NJ.exists(), reason=f"the reference catalogues are not at {CATALOGUES}")


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    import_programmes.add_arguments(parser)
    return import_programmes.run(parser.parse_args([str(word) for word in words]))


def listed(**chosen: tuple[str, ...]) -> int:
    """How many programmes a search finds today, without filing anything first."""
    return search(Criteria("", chosen), day=timezone.now().date()).total


@pytest.fixture
def trade(tmp_path: Path) -> Path:
    file = tmp_path / "trade.csv"
    bad = GOOD | {"program_id": "18", "total_cost_usd": "much"}
    file.write_bytes(table(GOOD, bad, GOOD | {"program_id": "19", "city": "Camden"}).getvalue())
    return file


def test_rows_are_listed_and_marked_as_incomplete(trade: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(trade, "--format", "nj-etpl") == 0
    assert Programme.objects.filter(source="nj-etpl", current__published_as="listing").count() == 2
    provider = Organisation.objects.get()
    assert (provider.is_provider, provider.verified_at, provider.country) == (True, None, "US")
    assert listed() == 2
    out = capsys.readouterr()
    assert "row 3 (18) refused: total_cost_usd is not a number" in out.out
    assert "3 rows read; programmes: 2 created, 0 updated, 0 unchanged, 1 refused" in out.out
    assert "3 of 3 rows" in out.err


def test_the_second_time_nothing_changes(trade: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(trade, "--format", "nj-etpl")
    run(trade, "--format", "nj-etpl")
    assert "0 created, 0 updated, 2 unchanged, 1 refused" in capsys.readouterr().out
    assert ProgrammeVersion.objects.count() == 2


def test_a_changed_row_becomes_the_next_version(trade: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(trade, "--format", "nj-etpl")
    trade.write_bytes(table(GOOD | {"total_clock_hours": "90", "total_cost_usd": "900"}).getvalue())
    run(trade, "--format", "nj-etpl")
    assert "0 created, 1 updated, 0 unchanged" in capsys.readouterr().out
    programme = Programme.objects.get(source_id="17")
    assert programme.current is not None
    assert (programme.current.number, programme.current.hours) == (2, 90)
    assert Offering.objects.get(programme=programme).price == 900


def test_a_dry_run_reports_and_keeps_nothing(trade: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(trade, "--format", "nj-etpl", "--dry-run") == 0
    assert "2 created, 0 updated, 0 unchanged, 1 refused. Nothing was kept." in capsys.readouterr().out
    assert not Programme.objects.exists()
    assert not Organisation.objects.exists()


def test_the_report_has_a_line_for_every_row(tmp_path: Path) -> None:
    file, report = tmp_path / "ms.jsonl", tmp_path / "report.jsonl"
    file.write_text("\n".join(json.dumps(each) for each in (LINE, {"uid": ""}, SWEDISH)))
    assert run(file, "--format", "mslearn", "--report", report) == 0
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert {line["row"]: line["status"] for line in lines} == {1: "created", 2: "refused", 3: "created"}
    assert "id" not in next(line for line in lines if line["row"] == 2)
    assert next(line for line in lines if line["row"] == 3)["same_programme_as_row"] == 1
    assert Outcome.objects.count() == 2
    run(file, "--format", "mslearn", "--report", tmp_path / "report.txt")
    assert "row 2: refused; reason uid is empty" in (tmp_path / "report.txt").read_text()


def test_the_report_names_a_refused_row_by_its_identifier(trade: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    assert run(trade, "--format", "nj-etpl", "--report", report) == 0
    refused = [line for line in map(json.loads, report.read_text().splitlines()) if line["status"] == "refused"]
    assert [(line["row"], line["id"]) for line in refused] == [(3, "18")]


@pytest.mark.parametrize("data", [b"", b"\x1f\x8b cut", b"a,b\n1,2\n", b"\xff\xfe\x00"])
def test_a_broken_file_changes_nothing_and_says_so(
    tmp_path: Path, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "broken"
    file.write_bytes(data)
    assert run(file, "--format", "nj-etpl") == 65
    assert "nothing was changed" in capsys.readouterr().err
    assert not Programme.objects.exists()


def test_two_schools_with_the_same_numbers_do_not_overwrite_each_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {name: tmp_path / f"{name}.csv" for name in ("north", "south")}
    for name, file in files.items():
        rows = f"1,Course of the {name},{name} school\r\nhttps://{name}.example/2,Other,{name} school\r\n"
        file.write_text("id,title.en,provider.name\r\n" + rows)
        assert run(file, "--format", "csv") == 0
    said = capsys.readouterr().out
    assert said.count("row 2 (1) refused: Its identifier is neither a web address") == 2
    assert said.count("1 created, 0 updated, 0 unchanged, 1 refused") == 2
    for name, file in files.items():
        assert run(file, "--format", "csv", "--source", name) == 0
    titles = {each.current.title["en"] for each in Programme.objects.filter(source_id="1") if each.current}
    assert titles == {"Course of the north", "Course of the south"}


def test_where_every_row_needs_a_source_the_last_line_is_what_to_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, report = tmp_path / "our courses.csv", tmp_path / "report.jsonl"
    rows = [f"{number},Course {number},School of the North and of all that lies around it" for number in (1, 2)]
    file.write_text("\r\n".join(["id,title.en,provider.name", *rows, ""]))
    assert run(file, "--format", "csv", "--report", report, "--dry-run") == 1
    words = shlex.split(capsys.readouterr().out.splitlines()[-1])
    assert words[:2] == ["opencairn", "import-programmes"]
    assert words[2:] == [str(file), "--format", "csv", "--source", "School of the North and of all that lies",
        "--report", str(report), "--dry-run"]  # fmt: skip
    assert run(*words[2:]) == 0
    assert "2 created" in (said := capsys.readouterr().out)
    assert "type:" not in said
    file.write_text(file.read_text() + "https://north.example/3,Course 3,School\r\n")
    assert run(file, "--format", "csv") == 0
    assert "type:" not in capsys.readouterr().out  # typed with a source, the third would be listed twice


def test_one_catalogue_in_several_formats_is_one_and_the_row_says_who_lists_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the way in, an identifier that is a web address is the programme's address."""
    spelt = ("https://school.example/c/1", "HTTPS://School.example:443/c/1/", "http://school.example./c/1#")
    school = ProviderFacts("School of the River", "DE")
    for form, url in zip(("csv", "elm", "schema-org", "ctdl"), (spelt[0], *spelt), strict=True):
        file = tmp_path / form
        what = replace(losses.LISTING, url=url, provider=school, awarding_bodies=())
        file.write_bytes(b"".join(reader_named(form).write([what])))
        assert run(file, "--format", form) == 0
        said = capsys.readouterr().out
        assert ("1 created" if form == "csv" else "0 created, 0 updated, 0 unchanged, 1 same, 0 refused") in said
        told = "same: “csv” lists it already. --source csv continues that one."
        assert (told in said) == (form != "csv")
        assert run(file, "--format", form, "--source", "csv") == 0
        said = capsys.readouterr().out
        assert "1 unchanged" in said or "1 updated" in said
    assert Programme.objects.count() == 1
    Programme.objects.update(withdrawn_at=timezone.now())
    assert run(file, "--format", "ctdl", "--report", tmp_path / "report.txt") == 0
    assert ": same; id http://school.example./c/1#" in (tmp_path / "report.txt").read_text()
    assert "It was withdrawn here." in (tmp_path / "report.txt").read_text()
    assert Programme.objects.count() == 1


def test_a_file_cannot_name_itself_after_a_feed(trade: Path) -> None:
    with pytest.raises(SystemExit):
        run(trade, "--format", "nj-etpl", "--source", "feed-0d4a1b1e")


def test_a_file_that_breaks_in_the_middle_leaves_nothing_half_done(trade: Path) -> None:
    many = (GOOD | {"program_id": str(n), "city": str(n)} for n in range(250))
    trade.write_bytes(table(*many).getvalue() + b'9999,"never closed\n')
    assert run(trade, "--format", "nj-etpl") == 65
    assert not Programme.objects.exists()


def test_a_file_that_is_changed_while_it_is_imported_ends_with_a_word_and_the_next_run_completes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    course = {"@type": "Course", "name": "Weld", "provider": "School", "description": "x" * 4_000}
    whole = json.dumps([course | {"@id": f"https://school.example/{n}"} for n in range(100)]).encode()
    file = tmp_path / "courses.json"
    file.write_bytes(whole)
    take = programmes.take_row

    def cutting(**row: Any) -> programmes.Taken:
        os.truncate(file, len(whole) // 2)  # another program writes the same file
        return take(**row)

    monkeypatch.setattr(import_programmes, "BATCH", 20)
    with monkeypatch.context() as patched:
        patched.setattr(programmes, "take_row", cutting)
        assert run(file, "--format", "schema-org") == 65
    kept = Programme.objects.count()
    said = capsys.readouterr()
    assert 0 < kept < 100
    assert kept % 20 == 0
    assert listed() == kept
    assert f"{kept} created" in said.out
    assert "Run this again with the whole file. The file is damaged or cut off" in said.err
    file.write_bytes(whole)
    assert run(file, "--format", "schema-org") == 0
    assert f"{100 - kept} created, 0 updated, {kept} unchanged" in capsys.readouterr().out


def test_missing_files_and_unwritable_reports_have_their_own_ends(
    tmp_path: Path, trade: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "nowhere", "--format", "mslearn") == 66
    assert run(tmp_path, "--format", "mslearn") == 66
    assert run(trade, "--format", "nj-etpl", "--report", tmp_path / "no" / "where") == 73
    assert not Programme.objects.exists()
    assert capsys.readouterr().err.count("cannot be") == 3


def test_an_import_may_not_speak_for_an_organisation_of_this_site(
    cast: Cast, trade: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trade.write_bytes(table(GOOD | {"provider": "Hochschule Tarntal"}).getvalue())
    assert run(trade, "--format", "nj-etpl") == 1  # nothing was taken
    assert "describes its own programmes" in capsys.readouterr().out
    assert not Programme.objects.exists()


def test_a_name_that_only_looks_like_one_of_this_site_is_refused(
    cast: Cast, trade: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trade.write_bytes(table(GOOD | {"provider": "Hochschule Tarnt\u0430l"}).getvalue())
    before = Organisation.objects.count()
    assert run(trade, "--format", "nj-etpl") == 1
    assert "has letters that only look like others" in capsys.readouterr().out
    assert Organisation.objects.count() == before


def test_a_refused_row_leaves_no_provider_behind(trade: Path) -> None:
    lone = GOOD | {"provider": "Lone School", "title": "x" * 250, "title_raw": ""}
    trade.write_bytes(table(lone).getvalue())
    run(trade, "--format", "nj-etpl")
    assert not Organisation.objects.exists()


@needs_shared
@pytest.mark.shared
def test_both_real_catalogues_are_taken_whole(tmp_path: Path) -> None:
    reports = {"nj-etpl": tmp_path / "nj.jsonl", "mslearn": tmp_path / "ms.jsonl"}
    for name, file in (("nj-etpl", NJ), ("mslearn", MS)):
        assert run(file, "--format", name, "--report", reports[name]) == 0
    lines = {name: [json.loads(line) for line in report.read_text().splitlines()] for name, report in reports.items()}
    assert {name: len(rows) for name, rows in lines.items()} == {"nj-etpl": 1110, "mslearn": 386}
    assert Counter(line["status"] for line in lines["mslearn"]) == {"created": 386}
    assert Counter(line["status"] for line in lines["nj-etpl"]) == {"created": 913, "refused": 197}
    reasons = Counter(
        next(key for key in ("provider", "two programmes", "short programme", "Duplicate") if key in line["reason"])
        for line in lines["nj-etpl"]
        if line["status"] == "refused"
    )
    assert reasons == {"provider": 145, "two programmes": 13, "short programme": 38, "Duplicate": 1}
    assert Programme.objects.filter(source="mslearn").count() == 85
    assert listed(kind=("listing",)) == 998
    assert not Programme.objects.micro_credentials().exists()
    client = Client()
    for source, words in (("nj-etpl", "nursing"), ("mslearn", "cosmos")):
        found = client.get("/api/v1/search", {"q": words, "limit": 100}).json()
        theirs = set(Programme.objects.filter(source=source).values_list("slug", flat=True))
        slug = next(each["slug"] for each in found["items"] if each["slug"] in theirs)
        assert client.get("/find/", {"q": words}).context["results"].total == found["total"] > 0
        page, told = client.get(f"/programmes/{slug}/"), client.get(f"/api/v1/programmes/{slug}").json()
        assert (page.status_code, told["slug"]) == (200, slug)
        shown = page.content.decode()
        assert any(escape(title) in shown for title in told["title"].values())


@needs_shared
@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "form"),
    [
        (CATALOGUES.parent / "eu_vocabularies" / "learning_opportunities_sample.xml", "elm-xml"),
        (CATALOGUES.parents[1] / "elm" / "examples" / "loq-sample.xml", "elm-xml"),
        (CATALOGUES.parents[1] / "elm" / "examples" / "Sample-MC-Annex1-unsigned.jsonld", "elm"),
        (CATALOGUES.parents[1] / "elm" / "examples" / "credential-sample.jsonld", "elm"),
    ],
    ids=lambda each: getattr(each, "name", each),
)
def test_the_official_samples_of_the_learning_model_are_imported(file: Path, form: str, tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    with file.open("rb") as opened:
        rows = {row.source_id: row for row in reader_named(form).read(opened)}
    assert run(file, "--format", form, "--report", report, "--source", "sample") == 0
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert [(line["status"], line.get("reason")) for line in lines] == [("created", None)] * len(rows)
    for programme in Programme.objects.filter(source="sample").select_related("current", "provider"):
        row, version = rows[programme.source_id], programme.current
        assert version is not None
        assert row.provider is not None
        assert (programme.provider.name, version.title) == (row.provider.name, row.facts["title"])
        kept = list(Outcome.objects.filter(version=version).order_by("position").values_list("text", flat=True))
        assert kept == [outcome["text"] for outcome in row.outcomes]
        assert Offering.objects.filter(programme=programme).count() == len(row.offerings)
    assert Programme.objects.count() == len(rows) > 0
