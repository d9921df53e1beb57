"""The main pages at 320 px, in a real browser: nothing scrolls sideways, and axe finds nothing."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from opencairn.programmes.questions import QUESTIONS
from tests.browser.conftest import Site
from tests.browser.journey import Visit, course_is_begun
from tests.browser.test_journey import Examiner
from tests.skills import archive


def test_finding_comparing_and_choosing_for_somebody(new_page: Callable[..., Page]) -> None:
    examine = Examiner()
    visit = Visit(new_page(), examine)
    visit.sign_in("mirren@example.org")
    visit.go("/find/")
    slugs = [str(box.get_attribute("value")) for box in visit.page.locator(".result [name=p]").all()[:4]]
    ticked = "&".join(f"p={slug}" for slug in slugs)
    provider = visit.page.locator("a[href^='/providers/']").first.get_attribute("href")
    for path in (
        f"/find/?q=water&level=6&sort=price&{ticked}", f"/compare/?{ticked}", f"/programmes/{slugs[0]}/",
        f"/programmes/{slugs[0]}/v/1/principles/", f"/find/map/{slugs[0]}/", str(provider or "/providers/hochschule-tarntal/"),
        "/embed/?q=water", "/embed/find/?q=water", "/profiles/", "/api/", f"/shortlists/?{ticked}",
    ):  # fmt: skip
        visit.go(path)
    visit.fill(title="For a neighbour who changes his work")
    visit.press("^Start")
    visit.look(visit.page)
    link = re.search(r"/for-you/[^/\s\"]+/", visit.page.content())
    assert link
    visit.go(link[0])
    assert examine.found == []


def test_describing_a_course_and_every_question_of_it(
    new_page: Callable[..., Page], site: Site, tmp_path: Path
) -> None:
    site.run("import-skills", "esco", str(archive.zipped(tmp_path / "esco.zip", archive.files())), "--version", "1.1.0")
    examine = Examiner()
    visit = Visit(new_page(), examine)
    visit.sign_in("jonas@tarntal.example")
    slug = course_is_begun(visit, "Narrow water")
    visit.go(f"/publish/{slug}/outcomes/")
    visit.fill(**{"outcome-0-text_en": "Calibrate probes in the field."})
    visit.press("Save and go on")
    for path in ("/publish/", "/publish/?show=overdue", f"/publish/{slug}/", f"/publish/{slug}/principles/",
                 f"/publish/{slug}/preview/", f"/publish/{slug}/dates/", "/providers/hochschule-tarntal/",
                 *(f"/publish/{slug}/{one.key}/" for one in QUESTIONS)):  # fmt: skip
        visit.go(path)
    assert examine.found == []


def test_catalogues_that_are_read_in(new_page: Callable[..., Page], site: Site) -> None:
    examine = Examiner()
    visit = Visit(new_page(), examine)
    visit.sign_in("operator@example.org")
    for path in ("/harvest/", "/harvest/new/", "/harvest/handed-on/"):
        visit.go(path)
    visit.go("/harvest/new/")
    visit.fill(name="Courses of the valley", url="not an address")
    visit.press("^Add it")
    visit.look(visit.page)
    visit.fill(url="https://" + "very-long-name-of-a-folder/" * 3 + "courses.json")
    visit.page.locator("main [name=format]").select_option(index=1)
    visit.press("^Add it")
    expect(visit.page).to_have_url(re.compile(r"/harvest/[0-9a-f-]{36}/$"))
    visit.look(visit.page)
    visit.go("/harvest/")
    assert examine.found == []
