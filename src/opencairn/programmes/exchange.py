"""Descriptions as plain values, ready for the formats: many programmes in a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from opencairn.people.models import Organisation

from .formats import Description, ProviderFacts, Quality
from .formats.fields import FACTS, RUN
from .models import Offering, Outcome, Partner, ProgrammeVersion


def address_of(slug: str) -> str:
    """The lasting web address of a programme."""
    return f"{settings.BASE_URL}{reverse('programmes:programme', args=[slug])}"


def described(
    versions: Iterable[ProgrammeVersion], *, quality: Mapping[UUID, tuple[Quality, ...]]
) -> list[Description]:
    """Return the descriptions of versions, in their order. ``quality`` has the decisions in force by programme.

    The versions come with ``programme__provider`` and ``awarding_body``; runs that were cancelled are left out.
    """
    listed = list(versions)
    outcomes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for outcome in Outcome.objects.filter(version__in=listed).order_by("version_id", "position"):
        outcomes[outcome.version_id].append({"text": outcome.text, "skills": outcome.skills})
    runs: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    offerings = Offering.objects.filter(programme__in=[each.programme_id for each in listed]).running()
    for run in offerings.order_by("starts_on", "created_at", "pk"):
        runs[run.programme_id].append({"id": str(run.pk), **{name: getattr(run, name) for name in RUN}})
    partners: dict[int, list[Partner]] = defaultdict(list)
    for partner in Partner.objects.filter(version__in=listed).select_related("organisation").order_by("position"):
        partners[partner.version_id].append(partner)
    return [
        _description(
            each, outcomes[each.pk], runs[each.programme_id], partners[each.pk], quality.get(each.programme_id, ())
        )
        for each in listed
    ]


def _description(
    version: ProgrammeVersion,
    outcomes: list[dict[str, Any]],
    runs: list[dict[str, Any]],
    partners: list[Partner],
    quality: tuple[Quality, ...],
) -> Description:
    programme = version.programme
    together = [each for each in partners if each.role == "awarding-body"]
    bodies = [organisation_facts(version.awarding_body)] if version.awarding_body else []
    return Description(
        uuid=str(programme.pk),
        url=address_of(programme.slug),
        version=version.number,
        published_as=version.published_as,
        changed_at=programme.changed_at,
        provider=organisation_facts(programme.provider),
        facts={name: getattr(version, name) for name in FACTS},
        outcomes=outcomes,
        offerings=runs,
        awarding_bodies=(*bodies, *map(_facts, together)),
        partners=tuple(
            {"role": each.role, "name": who.name, "url": who.url}
            for each in partners
            if each.role != "awarding-body"
            for who in [_facts(each)]
        ),
        quality=quality,
    )


def organisation_facts(organisation: Organisation) -> ProviderFacts:
    """Return an organisation as formats name it: by its page here, which is its own as no website has to be."""
    page = f"{settings.BASE_URL}{reverse('people:organisation', args=[organisation.slug])}"
    return ProviderFacts(organisation.name, organisation.country, page)


def _facts(partner: Partner) -> ProviderFacts:
    if partner.organisation is not None:
        return organisation_facts(partner.organisation)
    return ProviderFacts(partner.name, "", partner.url)
