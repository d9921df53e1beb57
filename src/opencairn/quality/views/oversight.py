"""What comes after a decision, on the quality body's side: conditions, appeals, complaints, mandates, calls."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opencairn.kit.errors import Forbidden
from opencairn.people.access import demand, may, person_of
from opencairn.people.limits import allow
from opencairn.people.models import Organisation, Person
from opencairn.quality import actions, queries
from opencairn.quality.forms import (
    CallForm,
    ComplaintForm,
    ConditionForm,
    EndForm,
    ExtendForm,
    MandateForm,
    MeetForm,
    ReplyForm,
    VerdictForm,
)

from .pieces import Section, done, page, posted

COMPLAINTS_A_MINUTE = 3


def _crumbs(last: str) -> list[tuple[str, str | None]]:
    return [(_("Your quality desk"), reverse("quality:desk")), (last, None)]


@login_required
@require_http_methods(["GET", "POST"])
def condition(request: HttpRequest, condition_id: int) -> HttpResponse:
    """One condition: what the provider reports; the body accepts it as met, or gives more time."""
    person = person_of(request)
    found = queries.access_condition(person, condition_id, to="decision.sanction")
    act = request.POST.get("act")
    meet = MeetForm(request.POST if act == "meet" else None, initial={"on": now().date()})
    extend = ExtendForm(request.POST if act == "extend" else None)

    def met(on: date) -> None:
        actions.meet_condition(found, on=on, by=person, at=now())

    def extended(months: int) -> None:
        actions.extend_condition(found, months=months, by=person, at=now())

    for form, do in ((meet, met), (extend, extended)):
        said = _("It stands in the public register.")
        if form.is_bound and (answer := done(request, form, do, said, "quality:desk")):
            return answer
    told = [
        (_("Decision"), found.decision.number),
        (_("Provider"), found.decision.provider.name),
        (_("What has to be mended"), found.text),
        (_("To be met by"), date_format(found.due_on)),
        (_("The provider reports"), found.report or _("Nothing yet")),
    ]
    sections = [Section("what", _("The condition"), facts=told)]
    if found.met_on is None:
        words = _("Accepted in time, nothing happens. Accepted late, the suspension ends on that day.")
        sections.append(Section("meet", _("It is met"), words, form=meet, action="meet", button=_("Accept")))
        if found.extensions_left:
            more = _("Give more time")
            sections.append(Section("extend", more, form=extend, action="extend", button=more, second=True))
    return page(request, sections, crumbs=_crumbs(_("Condition")), title=_("A condition"), here="quality")


@login_required
@require_http_methods(["GET", "POST"])
def set_condition(request: HttpRequest, number: str) -> HttpResponse:
    """A quality body adds a condition of its own to an accreditation."""
    person = person_of(request)
    decision = queries.access_decision(person, number, to="decision.sanction")
    form = ConditionForm(posted(request))

    def act(**given: Any) -> None:
        actions.set_condition(decision, **given, by=person, at=now())

    said = _("It stands in the public register.")
    if form.is_bound and (answer := done(request, form, act, said, "quality:decision", number)):
        return answer
    title = _("Set a condition for decision %(number)s") % {"number": number}
    section = Section("set", title, form=form, button=_("Set the condition"))
    return page(request, [section], crumbs=_crumbs(number), title=title, here="quality")


@login_required
@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, appeal_id: UUID) -> HttpResponse:
    """A quality body decides an appeal."""
    person = person_of(request)
    found = queries.access_appeal(person, appeal_id, to="review.decide")
    form = VerdictForm(posted(request))

    def act(*, upheld: bool, reasons: str) -> None:
        actions.decide_appeal(found, upheld=upheld, reasons=reasons, by=person, at=now())

    if form.is_bound and (answer := done(request, form, act, _("The appeal was decided."), "quality:desk")):
        return answer
    told = [
        (_("Decision"), found.decision.number),
        (_("Provider"), found.decision.provider.name),
        (_("Lodged on"), date_format(found.lodged_at)),
        (_("Grounds"), found.grounds),
        (_("Stays the effect"), _("Yes, while it is open") if found.stays_from else _("No")),
    ]
    sections = [
        Section("what", _("The appeal"), facts=told),
        Section("decide", _("Decide it"), form=None if found.outcome else form, button=_("Decide")),
    ]
    return page(request, sections, crumbs=_crumbs(_("Appeal")), title=_("An appeal"), here="quality")


@require_http_methods(["GET", "POST"])
def complain(request: HttpRequest, number: str) -> HttpResponse:
    """Anyone writes to a quality body about an organisation it judged."""
    decision = queries.public_decision(number)
    form = ComplaintForm(posted(request))
    person = request.user if isinstance(request.user, Person) else None
    if form.is_bound:
        allow(request, "complaint", per_minute=COMPLAINTS_A_MINUTE)

    def act(**given: Any) -> None:
        actions.complain(decision, **given, person=person, at=now())

    said = _("%(body)s has your complaint, and looks into it.") % {"body": decision.quality_body.name}
    if form.is_bound and (answer := done(request, form, act, said, "quality:decision", number)):
        return answer
    words = _(
        "Write to %(body)s about %(provider)s. Only %(body)s reads it. It does not decide quarrels about money or "
        "marks; it looks at whether its standards are kept."
    ) % {"body": decision.quality_body.name, "provider": decision.provider.name}
    section = Section("complain", _("Your complaint"), words, form=form, button=_("Send the complaint"))
    crumbs = [(_("Register"), reverse("quality:register")), (number, reverse("quality:decision", args=[number]))]
    return page(request, [section], crumbs=crumbs, title=_("Complain"), here="quality")


@login_required
@require_http_methods(["GET", "POST"])
def complaint(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """A quality body reads a complaint and answers it."""
    person = person_of(request)
    found = queries.access_complaint(person, complaint_id, to="complaint.see")
    form = ReplyForm(posted(request))

    def act(**given: str) -> None:
        actions.answer_complaint(found, **given, by=person, at=now())

    if form.is_bound and (answer := done(request, form, act, _("The complaint was answered."), "quality:desk")):
        return answer
    told = [
        (_("About"), found.about.name),
        (_("Received on"), date_format(found.received_at)),
        (_("From"), found.name or _("Nobody gave a name")),
        (_("E-mail address"), found.email or _("None given")),
        (_("Confidential"), _("Yes: the provider does not learn who wrote") if found.confidential else _("No")),
        (_("What happened"), found.text),
    ]
    sections = [
        Section("what", _("The complaint"), facts=told),
        Section("reply", _("Answer it"), form=None if found.closed_at else form, button=_("Close with this answer")),
    ]
    return page(request, sections, crumbs=_crumbs(_("Complaint")), title=_("A complaint"), here="quality")


@login_required
@require_http_methods(["GET", "POST"])
def mandates(request: HttpRequest) -> HttpResponse:
    """Who may judge: mandates that one's quality bodies hold and give, and the top of the chain for the operator."""
    person = person_of(request)
    bodies = list(queries.bodies_of(person))
    founder = may(person, "mandate.found")
    if not bodies and not founder:
        raise Forbidden(_("This page is for quality bodies and for the operator of the site."))
    granters = Organisation.objects.filter(pk__in=[each.pk for each in bodies if may(person, "mandate.grant", each)])
    form = MandateForm(posted(request), granters=granters, at_the_top=founder)

    def act(**given: Any) -> None:
        if given["granted_by"] is None:
            demand(person, "mandate.found")
        actions.grant_mandate(**given, by=person, at=now())

    if form.is_bound and (answer := done(request, form, act, _("The mandate was given."), "quality:mandates")):
        return answer
    facts = {
        "mandates": queries.mandates_of(bodies) if bodies else queries.mandates_at_the_top(),
        "form": form if granters or founder else None,
        "crumbs": _crumbs(_("Mandates")),
        "today": now().date(),
    }
    return render(request, "quality/mandates.html", facts, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def end_mandate(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Whoever gave a mandate ends it."""
    person = person_of(request)
    found = queries.access_mandate(person, mandate_id)
    form = EndForm(posted(request), initial={"on": now().date()})

    def act(on: date, reasons: str) -> None:
        actions.end_mandate(found, on=on, reasons=reasons, by=person, at=now())

    if form.is_bound and (answer := done(request, form, act, _("The mandate ends."), "quality:mandates")):
        return answer
    words = _("What was decided under it stays. Nothing new can be decided by those below it.")
    section = Section("end", found.held_by, words, form=form, button=_("End the mandate"))
    return page(request, [section], crumbs=_crumbs(_("Mandates")), title=_("End a mandate"), here="quality")


@login_required
@require_http_methods(["GET", "POST"])
def calls(request: HttpRequest) -> HttpResponse:
    """The calls of a quality body for awards with a jury, and a new one."""
    person = person_of(request)
    bodies = list(queries.bodies_of(person))
    mine = Organisation.objects.filter(pk__in=[each.pk for each in bodies if may(person, "review.assign", each)])
    if not mine:
        raise Forbidden(_("This page is for quality bodies."))
    form = CallForm(posted(request), bodies=mine)

    def act(quality_body: Organisation, **given: Any) -> None:
        actions.open_call(quality_body, **given, by=person, at=now())

    if form.is_bound and (answer := done(request, form, act, _("The call is open."), "quality:calls")):
        return answer
    told = [
        (f"{each.title}", f"{date_format(each.opens_on)} – {date_format(each.closes_on)}")
        for each in queries.calls_of(bodies)
    ]
    sections = [
        Section("calls", _("Your calls"), facts=told) if told else Section("calls", _("Your calls"), _("None yet.")),
        Section("new", _("A new call"), form=form, button=_("Announce the call")),
    ]
    return page(request, sections, crumbs=_crumbs(_("Calls")), title=_("Calls for an award"), here="quality")
