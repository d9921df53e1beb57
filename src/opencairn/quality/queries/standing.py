from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, UUIDField
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from opencairn.people.access import PERMISSIONS, demand
from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Programme, ProgrammeVersion
from opencairn.programmes.vocabulary import label, language_said
from opencairn.quality import rules
from opencairn.quality.frameworks import framework, in_force
from opencairn.quality.models import (
    STOPS,
    Amendment,
    Decision,
    Finding,
    Review,
    Sanction,
)

from .stops import later_than, not_ended_by_appeal, sanctions_of

# The order in which several decisions about one programme are weighed: the first that fits is its standing.
WEIGHT = {"accredited": 0, "suspended": 1, "not-yet": 2, "withdrawn": 3, "expired": 3, "refused": 3}

STATES = ("accredited", "suspended", "due", "not-yet", "withdrawn", "expired", "refused")  # as they are asked for


@dataclass(frozen=True)
class Standing:
    """What the register says about a programme on one day. ``since`` and ``until`` count; None means no end known.

    ``state`` is accredited, suspended, withdrawn, expired, not-yet, refused, or none where there is no decision.
    ``reasons`` are those of the sanction or refusal that made the state; ``cause`` is audit or condition where nobody
    decided that, but a date that was missed brought it about.
    """

    state: str
    decision: Decision | None = None
    since: date | None = None
    until: date | None = None
    reasons: str = ""
    cause: str = ""

    @property
    def accredited(self) -> bool:
        """Whether the accreditation is in force."""
        return self.state == "accredited"

    def is_due(self, today: date) -> bool:
        """Whether a date that is still to come would bring it about, so that it can be kept from coming."""
        return bool(self.cause and self.since and self.since > today)

    def told(self, today: date) -> str:
        """The state as it is told today: due where it hangs on what can still be done, and is not certain yet."""
        return "due" if self.is_due(today) else self.state


NOTHING = Standing("none")


@dataclass(frozen=True)
class Event:
    """One dated thing that happened to a programme's quality assurance.

    ``kind`` is applied, accredited, refused, suspended, lifted, withdrawn or expired, changed or unchanged (a change of
    what is covered, granted or denied), due (it stops counting on that day unless something is done by its eve).
    ``now`` marks the one in force.
    """

    on: date
    kind: str
    until: date | None = None
    decision: Decision | None = None
    review: Review | None = None
    reasons: str = ""
    now: bool = False


def period_of(decision: Decision, sanctions: Iterable[Sanction]) -> rules.Period | None:
    """Return the dated facts of an accreditation, or None for a refusal."""
    if decision.verdict != "accredited" or decision.first_on is None or decision.last_on is None:
        return None
    stops = (
        rules.Stop("withdrawal" if each.kind == "withdrawal" else "suspension", each.from_on, each.lifted_on)
        for each in sanctions
        if each.kind in STOPS
    )
    return rules.period(decision.first_on, decision.last_on, stops)


def standing_of(decision: Decision, sanctions: Iterable[Sanction], day: date) -> Standing:
    """Return what one decision is worth on a day; none where it had neither been taken nor begun.

    Its end is that of what was decided: that an audit ahead might be missed is no news.
    """
    sanctions = [each for each in sanctions if each.pk or each.from_on <= day]
    decided_on = decision.decided_at.date()
    period = period_of(decision, sanctions)
    if period is None:
        refused = Standing("refused", decision, decided_on, None, decision.reasons)
        stayed = any(s.kind == "stay" and (s.lifted_on is None or day < s.lifted_on) for s in sanctions)
        return refused if decided_on <= day and not stayed else NOTHING
    state, since, until = rules.run_on(day, period)
    if state == "not-yet":
        return Standing(state, decision, period.first_on, period.last_on) if decided_on <= day else NOTHING
    kinds = {"suspended": "suspension", "withdrawn": "withdrawal"}
    behind = [s for s in sanctions if s.kind == kinds.get(state) and s.from_on <= day]
    cause = next((s.cause for s in behind if not s.pk and s.from_on == since), "")
    return Standing(state, decision, since, until, behind[-1].reasons if behind else "", cause)


def weigh(decisions: Iterable[Decision], sanctions: Mapping[int, list[Sanction]], day: date) -> Standing:
    """Return the standing that several decisions about one programme give it on a day."""
    worth = [standing_of(each, sanctions.get(each.pk, []), day) for each in decisions]
    worth = [each for each in worth if each.state != "none"]
    # Of equal weight, the accreditation that lasts longest counts; of those that ended, the one that ended last.
    worth.sort(key=lambda each: each.until or date.max if each.accredited else each.since or date.min, reverse=True)
    return min(worth, key=lambda each: WEIGHT[each.state], default=NOTHING)


_KEY = UUIDField()
_ABOUT = """
SELECT decision.*, body.slug AS body_slug, body.name AS body_name
FROM quality_decision decision JOIN people_organisation body ON body.id = decision.quality_body_id
WHERE decision.{column} IN ({ids}) {only}
"""


def about(programmes: Iterable[UUID], providers: Iterable[UUID] = ()) -> list[Decision]:
    """Return the decisions about courses, and those about providers as a whole, each with its quality body.

    Plain SQL, as in stops.py: every check of a credential asks it.
    """
    parts, ids = [], []
    for column, keys, only in (
        ("programme_id", programmes, ""),
        ("provider_id", providers, "AND decision.programme_id IS NULL AND decision.object = 'provider'"),
    ):
        if found := [_KEY.get_db_prep_value(each, connection) for each in keys]:
            parts.append(_ABOUT.format(column=column, ids=", ".join(["%s"] * len(found)), only=only))
            ids += found
    decisions = list(Decision.objects.raw(" UNION ALL ".join(parts), ids)) if parts else []
    for each in decisions:
        told = (each.quality_body_id, each.body_slug, each.body_name)  # type: ignore[attr-defined]
        each.quality_body = Organisation.from_db(connection.alias, ("id", "slug", "name"), told)
    return sorted(decisions, key=lambda each: (each.decided_at, each.pk), reverse=True)


def weigh_for_all(decisions: Iterable[Decision], sanctions: Mapping[int, list[Sanction]], day: date) -> Standing:
    """Return the standing that is told of something: by its accreditations; by awards and labels where it has none."""
    decisions = list(decisions)
    found = weigh([each for each in decisions if counts_as(each) == "accreditation"], sanctions, day)
    return found if found.state != "none" else weigh(decisions, sanctions, day)


def standing(
    programme: Programme, day: date, *, eqf_level: int | None = None, field_code: str | None = None
) -> Standing:
    """Return a programme's standing on a day, by the decisions whose scope covers the level and field asked about."""
    decided = about([programme.pk])
    later = later_than(decided)
    inside = [
        each for each in decided if rules.covers(later.scope_of(each, day), eqf_level=eqf_level, field_code=field_code)
    ]
    return weigh(inside, later.sanctions, day)


def history(programme: Programme, day: date, *, today: date | None = None) -> list[Event]:
    """Return the dated events of a programme's quality assurance, newest first. ``day`` marks what is in force.

    Where ``today`` comes before that day, what is still due by then is told as due, not as missed.
    """
    reviews = Review.objects.sent().filter(version__programme=programme, audit=None).select_related("quality_body")
    return _told(Decision.objects.filter(programme=programme), reviews, day, today)


def history_of_provider(provider: Organisation, day: date, *, today: date | None = None) -> list[Event]:
    """Return the dated events of what was decided about a provider as a whole, newest first, as ``history`` does."""
    return _told(Decision.objects.filter(provider=provider, object="provider"), (), day, today)


def history_of_decision(decision: Decision, day: date) -> list[Event]:
    """Return the dated events of what a decision is about, newest first."""
    if decision.programme is not None:
        return history(decision.programme, day)
    found = Decision.objects.filter(
        provider=decision.provider, programme=None, scheme=decision.scheme, framework=decision.framework
    )
    return _told(found, (), day)


def _told(found: QuerySet[Decision], reviews: Iterable[Review], day: date, today: date | None = None) -> list[Event]:
    decisions = list(found.select_related("quality_body"))
    sanctions = sanctions_of(decisions)
    current = weigh_for_all(decisions, sanctions, day)
    events = [Event(each.requested_at.date(), "applied", review=each) for each in reviews]
    for decision in decisions:
        events += _events(decision, sanctions.get(decision.pk, []), current, day, today or day)
    by_key = {each.pk: each for each in decisions}
    for made in Amendment.objects.filter(decision__in=by_key):
        kind = "changed" if made.granted else "unchanged"
        events.append(Event(made.from_on, kind, None, by_key[made.decision_id], reasons=made.reasons))
    return sorted(events, key=lambda event: event.on, reverse=True)


def _events(decision: Decision, sanctions: list[Sanction], current: Standing, day: date, today: date) -> list[Event]:
    here = decision == current.decision
    if decision.verdict != "accredited" or decision.first_on is None or decision.last_on is None:
        now = here and current.state == "refused"
        return [Event(decision.decided_at.date(), "refused", None, decision, reasons=decision.reasons, now=now)]
    now = here and current.state == "accredited"
    events = [Event(decision.first_on, "accredited", decision.last_on, decision, now=now)]
    withdrawn = False
    for each in sanctions:
        if not each.pk and (withdrawn or each.from_on > min(day, decision.last_on)):
            continue  # what follows by itself is told up to the day, and stops nothing that has ended
        kind = {"suspension": "suspended", "withdrawal": "withdrawn"}.get(each.kind, each.kind)
        until = each.lifted_on - rules.A_DAY if each.lifted_on else None
        now = here and current.state == kind and each.from_on <= day <= (until or date.max)
        if is_due(each, today):
            kind = "due"
        withdrawn |= kind == "withdrawn" and until is None
        reasons = _unless(each) if kind == "due" else each.reasons
        events.append(Event(each.from_on, kind, until, decision, reasons=reasons, now=now))
        if each.lifted_on:
            events.append(Event(each.lifted_on, "lifted" if each.kind == "suspension" else "eased", None, decision))
    if not withdrawn and decision.last_on < day:
        now = here and current.state == "expired"
        events.append(Event(decision.last_on + rules.A_DAY, "expired", None, decision, now=now))
    return events


def is_due(held: Sanction, today: date) -> bool:
    """Whether nobody decided this, and the date that would bring it about is still to come: it can be kept."""
    return not held.pk and bool(held.cause) and held.from_on > today


def _unless(held: Sanction) -> str:
    words = {
        "audit": _("It stops counting then, unless an audit is held by %(last)s."),
        "condition": _("It stops counting then, unless a condition is met by %(last)s."),
    }
    return words[held.cause] % {"last": date_format(held.from_on - rules.A_DAY)}


def access_review(person: Person, review_id: UUID, *, to: str) -> Review:
    """Load a review for someone whose role in the quality body carries the permission."""
    review = get_object_or_404(
        Review.objects.select_related("version__programme__provider", "quality_body", "reviewer"), pk=review_id
    )
    demand(person, to, review.quality_body)
    return review


def access_decision(person: Person, number: str, *, to: str) -> Decision:
    """Load a decision for someone whose role in the quality body carries the permission."""
    decision = public_decision(number)
    demand(person, to, decision.quality_body)
    return decision


def public_decision(number: str) -> Decision:
    """Load a decision: every one of them is public."""
    return get_object_or_404(
        Decision.objects.select_related("quality_body", "provider", "programme__current", "review__version"),
        number=number,
    )


def open_suspension(decision: Decision) -> Sanction:
    """Load the suspension of a decision that neither was lifted nor ended by an appeal. Raises Http404."""
    return get_object_or_404(not_ended_by_appeal(decision), kind="suspension", lifted_on=None)


def findings_of(review: Review) -> dict[str, Finding]:
    """Return the findings of a review by criterion."""
    return {each.criterion: each for each in Finding.objects.filter(review=review).select_related("found_by")}


def outcomes_found(review: Review) -> dict[str, str]:
    """Return criterion to outcome, the plain form that the rules judge."""
    return dict(Finding.objects.filter(review=review).values_list("criterion", "outcome"))


def bodies_of(person: Person) -> QuerySet[Organisation]:
    """Return the quality bodies in which the person may see reviews."""
    return Organisation.objects.filter(
        is_quality_body=True, membership__person=person, membership__role__in=PERMISSIONS["review.see"]
    ).distinct()


def bodies_to_ask(provider: Organisation) -> QuerySet[Organisation]:
    """Return the quality bodies a provider may apply to: verified, open, and not itself."""
    return Organisation.objects.filter(is_quality_body=True, verified_at__isnull=False, closed_at=None).exclude(
        pk=provider.pk
    )


def reviews_of(bodies: Iterable[Organisation]) -> list[tuple[Review, int, int]]:
    """Return the open reviews of quality bodies, oldest first, each with findings made and findings needed."""
    reviews = Review.objects.open().filter(quality_body__in=bodies).order_by("requested_at")
    made: dict[UUID, int] = defaultdict(int)
    for pk in Finding.objects.filter(review__in=reviews).values_list("review_id", flat=True):
        made[pk] += 1
    return [
        (each, made[each.pk], len(framework(each.framework, each.framework_version).questions))
        for each in reviews.select_related("version__programme", "scheme", "applicant", "quality_body", "reviewer")
    ]


def decisions_of(bodies: Iterable[Organisation], day: date) -> list[tuple[Decision, Standing]]:
    """Return every decision of quality bodies, newest first, each with what it is worth on the day."""
    decisions = list(
        Decision.objects.filter(quality_body__in=bodies).select_related(
            "programme__current", "scheme", "provider", "review"
        )
    )
    sanctions = sanctions_of(decisions)
    return [(each, standing_of(each, sanctions.get(each.pk, []), day)) for each in decisions]


def decided_here_since(body: Organisation) -> date | None:
    """Return the day of the first decision that a body took here by a review; None before it."""
    first = Decision.objects.filter(quality_body=body, review__isnull=False).order_by("decided_at").first()
    return first.decided_at.date() if first else None


def overlapping(key: str, first_on: date, last_on: date, **about: object) -> list[Decision]:
    """Return the accreditations about the same thing, by the same body and framework, with a day in this stretch.

    One that was withdrawn before the stretch begins leaves it free.
    """
    found = list(
        Decision.objects.filter(
            **about, framework=key, verdict="accredited", first_on__lte=last_on, last_on__gte=first_on
        ).order_by("first_on")
    )
    against = sanctions_of(found)
    periods = ((each, period_of(each, against.get(each.pk, []))) for each in found)
    return [
        each for each, period in periods if not (period and period.withdrawn_on and period.withdrawn_on <= first_on)
    ]


def figures(decided: Iterable[tuple[Decision, Standing]], waiting: int, day: date) -> dict[str, int | None]:
    """Return the headline figures of a quality body's desk; the median is in days, None before the first decision."""
    decided = list(decided)
    soon = day + timedelta(days=90)
    waits = [(each.decided_at - each.review.requested_at).days for each, _ in decided if each.review]
    return {
        "open": waiting,
        "accredited": sum(worth.accredited and counts_as(each) == "accreditation" for each, worth in decided),
        "suspended": sum(worth.state == "suspended" for _, worth in decided),
        "ending": sum(bool(worth.accredited and worth.until and worth.until <= soon) for _, worth in decided),
        "median_days": round(median(waits)) if waits else None,
    }


def applications_for(programme: Programme) -> QuerySet[Review]:
    """Return the reviews of a programme, newest first, each with ``number_given``: its decision's, once decided."""
    number = Decision.objects.filter(review=OuterRef("pk")).values("number")
    return (
        Review.objects.filter(version__programme=programme, audit=None)
        .annotate(number_given=Subquery(number))
        .select_related("quality_body", "version")
        .order_by("-requested_at")
    )


def stated(version: ProgrammeVersion) -> list[tuple[str, str]]:
    """Return the facts of a description that a reviewer compares with the criteria, as (term, value or "")."""
    span = f"{version.hours}–{version.hours_most}" if version.hours_most else str(version.hours)
    hours = _("%(hours)s hours") % {"hours": span} if version.hours else ""
    ects = _("%(ects)s ECTS") % {"ects": number_format(version.ects.normalize())} if version.ects else ""
    kinds = ", ".join(label("assessment_types", each) for each in version.assessment_types)
    return [
        (_("Workload"), ", ".join(each for each in (ects, hours) if each)),
        (
            _("Level"),
            _("EQF %(level)s") % {"level": version.eqf_level} if version.eqf_level else version.level_not_applicable,
        ),
        (_("National level"), version.national_level),
        (_("Assessment"), kinds),
        (_("Supervision"), label("supervision", version.supervision) if version.supervision else ""),
        (_("Participation"), label("participation", version.participation) if version.participation else ""),
        (_("Languages"), ", ".join(language_said(each) for each in version.languages)),
    ]


def framework_of(decision: Decision) -> rules.Framework | None:
    """Return the framework in the version a decision was taken under, or None where its file is gone."""
    try:
        return framework(decision.framework, decision.framework_version)
    except KeyError:
        return None


def counts_as(decision: Decision) -> str:
    """Return what a positive decision is: an "accreditation" (regulatory), an "award" of a jury, or another "label"."""
    under = framework_of(decision)
    if under is None or under.approach == "regulatory":
        return "accreditation"
    return "award" if under.assessor.kind == "jury" else "label"


def windows_of(decision: Decision) -> tuple[rules.Window, ...]:
    """Return the audits that a decision's framework asks for while it runs, with their days."""
    under = framework_of(decision)
    if under is None or decision.first_on is None or decision.last_on is None:
        return ()
    return rules.windows(under, decision.first_on, decision.last_on)


def decision_on(review: Review) -> Decision | None:
    """Return the decision that closed a review, if there is one."""
    return Decision.objects.filter(review=review).first()


def regulatory_frameworks() -> tuple[rules.Framework, ...]:
    """Return the frameworks in force under which a course, or a module offered as one, can be accredited."""
    return tuple(
        each for each in in_force() if each.approach == "regulatory" and each.objects & {"programme", "module"}
    )
