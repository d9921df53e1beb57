"""The pages of what comes after issuing, and what the desk says to an employer beside whether it is genuine."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from opencairn.credentials import actions as credentials
from opencairn.credentials.models import Policy, Validity
from opencairn.credentials.register import Register
from opencairn.credentials.sentences import SENTENCES
from opencairn.engine.keys import SigningKey
from opencairn.engine.opening import open_credential
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.quality.models import Decision, ForeignIssuer, ForeignRegister, Sanction
from tests import make

HTML = {"HTTP_ACCEPT": "text/html"}
LAB = {"levels": [6], "steps": ["issuer"], "frameworks": ["short-learning"], "most_months": 12, "assurance": ["none"]}


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch, settings, at):
    settings.VERIFICATIONS_PER_MINUTE = 1000
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)


@pytest.fixture
def registrar(signed_in, cast):
    return signed_in(cast.manager)


@pytest.fixture
def policy(cast, at):
    return credentials.make_policy(cast.employer, name="For the lab", wanted=LAB, at=at)


def check(document, *, client=None, query="", **how):
    return (client or Client()).post(f"/verify/{query}", {"text": document}, **(how or HTML))


def said(document, **how):
    return " ".join(check(document, **how).content.decode().split())


def test_one_page_shows_ten_separate_results_and_what_was_suspended_since(award_to, cast, at):
    made = credentials.issue(award_to(awarded_on=date(2026, 2, 1)), by=cast.manager, at=at)
    Sanction.objects.create(
        decision=Decision.objects.get(), kind="suspension", from_on=date(2026, 3, 1), reasons="Late.", decided_at=at
    )
    text = said(made.document)
    assert text.count('class="check"') >= 10
    assert "accreditation covered this course on the day of the award, 1 February 2026" in text
    assert "It has been suspended since 1 March 2026." in text
    assert "Genuine, and accredited when it was awarded." in text


def test_the_registers_that_were_asked_are_named_and_the_silent_ones_too(credential, at):
    facts = {"problem": "offline", "added_at": at}
    ForeignRegister.objects.create(name="Register of the North", address="https://north.example/r.json", **facts)
    text = said(credential.document)
    assert 'Register of the North: <b class="unreached">could not be reached, so it said nothing' in text
    answer = check(credential.document, HTTP_ACCEPT="application/json").json()
    assert [(each["reached"], each["problem"]) for each in answer["registers"]] == [(True, ""), (False, "offline")]
    assert {"name", "outcome", "why", "code", "facts"} == set(answer["steps"][0])
    assert len(answer["steps"]) == 11


def test_an_issuer_that_only_a_register_elsewhere_knows_is_told_by_its_name(credential, at):
    key = SigningKey.generate()
    document = json.loads(credential.document.replace(credential.key.did, key.did))
    achievement = document["credentialSubject"]["achievement"]["id"].replace("localhost", "elsewhere.example")
    document["credentialSubject"]["achievement"]["id"] = achievement
    del document["proof"], document["credentialStatus"]
    foreign = json.dumps(eddsa_rdfc_2022.sign(document, key, created=at))
    register = ForeignRegister.objects.create(
        name="North", address="https://north.example/r.json", read_at=at, added_at=at
    )
    decided = {"number": "N-7", "quality_body": "Northern Agency", "programme": "", "first_on": "2025-09-01"}
    periods = [decided | {"last_on": "2027-08-31", "verdict": "accredited", "sanctions": []}]
    ForeignIssuer.objects.create(register=register, did=key.did, name="Fjord College", accreditations=periods)
    text = said(foreign)
    assert "North lists the signer as Fjord College." in text
    assert "North lists the key as that of Fjord College." in text
    assert "it was accredited by Northern Agency, says North (number N-7)." in text
    assert 'class="plate"' not in text


COURSE = "https://elsewhere.example/programmes/water/"
WHOLE = {
    "number": "N-1", "verdict": "accredited", "quality_body": "Agency", "framework": "f", "first_on": "2025-09-01",
    "last_on": "2027-08-31",
}  # fmt: skip
OWN = WHOLE | {"number": "N-2", "programme": COURSE}
LATER = {"decided_on": "2026-06-01", "first_on": "2026-06-01"}


@pytest.mark.parametrize(
    ("rows", "said", "expected"),
    [
        ([WHOLE, OWN | {"withdrawn_on": "2026-01-01"}], (6, "0521"), ("fail", "elsewhere-withdrawn")),
        ([WHOLE, OWN | LATER], (6, "0521"), ("pass", "elsewhere-accredited")),
        ([WHOLE, OWN | LATER | {"verdict": "refused"}], (6, "0521"), ("pass", "elsewhere-accredited")),
        ([OWN | {"scope": {"eqf_levels": [6], "fields": ["05"]}}], (6, "0521"), ("pass", "elsewhere-accredited")),
        ([OWN | {"scope": {"eqf_levels": [5]}}], (6, "0521"), ("fail", "elsewhere-outside")),
        ([OWN | {"scope": {"fields": ["07"]}}], (6, "0521"), ("fail", "elsewhere-outside")),
        ([OWN | {"scope": {"fields": ["05"]}}], (6, "Water"), ("unknown", "elsewhere-outside")),
        ([OWN | {"scope": {"eqf_levels": [6]}}], (None, ""), ("unknown", "elsewhere-outside")),
        ([WHOLE, OWN | {"scope": {"eqf_levels": [5]}}], (6, ""), ("pass", "elsewhere-accredited")),
        ([WHOLE | {"scope": {"programmes": ["soil"]}}], (6, ""), ("fail", "elsewhere-outside")),
        ([WHOLE | {"scope": {"programmes": ["water"]}}], (6, ""), ("pass", "elsewhere-accredited")),
        ([WHOLE | {"scope": {"modes": ["online"]}}], (6, "0521"), ("unknown", "elsewhere-outside")),
        ([WHOLE | {"scope": {"credential_types": ["Degree"]}}], (6, "0521"), ("fail", "elsewhere-outside")),
        ([{"verdict": "compromised", "first_on": "2026-01-01"}], (6, ""), ("unknown", "not-in-register")),
    ],
)
def test_a_register_elsewhere_is_asked_for_all_that_a_scope_may_narrow(credential, at, rows, said, expected):
    register = ForeignRegister.objects.create(name="North", read_at=at, added_at=at)
    ForeignIssuer.objects.create(register=register, did="did:key:zAway", name="Fjord College", accreditations=rows)
    signed = replace(open_credential(credential.document), issuer="did:key:zAway", attainment=None)
    asked = Register(signed, at=at)
    answer = asked.accredited("did:key:zAway", COURSE, eqf_level=said[0], field_of_study=said[1], day=at.date())
    assert (answer.outcome, answer.code) == expected
    doubted = rows[0]["verdict"] == "compromised"
    told = ("unknown", "key-compromised-unproven") if doubted else ("pass", "issuer-listed")
    issuer = asked.issuer("did:key:zAway", at)
    assert (issuer.outcome, issuer.code) == told
    for each in (answer, issuer):
        assert SENTENCES[each.code] % dict(each.facts)


def test_an_employer_is_told_apart_from_genuine_whether_it_wants_it(credential, policy, signed_in, cast):
    for client, query in ((signed_in(cast.employer_person), ""), (Client(), f"?policy={policy.token}")):
        text = said(credential.document, client=client, query=query)
        assert "Genuine, and accredited when it was awarded." in text
        assert "What Upper Tarn Water Board accepts" in text
        assert "Meets the policy: no, because" in text
        assert "Kind of quality assurance: None" in text
    answer = check(credential.document, query=f"?policy={policy.token}&format=json").json()
    assert [(each["employer"], each["meets"]) for each in answer["acceptance"]] == [(cast.employer.name, False)]
    assert [each["outcome"] for each in answer["acceptance"][0]["reasons"]] == [
        "pass",
        "pass",
        "pass",
        "pass",
        "fail",
        "pass",
    ]
    assert "What Upper Tarn" not in said(credential.document)
    assert "What Upper Tarn" not in said(credential.document, query="?policy=nothing")
    assert "accepts: For the lab" in Client().get(f"/verify/?policy={policy.token}", **HTML).content.decode()


def test_a_policy_that_is_met_says_yes_and_never_for_what_is_not_genuine(credential, cast, at):
    met = credentials.make_policy(cast.employer, name="Open", wanted={"issuers": [cast.provider.slug]}, at=at)
    assert "Meets the policy: yes" in said(credential.document, query=f"?policy={met.token}")
    changed = credential.document.replace("Mirren", "Martin")
    assert "Meets the policy: no" in said(changed, query=f"?policy={met.token}")


def test_an_employer_writes_changes_and_ends_a_policy(signed_in, cast):
    client = signed_in(cast.employer_person)
    assert "New policy of" in client.get("/accept/").content.decode()
    new = f"/accept/new/{cast.employer.slug}/"
    assert client.get(new).status_code == 200
    assert client.post(new, {"name": "Lab"}).status_code == 422
    facts = {"name": "Lab", "levels": ["5", "6"], "issuers": "did:key:z6\n tarntal", "most_months": "12"}
    assert client.post(new, facts).status_code == 302
    policy = Policy.objects.get()
    assert policy.wanted == {"levels": [5, 6], "issuers": ["did:key:z6", "tarntal"], "most_months": 12}
    assert "tarntal" in client.get(f"/accept/{policy.id}/").content.decode()
    client.post(f"/accept/{policy.id}/", {"name": "Lab", "levels": ["6"]})
    policy.refresh_from_db()
    assert policy.wanted == {"levels": [6]}
    assert client.post(f"/accept/{policy.id}/end/").status_code == 302
    assert client.get(f"/accept/{policy.id}/").status_code == 404


def test_only_the_employers_managers_write_its_policies(signed_in, cast, policy):
    stranger = signed_in(cast.manager)
    assert stranger.get(f"/accept/{policy.id}/").status_code == 403
    assert stranger.post(f"/accept/new/{cast.employer.slug}/", {"name": "x", "levels": ["6"]}).status_code == 403
    assert "For the lab" not in stranger.get("/accept/").content.decode()


def test_a_registrar_corrects_on_a_page_and_both_pages_say_so(registrar, credential):
    page = registrar.get(f"/credentials/{credential.id}/correct/").content.decode()
    assert 'value="Mirren Okafor"' in page
    facts = {"name_on_credential": "Mirren Lind", "grade": "2.0", "awarded_on": "2026-03-02", "reason": "Her name."}
    assert registrar.post(f"/credentials/{credential.id}/correct/", facts).status_code == 422
    same = {**facts, "name_on_credential": "Mirren Okafor", "sure": "on"}
    assert (
        "This is what it says already"
        in registrar.post(f"/credentials/{credential.id}/correct/", same).content.decode()
    )
    done = registrar.post(
        f"/credentials/{credential.id}/correct/", {**facts, "sure": "on"}, follow=True
    ).content.decode()
    assert "It corrects an earlier one" in done
    old = registrar.get(f"/credentials/{credential.id}/").content.decode()
    assert "A corrected credential took its place" in old
    assert "Corrected on" in registrar.get("/issue/?state=replaced").content.decode()
    assert "already revoked" in registrar.get(f"/credentials/{credential.id}/correct/").content.decode()
    text = said(credential.document)
    assert "No longer valid: a corrected credential took its place." in text
    assert "Her name" not in text


def test_a_registrar_sets_a_validity_and_renews(  # noqa: PLR0917
    registrar, signed_in, award, version, cast, at, monkeypatch
):
    page = f"/issue/validity/{cast.provider.slug}/"
    assert "Water quality" in registrar.get(page).content.decode()
    assert registrar.post(page, {"programme": version.programme.slug, "months": "0"}).status_code == 422
    assert registrar.post(page, {"programme": version.programme.slug, "months": "24"}).status_code == 302
    assert Validity.objects.get().months == 24
    made = credentials.issue(award, by=cast.manager, at=at)
    later = at + timedelta(days=800)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    registrar = signed_in(cast.manager)
    text = said(made.document)
    assert "The document has run out. What it says was achieved does not lapse with it." in text
    assert "stays achieved" in text
    assert "runs out soon, or has" in registrar.get("/issue/").content.decode()
    assert registrar.post(f"/credentials/{made.id}/renew/", {"checked": ""}).status_code == 422
    done = registrar.post(f"/credentials/{made.id}/renew/", {"checked": "A test."}, follow=True).content.decode()
    assert "It renews an earlier one" in done
    assert "took its place already" in registrar.get(f"/credentials/{made.id}/renew/").content.decode()


def test_a_manager_reports_a_key_and_everyone_sees_it(registrar, signed_in, credential, cast, at):
    page = f"/issue/keys/{credential.key.did}/compromised/"
    assert signed_in(cast.author).get(page).status_code == 403
    assert registrar.get(page).status_code == 200
    assert registrar.post(page, {"since": "yesterday", "sure": "on"}).status_code == 422
    assert registrar.post(page, {"since": "2031-01-01T00:00", "sure": "on"}).status_code == 422
    credential.key.__class__.objects.update(created_at=at - timedelta(days=9))
    done = registrar.post(page, {"since": "2026-03-01T00:00", "sure": "on"}, follow=True).content.decode()
    assert "was signed while the key may have been in other hands" in done
    text = said(credential.document)
    assert "Do not rely on it: it is signed with a key that may be in other hands." in text
    profile = Client().get(f"/issuers/{cast.provider.slug}/?format=json").json()
    assert [each["compromised"] for each in profile["keys"]] == [None, "2026-03-01T00:00:00Z"]
    assert "may be in other hands since" in Client().get("/log/entries/").content.decode()


def test_an_assessor_neither_corrects_nor_renews(signed_in, credential, cast):
    client = signed_in(cast.author)
    for act in ("correct", "renew"):
        assert client.post(f"/credentials/{credential.id}/{act}/", {}).status_code == 403
    assert client.post(f"/issue/validity/{cast.provider.slug}/", {}).status_code == 403


def test_two_courses_of_others_keep_their_validity(registrar, cast, at):
    other = make.programme(cast.quality_body, slug="another")
    make.version(other)
    assert (
        registrar.post(f"/issue/validity/{cast.provider.slug}/", {"programme": "another", "months": "1"}).status_code
        == 403
    )
    assert not Validity.objects.exists()
