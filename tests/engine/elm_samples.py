"""Attainments for the tests of the European Learning Model: one with every field, and arbitrary ones."""

import string
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from opencairn.engine.formats import elm_vocabulary as vocabulary
from opencairn.engine.model import (
    Accreditation,
    Achievement,
    Attainment,
    Evidence,
    Issuer,
    Learner,
    Outcome,
    OutcomeResult,
    Related,
    Skill,
    Status,
)

from .samples import ATTAINMENT

AGENCY = Issuer("https://agency.example/", "Agentur für Qualität", "DE")
FULL = replace(
    ATTAINMENT,
    issuer=replace(ATTAINMENT.issuer, region="DE11", legal_identifier="VATDE-123456789"),
    learner=Learner(
        "Mirren Okafor",
        id="did:example:mirren",
        email_hash="sha256$" + "ab" * 32,
        given_name="Mirren",
        family_name="Okafor",
        born_on=date(1999, 10, 2),
        national_id="IDCDE-L01X00T47",
    ),
    achievement=replace(
        ATTAINMENT.achievement,
        outcomes=(
            *ATTAINMENT.achievement.outcomes,
            Outcome("urn:o:3", {"en": "Code"}, (Skill("https://onet.example/2.A.1", "Reading", "O*NET"),)),
        ),
        languages=("en", "de-CH", "de-AT"),
        outcome_summary={"en": "Samples that hold."},
        cycle="first",
        learning_setting="non-formal",
        recognition={"en": "The Chamber counts it."},
        related=(
            Related("https://tarntal.example/water/", "Water certificate"),
            Related("https://tarntal.example/lab/", "Laboratory course", "leads-to"),
        ),
        identifiers=("urn:catalogue:77", "https://catalogue.example/77"),
        homepage="https://tarntal.example/water/sampling",
        accreditation=Accreditation(
            "https://register.example/42", {"en": "Programme accreditation"}, "external-programme", AGENCY, "A-42",
            date(2025, 1, 1), date(2030, 12, 31),
        ),
    ),
    awarding_body=Issuer("https://academy.example/", "Academy", "AT", "https://academy.example/", "a@academy.example"),
    started_on=date(2026, 1, 5),
    ended_on=date(2026, 2, 27),
    hours_spent=75,
    prior_learning_note={"en": "Two years at the waterworks.", "de": "Zwei Jahre im Wasserwerk."},
    evidence=(
        Evidence("https://portfolio.example/1", "Log", "Field log", "Twelve samples in a storm.", "Portfolio"),
        Evidence("", "Reference", "By the waterworks", "", "RPL"),
    ),
)  # fmt: skip


def codes(name: str) -> Any:
    return st.sampled_from(["", *vocabulary.vocabularies()[name].terms])


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
SAID = WORDS.filter(str.strip)
TEXT = st.dictionaries(st.sampled_from(["en", "de", "fr", "el", "de-CH", "ar"]), WORDS, max_size=3)
TITLE = st.dictionaries(st.sampled_from(["en", "de", "hu"]), SAID, min_size=1, max_size=3)
URI = st.text(string.ascii_letters + string.digits + "/#?=-._~%", min_size=1, max_size=10).map(
    lambda end: "urn:x:" + end
)
DAY = st.dates(date(1900, 1, 1), date(2200, 1, 1))
COUNTRY = codes("country")
HOURS = st.none() | st.integers(0, 99_999)
INSTANT = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(lambda at: at.replace(microsecond=0, tzinfo=UTC))  # noqa: DTZ001
ISSUER = st.builds(
    Issuer,
    id=URI,
    name=WORDS,
    country=COUNTRY,
    url=st.just("") | URI,
    email=WORDS,
    region=st.sampled_from(["", "DE11", "FRB02", "X/1"]),
    legal_identifier=st.sampled_from(["", "VATDE-123456789", "4711", "NTRNL-1"]),
)


def several(each: Any, most: int = 2) -> Any:
    """Some values, none of them twice: to JSON-LD that would be the same statement again."""
    return st.lists(each, max_size=most, unique_by=repr)


ESCO = st.builds(Skill, st.uuids().map(lambda each: vocabulary.ESCO_SKILL + str(each)), WORDS)
OTHER_SKILL = st.builds(Skill, URI, WORDS, WORDS.filter(lambda each: each != "ESCO"))
OUTCOME = st.builds(
    lambda id_, text, esco, other: Outcome(id_, text, (*esco, *other)),
    URI, TEXT, several(ESCO), several(OTHER_SKILL),
)  # fmt: skip
KINDS = st.sampled_from(["external-programme", "external-institution"])
ACCREDITATION = st.builds(Accreditation, URI, TEXT, KINDS, ISSUER, WORDS, st.none() | DAY, st.none() | DAY)


@st.composite
def achievements(draw: Any) -> Achievement:
    wholes = draw(several(st.builds(Related, URI, WORDS)))
    onward = draw(several(st.builds(Related, URI, WORDS, st.just("leads-to"))))
    accreditation = draw(st.none() | ACCREDITATION)
    image = draw(st.just("") | URI)
    national = st.sampled_from(["", "DQR 5", "DQR Level 5", "dqr  5", "Chapter IV", "level", "PQF 1"])
    assured = codes("quality-assurance") | SAID
    return draw(
        st.builds(
            Achievement,
            id=URI,
            version=WORDS,
            name=TITLE,
            description=TEXT,
            criteria=TEXT,
            outcomes=several(OUTCOME, 3).map(tuple),
            human_code=WORDS,
            ects=st.none() | st.decimals(0, 300, places=2),
            hours=HOURS,
            eqf_level=st.none() | st.integers(1, 8),
            national_level=national,
            level_not_applicable=WORDS,
            assessment_types=st.lists(codes("assessment").filter(bool) | SAID, unique=True, max_size=3).map(tuple),
            participation=codes("participation") | SAID,
            quality_assurance=assured.filter(bool) if accreditation else assured,
            quality_assurance_note=TEXT,
            prerequisites=TEXT,
            supervision=st.sampled_from(
                ["", "supervised-id", "supervised-no-id", "unsupervised-id", "unsupervised-no-id"]
            ),
            grading_scheme=TEXT,
            stackability=TEXT,
            further_information=TEXT,
            inherent_requirements=TEXT,
            languages=several(st.sampled_from(["en", "de", "de-CH", "zh-Hans", "haw", "DE"]), 3).map(tuple),
            field_of_study=codes("field"),
            image=st.just(image),
            image_caption=WORDS if image else st.just(""),
            designer=st.none() | ISSUER,
            outcome_summary=TEXT,
            cycle=st.sampled_from(["", "short", "first", "second", "third"]),
            learning_setting=codes("setting"),
            recognition=TEXT,
            related=st.just((*wholes, *onward)),
            identifiers=several(URI).map(tuple),
            homepage=st.just("") | URI,
            accreditation=st.just(accreditation),
        )
    )


@st.composite
def attainments(draw: Any) -> Attainment:
    shown = draw(several(st.builds(Evidence, URI, WORDS, WORDS, WORDS, WORDS)))
    told = draw(several(st.builds(Evidence, st.just(""), WORDS, WORDS, WORDS, WORDS)))
    issuer = draw(ISSUER)
    learner = st.builds(
        Learner,
        name=SAID,
        id=st.just("") | URI,
        email_hash=st.sampled_from(["", "sha256$" + "0" * 64]),
        given_name=WORDS,
        family_name=WORDS,
        born_on=st.none() | DAY,
        national_id=st.sampled_from(["", "IDCDE-L01", "4711"]),
    )
    return draw(
        st.builds(
            Attainment,
            id=URI,
            issuer=st.just(issuer),
            learner=learner,
            achievement=achievements(),
            awarded_on=DAY,
            valid_from=INSTANT,
            valid_until=st.none() | INSTANT,
            results=several(st.builds(OutcomeResult, URI, st.booleans(), WORDS), 3).map(tuple),
            grade=WORDS,
            prior_learning=st.booleans(),
            status=st.none()
            | st.builds(Status, URI, st.integers(0, 10**9), st.sampled_from(["revocation", "suspension", "message"])),
            salt=WORDS,
            awarding_body=st.none() | ISSUER.filter(lambda each: each.id != issuer.id),
            started_on=st.none() | DAY,
            ended_on=st.none() | DAY,
            hours_spent=HOURS,
            prior_learning_note=TEXT,
            evidence=st.just((*shown, *told)),
        )
    )
