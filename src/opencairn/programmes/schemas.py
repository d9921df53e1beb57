"""The published data dictionary: what each field of the API means. A record has the fields of the tables."""

from typing import Any, Literal

from django.db import models
from django.utils.translation import override
from ninja import Field, Schema
from pydantic import ConfigDict, create_model

from .facts import TEXTS
from .formats.fields import FACTS
from .models import PUBLISHED_AS, ProgrammeVersion
from .questions import QUESTIONS

Text = dict[str, str]
STRICT = ConfigDict(extra="forbid")


class Plain(Schema):
    """The shape of every answer: nothing beside the fields that are described."""

    model_config = STRICT


class Problem(Schema):
    """What went wrong and what to do (RFC 9457)."""

    title: str = Field(description="What is wrong, and what to do.")
    status: int = Field(description="The HTTP status.")
    detail: str | None = Field(None, description="More about it.")
    errors: list[str] | None = Field(None, description="The same in pieces.")


class OrganisationName(Plain):
    """An organisation as a programme names it."""

    slug: str = Field(description="Its lasting identifier: see /providers/{slug}.")
    name: str = Field(description="Its name.")
    country: str = Field(description="ISO 3166-1 alpha-2; empty where it is not known.")


class Named(Plain):
    """An organisation, of this site or named in the words of the provider."""

    name: str = Field(description="Its name.")
    country: str = Field(description="ISO 3166-1 alpha-2; empty where it is not known.")
    url: str = Field(description="A page about it; empty where there is none.")


class Partner(Plain):
    """Somebody who makes a programme possible beside its provider."""

    role: str = Field(description="designer, funder, endorser or employer.")
    name: str = Field(description="Its name.")
    url: str = Field(description="A page about it; empty where there is none.")


class Skill(Plain):
    """A skill that an outcome builds, confirmed by a person of the provider."""

    uri: str = Field(description="Its address in its taxonomy, by which skills are compared.")
    label: str = Field(description="Its name, for people.")
    framework: str = Field(description="The taxonomy, such as ESCO; empty where it is not known.")


class OutcomeRecord(Plain):
    """One learning outcome."""

    text: Text = Field(description="What a learner will be able to do, by language (BCP 47).")
    skills: list[Skill] = Field(description="The skills it builds.")


class Run(Plain):
    """A dated run of a programme."""

    id: str = Field(description="A UUID that never changes.")
    starts_on: str | None = Field(description="The first day; null where it can be started any day.")
    ends_on: str | None = Field(description="The last day.")
    enrol_until: str | None = Field(description="The last day to enrol.")
    place: str = Field(description="Where it takes place.")
    languages: list[str] = Field(description="Languages of teaching (BCP 47).")
    schedule: Text = Field(description="When in the week, by language.")
    capacity: int | None = Field(description="Places; null for no limit.")
    price: str | None = Field(description="The amount as decimal words, so that no cent is lost; null is not stated.")
    currency: str = Field(description="ISO 4217; empty where no price is stated.")


class Source(Plain):
    """Where a listing was taken from."""

    name: str = Field(description="The feed or catalogue.")
    identifier: str = Field(description="What it is called there.")


def _labels() -> dict[str, str]:
    with override("en"):
        return {answer.name: str(answer.label) for question in QUESTIONS for answer in question.answers}


def _field(name: str) -> tuple[Any, Any]:
    """The type of a column as JSON has it, and its description: the label of the question that asks for it."""
    column = ProgrammeVersion._meta.get_field(name)  # noqa: SLF001 - Django's public name for it
    said = f"{_labels().get(name, name.replace('_', ' ').capitalize())}. {getattr(column, 'help_text', '')}".strip()
    if name in TEXTS:
        return Text, Field(description=f"{said} By language (BCP 47); empty where it is not stated.")
    kinds: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
        (models.DecimalField, float | None),
        (models.IntegerField, int | None),
        (models.DateField, str | None),
        (models.JSONField, list[Any]),
    )
    found: Any = next((kind for column_type, kind in kinds if isinstance(column, column_type)), str)
    return found, Field(description=said)


_make: Any = create_model  # the fields are known only when it runs
ProgrammeRecord: Any = _make(
    "Programme",
    __config__=STRICT,
    __doc__="One public programme, whole: its version in force, its outcomes and its runs.",
    id=(str, Field(description="A UUID that never changes.")),
    slug=(str, Field(description="The lasting name in addresses.")),
    url=(str, Field(description="The lasting address of its page, and its identifier for others.")),
    kind=(Literal[tuple(code for code, _words in PUBLISHED_AS)], Field(
        description="A micro-credential states all mandatory elements; a listing is incomplete."
    )),
    version=(int, Field(description="The number of the version in force.")),
    changed_at=(str, Field(description="When anything public about it last changed.")),
    provider=(OrganisationName, Field(description="Who provides it.")),
    awarding_bodies=(list[Named], Field(description="Who awards the credential; empty where it is not stated.")),
    partners=(list[Partner], Field(description="Who else makes it possible.")),
    **{name: _field(name) for name in FACTS},
    outcomes=(list[OutcomeRecord], Field(description="Learning outcomes, in their order.")),
    offerings=(list[Run], Field(description="Runs that were not cancelled, by their start.")),
    source=(Source | None, Field(description="Where a listing was taken from; null for one described here.")),
)  # fmt: skip


class ProgrammePage(Plain):
    """Some programmes in the order of their identifiers."""

    items: list[ProgrammeRecord] = Field(description="The programmes.")
    next: str | None = Field(description="The address of the next page; null on the last.")


class RunOfProgramme(Run):
    """A dated run, and what it is a run of."""

    programme: "ProgrammeName" = Field(description="The programme.")


class ProgrammeName(Plain):
    """A programme as others refer to it."""

    id: str = Field(description="Its UUID.")
    slug: str = Field(description="Its lasting name: see /programmes/{slug}.")
    url: str = Field(description="The lasting address of its page.")
    title: Text = Field(description="Its title by language.")


RunOfProgramme.model_rebuild()


class RunPage(Plain):
    """Some runs in the order of their identifiers."""

    items: list[RunOfProgramme] = Field(description="The runs.")
    next: str | None = Field(description="The address of the next page; null on the last.")


class Provider(Plain):
    """An organisation that provides learning."""

    slug: str = Field(description="Its lasting identifier.")
    name: str = Field(description="Its name.")
    country: str = Field(description="ISO 3166-1 alpha-2; empty where it is not known.")
    locality: str = Field(description="The town.")
    website: str = Field(description="Its own pages.")
    url: str = Field(description="The address of its page here.")
    verified: bool = Field(description="Whether the operator of this site has checked who it is.")
    programmes: int = Field(description="How many public programmes it has.")


class SkillsBuilt(Plain):
    """How many courses in force build digital and green skills. Only skills that a person confirmed count."""

    courses: int = Field(description="How many public programmes there are.")
    aligned: int = Field(description="How many of them have a confirmed skill.")
    digital: int = Field(description="How many of them build a digital skill.")
    green: int = Field(description="How many of them build a green skill.")


class OneProvider(Provider):
    """An organisation that provides learning, and which skills its offer builds."""

    skills_built: SkillsBuilt = Field(description="What its offer builds, by confirmed skills.")


class ProviderPage(Plain):
    """Some providers in the order of their identifiers."""

    items: list[Provider] = Field(description="The providers.")
    next: str | None = Field(description="The address of the next page; null on the last.")


class ChangeRecord(Plain):
    """One change: what a programme is now, or that it is no longer public."""

    cursor: str = Field(description="The place of this change in the order of all.")
    kind: Literal["upsert", "withdrawal"] = Field(description="Put the programme in place, or take it out.")
    id: str = Field(description="The UUID of the programme.")
    url: str = Field(description="The lasting address of its page, also when it is withdrawn.")
    changed_at: str = Field(description="When it changed.")
    programme: ProgrammeRecord | None = Field(description="The whole programme; null for a withdrawal.")


class ChangePage(Plain):
    """Changes in their order. A programme that changed often stands once, at its last change."""

    items: list[ChangeRecord] = Field(description="The changes, oldest first.")
    cursor: str = Field(description="Keep it, and ask again with it: it is where these changes end.")
    more: bool = Field(description="Whether more are waiting already.")


class Manifest(Plain):
    """The newest dump: every public programme, one record a line, as JSON Lines packed with gzip."""

    name: str = Field(description="The name of the file.")
    url: str = Field(description="Where the file is.")
    made_at: str = Field(description="When it was made.")
    count: int = Field(description="How many programmes it has.")
    bytes: int = Field(description="The size of the file.")
    sha256: str = Field(description="The SHA-256 of the file, in hexadecimal digits.")
    cursor: str = Field(description="Follow /changes from here to stay up to date.")
    licence: str = Field(description="The licence of the data; empty where the operator has stated none.")


class Rung(Plain):
    """Whether the bell was heard."""

    heard: bool = Field(description="The feed is looked at soon; false where it is paused.")
