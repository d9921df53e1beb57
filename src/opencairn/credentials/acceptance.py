"""Whether a genuine credential is what an employer accepts: the facts for the rule, and its reasons in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.engine.model import Attainment
from opencairn.engine.report import Report
from opencairn.kit.text import pick
from opencairn.people.models import Organisation
from opencairn.programmes import vocabulary
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality import queries as quality
from opencairn.quality.frameworks import FRAMEWORKS
from opencairn.quality.models import Decision
from opencairn.quality.queries.covering import scope_facts
from opencairn.quality.rules import covers

from . import rules, words
from .models import IssuerKey, Policy

_ASKS: Mapping[str, Any] = {
    "frameworks": __("Accredited when awarded under: %(wanted)s"),
    "levels": __("EQF level: %(wanted)s"),
    "issuers": __("Issued by: %(wanted)s"),
    "assurance": __("Kind of quality assurance: %(wanted)s"),
    "supervision": __("Identity check at the assessment: %(wanted)s"),
}


@dataclass(frozen=True)
class Line:
    """One thing that a policy asks, as the page shows it. ``found`` is what the credential has instead, where known."""

    asks: str
    outcome: str
    found: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether a credential meets one policy, and why."""

    policy: Policy
    meets: bool
    lines: tuple[Line, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the answer as programs read it."""
        return {
            "policy": self.policy.name,
            "employer": self.policy.organisation.name,
            "meets": self.meets,
            "reasons": [{"asks": each.asks, "outcome": each.outcome, "found": each.found} for each in self.lines],
        }


def accepted(
    policy: Policy,
    *,
    report: Report,
    claims: Attainment | None,
    version: ProgrammeVersion | None,
    key: IssuerKey | None,
) -> Verdict:
    """Hold a verified credential against a policy. Only what a signature covers counts as stated."""
    shown = shown_of(report, claims, version, key)
    found = rules.judge(policy.wanted, shown, day=report.checked_at.date())
    return Verdict(policy, found.meets, tuple(_line(each) for each in found.reasons))


def shown_of(
    report: Report, claims: Attainment | None, version: ProgrammeVersion | None, key: IssuerKey | None
) -> rules.Shown:
    """Return what is known about a verified credential, as plain values."""
    outcomes = {each.name: each.outcome for each in report.steps}
    if claims is None or outcomes.get("signature") != "pass":
        return rules.Shown(genuine=False, outcomes=outcomes)
    what = claims.achievement
    return rules.Shown(
        genuine=report.verdict == "valid",
        outcomes=outcomes,
        awarded_on=claims.awarded_on,
        level=what.eqf_level,
        issuers=frozenset({claims.issuer.id, *((key.organisation.slug,) if key else ())}),
        frameworks=frameworks_on(version, claims.awarded_on) if version else frozenset(),
        assurance=what.quality_assurance,
        supervision=what.supervision,
    )


def frameworks_on(version: ProgrammeVersion, day: date) -> frozenset[str]:
    """Return the quality frameworks under which a course was accredited on a day."""
    about = Q(programme=version.programme) | Q(object="provider", provider=version.programme.provider)
    decided = quality.amended(Decision.objects.filter(about), day)
    sanctions, facts = quality.sanctions_of(decided), scope_facts(version)
    worth = (
        quality.standing_of(each, sanctions.get(each.pk, []), day) for each in decided if covers(each.scope, **facts)
    )
    return frozenset(each.decision.framework for each in worth if each.accredited and each.decision)


def asks(policy: Policy) -> list[str]:
    """Return what a policy asks, in words, for its page."""
    wanted = policy.wanted
    lines = [asks_in_words("steps", (step,)) for step in wanted.get("steps", ())]
    lines += [asks_in_words(key, tuple(wanted[key])) for key in rules.WANTED if key != "steps" and key in wanted]
    if rules.AGE in wanted:
        lines.append(asks_in_words(rules.AGE, (wanted[rules.AGE],)))
    return lines


def _line(reason: rules.Reason) -> Line:
    found = "" if reason.outcome == "pass" else said(reason.key, reason.found)
    return Line(asks_in_words(reason.key, reason.wanted), reason.outcome, found)


def asks_in_words(key: str, wanted: tuple[Any, ...]) -> str:
    """Return one condition of a policy in words."""
    if key == "genuine":
        return _("Genuine")
    if key == "steps":
        return _("Step passed: %(step)s") % {"step": words.step_name(str(wanted[0]))}
    if key == rules.AGE:
        months = int(wanted[0])
        text = ngettext("Awarded within the last month", "Awarded within the last %(months)d months", months)
        return text % {"months": months}
    return str(_ASKS[key]) % {"wanted": said(key, wanted)}


def said(key: str, values: tuple[Any, ...]) -> str:
    """Return values of a condition as people read them."""
    return ", ".join(_said_one(key, each) for each in values)


def _said_one(key: str, value: Any) -> str:
    if isinstance(value, date):
        return date_format(value)
    if key == "frameworks":
        names = {each.key: pick(each.name, (get_language() or "en", "en"))[1] for each in FRAMEWORKS}
        return names.get(value, str(value))
    if key == "assurance":
        return vocabulary.label("quality_assurance", str(value))
    if key == "supervision":
        return vocabulary.label("supervision", str(value))
    if key == "issuers":
        return Organisation.objects.filter(slug=value).values_list("name", flat=True).first() or str(value)
    return str(value)
