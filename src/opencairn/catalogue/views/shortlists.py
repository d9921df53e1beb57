"""Shortlists: an author's own lists, and the page behind a link, which needs no account."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opencairn.catalogue import comparison, shortlists
from opencairn.catalogue.actions import shortlists as actions
from opencairn.catalogue.forms import SendForm, ShortlistForm, TitleForm
from opencairn.catalogue.models import Shortlist
from opencairn.people.access import person_of
from opencairn.people.limits import allow
from opencairn.people.models import Person
from opencairn.programmes.models import Programme


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The lists of a person; courses ticked in the catalogue (``p``) are put on the one chosen, or on a new one."""
    author, ticked = person_of(request), comparison.ticked(request.POST.getlist("p") or request.GET.getlist("p"))
    form = TitleForm(request.POST if request.method == "POST" and "onto" not in request.POST else None)
    if request.method == "POST":
        chosen = _chosen(request, author, form)
        if chosen is not None:
            for programme in Programme.objects.filter(slug__in=ticked):
                actions.put_on(chosen, programme, at=timezone.now())
            return redirect("catalogue:shortlist", chosen.pk)
    today = timezone.now().date()
    lists = [(each, shortlists.is_open(each, today)) for each in shortlists.shortlists_of(author)]
    context = {"lists": lists, "form": form, "ticked": ticked}
    return render(request, "catalogue/shortlists.html", context, status=422 if form.is_bound else 200)


def _chosen(request: HttpRequest, author: Person, form: TitleForm) -> Shortlist | None:
    if onto := request.POST.get("onto"):
        return shortlists.own_shortlist(author, onto)
    if not form.is_valid():
        return None
    return actions.start_shortlist(author=author, title=form.cleaned_data["title"], at=timezone.now())


@login_required
def shortlist(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """One list as its author sees it: what stands on it, its link, and ways to send it."""
    author = person_of(request)
    one, today = shortlists.own_shortlist(author, identifier), timezone.now().date()
    lines = shortlists.lines_of(one, today)
    form = ShortlistForm(
        request.POST or None, picks=tuple(line.pick.pk for line in lines), initial=_written(one, lines)
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.write_on(one, title=given["title"], note=given["note"], notes=form.notes())
        for line in lines:
            if line.pick.programme.slug == request.POST.get("take_off"):
                actions.take_off(one, line.pick)
        messages.success(request, _("Saved."))
        return redirect("catalogue:shortlist", one.pk)
    return _own(request, one, form, None)


def _written(one: Shortlist, lines: Sequence[shortlists.Line]) -> dict[str, str]:
    notes = {f"note-{line.pick.pk}": line.pick.note for line in lines}
    return {"title": one.title, "note": one.note, **notes}


def _own(request: HttpRequest, one: Shortlist, form: ShortlistForm | None, sending: SendForm | None) -> HttpResponse:
    today, organisations = timezone.now().date(), shortlists.advised_for(person_of(request))
    lines = shortlists.lines_of(one, today)
    if form is None:
        form = ShortlistForm(picks=tuple(line.pick.pk for line in lines), initial=_written(one, lines))
    context = {
        "shortlist": one,
        "lines": [(line, form[f"note-{line.pick.pk}"]) for line in lines],
        "form": form,
        "sending": (sending or SendForm(organisations=organisations)) if organisations else None,
        "address": shortlists.address_of(one),
        "open": shortlists.is_open(one, today),
    }
    wrong = form.is_bound or (sending is not None and sending.is_bound)
    return render(request, "catalogue/shortlist.html", context, status=422 if wrong else 200)


@login_required
@require_POST
def send(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """Send the link by e-mail on behalf of an organisation whose adviser one is."""
    author = person_of(request)
    one = shortlists.own_shortlist(author, identifier)
    allow(request, "shortlist-send", per_minute=10)
    form = SendForm(request.POST, organisations=shortlists.advised_for(author))
    if not form.is_valid():
        return _own(request, one, None, form)
    actions.send_shortlist(
        one, to=form.cleaned_data["email"], organisation=form.cleaned_data["organisation"], by=author,
        link=shortlists.address_of(one), at=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("The list is on its way. The address is not kept."))
    return redirect("catalogue:shortlist", one.pk)


@login_required
@require_POST
def take_back(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """End the link of a list, or delete the whole list."""
    one = shortlists.own_shortlist(person_of(request), identifier)
    if "delete" in request.POST:
        actions.delete_shortlist(one)
        messages.success(request, _("The list is deleted."))
        return redirect("catalogue:shortlists")
    actions.take_back(one, at=timezone.now())
    messages.success(request, _("The link shows nothing any more."))
    return redirect("catalogue:shortlist", one.pk)


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A list as whoever has the link sees it. Nobody has to sign in, and nothing about them is kept."""
    allow(request, "shortlist", per_minute=settings.VERIFICATIONS_PER_MINUTE)
    one, today = shortlists.shared_shortlist(token), timezone.now().date()
    if shortlists.is_open(one, today):
        lines = shortlists.lines_of(one, today)
        context = {"shortlist": one, "lines": lines, "slugs": [line.hit.programme.slug for line in lines if line.hit]}
        response = render(request, "catalogue/shared.html", context)
    else:
        response = render(request, "catalogue/ended.html", {"shortlist": one}, status=410)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "same-origin"
    return response
