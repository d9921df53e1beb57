"""Changes of what an accreditation covers: the rule, the acts, the pages, and what is told of them afterwards."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from opencairn.people import actions as people
from opencairn.people.models import Person
from opencairn.programmes.models import Programme
from opencairn.quality import actions as quality
from opencairn.quality import exchange, queries, records, rules
from opencairn.quality.models import Amendment, Change, Decision, ScopeRequest
from opencairn.quality.queries.covering import covering
from opencairn.transparency.models import Entry
from opencairn.transparency.wording import lines
from opencairn.web.demo.cast import Cast
from tests import make

from .test_work import mandated

SignIn = Callable[[Person | None], Client]
TODAY = make.TODAY
NARROW = {"eqf_levels": [6], "fields": ["05"]}


# --- the rule ---


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({}, {}, "same"),
        ({"eqf_levels": [6, 5]}, {"eqf_levels": [5, 6]}, "same"),
        ({"eqf_levels": []}, {}, "same"),
        ({"eqf_levels": [6]}, {}, "wider"),
        ({}, {"modes": ["online"]}, "narrower"),
        ({"fields": ["0521"]}, {"fields": ["05"]}, "wider"),
        ({"fields": ["05", "0521"]}, {"fields": ["05"]}, "same"),
        ({"fields": ["05"]}, {"fields": ["0521", "0522"]}, "narrower"),
        ({"eqf_levels": [6]}, {"eqf_levels": [5]}, "other"),
        ({"eqf_levels": [6]}, {"eqf_levels": [5, 6], "modes": ["online"]}, "other"),
    ],
)
def test_a_change_of_scope_is_told_by_what_it_covers(before: Any, after: Any, change: str) -> None:
    assert rules.scope_change(before, after) == change


scopes = st.fixed_dictionaries(
    {},
    optional={
        "eqf_levels": st.lists(st.integers(5, 7), max_size=2),
        "fields": st.lists(st.sampled_from(["05", "052", "0521", "06"]), max_size=2),
        "modes": st.lists(st.sampled_from(rules.MODES), max_size=2),
    },
)


@given(scopes, scopes, st.integers(5, 7), st.sampled_from(["0521", "0522", "0613"]), st.sampled_from(rules.MODES))
def test_wider_covers_all_that_was_covered_and_narrower_nothing_new(
    before: Any, after: Any, level: int, field: str, mode: str
) -> None:
    was, now_is = (rules.covers(each, eqf_level=level, field_code=field, mode=mode) for each in (before, after))
    change = rules.scope_change(before, after)
    if change in {"wider", "same"} and was:
        assert now_is
    if change in {"narrower", "same"} and now_is:
        assert was


# --- the acts ---


@pytest.fixture
def programme(cast: Cast) -> Programme:
    return make.version(make.programme(cast.provider)).programme


@pytest.fixture
def decision(cast: Cast, programme: Programme) -> Decision:
    return make.decision(programme, cast.quality_body, scope=NARROW)


@pytest.fixture
def whole(cast: Cast, programme: Programme) -> Decision:
    """An accreditation of the provider as a whole, in force for a year and more, by a body that has its mandate."""
    mandated(cast.quality_body)
    return Decision.objects.create(
        number="2025-900", framework="qualiopi-like", framework_version="2024", verdict="accredited",
        object="provider", provider=cast.provider, quality_body=cast.quality_body, reasons="Good.", scope=NARROW,
        first_on=date(2025, 9, 1), last_on=now().date() + timedelta(days=400), decided_at=make.AT,
    )  # fmt: skip


def asked(decision: Decision, cast: Cast, at: datetime, scope: Any = None, **facts: Any) -> ScopeRequest:
    given = {"scope": {"eqf_levels": [5, 6]} if scope is None else scope, "grounds": "We grew.", "by": cast.author}
    return quality.ask_for_scope(decision, **(given | facts), at=at)  # type: ignore[arg-type]


def test_what_was_asked_for_is_granted_from_a_day_on_and_told_everywhere(
    cast: Cast, decision: Decision, at: datetime
) -> None:
    version = decision.programme.current  # type: ignore[union-attr]
    request = asked(decision, cast, at, {"eqf_levels": [5], "modes": ["blended"]})
    assert list(queries.scope_requests_open([cast.quality_body])) == [request]
    assert covering(version)(TODAY).counted.accredited  # type: ignore[arg-type]
    day = TODAY + timedelta(days=10)
    made = quality.answer_scope_request(request, granted=True, from_on=day, reasons="Seen.", by=cast.reviewer, at=at)
    assert (made.scope, made.decided_by) == ({"eqf_levels": [5], "modes": ["blended"]}, cast.reviewer)
    assert not queries.scope_requests_open([cast.quality_body])
    found = [covering(version)(each) for each in (day - rules.A_DAY, day)]  # type: ignore[arg-type]
    assert [each.outside for each in found] == ["", "eqf_levels"]
    assert Decision.objects.get().scope == NARROW
    assert queries.scope_on(decision, day) == made.scope
    assert next((each.kind, each.on) for each in queries.history(decision.programme, TODAY)) == ("changed", day)  # type: ignore[arg-type]
    told = lines(Entry.objects.filter(kind="sanction"))
    assert "a change of what it covers was granted from" in told[-1].sentence
    assert Change.objects.latest("pk").kind == "amendment"
    fact = records.fact(decision, [], queries.scope_changes([decision])[decision.pk])
    assert fact["scopes"] == [[day.isoformat(), made.scope]]
    row = fact | {"first_on": "2025-09-01"}
    assert [rules.told_on(each, [row])[0].scope for each in (day - rules.A_DAY, day)] == [NARROW, made.scope]


def test_a_denial_leaves_the_scope_and_stands_in_the_history(cast: Cast, decision: Decision, at: datetime) -> None:
    request = asked(decision, cast, at)
    quality.answer_scope_request(request, granted=False, from_on=TODAY, reasons="Not yet.", by=cast.reviewer, at=at)
    assert queries.scope_on(decision, TODAY) == NARROW
    assert next(each.kind for each in queries.history_of_decision(decision, TODAY)) == "unchanged"
    assert queries.scope_changes(None) == {}
    with pytest.raises(quality.CannotAsk, match="answered or taken back"):
        quality.answer_scope_request(request, granted=True, from_on=TODAY, reasons="Yes.", by=cast.reviewer, at=at)
    assert asked(decision, cast, at)


def test_a_body_can_grant_less_than_was_asked_for(cast: Cast, decision: Decision, at: datetime) -> None:
    request, less = asked(decision, cast, at, {}), {"eqf_levels": [6, 7]}
    quality.answer_scope_request(
        request, granted=True, scope=less, from_on=TODAY, reasons="As far as we saw.", by=cast.reviewer, at=at
    )
    assert (queries.scope_on(decision, TODAY), ScopeRequest.objects.get().scope) == (less, {})


@pytest.mark.parametrize(
    ("scope", "why"),
    [
        (NARROW, "covers exactly this already"),
        ({"fields": ["05"], "eqf_levels": [6, 6]}, "covers exactly this already"),
        ({"eqf_levels": []}, "or nothing"),
        ({"levels": [6]}, "does not exist"),
        ({"fields": ["99"]}, "no field of study 99"),
        ({"jurisdictions": ["ZY"]}, "no country with the code ZY"),
        ({"programmes": ["no-such-course"]}, "would name nothing"),
        ({"programmes": ["water-quality"]}, "is about one course"),
    ],
)
def test_a_scope_that_names_nothing_or_changes_nothing_is_refused(
    cast: Cast, decision: Decision, at: datetime, scope: Any, why: str
) -> None:
    given = {"from_on": TODAY, "reasons": "x", "by": cast.reviewer, "at": at}
    for act in (
        lambda: asked(decision, cast, at, scope),
        lambda: quality.amend(decision, "scope", granted=True, scope=scope, **given),
    ):
        with pytest.raises((quality.WrongAmendment, quality.WrongDecision), match=why):
            act()
    assert not ScopeRequest.objects.exists()
    assert not Amendment.objects.exists()


def test_only_a_living_accreditation_can_be_asked_about_and_once_at_a_time(
    cast: Cast, decision: Decision, whole: Decision, at: datetime
) -> None:
    with pytest.raises(quality.WrongAmendment, match="Say why"):
        asked(decision, cast, at, grounds=" ")
    request = asked(decision, cast, at)
    with pytest.raises(quality.CannotAsk, match="asked for already"):
        asked(decision, cast, at)
    quality.take_back_scope_request(request, at=at)
    with pytest.raises(quality.CannotAsk, match="taken back"):
        quality.take_back_scope_request(request, at=at)
    again = asked(decision, cast, at)
    with pytest.raises(quality.ConflictOfInterest):
        quality.answer_scope_request(again, granted=True, from_on=TODAY, reasons="x", by=cast.author, at=at)
    quality.withdraw_decision(whole, from_on=TODAY, reasons="Gone.", by=cast.reviewer, at=at)
    with pytest.raises(quality.CannotAsk, match="withdrawn, which is final"):
        asked(whole, cast, at)
    refused = make.decision(decision.programme, cast.quality_body, verdict="refused", first_on=None, last_on=None)  # type: ignore[arg-type]
    ended = make.decision(decision.programme, cast.quality_body, last_on=TODAY - rules.A_DAY)  # type: ignore[arg-type]
    for each in (refused, ended):
        with pytest.raises(quality.CannotAsk, match="nothing any more"):
            asked(each, cast, at)
    scheme = quality.name_scheme(owner=cast.provider, name="Tarn Digital", summary="", at=at)
    label = Decision.objects.create(
        number="S-1", quality_body=cast.quality_body, framework="skills-certificate-label", framework_version="2026",
        verdict="accredited", object="scheme", scheme=scheme, provider=cast.provider, reasons="Good.",
        first_on=TODAY, last_on=TODAY, decided_at=at,
    )  # fmt: skip
    award = make.decision(decision.programme, cast.quality_body, framework="yearly-award", framework_version="2026")  # type: ignore[arg-type]
    for each in (label, award):
        with pytest.raises(quality.CannotAsk, match="Only the accreditation"):
            asked(each, cast, at)


def test_a_wider_scope_needs_the_mandate_that_a_decision_needs(cast: Cast, decision: Decision, at: datetime) -> None:
    Decision.objects.filter(pk=decision.pk).update(framework="eduqua-like", framework_version="2021")
    decision.refresh_from_db()
    given = {"from_on": TODAY, "reasons": "x", "by": cast.reviewer, "at": at, "scope": {}}
    with pytest.raises(quality.NoMandate):
        quality.amend(decision, "scope", granted=True, **given)
    assert quality.amend(decision, "scope", granted=False, **given)


def test_a_changed_scope_also_narrows_what_the_formats_tell(cast: Cast, decision: Decision, at: datetime) -> None:
    version = decision.programme.current  # type: ignore[union-attr]
    assert version
    assert list(exchange.in_force([version], TODAY)) == [version.programme_id]
    for scope in ({"modes": ["online"]}, {"jurisdictions": ["FR"]}):
        quality.amend(decision, "scope", granted=True, scope=scope, from_on=TODAY, reasons="x", by=None, at=at)
        assert exchange.in_force([version], TODAY) == {}
    for scope in ({"modes": ["blended"]}, {"jurisdictions": ["DE"]}):
        quality.amend(decision, "scope", granted=True, scope=scope, from_on=TODAY, reasons="x", by=None, at=at)
        assert list(exchange.in_force([version], TODAY)) == [version.programme_id]


# --- the mails ---


@pytest.mark.parametrize(("granted", "said"), [(True, "granted"), (False, "denied")])
def test_who_can_answer_reads_what_is_asked_for_and_who_asked_reads_the_answer(
    cast: Cast, whole: Decision, granted: bool, said: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    assessor = people.ensure_person(email="assessor@example.org", name="An assessor", password=None)
    people.ensure_membership(assessor, cast.quality_body, role="reviewer", at=make.AT)
    Person.objects.filter(pk=cast.reviewer.pk).update(language="de")
    with django_capture_on_commit_callbacks(execute=True):
        request = asked(whole, cast, now(), {"eqf_levels": [5], "modes": ["online"]}, grounds="We\ngrew.")
    (letter,) = mail.outbox
    assert letter.to == [cast.reviewer.email]
    assert letter.subject == "Hochschule Tarntal bittet um eine Änderung des Geltungsbereichs zum Bescheid 2025-900"
    where = f"{settings.BASE_URL}{reverse('quality:scope_request', args=[request.pk])}"
    for words in ("We\ngrew.", where, "Nur Niveau 5 des Europäischen Qualifikationsrahmens"):
        assert words in letter.body, words
    with django_capture_on_commit_callbacks(execute=True):
        quality.answer_scope_request(
            request, granted=granted, scope={"eqf_levels": [5, 7]} if granted else None, from_on=now().date(),
            reasons="Seen on site.", by=cast.reviewer, at=now(),
        )  # fmt: skip
    answers = mail.outbox[1:]
    assert {each.to[0] for each in answers} == {cast.author.email, cast.manager.email}
    assert {each.subject for each in answers} == {f"A change of scope under decision 2025-900 was {said}"}
    public = f"{settings.BASE_URL}{reverse('quality:decision', args=[whole.number])}"
    for words, there in (
        ("Seen on site.", True), (public, True), ("Only level 5, 7", granted), ("what it covered before", not granted),
    ):  # fmt: skip
        assert (words in answers[0].body) == there, words


def test_a_request_that_is_refused_or_undone_writes_to_nobody(
    cast: Cast, whole: Decision, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(quality.WrongAmendment):
            asked(whole, cast, now(), NARROW)
        with transaction.atomic():
            asked(whole, cast, now())
            transaction.set_rollback(True)
    assert not mail.outbox


# --- the pages ---


def read(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


def test_a_provider_asks_and_its_quality_body_answers(cast: Cast, whole: Decision, signed_in: SignIn) -> None:
    provider, body, anyone = signed_in(cast.author), signed_in(cast.reviewer), signed_in(None)
    assert reverse("quality:ask_scope", args=[whole.number]) in read(provider, "quality:applications")
    page = read(provider, "quality:ask_scope", whole.number)
    assert "Only level 6 of the European Qualifications Framework" in page
    address = reverse("quality:ask_scope", args=[whole.number])
    for sent, why in (
        ({"grounds": "We grew."}, "tick that there is no limit at all"),
        ({"grounds": "We grew.", "levels": ["6"], "unlimited": "on"}, "You named limits above"),
        ({"grounds": "We grew.", "levels": ["9"]}, "9 is not one of the available choices"),
        ({"grounds": "", "levels": ["5"]}, "Write a sentence or two here"),
        ({"grounds": "We grew.", "levels": ["6"], "field_codes": "05"}, "covers exactly this already"),
        ({"grounds": "We grew.", "programmes": "nothing"}, "would name nothing"),
    ):
        answer = provider.post(address, sent)
        assert (answer.status_code, why in unescape(answer.content.decode())) == (422, True), why
    wanted = {"grounds": "We <b>grew</b>.", "levels": ["5", "6"], "jurisdictions": "de, fr", "modes": ["online"]}
    assert provider.post(address, wanted).status_code == 302
    request = ScopeRequest.objects.get()
    assert request.scope == {"eqf_levels": [5, 6], "jurisdictions": ["DE", "FR"], "modes": ["online"]}
    assert "Send the request" not in read(provider, "quality:ask_scope", whole.number)
    for person, status in ((cast.learner, 403), (cast.reviewer, 403), (None, 302)):
        assert signed_in(person).get(address).status_code == status

    assert "asks for a change of scope under decision 2025-900" in read(body, "quality:desk")
    where = reverse("quality:scope_request", args=[request.pk])
    shown = read(body, "quality:scope_request", request.pk)
    assert "It covers something that it did not cover before, and leaves out something that it did." in shown
    assert "We <b>grew</b>." in shown
    assert "<b>grew" not in body.get(where).content.decode()
    today = now().date()
    sent = {"granted": "yes", "from_on": today.isoformat(), "reasons": "Seen on site.", "levels": ["5", "6"]}
    assert body.post(where, sent | {"granted": ""}).status_code == 422
    assert body.post(where, sent | {"from_on": "2001-01-01"}).status_code == 422
    assert body.post(where, sent | {"levels": []}).status_code == 422
    assert provider.post(where, sent).status_code == 403
    assert body.post(where, sent).status_code == 302
    assert queries.scope_on(whole, today) == {"eqf_levels": [5, 6]}
    assert "Granted from" in read(body, "quality:scope_request", request.pk)
    public = read(anyone, "quality:decision", whole.number)
    for words in ("How its scope changed", "Only level 5, 6", "What it covers was changed, because: Seen on site."):
        assert words in public, words
    assert "It counts from" in read(provider, "quality:ask_scope", whole.number)


def test_a_request_is_denied_or_taken_back(cast: Cast, whole: Decision, signed_in: SignIn) -> None:
    provider, body = signed_in(cast.author), signed_in(cast.reviewer)
    first = asked(whole, cast, now())
    back = reverse("quality:take_back_scope", args=[first.pk])
    assert body.post(back).status_code == 403
    assert provider.post(back).status_code == 302
    assert provider.post(back).status_code == 409
    assert "The provider took the request back." in read(body, "quality:scope_request", first.pk)
    second = asked(whole, cast, now())
    sent = {"granted": "no", "from_on": now().date().isoformat(), "reasons": "Too early."}
    assert body.post(reverse("quality:scope_request", args=[second.pk]), sent).status_code == 302
    page = read(provider, "quality:ask_scope", whole.number)
    for words in ("Denied", "Taken back", "Too early.", "Send the request"):
        assert words in page, words
    assert "A change was denied on" in read(signed_in(None), "quality:decision", whole.number)
    again = body.post(reverse("quality:scope_request", args=[second.pk]), sent | {"granted": "yes", "unlimited": "on"})
    assert (again.status_code, "answered or taken back" in unescape(again.content.decode())) == (409, True)
    assert queries.scope_on(whole, now().date()) == NARROW


def test_who_asks_twice_reads_why_the_second_request_was_not_taken(
    cast: Cast, whole: Decision, signed_in: SignIn
) -> None:
    provider, address = signed_in(cast.author), reverse("quality:ask_scope", args=[whole.number])
    sent = {"grounds": "We grew.", "levels": ["5", "6"]}
    assert provider.post(address, sent).status_code == 302
    again = provider.post(address, sent)
    assert (again.status_code, "was asked for already" in unescape(again.content.decode())) == (422, True)


def test_a_change_that_is_still_to_come_is_shown_where_another_is_asked_for_or_decided(
    cast: Cast, whole: Decision, signed_in: SignIn
) -> None:
    later = now().date() + timedelta(days=40)
    quality.amend(
        whole, "scope", granted=True, scope={"eqf_levels": [4]}, from_on=later, reasons="x", by=None, at=now()
    )
    for person, name in ((cast.reviewer, "quality:amend"), (cast.author, "quality:ask_scope")):
        page = read(signed_in(person), name, whole.number)
        assert f"It covers from {date_format(later)} on</dt><dd>Only level 4" in page, name


def test_a_body_changes_a_scope_unasked(cast: Cast, whole: Decision, signed_in: SignIn) -> None:
    body, address = signed_in(cast.reviewer), reverse("quality:amend", args=[whole.number])
    sent = {"from_on": now().date().isoformat(), "reasons": "All of it now.", "unlimited": "on"}
    assert address in read(body, "quality:decision", whole.number)
    assert body.get(address).status_code == 200
    assert body.post(address, sent | {"reasons": ""}).status_code == 422
    assert body.post(address, sent | {"unlimited": ""}).status_code == 422
    assert signed_in(cast.author).post(address, sent).status_code == 403
    assert body.post(address, sent).status_code == 302
    assert "Everything it does" in read(signed_in(None), "quality:decision", whole.number)
    assert body.post(address, sent).status_code == 422


def test_a_limit_to_types_of_credentials_is_shown_and_changed_as_any_other(
    cast: Cast, whole: Decision, signed_in: SignIn
) -> None:
    Decision.objects.filter(pk=whole.pk).update(scope={"credential_types": ["MicroCredential"], "eqf_levels": [6]})
    sent = {"from_on": now().date().isoformat(), "reasons": "Level 5 too.", "levels": ["5", "6"]}
    body, address = signed_in(cast.reviewer), reverse("quality:amend", args=[whole.number])
    assert 'value="MicroCredential"' in read(body, "quality:amend", whole.number)
    assert body.post(address, sent | {"credential_types": "a-b"}).status_code == 422
    assert body.post(address, sent | {"credential_types": "MicroCredential, Diploma"}).status_code == 302
    assert Amendment.objects.get().scope == {"credential_types": ["MicroCredential", "Diploma"], "eqf_levels": [5, 6]}


@pytest.mark.parametrize("over", ["withdrawn", "ended"])
def test_a_request_under_an_accreditation_that_is_over_is_answered_by_a_denial(
    cast: Cast, whole: Decision, signed_in: SignIn, over: str
) -> None:
    request, today = asked(whole, cast, now()), now().date()
    if over == "withdrawn":
        quality.withdraw_decision(whole, from_on=today, reasons="Gone.", by=cast.reviewer, at=now())
    else:
        Decision.objects.filter(pk=whole.pk).update(last_on=today - timedelta(days=1))
    body, where = signed_in(cast.reviewer), reverse("quality:scope_request", args=[request.pk])
    sent = {"granted": "no", "from_on": today.isoformat(), "reasons": "It is over."}
    assert body.post(where, sent | {"granted": "yes", "levels": ["5"]}).status_code == 422
    assert body.post(where, sent | {"reasons": " "}).status_code == 422
    assert body.post(where, sent).status_code == 302
    assert list(queries.scope_requests_open([cast.quality_body])) == []
    assert "Denied on" in read(body, "quality:scope_request", request.pk)


def test_what_no_framework_of_the_shelf_knows_can_still_be_amended(
    cast: Cast, decision: Decision, at: datetime
) -> None:
    Decision.objects.filter(pk=decision.pk).update(framework="gone")
    decision.refresh_from_db()
    given = {"from_on": TODAY, "reasons": "x", "by": cast.reviewer, "at": at}
    assert quality.amend(decision, "scope", granted=True, scope={}, **given)
    assert quality.amend(decision, "ownership", granted=True, **given).scope is None
    assert queries.scope_on(decision, TODAY) == {}
