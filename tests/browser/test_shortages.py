"""A site whose operator has a list of sectors that lack people, with either search engine."""

from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.browser.conftest import Site, free_port, served
from tests.catalogue.test_shortages import GOOD


@pytest.mark.parametrize("engine", ["bitmaps", "sql"])
def test_courses_are_marked_and_filtered_and_the_index_follows_the_list(engine: str, tmp_path: Path) -> None:
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
        page = read("/find/?shortage=care")
        assert "said on 1 May 2026" in page
        assert page.count("People are lacking: Nursing and care") == page.count('<li class="result">') > 0
        rest = read("/find/?shortage=not-listed")
        assert "People are lacking: Nursing and care" not in rest.partition('id="found"')[2]
        assert '"shortage"' in read("/api/v1/search?shortage=care&limit=1")
