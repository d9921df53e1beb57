"""What is written comes back, what strangers wrote is read, and what cannot be right is said; no database."""

import io
import json
import runpy
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from opencairn.programmes.formats import (
    FORMATS,
    BrokenFile,
    ProviderFacts,
    Row,
    csv_table,
    ctdl,
    elm_json,
    elm_xml,
    losses,
    moochub,
    opencairn,
    schema_org,
    streams,
)
from opencairn.programmes.formats.losses import FILLED, ROWS, UNUSUAL, stated_of

SHARED = Path(__file__).resolve().parents[3] / "shared" / "elm" / "examples"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "losses-of-programmes.md"
needs_samples = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the official samples are not at {SHARED}")


def written(form: Any, *descriptions: Any) -> bytes:
    return b"".join(form.write(descriptions or [FILLED]))


def rows(form: Any, data: bytes) -> list[Row]:
    return list(form.read(io.BytesIO(data)))


def test_the_page_of_losses_is_that_of_the_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert PAGE.read_text("utf-8") == losses.page()
    monkeypatch.delitem(sys.modules, losses.__name__)
    runpy.run_module(losses.__name__, run_name="__main__")
    assert capsys.readouterr().out == losses.page()


def test_the_table_of_losses_speaks_of_everything_that_is_stated() -> None:
    assert {name for _element, names in ROWS for name in names} == set(stated_of(FILLED))
    assert not [name for name, value in stated_of(FILLED).items() if value in (None, "", [], {}, ())]


def test_the_table_keeps_everything_and_several_programmes_apart() -> None:
    assert set(losses.fates(csv_table).values()) == {"kept"}
    for form in FORMATS:
        two = rows(form, written(form, FILLED, replace(UNUSUAL, url=FILLED.url + "2/", uuid=FILLED.uuid[:-1] + "9")))
        assert [row.numbers for row in two if not row.refused] == sorted(row.numbers for row in two)
        assert len({row.source_id for row in two}) == 2
        assert two[0].facts == losses.read_back(form, FILLED).facts
        assert two[0].offerings == losses.read_back(form, FILLED).offerings


UNLISTED = replace(
    FILLED,
    facts=FILLED.facts | {"languages": ["de", "sjb", "sqo"], "title": {"sjb": "Water", "de": "Wasser"}},
    offerings=[
        FILLED.offerings[0] | {"languages": ["sjb"], "price": Decimal(0), "currency": ""},
        FILLED.offerings[1] | {"languages": ["de-AT", "sqo", "en"]},
    ],
    awarding_bodies=(
        ProviderFacts("Chamber of Nowhere", "", "https://nowhere.example/"),
        ProviderFacts("Guild of Nowhere"),
        ProviderFacts("Chamber of Tarntal", "DE", "https://chamber.example/"),
    ),
    quality=(),
)  #: what the lists of the EU have no code for: rare languages, awarding bodies without a country, no currency


@pytest.mark.parametrize("form", [elm_json, elm_xml])
def test_what_the_lists_of_the_union_do_not_have_is_written_in_our_words_and_read_again(form: Any) -> None:
    data = written(form, UNLISTED)
    assert b"not-stated" not in data
    assert b"terms:v1:language:" not in data
    row = losses.read_back(form, UNLISTED)
    before, after = stated_of(UNLISTED), stated_of(row)
    assert [name for name in before if before[name] != after[name]] == ["need", "vendor_standards"]
    assert row.notes == ()


@pytest.mark.parametrize("form", [elm_json, elm_xml])
def test_what_the_profile_takes_only_from_a_list_is_left_out_or_said(form: Any) -> None:
    body = replace(FILLED.quality[0].body, country="")
    decided = (replace(FILLED.quality[0], body=body), replace(FILLED.quality[0], kind="internal"), *FILLED.quality)
    assert len(losses.read_back(form, replace(FILLED, quality=decided)).quality) == 1
    rare = replace(FILLED, facts=FILLED.facts | {"languages": ["sjb"], "title": {"sjb": "Water"}})
    assert form.lacks(rare) == (
        "The European Learning Model demands a language of teaching that the EU has a code for, "
        "a title in a language that the EU has a code for."
    )
    assert rows(form, written(form, FILLED, rare))[1:] == []


@pytest.mark.parametrize("form", [elm_json, elm_xml, schema_org])
def test_hours_that_are_a_range_come_back_as_one(form: Any) -> None:
    assert losses.read_back(form, FILLED).facts["hours_most"] == 75
    wrong = replace(FILLED, facts=FILLED.facts | {"hours_most": 60})
    row = losses.read_back(form, wrong)
    assert "hours_most" not in row.facts
    assert "hours_most was left out" in " ".join(row.notes)


def test_old_files_that_say_not_stated_of_a_country_or_a_currency_are_read() -> None:
    free = replace(FILLED, offerings=[FILLED.offerings[1] | {"currency": ""}])
    old = written(elm_json, free).decode().replace("http://publications.europa.eu/resource/authority/currency/XXX", (
        "urn:opencairn:terms:v1:currency:not-stated"
    )).replace("http://publications.europa.eu/resource/authority/country/DEU", (
        "urn:opencairn:terms:v1:country:not-stated"
    ))  # fmt: skip
    (row,) = rows(elm_json, old.encode())
    assert row.provider == replace(FILLED.provider, country="")
    assert [(run["price"], run.get("currency")) for run in row.offerings] == [(0, None)]


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    evil = replace(FILLED, facts=FILLED.facts | {"title": {"en": "=cmd|' /C calc'!A0"}, "summary": {"en": "'=quoted"}})
    data = written(csv_table, evil)
    assert b"'=cmd" in data
    (row,) = rows(csv_table, data)
    assert row.facts["title"] == {"en": "=cmd|' /C calc'!A0"}
    assert row.facts["summary"] == {"en": "'=quoted"}


@needs_samples
@pytest.mark.shared
@pytest.mark.parametrize(
    ("form", "name", "titles"),
    [
        (elm_xml, "loq-sample.xml", ["Yopx", "gd0N0"]),
        (elm_json, "Sample-MC-Annex1-unsigned.jsonld", ["Digital micro-credential creation"]),
        (elm_json, "Sample-MC-Annex1-signed.jsonld", ["Digital micro-credential creation"]),
        (elm_json, "credential-sample.jsonld", ["some kind of learning achievement"]),
    ],
)
def test_the_official_samples_are_read(form: Any, name: str, titles: list[str]) -> None:
    found = rows(form, (SHARED / name).read_bytes())
    assert [row.facts["title"]["en"] for row in found] == titles
    assert all(row.provider and row.provider.country for row in found)
    assert "Learner" not in str(found)  # nothing of the person whose credential it is
    if form is elm_xml:  # random values: what contradicts itself is left out, and said
        notes = " ".join(found[0].notes)
        for said in (
            "price was left out",
            "The last day is before the first",
            "weeks was left out",
            "ects was left out",
        ):
            assert said in notes
        assert [len(row.outcomes) for row in found] == [2, 2]


CSV = b"id,title.en,provider.name,offerings.1.price,offerings.1.currency,offerings.1.starts_on,offerings.1.ends_on,languages,outcomes.1.text.en,outcomes.1.skills.1.uri\r\n"
HOURS = b"id,title.en,provider.name,hours,hours_most\r\n"
COURSE = {
    "@context": "https://schema.org",
    "@type": "Course",
    "@id": "https://school.example/1",
    "name": "Welding",
    "provider": "School",
}
CREDIT = {"id": "0d4a1b1e-0000-4000-8000-000000000001", "type": "Course"}
HUB = {"name": "Welding", "publisher": {"name": "School", "type": "Organization"}, "inLanguage": ["de"]}


def course(**more: Any) -> bytes:
    return json.dumps(COURSE | more).encode()


def hub(**more: Any) -> bytes:
    return json.dumps({"data": [CREDIT | {"attributes": HUB | more}]}).encode()


def ctdl_in(languages: list[str]) -> bytes:
    whole = json.loads(written(ctdl))
    for node in whole["@graph"]:
        node["ceterms:inLanguage"] = languages
    return json.dumps(whole).encode()


def with_country(form: Any, code: str) -> bytes:
    """A file whose provider is in a country that is none; a writer that may say what it likes writes it itself."""
    if form in {elm_json, elm_xml}:
        told = written(form, FILLED)
        address = b"http://publications.europa.eu/resource/authority/country/DEU"
        assert address in told
        return told.replace(address, code.encode())
    return written(form, replace(FILLED, provider=replace(FILLED.provider, country=code)))


def dumped(**more: Any) -> bytes:
    whole = {"url": "https://a.example/1", "kind": "listing", "title": {"en": "Weld"}, "outcomes": [], "offerings": []}
    return json.dumps(whole | more).encode()


def instance(**more: Any) -> bytes:
    return course(hasCourseInstance=[{"@type": "CourseInstance", **more}])


@pytest.mark.parametrize(
    ("form", "data", "said"),
    [
        (csv_table, CSV + b"1,Weld,School,-5,EUR,,,,,\r\n", "price: price is not a number of 0 or more"),
        (csv_table, CSV + b"1,Weld,School,5,XXX,,,,,\r\n", "price: We do not know this currency"),
        (csv_table, CSV + b"1,Weld,School,,,2026-05-01,2026-04-01,,,\r\n", "ends_on: The last day is before the first"),
        (csv_table, CSV + b"1,Weld,School,,,1.5.2026,,,,\r\n", "is not a day such as 2026-03-31"),
        (csv_table, CSV + b"1,Weld,School,,,,,de klingon!,,\r\n", "is not a language tag"),
        (csv_table, CSV + b"1,Weld,School,,,,,de qq,,\r\n", "languages: “qq” is not a language tag"),
        (csv_table, CSV.replace(b"comes.1.text.en", b"comes.1.text.xx") + b"1,Weld,School,,,,,,Weld,\r\n", "“xx” is not a"),
        (schema_org, course(inLanguage=["de", "gsg", "zzz"]), "languages was left out: “zzz” is not a language tag"),
        (schema_org, course(name={"en": "Weld", "qq": "Qeld"}), "title was left out: “qq” is not a language tag"),
        (ctdl, ctdl_in(["zzz", "de"]), "languages was left out: “zzz” is not a language tag"),
        (elm_json, written(elm_json).replace(b'"de":', b'"qq":'), "was left out: “qq” is not a language tag"),
        (elm_xml, written(elm_xml).replace(b'language="de"', b'language="qq"'), "left out: “qq” is not a language tag"),
        (moochub, hub(inLanguage=["de", "zzz"]), "languages was left out: “zzz” is not a language tag"),
        (moochub, hub(teaches=[{"name": [{"inLanguage": "qq", "name": "Weld"}]}]), "“qq” is not a language tag"),
        (csv_table, CSV + b"1,Weld,School,,,,,,Weld a seam,weld\r\n", "is not the web address of a skill"),
        (csv_table, CSV.replace(b"languages", b"provider.country") + b"1,Weld,School,,,,,ZZ,,\r\n", "“ZZ” is not the code of"),
        (schema_org, course(provider={"name": "School", "address": {"addressCountry": "ZZ"}}), "“ZZ” is not the code of"),
        (schema_org, course(provider={"name": "School", "address": {"addressCountry": "DEU"}}), "“DEU” is not the code of"),
        (moochub, hub(publisher={"name": "School", "address": {"addressCountry": "EU"}}), "“EU” is not the code of"),
        (ctdl, with_country(ctdl, "XA"), "provider.country was left out: “XA” is not the code of a country"),
        (elm_json, with_country(elm_json, "ZZ"), "provider.country was left out: “ZZ” is not the code of a country"),
        (elm_json, written(elm_json).replace(b"country/DEU", b"country/EUR"), "country/EUR” is not the code of a country"),
        (elm_xml, with_country(elm_xml, "QO"), "provider.country was left out: “QO” is not the code of a country"),
        (opencairn, dumped(provider={"name": "School", "country": "ZZ"}), "country: “ZZ” is not the code of a country"),
        (csv_table, HOURS + b"1,Weld,School,30,20\r\n", "hours_most: “Up to” has to be more than the hours before it"),
        (csv_table, HOURS + b"1,Weld,School,,20\r\n", "hours_most: “Up to” has to be more than the hours before it"),
        (opencairn, dumped(provider={"name": "School"}, hours=30, hours_most=20), "“Up to” has to be more than the"),
        (ctdl, written(ctdl).replace(b"PT75H", b"PT20H"), "hours_most was left out: “Up to” has to be more than the"),
        (csv_table, CSV + b"1,,School,,,,,,,\r\n", "no title"),
        (csv_table, CSV + b"1,Weld,,,,,,,,\r\n", "does not name its provider"),
        (csv_table, CSV + b",Weld,School,,,,,,,\r\n", "id is empty"),
        (csv_table, CSV + b"1,Weld,School\r\n", "as many values as the header"),
        (csv_table, CSV + b"1,Weld,School,,,,,,,\r\n1,Weld,School,,,,,,,\r\n", "Duplicate of row 2"),
        (schema_org, course(name=""), "no title"),
        (schema_org, course(provider=None), "does not name its provider"),
        (schema_org, course(**{"@id": None}), "no identifier"),
        (schema_org, course(**{"@id": "x" * 201}), "too long"),
        (schema_org, json.dumps([COURSE, COURSE]).encode(), "Duplicate of row 1"),
        (schema_org, course(inLanguage=["de", "??"]), "“??” is not a language tag"),
        (schema_org, course(timeRequired="P3M"), "is not a length in weeks, days or hours"),
        (schema_org, course(timeRequired="P2D"), "is not a workload in whole hours"),
        (schema_org, course(duration="P10D"), "is not a length in whole weeks"),
        (schema_org, course(description="ring \u0007"), "control characters"),
        (schema_org, course(description="\ud800"), "half a character"),
        (schema_org, instance(startDate="2026-05-01", endDate="2026-04-01"), "The last day is before the first"),
        (schema_org, instance(startDate="tomorrow"), "is not a day such as"),
        (schema_org, instance(offers={"price": -5, "priceCurrency": "EUR"}), "price is not a number of 0 or more"),
        (schema_org, instance(offers={"price": "NaN", "priceCurrency": "EUR"}), "price is not a number of 0 or more"),
        (schema_org, instance(offers={"price": 5, "priceCurrency": "KLI"}), "We do not know this currency"),
        (schema_org, instance(offers={"price": 9999999, "priceCurrency": "EUR"}), "from 0 to 100,000"),
        (schema_org, instance(maximumAttendeeCapacity=2.5), "is not a whole number"),
        (
            schema_org,
            course(teaches="Weld", educationalAlignment={"alignmentType": "teaches", "targetUrl": "weld"}),
            "is not the web address of a skill",
        ),
        (moochub, hub(startDate=["2026-05-01T00:00:00Z"], endDate=["2026-04-01T00:00:00Z"]), "before the first"),
        (moochub, hub(numberOfCredits=-1), "ects is not a number"),
        (moochub, hub(courseMode=["online", "onsite"]), "participation was left out"),
        (moochub, hub(url="javascript:alert(1)"), "is not a web address"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said_of_the_row_or_the_field(form: Any, data: bytes, said: str) -> None:
    found = rows(form, data)
    assert said in found[-1].refused + " ".join(found[-1].notes)
    assert "javascript" not in str([row.facts for row in found])


BOMB = b'<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Courses>&b;</Courses>'
OUTSIDE = b'<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><Courses>&x;</Courses>'


@pytest.mark.parametrize(
    ("form", "data", "said"),
    [
        (csv_table, b"title;provider\r\n", "no column named id, provider.name"),
        (csv_table, CSV.replace(b"languages", b"tongues"), "do not know the column tongues"),
        (csv_table, CSV.replace(b"languages", b"id"), "The column id stands twice"),
        (csv_table, CSV.replace(b"languages", b"offerings.1.schedule"), "do not know the column offerings.1.schedule."),
        (csv_table, CSV.replace(b"outcomes.1.", b"outcomes." + b"1" * 5000 + b"."), "do not know the column outcomes"),
        (csv_table, CSV.rstrip() + b",id" * 20_000, "too many columns: at most 20000"),
        (csv_table, CSV + (b"1,Weld,School" + b"," * 20) * 200_000, "Record 2 of the file is too big: at most 2 MB"),
        (csv_table, CSV + b'"\n",' * 1_000_000, "Record 2 of the file is too big: at most 2 MB"),
        (csv_table, CSV + b'1,"never closed,School', "not proper CSV from row 2"),
        (csv_table, CSV + "1,Schweißen,Schule,,,,,,,\r\n".encode("latin-1"), "not text in UTF-8"),
        (csv_table, CSV.decode().encode("utf-16"), "not text in UTF-8"),
        (schema_org, b"[]", "no courses that this format knows"),
        (schema_org, b'{"@type": "Person"}', "no courses that this format knows"),
        (schema_org, b'{"@graph": [{"@type": "Course"}', "damaged or cut off"),
        (schema_org, b'{"@graph": [{} {}]}', "not proper JSON after record 1"),
        (schema_org, b'{"@graph": [NaN]}', "not proper JSON"),
        (schema_org, b"[" * 100_000, "not proper JSON"),
        (schema_org, course() + b"x", "not proper JSON"),
        (schema_org, course(name="x" * 3_000_000), "too big: at most 2 MB"),
        (moochub, course(), "no courses that this format knows"),
        (ctdl, b"[{}]", "no courses that this format knows"),
        (elm_json, b'{"payload": "{", "signatures": []}', "no courses that this format knows"),
        (elm_xml, BOMB, "declares document types or entities"),
        (elm_xml, OUTSIDE, "declares document types or entities"),
        (elm_xml, b"<Courses></Courses>", "no courses that this format knows"),
        (elm_xml, written(elm_xml)[:-40], "not proper XML, or it is cut off: line"),
        (elm_xml, b'<?xml version="1.0" encoding="klingon"?><Courses/>', "names an encoding that is not known"),
        (elm_xml, b"<Courses><a><b>" + b"x" * 3_000_000, "too big: at most 2 MB"),
        (elm_xml, b"<a>" * 200_000, "cut off"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_as_a_whole(form: Any, data: bytes, said: str) -> None:
    with pytest.raises(BrokenFile, match=said.replace(".", r"\.")):
        rows(form, data)


def test_entities_are_never_resolved_and_text_is_never_markup() -> None:
    described = replace(FILLED, facts=FILLED.facts | {"title": {"en": "<b>&amp; \x0b]]></b>"}})
    (row,) = rows(elm_xml, written(elm_xml, described))
    assert row.facts["title"] == {"en": "<b>&amp; ]]></b>"}
    (row,) = rows(moochub, hub(description="<p>One &amp; two</p><script>alert(1)</script><p>three</p>"))
    assert row.facts["description"] == {"de": "One & two\n\nthree"}


class Endless(io.RawIOBase):
    """A file of many megabytes that stands nowhere."""

    def __init__(self, head: bytes, record: bytes, tail: bytes, times: int) -> None:
        records = (record.replace(b"@N@", str(n).encode()) for n in range(times))
        self.parts = chain([head], records, [tail])
        self.left = b""

    def read(self, size: int = -1) -> bytes:
        while len(self.left) < size and (part := next(self.parts, None)) is not None:
            self.left += part
        given, self.left = self.left[:size], self.left[size:]
        return given

    def seek(self, _place: int, _from: int = 0) -> int:
        return 0  # only the two bytes that say how it is packed were read


@pytest.mark.parametrize("form", [schema_org, elm_xml], ids=lambda form: form.key)
def test_a_large_file_is_never_whole_in_memory(form: Any) -> None:
    words = "x" * 20_000
    opportunity = f"""<learningOpportunity id="http://a.example/@N@"><title language="en">Weld</title>
        <description language="en">{words}</description><providedBy idref="http://org"/></learningOpportunity>"""
    head, record, tail = {
        schema_org: (b"  [{}", b"," + course(**{"@id": "https://school.example/@N@", "description": words}), b"]"),
        elm_xml: (
            b"""  <Courses><agentReferences><organisation id="http://org"><legalName language="en">S</legalName>
            </organisation></agentReferences><learningOpportunityReferences>""",
            opportunity.encode(),
            b"</learningOpportunityReferences></Courses>",
        ),
    }[form]
    tracemalloc.start()
    found = sum(not row.refused for row in form.read(Endless(head, record, tail, 400)))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == 400
    assert peak < 4_000_000  # of 8 MB of text


def test_limits_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(schema_org, *[replace(FILLED, url=f"{FILLED.url}{n}/") for n in range(5)])
    monkeypatch.setattr(streams, "MOST_RECORDS", 3)
    with pytest.raises(BrokenFile, match="too many rows: at most 3"):
        rows(schema_org, data)
    monkeypatch.setattr(streams, "LARGEST_FILE", 100)
    with pytest.raises(BrokenFile, match="at most 4 GB"):
        rows(schema_org, data)


def pieces(form: Any) -> Iterator[bytes]:
    return form.write(replace(FILLED, url=f"{FILLED.url}{n}/") for n in range(3))


@pytest.mark.parametrize("form", [schema_org, elm_json, ctdl, moochub], ids=lambda form: form.key)
def test_documents_are_written_programme_by_programme(form: Any) -> None:
    assert len(list(pieces(form))) >= 5
    json.loads(b"".join(pieces(form)))
