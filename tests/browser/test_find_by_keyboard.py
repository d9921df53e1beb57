"""A learner finds and compares by keyboard alone, at both widths, and without JavaScript."""

import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_journey import Examiner

LONGEST_WAY = 260  # presses of the Tab key from one thing to the next: a page that asks for more is not usable
CHOICES = (
    ("level", ("#level-4", "#level-5", "#level-6")),
    ("credits", ("#credits-up-to-3", "#credits-up-to-6")),
    ("mode", ("#mode-online", "#mode-blended")),
    ("language", ("#language-en",)),
    ("price", ("#price-free", "#price-up-to-500")),
)
SKILLS = ("soil structure", "sensors", "infection control", "battery chemistry", "ICT accessibility standards")


class Keyboard:
    """Hands that know no mouse: only keys are pressed, and what has the focus is all that can be acted on."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, selector: str, *, back: bool = False) -> None:
        for _ in range(LONGEST_WAY):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        pytest.fail(f"{selector} cannot be reached with the Tab key")

    def press(self, selector: str, key: str, *, back: bool = False) -> None:
        self.reach(selector, back=back)
        self.page.keyboard.press(key)

    def unfold(self, selector: str) -> None:
        self.reach(f"{selector} > summary")
        if not self.page.locator(selector).evaluate("e => e.open"):
            self.page.keyboard.press("Enter")


def tick(keys: Keyboard, selector: str, name: str, *, live: bool) -> None:
    """Tick a box; with JavaScript the address follows, and the focus has to stay where it was."""
    before = keys.page.url
    keys.press(selector, "Space")
    if live:
        keys.page.wait_for_url(lambda url: url != before and f"{name}=" in url)
        expect(keys.page.locator(selector)).to_be_focused()
    expect(keys.page.locator(selector)).to_be_checked()


def narrow(keys: Keyboard, name: str, boxes: Sequence[str], *, live: bool) -> None:
    keys.unfold(f"#facet-{name}")
    for box in boxes:
        if keys.page.locator(f"#facet-{name} .more {box}").count():
            keys.unfold(f"#facet-{name} .more")
        tick(keys, box, name, live=live)


def box_of(page: Page, skill: str) -> str:
    box = page.locator("#facet-skill label", has_text=re.compile(f"^{skill}")).locator("input")
    return f"#{box.get_attribute('id')}"


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (375, True), (375, False)])
def test_six_filters_and_four_offers_side_by_side_by_keyboard_alone(
    new_page: Callable[..., Page], width: int, javascript: bool
) -> None:
    page, examine = new_page(javascript=javascript), Examiner()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/find/")
    keys = Keyboard(page)
    if width < 900:
        keys.unfold(".facets-fold")
    for name, boxes in CHOICES:
        narrow(keys, name, boxes, live=javascript)
    if not javascript:  # rare skills are listed once there are fewer courses
        keys.press("#choices-end button", "Enter")
        page.wait_for_url(re.compile("level="))
        keys.unfold(".facets-fold")
    narrow(keys, "skill", [box_of(page, skill) for skill in SKILLS], live=javascript)
    if not javascript:
        keys.press("#choices-end button", "Enter")
        page.wait_for_url(re.compile("skill="))
    expect(page.locator(".chip")).to_have_count(15)
    assert page.locator(".result").count() >= 4
    if javascript:
        examine(page)
        page.set_viewport_size({"width": width, "height": 900})
    compare_four(keys, live=javascript)
    expect(page.locator("thead [role=columnheader]")).to_have_count(4)
    for row in ("Level", "Price", "Language of teaching", "Stacks into"):
        expect(page.get_by_role("rowheader", name=row, exact=True)).to_be_visible()
    if javascript:
        examine(page)
    assert examine.found == []


def compare_four(keys: Keyboard, *, live: bool) -> None:
    for place in range(4):
        box = keys.page.locator(".result [name=p]").nth(place)
        tick(keys, f"[id='{box.get_attribute('id')}']", "p", live=live)
        if live:
            expect(keys.page.locator("#results")).to_contain_text(f"{place + 1} of 4 chosen")
    keys.press("button[formaction='/compare/']", "Enter", back=True)
    keys.page.wait_for_url(re.compile("/compare/"))


def test_suggestions_come_while_typing_and_the_tab_key_leads_to_them(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/find/")
    keys = Keyboard(page)
    keys.reach("#q")
    page.keyboard.type("wat")
    expect(page.locator("#suggestions a").first).to_be_visible()
    expect(page.locator("#suggested")).to_contain_text("suggestion")
    expect(page).to_have_url(re.compile("/find/$"))
    keys.reach("#suggestions a")
    said = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?q="))
    expect(page.locator("#q")).to_have_value(said)
    expect(page.locator("#suggestions a")).to_have_count(0)


def test_the_new_pages_are_accessible(new_page: Callable[..., Page]) -> None:
    examine, page = Examiner(), new_page()
    page.goto("/find/?level=99")
    expect(page.locator("#results")).to_contain_text("means nothing here")
    for path in (
        "/find/?level=99", "/providers/hochschule-tarntal/", "/find/map/charging-points-for-electric-vehicles/",
        "/embed/find/?q=water", "/embed/?q=water", "/for-you/nobody/",
    ):  # fmt: skip
        page.goto(path)
        examine(page)
    assert examine.found == []
