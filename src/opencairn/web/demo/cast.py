"""The cast: the same few people and organisations in every test, demo page and screenshot.

Mirren learns. Hochschule Tarntal provides: Ilse runs it and issues, Jonas teaches and assesses. The Agency for Short
Learning Quality accredits: Odile reviews and decides. Ruth hires for the Upper Tarn Water Board. Nobody is real.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from opencairn.people import actions as people
from opencairn.people.models import Organisation, Person

PASSWORD = "small stones mark long paths"  # noqa: S105 - the demo's public password, printed by `make run`
BEGAN = datetime(2023, 7, 3, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Everyone on stage."""

    learner: Person
    author: Person
    manager: Person
    reviewer: Person
    employer_person: Person
    operator: Person
    provider: Organisation
    quality_body: Organisation
    funder: Organisation
    employer: Organisation


PEOPLE = {
    "learner": ("mirren@example.org", "Mirren Okafor"),
    "author": ("jonas@tarntal.example", "Jonas Adeyemi"),
    "manager": ("ilse@tarntal.example", "Ilse Brandt"),
    "reviewer": ("odile@aslq.example", "Odile Ferrand"),
    "employer_person": ("ruth@uppertarn.example", "Ruth Halloran"),
    "operator": ("operator@example.org", "Site operator"),
}
ORGANISATIONS: dict[str, dict[str, Any]] = {
    "provider": {"name": "Hochschule Tarntal", "country": "DE", "locality": "Tarnau", "is_provider": True},
    "quality_body": {
        "name": "Agency for Short Learning Quality", "country": "IE", "locality": "Dublin", "is_quality_body": True,
    },
    "funder": {"name": "Regional Learning Fund", "country": "DE", "locality": "Tarnau", "is_funder": True},
    "employer": {"name": "Upper Tarn Water Board", "country": "DE", "locality": "Tarnau", "is_employer": True},
}  # fmt: skip
ROLES = [
    ("manager", "provider", "manager"),
    ("manager", "provider", "registrar"),
    ("author", "provider", "author"),
    ("author", "provider", "assessor"),
    ("reviewer", "quality_body", "manager"),
    ("reviewer", "quality_body", "reviewer"),
    ("reviewer", "quality_body", "decider"),
    ("employer_person", "employer", "manager"),
]


def enter(*, at: datetime = BEGAN) -> Cast:
    """Bring the cast on stage: existing people and organisations are kept as they are."""
    everyone = {
        part: people.ensure_person(email=email, name=name, password=PASSWORD, is_operator=part == "operator")
        for part, (email, name) in PEOPLE.items()
    }
    places = {part: people.ensure_organisation(at=at, verified=True, **facts) for part, facts in ORGANISATIONS.items()}
    for person, organisation, role in ROLES:
        people.ensure_membership(everyone[person], places[organisation], role=role, at=at)
    together: dict[str, Any] = {**everyone, **places}
    return Cast(**together)
