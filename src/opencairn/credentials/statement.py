"""Turns an award into the neutral statement that the engine writes: facts frozen with the version, nothing guessed."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from opencairn.engine.model import (
    Accreditation,
    Achievement,
    Attainment,
    Issuer,
    Learner,
    Outcome,
    OutcomeResult,
    Replaced,
    Skill,
)
from opencairn.kit.ids import token
from opencairn.learning.models import Award, Result
from opencairn.people.models import Organisation
from opencairn.programmes import stones
from opencairn.programmes.models import Outcome as OutcomeRow
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.queries import partner_facts, partners_of, stone_of
from opencairn.quality import queries as quality

from .models import IssuerKey
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


def accreditation_on(version: ProgrammeVersion, day: date) -> Accreditation | None:
    """Return the accreditation that covered a version on a day: of the course, or of its provider; None without one.

    Its id is the address of the signed accreditation, whose status tells what became of it since.
    """
    standing = quality.standing_as_described(version, day)
    found = standing.decision if standing.accredited else None
    if found is None:
        return None
    body = found.quality_body
    page = f"{settings.BASE_URL}{reverse('people:organisation', args=[body.slug])}"
    return Accreditation(
        id=f"{settings.BASE_URL}{reverse('credentials:accreditation', args=[found.number])}",
        title={"en": f"Decision {found.number}"},
        kind="external-programme" if found.programme_id else "external-institution",
        agent=Issuer(id=page, name=body.name, country=body.country, url=body.website),
        decision=found.number,
        valid_from=found.first_on,
        valid_until=found.last_on,
    )


@dataclass
class Frozen:
    """What many statements share, made once each: the achievement of a version, and the profile of a key's holder."""

    achievements: dict[tuple[int, date], Achievement] = field(default_factory=dict)
    issuers: dict[int, Issuer] = field(default_factory=dict)

    def achievement(self, version: ProgrammeVersion, awarded_on: date) -> Achievement:
        """Return what there was to achieve, naming the accreditation that was in force on the day of the award."""
        key = version.pk, awarded_on
        if key not in self.achievements:
            named = accreditation_on(version, awarded_on)
            self.achievements[key] = replace(achievement_of(version), accreditation=named)
        return self.achievements[key]

    def issuer(self, key: IssuerKey) -> Issuer:
        """Return who signs."""
        if key.pk not in self.issuers:
            self.issuers[key.pk] = issuer_from(key.organisation, did=key.did)
        return self.issuers[key.pk]


def statement_of(
    award: Award,
    *,
    id: str,  # noqa: A002 - as the model calls it
    key: IssuerKey,
    frozen: Frozen,
    at: datetime,
    valid_until: datetime | None = None,
    replaces: Replaced | None = None,
) -> Attainment:
    """Return the statement of a credential, without its place in a status list.

    The e-mail travels only as a hash with a fresh 128-bit salt.
    """
    achievement = frozen.achievement(award.version, award.awarded_on)
    address = achievement.id
    results = Result.objects.filter(enrolment=award.enrolment).select_related("outcome").order_by("outcome__position")
    return Attainment(
        id=id,
        issuer=frozen.issuer(key),
        learner=Learner(name=award.name_on_credential, email=award.person.email),
        achievement=achievement,
        awarded_on=award.awarded_on,
        valid_from=at.replace(microsecond=0),
        valid_until=valid_until,
        results=tuple(
            OutcomeResult(f"{address}#outcome-{each.outcome.position}", each.passed, each.value) for each in results
        ),
        grade=award.grade,
        prior_learning=award.origin == "prior-learning",
        salt=token(bits=128),
        replaces=replaces,
    )
