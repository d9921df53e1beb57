"""Reads of the wallet. Everything is loaded through the person it belongs to, or through an unguessable token."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from opencairn.credentials.models import Credential
from opencairn.credentials.queries import newer_than
from opencairn.kit.dates import iso, parse_iso
from opencairn.people.models import Person
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.queries import with_stones

from .models import Holding, Share
from .rules import piles

_CREDENTIAL = (
    "award__version__programme__provider",
    "award__version__awarding_body",
    "key__organisation",
)


@dataclass(frozen=True)
class State:
    """How a credential stands at one instant, as this site knows it. ``outcome`` is pass or fail."""

    outcome: str
    text: str
    reason: str = ""

    @property
    def in_force(self) -> bool:
        """Whether it counts."""
        return self.outcome == "pass"


def state_of(credential: Credential, *, at: datetime) -> State:
    """Say whether the credential is in force, corrected, revoked or expired. What ended is never shown as good (UR1).

    Only the document expires: what was achieved does not lapse with it.
    """
    if credential.revoked_at and credential.replaced_at:
        said = _("Corrected on %(day)s") % {"day": date_format(credential.replaced_at)}
        return State("fail", said, credential.revocation_reason)
    if credential.revoked_at:
        said = _("Revoked on %(day)s") % {"day": date_format(credential.revoked_at)}
        return State("fail", said, credential.revocation_reason)
    until = _valid_until(credential)
    if until and until <= at:
        return State("fail", _("The document ran out on %(day)s") % {"day": date_format(until)})
    return State("pass", _("In force"))


def _valid_until(credential: Credential) -> datetime | None:
    try:
        return parse_iso(json.loads(credential.document)["validUntil"])
    except (ValueError, KeyError, TypeError):
        return None


def version_of(credential: Credential) -> ProgrammeVersion | None:
    """Return the description that was achieved; None where the award was erased."""
    return credential.award.version if credential.award else None


def my_holdings(person: Person) -> QuerySet[Holding]:
    """Return what a person holds, newest award first."""
    related = (f"credential__{name}" for name in _CREDENTIAL)
    return (
        Holding.objects.filter(person=person)
        .select_related(*related)
        .order_by(F("credential__award__awarded_on").desc(nulls_last=True), "-accepted_at")
    )


@dataclass(frozen=True)
class Entry:
    """One line of the portfolio. ``links`` counts the links to it that still work; ``earlier`` lie folded under it."""

    holding: Holding
    version: ProgrammeVersion | None
    state: State
    links: int
    earlier: "tuple[Entry, ...]" = ()

    @property
    def facts(self) -> str:
        """Work, level and grade in one line, as far as they are stated."""
        version, award = self.version, self.holding.credential.award
        ects = version.ects if version else None
        level = version.eqf_level if version else None
        said = [
            _("%(ects)s ECTS") % {"ects": number_format(ects.normalize())} if ects is not None else "",
            _("level %(level)s") % {"level": level} if level else "",
            _("grade %(grade)s") % {"grade": award.grade} if award and award.grade else "",
        ]
        return ", ".join(words for words in said if words)


@dataclass(frozen=True)
class Portfolio:
    """What a person holds, as the page shows it. ``piles`` are cairns of what is in force, as (year, versions)."""

    entries: list[Entry]
    piles: list[tuple[int | None, list[ProgrammeVersion]]]
    ects: Decimal
    since: int | None

    @property
    def in_force(self) -> int:
        """How many of them count."""
        return sum(entry.state.in_force for entry in self.entries)

    @property
    def lapsed(self) -> list[Entry]:
        """Those that count no more."""
        return [entry for entry in self.entries if not entry.state.in_force]


def portfolio(person: Person, *, at: datetime) -> Portfolio:
    """Return the person's portfolio. A revoked or expired credential stays in the list but not in the cairn (UR1)."""
    working = Count("share", filter=Q(share__ended_at=None))
    held = list(my_holdings(person).annotate(links=working))
    ids = [each.credential.award.version_id for each in held if each.credential.award]
    drawn = with_stones(ProgrammeVersion.objects.filter(pk__in=ids)).in_bulk()
    entries = [
        Entry(
            each,
            drawn[each.credential.award.version_id] if each.credential.award else None,
            state_of(each.credential, at=at),
            each.links,
        )
        for each in held
    ]
    entries = _folded(entries)
    counted = [
        (entry.holding.credential.award.awarded_on.year, entry.version)
        for entry in entries
        if entry.state.in_force and entry.version and entry.holding.credential.award
    ]
    return Portfolio(
        entries=entries,
        piles=piles(counted),
        ects=sum((version.ects or Decimal(0) for _year, version in counted), Decimal(0)),
        since=min((year for year, _version in counted), default=None),
    )


def _folded(entries: list[Entry]) -> list[Entry]:
    """Lay each credential that a held one took the place of under that one, however long the chain is."""
    held = {entry.holding.credential_id: entry for entry in entries}
    replaced = {entry.holding.credential.replaces_id for entry in entries} & held.keys()
    return [
        replace(entry, earlier=tuple(_before(entry, held)))
        for entry in entries
        if entry.holding.credential_id not in replaced
    ]


def _before(entry: Entry, held: dict[UUID, Entry]) -> Iterator[Entry]:
    earlier = held.get(entry.holding.credential.replaces_id) if entry.holding.credential.replaces_id else None
    while earlier is not None:
        yield earlier
        below = earlier.holding.credential.replaces_id
        earlier = held.get(below) if below else None


def newer_of(holding: Holding) -> tuple[Credential, Holding | None] | None:
    """Return the credential that took the place of a held one, with the person's holding of it once accepted."""
    newer = newer_than(holding.credential)
    return (newer, Holding.objects.filter(credential=newer).first()) if newer else None


def my_open_shares(person: Person) -> QuerySet[Share]:
    """Return all links of a person that still work, newest first."""
    related = (f"holding__credential__{name}" for name in _CREDENTIAL)
    return (
        Share.objects.filter(holding__person=person, ended_at=None)
        .select_related("holding", *related)
        .order_by("-created_at")
    )


def my_holding(person: Person, id: UUID) -> Holding:  # noqa: A002 - the address calls it id
    """Return one holding of this person; someone else's does not exist for them (404)."""
    return get_object_or_404(my_holdings(person), id=id)


def waiting_credentials(person: Person) -> QuerySet[Credential]:
    """Return what was issued to a person and not yet accepted, newest first."""
    return (
        Credential.objects.current()
        .filter(award__person=person, holding=None)
        .exclude(document="")
        .select_related(*_CREDENTIAL)
        .order_by("-issued_at")
    )


def my_credential(person: Person, id: UUID) -> Credential:  # noqa: A002 - the address calls it id
    """Return one credential that was issued to this person; 404 for everyone else."""
    mine = Credential.objects.filter(award__person=person).exclude(document="")
    return get_object_or_404(mine.select_related(*_CREDENTIAL), id=id)


def open_shares(holding: Holding) -> QuerySet[Share]:
    """Return the links to one holding that still work, newest first."""
    return Share.objects.filter(holding=holding, ended_at=None).order_by("-created_at")


def my_share(person: Person, holding: UUID, id: int) -> Share:  # noqa: A002 - the address calls it id
    """Return one of this person's own links; 404 for everyone else."""
    return get_object_or_404(Share.objects.select_related("holding"), id=id, holding=holding, holding__person=person)


def shared(token: str) -> Share:
    """Return the share of a token, ended or open. Raises Http404 where there never was one, or its holder left."""
    related = (f"holding__credential__{name}" for name in _CREDENTIAL)
    share = Share.objects.filter(token=token).select_related("holding", *related).first()
    if share is None:
        raise Http404
    return share


def address_of(share: Share) -> str:
    """Return the whole address of a share, to be copied or printed. It names no person."""
    return f"{settings.BASE_URL}{reverse('wallet:shared', args=[share.token])}"


def export_person(person: Person) -> dict[str, Any]:
    """Return everything this room holds about a person, for their own copy."""
    return {
        "holdings": [
            {
                "credential": f"urn:uuid:{holding.credential_id}",
                "accepted_at": iso(holding.accepted_at),
                "links": [
                    {
                        "address": address_of(share),
                        "purpose": share.purpose,
                        "note": share.note,
                        "made_at": iso(share.created_at),
                        "ended_at": iso(share.ended_at) if share.ended_at else None,
                    }
                    for share in Share.objects.filter(holding=holding).order_by("created_at")
                ],
            }
            for holding in my_holdings(person)
        ]
    }
