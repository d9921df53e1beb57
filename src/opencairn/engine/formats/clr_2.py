"""Comprehensive Learner Record (1EdTech CLR 2.0) in a W3C Verifiable Credential 2.0: writing and reading.

The credentials of the record keep their own signatures: they go in and come out as they are, value for value. The
achievements and the learner are the parts of Open Badges 3.0, our own terms included.
"""

import copy
from collections.abc import Iterator
from typing import Any, get_args

from opencairn.engine.canonical.contexts import (
    CLR,
    CREDENTIALS_V2,
    OPEN_BADGES,
    OPEN_BADGES_EXTENSIONS,
    OWN_TERMS,
)
from opencairn.engine.model import Association, LearnerRecord
from opencairn.kit.dates import iso, midnight

from . import fields as given
from .fields import Fields
from .open_badge_3_achievement import achievement as read_achievement
from .open_badge_3_achievement import profile as read_profile
from .open_badge_3_parts import SCHEMA_TYPE, achievement, profile, stated, status_entry, subject
from .open_badge_3_reading import carries_own_terms, learner_of, period_names, status_of

NAME = "Comprehensive Learner Record 2.0"
CODE = "clr-2"
TYPE = "ClrCredential"
SCHEMA = "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json"
_KINDS = get_args(Association.__annotations__["kind"])


def recognises(document: Fields) -> bool:
    """Whether a credential says that it is a learner record."""
    return TYPE in given.types(document)


def write(record: LearnerRecord) -> dict[str, Any]:
    """Return the unsigned record. Raises ValueError where it lacks what every record must state."""
    if not (record.id and record.issuer.id and record.name and record.credentials):
        raise ValueError("a record needs its own id, the id of its issuer, a name, and at least one credential")
    names = [each.get("id") for each in record.credentials]
    if len(set(names)) < len(names):
        raise ValueError("two credentials of a record have the same id, so nobody could tell their signatures apart")
    return stated(
        {
            "@context": [CREDENTIALS_V2, CLR, OPEN_BADGES, OPEN_BADGES_EXTENSIONS, OWN_TERMS],
            "id": record.id,
            "type": ["VerifiableCredential", TYPE],
            "name": record.name,
            "partial": record.is_partial or None,
            "issuer": profile(record.issuer),
            "validFrom": iso(record.valid_from),
            "validUntil": iso(record.valid_until) if record.valid_until else "",
            "awardedDate": iso(midnight(record.awarded_on)),
            "credentialSubject": _subject(record),
            "credentialStatus": status_entry(record.status),
            "credentialSchema": [{"id": SCHEMA, "type": SCHEMA_TYPE}],
        }
    )


def _subject(record: LearnerRecord) -> dict[str, Any]:
    return {
        "type": ["ClrSubject"],
        **subject(record.learner, record.salt),
        **stated(
            {
                "verifiableCredential": [copy.deepcopy(dict(each)) for each in record.credentials],
                "achievement": [achievement(each) for each in record.achievements],
                "association": [
                    {
                        "type": "Association",
                        "associationType": each.kind,
                        "sourceId": each.source,
                        "targetId": each.target,
                    }
                    for each in record.associations
                ],
            }
        ),
    }


def read(document: Fields) -> LearnerRecord:
    """Return what the record states. Raises ``Malformed`` where it lacks what every record must state."""
    own, stated_subject = carries_own_terms(document), given.one(document, "credentialSubject")
    begins, ends = period_names(document)
    issued = given.as_instant(given.text(document, begins, needed=True))
    learner, salt = learner_of(stated_subject, own=own)
    return LearnerRecord(
        id=given.text(document, "id"),
        issuer=read_profile(document, "issuer", own=own),
        learner=learner,
        name=given.text(document, "name", needed=True),
        awarded_on=(given.instant(document, "awardedDate") or issued).date(),
        valid_from=issued,
        valid_until=given.instant(document, ends),
        credentials=tuple(given.many(stated_subject, "verifiableCredential")),
        achievements=tuple(read_achievement(each, own=own) for each in given.many(stated_subject, "achievement")),
        associations=tuple(_associations(stated_subject)),
        is_partial=given.stated(document, "partial") is True,
        status=status_of(document.get("credentialStatus")),
        salt=salt,
    )


def _associations(stated_subject: Fields) -> Iterator[Association]:
    for each in given.many(stated_subject, "association"):
        kind: Any = given.stated(each, "associationType")
        if kind not in _KINDS:
            raise given.missing("associationType")
        yield Association(kind, given.text(each, "sourceId", needed=True), given.text(each, "targetId", needed=True))
