"""Open Badges 3.0 in a W3C Verifiable Credential 2.0 (1EdTech OB 3.0, context 3.0.3): writing.

``open_badge_3_parts`` writes the parts that it shares with a record of several credentials.
"""

from collections.abc import Mapping
from typing import Any

from opencairn.engine.canonical.contexts import CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS, OWN_TERMS
from opencairn.engine.model import Attainment, Evidence, Replaced
from opencairn.kit.dates import iso, midnight

from . import fields
from .open_badge_3_parts import GRADE, SCHEMA_TYPE, core, hashed_email, languages, number, stated, status_entry
from .open_badge_3_parts import achievement as achievement_part
from .open_badge_3_parts import profile as profile_part
from .open_badge_3_parts import subject as subject_part
from .open_badge_3_reading import read, reader_like

__all__ = ["CODE", "NAME", "hashed_email", "read", "reader_like", "recognises", "write"]

NAME = "Open Badge 3.0"
CODE = "open-badge-3"
TYPES = ("OpenBadgeCredential", "AchievementCredential")
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"


def recognises(document: Mapping[str, Any]) -> bool:
    """Whether a credential says that it is an Open Badge 3.0, under either of the two names."""
    return any(each in TYPES for each in fields.types(document))


def write(attainment: Attainment) -> dict[str, Any]:
    """Return the unsigned credential. Raises ValueError where the attainment lacks what every badge must state."""
    what = attainment.achievement
    if not (attainment.id and attainment.issuer.id and what.id and core(what.name)):
        raise ValueError("a credential needs its own id, the id of its issuer, and the id and name of the achievement")
    if what.accreditation and not what.accreditation.agent.id:
        raise ValueError("an accreditation needs the id of the body that decided it")
    return stated(
        {
            "@context": [CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS, OWN_TERMS],
            "id": attainment.id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": core(what.name),
            "issuer": profile_part(attainment.issuer),
            "validFrom": iso(attainment.valid_from),
            "validUntil": iso(attainment.valid_until) if attainment.valid_until else "",
            "awardedDate": iso(midnight(attainment.awarded_on)),
            "credentialSubject": _subject(attainment),
            "evidence": [_evidence(each) for each in attainment.evidence],
            "replacesCredential": _replaced(attainment.replaces) if attainment.replaces else None,
            "credentialStatus": status_entry(attainment.status),
            "credentialSchema": [{"id": SCHEMA, "type": SCHEMA_TYPE}],
        }
    )


def _subject(attainment: Attainment) -> dict[str, Any]:
    begun, ended = (midnight(each) if each else None for each in (attainment.started_on, attainment.ended_on))
    who = subject_part(attainment.learner, attainment.salt)
    rest = {
        "achievement": achievement_part(attainment.achievement, has_grade=bool(attainment.grade)),
        "activityStartDate": iso(begun) if begun else "",
        "activityEndDate": iso(ended) if ended else "",
        "creditsEarned": number(attainment.achievement.ects),
        "source": profile_part(attainment.awarding_body) if attainment.awarding_body else None,
        "result": _results(attainment),
        "hoursSpent": attainment.hours_spent,
        "priorLearning": attainment.prior_learning or None,
        "narrative": core(attainment.prior_learning_note),
        "priorLearningNote": languages(attainment.prior_learning_note),
    }
    return {**stated({"id": who.pop("id", "")}), "type": ["AchievementSubject"], **who, **stated(rest)}


def _results(attainment: Attainment) -> list[dict[str, Any]]:
    found = [
        stated(
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


def _replaced(earlier: Replaced) -> dict[str, Any]:
    return {"id": earlier.id, "replacementKind": earlier.kind}


def _evidence(shown: Evidence) -> dict[str, Any]:
    return stated(
        {
            "id": shown.id,
            "type": ["Evidence"],
            "name": shown.name,
            "description": shown.description,
            "narrative": shown.narrative,
            "genre": shown.genre,
        }
    )
