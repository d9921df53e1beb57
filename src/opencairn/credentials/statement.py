"""Turns an award into the neutral statement that the engine writes: facts frozen with the version, nothing guessed."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from opencairn.engine.model import Achievement, Attainment, Issuer, Learner, Outcome, OutcomeResult, Skill, Status
from opencairn.kit.ids import token
from opencairn.learning.models import Award, Result
from opencairn.people.models import Organisation
from opencairn.programmes import stones
from opencairn.programmes.models import Outcome as OutcomeRow
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.queries import partner_facts, partners_of, stone_of

from .queries import address_of_version


def achievement_of(version: ProgrammeVersion) -> Achievement:
    """Return what there was to achieve: the union of EU and Australian elements of one frozen version."""
    address = address_of_version(version)
    outcomes = OutcomeRow.objects.filter(version=version)
    image = reverse("programmes:stone", args=[version.programme.slug, version.number, "png"])
    with override("en"):  # a credential says the same whoever issues it, in whichever language
        caption = stones.describe(stone_of(version))
    return Achievement(
        id=address,
        version=str(version.number),
        name=version.title,
        description=version.description or version.summary,
        criteria=version.assessment,
        outcomes=tuple(_outcome(address, row) for row in outcomes),
        human_code=version.programme.slug,
        ects=version.ects,
        hours=version.hours,
        eqf_level=version.eqf_level,
        national_level=version.national_level,
        level_not_applicable=version.level_not_applicable,
        assessment_types=tuple(version.assessment_types),
        participation=version.participation,
        quality_assurance=version.quality_assurance,
        quality_assurance_note=version.quality_assurance_note,
        prerequisites=version.prerequisites,
        supervision=version.supervision,
        grading_scheme=version.grading,
        stackability=version.stackability,
        further_information=version.further_information,
        inherent_requirements=version.inherent_requirements,
        languages=tuple(version.languages),
        field_of_study=version.field_code,
        image=f"{settings.BASE_URL}{image}",
        image_caption=caption,
        designer=designer_of(version),
        recognition=recognised_by(version),
    )


def designer_of(version: ProgrammeVersion) -> Issuer:
    """Return who designed a version (D14): the first partner named so that has an address, else the provider."""
    for partner in partners_of(version):
        if partner.role == "designer" and partner.organisation:
            return designer_from(partner.organisation)
        if partner.role == "designer" and partner.url:
            return Issuer(id=partner.url, name=partner.name, url=partner.url)
    return designer_from(version.programme.provider)


def recognised_by(version: ProgrammeVersion) -> dict[str, str]:
    """Return who awards it together with the awarding body (Q19), in words every format carries; {} for nobody."""
    names = [facts["name"] for facts in map(partner_facts, partners_of(version)) if facts["role"] == "awarding-body"]
    return {"en": f"Awarded together with: {'; '.join(names)}."} if names else {}


def designer_from(provider: Organisation) -> Issuer:
    """Return an organisation of this site as a designer, by the address of its public page, whoever signs."""
    page = f"{settings.BASE_URL}{reverse('people:organisation', args=[provider.slug])}"
    return Issuer(id=page, name=provider.name, country=provider.country, url=provider.website)


def _outcome(address: str, row: OutcomeRow) -> Outcome:
    skills = (Skill(each["uri"], each.get("label", ""), each.get("framework", "ESCO")) for each in row.skills)
    return Outcome(id=f"{address}#outcome-{row.position}", text=row.text, skills=tuple(skills))


def issuer_from(organisation: Organisation, *, did: str) -> Issuer:
    """Return the profile of who signs: its did, and what the operator registered about it."""
    page = f"{settings.BASE_URL}{reverse('credentials:issuer', args=[organisation.slug])}"
    return Issuer(
        id=did,
        name=organisation.name,
        country=organisation.country,
        url=organisation.website or page,
        email=organisation.email,
    )


def statement_of(
    award: Award,
    *,
    id: str,  # noqa: A002 - as the model calls it
    issuer: Issuer,
    status: Status | None,
    at: datetime,
) -> Attainment:
    """Return the whole statement of a credential. The e-mail travels only as a hash with a fresh 128-bit salt."""
    achievement = achievement_of(award.version)
    address = achievement.id
    results = Result.objects.filter(enrolment=award.enrolment).select_related("outcome").order_by("outcome__position")
    return Attainment(
        id=id,
        issuer=issuer,
        learner=Learner(name=award.name_on_credential, email=award.person.email),
        achievement=achievement,
        awarded_on=award.awarded_on,
        valid_from=at.replace(microsecond=0),
        results=tuple(
            OutcomeResult(f"{address}#outcome-{each.outcome.position}", each.passed, each.value) for each in results
        ),
        grade=award.grade,
        prior_learning=award.origin == "prior-learning",
        status=status,
        salt=token(bits=128),
    )
