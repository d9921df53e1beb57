"""What a room's ``api.py`` answers a program with: JSON that caches may keep, and refusals that say what to do.

The door of the API (``web/door.py``) adds what all answers have in common: ETag and 304, CORS, the limit on requests.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused

FEWEST, MOST = 20, 200  # entries on a page where nothing else is asked for, and at most
A_MINUTE = "public, max-age=60"


class NotUnderstood(Refused):
    """A parameter has a value that cannot be taken; the message says which, and what can be."""

    status = 422


class Unknown(Refused):
    """Who asks has not shown that they may."""

    status = 401


class Missing(Refused):
    """There is nothing at this address, and the message says what there is instead."""

    status = 404


class Gone(Refused):
    """What was here is here no longer, and will not come back."""

    status = 410


class NotAcceptable(Refused):
    """Nothing that is here comes in a kind the client takes."""

    status = 406


def said(data: Any, *, kept: str = A_MINUTE) -> HttpResponse:
    """Answer with JSON. ``kept`` is the Cache-Control."""
    response = HttpResponse(orjson.dumps(data), content_type="application/json")
    response.headers["Cache-Control"] = kept
    return response


def number(request: HttpRequest, name: str, *, least: int, most: int, usual: int) -> int:
    """Read a whole number of the query. Raises NotUnderstood where it is none or out of range."""
    words = request.GET.get(name, str(usual))
    found = int(words) if words.isascii() and words.isdigit() and len(words) < 10 else least - 1
    if not least <= found <= most:
        raise NotUnderstood(
            _("“%(name)s” has to be a whole number from %(least)d to %(most)d.")
            % {"name": name, "least": least, "most": most}
        )
    return found


def limit(request: HttpRequest, *, most: int = MOST, usual: int = FEWEST) -> int:
    """How many entries a page has."""
    return number(request, "limit", least=1, most=most, usual=min(usual, most))


def page(request: HttpRequest, items: list[Any], *, after: str) -> dict[str, Any]:
    """One page of a list: the entries, and where the next page is; "" as ``after`` where there is none."""
    return {"items": items, "next": link(request, cursor=after) if after else None}


def link(request: HttpRequest, **changed: str) -> str:
    """The address that was asked, on this site, with some parameters changed."""
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = value
    return f"{settings.BASE_URL}{request.path}?{query.urlencode()}"


def api_address(path: str, **query: str) -> str:
    """The full address of something in the API, by its path below ``/api/v1/``."""
    return f"{settings.BASE_URL}/api/v1/{path}{'?' + urlencode(query) if query else ''}"


def parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    """One parameter of the query as OpenAPI describes it; words unless the schema says otherwise."""
    schema = schema or {"type": "string"}
    found: dict[str, Any] = {"in": "query", "name": name, "required": False, "description": description}
    if schema.get("type") == "array":
        found |= {"style": "form", "explode": True}
    return found | {"schema": schema}


def parameters(
    *known: dict[str, Any], most: int = MOST, usual: int = FEWEST, paged: bool = True
) -> dict[str, Iterable[Any]]:
    """The parameters of an operation, with ``cursor`` and ``limit`` where it has pages."""
    paging = (
        parameter("cursor", "Where to go on: taken from the answer before, never made up."),
        parameter(
            "limit", "How many entries.", type="integer", minimum=1, maximum=most, default=min(usual, most)
        ),
    )  # fmt: skip
    return {"parameters": [*known, *(paging if paged else ())]}
