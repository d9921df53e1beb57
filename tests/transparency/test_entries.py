"""What the rooms along the path put into the log, and that none of it is about a person."""

import json
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test import Client

from opencairn.credentials import actions as credentials
from opencairn.credentials.models import StatusList
from opencairn.credentials.verification import verify_text
from opencairn.engine import merkle
from opencairn.engine.canonical.jcs import fingerprint
from opencairn.engine.opening import open_credential
from opencairn.people.models import Person
from opencairn.quality import actions as quality
from opencairn.quality.frameworks import framework
from opencairn.transparency import actions as log
from opencairn.transparency import queries
from opencairn.transparency.models import Entry
from opencairn.transparency.rules import credential_hash
from tests import make

pytestmark = pytest.mark.django_db


def said(kind: str) -> list[dict]:
    return [json.loads(each.text)["facts"] for each in Entry.objects.filter(kind=kind).order_by("index")]


@pytest.fixture
def version(cast):
    return make.version(make.programme(cast.provider))


@pytest.fixture
def decision(cast, version, at):
    return decide(cast, version, at)


def decide(cast, version, at, **more):
    review = quality.request_review(
        version, quality_body=cast.quality_body, framework="short-learning", statement="", by=cast.author, at=at
    )
    make.assessor(review, cast.reviewer)
    for each in framework("short-learning").criteria:
        quality.record_finding(review, criterion=each.key, outcome="met", reasons="Seen.", by=cast.reviewer, at=at)
    return quality.decide(
        review,
        verdict="accredited",
        reasons=f"{cast.author.name} showed it.",
        first_on=make.TODAY,
        last_on=date(2029, 3, 1),
        by=cast.reviewer,
        at=at,
        **more,
    )


@pytest.fixture
def credential(cast, version, at):
    award = make.award(make.enrolment(cast.learner, make.offering(version.programme)), cast.author)
    return credentials.issue(award, by=cast.manager, at=at)


def test_a_decision_is_in_the_log_with_its_days_and_its_scope(cast, decision):
    assert said("decision") == [
        {
            "number": decision.number,
            "quality_body": cast.quality_body.slug,
            "provider": cast.provider.slug,
            "programme": "water-quality",
            "version": 1,
            "framework": "short-learning",
            "framework_version": decision.framework_version,
            "verdict": "accredited",
            "scope": {"eqf_levels": [6], "fields": ["05"]},
            "first_on": "2026-03-02",
            "last_on": "2029-03-01",
        }
    ]
    assert queries.about("decision", decision.number).count() == 1


def test_a_very_long_scope_is_named_by_its_fingerprint(cast, version, at):
    scope = {"fields": [f"{code:04d}" for code in range(400)]}
    decide(cast, version, at, scope=scope)
    assert said("decision")[0]["scope"] == {"sha256": fingerprint(scope)}


def test_a_decision_that_was_refused_leaves_no_entry(cast, decision, at):
    before = queries.size()
    with pytest.raises(quality.WrongSanction):
        quality.suspend(decision, from_on=make.TODAY, reasons="", by=cast.reviewer, at=at)
    assert queries.size() == before


def test_sanctions_and_their_end_are_in_the_log(cast, decision, at):
    suspension = quality.suspend(decision, from_on=make.TODAY, reasons="A complaint.", by=cast.reviewer, at=at)
    quality.lift(suspension, on=make.TODAY + timedelta(days=3), by=cast.reviewer, at=at)
    quality.withdraw_decision(decision, from_on=make.TODAY + timedelta(days=9), reasons="No.", by=cast.reviewer, at=at)
    assert said("sanction") == [
        {"decision": decision.number, "act": "suspension", "from_on": "2026-03-02"},
        {"decision": decision.number, "act": "lifting", "from_on": "2026-03-02", "lifted_on": "2026-03-05"},
        {"decision": decision.number, "act": "withdrawal", "from_on": "2026-03-11"},
    ]


def test_keys_are_in_the_log_when_they_are_made_and_when_they_are_retired(cast, at):
    old = credentials.ensure_key(cast.provider, at=at)
    new = credentials.rotate_key(cast.provider, at=at)
    assert [(each["act"], each["key"]) for each in said("key") if each["holder"] == cast.provider.slug] == [
        ("made", old.did),
        ("retired", old.did),
        ("made", new.did),
    ]


def test_each_signed_status_list_is_in_the_log_as_it_was_shown(credential, at):
    shown = Client().get(f"/status/{credential.status_list_id}/").content
    found = said("status-list")[-1]
    assert found == {"list": credential.status_list.url, "version": 0, "sha256": sha256(shown).hexdigest()}
    assert credentials.publish_status_lists(at=at + timedelta(days=400)) == StatusList.objects.count() == 1
    assert len(said("status-list")) == 2
    assert credentials.publish_status_lists(at=at + timedelta(days=400)) == 0


def test_who_holds_a_credential_finds_it_in_the_log_with_a_proof(credential, at):
    mark = credential_hash(open_credential(credential.document))
    assert queries.inclusion_of_credential(mark) is None  # no head covers it yet
    head = queries.head_of(log.publish_head(at=at))
    found = queries.inclusion_of_credential(mark)
    assert json.loads(found.entry.text)["facts"] == {"sha256": mark}
    leaf = merkle.leaf_hash(found.entry.text.encode())
    assert merkle.inclusion_holds(leaf, found.entry.index, found.size, found.proof, head.root)
    assert found.head == head
    assert queries.inclusion_of_credential("0" * 64) is None


def test_the_hash_stays_when_the_server_forgets_the_credential(cast, credential, at):
    document = credential.document
    credentials.erase_person(cast.learner, at=at)
    credential.refresh_from_db()
    assert credential.document == ""
    step = verify_text(document.encode(), at=at).step("log-inclusion")
    assert (step.outcome, step.code) == ("pass", "log-holds")


def test_the_desk_believes_the_log_by_its_proof_alone(credential, at, operator):
    def step():
        found = verify_text(credential.document.encode(), at=at).step("log-inclusion")
        return found.outcome, found.code

    assert step() == ("pass", "log-holds")  # no head covers it yet
    log.publish_head(at=at)
    assert step() == ("pass", "log-proven")
    entry = Entry.objects.get(kind="credential")
    Entry.objects.filter(pk=entry.pk).update(text=entry.text.replace('{"at":"2', '{"at":"1'))
    assert step() == ("fail", "log-not-proven")


def test_a_credential_that_the_log_lacks_is_told_apart_from_one_before_the_log(credential, at):
    entry = Entry.objects.get(kind="credential")
    Entry.objects.filter(pk=entry.pk).delete()
    assert verify_text(credential.document.encode(), at=at).step("log-inclusion").code == "log-lacks"
    Entry.objects.all().delete()
    assert verify_text(credential.document.encode(), at=at).step("log-inclusion").code == "log-later"


def test_what_is_no_credential_or_not_signed_is_not_looked_up(credential, at):
    changed = credential.document.replace("Water quality", "Wine quality")
    assert verify_text(changed.encode(), at=at).step("log-inclusion").code == "not-reached"
    assert verify_text(b"{}", at=at).step("log-inclusion").outcome == "not-applicable"
    assert verify_text(b'{"@context": 1', at=at).step("log-inclusion").outcome == "not-applicable"


def test_no_entry_says_anything_about_a_person(cast, decision, credential, at):
    suspension = quality.suspend(decision, from_on=make.TODAY, reasons=cast.author.name, by=cast.reviewer, at=at)
    quality.lift(suspension, on=make.TODAY, by=cast.reviewer, at=at)
    credentials.rotate_key(cast.provider, at=at)
    credentials.publish_status_lists(at=at)
    log.publish_head(at=at)
    held = []
    with connection.cursor() as cursor:
        for table in (name for name in connection.introspection.table_names() if name.startswith("transparency_")):
            cursor.execute(f"SELECT * FROM {table}")
            held += [str(bytes(value) if isinstance(value, memoryview) else value) for row in cursor for value in row]
    assert len(held) > 60
    whole = "\n".join(held).lower()
    for person in Person.objects.all():
        for secret in (person.name, *person.name.split(), person.email, str(person.pk), person.pk.hex):
            assert secret.lower() not in whole, secret
    assert str(credential.pk) not in whole
    assert str(credential.award_id) not in whole
