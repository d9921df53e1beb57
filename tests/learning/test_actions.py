from datetime import date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from pytest_django import DjangoAssertNumQueries

from opencairn.learning import actions as learning
from opencairn.learning import queries
from opencairn.learning.models import Award, Enrolment, Result
from opencairn.people.models import Person
from opencairn.programmes.models import Offering
from opencairn.programmes.queries import outcomes_of
from opencairn.web.demo.cast import Cast
from tests import make

TODAY = make.TODAY


@pytest.fixture
def offering(cast: Cast) -> Offering:
    return make.offering(make.version(make.programme(cast.provider)).programme)


@pytest.fixture
def enrolment(cast: Cast, offering: Offering) -> Enrolment:
    return make.enrolment(cast.learner, offering)


def enrol(person: Person, offering: Offering, at: datetime, **facts: str) -> Enrolment:
    given = {"name_on_credential": "Mirren  Okafor ", "consent_text": "I agree."}
    return learning.enrol(person, offering, **(given | facts), at=at)


def pass_all(enrolment: Enrolment, by: Person, at: datetime) -> None:
    for outcome in outcomes_of(enrolment.version):
        learning.record_result(enrolment, outcome=outcome, passed=True, value="1.7", note="", by=by, at=at)


def test_a_place_is_taken_with_name_and_consent(cast: Cast, offering: Offering, at: datetime) -> None:
    enrolment = enrol(cast.learner, offering, at)
    assert (enrolment.name_on_credential, enrolment.consent_text, enrolment.consented_at) == (
        "Mirren Okafor",
        "I agree.",
        at,
    )
    assert enrolment.version == offering.programme.current
    assert queries.places_left(offering) == 23


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_on_credential": "  "},
        {"name_on_credential": "x" * 201},
        {"name_on_credential": "Mirren \u202erofakO"},
        {"name_on_credential": "Mirren\x07"},
        {"consent_text": " "},
    ],
)
def test_nobody_enrols_without_a_name_and_consent(
    cast: Cast, offering: Offering, at: datetime, wrong: dict[str, str]
) -> None:
    with pytest.raises(learning.ConsentMissing):
        enrol(cast.learner, offering, at, **wrong)


def test_an_unconfirmed_address_cannot_enrol(cast: Cast, offering: Offering, at: datetime) -> None:
    EmailAddress.objects.filter(user=cast.learner).update(verified=False)
    with pytest.raises(learning.EmailNotVerified, match="Confirm your e-mail"):
        enrol(cast.learner, offering, at)


def test_a_full_offering_refuses_the_next_learner(cast: Cast, offering: Offering, at: datetime) -> None:
    offering.capacity = 1
    offering.save()
    first = enrol(cast.learner, offering, at)
    with pytest.raises(learning.Full, match="All places are taken"):
        enrol(cast.employer_person, offering, at)
    learning.withdraw_enrolment(first, at=at)
    enrol(cast.employer_person, offering, at)


def test_no_capacity_means_no_limit(cast: Cast, offering: Offering, at: datetime) -> None:
    offering.capacity = None
    offering.save()
    enrol(cast.learner, offering, at)
    assert queries.places_left(offering) is None


def test_one_place_for_each_person_and_date(cast: Cast, offering: Offering, at: datetime) -> None:
    first = enrol(cast.learner, offering, at)
    with pytest.raises(learning.AlreadyEnrolled):
        enrol(cast.learner, offering, at)
    learning.withdraw_enrolment(first, at=at)
    assert enrol(cast.learner, offering, at).pk != first.pk


def test_a_listing_takes_no_enrolments(cast: Cast, at: datetime) -> None:
    listed = make.version(make.programme(cast.provider), published_as="listing")
    with pytest.raises(learning.NotOpen, match="only listed"):
        enrol(cast.learner, make.offering(listed.programme), at)


def test_a_withdrawn_course_a_cancelled_and_a_closed_date_take_none(cast: Cast, at: datetime) -> None:
    programme = make.version(make.programme(cast.provider)).programme
    with pytest.raises(learning.NotOpen, match="cancelled"):
        enrol(cast.learner, make.offering(programme, cancelled_at=at), at)
    with pytest.raises(learning.NotOpen, match="not open"):
        enrol(cast.learner, make.offering(programme, enrol_until=TODAY - timedelta(days=1)), at)
    programme.withdrawn_at = at
    programme.save()
    with pytest.raises(learning.NotOpen):
        enrol(cast.learner, make.offering(programme), at)


def test_the_last_day_for_enrolment_counts(cast: Cast, at: datetime) -> None:
    programme = make.version(make.programme(cast.provider)).programme
    enrol(cast.learner, make.offering(programme, enrol_until=TODAY), at)


def test_a_result_replaces_the_one_before(cast: Cast, enrolment: Enrolment, at: datetime) -> None:
    outcome = outcomes_of(enrolment.version)[0]
    for passed in (False, True):
        learning.record_result(enrolment, outcome=outcome, passed=passed, value=" 2.0 ", by=cast.author, at=at)
    result = Result.objects.get(enrolment=enrolment)
    assert (result.passed, result.value, result.recorded_by) == (True, "2.0", cast.author)


def test_an_outcome_of_another_version_is_refused(cast: Cast, enrolment: Enrolment, at: datetime) -> None:
    other = make.version(make.programme(cast.provider, slug="other"))
    with pytest.raises(learning.WrongResult, match="another version"):
        learning.record_result(enrolment, outcome=outcomes_of(other)[0], passed=True, by=cast.author, at=at)


def test_a_long_mark_is_refused_and_saves_none_of_the_others(cast: Cast, enrolment: Enrolment, at: datetime) -> None:
    first, second, _third = outcomes_of(enrolment.version)
    with pytest.raises(learning.WrongResult, match="60 characters"):
        learning.record_results(
            enrolment, results=[(first, True, "1", ""), (second, True, "x" * 61, "")], by=cast.author, at=at
        )
    assert not Result.objects.exists()


def test_nobody_assesses_themself(cast: Cast, offering: Offering, at: datetime) -> None:
    own = make.enrolment(cast.author, offering)
    with pytest.raises(learning.OwnAssessment):
        learning.record_result(own, outcome=outcomes_of(own.version)[0], passed=True, by=cast.author, at=at)
    pass_all(own, cast.manager, at)
    with pytest.raises(learning.OwnAssessment):
        learning.award(own, awarded_on=TODAY, by=cast.author, at=at)


def test_an_award_needs_every_outcome_passed_and_names_the_open_ones(
    cast: Cast, enrolment: Enrolment, at: datetime
) -> None:
    first = outcomes_of(enrolment.version)[0]
    learning.record_result(enrolment, outcome=first, passed=False, by=cast.author, at=at)
    with pytest.raises(learning.NotYetPassed, match="3 outcomes are open") as refused:
        learning.award(enrolment, awarded_on=TODAY, by=cast.author, at=at)
    assert refused.value.details[0].startswith("No result yet: Calibrate")
    assert refused.value.details[2].startswith("Not passed: Choose")


def test_a_course_without_outcomes_is_never_awarded(cast: Cast, at: datetime) -> None:
    empty = make.version(make.programme(cast.provider), outcomes=[])
    with pytest.raises(learning.NotYetPassed):
        learning.award(
            make.enrolment(cast.learner, make.offering(empty.programme)), awarded_on=TODAY, by=cast.author, at=at
        )


def test_the_award_stands_in_the_name_given_at_enrolment(cast: Cast, enrolment: Enrolment, at: datetime) -> None:
    pass_all(enrolment, cast.author, at)
    award = learning.award(enrolment, grade=" 1.7 ", awarded_on=TODAY, by=cast.author, at=at)
    assert (award.grade, award.origin, award.name_on_credential) == ("1.7", "assessment", enrolment.name_on_credential)
    assert (award.person, award.version) == (cast.learner, enrolment.version)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), TODAY - timedelta(days=1)])
def test_an_award_lies_between_enrolment_and_today(cast: Cast, enrolment: Enrolment, at: datetime, day: date) -> None:
    pass_all(enrolment, cast.author, at)
    with pytest.raises(learning.WrongAward, match="2 March 2026"):
        learning.award(enrolment, awarded_on=day, by=cast.author, at=at)


def test_a_long_grade_is_refused(cast: Cast, enrolment: Enrolment, at: datetime) -> None:
    pass_all(enrolment, cast.author, at)
    with pytest.raises(learning.WrongAward, match="60 characters"):
        learning.award(enrolment, grade="x" * 61, awarded_on=TODAY, by=cast.author, at=at)


def test_after_the_award_what_led_to_it_stands(cast: Cast, enrolment: Enrolment, at: datetime) -> None:
    make.award(enrolment, cast.author)
    outcome = outcomes_of(enrolment.version)[0]
    with pytest.raises(learning.AlreadyAwarded):
        learning.record_result(enrolment, outcome=outcome, passed=False, by=cast.author, at=at)
    with pytest.raises(learning.AlreadyAwarded):
        learning.award(enrolment, awarded_on=TODAY, by=cast.author, at=at)
    with pytest.raises(learning.AlreadyAwarded):
        learning.withdraw_enrolment(enrolment, at=at)


def test_a_learner_who_withdrew_is_not_assessed(cast: Cast, enrolment: Enrolment, at: datetime) -> None:
    learning.withdraw_enrolment(enrolment, at=at)
    with pytest.raises(learning.AlreadyWithdrawn):
        pass_all(enrolment, cast.author, at)
    with pytest.raises(learning.AlreadyWithdrawn):
        learning.withdraw_enrolment(enrolment, at=at)


def test_a_mistaken_award_is_withdrawn_and_decided_again(cast: Cast, enrolment: Enrolment, at: datetime) -> None:
    mistaken = make.award(enrolment, cast.author)
    with pytest.raises(learning.ReasonMissing):
        learning.withdraw_award(mistaken, reason=" ", by=cast.manager, at=at)
    learning.withdraw_award(mistaken, reason="Wrong grade.", by=cast.manager, at=at)
    with pytest.raises(learning.AlreadyWithdrawn):
        learning.withdraw_award(mistaken, reason="Again.", by=cast.manager, at=at)
    right = learning.award(enrolment, grade="1.3", awarded_on=TODAY, by=cast.author, at=at)
    assert queries.award_of(enrolment) == right
    assert [each.withdrawal_reason for each in queries.withdrawn_awards(enrolment)] == ["Wrong grade."]


def test_places_are_counted_in_few_queries(
    cast: Cast, offering: Offering, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for person in (cast.learner, cast.author, cast.employer_person):
        make.enrolment(person, offering)
    with django_assert_max_num_queries(4):
        assert [each.state for each in queries.places(queries.learners_of(offering), TODAY)] == ["to-come"] * 3


def test_the_desk_puts_first_what_waits_for_a_decision(cast: Cast, offering: Offering, at: datetime) -> None:
    other = make.offering(offering.programme, starts_on=date(2027, 1, 1), ends_on=None)
    make.enrolment(cast.learner, other)
    make.award(make.enrolment(cast.employer_person, offering), cast.author)
    pass_all(make.enrolment(cast.learner, offering), cast.author, at)
    gone = make.enrolment(cast.operator, offering)
    learning.withdraw_enrolment(gone, at=at)
    first, second = queries.runs_of([cast.provider])
    assert (first.offering, first.learners, first.ready, first.awarded, first.open) == (offering, 2, 1, 1, 0)
    assert (second.offering, second.learners, second.ready, second.open) == (other, 1, 0, 1)


def test_a_person_takes_everything_along_and_leaves_nothing(cast: Cast, enrolment: Enrolment, at: datetime) -> None:
    make.award(enrolment, cast.author)
    held = queries.export_person(cast.learner)
    assert held["enrolments"][0]["results"][0]["value"] == "2.0"
    assert held["awards"][0]["grade"] == "2.0"
    assert queries.export_person(cast.author)["awards_decided_for_others"] == 1
    learning.erase_person(cast.author, at=at)
    assert Award.objects.get().decided_by is None
    learning.erase_person(cast.learner, at=at)
    assert not Enrolment.objects.exists()
    assert not Award.objects.exists()
    assert queries.export_person(cast.learner)["enrolments"] == []
