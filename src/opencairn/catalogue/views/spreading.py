"""Results elsewhere: a feed of any search, a frame for other sites, a course as a file. No cookie, nobody is known."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opencairn.catalogue import actions, exchange, queries
from opencairn.kit.text import pick
from opencairn.programmes.formats import format_named

KEPT = 300  # seconds that a cache may hold an answer
MOST_IN_A_FEED, MOST_IN_A_FRAME = 50, 10
FRAME_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors *"
)


def _language(request: HttpRequest) -> str:
    """The language asked for in the address, else by the browser's header; no cookie, for caches know none."""
    wanted = [request.GET.get("lang", ""), *request.headers.get("Accept-Language", "").split(",")]
    tags = [each.split(";")[0].strip().lower().split("-")[0] for each in wanted]
    return next((tag for tag in tags if tag in dict(settings.LANGUAGES)), "en")


def _searched(request: HttpRequest, most: int, *, newest: bool) -> tuple[queries.Results, str]:
    """Search as the page does; return the results, and the address of that page."""
    params = request.GET.copy()
    for name in ("p", "page", "lang"):
        params.pop(name, None)
    if newest:
        params["sort"] = "new"
    now = timezone.now()
    actions.keep_current(at=now)
    results = queries.search(queries.criteria_from(params), day=now.date(), per_page=most)
    return results, _whole("catalogue:index", params)


def _whole(name: str, params: QueryDict | None = None, *args: str) -> str:
    query = f"?{params.urlencode()}" if params else ""
    return f"{settings.BASE_URL}{reverse(name, args=args)}{query}"


def _for_everyone(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, public=True, max_age=KEPT)
    patch_vary_headers(response, ("Accept-Language",))
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """An Atom feed (RFC 4287) of any search, newest first: the fifty that changed last."""
    with override(_language(request)):
        results, page = _searched(request, MOST_IN_A_FEED, newest=True)
        languages = (get_language() or "en", "en")
        made = Atom1Feed(
            title=_("Courses: %(words)s") % {"words": results.criteria.q} if results.criteria.q else _("Courses"),
            link=page, description="", language=languages[0], feed_url=settings.BASE_URL + request.get_full_path(),
            author_name=settings.OPERATOR_NAME,
        )  # fmt: skip
        for hit in results.hits:
            made.add_item(
                title=pick(hit.version.title, languages)[1],
                link=_whole("programmes:programme", None, hit.programme.slug),
                description=pick(hit.version.summary or hit.version.description, languages)[1],
                unique_id=f"urn:uuid:{hit.programme.pk}", author_name=hit.programme.provider.name,
                updateddate=hit.programme.changed_at, pubdate=hit.programme.created_at,
            )  # fmt: skip
    return _for_everyone(HttpResponse(made.writeString("utf-8"), content_type=made.content_type))


@require_safe
def framed(request: HttpRequest) -> HttpResponse:
    """The first ten results of any search, to be shown in a frame on any other site."""
    with override(_language(request)):
        results, page = _searched(request, MOST_IN_A_FRAME, newest=False)
        context = {
            "results": results, "page": page, "base_url": settings.BASE_URL, "operator_name": settings.OPERATOR_NAME,
            "LANGUAGE_CODE": get_language(),
        }  # fmt: skip
        response = HttpResponse(render_to_string("catalogue/framed.html", context))
    response["Content-Security-Policy"] = FRAME_POLICY
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _for_everyone(response)


@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """What to copy into another site to show the results of a search there, and the address of its feed."""
    params = request.GET.copy()
    for name in ("p", "page", "lang"):
        params.pop(name, None)
    feed_address = _whole("catalogue:feed", params)
    params["lang"] = get_language() or "en"
    address = _whole("catalogue:framed", params)
    snippet = render_to_string("catalogue/snippet.html", {"address": address, "operator_name": settings.OPERATOR_NAME})
    context = {"snippet": snippet.strip(), "feed_address": feed_address, "frame": address}
    return render(request, "catalogue/embed.html", context)


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
