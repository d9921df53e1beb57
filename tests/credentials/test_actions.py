import json
from datetime import timedelta

import pytest

from opencairn.credentials import actions as credentials
from opencairn.credentials import jobs as background
from opencairn.credentials import queries
from opencairn.credentials.actions import issuing, status_lists
from opencairn.credentials.models import Credential, StatusList
from opencairn.credentials.verification import verify_text
from opencairn.jobs import actions as jobs
from opencairn.jobs.models import Job
from opencairn.learning.models import Award
from opencairn.people.actions import ensure_person
from opencairn.people.models import Organisation
from opencairn.programmes.models import Outcome, ProgrammeVersion
from opencairn.quality.models import Decision
from tests import make


def outcomes(report):
    return {step.name: step.outcome for step in report.steps}


def test_an_issued_credential_verifies_in_every_step(credential, at):
    report = verify_text(credential.document.encode(), at=at)
    assert report.verdict == "valid", report
    found = outcomes(report)
    assert found.pop("endorsements") == "not-applicable"
    assert set(found.values()) == {"pass"}, report


def test_the_document_says_what_was_achieved_and_hides_the_address(credential, cast, settings):
    document = json.loads(credential.document)
    assert document["id"] == f"urn:uuid:{credential.id}"
    assert f"{settings.BASE_URL}/programmes/water-quality/v/1/" in credential.document
    assert f"{settings.BASE_URL}/programmes/water-quality/v/1/stone.png" in credential.document
    assert cast.learner.name in credential.document
    assert cast.learner.email not in credential.document


def test_two_credentials_of_one_person_share_no_salt(award_to, cast, at):
    first = credentials.issue(award_to(), by=cast.manager, at=at)
    again = award_to(ensure_person(email="two@example.org", name="Two", password="x"))
    second = credentials.issue(again, by=cast.manager, at=at)
    assert salts(first.document).isdisjoint(salts(second.document))


def salts(document):
    return {each["salt"] for each in json.loads(document)["credentialSubject"]["identifier"] if "salt" in each}


def test_asking_twice_issues_once(award, cast, at):
    first = credentials.issue(award, by=cast.manager, at=at)
    assert credentials.issue(award, by=cast.manager, at=at + timedelta(hours=1)) == first
    assert Credential.objects.count() == 1


def test_a_withdrawn_award_is_not_issued(award, cast, at):
    Award.objects.filter(pk=award.pk).update(withdrawn_at=at)
    with pytest.raises(credentials.AwardWithdrawn):
        credentials.issue(award, by=cast.manager, at=at)


def test_an_unverified_issuer_issues_nothing(award, cast, at):
    Organisation.objects.filter(pk=cast.provider.pk).update(verified_at=None)
    with pytest.raises(credentials.NotVerified):
        credentials.issue(award, by=cast.manager, at=at)
    assert not Credential.objects.exists()
    assert not StatusList.objects.exists()


@pytest.mark.parametrize(
    "gap",
    [
        {"ects": None, "hours": None},
        {"eqf_level": None, "national_level": ""},
        {"assessment_types": []},
        {"participation": ""},
        {"quality_assurance": ""},
        {"title": {}},
    ],
)
def test_a_missing_element_stops_the_issue_with_the_list(award, version, cast, at, gap):
    Decision.objects.all().delete()  # an accreditation that is named answers for the quality assurance
    ProgrammeVersion.objects.filter(pk=version.pk).update(**gap)
    with pytest.raises(credentials.ElementsMissing) as refused:
        credentials.issue(award, by=cast.manager, at=at)
    assert len(refused.value.details) == 1
    assert not Credential.objects.exists()
    assert not StatusList.objects.exists()


def test_missing_outcomes_stop_the_issue(award, version, cast, at):
    Outcome.objects.filter(version=version).update(text={})
    with pytest.raises(credentials.ElementsMissing):
        credentials.issue(award, by=cast.manager, at=at)


def test_a_missing_country_stops_the_issue(award, cast, at):
    Organisation.objects.filter(pk=cast.provider.pk).update(country="")
    with pytest.raises(credentials.ElementsMissing):
        credentials.issue(award, by=cast.manager, at=at)


def test_the_web_secret_key_can_change_and_issuing_goes_on(award_to, cast, at, settings):
    credentials.ensure_key(cast.provider, at=at)
    settings.SECRET_KEY = "an entirely different secret"
    made = credentials.issue(award_to(), by=cast.manager, at=at)
    assert verify_text(made.document.encode(), at=at).verdict == "valid"


def test_a_lost_wrapping_key_signs_nothing(award, cast, at, settings):
    credentials.ensure_key(cast.provider, at=at)
    settings.WRAPPING_KEY = "lost"
    with pytest.raises(Exception, match="Nothing was signed"):
        credentials.issue(award, by=cast.manager, at=at)
    assert not Credential.objects.exists()


def test_the_named_awarding_body_signs_not_the_provider(award, version, cast, at):
    ProgrammeVersion.objects.filter(pk=version.pk).update(awarding_body=cast.quality_body)
    made = credentials.issue(award, by=cast.reviewer, at=at)
    assert made.key.organisation == cast.quality_body
    assert verify_text(made.document.encode(), at=at).verdict == "valid"
    designer = json.loads(made.document)["credentialSubject"]["achievement"]["creator"]
    assert designer["name"] == cast.provider.name
    assert designer["id"].endswith(f"/organisations/{cast.provider.slug}/")


def test_a_taken_place_is_never_given_again(award_to, cast, at, monkeypatch):
    places = iter([7, 7, 7, 9])
    monkeypatch.setattr(status_lists.secrets, "randbelow", lambda n: next(places))
    first = credentials.issue(award_to(), by=cast.manager, at=at)
    other = ensure_person(email="two@example.org", name="Two", password="x")
    second = credentials.issue(award_to(other), by=cast.manager, at=at)
    assert (first.status_index, second.status_index) == (7, 9)


def test_an_erased_credential_keeps_its_place(credential, cast, at):
    credentials.erase_person(cast.learner, at=at)
    credential.refresh_from_db()
    assert (credential.award, credential.document, credential.revocation_reason) == (None, "", "")
    again = StatusList.objects.get()
    assert Credential.objects.filter(status_list=again, status_index=credential.status_index).exists()


def test_a_full_list_is_followed_by_a_new_one(award_to, cast, at):
    credentials.issue(award_to(), by=cast.manager, at=at)
    StatusList.objects.update(used=int(131_072 * 0.8) + 1)
    other = ensure_person(email="two@example.org", name="Two", password="x")
    second = credentials.issue(award_to(other), by=cast.manager, at=at)
    assert StatusList.objects.count() == 2
    assert second.status_list.used == 1


def test_a_revoked_credential_is_invalid_everywhere_at_once(credential, cast, at):
    before = credentials.publish_status_list(credential.status_list, at=at)
    credentials.revoke(credential, reason="Awarded by mistake.", by=cast.manager, at=at)
    report = verify_text(credential.document.encode(), at=at)
    assert report.verdict == "invalid"
    assert outcomes(report)["status"] == "fail"
    assert outcomes(report)["signature"] == "pass"
    assert credentials.publish_status_list(StatusList.objects.get(), at=at) != before
    assert Award.objects.get().withdrawn_at == at


def test_revoking_one_leaves_the_others(award_to, cast, at):
    first = credentials.issue(award_to(), by=cast.manager, at=at)
    other = ensure_person(email="two@example.org", name="Two", password="x")
    second = credentials.issue(award_to(other), by=cast.manager, at=at)
    credentials.revoke(first, reason="Wrong.", by=cast.manager, at=at)
    assert verify_text(second.document.encode(), at=at).verdict == "valid"


def test_revoking_is_final_and_needs_a_reason(credential, cast, at):
    with pytest.raises(credentials.ReasonMissing):
        credentials.revoke(credential, reason="  ", by=cast.manager, at=at)
    credentials.revoke(credential, reason="Wrong.", by=cast.manager, at=at)
    with pytest.raises(credentials.AlreadyRevoked, match="cannot be undone"):
        credentials.revoke(credential, reason="Again.", by=cast.manager, at=at)


def test_the_list_is_signed_again_after_a_day_only(credential, at):
    status_list = credential.status_list
    first = credentials.publish_status_list(status_list, at=at)
    status_list.refresh_from_db()
    assert credentials.publish_status_list(status_list, at=at + timedelta(hours=23)) == first
    assert credentials.publish_status_list(status_list, at=at + timedelta(hours=25)) != first


def test_the_published_list_is_a_valid_credential_of_seven_days(credential, at):
    document = json.loads(credentials.publish_status_list(credential.status_list, at=at))
    assert document["issuer"] == credential.key.did or document["issuer"]["id"] == credential.key.did
    assert document["id"] == credential.status_list.url
    assert document["validUntil"] == "2026-03-09T09:00:00Z"
    assert document["proof"]["cryptosuite"] == "eddsa-rdfc-2022"


def test_a_credential_of_a_replaced_key_stays_valid_and_can_be_revoked(credential, cast, at):
    credentials.rotate_key(cast.provider, at=at + timedelta(days=1))
    later = at + timedelta(days=2)
    assert verify_text(credential.document.encode(), at=later).verdict == "valid"
    credentials.revoke(credential, reason="Wrong.", by=cast.manager, at=later)
    assert verify_text(credential.document.encode(), at=later).verdict == "invalid"


def test_a_new_key_begins_a_new_list(award_to, cast, at):
    first = credentials.issue(award_to(), by=cast.manager, at=at)
    credentials.rotate_key(cast.provider, at=at)
    other = ensure_person(email="two@example.org", name="Two", password="x")
    second = credentials.issue(award_to(other), by=cast.manager, at=at)
    assert first.status_list != second.status_list


@pytest.fixture
def many(award_to, monkeypatch):
    monkeypatch.setattr(issuing, "AT_ONCE", 20)
    return [
        award_to(ensure_person(email=f"learner{n}@example.org", name=f"Learner {n}", password="x")) for n in range(23)
    ]


def test_issuing_all_signs_twenty_and_leaves_the_rest_to_the_background(many, cast, at):
    done = credentials.issue_all(cast.provider, by=cast.manager, at=at)
    assert (len(done.credentials), done.queued, done.refused) == (20, 3, ())
    again = credentials.issue_all(cast.provider, by=cast.manager, at=at)
    assert len(again.credentials) == 3
    assert jobs.run_due({"issue": background.issue}, at=at) == 3
    assert Credential.objects.count() == 23
    assert not queries.waiting_awards(cast.provider).exists()


def test_one_refusal_does_not_stop_the_others(many, cast, at):
    lame = make.version(make.programme(cast.provider, slug="lame"), eqf_level=None, national_level="")
    run = make.offering(lame.programme)
    wrong = make.award(make.enrolment(cast.learner, run), cast.author, decided_at=at - timedelta(days=9))
    done = credentials.issue_all(cast.provider, by=cast.manager, at=at)
    assert [each for each, _ in done.refused] == [wrong]
    assert len(done.credentials) == 19


def test_failed_background_work_is_tried_again_when_asked_again(many, cast, at):
    credentials.issue_all(cast.provider, by=cast.manager, at=at)
    Credential.objects.all().delete()
    job = Job.objects.first()
    Job.objects.update(state="failed")
    Award.objects.exclude(pk=job.key).update(decided_at=at - timedelta(days=1))
    credentials.issue_all(cast.provider, by=cast.manager, at=at)
    job.refresh_from_db()
    assert job.state == "waiting"


def test_the_background_passes_over_an_award_that_is_gone(award, cast, at):
    payload = {"award": str(award.pk), "by": str(cast.manager.pk)}
    Award.objects.filter(pk=award.pk).update(withdrawn_at=at)
    background.issue(payload, at)
    assert not Credential.objects.exists()


def test_the_sweep_signs_stale_lists_and_no_others(credential, at):
    assert background.publish_status_lists(at=at) == 1
    assert background.publish_status_lists(at=at) == 0
    assert background.publish_status_lists(at=at + timedelta(days=1)) == 1


def test_a_person_can_take_their_credentials_along(credential, cast):
    exported = queries.export_person(cast.learner)["credentials"]
    assert [each["document"] for each in exported] == [credential.document]
    assert queries.export_person(cast.manager)["issued_for_others"] == [f"urn:uuid:{credential.id}"]
