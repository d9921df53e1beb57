"""The provider's side: its applications with their dossiers, its decisions, conditions, appeals."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opencairn.kit.errors import Refused
from opencairn.people.access import person_of
from opencairn.people.models import Person
from opencairn.quality import actions, queries
from opencairn.quality import frameworks as shelf
from opencairn.quality.forms import (
    AppealForm,
    BeginForm,
    CaseForm,
    GiveUpForm,
    PlaceForm,
    ReportForm,
    appealable,
)
from opencairn.quality.models import Decision, Review

from .pieces import Section, done, page, posted, refuse


def _crumbs(*more: str) -> list[tuple[str, str | None]]:
    return [(_("Your applications"), reverse("quality:applications")), *((each, None) for each in more)]


@login_required
@require_GET
def applications(request: HttpRequest) -> HttpResponse:
    """Everything a provider has running with quality bodies: drafts, applications, decisions, conditions."""
    mine = list(queries.providers_of(person_of(request)))
    today = now().date()
    decisions = list(queries.decisions_for(mine))
    sanctions = queries.sanctions_of(decisions)
    facts = {
        "organisations": mine,
        "reviews": queries.applications_of(mine),
        "decisions": [(each, queries.standing_of(each, sanctions.get(each.pk, []), today)) for each in decisions],
        "conditions": [each for each in queries.conditions_for(mine) if each.met_on is None],
        "frameworks": queries.frameworks_to_apply_under(),
        "today": today,
    }
    return render(request, "quality/applications.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """Begin an application of a provider, or for a certification scheme, under a framework."""
    person = person_of(request)
    under = next((each for each in queries.frameworks_to_apply_under() if each.key == key), None)
    if under is None:
        raise Http404
    form = BeginForm(posted(request), person=person, framework=under)
    if form.is_bound and form.is_valid():
        try:
            made = _begun(form.cleaned_data, key, person)
        except Refused as error:
            refuse(form, error)
        else:
            return redirect("quality:application", made.pk)
    facts = {"crumbs": _crumbs(_("Apply")), "framework": under, "form": form}
    return render(request, "quality/begin.html", facts, status=422 if form.errors else 200)


@transaction.atomic
def _begun(given: dict[str, Any], key: str, person: Person) -> Review:
    judged = given["applicant"]
    if "scheme" in given:
        judged = given["scheme"] or actions.name_scheme(
            owner=given["applicant"], name=given["scheme_name"], summary="", digcomp=given["digcomp"], at=now()
        )
    return actions.begin_application(
        judged=judged,
        quality_body=given["quality_body"],
        framework=key,
        facts=given.get("facts", []),
        by=person,
        at=now(),
    )


@login_required
@require_http_methods(["GET", "POST"])
def application(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """An application with its dossier: what is asked, what was filed, what is missing. POST keeps the own case."""
    review = queries.access_application(person_of(request), review_id, to="review.request")
    form = CaseForm(posted(request), initial={"statement": review.statement})
    if request.method == "POST":

        def keep(statement: str) -> None:
            actions.state_case(review, statement=statement, at=now())

        if answer := done(request, form, keep, _("Your case was kept."), "quality:application", review.pk):
            return answer
    return _dossier(request, review, form=form)


def _dossier(
    request: HttpRequest, review: Review, *, form: Any = None, bound: dict[str, PlaceForm] | None = None,
    problem: Refused | None = None,
) -> HttpResponse:  # fmt: skip
    places = queries.dossier_places(review)
    rows = [
        (
            criterion,
            [(each, (bound or {}).get(_prefix(criterion.key, each.number)) or _place_form(each)) for each in documents],
        )
        for criterion, documents in places
    ]
    missing = sum(each.missing for _criterion, documents in places for each in documents)
    under = shelf.framework(review.framework, review.framework_version)
    facts = {
        "crumbs": _crumbs(_("Application")),
        "review": review,
        "framework": under,
        "form": form or CaseForm(initial={"statement": review.statement}),
        "rows": rows,
        "asked": sum(len(documents) for _criterion, documents in places),
        "missing": missing,
        "no_case": under.dossier != "none" and not review.statement.strip(),
        "decision": queries.decision_on(review),
        "problem": problem,
        "problems": _problems(problem),
    }
    wrong = problem or bound or (form is not None and form.errors)
    return render(request, "quality/application.html", facts, status=422 if wrong else 200)


def _problems(problem: Refused | None) -> list[tuple[str, str]]:
    """Return why an application could not be sent: the field where each gap is filled ("" for no gap), and words."""
    if not isinstance(problem, actions.Incomplete):
        return [("", line) for line in problem.details] if problem else []
    fields = [f"id_{_prefix(*gap)}-text" if gap[0] else "id_statement" for gap in problem.gaps]
    return list(zip(fields, problem.details, strict=True))


def _prefix(criterion: str, number: int) -> str:
    return f"{criterion}-{number}"


def _place_form(place: queries.Place, data: Any = None, files: Any = None) -> PlaceForm:
    return PlaceForm(data, files, prefix=_prefix(place.criterion.key, place.number), initial={"text": place.words})


@login_required
@require_POST
def file_piece(request: HttpRequest, review_id: UUID, criterion: str, document: int) -> HttpResponse:
    """File the document whose button was pressed, and every other that was written on the page: no words are lost."""
    person = person_of(request)
    review = queries.access_application(person, review_id, to="review.request")
    places = [each for _criterion, found in queries.dossier_places(review) for each in found]
    if not any((each.criterion.key, each.number) == (criterion, document) for each in places):
        raise Http404
    unsaved = {}
    for place in places:
        form = _place_form(place, request.POST, request.FILES)
        pressed = (place.criterion.key, place.number) == (criterion, document)
        if not pressed and not (f"{form.prefix}-text" in request.POST and form.has_changed()):
            continue
        if not (form.is_valid() and _filed(review, place, form, person)):
            unsaved[str(form.prefix)] = form
    if unsaved:
        return _dossier(request, review, bound=unsaved)
    messages.success(request, _("It lies in the dossier."))
    return redirect(f"{reverse('quality:application', args=[review.pk])}#{criterion}")


def _filed(review: Review, place: queries.Place, form: PlaceForm, person: Person) -> bool:
    """File the words and the file of one place; False where they were refused, which the form then says."""
    where: dict[str, Any] = {"criterion": place.criterion.key, "document": place.number, "by": person, "at": now()}
    file = form.cleaned_data["file"]
    try:
        actions.file_words(review, text=form.cleaned_data["text"], **where)
        if file is not None:
            actions.file_document(review, name=file.name or "", content=file.read(), **where)
    except Refused as error:
        refuse(form, error)
        return False
    return True


@login_required
@require_GET
def exhibit(request: HttpRequest, exhibit_id: int) -> HttpResponse:
    """A file of a dossier, always as a download: it came from outside."""
    found = queries.access_exhibit(person_of(request), exhibit_id)
    if not found.size:
        raise Http404
    answer = HttpResponse(bytes(found.content or b""), content_type=found.media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@login_required
@require_POST
def take_out(request: HttpRequest, exhibit_id: int) -> HttpResponse:
    """Take a piece out of a draft's dossier."""
    person = person_of(request)
    found = queries.access_exhibit(person, exhibit_id)
    queries.access_application(person, found.review_id, to="review.request")
    actions.take_out(found, at=now())
    messages.success(request, _("It was taken out."))
    return redirect("quality:application", found.review_id)


@login_required
@require_POST
def send(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Send a complete application; an incomplete one says what is missing."""
    person = person_of(request)
    review = queries.access_application(person, review_id, to="review.request")
    try:
        actions.send_application(review, by=person, at=now())
    except Refused as error:
        return _dossier(request, review, problem=error)
    messages.success(request, _("Your application went to %(name)s.") % {"name": review.quality_body.name})
    return redirect("quality:application", review.pk)


@login_required
@require_POST
def take_back(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Take an application back."""
    review = queries.access_application(person_of(request), review_id, to="review.request")
    actions.take_back(review, at=now())
    messages.success(request, _("The application was taken back."))
    return redirect("quality:applications")


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, condition_id: int) -> HttpResponse:
    """A provider reports how it met a condition."""
    person = person_of(request)
    condition = queries.access_condition(person, condition_id, to="condition.report")
    form = ReportForm(posted(request), initial={"report": condition.report})

    def keep(report: str) -> None:
        actions.report_condition(condition, report=report, by=person, at=now())

    if form.is_bound:
        said = _("Your report went to %(name)s.") % {"name": condition.decision.quality_body.name}
        if answer := done(request, form, keep, said, "quality:applications"):
            return answer
    section = Section(
        "report",
        _("Report that it is mended"),
        facts=[(_("What has to be mended"), condition.text), (_("To be met by"), condition.due_on)],
        form=None if condition.met_on else form,
        button=_("Send the report"),
    )
    return page(request, [section], crumbs=_crumbs(_("Condition")), title=_("A condition to be met"), here="publish")


@login_required
@require_http_methods(["GET", "POST"])
def answer_decision(request: HttpRequest, number: str) -> HttpResponse:
    """A provider appeals against a decision or a sanction, or gives its accreditation up."""
    person = person_of(request)
    decision = queries.access_own_decision(person, number, to="decision.answer")
    sanctions = queries.sanctions_of([decision]).get(decision.pk, [])
    choices = appealable(decision, sanctions)
    appealing = request.POST.get("act") == "appeal"
    sent = posted(request)
    appeal_form = AppealForm(sent if appealing else None, choices=choices)
    give_up_form = GiveUpForm(None if appealing else sent)

    def appeal(against: str, grounds: str) -> None:
        sanction = next((each for each in sanctions if str(each.pk) == against), None)
        actions.lodge_appeal(decision, sanction=sanction, grounds=grounds, by=person, at=now())

    def give_up(from_on: Any, reasons: str) -> None:
        actions.relinquish(decision, from_on=from_on, reasons=reasons, by=person, at=now())

    for form, act, said in (
        (appeal_form, appeal, _("Your appeal was lodged.")),
        (give_up_form, give_up, _("It stands in the public register.")),
    ):
        if form.is_bound and (answer := done(request, form, act, said, "quality:applications")):
            return answer
    sections = _answers(decision, choices, appeal_form, give_up_form)
    title = _("Your side of decision %(number)s") % {"number": number}
    return page(request, sections, crumbs=_crumbs(number), title=title, here="publish", decision=decision)


def _answers(decision: Decision, choices: list[tuple[str, str]], appeal: Any, give_up: Any) -> list[Section]:
    sections = []
    open_or_past = [(each.lodged_at.date(), _appeal_said(each.outcome)) for each in queries.appeals_of(decision)]
    if open_or_past:
        told = [(str(_("Appeal of %(day)s") % {"day": date_format(day)}), said) for day, said in open_or_past]
        sections.append(Section("appeals", _("Your appeals"), facts=told))
    if choices:
        days = shelf.framework(decision.framework, decision.framework_version).appeal.days
        words = _("You can appeal within %(days)d days. Somebody who did not take the decision judges it.") % {
            "days": days
        }
        sections.append(
            Section("appeal", _("Appeal"), words, form=appeal, action="appeal", button=_("Lodge the appeal"))
        )
    if decision.verdict == "accredited":
        words = _("From that day on nothing new counts under it. What was awarded before keeps its standing.")
        title = _("Give the accreditation up")
        sections.append(Section("give-up", title, words, form=give_up, action="give-up", button=title, second=True))
    return sections


def _appeal_said(outcome: str) -> str:
    return {"": _("Open"), "upheld": _("Upheld"), "rejected": _("Rejected")}[outcome]
