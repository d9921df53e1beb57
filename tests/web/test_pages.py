import re
from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opencairn.people.models import Person
from opencairn.web.demo.cast import PASSWORD, Cast
from tests import make

SignIn = Callable[[Person | None], Client]
ROOF = ["home", "field_guide", "about", "accessibility", "privacy"]


class Outline(HTMLParser):
    """Collects what the house asks of every page: ids, headings, inline code, labels."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.inline: list[str] = []
        self.language = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if facts.get("id"):
            self.ids.append(str(facts["id"]))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "html":
            self.language = str(facts.get("lang"))
        runs = tag == "script" and "src" not in facts and facts.get("type") != "application/json"
        if runs or tag == "style" or any(name == "style" or name.startswith("on") for name in facts):
            self.inline.append(f"{tag} {facts}")


def sound(text: str) -> Outline:
    """Check one page: one h1, headings without leaps, unique ids, nothing inline that the policy would stop."""
    outline = Outline(text)
    assert outline.headings.count(1) == 1
    assert outline.headings[0] == 1
    assert all(after - before <= 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.inline == []
    return outline


@pytest.fixture
def world(cast: Cast) -> Cast:
    """Three published programmes; two start soon."""
    for number, field in enumerate(("0521", "0913", "0713")):
        programme = make.programme(cast.provider, f"course-{number}")
        make.version(programme, field_code=field, ects=number + 1)
        if number:
            starts = timezone.localdate() + timedelta(days=30 * number)
            make.offering(programme, starts_on=starts, ends_on=starts + timedelta(days=90))
    make.version(make.programme(cast.provider, "draft"), published=False)
    return cast


@pytest.mark.parametrize("name", ROOF)
@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_every_page_of_the_roof_is_sound_in_every_language(
    world: Cast, client: Client, name: str, language: str
) -> None:
    page = client.get(reverse(name), headers={"Accept-Language": language})
    assert page.status_code == 200
    assert sound(page.content.decode()).language == language


@pytest.mark.parametrize("name", ROOF)
def test_the_roof_stands_over_an_empty_site(db: None, client: Client, name: str) -> None:
    sound(client.get(reverse(name)).content.decode())


def test_the_first_page_shows_what_is_published_and_what_starts_soon(world: Cast, client: Client) -> None:
    text = client.get("/").content.decode()
    assert "3 micro-credentials to choose from." in text
    assert text.count('class="cairn"') == 1
    assert reverse("programmes:programme", args=["course-1"]) in text
    assert "draft" not in text


def test_the_first_page_asks_the_database_little(
    world: Cast, client: Client, django_assert_max_num_queries: Callable
) -> None:  # type: ignore[type-arg]
    with django_assert_max_num_queries(10):
        client.get("/")


def test_the_cairn_shows_several_fields_before_it_repeats_one(world: Cast) -> None:
    from opencairn.web import front

    for number in range(9):
        make.version(make.programme(world.provider, f"more-{number}"), field_code="0521", ects=10)
    chosen = front.page(date(2026, 3, 2))["cairn"]
    assert len(chosen) == 7
    assert {version.field_code for version in chosen} == {"0521", "0913", "0713"}


def test_the_field_guide_draws_eleven_minerals(client: Client, db: None) -> None:
    text = client.get("/stones/").content.decode()
    assert all(name in text for name in ("Limestone", "Azurite", "Rhodonite", "Soapstone"))
    assert text.count("<tr>") == 12


def test_where_one_is_stands_marked_and_can_be_skipped_to(client: Client, db: None) -> None:
    text = client.get("/account/login/").content.decode()
    assert '<a class="skip" href="#content">' in text
    assert 'id="content"' in text


def test_the_language_changes_without_scripts_and_leads_back(client: Client, db: None) -> None:
    page = client.get("/about/").content.decode()
    assert 'action="/language/setlang/"' in page
    answer = client.post("/language/setlang/", {"language": "de", "next": "/about/"})
    assert answer["Location"] == "/about/"
    assert 'lang="de" dir="ltr"' in client.get("/about/").content.decode()


def test_the_language_switch_leads_nowhere_else(client: Client, db: None) -> None:
    assert client.post("/language/setlang/", {"language": "de", "next": "https://evil.example/"})["Location"] == "/"


def test_health_is_plain_and_never_stored(client: Client, db: None) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"


def test_robots_are_kept_from_private_links(client: Client) -> None:
    assert "Disallow: /s/\n" in client.get("/robots.txt").content.decode()


def enter(client: Client) -> None:
    """Sign the learner in with the password, and give it once more as account pages ask."""
    cache.clear()
    client.post("/account/login/", {"login": "mirren@example.org", "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})


ACCOUNT_OPEN = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_request_login_code",
    "account_email_verification_sent",
    "account_inactive",
]
ACCOUNT_OWN = [
    "account_email",
    "account_change_password",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
]


@pytest.mark.parametrize("name", ACCOUNT_OPEN)
def test_every_door_of_the_account_wears_our_frame(client: Client, db: None, name: str) -> None:
    page = client.get(reverse(name))
    assert page.status_code == 200
    sound(page.content.decode())
    assert 'class="masthead"' in page.content.decode()


@pytest.mark.parametrize("name", ACCOUNT_OWN)
def test_every_room_of_the_account_wears_our_frame(cast: Cast, client: Client, name: str) -> None:
    enter(client)
    page = client.get(reverse(name))
    assert page.status_code == 200
    sound(page.content.decode())
    assert 'class="masthead"' in page.content.decode()


def test_the_password_is_asked_once_more_before_something_changes(cast: Cast, client: Client) -> None:
    cache.clear()
    client.post("/account/login/", {"login": "mirren@example.org", "password": PASSWORD})
    page = client.get(reverse("mfa_add_webauthn"), follow=True)
    assert page.request["PATH_INFO"] == reverse("account_reauthenticate")
    sound(page.content.decode())


def test_two_codes_and_a_key_can_be_managed(cast: Cast, client: Client) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    enter(client)
    TOTP.activate(cast.learner, generate_totp_secret())
    RecoveryCodes.activate(cast.learner)
    for name in ("mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"):
        sound(client.get(reverse(name)).content.decode())


def test_the_code_to_scan_is_a_picture_the_policy_allows(cast: Cast, client: Client) -> None:
    enter(client)
    text = client.get(reverse("mfa_activate_totp")).content.decode()
    assert 'src="data:image/svg+xml' in text
