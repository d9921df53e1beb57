"""Open Badges 3.0 in a W3C Verifiable Credential 2.0 (1EdTech OB 3.0, context 3.0.3): writing.

Core strings carry one language (English, else the first). Every text in all its languages, and the elements of Annex I
that Open Badges has no field for, travel under our own terms, which the inline context ``OWN_TERMS`` defines.
"""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from opencairn.engine.canonical.contexts import CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS, OWN_TERMS
from opencairn.engine.canonical.literals import LANGUAGE
from opencairn.engine.model import Achievement, Attainment, Issuer, Learner, Outcome, Skill, Status, Text
from opencairn.kit.dates import iso, midnight
from opencairn.kit.text import pick

from .open_badge_3_reading import EQF, EQF_FRAMEWORK, GRADE, SCHEMA, SCHEMA_TYPE, TYPES, read

__all__ = ["CODE", "NAME", "hashed_email", "read", "recognises", "write"]

NAME = "Open Badge 3.0"
CODE = "open-badge-3"


def recognises(document: Mapping[str, Any]) -> bool:
    """Whether a credential says that it is an Open Badge."""
    types = document.get("type")
    return any(each in TYPES for each in (types if isinstance(types, list) else [types]))


def write(attainment: Attainment) -> dict[str, Any]:
    """Return the unsigned credential. Raises ValueError where the attainment lacks what every badge must state."""
    what, learner = attainment.achievement, attainment.learner
    if not (attainment.id and attainment.issuer.id and what.id and _core(what.name)):
        raise ValueError("a credential needs its own id, the id of its issuer, and the id and name of the achievement")
    subject: dict[str, Any] = {
        "id": learner.id,
        "type": ["AchievementSubject"],
        "identifier": _identifiers(learner, attainment.salt),
        "achievement": _achievement(what, has_grade=bool(attainment.grade)),
        "result": _results(attainment),
        "creditsEarned": _number(what.ects),
        "priorLearning": attainment.prior_learning or None,
    }
    if not (subject["id"] or subject["identifier"]):
        raise ValueError("a credential needs to say who its learner is")
    return _stated(
        {
            "@context": [CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS, OWN_TERMS],
            "id": attainment.id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": _core(what.name),
            "issuer": _profile(attainment.issuer),
            "validFrom": iso(attainment.valid_from),
            "validUntil": iso(attainment.valid_until) if attainment.valid_until else "",
            "awardedDate": iso(midnight(attainment.awarded_on)),
            "credentialSubject": _stated(subject),
            "credentialStatus": _status(attainment.status),
            "credentialSchema": [{"id": SCHEMA, "type": SCHEMA_TYPE}],
        }
    )


def hashed_email(email: str, salt: str) -> str:
    """Return the salted hash of an e-mail address, as an Open Badges IdentityHash: ``sha256$`` and 64 hex digits."""
    return "sha256$" + hashlib.sha256((email.strip().lower() + salt).encode()).hexdigest()


def _stated(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not stated."""
    return {name: value for name, value in fields.items() if value is not None and value not in ("", [], {})}


def _core(text: Text) -> str:
    return pick(text, ("en",))[1]


def _languages(text: Text) -> dict[str, str]:
    for tag in text:
        if not LANGUAGE.fullmatch(tag):
            raise ValueError(f"{tag!r} is not a language tag")
    return dict(text)


def _number(value: Decimal | None) -> int | float | None:
    """Return a JSON number; a whole one without a point, so that all canonicalisers spell it alike."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _profile(issuer: Issuer) -> dict[str, Any]:
    address = {"type": ["Address"], "addressCountryCode": issuer.country} if issuer.country else None
    return _stated(
        {
            "id": issuer.id,
            "type": ["Profile"],
            "name": issuer.name,
            "url": issuer.url,
            "email": issuer.email,
            "address": address,
        }
    )


def _identifiers(learner: Learner, salt: str) -> list[dict[str, Any]]:
    digest = hashed_email(learner.email, salt) if learner.email else learner.email_hash
    found = []
    if digest:
        found.append(
            _stated(
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": digest,
                    "identityType": "emailAddress",
                    "salt": salt,
                }
            )
        )
    if learner.name:
        found.append({"type": "IdentityObject", "hashed": False, "identityHash": learner.name, "identityType": "name"})
    return found


def _achievement(what: Achievement, *, has_grade: bool) -> dict[str, Any]:
    results = [_outcome(outcome) for outcome in what.outcomes]
    if has_grade:
        results.append(
            {
                "id": what.id + GRADE,
                "type": ["ResultDescription"],
                "name": "Grade for the whole",
                "resultType": "Result",
            }
        )
    core = {
        "id": what.id,
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": _core(what.name),
        "version": what.version,
        "humanCode": what.human_code,
        "creator": _profile(what.designer) if what.designer else None,
        "creditsAvailable": _number(what.ects),
        "fieldOfStudy": what.field_of_study,
        "inLanguage": what.languages[0] if what.languages else "",
        "image": _stated({"id": what.image, "type": "Image", "caption": what.image_caption}) if what.image else None,
        "alignment": _alignments(what),
        "resultDescription": results,
    }
    own = {
        "nameIn": _languages(what.name),
        "descriptionIn": _languages(what.description),
        "criteriaIn": _languages(what.criteria),
        "notionalHours": what.hours,
        "nationalLevel": what.national_level,
        "levelNotApplicable": what.level_not_applicable,
        "assessmentType": list(what.assessment_types),
        "participation": what.participation,
        "qualityAssurance": what.quality_assurance,
        "qualityAssuranceNote": _languages(what.quality_assurance_note),
        "prerequisites": _languages(what.prerequisites),
        "supervision": what.supervision,
        "gradingScheme": _languages(what.grading_scheme),
        "stackability": _languages(what.stackability),
        "furtherInformation": _languages(what.further_information),
        "inherentRequirements": _languages(what.inherent_requirements),
        "languageOfInstruction": list(what.languages),
    }
    always = {"description": _core(what.description), "criteria": {"narrative": _core(what.criteria)}}
    return {**_stated(core), **always, **_stated(own)}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return _stated(
        {
            "id": outcome.id,
            "type": ["ResultDescription"],
            "name": _core(outcome.text) or outcome.id,
            "resultType": "Status",
            "outcomeIn": _languages(outcome.text),
            "alignment": [_alignment(skill) for skill in outcome.skills],
        }
    )


def _alignment(skill: Skill) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetName": skill.label,
        "targetUrl": skill.uri,
        "targetFramework": skill.framework,
    }


def _alignments(what: Achievement) -> list[dict[str, Any]]:
    """Return the level and, once each, the skills of all outcomes, where every Open Badges reader looks for them."""
    found = [_alignment(skill) for skill in dict.fromkeys(each for outcome in what.outcomes for each in outcome.skills)]
    if what.eqf_level is not None:
        found.insert(0, _alignment(Skill(f"{EQF}{what.eqf_level}", f"EQF level {what.eqf_level}", EQF_FRAMEWORK)))
    return found


def _results(attainment: Attainment) -> list[dict[str, Any]]:
    found = [
        _stated(
            {
                "type": ["Result"],
                "resultDescription": result.outcome,
                "status": "Completed" if result.passed else "Failed",
                "value": result.value,
            }
        )
        for result in attainment.results
    ]
    if attainment.grade:
        described = attainment.achievement.id + GRADE
        found.append({"type": ["Result"], "resultDescription": described, "value": attainment.grade})
    return found


def _status(status: Status | None) -> dict[str, Any] | None:
    if status is None:
        return None
    return {
        "id": f"{status.list_url}#{status.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": status.purpose,
        "statusListIndex": str(status.index),
        "statusListCredential": status.list_url,
    }
