"""The neutral model as claims of an SD-JWT VC and back, and what a holder may withhold of it."""

import contextlib
import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from opencairn.engine import award
from opencairn.engine.canonical import strict_json
from opencairn.engine.formats import sd_jwt_vc
from opencairn.engine.formats.sd_jwt_vc import OWN, VCT, disclosable, read, write
from opencairn.engine.losses import FILLED
from opencairn.engine.model import Accreditation, Attainment, Issuer, Related, Status
from opencairn.engine.objections import Malformed
from opencairn.engine.proofs import sd_jwt
from opencairn.kit.dates import iso
from tests.engine.attainments import ATTAINMENTS
from tests.engine.samples import AT, ATTAINMENT, KEY
from tests.engine.test_formats_hostile import mutant


@settings(max_examples=100)
@given(ATTAINMENTS)
def test_every_attainment_comes_back_from_its_claims(attainment: Attainment) -> None:
    assert read(strict_json.parse(json.dumps(write(attainment)))) == attainment


@settings(max_examples=30)
@given(ATTAINMENTS)
def test_every_attainment_comes_back_from_a_token_that_hides_all_it_can(attainment: Attainment) -> None:
    claims = write(attainment)
    token = sd_jwt.sign(claims, KEY, hidden=disclosable(claims), decoys=2)
    assert read(sd_jwt.read(token).claims) == attainment


def test_the_rulebooks_claims_are_readable_by_any_wallet() -> None:
    designed = replace(
        ATTAINMENT.achievement,
        related=(Related("urn:certificate", "Certificate of water"), Related("urn:job", "Sampler", "leads-to")),
        accreditation=Accreditation(
            "urn:decision", {"en": "Accredited"}, "external-programme", Issuer("urn:a", "Agency")
        ),
    )
    claims = write(replace(ATTAINMENT, achievement=designed))
    said = {name: value for name, value in claims.items() if name not in (OWN, "learningOutcomes")}
    assert said == {
        "vct": VCT,
        "jti": ATTAINMENT.id,
        "iss": KEY.did,
        "nbf": int(AT.timestamp()),
        "exp": int(AT.timestamp()) + 86_400_000,
        "status": {"status_list": {"idx": 94_567, "uri": "https://cairn.example/status/7/"}},
        "issuerCountry": "DE",
        "issuanceDate": "2026-03-01",
        "identifier": "https://cairn.example/programmes/water/v/1/",
        "level": 5,
        "nationalQualificationsFrameworkLevel": "DQR 5",
        "typeOfAssessment": ["practical", "written"],
        "formOfParticipation": "blended",
        "qualityAssurance": "external-programme",
        "idVerificationMethod": "supervised-id",
        "fieldOfEducation": "0521",
        "languageOfAssessment": ["en", "de"],
        "grade": "1,7",
        "title": "Water sampling",
        "awardingBody": "Hochschule Tarntal",
        "awardingBodyIdentifier": KEY.did,
        "awardingBodyHomepage": "https://tarntal.example/",
        "escoReference": ["http://data.europa.eu/esco/skill/5e3c9a1e"],
        "notionalWorkload": {"value": 2.5, "unit": "ECTS"},
        "entryRequirements": ["None", "Walk on uneven ground."],
        "gradingScheme": "1 bis 5",
        "stackable": True,
        "partOfQualification": [{"id": "urn:certificate", "name": "Certificate of water"}],
        "accreditation": {"id": "urn:decision", "title": "Accredited", "type": "external-programme", "agent": "Agency"},
        "additionalNote": "Bring boots.",
    }
    assert claims["learningOutcomes"] == ["Take a sample", "Keep the chain of custody"]


def test_an_email_address_travels_only_as_a_salted_hash() -> None:
    claims = write(ATTAINMENT)
    assert "example.org" not in json.dumps(claims).lower()
    found = read(claims)
    assert found is not None
    assert found.learner.email_hash.startswith("sha256$")


def test_hours_are_the_workload_where_there_are_no_credits() -> None:
    claims = write(replace(ATTAINMENT, achievement=replace(ATTAINMENT.achievement, ects=None)))
    assert claims["notionalWorkload"] == {"value": 60, "unit": "hours"}


@pytest.mark.parametrize("missing", ["id", "issuer", "achievement"])
def test_what_every_credential_must_name_is_asked_for(missing: str) -> None:
    part = "" if missing == "id" else replace(getattr(ATTAINMENT, missing), id="")
    with pytest.raises(ValueError, match="needs its own id"):
        write(replace(ATTAINMENT, **{missing: part}))


# --- what may be withheld ---

RULEBOOK_ALWAYS = {
    "identifier", "title", "givenName", "familyName", "issuerCountry", "awardingBody", "issuanceDate", "learningOutcomes",
    "notionalWorkload", "typeOfAssessment", "formOfParticipation", "qualityAssurance",
}  # fmt: skip
RULEBOOK_NEVER = {"iss", "iat", "nbf", "exp", "jti", "cnf", "status", "vct"}


def test_the_rulebooks_rules_of_disclosure_are_kept() -> None:
    learner = replace(ATTAINMENT.learner, given_name="Mirren", family_name="Okafor")
    paths = disclosable({**write(replace(ATTAINMENT, learner=learner)), "iat": 1, "cnf": {}})
    tops = {path[0] for path in paths if len(path) == 1}
    assert tops >= RULEBOOK_ALWAYS
    assert not tops & RULEBOOK_NEVER
    assert (OWN, "learner", "name") in paths
    assert (OWN, "results") in paths


def test_a_holder_who_shows_only_the_title_says_nothing_else() -> None:
    claims = write(ATTAINMENT)
    token = sd_jwt.sign(claims, KEY, hidden=disclosable(claims))
    shown = sd_jwt.read(sd_jwt.present(token, [("title",)])).claims
    found = read(shown)
    assert found is not None
    assert found.achievement.name == {"und": "Water sampling"}
    assert found.learner.name == ""
    assert found.awarded_on == AT.date()  # the day it counts from: the day of the award was withheld
    assert "Mirren" not in json.dumps(shown)


# --- credentials of others ---

FOREIGN: dict[str, Any] = {
    "vct": "https://elsewhere.example/VerifiableMicroCredential",
    "iss": "https://elsewhere.example",
    "issuanceDate": "2026-02-03T10:00:00Z",
    "givenName": "Ada",
    "familyName": "Lovelace",
    "title": "Sampling",
    "awardingBody": "Elsewhere",
    "awardingBodyHomepage": "https://elsewhere.example/about",
    "learningOutcomes": ["Takes samples"],
    "escoReference": ["http://data.europa.eu/esco/skill/1"],
    "notionalWorkload": {"value": 3, "unit": "ECTS"},
    "typeOfAssessment": "written",
    "entryRequirements": ["A", "B"],
    "additionalNote": "Note",
}


def test_the_claims_of_another_issuer_are_read_by_the_rulebooks_names() -> None:
    found = read(FOREIGN)
    assert found is not None
    assert found.learner.name == "Ada Lovelace"
    assert (found.issuer.name, found.issuer.url) == ("Elsewhere", "https://elsewhere.example/about")
    assert found.valid_from == datetime(2026, 2, 3, tzinfo=UTC)
    assert found.awarded_on == date(2026, 2, 3)
    assert [outcome.text for outcome in found.achievement.outcomes] == [{"und": "Takes samples"}, {}]
    assert found.achievement.prerequisites == {"und": "A\nB"}
    assert found.achievement.ects == 3
    assert found.achievement.assessment_types == ("written",)


def test_a_body_that_awarded_in_its_own_name_is_not_taken_for_the_issuer() -> None:
    found = read({**FOREIGN, "awardingBodyIdentifier": "urn:college"})
    assert found is not None
    assert found.awarding_body == Issuer("urn:college", "Elsewhere", url="https://elsewhere.example/about")
    assert found.issuer.name == ""


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("level", "six"), ("title", 5), ("learningOutcomes", [5]), ("notionalWorkload", "3"), ("issuerCountry", []),
        ("notionalWorkload", {"value": "3", "unit": "ECTS"}), ("notionalWorkload", {"value": 3, "unit": "days"}),
        ("status", 5), ("status", {"status_list": {"idx": True, "uri": "https://x.example"}}), ("awardingBody", {}),
        ("status", {"status_list": {"idx": 1}}), ("nbf", "soon"), ("nbf", 10**17), ("escoReference", {}),
        ("entryRequirements", 7), ("issuanceDate", "soon"), ("issuanceDate", 5),
    ],
)  # fmt: skip
def test_a_claim_of_another_kind_is_passed_over(claim: str, value: Any) -> None:
    found = read({**FOREIGN, "iat": int(AT.timestamp()), claim: value})
    assert found is not None
    assert found.learner.name == "Ada Lovelace"


def test_hours_and_a_status_of_another_issuer_are_read() -> None:
    listed = {"status_list": {"idx": 7, "uri": "https://elsewhere.example/list"}}
    found = read({**FOREIGN, "notionalWorkload": {"value": 25, "unit": "hours"}, "status": listed})
    assert found is not None
    assert found.achievement.hours == 25
    assert found.status == Status("https://elsewhere.example/list", 7)


def test_an_identity_card_is_no_learning_achievement() -> None:
    assert read({"vct": "urn:eudi:pid:1", "iat": 1, "givenName": "Ada"}) is None
    assert read({**FOREIGN, "issuanceDate": "soon"}) is None  # and nothing is, that names no date


@pytest.mark.parametrize("own", [5, {"learner": []}, {"learner": {"name": 5}}, {"honours": "cum laude"}])
def test_our_own_claim_in_disorder_is_refused(own: Any) -> None:
    with pytest.raises(Malformed):
        read({**write(ATTAINMENT), OWN: own})


def test_whatever_stands_in_the_claims_is_read_or_refused() -> None:
    rolls = random.Random(3)
    whole = {**write(FILLED), **FOREIGN, "iat": 1}
    for _ in range(2_000):
        claims = mutant(rolls.choice((whole, FOREIGN, write(ATTAINMENT))), rolls)
        with contextlib.suppress(Malformed):
            read({"vct": VCT, **claims})


def test_only_claims_with_a_type_are_recognised() -> None:
    assert sd_jwt_vc.recognises(write(ATTAINMENT))
    assert not sd_jwt_vc.recognises({"vct": VCT, "@context": []})
    assert not sd_jwt_vc.recognises({"type": "OpenBadgeCredential"})


def test_the_part_of_our_own_is_the_award_as_json() -> None:
    own = write(ATTAINMENT)[OWN]
    whole = award.to_json(ATTAINMENT)
    assert own["achievement"]["outcomes"] == whole["achievement"]["outcomes"]
    assert iso(AT) not in json.dumps(own)
