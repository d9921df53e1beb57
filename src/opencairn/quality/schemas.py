"""The published data dictionary of the register: what each field of its API means."""

from typing import Any

from ninja import Field, Schema

DAY = "A day, ISO 8601."


class OrganisationLine(Schema):
    """An organisation as the register names it."""

    slug: str = Field(description="Its name in addresses.")
    name: str = Field(description="Its name.")
    country: str | None = Field(description="ISO 3166-1 alpha-2.")
    closed_on: str | None = Field(description="The day on which it closed; null while it is open.")
    address: str = Field(description="Where people read about it.")


class CourseLine(Schema):
    """A course as the register names it."""

    slug: str = Field(description="Its name in addresses.")
    title: dict[str, str] = Field(description="Words by language.")
    address: str | None = Field(description="Where people read about it; null where it is not public.")


class StandingRecord(Schema):
    """What the register says on the day asked."""

    state: str = Field(
        description="accredited, suspended, due (of a day to come: it does not count from `since` on, unless what is "
        "due before that day is done), not-yet, withdrawn, expired, refused, or none."
    )
    since: str | None = Field(description=DAY)
    until: str | None = Field(description="The last day of this state, as far as is known.")
    decision: str | None = Field(description="The number of the decision behind it.")
    quality_body: str | None = Field(description="The name of the body that decided; null without a decision.")


class RegisterLine(StandingRecord):
    """One line of the register. Without a programme or a scheme it is about the provider as a whole."""

    provider: OrganisationLine = Field(description="Who offers it.")
    programme: CourseLine | None = Field(description="The course; null for the provider as a whole, or a scheme.")
    scheme: str | None = Field(description="The name of a scheme that certifies what people can do.")


class RegisterPage(Schema):
    """One page of the register as it stands on a day."""

    on: str = Field(description=DAY)
    total: int = Field(description="How many in all.")
    items: list[RegisterLine] = Field(description="The lines of this page.")
    next: str | None = Field(description="The address of the next page.")


class DecisionRecord(Schema):
    """The dated facts of one decision."""

    number: str = Field(description="The number under which it is public.")
    verdict: str = Field(description="accredited or refused.")
    provider: str = Field(description="Its slug.")
    object: str = Field(description="What it is about: provider, programme, module or scheme.")
    programme: str | None = Field(description="The address of the course; null for the provider, or a scheme.")
    scheme: str | None = Field(description="The name of a scheme that certifies what people can do.")
    quality_body: str = Field(description="The name of the body that decided.")
    framework: str = Field(description="The key of the quality framework.")
    framework_version: str = Field(description="The version it was taken under, for good.")
    track: str = Field(description="The way taken through a hybrid framework, by its key; empty where there is one.")
    scope: dict[str, Any] = Field(description="What it was narrowed to when it was taken; empty for nothing.")
    scopes: list[list[Any]] = Field(description="Changes: from which day, and what it is narrowed to from then on.")
    decided_on: str = Field(description="The day it was taken, ISO 8601.")
    first_on: str | None = Field(description="The first day it counts; null for a refusal.")
    last_on: str | None = Field(description="The last day it counts; null for a refusal.")
    suspensions: list[list[str | None]] = Field(description="From the first day to the day before the second.")
    withdrawn_on: str | None = Field(description="The day from which it was withdrawn; null where it was not.")
    undone: list[list[str]] = Field(description="Withdrawn from the first day to the day before the second.")


class DecisionOnDay(DecisionRecord):
    """One decision, and what it is worth on the day asked."""

    on: str = Field(description="The day asked about, ISO 8601.")
    state: str = Field(description="As in a line of the register.")


class ProviderRecord(Schema):
    """Everything about one provider on the day asked."""

    on: str = Field(description="The day asked about, ISO 8601.")
    provider: OrganisationLine = Field(description="Who offers it.")
    standings: list[StandingRecord] = Field(description="As a whole, framework by framework.")
    courses: list[RegisterLine] = Field(description="Course by course.")
    decisions: list[DecisionRecord] = Field(description="Every one ever taken, the newest first.")
    endorsements: int = Field(description="How many organisations vouch for it.")


class Change(Schema):
    """One change of the register."""

    index: int = Field(description="The number of its entry in the transparency log.")
    at: str = Field(description="The instant of the entry, ISO 8601.")
    kind: str = Field(description="decision, sanction or audit.")
    decision: str = Field(description="The number of the decision.")
    facts: dict[str, Any] = Field(description="What the entry of the log says.")
    address: str = Field(description="Where people read about it.")


class Changes(Schema):
    """What changed after an entry."""

    items: list[Change] = Field(description="The oldest first.")
    next: str | None = Field(description="The address of what comes after; null at the end.")


class Gate(Schema):
    """Whether public money may pay."""

    act: str = Field(description="What waits: fund.")
    on: str = Field(description="The day asked about, ISO 8601.")
    open: bool = Field(description="Whether it may.")
    asked: bool = Field(description="False where the operator asks for no label.")
    frameworks: list[str] = Field(description="The labels asked for, by their keys.")
    decision: str | None = Field(description="The number of the decision that settles it.")
    reasons: list[str] = Field(description="Why not, in sentences.")


class CoverageRecord(Schema):
    """How many of the listed courses have which quality assurance, and fill which definition."""

    counted_at: str = Field(description="The instant of the count, ISO 8601.")
    total: int = Field(description="How many in all.")
    quality_assurance: dict[str, int] = Field(description="Courses by kind of quality assurance.")
    profiles: dict[str, int] = Field(description="Courses that fill each completeness profile, by its key.")
