from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_POST, require_safe

from opencairn.kit.errors import Refused

from . import actions as people
from . import queries
from .access import OPERATOR_PERMISSIONS, PERMISSIONS, ROLES, demand, may, person_of
from .forms import MemberForm, NameForm, OrganisationForm, RegisterForm
from .limits import allow
from .models import Organisation

# (permission that opens the desk, kind of organisation, label, what one does there, url name)
DESKS = (
    ("programme.describe", "is_provider", __("Publish desk"), __("describe courses, plan dates"), "programmes:desk"),
    ("result.record", "is_provider", __("Assessment desk"), __("record results, decide awards"), "learning:desk"),
    ("credential.issue", "is_provider", __("Issuing desk"), __("sign and revoke credentials"), "credentials:desk"),
    ("review.see", "is_quality_body", __("Quality desk"), __("review applications, decide"), "quality:desk"),
    (
        "endorsement.answer",
        "is_employer",
        __("Endorsements"),
        __("answer who asks you to vouch for them"),
        "quality:endorsements",
    ),
    (
        "policy.edit",
        "is_employer",
        __("What we accept"),
        __("say which credentials you accept"),
        "credentials:policies",
    ),
)
PERMISSION_WORDS = {
    "organisation.see": __("See the organisation's own pages"),
    "organisation.edit": __("Change what the organisation says about itself"),
    "membership.change": __("Give and take roles"),
    "alignment.review": __("Look again at skills that a newer version of their taxonomy puts in question"),
    "programme.see_draft": __("See a course before it is published"),
    "programme.describe": __("Describe a course"),
    "programme.publish": __("Publish a course"),
    "programme.withdraw": __("Withdraw a course"),
    "offering.plan": __("Plan dates of a course"),
    "offering.cancel": __("Cancel dates of a course"),
    "feed.manage": __("Have the organisation's own catalogue read in from a web address"),
    "review.request": __("Ask a quality body for a review"),
    "review.see": __("See applications and reviews"),
    "review.assign": __("Name who assesses, and plan audits and calls"),
    "review.find": __("Write a finding for a criterion"),
    "review.decide": __("Decide on an accreditation"),
    "decision.sanction": __("Suspend or withdraw an accreditation, and lift a suspension"),
    "decision.answer": __("Appeal against a decision, or give an accreditation up"),
    "condition.report": __("Report how a condition was met"),
    "complaint.see": __("Read and answer complaints"),
    "mandate.grant": __("Give and end mandates to assess"),
    "endorsement.ask": __("Ask employers and professional bodies for an endorsement"),
    "endorsement.answer": __("Endorse, decline, and take an endorsement back"),
    "shortlist.send": __("Send people lists of courses by e-mail"),
    "enrolment.see": __("See who is enrolled"),
    "result.record": __("Record results"),
    "award.decide": __("Decide an award"),
    "award.withdraw": __("Withdraw an award"),
    "credential.see": __("See issued credentials"),
    "credential.issue": __("Issue a credential"),
    "credential.revoke": __("Revoke a credential"),
    "credential.correct": __("Correct a credential by a new one"),
    "key.rotate": __("Replace the organisation's signing key, and say from when one may be in other hands"),
    "policy.edit": __("Say which credentials an employer accepts"),
    "organisation.register": __("Register an organisation"),
    "mandate.found": __("Record who accredits the accreditors"),
    "organisation.verify": __("Verify and close an organisation"),
    "organisation.wind_up": __("For a closed organisation: revoke its credentials, and say when a key was lost"),
    "feed.oversee": __("Have any catalogue read in from a web address; see what is handed on to a higher register"),
    "register.follow": __("Choose which registers elsewhere are asked"),
    "skill.import": __("Choose which version of a taxonomy of skills is in use"),
}


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The signed-in person's first page: roles with the desks they open, and the ways to their own things."""
    person = person_of(request)
    belongings = [
        (held, [desk for desk in DESKS if getattr(held.organisation, desk[1]) and held.allows(desk[0])])
        for held in queries.roles_of(person)
    ]
    return render(request, "people/me.html", {"person": person, "belongings": belongings, "role_words": ROLES})


@login_required
def name(request: HttpRequest) -> HttpResponse:
    """Change one's own name."""
    person = person_of(request)
    form = NameForm(request.POST or None, initial={"name": person.name})
    if request.method == "POST" and form.is_valid():
        people.rename(person, name=form.cleaned_data["name"])
        messages.success(request, _("Your name is changed. Credentials you hold keep the name they were signed with."))
        return redirect("people:me")
    return render(request, "people/name.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def permissions(request: HttpRequest) -> HttpResponse:
    """The permission table in words."""
    rows = [(PERMISSION_WORDS[key], [role in allowed for role in ROLES]) for key, allowed in PERMISSIONS.items()]
    context = {
        "roles": [[part.strip() for part in str(words).split(":", 1)] for words in ROLES.values()],
        "rows": rows,
        "operator": [PERMISSION_WORDS[key] for key in OPERATOR_PERMISSIONS],
    }
    return render(request, "people/permissions.html", context)


@login_required
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """The operator's list of organisations, those that wait to be verified first."""
    demand(request.user, "organisation.verify")
    return render(request, "people/organisations.html", {"organisations": queries.organisations_by_need()})


@login_required
def register_organisation(request: HttpRequest) -> HttpResponse:
    """The operator registers an organisation and names its first manager."""
    demand(request.user, "organisation.register")
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        try:
            with transaction.atomic():
                made = people.register_organisation(name=given["name"], at=at, **form.facts())
                people.add_member(made, email=given["manager"], role="manager", at=at)
        except people.NameTaken as refusal:
            form.add_error("name", refusal.message)
        except people.NobodyWithThisEmail as refusal:
            form.add_error("manager", refusal.message)
        else:
            messages.success(request, _("%(name)s is registered. It is not verified yet.") % {"name": made.name})
            return redirect("people:organisation", made.slug)
    return render(request, "people/register.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """What anyone may know about an organisation."""
    place = queries.public_organisation(slug)
    context = {
        "organisation": place,
        "may_edit": may(request.user, "organisation.edit", place),
        "may_see_members": may(request.user, "organisation.see", place),
        "may_verify": may(request.user, "organisation.verify"),
        "may_wind_up": may(request.user, "organisation.wind_up"),
    }
    return render(request, "people/organisation.html", context)


@login_required
def organisation_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """A manager changes what the organisation says about itself."""
    place = queries.access_organisation(request.user, slug, to="organisation.edit")
    form = OrganisationForm(request.POST or None, organisation=place)
    if request.method == "POST" and form.is_valid():
        people.edit_organisation(place, changes=form.facts())
        messages.success(request, _("Saved."))
        return redirect("people:organisation", place.slug)
    context = {"organisation": place, "form": form}
    return render(request, "people/organisation_edit.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def verify(request: HttpRequest, slug: str) -> HttpResponse:
    """The operator records that an organisation is who it says."""
    demand(request.user, "organisation.verify")
    place = people.verify_organisation(queries.public_organisation(slug), at=timezone.now())
    messages.success(request, _("%(name)s is verified. It can sign credentials now.") % {"name": place.name})
    return redirect("people:organisation", place.slug)


@login_required
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """The operator closes an organisation, after a page that says what this means."""
    demand(request.user, "organisation.verify")
    place = queries.public_organisation(slug)
    if request.method == "POST":
        people.close_organisation(place, at=timezone.now())
        messages.success(request, _("%(name)s is closed.") % {"name": place.name})
        return redirect("people:organisation", place.slug)
    return render(request, "people/close.html", {"organisation": place})


@login_required
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who holds which role; a manager gives roles here."""
    place = queries.access_organisation(request.user, slug, to="organisation.see")
    if request.method == "POST":
        return _add_member(request, queries.access_organisation(request.user, slug, to="membership.change"))
    return _members_page(request, place, MemberForm(organisation=place))


def _add_member(request: HttpRequest, place: Organisation) -> HttpResponse:
    allow(request, "add-member", per_minute=10)
    form = MemberForm(request.POST, organisation=place)
    if form.is_valid():
        try:
            added = people.add_member(place, **form.cleaned_data, at=timezone.now())
        except Refused as refusal:
            form.add_error("email", refusal.message)
        else:
            messages.success(request, _("%(person)s has the role now.") % {"person": added.person})
            return redirect("people:members", place.slug)
    return _members_page(request, place, form)


def _members_page(request: HttpRequest, place: Organisation, form: MemberForm) -> HttpResponse:
    context = {
        "organisation": place,
        "form": form,
        "memberships": queries.members(place),
        "may_change": may(request.user, "membership.change", place),
        "role_words": ROLES,
    }
    return render(request, "people/members.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def remove_member(request: HttpRequest, slug: str, membership: int) -> HttpResponse:
    """A manager takes a role away."""
    row = queries.access_membership(request.user, slug, membership, to="membership.change")
    people.remove_member(row)
    messages.success(request, _("%(person)s no longer has this role.") % {"person": row.person})
    if row.person == request.user:
        return redirect("people:me")
    return redirect("people:members", slug)
