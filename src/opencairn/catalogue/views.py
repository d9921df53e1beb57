"""Pages of the catalogue: finding and comparing. Both are open to everyone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from . import actions, comparison, queries

SORT_WORDS = (
    ("best", __("Best match")),
    ("start", __("Next start")),
    ("work", __("Least work first")),
    ("price", __("Lowest price first")),
    ("title", __("Title")),
)


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
    return render(request, "catalogue/index.html", {"results": results, "sorts": SORT_WORDS})


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four programmes side by side. Unknown ones and a fifth are named; none known at all answers 404."""
    found = comparison.compare(request.GET.getlist("p"), day=timezone.now().date())
    only_differing = "differ" in request.GET and len(found.hits) > 1
    lines = [line for line in found.lines if line.differs] if only_differing else found.lines
    status = 404 if found.unknown and not found.hits else 200
    context = {"found": found, "lines": lines, "only_differing": only_differing}
    return render(request, "catalogue/compare.html", context, status=status)
