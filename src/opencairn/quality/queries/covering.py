"""Which accreditation covers a course as one version describes it: a decision about the course, or about its provider.

Source of the question: "was the issuer accredited for this programme, at this level and in this field, on the day of
the award" (rules.scope says what a scope may narrow).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality import rules
from opencairn.quality.models import Decision
from opencairn.quality.rules.scope import MODES

from .standing import NOTHING, Standing, weigh
from .stops import amended, sanctions_of

CREDENTIAL_TYPE = "MicroCredential"


@dataclass(frozen=True)
class Covering:
    """What covers a course on a day. ``whole`` is whether it is the accreditation of the provider as a whole.

    ``outside`` names the part of a scope (a key of rules.scope.SCOPE_KEYS) that leaves the course out, where a decision
    would be in force but for it; "" elsewhere.
    """

    standing: Standing
    whole: bool = False
    outside: str = ""


def scope_facts(version: ProgrammeVersion) -> Mapping[str, Any]:
    """Return the facts of a description that a scope may narrow, by the names that ``rules.covers`` gives them."""
    return {
        "eqf_level": version.eqf_level or rules.NO_LEVEL,
        "field_code": version.field_code or rules.NO_FIELD,
        "credential_type": CREDENTIAL_TYPE,
        "programme": version.programme.slug,
        "jurisdiction": version.programme.provider.country or None,
        "mode": version.participation if version.participation in MODES else None,
    }


_KEYS = {
    "eqf_level": "eqf_levels", "field_code": "fields", "credential_type": "credential_types",
    "programme": "programmes", "jurisdiction": "jurisdictions", "mode": "modes",
}  # fmt: skip


def covering(version: ProgrammeVersion, day: date) -> Covering:
    """Return what covers a course on a day. A decision about the course itself comes before one about its provider."""
    facts = scope_facts(version)
    about = Q(programme=version.programme) | Q(object="provider", provider=version.programme.provider)
    decided = amended(Decision.objects.filter(about).select_related("quality_body"), day)
    sanctions = sanctions_of(decided)
    parted = ([each for each in decided if (each.programme_id is None) is whole] for whole in (False, True))
    outside = ""
    for whole, decisions in zip((False, True), parted, strict=True):
        inside = [each for each in decisions if rules.covers(each.scope, **facts)]
        if (found := weigh(inside, sanctions, day)).state != "none":
            return Covering(found, whole)
        wide = weigh(decisions, sanctions, day)
        if wide.accredited and wide.decision and not outside:
            outside, left_out = _narrowed_by(wide.decision, facts), Covering(wide, whole)
    return Covering(left_out.standing, left_out.whole, outside) if outside else Covering(NOTHING)


def _narrowed_by(decision: Decision, facts: Mapping[str, Any]) -> str:
    """Return the first part of a scope that does not cover the facts."""
    return next(_KEYS[name] for name, fact in facts.items() if not rules.covers(decision.scope, **{name: fact}))
