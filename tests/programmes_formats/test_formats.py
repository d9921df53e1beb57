"""What the formats make of good, malformed and hostile files; nothing here touches the database."""

import csv
import gzip
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.programmes.formats import READERS, BrokenFile, Row, format_named, mslearn, nj_etpl, reader_named, reading
from opencairn.programmes.formats.cip import ISCED_OF_CIP, isced_of
from opencairn.programmes.vocabulary import is_field

GOOD = {
    "program_id": "17",
    "provider": "Harbour Trade School",
    "title": "Welding I",
    "title_raw": "Welding I (Evening)",
    "description": "Join steel by fire.",
    "cip_code": "480508",
    "prerequisites": "18 years old",
    "tuition_usd": "1000",
    "fees_usd": "50",
    "books_usd": "0",
    "supplies_usd": "0",
    "other_usd": "0",
    "total_cost_usd": "1050",
    "total_clock_hours": "120",
    "city": "Newark",
    "state": "NJ",
    "evening_courses": "1",
    "languages": "Spanish",
    "license": "WELDER",
    "remote": "False",
    "inperson": "False",
    "hybrid": "True",
}


def table(*rows: dict[str, str], packed: bool = False) -> io.BytesIO:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(GOOD))
    writer.writeheader()
    writer.writerows(rows)
    data = text.getvalue().encode()
    return io.BytesIO(gzip.compress(data) if packed else data)


def nj(**changes: str) -> Row:
    (row,) = nj_etpl.read(table(GOOD | changes))
    return row


def test_a_row_says_what_the_record_states_and_no_more() -> None:
    row = nj()
    assert row.provider is not None
    assert (row.provider.name, row.provider.country) == ("Harbour Trade School", "US")
    assert row.facts["title"] == {"en": "Welding I (Evening)"}
    assert row.facts["hours"] == 120
    assert row.facts["field_code"] == "0715"
    assert row.facts["participation"] == "blended"
    assert "languages" not in row.facts  # the column lists what the staff speak
    assert "Spanish" in row.facts["further_information"]["en"]
    assert row.offerings == [{"price": Decimal(1050), "currency": "USD", "place": "Newark, NJ"}]
    assert not {"ects", "eqf_level", "assessment", "assessment_types", "quality_assurance"} & row.facts.keys()


def test_zero_hours_and_a_total_against_its_parts_are_left_out_with_a_note() -> None:
    row = nj(total_clock_hours="0", total_cost_usd="0")
    assert row.facts["hours"] is None
    assert row.offerings[0]["price"] is None
    assert len(row.notes) == 2
    free = nj(total_cost_usd="0", tuition_usd="0", fees_usd="0")
    assert free.offerings[0]["price"] == 0


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"total_cost_usd": "12a"}, "total_cost_usd is not a number"),
        ({"total_cost_usd": "-5"}, "total_cost_usd is not a number"),
        ({"total_cost_usd": "1e9"}, "total_cost_usd is not a number"),
        ({"total_clock_hours": "NaN"}, "total_clock_hours is not a number"),
        ({"total_clock_hours": "2400"}, "not a short programme"),
        ({"title": "", "title_raw": " "}, "no title"),
        ({"provider": ""}, "does not name its provider"),
        ({"program_id": ""}, "program_id is empty"),
        ({"title_raw": "x" * 301}, "too long"),
        ({"description": "x" * 20_001}, "too long"),
        ({"description": "ring \x07 the bell"}, "control characters"),
        ({"title_raw": "harmless \u202e txt.exe"}, "control characters"),
        ({"title_raw": "Surgical Technologist"}, "speaks of two programmes"),
    ],
)
def test_a_bad_record_is_refused_with_its_reason(changes: dict[str, str], why: str) -> None:
    row = nj(**changes)
    assert row.numbers == (2,)
    assert why in row.refused
    assert row.provider is None


def test_duplicates_are_refused_and_name_the_row_they_repeat() -> None:
    other_id = GOOD | {"program_id": "18"}
    elsewhere = GOOD | {"program_id": "19", "city": "Camden"}
    rows = list(nj_etpl.read(table(GOOD, GOOD, other_id, elsewhere)))
    repeated = "Duplicate of row 2. Remove one of the two."
    assert [row.refused for row in rows] == ["", repeated, repeated, ""]


def test_one_bad_row_does_not_cost_the_others() -> None:
    lines = table(GOOD, GOOD | {"program_id": "18", "city": "Camden"}).getvalue().splitlines(keepends=True)
    broken = [lines[0], lines[1], b'19,"a"b,c\r\n', b"20,too,few\r\n", lines[2]]
    rows = list(nj_etpl.read(io.BytesIO(b"".join(broken))))
    assert [bool(row.refused) for row in rows] == [False, True, True, False]
    assert rows[-1].numbers == (5,)


def test_packed_and_plain_files_read_alike() -> None:
    assert list(nj_etpl.read(table(GOOD, packed=True))) == list(nj_etpl.read(table(GOOD)))


LINE: dict[str, Any] = {
    "uid": "learn.store",
    "type": "Module",
    "language": "de",
    "title": "Daten speichern",
    "summary": "Wählen Sie einen Speicher.",
    "learning_outcomes": ["Speicher wählen", "Daten schützen"],
    "prerequisites": "Keine",
    "levels": ["beginner"],
    "roles": ["developer"],
    "products": ["azure"],
    "duration_minutes": 35,
    "provider": "Microsoft Learn",
    "price": 0,
}
SWEDISH = LINE | {"language": "sv", "title": "Lagra data", "learning_outcomes": ["Välj lagring", "Skydda data"]}


def ms(*records: Any) -> list[Row]:
    return list(mslearn.read(io.BytesIO(b"".join(json.dumps(each).encode() + b"\n" for each in records))))


def test_translations_of_one_module_are_one_programme() -> None:
    other = LINE | {"uid": "learn.other"}
    first, second = ms(LINE, other, SWEDISH)
    assert first.numbers == (1, 3)
    assert second.numbers == (2,)
    assert first.facts["title"] == {"de": "Daten speichern", "sv": "Lagra data"}
    assert first.facts["languages"] == ["de", "sv"]
    assert first.outcomes[1] == {"text": {"de": "Daten schützen", "sv": "Skydda data"}}
    assert first.facts["hours"] == 1
    assert "35 minutes" in first.facts["further_information"]["en"]
    assert first.facts["field_code"] == "06"
    assert first.provider is not None
    assert first.provider.country == ""
    assert first.offerings[0]["price"] == 0


@pytest.mark.parametrize(("minutes", "hours"), [(None, None), (0, None), (14, 1), (89, 1), (90, 2), (112, 2)])
def test_minutes_become_whole_hours(minutes: int | None, hours: int | None) -> None:
    assert ms(LINE | {"duration_minutes": minutes})[0].facts["hours"] == hours


def test_where_translations_disagree_a_note_says_what_was_taken() -> None:
    (row,) = ms(LINE, SWEDISH | {"duration_minutes": 100, "learning_outcomes": ["Bara en"]}, LINE | {"language": "it"})
    assert row.facts["hours"] == 2
    assert all("sv" not in outcome["text"] for outcome in row.outcomes)
    assert len(row.notes) == 2


def test_what_is_not_stated_stays_empty() -> None:
    (row,) = ms({"uid": "u", "language": "de", "title": "T", "provider": "P"})
    assert row.offerings == []
    assert row.facts["hours"] is None
    assert row.facts["field_code"] == ""
    assert row.outcomes == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": None}, "no title"),
        ({"title": 7}, "title has to be text"),
        ({"provider": ""}, "does not name its provider"),
        ({"uid": ""}, "uid is empty"),
        ({"language": "../de"}, "language is not a language tag"),
        ({"language": "qq"}, "language is not a language tag"),
        ({"duration_minutes": "long"}, "duration_minutes is not a number"),
        ({"duration_minutes": True}, "duration_minutes is not a number"),
        ({"price": -1}, "price is not a number"),
        ({"learning_outcomes": "all"}, "learning_outcomes has to be a list"),
        ({"learning_outcomes": ["x"] * 41}, "learning_outcomes has to be a list"),
        ({"summary": "\ud800"}, "half a character"),
        ({"summary": "\x00"}, "control characters"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason(changes: dict[str, Any], why: str) -> None:
    rows = ms(LINE, SWEDISH | changes)
    assert [row.refused for row in rows if why in row.refused] == [row.refused for row in rows if row.refused]
    assert {number for row in rows for number in row.numbers} == {1, 2}
    assert len([row for row in rows if not row.refused]) == 1


def test_lines_that_are_no_records_are_refused_one_by_one() -> None:
    data = json.dumps(LINE).encode() + b"\nnot json\n[1]\n\n" + b"[" * 100_000 + b"\n" + json.dumps(LINE).encode()
    rows = list(mslearn.read(io.BytesIO(data)))
    assert [(row.numbers, bool(row.refused)) for row in rows] == [
        ((2,), True), ((3,), True), ((5,), True), ((6,), True), ((1,), False),
    ]  # fmt: skip
    assert "Duplicate of row 1" in rows[3].refused


@pytest.mark.parametrize(
    ("key", "data", "ids"),
    [
        ("csv", b"id,title.en,provider.name\n7,,S\n7,T,S\n,T,S\n8,T\n", ["7", "7", "", ""]),
        ("nj-etpl", table(GOOD | {"total_cost_usd": "much"}, GOOD | {"program_id": ""}).getvalue(), ["17", ""]),
        (
            "mslearn",
            json.dumps(LINE | {"title": 7}).encode() + b"\nno JSON\n" + json.dumps(LINE).encode(),
            ["learn.store", ""],
        ),
        (
            "schema-org",
            b'[{"@type": "Course", "@id": "urn:a", "name": ""}, {"@type": "Course", "name": "x"}]',
            ["urn:a", ""],
        ),
        ("schema-org", json.dumps({"@type": "Course", "@id": "x" * 201, "name": "x", "provider": "P"}).encode(), [""]),
        (
            "opencairn",
            b'{"url":"https://a.example/1","kind":"","provider":{},"title":"","outcomes":[],"offerings":[]}\n{"url":"?"}',
            ["https://a.example/1", ""],
        ),
    ],
)
def test_a_refused_row_has_its_identifier_where_there_is_one(key: str, data: bytes, ids: list[str]) -> None:
    assert [row.source_id for row in reader_named(key).read(io.BytesIO(data)) if row.refused] == ids


def bomb() -> bytes:
    return gzip.compress(b"a" * (reading.LARGEST_LINE + 10))


@pytest.mark.parametrize("form", READERS, ids=lambda form: form.key)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"PK\x03\x04" + b"\x00" * 50,
        b"\x1f\x8b\x08\x00 damaged",
        gzip.compress(json.dumps(LINE).encode() * 200)[:-40],
        "title;ä\n".encode("latin-1"),
        b"<html><body>Not found</body></html>",
        bomb(),
        gzip.compress(gzip.compress(b"a")),
    ],
    ids=["empty", "png", "zip", "damaged", "cut off", "latin-1", "html", "bomb", "packed twice"],
)
def test_a_broken_file_is_refused_as_a_whole(form: Any, data: bytes) -> None:
    with pytest.raises(BrokenFile) as refusal:
        list(form.read(io.BytesIO(data)))
    assert str(refusal.value)


def test_bad_first_lines_are_refused_one_by_one_and_the_others_are_taken() -> None:
    lines = ["not JSON", json.dumps({"uid": "a"}), json.dumps(LINE), "[]"]
    rows = list(mslearn.read(io.BytesIO("\n".join(lines).encode())))
    assert [(row.numbers, bool(row.refused)) for row in rows] == [
        ((1,), True),
        ((2,), True),
        ((4,), True),
        ((3,), False),
    ]


def test_an_archive_that_unpacks_without_end_is_stopped_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 100_000)
    lines = io.BytesIO(gzip.compress((json.dumps(LINE) + "\n").encode() * 10_000))
    with pytest.raises(BrokenFile, match="too big"):
        list(mslearn.read(lines))


@pytest.mark.parametrize("form", [nj_etpl, mslearn], ids=lambda form: form.key)
def test_a_file_with_too_many_rows_is_refused(form: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    files = {
        "nj-etpl": table(*(GOOD | {"program_id": str(n), "city": str(n)} for n in range(5))),
        "mslearn": io.BytesIO("".join(json.dumps(LINE | {"uid": f"u{n}"}) + "\n" for n in range(5)).encode()),
    }
    with pytest.raises(BrokenFile, match="too many rows"):
        list(form.read(files[form.key]))


def test_a_quotation_mark_that_is_never_closed_ruins_the_file() -> None:
    with pytest.raises(BrokenFile, match="never closed"):
        list(nj_etpl.read(io.BytesIO(table(GOOD).getvalue() + b'18,"open\n' + b"x,y\n" * 3)))


@given(st.binary(max_size=400))
def test_no_bytes_whatever_make_a_format_stumble(data: bytes) -> None:
    for form in READERS:
        try:
            rows = list(form.read(io.BytesIO(data)))
        except BrokenFile:
            continue
        assert all(row.refused or row.provider for row in rows)


@given(
    st.dictionaries(
        st.sampled_from(list(LINE)), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())
    )
)
def test_no_record_whatever_makes_a_format_stumble(record: dict[str, Any]) -> None:
    rows = ms(LINE, LINE | {"uid": "other"} | record)
    assert any(row.facts.get("title") == {"de": "Daten speichern"} for row in rows)


def test_formats_are_found_by_key() -> None:
    assert reader_named("mslearn") is mslearn  # type: ignore[comparison-overlap]
    with pytest.raises(KeyError, match="elm, elm-xml"):
        format_named("mslearn")
    with pytest.raises(KeyError, match="nj-etpl, mslearn"):
        reader_named("xml")


def test_every_match_of_the_classifications_is_a_field() -> None:
    assert all(code == "" or is_field(code) for code in ISCED_OF_CIP.values())
    assert isced_of("10607") == "0812"  # a spreadsheet took the leading zero
    assert isced_of("24.0101") == ""
    assert isced_of("nonsense") == ""
