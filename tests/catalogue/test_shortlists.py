"""Shortlists: built by anyone signed in, read by anyone with the link, sent by advisers, gone when taken back."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from opencairn.catalogue import actions as catalogue
from opencairn.catalogue.actions import shortlists as actions
from opencairn.catalogue.models import Pick, Sending, Shortlist
from opencairn.kit.errors import Forbidden, Refused
from opencairn.people import actions as people
from opencairn.people.models import Person
from opencairn.programmes.models import Programme
from opencairn.web.demo.cast import Cast
from tests import make

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person | None], Client]


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def course(cast: Cast) -> Programme:
    programme = make.programme(cast.provider)
    make.version(programme)
    make.offering(programme)
    return programme


@pytest.fixture
def adviser(cast: Cast) -> Person:
    people.ensure_membership(cast.learner, cast.employer, role="adviser", at=make.AT)
    return cast.learner


def start(author: Person, *courses: Programme, title: str = "Ways into water") -> Shortlist:
    made = actions.start_shortlist(author=author, title=title, at=make.AT)
    for course in courses:
        actions.put_on(made, course, at=make.AT)
    return made


def send(one: Shortlist, by: Person, cast: Cast, **more: Any) -> None:
    facts: dict[str, Any] = {
        "to": "amara@home.example",
        "organisation": cast.employer,
        "link": "http://x/",
        "at": make.AT,
    }
    actions.send_shortlist(one, by=by, **(facts | more))


def test_an_adviser_builds_a_list_from_ticks_writes_on_it_and_sends_it(
    cast: Cast, adviser: Person, course: Programme, signed_in: SignIn
) -> None:
    browser = signed_in(adviser)
    assert "1 course is ticked" in browser.get("/shortlists/?p=water-quality&p=nothing").content.decode()
    assert browser.post("/shortlists/", {"title": " ", "p": "water-quality"}).status_code == 422
    made = browser.post("/shortlists/", {"title": "For  Amara", "p": ["water-quality"]}, follow=True)
    one = Shortlist.objects.get()
    assert (one.title, Pick.objects.get().programme) == ("For Amara", course)
    assert f"/for-you/{one.token}/" in made.content.decode()
    again = browser.post("/shortlists/", {"onto": one.pk, "p": "water-quality"})
    assert (again.status_code, Pick.objects.count()) == (302, 1)
    key = f"note-{Pick.objects.get().pk}"
    browser.post(f"/shortlists/{one.pk}/", {"title": "For Amara", "note": "Read <b>this</b>.", key: "The closest."})
    sent = browser.post(
        f"/shortlists/{one.pk}/send/", {"email": "amara@home.example", "organisation": cast.employer.slug}
    )
    assert sent.status_code == 302
    [letter] = mail.outbox
    assert letter.to == ["amara@home.example"]
    assert f"/for-you/{one.token}/" in letter.body
    assert cast.employer.name in letter.body
    shown = Client().get(f"/for-you/{one.token}/")
    text = shown.content.decode()
    assert "The closest." in text
    assert "Read &lt;b&gt;this&lt;/b&gt;." in text
    assert "Water quality monitoring" in text
    assert (shown["Cache-Control"], shown["X-Robots-Tag"][:7], "sessionid" in shown.cookies) == (
        "private, no-store", "noindex", False,
    )  # fmt: skip
    assert not any(
        "amara" in str(value)
        for row in (*Shortlist.objects.values(), *Sending.objects.values())
        for value in row.values()
    )


def test_a_list_taken_back_or_run_out_or_deleted_shows_nothing(
    cast: Cast, course: Programme, signed_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    browser = signed_in(cast.learner)
    back, out, gone = (start(cast.learner, course, title=title) for title in ("Back", "Out", "Gone"))
    browser.post(f"/shortlists/{back.pk}/end/")
    Shortlist.objects.filter(pk=out.pk).update(expires_on=make.TODAY - timedelta(days=400))
    browser.post(f"/shortlists/{gone.pk}/end/", {"delete": "1"})
    answers = [Client().get(f"/for-you/{one.token}/") for one in (back, out, gone)]
    assert [each.status_code for each in answers] == [410, 410, 404]
    assert not any(b"Water quality" in each.content for each in answers)
    with pytest.raises(actions.TakenBack):
        actions.put_on(back, course, at=make.AT)


def test_nobody_reaches_the_list_of_somebody_else(cast: Cast, course: Programme, signed_in: SignIn) -> None:
    one, stranger = start(cast.learner, course), signed_in(cast.author)
    for method, path in (("get", ""), ("post", ""), ("post", "send/"), ("post", "end/")):
        assert getattr(stranger, method)(f"/shortlists/{one.pk}/{path}").status_code == 404
    for onto in (str(one.pk), str(uuid4()), "x\x00"):
        assert stranger.post("/shortlists/", {"onto": onto, "p": "water-quality"}).status_code == 404
    assert Client().get("/for-you/guess/").status_code == 404
    assert len(one.token) >= 27


def test_only_advisers_make_the_site_write_letters_and_only_so_many_a_day(
    cast: Cast, adviser: Person, course: Programme, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = start(cast.author, course)
    assert b"Send it by e-mail" not in signed_in(cast.author).get(f"/shortlists/{private.pk}/").content
    with pytest.raises(Forbidden):
        send(private, cast.author, cast)
    with pytest.raises(actions.NothingToSend):
        send(start(adviser), adviser, cast)
    monkeypatch.setattr(actions, "MOST_MAILS_A_DAY", 2)
    one = start(adviser, course)
    send(one, adviser, cast)
    send(one, adviser, cast)
    with pytest.raises(actions.TooManyMails):
        send(one, adviser, cast)
    send(one, adviser, cast, at=make.AT + timedelta(days=2))
    wrong = signed_in(adviser).post(f"/shortlists/{one.pk}/send/", {"email": "a@b.example\nBcc: x@y.example"})
    assert (wrong.status_code, len(mail.outbox)) == (422, 3)


def test_a_letter_that_no_server_takes_is_said_and_not_counted(
    adviser: Person, course: Programme, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", broken)
    one = start(adviser, course)
    with pytest.raises(actions.NotSent):
        send(one, adviser, cast)
    assert Sending.objects.count() == 0


def test_limits_withdrawn_courses_and_what_is_forgotten(
    cast: Cast, course: Programme, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_PICKS", 1)
    monkeypatch.setattr(actions, "MOST_LISTS", 1)
    one, other = start(cast.learner, course), make.programme(cast.provider, "other")
    make.version(other)
    for refused in (lambda: actions.put_on(one, other, at=make.AT), lambda: start(cast.learner)):
        with pytest.raises(Refused):
            refused()
    Programme.objects.update(withdrawn_at=make.AT)
    Shortlist.objects.update(expires_on=date(2999, 1, 1))
    assert b"no longer offered" in Client().get(f"/for-you/{one.token}/").content
    browser = signed_in(cast.learner)
    browser.post(
        f"/shortlists/{one.pk}/", {"title": "T", "take_off": "water-quality", f"note-{Pick.objects.get().pk}": ""}
    )
    assert Pick.objects.count() == 0
    Shortlist.objects.update(expires_on=make.TODAY + actions.OPEN_FOR)
    assert actions.forget_shortlists(at=make.AT + timedelta(days=120)) == 0
    assert actions.forget_shortlists(at=make.AT + timedelta(days=122)) == 1
    start(cast.learner)
    catalogue.erase_person(cast.learner, at=make.AT)
    assert not Shortlist.objects.exists()
