"""Every write of the quality room. A decision is never edited: what comes later is a sanction or another decision."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opencairn.engine.canonical.jcs import canonical_json, fingerprint
from opencairn.kit.errors import Refused
from opencairn.kit.text import pick
from opencairn.people.models import Membership, Organisation, Person
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.queries import gaps_of
from opencairn.quality import rules
from opencairn.quality.frameworks import framework as framework_of
from opencairn.quality.models import Decision, Finding, Review, Sanction
from opencairn.quality.queries import outcomes_found, regulatory_frameworks, reviews_drafts
from opencairn.transparency import actions as log

NUMBER_TRIES = 40
LONGEST_SCOPE = 600  # bytes, in an entry of the transparency log


class CannotBeReviewed(Refused):
    """This programme, quality body or framework does not allow an application."""


class AlreadyApplied(Refused):
    """There is an open review of the same version by the same body under the same framework."""


@transaction.atomic
def request_review(
    version: ProgrammeVersion,
    *,
    quality_body: Organisation,
    framework: str,
    statement: str,
    by: Person | None,
    at: datetime,
) -> Review:
    """Apply to a quality body for the accreditation of a published micro-credential version.

    A complete draft can be judged where publishing waits for a decision under this framework.
    """
    if version.programme.withdrawn_at is not None:
        raise CannotBeReviewed(_("This course was withdrawn. A withdrawn course cannot be reviewed."))
    if not quality_body.is_quality_body or quality_body.verified_at is None or quality_body.closed_at is not None:
        raise CannotBeReviewed(
            _("%(name)s does not review courses here. Choose another quality body.") % {"name": quality_body.name}
        )
    if quality_body.pk in {version.programme.provider_id, version.awarding_body_id}:
        raise CannotBeReviewed(_("An organisation cannot accredit its own courses. Choose another quality body."))
    try:
        under = framework_of(framework)
    except KeyError:
        raise CannotBeReviewed(_("There is no quality framework of that name. Choose one from the list.")) from None
    if under not in regulatory_frameworks():
        raise CannotBeReviewed(_("This framework is not one for accrediting courses. Choose another from the list."))
    _must_be_ready(version, under)
    try:
        with transaction.atomic():
            return Review.objects.create(
                applicant=version.programme.provider,
                version=version,
                quality_body=quality_body,
                framework=under.key,
                framework_version=under.version,
                statement=statement.strip(),
                requested_by=by,
                requested_at=at,
            )
    except IntegrityError:
        raise AlreadyApplied(
            _("%(name)s already has an open application for this version. Wait for its decision.")
            % {"name": quality_body.name}
        ) from None


def _must_be_ready(version: ProgrammeVersion, under: rules.Framework) -> None:
    if version.published_as == "micro-credential":
        return
    if not reviews_drafts(under) or version.published_at is not None:
        raise CannotBeReviewed(
            _("Publish the course as a micro-credential first: a quality body reviews what is public.")
        )
    if gaps_of(version):
        raise CannotBeReviewed(_("The description is not complete yet. Fill its gaps first, then apply."))


class ConflictOfInterest(Refused):
    """Nobody judges the work of an organisation they belong to."""

    status = 403


def _must_be_impartial(person: Person | None, *concerned: Organisation | None) -> None:
    """Refuse a member of the provider, or of the awarding body of the version reviewed."""
    own = Membership.objects.filter(person=person, organisation__in=[one for one in concerned if one])
    if person is not None and (found := own.select_related("organisation").first()):
        raise ConflictOfInterest(
            _("You are a member of %(name)s, so you cannot judge its courses. Ask a colleague to do it.")
            % {"name": found.organisation.name}
        )


class ReviewClosed(Refused):
    """The review has its decision."""


def _open(review: Review) -> Review:
    """Return the review, locked until the end of the transaction, so that nothing is found while it is decided."""
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.closed_at is not None:
        raise ReviewClosed(_("This review was decided, so its findings stand. A new application opens a new review."))
    return review


class WrongFinding(Refused):
    """A finding needs a criterion and an outcome of the framework, and reasons."""

    status = 422


@transaction.atomic
def record_finding(
    review: Review, *, criterion: str, outcome: str, reasons: str, evidence: str = "", by: Person | None, at: datetime
) -> Finding:
    """Write what was found for one criterion. It can be written again until the review is decided."""
    review = _open(review)
    _must_be_impartial(by, review.version.programme.provider, review.version.awarding_body)
    framework = framework_of(review.framework, review.framework_version)
    asked = framework.criterion(criterion)
    if asked is None:
        raise WrongFinding(_("The framework has no criterion of that name."))
    if outcome not in {grade.key for grade in framework.grades_for(asked)}:
        raise WrongFinding(_("Choose one of the outcomes in the list. A mandatory criterion always applies."))
    if not reasons.strip():
        raise WrongFinding(_("Give the reasons for this finding: they are published with the decision."))
    if review.reviewer_id is None and by is not None:
        review.reviewer = by
        review.save(update_fields=["reviewer"])
    facts = {"outcome": outcome, "reasons": reasons.strip(), "evidence": evidence.strip()}
    return Finding.objects.update_or_create(
        review=review, criterion=criterion, defaults={**facts, "found_by": by, "found_at": at}
    )[0]


class CriteriaOpen(Refused):
    """The review still has criteria without a finding."""


class CriteriaNotMet(Refused):
    """The findings do not allow an accreditation."""


class WrongDecision(Refused):
    """A decision needs a verdict, reasons and, where it accredits, dates and a scope that make sense."""

    status = 422


@transaction.atomic
def decide(
    review: Review,
    *,
    verdict: str,
    reasons: str,
    first_on: date | None = None,
    last_on: date | None = None,
    scope: Mapping[str, Any] | None = None,
    by: Person | None,
    at: datetime,
) -> Decision:
    """Close a review with a dated, numbered decision, which the public register shows from then on.

    Without a ``scope`` it covers the level and the broad field that were reviewed; ``{}`` covers any.
    """
    review = _open(review)
    provider = review.version.programme.provider
    _must_be_impartial(by, provider, review.version.awarding_body)
    framework = framework_of(review.framework, review.framework_version)
    findings = outcomes_found(review)
    if missing := rules.unanswered(framework, findings):
        raise CriteriaOpen(
            _("Every criterion needs a finding before you can decide. These have none yet:"),
            details=_titles(framework, missing),
        )
    if verdict not in ("accredited", "refused"):
        raise WrongDecision(_("Choose whether you accredit or refuse."))
    if not reasons.strip():
        raise WrongDecision(_("Give the reasons: they are published with the decision."))
    facts: dict[str, Any] = {"verdict": verdict, "reasons": reasons.strip(), "decided_by": by, "decided_at": at}
    if verdict == "accredited":
        if not rules.criteria_met(framework, findings):
            raise CriteriaNotMet(
                _("The findings do not allow an accreditation. These criteria stand in the way:"),
                details=_titles(framework, rules.in_the_way(framework, findings)),
            )
        applied_on = review.requested_at.date()
        covered = rules.reviewed_scope(review.version.eqf_level, review.version.field_code) if scope is None else scope
        facts |= _terms(first_on, last_on, covered, months=framework.validity_months, applied_on=applied_on)
    decision = _number_and_create(
        review=review,
        quality_body=review.quality_body,
        provider=provider,
        programme=review.version.programme,
        framework=review.framework,
        framework_version=review.framework_version,
        **facts,
    )
    review.closed_at = at
    review.save(update_fields=["closed_at"])
    log.append("decision", about=decision.number, facts=_public_facts(decision, review.version.number), at=at)
    return decision


def _public_facts(decision: Decision, version: int) -> dict[str, Any]:
    """Return what the transparency log says of a decision. Reasons are words of people, so they stay out.

    A scope of very many words is named by its fingerprint: an entry of the log is short.
    """
    scope = decision.scope
    if len(canonical_json(scope)) > LONGEST_SCOPE:
        scope = {"sha256": fingerprint(scope)}
    return {
        "number": decision.number,
        "quality_body": decision.quality_body.slug,
        "provider": decision.provider.slug,
        "programme": decision.programme.slug,
        "version": version,
        "framework": decision.framework,
        "framework_version": decision.framework_version,
        "verdict": decision.verdict,
        "scope": scope,
        "first_on": decision.first_on and decision.first_on.isoformat(),
        "last_on": decision.last_on and decision.last_on.isoformat(),
    }


def _titles(framework: rules.Framework, keys: tuple[str, ...]) -> tuple[str, ...]:
    wanted = (get_language() or "en", "en")
    return tuple(pick(each.title, wanted)[1] for each in framework.questions if each.key in keys)


def _terms(
    first_on: date | None, last_on: date | None, scope: Mapping[str, Any], *, months: int, applied_on: date
) -> dict[str, Any]:
    """Return dates and scope of an accreditation, checked."""
    if first_on is None or last_on is None or last_on < first_on:
        raise WrongDecision(_("Give a first and a last day; the last day cannot come before the first."))
    if first_on < applied_on:
        raise WrongDecision(
            _("An accreditation cannot begin before the application of %(day)s. Choose that day or a later one.")
            % {"day": date_format(applied_on)}
        )
    longest = rules.last_possible_day(first_on, months=months)
    if last_on > longest:
        raise WrongDecision(
            _("The framework allows %(years)d years at most. The last day can be %(day)s or earlier.")
            % {"years": months // 12, "day": date_format(longest)}
            if months % 12 == 0
            else _("The framework allows %(months)d months at most. The last day can be %(day)s or earlier.")
            % {"months": months, "day": date_format(longest)}
        )
    scope = {key: values for key, values in scope.items() if values}
    if next(rules.scope_faults(scope), None) is not None:
        raise WrongDecision(
            _("The scope can name EQF levels from 1 to 8, field codes of two to four digits, and credential types.")
        )
    return {"first_on": first_on, "last_on": last_on, "scope": scope}


def _number_and_create(**facts: Any) -> Decision:
    """Create the decision under its year's next number; the unique index settles a race, and the loser tries again."""
    year = facts["decided_at"].year
    for _try in range(NUMBER_TRIES):
        taken = Decision.objects.filter(number__startswith=f"{year}-").values_list("number", flat=True)
        try:
            with transaction.atomic():
                return Decision.objects.create(number=rules.next_number(year, taken), **facts)
        except IntegrityError:
            continue
    raise Refused(_("Many decisions are being taken at this moment. Nothing was saved: try again."))


class WrongSanction(Refused):
    """A sanction needs reasons and a day within the life of an accreditation, and may not overlap another."""

    status = 422


def _sanctionable(
    decision: Decision, *, from_on: date, reasons: str, by: Person | None, at: datetime
) -> list[Sanction]:
    """Check what every sanction needs, and return those there are, the decision locked."""
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    _must_be_impartial(by, decision.provider)
    if decision.first_on is None or decision.last_on is None:
        raise WrongSanction(_("This decision accredited nothing, so there is nothing to suspend or withdraw."))
    if not reasons.strip():
        raise WrongSanction(_("Give the reasons: they are published at once."))
    if not decision.first_on <= from_on <= decision.last_on:
        raise WrongSanction(
            _("The accreditation runs from %(first)s to %(last)s. Choose a day within it.")
            % {"first": date_format(decision.first_on), "last": date_format(decision.last_on)}
        )
    _not_in_the_past(from_on, at)
    sanctions = list(Sanction.objects.filter(decision=decision))
    if any(each.kind == "withdrawal" for each in sanctions):
        raise WrongSanction(_("This accreditation was withdrawn, which is final. A new application can be made."))
    return sanctions


def _not_in_the_past(day: date, at: datetime) -> None:
    """What the register said of a day stays: nobody who relied on it can be proved wrong afterwards."""
    if day < at.date():
        raise WrongSanction(_("That day is past, and what the register said of it stays. Choose today or a later day."))


@transaction.atomic
def suspend(decision: Decision, *, from_on: date, reasons: str, by: Person | None, at: datetime) -> Sanction:
    """Suspend an accreditation from a day on, until it is lifted. Awards of the days before keep their standing."""
    earlier = _sanctionable(decision, from_on=from_on, reasons=reasons, by=by, at=at)
    if rules.overlaps(from_on, [(each.from_on, each.lifted_on) for each in earlier]):
        raise WrongSanction(_("Another suspension covers that day or a later one. Lift that one first."))
    return _sanction(decision, "suspension", from_on=from_on, reasons=reasons, by=by, at=at)


@transaction.atomic
def lift(sanction: Sanction, *, on: date, by: Person | None, at: datetime) -> Sanction:
    """Lift a suspension: from ``on`` the accreditation counts again. Lifted on its first day, it never took effect."""
    sanction = Sanction.objects.select_for_update().select_related("decision__provider").get(pk=sanction.pk)
    _must_be_impartial(by, sanction.decision.provider)
    if sanction.kind != "suspension":
        raise WrongSanction(_("A withdrawal is final and cannot be lifted."))
    if sanction.lifted_on is not None:
        raise WrongSanction(
            _("This suspension was lifted on %(day)s already.") % {"day": date_format(sanction.lifted_on)}
        )
    if on < sanction.from_on:
        raise WrongSanction(
            _("The suspension began on %(day)s. It can be lifted on that day or later.")
            % {"day": date_format(sanction.from_on)}
        )
    _not_in_the_past(on, at)
    sanction.lifted_on = on
    sanction.save(update_fields=["lifted_on"])
    _log_sanction(sanction, "lifting", at)
    return sanction


@transaction.atomic
def withdraw_decision(decision: Decision, *, from_on: date, reasons: str, by: Person | None, at: datetime) -> Sanction:
    """Withdraw an accreditation from a day on, for good."""
    _sanctionable(decision, from_on=from_on, reasons=reasons, by=by, at=at)
    return _sanction(decision, "withdrawal", from_on=from_on, reasons=reasons, by=by, at=at)


def _sanction(
    decision: Decision, kind: str, *, from_on: date, reasons: str, by: Person | None, at: datetime
) -> Sanction:
    made = Sanction.objects.create(
        decision=decision, kind=kind, from_on=from_on, reasons=reasons.strip(), decided_by=by, decided_at=at
    )
    _log_sanction(made, kind, at)
    return made


def _log_sanction(sanction: Sanction, act: str, at: datetime) -> None:
    number = sanction.decision.number
    facts = {"decision": number, "act": act, "from_on": sanction.from_on.isoformat()}
    if sanction.lifted_on:
        facts["lifted_on"] = sanction.lifted_on.isoformat()
    log.append("sanction", about=number, facts=facts, at=at)


@transaction.atomic
def erase_person(person: Person, *, at: datetime) -> None:
    """Take the person's name off reviews, findings, decisions and sanctions: these stay, as the body's own acts."""
    Review.objects.filter(requested_by=person).update(requested_by=None)
    Review.objects.filter(reviewer=person).update(reviewer=None)
    Finding.objects.filter(found_by=person).update(found_by=None)
    Decision.objects.filter(decided_by=person).update(decided_by=None)
    Sanction.objects.filter(decided_by=person).update(decided_by=None)
