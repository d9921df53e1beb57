from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from opencairn.kit.text import spellings
from opencairn.people.access import PERMISSIONS, demand
from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Offering, Outcome
from opencairn.programmes.queries import outcomes_of

from . import rules
from .models import Award, Enrolment, Result


@dataclass(frozen=True)
class Place:
    """One enrolment with where its learner stands: the results so far, out of the outcomes, and the award.

    ``taken_back`` is the award that was withdrawn last, where none stands now.
    """

    enrolment: Enrolment
    state: str
    outcomes: int
    recorded: int
    passed: int
    award: Award | None
    taken_back: Award | None


@dataclass(frozen=True)
class Run:
    """One offering on an assessor's desk, in numbers: learners, those whose award can be decided, awards decided."""

    offering: Offering
    learners: int
    ready: int
    awarded: int

    @property
    def open(self) -> int:
        """Learners with outcomes that have no passed result yet."""
        return self.learners - self.ready - self.awarded


def taken(offering: Offering) -> int:
    """Return how many places of an offering are taken."""
    return Enrolment.objects.active().filter(offering=offering).count()


def places_left(offering: Offering) -> int | None:
    """Return how many places are free; None where there is no limit."""
    return rules.places_left(offering.capacity, 0 if offering.capacity is None else taken(offering))


def has_verified_email(person: Person) -> bool:
    """Whether any e-mail address of the person was confirmed."""
    return bool(EmailAddress.objects.filter(user=person, verified=True).exists())


def results_of(enrolment: Enrolment) -> list[Result]:
    """Return the results of an enrolment in the order of the outcomes."""
    return list(
        Result.objects.filter(enrolment=enrolment)
        .select_related("outcome", "recorded_by")
        .order_by("outcome__position")
    )


def award_of(enrolment: Enrolment) -> Award | None:
    """Return the standing award of an enrolment, if there is one."""
    return Award.objects.standing().filter(enrolment=enrolment).first()


def gaps_of(enrolment: Enrolment) -> tuple[tuple[Outcome, ...], tuple[Outcome, ...]]:
    """Return (missing, failed): the outcomes that stand between the learner and the award."""
    results = {each.outcome_id: each.passed for each in Result.objects.filter(enrolment=enrolment)}
    by_id = {outcome.pk: outcome for outcome in outcomes_of(enrolment.version)}
    missing, failed = rules.award_gaps(results, by_id)
    return tuple(by_id[pk] for pk in missing), tuple(by_id[pk] for pk in failed)


def active_place(person: Person, offering: Offering) -> Enrolment | None:
    """Return a person's place in an offering, if they have one."""
    return Enrolment.objects.active().filter(person=person, offering=offering).first()


def withdrawn_awards(enrolment: Enrolment) -> QuerySet[Award]:
    """Return the awards of an enrolment that were withdrawn, newest first."""
    return Award.objects.filter(enrolment=enrolment, withdrawn_at__isnull=False).order_by("-withdrawn_at")


def _full(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return enrolments.select_related("person", "version__programme__provider", "offering")


def access_enrolment(person: Person, enrolment_id: UUID, *, to: str) -> Enrolment:
    """Load an enrolment for someone whose role in the provider carries the permission."""
    enrolment = get_object_or_404(_full(Enrolment.objects.all()), pk=enrolment_id)
    demand(person, to, enrolment.version.programme.provider)
    return enrolment


def my_enrolment(person: Person, enrolment_id: UUID) -> Enrolment:
    """Load one's own enrolment: another's is not found."""
    return get_object_or_404(_full(Enrolment.objects.filter(person=person)), pk=enrolment_id)


def access_offering(person: Person, offering_id: UUID, *, to: str) -> Offering:
    """Load an offering for someone whose role in the provider carries the permission."""
    offering = get_object_or_404(
        Offering.objects.select_related("programme__provider", "programme__current"), pk=offering_id
    )
    demand(person, to, offering.programme.provider)
    return offering


def public_offering(offering_id: UUID) -> Offering:
    """Load an offering that anyone may see: its programme is public, though the offering may be cancelled."""
    return get_object_or_404(
        Offering.objects.select_related("programme__provider", "programme__current").filter(
            programme__current__isnull=False
        ),
        pk=offering_id,
    )


def access_award(person: Person, award_id: UUID, *, to: str) -> Award:
    """Load an award for someone whose role in the provider carries the permission."""
    award = get_object_or_404(Award.objects.select_related("person", "version__programme__provider"), pk=award_id)
    demand(person, to, award.version.programme.provider)
    return award


def places(enrolments: Iterable[Enrolment], day: date) -> list[Place]:
    """Return where the learners of several enrolments stand, in four queries however many there are."""
    enrolments = list(enrolments)
    results: dict[UUID, dict[int, bool]] = defaultdict(dict)
    for each in Result.objects.filter(enrolment__in=enrolments):
        results[each.enrolment_id][each.outcome_id] = each.passed
    outcomes: dict[int, list[int]] = defaultdict(list)
    for pk, version in Outcome.objects.filter(version__in={e.version_id for e in enrolments}).values_list(
        "pk", "version_id"
    ):
        outcomes[version].append(pk)
    awards: dict[UUID | None, list[Award]] = defaultdict(list)
    for award in Award.objects.filter(enrolment__in=enrolments).order_by("withdrawn_at"):
        awards[award.enrolment_id].append(award)
    return [_place(each, results[each.pk], outcomes[each.version_id], awards[each.pk], day) for each in enrolments]


def _place(
    enrolment: Enrolment, results: dict[int, bool], outcomes: list[int], awards: list[Award], day: date
) -> Place:
    offering = enrolment.offering
    award = next((each for each in awards if each.withdrawn_at is None), None)
    taken_back = awards[-1] if awards and award is None else None
    state = rules.state_on(
        day,
        withdrawn=enrolment.withdrawn_at is not None,
        awarded=award is not None,
        award_withdrawn=taken_back is not None,
        cancelled=offering.cancelled_at is not None,
        all_passed=rules.passed(results, outcomes),
        starts_on=offering.starts_on,
        ends_on=offering.ends_on,
    )
    return Place(enrolment, state, len(outcomes), len(results), sum(results.values()), award, taken_back)


def my_places(person: Person, day: date) -> list[Place]:
    """Return a person's courses with where they stand, newest first."""
    return places(_full(Enrolment.objects.filter(person=person)).order_by("-enrolled_at"), day)


def learners_of(offering: Offering, *, q: str = "") -> QuerySet[Enrolment]:
    """Return the active enrolments of an offering by name; ``q`` looks in the name."""
    found = _full(Enrolment.objects.active().filter(offering=offering)).order_by("name_on_credential", "enrolled_at")
    if not q.strip():
        return found
    named = (Q(name_on_credential__icontains=each) for each in spellings(q.strip()))
    return found.filter(reduce(or_, named))


def providers_of(person: Person) -> QuerySet[Organisation]:
    """Return the providers in which the person may see enrolments."""
    return Organisation.objects.filter(
        is_provider=True, membership__person=person, membership__role__in=PERMISSIONS["enrolment.see"]
    ).distinct()


def runs_of(providers: Iterable[Organisation]) -> list[Run]:
    """Return every offering with learners of these providers, in numbers, those that wait for a decision first."""
    open_outcome = Outcome.objects.filter(version=OuterRef("version")).exclude(
        Exists(Result.objects.filter(enrolment=OuterRef(OuterRef("pk")), outcome=OuterRef("pk"), passed=True))
    )
    has_award = Award.objects.standing().filter(enrolment=OuterRef("pk"))
    rows = (
        Enrolment.objects.active()
        .filter(offering__programme__provider__in=providers)
        .annotate(is_awarded=Exists(has_award), is_short=Exists(open_outcome))
        .values("offering_id")
        .annotate(
            learners=Count("pk"),
            awarded=Count("pk", filter=Q(is_awarded=True)),
            ready=Count("pk", filter=Q(is_awarded=False, is_short=False)),
        )
    )
    numbers = {row["offering_id"]: row for row in rows}
    offerings = Offering.objects.filter(pk__in=numbers).select_related("programme__current", "programme__provider")
    runs = [
        Run(each, numbers[each.pk]["learners"], numbers[each.pk]["ready"], numbers[each.pk]["awarded"])
        for each in offerings.order_by(F("starts_on").desc(nulls_last=True))
    ]
    return sorted(runs, key=lambda run: (run.ready == 0, run.open == 0))


def export_person(person: Person) -> dict[str, Any]:
    """Return what this room holds about a person: their courses, results and awards, and what they decided."""
    return {
        "enrolments": [_exported(each) for each in _full(Enrolment.objects.filter(person=person))],
        "awards": [
            {
                "programme": each.version.programme.slug,
                "version": each.version.number,
                "origin": each.origin,
                "name_on_credential": each.name_on_credential,
                "awarded_on": each.awarded_on.isoformat(),
                "grade": each.grade,
                "withdrawn_at": each.withdrawn_at.isoformat() if each.withdrawn_at else None,
                "withdrawal_reason": each.withdrawal_reason,
            }
            for each in Award.objects.filter(person=person).select_related("version__programme")
        ],
        "results_recorded_for_others": Result.objects.filter(recorded_by=person).count(),
        "awards_decided_for_others": Award.objects.filter(decided_by=person).count(),
    }


def _exported(enrolment: Enrolment) -> dict[str, Any]:
    return {
        "programme": enrolment.version.programme.slug,
        "version": enrolment.version.number,
        "starts_on": enrolment.offering.starts_on.isoformat() if enrolment.offering.starts_on else None,
        "name_on_credential": enrolment.name_on_credential,
        "consent_text": enrolment.consent_text,
        "consented_at": enrolment.consented_at.isoformat(),
        "enrolled_at": enrolment.enrolled_at.isoformat(),
        "withdrawn_at": enrolment.withdrawn_at.isoformat() if enrolment.withdrawn_at else None,
        "results": [
            {
                "outcome": each.outcome.text,
                "passed": each.passed,
                "value": each.value,
                "note": each.note,
                "recorded_at": each.recorded_at.isoformat(),
            }
            for each in results_of(enrolment)
        ],
    }
