"""In a real browser, the same journey with JavaScript and without."""

from collections.abc import Callable
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import journey

WIDTHS = (320, 1280)  # the narrowest that WCAG 2.2 (1.4.10) asks for, and a desk
SCHEMES = {  # the dark scheme changes colours and nothing else
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


class Examiner:
    """Runs axe on a page at both widths, light and dark, and gathers what it finds."""

    def __init__(self) -> None:
        self.axe, self.found, self.seen = Axe(), [], set()

    def __call__(self, page: Page) -> None:
        self.seen.add(page.url.split("?")[0])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                self.found.append(f"{page.url} scrolls sideways at {width}")
            for scheme, rules in SCHEMES.items():
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                result = self.axe.run(page, options={"runOnly": rules})
                for violation in result.response["violations"]:
                    nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
                    self.found.append(f"{page.url} at {width} {scheme}: {violation['id']}: {nodes}")


def test_one_course_walks_the_whole_path_and_every_page_is_accessible(
    new_page: Callable[..., Page], tmp_path: Path
) -> None:
    examine = Examiner()
    journey.walk(lambda: journey.Visit(new_page(), examine), "Reading a lake", tmp_path)
    assert len(examine.seen) > 30
    assert examine.found == []


def test_the_same_journey_needs_no_javascript(new_page: Callable[..., Page], tmp_path: Path) -> None:
    journey.walk(lambda: journey.Visit(new_page(javascript=False), lambda page: None), "Listening to a river", tmp_path)


def test_public_pages_are_accessible(new_page: Callable[..., Page]) -> None:
    examine, page = Examiner(), new_page()
    for path in (
        "/", "/find/", "/find/?q=zzzz", "/compare/", "/verify/", "/register/", "/register/?on=2024-05-01", "/about/",
        "/stones/", "/privacy/", "/accessibility/", "/permissions/", "/frameworks/", "/frameworks/short-learning/",
        "/levels/", "/skills/", "/account/login/",
        "/account/signup/", "/account/password/reset/", "/nothing-here/", "/log/", "/log/entries/", "/log/entries/1/",
        "/log/heads/", "/log/entries/99999/",
    ):  # fmt: skip
        page.goto(path)
        examine(page)
    assert examine.found == []
