"""The calendar of audits: put in with the decision, begun, and closed with findings and a result."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people.models import Person
from opencairn.quality import rules
from opencairn.quality.frameworks import framework as framework_of
from opencairn.quality.models import Audit, Condition, Decision, Review
from opencairn.quality.queries import found_before, outcomes_found
from opencairn.transparency import actions as log

from .impartial import must_be_free, must_be_impartial, must_have_mandate
from .recording import record_change


def schedule(decision: Decision, *, at: datetime) -> list[Audit]:
    """Put the audits that the framework asks for into the calendar, once, and return those that were missing.

    A window that has passed is left out: nobody missed what nobody was told of.
    """
    if decision.first_on is None or decision.last_on is None:
        return []
    try:
        under = framework_of(decision.framework, decision.framework_version)
    except KeyError:
        return []
    put = [
        Audit.objects.get_or_create(
            decision=decision,
            kind=each.kind,
            first_on=each.first_on,
            last_on=each.last_on,
            defaults={"missed": each.missed},
        )
        for each in rules.windows(under, decision.first_on, decision.last_on)
        if each.last_on >= at.date()
    ]
    return [audit for audit, new in put if new]


@transaction.atomic
def complete_calendar(decision: Decision, *, at: datetime) -> list[Audit]:
    """Put audits into the calendar of a decision that came without them, and say so in the log. Return the new ones."""
    added = schedule(decision, at=at)
    for each in added:
        facts = {"decision": decision.number, "act": "audit-due", "from_on": each.last_on.isoformat()}
        log.append("sanction", about=decision.number, facts=facts, at=at)
    if added:
        record_change(decision, "audit", at=at)
    return added


class WrongAudit(Refused):
    """An audit is held within the life of the accreditation, once, and recorded on its day or later."""

    status = 422


@transaction.atomic
def plan_audit(audit: Audit, *, on: date, at: datetime) -> Audit:
    """Plan the day of an audit, within its window or later."""
    audit = _waiting(audit)
    if on < audit.first_on:
        raise WrongAudit(
            _("The window opens on %(day)s. Choose that day or a later one.") % {"day": date_format(audit.first_on)}
        )
    audit.planned_on = on
    audit.save(update_fields=["planned_on"])
    return audit


def _waiting(audit: Audit) -> Audit:
    audit = (
        Audit.objects.select_for_update(of=("self",))
        .select_related("decision__quality_body", "decision__provider")
        .get(pk=audit.pk)
    )
    if audit.held_on is not None:
        raise WrongAudit(_("This audit was held on %(day)s already.") % {"day": date_format(audit.held_on)})
    return audit


@transaction.atomic
def begin_audit(audit: Audit, *, by: Person | None, at: datetime) -> Review:
    """Open the findings of an audit. Who begins it still has to be named as its assessor, and to make the statement."""
    audit = _waiting(audit)
    there = Review.objects.filter(audit=audit).first()
    if there:
        return there
    decision = audit.decision
    must_be_impartial(by, decision.provider)
    earlier = decision.review
    return Review.objects.create(
        applicant=decision.provider,
        object=decision.object,
        version=earlier.version if earlier else decision.programme.current if decision.programme else None,
        scheme=decision.scheme,
        quality_body=decision.quality_body,
        framework=decision.framework,
        framework_version=decision.framework_version,
        track=earlier.track if earlier else "",
        facts=earlier.facts if earlier else None,
        stage=audit.kind,
        audit=audit,
        requested_by=by,
        requested_at=at,
    )


@transaction.atomic
def close_audit(review: Review, *, held_on: date, reasons: str, by: Person | None, at: datetime) -> Audit:
    """Record the result of an audit, from its findings by the framework's rule, with the conditions that follow.

    What is recorded after the window counts from the day it is recorded, and so do the times for mending. A weakness
    that was left open at the audit before becomes what the framework says. Raises WrongAudit.
    """
    review = Review.objects.select_for_update(of=("self",)).select_related("audit__decision").get(pk=review.pk)
    if review.audit is None or review.closed_at is not None:
        raise WrongAudit(_("The findings of this audit are closed."))
    audit = _waiting(review.audit)
    under = framework_of(review.framework, review.framework_version)
    must_be_free(by, review)
    must_have_mandate(review.quality_body, under, held_on)
    if not audit.first_on <= held_on <= at.date():
        raise WrongAudit(
            _("The audit can have been held from %(first)s to today. Choose one of these days.")
            % {"first": date_format(audit.first_on)}
        )
    if audit.missed in rules.FOLLOWS and audit.last_on < at.date() != held_on:
        raise WrongAudit(_("What the register said of the days that passed stays. Choose today."))
    found = rules.carried_over(under, found_before(audit.decision, but=audit), outcomes_found(review))
    judged = rules.judge(under, found, facts=review.facts, at=audit.kind)
    if judged.verdict == "open":
        raise WrongAudit(_("Every criterion needs a finding before the audit can be closed."))
    if not reasons.strip():
        raise WrongAudit(_("Give the reasons for the result: they are published."))
    audit.held_on, audit.reasons, audit.recorded_by, audit.recorded_at = held_on, reasons.strip(), by, at
    audit.outcome = {"yes": "passed", "with-conditions": "conditions", "no": "failed"}[judged.verdict]
    audit.save(update_fields=["held_on", "outcome", "reasons", "recorded_by", "recorded_at"])
    review.closed_at = at
    review.save(update_fields=["closed_at"])
    facts = {
        "decision": audit.decision.number,
        "act": audit.kind,
        "held_on": held_on.isoformat(),
        "outcome": audit.outcome,
    }
    log.append("audit", about=audit.decision.number, facts=facts, at=at)
    impose(audit.decision, under, judged.conditions, audit=audit, at=at)
    record_change(audit.decision, "audit", at=at)
    return audit


def impose(
    decision: Decision,
    under: rules.Framework,
    conditions: Iterable[rules.Condition],
    *,
    audit: Audit | None = None,
    at: datetime,
) -> list[Condition]:
    """Write down what has to be mended, each with its last day from today on, by the framework's cures; and log it."""
    titles = {each.key: each.title["en"] for each in under.questions}
    imposed = [
        Condition.objects.create(
            decision=decision,
            audit=audit,
            criterion=each.criterion,
            text=titles[each.criterion],
            first_due_on=(due := rules.deadlines(each.cure, at.date())[0]),
            due_on=due,
            extensions_left=each.cure.extensions,
            imposed_at=at,
        )
        for each in conditions
    ]
    news = [
        log.News(
            "sanction",
            decision.number,
            {"decision": decision.number, "act": "condition", "from_on": each.due_on.isoformat()},
        )
        for each in imposed
    ]
    if news:
        log.append_all(news, at=at)
    return imposed
