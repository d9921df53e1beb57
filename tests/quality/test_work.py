"""The work of quality bodies, through the actions: dossiers, assessors, audits, conditions, appeals, renewals."""

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.utils.timezone import make_aware

from opencairn.people import actions as people
from opencairn.people.models import Organisation, Person
from opencairn.quality import actions as quality
from opencairn.quality import queries, reminders, rules
from opencairn.quality.frameworks import framework
from opencairn.quality.models import Audit, Change, Condition, Decision, Mandate, Reminder, Review, Sanction
from opencairn.transparency.models import Entry
from opencairn.transparency.wording import lines
from opencairn.web.demo.cast import Cast
from tests import make

TODAY = make.TODAY
FAR = date(2040, 12, 31)


def moment(day: date, hour: int = 9) -> datetime:
    return make_aware(datetime.combine(day, time(hour)))


def mandated(body: Organisation, *assessors: Person, key: str = "") -> Mandate:
    """A chain from the state to an accreditor, the body and its assessors, from 2020 on."""
    accreditor = people.ensure_organisation(
        name="Accreditation Office", at=make.AT, verified=True, is_quality_body=True
    )
    facts = {"first_on": date(2020, 1, 1), "last_on": FAR, "framework": key, "by": None, "at": make.AT}
    quality.grant_mandate(granted_by=None, authority="Ministry", holder=accreditor, **facts)
    made = quality.grant_mandate(granted_by=accreditor, holder=body, **facts)
    for person in assessors:
        quality.grant_mandate(granted_by=body, holder=person, **facts)
    return made


@pytest.fixture
def second(cast: Cast) -> Person:
    """Another decision maker of the quality body."""
    person = people.ensure_person(email="second@aslq.example", name="Sef Okoro", password=None)
    for role in ("reviewer", "decider"):
        people.ensure_membership(person, cast.quality_body, role=role, at=make.AT)
    return person


def filled(review: Review, at: datetime) -> Review:
    under = framework(review.framework, review.framework_version)
    for criterion in under.criteria:
        for place in range(len(criterion.documents)):
            quality.file_words(review, criterion=criterion.key, document=place, text="Here.", by=None, at=at)
    return quality.state_case(review, statement="We teach well.", at=at)


def applied(cast: Cast, key: str, at: datetime, judged: object = None, **facts: object) -> Review:
    judged = judged or cast.provider
    given = {"quality_body": cast.quality_body, "framework": key, "by": cast.manager}
    begun = quality.begin_application(judged=judged, **(given | facts), at=at)  # type: ignore[arg-type]
    return quality.send_application(filled(begun, at), by=cast.manager, at=at)


def found(review: Review, person: Person, at: datetime, *, outcome: str, **others: str) -> None:
    under = framework(review.framework, review.framework_version)
    make.assessor(review, person)
    for each in rules.asked_of(under, review.facts):
        said = others.get(each.key, outcome)
        quality.record_finding(review, criterion=each.key, outcome=said, reasons="Seen.", by=person, at=at)


def decided(review: Review, person: Person, at: datetime, **facts: object) -> Decision:
    first = at.date()
    months = framework(review.framework, review.framework_version).validity_months
    given = {
        "verdict": "accredited",
        "reasons": "All is well.",
        "first_on": first,
        "last_on": rules.last_possible_day(first, months=months),
        "by": person,
    }
    return quality.decide(review, **(given | facts), at=at)  # type: ignore[arg-type]


def label(cast: Cast, at: datetime, **others: str) -> Decision:
    """The eduQua-like label, granted on the day."""
    mandated(cast.quality_body, cast.reviewer)
    review = applied(cast, "eduqua-like", at)
    found(review, cast.reviewer, at, outcome="met", **others)
    return decided(review, cast.reviewer, at)


def state(decision: Decision, day: date) -> str:
    return queries.standing_of(decision, queries.sanctions_of([decision]).get(decision.pk, []), day).state


def test_an_application_is_sent_only_when_its_dossier_is_complete(cast: Cast, at: datetime) -> None:
    mandated(cast.quality_body)
    begun = quality.begin_application(
        judged=cast.provider, quality_body=cast.quality_body, framework="qualiopi-like", facts=["long"],
        by=cast.manager, at=at,
    )  # fmt: skip
    assert begun.draft
    assert not Review.objects.open().exists()
    with pytest.raises(quality.Incomplete) as refused:
        quality.send_application(begun, by=cast.manager, at=at)
    assert refused.value.details[0] == "Your own case"
    assert "Those who teach and guide are able to, and go on learning: Curricula vitae and job descriptions" in (
        refused.value.details
    )
    later = at + timedelta(days=3)
    sent = quality.send_application(filled(begun, at), by=cast.manager, at=later)
    assert (sent.draft, sent.requested_at) == (False, later)
    for act in (
        lambda: quality.file_words(sent, criterion="staff", document=0, text="More.", by=None, at=later),
        lambda: quality.state_case(sent, statement="Better.", at=later),
        lambda: quality.take_out(queries.dossier_of(sent)[0], at=later),
    ):
        with pytest.raises(quality.NotADraft, match="was sent"):
            act()


def test_only_harmless_files_go_into_a_dossier(cast: Cast, at: datetime) -> None:
    mandated(cast.quality_body)
    begun = quality.begin_application(
        judged=cast.provider, quality_body=cast.quality_body, framework="eduqua-like", by=cast.manager, at=at
    )
    key = framework("eduqua-like").criteria[0].key
    where = {"criterion": key, "document": 0, "by": cast.manager, "at": at}
    kept = quality.file_document(begun, name="../plan.exe", content=b"%PDF-1.7", **where)
    assert (kept.name, kept.media_type, kept.size) == ("plan.pdf", "application/pdf", 8)
    for name, content, where_to in (
        ("a.pdf", b"MZ\x90\x00", where),
        ("a.pdf", b"", where),
        ("a.pdf", b"%PDF-" + b"x" * rules.LARGEST_FILE, where),
        ("a.pdf", b"%PDF-", where | {"document": 99}),
        ("a.pdf", b"%PDF-", where | {"criterion": "nothing"}),
    ):
        with pytest.raises(quality.CannotBeFiled):
            quality.file_document(begun, name=name, content=content, **where_to)  # type: ignore[arg-type]
    quality.take_out(kept, at=at)
    assert queries.dossier_of(begun) == []


def test_a_hybrid_framework_leads_each_kind_of_provider_its_own_way(cast: Cast, at: datetime) -> None:
    version = make.version(make.programme(cast.provider))
    with pytest.raises(quality.CannotBeReviewed, match="apply for a course"):
        applied(cast, "qqi-like", at)
    ordinary = applied(cast, "nzqa-like", at)  # it needs programme and provider together
    assert (ordinary.object, ordinary.track) == ("provider", "programme")
    quality.take_back(ordinary, at=at)
    own = applied(cast, "nzqa-like", at, facts=["self-accrediting"])
    assert (own.object, own.track) == ("provider", "own-approval")
    with pytest.raises(quality.CannotBeReviewed, match="apply for the provider as a whole"):
        applied(cast, "nzqa-like", at, version, facts=["self-accrediting"])
    assert applied(cast, "nzqa-like", at, version, facts=[]).track == "programme"
    module = applied(cast, "slovak-like", at, version, facts=["single-module"], module=True)
    assert (module.object, module.track) == ("module", "module")
    with pytest.raises(quality.CannotBeReviewed, match="other facts than tall"):
        applied(cast, "nzqa-like", at, facts=["tall"])
    with pytest.raises(quality.CannotBeReviewed, match="nobody else judges"):
        applied(cast, "self-declared", at)


def test_a_certification_scheme_is_judged_itself_and_by_two(cast: Cast, at: datetime, second: Person) -> None:
    mandated(cast.quality_body, cast.reviewer)
    scheme = quality.name_scheme(owner=cast.provider, name="Tarn Digital", summary="Tests.", digcomp=["1.1"], at=at)
    with pytest.raises(quality.CannotBeReviewed, match="apply for a certification scheme"):
        applied(cast, "skills-certificate-label", at)
    review = applied(cast, "skills-certificate-label", at, scheme)
    found(review, cast.reviewer, at, outcome="fulfilled")
    with pytest.raises(quality.TooFewAssessors, match="At least 2") as refused:
        decided(review, cast.reviewer, at)
    assert refused.value.details[0].startswith("1 of them")
    make.assessor(review, second)
    decision = decided(review, cast.reviewer, at)
    assert (decision.object, decision.scheme, decision.programme) == ("scheme", scheme, None)
    assert '"scheme":"tarn-digital"' in Entry.objects.filter(kind="decision").latest("index").text


def test_nobody_assesses_without_being_named_and_saying_that_they_are_independent(
    cast: Cast, at: datetime, second: Person
) -> None:
    review = quality.request_review(
        make.version(make.programme(cast.provider)), quality_body=cast.quality_body, framework="short-learning",
        statement="Ours.", by=cast.author, at=at,
    )  # fmt: skip
    finding = {"criterion": "level", "outcome": "met", "reasons": "Seen.", "at": at}
    with pytest.raises(quality.NotDeclared, match="not asked to assess"):
        quality.record_finding(review, by=cast.reviewer, **finding)
    with pytest.raises(quality.CannotAssess, match="not a reviewer"):
        quality.assign(review, assessor=cast.learner, by=cast.reviewer, at=at)
    people.ensure_membership(cast.author, cast.quality_body, role="reviewer", at=at)
    with pytest.raises(quality.ConflictOfInterest, match="member of Hochschule Tarntal"):
        quality.assign(review, assessor=cast.author, by=cast.reviewer, at=at)
    quality.assign(review, assessor=cast.reviewer, by=second, at=at)
    with pytest.raises(quality.NotDeclared, match="conflict of interest"):
        quality.record_finding(review, by=cast.reviewer, **finding)
    with pytest.raises(quality.CannotAssess, match="what the conflict is"):
        quality.declare(review, conflict=True, by=cast.reviewer, at=at)
    quality.declare(review, conflict=False, by=cast.reviewer, at=at)
    quality.record_finding(review, by=cast.reviewer, **finding)
    with pytest.raises(quality.AlreadyDeclared):
        quality.declare(review, conflict=False, by=cast.reviewer, at=at)
    quality.declare(review, conflict=True, statement="My sister teaches there.", by=cast.reviewer, at=at)
    with pytest.raises(quality.ConflictOfInterest, match="You declared"):
        quality.record_finding(review, by=cast.reviewer, **finding)
    assert Review.objects.get(pk=review.pk).reviewer is None


def test_where_a_framework_asks_for_a_chain_it_is_looked_at_on_the_day(cast: Cast, at: datetime) -> None:
    with pytest.raises(quality.NoMandate, match="has no mandate"):
        applied(cast, "eduqua-like", at)
    mandate = mandated(cast.quality_body)
    review = applied(cast, "eduqua-like", at)
    with pytest.raises(quality.NoMandate, match="Odile Ferrand"):
        quality.assign(review, assessor=cast.reviewer, by=cast.reviewer, at=at)
    person = quality.grant_mandate(
        granted_by=cast.quality_body, holder=cast.reviewer, first_on=TODAY, last_on=FAR, by=None, at=at
    )
    assert [each.granter for each in queries.chain_of(cast.reviewer, "eduqua-like", TODAY)] == [
        "Ministry", "Accreditation Office", "Agency for Short Learning Quality",
    ]  # fmt: skip
    found(review, cast.reviewer, at, outcome="met")
    later = at + timedelta(days=10)
    quality.end_mandate(person, on=later.date(), reasons="Left.", by=None, at=later)
    with pytest.raises(quality.NoMandate, match="Odile Ferrand"):
        found(review, cast.reviewer, later, outcome="met")
    quality.end_mandate(mandate, on=later.date(), reasons="Not kept up.", by=None, at=later)
    assert queries.chain_of(person.person or cast.reviewer, "eduqua-like", later.date()) == ()
    with pytest.raises(quality.NoMandate):
        decided(review, cast.reviewer, later)
    for wrong in (
        {"granted_by": None},
        {"granted_by": cast.quality_body, "first_on": later.date(), "last_on": TODAY},
        {"granted_by": cast.quality_body, "first_on": later.date()},
        {"granted_by": cast.quality_body, "holder": cast.quality_body},
        {"granted_by": cast.quality_body, "framework": "nothing"},
    ):
        given = {"holder": cast.learner, "first_on": TODAY, "last_on": FAR, "by": None, "at": later}
        with pytest.raises(quality.WrongMandate):
            quality.grant_mandate(**(given | wrong))  # type: ignore[arg-type]
    with pytest.raises(quality.WrongMandate, match="ended on"):
        quality.end_mandate(mandate, on=later.date(), reasons="Again.", by=None, at=later)


def test_a_missed_interim_audit_suspends_from_the_day_after_its_window_until_it_is_held(
    cast: Cast, at: datetime
) -> None:
    decision = label(cast, at)
    audits = list(Audit.objects.filter(decision=decision))
    assert [(each.kind, each.first_on.isoformat(), each.last_on.isoformat()) for each in audits] == [
        ("interim", "2027-01-02", "2027-03-02"),
        ("interim", "2028-01-02", "2028-03-02"),
        ("renewal", "2028-11-02", "2029-03-01"),
    ]
    assert [state(decision, day) for day in (TODAY, date(2027, 3, 2), date(2027, 3, 3))] == [
        "accredited", "accredited", "suspended",
    ]  # fmt: skip
    standing = queries.standing_of(decision, queries.sanctions_of([decision])[decision.pk], date(2027, 3, 3))
    assert standing.reasons == "An audit was not held by 2 March 2027"
    held = moment(date(2027, 4, 10))
    review = quality.begin_audit(audits[0], by=cast.reviewer, at=held)
    assert quality.begin_audit(audits[0], by=cast.reviewer, at=held) == review
    with pytest.raises(quality.WrongAudit, match="Every criterion"):
        quality.close_audit(review, held_on=held.date(), reasons="Seen.", by=cast.reviewer, at=held)
    found(review, cast.reviewer, held, outcome="met", **{framework("eduqua-like").criteria[3].key: "condition"})
    for wrong, why in (
        (held.date() + timedelta(days=1), "can have been held"),
        (date(2027, 1, 1), "can have been held"),
        (date(2027, 3, 1), "Choose today"),
        (date(2027, 4, 9), "Choose today"),
    ):
        with pytest.raises(quality.WrongAudit, match=why):
            quality.close_audit(review, held_on=wrong, reasons="Seen.", by=cast.reviewer, at=held)
    audit = quality.close_audit(review, held_on=held.date(), reasons="Seen.", by=cast.reviewer, at=held)
    assert audit.outcome == "conditions"
    assert [state(decision, day) for day in (date(2027, 4, 9), date(2027, 4, 10))] == ["suspended", "accredited"]
    assert Condition.objects.get().due_on == date(2027, 10, 10)
    assert state(decision, date(2027, 10, 10)) == "accredited"
    assert state(decision, date(2027, 10, 11)) == "suspended"
    entries = Entry.objects.filter(about=decision.number).order_by("index")
    assert [each.kind for each in entries] == ["decision", "audit", "sanction"]
    assert '"act":"condition"' in entries[2].text
    assert [each.kind for each in queries.changes(newest=2)] == ["sanction", "audit"]
    with pytest.raises(quality.WrongAudit):
        quality.close_audit(review, held_on=held.date(), reasons="Again.", by=cast.reviewer, at=held)


def test_qualiopi_to_the_day(cast: Cast, at: datetime) -> None:
    mandated(cast.quality_body, cast.reviewer)
    keys = [each.key for each in framework("qualiopi-like").questions]
    first = applied(cast, "qualiopi-like", at)
    found(first, cast.reviewer, at, outcome="conform", **dict.fromkeys(keys[:5], "minor"))
    with pytest.raises(quality.CriteriaNotMet):
        decided(first, cast.reviewer, at)
    quality.record_finding(first, criterion=keys[4], outcome="conform", reasons="Seen.", by=cast.reviewer, at=at)
    decision = decided(first, cast.reviewer, at)
    assert {each.due_on for each in Condition.objects.filter(decision=decision)} == {date(2026, 9, 2)}
    surveillance = Audit.objects.get(decision=decision, kind="surveillance")
    assert (surveillance.first_on, surveillance.last_on) == (date(2027, 5, 2), date(2028, 1, 2))
    assert [state(decision, day) for day in (date(2026, 9, 2), date(2026, 9, 3))] == ["accredited", "suspended"]
    for each in Condition.objects.filter(decision=decision):
        quality.report_condition(each, report="Done.", by=cast.manager, at=moment(date(2026, 8, 1)))
        quality.meet_condition(each, on=date(2026, 8, 20), by=cast.reviewer, at=moment(date(2026, 8, 20)))
    assert state(decision, date(2026, 9, 3)) == "accredited"
    assert [state(decision, day) for day in (date(2028, 1, 2), date(2028, 1, 3))] == ["accredited", "suspended"]
    day = moment(date(2027, 6, 1))
    audit = quality.begin_audit(surveillance, by=cast.reviewer, at=day)
    found(audit, cast.reviewer, day, outcome="conform", **{keys[0]: "minor"})
    closed = quality.close_audit(audit, held_on=day.date(), reasons="Left open.", by=cast.reviewer, at=day)
    assert closed.outcome == "failed"
    major = Condition.objects.get(audit=closed)
    assert (major.due_on, major.extensions_left) == (date(2027, 9, 1), 1)
    quality.extend_condition(major, months=3, by=cast.reviewer, at=moment(date(2027, 9, 1)))
    with pytest.raises(quality.WrongCondition, match="no further time"):
        quality.extend_condition(major, months=3, by=cast.reviewer, at=moment(date(2027, 9, 1)))
    assert [state(decision, day) for day in (date(2027, 12, 1), date(2027, 12, 2))] == ["accredited", "suspended"]
    with pytest.raises(quality.WrongCondition, match="What followed from it stands"):
        quality.extend_condition(major, months=3, by=cast.reviewer, at=moment(date(2027, 12, 2)))
    late = moment(date(2027, 12, 20))
    with pytest.raises(quality.WrongCondition, match="Choose today"):
        quality.meet_condition(major, on=date(2027, 12, 1), by=cast.reviewer, at=late)
    quality.meet_condition(major, on=late.date(), by=cast.reviewer, at=late)
    said = [state(decision, date(2027, 12, day)) for day in (1, 2, 19, 20)]
    assert said == ["accredited", "suspended", "suspended", "accredited"]
    quality.withdraw_decision(decision, from_on=late.date(), reasons="Untrue.", by=cast.reviewer, at=late)
    with pytest.raises(quality.CannotBeReviewed, match="20 March 2028"):
        applied(cast, "qualiopi-like", moment(date(2028, 3, 19)))
    assert applied(cast, "qualiopi-like", moment(date(2028, 3, 20))).stage == "initial"


@pytest.mark.parametrize(
    ("first", "windows"),
    [
        (date(2024, 2, 29), [("2024-12-29", "2025-02-28"), ("2025-12-29", "2026-02-28")]),
        (date(2026, 12, 31), [("2027-10-31", "2027-12-31"), ("2028-10-31", "2028-12-31")]),
        (date(2026, 4, 30), [("2027-02-28", "2027-04-30"), ("2028-02-29", "2028-04-30")]),
    ],
)
def test_cycles_that_begin_at_the_end_of_a_month_or_on_a_leap_day(
    cast: Cast, first: date, windows: list[tuple[str, str]]
) -> None:
    decision = label(cast, moment(first))
    interim = Audit.objects.filter(decision=decision, kind="interim")
    assert [(each.first_on.isoformat(), each.last_on.isoformat()) for each in interim] == windows


def test_a_renewal_before_the_end_continues_without_a_gap(cast: Cast, at: datetime) -> None:
    old = label(cast, at)
    for audit in Audit.objects.filter(decision=old):
        Audit.objects.filter(pk=audit.pk).update(held_on=audit.first_on)
    soon = moment(date(2029, 1, 15))
    review = applied(cast, "eduqua-like", soon)
    assert (review.stage, review.renews) == ("renewal", old)
    found(review, cast.reviewer, soon, outcome="met")
    new = decided(review, cast.reviewer, soon, first_on=date(2029, 3, 2), last_on=date(2032, 3, 1))
    assert new.renews == old
    for day in (date(2029, 3, 1), date(2029, 3, 2)):
        both = [old, new]
        assert queries.weigh(both, queries.sanctions_of(both), day).accredited
    assert queries.weigh([old, new], queries.sanctions_of([old, new]), date(2029, 3, 2)).decision == new


def test_two_agencies_judge_under_the_same_version_and_a_decision_keeps_its_own(cast: Cast, at: datetime) -> None:
    label(cast, at)
    other = people.ensure_organisation(name="Second Agency", at=at, verified=True, is_quality_body=True)
    accreditor = Organisation.objects.get(name="Accreditation Office")
    quality.grant_mandate(granted_by=accreditor, holder=other, first_on=TODAY, last_on=FAR, by=None, at=at)
    review = applied(cast, "eduqua-like", at, quality_body=other)
    Review.objects.filter(pk=review.pk).update(framework_version="2012")
    review.refresh_from_db()
    for each in framework("eduqua-like", "2012").questions:
        quality.record_finding(review, criterion=each.key, outcome="met", reasons="Seen.", by=None, at=at)
    second = decided(review, cast.operator, at)
    versions = Decision.objects.order_by("pk").values_list("quality_body__name", "framework_version")
    assert list(versions) == [("Agency for Short Learning Quality", "2021"), ("Second Agency", "2012")]
    assert second.number == "2026-002"


def test_an_appeal_can_stay_a_withdrawal_and_end_it(cast: Cast, at: datetime, second: Person) -> None:
    mandated(cast.quality_body, cast.reviewer)
    review = applied(cast, "qualiopi-like", at)
    found(review, cast.reviewer, at, outcome="conform")
    decision = decided(review, cast.reviewer, at)
    with pytest.raises(quality.CannotAppeal, match="This decision accredited"):
        quality.lodge_appeal(decision, grounds="Because.", by=cast.manager, at=at)
    gone = quality.withdraw_decision(
        decision, from_on=date(2026, 5, 4), reasons="Untrue.", by=cast.reviewer, at=moment(date(2026, 5, 4))
    )
    assert state(decision, date(2026, 5, 20)) == "withdrawn"
    with pytest.raises(quality.CannotAppeal, match="until 3 June 2026"):
        quality.lodge_appeal(decision, sanction=gone, grounds="No.", by=cast.manager, at=moment(date(2026, 6, 4)))
    appeal = quality.lodge_appeal(
        decision, sanction=gone, grounds="It is true.", by=cast.manager, at=moment(date(2026, 5, 10))
    )
    with pytest.raises(quality.CannotAppeal, match="open already"):
        quality.lodge_appeal(decision, sanction=gone, grounds="No.", by=cast.manager, at=moment(date(2026, 5, 11)))
    said = [state(decision, date(2026, 5, day)) for day in (3, 4, 9, 10, 31)]
    assert said == ["accredited", "withdrawn", "withdrawn", "accredited", "accredited"]
    day = moment(date(2026, 6, 1))
    with pytest.raises(quality.WrongAppeal, match="Somebody else"):
        quality.decide_appeal(appeal, upheld=True, reasons="Right.", by=cast.reviewer, at=day)
    quality.decide_appeal(appeal, upheld=False, reasons="Wrong.", by=second, at=day)
    assert [state(decision, date(2026, 5, 31)), state(decision, day.date())] == ["accredited", "withdrawn"]
    with pytest.raises(quality.WrongAppeal, match="was decided"):
        quality.decide_appeal(appeal, upheld=True, reasons="Right.", by=second, at=day)


def test_a_refusal_that_is_overturned_is_judged_again_with_its_findings(
    cast: Cast, at: datetime, second: Person
) -> None:
    mandated(cast.quality_body, cast.reviewer)
    review = applied(cast, "eduqua-like", at)
    found(review, cast.reviewer, at, outcome="met")
    refused = decided(review, cast.reviewer, at, verdict="refused", first_on=None, last_on=None)
    assert state(refused, TODAY) == "refused"
    appeal = quality.lodge_appeal(refused, grounds="All is met.", by=cast.manager, at=at)
    quality.decide_appeal(appeal, upheld=True, reasons="So it is.", by=second, at=at + timedelta(days=2))
    assert state(refused, TODAY + timedelta(days=2)) == "none"
    again = Review.objects.open().get()
    assert queries.outcomes_found(again) == queries.outcomes_found(review)
    assert decided(again, second, at + timedelta(days=3)).verdict == "accredited"
    assert Decision.objects.count() == 2


def test_a_jury_decides_a_yearly_award(cast: Cast, at: datetime) -> None:
    with pytest.raises(quality.CannotBeReviewed, match="no call open"):
        applied(cast, "yearly-award", at)
    call = quality.open_call(
        cast.quality_body, framework="yearly-award", title="2026", opens_on=TODAY, closes_on=date(2026, 4, 30),
        by=cast.reviewer, at=at,
    )  # fmt: skip
    with pytest.raises(quality.WrongCall):
        quality.open_call(
            cast.quality_body, framework="eduqua-like", title="x", opens_on=TODAY, closes_on=TODAY, by=None, at=at
        )
    late = quality.begin_application(
        judged=cast.employer, quality_body=cast.quality_body, framework="yearly-award", by=None, at=at
    )
    with pytest.raises(quality.CannotBeReviewed, match="closed on 30 April 2026"):
        quality.send_application(filled(late, at), by=None, at=moment(date(2026, 5, 1)))
    review = applied(cast, "yearly-award", at)
    assert review.call == call
    jurors = [people.ensure_person(email=f"j{n}@aslq.example", name=f"Juror {n}", password=None) for n in range(5)]
    under = framework("yearly-award")
    for number, juror in enumerate(jurors):
        people.ensure_membership(juror, cast.quality_body, role="reviewer", at=at)
        make.assessor(review, juror)
        for each in under.questions:
            with pytest.raises(quality.WrongFinding, match="jury"):
                quality.record_finding(review, criterion=each.key, outcome="strong", reasons="x", by=juror, at=at)
            if number == 4 and each == under.questions[-1]:
                with pytest.raises(quality.CriteriaOpen):
                    decided(review, cast.reviewer, at)
            outcome = "weak" if number == 4 else "strong"
            quality.score(review, criterion=each.key, outcome=outcome, reasons="Told.", by=juror, at=at)
    decision = decided(review, cast.reviewer, at)
    assert decision.last_on == date(2027, 3, 1)
    assert set(queries.outcomes_found(review).values()) == {"strong"}


def test_anyone_can_complain_and_gets_a_receipt_and_an_answer(cast: Cast, at: datetime) -> None:
    decision = make.decision(make.version(make.programme(cast.provider)).programme, cast.quality_body)
    complaint = quality.complain(decision, text="No teacher came.", email="a@example.org", name="A.", at=at)
    assert complaint.acknowledged_at == at
    assert mail.outbox[0].to == ["a@example.org"]
    people.ensure_membership(cast.author, cast.quality_body, role="decider", at=at)
    with pytest.raises(quality.ConflictOfInterest):
        quality.answer_complaint(complaint, answer="We looked.", outcome="upheld", by=cast.author, at=at)
    with pytest.raises(quality.WrongComplaint, match="was right"):
        quality.answer_complaint(complaint, answer="We looked.", outcome="perhaps", by=cast.reviewer, at=at)
    quality.answer_complaint(complaint, answer="We looked into it.", outcome="rejected", by=cast.reviewer, at=at)
    assert "We looked into it." in mail.outbox[1].body
    with pytest.raises(quality.WrongComplaint):
        quality.answer_complaint(complaint, answer="Again.", outcome="upheld", by=cast.reviewer, at=at)
    with pytest.raises(quality.WrongComplaint):
        quality.complain(decision, text=" ", at=at)
    quality.erase_person(cast.reviewer, at=at)


def test_reminders_go_out_once_even_after_a_sleep(cast: Cast, at: datetime) -> None:
    decision = label(cast, at)
    Audit.objects.filter(decision=decision).delete()
    late, before = moment(date(2027, 4, 1)), Change.objects.count()
    assert reminders.keep_calendar(at=late) == reminders.keep_calendar(at=late) == 0
    assert [each.last_on.year for each in Audit.objects.filter(decision=decision)] == [2028, 2029]
    assert state(decision, date(2027, 3, 20)) == "accredited"
    assert Change.objects.count() == before + 1
    assert Entry.objects.filter(about=decision.number, text__contains="audit-due").count() == 2
    assert lines(queries.changes(newest=1))[0].sentence.endswith("is due by 1 March 2029")
    Audit.objects.filter(decision=decision).delete()
    assert reminders.keep_calendar(at=at) == 0
    assert Audit.objects.filter(decision=decision).count() == 3
    assert not queries.decisions_without_audits(TODAY).exists()
    quality.set_condition(decision, text="Print the rules.", due_on=date(2026, 4, 1), by=cast.reviewer, at=at)
    assert [reminders.keep_calendar(at=at + timedelta(days=n)) for n in (0, 1, 26, 27, 40)] == [1, 0, 1, 0, 0]
    assert {each.to[0] for each in mail.outbox} == {cast.manager.email, cast.reviewer.email}
    assert reminders.keep_calendar(at=moment(date(2027, 2, 20))) == 1
    assert Reminder.objects.get(kind="audit").days == 14
    quality.withdraw_decision(
        decision, from_on=date(2028, 1, 1), reasons="x", by=cast.reviewer, at=moment(date(2028, 1, 1))
    )
    assert reminders.keep_calendar(at=moment(date(2028, 2, 20))) == 0


def test_what_follows_from_dates_is_logged_once(cast: Cast, at: datetime) -> None:
    decision = label(cast, at)
    quality.set_condition(decision, text="Print the rules.", due_on=date(2026, 4, 1), by=cast.reviewer, at=at)
    reminders.keep_calendar(at=moment(date(2026, 4, 1)))
    assert Entry.objects.filter(text__contains="suspension").count() == 0
    before = queries.revision()
    for day in (date(2026, 4, 2), date(2026, 4, 3)):
        reminders.keep_calendar(at=moment(day))
    assert queries.revision() != before
    assert [each.sentence for each in lines(queries.changes(newest=1))] == [
        f"What decision {decision.number} accredited was suspended from 2 April 2026 on."
    ]
    quality.withdraw_decision(
        decision, from_on=date(2026, 5, 1), reasons="x", by=cast.reviewer, at=moment(date(2026, 5, 1))
    )
    told = Entry.objects.count()
    reminders.keep_calendar(at=moment(date(2027, 3, 3)))
    assert (Entry.objects.count(), Reminder.objects.filter(days=0).count()) == (told, 2)


def test_a_sanction_that_an_appeal_has_ended_is_no_longer_in_the_way(cast: Cast, at: datetime, second: Person) -> None:
    decision = label(cast, at)
    given = {"from_on": TODAY, "reasons": "Untrue.", "by": cast.reviewer, "at": at}
    for act in (quality.suspend, quality.withdraw_decision):
        stopped = act(decision, **given)  # type: ignore[arg-type]
        appeal = quality.lodge_appeal(decision, sanction=stopped, grounds="It is true.", by=cast.manager, at=at)
        quality.decide_appeal(appeal, upheld=True, reasons="Right.", by=second, at=at)
        assert state(decision, TODAY) == "accredited"
    asked = (cast.quality_body, "eduqua-like", cast.provider)
    assert queries.barred_since(*asked) is None
    assert queries.continues(*asked, TODAY) == decision
    quality.amend(decision, "place", granted=True, from_on=TODAY, reasons="x", by=cast.reviewer, at=at)
    again = quality.suspend(decision, **given)  # type: ignore[arg-type]
    assert queries.open_suspension(decision) == again
    assert state(decision, TODAY) == "suspended"
    quality.withdraw_decision(decision, **given)  # type: ignore[arg-type]
    assert (queries.barred_since(*asked), queries.continues(*asked, TODAY)) == (TODAY, None)


def test_who_declared_a_conflict_decides_nothing_about_the_same_thing(cast: Cast, at: datetime, second: Person) -> None:
    mandated(cast.quality_body, cast.reviewer, second)
    review = applied(cast, "eduqua-like", at)
    found(review, cast.reviewer, at, outcome="met")
    quality.assign(review, assessor=second, by=cast.reviewer, at=at)
    quality.declare(review, conflict=True, statement="My sister teaches there.", by=second, at=at)
    with pytest.raises(quality.ConflictOfInterest, match="You declared"):
        decided(review, second, at)
    decision = decided(review, cast.reviewer, at)
    day = moment(date(2027, 2, 1))
    audit = Audit.objects.filter(decision=decision).order_by("first_on")[0]
    audited = quality.begin_audit(audit, by=cast.reviewer, at=day)
    found(audited, cast.reviewer, day, outcome="met")
    stopped = quality.suspend(decision, from_on=TODAY, reasons="Late.", by=cast.reviewer, at=at)
    appeal = quality.lodge_appeal(decision, sanction=stopped, grounds="No.", by=cast.manager, at=at)
    given = {"reasons": "Seen.", "by": second, "at": at}
    acts = (
        lambda: quality.close_audit(audited, held_on=day.date(), **(given | {"at": day})),  # type: ignore[arg-type]
        lambda: quality.lift(stopped, on=TODAY, by=second, at=at),
        lambda: quality.withdraw_decision(decision, from_on=TODAY, **given),  # type: ignore[arg-type]
        lambda: quality.decide_appeal(appeal, upheld=True, **given),  # type: ignore[arg-type]
    )
    for act in acts:
        with pytest.raises(quality.ConflictOfInterest, match="You declared"):
            act()
    quality.assign(audited, assessor=second, by=cast.reviewer, at=day)
    quality.declare(audited, conflict=False, by=second, at=day)
    assert acts[0]().outcome == "passed"  # type: ignore[union-attr]


def test_what_is_watched_counts_on_and_what_is_amended_covers_something_else(cast: Cast, at: datetime) -> None:
    programme = make.version(make.programme(cast.provider)).programme
    decision = make.decision(programme, cast.quality_body, scope={"eqf_levels": [6]})
    watched = quality.watch(decision, "probation", from_on=TODAY, reasons="Late.", by=cast.reviewer, at=at)
    with pytest.raises(quality.WrongSanction, match="already"):
        quality.watch(decision, "probation", from_on=TODAY, reasons="Late.", by=cast.reviewer, at=at)
    assert state(decision, TODAY) == "accredited"
    quality.lift(watched, on=TODAY + timedelta(days=30), by=cast.reviewer, at=at)
    with pytest.raises(quality.WrongSanction):
        quality.watch(decision, "exile", from_on=TODAY, reasons="Late.", by=cast.reviewer, at=at)
    day = date(2026, 6, 1)
    given = {"granted": True, "from_on": day, "reasons": "Larger.", "by": cast.reviewer, "at": at}
    for wrong in ({"eqf_levels": []}, {"programmes": ["no such thing"]}):
        with pytest.raises(quality.WrongAmendment):
            quality.amend(decision, "programme", scope=wrong, **given)  # type: ignore[arg-type]
    with pytest.raises(quality.WrongDecision, match="no-such-course"):
        quality.amend(decision, "programme", scope={"programmes": ["no-such-course"]}, **given)  # type: ignore[arg-type]
    quality.amend(decision, "programme", scope={"eqf_levels": [5, 6]}, **given)
    quality.amend(decision, "programme", scope={"eqf_levels": [8]}, **(given | {"granted": False}))  # type: ignore[arg-type]
    asked = [queries.accredited_on(programme, each, eqf_level=5) for each in (day - rules.A_DAY, day)]
    assert asked == [False, True]
    told = quality.relinquish(decision, from_on=date(2027, 1, 1), reasons="We close.", by=cast.manager, at=at)
    assert (told.cause, state(decision, date(2027, 1, 1))) == ("relinquished", "withdrawn")


def test_a_scope_that_names_nothing_is_refused(cast: Cast, at: datetime) -> None:
    mandated(cast.quality_body, cast.reviewer)
    make.programme(cast.provider)
    review = applied(cast, "eduqua-like", at)
    found(review, cast.reviewer, at, outcome="met")
    for scope, why in (
        ({"programmes": []}, "scope can name"),
        ({"programmes": ["nothing"]}, "would name nothing"),
        ({"fields": ["99"]}, "no field of study 99"),
        ({"jurisdictions": ["Germany"]}, "scope can name"),
    ):
        with pytest.raises(quality.WrongDecision, match=why):
            decided(review, cast.reviewer, at, scope=scope)
    assert decided(review, cast.reviewer, at, scope={"programmes": ["water-quality"], "modes": ["online"]}).scope


def test_decisions_that_overlap_come_out_of_order_or_at_one_instant_have_one_plain_answer(
    cast: Cast, at: datetime
) -> None:
    programme = make.version(make.programme(cast.provider)).programme

    def entered(decided_on: date, first_on: date, last_on: date) -> Decision:
        old = quality.Earlier(
            quality_body=cast.quality_body, provider=cast.provider, programme=programme, framework="short-learning",
            framework_version="2026", verdict="accredited", reasons="Old.", decided_on=decided_on, first_on=first_on,
            last_on=last_on,
        )  # fmt: skip
        return quality.enter_decision(old, at=at)

    later = entered(date(2021, 12, 1), date(2022, 1, 1), date(2024, 12, 31))
    earlier = entered(date(2019, 12, 1), date(2020, 1, 1), date(2022, 6, 30))
    twin = entered(date(2021, 12, 1), date(2022, 1, 1), date(2024, 12, 31))
    assert (earlier.number, later.number, twin.number) == ("2019-001", "2021-001", "2021-002")
    for day, expected in ((date(2021, 6, 1), earlier), (date(2022, 3, 1), later), (date(2022, 7, 1), later)):
        assert queries.standing(programme, day).decision in {expected, twin} if expected == later else {expected}
        assert queries.accredited_on(programme, day)
    assert not queries.accredited_on(programme, date(2025, 1, 1))
    with pytest.raises(quality.WrongDecision):
        entered(TODAY, TODAY, date(2020, 1, 1))


def test_a_taken_back_application_stays_on_record_and_makes_room_for_another(cast: Cast, at: datetime) -> None:
    mandated(cast.quality_body)
    review = applied(cast, "eduqua-like", at)
    with pytest.raises(quality.AlreadyApplied):
        applied(cast, "eduqua-like", at)
    assert quality.take_back(review, at=at).taken_back_at == at
    with pytest.raises(quality.NotADraft):
        quality.take_back(review, at=at)
    applied(cast, "eduqua-like", at)
    assert Review.objects.count() == 2


def test_nothing_is_ever_deleted_from_the_register() -> None:
    room = Path(quality.__file__).parents[1]
    deleting = {
        f"{file.parent.name}/{file.name}": re.findall(r"\w+(?:\.\w+\(.*?\))*\.delete\(", file.read_text())
        for file in room.rglob("*.py")
        if "migrations" not in file.parts
    }
    allowed = {"actions/applying.py", "actions/erasing.py", "actions/following.py"}  # drafts, a person's name, copies
    assert {name for name, found in deleting.items() if found} <= allowed


@pytest.mark.django_db(transaction=True)
def test_the_register_in_memory_keeps_step_with_the_database(cast: Cast, at: datetime) -> None:
    programme = make.version(make.programme(cast.provider)).programme
    assert not queries.accredited_on(programme, TODAY)
    decision = make.decision(programme, cast.quality_body)
    assert queries.accredited_on(programme, TODAY)
    stopped = quality.suspend(decision, from_on=TODAY, reasons="Late.", by=cast.reviewer, at=at)
    assert not queries.accredited_on(programme, TODAY)
    quality.lift(stopped, on=TODAY + rules.A_DAY, by=cast.reviewer, at=at)
    due = TODAY + timedelta(days=9)
    condition = quality.set_condition(decision, text="Mend.", due_on=due, by=cast.reviewer, at=at)
    for n in range(14):
        day = TODAY + timedelta(days=n)
        assert queries.accredited_on(programme, day) == queries.standing(programme, day).accredited, day
    assert not queries.accredited_on(programme, due + rules.A_DAY)
    quality.meet_condition(condition, on=TODAY, by=cast.reviewer, at=at)
    assert queries.accredited_on(programme, due + rules.A_DAY)
    quality.amend(
        decision, "programme", granted=True, from_on=due, scope={"eqf_levels": [7]}, reasons="x", by=None, at=at
    )
    assert queries.accredited_on(programme, due - rules.A_DAY, eqf_level=6)
    assert not queries.accredited_on(programme, due, eqf_level=6)
    assert Change.objects.count() == 5
    assert Sanction.objects.count() == 1
