"""The register with its database: gates, endorsements, registers elsewhere, its pages and its API."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.timezone import now
from django.utils.translation import gettext
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from opencairn.credentials.statement import accreditation_on
from opencairn.engine.keys import SigningKey
from opencairn.kit.fetch import CannotFetch
from opencairn.learning import actions as learning
from opencairn.people.models import Membership, Person
from opencairn.programmes import actions as programmes
from opencairn.programmes.models import Programme
from opencairn.quality import actions as quality
from opencairn.quality import queries, rules
from opencairn.quality.models import (
    Audit,
    Condition,
    Decision,
    Endorsement,
    ForeignIssuer,
    ForeignRegister,
    Review,
    Sanction,
)
from opencairn.web.demo.cast import Cast
from tests import make

SignIn = Callable[[Person | None], Client]
AT, TODAY = make.AT, make.TODAY


def of_provider(cast: Cast, framework: str, **facts: Any) -> Decision:
    """An accreditation of the provider as a whole."""
    ordinary: dict[str, Any] = {
        "number": f"2025-9{Decision.objects.count():02d}", "framework": framework, "framework_version": "2024",
        "verdict": "accredited", "object": "provider", "provider": cast.provider, "quality_body": cast.quality_body,
        "reasons": "Good.", "first_on": date(2025, 9, 1), "last_on": date(2028, 8, 31),
        "decided_at": datetime(2025, 8, 20, 9, tzinfo=UTC),
    }  # fmt: skip
    return Decision.objects.create(**(ordinary | facts))


@pytest.fixture
def programme(cast: Cast) -> Programme:
    return make.version(make.programme(cast.provider)).programme


# --- gates ---


def test_a_wrong_gate_stops_the_start(settings: Settings) -> None:
    settings.GATES = ["short-learning:issue"]
    with pytest.raises(ImproperlyConfigured, match="OPENCAIRN_GATES: short-learning:issue: short-learning can block"):
        queries.gates()


def test_without_gates_nothing_is_asked(cast: Cast, programme: Programme) -> None:
    assert queries.fundable_on(cast.provider, TODAY) == queries.Crossing("fund", TODAY, open=True, asked=False)


def test_public_money_asks_for_the_label_on_the_start_date(cast: Cast, settings: Settings, signed_in: SignIn) -> None:
    settings.GATES = ["qualiopi-like:fund", "eduqua-like:fund"]
    assert not queries.fundable_on(cast.provider, TODAY).open
    label = of_provider(cast, "qualiopi-like")
    Sanction.objects.create(
        decision=label, kind="suspension", from_on=date(2026, 5, 1), reasons="Audit missed.", decided_at=AT
    )
    for day, is_open in (
        (date(2025, 8, 31), False),
        (date(2025, 9, 1), True),
        (date(2026, 4, 30), True),
        (date(2026, 5, 1), False),
    ):
        assert queries.fundable_on(cast.provider, day).open is is_open, day
    page = f"/register/providers/{cast.provider.slug}/public-money/"
    assert signed_in(None).get(page, {"on": "9999-12-31"}).status_code == 422
    refused = signed_in(None).get(page, {"on": "2026-06-01"}).content.decode()
    assert "Public money cannot pay for what starts on 1 June 2026" in refused
    assert f"decision {label.number} is suspended since 1 May 2026." in refused
    assert "no quality body has decided about this provider" in refused
    assert "is in force on 2 March 2026" in signed_in(None).get(page, {"on": "2026-03-02"}).content.decode()
    assert signed_in(None).get(page, {"on": "soon"}).status_code == 422
    answer = signed_in(None).get("/api/v1/registry/fundable", {"provider": cast.provider.slug, "on": "2026-06-01"})
    assert answer.json()["open"] is False
    assert len(answer.json()["reasons"]) == 2


@pytest.mark.parametrize(("missed", "then"), [("suspend", "suspended"), ("withdraw", "withdrawn")])
def test_the_history_of_a_day_to_come_says_what_is_due_and_of_a_day_gone_what_was_missed(
    cast: Cast, programme: Programme, signed_in: SignIn, missed: str, then: str
) -> None:
    due = now().date() + timedelta(days=30)
    decision = make.decision(programme, cast.quality_body, last_on=due + timedelta(days=300))
    given = {"decision": decision, "missed": missed}
    Audit.objects.create(kind="interim", first_on=TODAY, last_on=due, **given)
    first = due - timedelta(days=9)
    Condition.objects.create(text="Mend it.", first_due_on=first, due_on=first, imposed_at=AT, **given)

    def told(day: date, today: date) -> list[tuple[str, date]]:
        return [(each.kind, each.on) for each in queries.history(programme, day, today=today)]

    stops, day = [first + rules.A_DAY, due + rules.A_DAY], due + timedelta(days=5)
    granted = ("accredited", date(2025, 9, 1))
    assert told(day, now().date()) == [("due", stops[1]), ("due", stops[0]), granted]
    assert told(day, stops[0])[-2:] == [(then, stops[0]), granted]  # nothing is due after a withdrawal
    assert len(told(day, stops[0])) == (2 if then == "withdrawn" else 3)
    assert told(stops[0] - rules.A_DAY, now().date()) == [granted]
    over = due + timedelta(days=301)
    assert [kind for kind, _on in told(over, now().date())] == ["expired", "due", "due", "accredited"]
    page = signed_in(None).get("/register/courses/water-quality/", {"on": day.isoformat()}).content.decode()
    assert f"It stops counting then, unless a condition is met by {date_format(first)}." in page
    assert "unknown-wash" in page
    for words in ("was not met", "was not held", "Suspended", "Withdrawn"):
        assert words not in page, words
    decision = make.decision(programme, cast.quality_body, first_on=TODAY, last_on=due)
    Condition.objects.create(decision=decision, text="x", first_due_on=due, due_on=due, missed=missed, imposed_at=AT)
    assert len(told(day, now().date())) == 5  # what is due when the decision ends anyway stops nothing


def test_an_audit_that_is_still_due_was_not_missed(cast: Cast, settings: Settings, signed_in: SignIn) -> None:
    settings.GATES = ["qualiopi-like:fund", "eduqua-like:fund"]
    due = now().date() + timedelta(days=30)
    label = of_provider(cast, "eduqua-like", last_on=due + timedelta(days=300))
    stops = due + timedelta(days=1)
    audit = Audit.objects.create(decision=label, kind="interim", first_on=TODAY, last_on=due, missed="suspend")
    found = queries.fundable_on(cast.provider, stops)
    assert not found.open
    assert queries.hangs_on_what_is_due(found, today=due)
    assert not queries.hangs_on_what_is_due(found, today=stops)
    assert "is suspended since" in queries.why_not(found, today=stops)[1]
    page = f"/register/providers/{cast.provider.slug}/public-money/"
    shown = signed_in(None).get(page, {"on": stops.isoformat()}).content.decode()
    assert "Not certain yet" in shown
    assert f"stops counting on {date_format(stops)}, unless an audit is held by {date_format(due)}." in shown
    assert "suspended since" not in shown
    then = signed_in(None).get(f"/register/providers/{cast.provider.slug}/", {"on": stops.isoformat()}).content.decode()
    assert f"Does not count from {date_format(stops)} on, unless what is due before that day is done." in then
    assert f"It stops counting then, unless an audit is held by {date_format(due)}." in then
    assert "Not certain yet" in then
    assert "<dt>sanctions ever</dt><dd>0</dd>" in then
    for words in ("was not held", "Suspended", "What was held against it"):
        assert words not in then, words
    for state, lines in (("due", 1), ("suspended", 0), ("accredited", 0)):
        asked = {"on": stops.isoformat(), "state": state}
        listed = signed_in(None).get("/api/v1/registry/accreditations", asked).json()
        assert [each["state"] for each in listed["items"]] == [state] * lines
        found_here = signed_in(None).get("/register/", asked | {"q": ""}).content.decode()
        assert found_here.count('class="register-line"') == lines
    one = signed_in(None).get(f"/api/v1/registry/accreditations/{label.number}", {"on": stops.isoformat()}).json()
    of = signed_in(None).get(f"/api/v1/registry/providers/{cast.provider.slug}", {"on": stops.isoformat()}).json()
    assert (one["state"], of["standings"][0]["state"]) == ("due", "due")
    assert signed_in(None).get("/api/v1/registry/accreditations?state=compromised").status_code == 422
    answer = signed_in(None).get("/api/v1/registry/fundable", {"provider": cast.provider.slug, "on": stops.isoformat()})
    assert answer.json()["open"] is False
    assert "unless an audit is held" in answer.json()["reasons"][1]
    Condition.objects.create(
        decision=label, text="Mend it.", first_due_on=TODAY, due_on=TODAY + timedelta(days=1), missed="suspend",
        imposed_at=AT,
    )  # fmt: skip
    assert not queries.hangs_on_what_is_due(queries.fundable_on(cast.provider, stops), today=due)  # missed for good
    Condition.objects.update(due_on=due - timedelta(days=9))
    found = queries.fundable_on(cast.provider, stops)
    assert (
        f"unless a condition is met by {date_format(due - timedelta(days=9))}" in queries.why_not(found, today=TODAY)[1]
    )
    Condition.objects.all().delete()
    audit.delete()
    assert queries.fundable_on(cast.provider, stops).open
    settings.GATES = ["nzqa-like:issue"]
    assert not queries.hangs_on_what_is_due(queries.crossing("issue", stops, provider=cast.provider), today=TODAY)


def test_publishing_waits_for_a_decision_where_the_operator_says_so(
    cast: Cast, settings: Settings, signed_in: SignIn
) -> None:
    settings.GATES = ["qqi-like:publish"]
    version = make.version(make.programme(cast.provider), published=False)
    make.offering(version.programme)
    with pytest.raises(queries.GateClosed, match="needs a positive decision"):
        programmes.publish(version, by=cast.author, at=AT)
    refused = signed_in(cast.author).post(reverse("programmes:publish", args=[version.programme.slug]))
    assert refused.status_code == 409
    assert "no quality body has decided about this course" in refused.content.decode()
    applied = Review.objects.create(
        version=version, quality_body=cast.quality_body, framework="qqi-like", framework_version="2026",
        applicant=cast.provider, requested_by=cast.author, requested_at=AT, closed_at=AT,
    )  # fmt: skip
    decision = make.decision(version.programme, cast.quality_body, framework="qqi-like", review=applied, first_on=TODAY)
    version.edited_at = AT + timedelta(hours=1)
    version.save(update_fields=["edited_at"])
    with pytest.raises(queries.GateClosed, match="changed after it was sent"):
        programmes.publish(version, by=cast.author, at=AT)
    version.edited_at = AT - timedelta(hours=1)
    version.save(update_fields=["edited_at"])
    programmes.publish(version, by=cast.author, at=AT)
    assert Decision.objects.get(pk=decision.pk).programme == version.programme


def test_a_suspension_stops_new_enrolments_only_where_a_gate_rests_on_it(
    cast: Cast, settings: Settings, programme: Programme
) -> None:
    decision = make.decision(programme, cast.quality_body, framework="nzqa-like")
    Sanction.objects.create(decision=decision, kind="suspension", from_on=TODAY, reasons="Overdue.", decided_at=AT)
    offering = make.offering(programme)

    def enrol(person: Person) -> object:
        return learning.enrol(person, offering, name_on_credential="A B", consent_text="Yes.", at=AT)

    settings.GATES = ["nzqa-like:issue"]
    with pytest.raises(queries.GateClosed, match="Nobody new is taken on"):
        enrol(cast.learner)
    settings.GATES = ["qualiopi-like:fund"]
    assert enrol(cast.learner)


# --- the register ---


def test_the_register_is_narrowed_by_standing_framework_country_and_field(
    cast: Cast, programme: Programme, signed_in: SignIn
) -> None:
    make.decision(programme, cast.quality_body)
    other = make.version(make.programme(cast.provider, slug="dementia"), field_code="0921").programme
    make.decision(other, cast.quality_body, last_on=date(2025, 12, 31))
    of_provider(cast, "qualiopi-like")
    everything = queries.subjects(TODAY)
    assert len(everything) == 3
    for asked, slugs in (
        ({"state": "accredited"}, [None, "water-quality"]),
        ({"state": "expired"}, ["dementia"]),
        ({"framework": "qualiopi-like"}, [None]),
        ({"country": "FR"}, []),
        ({"field": "05"}, ["water-quality"]),
        ({"provider": "nobody"}, []),
        ({"q": "2025-902"}, [None]),
    ):
        lines = queries.entries(queries.subjects(TODAY, **asked), TODAY)
        found = [each.programme.slug if each.programme else None for each in lines]
        assert sorted(found, key=str) == sorted(slugs, key=str), asked
    client = signed_in(None)
    page = client.get("/register/", {"state": "expired", "q": "", "on": ""}).content.decode()
    assert "1 line" in page
    assert '<details class="fold" open>' in page
    assert client.get("/register/", {"framework": "none"}).status_code == 422
    assert client.get("/register/", {"q": "\0"}).status_code == 422


def test_a_provider_and_a_course_have_their_history_on_any_day(
    cast: Cast, programme: Programme, signed_in: SignIn
) -> None:
    make.decision(programme, cast.quality_body)
    whole = of_provider(cast, "qualiopi-like")
    client = signed_in(None)
    page = client.get(f"/register/providers/{cast.provider.slug}/").content.decode()
    assert f"/register/{whole.number}/" in page
    assert "Water quality monitoring" in page
    before = client.get(f"/register/providers/{cast.provider.slug}/?on=2020-01-01").content.decode()
    assert "had decided about the provider as a whole by this day" in before
    course = client.get("/register/courses/water-quality/?on=2026-03-02").content.decode()
    assert "Accredited from 1 September 2025 until 31 August 2028." in course
    assert client.get("/register/courses/water-quality/?on=never").status_code == 422
    assert client.get("/register/courses/nothing/").status_code == 404
    assert client.get(f"/register/providers/{cast.employer.slug}/").status_code == 404


def test_the_register_answers_programs_as_it_answers_people(
    cast: Cast, programme: Programme, signed_in: SignIn
) -> None:
    decision = make.decision(programme, cast.quality_body)
    quality.suspend(decision, from_on=now().date(), reasons="Late.", by=cast.reviewer, at=now())
    client = signed_in(None)
    day = client.get("/api/v1/registry/accreditations?on=2026-03-02").json()
    assert (day["total"], day["items"][0]["state"], day["next"]) == (1, "accredited", None)
    assert client.get("/api/v1/registry/accreditations").json()["items"][0]["state"] == "suspended"
    one = client.get(f"/api/v1/registry/accreditations/{decision.number}?on=2026-03-02").json()
    assert one["suspensions"] == [[now().date().isoformat(), None]]
    assert one["state"] == "accredited"
    of = client.get(f"/api/v1/registry/providers/{cast.provider.slug}").json()
    assert (len(of["decisions"]), of["endorsements"]) == (1, 0)
    changed = client.get("/api/v1/registry/changes").json()
    assert [each["kind"] for each in changed["items"]] == ["sanction"]
    assert client.get(f"/api/v1/registry/changes?since={changed['items'][0]['index']}").json()["items"] == []
    assert client.get("/api/v1/registry/coverage").json()["total"] == 1
    for wrong in ("accreditations?on=soon", "accreditations?state=good", "changes?since=x", "fundable"):
        assert client.get(f"/api/v1/registry/{wrong}").status_code == 422, wrong
    feed = client.get("/register/changes.atom")
    assert f"/register/{decision.number}/" in feed.content.decode()


def test_many_decisions_are_paged(cast: Cast, signed_in: SignIn) -> None:
    for number in range(17):
        make.decision(
            make.version(make.programme(cast.provider, slug=f"course-{number:02d}")).programme, cast.quality_body
        )
    client = signed_in(None)
    assert client.get("/register/").content.decode().count('class="register-line"') == 15
    assert client.get("/register/?page=2").content.decode().count('class="register-line"') == 2
    page = client.get("/api/v1/registry/accreditations?limit=10").json()
    assert len(client.get(page["next"].partition("localhost:8000")[2]).json()["items"]) == 7


def test_coverage_counts_decisions_before_words(cast: Cast, programme: Programme, signed_in: SignIn) -> None:
    make.decision(programme, cast.quality_body)
    make.version(make.programme(cast.provider, slug="b"), quality_assurance="internal")
    make.version(make.programme(cast.provider, slug="c"), quality_assurance="external-programme")
    make.version(make.programme(cast.provider, slug="d"), quality_assurance="", ects=None, published_as="listing")
    counted = queries.count_coverage(at=now())
    assert {each.key: each.number for each in counted.assured} == {
        "external": 1, "external-said": 1, "internal": 1, "none": 0, "not-stated": 1,
    }  # fmt: skip
    filled = {profile.key: share.number for profile, share in counted.profiles}
    assert filled["eu-annex-i"] == 3
    assert "25 %" in signed_in(None).get("/register/coverage/").content.decode()


def test_a_course_is_covered_from_outside_only_by_an_accreditation_that_covers_it(
    cast: Cast, programme: Programme
) -> None:
    def external() -> int:
        return {each.key: each.number for each in queries.count_coverage(at=AT).assured}["external"]

    of_provider(cast, "yearly-award")
    label = of_provider(cast, "qualiopi-like", scope={"eqf_levels": [7]})
    assert external() == 0
    Decision.objects.filter(pk=label.pk).update(scope={"eqf_levels": [6]})
    assert external() == 1


# --- endorsements ---


def ask(cast: Cast, **facts: Any) -> Endorsement:
    ordinary: dict[str, Any] = {
        "endorser": cast.employer,
        "message": "You hire our people.",
        "by": cast.author,
        "at": AT,
    }
    return quality.ask_endorsement(cast.provider, **(ordinary | facts))


def test_an_endorsement_is_asked_given_shown_and_taken_back(
    cast: Cast, programme: Programme, signed_in: SignIn,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    client, page = signed_in(cast.author), f"/quality/endorsements/of/{cast.provider.slug}/"
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(
            page, {"endorser": cast.employer.slug, "programme": "water-quality", "message": "You hire our people."}
        )
    assert sent.status_code == 302
    assert mail.outbox[-1].to == [cast.employer_person.email]
    asked = Endorsement.objects.get()
    assert f"/quality/endorsements/{asked.pk}/" in mail.outbox[-1].body
    assert "Asked on" in client.get(page).content.decode()
    assert client.post(f"/quality/endorsements/{asked.pk}/answer/", {"verdict": "granted"}).status_code == 403
    theirs = signed_in(cast.employer_person)
    assert "Hochschule Tarntal" in theirs.get("/quality/endorsements/").content.decode()
    assert theirs.post(f"/quality/endorsements/{asked.pk}/answer/", {"verdict": "granted"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        given = {"verdict": "granted", "words": "They can do the job from the first day."}
        assert theirs.post(f"/quality/endorsements/{asked.pk}/answer/", given).status_code == 302
    assert mail.outbox[-1].subject == "Upper Tarn Water Board endorses you"
    public = signed_in(None).get("/register/courses/water-quality/").content.decode()
    assert "1 endorsement" in public
    assert "They can do the job from the first day." in public
    assert "Upper Tarn Water Board" in signed_in(None).get("/programmes/water-quality/").content.decode()
    assert theirs.post(f"/quality/endorsements/{asked.pk}/revoke/", {"reason": " "}).status_code == 422
    assert theirs.post(f"/quality/endorsements/{asked.pk}/revoke/", {"reason": "They changed."}).status_code == 302
    assert "They can do the job" not in signed_in(None).get("/register/courses/water-quality/").content.decode()
    back = signed_in(None).get(f"/register/providers/{cast.provider.slug}/").content.decode()
    assert "Taken back" in back
    assert "They changed." not in back


def test_what_cannot_be_endorsed_is_refused(cast: Cast, programme: Programme) -> None:
    asked = ask(cast)
    with pytest.raises(quality.AlreadyAsked):
        ask(cast)
    for facts in ({"endorser": cast.provider}, {"message": " "}, {"programme": make.programme(cast.provider, "draft")}):
        with pytest.raises(quality.CannotBeAsked):
            ask(cast, **facts)
    Membership.objects.create(person=cast.author, organisation=cast.employer, role="manager", since=AT)
    answers = [
        ("granted", "Good.", cast.author),
        ("maybe", "Good.", cast.employer_person),
        ("granted", " ", cast.reviewer),
    ]
    for verdict, words, by in answers:
        with pytest.raises(quality.WrongAnswer):
            quality.answer_endorsement(asked, verdict=verdict, words=words, by=by, at=AT)
    declined = quality.answer_endorsement(
        asked, verdict="declined", words="We do not know them.", by=cast.employer_person, at=AT
    )
    with pytest.raises(quality.WrongAnswer, match="already"):
        quality.answer_endorsement(declined, verdict="granted", words="Yes.", by=cast.employer_person, at=AT)
    with pytest.raises(quality.NothingToRevoke):
        quality.revoke_endorsement(declined, reason="No.", by=cast.employer_person, at=AT)
    assert not queries.endorsements_of(cast.provider).exists()
    ask(cast)


def test_endorsements_of_its_courses_are_counted_with_the_provider(
    cast: Cast, programme: Programme, signed_in: SignIn
) -> None:
    page = f"/register/providers/{cast.provider.slug}/"
    asked = ask(cast, programme=programme)
    assert "endorsements of its courses" not in signed_in(None).get(page).content.decode()
    given = quality.answer_endorsement(asked, verdict="granted", words="Yes.", by=cast.employer_person, at=AT)
    assert "<dt>endorsements of its courses</dt><dd>1</dd>" in signed_in(None).get(page).content.decode()
    quality.revoke_endorsement(given, reason="No.", by=cast.employer_person, at=AT)
    assert "endorsements of its courses" not in signed_in(None).get(page).content.decode()


def test_a_person_is_taken_off_endorsements_and_registers(cast: Cast, programme: Programme) -> None:
    quality.answer_endorsement(ask(cast), verdict="granted", words="Good.", by=cast.employer_person, at=AT)
    quality.follow_register(name="R", address="https://r.example/", by=cast.operator, at=AT)
    assert queries.export_person(cast.author)["endorsements_asked"]
    assert queries.export_person(cast.employer_person)["endorsements_answered"]
    for person in (cast.author, cast.employer_person, cast.operator):
        quality.erase_person(person, at=AT)
    left = Endorsement.objects.get()
    assert (left.requested_by, left.answered_by, left.words) == (None, None, "Good.")
    assert ForeignRegister.objects.get().added_by is None


def test_a_gate_asks_for_the_whole_scope(cast: Cast, programme: Programme, settings: Settings) -> None:
    settings.GATES = ["qualiopi-like:fund"]
    label = of_provider(cast, "qualiopi-like")
    for scope, is_open in (
        ({"programmes": ["another"]}, False),
        ({"jurisdictions": ["FR"]}, False),
        ({"modes": ["online"]}, False),
        ({"programmes": [programme.slug]}, True),
    ):
        Decision.objects.filter(pk=label.pk).update(scope=scope)
        assert queries.fundable_on(cast.provider, TODAY, version=programme.current).open is is_open, scope


@pytest.mark.parametrize(
    ("framework", "own", "counts"),
    [
        ("qualiopi-like", None, True),
        ("yearly-award", None, False),
        ("badge-register", None, False),
        ("qualiopi-like", {"last_on": date(2025, 12, 31)}, True),
        ("qualiopi-like", {"first_on": date(2026, 6, 1)}, True),
        ("qualiopi-like", {"verdict": "refused", "first_on": None, "last_on": None}, True),
        ("qualiopi-like", {"stop": "suspension"}, False),
        ("qualiopi-like", {"stop": "withdrawal"}, False),
    ],
)
def test_a_provider_accredited_as_a_whole_covers_its_courses_everywhere_alike(
    cast: Cast, programme: Programme, framework: str, own: dict[str, Any] | None, counts: bool
) -> None:
    of_provider(cast, framework)
    if own is not None:
        stop = own.get("stop")
        decision = make.decision(programme, cast.quality_body, **{k: v for k, v in own.items() if k != "stop"})
        if stop:
            Sanction.objects.create(
                decision=decision, kind=stop, from_on=date(2026, 1, 1), reasons="Late.", decided_at=AT
            )
    assert programme.current
    assert queries.standing_as_described(programme.current, TODAY).accredited is counts
    assert queries.accredited_programmes(TODAY) == ({programme.pk} if counts else set())
    assert (accreditation_on(programme.current, TODAY) is not None) is counts


# --- registers elsewhere ---

KEY = SigningKey.generate()
DID = SigningKey.generate().did


def copy_of(at: datetime = AT, *, key: SigningKey = KEY, **changed: Any) -> bytes:
    row = {
        "number": "X-1", "verdict": "accredited", "provider": "away", "programme": None, "quality_body": "Their agency",
        "framework": "theirs", "first_on": "2025-01-01", "last_on": "2027-12-31", "suspensions": [],
        "withdrawn_on": None,
    }  # fmt: skip
    issuers = [{"id": DID, "provider": "away", "name": "Away College", "country": "NZ"}]
    whole = {"register": "https://r.example", "name": "R", "issuers": issuers, "accreditations": [row | changed]}
    return json.dumps(rules.signed(whole, key, made_at=at)).encode()


def followed(cast: Cast, data: bytes | None = None, *, at: datetime = AT) -> ForeignRegister:
    made = quality.follow_register(
        name="Register of R", address="https://r.example/snapshot.json", key=KEY.did, by=cast.operator, at=at
    )
    return quality.read_register(made, at=at, read=lambda _url: data or copy_of())


def test_a_register_elsewhere_says_who_is_accredited_there(cast: Cast) -> None:
    assert queries.external_standing([DID], TODAY, at=AT) == queries.External((), ())
    followed(cast)
    found = queries.external_standing([DID, "did:key:zOther"], TODAY, at=AT)
    assert [(each.register, each.name, each.state, each.body) for each in found.said] == [
        ("Register of R", "Away College", "accredited", "Their agency")
    ]
    assert found.not_reached == ()
    assert queries.external_standing([DID], date(2030, 1, 1), at=AT).said[0].state == "expired"


def offline(_url: str) -> bytes:
    raise CannotFetch("r.example could not be reached.")


@pytest.mark.parametrize(
    ("read", "problem"),
    [
        (offline, "offline"),
        (lambda _url: copy_of()[:-50], "truncated"),
        (lambda _url: copy_of().replace(b"Away College", b"Fake College"), "forged"),
        (lambda _url: copy_of(AT - timedelta(days=1)), "older"),
        (lambda _url: b'{"registry": {}}', "unsigned"),
        (lambda _url: b"<html>Welcome", "no-register"),
        (lambda _url: copy_of(AT + timedelta(hours=1), number=None), "no-register"),
        (lambda _url: copy_of(AT + timedelta(hours=9)), "ahead"),
    ],
)
def test_a_register_that_fails_keeps_its_last_good_copy_and_says_so(
    cast: Cast, signed_in: SignIn, read: Callable[[str], bytes], problem: str
) -> None:
    register = followed(cast)
    later = AT + timedelta(hours=7)
    assert quality.read_registers(at=later, read=read) == 1
    found = queries.external_standing([DID], TODAY, at=later)
    assert found.said[0].state == "accredited"
    assert [(each.problem, each.state, each.copied_on) for each in found.not_reached] == [(problem, "current", TODAY)]
    assert "The last good copy is used." in signed_in(None).get("/register/elsewhere/").content.decode()
    assert quality.read_registers(at=later, read=read) == 0
    assert ForeignRegister.objects.get().read_at == register.read_at


def test_the_first_key_that_signs_is_held_to_where_none_was_agreed(cast: Cast) -> None:
    register = quality.follow_file(copy_of(), name="R", by=cast.operator, at=AT)
    assert register.key == KEY.did
    for data, problem in ((copy_of(key=SigningKey.generate()), "another-key"), (b'{"registry": {}}', "unsigned")):
        with pytest.raises(quality.CopyNotTaken):
            quality.take_copy(register, data, at=AT)
        assert ForeignRegister.objects.get().problem == problem
    assert quality.take_copy(register, copy_of(), at=AT).problem == ""


def test_an_old_copy_is_called_stale_and_one_that_never_came_never(cast: Cast) -> None:
    followed(cast)
    quality.read_register(
        quality.follow_register(name="B", address="https://b.example/", by=None, at=AT), at=AT, read=offline
    )
    found = queries.external_standing([DID], TODAY, at=AT + timedelta(days=8))
    assert [each.state for each in found.asked] == ["never", "stale"]
    assert [each.register for each in found.not_reached] == ["B"]


def test_why_a_copy_was_not_taken_is_told_in_the_readers_language(cast: Cast, signed_in: SignIn) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client, german = signed_in(cast.operator), {"accept-language": "de"}
    cut = {"name": "R", "file": SimpleUploadedFile("r.json", copy_of()[:-50])}
    said = client.post("/quality/registers/follow/", cut, headers=german).content.decode()
    with translation.override("de"):
        assert (cut_off := gettext("What it sent was cut off.")) != "What it sent was cut off."
        assert (offline := gettext("It could not be reached.")) != "It could not be reached."
    assert cut_off in said
    assert "It ends in the middle." not in said
    unreachable = {"name": "S", "address": "https://127.0.0.1/r.json"}
    said = client.post("/quality/registers/follow/", unreachable, headers=german, follow=True).content.decode()
    assert f"S wird jetzt gefragt, ließ sich aber noch nicht lesen: {offline}" in said
    told = ForeignRegister.objects.get(name="S").problem_told
    assert said.count(escape(told)) == said.count(f'lang="en">{escape(told)}') == 1
    assert escape(told) not in signed_in(None).get("/register/elsewhere/").content.decode()
    wrong = SimpleUploadedFile("r.json", copy_of(number=None))
    said = client.post("/quality/registers/follow/", {"name": "T", "file": wrong}).content.decode()
    assert "What it sent could not be read." in said
    assert "Accreditation 1 of its list cannot be read." in said


def test_the_operator_follows_by_file_by_list_and_stops(cast: Cast, signed_in: SignIn) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = signed_in(cast.operator)

    def send(data: bytes, **given: str) -> Any:
        file = SimpleUploadedFile("register.json", data)
        return client.post("/quality/registers/follow/", {"name": "R", "file": file, **given})

    assert signed_in(cast.author).post("/quality/registers/follow/", {"name": "R"}).status_code == 403
    assert client.post("/quality/registers/follow/", {"name": "R"}).status_code == 422
    assert client.post("/quality/registers/follow/", {"name": "R", "address": "http://r.example/"}).status_code == 422
    assert send(copy_of()[:-9]).status_code == 422
    assert send(copy_of(), key="did:key:zNone").status_code == 422
    for broken in (b"[" * 100_000, b'[{"name": "\\ud800", "url": "https://h.example/"}]', b'[{"name": "a\\u0000"}]'):
        assert send(broken).status_code == 422
    assert not ForeignRegister.objects.exists()
    assert send(copy_of(), key=KEY.did).status_code == 302
    assert ForeignIssuer.objects.get().did == DID
    listed = {
        "registers": [{"name": "C", "address": "https://c.example/"}, {"name": "D", "address": "ftp://d.example"}]
    }
    said = send(json.dumps(listed).encode())
    assert said.status_code == 302
    assert "1 register was added. 1 lines could not be followed." in client.get("/register/elsewhere/").content.decode()
    assert send(json.dumps([{"name": "fed", "type": "oidf", "fetchEndpoint": "https://f"}]).encode()).status_code == 302
    said = client.get("/register/elsewhere/").content.decode()
    assert "0 registers were added. 1 lines could not be followed." in said
    assert not ForeignRegister.objects.filter(name="fed").exists()
    register = ForeignRegister.objects.get(address="")
    again = f"/quality/registers/{register.pk}/read/"
    assert client.post(again).status_code == 409
    older = SimpleUploadedFile("old.json", copy_of(AT - timedelta(days=1)))
    assert client.post(again, {"file": older}).status_code == 422
    assert client.post(again, {"file": SimpleUploadedFile("new.json", copy_of(AT + timedelta(1)))}).status_code == 302
    assert client.post(f"/quality/registers/{register.pk}/drop/").status_code == 302
    assert not ForeignIssuer.objects.exists()
