"""The European Learning Model v3: what there was to achieve, as a Qualification, writing."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from opencairn.engine.canonical.contexts import OWN_NAMESPACE
from opencairn.engine.model import Accreditation, Achievement, Outcome, Related, Skill

from .elm_nodes import identifier, instants, listed, node, note, organisation, resource, tagged, words
from .elm_vocabulary import (
    ESCO,
    ESCO_SKILL,
    ESCO_SKILLS,
    concept,
    is_national_level,
    language,
    national_level,
)

NOTED = ("criteria", "quality_assurance_note", "stackability", "inherent_requirements")
"""The texts that the model has no field for: each is a note about a term of ours."""


def qualification(what: Achievement, tag: str) -> dict[str, Any]:
    """Return the Qualification that the achievement is specified by. ``tag`` is the language of plain words in it."""
    return node(
        "Qualification",
        id_=what.id,
        title=words(what.name),
        description=words(what.description),
        identifier=listed(
            identifier(what.human_code, "human-code"),
            identifier(what.version, "version"),
            *(identifier(each) for each in what.identifiers),
        ),
        additionalNote=_notes(what, tag),
        learningOutcome=[_outcome(each, tag) for each in what.outcomes],
        learningOutcomeSummary=note(what.outcome_summary),
        provenBy=assessment_specifications(what),
        entryRequirement=note(what.prerequisites),
        mode=concept("participation", what.participation) if what.participation else None,
        language=[language(each) for each in what.languages],
        homepage=resource(what.homepage),
        creator=organisation(what.designer, tag) if what.designer else None,
        supplementaryDocument=resource(
            what.image, title=tagged(tag, what.image_caption), dcType=concept("document", "image")
        ),
        accreditation=_accreditation(what.accreditation, tag) if what.accreditation else None,
        **_measures(what),
        **_relations(what, tag),
    )


def _measures(what: Achievement) -> Mapping[str, Any]:
    """Return how much, how high, and in which field."""
    levels = listed(
        concept("cycle", what.cycle) if what.cycle else None,
        concept("national-level", what.national_level)
        if what.national_level and not is_national_level(what.national_level)
        else None,
    )
    ects = what.ects
    return {
        "creditPoint": None
        if ects is None
        else node("CreditPoint", framework=concept("credit", "ECTS"), point=f"{ects:f}"),
        "volumeOfLearning": None if what.hours is None else f"PT{what.hours}H",
        "eqfLevel": None if what.eqf_level is None else concept("eqf", str(what.eqf_level)),
        "nqfLevel": national_level(what.national_level) if is_national_level(what.national_level) else None,
        "educationLevel": levels,
        "thematicArea": concept("field", what.field_of_study) if what.field_of_study else None,
        "learningSetting": concept("setting", what.learning_setting) if what.learning_setting else None,
    }


def _notes(what: Achievement, tag: str) -> list[dict[str, Any]]:
    texts: dict[str, Any] = {name: getattr(what, name) for name in NOTED}
    texts["level_not_applicable"] = tagged(tag, what.level_not_applicable)
    kind = concept("quality-assurance", what.quality_assurance) if what.quality_assurance else None
    return listed(
        note(what.further_information),
        note(kind["prefLabel"], kind) if kind else None,
        *(note(text, concept("note", name.replace("_", "-"))) for name, text in texts.items()),
    )


def _outcome(outcome: Outcome, tag: str) -> dict[str, Any]:
    skills = [(_is_esco(skill), _skill(skill, tag)) for skill in outcome.skills]
    return node(
        "LearningOutcome",
        id_=outcome.id,
        title=words(outcome.text),
        relatedESCOSkill=[skill for is_esco, skill in skills if is_esco],
        relatedSkill=[skill for is_esco, skill in skills if not is_esco],
    )


def _is_esco(skill: Skill) -> bool:
    return skill.framework == ESCO and skill.uri.startswith(ESCO_SKILL)


def _skill(skill: Skill, tag: str) -> dict[str, Any]:
    own = f"{OWN_NAMESPACE}skills:{quote(skill.framework, safe='')}"
    scheme = {"id": ESCO_SKILLS if _is_esco(skill) else own, "type": "ConceptScheme"}
    label = {"prefLabel": {tag: skill.label}} if skill.label else {}
    return {"id": skill.uri, "type": "Concept", **({"inScheme": scheme} if skill.framework else {}), **label}


def assessment_specifications(what: Achievement) -> list[dict[str, Any]]:
    """Return one specification for each type of assessment, or one without a type where only the grading is stated."""
    scheme = node("GradingScheme", title=words(what.grading_scheme)) if what.grading_scheme else None
    kinds = [concept("assessment", each) for each in what.assessment_types]
    if not kinds and scheme:
        return [node("LearningAssessmentSpecification", title=words(what.name), gradingScheme=scheme)]
    return [
        node("LearningAssessmentSpecification", title=each["prefLabel"], dcType=each, gradingScheme=scheme)
        for each in kinds
    ]


def _accreditation(decided: Accreditation, tag: str) -> dict[str, Any]:
    number = concept("decision", decided.decision) if decided.decision else None
    return node(
        "Accreditation",
        id_=decided.id,
        title=words(decided.title),
        dcType=concept("accreditation", decided.kind),
        accreditingAgent=organisation(decided.agent, tag),
        decision=number,
        **instants(valid=decided.valid_from, expiryDate=decided.valid_until),
    )


def _relations(what: Achievement, tag: str) -> Mapping[str, Any]:
    """Return what it is part of, what it leads to, and who else counts it."""
    wholes = [
        node("Qualification", id_=each.id, title={tag: each.name}) for each in what.related if each.kind == "part-of"
    ]
    entitlements = [_leads_to(each, tag) for each in what.related if each.kind == "leads-to"]
    if what.recognition:
        entitlements.append(_entitlement("", words(what.recognition), concept("entitlement-kind", "recognition")))
    return {"isPartOf": wholes, "isPartialQualification": bool(wholes) or None, "entitlesTo": entitlements}


def _leads_to(related: Related, tag: str) -> dict[str, Any]:
    return _entitlement(related.id, {tag: related.name}, concept("entitlement", "learning-opportunity"))


def _entitlement(id_: str, title: Mapping[str, str], kind: Mapping[str, Any]) -> dict[str, Any]:
    return node(
        "LearningEntitlementSpecification",
        id_=id_,
        title=title,
        dcType=kind,
        entitlementStatus=concept("entitlement-status", "prospective"),
    )
