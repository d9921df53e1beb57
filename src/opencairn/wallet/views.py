from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_GET, require_POST, require_safe

from opencairn.people.access import person_of
from opencairn.people.limits import allow

from . import actions, carriers, queries
from .carriers.drawing import contours, qr_path
from .forms import DiscardForm, ShareForm
from .models import Holding, Share
from .rules import file_name
from .wording import checked, sheet_of

JSON_TYPES = (carriers.JSON_TYPE, "application/vc", "application/ld+json", "application/json")
KINDS = {"json": carriers.JSON_TYPE, "png": "image/png", "pdf": "application/pdf"}


@login_required
@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """The person's cairn: what they hold, what waits to be accepted, what is shared."""
    person, at = person_of(request), timezone.now()
    held = queries.portfolio(person, at=at)
    return render(
        request,
        "wallet/portfolio.html",
        {
            "held": held,
            "waiting": [(each, queries.state_of(each, at=at)) for each in queries.waiting_credentials(person)],
            "shares": queries.my_open_shares(person),
        },
    )


@login_required
@require_POST
def accept(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """Put a waiting credential into the portfolio."""
    person = person_of(request)
    held = actions.accept(queries.my_credential(person, id), person=person, at=timezone.now())
    messages.success(request, _("The credential is in your cairn. Only you can see it until you share it."))
    return redirect("wallet:holding", held.id)


@login_required
@require_safe
def holding(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """One credential: what it says, how it stands now, its files, its links."""
    return _holding_page(request, queries.my_holding(person_of(request), id), ShareForm())


def _holding_page(request: HttpRequest, held: Holding, form: ShareForm, *, status: int = 200) -> HttpResponse:
    at = timezone.now()
    shares = list(queries.open_shares(held))
    public = next((each for each in shares if each.purpose == "link"), None)
    sheet = sheet_of(held.credential)
    context = {
        "holding": held,
        "credential": held.credential,
        "version": queries.version_of(held.credential),
        "sheet": sheet,
        "state": queries.state_of(held.credential, at=at),
        "report": checked(held.credential, at=at),
        "newer": queries.newer_of(held),
        "shares": [(each, queries.address_of(each)) for each in shares],
        "form": form,
        "profile_address": queries.address_of(public) if public else "",
    }
    return render(request, "wallet/holding.html", context, status=status)


@login_required
@require_safe
def certificate(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """The certificate as a page: to read on a phone, to print at size."""
    held = queries.my_holding(person_of(request), id)
    link = queries.open_shares(held).filter(purpose="certificate").first()
    code, squares = qr_path(queries.address_of(link)) if link else ("", 0)
    sheet, version = sheet_of(held.credential), queries.version_of(held.credential)
    context = {
        "holding": held,
        "sheet": sheet,
        "state": queries.state_of(held.credential, at=timezone.now()),
        "version": version,
        "contours": contours(sheet.seed),
        "code": code,
        "squares": squares,
        "link": queries.address_of(link) if link else "",
    }
    return render(request, "wallet/certificate.html", context)


@login_required
@require_GET
def download(request: HttpRequest, id: UUID, kind: str) -> HttpResponse:  # noqa: A002 - the address calls it id
    """The credential as a file: the signed text, the stone with it inside, or the certificate with it attached."""
    held = queries.my_holding(person_of(request), id)
    if kind not in KINDS:
        raise Http404
    if kind == "json":
        content = carriers.as_json(held.credential)
    elif kind == "png":
        content = carriers.as_png(held.credential)
    else:
        link = actions.share(held, purpose="certificate", at=timezone.now())
        address = queries.address_of(link)
        content = carriers.as_pdf(held, share_url=address, language=get_language() or "en")
    return _file(content, kind, name=sheet_of(held.credential).title.text)


def _file(content: bytes, kind: str, *, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{file_name(name, kind)}"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def share(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """Make one more link; the certificate's own link is made without a note."""
    held = queries.my_holding(person_of(request), id)
    if request.POST.get("purpose") == "certificate":
        actions.share(held, purpose="certificate", at=timezone.now())
        return redirect("wallet:certificate", held.id)
    form = ShareForm(request.POST)
    if not form.is_valid():
        return _holding_page(request, held, form, status=422)
    actions.share(held, note=form.cleaned_data["note"], at=timezone.now())
    messages.success(request, _("The link is made. Whoever has it can see and check this credential."))
    return _to_links(held)


@login_required
@require_POST
def unshare(request: HttpRequest, id: UUID, link: int) -> HttpResponse:  # noqa: A002 - the address calls it id
    """Take one link back."""
    ended = queries.my_share(person_of(request), id, link)
    actions.unshare(ended, at=timezone.now())
    messages.success(request, _("The link is taken back. It shows nothing any more."))
    return _to_links(ended.holding)


def _to_links(held: Holding) -> HttpResponse:
    return redirect(f"{reverse('wallet:holding', args=[held.id])}#links")


@login_required
def discard(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """Delete one's own copy, after asking once more."""
    held = queries.my_holding(person_of(request), id)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.discard(held, at=timezone.now())
        messages.success(request, _("Your copy is deleted, and its links show nothing any more."))
        return redirect("wallet:portfolio")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "holding": held, "sheet": sheet_of(held.credential)}
    return render(request, "wallet/discard.html", context, status=status)


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What a link shows to anyone who has it: the credential in words with its verification, or as JSON if asked."""
    link = queries.shared(token)
    if request.get_preferred_type(("text/html", *JSON_TYPES)) in JSON_TYPES:
        return _shared_document(link)
    if link.ended_at:
        return _unseen(render(request, "wallet/ended.html", status=410))
    allow(request, "shared", per_minute=settings.VERIFICATIONS_PER_MINUTE)
    at, credential = timezone.now(), link.holding.credential
    version = queries.version_of(credential)
    context = {
        "share": link,
        "address": queries.address_of(link),
        "sheet": sheet_of(credential),
        "version": version,
        "state": queries.state_of(credential, at=at),
        "revoked": credential.revoked_at is not None,
        "corrected": credential.revoked_at is not None and credential.replaced_at is not None,
        "renewed": credential.revoked_at is None and credential.replaced_at is not None,
        "report": checked(credential, at=at),
    }
    return _unseen(render(request, "wallet/shared.html", context))


@require_safe
def shared_json(request: HttpRequest, token: str) -> HttpResponse:
    """The shared credential as a file, exactly as it was signed."""
    link = queries.shared(token)
    response = _shared_document(link)
    if not link.ended_at:
        response["Content-Disposition"] = 'attachment; filename="credential.json"'
    return response


def _shared_document(link: Share) -> HttpResponse:
    """The signed text, readable by web pages of any site: the link itself is the permission."""
    if link.ended_at:
        problem = {"title": str(ENDED), "status": 410}
        return _unseen(JsonResponse(problem, status=410, content_type="application/problem+json"))
    response = HttpResponse(carriers.as_json(link.holding.credential), content_type=carriers.JSON_TYPE)
    response["Access-Control-Allow-Origin"] = "*"
    return _unseen(response)


ENDED = __("The holder has taken this link back. Ask them for a new one.")


def _unseen(response: HttpResponse) -> HttpResponse:
    """Keep a shared answer out of search engines, caches and other sites' logs."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "same-origin"
    response["Vary"] = "Accept, Accept-Language, Cookie"
    return response
