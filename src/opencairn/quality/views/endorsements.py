"""Endorsements: a provider asks, an organisation answers and may take its answer back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opencairn.kit.errors import Refused
from opencairn.people.access import person_of
from opencairn.quality import actions, queries
from opencairn.quality.forms import AnswerForm, AskForm, RevokeForm
from opencairn.quality.models import Endorsement

from .pieces import done, refuse


@login_required
@require_http_methods(["GET", "POST"])
def ask_endorsement(request: HttpRequest, slug: str) -> HttpResponse:
    """A provider asks for an endorsement, and sees what became of those it asked for."""
    person = person_of(request)
    provider = queries.access_provider(person, slug, to="endorsement.ask")
    form = AskForm(request.POST if request.method == "POST" else None, provider=provider)
    if form.is_bound and form.is_valid():
        try:
            asked = actions.ask_endorsement(provider, **form.cleaned_data, by=person, at=now())
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("Your request went to %(name)s.") % {"name": asked.endorser.name})
            return redirect("quality:ask_endorsement", slug=slug)
    facts = {
        "crumbs": [(_("Publish"), reverse("programmes:desk")), (_("Endorsements"), None)],
        "provider": provider,
        "form": form,
        "asked": queries.asked_by(provider),
    }
    return render(request, "quality/ask_endorsement.html", facts, status=422 if form.errors else 200)


@login_required
@require_GET
def endorsements(request: HttpRequest) -> HttpResponse:
    """The requests that reached the organisations of the person, those that wait first."""
    asked = queries.asked_of_person(person_of(request))
    return render(request, "quality/endorsements.html", {"asked": asked})


def _page(
    request: HttpRequest,
    found: Endorsement,
    *,
    form: AnswerForm | None = None,
    revoke_form: RevokeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    facts = {
        "crumbs": [(_("Endorsements"), reverse("quality:endorsements")), (found.provider.name, None)],
        "endorsement": found,
        "form": form or AnswerForm(),
        "revoke_form": revoke_form or RevokeForm(),
    }
    return render(request, "quality/endorsement.html", facts, status=status)


@login_required
@require_GET
def endorsement(request: HttpRequest, endorsement_id: UUID) -> HttpResponse:
    """One request, for the organisation that was asked."""
    return _page(request, queries.access_endorsement(person_of(request), endorsement_id, to="endorsement.answer"))


@login_required
@require_POST
def answer(request: HttpRequest, endorsement_id: UUID) -> HttpResponse:
    """Endorse, or decline."""
    person = person_of(request)
    found = queries.access_endorsement(person, endorsement_id, to="endorsement.answer")
    form = AnswerForm(request.POST)

    def act(**given: str) -> None:
        actions.answer_endorsement(found, **given, by=person, at=now())

    said = _("Your answer went to %(name)s.") % {"name": found.provider.name}
    return done(request, form, act, said, "quality:endorsements") or _page(request, found, form=form, status=422)


@login_required
@require_POST
def revoke(request: HttpRequest, endorsement_id: UUID) -> HttpResponse:
    """Take an endorsement back."""
    person = person_of(request)
    found = queries.access_endorsement(person, endorsement_id, to="endorsement.answer")
    form = RevokeForm(request.POST)

    def act(reason: str) -> None:
        actions.revoke_endorsement(found, reason=reason, by=person, at=now())

    said = _("The endorsement was taken back.")
    return done(request, form, act, said, "quality:endorsements") or _page(request, found, revoke_form=form, status=422)
