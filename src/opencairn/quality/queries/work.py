"""Reads for the work: applications with their dossiers, assessors, audits, conditions, appeals, complaints."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from opencairn.people.access import PERMISSIONS, demand
from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality import rules
from opencairn.quality.frameworks import framework, in_force, on_the_shelf
from opencairn.quality.models import (
    Appeal,
    Assignment,
    Audit,
    Call,
    Complaint,
    Condition,
    Decision,
    Exhibit,
    Review,
    Scheme,
    Score,
)

from .standing import outcomes_found, standing_of
from .stops import not_ended_by_appeal, sanctions_of

Judged = ProgrammeVersion | Scheme | Organisation


def _about(judged: Judged) -> Q:
    """The decisions about the same thing."""
    if isinstance(judged, ProgrammeVersion):
        return Q(programme=judged.programme)
    if isinstance(judged, Scheme):
        return Q(scheme=judged)
    return Q(provider=judged, object="provider")


def continues(body: Organisation, key: str, judged: Judged, day: date) -> Decision | None:
    """Return the accreditation that a new application would renew: not ended by the day, and not withdrawn."""
    found = Decision.objects.filter(
        _about(judged), quality_body=body, framework=key, verdict="accredited", last_on__gte=day
    ).order_by("-last_on", "-pk")
    against = sanctions_of(found)
    going = (each for each in found if standing_of(each, against.get(each.pk, []), day).state != "withdrawn")
    return next(going, None)


def barred_since(body: Organisation, key: str, judged: Judged) -> date | None:
    """Return the day of the last refusal or withdrawal, unless an accreditation or an upheld appeal came after it."""
    decisions = Decision.objects.filter(_about(judged), quality_body=body, framework=key)
    last = decisions.order_by("-decided_at", "-pk").first()
    if last is None:
        return None
    if last.verdict == "refused":
        overturned = Appeal.objects.filter(decision=last, sanction=None, outcome="upheld").exists()
        return None if overturned else last.decided_at.date()
    taken = not_ended_by_appeal(last).filter(kind="withdrawal", cause="").first()
    return taken.from_on if taken else None


def call_open_on(body: Organisation, key: str, day: date) -> Call | None:
    """Return the call of a body that is open on a day under a framework, the one that closes first."""
    calls = Call.objects.filter(quality_body=body, framework=key, opens_on__lte=day, closes_on__gte=day)
    return calls.order_by("closes_on", "pk").first()


def calls_of(bodies: Iterable[Organisation]) -> QuerySet[Call]:
    """Return the calls of quality bodies, the one that closes last first."""
    return Call.objects.filter(quality_body__in=list(bodies)).select_related("quality_body")


def found_before(decision: Decision | None, *, but: Audit | None = None) -> dict[str, str]:
    """Return the findings made last under a decision: of its last audit, else of its application."""
    if decision is None:
        return {}
    audits = Review.objects.filter(audit__decision=decision, audit__held_on__isnull=False)
    if but is not None:
        audits = audits.exclude(audit=but)
    review = audits.order_by("-audit__held_on", "-audit__pk").first() or decision.review
    return outcomes_found(review) if review else {}


def scores_of(review: Review) -> dict[str, dict[str, str]]:
    """Return what a jury gave: juror to criterion to outcome."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for each in Score.objects.filter(review=review):
        found[str(each.juror_id)][each.criterion] = each.outcome
    return dict(found)


def own_scores(review: Review, person: Person) -> dict[str, Score]:
    """Return what one member of a jury gave, by criterion."""
    return {each.criterion: each for each in Score.objects.filter(review=review, juror=person)}


def frameworks_to_apply_under() -> tuple[rules.Framework, ...]:
    """Return the frameworks in force under which somebody else judges a provider or a scheme."""
    return tuple(each for each in in_force() if each.assessor.kind != "self" and each.objects & {"provider", "scheme"})


def frameworks_judged() -> tuple[rules.Framework, ...]:
    """Return every framework of the shelf, in every version, under which somebody else judges."""
    return tuple(each for each in on_the_shelf() if each.assessor.kind != "self")


def frameworks_with_a_chain() -> tuple[rules.Framework, ...]:
    """Return the frameworks in force under which only those judge who have a mandate."""
    return tuple(each for each in in_force() if each.assessor.kind == "accredited-third-party")


def frameworks_with_a_jury() -> tuple[rules.Framework, ...]:
    """Return the frameworks in force under which a jury gives points."""
    return tuple(each for each in in_force() if each.assessor.kind == "jury")


def providers_of(person: Person) -> QuerySet[Organisation]:
    """Return the organisations for which a person may apply."""
    roles = PERMISSIONS["review.request"]
    return Organisation.objects.filter(membership__person=person, membership__role__in=roles, closed_at=None).distinct()


def applications_of(organisations: Iterable[Organisation]) -> QuerySet[Review]:
    """Return the applications of organisations, drafts first, then newest first."""
    found = Review.objects.filter(applicant__in=list(organisations), audit=None)
    return found.select_related("applicant", "quality_body", "version__programme", "scheme").order_by(
        "-draft", "-requested_at"
    )


def decisions_for(organisations: Iterable[Organisation]) -> QuerySet[Decision]:
    """Return what was decided about organisations, newest first."""
    return Decision.objects.filter(provider__in=list(organisations)).select_related(
        "quality_body", "provider", "programme__current", "scheme"
    )


def dossier_of(review: Review) -> list[Exhibit]:
    """Return the pieces of a dossier, without the bytes of its files."""
    return list(Exhibit.objects.filter(review=review).defer("content"))


@dataclass(frozen=True)
class Place:
    """One document that a framework asks for, and what lies there. ``missing`` keeps it from being sent."""

    criterion: rules.Criterion
    number: int
    document: rules.Text
    words: str
    files: tuple[Exhibit, ...]
    missing: bool


def dossier_places(review: Review) -> list[tuple[rules.Criterion, list[Place]]]:
    """Return everything a framework asks this applicant to show, standard by standard, with what was filed."""
    under = framework(review.framework, review.framework_version)
    filed: Mapping[tuple[str, int], list[Exhibit]] = defaultdict(list)
    for each in dossier_of(review):
        filed[each.criterion, each.document].append(each)
    gaps = set(rules.dossier_gaps(under, facts=review.facts, given=set(filed), statement=review.statement))
    return [
        (
            criterion,
            [
                Place(
                    criterion,
                    number,
                    document,
                    next((each.text for each in filed[criterion.key, number] if not each.size), ""),
                    tuple(each for each in filed[criterion.key, number] if each.size),
                    (criterion.key, number) in gaps,
                )
                for number, document in enumerate(criterion.documents)
            ],
        )
        for criterion in under.criteria
        if review.facts is None or criterion.applies(review.facts)
    ]


def assignments_of(review: Review) -> QuerySet[Assignment]:
    """Return who was asked to assess an application, in order."""
    return Assignment.objects.filter(review=review).select_related("assessor")


def assigned_to(person: Person) -> QuerySet[Assignment]:
    """Return the open applications and audits that a person was asked to assess."""
    return Assignment.objects.filter(assessor=person, review__closed_at=None).select_related(
        "review__applicant", "review__quality_body", "review__version", "review__scheme"
    )


def assessors_of(body: Organisation) -> QuerySet[Person]:
    """Return the people of a quality body who may be asked to assess."""
    return Person.objects.filter(
        membership__organisation=body, membership__role__in=PERMISSIONS["review.find"], is_active=True
    ).distinct()


def decisions_without_audits(day: date) -> QuerySet[Decision]:
    """Return the accreditations that have no audit in the calendar, though their framework may ask for one ahead."""
    asked = Q(pk=None)
    for under in on_the_shelf():
        for step in under.cycle:
            closes = (
                Q(first_on__gte=rules.add_months(day, -step.to_month))
                if step.counted == "after-start"
                else Q(last_on__gte=rules.add_months(day, step.to_month) - rules.A_DAY)
            )
            asked |= Q(closes, framework=under.key, framework_version=under.version)
    return Decision.objects.filter(asked, verdict="accredited", audit=None, last_on__gte=day)


def audits_of(bodies: Iterable[Organisation], day: date, *, ahead: int = 400) -> QuerySet[Audit]:
    """Return the audits of quality bodies that wait: overdue, or whose window opens within so many days."""
    return (
        Audit.objects.filter(decision__quality_body__in=list(bodies), held_on=None, decision__last_on__gte=day)
        .filter(first_on__lte=day + timedelta(days=ahead))
        .select_related("decision__provider", "decision__programme__current", "decision__scheme")
        .order_by("last_on", "pk")
    )


def audits_for(decision: Decision) -> QuerySet[Audit]:
    """Return every audit of a decision, in order."""
    return Audit.objects.filter(decision=decision)


def conditions_set(decision: Decision) -> QuerySet[Condition]:
    """Return every condition of a decision, in the order of their days."""
    return Condition.objects.filter(decision=decision)


def conditions_open(bodies: Iterable[Organisation]) -> QuerySet[Condition]:
    """Return the conditions of quality bodies that are not met, the one due first first."""
    return Condition.objects.filter(decision__quality_body__in=list(bodies), met_on=None).select_related(
        "decision__provider"
    )


def conditions_for(organisations: Iterable[Organisation]) -> QuerySet[Condition]:
    """Return the conditions set to organisations, open ones first."""
    return (
        Condition.objects.filter(decision__provider__in=list(organisations))
        .select_related("decision__quality_body")
        .order_by("met_on", "due_on", "pk")
    )


def appeals_open(bodies: Iterable[Organisation]) -> QuerySet[Appeal]:
    """Return the appeals that quality bodies have to decide, oldest first."""
    return Appeal.objects.filter(decision__quality_body__in=list(bodies), outcome="").select_related(
        "decision__provider", "sanction"
    )


def appeals_of(decision: Decision) -> QuerySet[Appeal]:
    """Return the appeals against a decision and its sanctions, oldest first."""
    return Appeal.objects.filter(decision=decision).select_related("sanction")


def complaints_open(bodies: Iterable[Organisation]) -> QuerySet[Complaint]:
    """Return the complaints that quality bodies have not answered, oldest first."""
    return Complaint.objects.filter(quality_body__in=list(bodies), closed_at=None).select_related("about", "decision")


def access_application(person: Person, review_id: UUID, *, to: str) -> Review:
    """Load an application for someone whose role in the applicant carries the permission."""
    found = get_object_or_404(
        Review.objects.select_related("applicant", "quality_body", "version__programme", "scheme", "call"),
        pk=review_id,
        audit=None,
    )
    demand(person, to, found.applicant)
    return found


def access_own_decision(person: Person, number: str, *, to: str) -> Decision:
    """Load a decision for someone whose role in the organisation it is about carries the permission."""
    found = get_object_or_404(Decision.objects.select_related("provider", "quality_body"), number=number)
    demand(person, to, found.provider)
    return found


def access_exhibit(person: Person, exhibit_id: int) -> Exhibit:
    """Load a piece of a dossier: for the applicant, and for the quality body once it was sent."""
    found = get_object_or_404(
        Exhibit.objects.select_related("review__applicant", "review__quality_body"), pk=exhibit_id
    )
    _demand_a_look(person, found.review)
    return found


def access_case(person: Person, review_id: UUID) -> Review:
    """Load an application to be read whole: for the applicant, and for the quality body once it was sent."""
    review = get_object_or_404(
        Review.objects.select_related("applicant", "quality_body", "version__programme__provider", "scheme"),
        pk=review_id,
        audit=None,
    )
    _demand_a_look(person, review)
    return review


def _demand_a_look(person: Person, review: Review) -> None:
    own = Organisation.objects.filter(
        pk=review.applicant_id, membership__person=person, membership__role__in=PERMISSIONS["review.request"]
    )
    if not own.exists() or not person.is_active:
        if review.draft:
            demand(person, "review.request", review.applicant)
        demand(person, "review.see", review.quality_body)


def content_of(exhibit: Exhibit) -> bytes:
    """Read the bytes of a file of a dossier."""
    return bytes(Exhibit.objects.values_list("content", flat=True).get(pk=exhibit.pk) or b"")


def access_audit(person: Person, audit_id: int, *, to: str) -> Audit:
    """Load an audit for someone whose role in the quality body carries the permission."""
    found = get_object_or_404(
        Audit.objects.select_related("decision__quality_body", "decision__provider", "decision__programme__current"),
        pk=audit_id,
    )
    demand(person, to, found.decision.quality_body)
    return found


def access_condition(person: Person, condition_id: int, *, to: str) -> Condition:
    """Load a condition for someone whose role in the body, or for ``condition.report`` in the provider, allows it."""
    found = get_object_or_404(
        Condition.objects.select_related("decision__quality_body", "decision__provider"), pk=condition_id
    )
    demand(person, to, found.decision.provider if to == "condition.report" else found.decision.quality_body)
    return found


def access_appeal(person: Person, appeal_id: UUID, *, to: str) -> Appeal:
    """Load an appeal for someone whose role in the quality body carries the permission."""
    found = get_object_or_404(
        Appeal.objects.select_related("decision__quality_body", "decision__provider", "sanction"), pk=appeal_id
    )
    demand(person, to, found.decision.quality_body)
    return found


def access_complaint(person: Person, complaint_id: UUID, *, to: str) -> Complaint:
    """Load a complaint for someone whose role in the quality body carries the permission."""
    found = get_object_or_404(Complaint.objects.select_related("quality_body", "about", "decision"), pk=complaint_id)
    demand(person, to, found.quality_body)
    return found
