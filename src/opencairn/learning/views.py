from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opencairn.kit.errors import Forbidden, Refused
from opencairn.people.access import may, person_of
from opencairn.programmes.queries import is_open_for_enrolment, outcomes_of

from . import actions as learning
from . import queries
from .forms import AwardForm, EnrolForm, ResultForm, result_forms
from .models import Enrolment

A_PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """Take a place: what it is, what it costs, what is kept, and the consent."""
    person = person_of(request)
    offering = queries.public_offering(offering_id)
    already = queries.active_place(person, offering)
    if already is not None:
        return redirect("learning:enrolment", enrolment_id=already.pk)
    form = EnrolForm(
        request.POST if request.method == "POST" else None, person=person, provider=offering.programme.provider.name
    )
    if form.is_bound and form.is_valid():
        name = form.cleaned_data["name_on_credential"]
        try:
            made = learning.enrol(person, offering, name_on_credential=name, consent_text=form.consent_text, at=now())
        except Refused as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("You have a place."))
            return redirect("learning:enrolment", enrolment_id=made.pk)
    facts = {
        "offering": offering,
        "programme": offering.programme,
        "version": offering.programme.current,
        "form": form,
        "left": queries.places_left(offering),
        "is_open": is_open_for_enrolment(offering, now().date()),
        "has_verified_email": queries.has_verified_email(person),
    }
    return render(request, "learning/enrol.html", facts, status=422 if form.errors else 200)


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """My courses and where I stand in each."""
    places = queries.my_places(person_of(request), now().date())
    over = ("withdrawn", "awarded", "cancelled")
    facts = {
        "current": [each for each in places if each.state not in over],
        "past": [each for each in places if each.state in over],
    }
    return render(request, "learning/mine.html", facts)


@login_required
@require_GET
def enrolment(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """One of my courses: my results, what happens next, and the way out."""
    enrolment = queries.my_enrolment(person_of(request), enrolment_id)
    results = {each.outcome_id: each for each in queries.results_of(enrolment)}
    facts = {
        "crumbs": [(_("My courses"), reverse("learning:mine")), (_("This course"), None)],
        "place": queries.places([enrolment], now().date())[0],
        "enrolment": enrolment,
        "version": enrolment.version,
        "offering": enrolment.offering,
        "programme": enrolment.version.programme,
        "rows": [(outcome, results.get(outcome.pk)) for outcome in outcomes_of(enrolment.version)],
        "withdrawn_awards": queries.withdrawn_awards(enrolment),
    }
    return render(request, "learning/enrolment.html", facts)


@login_required
@require_POST
def withdraw(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Give my place back."""
    enrolment = queries.my_enrolment(person_of(request), enrolment_id)
    learning.withdraw_enrolment(enrolment, at=now())
    messages.success(request, _("You have withdrawn. Your place is free for someone else."))
    return redirect("learning:mine")


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """An assessor's desk: the dates with learners, those that wait for a decision first."""
    providers = list(queries.providers_of(person_of(request)))
    if not providers:
        raise Forbidden(
            _("This desk is for people who assess for a provider. Your own courses are under “My courses”.")
        )
    runs = queries.runs_of(providers)
    facts = {
        "providers": providers,
        "page": Paginator(runs, A_PAGE).get_page(request.GET.get("page")),
        "figures": {
            "learners": sum(run.learners for run in runs),
            "ready": sum(run.ready for run in runs),
            "open": sum(run.open for run in runs),
            "awarded": sum(run.awarded for run in runs),
        },
    }
    return render(request, "learning/desk.html", facts)


@login_required
@require_GET
def offering(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """The learners of one date, with where each stands."""
    offering = queries.access_offering(person_of(request), offering_id, to="enrolment.see")
    q = request.GET.get("q", "")[:200].replace("\0", "")
    page = Paginator(queries.learners_of(offering, q=q), A_PAGE).get_page(request.GET.get("page"))
    facts = {
        "crumbs": [(_("Assess"), reverse("learning:desk")), (_("Learners"), None)],
        "offering": offering,
        "programme": offering.programme,
        "version": offering.programme.current,
        "page": page,
        "places": queries.places(page.object_list, now().date()),
        "q": q,
    }
    return render(request, "learning/offering.html", facts)


def _assess_page(
    request: HttpRequest,
    enrolment: Enrolment,
    *,
    forms: list[ResultForm] | None = None,
    award_form: AwardForm | None = None,
    problem: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    today = now().date()
    outcomes = outcomes_of(enrolment.version)
    missing, failed = queries.gaps_of(enrolment)
    person, provider = person_of(request), enrolment.version.programme.provider
    back = reverse("learning:offering", args=[enrolment.offering_id])
    facts: dict[str, Any] = {
        "crumbs": [(_("Assess"), reverse("learning:desk")), (_("Learners"), back), (_("Results"), None)],
        "place": queries.places([enrolment], today)[0],
        "enrolment": enrolment,
        "version": enrolment.version,
        "programme": enrolment.version.programme,
        "forms": forms or result_forms(outcomes, queries.results_of(enrolment)),
        "results": queries.results_of(enrolment),
        "award_form": award_form or AwardForm(initial={"awarded_on": today}),
        "open_outcomes": sorted([(each.position, each in failed) for each in (*missing, *failed)]),
        "problem": problem,
        "wrong": any(form.errors for form in forms or ()),
        "may_record": may(person, "result.record", provider) and person.pk != enrolment.person_id,
        "may_award": may(person, "award.decide", provider) and person.pk != enrolment.person_id,
        "may_withdraw": may(person, "award.withdraw", provider),
        "is_self": person.pk == enrolment.person_id,
    }
    return render(request, "learning/assess.html", facts, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def assess(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """One learner's results, outcome by outcome."""
    person = person_of(request)
    to = "result.record" if request.method == "POST" else "enrolment.see"
    enrolment = queries.access_enrolment(person, enrolment_id, to=to)
    if request.method != "POST":
        return _assess_page(request, enrolment)
    forms = result_forms(outcomes_of(enrolment.version), queries.results_of(enrolment), request.POST)
    if not all([form.is_valid() for form in forms]):  # noqa: C419 - every form is to show its own errors
        return _assess_page(request, enrolment, forms=forms, status=422)
    written = [
        (form.outcome, form.cleaned_data["verdict"] == "passed", form.cleaned_data["value"], form.cleaned_data["note"])
        for form in forms
        if form.cleaned_data["verdict"] and form.has_changed()
    ]
    try:
        learning.record_results(enrolment, results=written, by=person, at=now())
    except Refused as error:
        return _assess_page(request, enrolment, forms=forms, problem=error, status=error.status)
    messages.success(request, _("The results were saved."))
    return redirect(f"{reverse('learning:assess', args=[enrolment.pk])}#award")


@login_required
@require_POST
def award(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Decide the award."""
    person = person_of(request)
    enrolment = queries.access_enrolment(person, enrolment_id, to="award.decide")
    form = AwardForm(request.POST)
    if form.is_valid():
        try:
            learning.award(enrolment, **form.cleaned_data, by=person, at=now())
        except Refused as error:
            for line in (error.message, *error.details):
                form.add_error(None, line)
        else:
            messages.success(request, _("The award was decided. A registrar can issue the credential now."))
            return redirect("learning:assess", enrolment_id=enrolment.pk)
    return _assess_page(request, enrolment, award_form=form, status=422)
