"""Pages of the catalogue: finding and comparing. Both are open to everyone.

What is ticked for comparing travels in the address (``p``), so that narrowing, sorting and turning pages keep it.
"""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from opencairn.programmes.formats import format_named

from . import actions, comparison, exchange, queries

SORT_WORDS = (
    ("best", __("Best match")),
    ("start", __("Next start")),
    ("work", __("Least work first")),
    ("price", __("Lowest price first")),
    ("title", __("Title")),
)
KIND_WORDS = (("skill", __("Skills")), ("title", __("Titles")), ("provider", __("Providers")))


@require_safe
@vary_on_headers("HX-Request")
def index(request: HttpRequest) -> HttpResponse:
    """Search, narrow and order; the same address gives the same results with and without JavaScript."""
    now = timezone.now()
    actions.keep_current(at=now)
    page = request.GET.get("page", "1")
    results = queries.search(
        queries.criteria_from(request.GET),
        day=now.date(),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )
    context = {"results": results, "sorts": SORT_WORDS} | _to_compare(request, results)
    return render(request, "catalogue/index.html", context)


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
    return render(request, "catalogue/suggestions.html", {"kinds": [each for each in kinds if each[1]]})


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
def download(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """One programme in force as a file of a format; 404 where the description lacks what the format demands."""
    try:
        written = format_named(form)
    except KeyError as error:
        raise Http404("no such format") from error
    described = next(exchange.descriptions(timezone.now().date(), slug=slug), None)
    if described is None or written.lacks(described):
        raise Http404("no such programme, or not enough said of it")
    response = HttpResponse(b"".join(written.write([described])), content_type=written.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}{written.suffix}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=300)
    return response
