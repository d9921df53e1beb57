"""Decisions in force as the formats of programmes tell them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from opencairn.programmes.exchange import organisation_facts
from opencairn.programmes.formats import Quality
from opencairn.programmes.models import ProgrammeVersion

from . import queries, rules
from .models import Decision
from .queries.covering import scope_facts


def in_force(versions: Iterable[ProgrammeVersion], day: date) -> dict[UUID, tuple[Quality, ...]]:
    """Return the decisions that accredit these programmes on a day as the versions describe them, by programme."""
    listed = {each.programme_id: each for each in versions}
    decisions = list(
        Decision.objects.filter(programme__in=listed, verdict="accredited")
        .select_related("quality_body")
        .order_by("pk")
    )
    sanctions = queries.sanctions_of(decisions)
    found: dict[UUID, list[Quality]] = defaultdict(list)
    for each in queries.amended(decisions, day):
        if each.programme_id is None:  # a provider as a whole, or a scheme
            continue
        covered = rules.covers(each.scope, **scope_facts(listed[each.programme_id]))
        standing = queries.standing_of(each, sanctions.get(each.pk, []), day)
        if covered and standing.accredited:
            found[each.programme_id].append(_told(each, standing))
    return {programme: tuple(told) for programme, told in found.items()}


def _told(decision: Decision, standing: queries.Standing) -> Quality:
    page = f"{settings.BASE_URL}{reverse('quality:decision', args=[decision.number])}"
    body = organisation_facts(decision.quality_body)
    return Quality(
        "external-programme", body, decision.number, page, decision.first_on, standing.until or decision.last_on
    )
