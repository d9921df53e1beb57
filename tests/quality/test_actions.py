from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from opencairn.people import actions as people
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality import actions as quality
from opencairn.quality import queries
from opencairn.quality.frameworks import framework
from opencairn.quality.models import Decision, Finding, Review, Sanction
from opencairn.web.demo.cast import Cast
from tests import make

TODAY = make.TODAY
KEYS = [each.key for each in framework("short-learning").criteria]


@pytest.fixture
def version(cast: Cast) -> ProgrammeVersion:
    return make.version(make.programme(cast.provider))


@pytest.fixture
def review(cast: Cast, version: ProgrammeVersion, at: datetime) -> Review:
    return apply(cast, version, at)


def apply(cast: Cast, version: ProgrammeVersion, at: datetime, **facts: object) -> Review:
    given = {
        "quality_body": cast.quality_body,
        "framework": "short-learning",
        "statement": " Our case. ",
        "by": cast.author,
    }
    review = quality.request_review(version, **(given | facts), at=at)  # type: ignore[arg-type]
    make.assessor(review, cast.reviewer)
    return review


def find_all(review: Review, cast: Cast, at: datetime, **others: str) -> None:
    for key in KEYS:
        outcome = others.get(key, "met")
        quality.record_finding(review, criterion=key, outcome=outcome, reasons="Seen.", by=cast.reviewer, at=at)


def accredit(review: Review, cast: Cast, at: datetime, **facts: object) -> Decision:
    given = {
        "verdict": "accredited",
        "reasons": "All is well.",
        "first_on": TODAY,
        "last_on": date(2029, 3, 1),
        "scope": {},
        "by": cast.reviewer,
    }
    return quality.decide(review, **(given | facts), at=at)  # type: ignore[arg-type]


def test_a_provider_applies_for_a_published_micro_credential(cast: Cast, review: Review) -> None:
    assert (review.framework_version, review.statement, review.requested_by) == ("2026", "Our case.", cast.author)
    assert list(Review.objects.open()) == [review]


@pytest.mark.parametrize("facts", [{"published": False}, {"published_as": "listing"}])
def test_only_published_micro_credentials_are_reviewed(cast: Cast, at: datetime, facts: dict[str, object]) -> None:
    with pytest.raises(quality.CannotBeReviewed, match="Publish the course as a micro-credential first"):
        apply(cast, make.version(make.programme(cast.provider), **facts), at)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["australian-statement", "qualiopi-like", "self-declared"])
def test_only_frameworks_for_accrediting_courses_can_be_applied_under(
    cast: Cast, version: ProgrammeVersion, at: datetime, key: str
) -> None:
    with pytest.raises(quality.CannotBeReviewed, match="not one for accrediting courses"):
        apply(cast, version, at, framework=key)


def test_a_withdrawn_course_is_not_reviewed(cast: Cast, at: datetime) -> None:
    with pytest.raises(quality.CannotBeReviewed, match="withdrawn"):
        apply(cast, make.version(make.programme(cast.provider, withdrawn_at=at)), at)


def test_one_open_review_for_each_version_body_and_framework(
    cast: Cast, version: ProgrammeVersion, at: datetime
) -> None:
    review = apply(cast, version, at)
    with pytest.raises(quality.AlreadyApplied, match="open application"):
        apply(cast, version, at)
    find_all(review, cast, at)
    accredit(review, cast, at)
    assert apply(cast, version, at).pk != review.pk


def test_an_application_names_a_body_and_a_framework_that_exist(
    cast: Cast, version: ProgrammeVersion, at: datetime
) -> None:
    for wrong in ({"quality_body": cast.employer}, {"quality_body": cast.provider}, {"framework": "nothing"}):
        with pytest.raises(quality.CannotBeReviewed):
            apply(cast, version, at, **wrong)


def test_nobody_accredits_themselves(cast: Cast, version: ProgrammeVersion, at: datetime) -> None:
    cast.provider.is_quality_body = True
    cast.provider.save()
    with pytest.raises(quality.CannotBeReviewed, match="its own courses"):
        apply(cast, version, at, quality_body=cast.provider)
    version.awarding_body = cast.quality_body
    version.save()
    with pytest.raises(quality.CannotBeReviewed, match="its own courses"):
        apply(cast, version, at)


def test_a_finding_can_be_written_again_until_the_decision(cast: Cast, review: Review, at: datetime) -> None:
    for outcome in ("not-met", "met"):
        quality.record_finding(
            review,
            criterion="level",
            outcome=outcome,
            reasons=" Read it. ",
            evidence="2 files",
            by=cast.reviewer,
            at=at,
        )
    finding = Finding.objects.get(review=review)
    assert (finding.outcome, finding.reasons, finding.found_by) == ("met", "Read it.", cast.reviewer)
    review.refresh_from_db()
    assert review.reviewer == cast.reviewer
    find_all(review, cast, at)
    accredit(review, cast, at)
    with pytest.raises(quality.ReviewClosed):
        quality.record_finding(review, criterion="level", outcome="met", reasons="Late.", by=cast.reviewer, at=at)


@pytest.mark.parametrize(
    "wrong",
    [{"criterion": "colour"}, {"outcome": "splendid"}, {"outcome": "not-applicable"}, {"reasons": "  "}],
)
def test_a_finding_needs_criterion_outcome_and_reasons(
    cast: Cast, review: Review, at: datetime, wrong: dict[str, str]
) -> None:
    given = {"criterion": "outcomes", "outcome": "met", "reasons": "Seen."}
    with pytest.raises(quality.WrongFinding):
        quality.record_finding(review, **(given | wrong), by=cast.reviewer, at=at)


def test_a_decision_closes_the_review_and_gets_a_number(cast: Cast, review: Review, at: datetime) -> None:
    find_all(review, cast, at)
    decision = accredit(review, cast, at, scope={"eqf_levels": [6]})
    review.refresh_from_db()
    assert (decision.number, review.closed_at, decision.scope) == ("2026-001", at, {"eqf_levels": [6]})
    assert decision.provider == cast.provider
    with pytest.raises(quality.ReviewClosed):
        accredit(review, cast, at)


@pytest.mark.parametrize("verdict", ["accredited", "refused"])
def test_every_criterion_needs_a_finding_before_any_decision(
    cast: Cast, review: Review, at: datetime, verdict: str
) -> None:
    quality.record_finding(review, criterion="level", outcome="met", reasons="Seen.", by=cast.reviewer, at=at)
    with pytest.raises(quality.CriteriaOpen) as refused:
        accredit(review, cast, at, verdict=verdict)
    assert len(refused.value.details) == 7
    assert "Workload is realistic" in refused.value.details


def test_criteria_that_are_not_met_allow_only_a_refusal(cast: Cast, review: Review, at: datetime) -> None:
    find_all(review, cast, at, workload="not-met")
    with pytest.raises(quality.CriteriaNotMet) as refused:
        accredit(review, cast, at)
    assert refused.value.details == ("Workload is realistic",)
    decision = accredit(review, cast, at, verdict="refused")
    assert (decision.first_on, decision.last_on) == (None, None)
    assert queries.standing(decision.programme, TODAY).state == "refused"


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "maybe"},
        {"reasons": ""},
        {"first_on": None},
        {"last_on": TODAY - timedelta(days=1)},
        {"first_on": TODAY - timedelta(days=1)},
        {"last_on": date(2029, 3, 2)},
        {"scope": {"eqf_levels": [12]}},
    ],
)
def test_a_decision_needs_a_verdict_reasons_days_and_a_scope_that_make_sense(
    cast: Cast, review: Review, at: datetime, wrong: dict[str, object]
) -> None:
    find_all(review, cast, at)
    with pytest.raises(quality.WrongDecision):
        accredit(review, cast, at, **wrong)
    assert not Decision.objects.exists()


def test_a_member_of_the_awarding_body_neither_finds_nor_decides(
    cast: Cast, version: ProgrammeVersion, at: datetime
) -> None:
    version.awarding_body = cast.employer
    version.save()
    review = apply(cast, version, at)
    find_all(review, cast, at)
    people.ensure_membership(cast.reviewer, cast.employer, role="manager", at=at)
    with pytest.raises(quality.ConflictOfInterest, match=cast.employer.name):
        accredit(review, cast, at)
    with pytest.raises(quality.ConflictOfInterest):
        find_all(review, cast, at)


def test_a_member_of_the_provider_neither_finds_nor_decides(cast: Cast, review: Review, at: datetime) -> None:
    find_all(review, cast, at)
    people.ensure_membership(cast.reviewer, cast.provider, role="author", at=at)
    with pytest.raises(quality.ConflictOfInterest) as refused:
        accredit(review, cast, at)
    assert refused.value.status == 403
    with pytest.raises(quality.ConflictOfInterest):
        quality.record_finding(review, criterion="level", outcome="met", reasons="Seen.", by=cast.reviewer, at=at)


@pytest.fixture
def decision(cast: Cast, version: ProgrammeVersion) -> Decision:
    """In force from 1 September 2025 to 31 August 2028."""
    return make.decision(version.programme, cast.quality_body)


@pytest.fixture
def stop(cast: Cast, decision: Decision, at: datetime) -> Callable[..., Sanction]:
    def suspend(from_on: date = TODAY, reasons: str = "An interim report is overdue.") -> Sanction:
        return quality.suspend(decision, from_on=from_on, reasons=reasons, by=cast.reviewer, at=at)

    return suspend


def test_a_suspension_stands_until_it_is_lifted(
    cast: Cast, decision: Decision, at: datetime, stop: Callable[..., Sanction]
) -> None:
    suspension = stop()
    programme = decision.programme
    assert queries.standing(programme, TODAY).state == "suspended"
    assert queries.accredited_on(programme, TODAY - timedelta(days=1))
    quality.lift(suspension, on=date(2026, 4, 1), by=cast.reviewer, at=at)
    assert queries.standing(programme, date(2026, 3, 31)).reasons == "An interim report is overdue."
    assert queries.accredited_on(programme, date(2026, 4, 1))


def test_suspensions_do_not_overlap(
    cast: Cast, decision: Decision, at: datetime, stop: Callable[..., Sanction]
) -> None:
    first = stop()
    with pytest.raises(quality.WrongSanction, match="Lift that one first"):
        stop(date(2026, 6, 1))
    quality.lift(first, on=date(2026, 4, 1), by=cast.reviewer, at=at)
    with pytest.raises(quality.WrongSanction):
        stop(date(2026, 3, 31))
    stop(date(2026, 4, 1))


@pytest.mark.parametrize("day", [date(2025, 8, 31), date(2028, 9, 1)])
def test_a_sanction_lies_within_the_accreditation(stop: Callable[..., Sanction], day: date) -> None:
    with pytest.raises(quality.WrongSanction, match="Choose a day within it"):
        stop(day)


def test_what_the_register_said_of_a_past_day_stays(cast: Cast, at: datetime, stop: Callable[..., Sanction]) -> None:
    with pytest.raises(quality.WrongSanction, match="That day is past"):
        stop(TODAY - timedelta(days=1))
    suspension = stop()
    with pytest.raises(quality.WrongSanction, match="That day is past"):
        quality.lift(suspension, on=TODAY, by=cast.reviewer, at=at + timedelta(days=2))


def test_a_sanction_needs_reasons(stop: Callable[..., Sanction]) -> None:
    with pytest.raises(quality.WrongSanction, match="reasons"):
        stop(reasons=" ")


def test_a_refusal_cannot_be_suspended(cast: Cast, version: ProgrammeVersion, at: datetime) -> None:
    refusal = make.decision(version.programme, cast.quality_body, verdict="refused", first_on=None, last_on=None)
    with pytest.raises(quality.WrongSanction, match="accredited nothing"):
        quality.suspend(refusal, from_on=TODAY, reasons="?", by=cast.reviewer, at=at)


def test_a_withdrawal_is_final(cast: Cast, decision: Decision, at: datetime, stop: Callable[..., Sanction]) -> None:
    withdrawal = quality.withdraw_decision(decision, from_on=TODAY, reasons="Fraud.", by=cast.reviewer, at=at)
    assert queries.standing(decision.programme, date(2040, 1, 1)).state == "withdrawn"
    with pytest.raises(quality.WrongSanction, match="final"):
        stop()
    with pytest.raises(quality.WrongSanction, match="final"):
        quality.lift(withdrawal, on=TODAY, by=cast.reviewer, at=at)


def test_a_suspension_is_lifted_once_and_not_before_it_began(
    cast: Cast, at: datetime, stop: Callable[..., Sanction]
) -> None:
    suspension = stop()
    with pytest.raises(quality.WrongSanction, match="began on"):
        quality.lift(suspension, on=TODAY - timedelta(days=1), by=cast.reviewer, at=at)
    quality.lift(suspension, on=TODAY, by=cast.reviewer, at=at)
    with pytest.raises(quality.WrongSanction, match="already"):
        quality.lift(suspension, on=TODAY, by=cast.reviewer, at=at)


def test_an_erased_reviewer_leaves_their_acts_without_a_name(cast: Cast, review: Review, at: datetime) -> None:
    find_all(review, cast, at)
    decision = accredit(review, cast, at)
    quality.suspend(decision, from_on=TODAY, reasons="Late.", by=cast.reviewer, at=at)
    held = queries.export_person(cast.reviewer)
    assert held["decisions"] == [decision.number]
    assert (len(held["findings"]), len(held["sanctions"]), len(held["reviews_led"])) == (8, 1, 1)
    quality.erase_person(cast.reviewer, at=at)
    held = queries.export_person(cast.reviewer)
    assert not any(held.values())
    assert Decision.objects.get().reasons == "All is well."


def test_an_accreditation_covers_the_level_and_field_that_were_reviewed(
    cast: Cast, version: ProgrammeVersion, review: Review, at: datetime
) -> None:
    find_all(review, cast, at)
    decision = accredit(review, cast, at, scope=None)
    assert decision.scope == {"eqf_levels": [6], "fields": ["05"]}
    programme = version.programme
    assert queries.standing_as_described(version, TODAY).accredited
    assert queries.accredited_programmes(TODAY) == {programme.pk}
    for number, facts in enumerate(
        ({"eqf_level": 8}, {"field_code": "0912"}, {"eqf_level": None}, {"field_code": ""}), 2
    ):
        later = make.version(programme, number=number, **facts)
        assert not queries.standing_as_described(later, TODAY).accredited
        assert queries.accredited_programmes(TODAY) == set()
    revised = make.version(programme, number=9, title={"en": "Water quality monitoring, revised"})
    assert queries.standing_as_described(revised, TODAY).accredited
