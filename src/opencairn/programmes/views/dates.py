"""Planning and cancelling runs."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from opencairn.people.access import may, person_of
from opencairn.programmes import actions as programmes
from opencairn.programmes import forms, queries

from .desk import _crumbs, _title


@login_required
def offerings(request: HttpRequest, slug: str) -> HttpResponse:
    """The runs of a programme, and a form to plan the next."""
    person = person_of(request)
    permission = "offering.plan" if request.method == "POST" else "programme.see_draft"
    programme = queries.access_programme(request.user, slug, to=permission)
    form = forms.RunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        programmes.plan_offering(programme, by=person, at=now(), **form.cleaned_data)
        messages.success(request, _("The date is planned."))
        return redirect("programmes:offerings", slug)
    version = queries.newest_version(programme)
    day = now().date()
    runs = [{"run": run, "open": queries.is_open_for_enrolment(run, day)} for run in queries.offerings_of(programme)]
    crumbs = [*_crumbs(), (_title(version), reverse("programmes:describe", args=[slug])), (_("Dates and prices"), None)]
    context = {
        "programme": programme,
        "version": version,
        "runs": runs,
        "form": form,
        "may_plan": may(person, "offering.plan", programme.provider) and programme.withdrawn_at is None,
        "may_cancel": may(person, "offering.cancel", programme.provider),
        "crumbs": crumbs,
    }
    return render(request, "programmes/offerings.html", context, status=422 if form.errors else 200)


@login_required
def cancel_offering(request: HttpRequest, slug: str, offering: uuid.UUID) -> HttpResponse:
    """Cancel one run, with a reason."""
    run = queries.access_offering(request.user, slug, offering, to="offering.cancel")
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        programmes.cancel_offering(run, reason=form.cleaned_data["reason"], by=person_of(request), at=now())
        messages.success(request, _("The date is cancelled."))
        return redirect("programmes:offerings", slug)
    version = queries.newest_version(run.programme)
    dates = reverse("programmes:offerings", args=[slug])
    crumbs = [
        *_crumbs(),
        (_title(version), reverse("programmes:describe", args=[slug])),
        (_("Dates and prices"), dates),
    ]
    context = {"form": form, "run": run, "version": version, "crumbs": [*crumbs, (_("Cancel a date"), None)]}
    return render(request, "programmes/cancel.html", context, status=422 if form.errors else 200)
