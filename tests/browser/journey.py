"""The whole path as people walk it in a browser: each function is one person's visit, through pages alone.

Fields are found by their names and buttons by their words, so that the same visit runs with JavaScript and without.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

PASSWORD = "small stones mark long paths"
OUTCOMES = (
    "Measure the clarity of a lake with a disc, and say what the figure means.",
    "Name ten kinds of life at the shore, and what they tell about the water.",
    "Keep a diary of a lake that others can use.",
)


@dataclass(frozen=True)
class Visit:
    """One person at the site. ``look`` examines the page they see."""

    page: Page
    look: Callable[[Page], None]

    def go(self, path: str) -> None:
        self.page.goto(path)
        self.look(self.page)

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").first.fill(value)

    def tick(self, name: str, value: str) -> None:
        self.page.locator(f"main [name={name}][value='{value}']").check()

    def press(self, words: str) -> None:
        self.page.locator("main").get_by_role("button", name=re.compile(words)).first.click()
        self.page.wait_for_load_state()

    def says(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(re.compile(words, re.IGNORECASE))

    def sign_in(self, email: str) -> None:
        self.go("/account/login/")
        self.fill(login=email, password=PASSWORD)
        self.press("^Sign in$")
        expect(self.page).to_have_url(re.compile("/me/$"))
        self.look(self.page)


def provider_publishes(visit: Visit, title: str) -> str:
    """Jonas describes a course, is told what is missing, mends it, publishes, plans a date. Returns the slug."""
    visit.sign_in("jonas@tarntal.example")
    slug = course_is_begun(visit, title)
    visit.go(f"/publish/{slug}/")
    visit.press("Publish as a micro-credential")
    visit.says("learning outcomes")
    visit.look(visit.page)
    answer_the_questions(visit, slug)
    visit.go(f"/publish/{slug}/")
    visit.press("Publish as a micro-credential")
    date_is_planned(visit, slug)
    visit.go(f"/programmes/{slug}/")
    visit.says("All eleven are present")
    return slug


def course_is_begun(visit: Visit, title: str) -> str:
    """Jonas names a new course. Returns the slug."""
    visit.go("/publish/")
    visit.page.get_by_role("link", name="Describe a new course").click()
    visit.look(visit.page)
    visit.fill(title=title)
    visit.press("^Start$")
    return visit.page.url.split("/publish/")[1].split("/")[0]


def date_is_planned(visit: Visit, slug: str) -> None:
    """Jonas plans a date of a published course."""
    visit.go(f"/publish/{slug}/dates/")
    visit.fill(starts_on="2031-05-05", ends_on="2031-06-27", place="Lake station Obersee", capacity="12", price="45")
    visit.page.locator("main [name=currency]").select_option("EUR")
    visit.press("Plan the date")


def answer_the_questions(visit: Visit, slug: str) -> None:
    """Jonas answers one question a page; the answer to the workload is wrong at first."""

    def question(key: str) -> None:
        visit.go(f"/publish/{slug}/{key}/")

    question("summary")
    visit.fill(summary_en="Read a lake like a book: colour, clarity, life, and what changes from week to week.")
    visit.press("Save and go on")
    question("field")
    visit.tick("offering_type", "short-course")
    visit.page.locator("main [name=field_code]").select_option("0521")
    visit.press("Save and go on")
    question("outcomes")
    for place, words in enumerate(OUTCOMES):
        visit.fill(**{f"outcome-{place}-text_en": words})
    visit.press("Save and go on")
    question("workload")
    visit.fill(ects="two")
    visit.press("Save and go on")
    visit.says("as a number")
    visit.look(visit.page)
    visit.fill(ects="2", hours="55")
    visit.press("Save and go on")
    question("level")
    visit.tick("eqf_level", "4")
    visit.press("Save and go on")
    question("assessment")
    visit.tick("assessment_types", "portfolio")
    visit.fill(assessment_en="A diary of four weeks, and a talk with the assessor at the shore.")
    visit.press("Save and go on")
    question("supervision")
    visit.tick("supervision", "supervised-id")
    visit.press("Save and go on")
    question("participation")
    visit.tick("participation", "blended")
    visit.press("Save and go on")
    question("languages")
    visit.tick("languages", "en")
    visit.press("Save and go on")
    question("quality")
    visit.tick("quality_assurance", "external-programme")
    visit.press("Save and go on")


def provider_applies(visit: Visit, slug: str) -> None:
    """Jonas asks the agency to accredit the course."""
    visit.go(f"/quality/apply/{slug}/")
    body = visit.page.locator("main [name=quality_body]")
    if body.count() and body.first.evaluate("e => e.tagName") == "SELECT":
        body.select_option(label="Agency for Short Learning Quality")
    framework = visit.page.locator("main [name=framework]")
    if framework.count() and framework.first.evaluate("e => e.tagName") == "SELECT":
        framework.select_option("short-learning")
    visit.page.locator("main textarea").first.fill("We ran it twice as a pilot and mended what learners found unclear.")
    visit.press("Send the application")
    visit.look(visit.page)


def quality_body_accredits(visit: Visit, title: str) -> None:
    """Odile names herself as assessor, states that she is independent, writes a finding for each criterion, decides."""
    visit.sign_in("odile@aslq.example")
    visit.go("/quality/")
    visit.page.get_by_role("link", name=title).first.click()
    visit.look(visit.page)
    assessor_is_named(visit, "Odile Ferrand")
    assessor_states_that_nothing_stands_in_the_way(visit)
    findings_are_written(visit)
    decision_is_taken(visit)
    visit.go("/register/?q=" + title.replace(" ", "+"))
    visit.says("Accredited")


def assessor_is_named(visit: Visit, name: str) -> None:
    """On the page of a review: a decision maker names who assesses."""
    visit.page.locator("main [name=assessor]").select_option(label=name)
    visit.press("^Name an assessor$")
    visit.says(f"Asked to assess: {name} \\(no statement yet\\)")
    assert not visit.page.locator("main [name$=outcome]").count(), "nobody finds before the statement"
    visit.look(visit.page)


def assessor_states_that_nothing_stands_in_the_way(visit: Visit) -> None:
    """On the page of a review: the assessor makes the statement about conflicts of interest."""
    visit.tick("conflict", "no")
    visit.press("^Make the statement$")
    visit.look(visit.page)


def findings_are_written(visit: Visit) -> None:
    """On the page of a review: the assessor finds that each criterion is met."""
    sections = visit.page.locator("main section.finding:has([name$=outcome])")
    for section in sections.all():
        section.locator("[name$=outcome]").first.select_option("met")
        section.locator("[name$=reasons]").first.fill("Read and found in order.")
    sections.last.get_by_role("button", name=re.compile("Save the finding")).click()
    expect(visit.page.locator("main .outcome", has_text="No finding yet")).to_have_count(0)
    visit.look(visit.page)


def decision_is_taken(visit: Visit, **days: str) -> str:
    """On the page of a review: accredited, in the days proposed or others. Returns the number of the decision."""
    visit.tick("verdict", "accredited")
    decide = visit.page.locator("main form:has([name=verdict])")
    decide.locator("[name=reasons]").fill("All criteria are met.")
    visit.fill(**days)
    decide.get_by_role("button", name="Decide and publish").click()
    expect(visit.page).to_have_url(re.compile(r"/register/\d{4}-\d+/"))
    visit.look(visit.page)
    return visit.page.url.split("/register/")[1].split("/")[0]


def learner_enrols(visit: Visit, title: str) -> None:
    """Mirren finds the course, reads about it and takes a place."""
    visit.sign_in("mirren@example.org")
    visit.go("/find/")
    visit.fill(q=title)
    visit.press("^Find$")
    visit.page.wait_for_url(re.compile(r"[?&]q=."))  # the address changes with the results, never before them
    visit.page.locator("#suggestions a").first.wait_for(state="detached")
    visit.look(visit.page)
    visit.page.locator(".results").get_by_role("link", name=title).first.click()
    visit.page.wait_for_url(re.compile("/programmes/"))
    visit.look(visit.page)
    visit.says("Accredited")
    visit.page.get_by_role("link", name=re.compile("^Enrol")).first.click()
    visit.look(visit.page)
    visit.press("Take the place")
    visit.look(visit.page)
    visit.page.locator("main [name=consent]").check()
    visit.press("Take the place")
    visit.look(visit.page)
    visit.go("/learning/")
    visit.says(title)


def assessor_awards(visit: Visit, title: str) -> None:
    """Jonas records a result for each outcome and decides the award."""
    visit.go("/assess/")
    visit.page.get_by_role("link", name=title).first.click()
    visit.page.wait_for_load_state()
    visit.look(visit.page)
    if "Mirren" not in visit.page.locator("h1").inner_text():
        visit.page.get_by_role("link", name=re.compile("Mirren Okafor")).first.click()
        visit.page.wait_for_load_state()
        visit.look(visit.page)
    for radio in visit.page.locator("main [name$=verdict][value=passed]").all():
        radio.check()
    visit.press("Save the results")
    visit.look(visit.page)
    visit.fill(grade="Passed with distinction")
    visit.press("Decide the award")
    visit.look(visit.page)


def registrar_issues(visit: Visit, title: str) -> None:
    """Ilse signs the credential."""
    visit.sign_in("ilse@tarntal.example")
    visit.go("/issue/")
    visit.says(title)
    row = visit.page.locator("main tr", has_text=title).first
    row.get_by_role("button", name=re.compile("^Sign")).click()
    visit.page.wait_for_load_state()
    visit.look(visit.page)


def learner_receives_and_shares(visit: Visit, title: str, folder: Path) -> tuple[str, list[Path]]:
    """Mirren accepts the credential, downloads it three ways and makes a link. Returns the link and the files."""
    visit.go("/cairn/")
    visit.press("Accept")
    visit.go("/cairn/")
    visit.page.get_by_role("link", name=title).first.click()
    visit.look(visit.page)
    holding = visit.page.url
    files = []
    for kind in ("json", "png", "pdf"):
        response = visit.page.request.get(f"{holding}credential.{kind}")
        assert response.ok, response.status
        files.append(folder / f"credential.{kind}")
        files[-1].write_bytes(response.body())
    visit.go(f"{holding}certificate/")
    visit.go(holding)
    visit.press("(Make|Create) (a|the) link|Share")
    visit.look(visit.page)
    link = visit.page.locator("main input[readonly]").first.input_value()
    return link, files


def desk_says(visit: Visit, file: Path, *words: str) -> None:
    """Anybody brings a file to the desk and reads the answer."""
    visit.go("/verify/")
    visit.page.locator("main input[type=file]").set_input_files(file)
    visit.press("Check the file")
    for each in words:
        visit.says(each)
    visit.look(visit.page)


def stranger_verifies(visit: Visit, title: str, link: str, files: list[Path]) -> None:
    """Somebody without an account opens the link and brings each file to the desk."""
    visit.go(link)
    visit.says(title)
    for file in files:
        desk_says(visit, file, "Genuine, and accredited when it was awarded")
    tampered = files[0].with_name("tampered.json")
    tampered.write_text(files[0].read_text().replace("Mirren Okafor", "Mirren Okafar"))
    desk_says(visit, tampered, "Not valid")
    visit.go("/verify/?link=" + link)
    visit.says("Genuine")


def walk(new_visit: Callable[[], Visit], title: str, folder: Path) -> None:
    """Walk the whole path once."""
    provider, learner = new_visit(), new_visit()
    slug = provider_publishes(provider, title)
    provider_applies(provider, slug)
    quality_body_accredits(new_visit(), title)
    learner_enrols(learner, title)
    assessor_awards(provider, title)
    registrar_issues(new_visit(), title)
    link, files = learner_receives_and_shares(learner, title, folder)
    stranger_verifies(new_visit(), title, link, files)
