"""A quality label that is earned, and lost by a missed audit; and a course that is approved while its provider is not."""

from datetime import date, timedelta

import pytest
from pytest_django import Settings

from opencairn.credentials import actions as credentials
from opencairn.people.models import Person
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality import actions as quality
from opencairn.quality import queries, rules
from opencairn.quality.frameworks import framework
from opencairn.quality.models import Audit, Decision
from opencairn.quality.queries import GateClosed
from opencairn.web.demo.cast import Cast
from tests import make
from tests.quality.test_work import applied, decided, found, label, moment, state

pytestmark = pytest.mark.django_db


def test_a_missed_interim_audit_stops_the_money_on_its_day_and_past_awards_keep_their_standing(
    cast: Cast, settings: Settings
) -> None:
    settings.GATES = ["eduqua-like:fund"]
    begun = moment(date(2026, 3, 2))
    decision = label(cast, begun)
    audit = Audit.objects.filter(decision=decision).earliest("last_on")
    assert queries.fundable_on(cast.provider, audit.last_on).open
    refused = queries.fundable_on(cast.provider, audit.last_on + rules.A_DAY)
    assert not refused.open
    assert "is suspended since 3 March 2027" in queries.why_not(refused)[0]
    assert state(decision, audit.last_on) == "accredited"  # what was awarded until then was awarded under the label
    held = moment(audit.last_on + timedelta(days=30))
    review = quality.begin_audit(audit, by=cast.reviewer, at=held)
    found(review, cast.reviewer, held, outcome="met")
    quality.close_audit(review, held_on=held.date(), reasons="All is well.", by=cast.reviewer, at=held)
    assert queries.fundable_on(cast.provider, held.date()).open
    assert not queries.fundable_on(cast.provider, audit.last_on + rules.A_DAY).open


def approve(cast: Cast, version: ProgrammeVersion | None, by: Person, *facts: str) -> Decision:
    at = make.AT
    review = applied(cast, "nzqa-like", at, version, facts=list(facts))
    found(review, by, at, outcome="met")
    return decided(review, by, at, scope={})


def test_an_approved_course_is_not_issued_while_whoever_delivers_it_is_not_accredited(
    cast: Cast, settings: Settings
) -> None:
    settings.GATES = ["nzqa-like:issue"]
    version = make.version(make.programme(cast.provider))
    award = make.award(make.enrolment(cast.learner, make.offering(version.programme)), cast.author)
    approve(cast, version, cast.reviewer)
    with pytest.raises(GateClosed) as refused:
        credentials.issue(award, by=cast.manager, at=make.AT)
    assert "no quality body has decided about this provider" in " ".join(refused.value.details)
    approve(cast, None, cast.reviewer)
    assert credentials.issue(award, by=cast.manager, at=make.AT)
    assert framework("nzqa-like").needs == {"programme", "provider"}


def test_a_provider_that_approves_its_own_courses_issues_without_further_approval(
    cast: Cast, settings: Settings
) -> None:
    settings.GATES = ["nzqa-like:issue"]
    version = make.version(make.programme(cast.provider))
    award = make.award(make.enrolment(cast.learner, make.offering(version.programme)), cast.author)
    decision = approve(cast, None, cast.reviewer, "self-accrediting")
    assert credentials.issue(award, by=cast.manager, at=make.AT)
    quality.suspend(decision, from_on=make.TODAY, reasons="Overdue.", by=cast.reviewer, at=make.AT)
    again = make.award(make.enrolment(cast.manager, make.offering(version.programme)), cast.author)
    with pytest.raises(GateClosed):
        credentials.issue(again, by=cast.manager, at=make.AT)
