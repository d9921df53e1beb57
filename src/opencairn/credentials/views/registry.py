"""The register with its keys, for everyone to take: the snapshot, the known issuers, and each signed testimony."""

from hashlib import sha256
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from opencairn.credentials import actions, registry
from opencairn.quality.models import Endorsement
from opencairn.quality.queries import public_decision


def _told(request: HttpRequest, text: str, *, kind: str, name: str) -> HttpResponseBase:
    """Answer with a document that any site may read, to be kept a minute and asked for again by its ETag."""
    etag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(text, content_type=kind)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@require_safe
def snapshot(request: HttpRequest) -> HttpResponseBase:
    """The whole register as one signed file, of today."""
    at = timezone.now()
    text = registry.snapshot(at=at)
    return _told(request, text, kind="application/json", name=f"register-{at.date()}.json")


@require_safe
def known_issuers(request: HttpRequest) -> HttpResponse:
    """The issuers and their keys, in the form of the Digital Credentials Consortium."""
    found = registry.known_issuers(at=timezone.now())
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60"}
    return JsonResponse(found, headers=headers, json_dumps_params={"ensure_ascii": False})


@require_safe
def accreditation(request: HttpRequest, number: str) -> HttpResponseBase:
    """An accreditation as a signed credential: signed now where nobody had asked for it yet."""
    decision = public_decision(number)
    if decision.verdict != "accredited":
        raise Http404
    found = actions.testify_decision(decision, at=timezone.now())
    return _told(request, found.document, kind="application/json", name=f"accreditation-{number}.json")


@require_safe
def endorsement_document(request: HttpRequest, id: UUID) -> HttpResponseBase:  # noqa: A002 - the address calls it id
    """An endorsement as a signed credential. One that was taken back stays readable: its status says so."""
    endorsement = get_object_or_404(Endorsement, pk=id, verdict="granted")
    found = actions.testify_endorsement(endorsement, at=timezone.now())
    return _told(request, found.document, kind="application/json", name=f"endorsement-{id}.json")
