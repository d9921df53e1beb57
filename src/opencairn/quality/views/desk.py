from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opencairn.kit.errors import Refused
from opencairn.people.access import may, person_of
from opencairn.people.models import Person
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.queries import access_programme, newest_version, outcomes_of
from opencairn.quality import actions, queries, rules
from opencairn.quality import frameworks as shelf
from opencairn.quality.actions import decide as decide_review
from opencairn.quality.actions import lift as lift_suspension
from opencairn.quality.actions import record_finding
from opencairn.quality.forms import ApplicationForm, DecisionForm, FindingForm, LiftForm, SanctionForm
from opencairn.quality.frameworks.reading import APPROACHES
from opencairn.quality.models import Decision, Finding, Review, Score
from opencairn.transparency import queries as log

from .assessing import jury_facts, sections_of
from .pieces import done, posted, refuse

WINDOW = timedelta(days=30)  # before it opens, an audit's window shows on the desk
LATEST = 10  # decisions on the desk; the register holds them all


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """A quality body's desk: its figures, open applications and latest decisions."""
    person = person_of(request)
    bodies = list(queries.bodies_of(person))
    if not bodies:
        return render(request, "quality/no_desk.html", status=403)
    today = now().date()
    reviews = queries.reviews_of(bodies)
    ahead = today + WINDOW
    decided = queries.decisions_of(bodies, today)
    facts = {
        "bodies": bodies,
        "reviews": reviews,
        "figures": queries.figures(decided, len(reviews), today),
        "latest": decided[:LATEST],
        "audits": [each for each in queries.audits_of(bodies, today) if each.first_on <= ahead],
        "conditions": queries.conditions_open(bodies),
        "appeals": queries.appeals_open(bodies),
        "complaints": queries.complaints_open(bodies),
        "scope_requests": queries.scope_requests_open(bodies),
        "today": today,
    }
    return render(request, "quality/desk.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """A provider applies for the accreditation of a published course."""
    person = person_of(request)
    programme = access_programme(person, slug, to="review.request")
    sent = posted(request)
    chosen = (request.GET if sent is None else sent).get("framework", "")
    form = ApplicationForm(sent, provider=programme.provider, framework=chosen)
    version = programme.current or newest_version(programme)
    frameworks = queries.regulatory_frameworks()
    may_apply = programme.current is not None or any(queries.reviews_drafts(each) for each in frameworks)
    if request.method == "POST" and not may_apply:
        raise Refused(_("Publish the course first: a quality body reviews what is public."))
    if form.is_bound and form.is_valid():
        try:
            asked = _apply(version, form.given(), person)
        except Refused as error:
            refuse(form, error)
        else:
            if asked.draft:
                messages.info(
                    request, _("Nothing is sent yet: this framework asks for documents. File them, then send.")
                )
                return redirect("quality:application", asked.pk)
            messages.success(request, _("Your application went to %(name)s.") % {"name": asked.quality_body.name})
            return redirect("quality:apply", slug=slug)
    facts = {
        "programme": programme,
        "version": version,
        "form": form,
        "applications": queries.applications_for(programme),
        "crumbs": [(_("Publish"), reverse("programmes:desk")), (_("Apply for accreditation"), None)],
        "frameworks": frameworks,
        "may_apply": may_apply,
    }
    return render(request, "quality/apply.html", facts, status=422 if form.errors else 200)


def _apply(version: ProgrammeVersion, given: dict[str, Any], person: Person) -> Review:
    """Apply at once where no documents are asked for; else begin the application, whose dossier comes next."""
    under = shelf.framework(given["framework"])
    if under.dossier == "none":
        return actions.request_review(version, **given, by=person, at=now())
    return actions.begin_application(judged=version, **given, by=person, at=now())


def _review_page(
    request: HttpRequest,
    review: Review,
    *,
    bound: Mapping[str, FindingForm] | None = None,
    decision_form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a review: the course's facts beside one form for each criterion. ``bound`` are forms that were sent."""
    framework = shelf.framework(review.framework, review.framework_version)
    findings = queries.findings_of(review)
    found = {key: each.outcome for key, each in findings.items()}
    rows = []
    own = queries.own_scores(review, person_of(request)) if framework.assessor.kind == "jury" else {}
    for criterion in rules.asked_of(framework, review.facts):
        finding = findings.get(criterion.key) or own.get(criterion.key)
        form = (bound or {}).get(criterion.key) or FindingForm(
            framework=framework, criterion=criterion, initial=_written(finding)
        )
        grade = next((each for each in framework.scale if finding and each.key == finding.outcome), None)
        rows.append({"criterion": criterion, "finding": finding, "grade": grade, "form": form})
    today, person = now().date(), person_of(request)
    assignments = list(queries.assignments_of(review))
    in_the_way = rules.in_the_way(framework, found, facts=review.facts)
    facts: dict[str, Any] = {
        "review": review,
        "crumbs": [(_("Your quality desk"), reverse("quality:desk")), (_("Review"), None)],
        "version": review.version,
        **_described(review.version),
        "sections": sections_of(review, person),
        "assignments": assignments,
        "dossier": queries.dossier_places(review) if framework.dossier == "documents" and not review.audit_id else [],
        "framework": framework,
        "rows": rows,
        "decision_form": decision_form or DecisionForm(initial=_term(review, framework, today)),
        "unanswered": rules.unanswered(framework, found, facts=review.facts),
        "in_the_way": [each.title for each in framework.questions if each.key in in_the_way],
        "may_find": any(each.assessor_id == person.pk and each.conflict is False for each in assignments),
        "may_decide": may(person, "review.decide", review.quality_body),
        "decision": queries.decision_on(review),
    }
    facts |= jury_facts(review, framework, person) if framework.assessor.kind == "jury" else {}
    if facts.get("jury_found"):
        facts["unanswered"] = ()
    return render(request, "quality/review.html", facts, status=status)


def _described(version: ProgrammeVersion | None) -> dict[str, Any]:
    """What a course says of itself, for a review of one."""
    if version is None:
        return {}
    return {"stated": queries.stated(version), "programme": version.programme, "outcomes": outcomes_of(version)}


def _term(review: Review, framework: rules.Framework, today: date) -> dict[str, date]:
    """The days proposed: from today, or from the day after what is renewed, for as long as the framework allows."""
    first = review.renews.last_on + rules.A_DAY if review.renews and review.renews.last_on else today
    return {"first_on": first, "last_on": rules.last_possible_day(first, months=framework.validity_months)}


@login_required
@require_GET
def review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """One review with its findings so far."""
    return _review_page(request, queries.access_review(person_of(request), review_id, to="review.see"))


def _written(finding: Finding | Score | None) -> dict[str, Any]:
    """Return what stands in a finding, as a form's first values."""
    if finding is None:
        return {}
    return {"outcome": finding.outcome, "reasons": finding.reasons, "evidence": getattr(finding, "evidence", "")}


@login_required
@require_POST
def finding(request: HttpRequest, review_id: UUID, criterion: str) -> HttpResponse:
    """Save the finding whose button was pressed, and every other that was written on the page: no words are lost."""
    person = person_of(request)
    review = queries.access_review(person, review_id, to="review.find")
    framework = shelf.framework(review.framework, review.framework_version)
    if framework.criterion(criterion) is None:
        raise Http404
    before, unsaved = queries.findings_of(review), {}
    for asked in framework.questions:
        written = _written(before.get(asked.key))
        form = FindingForm(request.POST, framework=framework, criterion=asked, initial=written)
        if asked.key != criterion and not (f"{form.prefix}-outcome" in request.POST and form.has_changed()):
            continue
        if not form.is_valid():
            unsaved[asked.key] = form
            continue
        try:
            record_finding(review, criterion=asked.key, **form.cleaned_data, by=person, at=now())
        except Refused as error:
            refuse(form, error)
            unsaved[asked.key] = form
    if unsaved:
        return _review_page(request, review, bound=unsaved, status=422)
    messages.success(request, _("The finding was saved."))
    return redirect(f"{reverse('quality:review', args=[review.pk])}#{criterion}")


@login_required
@require_POST
def decide(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Decide a review; the decision stands in the register from then on."""
    person = person_of(request)
    review = queries.access_review(person, review_id, to="review.decide")
    form = DecisionForm(request.POST)
    if form.is_valid():
        given = {key: form.cleaned_data[key] for key in ("verdict", "reasons", "first_on", "last_on")}
        try:
            made = decide_review(review, **given, scope=form.scope(review.version), by=person, at=now())
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("Decision %(number)s stands in the public register.") % {"number": made.number})
            return redirect("quality:decision", number=made.number)
    return _review_page(request, review, decision_form=form, status=422)


def _sanction_page(
    request: HttpRequest,
    decision: Decision,
    *,
    form: SanctionForm | None = None,
    lift_form: LiftForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = now().date()
    sanctions = queries.sanctions_of([decision]).get(decision.pk, [])
    facts = {
        "crumbs": [
            (_("Register"), reverse("quality:register")),
            (decision.number, reverse("quality:decision", args=[decision.number])),
            (_("Suspend or withdraw"), None),
        ],
        "decision": decision,
        "open_suspension": next((s for s in sanctions if s.kind == "suspension" and s.lifted_on is None), None),
        "withdrawal": next((s for s in sanctions if s.kind == "withdrawal"), None),
        "standing": queries.standing_of(decision, sanctions, today),
        "form": form or SanctionForm(initial={"from_on": today}),
        "lift_form": lift_form or LiftForm(initial={"on": today}),
    }
    return render(request, "quality/sanction.html", facts, status=status)


def _stop(decision: Decision, kind: str, **given: Any) -> None:
    if kind == "suspend":
        actions.suspend(decision, **given)
    elif kind == "withdraw":
        actions.withdraw_decision(decision, **given)
    else:
        actions.watch(decision, kind, **given)


@login_required
@require_http_methods(["GET", "POST"])
def sanction(request: HttpRequest, number: str) -> HttpResponse:
    """Suspend or withdraw an accreditation."""
    person = person_of(request)
    decision = queries.access_decision(person, number, to="decision.sanction")
    if request.method != "POST":
        return _sanction_page(request, decision)
    form = SanctionForm(request.POST)

    def act(kind: str, **given: Any) -> None:
        _stop(decision, kind, **given, by=person, at=now())

    said = _("It stands in the public register.")
    answer = done(request, form, act, said, "quality:decision", number)
    return answer or _sanction_page(request, decision, form=form, status=422)


@login_required
@require_POST
def lift(request: HttpRequest, number: str) -> HttpResponse:
    """Lift the open suspension of a decision."""
    person = person_of(request)
    decision = queries.access_decision(person, number, to="decision.sanction")
    form = LiftForm(request.POST)

    def act(on: date) -> None:
        lift_suspension(queries.open_suspension(decision), on=on, by=person, at=now())

    answer = done(request, form, act, _("The suspension was lifted."), "quality:decision", number)
    return answer or _sanction_page(request, decision, lift_form=form, status=422)


@require_GET
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """One decision with its findings, its reasons and what came later."""
    decision = queries.public_decision(number)
    today = now().date()
    sanctions = queries.sanctions_of([decision]).get(decision.pk, [])
    framework = queries.framework_of(decision)
    found = queries.findings_of(decision.review) if decision.review else {}
    logged = log.about("decision", decision.number).first()
    rows = []
    for criterion in framework.questions if framework else ():
        if finding := found.get(criterion.key):
            grade = next((each for each in framework.scale if each.key == finding.outcome), None) if framework else None
            rows.append({"criterion": criterion, "finding": finding, "grade": grade})
    facts = {
        "crumbs": [(_("Register"), reverse("quality:register")), (decision.number, None)],
        "decision": decision,
        "standing": queries.standing_of(decision, sanctions, today),
        "programme": decision.programme,
        "framework": framework,
        "audits": queries.audits_for(decision),
        "conditions": queries.conditions_set(decision),
        "appeals": queries.appeals_of(decision),
        "behind": queries.chain_behind(decision),
        "amendments": queries.amendments_of(decision).select_related("decision"),
        "rows": rows,
        "logged": logged,
        "entered_on": logged.at if logged and decision.review is None else None,
        "events": queries.history_of_decision(decision, today),
        "today": today,
        "may_sanction": may(request.user, "decision.sanction", decision.quality_body),
        "may_ask": may(request.user, "review.request", decision.provider),
    }
    return render(request, "quality/decision.html", facts)


@require_GET
def frameworks(request: HttpRequest) -> HttpResponse:
    """Every quality framework in force, with what it judges and what it leads to."""
    frameworks = sorted(shelf.in_force(), key=lambda each: APPROACHES.index(each.approach))
    return render(request, "quality/frameworks.html", {"frameworks": frameworks})


@require_GET
def framework(request: HttpRequest, key: str, version: str = "") -> HttpResponse:
    """A quality framework for everyone: standard, why it is asked, what shows it, which documents are read."""
    try:
        found = shelf.framework(key, version)
    except KeyError:
        raise Http404 from None
    facts = {
        "crumbs": [(_("Quality frameworks"), reverse("quality:frameworks")), (_("Framework"), None)],
        "framework": found,
        "in_force": shelf.framework(key),
        "versions": [each for each in shelf.on_the_shelf() if each.key == key and each is not found],
    }
    return render(request, "quality/framework.html", facts)
