"""A site whose operator has a list of sectors that lack people, with either search engine."""

from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, free_port, served
from tests.browser.test_journey import Examiner
from tests.catalogue.test_shortages import GOOD


@pytest.mark.parametrize("engine", ["bitmaps", "sql"])
def test_courses_are_marked_and_filtered_and_the_index_follows_the_list(
    engine: str, new_page_of: Callable[..., Page], tmp_path: Path
) -> None:
    file, var = tmp_path / "shortages.toml", tmp_path / "site"
    var.mkdir()
    made = Site(f"http://localhost:{free_port()}", var, {"OPENCAIRN_SEARCH": engine})
    made.run("demo", "--once")  # filed without a list
    file.write_text(GOOD)
    listing = Site(made.url, var, {**made.settings, "OPENCAIRN_SHORTAGES": str(file)})
    listing.run("prepare")

    def read(path: str) -> str:
        return str(urlopen(made.url + path, timeout=60).read().decode())

    with served(listing):
        text = read("/find/?shortage=care")
        assert "said on 1 May 2026" in text
        assert text.count('class="tag">Short of people: Nursing and care') == text.count('<li class="result">') > 0
        rest = read("/find/?shortage=not-listed")
        assert "Short of people: Nursing and care" not in rest.partition('id="found"')[2]
        examine, page = Examiner(), new_page_of(listing)
        page.goto("/find/?shortage=care")
        examine(page)
        page.locator(".result h3 a").first.click()
        expect(page.locator("main")).to_contain_text("Short of people: Nursing and care")
        examine(page)
        assert examine.found == []
        assert '"shortage"' in read("/api/v1/search?shortage=care&limit=1")
