"""The list of public pages for search engines: an index of files of at most 50,000 addresses each, read as a stream.

As sitemaps.org asks. A part is written while it is read from the database, whatever the size of the catalogue.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme

MOST = 50_000  # addresses in one file
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
FRONT = (
    "home", "about", "field_guide", "accessibility", "privacy", "catalogue:index", "credentials:verify",
    "quality:register", "quality:frameworks", "transparency:log", "skills:taxonomies", "skills:levels",
    "people:permissions", "programmes:profiles",
)  # fmt: skip

Entry = tuple[str, datetime | None]


def _front(start: int) -> Iterator[Entry]:
    return ((reverse(name), None) for name in FRONT[start : start + MOST])


def _organisations(start: int) -> Iterator[Entry]:
    rows = _open_organisations()[start : start + MOST].values_list("slug", flat=True)
    return ((reverse("people:organisation", args=[slug]), None) for slug in rows.iterator())


def _providers(start: int) -> Iterator[Entry]:
    rows = _open_providers()[start : start + MOST].values_list("slug", flat=True)
    return ((reverse("catalogue:provider", args=[slug]), None) for slug in rows.iterator())


def _programmes(start: int) -> Iterator[Entry]:
    rows = _public_programmes()[start : start + MOST].values_list("slug", "changed_at")
    return ((reverse("programmes:programme", args=[slug]), changed) for slug, changed in rows.iterator())


def _open_organisations() -> QuerySet[Organisation]:
    return Organisation.objects.filter(closed_at=None).order_by("pk")


def _open_providers() -> QuerySet[Organisation]:
    return _open_organisations().filter(is_provider=True)


def _public_programmes() -> QuerySet[Programme]:
    return Programme.objects.public().order_by("pk")


KINDS: dict[str, tuple[Callable[[], int], Callable[[int], Iterator[Entry]]]] = {
    "pages": (lambda: len(FRONT), _front),
    "organisations": (lambda: _open_organisations().count(), _organisations),
    "providers": (lambda: _open_providers().count(), _providers),
    "programmes": (lambda: _public_programmes().count(), _programmes),
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The index: where each part is."""
    lines = [f'{HEAD}<sitemapindex xmlns="{NAMESPACE}">']
    for kind, (count, _entries) in KINDS.items():
        for number in range(1, -(-count() // MOST) + 1):
            address = settings.BASE_URL + reverse("sitemap_part", args=[kind, number])
            lines.append(f"<sitemap><loc>{escape(address)}</loc></sitemap>")
    response = HttpResponse("\n".join([*lines, "</sitemapindex>\n"]), content_type="application/xml")
    patch_cache_control(response, public=True, max_age=3600)
    return response


@require_safe
def part(request: HttpRequest, kind: str, number: int) -> StreamingHttpResponse:
    """One part, as a stream."""
    if kind not in KINDS or not 1 <= number <= 1000:
        raise Http404("no such part")
    count, entries = KINDS[kind]
    if number > max(1, -(-count() // MOST)):
        raise Http404("no such part")
    response = StreamingHttpResponse(_urls(entries((number - 1) * MOST)), content_type="application/xml")
    patch_cache_control(response, public=True, max_age=3600)
    return response


def _urls(entries: Iterator[Entry]) -> Iterator[str]:
    yield f'{HEAD}<urlset xmlns="{NAMESPACE}">\n'
    for path, changed in entries:
        modified = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
        yield f"<url><loc>{escape(settings.BASE_URL + path)}</loc>{modified}</url>\n"
    yield "</urlset>\n"
