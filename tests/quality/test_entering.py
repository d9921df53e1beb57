"""Decisions that a quality body took before it kept its register here, entered by hand."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from opencairn.people import actions as people
from opencairn.people.models import Person
from opencairn.programmes.models import Programme
from opencairn.quality import actions as quality
from opencairn.quality import queries
from opencairn.quality.models import Decision, Review
from opencairn.transparency.models import Entry
from opencairn.web.demo.cast import Cast
from tests import make

SignIn = Callable[[Person | None], Client]
TODAY = make.TODAY


@pytest.fixture
def programme(cast: Cast) -> Programme:
    return make.version(make.programme(cast.provider)).programme


@pytest.fixture
def entered(cast: Cast, programme: Programme, at: datetime) -> Callable[..., Decision]:
    """Enter an accreditation of the course from 2022 to 2024, with what a test cares about."""

    def enter(**facts: Any) -> Decision:
        given: dict[str, Any] = {
            "quality_body": cast.quality_body, "provider": cast.provider, "programme": programme,
            "framework": "short-learning", "framework_version": "2026", "verdict": "accredited", "reasons": "Good.",
            "decided_on": date(2021, 12, 1), "first_on": date(2022, 1, 1), "last_on": date(2024, 12, 31),
            "scope": {"eqf_levels": [6]},
        }  # fmt: skip
        by = facts.pop("by", cast.reviewer)
        return quality.enter_earlier_decision(quality.Earlier(**(given | facts)), by=by, at=at)

    return enter


def test_an_earlier_decision_counts_on_its_days_and_the_log_says_when_it_was_entered(
    entered: Callable[..., Decision], programme: Programme, at: datetime
) -> None:
    made = entered()
    assert (made.number, made.review, made.decided_by) == ("2021-001", None, None)
    assert queries.standing(programme, date(2023, 1, 1), eqf_level=6).accredited
    assert not queries.standing(programme, date(2023, 1, 1), eqf_level=5).accredited
    assert Entry.objects.get(kind="decision").at == at
    refused = entered(verdict="refused", decided_on=date(2020, 1, 1))
    assert (refused.first_on, refused.scope) == (None, {})


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"last_on": date(2021, 12, 31)}, "cannot come before the first"),
        ({"first_on": None}, "first and a last day"),
        ({"decided_on": date(2025, 1, 1)}, "ended before it was decided"),
        ({"decided_on": TODAY + timedelta(days=1)}, "still to come"),
        ({"last_on": date(2025, 1, 1)}, "3 years at most"),
        ({"first_on": date(2024, 1, 1), "last_on": date(2026, 1, 1)}, "covers days from"),
        ({"scope": {"fields": ["99"]}}, "no field of study"),
        ({"scope": {"programmes": ["water-quality"]}}, "about one course"),
        ({"framework": "nothing"}, "no quality framework"),
        ({"framework": "self-declared"}, "nobody else judges"),
        ({"programme": None}, "these are judged: a course"),
        ({"verdict": "perhaps"}, "accredit or refuse"),
        ({"reasons": " "}, "Give the reasons"),
    ],
)
def test_what_the_rules_would_not_have_allowed_is_not_entered(
    entered: Callable[..., Decision], facts: dict[str, Any], why: str
) -> None:
    entered(first_on=date(2025, 1, 1), last_on=date(2025, 5, 31))
    with pytest.raises(quality.WrongDecision, match=why):
        entered(**facts)


def test_a_renewal_may_overlap_what_it_continues_and_nothing_else(
    entered: Callable[..., Decision], cast: Cast, at: datetime
) -> None:
    first = entered()
    days = {"first_on": date(2024, 12, 1), "last_on": date(2027, 11, 30), "decided_on": date(2024, 11, 1)}
    with pytest.raises(quality.WrongDecision, match="say that this one continues it"):
        entered(**days)
    second = entered(**days, renews=first)
    assert second.renews == first
    with pytest.raises(quality.WrongDecision, match="cannot continue it"):
        entered(renews=second)
    with pytest.raises(quality.WrongDecision, match="cannot continue it"):
        entered(**days, renews=make.decision(make.programme(cast.provider, "other"), cast.quality_body))
    quality.withdraw_decision(second, from_on=TODAY, reasons="Gone.", by=cast.reviewer, at=at)
    with pytest.raises(quality.WrongDecision, match="covers days from"):
        entered(first_on=TODAY - timedelta(days=1), last_on=date(2028, 1, 1), decided_on=TODAY)
    assert entered(first_on=TODAY, last_on=date(2028, 1, 1), decided_on=TODAY)


def test_only_a_free_verified_body_enters_and_only_what_it_decided_before_it_decided_here(
    entered: Callable[..., Decision], cast: Cast, at: datetime
) -> None:
    with pytest.raises(quality.CannotBeReviewed):
        entered(quality_body=cast.provider)
    with pytest.raises(quality.ConflictOfInterest):
        entered(by=cast.author)
    with pytest.raises(quality.NoMandate):
        entered(framework="eduqua-like", framework_version="2021", programme=None)
    strangers = people.ensure_organisation(name="Another school", at=at, is_provider=True)
    with pytest.raises(quality.WrongDecision, match="belongs to Hochschule Tarntal"):
        entered(provider=strangers)
    review = Review.objects.create(
        applicant=cast.provider, version=make.version(make.programme(cast.provider, "b")), requested_at=at,
        quality_body=cast.quality_body, framework="short-learning", framework_version="2026",
    )  # fmt: skip
    make.decision(review.version.programme, cast.quality_body, review=review, decided_at=at)  # type: ignore[union-attr]
    with pytest.raises(quality.WrongDecision, match="decides in this register, by a review"):
        entered(decided_on=TODAY, last_on=TODAY, first_on=TODAY)
    assert entered()


def test_a_body_enters_its_earlier_register_on_a_page(cast: Cast, programme: Programme, signed_in: SignIn) -> None:
    body, address = signed_in(cast.reviewer), reverse("quality:enter")
    assert address in body.get(reverse("quality:desk")).content.decode()
    sent = {
        "quality_body": cast.quality_body.slug, "provider": cast.provider.slug, "programme": "water-quality",
        "framework": "short-learning/2026", "verdict": "accredited", "decided_on": "2021-12-01",
        "first_on": "2022-01-01", "last_on": "2024-12-31", "levels": ["6"], "reasons": "Good.",
    }  # fmt: skip
    assert body.get(address).status_code == 200
    for wrong, why in (
        ({"provider": "nobody"}, "No provider has this address."),
        ({"programme": "nothing"}, "No course has this address."),
        ({"renews": "1999-001"}, "No accreditation has this number."),
        ({"levels": []}, "tick that there is no limit"),
        ({"last_on": "2021-01-01"}, "cannot come before the first"),
        ({"decided_on": "1.12.2021 or so"}, "Enter a day as year, month and day"),
        ({"decided_on": "0001-01-01"}, "between the years 1900 and 2200"),
        ({"first_on": "9999-12-30", "last_on": "9999-12-31"}, "between the years 1900 and 2200"),
    ):
        answer = body.post(address, sent | wrong)
        assert (answer.status_code, why in unescape(answer.content.decode())) == (422, True), why
    for person, status in ((cast.author, 403), (None, 302)):
        assert signed_in(person).post(address, sent).status_code == status
    assert body.post(address, sent).status_code == 302
    page = signed_in(None).get(reverse("quality:decision", args=["2021-001"])).content.decode()
    assert "took it before it kept its register here, and entered it on" in page
    assert body.post(address, sent).status_code == 422
    again = {"renews": "2021-001", "first_on": "2025-01-01", "last_on": "2027-12-31", "decided_on": "2024-12-01"}
    assert body.post(address, sent | again).status_code == 302
    assert Decision.objects.get(number="2024-001").renews == Decision.objects.get(number="2021-001")
    refused = {"verdict": "refused", "decided_on": "2019-05-01", "levels": [], "first_on": "", "last_on": ""}
    assert body.post(address, sent | refused).status_code == 302
    again = body.post(address, sent | refused)
    assert (again.status_code, "as decision 2019-001" in again.content.decode()) == (422, True)
    assert body.post(address, sent | refused | {"decided_on": "2019-05-02"}).status_code == 302
    assert now().date() > date(2019, 5, 1)
