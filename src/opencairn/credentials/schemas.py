"""The published data dictionary of issuers."""

from ninja import Field, Schema

from opencairn.quality.schemas import RegisterLine, StandingRecord


class IssuerRecord(Schema):
    """One signing key and its holder, and what the register says about the holder on the day asked."""

    id: str = Field(description="The did that signs.")
    provider: str = Field(description="The holder's slug.")
    name: str = Field(description="The name of the holder.")
    country: str = Field(description="ISO 3166-1 alpha-2; empty where it is not stated.")
    url: str = Field(description="Where people read about the holder.")
    since: str = Field(description="When the key was made, ISO 8601.")
    retired: str | None = Field(description="When the key was replaced, or its holder closed; null while it is in use.")
    compromised_from: str | None = Field(description="From when it may be in other hands; null for never.")
    verified: bool = Field(description="Whether the operator has checked who the holder is.")
    on: str = Field(description="The day asked about, ISO 8601.")
    standings: list[StandingRecord] = Field(description="The provider as a whole, framework by framework.")
    courses: list[RegisterLine] = Field(description="Course by course.")
