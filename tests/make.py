"""Rows for tests: each function makes one complete, ordinary row and takes what the test cares about.

They write tables directly, so that a test of one room does not lean on the actions of another.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from opencairn.learning.models import Award, Enrolment, Result
from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Offering, Outcome, Programme, ProgrammeVersion
from opencairn.quality.models import Assignment, Decision, Review

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = AT.date()

OUTCOMES = [
    "Choose and place sensors for a monitoring question, and justify the choice.",
    "Calibrate probes for oxygen, conductivity, turbidity and nitrate in the field.",
    "Report findings so that a municipality can act on them.",
]


def programme(provider: Organisation, slug: str = "water-quality", **facts: Any) -> Programme:
    """A programme without any version."""
    return Programme.objects.create(slug=slug, provider=provider, created_at=AT, changed_at=AT, **facts)


def version(
    of: Programme, *, published: bool = True, outcomes: list[str] | None = None, **facts: Any
) -> ProgrammeVersion:
    """A complete description, published as a micro-credential unless told otherwise."""
    complete: dict[str, Any] = {
        "number": 1,
        "title": {"en": "Water quality monitoring with field sensors", "de": "Gewässerüberwachung mit Feldsensoren"},
        "summary": {"en": "Read sensors in rivers and lakes, and judge what the readings mean."},
        "description": {"en": "Field work, laboratory work and a report."},
        "awarding_body": of.provider,
        "offering_type": "short-course",
        "ects": Decimal("5.00"),
        "hours": 140,
        "eqf_level": 6,
        "national_level": "DQR 6",
        "assessment_types": ["practical", "written"],
        "assessment": {"en": "A practical test at a river station (60 %) and a written report (40 %)."},
        "participation": "blended",
        "quality_assurance": "external-programme",
        "prerequisites": {"en": "School-leaving certificate, or two years of work in water, farming or health."},
        "supervision": "supervised-id",
        "grading": {"en": "Pass or fail, with a mark from 1.0 to 5.0."},
        "languages": ["en", "de"],
        "field_code": "0521",
        "created_at": AT,
        "edited_at": AT,
    }
    if published:
        complete |= {"published_at": AT, "published_as": "micro-credential"}
    made = ProgrammeVersion.objects.create(programme=of, **(complete | facts))
    for position, text in enumerate(OUTCOMES if outcomes is None else outcomes, start=1):
        Outcome.objects.create(version=made, position=position, text={"en": text})
    if published:
        of.current = made
        of.save(update_fields=["current"])
    return made


def offering(of: Programme, **facts: Any) -> Offering:
    """A run that starts on 14 September 2026 with 24 places at 320 euros."""
    ordinary: dict[str, Any] = {
        "starts_on": date(2026, 9, 14),
        "ends_on": date(2026, 12, 4),
        "place": "Tarnau and online",
        "languages": ["en"],
        "capacity": 24,
        "price": Decimal("320.00"),
        "currency": "EUR",
        "created_at": AT,
    }
    return Offering.objects.create(programme=of, **(ordinary | facts))


def decision(of: Programme, by: Organisation, **facts: Any) -> Decision:
    """An accreditation from 1 September 2025 to 31 August 2028."""
    ordinary: dict[str, Any] = {
        "number": f"2025-{Decision.objects.count() + 1:03d}",
        "framework": "short-learning",
        "framework_version": "2026",
        "verdict": "accredited",
        "reasons": "All criteria are met.",
        "first_on": date(2025, 9, 1),
        "last_on": date(2028, 8, 31),
        "decided_at": datetime(2025, 8, 20, 9, 0, tzinfo=UTC),
    }
    return Decision.objects.create(programme=of, provider=of.provider, quality_body=by, **(ordinary | facts))


def assessor(of: Review, person: Person) -> Assignment:
    """Somebody who was asked to assess, and has stated that no conflict of interest stands in the way."""
    facts = {"assigned_at": AT, "declared_at": AT, "conflict": False}
    return Assignment.objects.update_or_create(review=of, assessor=person, defaults=facts)[0]


def enrolment(person: Person, into: Offering, **facts: Any) -> Enrolment:
    """A place taken, with consent."""
    current = into.programme.current
    assert current is not None
    ordinary: dict[str, Any] = {
        "version": current,
        "name_on_credential": person.name,
        "consent_text": "I agree.",
        "consented_at": AT,
        "enrolled_at": AT,
    }
    return Enrolment.objects.create(person=person, offering=into, **(ordinary | facts))


def award(of: Enrolment, by: Person, **facts: Any) -> Award:
    """Every outcome passed and the award decided on 2 March 2026."""
    for outcome in Outcome.objects.filter(version=of.version):
        Result.objects.create(enrolment=of, outcome=outcome, passed=True, value="2.0", recorded_by=by, recorded_at=AT)
    ordinary: dict[str, Any] = {
        "name_on_credential": of.name_on_credential,
        "awarded_on": TODAY,
        "grade": "2.0",
        "decided_by": by,
        "decided_at": AT,
    }
    return Award.objects.create(person=of.person, version=of.version, enrolment=of, **(ordinary | facts))
