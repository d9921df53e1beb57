"""Finding in a real browser: quick hands lose no filter, and what is ticked for comparing stays ticked."""

import time
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect


def slowed(route: Route) -> None:
    time.sleep(0.8)
    route.continue_()


def test_a_second_tick_before_the_first_answer_is_not_lost(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/find/")
    page.route("**/find/?*", slowed)
    page.locator("#level-4").check()
    page.locator("#level-5").check()
    page.wait_for_url(lambda url: "level=4" in url and "level=5" in url)
    expect(page.locator(".chip")).to_have_count(2)
    expect(page.locator("#level-4")).to_be_checked()
    expect(page.locator("#level-5")).to_be_checked()


def tick(page: Page, place: int) -> str:
    """Tick the result at this place and return its slug."""
    box = page.locator(".result [name=p]").nth(place)
    box.check()
    return str(box.get_attribute("value"))


def test_what_is_ticked_survives_filters_sorting_and_pages(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/find/")
    first = tick(page, 0)
    expect(page.locator("#results")).to_contain_text("1 of 4 chosen")
    page.locator("#sort").select_option("title")
    page.wait_for_url(lambda url: "sort=title" in url and f"p={first}" in url)
    page.get_by_role("link", name="Next").click()
    page.wait_for_url(lambda url: "page=2" in url)
    expect(page.locator("#results")).to_contain_text("1 of 4 chosen")
    second = tick(page, 3)
    expect(page.locator("#results")).to_contain_text("2 of 4 chosen")
    page.locator("#level-5").check()
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator("#results")).to_contain_text("2 of 4 chosen")
    page.get_by_role("button", name="Compare the ticked ones").click()
    for slug in (first, second):
        expect(page.locator(f"thead a[href*='/programmes/{slug}/']")).to_be_visible()
    page.get_by_role("link", name="Choose others").click()
    expect(page.locator("#results")).to_contain_text("2 of 4 chosen")
    expect(page.locator("#level-5")).to_be_checked()


def test_the_search_field_answers_to_the_enter_key(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/find/")
    first = tick(page, 1)
    expect(page.locator("#results")).to_contain_text("1 of 4 chosen")
    page.locator("#q").fill("zzzzqq")
    page.locator("#q").press("Enter")
    expect(page.locator("#found")).to_contain_text("0 courses found")
    page.wait_for_url(lambda url: "q=zzzzqq" in url and f"p={first}" in url)


def test_ticks_work_without_javascript(new_page: Callable[..., Page]) -> None:
    page = new_page(javascript=False)
    page.goto("/find/")
    first = tick(page, 0)
    page.get_by_role("button", name="Keep my ticks").click()
    page.get_by_role("link", name="Next").click()
    second = tick(page, 0)
    page.get_by_role("button", name="Compare the ticked ones").click()
    for slug in (first, second):
        expect(page.locator(f"thead a[href*='/programmes/{slug}/']")).to_be_visible()
