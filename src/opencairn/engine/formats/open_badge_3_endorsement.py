"""Open Badges 3.0 EndorsementCredential: somebody vouches for an issuer, an achievement or a credential (reading).

It is a credential about a thing, not about what a learner achieved, so it holds no attainment.
"""

from dataclasses import dataclass

from opencairn.engine.model import Issuer

from . import fields as given
from .fields import Fields
from .open_badge_3_achievement import profile

NAME = "Endorsement (Open Badges 3.0)"
CODE = "endorsement"
TYPE = "EndorsementCredential"


@dataclass(frozen=True)
class Endorsement:
    """Who vouches for what. ``endorsed`` is the URI of the issuer, achievement or credential that is vouched for."""

    id: str
    issuer: Issuer
    endorsed: str
    comment: str


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
