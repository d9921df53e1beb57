"""The published data dictionary of the register: what each field of its API means."""

from typing import Any

from ninja import Field, Schema

DAY = "A day, ISO 8601."


class OrganisationLine(Schema):
    """An organisation as the register names it."""

    slug: str
    name: str
    country: str | None = Field(description="ISO 3166-1 alpha-2.")
    address: str


class CourseLine(Schema):
    """A course as the register names it."""

    slug: str
    title: dict[str, str] = Field(description="Words by language.")
    address: str | None


class StandingRecord(Schema):
    """What the register says on the day asked."""

    state: str = Field(description="accredited, suspended, not-yet, withdrawn, expired, refused, or none.")
    since: str | None = Field(description=DAY)
    until: str | None = Field(description="The last day of this state, as far as is known.")
    decision: str | None = Field(description="The number of the decision behind it.")
    quality_body: str | None


class RegisterLine(StandingRecord):
    """One line of the register. Without a programme or a scheme it is about the provider as a whole."""

    provider: OrganisationLine
    programme: CourseLine | None
    scheme: str | None = Field(description="The name of a scheme that certifies what people can do.")


class RegisterPage(Schema):
    """One page of the register as it stands on a day."""

    on: str = Field(description=DAY)
    total: int
    items: list[RegisterLine]
    next: str | None = Field(description="The address of the next page.")


class DecisionRecord(Schema):
    """The dated facts of one decision."""

    number: str
    verdict: str = Field(description="accredited or refused.")
    provider: str = Field(description="Its slug.")
    programme: str | None = Field(description="The address of the course; null for the provider as a whole.")
    quality_body: str
    framework: str
    framework_version: str
    scope: dict[str, Any] = Field(description="What it is narrowed to; empty for nothing.")
    decided_on: str
    first_on: str | None
    last_on: str | None
    suspensions: list[list[str | None]] = Field(description="From the first day to the day before the second.")
    withdrawn_on: str | None


class DecisionOnDay(DecisionRecord):
    """One decision, and what it is worth on the day asked."""

    on: str
    state: str


class ProviderRecord(Schema):
    """Everything about one provider on the day asked."""

    on: str
    provider: OrganisationLine
    standings: list[StandingRecord] = Field(description="As a whole, framework by framework.")
    courses: list[RegisterLine]
    decisions: list[DecisionRecord] = Field(description="Every one ever taken, the newest first.")
    endorsements: int = Field(description="How many organisations vouch for it.")


class Change(Schema):
    """One change of the register."""

    index: int = Field(description="The number of its entry in the transparency log.")
    at: str
    kind: str = Field(description="decision or sanction.")
    decision: str
    facts: dict[str, Any]
    address: str


class Changes(Schema):
    """What changed after an entry."""

    items: list[Change]
    next: str | None


class Gate(Schema):
    """Whether public money may pay."""

    act: str
    on: str
    open: bool
    asked: bool = Field(description="False where the operator asks for no label.")
    frameworks: list[str]
    decision: str | None
    reasons: list[str]


class CoverageRecord(Schema):
    """How many of the listed courses have which quality assurance, and fill which definition."""

    counted_at: str
    total: int
    quality_assurance: dict[str, int]
    profiles: dict[str, int]
