"""Findings and decisions. A decision is never edited: what comes later is a sanction or another decision."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from opencairn.engine.canonical.jcs import canonical_json, fingerprint
from opencairn.kit.errors import Refused
from opencairn.kit.locales import is_country
from opencairn.kit.text import pick
from opencairn.people.models import Organisation, Person
from opencairn.programmes import vocabulary
from opencairn.programmes.models import Programme
from opencairn.quality import rules
from opencairn.quality.frameworks import framework as framework_of
from opencairn.quality.models import Assignment, Decision, Finding, Review, Score
from opencairn.quality.queries import found_before, outcomes_found, scores_of
from opencairn.transparency import actions as log

from .auditing import impose, schedule
from .impartial import must_be_free, must_be_impartial, must_have_declared, must_have_mandate
from .recording import record_change

NUMBER_TRIES = 40
LONGEST_SCOPE = 600  # bytes, in an entry of the transparency log


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
    review, framework = _judging(review, by, at)
    if framework.assessor.kind == "jury":
        raise WrongFinding(_("Under this framework each member of the jury gives points of their own."))
    _must_fit(framework, criterion, outcome, reasons)
    if review.reviewer_id is None and by is not None:
        review.reviewer = by
        review.save(update_fields=["reviewer"])
    facts = {"outcome": outcome, "reasons": reasons.strip(), "evidence": evidence.strip()}
    return Finding.objects.update_or_create(
        review=review, criterion=criterion, defaults={**facts, "found_by": by, "found_at": at}
    )[0]


@transaction.atomic
def score(review: Review, *, criterion: str, outcome: str, reasons: str, by: Person, at: datetime) -> Score:
    """Give the points of one member of a jury on one criterion. They can be given again until the decision."""
    review, framework = _judging(review, by, at)
    if framework.assessor.kind != "jury":
        raise WrongFinding(_("This framework has no jury: write a finding instead."))
    _must_fit(framework, criterion, outcome, reasons)
    facts = {"outcome": outcome, "reasons": reasons.strip(), "scored_at": at}
    return Score.objects.update_or_create(review=review, criterion=criterion, juror=by, defaults=facts)[0]


def _judging(review: Review, by: Person | None, at: datetime) -> tuple[Review, rules.Framework]:
    """Return an open review, locked, with its framework, for somebody who may judge it today."""
    review = _open(review)
    must_be_impartial(by, review.applicant, review.version.awarding_body if review.version else None)
    must_have_declared(review, by)
    framework = framework_of(review.framework, review.framework_version)
    must_have_mandate(by, framework, at.date())
    return review, framework


def _must_fit(framework: rules.Framework, criterion: str, outcome: str, reasons: str) -> None:
    asked = framework.criterion(criterion)
    if asked is None:
        raise WrongFinding(_("The framework has no criterion of that name."))
    if outcome not in {grade.key for grade in framework.grades_for(asked)}:
        raise WrongFinding(_("Choose one of the outcomes in the list. A mandatory criterion always applies."))
    if not reasons.strip():
        raise WrongFinding(_("Give the reasons for this finding: they are published with the decision."))


class CriteriaOpen(Refused):
    """The review still has criteria without a finding."""


class CriteriaNotMet(Refused):
    """The findings do not allow an accreditation."""


class WrongDecision(Refused):
    """A decision needs a verdict, reasons and, where it accredits, dates and a scope that make sense."""

    status = 422


class TooFewAssessors(Refused):
    """The framework asks for more people who judge together, each without a conflict of interest."""


def _must_be_enough(review: Review, framework: rules.Framework) -> None:
    """Refuse where fewer judged than the framework asks for. Of a jury, only those who finished count anyway."""
    free, least = Assignment.objects.filter(review=review, conflict=False).count(), framework.assessor.least
    if rules.assessors_missing(framework, free):
        raise TooFewAssessors(
            ngettext("At least %(number)d person judges.", "At least %(number)d people judge together.", least)
            % {"number": least},
            details=(
                _("%(number)d of them were named and have said that they are independent. Name the others first.")
                % {"number": free},
            ),
        )


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
    if review.audit_id is not None:
        raise WrongDecision(_("These are the findings of an audit: close it with its result."))
    must_be_free(by, review)
    framework = framework_of(review.framework, review.framework_version)
    must_have_mandate(review.quality_body, framework, at.date())
    _must_be_enough(review, framework)
    judged = rules.judge(framework, _findings(review, framework, at), facts=review.facts, at=review.stage)
    if judged.unanswered:
        raise CriteriaOpen(
            _("Every criterion needs a finding before you can decide. These have none yet:"),
            details=_titles(framework, judged.unanswered),
        )
    if verdict not in ("accredited", "refused"):
        raise WrongDecision(_("Choose whether you accredit or refuse."))
    if not reasons.strip():
        raise WrongDecision(_("Give the reasons: they are published with the decision."))
    facts: dict[str, Any] = {"verdict": verdict, "reasons": reasons.strip(), "decided_by": by, "decided_at": at}
    if verdict == "accredited":
        if judged.in_the_way:
            raise CriteriaNotMet(
                _("The findings do not allow an accreditation. These criteria stand in the way:"),
                details=_titles(framework, judged.in_the_way),
            )
        covered = _reviewed(review) if scope is None else scope
        must_name_something(covered, review.applicant)
        facts |= _terms(
            first_on, last_on, covered, months=framework.validity_months, applied_on=review.requested_at.date()
        )
    return _close(review, framework, judged, facts, at)


def _reviewed(review: Review) -> dict[str, Any]:
    version = review.version
    return rules.reviewed_scope(version.eqf_level, version.field_code) if version else {}


def _findings(review: Review, framework: rules.Framework, at: datetime) -> dict[str, str]:
    """The outcomes to judge: those of the jury's middle, where one judges; of a renewal, with what was left open."""
    found = outcomes_found(review)
    if framework.assessor.kind == "jury":
        found = rules.jury_findings(framework, scores_of(review))
        for criterion, outcome in found.items():
            given = Score.objects.filter(review=review, criterion=criterion).order_by("pk")
            told = "\n\n".join(each.reasons for each in given)
            Finding.objects.update_or_create(
                review=review, criterion=criterion, defaults={"outcome": outcome, "reasons": told, "found_at": at}
            )
    return rules.carried_over(framework, found_before(review.renews), found) if review.renews else found


def _close(
    review: Review, framework: rules.Framework, judged: rules.Judgement, facts: dict[str, Any], at: datetime
) -> Decision:
    """Write the decision, its conditions and its audits, close the review, and tell the log."""
    version = review.version
    decision = number_and_create(
        review=review,
        quality_body=review.quality_body,
        provider=review.applicant,
        object=review.object,
        programme=version.programme if version else None,
        scheme=review.scheme,
        renews=review.renews,
        framework=review.framework,
        framework_version=review.framework_version,
        **facts,
    )
    review.closed_at = at
    review.save(update_fields=["closed_at"])
    facts = public_facts(decision, version.number if version else None)
    log.append("decision", about=decision.number, facts=facts, at=at)
    if decision.verdict == "accredited":
        impose(decision, framework, judged.conditions, at=at)
        schedule(decision, at=at)
    record_change(decision, "decision", at=at)
    return decision


def must_name_something(scope: Mapping[str, Any], provider: Organisation) -> None:
    """Refuse a scope that names nothing there is: it would accredit nobody and look as if it did."""
    if next(rules.scope_faults(scope), None) is not None:
        raise WrongDecision(
            _(
                "The scope can name EQF levels from 1 to 8, field codes of two to four digits, credential types, "
                "courses, countries by two capital letters, and ways of teaching."
            )
        )
    there = set(Programme.objects.filter(provider=provider).values_list("slug", flat=True))
    if strange := set(scope.get("programmes", ())) - there:
        raise WrongDecision(
            _("%(provider)s has no course called %(course)s, so the scope would name nothing.")
            % {"provider": provider.name, "course": min(strange)}
        )
    if unknown := [each for each in scope.get("fields", ()) if not vocabulary.is_field(each)]:
        raise WrongDecision(_("There is no field of study %(code)s in ISCED-F 2013.") % {"code": unknown[0]})
    if unknown := [each for each in scope.get("jurisdictions", ()) if not is_country(each)]:
        raise WrongDecision(_("There is no country with the code %(code)s.") % {"code": unknown[0]})


def public_facts(decision: Decision, version: int | None) -> dict[str, Any]:
    """Return what the transparency log says of a decision. Reasons are words of people, so they stay out.

    A scope of very many words is named by its fingerprint: an entry of the log is short.
    """
    scope = decision.scope
    if len(canonical_json(scope)) > LONGEST_SCOPE:
        scope = {"sha256": fingerprint(scope)}
    about: dict[str, Any] = {"object": decision.object}
    if decision.programme:
        about = {"programme": decision.programme.slug, "version": version}
    if decision.scheme:
        about["scheme"] = decision.scheme.slug
    if decision.review and decision.review.track:
        about["track"] = decision.review.track
    return {
        **about,
        "number": decision.number,
        "quality_body": decision.quality_body.slug,
        "provider": decision.provider.slug,
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
    first_on, last_on = in_order(first_on, last_on)
    if first_on < applied_on:
        raise WrongDecision(
            _("An accreditation cannot begin before the application of %(day)s. Choose that day or a later one.")
            % {"day": date_format(applied_on)}
        )
    longest_term(first_on, last_on, months=months)
    return {"first_on": first_on, "last_on": last_on, "scope": dict(scope)}


def in_order(first_on: date | None, last_on: date | None) -> tuple[date, date]:
    """Return the first and the last day of an accreditation. Raises WrongDecision where one is missing or before."""
    if first_on is None or last_on is None or last_on < first_on:
        raise WrongDecision(_("Give a first and a last day; the last day cannot come before the first."))
    return first_on, last_on


def longest_term(first_on: date, last_on: date, *, months: int) -> None:
    """Refuse an accreditation that lasts longer than its framework allows."""
    longest = rules.last_possible_day(first_on, months=months)
    if last_on > longest:
        raise WrongDecision(
            _("The framework allows %(years)d years at most. The last day can be %(day)s or earlier.")
            % {"years": months // 12, "day": date_format(longest)}
            if months % 12 == 0
            else _("The framework allows %(months)d months at most. The last day can be %(day)s or earlier.")
            % {"months": months, "day": date_format(longest)}
        )


def number_and_create(**facts: Any) -> Decision:
    """Create the decision under its year's next number; the unique index settles a race, and the loser tries again."""
    year = facts["decided_at"].year
    for _try in range(NUMBER_TRIES):
        of_the_year = Decision.objects.filter(number__startswith=f"{year}-").order_by(
            Length("number").desc(), "-number"
        )
        taken = list(of_the_year.values_list("number", flat=True)[:1])
        try:
            with transaction.atomic():
                return Decision.objects.create(number=rules.next_number(year, taken), **facts)
        except IntegrityError:
            continue
    raise Refused(_("Many decisions are being taken at this moment. Nothing was saved: try again."))
