"""Issuers for programs: who is behind a key, and what the register says about them on any day."""

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Router

from opencairn.people.answers import Missing, parameters, said
from opencairn.quality.api import ON, day_asked

from . import queries, registry
from .schemas import IssuerRecord

router = Router(tags=["registry"])


@router.get(
    "/registry/issuers/{did}", url_name="registry-issuer", response=IssuerRecord, summary="One issuer by its did",
    openapi_extra=parameters(ON, paged=False),
)  # fmt: skip
def issuer(request: HttpRequest, did: str) -> HttpResponse:
    """Who signs with this key, whether their identity was verified, and how the register stands on the day."""
    day, key = day_asked(request), queries.key_of(did)
    if key is None:
        raise Missing(_("Nobody registered here signs with this key. Ask another register."))
    return said(registry.about_issuer(key, day, today=now().date()))
