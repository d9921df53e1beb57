"""Public programmes as plain values for programs: the API, the dump and the changes feed all say the same words."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from opencairn.kit.dates import iso
from opencairn.people.models import Organisation

from .exchange import address_of, described
from .feed_rules import cursor
from .formats import Description
from .formats.fields import FACTS, RUN
from .models import Change, Feed, Offering, Programme, ProgrammeVersion, Revision

AT_ONCE = 500  # programmes read from the database together
Record = dict[str, Any]


def records(programmes: Iterable[UUID]) -> dict[UUID, Record]:
    """The public programmes among these, each as one record. A programme that is not public is not among them."""
    public = Programme.objects.public().filter(pk__in=list(programmes))
    versions = list(
        ProgrammeVersion.objects.filter(pk__in=public.values("current")).select_related(
            "programme__provider", "awarding_body"
        )
    )
    feeds = _feeds(version.programme.source for version in versions)
    pairs = zip(versions, described(versions, quality={}), strict=True)
    return {version.programme_id: _record(version.programme, what, feeds) for version, what in pairs}


def everything() -> Iterator[Record]:
    """Every public programme in the order of identifiers, a few hundred in memory at a time."""
    last = UUID(int=0)
    public = Programme.objects.public().order_by("pk")
    while some := list(public.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        found = records(some)
        yield from (found[pk] for pk in some if pk in found)
        last = some[-1]


def _feeds(sources: Iterable[str]) -> dict[str, str]:
    wanted = {UUID(source[5:]) for source in sources if source.startswith("feed-") and len(source) == 37}
    return {feed.source: feed.name for feed in Feed.objects.filter(pk__in=wanted)} if wanted else {}


def _record(programme: Programme, what: Description, feeds: dict[str, str]) -> Record:
    source = {"name": feeds.get(programme.source, programme.source), "identifier": programme.source_id}
    return {
        "id": what.uuid,
        "slug": programme.slug,
        "url": what.url,
        "kind": what.published_as,
        "version": what.version,
        "changed_at": iso(what.changed_at),
        "provider": organisation_record(programme.provider),
        "awarding_bodies": [vars(each) for each in what.awarding_bodies],
        "partners": list(what.partners),
        **{name: _plain(what.facts[name]) for name in FACTS},
        "outcomes": what.outcomes,
        "offerings": [_run(run) for run in what.offerings],
        "source": source if programme.source else None,
    }


def run_record(run: Offering) -> Record:
    """One dated run. A price is words, so that no cent is lost; no start means any day, no capacity no limit."""
    return _run({"id": str(run.pk), **{name: getattr(run, name) for name in RUN}})


def _run(facts: Record) -> Record:
    price = facts["price"]
    return {name: _plain(value) for name, value in facts.items()} | {"price": None if price is None else str(price)}


def organisation_record(one: Organisation) -> Record:
    """An organisation of this site as a programme names it."""
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
        "url": address_of(row.slug),
        "changed_at": iso(row.changed_at),
        "programme": record,
    }
