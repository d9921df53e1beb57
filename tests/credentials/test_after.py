"""After issuing: corrected, renewed, a key in doubt, a provider that closed, and many at once."""

import json
from datetime import date, timedelta

import pytest
from django.core import mail

from opencairn.credentials import actions as credentials
from opencairn.credentials import jobs as background
from opencairn.credentials import queries
from opencairn.credentials.models import Credential, IssuerKey, Policy, StatusList
from opencairn.credentials.verification import read_address, verify_text
from opencairn.engine.formats import open_badge_3
from opencairn.engine.further import further
from opencairn.engine.opening import open_credential
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.engine.verify import verify
from opencairn.jobs import actions as jobs
from opencairn.learning import actions as learning
from opencairn.learning.models import Award
from opencairn.people.actions import ensure_person
from opencairn.people.models import Organisation
from opencairn.quality.models import Decision, Endorsement, Sanction
from opencairn.transparency.models import Entry
from opencairn.web.schedule import HANDLERS
from tests import make

LATER = timedelta(days=1)


def found(credential, name, at):
    report = verify_text(credential.document.encode(), at=at)
    step = report.step(name)
    return report.verdict, step.outcome, step.code


def fix(credential, cast, at, **facts):
    said = {"name_on_credential": "Mirren Okafor-Lind", "grade": "1.0", "awarded_on": make.TODAY, "reason": "Her name."}
    return credentials.correct(credential, **(said | facts), by=cast.manager, at=at)


def mails(at):
    jobs.run_due(dict(HANDLERS), at=at)
    return [(each.to, each.subject) for each in mail.outbox]


@pytest.fixture
def dated(version, award, cast, at):
    """A credential that is valid for two years."""
    credentials.set_validity(version.programme, months=24, at=at)
    return credentials.issue(award, by=cast.manager, at=at)


# --- correcting ---


def test_a_correction_signs_a_new_one_and_revokes_the_old_both_naming_each_other(credential, cast, at):
    new = fix(credential, cast, at + LATER)
    old = Credential.objects.get(pk=credential.pk)
    assert json.loads(new.document)["replacesCredential"] == {"id": str(old), "replacementKind": "correction"}
    assert queries.newer_than(old) == new
    assert (old.revocation_reason, old.award.withdrawal_reason) == ("Her name.", "Her name.")
    assert (new.award.grade, new.award.person) == ("1.0", cast.learner)
    assert found(old, "superseded-by", at + LATER) == ("invalid", "fail", "corrected-by")
    assert found(new, "superseded-by", at + LATER) == ("valid", "pass", "newest")
    assert "Okafor-Lind" in new.document
    assert not queries.waiting_awards(cast.provider).exists()
    assert mails(at + LATER) == [
        ([cast.learner.email], "Your credential was corrected: Water quality monitoring with field sensors")
    ]
    assert "Her name." in mail.outbox[0].body


def test_a_stranger_learns_of_the_correction_from_the_signed_list_alone(credential, cast, at):
    new = fix(credential, cast, at)
    served = {credential.status_list.url: credentials.publish_status_list(StatusList.objects.get(), at=at).encode()}
    report = verify(credential.document.encode(), at=at, fetch=served.__getitem__)
    whole = further(report, open_credential(credential.document), at=at, fetch=served.__getitem__, told={})
    assert (whole.verdict, whole.step("superseded-by").code) == ("invalid", "corrected-by")
    assert dict(whole.step("superseded-by").facts)["by"] == str(new)
    assert "Her name" not in served[credential.status_list.url].decode()


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"reason": " "}, credentials.ReasonMissing),
        ({"name_on_credential": " "}, learning.WrongAward),
        ({"grade": "x" * 61}, learning.WrongAward),
        ({"awarded_on": date(2030, 1, 1)}, learning.WrongAward),
        ({"awarded_on": date(1999, 1, 1)}, learning.WrongAward),
        ({"name_on_credential": "Mirren Okafor", "grade": "2.0"}, learning.NothingCorrected),
    ],
)
def test_a_correction_that_corrects_nothing_leaves_all_as_it_was(credential, cast, at, facts, refusal):
    with pytest.raises(refusal):
        fix(credential, cast, at, **facts)
    assert found(credential, "status", at)[0] == "valid"
    assert (Credential.objects.count(), Award.objects.standing().count()) == (1, 1)


def test_what_was_replaced_or_revoked_or_erased_cannot_be_corrected(credential, cast, at):
    new = fix(credential, cast, at)
    with pytest.raises(credentials.AlreadyRevoked):
        fix(credential, cast, at, grade="3.0")
    credentials.erase_person(cast.learner, at=at)
    with pytest.raises(credentials.NothingToReplace):
        fix(new, cast, at)
    assert [each.replacement_note for each in Credential.objects.all()] == ["", ""]


def test_two_programmes_gate_and_gaps_hold_for_corrections_too(credential, cast, at):
    Organisation.objects.filter(pk=cast.provider.pk).update(closed_at=at)
    with pytest.raises(credentials.NotVerified):
        fix(credential, cast, at)
    assert found(credential, "status", at)[0] == "valid"


# --- renewing ---


def test_a_renewal_goes_on_where_the_old_one_ends_and_leaves_it_valid(dated, cast, at):
    assert dated.valid_until.date() == date(2028, 3, 2)
    new = credentials.renew(dated, checked="A refresher day.", by=cast.manager, at=at + LATER)
    assert (new.award, new.valid_until.date()) == (dated.award, date(2030, 3, 2))
    assert found(dated, "superseded-by", at + LATER) == ("valid", "pass", "renewed-by")
    assert json.loads(new.document)["replacesCredential"]["replacementKind"] == "renewal"
    assert credentials.issue(dated.award, by=cast.manager, at=at + LATER) == new
    with pytest.raises(credentials.AlreadyReplaced):
        credentials.renew(dated, checked="Again.", by=cast.manager, at=at + LATER)
    assert "was renewed" in mails(at + LATER)[0][1]
    credentials.revoke(new, reason="A mix-up.", by=cast.manager, at=at + 2 * LATER)
    assert found(dated, "status", at + 2 * LATER)[0] == "invalid"


def test_an_expired_document_says_that_the_achievement_does_not_lapse_and_can_be_renewed(dated, cast, at):
    after = at + timedelta(days=900)
    report = verify_text(dated.document.encode(), at=after)
    assert (report.verdict, report.step("accredited-on-award-date").outcome) == ("invalid", "pass")
    new = credentials.renew(dated, checked="A test.", by=cast.manager, at=after)
    assert new.valid_until.date() == date(2030, 8, 18)


def test_without_an_end_or_a_word_nothing_is_renewed(credential, cast, at):
    with pytest.raises(credentials.NothingToReplace):
        credentials.renew(credential, checked="A test.", by=cast.manager, at=at)
    with pytest.raises(credentials.ReasonMissing):
        credentials.renew(credential, checked=" ", by=cast.manager, at=at)


@pytest.mark.parametrize("months", [0, 601])
def test_a_validity_is_a_number_of_months(version, at, months):
    with pytest.raises(credentials.WrongValidity):
        credentials.set_validity(version.programme, months=months, at=at)


def test_a_course_can_lose_its_validity_again(dated, version, award_to, cast, at):
    credentials.set_validity(version.programme, months=None, at=at)
    other = award_to(ensure_person(email="two@example.org", name="Two", password="x"))
    assert credentials.issue(other, by=cast.manager, at=at).valid_until is None


def test_holders_are_reminded_once_sixty_days_before(dated, cast, at):
    assert background.remind_of_expiry(at=dated.valid_until - timedelta(days=61)) == 0
    soon = dated.valid_until - timedelta(days=60)
    assert [background.remind_of_expiry(at=soon), background.remind_of_expiry(at=soon)] == [1, 0]
    assert [each[1] for each in mails(soon)] == [
        "Your credential runs out on 2 March 2028: Water quality monitoring with field sensors"
    ]
    assert "stays achieved" in mail.outbox[0].body
    assert queries.counts(cast.provider).in_force == 1


def test_a_revocation_is_told_by_mail_in_the_holders_language_and_not_to_the_erased(credential, cast, at):
    cast.learner.language = "de"
    cast.learner.save(update_fields=["language"])
    credentials.revoke(credential, reason="She copied.", by=cast.manager, at=at)
    assert mails(at)[0][0] == [cast.learner.email]
    assert "She copied." in mail.outbox[0].body
    credentials.erase_person(cast.learner, at=at)
    background.tell_holder({"credential": str(credential.pk), "about": "revoked"}, at)
    assert len(mail.outbox) == 1


# --- a key in doubt ---


def test_what_the_log_held_before_keeps_its_standing_and_what_came_later_does_not(credential, award_to, cast, at):
    after = at + timedelta(days=3)
    late = credentials.issue(
        award_to(ensure_person(email="b@example.org", name="B", password="x")), by=cast.manager, at=after
    )
    key = credentials.report_compromise(credential.key, since=at + LATER, at=after + LATER)
    now = after + 2 * LATER
    assert found(credential, "issuer", now) == ("valid", "pass", "key-compromised-before")
    assert found(late, "issuer", now) == ("valid", "fail", "key-compromised-after")
    assert [each.id for each in queries.issued(cast.provider, state="doubtful")] == [late.id]
    facts = json.loads(Entry.objects.filter(kind="key", about=key.did).latest("index").text)["facts"]
    assert (facts["act"], facts["from"]) == ("compromised", "2026-03-03T09:00:00Z")
    assert IssuerKey.objects.get(retired_at=None).did != key.did
    new = fix(late, cast, now, name_on_credential="B", grade="1.0", reason="Signed with a doubtful key.")
    assert found(new, "issuer", now) == ("valid", "pass", "issuer-known")


def test_where_no_log_can_prove_it_nobody_can_tell(credential, at, monkeypatch):
    credentials.report_compromise(credential.key, since=at, at=at + LATER)
    monkeypatch.setattr("opencairn.transparency.queries.entry_of_credential", lambda sha256: None)
    assert found(credential, "issuer", at + LATER)[1:] == ("unknown", "key-compromised-unproven")


def test_a_compromise_can_be_moved_to_an_earlier_moment_only(credential, cast, at):
    key = credential.key
    credentials.report_compromise(key, since=at + 2 * LATER, at=at + 3 * LATER)
    credentials.report_compromise(key, since=at + LATER, at=at + 3 * LATER)
    for since in (at + LATER, at + 2 * LATER, at - timedelta(days=9), at + timedelta(days=9)):
        with pytest.raises(
            credentials.WrongInstant, match=r"9:\d\d \(UTC\), when the key was made, to .*:\d\d \(UTC\)"
        ):
            credentials.report_compromise(key, since=since, at=at + 3 * LATER)
    assert IssuerKey.objects.count() == 2


def test_a_closed_provider_leaves_everything_verifiable_and_can_still_give_up_a_key(credential, cast, at, client):
    Organisation.objects.filter(pk=cast.provider.pk).update(closed_at=at)
    much_later = at + timedelta(days=400)
    assert found(credential, "status", much_later) == ("valid", "pass", "not-revoked")
    assert background.publish_status_lists(at=much_later + LATER) == 1
    assert json.loads(read_address(credential.status_list.url, at=much_later))["issuer"] == credential.key.did
    profile = client.get(f"/issuers/{cast.provider.slug}/?format=json").json()
    assert [each["id"] for each in profile["keys"]] == [credential.key.did]
    credentials.report_compromise(credential.key, since=much_later, at=much_later)
    assert IssuerKey.objects.get().retired_at == much_later
    assert found(credential, "issuer", much_later + LATER) == ("valid", "pass", "key-compromised-before")
    credentials.revoke(credential, reason="Late, but needed.", by=cast.manager, at=much_later)


# --- many at once ---


def test_many_at_once_are_byte_for_byte_what_each_is_on_its_own(award_to, cast, at):
    awards = [
        award_to(ensure_person(email=f"l{n}@example.org", name=f"Zoë {n}", password="x"), grade="" if n % 5 else "1.0")
        for n in range(12)
    ]
    done = credentials.issue_many(awards, by=cast.manager, at=at)
    assert [each.award for each in done.credentials] == awards
    for made in done.credentials:
        bare = open_badge_3.write(open_badge_3.read(json.loads(made.document)))
        alone = eddsa_rdfc_2022.sign(bare, credentials.open_key(made.key), created=at)
        assert made.document == json.dumps(alone, ensure_ascii=False, indent=1)
        assert found(made, "log-inclusion", at) == ("valid", "pass", "log-holds")
    assert len({each.status_index for each in done.credentials}) == 12
    assert credentials.issue_many(awards, by=cast.manager, at=at + LATER).credentials == done.credentials


def test_places_run_over_into_a_new_list(credential, cast, at):
    StatusList.objects.update(used=int(131_072 * 0.8) - 1)
    places = credentials.places_for(credential.key, 5, at=at)
    assert [each.pk == credential.status_list_id for each, _index in places] == [True, True, False, False, False]


# --- the register's answers ---


def test_a_later_suspension_is_told_with_the_award_date_that_was_covered(award_to, cast, at):
    made = credentials.issue(award_to(awarded_on=date(2026, 2, 1)), by=cast.manager, at=at)
    Sanction.objects.create(
        decision=Decision.objects.get(), kind="suspension", from_on=date(2026, 3, 1), reasons="Late.", decided_at=at
    )
    assert found(made, "accredited-on-award-date", at) == ("valid", "pass", "accredited-then-suspended")
    assert found(made, "accredited-today", at)[1:] == ("fail", "accredited-suspended")
    assert len(verify_text(made.document.encode(), at=at).steps) >= 10


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        ({"eqf_levels": [5]}, "accredited-outside-eqf_levels"),
        ({"fields": ["09"]}, "accredited-outside-fields"),
        ({"credential_types": ["Degree"]}, "accredited-outside-credential_types"),
        ({"jurisdictions": ["FR"]}, "accredited-outside-jurisdictions"),
        ({"modes": ["online"]}, "accredited-outside-modes"),
        ({"eqf_levels": [6], "fields": ["05"], "modes": ["blended"], "jurisdictions": ["DE"]}, "accredited"),
    ],
)
def test_a_scope_that_leaves_the_course_out_is_named(credential, at, scope, code):
    Decision.objects.update(scope=scope)
    assert found(credential, "accredited-on-award-date", at)[2] == code


def test_the_accreditation_of_the_provider_covers_what_lies_in_its_scope(credential, cast, at):
    Decision.objects.update(object="provider", programme=None)
    assert found(credential, "accredited-on-award-date", at) == ("valid", "pass", "accredited-as-a-whole")
    Decision.objects.update(scope={"programmes": ["another"]})
    assert found(credential, "accredited-on-award-date", at)[2] == "accredited-outside-programmes"
    Decision.objects.all().delete()
    assert found(credential, "accredited-on-award-date", at)[2] == "accredited-none"


def test_another_awarding_body_than_the_provider_signs_for_it(award, version, cast, at):
    type(version).objects.filter(pk=version.pk).update(awarding_body=cast.quality_body)
    made = credentials.issue(award, by=cast.reviewer, at=at)
    assert found(made, "awarding-body", at) == ("valid", "pass", "awarding-body-for")


def test_endorsements_registered_here_are_named(credential, cast, version, at):
    facts = {"requested_at": at, "verdict": "granted", "answered_at": at, "words": "We hire on it."}
    Endorsement.objects.create(endorser=cast.employer, provider=cast.provider, programme=version.programme, **facts)
    report = verify_text(credential.document.encode(), at=at)
    assert report.step("endorsements").outcome == "pass"
    assert cast.employer.name in report.step("endorsements").why


# --- policies ---


def test_an_employer_makes_changes_and_ends_a_policy(cast, at):
    policy = credentials.make_policy(cast.employer, name=" For the  lab ", wanted={"levels": [6]}, at=at)
    assert (policy.name, queries.policy_of_link(policy.token)) == ("For the lab", policy)
    changed = credentials.write_policy(policy, name="Lab", wanted={"levels": [5]}, at=at + LATER)
    assert (changed.token, changed.wanted, changed.changed_at) == (policy.token, {"levels": [5]}, at + LATER)
    credentials.end_policy(policy, at=at)
    assert queries.policy_of_link(policy.token) is None
    with pytest.raises(credentials.PolicyWrong):
        credentials.write_policy(policy, name="Lab", wanted={"levels": [5]}, at=at)


def test_a_policy_asks_something_and_belongs_to_an_employer(cast, at):
    for who, name, wanted in (
        (cast.employer, " ", {"levels": [6]}),
        (cast.employer, "x", {}),
        (cast.employer, "x", {"colour": ["red"]}),
        (cast.provider, "x", {"levels": [6]}),
    ):
        with pytest.raises(credentials.PolicyWrong):
            credentials.make_policy(who, name=name, wanted=wanted, at=at)
    Policy.objects.bulk_create(
        Policy(organisation=cast.employer, name="x", token=str(n), made_at=at, changed_at=at) for n in range(50)
    )
    with pytest.raises(credentials.PolicyWrong, match="50"):
        credentials.make_policy(cast.employer, name="x", wanted={"levels": [6]}, at=at)
