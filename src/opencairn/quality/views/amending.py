"""Changes of what an accreditation covers, and decisions that were taken before the register was kept here."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from opencairn.kit.errors import Forbidden, Refused
from opencairn.people.access import may, person_of
from opencairn.people.models import Organisation
from opencairn.quality import actions, queries, rules
from opencairn.quality.forms import AmendForm, AnswerScopeForm, AskScopeForm, EnterForm, as_initial
from opencairn.quality.models import Decision, ScopeRequest
from opencairn.quality.wording import change_said, scope_said

from .pieces import Section, done, page, posted, refuse


def _today(decision: Decision, today: date) -> Section:
    """What a decision covers today, and by changes that are still to come, beside a form that would change it."""
    facts = [
        (_("Provider"), decision.provider.name),
        (_("Covers"), "\n".join(scope_said(queries.scope_on(decision, today), decision))),
    ]
    for each in queries.scope_changes([decision])[decision.pk]:
        if each.from_on > today and each.scope is not None:
            since = _("It covers from %(day)s on") % {"day": date_format(each.from_on)}
            facts.append((since, "\n".join(scope_said(each.scope, decision))))
    if decision.first_on and decision.last_on:
        days = f"{date_format(decision.first_on)} – {date_format(decision.last_on)}"
        facts.append((_("First and last day"), days))
    return Section("today", _("What it covers today"), facts=facts)


def _as_it_stands(decision: Decision, today: date) -> Decision:
    """Return the decision with the scope it has today, from which a form starts."""
    return queries.amended([decision], today)[0]


@login_required
@require_http_methods(["GET", "POST"])
def ask_scope(request: HttpRequest, number: str) -> HttpResponse:
    """A provider asks its quality body to change what an accreditation covers."""
    person, today = person_of(request), now().date()
    decision = _as_it_stands(queries.access_own_decision(person, number, to="review.request"), today)
    form = AskScopeForm(posted(request), decision=decision, initial=as_initial(decision.scope))

    def act(grounds: str, **_limits: Any) -> None:
        actions.ask_for_scope(decision, scope=form.scope(), grounds=grounds, by=person, at=now())

    said = _("Your request went to %(name)s.") % {"name": decision.quality_body.name}
    if form.is_bound and (answer := done(request, form, act, said, "quality:ask_scope", number)):
        return answer
    asked = list(queries.scope_requests_of(decision))
    words = _("Say anew what it should cover, as a whole. Until %(name)s has answered, nothing changes.") % {
        "name": decision.quality_body.name
    }
    facts = {
        "asked": [(each, scope_said(each.scope, decision)) for each in asked],
        "waiting": next((each for each in asked if _waits(each)), None),
        "sections": [_today(decision, today)],
        "ask": Section("ask", _("What it should cover"), words, form=form, button=_("Send the request")),
        "decision": decision,
        "crumbs": [(_("Your applications"), reverse("quality:applications")), (number, None)],
    }
    return render(request, "quality/ask_scope.html", facts, status=422 if form.errors else 200)


def _waits(request: ScopeRequest) -> bool:
    return request.amendment_id is None and request.taken_back_at is None


@login_required
@require_POST
def take_back_scope(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """A provider takes its request back before it is answered."""
    found = queries.access_scope_request(person_of(request), request_id, to="review.request")
    actions.take_back_scope_request(found, at=now())
    messages.success(request, _("The request was taken back."))
    return redirect("quality:ask_scope", found.decision.number)


@login_required
@require_http_methods(["GET", "POST"])
def scope_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """A quality body grants or denies what a provider asked for, or grants something else."""
    person, today = person_of(request), now().date()
    found = queries.access_scope_request(person, request_id, to="decision.sanction")
    if request.method == "POST":
        actions.must_wait(found)
    decision = _as_it_stands(found.decision, today)
    initial = as_initial(found.scope) | {"from_on": max(today, decision.first_on or today)}
    form = AnswerScopeForm(posted(request), decision=decision, initial=initial)

    def act(*, granted: bool, from_on: date, reasons: str, **_limits: Any) -> None:
        scope = form.scope() if granted else None
        actions.answer_scope_request(
            found, granted=granted, scope=scope, from_on=from_on, reasons=reasons, by=person, at=now()
        )

    said = _("It stands in the public register.")
    if form.is_bound and (answer := done(request, form, act, said, "quality:decision", decision.number)):
        return answer
    told = [
        (_("Asked on"), date_format(found.asked_at)),
        (_("It should cover"), "\n".join(scope_said(found.scope, decision))),
        (_("What that changes"), change_said(rules.scope_change(decision.scope, found.scope))),
        (_("Why"), found.grounds),
    ]
    sections = [
        _today(decision, today),
        Section("asked", _("What was asked for"), facts=told),
        _answer_to(found, form),
    ]
    crumbs = [(_("Your quality desk"), reverse("quality:desk")), (decision.number, None)]
    title = _("A change of scope under decision %(number)s") % {"number": decision.number}
    return page(request, sections, crumbs=crumbs, title=title, here="quality")


def _answer_to(found: ScopeRequest, form: AnswerScopeForm) -> Section:
    if found.taken_back_at:
        return Section("answer", _("Answer"), _("The provider took the request back."))
    if made := found.amendment:
        words = _("Granted from %(day)s on.") if made.granted else _("Denied on %(day)s.")
        return Section("answer", _("Answer"), words % {"day": date_format(made.from_on)})
    words = _("You can grant less or more than was asked for: what you name here is what it covers from that day on.")
    return Section("answer", _("Answer it"), words, form=form, button=_("Publish the answer"))


@login_required
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, number: str) -> HttpResponse:
    """A quality body changes what an accreditation covers, unasked."""
    person, today = person_of(request), now().date()
    decision = _as_it_stands(queries.access_decision(person, number, to="decision.sanction"), today)
    initial = as_initial(decision.scope) | {"from_on": max(today, decision.first_on or today)}
    form = AmendForm(posted(request), decision=decision, initial=initial)

    def act(from_on: date, reasons: str, **_limits: Any) -> None:
        actions.amend(
            decision, actions.SCOPE, granted=True, scope=form.scope(), from_on=from_on, reasons=reasons, by=person,
            at=now(),
        )  # fmt: skip

    said = _("It stands in the public register.")
    if form.is_bound and (answer := done(request, form, act, said, "quality:decision", number)):
        return answer
    title = _("Change what decision %(number)s covers") % {"number": number}
    words = _("Say anew what it covers, as a whole. The decision itself stays as it was taken.")
    sections = [
        _today(decision, today),
        Section("amend", _("What it covers from then on"), words, form=form, button=_("Publish")),
    ]
    crumbs = [(_("Register"), reverse("quality:register")), (number, reverse("quality:decision", args=[number]))]
    return page(request, sections, crumbs=crumbs, title=title, here="quality")


@login_required
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """A quality body enters a decision that it took before it kept its register here."""
    person = person_of(request)
    bodies = [each for each in queries.bodies_of(person) if may(person, "review.decide", each)]
    if not bodies:
        raise Forbidden(_("This page is for those who decide for a quality body."))
    mine = Organisation.objects.filter(pk__in=[each.pk for each in bodies])
    form = EnterForm(posted(request), bodies=mine)
    if form.is_bound and form.is_valid():
        try:
            made = actions.enter_earlier_decision(actions.Earlier(**form.facts()), by=person, at=now())
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("Decision %(number)s stands in the public register.") % {"number": made.number})
            return redirect("quality:decision", made.number)
    words = _(
        "For decisions of the register that you kept before. Each gets a number of the year it was taken in, stands in "
        "the public register at once as entered later, and cannot be taken out."
    )
    title = _("Enter an earlier decision")
    section = Section("enter", _("The decision"), words, form=form, button=_("Enter it"))
    crumbs: list[tuple[str, Any]] = [(_("Your quality desk"), reverse("quality:desk")), (title, None)]
    return page(request, [section], crumbs=crumbs, title=title, here="quality")
