"""Reading archives: the official layouts, and everything that can be wrong with one."""

import gzip
import zipfile
from pathlib import Path

import pytest

from opencairn.skills.taxonomies import (
    BrokenSource,
    Row,
    checked,
    digcomp,
    esco,
    onet,
    open_source,
    source,
    taxonomy_named,
)

from . import archive
from .archive import SKILL


def read(path: Path, plug=esco, version="1.2.0") -> dict[str, Row]:
    return {row.uri: row for row in plug.read(open_source(path), version)}


def test_the_official_zip_is_read_with_its_relations_and_collections(tmp_path: Path) -> None:
    path = archive.zipped(tmp_path / "esco.zip", archive.files())
    assert esco.version_of(open_source(path)) == "1.2.0"
    rows = read(path)
    probe = rows[SKILL + "probe"]
    assert probe.labels == {"en": "calibrate field probes"}
    assert probe.alternatives == {"en": ("adjust sensors", "set up water sensors")}
    assert probe.broader == (SKILL + "S1", SKILL + "K05")
    assert (probe.occupations, probe.kind, probe.is_group) == (3, "skill/competence", False)
    assert rows[SKILL + "python"].collections == ("digital",)
    assert rows[SKILL + "waste"].collections == ("green",)
    assert rows[SKILL + "K05"].code == "05"
    assert rows[SKILL + "K05"].is_group


def test_a_folder_and_older_names_without_a_language_are_read_too(tmp_path: Path) -> None:
    content = archive.files("de")
    content["broaderRelationsSkillPillar.csv"] = content.pop("broaderRelationsSkillPillar_en.csv")
    content["greenSkillsCollection.csv"] = content.pop("greenSkillsCollection_en.csv")
    rows = read(archive.unpacked(tmp_path / "ESCO v1.0.9", content))
    assert rows[SKILL + "waste"].labels == {"de": "Abfall trennen"}
    assert rows[SKILL + "waste"].collections == ("green",)
    assert rows[SKILL + "water"].broader == (SKILL + "K05",)


def test_relations_may_be_missing_and_a_single_file_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "skills_de.csv"
    path.write_bytes(b"\xef\xbb\xbf" + archive.skills("de"))
    rows = read(path)
    assert len(rows) == len(archive.SKILLS)
    assert rows[SKILL + "probe"].occupations == 0


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("ESCO dataset - v1.2.0 - classification - de - csv.zip", "1.2.0"),
        ("db_29_2_text.zip", "29.2"),
        ("esco.zip", ""),
        ("esco-2024-05-06.zip", ""),
    ],
)
def test_the_version_stands_in_the_name(tmp_path: Path, name: str, version: str) -> None:
    path = archive.zipped(tmp_path / name, archive.files(), folder="")
    assert open_source(path).stated_version() == version


ONET = {
    "Content Model Reference.txt": (
        "Element ID\tElement Name\tDescription\n1\tWorker Characteristics\tAll\n2.A\tBasic Skills\tDeveloped\n"
        '2.A.1\tContent\tBackground\n2.A.1.a\tReading "Comprehension"\tUnderstanding\n3.A\tElsewhere\tNo skill\n'
    ),
    "Skills.txt": (
        "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\n11-1011.00\t2.A.1.a\tReading\tIM\t4.12\n"
        "11-1011.00\t2.A.1.a\tReading\tLV\t4.62\n11-2011.00\t2.A.1.a\tReading\tIM\t2.9\n11-3011.00\t2.A.1.a\tReading\tIM\tn/a\n"
    ),
}


def test_onet_is_read_as_a_tree_with_the_occupations_that_ask_for_each_element(tmp_path: Path) -> None:
    content = {name: text.encode() for name, text in ONET.items()}
    path = archive.zipped(tmp_path / "db_29_2_text.zip", content, folder="db_29_2_text/")
    assert onet.version_of(open_source(path)) == "29.2"
    rows = read(path, onet)
    assert [row.code for row in rows.values()] == ["2.A", "2.A.1", "2.A.1.a"]
    leaf = rows[onet.ADDRESS + "2.A.1.a"]
    assert (leaf.labels["en"], leaf.occupations, leaf.is_group) == ('Reading "Comprehension"', 1, False)
    assert leaf.broader == (onet.ADDRESS + "2.A.1",)
    assert rows[onet.ADDRESS + "2.A"].broader == ()


def test_digcomp_is_the_collection_of_an_esco_archive_with_its_areas_as_groups(tmp_path: Path) -> None:
    rows = [
        {"conceptUri": SKILL + "area", "preferredLabel": "ICT safety", "status": "released"},
        {"conceptUri": SKILL + "devices", "preferredLabel": "protect ICT devices", "altLabels": "use anti-virus | lock up",
         "broaderConceptUri": f"{SKILL}area | {SKILL}elsewhere"},
    ]  # fmt: skip
    content = {"digCompSkillsCollection_en.csv": archive.table(archive.COLLECTION_COLUMNS, rows)}
    path = archive.zipped(tmp_path / "ESCO v1.2.0.zip", content)
    assert digcomp.version_of(open_source(path)) == "esco-1.2.0"
    found = read(path, digcomp)
    assert found[SKILL + "area"].is_group
    assert found[SKILL + "devices"].broader == (SKILL + "area",)
    assert found[SKILL + "devices"].alternatives == {"en": ("use anti-virus", "lock up")}


@pytest.mark.parametrize("plug", [esco, onet, digcomp])
def test_an_archive_of_something_else_is_refused_in_words(tmp_path: Path, plug) -> None:
    path = archive.zipped(tmp_path / "photos.zip", {"photo.txt": b"hello"})
    with pytest.raises(BrokenSource, match="There is no"):
        read(path, plug)
    assert plug.version_of(open_source(path)) in {"1.2.0", "esco-1.2.0"}  # the folder inside says so


def damaged(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("skills_en.csv", b"conceptUri,label\nx,y\n", "lacks the columns preferredLabel, altLabels"),
        ("skills_en.csv", b"", "lacks the columns"),
        ("skills_en.csv", archive.skills() + b"\xff\xfe\xff", "not text in UTF-8"),
        ("skills_en.csv", archive.skills() + b'"never closed', "not a sound table"),
        ("skills_en.csv", archive.skills() + b'"' + b"x" * (1 << 21) + b'"', "not a sound table"),
        ("skills_en.csv.gz", damaged(gzip.compress(archive.skills())), "damaged, cut off or locked"),
        ("skills_en.csv.gz", b"no gzip at all", "damaged, cut off or locked"),
    ],
)
def test_a_broken_table_is_refused_with_the_reason(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    with pytest.raises(BrokenSource, match=says):
        read(archive.unpacked(tmp_path / "esco", {name: data}))


def test_a_broken_zip_is_refused(tmp_path: Path) -> None:
    whole = archive.zipped(tmp_path / "esco.zip", archive.files()).read_bytes()
    (tmp_path / "cut.zip").write_bytes(damaged(whole))
    with pytest.raises(BrokenSource, match="damaged or cut off"):
        open_source(tmp_path / "cut.zip")
    at = whole.index(b"skills_en.csv") + 40
    (tmp_path / "bent.zip").write_bytes(
        whole[:at] + bytes(byte ^ 255 for byte in whole[at : at + 20]) + whole[at + 20 :]
    )
    with pytest.raises(BrokenSource, match="damaged, cut off or locked"):
        read(tmp_path / "bent.zip")


def test_a_file_that_unpacks_to_gigabytes_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGEST_FILE", 2000)
    with pytest.raises(BrokenSource, match="is too big"):
        read(archive.zipped(tmp_path / "bomb.zip", {"skills_en.csv": archive.skills() + b"\n" * 5_000_000}))


def test_too_many_rows_and_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive.zipped(tmp_path / "esco.zip", archive.files())
    monkeypatch.setattr(source, "MOST_ROWS", 3)
    with pytest.raises(BrokenSource, match="more than 3 rows"):
        read(path)
    monkeypatch.setattr(source, "MOST_FILES", 2)
    with pytest.raises(BrokenSource, match="more than 2 files"):
        open_source(path)


def test_a_file_that_says_more_than_its_columns_is_read_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "skills_en.csv"
    path.write_bytes(
        archive.skills().replace(b"\r\n", b",surplus,more\r\n").replace(b"description,surplus,more", b"description", 1)
    )
    assert read(path)[SKILL + "water"].labels == {"en": "water chemistry"}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Row("f", "javascript:alert(1)", labels={"en": "x"}), "no web address"),
        (Row("f", "http://a.example/ b", labels={"en": "x"}), "no web address"),
        (Row("f", "http://a.example/b"), "no label"),
        (Row("f", "http://a.example/b", labels={"en": ""}), "no label"),
        (Row("f", "http://a.example/b", labels={"../en": "x"}), "not a tag"),
        (Row("f", "http://a.example/b", labels={"en": "x" * 301}), "too long"),
        (Row("f", "http://a.example/b", labels={"en": "x\u202ey"}), "control characters"),
        (Row("f", "http://a.example/b", labels={"en": "x"}, descriptions={"en": "\x00"}), "control characters"),
        (Row("f", "http://a.example/b", labels={"en": "x"}, broader=("above",)), "broader concept"),
        (Row("f", "http://a.example/b", labels={"en": "x"}, status="x" * 21), "its status is too long"),
        (Row("f", "http://a.example/b", labels={"en": "x"}, kind="a\x00b"), "its kind is too long"),
    ],
)
def test_a_row_that_cannot_be_kept_is_refused_with_the_reason(row: Row, says: str) -> None:
    assert says in checked(row).refused
    assert checked(checked(row)) == checked(row)


def test_names_that_cannot_be_kept_are_left_out_of_a_row_that_can() -> None:
    names = {"en": ("good", "good", "", "x" * 400, "b\x07ad"), "de": ()}
    row = Row("f", "http://a.example/b", labels={"en": "x"}, alternatives=names)
    assert checked(row).alternatives == {"en": ("good",)}


def test_a_taxonomy_is_found_by_its_key() -> None:
    assert taxonomy_named("onet") is onet
    with pytest.raises(KeyError, match="esco, onet, digcomp"):
        taxonomy_named("rome")


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = archive.zipped(tmp_path / "esco.zip", {"skills_en.csv": archive.skills()}, folder="")
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag "encrypted", in the file's own header and in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert zipfile.is_zipfile(path)
    with pytest.raises(BrokenSource, match="locked"):
        read(path)


EXTRACT = {
    "skills.csv": (
        "uri,skill_type,reuse_level,status,label_en,alt_en,description_en,label_es,alt_es,label_fr,alt_fr,broader,"
        "collections_v111,collections_v120,in_v120\n"
        f"{SKILL}1,knowledge,,released,water,lakes|rivers,About water,agua,,eau,,{SKILL}S,green,digital|green,1\n"
        f"{SKILL}2,knowledge,,released,faxes,,,,,,,{SKILL}S,,,0\n"
        f"{SKILL}3,knowledge,,released,web,,,,,,,{SKILL}S,,,1\n"
    ),
    "skill_groups.csv": f"uri,code,label_en,broader\n{SKILL}S,S1,work in the field,\n",
    "occupation_skill.csv": "occupation_id,relation,skill_id\na,essential,1\nb,optional,1\na,optional,1\n",
    "v120_changes.csv": (
        "change,uri,label_en_v120,skill_type,reuse_level,alt_en,description_en,broader_v120\n"
        f"new,{SKILL}4,artificial intelligence,knowledge,cross-sector,AI | machine thinking,,{SKILL}S\n"
        f"new,{SKILL}5,,,,,,\nrelabelled,{SKILL}3,world wide web,,,,,\nabsent_from_v120_broader,{SKILL}2,,,,,,\n"
    ),
}


def test_the_extract_holds_one_version_whole_and_what_changed_with_the_next(tmp_path: Path) -> None:
    content = {f"{name}.gz": gzip.compress(text.encode()) for name, text in EXTRACT.items()}
    path = archive.unpacked(tmp_path / "esco", content)
    assert esco.version_of(open_source(path)) == "1.1.1"
    old, new = read(path, version="1.1.1"), read(path, version="1.2.0")
    assert list(old) == [SKILL + each for each in ("1", "2", "3", "S")]
    water = old[SKILL + "1"]
    assert water.labels == {"en": "water", "es": "agua", "fr": "eau"}
    assert (water.alternatives["en"], water.collections, water.occupations) == (("lakes", "rivers"), ("green",), 2)
    assert list(new) == [SKILL + each for each in ("1", "3", "4", "5", "S")]
    assert new[SKILL + "3"].labels == {"en": "world wide web"}
    assert new[SKILL + "4"].alternatives == {"en": ("AI", "machine thinking")}
    assert new[SKILL + "1"].collections == ("digital", "green")
    assert "no label" in checked(new[SKILL + "5"]).refused
    with pytest.raises(BrokenSource, match="Say which with --version"):
        read(path, version="1.0")


def test_the_other_extracts_are_read(tmp_path: Path) -> None:
    elements = "element_id,element,description\n2.C,Knowledge,Known\n2.C.1,Business,Business\n"
    ratings = "onetsoc_code,element_id,element,importance_1_5\n1,2.C.1,Business,3.0\n"
    path = archive.unpacked(tmp_path / "a", {"content_model.csv": elements.encode(), "knowledge.csv": ratings.encode()})
    assert onet.version_of(open_source(path)) == "29.2"
    business = read(path, onet)[onet.ADDRESS + "2.C.1"]
    assert (business.occupations, business.descriptions, business.kind) == (1, {}, "knowledge")
    competences = (
        f"uri,label_en,description_en,broader_uri\n{SKILL}1,ICT safety,,\n{SKILL}2,protect devices,,{SKILL}1\n"
    )
    path = archive.unpacked(tmp_path / "b", {"digcomp_in_esco.csv": competences.encode()})
    assert digcomp.version_of(open_source(path)) == "esco-1.2.0"
    assert [row.is_group for row in read(path, digcomp).values()] == [True, False]


def test_an_archive_that_does_not_say_its_version_has_none(tmp_path: Path) -> None:
    path = archive.zipped(tmp_path / "x.zip", {"digCompCollection_en.csv": b""}, folder="")
    assert digcomp.version_of(open_source(path)) == ""
