from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import now

from opencairn.learning.models import Award, Enrolment, Result
from opencairn.people.models import Person
from opencairn.programmes.models import Offering
from opencairn.programmes.queries import outcomes_of
from opencairn.web.demo.cast import Cast
from tests import make

SignIn = Callable[[Person | None], Client]


@pytest.fixture
def offering(cast: Cast) -> Offering:
    soon = now().date() + timedelta(days=30)
    return make.offering(make.version(make.programme(cast.provider)).programme, starts_on=soon, ends_on=soon)


@pytest.fixture
def enrolment(cast: Cast, offering: Offering) -> Enrolment:
    return make.enrolment(cast.learner, offering)


def results(enrolment: Enrolment, verdict: str = "passed", **others: str) -> dict[str, str]:
    sent = {f"outcome-{each.position}-verdict": verdict for each in outcomes_of(enrolment.version)}
    return sent | {key.replace("_", "-", 2): value for key, value in others.items()}


def test_a_learner_reads_what_is_kept_agrees_and_has_a_place(cast: Cast, offering: Offering, signed_in: SignIn) -> None:
    client, address = signed_in(cast.learner), reverse("learning:enrol", args=[offering.pk])
    page = client.get(address).content.decode()
    assert "What is kept about you, and why" in page
    assert "€320" in page
    assert "24 of 24 places left" in page
    refused = client.post(address, {"name_on_credential": "Mirren"})
    assert refused.status_code == 422
    assert "Tick this box to agree" in refused.content.decode()
    done = client.post(address, {"name_on_credential": "Mirren Okafor", "consent": "on"})
    enrolment = Enrolment.objects.get()
    assert done["Location"] == reverse("learning:enrolment", args=[enrolment.pk])
    assert "I agree that Hochschule Tarntal keeps my name" in enrolment.consent_text
    assert client.get(address)["Location"] == done["Location"]
    assert signed_in(None).get(address)["Location"].startswith(reverse("account_login"))


def test_the_words_agreed_to_are_stored_in_the_language_read(cast: Cast, offering: Offering, signed_in: SignIn) -> None:
    address = reverse("learning:enrol", args=[offering.pk])
    shown = signed_in(cast.learner).get(address).context["form"].consent_text
    signed_in(cast.learner).post(address, {"name_on_credential": "M", "consent": "on", "consent_text": "forged"})
    assert Enrolment.objects.get().consent_text == shown


def test_the_page_says_why_there_is_no_place(cast: Cast, offering: Offering, signed_in: SignIn) -> None:
    client, address = signed_in(cast.learner), reverse("learning:enrol", args=[offering.pk])

    def page() -> str:
        return client.get(address).content.decode()

    EmailAddress.objects.filter(user=cast.learner).update(verified=False)
    assert "Confirm your e-mail address first" in page()
    EmailAddress.objects.filter(user=cast.learner).update(verified=True)
    Offering.objects.update(capacity=0)
    assert "All places are taken" in page()
    Offering.objects.update(capacity=1, enrol_until=now().date() - timedelta(days=1))
    assert "not open for enrolment" in page()
    Offering.objects.update(cancelled_at=now(), cancellation_reason="Too few people.")
    assert "Too few people." in page()
    answer = client.post(address, {"name_on_credential": "M", "consent": "on"})
    assert answer.status_code == 422
    assert not Enrolment.objects.exists()
    assert client.get(reverse("learning:enrol", args=[uuid4()])).status_code == 404


def test_a_listing_sends_the_learner_to_its_provider(cast: Cast, signed_in: SignIn) -> None:
    listed = make.version(make.programme(cast.provider), published_as="listing", homepage="https://example.org/course")
    page = signed_in(cast.learner).get(reverse("learning:enrol", args=[make.offering(listed.programme).pk]))
    assert "https://example.org/course" in page.content.decode()
    assert "Take the place" not in page.content.decode()


def test_my_courses_say_where_i_stand_and_what_comes_next(cast: Cast, enrolment: Enrolment, signed_in: SignIn) -> None:
    client = signed_in(cast.learner)
    assert "The course starts on" in client.get(reverse("learning:mine")).content.decode()
    assert "You have no course yet" in signed_in(cast.employer_person).get(reverse("learning:mine")).content.decode()
    make.award(enrolment, cast.author)
    page = client.get(reverse("learning:mine")).content.decode()
    assert "3 of 3 outcomes passed" in page
    assert "Awarded" in client.get(reverse("learning:enrolment", args=[enrolment.pk])).content.decode()


def test_a_learner_gives_the_place_back(cast: Cast, enrolment: Enrolment, signed_in: SignIn) -> None:
    address = reverse("learning:withdraw", args=[enrolment.pk])
    assert signed_in(cast.employer_person).post(address).status_code == 404
    assert signed_in(cast.learner).get(address).status_code == 405
    assert signed_in(cast.learner).post(address).status_code == 302
    assert signed_in(cast.learner).post(address).status_code == 409
    assert "You gave your place back" in signed_in(cast.learner).get(reverse("learning:mine")).content.decode()


def test_another_persons_course_is_not_found(cast: Cast, enrolment: Enrolment, signed_in: SignIn) -> None:
    assert signed_in(cast.author).get(reverse("learning:enrolment", args=[enrolment.pk])).status_code == 404


def test_a_withdrawn_award_is_explained_to_the_learner(cast: Cast, enrolment: Enrolment, signed_in: SignIn) -> None:
    make.award(enrolment, cast.author, withdrawn_at=now(), withdrawal_reason="The grade was wrong.")
    page = signed_in(cast.learner).get(reverse("learning:enrolment", args=[enrolment.pk])).content.decode()
    assert "The grade was wrong." in page
    today = date_format(now())
    assert f"Your award was withdrawn on {today}. Hochschule Tarntal can decide a new one." in page
    assert "decides the award next" not in page
    desk = signed_in(cast.author).get(reverse("learning:assess", args=[enrolment.pk])).content.decode()
    assert f"The award was withdrawn on {today}" in desk


def test_a_learner_is_never_told_to_wait_for_a_credential_they_may_already_have(
    cast: Cast, enrolment: Enrolment, signed_in: SignIn
) -> None:
    award = make.award(enrolment, cast.author)
    said = f"Awarded on {date_format(award.awarded_on)}. The signed credential comes to your cairn."
    for address in (reverse("learning:mine"), reverse("learning:enrolment", args=[enrolment.pk])):
        assert said in signed_in(cast.learner).get(address).content.decode()


def test_an_assessor_records_results_and_decides(cast: Cast, enrolment: Enrolment, signed_in: SignIn) -> None:
    client = signed_in(cast.author)
    assert (
        reverse("learning:offering", args=[enrolment.offering_id])
        in client.get(reverse("learning:desk")).content.decode()
    )
    learners = client.get(reverse("learning:offering", args=[enrolment.offering_id])).content.decode()
    assert "Mirren Okafor" in learners
    address = reverse("learning:assess", args=[enrolment.pk])
    assert "no result yet" in client.get(address).content.decode()
    sent = results(enrolment) | {"outcome-1-value": "2.0", "outcome-2-verdict": "not-yet", "outcome-3-verdict": ""}
    assert client.post(address, sent)["Location"] == f"{address}#award"
    assert Result.objects.count() == 2
    page = client.get(address).content.decode()
    assert "Outcome 2: not passed" in page
    assert "Outcome 3: no result yet" in page
    award = reverse("learning:award", args=[enrolment.pk])
    today = now().date().isoformat()
    early = client.post(award, {"grade": "2.0", "awarded_on": today})
    assert early.status_code == 422
    assert "2 outcomes are open" in early.content.decode()
    client.post(address, results(enrolment))
    assert client.post(award, {"grade": "2.0", "awarded_on": "soon"}).status_code == 422
    assert client.post(award, {"grade": "2.0", "awarded_on": today}).status_code == 302
    assert Award.objects.get().grade == "2.0"
    assert "A registrar can issue the credential" in client.get(address).content.decode()
    late = client.post(address, results(enrolment, "not-yet"))
    assert late.status_code == 409
    assert Result.objects.filter(passed=True).count() == 3


def test_a_mark_without_a_result_is_asked_about_and_nothing_is_saved(
    cast: Cast, enrolment: Enrolment, signed_in: SignIn
) -> None:
    sent = results(enrolment) | {"outcome-2-verdict": "", "outcome-2-value": "1.0"}
    page = signed_in(cast.author).post(reverse("learning:assess", args=[enrolment.pk]), sent)
    assert page.status_code == 422
    assert "Nothing was saved yet" in page.content.decode()
    assert not Result.objects.exists()


def test_only_what_changed_is_written_again(cast: Cast, enrolment: Enrolment, signed_in: SignIn) -> None:
    address = reverse("learning:assess", args=[enrolment.pk])
    signed_in(cast.author).post(address, results(enrolment))
    signed_in(cast.manager).post(address, results(enrolment) | {"outcome-3-note": "Well told."})
    recorded = Result.objects.order_by("outcome__position").values_list("recorded_by", flat=True)
    assert list(recorded) == [cast.author.pk, cast.author.pk, cast.manager.pk]


def test_nobody_assesses_themself_on_the_page_either(cast: Cast, offering: Offering, signed_in: SignIn) -> None:
    own = make.enrolment(cast.author, offering)
    address = reverse("learning:assess", args=[own.pk])
    assert "You cannot assess yourself" in signed_in(cast.author).get(address).content.decode()
    assert signed_in(cast.author).post(address, results(own)).status_code == 403


def test_the_desk_is_closed_to_others(cast: Cast, enrolment: Enrolment, signed_in: SignIn) -> None:
    addresses = [
        reverse("learning:desk"),
        reverse("learning:offering", args=[enrolment.offering_id]),
        reverse("learning:assess", args=[enrolment.pk]),
    ]
    for address in addresses:
        assert signed_in(cast.learner).get(address).status_code == 403, address
        assert signed_in(None).get(address).status_code == 302, address


def test_learners_are_found_by_name(cast: Cast, enrolment: Enrolment, signed_in: SignIn) -> None:
    address = reverse("learning:offering", args=[enrolment.offering_id])
    assert "Mirren" in signed_in(cast.author).get(address, {"q": "okaf"}).content.decode()
    assert "No learner of this date has that name" in signed_in(cast.author).get(address, {"q": "zz"}).content.decode()
    enrolment.name_on_credential = "Özgür Ćirić"
    enrolment.save()
    for typed in ("özg", "ÖZGÜR", "ćir", "Özgür ć"):
        assert "Özgür" in signed_in(cast.author).get(address, {"q": typed}).content.decode()


def test_places_are_said_in_words(cast: Cast, offering: Offering, enrolment: Enrolment) -> None:
    def said() -> str:
        offering.refresh_from_db()
        return Template("{% load places %}{% places_left offering %}").render(Context({"offering": offering}))

    assert said() == "23 of 24 places left"
    Offering.objects.update(capacity=1)
    assert said() == "Full"
    Offering.objects.update(capacity=None)
    assert said() == "No limit"
