"""Open Badges 3.0 EndorsementCredential: somebody vouches for an issuer, an achievement or a credential.

It is a credential about a thing, not about what a learner achieved, so it holds no attainment. A quality body vouches
with the fields of an ELM Accreditation: what it decided, and what that covers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from opencairn.engine.canonical.contexts import CREDENTIALS_V2, OPEN_BADGES, OWN_TERMS
from opencairn.engine.model import Issuer, Status
from opencairn.kit.dates import iso

from . import fields as given
from .fields import Fields
from .open_badge_3_achievement import profile
from .open_badge_3_parts import profile as profile_part
from .open_badge_3_parts import stated, status_entry

NAME = "Endorsement (Open Badges 3.0)"
CODE = "endorsement"
TYPE = "EndorsementCredential"
ELM = "http://data.europa.eu/snb/model/elm/"
_LINKS = (
    "accreditation", "accreditationType", "decision", "report", "limitField", "limitEQFLevel", "limitCredentialType",
    "limitJurisdiction", "limitQualification",
)  # fmt: skip
_DAYS = ("issued", "reviewDate", "expiryDate")
#: What an accreditation says, by the names that the European Learning Model has for it (class Accreditation).
ELM_TERMS: dict[str, Any] = {
    "@protected": True,
    "Accreditation": ELM + "Accreditation",
    **{name: {"@id": ELM + name, "@type": "@id"} for name in _LINKS},
    **{name: {"@id": ELM + name, "@type": "http://www.w3.org/2001/XMLSchema#date"} for name in _DAYS},
}

#: How one names the earlier one that it takes the place of, as learners' credentials do.
REPLACING = {name: OWN_TERMS[name] for name in ("@protected", "replacesCredential", "replacementKind")}


@dataclass(frozen=True)
class Endorsement:
    """Who vouches for what. ``endorsed`` is the URI of the issuer, achievement or credential that is vouched for."""

    id: str
    issuer: Issuer
    endorsed: str
    comment: str


@dataclass(frozen=True)
class Accredited:
    """The scope of an accreditation, all as URIs: the ``kind`` of the EU vocabulary, the register's entry, the limits.

    ``qualification`` is the one programme it is about, "" for a whole provider. What is empty does not narrow.
    """

    kind: str
    decision: str
    report: str = ""
    issued: date | None = None
    review: date | None = None
    expiry: date | None = None
    fields: Sequence[str] = ()
    levels: Sequence[str] = ()
    credential_types: Sequence[str] = ()
    jurisdictions: Sequence[str] = ()
    qualification: str = ""


@dataclass(frozen=True)
class Vouching:
    """What is about to be signed: who vouches for what, since when, in which words, and where its status stands.

    ``replaces`` is the URI of the earlier one that it corrects, "" for none.
    """

    id: str
    issuer: Issuer
    endorsed: str
    name: str
    comment: str
    valid_from: datetime
    valid_until: datetime | None = None
    statuses: Sequence[Status] = field(default_factory=tuple)
    accredited: Accredited | None = None
    replaces: str = ""


def write(vouching: Vouching) -> dict[str, Any]:
    """Return the unsigned credential."""
    accredited, earlier = vouching.accredited, vouching.replaces
    more = [*([ELM_TERMS] if accredited else []), *([REPLACING] if earlier else [])]
    return stated(
        {
            "@context": [CREDENTIALS_V2, OPEN_BADGES, *more],
            "id": vouching.id,
            "type": ["VerifiableCredential", TYPE],
            "name": vouching.name,
            "issuer": profile_part(vouching.issuer),
            "validFrom": iso(vouching.valid_from),
            "validUntil": iso(vouching.valid_until) if vouching.valid_until else "",
            "credentialSubject": stated(
                {
                    "id": vouching.endorsed,
                    "type": ["EndorsementSubject"],
                    "endorsementComment": vouching.comment,
                    "accreditation": _accreditation(accredited) if accredited else None,
                }
            ),
            "credentialStatus": [status_entry(each) for each in vouching.statuses],
            "replacesCredential": {"id": earlier, "replacementKind": "correction"} if earlier else None,
        }
    )


def _accreditation(accredited: Accredited) -> dict[str, Any]:
    days = {"issued": accredited.issued, "reviewDate": accredited.review, "expiryDate": accredited.expiry}
    return stated(
        {
            "type": ["Accreditation"],
            "accreditationType": accredited.kind,
            "decision": accredited.decision,
            "report": accredited.report,
            "limitField": list(accredited.fields),
            "limitEQFLevel": list(accredited.levels),
            "limitCredentialType": list(accredited.credential_types),
            "limitJurisdiction": list(accredited.jurisdictions),
            "limitQualification": accredited.qualification,
            **{name: day.isoformat() if day else "" for name, day in days.items()},
        }
    )


def recognises(document: Fields) -> bool:
    """Whether a credential says that it is an endorsement."""
    return TYPE in given.types(document)


def read(document: Fields) -> Endorsement:
    """Return what the endorsement states. Raises ``Malformed`` where it does not say what it endorses."""
    subject = given.one(document, "credentialSubject")
    return Endorsement(
        id=given.text(document, "id"),
        issuer=profile(document, "issuer", own=False),
        endorsed=given.text(subject, "id", needed=True),
        comment=given.text(subject, "endorsementComment"),
    )
