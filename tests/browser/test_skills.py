"""In a real browser: an operator's taxonomy, an author's decisions, and what a newer version asks of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.journey import Visit
from tests.browser.test_journey import Examiner
from tests.skills import archive


@pytest.fixture
def taxonomy(site: Site, tmp_path: Path) -> None:
    old = archive.zipped(tmp_path / "old.zip", archive.files("en", "de"))
    site.run("import-skills", "esco", str(old), "--version", "1.1.1", "--make-current")


def test_an_author_says_which_skills_fit_and_looks_again_after_an_upgrade(
    new_page: Callable[..., Page], site: Site, taxonomy: None, tmp_path: Path
) -> None:
    examine = Examiner()
    visit = Visit(new_page(), examine)
    visit.sign_in("jonas@tarntal.example")
    visit.go("/publish/new/")
    visit.fill(title="Writing about water")
    visit.press("^Start$")
    slug = visit.page.url.split("/publish/")[1].split("/")[0]
    visit.go(f"/publish/{slug}/outcomes/")
    visit.fill(
        **{"outcome-0-text_en": "Calibrate probes in the field.", "outcome-1-text_en": "Understand water chemistry."}
    )
    visit.press("Save and go on")
    visit.go(f"/publish/{slug}/outcomes/")
    visit.says("Skills the outcomes build")
    visit.press("^Fits.*calibrate field probes")
    visit.says("Kept: the skill fits|calibrate field probes Fits")
    visit.press("^Fits.*water chemistry")
    visit.look(visit.page)
    expect(visit.page.locator("#skills-2")).to_contain_text("water chemistry")
    new = archive.zipped(tmp_path / "new.zip", archive.files("en", without=("probe",), water="hydrochemistry"))
    site.run("import-skills", "esco", str(new), "--version", "1.2.0", "--make-current")
    visit.go("/skills/review/")
    visit.says("no longer has this skill")
    visit.says("calls it “hydrochemistry”")
    visit.press("It still fits.*calibrate field probes")
    visit.press("Take it back.*water chemistry")
    expect(visit.page.locator("main")).not_to_contain_text("hydrochemistry")
    for path in (
        "/skills/",
        "/levels/",
        "/levels/?amount=5&of=ects&into=hours",
        "/levels/?amount=x&of=au&into=ects",
    ):
        visit.go(path)
    assert examine.found == []
