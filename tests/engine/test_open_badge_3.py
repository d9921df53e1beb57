"""Everything an attainment states goes out into an Open Badge and comes back, whatever its words."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from opencairn.engine.annex_one import ELEMENTS, OPTIONAL, Element, annex_one, annex_one_gaps
from opencairn.engine.canonical import canonical, contexts
from opencairn.engine.formats import FORMATS, open_badge_3, open_badge_3_endorsement
from opencairn.engine.losses import FILLED
from opencairn.engine.model import Accreditation, Achievement, Attainment, Evidence, Issuer, Learner, Outcome
from opencairn.engine.objections import Malformed
from tests.engine.attainments import ATTAINMENTS
from tests.engine.samples import ATTAINMENT
from tests.engine.test_canonical import pyld_quads

SHARED = Path(__file__).resolve().parents[3] / "shared"
ZOO = SHARED / "data" / "credential_zoo" / "files"


@given(ATTAINMENTS)
@settings(deadline=None, max_examples=60)
def test_every_field_comes_back(attainment: Attainment) -> None:
    document = open_badge_3.write(attainment)
    assert open_badge_3.read(document) == attainment
    assert canonical(document)  # all of it can be signed


def test_the_sample_comes_back_with_the_hash_of_the_email() -> None:
    digest = open_badge_3.hashed_email(ATTAINMENT.learner.email, ATTAINMENT.salt)
    read = open_badge_3.read(open_badge_3.write(ATTAINMENT))
    assert read == replace(ATTAINMENT, learner=replace(ATTAINMENT.learner, email="", email_hash=digest))
    assert digest == open_badge_3.hashed_email(" mirren@example.org", ATTAINMENT.salt)


def test_every_own_term_is_used_by_the_attainment_that_states_everything() -> None:
    written = json.dumps({**open_badge_3.write(FILLED), "@context": ""})
    assert [term for term in contexts.OWN_TERMS if term[0] != "@" and f'"{term}"' not in written] == []


def test_the_attainment_that_states_everything_has_the_same_canonical_form_elsewhere() -> None:
    document = open_badge_3.write(FILLED)
    assert open_badge_3.read(document) == FILLED
    ours = canonical(document)
    assert ours == pyld_quads(document)
    for term in ("accreditedBy", "learnerBornOn", "relation", "hoursSpent", "priorLearningNote", "homepage"):
        assert f"<urn:opencairn:terms:v1:{term}>" in ours
    assert '"1999-02-28"^^<http://www.w3.org/2001/XMLSchema#date>' in ours
    assert '"48"^^<http://www.w3.org/2001/XMLSchema#integer>' in ours


def test_what_has_a_core_field_stands_there_and_nowhere_else() -> None:
    document = open_badge_3.write(FILLED)
    subject = document["credentialSubject"]
    assert document["evidence"][0]["genre"] == "Portfolio"
    assert subject["source"]["name"] == "Chamber of Water Engineers"
    assert (subject["activityStartDate"], subject["activityEndDate"]) == (
        "2026-01-12T00:00:00Z",
        "2026-02-27T00:00:00Z",
    )
    assert subject["achievement"]["otherIdentifier"][0]["identifier"] == "urn:isbn:9780306406157"
    assert subject["achievement"]["alignment"][-1]["targetType"] == "ceterms:Credential"
    assert document["issuer"]["address"]["addressRegion"] == "DE2"
    assert {each["identityType"] for each in subject["identifier"]} == {
        "emailAddress",
        "name",
        "nationalIdentityNumber",
    }


def test_the_email_itself_is_not_in_the_document() -> None:
    assert "example.org" not in str(open_badge_3.write(ATTAINMENT)).lower()


def test_core_fields_are_where_every_open_badges_reader_looks() -> None:
    document = open_badge_3.write(ATTAINMENT)
    core = document["credentialSubject"]["achievement"]
    assert document["@context"][:2] == [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES]
    assert core["achievementType"] == "MicroCredential"
    assert core["name"] == "Water sampling"
    assert core["creditsAvailable"] == 2.5
    assert core["alignment"][0]["targetUrl"] == "http://data.europa.eu/snb/eqf/5"
    assert [each["targetName"] for each in core["alignment"]] == ["EQF level 5", "take water samples"]
    assert document["issuer"]["address"]["addressCountryCode"] == "DE"
    assert document["credentialStatus"]["statusListIndex"] == "94567"


@pytest.mark.parametrize(
    "lacking",
    [
        replace(ATTAINMENT, id=""),
        replace(ATTAINMENT, learner=Learner(name="")),
        replace(ATTAINMENT, achievement=replace(ATTAINMENT.achievement, criteria={"en": "x", "EN": "y"})),
        replace(
            ATTAINMENT,
            achievement=replace(ATTAINMENT.achievement, accreditation=Accreditation("", {}, "x", Issuer("", ""))),
        ),
        replace(ATTAINMENT, achievement=replace(ATTAINMENT.achievement, name={})),
        replace(ATTAINMENT, achievement=replace(ATTAINMENT.achievement, criteria={"no language!": "x"})),
    ],
)
def test_what_every_badge_must_state_is_demanded(lacking: Attainment) -> None:
    with pytest.raises(ValueError):
        open_badge_3.write(lacking)


def foreign(**changes: Any) -> dict[str, Any]:
    """A badge of another issuer: core fields only."""
    return {
        "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES],
        "id": "urn:f:1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": "https://else.example/issuer",
        "validFrom": "2025-01-01T01:00:00+01:00",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": "a@b.example", "identityType": "emailAddress"}],
            "achievement": [{
                "id": "urn:f:a", "type": ["Achievement"], "name": {"@value": "Segeln", "@language": "de"}, "inLanguage": "de",
                "description": "Boot", "criteria": {"narrative": "Ablegen"}, "image": {"id": "urn:f:i", "type": "Image"},
                "alignment": [{"type": ["Alignment"], "targetName": "?", "targetUrl": "http://data.europa.eu/snb/eqf/99"}],
                "resultDescription": {"id": "urn:f:r", "type": ["ResultDescription"], "name": "Note"},
                "notionalHours": 5,
            }],
        },
        **changes,
    }  # fmt: skip


def test_a_foreign_badge_is_read_by_its_core_fields() -> None:
    read = open_badge_3.read(foreign())
    assert read.issuer == Issuer(id="https://else.example/issuer", name="")
    assert read.learner.email == "a@b.example"
    assert read.achievement.name == {"de": "Segeln"}
    assert read.achievement.outcomes == (Outcome("urn:f:r", {"de": "Note"}),)
    assert read.achievement.image == "urn:f:i"
    assert read.achievement.image_caption == ""
    assert read.achievement.designer is None
    assert read.achievement.eqf_level is None
    assert read.achievement.hours is None  # our words count only under our context
    assert read.valid_from == datetime(2025, 1, 1, tzinfo=UTC)
    assert read.awarded_on == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("credentialSubject",), []), (("credentialSubject", "achievement"), None), (("validFrom",), None),
        (("validFrom",), "yesterday"), (("validFrom",), "0001-01-01T00:00:00+23:59"), (("awardedDate",), "2020-01-01"), (("issuer",), 5), (("issuer",), {}),
        (("credentialSubject", "identifier"), "me"), (("credentialSubject", "achievement", "criteria"), "x"),
        (("credentialSubject", "achievement", "criteriaIn"), "x"), (("credentialSubject", "achievement", "nameIn"), {"en": 1}),
        (("credentialSubject", "achievement", "assessmentType"), [1]), (("credentialSubject", "achievement", "name"), 5),
        (("credentialSubject", "achievement", "creditsAvailable"), True), (("credentialSubject", "achievement", "notionalHours"), 1.5),
        (("credentialSubject", "achievement", "creditsAvailable"), "5"),
        (("credentialSubject", "achievement", "accreditation"), 5), (("credentialSubject", "learnerBornOn"), "x"), (("evidence",), "x"),
        (("credentialSubject", "achievement", "creator"), 5), (("credentialSubject", "achievement", "creator"), {"name": "x"}),
    ],
)  # fmt: skip
def test_a_badge_that_lacks_or_garbles_a_field_is_refused(path: tuple[str, ...], value: Any) -> None:
    document = open_badge_3.write(ATTAINMENT)
    inner: Any = document
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    with pytest.raises(Malformed):
        open_badge_3.read(document)


def test_a_badge_for_nobody_is_refused() -> None:
    document = open_badge_3.write(ATTAINMENT)
    del document["credentialSubject"]["identifier"]
    with pytest.raises(Malformed):
        open_badge_3.read(document)


def test_a_foreign_badge_may_name_its_learner_only_in_words() -> None:
    document = foreign()
    del document["credentialSubject"]["identifier"]
    document["credentialSubject"]["name"] = "Jane Doe"
    assert open_badge_3.read(document).learner.name == "Jane Doe"


def test_the_first_hash_counts_and_a_hash_of_something_else_does_not() -> None:
    def hashed(kind: str, digest: str) -> dict[str, Any]:
        return {"type": "IdentityObject", "hashed": True, "identityHash": digest, "identityType": kind}

    document = foreign()
    document["credentialSubject"]["identifier"] = [
        hashed("sourcedId", "0"),
        hashed("emailAddress", "1"),
        hashed("emailAddress", "2"),
    ]
    assert open_badge_3.read(document).learner == Learner("", email_hash="1")


def test_a_foreign_name_may_stand_in_several_languages() -> None:
    document = foreign()
    what = document["credentialSubject"]["achievement"][0]
    what["name"] = [{"@value": "Segeln", "@language": "de"}, {"@value": "Sailing", "@language": "en"}, "Voile"]
    what["inLanguage"] = "fr"
    assert open_badge_3.read(document).achievement.name == {"de": "Segeln", "en": "Sailing", "fr": "Voile"}
    for nothing in ([], "", [[]]):
        what["name"] = nothing
        with pytest.raises(Malformed, match="name"):
            open_badge_3.read(document)


def test_abilities_that_a_foreign_badge_is_aligned_to_are_outcomes_once() -> None:
    document = foreign()
    what = document["credentialSubject"]["achievement"][0]
    known = {"type": ["Alignment"], "targetName": "knots", "targetUrl": "urn:s:1", "targetType": "ceasn:Competency"}
    what["alignment"] += [known, known, {**known, "targetUrl": "urn:s:2", "targetType": "CTDL"}]
    what["resultDescription"]["alignment"] = {**known, "targetUrl": "urn:s:3"}
    what["alignment"].append({**known, "targetUrl": "urn:s:3"})
    outcomes = open_badge_3.read(document).achievement.outcomes
    assert [each.id for each in outcomes] == ["urn:f:r", "urn:s:1"]
    assert outcomes[1].text == {"de": "knots"}


@pytest.mark.parametrize(("region", "read"), [("DE2", "DE2"), ("TX", ""), ("Bayern", ""), ("FR1", "")])
def test_a_foreign_region_counts_only_as_a_code_of_the_country(region: str, read: str) -> None:
    address = {"type": ["Address"], "addressCountryCode": "DE", "addressRegion": region}
    found = open_badge_3.read(foreign(issuer={"id": "urn:i", "type": ["Profile"], "address": address}))
    assert (found.issuer.country, found.issuer.region) == ("DE", read)


def test_a_badge_on_the_data_model_1_1_has_its_dates_under_their_old_names() -> None:
    document = foreign(
        **{"@context": ["https://www.w3.org/2018/credentials/v1", contexts.OPEN_BADGES]},
        type=["VerifiableCredential", "AchievementCredential"],
        issuanceDate="2024-05-01T00:00:00Z",
        expirationDate="2027-05-01T00:00:00Z",
        evidence={"id": "urn:e", "type": "Evidence", "name": "Log book"},
    )
    del document["validFrom"]
    document["credentialSubject"]["identifier"][0]["identityType"] = "email"
    assert open_badge_3.recognises(document)
    read = open_badge_3.read(document)
    assert read.awarded_on == date(2024, 5, 1)
    assert read.valid_until == datetime(2027, 5, 1, tzinfo=UTC)
    assert read.learner.email == "a@b.example"
    assert read.evidence == (Evidence("urn:e", "Log book"),)
    with pytest.raises(Malformed, match="issuanceDate"):
        open_badge_3.read({**document, "issuanceDate": ""})


def test_days_of_learning_may_be_days_or_instants() -> None:
    document = foreign()
    document["credentialSubject"] |= {"activityStartDate": "2024-01-02", "activityEndDate": "2024-02-03T23:00:00-05:00"}
    read = open_badge_3.read(document)
    assert (read.started_on, read.ended_on) == (date(2024, 1, 2), date(2024, 2, 4))
    document["credentialSubject"]["activityEndDate"] = "spring"
    with pytest.raises(Malformed, match="spring"):
        open_badge_3.read(document)


@pytest.mark.parametrize("status", [{"type": "Other"}, [], "x", {"type": "BitstringStatusListEntry"}])
def test_a_status_of_another_kind_is_left_to_the_status_check(status: Any) -> None:
    assert open_badge_3.read(foreign(credentialStatus=status)).status is None


def test_formats_are_listed() -> None:
    assert open_badge_3 in FORMATS
    assert not open_badge_3.recognises({"type": "VerifiableCredential"})
    assert open_badge_3.recognises({"@type": "OpenBadgeCredential"})


def test_a_relation_that_is_neither_part_nor_way_is_left_out() -> None:
    document = open_badge_3.write(FILLED)
    document["credentialSubject"]["achievement"]["alignment"][-1]["relation"] = ["else"]
    assert open_badge_3.read(document).achievement.related == ()


# --- endorsements ---


def test_an_endorsement_says_who_vouches_for_what() -> None:
    document = foreign(
        type=["VerifiableCredential", "EndorsementCredential"],
        credentialSubject={"id": "urn:badge", "type": ["EndorsementSubject"], "endorsementComment": "Good."},
    )
    assert open_badge_3_endorsement.recognises(document)
    assert not open_badge_3.recognises(document)
    read = open_badge_3_endorsement.read(document)
    assert (read.id, read.endorsed, read.comment) == ("urn:f:1", "urn:badge", "Good.")
    assert read.issuer.id == "https://else.example/issuer"
    with pytest.raises(Malformed):
        open_badge_3_endorsement.read({**document, "credentialSubject": {"type": []}})


# --- badges of others ---


def zoo() -> list[Any]:
    """The Open Badges 3.0 of the reference data, which are JSON."""
    found = []
    for file in sorted(ZOO.glob("*")) if ZOO.is_dir() else []:
        with contextlib.suppress(ValueError):
            document = json.loads(file.read_bytes())
            if isinstance(document, dict) and open_badge_3.recognises(document):
                found.append(pytest.param(document, id=file.name))
    return found


@pytest.mark.shared
@pytest.mark.skipif(not ZOO.is_dir(), reason="the reference data ../shared is not here")
@pytest.mark.parametrize("document", zoo())
def test_every_foreign_badge_that_names_an_achievement_is_read(document: dict[str, Any]) -> None:
    if "achievement" in document["credentialSubject"]:
        read = open_badge_3.read(document)
        assert read.achievement.name
        assert read.issuer.id
    else:
        with pytest.raises(Malformed, match="achievement"):
            open_badge_3.read(document)


def test_the_picture_goes_out_and_comes_back_with_its_caption() -> None:
    picture = open_badge_3.write(ATTAINMENT)["credentialSubject"]["achievement"]["image"]
    what = ATTAINMENT.achievement
    assert picture == {"id": what.image, "type": "Image", "caption": what.image_caption}
    assert open_badge_3.read(open_badge_3.write(ATTAINMENT)).achievement.image_caption == what.image_caption
    bare = open_badge_3.write(replace(ATTAINMENT, achievement=replace(what, image_caption="")))
    assert bare["credentialSubject"]["achievement"]["image"] == {"id": what.image, "type": "Image"}


def test_a_picture_may_be_an_address_alone() -> None:
    document = foreign()
    document["credentialSubject"]["achievement"][0]["image"] = "urn:f:j"
    read = open_badge_3.read(document).achievement
    assert (read.image, read.image_caption) == ("urn:f:j", "")


# --- EU Recommendation 2022/C 243/02, Annex I ---


def test_the_sample_states_all_eleven_elements() -> None:
    assert len(ELEMENTS) == 11
    assert annex_one_gaps(ATTAINMENT) == ()


def test_each_element_is_missed() -> None:
    what = ATTAINMENT.achievement
    bare = Achievement(what.id, "1", {"en": " "}, {}, {}, ())
    empty = replace(ATTAINMENT, issuer=Issuer(ATTAINMENT.issuer.id, ""), learner=Learner(""), achievement=bare)
    assert annex_one_gaps(empty) == tuple(each for each in ELEMENTS if each != "issued_on")


def test_a_level_may_be_national_or_not_applicable_with_a_reason() -> None:
    what = replace(ATTAINMENT.achievement, eqf_level=None, national_level="")
    assert annex_one_gaps(replace(ATTAINMENT, achievement=what)) == ("level",)
    reason = replace(what, level_not_applicable="Hobby course")
    assert annex_one_gaps(replace(ATTAINMENT, achievement=reason)) == ()
    assert annex_one_gaps(replace(ATTAINMENT, achievement=replace(what, national_level="NQF 5"))) == ()


def test_every_element_is_reported_in_the_order_of_the_annex() -> None:
    found = annex_one(ATTAINMENT)
    assert tuple(each.key for each in found) == ELEMENTS + OPTIONAL
    assert [each.mandatory for each in found] == [True] * 11 + [False] * 5
    assert {each.state for each in found} == {"present"}


def test_an_optional_element_may_be_absent_and_is_no_gap() -> None:
    what = replace(
        ATTAINMENT.achievement, prerequisites={}, supervision="", stackability={}, further_information={"en": " "}
    )
    bare = replace(ATTAINMENT, achievement=what, grade=" ")
    assert [each.key for each in annex_one(bare) if each.state == "absent"] == list(OPTIONAL)
    assert annex_one_gaps(bare) == ()


def test_a_level_that_does_not_apply_is_reported_with_its_reason() -> None:
    what = replace(ATTAINMENT.achievement, eqf_level=None, national_level="", level_not_applicable=" Hobby course ")
    level = next(each for each in annex_one(replace(ATTAINMENT, achievement=what)) if each.key == "level")
    assert level == Element("level", mandatory=True, state="not-applicable", reason="Hobby course")
    there = next(each for each in annex_one(ATTAINMENT) if each.key == "level")
    assert (there.state, there.reason) == ("present", "")


def test_an_element_may_be_stated_in_more_than_one_way() -> None:
    what = replace(FILLED.achievement, quality_assurance="", stackability={}, further_information={})
    learner, nameless = Learner(name="", family_name="Okafor"), replace(FILLED.issuer, name="")
    other = replace(FILLED, achievement=what, learner=learner, issuer=nameless)
    assert {each.state for each in annex_one(other)} == {"present"}
    assert annex_one_gaps(replace(other, awarding_body=None)) == ("awarding_body",)
