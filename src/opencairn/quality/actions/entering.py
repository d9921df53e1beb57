"""Decisions that a body took before it kept its register here: without findings; the log keeps the day of entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from .deciding import WrongDecision, in_order, longest_term, must_name_something, number_and_create, public_facts
from .impartial import must_be_impartial, must_have_mandate
from .recording import record_change


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A decision as its body took it, about a programme, a scheme, or else the provider as a whole.

    An accreditation has its days, its scope (``{}`` covers any), and perhaps another that it ``renews``.
    """

    quality_body: Organisation
    provider: Organisation
    programme: Programme | None = None
    scheme: Scheme | None = None
    framework: str
    framework_version: str
    verdict: str
    decided_on: date
    first_on: date | None = None
    last_on: date | None = None
    scope: Mapping[str, Any] = field(default_factory=dict)
    reasons: str
    renews: Decision | None = None

    @property
    def object(self) -> str:
        """What kind of thing it is about."""
        return "programme" if self.programme else "scheme" if self.scheme else "provider"

    @property
    def about(self) -> dict[str, Any]:
        """Who decided about what: of two decisions with the same, one may continue the other."""
        names = ("quality_body", "provider", "programme", "scheme")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def enter_decision(earlier: Earlier, *, at: datetime) -> Decision:
    """Enter a decision that a body took elsewhere, before it kept its register here. It has no findings.

    The log keeps the day it was entered. Audits still to come are scheduled where the framework is on the shelf.
    """
    must_name_something(earlier.scope, earlier.provider)
    if earlier.verdict == "accredited":
        in_order(earlier.first_on, earlier.last_on)
    decision = number_and_create(
        **earlier.about,
        object=earlier.object,
        renews=earlier.renews,
        framework=earlier.framework,
        framework_version=earlier.framework_version,
        verdict=earlier.verdict,
        scope=dict(earlier.scope),
        reasons=earlier.reasons,
        first_on=earlier.first_on,
        last_on=earlier.last_on,
        decided_at=midnight(earlier.decided_on),
    )
    schedule(decision, at=at)
    log.append("decision", about=decision.number, facts=public_facts(decision, None), at=at)
    record_change(decision, "decision", at=at)
    return decision


@transaction.atomic
def enter_earlier_decision(earlier: Earlier, *, by: Person | None, at: datetime) -> Decision:
    """Enter a decision by hand, for its body: only what the rules of its framework would have allowed on its day.

    From the first decision on that the body took here by a review, it decides here, and nothing is entered.
    """
    body, programme = earlier.quality_body, earlier.programme
    Organisation.objects.select_for_update().get(pk=body.pk)  # one at a time: overlaps are looked for
    must_be_a_body(body, earlier.provider, programme.provider if programme else None)
    must_be_impartial(by, earlier.provider)
    under = _framework(earlier.framework, earlier.framework_version)
    _must_be_judged(earlier, under)
    _must_be_earlier(body, earlier.decided_on, at.date())
    must_have_mandate(body, under, earlier.decided_on)
    if earlier.verdict not in ("accredited", "refused"):
        raise WrongDecision(_("Choose whether you accredit or refuse."))
    if not earlier.reasons.strip():
        raise WrongDecision(_("Give the reasons: they are published with the decision."))
    earlier = replace(earlier, framework_version=under.version, reasons=earlier.reasons.strip())
    if earlier.verdict == "refused":
        earlier = replace(earlier, first_on=None, last_on=None, scope={}, renews=None)
        _must_be_new(earlier)
    else:
        _must_fit(earlier, under)
    return enter_decision(earlier, at=at)


def _framework(key: str, version: str) -> rules.Framework:
    try:
        under = framework_of(key, version)
    except KeyError:
        raise WrongDecision(_("There is no quality framework of that name. Choose one from the list.")) from None
    if under.assessor.kind == "self":
        raise WrongDecision(_("Under this framework nobody else judges, so there is no decision to be entered."))
    return under


def _must_be_judged(earlier: Earlier, under: rules.Framework) -> None:
    """Refuse what the framework does not judge, and a course or scheme of somebody else."""
    programme, scheme = earlier.programme, earlier.scheme
    owner = programme.provider if programme else scheme.owner if scheme else earlier.provider
    if owner != earlier.provider:
        raise WrongDecision(
            _("That belongs to %(name)s. Choose its provider, or something else.") % {"name": owner.name}
        )
    if earlier.object not in under.objects:
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


def _must_be_new(refusal: Earlier) -> None:
    """Refuse a refusal that stands there already: unlike two accreditations, two refusals have no days that clash."""
    same = {"framework": refusal.framework, "decided_at": midnight(refusal.decided_on), "verdict": "refused"}
    if there := Decision.objects.filter(**refusal.about, **same).first():
        raise WrongDecision(
            _("This refusal stands in the register already, as decision %(number)s.") % {"number": there.number}
        )


def _must_fit(earlier: Earlier, under: rules.Framework) -> None:
    """Refuse days that are out of order, too long, or covered by another accreditation than the one it continues."""
    first_on, last_on = in_order(earlier.first_on, earlier.last_on)
    if last_on < earlier.decided_on:
        raise WrongDecision(_("It would have ended before it was decided. Look at the three days again."))
    longest_term(first_on, last_on, months=under.validity_months)
    if earlier.programme and earlier.scope.get("programmes"):
        raise WrongDecision(_("This decision is about one course, so its scope cannot name courses."))
    renews = earlier.renews
    if renews is not None and not (
        all(getattr(renews, name) == value for name, value in earlier.about.items())
        and renews.framework == under.key
        and renews.first_on is not None
        and renews.first_on < first_on
    ):
        raise WrongDecision(
            _("Decision %(number)s is about something else, or began later, so this one cannot continue it.")
            % {"number": renews.number}
        )
    for other in overlapping(under.key, first_on, last_on, **earlier.about):
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
