"""The public pages: the verification desk, which keeps nothing, the status lists, and the issuers' keys."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from opencairn.credentials import actions, queries, reading
from opencairn.credentials.acceptance import asks
from opencairn.credentials.desk import as_json, result_of
from opencairn.credentials.forms import LinkForm, PasteForm, UploadForm
from opencairn.credentials.models import Policy
from opencairn.credentials.verification import examined
from opencairn.kit.dates import iso
from opencairn.kit.errors import Refused
from opencairn.people.limits import allow
from opencairn.people.models import Person

ENVELOPE = 64 * 1024  # what a form may weigh beside its file
#: How a program may post a credential as the whole body, without a form.
BARE = (
    "application/json", "application/ld+json", "application/vc", "application/vc+ld+json", "application/jwt",
    "text/plain",
)  # fmt: skip


def _wants_json(request: HttpRequest) -> bool:
    accept = request.headers.get("Accept", "")
    return request.GET.get("format") == "json" or ("application/json" in accept and "text/html" not in accept)


def _check_size(request: HttpRequest) -> None:
    """Refuse a body that is too large, or does not say how large it is, before anything reads it."""
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = 0
    if size > settings.LARGEST_UPLOAD + ENVELOPE:
        raise reading.too_large()
    if not size and request.headers.get("Transfer-Encoding"):
        raise reading.LengthMissing(_("Say how long it is: send it with a Content-Length, not in chunks."))


def _brought(request: HttpRequest, at: datetime) -> bytes:
    """Return the document a visitor brought: the bare body, or a form's file, link or text. Refused where none is."""
    if request.method == "GET":
        return reading.from_link(request.GET["link"], at=at)
    _check_size(request)
    try:
        if request.content_type in BARE:
            return reading.from_text(request.body.decode("utf-8", "replace"), at=at)
        posted, files = request.POST, request.FILES
    except RequestDataTooBig as error:
        raise reading.too_large() from error
    except MultiPartParserError as error:
        raise reading.CannotRead(_("The upload arrived broken. Try it again.")) from error
    if file := files.get("file"):
        if (file.size or 0) > settings.LARGEST_UPLOAD:
            raise reading.too_large()
        return reading.opened(file.read(), at=at)
    if link := posted.get("link", "").strip():
        return reading.from_link(link, at=at)
    return reading.from_text(posted.get("text", ""), at=at)


@csrf_exempt  # it changes nothing and knows nobody, so there is nothing to forge; programs may post here too
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Answer whether a credential is genuine, in independent steps. Nothing that was brought is kept."""
    if request.method != "POST" and not request.GET.get("link"):
        return _form_page(request)
    at = timezone.now()
    try:
        allow(request, "verify", per_minute=settings.VERIFICATIONS_PER_MINUTE)
        data = _brought(request, at)
    except Refused as refusal:
        return _refused(request, refusal)
    found = examined(data, at=at)
    broken = any(step.outcome == "fail" for step in found.report.steps if step.name in ("format", "signature"))
    status = 422 if broken or found.report.verdict == "not-a-credential" else 200
    policy = _policy_of(request)
    own = list(queries.policies_of(request.user)) if isinstance(request.user, Person) else []
    policies = {each.pk: each for each in ([policy] if policy else []) + own}
    result = result_of(found, data, policies=policies.values())
    if _wants_json(request):
        return JsonResponse(as_json(result), status=status)
    return render(request, "credentials/result.html", {"result": result, "policy": policy}, status=status)


def _policy_of(request: HttpRequest) -> Policy | None:
    """Return the employer's policy that a link names, beside those of the visitor's own employer."""
    return queries.policy_of_link(request.GET.get("policy", "").replace("\0", "")[:60])


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Say what is wrong with what was brought, above the form to bring it again."""
    if _wants_json(request):
        problem = {"title": refusal.message, "status": refusal.status, "detail": list(refusal.details)}
        response: HttpResponse = JsonResponse(problem, status=refusal.status, content_type="application/problem+json")
    else:
        response = _form_page(request, refusal)
    if wait := getattr(refusal, "retry_after", None):
        response.headers["Retry-After"] = str(wait)
    return response


def _sent(request: HttpRequest, refusal: Refused) -> tuple[str, str]:
    """Which of the three ways was tried, and the words that came by it, so that nothing typed is lost."""
    if request.method == "GET":
        return "link", request.GET["link"]
    by_form = "file" if request.content_type == "multipart/form-data" else "text"
    if isinstance(refusal, reading.TooLarge | reading.LengthMissing):
        return by_form, ""
    try:
        if link := request.POST.get("link", ""):
            return "link", link
        text = request.POST.get("text", "")
    except (RequestDataTooBig, MultiPartParserError):
        return by_form, ""
    return ("text", text) if text else (by_form, "")


def _form_page(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    forms: dict[str, Form] = {"file": UploadForm(), "link": LinkForm(), "text": PasteForm()}
    wrong = None
    if refusal:
        way, words = _sent(request, refusal)
        wrong = forms[way] = type(forms[way])({way: words})
        wrong.add_error(way, refusal.message)
    policy = _policy_of(request)
    told = asks(policy) if policy else []
    context = {"forms": forms, "refusal": refusal, "wrong": wrong, "policy": policy, "asks": told}
    return render(request, "credentials/verify.html", context, status=refusal.status if refusal else 200)


@require_safe
def status_list(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """A signed status list for any verifier; it says nothing about whose credentials its bits are."""
    text = actions.publish_status_list(queries.status_list(id), at=timezone.now())
    accept = request.headers.get("Accept", "")
    kind = (
        "application/vc"
        if "application/vc" in accept or ("html" not in accept and "json" not in accept)
        else "application/json"
    )
    etag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(text, content_type=kind)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept"])
    return response


@require_safe
def issuer(request: HttpRequest, slug: str) -> HttpResponse:
    """The keys of an issuer: a page for people, JSON for programs."""
    organisation = queries.public_issuer(slug)
    own = queries.keys_of(organisation)
    if "html" in request.headers.get("Accept", "") and request.GET.get("format") != "json":
        return render(request, "credentials/issuer.html", {"organisation": organisation, "keys": own})
    profile = {
        "name": organisation.name,
        "country": organisation.country,
        "url": organisation.website,
        "verified": organisation.verified_at is not None,
        "keys": [
            {
                "id": key.did,
                "since": iso(key.created_at),
                "retired": iso(key.ended_at) if key.ended_at else None,
                "compromised": iso(key.compromised_from) if key.compromised_from else None,
            }
            for key in own
        ],
    }
    return JsonResponse(profile, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60"})
