"""The desk: my programmes, the questions, publishing and withdrawing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from opencairn.kit.text import pick
from opencairn.people.access import may, person_of
from opencairn.people.models import Person
from opencairn.programmes import actions as programmes
from opencairn.programmes import forms, queries, rules
from opencairn.programmes.forms.everything import Sheet
from opencairn.programmes.models import Programme, ProgrammeVersion
from opencairn.programmes.questions import QUESTIONS, around
from opencairn.programmes.questions import question as question_of
from opencairn.skills.frameworks import FRAMEWORKS, levels_named

from .alignment import skill_rows
from .rows import desk_row, gap_rows, measured_rows, next_open, question_rows

ROWS_A_PAGE = 30


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """The programmes of my organisations, what state they are in, and what to do next."""
    person = person_of(request)
    day = now().date()
    mine, seen = queries.programmes_at_desk(person), queries.providers_of(person, to="programme.see_draft")
    overdue = queries.awaiting_review(seen, day)
    only_overdue = request.GET.get("show") == "overdue"
    if only_overdue:
        mine = mine.filter(current__in=overdue).order_by("current__review_due_on", "slug")
    page = Paginator(mine, ROWS_A_PAGE).get_page(request.GET.get("page"))
    newest = queries.newest_versions(page)
    rows = [desk_row(one, newest[one.pk], day) for one in page if one.pk in newest]
    providers = list(queries.providers_of(person, to="programme.describe"))
    context = {"rows": rows, "providers": providers, "page": page, "overdue": overdue.count()}
    return render(request, "programmes/desk.html", context | {"only_overdue": only_overdue, "total": len(QUESTIONS)})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Start a programme: which organisation, and a first title."""
    person = person_of(request)
    form = forms.NewProgrammeForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        title = {answers["language"]: answers["title"]}
        programme = programmes.create_programme(provider=answers["provider"], title=title, by=person, at=now())
        return redirect("programmes:question", programme.slug, "title")
    providers = queries.providers_of(person, to="programme.describe")
    context = {"form": form, "may_start": providers.exists(), "crumbs": [*_crumbs(), (_("New course"), None)]}
    return render(request, "programmes/new.html", context, status=422 if form.errors else 200)


@login_required
def describe(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole description in one form, how complete it is, and what can be done with it."""
    person = person_of(request)
    programme = queries.access_programme(request.user, slug, to="programme.see_draft")
    version = queries.newest_version(programme)
    writable = _writable(person, programme, version)
    if request.method == "POST":
        queries.access_programme(request.user, slug, to="programme.describe")
        sheets = forms.sheets(version, person, _answers(request))
        if not _asks_for_rows(request) and all([one.is_valid() for one in sheets]):  # noqa: C419 - ask every sheet
            for one in sheets:
                _keep(one, version, by=person)
            messages.success(request, _("Saved."))
            return redirect("programmes:describe", slug)
    else:
        sheets = forms.sheets(version, person) if writable else []
    problems = forms.Problems(sheets)
    failed = request.method == "POST" and not _asks_for_rows(request)
    context = _context(person, programme, version) | {
        "sheets": sheets,
        "problems": problems if failed else None,
        "writable": writable,
        "crumbs": [*_crumbs(), (_title(version), None)],
    }
    return render(request, "programmes/describe.html", context, status=422 if failed else 200)


@login_required
def question(request: HttpRequest, slug: str, question: str) -> HttpResponse:
    """One question at a time, kept as one goes."""
    person = person_of(request)
    programme = queries.access_programme(request.user, slug, to="programme.describe")
    asked, version = question_of(question), queries.draft_of(programme)
    if asked is None:
        raise Http404("no such question")
    if version is None or programme.withdrawn_at is not None:
        messages.info(request, _("This version is published and never changes. Start the next version to edit it."))
        return redirect("programmes:describe", slug)
    form = forms.sheet(asked, version, person, _answers(request) if request.method == "POST" else None)
    failed = False
    if request.method == "POST" and not _asks_for_rows(request):
        failed = not form.is_valid()
        if not failed:
            _keep(form, version, by=person)
            return redirect(_onward(request, slug, question))
    before, after = around(question)
    context = _context(person, programme, version) | {
        "form": form,
        "question": asked,
        "number": QUESTIONS.index(asked) + 1,
        "before": before,
        "after": after,
        "parts": True,
        "failed": failed,
        "skills": skill_rows(version, chosen=request.GET.get("taxonomy", "")) if asked.key == "outcomes" else None,
        "crumbs": [*_crumbs(), (_title(version), reverse("programmes:describe", args=[slug])), (asked.short, None)],
        **(_levels(version) if asked.key == "level" else {}),
    }
    return render(request, "programmes/question.html", context, status=422 if failed else 200)


def _levels(version: ProgrammeVersion) -> dict[str, Any]:
    """The national levels that are stated, as their frameworks have them, and those that a framework here has not."""
    stated = {
        label: levels_named(label, _countries(version)) for label in rules.national_levels(version.national_level)
    }
    return {
        "levels": [found for each in stated.values() for found in each],
        "unknown_levels": [
            (label.upper(), each)
            for label, found in stated.items()
            for each in FRAMEWORKS
            if not found and label.startswith(f"{each.short.casefold()} ")
        ],
    }


def _countries(version: ProgrammeVersion) -> set[str]:
    """Where those sit who provide and award it: a name that frameworks share means that of their country."""
    return {each.country for each in (version.programme.provider, version.awarding_body) if each}


@require_POST
@login_required
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish the draft for the lists that are asked of it, or show what is missing and where to fill it in."""
    person = person_of(request)
    programme = queries.access_programme(request.user, slug, to="programme.publish")
    version = queries.draft_of(programme)
    if version is None:
        messages.info(request, _("There is nothing to publish: the newest version is in force."))
        return redirect("programmes:describe", slug)
    try:
        programmes.publish(version, by=person, at=now(), also_for=request.POST.getlist("also_for"))
    except programmes.Incomplete as refusal:
        context = _context(person, programme, version) | {
            "refusal": refusal,
            "lists": [{"one": one, "gaps": gap_rows(one.gaps, slug)} for one in refusal.measured],
            "gaps": gap_rows(refusal.gaps, slug),
            "crumbs": [
                *_crumbs(),
                (_title(version), reverse("programmes:describe", args=[slug])),
                (_("Publish"), None),
            ],
        }
        return render(request, "programmes/gaps.html", context, status=refusal.status)
    messages.success(request, _("Published. Everyone can read it now."))
    return redirect("programmes:programme", slug)


@require_POST
@login_required
def next_version(request: HttpRequest, slug: str) -> HttpResponse:
    """Start the next version as a copy of the one in force."""
    programme = queries.access_programme(request.user, slug, to="programme.describe")
    version = programmes.draft_next_version(programme, by=person_of(request), at=now())
    messages.success(request, _("Version %(number)d is ready to be edited.") % {"number": version.number})
    return redirect("programmes:describe", slug)


@login_required
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a programme off the offer, with a reason."""
    programme = queries.access_programme(request.user, slug, to="programme.withdraw")
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        programmes.withdraw(programme, reason=form.cleaned_data["reason"], by=person_of(request), at=now())
        messages.success(request, _("The course is withdrawn."))
        return redirect("programmes:describe", slug)
    version = queries.newest_version(programme)
    crumbs = [*_crumbs(), (_title(version), reverse("programmes:describe", args=[slug])), (_("Withdraw"), None)]
    context = {"form": form, "programme": programme, "version": version, "crumbs": crumbs}
    return render(request, "programmes/withdraw.html", context, status=422 if form.errors else 200)


def _asks_for_rows(request: HttpRequest) -> bool:
    """Whether a button wants the form with other rows, and nothing saved."""
    return not request.POST.keys().isdisjoint({"more", "part"})


def _answers(request: HttpRequest) -> Any:
    if "part" in request.POST:
        return forms.with_outcome_parted(request.POST, request.POST["part"])
    return forms.with_more_rows(request.POST, request.POST["more"]) if "more" in request.POST else request.POST


def _keep(form: Sheet, version: ProgrammeVersion, *, by: Person) -> None:
    """Hand what changed to the one action it belongs to."""
    if "learning_outcomes" in form.changes:
        programmes.set_outcomes(version, outcomes=form.changes["learning_outcomes"], by=by, at=now())
    elif "partners" in form.changes:
        programmes.set_partners(version, partners=form.changes["partners"], by=by, at=now())
    elif form.changes:
        programmes.describe(version, changes=form.changes, by=by, at=now())


def _onward(request: HttpRequest, slug: str, key: str) -> str:
    """Where to go after saving: the next question, or the overview when later or last."""
    after = around(key)[1]
    if "later" in request.POST or after is None:
        return reverse("programmes:describe", args=[slug])
    return reverse("programmes:question", args=[slug, after.key])


def _crumbs() -> list[tuple[Any, str | None]]:
    return [(_("Your courses"), reverse("programmes:desk"))]


def _title(version: ProgrammeVersion) -> str:
    return pick(version.title, (get_language() or "en", "en"))[1] or version.programme.slug


def _writable(person: Person, programme: Programme, version: ProgrammeVersion) -> bool:
    allowed = may(person, "programme.describe", programme.provider)
    return allowed and version.published_at is None and programme.withdrawn_at is None


def _context(person: Person, programme: Programme, version: ProgrammeVersion) -> dict[str, Any]:
    """What every page about one draft shows in its margin."""
    measured = queries.completeness_of(version)
    provider, rows = programme.provider, question_rows(version, measured)
    return measured_rows(measured, programme.slug) | {
        "programme": programme,
        "version": version,
        "questions": rows,
        "next_question": next_open(rows),
        "title": _title(version),
        "may_describe": may(person, "programme.describe", provider),
        "may_publish": may(person, "programme.publish", provider),
        "may_withdraw": may(person, "programme.withdraw", provider) and programme.withdrawn_at is None,
    }
