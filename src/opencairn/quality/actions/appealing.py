"""Appeals: lodged by the provider, perhaps staying the effect, decided by somebody else than before."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people.models import Person
from opencairn.quality.frameworks import framework as framework_of
from opencairn.quality.models import STOPS, Appeal, Assignment, Decision, Finding, Review, Sanction
from opencairn.transparency import actions as log

from .impartial import must_be_free
from .recording import record_change


class CannotAppeal(Refused):
    """There is nothing to appeal against, it is too late, or an appeal is open."""


@transaction.atomic
def lodge_appeal(
    decision: Decision, *, sanction: Sanction | None = None, grounds: str, by: Person | None, at: datetime
) -> Appeal:
    """Appeal against a refusal, or against a suspension or withdrawal, within the days that the framework gives."""
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if sanction is None and decision.verdict != "refused":
        raise CannotAppeal(_("This decision accredited. An appeal is made against a refusal or a sanction."))
    if sanction is not None and (sanction.decision_id != decision.pk or sanction.kind not in STOPS):
        raise CannotAppeal(_("Choose the suspension or the withdrawal that you appeal against."))
    if not grounds.strip():
        raise CannotAppeal(_("Give your grounds: whoever decides has to know them."))
    rule = framework_of(decision.framework, decision.framework_version).appeal
    since = (sanction or decision).decided_at.date()
    last = since + timedelta(days=rule.days)
    if not rule.days or at.date() > last:
        raise CannotAppeal(
            _("An appeal could be made until %(day)s.") % {"day": date_format(last)}
            if rule.days
            else _("This framework has no appeals.")
        )
    what = sanction.kind if sanction else "refusal"
    stays = at.date() if what in rule.stays else None
    try:
        with transaction.atomic():
            made = Appeal.objects.create(
                decision=decision,
                sanction=sanction,
                grounds=grounds.strip(),
                stays_from=stays,
                lodged_by=by,
                lodged_at=at,
            )
    except IntegrityError:
        raise CannotAppeal(_("An appeal is open already. Wait for its decision.")) from None
    _log(made, "appeal", at)
    return made


class WrongAppeal(Refused):
    """An appeal is decided once, with reasons, by somebody who did not decide before."""

    status = 422


@transaction.atomic
def decide_appeal(appeal: Appeal, *, upheld: bool, reasons: str, by: Person | None, at: datetime) -> Appeal:
    """Decide an appeal. Upheld, a sanction ends today; a refusal is judged again, with the findings there are."""
    appeal = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("decision__review", "decision__provider", "sanction")
        .get(pk=appeal.pk)
    )
    if appeal.outcome:
        raise WrongAppeal(_("This appeal was decided."))
    must_be_free(by, appeal.decision)
    before = (appeal.sanction or appeal.decision).decided_by_id
    if by is not None and before == by.pk:
        raise WrongAppeal(_("You took the decision that is appealed against. Somebody else has to judge the appeal."))
    if not reasons.strip():
        raise WrongAppeal(_("Give the reasons: they are published."))
    appeal.outcome, appeal.reasons = "upheld" if upheld else "rejected", reasons.strip()
    appeal.decided_on, appeal.decided_by, appeal.decided_at = at.date(), by, at
    appeal.save(update_fields=["outcome", "reasons", "decided_on", "decided_by", "decided_at"])
    if upheld and appeal.sanction is None and appeal.decision.review:
        _judge_again(appeal.decision.review, at)
    _log(appeal, f"appeal-{appeal.outcome}", at)
    return appeal


def _judge_again(review: Review, at: datetime) -> Review:
    """Open the review once more under the same version of the framework, with its findings and its assessors."""
    found = list(Finding.objects.filter(review=review))
    again = Review.objects.get(pk=review.pk)
    again.pk, again.closed_at, again.requested_at, again.reviewer = None, None, at, None
    again._state.adding = True  # noqa: SLF001 - Django's documented way to copy a row
    again.save(force_insert=True)
    named = list(Assignment.objects.filter(review=review))
    copies: tuple[Finding | Assignment, ...] = (*found, *named)
    for each in copies:
        each.pk, each.review = None, again
        each._state.adding = True  # noqa: SLF001 - as above
        each.save(force_insert=True)
    return again


def _log(appeal: Appeal, act: str, at: datetime) -> None:
    number = appeal.decision.number
    facts = {"decision": number, "act": act, "from_on": (appeal.decided_on or at.date()).isoformat()}
    log.append("sanction", about=number, facts=facts, at=at)
    record_change(appeal.decision, "appeal", at=at)
