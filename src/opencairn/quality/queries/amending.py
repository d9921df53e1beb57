"""What accreditations cover, as it changed: requests for a change, and the changes that were granted or denied."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from opencairn.people.access import demand
from opencairn.people.models import Organisation, Person
from opencairn.quality.models import Amendment, Decision, ScopeRequest


def amendments_of(decision: Decision) -> QuerySet[Amendment]:
    """Return the changes of a decision, granted or denied, in the order of their days."""
    return Amendment.objects.filter(decision=decision)


def amendments_in_force(day: date, decisions: Iterable[Decision] | None = None) -> dict[int, Amendment]:
    """Return the change that says what each decision covers on a day, by decision; none where it is as decided."""
    found = Amendment.objects.filter(granted=True, scope__isnull=False, from_on__lte=day)
    if decisions is not None:
        found = found.filter(decision__in=[each.pk for each in decisions])
    return {each.decision_id: each for each in found.select_related("decision")}


def scope_changes(decisions: Iterable[Decision] | None) -> dict[int, list[Amendment]]:
    """Return the granted changes of scope of decisions (None: of all), by decision, in the order of their days."""
    found: dict[int, list[Amendment]] = defaultdict(list)
    rows = Amendment.objects.filter(granted=True, scope__isnull=False)
    for each in rows if decisions is None else rows.filter(decision__in=[each.pk for each in decisions]):
        found[each.decision_id].append(each)
    return found


def scope_on(decision: Decision, day: date) -> Mapping[str, Any]:
    """Return what a decision covers on a day, whatever scope the row in memory has."""
    made = amendments_in_force(day, [decision]).get(decision.pk)
    found = made.scope if made else Decision.objects.values_list("scope", flat=True).get(pk=decision.pk)
    return found or {}


def scope_requests_open(bodies: Iterable[Organisation]) -> QuerySet[ScopeRequest]:
    """Return the requests for a change of scope that quality bodies have to answer, oldest first."""
    open_ones = ScopeRequest.objects.filter(amendment=None, taken_back_at=None)
    return open_ones.filter(decision__quality_body__in=list(bodies)).select_related("decision__provider")


def scope_requests_of(decision: Decision) -> QuerySet[ScopeRequest]:
    """Return everything that was asked for under a decision, oldest first."""
    return ScopeRequest.objects.filter(decision=decision).select_related("amendment")


def access_scope_request(person: Person, request_id: UUID, *, to: str) -> ScopeRequest:
    """Load a request for someone whose role in the body, or for ``review.request`` in the provider, allows it."""
    found = get_object_or_404(
        ScopeRequest.objects.select_related(
            "decision__quality_body", "decision__provider", "decision__programme__current", "amendment"
        ),
        pk=request_id,
    )
    demand(person, to, found.decision.provider if to == "review.request" else found.decision.quality_body)
    return found
