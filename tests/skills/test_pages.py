from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from opencairn.people.models import Person
from opencairn.skills import actions as skills
from opencairn.skills import queries
from opencairn.skills.frameworks import FRAMEWORKS
from opencairn.skills.models import Alignment, Taxonomy
from opencairn.web.demo.cast import Cast

from .conftest import Import
from .test_actions import confirm

SignIn = Callable[[Person | None], Client]


@pytest.fixture
def upgraded(cast: Cast, import_esco: Import, at: datetime) -> Taxonomy:
    import_esco(version="1.1.1")
    confirm(cast, at, "water", "<b>Read</b> a lake")
    new = import_esco(version="1.2.0", water="hydrochemistry")
    skills.make_current(new, at=at)
    return new


@pytest.mark.django_db
def test_without_any_taxonomy_the_page_says_how_to_bring_one(signed_in: SignIn) -> None:
    assert "opencairn import-skills" in signed_in(None).get("/skills/").content.decode()


def test_everyone_sees_which_taxonomies_are_here_and_whose_they_are(signed_in: SignIn, upgraded: Taxonomy) -> None:
    body = signed_in(None).get("/skills/").content.decode()
    assert "ESCO 1.2.0" in body
    assert "This service uses the ESCO classification" in body
    assert "Make current" not in body


def test_the_operator_alone_chooses_the_version_in_use(cast: Cast, signed_in: SignIn, upgraded: Taxonomy) -> None:
    old = Taxonomy.objects.get(version="1.1.1")
    assert signed_in(cast.manager).post("/skills/current/", {"taxonomy": old.pk}).status_code == 403
    assert "Make current" in signed_in(cast.operator).get("/skills/").content.decode()
    answer = signed_in(cast.operator).post("/skills/current/", {"taxonomy": old.pk})
    assert answer.headers["Location"] == "/skills/"
    assert queries.current() == old
    for strange in ("", "x", "999999", "9" * 40, "²"):
        assert signed_in(cast.operator).post("/skills/current/", {"taxonomy": strange}).status_code == 404
    assert signed_in(cast.operator).post("/skills/current/", {"taxonomy": old.pk}).status_code == 409


def test_authors_look_again_at_what_a_new_version_changed(cast: Cast, signed_in: SignIn, upgraded: Taxonomy) -> None:
    author = signed_in(cast.author)
    body = author.get("/skills/review/").content.decode()
    assert "The current version calls it “hydrochemistry”." in body
    assert "&lt;b&gt;Read&lt;/b&gt; a lake" in body
    row = Alignment.objects.get()
    assert author.post("/skills/review/", {"alignment": row.pk, "keep": "1"}).headers["Location"] == "/skills/review/"
    assert "Nothing waits" in author.get("/skills/review/").content.decode()
    row.refresh_from_db()
    assert (row.status, row.reviewed_for) == ("confirmed", upgraded)


def test_a_skill_that_no_longer_fits_is_taken_back(cast: Cast, signed_in: SignIn, upgraded: Taxonomy) -> None:
    signed_in(cast.author).post("/skills/review/", {"alignment": Alignment.objects.get().pk, "reject": "1"})
    assert Alignment.objects.get().status == "rejected"


def test_nobody_reviews_the_skills_of_another_organisation(cast: Cast, signed_in: SignIn, upgraded: Taxonomy) -> None:
    stranger = signed_in(cast.reviewer)
    assert "Nothing waits" in stranger.get("/skills/review/").content.decode()
    assert stranger.post("/skills/review/", {"alignment": Alignment.objects.get().pk}).status_code == 403
    for strange in ("", "x", "0" * 32):
        assert stranger.post("/skills/review/", {"alignment": strange}).status_code == 404


@pytest.mark.django_db
def test_the_frameworks_stand_on_one_page_with_their_reports(signed_in: SignIn) -> None:
    body = signed_in(None).get("/levels/").content.decode()
    for each in FRAMEWORKS:
        assert f'id="{each.key}"' in body
    assert "Compared with the EQF; the country does not take part in it" in body
    assert body.count("Not checked yet") == len(FRAMEWORKS)
    assert "http://data.europa.eu/snb/qdr/" in body


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            {"amount": "5", "of": "ects", "into": "hours"},
            ("5 ECTS credits = 125 to 150 hours", "25 to 30 hours each", "ECTS Users&#x27; Guide"),
        ),
        (
            {"amount": "15", "of": "uk", "into": "ects"},
            ("= 7.5 ECTS", "A full-time year is 120 UK credits, and 60 ECTS credits."),
        ),
        ({"amount": "10", "of": "nz", "into": "hours"}, ("= 100 hours", "10 hours each")),
        ({"amount": "12", "of": "au", "into": "ects", "points": "48"}, ("= 15 ECTS", "48 Australian credit points")),
        (
            {"amount": "1200", "of": "hours", "into": "au", "points": "48"},
            ("= 48 Australian", "A full-time year is 1200 hours"),
        ),
        ({"amount": "3.20", "of": "uk", "into": "uk"}, ("3.2 UK credits = 3.2 UK credits", "nothing is converted")),
    ],
)
def test_credits_are_counted_in_each_other_and_the_rule_is_said(signed_in: SignIn, asked, says) -> None:
    body = signed_in(None).get(reverse("skills:levels"), asked).content.decode()
    for words in says:
        assert words in body


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        {"amount": "12", "of": "au", "into": "ects"},
        {"amount": "-1", "of": "uk", "into": "ects"},
        {"amount": "NaN", "of": "uk", "into": "ects"},
        {"amount": "1e9", "of": "uk", "into": "ects"},
        {"amount": "", "of": "x", "into": "<script>"},
    ],
)
def test_what_cannot_be_counted_is_said_at_the_field(signed_in: SignIn, asked) -> None:
    answer = signed_in(None).get(reverse("skills:levels"), asked)
    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode().split("<main")[1]
