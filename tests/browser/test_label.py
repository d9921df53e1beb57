"""In a real browser: a label that is earned and lost by a missed audit; a course approved, and its provider not yet."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import journey
from tests.browser.conftest import Site
from tests.browser.journey import Visit

HELD = 400  # days: the label, whose first yearly audit nobody held
EARNED = 60  # days ago: the award


def seen(page: Page) -> Visit:
    return Visit(page, lambda page: None)


def fill_and_send(visit: Visit, site: Site) -> None:
    """On the page of an application: answer for a document (the others are many), state the own case, and send."""
    place = visit.page.locator("main .stack.close:has(.outcome:text-is('Missing'))").first
    place.locator("summary").first.click()
    place.locator("textarea").fill("In the folder, under the number of the standard.")
    place.get_by_role("button", name="Put it in the dossier").click()
    visit.says("It lies in the dossier|documents are missing")
    assert site.past("filled") > 3
    visit.press("^Send the application$")
    visit.says("Your own case")
    visit.fill(statement="We teach what we have done, and go back to it every year.")
    visit.press("^Keep it$")
    visit.says("The dossier is complete")
    visit.press("^Send the application$")
    visit.says("The dossier stays as it was sent")


def provider_applies_as_a_whole(visit: Visit, site: Site, framework: str, *facts: str) -> None:
    visit.go(f"/quality/applications/under/{framework}/")
    visit.page.locator("main [name=quality_body]").select_option(label="Agency for Short Learning Quality")
    for fact in facts:
        visit.tick("facts", fact)
    visit.press("^Begin the application$")
    visit.press("^Send the application$")
    assert visit.page.locator("main [role=alert] li").count() > 8, "what is missing is named"
    fill_and_send(visit, site)


def mandate(visit: Visit, *, until: date, **given: str) -> None:
    visit.go("/quality/mandates/")
    for name in ("granted_by", "holder"):
        if name in given:
            visit.page.locator(f"main [name={name}]").select_option(label=given.pop(name))
    visit.fill(**given, first_on="2020-01-01", last_on=until.isoformat())
    visit.press("^Give the mandate$")


def agency_opens(visit: Visit, provider: str) -> None:
    visit.go("/quality/")
    visit.page.get_by_role("link", name=provider).first.click()
    visit.page.wait_for_load_state()


def agency_accredits(visit: Visit, link: str, **days: str) -> str:
    agency_opens(visit, link)
    journey.assessor_is_named(visit, "Odile Ferrand")
    journey.assessor_states_that_nothing_stands_in_the_way(visit)
    journey.findings_are_written(visit)
    return journey.decision_is_taken(visit, **days)


def publish_for_new_zealand(visit: Visit, slug: str) -> None:
    visit.go(f"/publish/{slug}/")
    visit.page.locator("main summary", has_text="Publish it for other catalogues too").click()
    visit.tick("also_for", "nzqa")
    visit.press("Publish as a micro-credential")


def sign(visit: Visit, title: str) -> None:
    visit.go("/issue/")
    row = visit.page.locator("main tr", has_text=title).first
    row.get_by_role("button", name=re.compile("^Sign")).click()
    visit.page.wait_for_load_state()


def credentials(visit: Visit) -> int:
    """How many wait to be accepted by the learner."""
    visit.go("/cairn/")
    return visit.page.locator("main").get_by_role("button", name="Accept").count()


def test_a_missed_audit_stops_the_money_and_what_was_issued_keeps_its_standing(
    new_site: Callable[..., Site], new_page_of: Callable[..., Page]
) -> None:
    site = new_site(OPENCAIRN_GATES="eduqua-like:fund")
    today, agency = datetime.now(UTC).date(), "Agency for Short Learning Quality"
    ilse, odile, operator, stranger = (seen(new_page_of(site)) for _ in range(4))
    operator.sign_in("operator@example.org")
    mandate(operator, authority="Ministry of Education", holder=agency, until=today + timedelta(days=999))
    odile.sign_in("odile@aslq.example")
    mandate(odile, granted_by=agency, email="odile@aslq.example", until=today + timedelta(days=999))
    ilse.sign_in("ilse@tarntal.example")
    provider_applies_as_a_whole(ilse, site, "eduqua-like")

    money = "/register/providers/hochschule-tarntal/public-money/"
    stranger.go(money + f"?on={today}")
    stranger.says("no quality body has decided about this provider")
    begun = site.past("sent", str(HELD))
    last = (date.fromisoformat(begun) + timedelta(days=1000)).isoformat()
    number = agency_accredits(odile, "Hochschule Tarntal", first_on=begun, last_on=last)
    earned, label = site.past("earned", str(EARNED)), site.past("label")
    assert label["fundable"] == [True, False, False]
    stranger.go(money + f"?on={label['last']}")
    stranger.says(f"Decision {number} is in force")
    since = f"{date.fromisoformat(label['missed']):%-d %B %Y}"
    for day in (label["missed"], today.isoformat()):
        stranger.go(money + f"?on={day}")
        stranger.says("Public money cannot pay for what starts on")
        stranger.says(f"decision {number} is suspended since {since}")
    stranger.go(f"/register/{number}/")
    stranger.says("Suspended")
    journey.desk_says(
        stranger, Path(earned["file"]), "Genuine, and accredited when it was awarded",
        f"covered this course on the day of the award, .*decision {number} of {agency}.*suspended since {since}",
    )  # fmt: skip


def test_an_approved_course_is_issued_only_when_its_provider_is_accredited_too_and_never_one_of_41_credits(
    new_site: Callable[..., Site], new_page_of: Callable[..., Page]
) -> None:
    site = new_site(OPENCAIRN_GATES="nzqa-like:issue")
    jonas, ilse, odile, mirren = (seen(new_page_of(site)) for _ in range(4))
    slug, title = site.past("drafted"), "Reading a river gauge"
    jonas.sign_in("jonas@tarntal.example")
    publish_for_new_zealand(jonas, slug)
    jonas.says("41 .*credits.*at most 40")
    jonas.go(f"/publish/{slug}/workload/")
    jonas.fill(hours="400")
    jonas.press("Save and go on")
    publish_for_new_zealand(jonas, slug)
    jonas.go(f"/publish/{slug}/dates/")
    jonas.fill(starts_on="2031-05-05", ends_on="2031-06-27", place="Tarnau", capacity="12", price="45")
    jonas.page.locator("main [name=currency]").select_option("EUR")
    jonas.press("Plan the date")

    jonas.go(f"/quality/apply/{slug}/")
    jonas.page.locator("main [name=quality_body]").select_option(label="Agency for Short Learning Quality")
    jonas.page.locator("main [name=framework]").select_option("nzqa-like")
    jonas.fill(statement="Three flood warning services asked for it.")
    jonas.press("^Send the application$")
    fill_and_send(jonas, site)
    odile.sign_in("odile@aslq.example")
    agency_accredits(odile, title)
    journey.learner_enrols(mirren, title)
    journey.assessor_awards(jonas, title)

    ilse.sign_in("ilse@tarntal.example")
    sign(ilse, title)
    ilse.says("no quality body has decided about this provider")
    assert not credentials(mirren)
    provider_applies_as_a_whole(ilse, site, "nzqa-like", "self-accrediting")
    agency_accredits(odile, "Hochschule Tarntal")
    sign(ilse, title)
    assert credentials(mirren)
