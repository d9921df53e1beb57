"""The qualification frameworks: what a file must say, and that ours say what the EU's list of levels says."""

import csv
import gzip
import re
from pathlib import Path

import pytest

from opencairn.skills.frameworks import FILES, FRAMEWORKS, HERE, WrongFramework, framework, read

VOCABULARIES = Path(__file__).resolve().parents[3] / "shared" / "data" / "eu_vocabularies" / "vocabularies.csv.gz"
WHOLE = (HERE / "de-dqr.toml").read_text()
WANTED = "IE NZ AU DE FR NL PL SK CH AT ES IT PT EE LV FI SE DK NO GB CZ"


def test_every_file_of_the_folder_is_listed_and_named_after_its_key() -> None:
    assert sorted(each.name for each in HERE.glob("*.toml")) == sorted(FILES)
    assert [f"{each.key}.toml" for each in FRAMEWORKS] == list(FILES)


def test_countries_have_one_framework_or_several() -> None:
    countries = [each.country for each in FRAMEWORKS]
    assert set(WANTED.split()) <= set(countries)
    assert countries.count("GB") == 3
    assert countries.count("CH") == 2


def test_frameworks_outside_the_eqf_are_compared_with_the_name_of_the_report() -> None:
    for key in ("nz-nzqcf", "au-aqf", "gb-rqf", "gb-cqfw", "gb-scqf"):
        assert framework(key).relation == "compared"
        assert framework(key).report
    with pytest.raises(KeyError):
        framework("nowhere")


def test_nothing_counts_as_checked_before_a_person_checked_it() -> None:
    assert [each.key for each in FRAMEWORKS if each.checked] == []


def test_higher_levels_never_stand_at_a_lower_level_of_the_eqf() -> None:
    for each in FRAMEWORKS:
        known = [level.eqf for level in each.levels if level.eqf is not None]
        assert known == sorted(known), each.key


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("checked = false", "checked = 1", "checked: must be true or false"),
        ("eqf = 8", "eqf = 9", "levels.8.eqf: must be 1 to 8"),
        ("eqf = 8", 'eqf = "8"', "levels.8.eqf: must be 1 to 8"),
        ('relation = "referenced"', 'relation = "near"', "relation: must be one of"),
        ('label = "DQR 2"', 'label = "DQR 1"', "each with a label of its own"),
        ('label = "DQR 2"', 'label = ""', "label: must be a string"),
        ("year = 2013", "", "need the report they come from, and its year"),
        ('key = "de-dqr"', "", "key: must be a string"),
        ('key = "de-dqr"', "key = ", "not TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_key(old: str, new: str, says: str) -> None:
    assert old in WHOLE
    with pytest.raises(WrongFramework, match=re.escape(f"bad.toml: {says}" if "levels" in says else says)):
        read(WHOLE.replace(old, new), file="bad.toml")


@pytest.mark.shared
@pytest.mark.skipif(not VOCABULARIES.exists(), reason=f"the EU vocabularies are not at {VOCABULARIES}")
def test_every_address_of_a_level_is_that_level_in_the_eu_list() -> None:
    with gzip.open(VOCABULARIES, "rt", encoding="utf-8") as file:
        known = {row["uri"]: row["label_en"] for row in csv.DictReader(file) if row["vocabulary"] == "nqf"}
    for each in FRAMEWORKS:
        assert not each.uri or each.uri in known
        for level in (one for one in each.levels if one.uri):
            here, there = (re.findall(r"[\d.+]+|[IV]+$|\b[IV]+\b", words) for words in (level.label, known[level.uri]))
            assert here[-1:] == there[-1:] or "entry" in level.label, (level.label, known[level.uri])
