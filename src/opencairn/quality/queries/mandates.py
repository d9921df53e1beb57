"""Who may judge on a day: the chain of mandates from the state down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from opencairn.people.access import demand
from opencairn.people.models import Organisation, Person
from opencairn.quality import rules
from opencairn.quality.models import Decision, Mandate

from .standing import framework_of


@dataclass(frozen=True)
class Held:
    """One link of a chain in words: who holds it, from whom, from when to when."""

    mandate: Mandate

    @property
    def granter(self) -> str:
        """The organisation above, or the authority at the top."""
        return str(self.mandate.granted_by or self.mandate.authority)


def _links(framework: str) -> dict[rules.Link, Mandate]:
    rows = Mandate.objects.filter(Q(framework="") | Q(framework=framework)).select_related(
        "granted_by", "holder", "person"
    )
    return {
        rules.Link(
            each.holder_id or each.person_id or ("erased", each.pk),
            each.granted_by_id,
            each.framework,
            each.first_on,
            each.last_on,
            each.ended_on,
        ): each
        for each in rows
    }


def chain_of(holder: Organisation | Person, framework: str, day: date) -> tuple[Held, ...]:
    """Return the chain that lets a body or a person judge under a framework on a day, from the top; () for none."""
    links = _links(framework)
    return tuple(Held(links[each]) for each in rules.chain_on(day, holder.pk, framework, links))


def chain_behind(decision: Decision) -> tuple[tuple[Held, ...], int]:
    """Return who let a body take a decision, from the top, and how many assessors it had a mandate for, on that day.

    () and 0 where the framework asks for no chain, or its file is gone.
    """
    under, day = framework_of(decision), decision.decided_at.date()
    if under is None or under.assessor.kind != "accredited-third-party":
        return (), 0
    links = _links(under.key)
    people = {
        mandate.person_id or mandate.pk
        for link, mandate in links.items()
        if mandate.granted_by_id == decision.quality_body_id and mandate.holder_id is None and link.counts_on(day)
    }
    chain = rules.chain_on(day, decision.quality_body_id, under.key, links)
    return tuple(Held(links[each]) for each in chain), len(people)


def mandates_of(bodies: Iterable[Organisation]) -> QuerySet[Mandate]:
    """Return the mandates that organisations hold or granted, newest first."""
    there = list(bodies)
    return (
        Mandate.objects.filter(Q(holder__in=there) | Q(granted_by__in=there))
        .select_related("granted_by", "holder", "person")
        .order_by("-first_on", "-pk")
    )


def mandates_at_the_top() -> QuerySet[Mandate]:
    """Return the mandates that an authority gave, newest first."""
    return Mandate.objects.filter(granted_by=None).select_related("holder", "person").order_by("-first_on", "-pk")


def access_mandate(person: Person, mandate_id: int) -> Mandate:
    """Load a mandate for whoever may give ones like it: a manager of the granter, or the operator at the top."""
    found = get_object_or_404(Mandate.objects.select_related("granted_by", "holder", "person"), pk=mandate_id)
    if found.granted_by is None:
        demand(person, "mandate.found")
    else:
        demand(person, "mandate.grant", found.granted_by)
    return found
