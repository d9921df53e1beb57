"""The calls of the VC-API: issue, verify, derive, presentations, status lists, and a resolver of did:key."""

import functools
import ipaddress
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from opencairn.engine import data_model
from opencairn.engine.canonical import parse
from opencairn.engine.did import did_document
from opencairn.engine.objections import Malformed, Objection
from opencairn.engine.presentations import Question, verify_presentation
from opencairn.engine.proofs import ecdsa_sd_2023
from opencairn.engine.reader import Reader
from opencairn.engine.status import bitstring
from opencairn.engine.verify import verify
from opencairn.kit.fetch import any_certificate, fetch

from . import lists
from .suites import SUITES, Suite, key_of, sign

Answer = Callable[[HttpRequest, Suite, Mapping[str, Any]], JsonResponse]
_NAMES_OF_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def call(view: Answer) -> Callable[..., JsonResponse]:
    """Read the JSON body and the suite of a call; an objection becomes 400 with what is wrong."""

    @csrf_exempt  # programs call it, with nobody signed in
    @require_POST
    @functools.wraps(view)
    def answer(request: HttpRequest, suite: str) -> JsonResponse:
        if suite not in SUITES:
            raise Http404
        try:
            body = parse(request.body)
            if not isinstance(body, dict) or not isinstance(body.get("options", {}), dict):
                raise Malformed("The call is not a JSON object.", "field", term="options")
            return view(request, SUITES[suite], body)
        except Objection as objection:
            return refused(objection.why)

    return answer


def refused(*whys: str) -> JsonResponse:
    """Answer a call that is not granted."""
    return JsonResponse({"verified": False, "errors": list(whys)}, status=400)


def document_in(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the object under a name of the call."""
    found = body.get(name)
    if not isinstance(found, dict):
        raise Malformed(f"The call needs an object under “{name}”.", "field", term=name)
    return found


def pointers_in(body: Mapping[str, Any], name: str) -> list[str]:
    """Return the JSON pointers among the options of a call."""
    found = body.get("options", {}).get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise Malformed(f"“{name}” is not a list of JSON pointers.", "field", term=name)
    return found


@require_GET
def index(request: HttpRequest) -> JsonResponse:
    """List the suites, with the issuer that each publishes."""
    base = request.build_absolute_uri(request.path)
    return JsonResponse(
        {name: {"id": key_of(suite.key).did, "endpoint": base + name} for name, suite in SUITES.items()}
    )


@call
def issue(request: HttpRequest, suite: Suite, body: Mapping[str, Any]) -> JsonResponse:
    """Sign a credential that keeps every rule of the data model."""
    credential = document_in(body, "credential")
    credential = {**credential, "issuer": _issuer(credential.get("issuer"), key_of(suite.key).did)}
    if suite.purpose:
        url = request.build_absolute_uri(reverse("conformance:status_list", args=[suite.purpose]))
        credential["credentialStatus"] = lists.entry(url, suite.purpose)
    broken = data_model.objections(credential, issuing=True)
    if broken:
        return refused(*(objection.why for objection in broken))
    signed = sign(suite, credential, pointers=pointers_in(body, "mandatoryPointers"), at=now())
    return JsonResponse({"verifiableCredential": signed}, status=201)


def _issuer(stated: Any, did: str) -> Any:
    """Return the issuer with the door's own id; anything that is not one is left for the rules to refuse."""
    if isinstance(stated, dict) and "id" in stated:
        return stated if not isinstance(stated["id"], str) or ":" not in stated["id"] else {**stated, "id": did}
    return did if stated is None or (isinstance(stated, str) and stated.startswith("did:")) else stated


@call
def verify_credential(request: HttpRequest, suite: Suite, body: Mapping[str, Any]) -> JsonResponse:
    """Verify a credential: 200 where it is valid, else 400 with why not."""
    document = document_in(body, "verifiableCredential")
    report = verify(json.dumps(document).encode(), at=now(), fetch=reader_for(request))
    whys = [step.why for step in report.steps[:4] if step.outcome in ("fail", "unknown")]
    return JsonResponse({"verified": True}) if report.verdict == "valid" else refused(*whys)


@call
def verify_presented(request: HttpRequest, suite: Suite, body: Mapping[str, Any]) -> JsonResponse:
    """Verify a presentation, signed or not, and every credential in it."""
    presentation, options = document_in(body, "verifiablePresentation"), body.get("options", {})
    question = Question(str(options.get("challenge") or ""), str(options.get("domain") or ""))
    if broken := data_model.objections(presentation):
        return refused(*(objection.why for objection in broken))
    report = verify_presentation(
        json.dumps(presentation).encode(), at=now(), question=question, fetch=reader_for(request)
    )
    if report.verdict == "valid":
        return JsonResponse({"verified": True})
    inside = (step for each in report.credentials if each.verdict != "valid" for step in each.steps[:4])
    return refused(*(step.why for step in (*report.steps, *inside) if step.outcome in ("fail", "unknown")))


@call
def derive(request: HttpRequest, suite: Suite, body: Mapping[str, Any]) -> JsonResponse:
    """Derive a credential that shows only what the holder chose."""
    if suite.proof is not ecdsa_sd_2023:
        raise Malformed("Only ecdsa-sd-2023 credentials can be derived.", "suite")
    derived = ecdsa_sd_2023.derive(document_in(body, "verifiableCredential"), pointers_in(body, "selectivePointers"))
    return JsonResponse({"verifiableCredential": derived}, status=201)


@call
def set_status(request: HttpRequest, suite: Suite, body: Mapping[str, Any]) -> JsonResponse:
    """Set or clear the status bit of a credential that this door issued."""
    entry = document_in(body, "credentialStatus")
    index = bitstring.index_of(entry)
    if entry.get("statusPurpose") != suite.purpose or index >= bitstring.SMALLEST:
        raise Malformed("The status entry is not one of this list.", "list-purpose")
    lists.put(suite.purpose, index, is_set=body.get("status", True) is True)
    return JsonResponse({})


@require_GET
def status_list(request: HttpRequest, purpose: str) -> JsonResponse:
    """Publish a status list."""
    if purpose not in lists.PURPOSES:
        raise Http404
    return JsonResponse(_list_at(request, purpose, now()), content_type="application/vc")


def _list_at(request: HttpRequest, purpose: str, at: datetime) -> dict[str, Any]:
    return lists.signed_list(
        request.build_absolute_uri(reverse("conformance:status_list", args=[purpose])), purpose, at
    )


@require_GET
def resolve(request: HttpRequest, did: str) -> JsonResponse:
    """Resolve a did:key."""
    try:
        return JsonResponse(did_document(did), content_type="application/did+json")
    except Objection as objection:
        return refused(objection.why)


def reader_for(request: HttpRequest) -> Callable[[str], bytes]:
    """Return what reads the addresses that the document of this call names, within the budget of one document."""
    return Reader(functools.partial(read, request)).read


def read(request: HttpRequest, url: str, *, within: float) -> bytes:
    """Read an address as the verifier may here: our own lists at once, others guarded, and this machine's own too."""
    for purpose in lists.PURPOSES:
        if url == request.build_absolute_uri(reverse("conformance:status_list", args=[purpose])):
            return json.dumps(_list_at(request, purpose, now())).encode()
    if urlsplit(url).hostname not in _NAMES_OF_THIS_MACHINE:
        return fetch(url, within=within)
    return fetch(url, within=within, may_visit=_is_near, tls=any_certificate())


def _is_near(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback
