"""Open Badges 3.0: writing an Achievement, a Profile, and who the learner is. A CLR 2.0 record has the same parts.

Core strings carry one language (English, else the first). Every text in all its languages, and what Open Badges has no
field for, travel under our own terms, which the inline context ``OWN_TERMS`` defines.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from opencairn.engine.canonical.literals import LANGUAGE
from opencairn.engine.model import Accreditation, Achievement, Issuer, Learner, Outcome, Related, Skill, Status, Text
from opencairn.kit.text import pick

EQF = "http://data.europa.eu/snb/eqf/"
EQF_FRAMEWORK = "European Qualifications Framework"
GRADE = "#grade"  # added to the achievement's id: names the grade for the whole
LARGER = "ceterms:Credential"  # targetType of an alignment to something larger
LEGAL_IDENTIFIER = "ext:legalIdentifier"
NATIONAL_ID = "nationalIdentityNumber"
SCHEMA_TYPE = "1EdTechJsonSchemaValidator2019"


def stated(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not stated."""
    return {name: value for name, value in fields.items() if value is not None and value not in ("", [], {})}


def core(text: Text) -> str:
    """Return the one language that a core field carries."""
    return pick(text, ("en",))[1]


def languages(text: Text) -> dict[str, str]:
    """Return a text in all its languages. Raises ValueError for what is no language tag, or stands twice."""
    for tag in text:
        if not LANGUAGE.fullmatch(tag):
            raise ValueError(f"{tag!r} is not a language tag")
    if len({tag.lower() for tag in text}) < len(text):
        raise ValueError("two language tags of one text differ only in capital letters")
    return dict(text)


def number(value: Decimal | None) -> int | float | None:
    """Return a JSON number; a whole one without a point, so that all canonicalisers spell it alike."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def day(value: date | None) -> str:
    """Return a day as an xsd:date, or "" where there is none."""
    return value.isoformat() if value else ""


def profile(who: Issuer) -> dict[str, Any]:
    """Return an organisation as a Profile."""
    address = stated({"addressCountryCode": who.country, "addressRegion": who.region})
    return stated(
        {
            "id": who.id,
            "type": ["Profile"],
            "name": who.name,
            "url": who.url,
            "email": who.email,
            "address": {"type": ["Address"], **address} if address else None,
            "otherIdentifier": [_entry(who.legal_identifier, LEGAL_IDENTIFIER)] if who.legal_identifier else None,
        }
    )


def _entry(identifier: str, kind: str) -> dict[str, Any]:
    return {"type": "IdentifierEntry", "identifier": identifier, "identifierType": kind}


def hashed_email(email: str, salt: str) -> str:
    """Return the salted hash of an e-mail address, as an Open Badges IdentityHash: ``sha256$`` and 64 hex digits."""
    return "sha256$" + hashlib.sha256((email.strip().lower() + salt).encode()).hexdigest()


def subject(learner: Learner, salt: str) -> dict[str, Any]:
    """Return who the learner is, as a subject says it. Raises ValueError where nobody is named."""
    found = stated(
        {
            "id": learner.id,
            "identifier": _identifiers(learner, salt),
            "learnerGivenName": learner.given_name,
            "learnerFamilyName": learner.family_name,
            "learnerBornOn": day(learner.born_on),
        }
    )
    if "id" not in found and "identifier" not in found:
        raise ValueError("a credential needs to say who its learner is")
    return found


def _identifiers(learner: Learner, salt: str) -> list[dict[str, Any]]:
    digest = hashed_email(learner.email, salt) if learner.email else learner.email_hash
    plain = {"name": learner.name, NATIONAL_ID: learner.national_id}
    hashed = [_identity(digest, "emailAddress", salt)] if digest else []
    return hashed + [_identity(words, kind) for kind, words in plain.items() if words]


def _identity(words: str, kind: str, salt: str | None = None) -> dict[str, Any]:
    found = {"type": "IdentityObject", "hashed": salt is not None, "identityHash": words, "identityType": kind}
    return {**found, "salt": salt} if salt else found


def achievement(what: Achievement, *, has_grade: bool = False) -> dict[str, Any]:
    """Return what there was to achieve; with a description of the grade for the whole where one was given."""
    results = [_outcome(outcome) for outcome in what.outcomes]
    if has_grade:
        grade = {"id": what.id + GRADE, "type": ["ResultDescription"], "name": "Grade for the whole"}
        results.append({**grade, "resultType": "Result"})
    fields = {
        "id": what.id,
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": core(what.name),
        "version": what.version,
        "humanCode": what.human_code,
        "otherIdentifier": [_entry(each, "identifier") for each in what.identifiers],
        "creator": profile(what.designer) if what.designer else None,
        "creditsAvailable": number(what.ects),
        "fieldOfStudy": what.field_of_study,
        "inLanguage": what.languages[0] if what.languages else "",
        "image": stated({"id": what.image, "type": "Image", "caption": what.image_caption}) if what.image else None,
        "alignment": _alignments(what),
        "resultDescription": results,
    }
    always = {"description": core(what.description), "criteria": {"narrative": core(what.criteria)}}
    return {**stated(fields), **always, **_own(what)}


def _own(what: Achievement) -> dict[str, Any]:
    """Return what has no field in Open Badges."""
    texts = {
        "nameIn": what.name,
        "descriptionIn": what.description,
        "criteriaIn": what.criteria,
        "outcomeSummary": what.outcome_summary,
        "qualityAssuranceNote": what.quality_assurance_note,
        "prerequisites": what.prerequisites,
        "gradingScheme": what.grading_scheme,
        "stackability": what.stackability,
        "furtherInformation": what.further_information,
        "inherentRequirements": what.inherent_requirements,
        "recognition": what.recognition,
    }
    plain = {
        "notionalHours": what.hours,
        "nationalLevel": what.national_level,
        "levelNotApplicable": what.level_not_applicable,
        "cycle": what.cycle,
        "assessmentType": list(what.assessment_types),
        "participation": what.participation,
        "learningSetting": what.learning_setting,
        "qualityAssurance": what.quality_assurance,
        "supervision": what.supervision,
        "languageOfInstruction": list(what.languages),
        "homepage": what.homepage,
        "accreditation": _accreditation(what.accreditation) if what.accreditation else None,
    }
    return stated({**{name: languages(text) for name, text in texts.items()}, **plain})


def _accreditation(decision: Accreditation) -> dict[str, Any]:
    return stated(
        {
            "id": decision.id,
            "accreditationTitle": languages(decision.title),
            "accreditationKind": decision.kind,
            "accreditedBy": profile(decision.agent),
            "accreditationDecision": decision.decision,
            "accreditedFrom": day(decision.valid_from),
            "accreditedUntil": day(decision.valid_until),
        }
    )


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return stated(
        {
            "id": outcome.id,
            "type": ["ResultDescription"],
            "name": core(outcome.text) or outcome.id,
            "resultType": "Status",
            "outcomeIn": languages(outcome.text),
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
    skills = dict.fromkeys(each for outcome in what.outcomes for each in outcome.skills)
    found = [_alignment(skill) for skill in skills] + [_larger(each) for each in what.related]
    if what.eqf_level is not None:
        found.insert(0, _alignment(Skill(f"{EQF}{what.eqf_level}", f"EQF level {what.eqf_level}", EQF_FRAMEWORK)))
    return found


def _larger(related: Related) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetName": related.name,
        "targetUrl": related.id,
        "targetType": LARGER,
        "relation": related.kind,
    }


def status_entry(status: Status | None) -> dict[str, Any] | None:
    """Return where the status stands, as an entry of a Bitstring Status List."""
    if status is None:
        return None
    return {
        "id": f"{status.list_url}#{status.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": status.purpose,
        "statusListIndex": str(status.index),
        "statusListCredential": status.list_url,
    }
