"""The ten principles for micro-credentials, each with what of a description speaks to it (D4).

EU Recommendation 2022/C 243/02, Annex II, in words of our own. No principle is "met" by a description: a reader sees
what is stated for it, and what is not, and judges.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .rules import is_stated


@dataclass(frozen=True)
class Evidence:
    """One thing a description can state for a principle: any of these facts, and the page of the desk that asks it.

    A page is a question's key, or "dates"; "" where no page does, because the fact follows from other things.
    """

    label: Any
    names: tuple[str, ...]
    page: str


@dataclass(frozen=True)
class Principle:
    """One of the ten: its name, what it wants, and what can be stated for it."""

    key: str
    name: Any
    wants: Any
    evidence: tuple[Evidence, ...]


PRINCIPLES: tuple[Principle, ...] = (
    Principle(
        "quality",
        _("Quality"),
        _("Somebody checks the course, inside and outside its provider, and it gets better over time."),
        (
            Evidence(_("Who checks it"), ("quality_assurance",), "quality"),
            Evidence(_("How it is checked"), ("quality_assurance_note", "quality_process"), "quality"),
            Evidence(_("When it is looked at again"), ("review_due_on",), "review"),
        ),
    ),
    Principle(
        "transparency",
        _("Transparency"),
        _("Everyone can read what it is, how large and how demanding, and set it beside others."),
        (
            Evidence(_("Learning outcomes"), ("learning_outcomes",), "outcomes"),
            Evidence(_("Workload"), ("ects", "hours"), "workload"),
            Evidence(_("Level"), ("eqf_level", "national_level", "level_not_applicable"), "level"),
            Evidence(_("What it is about"), ("description",), "description"),
        ),
    ),
    Principle(
        "relevance",
        _("Relevance"),
        _("It builds something that people and work need now, and whoever needs it had a say."),
        (
            Evidence(_("Evidence of need"), ("need",), "need"),
            Evidence(_("Skills that were confirmed for its outcomes"), ("skills",), "outcomes"),
            Evidence(_("Employers who take part"), ("employers",), "partners"),
        ),
    ),
    Principle(
        "assessment",
        _("Valid assessment"),
        _("What somebody learned is tested against criteria that are known beforehand."),
        (
            Evidence(_("Type of assessment"), ("assessment_types",), "assessment"),
            Evidence(_("Criteria"), ("assessment",), "assessment"),
            Evidence(_("Supervision"), ("supervision",), "supervision"),
        ),
    ),
    Principle(
        "pathways",
        _("Learning pathways"),
        _("It leads on: it can be combined with other courses, and counts towards larger ones."),
        (
            Evidence(_("Counts towards"), ("stackability",), "further"),
            Evidence(_("What people must bring with them"), ("prerequisites",), "entry"),
        ),
    ),
    Principle(
        "recognition",
        _("Recognition"),
        _("Schools, universities and employers can tell what it is worth, and count it."),
        (
            Evidence(_("Awarding body"), ("awarding_body",), "awarding-body"),
            Evidence(_("Credits that count elsewhere"), ("ects",), "workload"),
            Evidence(_("Level of a framework"), ("eqf_level", "national_level"), "level"),
        ),
    ),
    Principle(
        "portable",
        _("Portable"),
        _("The credential belongs to the learner, who keeps it and shows it anywhere, in open formats."),
        (
            Evidence(_("What learners get"), ("certification",), "certificate"),
            Evidence(
                _("Outcomes that programs elsewhere understand, by the addresses of skills"), ("skills",), "outcomes"
            ),
        ),
    ),
    Principle(
        "learner-centred",
        _("Learner-centred"),
        _("It is made for those who take it: for their lives, their needs and their purses."),
        (
            Evidence(_("Where the learning happens"), ("participation",), "participation"),
            Evidence(_("A summary in easy words"), ("plain_summary",), "summary"),
            Evidence(_("What the work itself demands"), ("inherent_requirements",), "entry"),
            Evidence(_("Help with the price"), ("price_support",), "further"),
        ),
    ),
    Principle(
        "authentic",
        _("Authentic"),
        _("One can check who awarded it and who earned it."),
        (
            Evidence(_("Awarding body whose identity was verified here"), ("verified_body",), ""),
            Evidence(_("Who watches the assessment, and whether identity is checked"), ("supervision",), "supervision"),
        ),
    ),
    Principle(
        "guidance",
        _("Information and guidance"),
        _("Whoever thinks about it finds out what they need to know before they decide."),
        (
            Evidence(_("Dates"), ("dates",), "dates"),
            Evidence(_("Prices"), ("prices",), "dates"),
            Evidence(_("Languages of teaching"), ("languages",), "languages"),
            Evidence(_("Further information"), ("further_information", "homepage"), "further"),
        ),
    ),
)


def checklist(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the ten as plain values, for a file: what each wants, and which facts of a description speak to it."""
    return [
        {
            "principle": one.key,
            "name": str(one.name),
            "wants": str(one.wants),
            "evidence": [{"asked": str(each.label), "stated": stated(each, facts)} for each in one.evidence],
        }
        for one in PRINCIPLES
    ]


def stated(evidence: Evidence, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return which of its facts are stated, with what they say."""
    return {name: facts[name] for name in evidence.names if is_stated(facts.get(name))}
