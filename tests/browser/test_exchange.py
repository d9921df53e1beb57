"""Data within a page, in a real browser: the strict policy on scripts does not concern it, and nothing of it runs."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

WATCH = "addEventListener('securitypolicyviolation', event => (window.stopped ||= []).push(event.violatedDirective))"


def test_the_description_is_data_under_the_policy_and_the_file_behind_the_link_is_saved(
    new_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.add_init_script(WATCH)
    page.goto("/find/")
    page.locator(".result h2 a, .result h3 a").first.click()
    page.wait_for_load_state()
    document = json.loads(page.locator("script[type='application/ld+json']").text_content() or "")
    assert document["@type"] == "Course"
    assert page.evaluate("window.stopped") is None
    assert said == []
    with page.expect_download() as waiting:
        page.get_by_role("link", name="schema.org").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    (entry,) = json.loads(file.read_text())["itemListElement"]
    assert entry["item"]["@id"] == document["@id"]
