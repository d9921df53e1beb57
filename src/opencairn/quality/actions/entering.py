"""Decisions that a body took before it kept its register here: without findings; the log keeps the day of entry."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.kit.dates import midnight
from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Programme
from opencairn.quality import rules
from opencairn.quality.frameworks import framework as framework_of
from opencairn.quality.models import Decision, Scheme
from opencairn.quality.queries import decided_here_since, overlapping
from opencairn.transparency import actions as log

from .applying import OBJECTS_SAID, must_be_a_body
from .auditing import schedule
from .deciding import WrongDecision, longest_term, must_name_something, number_and_create, public_facts
from .impartial import must_be_impartial, must_have_mandate
from .recording import record_change


@transaction.atomic
def enter_decision(
    *,
    quality_body: Organisation,
    provider: Organisation,
    programme: Programme | None = None,
    scheme: Scheme | None = None,
    framework: str,
    framework_version: str,
    verdict: str,
    first_on: date | None = None,
    last_on: date | None = None,
    scope: Mapping[str, Any] | None = None,
    reasons: str,
    renews: Decision | None = None,
    decided_at: datetime,
    at: datetime,
) -> Decision:
    """Enter a decision that a body took elsewhere, before it kept its register here. It has no findings.

    The log keeps the day it was entered. Audits still to come are scheduled where the framework is on the shelf.
    """
    must_name_something(scope or {}, provider)
    if verdict == "accredited" and (first_on is None or last_on is None or last_on < first_on):
        raise WrongDecision(_("Give a first and a last day; the last day cannot come before the first."))
    decision = number_and_create(
        quality_body=quality_body,
        provider=provider,
        object="programme" if programme else "scheme" if scheme else "provider",
        programme=programme,
        scheme=scheme,
        renews=renews,
        framework=framework,
        framework_version=framework_version,
        verdict=verdict,
        scope=dict(scope or {}),
        reasons=reasons,
        first_on=first_on,
        last_on=last_on,
        decided_at=decided_at,
    )
    schedule(decision, at=at)
    log.append("decision", about=decision.number, facts=public_facts(decision, None), at=at)
    record_change(decision, "decision", at=at)
    return decision


@transaction.atomic
def enter_earlier_decision(
    *,
    quality_body: Organisation,
    provider: Organisation,
    programme: Programme | None = None,
    scheme: Scheme | None = None,
    framework: str,
    framework_version: str,
    verdict: str,
    decided_on: date,
    first_on: date | None = None,
    last_on: date | None = None,
    scope: Mapping[str, Any] | None = None,
    reasons: str,
    renews: Decision | None = None,
    by: Person | None,
    at: datetime,
) -> Decision:
    """Enter a decision by hand, for its body: only what the rules of its framework would have allowed on its day.

    From the first decision on that the body took here by a review, it decides here, and nothing is entered.
    """
    Organisation.objects.select_for_update().get(pk=quality_body.pk)  # one at a time: overlaps are looked for
    must_be_a_body(quality_body, provider, programme.provider if programme else None)
    must_be_impartial(by, provider)
    under = _framework(framework, framework_version)
    _must_be_judged(under, provider, programme, scheme)
    _must_be_earlier(quality_body, decided_on, at.date())
    must_have_mandate(quality_body, under, decided_on)
    if verdict not in ("accredited", "refused"):
        raise WrongDecision(_("Choose whether you accredit or refuse."))
    if not reasons.strip():
        raise WrongDecision(_("Give the reasons: they are published with the decision."))
    about: dict[str, Any] = {
        "quality_body": quality_body,
        "provider": provider,
        "programme": programme,
        "scheme": scheme,
    }
    facts: dict[str, Any] = {}
    if verdict == "accredited":
        facts = {"first_on": first_on, "last_on": last_on, "scope": scope, "renews": renews}
        _must_fit(under, about, decided_on, **facts)
    return enter_decision(
        **about, **facts, framework=under.key, framework_version=under.version, verdict=verdict,
        reasons=reasons.strip(), decided_at=midnight(decided_on), at=at,
    )  # fmt: skip


def _framework(key: str, version: str) -> rules.Framework:
    try:
        under = framework_of(key, version)
    except KeyError:
        raise WrongDecision(_("There is no quality framework of that name. Choose one from the list.")) from None
    if under.assessor.kind == "self":
        raise WrongDecision(_("Under this framework nobody else judges, so there is no decision to be entered."))
    return under


def _must_be_judged(
    under: rules.Framework, provider: Organisation, programme: Programme | None, scheme: Scheme | None
) -> None:
    """Refuse what the framework does not judge, and a course or scheme of somebody else."""
    owner = programme.provider if programme else scheme.owner if scheme else provider
    if owner != provider:
        raise WrongDecision(
            _("That belongs to %(name)s. Choose its provider, or something else.") % {"name": owner.name}
        )
    asked = "programme" if programme else "scheme" if scheme else "provider"
    if asked not in under.objects:
        said = ", ".join(OBJECTS_SAID[each]() for each in sorted(under.objects))
        raise WrongDecision(_("Under this framework these are judged: %(objects)s.") % {"objects": said})


def _must_be_earlier(body: Organisation, decided_on: date, today: date) -> None:
    if decided_on > today:
        raise WrongDecision(_("That day is still to come. Only a decision that was taken can be entered."))
    since = decided_here_since(body)
    if since is not None and decided_on >= since:
        raise WrongDecision(
            _("Since %(day)s %(name)s decides in this register, by a review. Only earlier decisions can be entered.")
            % {"day": date_format(since), "name": body.name}
        )


def _must_fit(
    under: rules.Framework,
    about: Mapping[str, Any],
    decided_on: date,
    *,
    first_on: date | None,
    last_on: date | None,
    scope: Mapping[str, Any] | None,
    renews: Decision | None,
) -> None:
    """Refuse days that are out of order, too long, or covered by another accreditation than the one it continues."""
    if first_on is None or last_on is None or last_on < first_on:
        raise WrongDecision(_("Give a first and a last day; the last day cannot come before the first."))
    if last_on < decided_on:
        raise WrongDecision(_("It would have ended before it was decided. Look at the three days again."))
    longest_term(first_on, last_on, months=under.validity_months)
    if about["programme"] and (scope or {}).get("programmes"):
        raise WrongDecision(_("This decision is about one course, so its scope cannot name courses."))
    if renews is not None and not (
        all(getattr(renews, name) == value for name, value in about.items())
        and renews.framework == under.key
        and renews.first_on is not None
        and renews.first_on < first_on
    ):
        raise WrongDecision(
            _("Decision %(number)s is about something else, or began later, so this one cannot continue it.")
            % {"number": renews.number}
        )
    for other in overlapping(under.key, first_on, last_on, **about):
        if other != renews:
            raise WrongDecision(
                _(
                    "Decision %(number)s covers days from %(first)s to %(last)s already. Choose other days, or say "
                    "that this one continues it."
                )
                % {
                    "number": other.number,
                    "first": date_format(other.first_on),  # type: ignore[arg-type]
                    "last": date_format(other.last_on),  # type: ignore[arg-type]
                }
            )
