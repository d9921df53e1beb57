"""The door of the open API: what every answer under ``/api/v1/`` has in common, whichever room it comes from.

Open to any page of any site (CORS), so no cookie counts here: who asks is nobody in particular. ETag and 304, HEAD and
OPTIONS, a limit on requests, and a refusal of parameters that nobody described, because a misspelt filter that is
silently dropped is a wrong answer.
"""

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

from opencairn.people.limits import TooMany, allow
from opencairn.web.errors import problem

ROOT = "/api/v1/"
DOORS = ("GET", "HEAD", "OPTIONS")


class OpenDoor:
    """Middleware: passes every request but those of the API through untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        request.COOKIES.clear()
        with override(get_language_from_request(request)):
            response = self.answer(request)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
        return response

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """Answer OPTIONS here, HEAD as GET without its body, and everything else by the rooms."""
        if request.method == "OPTIONS":
            return preflight()
        try:
            allow(request, "api", per_minute=settings.API_REQUESTS_PER_MINUTE)
        except TooMany as refusal:
            response: HttpResponseBase = problem(refusal.status, refusal.message)
            response.headers["Retry-After"] = str(refusal.retry_after)
            return response
        without_body = request.method == "HEAD"
        if without_body:
            request.method = "GET"
        response = conditional(request, self.get_response(request))
        if response.status_code == 405:
            allowed = response.headers.get("Allow", "GET")
            response = problem(405, _("This address is only for %(methods)s.") % {"methods": allowed})
            response.headers["Allow"] = allowed
        if without_body and isinstance(response, HttpResponse):
            length = str(len(response.content))
            response.content = b""
            response.headers["Content-Length"] = length
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse parameters that the description of the operation does not name."""
        match = request.resolver_match
        if match is None or not request.path_info.startswith(ROOT) or request.method != "GET":
            return None
        if any("\0" in value for values in dict(request.GET.lists()).values() for value in values):
            return problem(422, _("A parameter holds a character that no text has. Leave it out."))
        known = parameters_of().get("/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", match.route))
        unknown = [name for name in request.GET if known is not None and name not in known]
        if not unknown:
            return None
        message = _("There is no parameter “%(name)s” here. Known are: %(known)s.")
        names = ", ".join(known or ()) or "–"
        return problem(422, message % {"name": unknown[0][:60], "known": names})


def preflight() -> HttpResponse:
    """What a browser asks before a page of another site may ask something less simple."""
    response = HttpResponse(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
    response.headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
    response.headers["Access-Control-Max-Age"] = "86400"
    response.headers["Allow"] = ", ".join(DOORS)
    return response


def conditional(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Add an ETag of the content where there is none, and answer 304 to whoever has it. Files see to their own."""
    if request.method != "GET" or response.status_code != 200 or not isinstance(response, HttpResponse):
        return response
    response.headers.setdefault("ETag", f'"{sha256(response.content).hexdigest()[:32]}"')
    return get_conditional_response(request, response.headers["ETag"], None, response) or response


@cache
def parameters_of() -> dict[str, tuple[str, ...]]:
    """The names of the parameters of each address, as the description of the API has them."""
    from opencairn.web.api import api  # noqa: PLC0415 - the rooms' routers need the settings that name this middleware

    return {
        path: tuple(one["name"] for one in operations["get"].get("parameters", ()) if one["in"] == "query")
        for path, operations in api.get_openapi_schema()["paths"].items()
        if "get" in operations
    }
