"""Changes of what an accreditation covers: asked for by its provider, granted or denied by the quality body."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people.models import Person
from opencairn.quality import rules
from opencairn.quality.letters import tell_of_scope
from opencairn.quality.models import Amendment, Decision, ScopeRequest
from opencairn.quality.queries import counts_as, framework_of, not_ended_by_appeal, scope_on
from opencairn.transparency import actions as log

from .deciding import must_name_something
from .impartial import must_be_free, must_have_mandate
from .recording import record_change
from .sanctioning import sanctionable

SCOPE = "scope"  # the kind of a change that says anew what is covered


class WrongAmendment(Refused):
    """A change of scope says from when it counts and what is covered then, and that is something else than before."""

    status = 422


class CannotAsk(Refused):
    """There is no accreditation whose scope could change, or a request is open."""


def _must_be_a_change(decision: Decision, scope: Mapping[str, Any], day: date) -> None:
    """Refuse a scope that names nothing there is, or what is covered on the day already."""
    if next(rules.scope_faults(scope), None) is not None:
        raise WrongAmendment(
            _("This scope names something that does not exist, or nothing. Leave out what is not narrowed.")
        )
    must_name_something(scope, decision.provider)
    if decision.object != "provider" and scope.get("programmes"):
        raise WrongAmendment(_("This decision is about one course, so its scope cannot name courses."))
    if rules.scope_change(scope_on(decision, day), scope) == "same":
        raise WrongAmendment(
            _("On %(day)s it covers exactly this already. Say what should change.") % {"day": date_format(day)}
        )


@transaction.atomic
def ask_for_scope(
    decision: Decision, *, scope: Mapping[str, Any], grounds: str, by: Person | None, at: datetime
) -> ScopeRequest:
    """Ask the quality body to change what an accreditation covers. ``{}`` asks for no limit at all."""
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    day = at.date()
    if decision.object == "scheme" or counts_as(decision) != "accreditation":
        raise CannotAsk(_("Only the accreditation of a provider or a course has a scope that can change."))
    if decision.last_on is None or decision.last_on < day:
        raise CannotAsk(_("This decision accredits nothing any more, so ask for a new accreditation instead."))
    if not_ended_by_appeal(decision).filter(kind="withdrawal").exists():
        raise CannotAsk(_("This accreditation was withdrawn, which is final. A new application can be made."))
    if not grounds.strip():
        raise WrongAmendment(_("Say why: your quality body has to judge it."))
    _must_be_a_change(decision, scope, day)
    try:
        with transaction.atomic():
            made = ScopeRequest.objects.create(
                decision=decision, scope=dict(scope), grounds=grounds.strip(), asked_by=by, asked_at=at
            )
    except IntegrityError:
        raise CannotAsk(_("A change of scope was asked for already. Wait for the answer, or take it back.")) from None
    tell_of_scope(made)
    return made


def must_wait(request: ScopeRequest) -> ScopeRequest:
    """Return a request that waits for its answer. Raises CannotAsk for one that was answered or taken back."""
    if request.amendment_id is not None or request.taken_back_at is not None:
        raise CannotAsk(_("This request was answered or taken back, so it stays as it is."))
    return request


def _open(request: ScopeRequest) -> ScopeRequest:
    rows = ScopeRequest.objects.select_for_update(of=("self",)).select_related("decision__provider")
    return must_wait(rows.get(pk=request.pk))


@transaction.atomic
def take_back_scope_request(request: ScopeRequest, *, at: datetime) -> ScopeRequest:
    """Take a request back before it is answered. It stays on record as taken back."""
    request = _open(request)
    request.taken_back_at = at
    request.save(update_fields=["taken_back_at"])
    return request


@transaction.atomic
def answer_scope_request(
    request: ScopeRequest,
    *,
    granted: bool,
    scope: Mapping[str, Any] | None = None,
    from_on: date,
    reasons: str,
    by: Person | None,
    at: datetime,
) -> Amendment:
    """Grant or deny what a provider asked for. ``scope`` is what the body grants instead of what was asked for."""
    request = _open(request)
    given = scope if granted and scope is not None else request.scope
    made = amend(request.decision, SCOPE, granted=granted, from_on=from_on, scope=given, reasons=reasons, by=by, at=at)
    request.amendment = made
    request.save(update_fields=["amendment"])
    tell_of_scope(request)
    return made


@transaction.atomic
def amend(
    decision: Decision,
    kind: str,
    *,
    granted: bool,
    from_on: date,
    scope: Mapping[str, Any] | None = None,
    reasons: str,
    by: Person | None,
    at: datetime,
) -> Amendment:
    """Grant or deny a change of what an accreditation covers: a place, a way of teaching, a programme, an owner.

    A granted ``scope`` takes the place of the whole scope from a day on; None leaves it as it is. A denial changes
    nothing, so it is of today, and may come after the accreditation was withdrawn or ended.
    """
    if granted:
        sanctionable(decision, from_on=from_on, reasons=reasons, by=by, at=at)
    else:
        must_be_free(by, decision)
        from_on = at.date()
        if not reasons.strip():
            raise WrongAmendment(_("Give the reasons: they are published at once."))
    if granted and scope is not None:
        _must_be_a_change(decision, scope, from_on)
        if under := framework_of(decision):
            must_have_mandate(decision.quality_body, under, at.date())
    made = Amendment.objects.create(
        decision=decision,
        kind=kind,
        granted=granted,
        from_on=from_on,
        scope=None if scope is None else dict(scope),
        reasons=reasons.strip(),
        decided_by=by,
        decided_at=at,
    )
    act = f"change-{'granted' if granted else 'denied'}"
    log.append(
        "sanction",
        about=decision.number,
        facts={"decision": decision.number, "act": act, "from_on": from_on.isoformat()},
        at=at,
    )
    record_change(decision, "amendment", at=at)
    return made
