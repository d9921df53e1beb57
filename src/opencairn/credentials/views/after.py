"""The registrar's pages of what comes after issuing: correct, renew, how long credentials are valid, a key in doubt."""

from datetime import UTC
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opencairn.credentials import actions, queries
from opencairn.credentials.forms import CompromiseForm, CorrectForm, RenewForm, ValidityForm
from opencairn.kit.errors import Refused
from opencairn.people.access import may, person_of

from .registrar import desk_of

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(READ_AND_WRITE)
def correct(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """Sign a corrected credential in place of a wrong one, on a page that says what this means."""
    person = person_of(request)
    one = queries.access_credential(person, id, to="credential.correct")
    award = one.award
    said = (
        {"name_on_credential": award.name_on_credential, "grade": award.grade, "awarded_on": award.awarded_on}
        if award
        else {}
    )
    form = CorrectForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "sure"}
        try:
            made = actions.correct(one, **facts, by=person, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request,
                _("The corrected credential is signed, and the wrong one is revoked. The learner is told by mail."),
            )
            return redirect("credentials:credential", made.id)
    context = {
        "credential": one,
        "form": form,
        "newer": queries.newer_than(one),
        "desk_address": desk_of(one.key.organisation),
    }
    return render(request, "credentials/correct.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(READ_AND_WRITE)
def renew(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """Sign a credential that goes on where another ends."""
    person = person_of(request)
    one = queries.access_credential(person, id, to="credential.issue")
    form = RenewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.renew(one, checked=form.cleaned_data["checked"], by=person, at=timezone.now())
        messages.success(request, _("The renewed credential is signed. The learner is told by mail."))
        return redirect("credentials:credential", made.id)
    context = {
        "credential": one,
        "form": form,
        "newer": queries.newer_than(one),
        "desk_address": desk_of(one.key.organisation),
    }
    return render(request, "credentials/renew.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(READ_AND_WRITE)
def validity(request: HttpRequest, slug: str) -> HttpResponse:
    """For how long the credentials of each course are valid."""
    person = person_of(request)
    organisation = queries.access_issuer(person, slug, to="credential.issue")
    form = ValidityForm(request.POST or None)
    if request.method == "POST":
        programme = queries.access_programme(person, request.POST.get("programme", ""), to="credential.issue")
        if form.is_valid():
            actions.set_validity(programme, months=form.cleaned_data["months"], at=timezone.now())
            messages.success(request, _("This counts for credentials that are signed from now on."))
            return redirect("credentials:validity", organisation.slug)
    context = {
        "organisation": organisation,
        "rows": queries.validities(organisation),
        "form": form,
        "tried": request.POST.get("programme", ""),
        "desk_address": desk_of(organisation),
    }
    return render(request, "credentials/validity.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(READ_AND_WRITE)
def compromise(request: HttpRequest, did: str) -> HttpResponse:
    """Say from when a key may have been in other hands, on a page that says what follows."""
    person = person_of(request)
    key = queries.access_key(person, did, to="key.rotate")
    form = CompromiseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.report_compromise(key, since=form.cleaned_data["since"].replace(tzinfo=UTC), at=timezone.now())
        except Refused as refusal:
            form.add_error("since", refusal.message)
        else:
            messages.success(
                request, _("It is recorded and stands in the transparency log. Look at what was signed since.")
            )
            return redirect(f"{desk_of(key.organisation)}&state=doubtful#issued")
    context = {
        "key": key,
        "organisation": key.organisation,
        "form": form,
        "may_issue": may(person, "credential.issue", key.organisation),
        "desk_address": desk_of(key.organisation),
    }
    return render(request, "credentials/compromise.html", context, status=422 if form.is_bound else 200)
