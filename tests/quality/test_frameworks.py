"""The shelf of framework files: what is read, what is refused, and how one more is added."""

from pathlib import Path
from textwrap import dedent

import pytest
from django.test import Client
from pytest_django import Settings

from opencairn.quality import frameworks, queries
from opencairn.quality.frameworks import FRAMEWORKS, HERE, WrongFramework, framework, in_force, read, shelf

WORDS = (HERE / "short-learning.toml").read_text(encoding="utf-8")
HYBRID = (HERE / "nzqa-like.toml").read_text(encoding="utf-8")
RICH = (HERE / "qualiopi-like.toml").read_text(encoding="utf-8")
POINTS = (HERE / "yearly-award.toml").read_text(encoding="utf-8")

SHORT_FAULTS = [
    ("mandatory = true", "mandatory = 1", "criteria.1.mandatory: must be true or false"),
    ('approach = "regulatory"', 'approach = "strict"', "approach: must be one of regulatory"),
    ('key = "level"', 'key = "staff"', "criteria: 'staff' stands there twice"),
    ('{ en = "Each outcome says what', '{ it = "Each outcome says what', "criteria.1.indicators.1: must"),
    ('"partly-met" = 2', '"partly" = 2', "decision.at_most: 'partly' is not on the scale"),
    ('"partly-met" = 2', '"partly-met" = -1', "decision.at_most: must be a table"),
    ('"partly-met" = 2', '"partly-met" = true', "decision.at_most: must be a table"),
    ('mandatory_may_be = ["met"]', 'mandatory_may_be = ["fine"]', "decision.mandatory_may_be: 'fine'"),
    ("validity_years = 3", "validity_years = 30", "validity_years: must be 1 to 20"),
    ("validity_years = 3", "validity_years = true", "validity_years: must be a whole number"),
    ("validity_years = 3", "", "validity_years: must be a whole number"),
    ("validity_years = 3", "validity_years = 3\nvalidity_months = 36", "validity_months: say it once"),
    ("[[criteria]]", "[criteria]", "not TOML"),
    ('mark = "pass"', 'mark = "green"', "scale.1.mark: must be one of pass"),
    ('version = "2026"', 'version = ""', "version: must be a string that is not empty"),
    ('version = "2026"', 'version = "the-one-of-the-year-2026"', "version: must be a name of letters a to z, digits and hyphens, at most 20"),
    ('key = "partly-met"', f'key = "{"x" * 31}"', "scale.2.key: must be a name of letters a to z, digits and hyphens, at most 30"),
    ('version = "2026"', 'version = "20/26"', "version: must be a name of letters"),
    ('version = "2026"', 'version = "2026"\ncolour = "blue"', "colour: means nothing here; these keys do: appeal"),
    ('languages = ["en", ', "languages = [", 'languages: must be a list of languages with "en"'),
    ('languages = ["en", ', 'languages = ["en", "it", ', 'scale.1.label: must have words for "it"'),
    ('"fr", "es"]', '"fr"]', 'scale.1.label: has words for "es": add that language'),
    ("effects = []", "", "effects: must be a list of what it blocks"),
    ("effects = []", 'effects = ["talk"]', "effects: 'talk' is not one of publish"),
    ('[name]\nen = "Short learning framework"', '[name]\nen = " "', "name: must be words, or a table"),
    ("effects = []", "effects = 3", "effects: must be a list of strings"),
    ('kind = "authority"', 'kind = "oracle"', "assessor.kind: must be one of authority"),
    ('[assessor]\nkind = "authority"', "[[assessor]]", "assessor: must be a table"),
    ("mandatory = true", 'mandatory = true\nonly_if = ["late"]', "criteria.1.only_if: 'late' is not one of facts"),
]  # fmt: skip
RICH_FAULTS = [
    ("after_months = [14, 22]", "after_months = [22, 14]", "cycle.1.after_months: must be two whole numbers"),
    ("after_months = [14, 22]", "after_months = [14, 50]", "cycle.1.after_months: must be two whole numbers"),
    ("before_end_months = [6, 0]", "before_end_months = [0, 6]", "cycle.2.before_end_months: must be two whole"),
    ("after_months = [14, 22]", "", "cycle.1.after_months: say when"),
    ('missed = "suspend"', 'missed = "shout"', "cycle.1.missed: must be one of nothing"),
    ("at_most = { major = 0 }", "", "decision.counts_as.1.as_one: has no effect"),
    ('at = ["surveillance"]', 'at = ["noon"]', "decision.cures.3.at: 'noon' is not one of initial"),
    ('becomes = "major"', 'becomes = "worse"', "decision.cures.1.becomes: 'worse' is not on the scale"),
    ('only_if = ["long"]', 'only_if = ["short"]', "criteria.3.indicators.4.only_if: 'short' is not one of certifying"),
    ('key = "i02"', 'key = "i01"', "criteria: 'i01' stands there twice"),
    ('by days of audit"', 'by days"\namount = "dear"', "fees.1.amount: must be a sum"),
    ('by days of audit"', 'by days"\namount = "12.50"', "fees.1.currency: an amount needs a currency"),
    ('by days of audit"', 'by days"\nup_to = 0', "fees.1.up_to: must be 1 to"),
    ('kind = "withdrawal"', 'kind = "prison"', "sanctions.2.kind: must be one of warning"),
    ('approach = "regulatory"', 'approach = "advisory"', "effects: must be []: only a regulatory framework blocks"),
]  # fmt: skip
OTHER_FAULTS = [
    (HYBRID, 'object = "hybrid"', 'object = "programme"', "tracks: only a hybrid framework has several ways"),
    (HYBRID, 'key = "programme"\ntitle', 'key = "own-approval"\ntitle', "tracks: 'own-approval' stands there twice"),
    (RICH, 'object = "provider"', 'object = "hybrid"', "tracks: a hybrid framework needs two ways"),
    (WORDS, "others_may_be =", "least_percent = 50\nothers_may_be =", "decision.least_percent: needs `points`"),
    (POINTS, "least_percent = 75", "least_percent = 101", "decision.least_percent: must be 0 to 100"),
]


@pytest.mark.parametrize(
    ("words", "good", "bad", "complaint"),
    [*((WORDS, *each) for each in SHORT_FAULTS), *((RICH, *each) for each in RICH_FAULTS), *OTHER_FAULTS],
)
def test_a_wrong_framework_file_says_which_file_and_which_key(words: str, good: str, bad: str, complaint: str) -> None:
    assert good in words
    with pytest.raises(WrongFramework) as raised:
        read(words.replace(good, bad, 1), file="f.toml")
    assert str(raised.value).startswith(f"f.toml: {complaint}")


def test_a_list_of_something_else_is_refused() -> None:
    with pytest.raises(WrongFramework, match=r"f.toml: scale: must be a list of tables"):
        read('languages = ["en"]\nscale = ["met"]', file="f.toml")


def test_a_fee_may_have_an_amount() -> None:
    words = RICH.replace('by days of audit"', 'by days of audit"\namount = "1200.00"\ncurrency = "EUR"')
    assert [(each.amount, each.currency) for each in read(words, file="f.toml").fees] == [("1200.00", "EUR")]


def test_every_file_on_the_shelf_is_read_and_named_after_its_framework() -> None:
    files = {file.stem for file in HERE.glob("*.toml")}
    assert len(FRAMEWORKS) == len(files) >= 12
    assert {each.key for each in in_force()} <= files


def test_a_superseded_version_stays_on_the_shelf_and_is_not_in_force() -> None:
    old, new = framework("eduqua-like", "2012"), framework("eduqua-like")
    assert (len(old.criteria), len(new.criteria), new.version) == (6, 19, "2021")
    assert old not in in_force()
    with pytest.raises(KeyError, match="put its file back"):
        framework("eduqua-like", "1999")


def test_two_files_of_one_version_and_two_versions_in_force_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(WORDS)
    (tmp_path / "b.toml").write_text(WORDS)
    with pytest.raises(WrongFramework, match=r"b.toml: version: short-learning 2026 stands in a.toml already"):
        shelf(tmp_path)
    (tmp_path / "b.toml").write_text(WORDS.replace('version = "2026"', 'version = "2027"'))
    with pytest.raises(WrongFramework, match=r"a.toml and b.toml: supersedes: one version of short-learning"):
        shelf(tmp_path)
    (tmp_path / "b.toml").write_text(WORDS.replace('version = "2026"', 'version = "2027"\nsupersedes = ["2026"]'))
    assert len(shelf(tmp_path)) == 2


def test_a_file_in_another_encoding_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes("name = 'Qualität'".encode("latin-1"))
    with pytest.raises(WrongFramework, match=r"latin.toml: not UTF-8; save it in that encoding"):
        shelf(tmp_path)


HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-quality-framework.md"
NEW = dedent(HOW_TO.read_text(encoding="utf-8").partition("```toml\n")[2].partition("   ```")[0])


@pytest.mark.django_db
def test_a_newcomer_who_follows_the_docs_adds_a_framework_by_one_file(
    tmp_path: Path, settings: Settings, client: Client
) -> None:
    (tmp_path / "village-hall.toml").write_text(NEW)
    settings.FRAMEWORKS_FOLDER = tmp_path
    assert framework("village-hall") in queries.regulatory_frameworks()
    page = client.get("/frameworks/village-hall/").content.decode()
    assert "Levels of the European Qualifications Framework</dt><dd>3, 4</dd>" in page
    for words in (
        "The village council",
        "The stove works",
        "Nobody learns in the cold.",
        "It was lit in January.",
        "A bill for firewood",
    ):
        assert words in page
    assert "A decision lasts 18 months at most." in page
    assert "Interim audit: from 11 to 12 months after the first day." in page
    assert "Village hall courses" in client.get("/frameworks/").content.decode()


@pytest.mark.parametrize("wrong", ["[0]", "[9]", "4", '["4"]', "[true]"])
def test_levels_of_a_framework_are_those_of_the_eqf(wrong: str) -> None:
    with pytest.raises(WrongFramework, match="levels: must be a list of levels"):
        read(NEW.replace("levels = [3, 4]", f"levels = {wrong}"), file="a.toml")


def test_a_wrong_file_of_the_operator_is_named(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "village-hall.toml").write_text(NEW.replace("validity_months = 18", ""))
    settings.FRAMEWORKS_FOLDER = tmp_path
    with pytest.raises(WrongFramework, match=r"village-hall.toml: validity_years"):
        frameworks.on_the_shelf()


def test_an_entry_that_is_no_file_is_refused_by_name(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "x.toml").symlink_to(tmp_path / "nowhere")
    settings.FRAMEWORKS_FOLDER = tmp_path
    with pytest.raises(WrongFramework, match=r"OPENCAIRN_FRAMEWORKS: .*x\.toml cannot be read"):
        frameworks.on_the_shelf()


@pytest.mark.django_db
def test_a_manual_says_fees_and_windows_before_the_end(tmp_path: Path, settings: Settings, client: Client) -> None:
    fee = '[[fees]]\nwhat = "The whole course"\namount = "120.50"\ncurrency = "EUR"\n'
    words = NEW.replace("after_months = [11, 12]", "before_end_months = [6, 2]") + fee
    (tmp_path / "village-hall.toml").write_text(words)
    settings.FRAMEWORKS_FOLDER = tmp_path
    page = client.get("/frameworks/village-hall/").content.decode()
    assert "Interim audit: from 6 to 2 months before the end." in page
    assert "The whole course</span>: 120.50 EUR" in page
