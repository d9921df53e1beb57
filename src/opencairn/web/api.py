"""The open API: each room brings a router, this is where they meet. ``/api/v1/openapi.json`` describes them all."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from opencairn.catalogue import api as catalogue
from opencairn.credentials import api as credentials
from opencairn.kit.errors import Refused
from opencairn.programmes import api as programmes
from opencairn.programmes.formats import FORMATS
from opencairn.programmes.schemas import Problem
from opencairn.quality import api as quality
from opencairn.skills import api as skills
from opencairn.web import reading
from opencairn.web.errors import problem

DESCRIPTION = (
    "The open catalogue of micro-credentials, for programs. No key and no login. Every answer has an ETag; ask with "
    "If-None-Match. Errors are application/problem+json and say what to do. For a copy of everything take /dump once, "
    "then follow /changes."
)
ROUTERS = (programmes.router, catalogue.router, skills.router, quality.router, credentials.router)


class OpenAPI(NinjaAPI):
    """Describes also what all operations have in common: the refusals, and the formats of a programme."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the OpenAPI 3.1 description."""
        described = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        described["components"]["schemas"]["Problem"] = Problem.json_schema()
        bell = {"type": "http", "scheme": "bearer", "description": "The secret of a feed's bell."}
        described["components"]["securitySchemes"] = {"bell": bell}
        refusal = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path, operations in described["paths"].items():
            for operation in operations.values():
                operation["responses"]["4XX"] = {"description": "A refusal that says what to do.", "content": refusal}
                if "/programmes/{slug}" in path:
                    operation["responses"][200]["content"] |= {
                        each.media_type.partition(";")[0]: {} for each in FORMATS
                    }
        if settings.DATA_LICENCE:
            described["info"]["license"] = {"name": settings.DATA_LICENCE}
        return described


api = OpenAPI(title="OpenCairn", version="1", description=DESCRIPTION, urls_namespace="api", docs_url=None)
for router in ROUTERS:
    api.add_router("", router)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """A refusal of a room, with its status and its details."""
    response = problem(error.status, error.message, error.details)
    if seconds := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(seconds)
    return response


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Nothing is at this address."""
    return problem(404, _("There is nothing at this address."))


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What was sent does not have the shape that is described."""
    details = tuple(f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors[:10])
    return problem(422, _("What was sent does not have the shape that the API describes."), details)


@api.exception_handler(HttpError)
def faulty(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework refuses by itself, such as a body that is no JSON."""
    return problem(error.status_code, _("The request could not be understood."))


PUBLIC = (
    "api-root", "openapi-json", "programmes", "programme", "programme_as", "offerings", "providers", "provider",
    "changes", "manifest", "dump_file", "ring", "search", "suggest", "skills",
    "registry-accreditations", "registry-accreditation", "registry-provider", "registry-changes", "registry-fundable",
    "registry-coverage", "registry-issuer",
)  # fmt: skip


@require_safe
def about_the_api(request: HttpRequest) -> HttpResponse:
    """What the API offers and what each field means, for people: the same description, as a page."""
    described = api.get_openapi_schema()
    more = {"limit": settings.API_REQUESTS_PER_MINUTE, "licence": settings.DATA_LICENCE}
    return render(request, "web/api.html", reading.page(described) | more)
