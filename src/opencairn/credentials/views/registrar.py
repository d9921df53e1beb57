"""The registrar's pages: what waits, what was issued, revoking, and the signing keys."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from opencairn.credentials import actions, queries
from opencairn.credentials.elements import elements_of
from opencairn.credentials.forms import RevokeForm, WithdrawForm
from opencairn.credentials.verification import claims_of
from opencairn.people.access import may, person_of
from opencairn.people.models import Organisation

STATES = ("", "in-force", "revoked", "withdrawn", "replaced", "expiring", "doubtful")
WAITING_SHOWN = 50
PER_PAGE = 25


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits to be issued, and what was issued."""
    person = person_of(request)
    own, slug = list(queries.issuers_of(person)), request.GET.get("for", "").replace("\0", "?")  # which no slug holds
    if not own and not (slug and may(person, "organisation.wind_up")):
        return render(request, "credentials/no_desk.html", status=403)
    organisation = queries.access_issuer(person, slug, to="credential.see") if slug else own[0]
    state, q = request.GET.get("state", ""), request.GET.get("q", "").replace("\0", "").strip()[:200]
    if state not in STATES:
        raise Http404
    found = queries.issued(organisation, state=state, q=q)
    context = {
        "organisation": organisation,
        "own": own,
        "counts": queries.counts(organisation),
        "waiting": queries.waiting_awards(organisation)[:WAITING_SHOWN],
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "q": q,
        "key": queries.keys_of(organisation).filter(retired_at=None).first(),
        "at_once": actions.AT_ONCE,
        "may_issue": may(person, "credential.issue", organisation),
    }
    return render(request, "credentials/desk.html", context)


def desk_of(organisation: Organisation) -> str:
    """Return the address of the registrar's desk of an organisation."""
    return f"{reverse('credentials:desk')}?for={organisation.slug}"


@login_required
@require_POST
def issue(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """Issue one credential."""
    person = person_of(request)
    award = queries.access_award(person, id, to="credential.issue")
    made = actions.issue(award, by=person, at=timezone.now())
    messages.success(
        request,
        _("The credential for %(name)s is signed and waits in their cairn.") % {"name": award.name_on_credential},
    )
    return redirect("credentials:credential", made.id)


@login_required
def withdraw_award(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """Withdraw an award that waits for a signature, on a page that says what this means."""
    person = person_of(request)
    award = queries.access_award(person, id, to="award.withdraw")
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.withdraw_waiting(award, reason=form.cleaned_data["reason"], by=person, at=timezone.now())
        messages.success(request, _("The award is withdrawn. A right one can be decided now."))
        return redirect("learning:assess", award.enrolment_id)
    signed = queries.credential_of(award)
    context = {"award": award, "form": form, "signed": signed}
    return render(request, "credentials/withdraw_award.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def issue_all(request: HttpRequest, slug: str) -> HttpResponse:
    """Issue everything that waits: a few at once, many in the background."""
    person = person_of(request)
    organisation = queries.access_issuer(person, slug, to="credential.issue")
    done = actions.issue_all(organisation, by=person, at=timezone.now())
    if number := len(done.credentials):
        text = ngettext("One credential is signed.", "%(number)d credentials are signed.", number)
        messages.success(request, text % {"number": number})
    if done.queued:
        text = ngettext(
            "One more is signed in the background.", "%(number)d more are signed in the background.", done.queued
        )
        messages.success(request, text % {"number": done.queued})
    for award, refusal in done.refused:
        messages.error(request, f"{award.name_on_credential}: {refusal.message} {' · '.join(refusal.details)}".strip())
    return redirect(desk_of(organisation))


@login_required
@require_safe
def credential(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """The registrar's page of one credential."""
    person = person_of(request)
    one = queries.access_credential(person, id, to="credential.see")
    claims = claims_of(one.document.encode())
    context = {
        "credential": one,
        "elements": elements_of(claims) if claims else None,
        "version": one.award.version if one.award else None,
        "desk_address": desk_of(one.key.organisation),
        "newer": queries.newer_than(one),
        "may_revoke": queries.may_for(person, "credential.revoke", one.key.organisation),
        "may_correct": may(person, "credential.correct", one.key.organisation),
        "may_renew": may(person, "credential.issue", one.key.organisation),
    }
    return render(request, "credentials/credential.html", context)


@login_required
@require_safe
def document(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """The signed text, exactly as it was signed."""
    one = queries.access_credential(person_of(request), id, to="credential.see")
    if not one.document:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="credential-{one.id}.json"', "Cache-Control": "no-store"}
    return HttpResponse(one.document, content_type="application/vc+ld+json", headers=headers)


@login_required
def revoke(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """Revoke a credential for a reason, on a page that says what this means."""
    person = person_of(request)
    one = queries.access_credential(person, id, to="credential.revoke")
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.revoke(one, reason=form.cleaned_data["reason"], by=person, at=timezone.now())
        messages.success(request, _("The credential is revoked. Every verifier sees it from now on."))
        return redirect("credentials:credential", one.id)
    context = {
        "credential": one,
        "form": form,
        "desk_address": desk_of(one.key.organisation),
        "may_correct": may(person, "credential.correct", one.key.organisation),
    }
    return render(request, "credentials/revoke.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def keys(request: HttpRequest, slug: str) -> HttpResponse:
    """The signing keys of an organisation, and what replacing one means."""
    person = person_of(request)
    organisation = queries.access_issuer(person, slug, to="credential.see")
    context = {
        "organisation": organisation,
        "keys": queries.keys_of(organisation),
        "may_rotate": queries.may_for(person, "key.rotate", organisation),
        "desk_address": desk_of(organisation),
    }
    return render(request, "credentials/keys.html", context)


@login_required
@require_POST
def rotate(request: HttpRequest, slug: str) -> HttpResponse:
    """Replace the signing key."""
    organisation = queries.access_issuer(person_of(request), slug, to="key.rotate")
    actions.rotate_key(organisation, at=timezone.now())
    messages.success(
        request, _("New credentials are signed with a new key from now on. Those signed before stay valid.")
    )
    return redirect("credentials:keys", organisation.slug)
