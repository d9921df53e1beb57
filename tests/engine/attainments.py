"""Arbitrary attainments for property tests: every field of the model, filled or not, with any words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from opencairn.engine.model import (
    Accreditation,
    Achievement,
    Association,
    Attainment,
    Evidence,
    Issuer,
    Learner,
    Outcome,
    OutcomeResult,
    Related,
    Replaced,
    Skill,
    Status,
)

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=20)
FILLED = WORDS.filter(str.strip)
TAGS = st.sampled_from(["en", "de", "fr", "pt-BR", "zh-Hant", "und"])
TEXT = st.dictionaries(TAGS, WORDS, max_size=3)
NAMED = st.dictionaries(TAGS, FILLED, min_size=1, max_size=3)
IRIS = st.from_regex(r"urn:[a-z]{1,6}:[a-z0-9]{1,8}", fullmatch=True)
CODES = st.text("abcdefghij-", min_size=1, max_size=10)
DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))
HOURS = st.none() | st.integers(0, 9000)
SKILLS = st.builds(Skill, uri=IRIS, label=FILLED, framework=st.sampled_from(["ESCO", "DigComp"]))
CREDITS = st.decimals(Decimal("0.1"), Decimal(300), places=2).map(lambda found: found.normalize())
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda found: found.replace(microsecond=0)
)
PROFILES = st.builds(
    Issuer, id=IRIS, name=WORDS, country=st.sampled_from(["", "DE"]), url=st.sampled_from(["", "https://a.example/"]), email=WORDS,
    region=st.sampled_from(["", "DE2", "Tarntal"]), legal_identifier=WORDS,
)  # fmt: skip
ACCREDITATIONS = st.builds(
    Accreditation, id=IRIS | st.just(""), title=TEXT, kind=CODES, agent=PROFILES, decision=WORDS,
    valid_from=st.none() | DAYS, valid_until=st.none() | DAYS,
)  # fmt: skip
OUTCOMES = st.lists(
    st.builds(Outcome, id=IRIS, text=TEXT, skills=st.lists(SKILLS, max_size=2).map(tuple)),
    max_size=3,
    unique_by=lambda each: each.id,
).map(tuple)
ACHIEVEMENTS = st.builds(
    Achievement,
    id=IRIS,
    version=WORDS,
    name=NAMED,
    description=TEXT,
    criteria=TEXT,
    outcomes=OUTCOMES,
    human_code=WORDS,
    ects=st.none() | CREDITS,
    hours=HOURS,
    eqf_level=st.none() | st.integers(1, 8),
    national_level=WORDS,
    level_not_applicable=WORDS,
    assessment_types=st.lists(CODES, max_size=3, unique=True).map(tuple),
    participation=CODES | st.just(""),
    quality_assurance=CODES,
    quality_assurance_note=TEXT,
    prerequisites=TEXT,
    supervision=CODES,
    grading_scheme=TEXT,
    stackability=TEXT,
    further_information=TEXT,
    inherent_requirements=TEXT,
    languages=st.lists(TAGS, max_size=2, unique=True).map(tuple),
    field_of_study=WORDS,
    image=IRIS | st.just(""),
    image_caption=WORDS,
    designer=st.none() | PROFILES,
    outcome_summary=TEXT,
    cycle=st.sampled_from(["", "short", "first", "second", "third"]),
    learning_setting=st.sampled_from(["", "formal", "non-formal"]),
    recognition=TEXT,
    related=st.lists(
        st.builds(Related, id=IRIS, name=WORDS, kind=st.sampled_from(["part-of", "leads-to"])), max_size=2
    ).map(tuple),
    identifiers=st.lists(IRIS, max_size=2).map(tuple),
    homepage=st.sampled_from(["", "https://a.example/water"]),
    accreditation=st.none() | ACCREDITATIONS,
).map(lambda found: found if found.image else replace(found, image_caption=""))  # no picture, no caption
LEARNERS = st.builds(
    Learner, name=FILLED, email=st.just(""), id=st.just("") | IRIS, email_hash=st.from_regex("sha256\\$[0-9a-f]{64}", fullmatch=True),
    given_name=WORDS, family_name=WORDS, born_on=st.none() | DAYS, national_id=WORDS,
)  # fmt: skip
STATUSES = st.none() | st.builds(
    Status, list_url=IRIS, index=st.integers(0, 131_071), purpose=st.sampled_from(["revocation", "suspension"])
)
SALTS = st.text("0123456789abcdef", max_size=8)
ATTAINMENTS = st.builds(
    Attainment,
    id=st.from_regex(r"urn:credential:[a-z0-9]{1,8}", fullmatch=True),
    issuer=PROFILES,
    learner=LEARNERS,
    achievement=ACHIEVEMENTS,
    awarded_on=st.dates(date(1990, 1, 1), date(2200, 1, 1)),
    valid_from=INSTANTS,
    valid_until=st.none() | INSTANTS,
    results=st.lists(st.builds(OutcomeResult, outcome=IRIS, passed=st.booleans(), value=WORDS), max_size=3).map(tuple),
    grade=WORDS,
    prior_learning=st.booleans(),
    status=STATUSES,
    salt=SALTS,
    awarding_body=st.none() | PROFILES,
    started_on=st.none() | DAYS,
    ended_on=st.none() | DAYS,
    hours_spent=HOURS,
    prior_learning_note=TEXT,
    evidence=st.lists(st.builds(Evidence, id=IRIS | st.just(""), name=WORDS, description=WORDS, narrative=WORDS, genre=WORDS), max_size=2, unique=True).map(tuple),
    replaces=st.none() | st.builds(Replaced, id=IRIS, kind=st.sampled_from(["correction", "renewal"])),
)  # fmt: skip
KINDS = ["exactMatchOf", "isChildOf", "isParentOf", "isPartOf", "isPeerOf", "isRelatedTo", "precedes", "replacedBy"]
ASSOCIATIONS = st.builds(Association, kind=st.sampled_from(KINDS), source=IRIS, target=IRIS)
