"""What was achieved, in neutral words: frozen values that every format writes from and reads into.

The fields are the union of the EU elements (Council Recommendation 2022/C 243/02, Annex I) and what Open Badges 3.0
and the European Learning Model can carry. ``Text`` maps a BCP 47 language tag to words. None or empty means
"not stated"; a format never guesses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

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
    """Who signs and awards, or designed. ``id`` is a DID or an https URI; ``country`` an ISO 3166-1 alpha-2 code.

    ``region`` is a NUTS code within the country. ``legal_identifier`` is the number in the register of legal persons,
    as an electronic seal names it (ETSI EN 319 412-1), such as ``VATDE-123456789``.
    """

    id: str
    name: str
    country: str = ""
    url: str = ""
    email: str = ""
    region: str = ""
    legal_identifier: str = ""


@dataclass(frozen=True)
class Accreditation:
    """A decision of a quality body about what there was to achieve. ``id`` is the URI of the register entry.

    ``kind`` is ``external-programme`` or ``external-institution``; ``valid_until`` is None where it is open-ended.
    """

    id: str
    title: Text
    kind: str
    agent: Issuer
    decision: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class Related:
    """Something larger that this achievement is part of or leads to. ``id`` is a URI; ``kind`` says which."""

    id: str
    name: str
    kind: Literal["part-of", "leads-to"] = "part-of"


@dataclass(frozen=True)
class Evidence:
    """Something that shows what was learned. ``id`` is its address where it has one; ``genre`` such as ``RPL``."""

    id: str = ""
    name: str = ""
    description: str = ""
    narrative: str = ""
    genre: str = ""


@dataclass(frozen=True)
class Achievement:
    """What there was to achieve: one version of a programme, frozen. ``id`` is a URI that names that version.

    ``hours`` is the notional workload. ``cycle`` is one of the Bologna cycles: ``short``, ``first``, ``second``,
    ``third``. ``learning_setting`` is ``formal`` or ``non-formal``. ``recognition`` says who else counts it.
    ``identifiers`` are names that other systems gave it, as URIs.
    """

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
    outcome_summary: Text = field(default_factory=dict)
    cycle: str = ""
    learning_setting: str = ""
    recognition: Text = field(default_factory=dict)
    related: tuple[Related, ...] = ()
    identifiers: tuple[str, ...] = ()
    homepage: str = ""
    accreditation: Accreditation | None = None


@dataclass(frozen=True)
class Learner:
    """Who achieved it. ``id`` is a DID where the learner has one.

    The e-mail travels only as a salted hash, so what was read back has ``email_hash`` (``sha256$…``) in its place.
    """

    name: str
    email: str = ""
    id: str = ""
    email_hash: str = ""
    given_name: str = ""
    family_name: str = ""
    born_on: date | None = None
    national_id: str = ""


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
class Replaced:
    """The earlier credential that this one takes the place of. ``id`` is its URI."""

    id: str
    kind: Literal["correction", "renewal"] = "correction"


@dataclass(frozen=True)
class Attainment:
    """The whole statement a credential makes: this learner achieved this, awarded by this issuer on this day.

    ``awarding_body`` is stated where somebody else than the issuer awarded. ``started_on`` and ``ended_on`` are the
    days of the learning; ``hours_spent`` is what this learner spent, beside the notional hours.
    """

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
    awarding_body: Issuer | None = None
    started_on: date | None = None
    ended_on: date | None = None
    hours_spent: int | None = None
    prior_learning_note: Text = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    replaces: Replaced | None = None


@dataclass(frozen=True)
class Association:
    """How two achievements of a record stand to each other, by their URIs (1EdTech CLR 2.0, AssociationType)."""

    kind: Literal[
        "exactMatchOf", "isChildOf", "isParentOf", "isPartOf", "isPeerOf", "isRelatedTo", "precedes", "replacedBy"
    ]
    source: str
    target: str


@dataclass(frozen=True)
class LearnerRecord:
    """Several credentials of one learner under one signature, and how they stack: a Comprehensive Learner Record.

    ``credentials`` are signed documents, left as they are; ``is_partial`` where more exists than stands in it.
    """

    id: str
    issuer: Issuer
    learner: Learner
    name: str
    awarded_on: date
    valid_from: datetime
    credentials: tuple[Mapping[str, Any], ...]
    valid_until: datetime | None = None
    achievements: tuple[Achievement, ...] = ()
    associations: tuple[Association, ...] = ()
    is_partial: bool = False
    status: Status | None = None
    salt: str = ""
