"""The one place where errors become HTTP: a page for people, problem+json (RFC 9457) for programs.

htmx shows an error answer in place of the page's content, because the base page's configuration says so.
"""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused

ENVELOPE = 64 * 1024  # bytes: what a form adds around the largest file


class OneLine(logging.Filter):
    """A request that cannot be understood is no fault of ours: the log says so in one line, without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], (BadRequest, MultiPartParserError, SuspiciousOperation)):
            record.exc_info = record.exc_text = None
        return True


class ErrorsToPages:
    """Middleware: turns a refusal raised anywhere below into an answer with its status, message and details.

    It stands last, so it sees a request's announced size before anything reads the body. No text of ours holds a zero
    character, and PostgreSQL refuses to look for one, so a path with one leads nowhere.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.LARGEST_UPLOAD + ENVELOPE:
            return too_large(request)
        if "\0" in request.path_info:
            return not_found(request, Http404())
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """Answer 422 where a form comes back with errors, as the pages of sign-in would not by themselves."""
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and getattr(form, "errors", None):
            response.status_code = 422
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a ``Refused``; everything else goes on to Django."""
        if not isinstance(error, Refused):
            return None
        if _wants_json(request):
            response: HttpResponse = problem(error.status, error.message, error.details)
        else:
            back = request.headers.get("Referer", "")
            safe = url_has_allowed_host_and_scheme(back, {request.get_host()}) and back != request.build_absolute_uri()
            context = {"error": error, "back": back if safe else ""}
            response = render(request, "web/refused.html", context, status=error.status)
        if seconds := getattr(error, "retry_after", None):
            response.headers["Retry-After"] = str(seconds)
        return response


def _wants_json(request: HttpRequest) -> bool:
    """Whether the client is a program: it calls the API, or prefers JSON to a page."""
    kinds = ["text/html", "application/problem+json", "application/json"]
    return request.path.startswith("/api/") or (request.get_preferred_type(kinds) or kinds[0]) != kinds[0]


def problem(status: int, title: str, details: tuple[str, ...] = ()) -> JsonResponse:
    """Answer a program with problem+json (RFC 9457): what is wrong and what to do, in the title."""
    facts: dict[str, object] = {"title": title, "status": status}
    if details:
        facts |= {"detail": " ".join(details), "errors": list(details)}
    return JsonResponse(facts, status=status, content_type="application/problem+json")


def _page(request: HttpRequest, template: str, status: int, title: str, why: str = "") -> HttpResponse:
    if _wants_json(request):
        return problem(status, why or title)
    return render(request, template, {"why": why}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be understood: 413 where it is too large, else 400."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    why = ""
    if isinstance(exception, TooManyFieldsSent):
        why = _("There are more than %(most)d fields in the address or the form. Leave some out.")
        why %= {"most": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS}
    return _page(request, "400.html", 400, _("The request could not be understood."), why)


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer an upload or a form beyond LARGEST_UPLOAD."""
    return _page(request, "413.html", 413, _("This is larger than 4 MB."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what a person may not do, where no refusal said it in better words."""
    return _page(request, "403.html", 403, _("You may not do this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address where nothing is."""
    return _page(request, "404.html", 404, _("There is nothing at this address."))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours. The page needs neither database nor session, which may be what broke."""
    if _wants_json(request):
        return problem(500, _("Something broke here."))
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without its secret: kept open too long, or sent from elsewhere."""
    return _page(request, "403_csrf.html", 403, _("The form was too old, or cookies are off."))
