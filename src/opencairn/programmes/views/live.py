"""What stands beside a form and follows what is typed; and the provider's statement of assurance."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from opencairn.kit.errors import Refused
from opencairn.people.access import person_of
from opencairn.programmes import actions as programmes
from opencairn.programmes import forms, queries, rules
from opencairn.programmes.questions import question as question_of

from .desk import _crumbs, _title
from .rows import measured_rows


@require_POST
@login_required
def measure(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the answers on the page would fill each list, if they were saved now. Nothing is saved."""
    person = person_of(request)
    programme = queries.access_programme(request.user, slug, to="programme.describe")
    version, asked = queries.draft_of(programme), question_of(request.GET.get("question", ""))
    if version is None:
        raise Http404("no draft")
    sheets = (
        [forms.sheet(asked, version, person, request.POST)] if asked else forms.sheets(version, person, request.POST)
    )
    lists = {}
    for one in sheets:
        one.is_valid()
        for name, value in one.changes.items():
            if one.question.rows in ("learning_outcomes", "partners"):
                lists[name] = value
            else:
                setattr(version, name, value)
    facts = queries.facts_of(version) | lists
    facts["designers"] = rules.designers(facts["partners"])
    version.outcome_count = len(facts["learning_outcomes"])  # type: ignore[attr-defined]  # what a list would annotate
    measured = measured_rows(queries.completeness_of(version, facts), slug)
    return render(request, "programmes/_measured.html", measured | {"version": version, "programme": programme})


@login_required
def assurance(request: HttpRequest, slug: str) -> HttpResponse:
    """The provider's statement of assurance of quality: one for all its courses."""
    programme = queries.access_programme(request.user, slug, to="programme.publish")
    version = queries.newest_version(programme)
    statement, languages = queries.assurance_of(programme.provider), queries.languages_of(version) or ["en"]
    form = forms.AssuranceForm(request.POST or None, statement=statement, languages=languages)
    if request.method == "POST" and form.is_valid():
        try:
            programmes.state_assurance(programme.provider, texts=form.texts, by=person_of(request), at=now())
            messages.success(request, _("Kept. It stands on the page of every course you offer."))
            return redirect("programmes:describe", slug)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    here = (_title(version), reverse("programmes:describe", args=[slug]))
    context = {"form": form, "programme": programme, "version": version}
    context["crumbs"] = [*_crumbs(), here, (_("Statement of assurance"), None)]
    return render(request, "programmes/assurance.html", context, status=422 if form.errors else 200)
