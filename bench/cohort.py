"""The attainments that are measured: a typical one, the fullest one, a cohort and a crowd, all made from a seed."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.engine.samples import AT, ATTAINMENT, KEY, LIST

from opencairn.engine.model import Achievement, Attainment, Issuer, Learner, Outcome, OutcomeResult, Skill, Status

_HOME = "https://riverbend.example/achievements/dl-101/v/1/"
TYPICAL = Attainment(
    id="urn:uuid:6b1f4b0e-1f5b-4c53-9d0d-000000000000",
    issuer=Issuer(KEY.did, "Riverbend University of Applied Sciences", "IE", "https://riverbend.example/"),
    learner=Learner("Mirren Okafor", "mirren@mail.example"),
    achievement=Achievement(
        id=_HOME,
        version="1",
        name={"en": "Data literacy for public services"},
        description={"en": "Three-ECTS micro-credential at EQF level 6."},
        criteria={"en": "Pass the proctored exam with at least 60 %."},
        outcomes=(
            Outcome(
                f"{_HOME}#1",
                {"en": "Interpret data"},
                (Skill("http://data.europa.eu/esco/skill/8f18f987-33e2-4228-9efb-65de25d03330", "interpret data"),),
            ),
        ),
        human_code="DL-101",
        ects=Decimal(3),
        hours=75,
        eqf_level=6,
        assessment_types=("written",),
        participation="online",
        quality_assurance="external-programme",
        languages=("en",),
        field_of_study="0612",
        image="https://riverbend.example/img/dl-101.png",
    ),
    awarded_on=date(2026, 2, 27),
    valid_from=AT,
    results=(OutcomeResult(f"{_HOME}#1", True, "87"),),
    status=Status(LIST, 0),
    salt="9f86d081884c7d65",
)
FULLEST = ATTAINMENT


def cohort(model: Attainment, many: int, *, seed: int = 1) -> Iterator[Attainment]:
    """Yield attainments of one achievement: other learners, results and places in the status list."""
    chance = random.Random(seed)
    for number in range(many):
        yield replace(
            model,
            id=f"urn:uuid:{uuid.UUID(int=chance.getrandbits(128), version=4)}",
            learner=Learner(f"Learner {number}", f"learner{number}@mail.example"),
            results=tuple(replace(each, value=str(chance.randrange(50, 101))) for each in model.results),
            status=replace(model.status, index=number) if model.status else None,
            salt=f"{chance.getrandbits(64):016x}",
        )


def crowd(model: Attainment, many: int, *, seed: int = 2) -> Iterator[Attainment]:
    """Yield attainments of one shape in which the achievement differs too, in its words and addresses."""
    for number, each in enumerate(cohort(model, many, seed=seed)):
        what = each.achievement
        achievement = replace(
            what,
            id=f"https://riverbend.example/achievements/{number}/v/1/",
            name={tag: f"{words} {number}" for tag, words in what.name.items()},
            description={tag: f"{words} Number {number}." for tag, words in what.description.items()},
            criteria={tag: f"{words} ({number})" for tag, words in what.criteria.items()},
            human_code=f"DL-{number}",
            outcomes=tuple(
                replace(
                    outcome,
                    id=f"https://riverbend.example/achievements/{number}/v/1/#{place}",
                    text={tag: f"{words} {number}" for tag, words in outcome.text.items()},
                    skills=tuple(replace(skill, uri=f"{skill.uri}{number}") for skill in outcome.skills),
                )
                for place, outcome in enumerate(what.outcomes)
            ),
        )
        issuer = replace(each.issuer, name=f"{each.issuer.name} {number % 97}")
        yield replace(each, achievement=achievement, issuer=issuer)
