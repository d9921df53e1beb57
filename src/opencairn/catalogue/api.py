"""Searching for programs, as on the page and from the same filters; and one programme in every format."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Router

from opencairn.people.answers import (
    A_MINUTE,
    Gone,
    NotAcceptable,
    NotUnderstood,
    limit,
    link,
    number,
    parameter,
    parameters,
    said,
)  # fmt: skip
from opencairn.programmes import queries as programmes
from opencairn.programmes import records
from opencairn.programmes.exchange import address_of
from opencairn.programmes.formats import FORMATS, Format
from opencairn.programmes.models import Programme
from opencairn.programmes.schemas import ProgrammeRecord

from . import actions, exchange, queries, schemas
from .backends import SORTS
from .filters import FILTERS

router = Router(tags=["search"])
JSON = "application/json"
MOST = 100
FURTHEST = 10_000  # results into the depth: whoever wants all takes the dump
AROUND = 20  # places by which results may move between two pages and are still recognised


def _filters() -> list[dict[str, Any]]:
    codes = {"type": "string", "maxLength": queries.LONGEST_CODE}
    kinds = {"type": "array", "items": codes, "maxItems": queries.MOST_CODES}
    return [parameter(each.name, f"Filter “{each.name}”: repeat it for several codes.", **kinds) for each in FILTERS]


@router.get(
    "/search", response=schemas.SearchPage, summary="Search, narrow and order",
    openapi_extra=parameters(
        parameter("q", "Words, as typed on the page.", type="string", maxLength=queries.LONGEST_QUERY),
        *_filters(),
        parameter("sort", "The order.", type="string", enum=list(SORTS), default="best"),
        parameter(
            "page", f"The page, as /find/ counts them: {queries.PER_PAGE} results each unless limit says otherwise.",
            type="integer", minimum=1, maximum=FURTHEST,
        ),
        most=MOST, usual=queries.PER_PAGE,
    ),
)  # fmt: skip
def search(request: HttpRequest) -> HttpResponse:
    """The address of a search on the page, with /find/ replaced, gives the same programmes in the same order with the
    same counts. The next address goes on behind the last result wherever that stands by then; to copy everything take
    the dump and follow the changes.
    """
    _checked(request)
    at, most = now(), limit(request, most=MOST, usual=queries.PER_PAGE)
    actions.keep_current(at=at)
    criteria = queries.criteria_from(request.GET)
    if "cursor" in request.GET:
        first = _behind(criteria, request.GET["cursor"], at.date())
    else:
        first = (number(request, "page", least=1, most=FURTHEST, usual=1) - 1) * most
    found = queries.window(criteria, day=at.date(), first=first, last=first + most)
    end = first + len(found.hits)
    more = found.hits and end < min(found.total, FURTHEST)
    following = link(request, cursor=f"{end}.{found.hits[-1].programme.slug}") if more else None
    return said(
        {
            "total": found.total,
            "relaxed": found.relaxed,
            "guessed": list(found.guessed),
            "items": [_hit(each) for each in found.hits],
            "facets": [_facet(each) for each in found.facets],
            "next": following,
        },
        kept="public, max-age=30",
    )


def _checked(request: HttpRequest) -> None:
    """Refuse what the page would quietly leave out: a program should hear that it asked for something else."""
    if len(request.GET.get("q", "")) > queries.LONGEST_QUERY:
        raise NotUnderstood(_("“q” is too long: at most %(most)d characters.") % {"most": queries.LONGEST_QUERY})
    if request.GET.get("sort", "best") not in SORTS:
        raise NotUnderstood(_("“sort” has to be one of: %(known)s.") % {"known": ", ".join(SORTS)})
    for one in FILTERS:
        if len(set(request.GET.getlist(one.name))) > queries.MOST_CODES:
            raise NotUnderstood(
                _("“%(name)s” has too many codes: at most %(most)d.") % {"name": one.name, "most": queries.MOST_CODES}
            )
    if strange := queries.not_understood(request.GET):
        raise NotUnderstood(
            _("“%(value)s” means nothing here as “%(title)s”. The facets of an answer list what does.")
            % {"value": strange[0].value, "title": strange[0].title}
        )


def _behind(criteria: queries.Criteria, cursor: str, day: Any) -> int:
    """The place behind the result that came last, looked for around where it stood; else where it stood itself."""
    place, _dot, slug = cursor.partition(".")
    if not (place.isascii() and place.isdigit() and len(place) < 7 and int(place) <= FURTHEST):
        raise NotUnderstood(_("This is no cursor of ours. Leave it out to begin at the beginning."))
    first = max(int(place) - 1 - AROUND, 0)
    around = queries.slugs(criteria, day=day, first=first, last=int(place) + AROUND)
    return first + around.index(slug) + 1 if slug in around else int(place)


def _hit(hit: queries.Hit) -> dict[str, Any]:
    version, programme = hit.version, hit.programme
    same = ("title", "summary", "hours", "hours_most", "eqf_level", "participation", "languages", "field_code")
    return {
        "id": str(programme.pk),
        "slug": programme.slug,
        "url": address_of(programme.slug),
        "kind": version.published_as,
        **{name: getattr(version, name) for name in same},
        "ects": None if version.ects is None else float(version.ects),
        "provider": records.organisation_record(programme.provider),
        "next_offering": records.run_record(hit.offering) if hit.offering else None,
        "accreditation": {
            "state": hit.standing.state,
            "until": hit.standing.until.isoformat() if hit.standing.until else None,
        },
    }


def _facet(facet: queries.Facet) -> dict[str, Any]:
    return {
        "name": facet.filter.name,
        "title": str(facet.filter.title),
        "choices": [
            {"code": each.code, "words": each.words, "count": each.count, "chosen": each.chosen}
            for each in (*facet.choices, *facet.folded)
        ],
    }


@router.get(
    "/suggest", response=schemas.Suggestions, summary="Suggest words while somebody types",
    openapi_extra=parameters(
        parameter("q", "The beginning of words.", type="string", maxLength=queries.LONGEST_QUERY), paged=False
    ),
)  # fmt: skip
def suggest(request: HttpRequest) -> HttpResponse:
    """What the page suggests below its field; nothing for a single letter."""
    found = queries.suggest(request.GET.get("q", ""))
    return said({"items": [{"kind": each.kind, "words": each.words} for each in found]})


@router.get(
    "/programmes/{slug:slug}", response=ProgrammeRecord, tags=["programmes"], summary="One programme",
)  # fmt: skip
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """As JSON, or in the format that ``Accept`` prefers. A withdrawn programme answers 410 with the reason."""
    one, form = _public(slug), _preferred(request)
    response = _written(one, form) if form else _record(one)
    patch_vary_headers(response, ["Accept"])
    return response


@router.get(
    "/programmes/{slug:slug}.{str:suffix}", response=ProgrammeRecord, tags=["programmes"],
    summary="One programme in a format",
)  # fmt: skip
def programme_as(request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
    """The format is named by its suffix, so that no header is needed."""
    one = _public(slug)
    if suffix == "json":
        return _record(one)
    form = next((each for each in FORMATS if each.suffix == f".{suffix}"), None)
    if form is None:
        known = ", ".join(("json", *(each.suffix.removeprefix(".") for each in FORMATS)))
        raise NotUnderstood(
            _("There is no format “%(suffix)s”. Known are: %(known)s.") % {"suffix": suffix[:40], "known": known}
        )
    return _written(one, form)


def _public(slug: str) -> Programme:
    one = programmes.public_programme(slug)
    if one.withdrawn_at is not None:
        raise Gone(_("This programme was withdrawn: %(reason)s") % {"reason": one.withdrawal_reason})
    if one.provider.closed_at is not None:
        raise Gone(_("The provider of this programme has closed."))
    return one


def _record(one: Programme) -> HttpResponse:
    found = records.records([one.pk])
    if not found:
        raise Http404("withdrawn meanwhile")
    return said(found[one.pk])


def _preferred(request: HttpRequest) -> Format | None:
    kinds = list(dict.fromkeys((JSON, *map(_kind, FORMATS))))
    wanted = request.get_preferred_type(kinds)
    if wanted is None:
        raise NotAcceptable(_("It comes as one of: %(kinds)s.") % {"kinds": ", ".join(kinds)})
    return None if wanted == JSON else next(each for each in FORMATS if _kind(each) == wanted)


def _kind(form: Format) -> str:
    return form.media_type.partition(";")[0]


def _written(one: Programme, form: Format) -> HttpResponse:
    """The same file that the page of the programme offers, or what the format demands and the description lacks."""
    what = next(exchange.descriptions(now().date(), slug=one.slug), None)
    if what is None:
        raise Http404("withdrawn meanwhile")
    if lack := form.lacks(what):
        raise NotAcceptable(lack)
    response = HttpResponse(b"".join(form.write([what])), content_type=form.media_type)
    response.headers["Cache-Control"] = A_MINUTE
    response.headers["Content-Disposition"] = f'inline; filename="{one.slug}{form.suffix}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
