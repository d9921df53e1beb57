"""Pages of the catalogue that are open to everyone: finding, comparing, a provider, the map.

What is ticked for comparing travels in the address (``p``), so that narrowing, sorting and turning pages keep it.
"""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from opencairn.catalogue import actions, comparison, mapping, providers, queries
from opencairn.catalogue.filters import BY_NAME
from opencairn.people.access import may
from opencairn.programmes import vocabulary

SORT_WORDS = (
    ("best", __("Best match")),
    ("start", __("Next start")),
    ("length", __("Shortest first")),
    ("work", __("Least work first")),
    ("credits", __("Most credits first")),
    ("price", __("Lowest price first")),
    ("new", __("Newest first")),
    ("title", __("Title")),
)
KIND_WORDS = (("skill", __("Skills")), ("title", __("Titles")), ("provider", __("Providers")))


@require_safe
@vary_on_headers("HX-Request")
def index(request: HttpRequest) -> HttpResponse:
    """Search, narrow and order; the same address gives the same results with and without JavaScript."""
    now = timezone.now()
    is_filed = actions.keep_current(at=now)
    page = request.GET.get("page", "1")
    criteria, strange = queries.read(request.GET)
    results = queries.search(criteria, day=now.date(), page=page_number(page))
    context = {
        "results": results,
        "is_filed": is_filed,
        "find": reverse("catalogue:index"),
        "sorts": SORT_WORDS,
        "strange": strange,
        "named_types": _types_named(criteria),
        "spread": _spread(request),
    } | _to_compare(request, results)
    return render(request, "catalogue/index.html", context)


def page_number(words: str) -> int:
    """The number of a page as an address gives it; the first where it is none."""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 7 else 1


def _types_named(criteria: queries.Criteria) -> list[tuple[str, str]]:
    """The types of course that the words of a search name by any of their names, such as "nano-degree" (D7)."""
    named = vocabulary.offering_types_named(criteria.q, get_language() or "en")
    return [(code, BY_NAME["type"].said(code)) for code in named if code not in criteria.chosen.get("type", ())]


def _spread(request: HttpRequest) -> str:
    """The search of this address, for its feed and for showing it elsewhere."""
    params = request.GET.copy()
    for name in ("p", "page"):
        params.pop(name, None)
    return f"?{params.urlencode()}" if params else ""


def _to_compare(request: HttpRequest, results: queries.Results) -> dict[str, object]:
    """What is ticked for comparing: all of it, what of it is not on this page, and the address that carries it."""
    ticked = comparison.ticked(request.GET.getlist("p"))
    here = {hit.programme.slug for hit in results.hits}
    return {
        "ticked": ticked,
        "ticked_elsewhere": [slug for slug in ticked if slug not in here],
        "most": comparison.MOST,
        "carried": _carrying(ticked),
        "words_alone": _carrying(ticked, q=results.criteria.q),
    }


def _carrying(slugs: Sequence[str], **more: str) -> str:
    params = QueryDict(mutable=True)
    params.update(more)
    params.setlist("p", list(slugs))
    return f"?{params.urlencode()}" if params.urlencode() else ""


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggestions while typing: a fragment that htmx puts below the field; without JavaScript nobody asks for it."""
    found = queries.suggest(request.GET.get("q", ""))
    kinds = [(words, [each.words for each in found if each.kind == kind]) for kind, words in KIND_WORDS]
    context = {"kinds": [each for each in kinds if each[1]], "many": len(found)}
    return render(request, "catalogue/suggestions.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four programmes side by side. Unknown ones and a fifth are named; none known at all answers 404."""
    found = comparison.compare(request.GET.getlist("p"), day=timezone.now().date())
    only_differing = "differ" in request.GET and len(found.hits) > 1
    lines = [line for line in found.lines if line.differs] if only_differing else found.lines
    status = 404 if found.unknown and not found.hits else 200
    back = request.GET.copy()
    back.pop("differ", None)
    context = {
        "found": found,
        "lines": lines,
        "only_differing": only_differing,
        "back": f"{reverse('catalogue:index')}?{back.urlencode()}",
        "carried": _carrying([hit.programme.slug for hit in found.hits]),
    }
    return render(request, "catalogue/compare.html", context, status=status)


@require_safe
def provider(request: HttpRequest, slug: str) -> HttpResponse:
    """What a provider offers, what it no longer does, and what was decided about it; one that closed stays readable."""
    shown = providers.provider(slug, day=timezone.now().date(), page=page_number(request.GET.get("page", "1")))
    context = {"shown": shown, "organisation": shown.organisation}
    if may(request.user, "programme.see_draft", shown.organisation):
        context["built"] = providers.built(shown.organisation)
    return render(request, "catalogue/provider.html", context)


@require_safe
def course_map(request: HttpRequest, slug: str) -> HttpResponse:
    """What is related to a course, drawn and as a list."""
    now = timezone.now()
    actions.keep_current(at=now)
    drawn = mapping.around(slug, day=now.date())
    if drawn is None:
        raise Http404("no such course")
    return render(request, "catalogue/map.html", {"map": drawn})


@require_safe
def skill_map(request: HttpRequest) -> HttpResponse:
    """The courses that build a skill or a narrower one, drawn by level and as a list."""
    now = timezone.now()
    actions.keep_current(at=now)
    drawn = mapping.of_skill(request.GET.get("skill", ""), day=now.date())
    if drawn is None:
        raise Http404("no such skill")
    return render(request, "catalogue/map.html", {"map": drawn})
