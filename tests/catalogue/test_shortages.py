"""The operator's list of sectors that lack people: read with reasons, and what it marks."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from opencairn.catalogue import filters, shortages
from opencairn.catalogue.filters.skill import standing
from opencairn.catalogue.templatetags.offers import lacking
from opencairn.programmes.models import ProgrammeVersion

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "filters.md"
GOOD = DOCS.read_text("utf-8").rpartition("```toml\n")[2].partition("```")[0]


@pytest.fixture
def site(settings: Any, tmp_path: Path) -> Any:
    file = tmp_path / "shortages.toml"
    file.write_text(GOOD)
    settings.SHORTAGES = str(file)
    shortages.listed.cache_clear()
    yield file
    shortages.listed.cache_clear()


def test_the_example_of_the_docs_is_a_list(site: Path) -> None:
    found = shortages.listed()
    assert found is not None
    assert (found.on, found.sectors[0].fields) == (date(2026, 5, 1), ("0913", "0921"))
    assert [each.key for each in shortages.of("0913")] == ["care"]
    assert list(shortages.of("091")) == list(shortages.of("0732")) == list(shortages.of("")) == []


@pytest.mark.parametrize(
    ("there", "instead", "said"),
    [
        ("source =", "sauce =", "source: say who"),
        ("date = 2026-05-01", 'date = "May"', "date: say of which day"),
        ("date = 2026-05-01", "date = 2026-05-01T10:00:00", "date: say of which day"),
        ("date = 2026-05-01", "date = 2126-05-01", "date: lies in the future"),
        ("https://labour.example/outlook", "javascript:1", "url: must be a web address"),
        ("[[sector]]", "[[sectors]]", "at least one"),
        ('key = "care"', 'key = "Care and more"', "sector 1: key"),
        ('key = "care"', 'key = "not-listed"', "sector 1: key"),
        ("name = {", "names = {", "sector 1: name"),
        ('"0913"', '"9913"', "sector 1: fields"),
        ("fields = [", "fields = [[", "not TOML"),
    ],
)
def test_a_wrong_list_says_what_to_do(there: str, instead: str, said: str) -> None:
    assert there in GOOD
    with pytest.raises(shortages.WrongList, match=said):
        shortages.read(GOOD.replace(there, instead))


def test_two_sectors_need_two_keys() -> None:
    with pytest.raises(shortages.WrongList, match="same key"):
        shortages.read(GOOD + "[[sector]]" + GOOD.partition("[[sector]]")[2])


def test_a_file_that_is_not_there_stops_the_start(site: Path) -> None:
    site.unlink()
    with pytest.raises(shortages.WrongList, match="cannot be read"):
        shortages.listed()


@pytest.mark.django_db
def test_the_list_is_part_of_what_an_index_was_filed_by(site: Path, settings: Any) -> None:
    with_list = standing()
    site.write_text(GOOD.replace("0913", "0912"))
    shortages.listed.cache_clear()
    changed = standing()
    settings.SHORTAGES = ""
    shortages.listed.cache_clear()
    assert len({with_list, changed, standing()}) == 3


def test_the_filter_is_there_only_with_a_list_and_marks_by_the_field(site: Path, settings: Any) -> None:
    [one] = filters._lacking()
    assert (one.name, one.known({"care", "x"}), one.said("care")) == ("shortage", {"care"}, "Nursing and care")
    assert "Ministry of Labour (labour market outlook) said on 1 May 2026" in str(one.note)
    assert "Short of people: Nursing and care" in lacking(ProgrammeVersion(field_code="0921"))
    assert lacking(ProgrammeVersion(field_code="0521")) == ""
    settings.SHORTAGES = ""
    shortages.listed.cache_clear()
    assert filters._lacking() == ()
