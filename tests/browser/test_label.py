"""In a real browser: a label that is earned and lost by a missed audit; a course approved, and its provider not yet."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import Site, free_port, served
from tests.browser.journey import Visit
from tests.browser.test_journey import Examiner

AGENCY, PROVIDER = "Agency for Short Learning Quality", "Hochschule Tarntal"
HELD = 400  # days since the label was given: the window of its first yearly audit is over
CHOICES = {
    "offering_type": "short-course", "eqf_level": "4", "assessment_types": "portfolio", "supervision": "supervised-id",
    "participation": "blended", "languages": "en", "quality_assurance": "external-programme",
}  # fmt: skip
FOR_NEW_ZEALAND = {
    "description_en": "For those who read a gauge by the river and warn the people below.",
    "national_level": "NZQCF 4", "review_due_on": "2031-01-31", "need-0-date": "2026-01-15", "need-0-sector": "Water",
    "need-0-source": "A survey of flood warning services",
    "stackability_en": "It counts towards the certificate in hydrometry.",
    "partner-0-name": "Hochschule Tarntal",
}  # fmt: skip
MONEY = "/register/providers/hochschule-tarntal/public-money/"


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site that was set up on the day of the label and knows the cast alone."""
    made = Site(f"http://localhost:{free_port()}", tmp_path_factory.mktemp("site"))
    made.ago(HELD).set_up()
    return made


@pytest.fixture
def own_site(set_up: Site, tmp_path: Path) -> Site:
    """A copy of it for one test. It is not served yet."""
    return replace(set_up, var=shutil.copytree(set_up.var, tmp_path / "site"))


def visit_of(page: Page) -> Visit:
    return Visit(page, lambda page: None)


def said(day: date) -> str:
    return f"{day:%-d %B %Y}"


def is_told(visit: Visit, words: str) -> None:
    """What was done is said above the page."""
    expect(visit.page.locator("body")).to_contain_text(words)


def unfold(visit: Visit) -> None:
    """Open what is folded, as a person does one by one."""
    visit.page.locator("main details").evaluate_all("folds => folds.forEach(fold => { fold.open = true })")


def mandate(visit: Visit, until: date, **given: str) -> None:
    visit.go("/quality/mandates/")
    for name in {"granted_by", "holder"} & set(given):
        visit.page.locator(f"main [name={name}]").select_option(label=given.pop(name))
    visit.fill(**given, first_on="2020-01-01", last_on=until.isoformat())
    visit.press("^Give the mandate$")
    is_told(visit, "The mandate was given")


def provider_begins(visit: Visit, framework: str, *facts: str) -> None:
    visit.go(f"/quality/applications/under/{framework}/")
    visit.page.locator("main [name=quality_body]").select_option(label=AGENCY)
    for fact in facts:
        visit.tick("facts", fact)
    visit.press("^Begin the application$")


def dossier_says_what_is_missing(visit: Visit) -> None:
    """Sent too early, an application names what is missing, and each name leads to the field where it is given."""
    visit.press("^Send the application$")
    missing = visit.page.locator(".problems li a")
    last = missing.last.get_attribute("href")
    assert last is not None
    missing.last.click()
    expect(visit.page.locator(last)).to_be_focused()
    expect(visit.page.locator(last)).to_be_in_viewport()


def dossier_is_filled(visit: Visit) -> None:
    """On the page of an application: every document is answered for, and one button keeps them all."""
    dossier_says_what_is_missing(visit)
    unfold(visit)
    for answer in visit.page.locator("main textarea[name$='-text']").all():
        answer.fill("In the folder, under the number of the standard.")
    visit.press("^Put it in the dossier")
    unfold(visit)
    expect(visit.page.locator("main .outcome", has_text="Missing")).to_have_count(0)


def dossier_is_sent(visit: Visit) -> None:
    visit.press("^Send the application$")
    visit.says("The dossier stays as it was sent")


def agency_accredits(visit: Visit, link: str) -> str:
    """Odile opens the application, assesses and decides. Returns the number of the decision."""
    visit.go("/quality/")
    visit.page.get_by_role("link", name=link).first.click()
    visit.page.wait_for_load_state()
    journey.assessor_is_named(visit, "Odile Ferrand")
    journey.assessor_states_that_nothing_stands_in_the_way(visit)
    journey.findings_are_written(visit)
    return journey.decision_is_taken(visit)


def course_is_described(visit: Visit, slug: str, **more: str) -> None:
    """Jonas fills the whole description on the sheet that holds all questions, and saves once."""
    visit.go(f"/publish/{slug}/")
    unfold(visit)
    visit.fill(summary_en="Read water and ice, and warn the people below.", ects="16", hours="400")
    visit.fill(assessment_en="A diary of four weeks, and a talk with the assessor outside.")
    visit.fill(**{f"outcome-{place}-text_en": words for place, words in enumerate(journey.OUTCOMES)})
    visit.page.locator("main [name=field_code]").select_option("0521")
    for name, value in CHOICES.items():
        visit.tick(name, value)
    visit.fill(**more)
    if "partner-0-name" in more:
        visit.page.locator("main [name=partner-0-role]").select_option("designer")
    visit.press("^Save everything$")


def course_is_published(visit: Visit, slug: str, *profiles: str) -> None:
    visit.go(f"/publish/{slug}/")
    unfold(visit)
    for profile in profiles:
        visit.tick("also_for", profile)
    visit.press("Publish as a micro-credential")


def sign(visit: Visit, title: str) -> None:
    visit.go("/issue/")
    row = visit.page.locator("main tr", has_text=title).first
    row.get_by_role("button", name=re.compile("^Sign")).click()
    visit.page.wait_for_load_state()


def waiting(visit: Visit) -> int:
    """How many credentials wait to be accepted by the learner."""
    visit.go("/cairn/")
    return visit.page.locator("main").get_by_role("button", name="Accept").count()


def credential_of(visit: Visit, title: str, folder: Path) -> Path:
    """Mirren accepts a credential and downloads it."""
    visit.go("/cairn/")
    visit.press("Accept")
    visit.go("/cairn/")
    visit.page.get_by_role("link", name=title).first.click()
    visit.says(title)
    file = folder / "credential.json"
    file.write_bytes(visit.page.request.get(f"{visit.page.url}credential.json").body())
    return file


def label_is_earned(ilse: Visit, odile: Visit, operator: Visit, until: date, examine: Examiner) -> str:
    """The chain of mandates, the dossier, the assessment and the decision. Returns its number."""
    operator.sign_in("operator@example.org")
    mandate(operator, until, authority="Ministry of Education", holder=AGENCY)
    odile.sign_in("odile@aslq.example")
    mandate(odile, until, granted_by=AGENCY, email="odile@aslq.example")
    examine(odile.page)
    ilse.sign_in("ilse@tarntal.example")
    provider_begins(ilse, "eduqua-like")
    ilse.press("^Send the application$")
    assert ilse.page.locator("main [role=alert] li").count() > 20, "what is missing is named"
    examine(ilse.page)
    dossier_is_filled(ilse)
    ilse.press("^Send the application$")
    ilse.says("These are missing.*Your own case")
    ilse.fill(statement="We teach what we have done, and go back to it every year.")
    ilse.press("^Keep it$")
    ilse.says("The dossier is complete")
    dossier_is_sent(ilse)
    return agency_accredits(odile, PROVIDER)


def test_a_missed_audit_stops_the_money_and_what_was_issued_keeps_its_standing(
    own_site: Site, new_page_of: Callable[..., Page], tmp_path: Path
) -> None:
    examine, title = Examiner(), "Reading a glacier"
    site = replace(own_site, settings={"OPENCAIRN_GATES": "eduqua-like:fund"})
    today = datetime.now(UTC).date()
    begun = today - timedelta(days=HELD)
    with served(site.ago(HELD)):
        ilse, odile, jonas, mirren, anyone, operator = (visit_of(new_page_of(site)) for _ in range(6))
        anyone.go(f"{MONEY}?on={begun}")
        anyone.says("no quality body has decided about this provider")
        number = label_is_earned(ilse, odile, operator, today + timedelta(days=999), examine)
        anyone.go(f"{MONEY}?on={begun}")
        anyone.says(f"Decision {number} is in force")
        anyone.go(f"{MONEY}?on={today}")
        anyone.says("Not certain yet")
        anyone.says(f"decision {number} stops counting on .* unless an audit is held by")
        examine(anyone.page)
        anyone.go(f"/register/providers/hochschule-tarntal/?on={today}")
        anyone.says("It stops counting then, unless an audit is held by")
        examine(anyone.page)
        jonas.sign_in("jonas@tarntal.example")
        slug = journey.course_is_begun(jonas, title)
        course_is_described(jonas, slug)
        course_is_published(jonas, slug)
        journey.date_is_planned(jonas, slug)
        journey.learner_enrols(mirren, title)
        journey.assessor_awards(jonas, title)
        sign(ilse, title)
        file = credential_of(mirren, title, tmp_path)

    with served(site):
        anyone, odile = (visit_of(new_page_of(site)) for _ in range(2))
        anyone.go(f"/register/{number}/")
        window = anyone.page.locator("dl:has-text('Overdue') dd").first.inner_text()
        last = datetime.strptime(window.splitlines()[0].split(" to ")[1], "%d %B %Y").replace(tzinfo=UTC).date()
        assert begun + timedelta(days=364) <= last <= begun + timedelta(days=366), "a year after the label was given"
        missed = last + timedelta(days=1)
        anyone.says(f"Suspended.*since {said(missed)}|Suspended.*from {said(missed)}")
        examine(anyone.page)
        anyone.go(f"{MONEY}?on={last}")
        anyone.says(f"Decision {number} is in force")
        for day in (missed, today):
            anyone.go(f"{MONEY}?on={day}")
            anyone.says(f"Public money cannot pay for what starts on {said(day)}")
            anyone.says(f"decision {number} is suspended since {said(missed)}")
        examine(anyone.page)
        journey.desk_says(
            anyone, file, "Genuine, and accredited when it was awarded",
            f"covered this course on the day of the award, {said(begun)} .decision {number} of {AGENCY}.. "
            f"It has been suspended since {said(missed)}",
        )  # fmt: skip
        assert anyone.page.locator("ol.checks > li.check").count() >= 10
        examine(anyone.page)
        odile.sign_in("odile@aslq.example")
        odile.go("/quality/audits/")
        odile.says("Overdue")
        examine(odile.page)
    assert examine.found == []


def test_an_approved_course_is_issued_only_when_its_provider_is_accredited_too_and_never_one_of_41_credits(
    own_site: Site, new_page_of: Callable[..., Page]
) -> None:
    examine, title = Examiner(), "Reading a river gauge"
    site = replace(own_site, settings={"OPENCAIRN_GATES": "nzqa-like:issue"})
    with served(site):
        jonas, ilse, odile, mirren = (visit_of(new_page_of(site)) for _ in range(4))
        jonas.sign_in("jonas@tarntal.example")
        slug = journey.course_is_begun(jonas, title)
        course_is_described(jonas, slug, **FOR_NEW_ZEALAND, hours="410")
        course_is_published(jonas, slug, "nzqa")
        jonas.says("41 .*credits.*at most 40")
        examine(jonas.page)
        course_is_described(jonas, slug)
        course_is_published(jonas, slug, "nzqa")
        is_told(jonas, "Published. Everyone can read it now")
        journey.date_is_planned(jonas, slug)

        jonas.go(f"/quality/apply/{slug}/")
        jonas.page.locator("main [name=quality_body]").select_option(label=AGENCY)
        jonas.page.locator("main [name=framework]").select_option("nzqa-like")
        jonas.fill(statement="Three flood warning services asked for it.")
        jonas.press("^Send the application$")
        is_told(jonas, "This framework asks something more first")
        jonas.press("^Send the application$")
        is_told(jonas, "Nothing is sent yet")
        dossier_is_filled(jonas)
        dossier_is_sent(jonas)
        odile.sign_in("odile@aslq.example")
        agency_accredits(odile, title)
        journey.learner_enrols(mirren, title)
        journey.assessor_awards(jonas, title)

        ilse.sign_in("ilse@tarntal.example")
        sign(ilse, title)
        ilse.says("no quality body has decided about this provider")
        examine(ilse.page)
        assert waiting(mirren) == 0
        provider_begins(ilse, "nzqa-like", "self-accrediting")
        dossier_is_filled(ilse)
        ilse.fill(statement="A senate of our own approves what we teach.")
        ilse.press("^Keep it$")
        dossier_is_sent(ilse)
        agency_accredits(odile, PROVIDER)
        sign(ilse, title)
        assert waiting(mirren) == 1
    assert examine.found == []
