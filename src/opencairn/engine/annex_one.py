"""The elements of EU Recommendation 2022/C 243/02, Annex I (eleven mandatory, five optional), of one attainment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from opencairn.kit.text import is_filled

from .model import Attainment

ELEMENTS = (
    "learner", "title", "issuer_country", "awarding_body", "issued_on", "learning_outcomes", "workload", "level",
    "assessment", "participation", "quality_assurance",
)  # fmt: skip
OPTIONAL = ("prerequisites", "supervision", "grade", "stackability", "further_information")


@dataclass(frozen=True)
class Element:
    """Whether an attainment states one element; ``reason`` is the issuer's word on why it is not applicable."""

    key: str
    mandatory: bool
    state: Literal["present", "absent", "not-applicable"]
    reason: str = ""


def annex_one(attainment: Attainment) -> tuple[Element, ...]:
    """Return every element, mandatory ones first, in the order of the Annex.

    Workload may be in ECTS or in hours. Level may be a European or a national one, or not applicable with a reason.
    """
    stated, reason = _stated(attainment), attainment.achievement.level_not_applicable.strip()
    found = []
    for key in ELEMENTS + OPTIONAL:
        if key == "level" and reason and not stated[key]:
            found.append(Element(key, mandatory=True, state="not-applicable", reason=reason))
        else:
            found.append(Element(key, mandatory=key in ELEMENTS, state="present" if stated[key] else "absent"))
    return tuple(found)


def annex_one_gaps(attainment: Attainment) -> tuple[str, ...]:
    """Return which of the eleven mandatory elements are missing, in the order of the Annex."""
    return tuple(each.key for each in annex_one(attainment) if each.mandatory and each.state == "absent")


def _stated(attainment: Attainment) -> Mapping[str, bool]:
    what, issuer, learner = attainment.achievement, attainment.issuer, attainment.learner
    body = attainment.awarding_body or issuer
    return {
        "learner": any(each.strip() for each in (learner.name, learner.id, learner.family_name)),
        "title": is_filled(what.name),
        "issuer_country": bool(issuer.country.strip()),
        "awarding_body": bool(body.name.strip()),
        "issued_on": attainment.awarded_on is not None,
        "learning_outcomes": any(is_filled(outcome.text) for outcome in what.outcomes),
        "workload": bool(what.ects or what.hours),
        "level": what.eqf_level is not None or bool(what.national_level.strip()),
        "assessment": bool(what.assessment_types),
        "participation": bool(what.participation),
        "quality_assurance": bool(what.quality_assurance or what.accreditation),
        "prerequisites": is_filled(what.prerequisites),
        "supervision": bool(what.supervision),
        "grade": bool(attainment.grade.strip()),
        "stackability": is_filled(what.stackability) or bool(what.related),
        "further_information": is_filled(what.further_information) or bool(what.homepage),
    }
