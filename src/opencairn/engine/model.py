"""What was achieved, in neutral words: frozen values that every format writes from and reads into.

The fields are the union of the EU elements (Council Recommendation 2022/C 243/02, Annex I) and what Open Badges 3.0
and the European Learning Model can carry. ``Text`` maps a BCP 47 language tag to words. None or empty means
"not stated"; a format never guesses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

Text = Mapping[str, str]


@dataclass(frozen=True)
class Skill:
    """A term of a skills taxonomy, by URI, such as an ESCO skill."""

    uri: str
    label: str
    framework: str = "ESCO"


@dataclass(frozen=True)
class Outcome:
    """One learning outcome: what the learner can do. ``id`` is a URI."""

    id: str
    text: Text
    skills: tuple[Skill, ...] = ()


@dataclass(frozen=True)
class Issuer:
    """Who signs and awards, or designed. ``id`` is a DID or an https URI; ``country`` an ISO 3166-1 alpha-2 code."""

    id: str
    name: str
    country: str = ""
    url: str = ""
    email: str = ""


@dataclass(frozen=True)
class Achievement:
    """What there was to achieve: one version of a programme, frozen. ``id`` is a URI that names that version."""

    id: str
    version: str
    name: Text
    description: Text
    criteria: Text
    outcomes: tuple[Outcome, ...]
    human_code: str = ""
    ects: Decimal | None = None
    hours: int | None = None
    eqf_level: int | None = None
    national_level: str = ""
    level_not_applicable: str = ""
    assessment_types: tuple[str, ...] = ()
    participation: str = ""
    quality_assurance: str = ""
    quality_assurance_note: Text = field(default_factory=dict)
    prerequisites: Text = field(default_factory=dict)
    supervision: str = ""
    grading_scheme: Text = field(default_factory=dict)
    stackability: Text = field(default_factory=dict)
    further_information: Text = field(default_factory=dict)
    inherent_requirements: Text = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    field_of_study: str = ""
    image: str = ""
    image_caption: str = ""
    designer: Issuer | None = None


@dataclass(frozen=True)
class Learner:
    """Who achieved it. ``id`` is a DID where the learner has one.

    The e-mail travels only as a salted hash, so what was read back has ``email_hash`` (``sha256$…``) in its place.
    """

    name: str
    email: str = ""
    id: str = ""
    email_hash: str = ""


@dataclass(frozen=True)
class OutcomeResult:
    """The result for one learning outcome. ``outcome`` is the URI of an ``Outcome``."""

    outcome: str
    passed: bool
    value: str = ""


@dataclass(frozen=True)
class Status:
    """Where the credential's status stands: one bit of a Bitstring Status List."""

    list_url: str
    index: int
    purpose: str = "revocation"


@dataclass(frozen=True)
class Attainment:
    """The whole statement a credential makes: this learner achieved this, awarded by this issuer on this day."""

    id: str
    issuer: Issuer
    learner: Learner
    achievement: Achievement
    awarded_on: date
    valid_from: datetime
    valid_until: datetime | None = None
    results: tuple[OutcomeResult, ...] = ()
    grade: str = ""
    prior_learning: bool = False
    status: Status | None = None
    salt: str = ""
