"""Taxonomies and their versions, skills to be looked at again, and qualification frameworks."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opencairn.kit.text import pick
from opencairn.people.access import demand, may, person_of

from . import actions as skills
from . import queries
from .forms import ConvertForm
from .frameworks import FRAMEWORKS
from .models import Taxonomy
from .rules import CREDIT_SYSTEMS
from .wording import drift_sentence, relation_words

ROWS_A_PAGE = 100


@require_safe
def taxonomies(request: HttpRequest) -> HttpResponse:
    """Which taxonomies are here, in which versions and languages, with the credit their publishers ask for."""
    rows = [{"taxonomy": each, "count": queries.size_of(each)} for each in queries.taxonomies()]
    context = {"rows": rows, "may_choose": may(request.user, "skill.import")}
    return render(request, "skills/taxonomies.html", context)


@require_POST
@login_required
def make_current(request: HttpRequest) -> HttpResponse:
    """The operator takes another version into use; confirmed skills stay as they are and wait for review."""
    demand(request.user, "skill.import")
    number = request.POST.get("taxonomy", "")
    chosen = get_object_or_404(Taxonomy, pk=number if number.isascii() and number.isdigit() and len(number) < 10 else 0)
    skills.make_current(chosen, at=now())
    messages.success(request, _("%(name)s is the current version now.") % {"name": chosen})
    return redirect("skills:taxonomies")


@login_required
def review(request: HttpRequest) -> HttpResponse:
    """Confirmed skills of my organisations that a newer version puts in question: keep each, or take it back."""
    person = person_of(request)
    mine = queries.reviewed_by(person)
    if request.method == "POST":
        row = queries.access_alignment(person, request.POST.get("alignment", ""), to="alignment.review")
        skills.review(row, keep="keep" in request.POST, by=person, at=now())
        messages.success(request, _("Kept."))
        return redirect("skills:review")
    waiting = queries.orphans(mine)
    rows = [{"orphan": one, "why": drift_sentence(one.drift)} for one in waiting[:ROWS_A_PAGE]]
    return render(request, "skills/review.html", {"rows": rows, "total": len(waiting), "shown": len(rows)})


@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    """Qualification frameworks beside the European one, and credits counted in each other."""
    form = ConvertForm(request.GET or None) if "amount" in request.GET else ConvertForm()
    answer = form.answer() if form.is_bound and form.is_valid() else None
    language = get_language() or "en"
    listed = sorted(FRAMEWORKS, key=lambda each: (each.country, each.key))
    rows = [
        {
            "framework": each,
            "relation": relation_words(each.relation),
            "note": pick(each.note, (language, "en"))[1],
            "same": all(level.label == f"{each.short} {level.eqf}" for level in each.levels),
            "last": each.levels[-1],
            "levels": [(eqf, list(some)) for eqf, some in groupby(each.levels, key=lambda level: level.eqf)],
        }
        for each in listed
    ]
    context = {"rows": rows, "form": form, "answer": answer, "systems": CREDIT_SYSTEMS}
    return render(request, "skills/levels.html", context, status=422 if form.errors else 200)
