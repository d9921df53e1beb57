"""An employer's pages: which credentials it accepts, beside whether they are genuine."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencairn.credentials import actions, queries, rules, words
from opencairn.credentials.acceptance import asks
from opencairn.credentials.forms import PolicyForm
from opencairn.credentials.models import Policy
from opencairn.kit.errors import Refused
from opencairn.kit.text import pick
from opencairn.people.access import may, person_of
from opencairn.people.models import Organisation, Person
from opencairn.programmes.vocabulary import QUALITY_ASSURANCE, SUPERVISION
from opencairn.quality.frameworks import in_force


def _choices() -> dict[str, list[tuple[str, str]]]:
    languages = (get_language() or "en", "en")
    return {
        "steps": [(step, words.step_name(step)) for step in rules.STEPS],
        "frameworks": [(each.key, pick(each.name, languages)[1]) for each in in_force()],
        "assurance": [(code, str(term.label)) for code, term in QUALITY_ASSURANCE.items()],
        "supervision": [(code, str(term.label)) for code, term in SUPERVISION.items()],
    }


@login_required
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """What one's employers accept, each with its link."""
    person = person_of(request)
    rows = [
        {
            "policy": each,
            "asks": asks(each),
            "address": f"{settings.BASE_URL}{reverse('credentials:verify')}?policy={each.token}",
            "may_edit": may(person, "policy.edit", each.organisation),
        }
        for each in queries.policies_of(person)
    ]
    makers = [each for each in queries.employers_of(person) if may(person, "policy.edit", each)]
    return render(request, "credentials/policies.html", {"rows": rows, "makers": makers})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_policy(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down what an employer accepts."""
    employer = queries.access_issuer(person_of(request), slug, to="policy.edit")
    return _form_page(request, employer, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """Change what a policy asks."""
    held = queries.access_policy(person_of(request), id, to="policy.edit")
    return _form_page(request, held.organisation, held)


def _form_page(request: HttpRequest, employer: Organisation, held: Policy | None) -> HttpResponse:
    said = {**held.wanted, "name": held.name, "issuers": "\n".join(held.wanted.get("issuers", ()))} if held else {}
    form = PolicyForm(request.POST or None, initial=said, choices=_choices())
    if request.method == "POST" and form.is_valid():
        facts = {"name": form.cleaned_data["name"], "wanted": form.wanted, "at": timezone.now()}
        try:
            actions.write_policy(held, **facts) if held else actions.make_policy(employer, **facts)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved. The desk says beside each result whether it meets this."))
            return redirect("credentials:policies")
    context = {"employer": employer, "policy": held, "form": form}
    return render(request, "credentials/policy.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def end_policy(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - the address calls it id
    """End a policy; its link then shows the desk alone."""
    person: Person = person_of(request)
    actions.end_policy(queries.access_policy(person, id, to="policy.edit"), at=timezone.now())
    messages.success(request, _("The policy is ended."))
    return redirect("credentials:policies")
