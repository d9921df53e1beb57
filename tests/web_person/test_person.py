import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from opencairn.catalogue.actions import shortlists
from opencairn.credentials import actions as credentials
from opencairn.credentials.models import Credential
from opencairn.credentials.verification import verify_text
from opencairn.people import actions as people
from opencairn.people.models import Person
from opencairn.quality import actions as quality
from opencairn.quality.models import Mandate
from opencairn.skills.models import Alignment
from opencairn.wallet import actions as wallet
from opencairn.wallet.models import Share
from opencairn.web import person as everywhere
from opencairn.web.demo.cast import PASSWORD, Cast
from tests import make

SignedIn = Callable[[Person | None], Client]
NAME, EMAIL, SECOND = "Zebulon Quixworth", "zebulon@quixworth.example", "z.q@home.example"


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def zebulon(cast: Cast, at: datetime) -> Person:
    """Someone who did everything one can do: learned, held, shared, managed, recorded, decided, published, issued."""
    person = people.ensure_person(email=EMAIL, name=NAME, password=PASSWORD)
    EmailAddress.objects.create(user=person, email=SECOND, verified=True)
    for role in ("manager", "author", "assessor", "registrar"):
        people.ensure_membership(person, cast.provider, role=role, at=at)
    for role in ("manager", "reviewer", "decider"):
        people.ensure_membership(person, cast.quality_body, role=role, at=at)
    programme = make.programme(cast.provider)
    version = make.version(programme, published_by=person)
    offering = make.offering(programme)
    accredited = make.decision(programme, cast.quality_body, decided_by=person)
    for who in (person, cast.reviewer):
        quality.grant_mandate(
            granted_by=None, authority="Ministry", holder=who, first_on=at.date(), last_on=at.date(), by=person, at=at
        )
    quality.ask_for_scope(accredited, scope={"modes": ["online"]}, grounds="We moved.", by=person, at=at)
    review = quality.request_review(
        version, quality_body=cast.quality_body, framework="short-learning", statement="Ready.", by=person, at=at
    )
    assert review
    earned = credentials.issue(make.award(make.enrolment(person, offering), cast.author), by=cast.manager, at=at)
    wallet.share(wallet.accept(earned, person=person, at=at), note="for the water board", at=at)
    other = make.award(make.enrolment(cast.learner, offering), person)
    credentials.issue(other, by=person, at=at)
    shortlists.start_shortlist(author=person, title="Quixworth's advice", at=at)
    Alignment.objects.create(
        organisation=cast.provider, outcome="p:1", text="Read a lake.", uri="http://data.europa.eu/esco/skill/1",
        label="water", status="confirmed", decided_by=person, decided_at=at, created_at=at,
    )  # fmt: skip
    return person


def found_anywhere(*words: str) -> list[tuple[str, str]]:
    """Every (table, column) of the whole database in which one of these words stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    shown = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                    if any(word.lower() in shown.lower() for word in words):
                        found.append((table, column))
    return found


def traces(person_id: str) -> list[tuple[str, str]]:
    return found_anywhere(person_id, person_id.replace("-", ""), NAME, EMAIL, SECOND, "Quixworth")


# ── take along ──────────────────────────────────────────────────────────────────────────────────────


def test_the_export_holds_every_rooms_part_and_each_credential_as_it_was_signed(zebulon: Person) -> None:
    with zipfile.ZipFile(BytesIO(everywhere.export_person(zebulon))) as archive:
        names = archive.namelist()
        held = json.loads(archive.read("person.json"))
        [signed] = [archive.read(name) for name in names if name.startswith("credentials/")]
    assert set(held) == {"people", "skills", "programmes", "quality", "catalogue", "learning", "credentials", "wallet"}
    assert held["people"]["name"] == NAME
    assert len(held["quality"]["mandates"]) == len(held["quality"]["changes_of_scope_asked"]) == 1
    assert {row["email"] for row in held["people"]["emails"]} == {EMAIL, SECOND}
    assert len(held["learning"]["enrolments"]) == 1
    assert held["catalogue"]["shortlists"][0]["title"] == "Quixworth's advice"
    assert held["wallet"]["holdings"][0]["links"][0]["note"] == "for the water board"
    assert signed.decode() == Credential.objects.get(award__person=zebulon).document
    assert "README.txt" in names


def test_the_export_has_nothing_of_other_people_and_no_password(cast: Cast, zebulon: Person) -> None:
    with zipfile.ZipFile(BytesIO(everywhere.export_person(zebulon))) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert cast.learner.name not in everything
    assert cast.learner.email not in everything
    assert zebulon.password not in everything
    assert "pbkdf2" not in everything


def test_the_same_data_makes_the_same_archive(zebulon: Person) -> None:
    assert everywhere.export_person(zebulon) == everywhere.export_person(zebulon)


def test_every_room_is_asked_or_named_as_having_nothing() -> None:
    asked = {room for room, _ in everywhere.EXPORTS}
    rooms = {
        "people",
        "transparency",
        "skills",
        "programmes",
        "quality",
        "catalogue",
        "learning",
        "credentials",
        "wallet",
        "jobs",
    }
    assert asked | set(everywhere.WITHOUT_PERSONAL_DATA) == rooms
    assert len(everywhere.ERASURES) == len(everywhere.EXPORTS)
    modules = [erase.__module__.split(".")[1] for erase in everywhere.ERASURES]
    assert modules == [room for room, _ in reversed(everywhere.EXPORTS)]


# ── erase ───────────────────────────────────────────────────────────────────────────────────────────


def test_after_erasing_nothing_about_the_person_stands_in_any_table(
    zebulon: Person, signed_in: SignedIn, at: datetime
) -> None:
    who = str(zebulon.pk)
    browser = signed_in(zebulon)
    assert browser.get(reverse("wallet:portfolio")).status_code == 200
    assert len(traces(who)) > 10
    everywhere.erase_person(zebulon, at=at)
    assert traces(who) == []
    assert all(one.get_decoded().get("_auth_user_id") != who for one in Session.objects.all())
    assert browser.get(reverse("wallet:portfolio")).status_code == 302


def test_counters_named_after_the_person_are_forgotten(zebulon: Person, at: datetime, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    call_command("createcachetable")
    who = str(zebulon.pk)
    caches["default"].set(f"tries:{who}", 1)
    caches["default"].set(f"tries:{EMAIL}", 1)
    caches["default"].set("tries:someone_else@home.example", 1)
    everywhere.erase_person(zebulon, at=at)
    assert traces(who) == []
    assert caches["default"].get("tries:someone_else@home.example") == 1


def test_an_erased_credential_file_still_verifies_and_its_index_is_kept(
    cast: Cast, zebulon: Person, at: datetime
) -> None:
    credential = Credential.objects.get(award__person=zebulon)
    kept_by_an_employer, index = credential.document.encode(), credential.status_index
    everywhere.erase_person(zebulon, at=at)
    report = verify_text(kept_by_an_employer, at=at)
    assert report.verdict == "valid", report
    assert {step.name: step.why for step in report.steps if step.outcome not in ("pass", "not-applicable")} == {}
    tombstone = Credential.objects.get(pk=credential.pk)
    assert (tombstone.award, tombstone.document, tombstone.status_index) == (None, "", index)


def test_a_revoked_credential_stays_revoked_after_erasing(cast: Cast, zebulon: Person, at: datetime) -> None:
    credential = Credential.objects.get(award__person=zebulon)
    document = credential.document.encode()
    credentials.revoke(credential, reason=f"{NAME} asked.", by=cast.manager, at=at)
    who = str(zebulon.pk)
    everywhere.erase_person(zebulon, at=at)
    assert verify_text(document, at=at).verdict == "invalid"
    assert traces(who) == []


def test_what_others_hold_and_what_the_organisation_decided_stays(cast: Cast, zebulon: Person, at: datetime) -> None:
    everywhere.erase_person(zebulon, at=at)
    theirs = Credential.objects.get(award__person=cast.learner)
    assert theirs.issued_by is None
    held = [(each.person, each.erased_at, each.recorded_by) for each in Mandate.objects.order_by("pk")]
    assert held == [(None, at, None), (cast.reviewer, None, None)]
    assert verify_text(theirs.document.encode(), at=at).verdict == "valid"


def test_links_lead_nowhere_after_erasing(zebulon: Person, at: datetime) -> None:
    token = Share.objects.get().token
    everywhere.erase_person(zebulon, at=at)
    assert Client().get(reverse("wallet:shared", args=[token])).status_code == 404
    assert Client().get(reverse("wallet:shared_json", args=[token])).status_code == 404


def test_the_last_manager_is_told_whom_to_appoint_and_nothing_is_erased(cast: Cast, at: datetime) -> None:
    with pytest.raises(everywhere.LastManager, match="someone else a manager") as refused:
        everywhere.erase_person(cast.employer_person, at=at)
    assert refused.value.details == ("Upper Tarn Water Board",)
    assert Person.objects.filter(pk=cast.employer_person.pk).exists()


def test_a_room_that_fails_keeps_everything(zebulon: Person, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(person: Person, *, at: datetime) -> None:
        raise RuntimeError("the disk is full")

    before = traces(str(zebulon.pk))
    monkeypatch.setattr(everywhere, "ERASURES", (*everywhere.ERASURES[:-1], fail))
    with pytest.raises(RuntimeError):
        everywhere.erase_person(zebulon, at=at)
    assert traces(str(zebulon.pk)) == before


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_what_is_kept_and_gives_it_as_a_file(zebulon: Person, signed_in: SignedIn) -> None:
    browser = signed_in(zebulon)
    page = browser.get(reverse("my_data")).content.decode()
    assert NAME in page
    assert "1 enrolment, with its results" in page
    assert "1 link that works now" in page
    answer = browser.post(reverse("my_data_export"))
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    assert zipfile.is_zipfile(BytesIO(answer.content))


def test_erasing_needs_the_word_and_the_password(zebulon: Person, signed_in: SignedIn) -> None:
    browser, address = signed_in(zebulon), reverse("my_data_erase")
    for attempt in ({}, {"word": "ERASE", "password": "wrong"}, {"word": "yes", "password": PASSWORD}):
        assert browser.post(address, attempt).status_code == 422
    assert Person.objects.filter(pk=zebulon.pk).exists()
    answer = browser.post(address, {"word": "ERASE", "password": PASSWORD}, follow=True)
    assert answer.status_code == 200
    assert "Everything about you is erased" in answer.content.decode()
    assert not Person.objects.filter(pk=zebulon.pk).exists()


def test_someone_without_a_password_types_the_word(zebulon: Person, signed_in: SignedIn) -> None:
    zebulon.set_unusable_password()
    zebulon.save()
    browser = signed_in(zebulon)
    assert 'name="password"' not in browser.get(reverse("my_data")).content.decode()
    assert browser.post(reverse("my_data_erase"), {"word": "ERASE"}).status_code == 302
    assert not Person.objects.filter(pk=zebulon.pk).exists()


def test_the_last_manager_sees_why_before_trying(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.employer_person).get(reverse("my_data")).content.decode()
    assert "You are the last manager" in page
    answer = signed_in(cast.employer_person).post(reverse("my_data_erase"), {"word": "ERASE", "password": PASSWORD})
    assert answer.status_code == 409


def test_strangers_are_asked_to_sign_in_and_links_write_nothing(zebulon: Person, signed_in: SignedIn) -> None:
    assert Client().get(reverse("my_data")).status_code == 302
    assert Client().post(reverse("my_data_erase"), {"word": "ERASE"}).status_code == 302
    assert signed_in(zebulon).get(reverse("my_data_erase")).status_code == 405
    assert signed_in(zebulon).get(reverse("my_data_export")).status_code == 405


def test_the_password_cannot_be_tried_again_and_again(zebulon: Person, signed_in: SignedIn) -> None:
    browser = signed_in(zebulon)
    attempts = [browser.post(reverse("my_data_erase"), {"word": "ERASE", "password": str(n)}) for n in range(14)]
    assert 429 in {answer.status_code for answer in attempts}
