"""Accreditations and endorsements as signed credentials, and the register as a file."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags
from django.utils.timezone import now
from pytest_django import Settings

from opencairn.credentials import actions as credentials
from opencairn.credentials import registry
from opencairn.credentials.models import Credential, IssuerKey, StatusList
from opencairn.credentials.models import Testimony as Vouched
from opencairn.credentials.testimony import of_decision
from opencairn.credentials.verification import verify_text
from opencairn.engine.opening import open_credential
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.kit.dates import iso
from opencairn.learning.models import Award
from opencairn.people import actions as people
from opencairn.people.models import Organisation, Person
from opencairn.quality import actions as quality
from opencairn.quality import queries, records, rules
from opencairn.quality.models import Decision, Endorsement, Sanction, Scheme
from opencairn.transparency import actions as log
from opencairn.transparency.inclusion import inclusion_of
from opencairn.transparency.rules import credential_hash
from opencairn.web.demo.cast import Cast
from tests import make

SignIn = Callable[[Person | None], Client]


@pytest.fixture
def decision(cast: Cast) -> Decision:
    of = make.version(make.programme(cast.provider)).programme
    return make.decision(of, cast.quality_body, scope={"eqf_levels": [6], "fields": ["05"], "jurisdictions": ["DE"]})


def state_of(document: str, at: datetime) -> dict[str, tuple[str, str]]:
    report = verify_text(document.encode(), at=at)
    return {each.name: (each.outcome, each.code) for each in report.steps} | {"verdict": (report.verdict, "")}


def test_an_accreditation_is_a_credential_of_the_quality_body(
    cast: Cast, decision: Decision, signed_in: SignIn, settings: Settings
) -> None:
    address = f"/register/{decision.number}/credential.json"
    answer = signed_in(None).get(address)
    document = answer.json()
    assert document["type"] == ["VerifiableCredential", "EndorsementCredential"]
    assert document["issuer"]["name"] == cast.quality_body.name
    subject = document["credentialSubject"]
    assert subject["id"] == f"{settings.BASE_URL}/programmes/water-quality/"
    accredited = subject["accreditation"]
    assert accredited["decision"] == f"{settings.BASE_URL}/register/{decision.number}/"
    assert accredited["limitEQFLevel"] == ["http://data.europa.eu/snb/eqf/6"]
    assert accredited["limitField"] == ["http://data.europa.eu/snb/isced-f/05"]
    assert accredited["expiryDate"] == "2028-08-31"
    assert (document["validFrom"], document["validUntil"]) == ("2025-09-01T00:00:00Z", "2028-09-01T00:00:00Z")
    assert [each["statusPurpose"] for each in document["credentialStatus"]] == ["revocation", "suspension"]
    found = state_of(answer.content.decode(), now())
    assert (found["verdict"][0], found["status"][0], found["signature"][0]) == ("valid", "pass", "pass")
    assert (found["issuer"], found["log-inclusion"]) == (("pass", "issuer-known"), ("pass", "log-holds"))
    assert found["accredited-today"] == ("pass", "decision-in-force")
    assert found["accredited-on-award-date"] == found["awarding-body"] == ("not-applicable", "awards-nothing")
    assert signed_in(None).get(address).content == answer.content
    assert signed_in(None).get(address, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304
    refused = make.decision(decision.programme, cast.quality_body, verdict="refused", first_on=None, last_on=None)
    assert signed_in(None).get(f"/register/{refused.number}/credential.json").status_code == 404
    Organisation.objects.filter(pk=cast.quality_body.pk).update(verified_at=None)
    other = make.decision(decision.programme, cast.quality_body)
    assert signed_in(None).get(f"/register/{other.number}/credential.json").status_code == 409


def at_the_desk(client: Client, document: str) -> str:
    """What the desk's page says of a pasted document, in plain words."""
    page = client.post("/verify/", {"text": document}).content.decode()
    return " ".join(unescape(strip_tags(page)).split())


def test_the_desk_knows_an_accreditation_of_this_site(cast: Cast, decision: Decision, signed_in: SignIn) -> None:
    client = signed_in(None)
    document = client.get(f"/register/{decision.number}/credential.json").content.decode()
    said = at_the_desk(client, document)
    assert f"Genuine, and signed by {cast.quality_body.name}." in said
    assert f"{cast.quality_body.name} signed this, and not a character has changed since." in said
    assert f"decision {decision.number} of {cast.quality_body.name} itself, and it was in force on" in said
    assert "Failed" not in said
    assert f"Decision {decision.number} in the register" in said
    quality.withdraw_decision(decision, from_on=now().date(), reasons="Gone.", by=cast.reviewer, at=now())
    credentials.keep_testimonies(at=now())
    said = at_the_desk(client, document)
    assert "No longer valid: the issuer has revoked it." in said
    assert f"decision {decision.number} of {cast.quality_body.name} was not in force" in said


def test_the_desk_does_not_know_what_only_looks_like_an_accreditation_of_this_site(
    cast: Cast, decision: Decision, signed_in: SignIn, at: datetime
) -> None:
    made = credentials.testify_decision(decision, at=at)
    said = {name: value for name, value in json.loads(made.document).items() if name != "proof"}
    for changes in ({"name": "Accreditation of everything"}, {"id": "urn:uuid:4d3d6bd5-6a0d-4b6f-8dc1-0a9a8c3b3f10"}):
        forged = eddsa_rdfc_2022.sign(said | changes, credentials.open_key(made.key), created=at)
        found = state_of(json.dumps(forged), now())
        assert (found["verdict"][0], found["issuer"]) == ("valid", ("fail", "no-record"))
        assert found["log-inclusion"] == ("fail", "log-lacks")
        assert found["accredited-today"] == ("not-applicable", "not-a-badge")
        assert "the issuer has no record of it" in at_the_desk(signed_in(None), json.dumps(forged))


def test_outsiders_find_an_accreditation_in_the_log_by_its_document_alone(
    decision: Decision, signed_in: SignIn, at: datetime
) -> None:
    client = signed_in(None)
    document = client.get(f"/register/{decision.number}/credential.json").content.decode()
    log.publish_head(at=now())
    mark = credential_hash(open_credential(document))
    proof = client.get(f"/log/credential/{mark}.json").content
    assert (inclusion_of(proof, mark).outcome, state_of(document, now())["log-inclusion"]) == (
        "pass", ("pass", "log-proven"),
    )  # fmt: skip


def as_signed_before_the_log_took_them(made: Vouched, at: datetime) -> str:
    """Another text by the same key in the record's place, which the log never saw; as a site had them once."""
    said = {name: value for name, value in json.loads(made.document).items() if name != "proof"} | {"name": "Earlier"}
    text = json.dumps(eddsa_rdfc_2022.sign(said, credentials.open_key(made.key), created=at))
    Vouched.objects.filter(pk=made.pk).update(document=text, logged_at=None)
    return text


def test_what_was_signed_before_the_log_took_testimonies_is_put_in_by_the_sweep(
    decision: Decision, signed_in: SignIn, at: datetime
) -> None:
    document = as_signed_before_the_log_took_them(credentials.testify_decision(decision, at=at), at)
    found = state_of(document, now())
    assert (found["issuer"], found["log-inclusion"]) == (
        ("pass", "issuer-known"), ("not-applicable", "log-before-testimonies"),
    )  # fmt: skip
    assert "before such documents went into the transparency log" in at_the_desk(signed_in(None), document)
    assert (credentials.keep_testimonies(at=at), credentials.keep_testimonies(at=at)) == (1, 0)
    assert state_of(document, now())["log-inclusion"] == ("pass", "log-holds")
    assert Vouched.objects.get().document == document


def lost(client: Client, key: IssuerKey, since: datetime) -> None:
    """Have a manager say on the page from when a key may be in other hands."""
    said = {"since": f"{since:%Y-%m-%dT%H:%M:%S}", "sure": "on"}
    answer = client.post(f"/issue/keys/{key.did}/compromised/", said)
    assert answer.status_code == 302
    key.refresh_from_db()
    assert key.compromised_from


def test_what_a_body_signed_with_a_key_in_doubt_is_signed_anew_by_the_next(
    cast: Cast, decision: Decision, signed_in: SignIn
) -> None:
    begun = now().replace(microsecond=0) - timedelta(days=9)
    first = credentials.testify_decision(decision, at=begun)
    lost(signed_in(cast.reviewer), first.key, begun + timedelta(days=2))
    document = signed_in(None).get(f"/register/{decision.number}/credential.json").content.decode()
    second = Vouched.objects.get(superseded_at=None)
    assert (second.document, second.replaces) == (document, first)
    assert second.key == IssuerKey.objects.get(organisation=cast.quality_body, retired_at=None) != first.key
    new, old = state_of(document, now()), state_of(first.document, now())
    assert (new["verdict"][0], new["issuer"]) == ("valid", ("pass", "issuer-known"))
    assert (new["log-inclusion"], new["superseded-by"]) == (("pass", "log-holds"), ("pass", "newest"))
    assert (old["status"], old["superseded-by"]) == (("fail", "revoked"), ("fail", "signed-anew"))
    assert old["issuer"] == ("pass", "key-compromised-before")
    assert signed_in(None).get(f"/register/{decision.number}/credential.json").content.decode() == document
    assert credentials.keep_testimonies(at=now()) == 0


def test_the_sweep_signs_anew_what_an_endorser_signed_with_a_key_in_doubt(
    cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    given = Endorsement.objects.create(
        endorser=cast.employer, provider=cast.provider, requested_at=at, verdict="granted", words="Good people.",
        answered_at=at, answered_by=cast.employer_person,
    )  # fmt: skip
    assert credentials.keep_testimonies(at=at) == 1
    first = Vouched.objects.get()
    lost(signed_in(cast.employer_person), first.key, at)
    later = now()
    assert (credentials.keep_testimonies(at=later), credentials.keep_testimonies(at=later)) == (1, 0)
    second = Vouched.objects.get(superseded_at=None)
    assert (second.endorsement, second.replaces, second.key.compromised_from) == (given, first, None)
    assert state_of(second.document, later)["verdict"][0] == "valid"
    assert state_of(first.document, later)["status"] == ("fail", "revoked")
    assert state_of(first.document, later)["issuer"] == ("fail", "key-compromised-after")
    answer = signed_in(None).get(f"/register/endorsements/{given.pk}/credential.json")
    assert answer.content.decode() == second.document


def test_what_a_closed_body_signed_stays_and_the_log_says_what_it_is_worth(
    cast: Cast, decision: Decision, signed_in: SignIn
) -> None:
    begun = now().replace(microsecond=0) - timedelta(days=9)
    first = credentials.testify_decision(decision, at=begun)
    earlier = as_signed_before_the_log_took_them(first, begun)
    people.close_organisation(cast.quality_body, at=begun + timedelta(days=1))
    lost(signed_in(cast.operator), first.key, begun + timedelta(days=2))
    assert credentials.keep_testimonies(at=now()) == 0
    assert state_of(earlier, now())["issuer"] == ("unknown", "key-compromised-unproven")
    Vouched.objects.update(document=first.document, logged_at=begun)
    assert credentials.keep_testimonies(at=now()) == 0
    answer = signed_in(None).get(f"/register/{decision.number}/credential.json")
    assert answer.content.decode() == first.document
    found = state_of(first.document, now())
    assert (found["verdict"][0], found["issuer"]) == ("valid", ("pass", "key-compromised-before"))


def test_its_status_follows_the_decision_by_its_dates(cast: Cast, decision: Decision) -> None:
    at = now()
    document = credentials.testify_decision(decision, at=at).document
    assert credentials.keep_testimonies(at=at) == 0
    made = quality.suspend(decision, from_on=at.date() + timedelta(days=2), reasons="Late.", by=cast.reviewer, at=at)
    assert credentials.keep_testimonies(at=at) == 0
    later = at + timedelta(days=2)
    assert credentials.keep_testimonies(at=later) == 1
    assert state_of(document, later)["status"] == ("fail", "suspended")
    quality.lift(made, on=later.date(), by=cast.reviewer, at=later)
    assert credentials.keep_testimonies(at=later) == 1
    assert state_of(document, later)["status"][0] == "pass"
    quality.withdraw_decision(decision, from_on=later.date(), reasons="Gone.", by=cast.reviewer, at=later)
    assert credentials.keep_testimonies(at=later) == 1
    assert state_of(document, later)["status"] == ("fail", "revoked")


def test_a_changed_scope_is_signed_anew_and_the_earlier_document_is_revoked(
    cast: Cast, decision: Decision, signed_in: SignIn
) -> None:
    at = now()
    first = credentials.testify_decision(decision, at=at)
    day = at.date() + timedelta(days=2)
    wide = {"eqf_levels": [5, 6], "fields": ["05"]}
    made = quality.amend(
        decision, "scope", granted=True, scope=wide, from_on=day, reasons="Larger.", by=cast.reviewer, at=at
    )
    assert (credentials.keep_testimonies(at=at), credentials.testify_decision(decision, at=at)) == (0, first)
    later = at + timedelta(days=2)
    assert credentials.keep_testimonies(at=later) == 1
    second = Vouched.objects.get(superseded_at=None)
    assert (second.amendment, second.replaces, second.place) == (made, first, first.place + 1)
    document = json.loads(second.document)
    assert document["replacesCredential"] == {"id": f"urn:uuid:{first.pk}", "replacementKind": "correction"}
    accredited = document["credentialSubject"]["accreditation"]
    assert [each[-1] for each in accredited["limitEQFLevel"]] == ["5", "6"]
    assert "limitJurisdiction" not in accredited
    assert (document["validFrom"][:10], document["validUntil"][:10]) == (day.isoformat(), "2028-09-01")
    new, old = (state_of(each.document, later) for each in (second, first))
    assert (new["verdict"][0], new["status"][0], new["signature"][0]) == ("valid", "pass", "pass")
    assert (new["issuer"], new["superseded-by"]) == (("pass", "issuer-known"), ("pass", "newest"))
    assert (old["status"], old["superseded-by"]) == (("fail", "revoked"), ("fail", "signed-anew"))
    assert new["log-inclusion"] == old["log-inclusion"] == ("pass", "log-holds")
    assert "A newer one took its place" in at_the_desk(signed_in(None), first.document)
    told = credentials.publish_status_list(StatusList.objects.get(pk=first.revoked_list_id), at=later)
    assert f"urn:uuid:{second.pk}" in told
    assert credentials.keep_testimonies(at=later) == 0
    quality.suspend(decision, from_on=day, reasons="Late.", by=cast.reviewer, at=later)
    assert credentials.keep_testimonies(at=later) == 1
    assert (state_of(second.document, later)["status"][1], state_of(first.document, later)["status"][1]) == (
        "suspended", "revoked",
    )  # fmt: skip


def test_what_is_first_signed_after_a_change_says_the_changed_scope_alone(
    cast: Cast, decision: Decision, signed_in: SignIn
) -> None:
    quality.amend(decision, "scope", granted=True, scope={}, from_on=now().date(), reasons="x", by=None, at=now())
    document = signed_in(None).get(f"/register/{decision.number}/credential.json").json()
    assert "limitEQFLevel" not in document["credentialSubject"]["accreditation"]
    assert "replacesCredential" not in document
    assert "Its scope was changed from" in document["credentialSubject"]["endorsementComment"]
    again = now()
    quality.amend(
        decision, "scope", granted=True, scope={"eqf_levels": [5]}, from_on=again.date(), reasons="x", by=None, at=again
    )
    newest = signed_in(None).get(f"/register/{decision.number}/credential.json").json()
    assert newest["replacesCredential"]["id"] == document["id"]
    assert Vouched.objects.filter(superseded_at=None).count() == 1


def test_a_body_that_can_sign_no_more_has_its_untrue_document_revoked(cast: Cast, decision: Decision) -> None:
    at = now()
    first = credentials.testify_decision(decision, at=at)
    quality.amend(decision, "scope", granted=True, scope={}, from_on=at.date(), reasons="x", by=None, at=at)
    Organisation.objects.filter(pk=cast.quality_body.pk).update(verified_at=None)
    assert credentials.keep_testimonies(at=at) == 1
    assert state_of(first.document, at)["status"] == ("fail", "revoked")
    assert credentials.keep_testimonies(at=at) == 0
    Organisation.objects.filter(pk=cast.quality_body.pk).update(verified_at=at)
    assert credentials.keep_testimonies(at=at) == 1
    assert Vouched.objects.get(superseded_at=None).replaces == first


def test_learners_credentials_never_share_a_list_with_testimonies(cast: Cast, decision: Decision, at: datetime) -> None:
    first = credentials.testify_decision(decision, at=at)
    more = make.decision(decision.programme, cast.quality_body)
    second = credentials.testify_decision(more, at=at)
    assert (first.place, second.place) == (0, 1)
    assert first.revoked_list == second.revoked_list
    Vouched.objects.filter(pk=second.pk).update(place=131_071)
    third = credentials.testify_decision(make.decision(decision.programme, cast.quality_body), at=at)
    assert third.revoked_list != first.revoked_list
    (lists, index), *_rest = credentials.places_for(first.key, 1, at=at)
    assert lists.pk not in set(Vouched.objects.values_list("revoked_list", flat=True))
    assert index < lists.length


def test_the_sweep_signs_what_was_decided_and_endorsed(
    cast: Cast, decision: Decision, signed_in: SignIn, at: datetime
) -> None:
    given = Endorsement.objects.create(
        endorser=cast.employer, provider=cast.provider, requested_at=at, verdict="granted", words="Good people.",
        answered_at=at, answered_by=cast.employer_person,
    )  # fmt: skip
    unverified = Organisation.objects.create(slug="u", name="U", is_quality_body=True, registered_at=at)
    make.decision(decision.programme, unverified)
    assert credentials.keep_testimonies(at=at) == 2
    assert credentials.keep_testimonies(at=at) == 0
    answer = signed_in(None).get(f"/register/endorsements/{given.pk}/credential.json")
    document = answer.json()
    assert document["issuer"]["name"] == cast.employer.name
    assert document["credentialSubject"]["endorsementComment"] == "Good people."
    assert "accreditation" not in document["credentialSubject"]
    found = state_of(answer.content.decode(), now())
    assert (found["issuer"], found["log-inclusion"]) == (("pass", "issuer-known"), ("pass", "log-holds"))
    assert found["accredited-today"] == ("not-applicable", "endorsement-is-no-accreditation")
    said = at_the_desk(signed_in(None), answer.content.decode())
    assert "Good people." in said
    assert "It is an endorsement: an opinion, which accredits nothing." in said
    quality.revoke_endorsement(given, reason="No more.", by=cast.employer_person, at=at)
    assert credentials.keep_testimonies(at=at) == 1
    assert state_of(answer.content.decode(), now())["status"] == ("fail", "revoked")


def test_an_award_names_the_accreditation_of_its_day(award: Award, cast: Cast, at: datetime) -> None:
    version = award.version
    make.decision(version.programme, cast.quality_body, number="2025-777")
    issued = credentials.issue(award, by=cast.manager, at=at)
    named = json.loads(issued.document)["credentialSubject"]["achievement"]["accreditation"]
    assert named["id"].endswith("/credential.json")
    assert named["accreditedBy"]["name"] == cast.quality_body.name
    assert verify_text(issued.document.encode(), at=at).verdict == "valid"


def test_issuing_waits_for_programme_and_provider_where_the_framework_needs_both(
    award: Award, cast: Cast, at: datetime, settings: Settings
) -> None:
    settings.GATES = ["nzqa-like:issue"]
    programme = award.version.programme

    def why() -> tuple[str, ...]:
        with pytest.raises(queries.GateClosed) as refusal:
            credentials.issue(award, by=cast.manager, at=at)
        return refusal.value.details

    assert len(why()) == 2
    make.decision(programme, cast.quality_body, framework="nzqa-like", framework_version="2022", number="N-1")
    assert [each for each in why() if "about this provider" in each] == list(why())
    whole = {"object": "provider", "programme": None, "provider": cast.provider}
    Decision.objects.create(
        number="N-2", quality_body=cast.quality_body, framework="nzqa-like", framework_version="2022",
        verdict="accredited", reasons="Good.", first_on=date(2025, 9, 1), last_on=date(2028, 8, 31), decided_at=at,
        **whole,
    )  # fmt: skip
    issued = credentials.issue(award, by=cast.manager, at=at)
    later = at + timedelta(days=9)
    quality.suspend(Decision.objects.get(number="N-2"), from_on=later.date(), reasons="Late.", by=cast.reviewer, at=at)
    assert Credential.objects.get(pk=issued.pk).revoked_at is None
    assert state_of(issued.document, later)["status"][0] == "pass"
    assert award.enrolment is not None
    fresh = make.award(make.enrolment(cast.manager, award.enrolment.offering), cast.author)
    with pytest.raises(queries.GateClosed):
        credentials.issue(fresh, by=cast.manager, at=later)
    said = {"name_on_credential": "Mirren O.", "grade": "1.0", "awarded_on": award.awarded_on, "reason": "Her name."}
    assert credentials.correct(issued, **said, by=cast.manager, at=later).replaces == issued  # type: ignore[arg-type]


def test_a_label_of_a_scheme_accredits_no_provider(cast: Cast, at: datetime) -> None:
    scheme = Scheme.objects.create(owner=cast.provider, slug="skills", name="Skills check", created_at=at)
    label = Decision.objects.create(
        number="S-1", quality_body=cast.quality_body, framework="skills-certificate-label", framework_version="2026",
        verdict="accredited", object="scheme", scheme=scheme, provider=cast.provider, reasons="Good.",
        first_on=date(2025, 9, 1), last_on=date(2028, 8, 31), decided_at=at,
    )  # fmt: skip
    said = of_decision(label)
    assert said.accredited is None
    assert (said.name, said.endorsed.endswith("/register/S-1/#scheme")) == ("Accreditation of Skills check", True)
    told = records.fact(label, [])
    assert (told["object"], told["scheme"], told["programme"]) == ("scheme", "Skills check", None)
    assert queries.history_of_provider(cast.provider, at.date()) == []


@pytest.mark.parametrize(
    ("key", "version", "name"), [("yearly-award", "2026", "Award to"), ("self-declared", "2026", "Label for")]
)
def test_an_award_or_a_label_is_signed_as_what_it_is(
    cast: Cast, at: datetime, key: str, version: str, name: str
) -> None:
    won = Decision.objects.create(
        number="A-1", quality_body=cast.quality_body, framework=key, framework_version=version, object="provider",
        verdict="accredited", provider=cast.provider, reasons="Good.", first_on=date(2025, 9, 1),
        last_on=date(2099, 8, 31), decided_at=at,
    )  # fmt: skip
    document = json.loads(credentials.testify_decision(won, at=at).document)
    assert document["name"] == f"{name} {cast.provider.name}"
    assert "accreditation" not in document["credentialSubject"]
    assert document["credentialSubject"]["endorsementComment"].endswith("It is no accreditation.")
    found = state_of(json.dumps(document), now())
    assert found["verdict"][0] == "valid"
    assert found["accredited-today"] == ("not-applicable", "decision-accredits-nothing")


# --- the register as a file ---


def test_the_snapshot_is_signed_and_read_by_another_site(
    cast: Cast, decision: Decision, signed_in: SignIn, at: datetime
) -> None:
    key = credentials.ensure_key(cast.provider, at=at)
    quality.suspend(decision, from_on=now().date(), reasons="Late.", by=cast.reviewer, at=now())
    answer = signed_in(None).get("/register/snapshot.json")
    data = answer.content
    copy = rules.read_copy(data, key=log.operator_key(at=at).did)
    assert [(each.did, each.name, each.country) for each in copy.issuers] == [(key.did, cast.provider.name, "DE")]
    told = rules.told_on(now().date(), copy.issuers[0].accreditations)
    assert (told[0].state, told[0].number, told[0].programme) == (
        "suspended", decision.number, "http://localhost:8000/programmes/water-quality/",
    )  # fmt: skip
    assert signed_in(None).get("/register/snapshot.json").content == data
    quality.withdraw_decision(decision, from_on=now().date(), reasons="Gone.", by=cast.reviewer, at=now())
    assert signed_in(None).get("/register/snapshot.json").content != data
    elsewhere = quality.follow_file(data, name="R", by=cast.operator, at=now())
    assert queries.external_standing([key.did], now().date(), at=at).said[0].state == "suspended"
    assert elsewhere.signed


def test_the_snapshot_says_when_a_key_is_doubted_and_a_holder_changes(cast: Cast, decision: Decision) -> None:
    at = now()
    key = credentials.ensure_key(cast.provider, at=at)
    seen = [registry.snapshot(at=at)]
    credentials.report_compromise(key, since=at, at=at)
    seen.append(registry.snapshot(at=at))
    assert json.loads(seen[-1])["issuers"][0]["compromised_from"] == iso(at)
    quality.follow_file(seen[-1].encode(), name="R", by=cast.operator, at=at)
    assert [each.state for each in queries.external_standing([key.did], at.date(), at=at).said] == [
        "compromised", "accredited",
    ]  # fmt: skip
    assert key.did not in registry.known_issuers(at=at)["registry"]
    Organisation.objects.filter(pk=cast.provider.pk).update(name="New name")
    seen.append(registry.snapshot(at=at))
    Organisation.objects.filter(pk=cast.quality_body.pk).update(name="New agency")
    seen.append(registry.snapshot(at=at))
    Organisation.objects.filter(pk=cast.provider.pk).update(verified_at=None)
    seen.append(registry.snapshot(at=at))
    assert json.loads(seen[-1])["issuers"] == []
    assert len(set(seen)) == len(seen)


def test_the_snapshot_tells_the_days_of_a_withdrawal_that_an_appeal_ended(decision: Decision) -> None:
    first, until = date(2026, 3, 1), date(2026, 3, 20)
    told = records.fact(decision, [Sanction(decision=decision, kind="withdrawal", from_on=first, lifted_on=until)])
    assert (told["withdrawn_on"], told["undone"]) == (None, [["2026-03-01", "2026-03-20"]])
    assert [each.state for day in (first, until) for each in rules.told_on(day, [told])] == ["withdrawn", "accredited"]


@pytest.mark.parametrize(("act", "code"), [(quality.withdraw_decision, "revoked"), (quality.suspend, "suspended")])
def test_what_ended_before_it_was_signed_is_never_shown_as_good(
    cast: Cast, decision: Decision, signed_in: SignIn, act: Callable[..., Any], code: str
) -> None:
    act(decision, from_on=now().date(), reasons="Gone.", by=cast.reviewer, at=now())
    answer = signed_in(None).get(f"/register/{decision.number}/credential.json")
    assert state_of(answer.content.decode(), now())["status"] == ("fail", code)
    assert credentials.keep_testimonies(at=now()) == 0


def test_an_endorsement_taken_back_before_it_was_signed_is_never_shown_as_good(
    cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    given = Endorsement.objects.create(
        endorser=cast.employer, provider=cast.provider, requested_at=at, verdict="granted", words="Good people.",
        answered_at=at, answered_by=cast.employer_person, revoked_at=at,
    )  # fmt: skip
    answer = signed_in(None).get(f"/register/endorsements/{given.pk}/credential.json")
    assert state_of(answer.content.decode(), now())["status"] == ("fail", "revoked")


def test_register_and_list_name_the_keys_of_bodies_and_endorsers_too(
    cast: Cast, decision: Decision, signed_in: SignIn
) -> None:
    begun = now().replace(microsecond=0) - timedelta(days=9)
    body = credentials.testify_decision(decision, at=begun).key
    endorser = credentials.ensure_key(cast.employer, at=begun)
    lost(signed_in(cast.reviewer), body, begun)
    data = signed_in(None).get("/register/snapshot.json").content
    told = {each["id"]: each for each in json.loads(data)["issuers"]}
    assert {body.did, endorser.did} < set(told)
    assert (told[body.did]["name"], told[body.did]["provider"]) == (cast.quality_body.name, cast.quality_body.slug)
    assert (told[body.did]["compromised_from"], told[endorser.did]["compromised_from"]) == (iso(begun), None)
    listed = signed_in(None).get("/register/known-issuers.json").json()["registry"]
    assert (body.did in listed, listed[endorser.did]["name"]) == (False, cast.employer.name)
    quality.follow_file(data, name="R", by=cast.operator, at=now())
    states = {did: queries.external_standing([did], now().date(), at=now()).said[0].state for did in told}
    assert (states[body.did], states[endorser.did]) == ("compromised", "listed")


def test_known_issuers_take_the_form_of_the_consortium(cast: Cast, signed_in: SignIn, at: datetime) -> None:
    key = credentials.ensure_key(cast.provider, at=at)
    listed: dict[str, Any] = signed_in(None).get("/register/known-issuers.json").json()
    assert listed["registry"] == {key.did: {"name": cast.provider.name, "location": "Tarnau, DE", "url": ""}}
    assert rules.read_copy(json.dumps(listed).encode()).form == "known-issuers"


def test_an_issuer_is_looked_up_by_its_key_on_any_day(
    cast: Cast, decision: Decision, signed_in: SignIn, at: datetime
) -> None:
    key = credentials.ensure_key(cast.provider, at=at)
    client = signed_in(None)
    found = client.get(f"/api/v1/registry/issuers/{key.did}?on=2026-03-02").json()
    assert (found["verified"], found["courses"][0]["state"]) == (True, "accredited")
    assert client.get(f"/api/v1/registry/issuers/{key.did}?on=2020-01-01").json()["courses"] == []
    assert client.get("/api/v1/registry/issuers/did:key:zNobody").status_code == 404
    assert IssuerKey.objects.count() == 1
    assert registry.about_issuer(key, at.date())["id"] == key.did
    assert not StatusList.objects.exists()
