"""Programmes, runs and providers for programs: lists, the whole dump, and what changed since."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.dateparse import parse_date
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Router

from opencairn.people.answers import (
    A_MINUTE,
    Gone,
    Missing,
    NotUnderstood,
    Unknown,
    api_address,
    limit,
    page,
    parameter,
    parameters,
    said,
)  # fmt: skip
from opencairn.people.limits import allow
from opencairn.people.models import Organisation

from . import actions, feed_rules, queries, records, schemas
from .exchange import address_of
from .models import PUBLISHED_AS, Offering, Programme, Revision

router = Router()
A_YEAR = "public, max-age=31536000, immutable"
KINDS = [code for code, _words in PUBLISHED_AS]


def _cursor(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET.get("cursor") or str(UUID(int=0)))
    except ValueError:
        raise NotUnderstood(_("This is no cursor of ours. Leave it out to begin at the beginning.")) from None


@router.get(
    "/programmes", response=schemas.ProgrammePage, tags=["programmes"], summary="All public programmes",
    openapi_extra=parameters(
        parameter("provider", "Of this provider alone: its slug."),
        parameter("kind", "Micro-credentials or listings alone.", type="string", enum=KINDS),
    ),
)  # fmt: skip
def programmes(request: HttpRequest) -> HttpResponse:
    """In the order of identifiers, which never change: a programme published meanwhile moves no other. To stay up to
    date, take the dump once and then follow the changes; to search, use /search.
    """
    rows, most = Programme.objects.public().filter(pk__gt=_cursor(request)), limit(request)
    if "provider" in request.GET:
        rows = rows.filter(provider__slug=request.GET["provider"])
    if "kind" in request.GET:
        if request.GET["kind"] not in KINDS:
            raise NotUnderstood(_("“kind” has to be one of: %(known)s.") % {"known": ", ".join(KINDS)})
        rows = rows.filter(current__published_as=request.GET["kind"])
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[: most + 1])
    found = records.records(ids[:most])
    items = [found[pk] for pk in ids[:most] if pk in found]
    return said(page(request, items, after=str(ids[most - 1]) if len(ids) > most else ""))


@router.get(
    "/offerings", response=schemas.RunPage, tags=["programmes"], summary="All dated runs",
    openapi_extra=parameters(
        parameter("programme", "Of this programme alone: its slug."),
        parameter("starts_from", "Starting on this day or later.", type="string", format="date"),
        parameter("starts_until", "Starting on this day or before.", type="string", format="date"),
    ),
)  # fmt: skip
def offerings(request: HttpRequest) -> HttpResponse:
    """Runs of public programmes that were not cancelled, in the order of their identifiers."""
    most = limit(request)
    rows = Offering.objects.running().filter(
        pk__gt=_cursor(request), programme__current__isnull=False, programme__withdrawn_at=None,
        programme__provider__closed_at=None,
    )  # fmt: skip
    if "programme" in request.GET:
        rows = rows.filter(programme__slug=request.GET["programme"])
    for name, lookup in (("starts_from", "starts_on__gte"), ("starts_until", "starts_on__lte")):
        if name in request.GET:
            rows = rows.filter(**{lookup: _day(request, name)})
    found = list(rows.select_related("programme__current").order_by("pk")[: most + 1])
    items = [
        records.run_record(run)
        | {
            "programme": {
                "id": str(run.programme_id),
                "slug": run.programme.slug,
                "url": address_of(run.programme.slug),
                "title": run.programme.current.title if run.programme.current else {},
            }
        }
        for run in found[:most]
    ]
    return said(page(request, items, after=str(found[most - 1].pk) if len(found) > most else ""))


def _day(request: HttpRequest, name: str) -> Any:
    try:
        found = parse_date(request.GET[name])
    except ValueError:
        found = None
    if found is None:
        raise NotUnderstood(_("“%(name)s” has to be a day, such as 2026-09-14.") % {"name": name})
    return found


@router.get(
    "/providers", response=schemas.ProviderPage, tags=["providers"], summary="All providers",
    openapi_extra=parameters(parameter("country", "In this country: ISO 3166-1 alpha-2, such as IE.")),
)  # fmt: skip
def providers(request: HttpRequest) -> HttpResponse:
    """Organisations that have a public programme, in the order of their slugs."""
    most = limit(request)
    rows = _providers().filter(slug__gt=_words(request, "cursor"))
    if "country" in request.GET:
        rows = rows.filter(country=_words(request, "country").upper())
    found = list(rows.order_by("slug")[: most + 1])
    return said(page(request, _told(found[:most]), after=found[most - 1].slug if len(found) > most else ""))


@router.get("/providers/{slug:slug}", response=schemas.OneProvider, tags=["providers"], summary="One provider")
def provider(request: HttpRequest, slug: str) -> HttpResponse:
    """A provider with at least one public programme."""
    one = _providers().filter(slug=slug).first()
    if one is None:
        raise Http404("no such provider")
    return said(_told([one])[0] | {"skills_built": queries.offer_built(one)})


def _words(request: HttpRequest, name: str) -> str:
    words = request.GET.get(name, "")
    if not words.isprintable() or len(words) > 100:
        raise NotUnderstood(_("“%(name)s” cannot be read.") % {"name": name})
    return words


def _providers() -> QuerySet[Organisation]:
    public = Programme.objects.public().filter(provider=OuterRef("pk"))
    return Organisation.objects.filter(Exists(public), closed_at=None)


def _told(found: list[Organisation]) -> list[dict[str, Any]]:
    """Providers as records, with the number of their programmes counted for these alone."""
    rows = Programme.objects.public().filter(provider__in=found).values_list("provider").annotate(Count("pk"))
    counts = dict(rows.order_by())
    return [
        records.organisation_record(one)
        | {
            "locality": one.locality,
            "website": one.website,
            "url": settings.BASE_URL + reverse("people:organisation", args=[one.slug]),
            "verified": one.verified_at is not None,
            "programmes": counts.get(one.pk, 0),
        }
        for one in found
    ]


@router.get(
    "/changes", response=schemas.ChangePage, tags=["all of it"], summary="What changed since",
    openapi_extra=parameters(),
)  # fmt: skip
def changes(request: HttpRequest) -> HttpResponse:
    """Every public change, once, in an order that never changes: whoever keeps the cursor of an answer and asks again
    with it misses nothing. Without a cursor it begins with the first programme. Withdrawals stay in the list for good.
    """
    actions.record_latest_changes(at=now())
    most = limit(request)
    series, after = _place(request)
    found = records.changes(after=after, most=most + 1)
    items = [records.change_record(row, record, series) for row, record in found[:most]]
    end = items[-1]["cursor"] if items else feed_rules.cursor(series, after)
    return said({"items": items, "cursor": end, "more": len(found) > most}, kept="public, max-age=10")


def _place(request: HttpRequest) -> tuple[str, int]:
    """Where to go on. A cursor of another database, or from ahead of this one, is told to begin again."""
    revision = Revision.objects.first() or actions.first_revision()
    words = request.GET.get("cursor", "")
    if not words:
        return revision.series, 0
    place = feed_rules.read_cursor(words)
    if place is None:
        raise NotUnderstood(_("This is no cursor of ours. Leave it out to begin at the beginning."))
    if place[0] != revision.series or place[1] > revision.number:
        raise Gone(
            _("This cursor is from before the data was restored. Take the dump again and go on from its cursor.")
        )
    return place


@router.get("/dump", response=schemas.Manifest, tags=["all of it"], summary="The newest dump")
def manifest(request: HttpRequest) -> HttpResponse:
    """Where the file with everything is, and where to go on from it. It is made anew within an hour of a change."""
    facts = actions.manifest()
    if facts is None:
        raise Missing(_("No dump has been made yet. The worker of this site makes one within the hour."))
    return said(facts | {"url": api_address(f"dump/{facts['name']}")})


@router.get(
    "/dump/{str:name}", tags=["all of it"], summary="The file of a dump",
    openapi_extra={"responses": {200: {"description": "JSON Lines, gzip", "content": {"application/gzip": {}}}}},
)  # fmt: skip
def dump_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One programme a line, as /programmes gives it. A file never changes; a newer one has another name. The name
    “latest” is always the newest, for those who harvest this site.
    """
    newest = actions.manifest()
    file = actions.dump_file(str(newest["name"]) if name == "latest" and newest else name)
    if file is None:
        raise Missing(_("There is no such file, or a newer one took its place: see /api/v1/dump."))
    etag = f'"{file.name}-{file.stat().st_size}"'
    if same := get_conditional_response(request, etag):
        return same
    response = FileResponse(file.open("rb"), content_type="application/gzip", as_attachment=True, filename=file.name)
    response.headers["Cache-Control"] = A_MINUTE if name == "latest" else A_YEAR
    response.headers["ETag"] = etag
    return response


@router.post(
    "/feeds/{uuid:feed}/ring", response={202: schemas.Rung}, tags=["feeds"], summary="Say that a feed changed",
    openapi_extra={"security": [{"bell": []}]},
)  # fmt: skip
def ring(request: HttpRequest, feed: UUID) -> HttpResponse:
    """For a catalogue that is harvested here: ring, and it is looked at soon. The secret of the bell, which the page of
    the feed gives, goes into the header Authorization, behind the word Bearer. No data is taken through this door.
    """
    allow(request, "ring", per_minute=10)
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret:
        raise Unknown(_("Send the secret of the bell in the header Authorization, behind the word Bearer."))
    heard = actions.ring(queries.feed_to_ring(feed), secret=secret.strip(), at=now())
    response = said({"heard": heard}, kept="no-store")
    response.status_code = 202
    return response
