from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opencairn.people.access import person_of
from opencairn.people.limits import allow
from opencairn.people.queries import only_manager_of

from . import person as everywhere
from .person_forms import EraseForm

TRIES_PER_MINUTE = 10


@login_required
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """What the site holds about the person, in counts and words; the way to take it along, and to erase it."""
    return _page(request, EraseForm(person=person_of(request)))


def _page(request: HttpRequest, form: EraseForm, *, status: int = 200) -> HttpResponse:
    person = person_of(request)
    held = everywhere.everything_about(person)
    context = {
        "form": form,
        "account": held["people"],
        "enrolments": len(held["learning"].get("enrolments", ())),
        "awards": len(held["learning"].get("awards", ())),
        "credentials": len(held["credentials"]["credentials"]),
        "holdings": len(held["wallet"]["holdings"]),
        "links": sum(not link["ended_at"] for each in held["wallet"]["holdings"] for link in each["links"]),
        "left_alone": only_manager_of(person),
    }
    return render(request, "web/my_data.html", context, status=status)


@login_required
@require_POST
def my_data_export(request: HttpRequest) -> HttpResponse:
    """Everything as one archive."""
    response = HttpResponse(everywhere.export_person(person_of(request)), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="my-opencairn-data.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def my_data_erase(request: HttpRequest) -> HttpResponse:
    """Erase the person, once they have shown again that it is they who ask."""
    person = person_of(request)
    allow(request, "erase", per_minute=TRIES_PER_MINUTE)
    form = EraseForm(request.POST, person=person)
    if not form.is_valid():
        return _page(request, form, status=422)
    everywhere.erase_person(person, at=timezone.now())
    logout(request)
    messages.success(request, _("Everything about you is erased, and you are signed out."))
    return redirect("home")
