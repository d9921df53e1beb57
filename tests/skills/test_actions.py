"""Importing versions, deciding about skills, and what a new version means for what was decided."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from opencairn.skills import actions as skills
from opencairn.skills import indexes, queries
from opencairn.skills.models import Alignment, Skill, Taxonomy
from opencairn.skills.taxonomies import BrokenSource, Row, digcomp, esco, open_source
from opencairn.web.demo.cast import Cast

from . import archive
from .archive import SKILL
from .conftest import Import

pytestmark = pytest.mark.django_db


def statuses(path: Path, at: datetime, version: str = "1.1.1") -> list[str]:
    heard: list[str] = []
    skills.import_taxonomy(
        esco, esco.read(open_source(path), version), version=version, source=path.name, at=at,
        tell=lambda _row, status: heard.append(status),
    )  # fmt: skip
    return heard


def confirm(
    cast: Cast, at: datetime, name: str, text: str = "Calibrate probes", *, confirmed: bool = True
) -> Alignment:
    return skills.decide(
        outcome=f"p:{text}", text=text, language="en", uri=SKILL + name, confirmed=confirmed,
        organisation=cast.provider, by=cast.author, at=at,
    )  # fmt: skip


# ── importing ───────────────────────────────────────────────────────────────────────────────────────


def test_a_version_is_kept_with_its_source_and_the_credit_its_publisher_asks_for(import_esco: Import) -> None:
    taxonomy = import_esco("en", "de")
    assert (taxonomy.languages, taxonomy.source) == (["en", "de"], "esco.zip")
    assert taxonomy.credit.startswith("This service uses the ESCO classification of the European Commission.")
    probe = Skill.objects.get(uri=SKILL + "probe")
    assert probe.labels == {"en": "calibrate field probes", "de": "Feldsonden kalibrieren"}
    assert probe.broader == [SKILL + "S1", SKILL + "K05"]
    assert probe.occupations == 3


def test_the_second_time_nothing_changes(tmp_path: Path, at: datetime) -> None:
    path = archive.zipped(tmp_path / "esco.zip", archive.files("en", "de"))
    first, second = statuses(path, at), statuses(path, at + timedelta(days=1))
    assert set(first) == {"created", "updated"}  # the second language joins what the first one made
    assert set(second) == {"unchanged"}
    assert Taxonomy.objects.get().added_to_at == at


def test_a_second_language_joins_and_nothing_is_lost(tmp_path: Path, at: datetime) -> None:
    statuses(archive.zipped(tmp_path / "en.zip", archive.files("en")), at)
    heard = statuses(archive.zipped(tmp_path / "de.zip", archive.files("de")), at + timedelta(days=1))
    assert heard.count("updated") == len(archive.SKILLS)
    taxonomy = Taxonomy.objects.get()
    assert (taxonomy.languages, taxonomy.source) == (["en", "de"], "en.zip")
    assert Skill.objects.get(uri=SKILL + "water").alternatives == {
        "en": ["chemistry of lakes"],
        "de": ["Chemie der Gewässer"],
    }


def test_another_wording_in_the_same_version_is_refused_and_the_first_one_stays(tmp_path: Path, at: datetime) -> None:
    statuses(archive.zipped(tmp_path / "en.zip", archive.files("en")), at)
    heard = statuses(archive.zipped(tmp_path / "en.zip", archive.files("en", water="hydrochemistry")), at)
    assert heard.count("refused") == 1
    assert Skill.objects.get(uri=SKILL + "water").labels["en"] == "water chemistry"


def test_an_archive_that_breaks_in_the_middle_leaves_nothing_behind(tmp_path: Path, at: datetime) -> None:
    content = archive.files("en")
    content["skillGroups_en.csv"] += b'"never closed'
    with pytest.raises(BrokenSource):
        statuses(archive.zipped(tmp_path / "esco.zip", content), at)
    assert not Taxonomy.objects.exists()
    assert not Skill.objects.exists()


def test_a_version_without_a_name_or_without_any_row_is_refused(at: datetime) -> None:
    for version in ("", "../1", "a" * 41):
        with pytest.raises(skills.WrongVersion):
            skills.import_taxonomy(esco, [], version=version, source="x", at=at)
    with pytest.raises(skills.NothingToKeep):
        skills.import_taxonomy(esco, [Row("f row 2", "nowhere")], version="1", source="x", at=at)
    assert not Taxonomy.objects.exists()


def test_versions_live_side_by_side_and_the_first_is_current_until_another_is_chosen(
    import_esco: Import, at: datetime
) -> None:
    old, new = import_esco(version="1.1.1"), import_esco(version="1.2.0")
    assert queries.current() == old
    skills.make_current(new, at=at)
    assert queries.current() == new
    assert Taxonomy.objects.current().count() == 1
    with pytest.raises(skills.AlreadyCurrent):
        skills.make_current(new, at=at)
    assert Skill.objects.filter(taxonomy=old).count() == Skill.objects.filter(taxonomy=new).count()


# ── suggesting ──────────────────────────────────────────────────────────────────────────────────────


def test_suggestions_come_in_the_language_of_the_text_which_is_guessed_if_not_given(import_esco: Import) -> None:
    import_esco("en", "de")
    assert queries.suggest("calibrate probes", language="en")[0].label == "calibrate field probes"
    for language in ("de", "de-AT", ""):
        assert queries.suggest("Sonden im Feld kalibrieren", language=language)[0].label == "Feldsonden kalibrieren"
    assert queries.suggest("Programmieren mit Python", language="fi")[0].uri == SKILL + "python"
    assert queries.suggest("calibrate", keys=["onet"]) == []


def test_groups_and_retired_skills_are_not_suggested(import_esco: Import) -> None:
    import_esco("en")
    assert SKILL + "fax" not in {one.uri for one in queries.suggest("send faxes")}
    assert SKILL + "S1" not in {one.uri for one in queries.suggest("work in the field")}


def test_an_index_is_read_from_its_file_and_built_again_where_that_is_damaged(import_esco: Import) -> None:
    taxonomy = import_esco("en")
    before = queries.suggest("probes", language="en")
    [file] = indexes.folder().glob("*.npz")
    for data in (file.read_bytes(), b"PK\x03\x04 damaged", b""):
        file.write_bytes(data)
        indexes._LOADED.clear()
        assert queries.suggest("probes", language="en") == before
    indexes._LOADED.clear()
    file.unlink()
    assert indexes.index_of(taxonomy, "en").suggest("probes")[0].uri == SKILL + "probe"


def test_an_index_is_never_older_than_the_rows(import_esco: Import, tmp_path: Path, at: datetime) -> None:
    import_esco("en")
    queries.suggest("Sonden", language="en")
    statuses(archive.zipped(tmp_path / "de.zip", archive.files("de")), at + timedelta(minutes=1))
    assert queries.suggest("Feldsonden", language="de")[0].label == "Feldsonden kalibrieren"
    assert queries.suggest("probes", language="en")
    assert len(list(indexes.folder().glob("esco-1.1.1-en-*.npz"))) == 1
    assert not list(indexes.folder().glob("*.part"))


def test_memory_holds_a_few_indexes_only(import_esco: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "MOST_LOADED", 1)
    indexes._LOADED.clear()
    taxonomy = import_esco("en", "de")
    for tag in ("en", "de", "en"):
        indexes.index_of(taxonomy, tag)
    assert len(indexes._LOADED) == 1


# ── deciding ────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_confirms_and_may_think_again(cast: Cast, import_esco: Import, at: datetime) -> None:
    import_esco("en", "de")
    row = confirm(cast, at, "probe")
    assert (row.status, row.label, row.version, row.decided_by) == (
        "confirmed",
        "calibrate field probes",
        "1.1.1",
        cast.author,
    )
    assert confirm(cast, at, "probe", confirmed=False).pk == row.pk
    assert [one.status for one in queries.decided(["p:Calibrate probes"])] == ["rejected"]
    assert queries.confirmed(["p:Calibrate probes"]) == []


def test_a_skill_of_no_taxonomy_cannot_be_decided(cast: Cast, import_esco: Import, at: datetime) -> None:
    import_esco()
    with pytest.raises(skills.UnknownSkill):
        confirm(cast, at, "unheard-of")


def test_shares_count_confirmed_skills_alone(cast: Cast, import_esco: Import, at: datetime) -> None:
    import_esco()
    keys = [["p:one"], ["p:two", "p:zwei"], ["p:three"]]
    assert queries.shares(keys) == {"digital": None, "green": None}
    confirm(cast, at, "python", "one")
    confirm(cast, at, "waste", "zwei")
    confirm(cast, at, "python", "three", confirmed=False)
    assert {name: str(share) for name, share in queries.shares(keys).items()} == {"digital": "0.33", "green": "0.33"}


def test_narrower_skills_are_found_under_a_group(import_esco: Import, at: datetime) -> None:
    import_esco()
    rows = [Row("f row 2", SKILL + "water", labels={"en": "water"})]  # the same concept, in another taxonomy
    skills.import_taxonomy(digcomp, rows, version="esco-1", source="x", at=at)
    assert queries.narrower([SKILL + "K05"]) == {SKILL + "K05", SKILL + "probe", SKILL + "water"}


# ── a new version ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def upgraded(cast: Cast, import_esco: Import, at: datetime) -> Taxonomy:
    """Five confirmed skills, and then a version that lost one, renamed one and split one."""
    import_esco("en", version="1.1.1")
    for name in ("probe", "water", "report", "waste", "python"):
        confirm(cast, at, name, f"About {name}")
    new = import_esco("en", version="1.2.0", without=("probe",), water="hydrochemistry")
    Skill.objects.filter(taxonomy=new, uri=SKILL + "report").update(is_group=True)
    Skill.objects.filter(taxonomy=new, uri=SKILL + "python").update(status="obsolete")
    Skill.objects.filter(taxonomy=new, uri=SKILL + "fax").update(broader=[SKILL + "report"])
    skills.make_current(new, at=at)
    return new


def test_alignments_survive_a_new_version_and_what_it_touched_waits_for_a_person(
    cast: Cast, upgraded: Taxonomy
) -> None:
    assert set(Alignment.objects.values_list("status", "version")) == {("confirmed", "1.1.1")}
    found = {one.alignment.uri.removeprefix(SKILL): (one.drift.kind, one.drift.now) for one in queries.orphans()}
    assert found == {
        "probe": ("gone", ""),
        "water": ("relabelled", "hydrochemistry"),
        "report": ("split", "send faxes"),
        "python": ("retired", ""),
    }
    assert len(queries.orphans([cast.provider])) == 4
    assert queries.orphans([cast.quality_body]) == []


def test_what_a_person_looked_at_again_leaves_the_list(cast: Cast, upgraded: Taxonomy, at: datetime) -> None:
    waiting = {one.alignment.uri.removeprefix(SKILL): one.alignment for one in queries.orphans()}
    kept = skills.review(waiting["water"], keep=True, by=cast.author, at=at)
    gone = skills.review(waiting["probe"], keep=False, by=cast.author, at=at)
    assert (kept.status, kept.reviewed_for, gone.status) == ("confirmed", upgraded, "rejected")
    assert {one.alignment.uri.removeprefix(SKILL) for one in queries.orphans()} == {"report", "python"}


def test_the_next_version_asks_again(cast: Cast, upgraded: Taxonomy, import_esco: Import, at: datetime) -> None:
    [water] = [one.alignment for one in queries.orphans() if one.alignment.uri == SKILL + "water"]
    skills.review(water, keep=True, by=cast.author, at=at)
    skills.make_current(import_esco("en", version="1.3.0", water="chemistry"), at=at)
    assert SKILL + "water" in {one.alignment.uri for one in queries.orphans()}


def test_a_skill_that_is_gone_can_still_be_taken_back(cast: Cast, upgraded: Taxonomy, at: datetime) -> None:
    assert confirm(cast, at, "probe", "About probe", confirmed=False).status == "rejected"


def test_who_decided_is_exported_and_forgotten(cast: Cast, import_esco: Import, at: datetime) -> None:
    import_esco()
    confirm(cast, at, "probe")
    [held] = queries.export_person(cast.author)["skills_decided"]
    assert (held["label"], held["status"]) == ("calibrate field probes", "confirmed")
    skills.erase_person(cast.author, at=at)
    assert Alignment.objects.get().decided_by is None
    assert queries.export_person(cast.author)["skills_decided"] == []
