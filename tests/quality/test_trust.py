"""What outlives a person, which way an application takes, and what a provider's page tells of its quality."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from opencairn.people.models import Person
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality import actions as quality
from opencairn.quality import frameworks, queries, rules, wording
from opencairn.quality.models import Audit, Complaint, Decision, Mandate, Review, Scheme
from opencairn.quality.queries.covering import covering
from opencairn.web.demo.cast import Cast
from tests import make

from .test_work import FAR, mandated

SignIn = Callable[[Person | None], Client]
TODAY = make.TODAY


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


def of_provider(cast: Cast, framework: str, version: str, **facts: Any) -> Decision:
    ordinary: dict[str, Any] = {
        "number": f"2025-8{Decision.objects.count():02d}", "framework": framework, "framework_version": version,
        "verdict": "accredited", "object": "provider", "provider": cast.provider, "quality_body": cast.quality_body,
        "reasons": "Good.", "first_on": date(2025, 9, 1), "last_on": date(2099, 8, 31), "decided_at": make.AT,
    }  # fmt: skip
    return Decision.objects.create(**(ordinary | facts))


# --- mandates ---


def test_a_mandate_outlives_the_name_of_its_holder(cast: Cast, at: datetime, signed_in: SignIn) -> None:
    mandated(cast.quality_body, cast.reviewer, cast.author)
    decision = of_provider(cast, "eduqua-like", "2021")
    before = queries.chain_behind(decision)
    assert [each.granter for each in before[0]] == ["Ministry", "Accreditation Office"]
    assert before[1] == 2
    held = Mandate.objects.get(person=cast.author)
    quality.erase_person(cast.author, at=at)
    assert queries.chain_behind(decision) == before
    held.refresh_from_db()
    assert (held.person, held.erased_at, held.first_on, held.last_on) == (None, at, date(2020, 1, 1), FAR)
    assert "Jonas" not in str(held)
    assert queries.chain_of(cast.quality_body, "eduqua-like", TODAY)
    assert queries.chain_of(cast.reviewer, "eduqua-like", TODAY)
    assert queries.chain_of(cast.author, "eduqua-like", TODAY) == ()
    page = text(signed_in(cast.reviewer), reverse("quality:mandates"))
    assert "An assessor (erased on request)" in page
    assert "Jonas Adeyemi" not in page
    public = text(signed_in(None), reverse("quality:decision", args=[decision.number]))
    assert "Accreditation Office let Agency for Short Learning Quality judge" in public
    assert "had given a mandate to 2 assessors" in public


def test_two_mandates_without_a_name_stay_two_and_let_nobody_judge(cast: Cast, at: datetime) -> None:
    mandated(cast.quality_body, cast.reviewer, cast.author)
    for person in (cast.author, cast.reviewer):
        quality.erase_person(person, at=at)
    assert Mandate.objects.filter(erased_at=at).count() == 2
    assert queries.chain_behind(of_provider(cast, "eduqua-like", "2021"))[1] == 2
    assert queries.chain_behind(of_provider(cast, "short-learning", "2026")) == ((), 0)
    assert queries.chain_behind(of_provider(cast, "gone", "1")) == ((), 0)


def test_the_chain_behind_a_decision_is_that_of_its_day(cast: Cast, at: datetime) -> None:
    mandate = mandated(cast.quality_body, cast.reviewer)
    decision = of_provider(cast, "eduqua-like", "2021")
    later = at + timedelta(days=9)
    quality.end_mandate(mandate, on=later.date(), reasons="Over.", by=None, at=later)
    assert queries.chain_behind(decision)[0]
    assert queries.chain_behind(of_provider(cast, "eduqua-like", "2021", decided_at=later)) == ((), 1)


# --- which way an application takes ---


@pytest.fixture
def version(cast: Cast) -> ProgrammeVersion:
    return make.version(make.programme(cast.provider))


def test_a_module_or_a_whole_course_is_applied_for(cast: Cast, version: ProgrammeVersion, signed_in: SignIn) -> None:
    client, address = signed_in(cast.author), reverse("quality:apply", args=[version.programme.slug])
    sent = {"quality_body": cast.quality_body.slug, "framework": "slovak-like", "statement": "Ours."}
    assert "One module" not in text(client, address)
    assert "One module" in text(client, f"{address}?framework=slovak-like")
    first = client.post(address, sent)
    page = unescape(first.content.decode())
    assert first.status_code == 422
    assert "This framework asks something more first." in page
    assert "Choose what you apply for" not in page
    assert "Ours." in page
    assert 'name="asked" value="slovak-like"' in page
    unanswered = client.post(address, sent | {"asked": "slovak-like"})
    assert "Choose what you apply for" in unescape(unanswered.content.decode())
    assert client.post(address, sent | {"asked": "slovak-like", "way": "nothing"}).status_code == 422
    assert not Review.objects.exists()
    assert client.post(address, sent | {"asked": "slovak-like", "way": "module"}).status_code == 302
    made = Review.objects.get()
    assert (made.object, made.track, made.facts) == ("module", "module", ["single-module"])
    assert "Module" in text(client, reverse("quality:applications"))
    quality.take_back(made, at=now())
    assert client.post(address, sent | {"asked": "slovak-like", "way": "programme"}).status_code == 302
    made = Review.objects.get(closed_at=None)
    assert (made.object, made.track, made.facts) == ("programme", "programme", [])


def test_a_decision_about_a_module_covers_that_module_and_nothing_larger(cast: Cast, version: ProgrammeVersion) -> None:
    larger = make.version(make.programme(cast.provider, "diploma"))
    decided = {"framework": "slovak-like", "framework_version": "2026", "object": "module"}
    make.decision(version.programme, cast.quality_body, **decided)
    assert {each.programme for each in (version, larger) if covering(each)(TODAY).counted.accredited} == {
        version.programme
    }
    assert queries.accredited_programmes(TODAY) == {version.programme_id}


def test_facts_of_the_applicant_are_asked_before_a_course_is_applied_for(
    cast: Cast, version: ProgrammeVersion, signed_in: SignIn
) -> None:
    client, address = signed_in(cast.author), reverse("quality:apply", args=[version.programme.slug])
    sent = {"quality_body": cast.quality_body.slug, "framework": "nzqa-like", "statement": "Ours."}
    assert client.post(address, sent).status_code == 422
    own = client.post(address, sent | {"asked": "nzqa-like", "facts": ["self-accrediting"]})
    assert own.status_code == 422
    assert "apply for the provider as a whole" in unescape(own.content.decode())
    assert client.post(address, sent | {"asked": "nzqa-like", "facts": ["tall"]}).status_code == 422
    assert client.post(address, sent | {"asked": "slovak-like"}).status_code == 422
    assert client.post(address, sent | {"asked": "nzqa-like"}).status_code == 302
    assert Review.objects.get().facts == []


def test_a_framework_without_facts_asks_nothing_more(cast: Cast, version: ProgrammeVersion, signed_in: SignIn) -> None:
    client, address = signed_in(cast.author), reverse("quality:apply", args=[version.programme.slug])
    sent = {"quality_body": cast.quality_body.slug, "framework": "short-learning", "statement": "Ours."}
    assert client.post(address, sent).status_code == 302
    assert Review.objects.get().facts is None


# --- how many judge ---


@pytest.mark.parametrize("least", [0, 1])
def test_a_framework_that_wants_at_least_one_assessor_gets_one(
    cast: Cast, version: ProgrammeVersion, at: datetime, monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    under = frameworks.framework("short-learning")
    asked = replace(under, assessor=replace(under.assessor, least=least))
    monkeypatch.setattr("opencairn.quality.actions.deciding.framework_of", lambda key, version="": asked)
    review = quality.request_review(
        version, quality_body=cast.quality_body, framework="short-learning", statement="Ours.", by=cast.author, at=at
    )
    for each in under.questions:
        quality.record_finding(review, criterion=each.key, outcome="met", reasons="Seen.", by=None, at=at)
    given: dict[str, Any] = {"verdict": "accredited", "reasons": "Good.", "first_on": TODAY, "last_on": TODAY}
    if least:
        with pytest.raises(quality.TooFewAssessors, match="At least 1 person judges"):
            quality.decide(review, **given, by=cast.reviewer, at=at)
        make.assessor(review, cast.reviewer)
    assert quality.decide(review, **given, by=cast.reviewer, at=at)


# --- what a scheme certifies ---


def test_a_scheme_names_the_digital_competences_it_certifies(cast: Cast, draft_body: None, signed_in: SignIn) -> None:
    client, address = signed_in(cast.manager), reverse("quality:begin", args=["skills-certificate-label"])
    assert "1.1 Browsing, searching and filtering data" in text(client, address)
    sent = {"applicant": cast.provider.slug, "quality_body": cast.quality_body.slug, "scheme_name": "Tarn Digital"}
    assert client.post(address, sent | {"digcomp": ["9.9"]}).status_code == 422
    assert client.post(address, sent | {"digcomp": ["4.2", "1.1"]}).status_code == 302
    assert Scheme.objects.get().digcomp == ["1.1", "4.2"]
    page = text(client, reverse("quality:application", args=[Review.objects.get().pk]))
    assert "4.2 Protecting personal data and privacy" in page
    label = of_provider(cast, "skills-certificate-label", "2026", object="scheme", scheme=Scheme.objects.get())
    assert "1.1 Browsing" in text(signed_in(None), reverse("quality:decision", args=[label.number]))
    with pytest.raises(quality.CannotBeReviewed, match=r"no competence 6\.1"):
        quality.name_scheme(owner=cast.provider, name="X", summary="", digcomp=["6.1"], at=now())


@pytest.fixture
def draft_body(cast: Cast) -> None:
    mandated(cast.quality_body)


def test_every_competence_of_digcomp_has_its_words() -> None:
    assert tuple(wording.DIGCOMP) == rules.DIGCOMP
    assert len(rules.DIGCOMP) == 21


# --- the page of a provider ---


def test_a_provider_is_told_by_what_counts_what_ended_and_what_was_held_against_it(
    cast: Cast, version: ProgrammeVersion, at: datetime, signed_in: SignIn
) -> None:
    label = of_provider(cast, "eduqua-like", "2021")
    of_provider(cast, "qualiopi-like", "2024", first_on=date(2020, 1, 1), last_on=date(2023, 1, 1))
    award = of_provider(cast, "yearly-award", "2026", last_on=date(2026, 1, 1))
    of_provider(cast, "self-declared", "2026")
    course = make.decision(version.programme, cast.quality_body)
    quality.watch(label, "warning", from_on=TODAY, reasons="Figures are late.", by=cast.reviewer, at=at)
    Audit.objects.create(
        decision=label, kind="interim", first_on=date(2026, 1, 1), last_on=date(2026, 12, 31), missed="suspend",
        held_on=TODAY, outcome="conditions", reasons="Two things to mend.",
    )  # fmt: skip
    for words, outcome in (("No teacher came.", "upheld"), ("It rained.", "rejected")):
        complaint = quality.complain(label, text=words, name="Ann Onymous", email="", at=at)
        quality.answer_complaint(complaint, answer="We looked.", outcome=outcome, by=cast.reviewer, at=at)
    quality.complain(course, text="Still open.", name="", email="", at=at)
    record = queries.provider_record(cast.provider, TODAY)
    whole = {(each.decision and each.decision.framework, each.state) for each in record.whole}
    assert whole == {("qualiopi-like", "expired"), ("eduqua-like", "accredited")}
    assert [each.decision for each in record.awards] == [award]
    assert [each.decision and each.decision.framework for each in record.labels] == ["self-declared"]
    assert (record.courses, record.upheld, record.answered) == (1, 1, 2)
    assert [(each.number, held.kind) for each, held in record.against] == [(label.number, "warning")]
    earlier = queries.provider_record(cast.provider, TODAY - timedelta(days=1))
    assert (earlier.against, earlier.audits, earlier.answered) == ((), (), 0)

    page = text(signed_in(None), reverse("quality:provider", args=[cast.provider.slug]))
    for words in (
        "Laureate", "Awards and other labels", "It is no accreditation.", "Warned since", "Figures are late.",
        "Held, something to be mended", "Two things to mend.", "Complaints looked into: 2. Of these, found to be right: 1.",
        "Every decision about it as a whole", "Accredited from 1 January 2020 to 1 January 2023.", "Listed",
    ):  # fmt: skip
        assert words in page, words
    for secret in ("No teacher came.", "It rained.", "Ann Onymous", "Still open.", "We looked."):
        assert secret not in page
    assert Complaint.objects.count() == 3
    offers = text(signed_in(None), reverse("catalogue:provider", args=[cast.provider.slug]))
    for words in ("What quality bodies say", "Laureate", "An award is an honour, not an accreditation."):
        assert words in offers, words


def test_an_award_is_told_and_accredits_nothing(cast: Cast, version: ProgrammeVersion, signed_in: SignIn) -> None:
    award = of_provider(cast, "yearly-award", "2026", number="2026-777")
    assert not queries.standing_as_described(version, TODAY).accredited
    page = text(signed_in(None), reverse("quality:decision", args=[award.number]))
    assert "Awarded" in page
    assert "It is no accreditation." in page
    assert "Accredited." not in page
    record = queries.provider_record(cast.provider, TODAY)
    assert (record.whole, len(record.awards), record.courses) == ((), 1, 0)
    Decision.objects.filter(pk=award.pk).update(verdict="refused", first_on=None, last_on=None)
    assert queries.provider_record(cast.provider, TODAY).awards == ()
    assert "Refused." in text(signed_in(None), reverse("quality:provider", args=[cast.provider.slug]))


def test_a_provider_about_which_nothing_is_known_is_not_blamed(cast: Cast, signed_in: SignIn) -> None:
    make.version(make.programme(cast.provider))
    page = text(signed_in(None), reverse("quality:provider", args=[cast.provider.slug]))
    assert "No quality body had answered a complaint about it by this day." in page
    offers = text(signed_in(None), reverse("catalogue:provider", args=[cast.provider.slug]))
    assert "That says nothing against it" in offers
