"""The quality body's side of one application or audit: who assesses, the statement, the jury's points, the result."""

from uuid import UUID

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
from opencairn.quality import actions, queries, rules
from opencairn.quality import frameworks as shelf
from opencairn.quality.forms import AssignForm, DeclareForm, FindingForm, PlanForm, ResultForm
from opencairn.quality.models import Audit, Review

from .pieces import Section, done, page, posted, refuse


@login_required
@require_GET
def assessing(request: HttpRequest) -> HttpResponse:
    """What a person was asked to assess, and is not decided."""
    assignments = queries.assigned_to(person_of(request))
    return render(request, "quality/assessing.html", {"assignments": assignments})


def sections_of(review: Review, person: Person, *, given: dict[str, object] | None = None) -> list[Section]:
    """Return the parts of a review's page about its assessors: naming one, the statement, the result of an audit."""
    given, sections = given or {}, []
    if review.closed_at is not None:
        return []
    if may(person, "review.assign", review.quality_body):
        form = given.get("assign") or AssignForm(body=review.quality_body)
        action, title = reverse("quality:assign", args=[review.pk]), _("Name an assessor")
        sections.append(Section("assign", title, form=form, action=action, button=title, second=True))  # type: ignore[arg-type]
    own = next((each for each in queries.assignments_of(review) if each.assessor_id == person.pk), None)
    if own is not None and own.conflict is None:
        years = shelf.framework(review.framework, review.framework_version).assessor.free_years
        words = _("You were asked to assess this. Before you write anything, say whether you are independent.")
        if years:
            words += " " + _("The framework asks for %(years)d years without any tie to the applicant.") % {
                "years": years
            }
        form = given.get("declare") or DeclareForm()
        action, title = reverse("quality:declare", args=[review.pk]), _("Your statement")
        sections.append(Section("declare", title, words, form=form, action=action, button=_("Make the statement")))  # type: ignore[arg-type]
    if review.audit and may(person, "review.decide", review.quality_body):
        form = given.get("result") or ResultForm(initial={"held_on": now().date()})
        words = _(
            "The result follows from the findings, by the framework's rule. What is left to be mended gets its day."
        )
        action, title = reverse("quality:close_audit", args=[review.pk]), _("Close the audit")
        sections.append(Section("result", title, words, form=form, action=action, button=title))  # type: ignore[arg-type]
    return sections


@login_required
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """A decision maker names who assesses."""
    person = person_of(request)
    review = queries.access_review(person, review_id, to="review.assign")
    form = AssignForm(posted(request), body=review.quality_body)

    def act(assessor: Person) -> None:
        actions.assign(review, assessor=assessor, by=person, at=now())

    return _acted(request, review, "assign", form, act, _("The assessor was named."))


@login_required
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """An assessor makes the statement about conflicts of interest."""
    person = person_of(request)
    review = queries.access_review(person, review_id, to="review.find")
    form = DeclareForm(posted(request))

    def act(*, conflict: bool, statement: str) -> None:
        actions.declare(review, conflict=conflict, statement=statement, by=person, at=now())

    return _acted(request, review, "declare", form, act, _("Your statement was kept."))


@login_required
@require_http_methods(["GET", "POST"])
def close_audit(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """A decision maker records the result of an audit."""
    person = person_of(request)
    review = queries.access_review(person, review_id, to="review.decide")
    form = ResultForm(posted(request))

    def act(held_on: object, reasons: str) -> None:
        actions.close_audit(review, held_on=held_on, reasons=reasons, by=person, at=now())  # type: ignore[arg-type]

    return _acted(request, review, "result", form, act, _("It stands in the public register."))


def _acted(  # noqa: PLR0917 - in the order of the sentence it is
    request: HttpRequest, review: Review, key: str, form: object, act: object, said: str
) -> HttpResponse:
    """Act and go back to the review; or show the form by itself, with what is wrong."""
    if form.is_bound and (answer := done(request, form, act, said, "quality:review", review.pk)):  # type: ignore[attr-defined, arg-type]
        return answer
    sections = [each for each in sections_of(review, person_of(request), given={key: form}) if each.key == key]
    if not sections:
        return redirect("quality:review", review.pk)
    crumbs = [
        (_("Your quality desk"), reverse("quality:desk")),
        (_("Review"), reverse("quality:review", args=[review.pk])),
    ]
    return page(request, sections, crumbs=crumbs, title=sections[0].title, here="quality")


@login_required
@require_POST
def score(request: HttpRequest, review_id: UUID, criterion: str) -> HttpResponse:
    """One member of a jury gives points on one criterion."""
    person = person_of(request)
    review = queries.access_review(person, review_id, to="review.find")
    framework = shelf.framework(review.framework, review.framework_version)
    asked = framework.criterion(criterion)
    if asked is None:
        raise Http404
    form = FindingForm(request.POST, framework=framework, criterion=asked)
    if form.is_valid():
        given = {key: form.cleaned_data[key] for key in ("outcome", "reasons")}
        try:
            actions.score(review, criterion=criterion, **given, by=person, at=now())
        except Refused as error:
            refuse(form, error)
        else:
            return redirect(f"{reverse('quality:review', args=[review.pk])}#{criterion}")
    section = Section(criterion, str(asked.title["en"]), form=form, button=_("Save your points"))
    return page(request, [section], title=_("Your points"), here="quality")


@login_required
@require_GET
def audits(request: HttpRequest) -> HttpResponse:
    """The calendar of audits of a quality body: overdue, due, ahead."""
    bodies = list(queries.bodies_of(person_of(request)))
    today = now().date()
    facts = {"audits": queries.audits_of(bodies, today), "today": today, "bodies": bodies}
    return render(request, "quality/audits.html", facts, status=200 if bodies else 403)


@login_required
@require_http_methods(["GET", "POST"])
def audit(request: HttpRequest, audit_id: int) -> HttpResponse:
    """One audit: its window, what follows when it is missed, its planned day, and its findings."""
    person = person_of(request)
    found = queries.access_audit(person, audit_id, to="review.assign" if request.method == "POST" else "review.see")
    if request.POST.get("act") == "begin":
        review = actions.begin_audit(found, by=person, at=now())
        return redirect("quality:review", review.pk)
    form = PlanForm(posted(request), initial={"on": found.planned_on or found.first_on})

    def act(on: object) -> None:
        actions.plan_audit(found, on=on, at=now())  # type: ignore[arg-type]

    if form.is_bound and (answer := done(request, form, act, _("The day was planned."), "quality:audits")):
        return answer
    facts = {
        "audit": found,
        "form": form,
        "today": now().date(),
        "review": _findings_of(found),
        "missed": _missed(found),
    }
    facts["may_plan"] = may(person, "review.assign", found.decision.quality_body)
    return render(request, "quality/audit.html", facts, status=422 if form.errors else 200)


def _findings_of(audit: Audit) -> Review | None:
    return Review.objects.filter(audit=audit).first()


def _missed(audit: Audit) -> str:
    return {
        "suspend": _("From the day after, the accreditation is suspended until the audit is held."),
        "withdraw": _("From the day after, the accreditation is withdrawn."),
        "stale": _("From the day after, what was decided counts as out of date. It counts on."),
    }.get(audit.missed, _("Nothing follows by itself."))


def jury_facts(review: Review, framework: rules.Framework, person: Person) -> dict[str, object]:
    """What a review's page shows where a jury judges: one's own points, who has finished, and what they come to."""
    scores = queries.scores_of(review)
    found = rules.jury_findings(framework, scores)
    finished = sum(len(each) == len(framework.questions) for each in scores.values())
    return {
        "jury": framework.assessor.kind == "jury",
        "finished": finished,
        "needed": max(1, framework.assessor.least),
        "percent": rules.percent(framework, found),
        "own": queries.own_scores(review, person),
        "jury_found": found,
    }
