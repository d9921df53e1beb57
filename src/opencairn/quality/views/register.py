"""The public register for people: any day, one provider, one course, public money, and how much is covered."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from opencairn.people.access import may
from opencairn.quality import queries
from opencairn.quality.forms import DayForm, FundingForm, RegisterForm

A_PAGE = 15


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The public register, as it stands on any day."""
    form = RegisterForm(request.GET or None)
    today = now().date()
    day: date | None = today
    asked: dict[str, Any] = {}
    if form.is_bound and not form.is_valid():
        day = None
    elif form.is_bound:
        asked = {name: value for name, value in form.cleaned_data.items() if value}
        day = asked.pop("on", None) or today
    wanted = queries.subjects(day, **asked, today=today) if day else []
    if not form.is_bound:
        form = RegisterForm(initial={"on": today})
    page = Paginator(wanted, A_PAGE).get_page(request.GET.get("page"))
    lines = queries.entries(list(page.object_list), day, framework=asked.get("framework", "")) if day else []
    facts = {"form": form, "day": day, "today": today, "page": page, "lines": lines, "asked": bool(asked)}
    return render(request, "quality/register.html", facts, status=422 if form.errors else 200)


def _day(request: HttpRequest, today: date) -> tuple[DayForm, date]:
    """The day that was asked for, today where none was or where it is none."""
    form = DayForm(request.GET if "on" in request.GET else None)
    day = (form.cleaned_data["on"] if form.is_bound and form.is_valid() else None) or today
    return form if form.is_bound else DayForm(initial={"on": today}), day


@require_GET
def provider(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything the register knows about one provider: as a whole, its courses, endorsements, and its history."""
    provider = queries.public_provider(slug)
    today = now().date()
    form, day = _day(request, today)
    wanted = [key for key in queries.subjects(day, provider=slug) if key[1] or key[2]]
    page = Paginator(wanted, A_PAGE).get_page(request.GET.get("page"))
    facts = {
        "crumbs": [(_("Register"), reverse("quality:register")), (provider.name, None)],
        "provider": provider,
        "form": form,
        "day": day,
        "today": today,
        "record": queries.provider_record(provider, day, today=today),
        "decisions": queries.decisions_about(provider),
        "events": queries.history_of_provider(provider, day, today=today),
        "page": page,
        "lines": queries.entries(list(page.object_list), day),
        "endorsements": queries.endorsements_of(provider),
        "courses_endorsed": queries.endorsements_of_courses(provider).count(),
        "taken_back": queries.withdrawn_endorsements(provider),
        "may_ask": may(request.user, "endorsement.ask", provider),
    }
    return render(request, "quality/provider.html", facts, status=422 if form.errors else 200)


@require_GET
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything the register knows about one course, on any day, with its whole history."""
    programme = queries.public_programme(slug)
    today = now().date()
    form, day = _day(request, today)
    facts = {
        "crumbs": [
            (_("Register"), reverse("quality:register")),
            (programme.provider.name, reverse("quality:provider", args=[programme.provider.slug])),
            (_("Course"), None),
        ],
        "programme": programme,
        "form": form,
        "day": day,
        "today": today,
        "standing": queries.standing(programme, day),
        "events": queries.history(programme, day, today=today),
        "decisions": queries.decisions_about(programme.provider, programme),
        "endorsements": queries.endorsements_of(programme.provider, programme),
    }
    return render(request, "quality/programme.html", facts, status=422 if form.errors else 200)


@require_GET
def fundable(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether public money may pay for what a provider starts on a day, and if not, why not (F6)."""
    provider = queries.public_provider(slug)
    bound, today = "on" in request.GET, now().date()
    form = FundingForm(request.GET if bound else None, provider=provider, initial={"on": today})
    found = None
    if bound and form.is_valid():
        course = form.cleaned_data["course"]
        version = course.current if course else None
        found = queries.fundable_on(provider, form.cleaned_data["on"], version=version)
    facts = {
        "crumbs": [
            (_("Register"), reverse("quality:register")),
            (provider.name, reverse("quality:provider", args=[slug])),
            (_("Public money"), None),
        ],
        "provider": provider,
        "form": form,
        "found": found,
        "reasons": queries.why_not(found, today=today) if found else (),
        "uncertain": found is not None and queries.hangs_on_what_is_due(found, today=today),
        "gates": [gate for gate in queries.gates() if gate.act == "fund"],
    }
    return render(request, "quality/fundable.html", facts, status=422 if form.errors else 200)


@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """How much of what is listed has external, internal or no quality assurance, and fills which definition."""
    facts = {
        "crumbs": [(_("Register"), reverse("quality:register")), (_("How much is covered"), None)],
        "counted": queries.coverage(at=now()),
    }
    return render(request, "quality/coverage.html", facts)
