"""Public programmes as plain values for programs: the API, the dump and the changes feed all say the same words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from opencairn.kit.dates import iso
from opencairn.people.models import Organisation

from .feed_rules import cursor
from .models import Change, Feed, Offering, Outcome, Programme, ProgrammeVersion, Revision
from .queries import PLAIN, TEXTS

AT_ONCE = 500  # programmes read from the database together
Record = dict[str, Any]


def address(slug: str) -> str:
    """The lasting web address of a programme, by which others know it."""
    return settings.BASE_URL + reverse("programmes:programme", args=[slug])


def records(programmes: Iterable[UUID]) -> dict[UUID, Record]:
    """The public programmes among these, each as one record. A programme that is not public is not among them."""
    versions = ProgrammeVersion.objects.filter(
        pk__in=Programme.objects.public().filter(pk__in=list(programmes)).values("current")
    ).select_related("programme__provider", "awarding_body")
    found = {version.programme_id: version for version in versions}
    outcomes, runs = _outcomes(version.pk for version in found.values()), _runs(found)
    feeds = _feeds(version.programme.source for version in found.values())
    return {pk: _record(version, outcomes[version.pk], runs[pk], feeds) for pk, version in found.items()}


def everything() -> Iterator[Record]:
    """Every public programme in the order of identifiers, a few hundred in memory at a time."""
    last = UUID(int=0)
    while some := list(
        Programme.objects.public().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        found = records(some)
        yield from (found[pk] for pk in some if pk in found)
        last = some[-1]


def _outcomes(versions: Iterable[int]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    for one in Outcome.objects.filter(version__in=list(versions)).order_by("version", "position"):
        found[one.version_id].append({"text": one.text, "skills": one.skills})
    return found


def _runs(programmes: Iterable[UUID]) -> dict[UUID, list[Record]]:
    found: dict[UUID, list[Record]] = defaultdict(list)
    rows = Offering.objects.running().filter(programme__in=list(programmes))
    for run in rows.order_by("starts_on", "created_at", "pk"):
        found[run.programme_id].append(run_record(run))
    return found


def run_record(run: Offering) -> Record:
    """One dated run. A price is words, so that no cent is lost; no start means any day, no capacity no limit."""
    return {
        "id": str(run.pk),
        "starts_on": _plain(run.starts_on),
        "ends_on": _plain(run.ends_on),
        "enrol_until": _plain(run.enrol_until),
        "place": run.place,
        "languages": run.languages,
        "schedule": run.schedule,
        "capacity": run.capacity,
        "price": None if run.price is None else str(run.price),
        "currency": run.currency,
    }


def _feeds(sources: Iterable[str]) -> dict[str, str]:
    wanted = {UUID(source[5:]) for source in sources if source.startswith("feed-") and len(source) == 37}
    return {feed.source: feed.name for feed in Feed.objects.filter(pk__in=wanted)}


def _record(version: ProgrammeVersion, outcomes: list[Record], runs: list[Record], feeds: dict[str, str]) -> Record:
    programme = version.programme
    source = {"name": feeds.get(programme.source, programme.source), "identifier": programme.source_id}
    return {
        "id": str(programme.pk),
        "slug": programme.slug,
        "url": address(programme.slug),
        "kind": version.published_as,
        "version": version.number,
        "published_at": _plain(version.published_at),
        "changed_at": iso(programme.changed_at),
        "provider": organisation_record(programme.provider),
        "awarding_body": organisation_record(version.awarding_body) if version.awarding_body else None,
        **{name: _plain(getattr(version, name)) for name in TEXTS + PLAIN},
        "outcomes": outcomes,
        "offerings": runs,
        "source": source if programme.source else None,
    }


def organisation_record(one: Organisation) -> Record:
    """An organisation as a programme names it."""
    return {"slug": one.slug, "name": one.name, "country": one.country}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def newest() -> str:
    """The cursor of the last change that was numbered; "" before the first."""
    revision = Revision.objects.first()
    return cursor(revision.series, revision.number) if revision else ""


def changes(*, after: int, most: int, upto: int | None = None) -> list[tuple[Change, Record | None]]:
    """The changes behind a number in their order, with the programme as it is now; None where it is withdrawn."""
    numbered = Change.objects.filter(number__gt=after)
    rows = list((numbered.filter(number__lte=upto) if upto else numbered).order_by("number")[:most])
    found = records(row.programme for row in rows if not row.gone)
    return [(row, found.get(row.programme)) for row in rows]


def change_record(row: Change, record: Record | None, series: str) -> Record:
    """One line of the changes feed: an upsert with the whole programme, or a withdrawal with its identifier alone."""
    return {
        "cursor": cursor(series, row.number),
        "kind": "upsert" if record else "withdrawal",
        "id": str(row.programme),
        "url": address(row.slug),
        "changed_at": iso(row.changed_at),
        "programme": record,
    }
