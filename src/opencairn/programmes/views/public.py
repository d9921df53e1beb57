"""What everyone can read: the programme, each published version, the stone as a picture."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.timezone import now
from django.utils.translation import override

from opencairn.programmes import queries, rules, stones
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.profiles import EU
from opencairn.programmes.vocabulary import PARTNER_ROLES
from opencairn.programmes.wording import element_name

YEAR = 365 * 24 * 3600


def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """The programme as it is offered today. A withdrawn one is gone (410), yet readable for those who hold it."""
    one = queries.public_programme(slug)
    version = queries.public_version(slug, one.current.number)  # type: ignore[union-attr]
    context = shown(version, now().date()) | {"alone": False} | _to_compare(request, slug)
    return render(request, "programmes/programme.html", context, status=410 if one.withdrawn_at else 200)


def _to_compare(request: HttpRequest, slug: str) -> dict[str, Any]:
    """What was ticked in the catalogue before coming here, with this programme added to it."""
    others = [each for each in dict.fromkeys(request.GET.getlist("p")) if each != slug]
    return {"to_compare": [*others, slug], "others_ticked": len(others)}


def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One published version, as it stood and stands for good: what credentials refer to."""
    one = queries.public_version(slug, number)
    context = shown(one, now().date()) | {"alone": True} | _to_compare(request, slug)
    return render(request, "programmes/programme.html", context)


@login_required
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft as it will look when it is published."""
    one = queries.access_programme(request.user, slug, to="programme.see_draft")
    return render(
        request, "programmes/programme.html", shown(queries.newest_version(one), now().date()) | {"draft": True}
    )


def stone(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponse:
    """The stone of a published version as a picture file: the badge image. It never changes."""
    one = queries.public_version(slug, number)
    if kind == "svg":
        with override("en"):
            picture = stones.draw(queries.stone_of(one), label=stones.describe(queries.stone_of(one)))
        response = HttpResponse(picture, content_type="image/svg+xml")
    elif kind == "png":
        response = HttpResponse(queries.stone_png(one), content_type="image/png")
    else:
        raise Http404("a stone is an svg or a png")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    return response


def shown(version: ProgrammeVersion, day: date) -> dict[str, Any]:
    """Everything the page about a version says."""
    programme = version.programme
    facts = queries.facts_of(version)
    measured = queries.completeness_of(version, facts)
    missing = rules.gaps(facts, EU, belongs_to="programme")
    runs = [
        {
            "run": run,
            "open": queries.is_open_for_enrolment(run, day),
            "past": _is_past(run.ends_on or run.starts_on, day),
        }
        for run in queries.offerings_of(programme).select_related("programme__current")
    ]
    return {
        "programme": programme,
        "version": version,
        "outcomes": queries.outcomes_of(version),
        "runs": [row for row in runs if not row["past"]],
        "past_runs": sum(row["past"] for row in runs),
        "any_open": any(row["open"] for row in runs),
        "complete": not missing,
        "fills": [one.profile for one in measured if one.is_full],
        "partners": partner_rows(version),
        "assurance": queries.assurance_of(programme.provider),
        "review_overdue": rules.is_overdue(version.review_due_on, day),
        "missing_names": [element_name(gap.element) for gap in missing],
        "is_current": programme.current_id == version.pk,
        "is_listing": version.published_as == "listing",
        "other_titles": _other_titles(version),
        "versions": queries.published_versions(programme),
    }


def partner_rows(version: ProgrammeVersion) -> list[dict[str, Any]]:
    """The partners by what they do, in the order of the vocabulary."""
    there = queries.partners_of(version)
    by_role = ((role, [one for one in there if one.role == role]) for role in PARTNER_ROLES)
    return [{"role": role, "label": PARTNER_ROLES[role].label, "partners": found} for role, found in by_role if found]


def _is_past(last: date | None, day: date) -> bool:
    return last is not None and last < day


def _other_titles(version: ProgrammeVersion) -> list[tuple[str, str]]:
    return [(tag, words) for tag, words in version.title.items() if words.strip()]
