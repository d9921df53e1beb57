"""The European Learning Model: what goes out comes back, and what strangers write is read or refused."""

import base64
import copy
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from opencairn.engine.annex_one import annex_one_gaps
from opencairn.engine.formats import FORMATS, elm, elm_vocabulary, open_badge_3
from opencairn.engine.keys import SigningKey
from opencairn.engine.model import Attainment, Evidence, Issuer, Learner, Status
from opencairn.engine.objections import Malformed, Objection
from opencairn.engine.proofs import jades
from opencairn.engine.verify import examine
from opencairn.programmes import vocabulary

from .elm_samples import AGENCY, FULL, attainments
from .samples import ATTAINMENT, LIST, offering
from .test_jades import AT, LATER, LEAF, PRIVATE

PNG = bytes.fromhex("89504e470d0a1a0a") + b"the rest of a picture"
SNB = "http://data.europa.eu/snb/"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(attainments())
def test_every_attainment_comes_back_as_it_went_out(attainment: Attainment) -> None:
    assert elm.read(elm.write(attainment)) == attainment


def test_an_attainment_with_every_field_comes_back_and_lacks_nothing_of_annex_one() -> None:
    read = elm.read(elm.write(FULL))
    assert read == FULL
    assert annex_one_gaps(read) == ()


def test_an_e_mail_travels_only_as_its_salted_hash() -> None:
    document = elm.write(ATTAINMENT)
    assert "mirren@" not in json.dumps(document).lower()
    hashed = open_badge_3.hashed_email(ATTAINMENT.learner.email, ATTAINMENT.salt)
    assert elm.read(document) == replace(ATTAINMENT, learner=replace(ATTAINMENT.learner, email="", email_hash=hashed))


def claim_of(document: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["credentialSubject"]["hasClaim"][0]
    return found


def spec_of(document: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = claim_of(document)["specifiedBy"]
    return found


def test_the_model_s_own_fields_and_lists_are_used() -> None:
    document = elm.write(FULL)
    spec = spec_of(document)
    assert document["@context"] == list(elm.CONTEXTS)
    assert document["type"] == ["VerifiableCredential", "EuropeanDigitalCredential"]
    assert document["issued"] == document["issuanceDate"] == document["validFrom"] == "2026-03-02T09:00:00Z"
    assert document["issuer"]["eIDASIdentifier"]["notation"] == "VATDE-123456789"
    assert document["issuer"]["location"]["address"]["countryCode"]["id"].endswith("/country/DEU")
    assert document["issuer"]["location"]["spatialCode"]["id"] == "http://data.europa.eu/nuts/code/DE11"
    assert spec["creditPoint"]["framework"]["id"] == SNB + "education-credit/6fcec5c5af"
    assert (spec["creditPoint"]["point"], spec["volumeOfLearning"]) == ("2.5", "PT60H")
    assert spec["eqfLevel"]["id"] == SNB + "eqf/5"
    assert spec["nqfLevel"]["inScheme"]["id"] == SNB + "qdr/25831c2"
    assert spec["nqfLevel"]["prefLabel"] == {"en": "DQR 5"}
    assert spec["thematicArea"]["prefLabel"] == {"en": "Environmental sciences"}
    assert [each["dcType"]["id"] for each in spec["provenBy"]] == [
        SNB + "assessment/6a4db9f11d",
        SNB + "assessment/6e6cb2cc78",
    ]
    assert spec["accreditation"]["dcType"]["id"] == SNB + "accreditation/820101cba6"
    assert claim_of(document)["provenBy"][0]["idVerification"]["id"] == SNB + "supervision-verification/70be69aaf9"
    assert spec["language"][1]["altLabel"] == {"en": "de-CH"}


def test_nodes_that_say_the_same_have_one_name() -> None:
    claim = claim_of(elm.write(FULL))
    assert claim["awardedBy"]["id"] == claim["provenBy"][0]["awardedBy"]["id"]
    assert claim["provenBy"][0]["grade"]["id"] != claim["provenBy"][1]["grade"]["id"]


# --- the lists ---


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        (vocabulary.PARTICIPATION, "participation"),
        (vocabulary.ASSESSMENT_TYPES, "assessment"),
        (vocabulary.SUPERVISION, "supervision"),
        (vocabulary.QUALITY_ASSURANCE, "accreditation"),
    ],
)
def test_every_code_of_a_description_has_the_uri_that_the_programmes_show(
    ours: Mapping[str, vocabulary.Term], name: str
) -> None:
    for code, term in ours.items():
        assert elm_vocabulary.is_listed(name, code) is bool(term.uri)
        if term.uri:
            assert elm_vocabulary.concept(name, code)["id"] == term.uri
            assert elm_vocabulary.code_of(name, term.uri) == code


def test_every_field_language_level_and_kind_of_quality_assurance_is_listed() -> None:
    assert [code for code in vocabulary.FIELDS if not elm_vocabulary.is_listed("field", code)] == []
    assert [tag for tag in vocabulary.LANGUAGES if not elm_vocabulary.is_listed("language", tag)] == []
    assert [
        code for code in vocabulary.QUALITY_ASSURANCE if not elm_vocabulary.is_listed("quality-assurance", code)
    ] == []
    for code in vocabulary.FIELDS:
        assert elm_vocabulary.concept("field", code)["id"] == vocabulary.field_uri(code)
    for level in vocabulary.EQF_LEVELS:
        assert elm_vocabulary.concept("eqf", str(level))["id"] == vocabulary.eqf_uri(level)


def test_a_national_level_is_on_the_list_however_its_level_is_spelled() -> None:
    assert elm_vocabulary.is_national_level("DQR Level 5")
    assert elm_vocabulary.is_national_level("dqr 5")
    assert not elm_vocabulary.is_national_level("Level")
    assert len(elm_vocabulary.vocabularies()["national-level"].terms) == 424  # no two go by the same words


# --- the picture ---


def images(document: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    details = document["displayParameter"]["individualDisplay"][0]["displayDetail"]
    return [(each["image"]["contentType"]["id"][-4:], base64.b64decode(each["image"]["content"])) for each in details]


def test_a_credential_shows_the_pages_it_was_given_else_its_facts() -> None:
    pages = (PNG, b"\xff\xd8\xff\xe0")
    assert images(elm.write(FULL, pages=pages)) == [("/PNG", pages[0]), ("JPEG", pages[1])]
    ((kind, drawn),) = images(elm.write(replace(FULL, learner=Learner("<Mirren> & \x00 Co"), awarding_body=None)))
    assert kind == "/SVG"
    for words in ("&lt;Mirren&gt; &amp; \ufffd Co", "Water sampling", "Hochschule Tarntal", "2026-03-01", FULL.id):
        assert words in drawn.decode()
    assert "Academy" in images(elm.write(FULL))[0][1].decode()


def test_a_learner_without_a_name_is_shown_by_address() -> None:
    drawn = images(elm.write(replace(FULL, learner=Learner("", id="did:example:1"))))[0][1].decode()
    assert "did:example:1" in drawn


def test_a_page_that_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="PNG, JPEG or SVG"):
        elm.write(FULL, pages=(b"%PDF-1.7",))


def test_the_primary_language_is_one_that_the_eu_lists() -> None:
    def languages(name: Mapping[str, str]) -> tuple[str, list[str]]:
        shown = elm.write(replace(FULL, achievement=replace(FULL.achievement, name=name)))["displayParameter"]
        return shown["primaryLanguage"]["id"][-3:], [each["id"][-3:] for each in shown["language"]]

    assert languages({"de": "Wasser", "en": "Water"}) == ("ENG", ["DEU", "ENG"])
    assert languages({"haw": "Wai"}) == ("ENG", ["ENG"])
    assert languages({"haw": "Wai", "fr": "Eau"}) == ("FRA", ["FRA"])


# --- what cannot be written ---


@pytest.mark.parametrize(
    "changed",
    [
        replace(FULL, id=""),
        replace(FULL, issuer=Issuer("", "x")),
        replace(FULL, achievement=replace(FULL.achievement, id="")),
        replace(FULL, achievement=replace(FULL.achievement, name={"en": " "})),
        replace(FULL, learner=Learner("")),
        replace(FULL, achievement=replace(FULL.achievement, description={"not a tag": "x"})),
    ],
)
def test_an_attainment_that_lacks_what_every_credential_states_is_not_written(changed: Attainment) -> None:
    with pytest.raises(ValueError, match=r"a credential needs|is not a language tag"):
        elm.write(changed)


def test_nothing_is_made_up_for_what_is_not_stated() -> None:
    who = Issuer("https://x.example/", "X", region="DE11")
    bare = replace(
        FULL,
        issuer=who,
        awarding_body=Issuer("", "Y", legal_identifier="4711"),
        grade="",
        hours_spent=None,
        started_on=None,
        ended_on=None,
        achievement=replace(
            FULL.achievement,
            assessment_types=(),
            supervision="",
            outcomes=(),
            accreditation=None,
            quality_assurance="internal",
            languages=("haw",),
        ),
    )
    document = elm.write(bare)
    claim = claim_of(document)
    assert "address" not in document["issuer"]["location"]
    assert "influencedBy" not in claim
    assert claim["awardedBy"]["awardingBody"][0]["eIDASIdentifier"]["type"] == "Identifier"  # no country is known
    assert elm.read(document) == bare
    graded = replace(bare, achievement=replace(bare.achievement, grading_scheme={}), results=())
    assert "provenBy" not in claim_of(elm.write(graded))
    assert elm.read(elm.write(graded)) == graded


# --- what others write ---


FOREIGN: Mapping[str, Any] = {
    "id": "urn:credential:1",
    "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
    "issuer": {"id": "urn:epass:org:1", "legalName": {"fr": "Une école"}},
    "issued": "2023-09-27T00:30:00+02:00",
    "validFrom": "2022-12-31T23:00:00Z",
    "expirationDate": "2030-01-01T00:00:00",
    "credentialSubject": {
        "id": "urn:epass:person:1",
        "givenName": {"en": "Ana"},
        "familyName": {"en": "Andromeda"},
        "dateOfBirth": "1999-10-01T22:00:00Z",
        "contactPoint": {"emailAddress": {"id": "mailto:a%2Bb@x.example"}},
        "hasClaim": {"id": "urn:claim:1", "type": "LearningAchievement", "title": {"en": ["Water", "and wine"]}},
    },
}


def foreign(spec: Mapping[str, Any] | None = None, **claim: Any) -> dict[str, Any]:
    document = copy.deepcopy(dict(FOREIGN))
    document["credentialSubject"]["hasClaim"] |= claim
    if spec is not None:
        named = {"id": "urn:q:1", "type": "Qualification", "title": "Water", **spec}
        document["credentialSubject"]["hasClaim"]["specifiedBy"] = named
    return document


def test_a_credential_of_another_tool_is_read_by_what_it_states() -> None:
    read = elm.read(foreign())
    assert read.achievement.id == "urn:claim:1"
    assert read.achievement.name == {"en": "Water\nand wine"}
    assert read.learner == Learner("Ana Andromeda", "a+b@x.example", "", "", "Ana", "Andromeda", date(1999, 10, 2))
    assert read.awarded_on == date(2023, 9, 27)  # as it is written, not as it is in UTC
    assert read.valid_from == datetime(2022, 12, 31, 23, tzinfo=UTC)
    assert read.valid_until == datetime(2030, 1, 1, tzinfo=UTC)
    assert read.issuer == Issuer("urn:epass:org:1", "Une école")
    assert read.awarding_body is None


def test_a_day_without_an_award_is_the_day_from_which_it_is_valid() -> None:
    document = foreign()
    del document["issued"]
    assert elm.read(document).awarded_on == date(2023, 1, 1)  # midnight in Europe
    document["validFrom"] = "9999-12-31T23:00:00Z"
    assert elm.read(document).awarded_on == date(9999, 12, 31)


def test_of_several_claims_the_first_achievement_is_read() -> None:
    document = foreign()
    achieved = document["credentialSubject"]["hasClaim"]
    other = {"id": "urn:claim:0", "type": "LearningActivity", "title": {"en": "Swim"}}
    document["credentialSubject"]["hasClaim"] = [other, achieved]
    assert elm.read(document).achievement.id == "urn:claim:1"
    document["credentialSubject"]["hasClaim"] = [other]
    assert elm.read(document).achievement.id == "urn:claim:0"


def test_plain_words_are_words_in_an_unknown_language() -> None:
    assert elm.read(foreign({})).achievement.name == {"und": "Water"}


@pytest.mark.parametrize(
    ("duration", "hours"),
    [("PT60H", 60), ("PT90M", None), ("PT1H60M", 2), ("P60M", None), ("P2D", None), ("PT", None), ("", None)],
)
def test_only_whole_hours_are_a_workload(duration: str, hours: int | None) -> None:
    assert elm.read(foreign({"volumeOfLearning": duration})).achievement.hours == hours


def test_only_credits_of_ects_are_ects() -> None:
    ecvet = {"framework": {"id": SNB + "education-credit/60b314e826"}, "point": "9"}
    ects = {"framework": {"id": SNB + "education-credit/6fcec5c5af"}, "point": {"@value": "2.50"}}
    assert elm.read(foreign({"creditPoint": ecvet})).achievement.ects is None
    assert elm.read(foreign({"creditPoint": [ecvet, ects]})).achievement.ects == Decimal("2.5")
    assert elm.read(foreign({"creditPoint": {**ects, "point": ""}})).achievement.ects is None


def test_a_concept_that_is_on_no_list_is_read_by_its_label() -> None:
    spec = {"mode": {"id": "urn:mode:1", "prefLabel": {"fr": "en mer", "en": "at sea"}}, "eqfLevel": "urn:eqf:9"}
    read = elm.read(foreign(spec, provenBy={"idVerification": "urn:check:1"})).achievement
    assert (read.participation, read.eqf_level, read.supervision) == ("at sea", None, "urn:check:1")


def test_the_mode_may_stand_at_the_activity() -> None:
    activity = {"specifiedBy": {"mode": {"id": SNB + "learning-assessment/920fbb3cbe"}}}
    assert elm.read(foreign({}, influencedBy=activity)).achievement.participation == "online"


def test_notes_about_nothing_in_particular_are_further_information() -> None:
    notes = [{"noteLiteral": {"en": "One"}}, {"noteLiteral": {"en": "Two", "de": "Zwei"}}]
    assert elm.read(foreign({"additionalNote": notes})).achievement.further_information == {
        "en": "One\nTwo",
        "de": "Zwei",
    }


def test_identifiers_are_addresses_and_the_first_other_one_is_the_code() -> None:
    codes = [{"notation": "WS-1"}, {"notation": "urn:x:1"}, {"notation": "WS-2"}]
    read = elm.read(foreign({"identifier": codes})).achievement
    assert (read.human_code, read.identifiers) == ("WS-1", ("urn:x:1",))


@pytest.mark.parametrize("place", ["spec", "body", "issuer", "evidence"])
def test_quality_assurance_is_found_wherever_the_model_lets_it_stand(place: str) -> None:
    kind = {"id": SNB + "accreditation/bb4618238e"}
    licence = {"id": "urn:a:0", "dcType": {"id": SNB + "accreditation/003293d2ce"}}
    agent = {"id": AGENCY.id, "legalName": {"de": AGENCY.name}}
    decided = {"id": "urn:a:1", "title": {"en": "Audit"}, "dcType": kind, "accreditingAgent": agent, "dateIssued": "2024-05-01T00:00:00Z"}  # fmt: skip
    held = {"accreditation": [licence, decided]}
    document = foreign(held if place == "spec" else {})
    if place == "body":
        document["credentialSubject"]["hasClaim"]["awardedBy"] = {"awardingBody": {"id": "urn:b:1", **held}}
    elif place == "issuer":
        document["issuer"] |= held
    elif place == "evidence":
        document["evidence"] = held
    read = elm.read(document).achievement
    assert read.quality_assurance == "external-institution"
    assert read.accreditation is not None
    assert read.accreditation.agent.name == AGENCY.name
    assert read.accreditation.valid_from == date(2024, 5, 1)


def test_a_document_about_it_is_no_picture_of_it() -> None:
    document = {"supplementaryDocument": {"contentURL": "https://x.example/syllabus"}}
    assert elm.read(foreign(document)).achievement.image == ""


def test_a_document_is_recognised_by_its_type() -> None:
    assert elm in FORMATS
    assert elm.recognises(FOREIGN)
    assert elm.recognises({"type": "EuropeanDigitalCredential"})
    assert not elm.recognises({"type": ["VerifiableCredential"]})
    assert not elm.recognises({})


# --- the status ---


@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
def test_the_place_in_a_status_list_is_one_address(purpose: str) -> None:
    status = Status(LIST, 94_567, purpose)
    document = elm.write(replace(FULL, status=status))
    assert document["credentialStatus"]["@value"] == f"{LIST}#{purpose}-94567"
    (entry,) = elm.status_entries(document)
    assert entry["statusListCredential"] == LIST
    assert elm.read(document).status == status


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (f"{LIST}#7", Status(LIST, 7)),
        ({"type": "BitstringStatusListEntry", "statusPurpose": "message", "statusListIndex": "5", "statusListCredential": LIST}, Status(LIST, 5, "message")),
        ("https://x.example/status", None),
        ({"id": "x", "type": "StatusList2021Entry"}, None),
        ({"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": 5}, None),
        (5, None),
        ([], None),
    ],
)  # fmt: skip
def test_a_status_in_another_spelling_is_read_or_left_to_the_status_step(value: Any, status: Status | None) -> None:
    document = {**foreign(), "credentialStatus": value}
    assert elm.read(document).status == status
    assert len(elm.status_entries(document)) == (0 if value == [] else 1)


# --- what is refused ---


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": {}}, {"issuer": 5}, {"validFrom": ""}, {"validFrom": "tomorrow"}, {"validFrom": "0001-01-01T00:00:00+23:59"},
        {"validFrom": 5}, {"credentialSubject": []}, {"credentialSubject": {"id": "urn:x:1"}}, {"issued": "2023-02-30"},
    ],
)  # fmt: skip
def test_a_credential_that_lacks_or_garbles_a_field_is_refused(change: Mapping[str, Any]) -> None:
    with pytest.raises(Malformed):
        elm.read({**foreign(), **change})


@pytest.mark.parametrize(
    "spec",
    [
        {"id": ""}, {"title": 5}, {"title": {"en": 5}}, {"title": {"en": [5]}}, {"mode": 5}, {"mode": [None]},
        {"creditPoint": {"framework": SNB + "education-credit/6fcec5c5af", "point": "two"}}, {"volumeOfLearning": 60},
    ],
)  # fmt: skip
def test_an_achievement_that_is_garbled_is_refused(spec: Mapping[str, Any]) -> None:
    with pytest.raises(Malformed):
        elm.read(foreign(spec))


def test_an_achievement_without_a_title_is_refused() -> None:
    with pytest.raises(Malformed):
        elm.read(foreign(None, title={}))


def test_evidence_without_an_address_comes_back_after_that_with_one() -> None:
    told, shown = Evidence(narrative="Twelve samples."), Evidence("https://x.example/log", "Log")
    assert elm.read(elm.write(replace(FULL, evidence=(told, shown)))).evidence == (shown, told)


JUNK: tuple[Any, ...] = (
    None, 5, -1.5, True, [], {}, "x", "\x00", [None], [[]], {"@value": 5}, {"id": 5}, {"id": []}, {"en": ["a"]},
    {"type": [{}]}, "9999-12-31T22:00:00Z", "0001-01-01T00:00:00+14:00", "PT1H",
)  # fmt: skip


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield (*above, name)
        yield from places(each, (*above, name))


def test_whatever_stands_in_any_place_is_read_or_refused() -> None:
    chance, document = random.Random(20260302), elm.write(FULL)
    everywhere = list(places(document))
    refused = 0
    for _ in range(2000):
        changed = copy.deepcopy(document)
        place, inner = chance.choice(everywhere), changed
        for name in place[:-1]:
            inner = inner[name]
        inner[place[-1]] = chance.choice(JUNK)
        try:
            elm.status_entries(changed)
            elm.read(changed)
        except Objection:
            refused += 1
    assert 100 < refused < 1900


# --- under a seal, through the whole verification ---


def test_a_sealed_credential_is_verified_step_by_step() -> None:
    sealed = jades.sign(elm.write(FULL), key=SigningKey(PRIVATE["ES256"]), certificates=(LEAF,), at=AT)
    report = examine(json.dumps(sealed).encode(), at=LATER, fetch=offering({}), trust=None)
    steps = {each.name: (each.outcome, each.code) for each in report.steps}
    assert report.verdict == "unknown"
    assert steps["format"] == ("pass", "elm-3")
    assert steps["signature"] == ("unknown", "seal-not-on-list")
    assert steps["dates"] == ("pass", "valid-until")
    changed = json.dumps(sealed).replace("Mirren", "Morten").encode()
    assert examine(changed, at=LATER, fetch=offering({}), trust=None).verdict == "invalid"
