"""The register for programs: any day, one decision, one provider, what changed, public money, coverage."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Router

from opencairn.people.answers import NotUnderstood, limit, link, number, parameter, parameters, said

from . import queries, records, schemas

router = Router(tags=["registry"])
FURTHEST = 1_000_000
LONGEST = 200
ON = parameter("on", "The day that is asked for; today where it is left out.", type="string", format="date")


def day_asked(request: HttpRequest, name: str = "on") -> date:
    """Read the day of the query. Raises NotUnderstood for what is none."""
    words = request.GET.get(name)
    if words is None:
        return now().date()
    try:
        found = parse_date(words)
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2200:
        raise NotUnderstood(_("“on” has to be a day such as 2026-03-01, between the years 1900 and 2200."))
    return found


def _asked(request: HttpRequest) -> dict[str, str]:
    """Read what the register is narrowed to."""
    asked = {
        name: request.GET[name] for name in ("q", "framework", "country", "field", "provider") if name in request.GET
    }
    if any(len(words) > LONGEST or "\0" in words for words in asked.values()):
        raise NotUnderstood(_("One of the words asked for is too long."))
    if "state" in request.GET:
        if request.GET["state"] not in queries.STATES:
            raise NotUnderstood(_("“state” has to be one of: %(known)s.") % {"known": ", ".join(queries.STATES)})
        asked["state"] = request.GET["state"]
    return asked


@router.get(
    "/registry/accreditations", url_name="registry-accreditations", response=schemas.RegisterPage,
    summary="The register on any day",
    openapi_extra=parameters(
        ON,
        parameter("q", "Words of course, provider, quality body or decision number.", type="string", maxLength=LONGEST),
        parameter("state", "This standing alone.", type="string", enum=list(queries.STATES)),
        parameter("framework", "What the decisions under this framework come to: its key.", type="string"),
        parameter("country", "Country of the provider, ISO 3166-1 alpha-2.", type="string"),
        parameter("field", "Field of study: the beginning of an ISCED-F 2013 code.", type="string"),
        parameter("provider", "Of this provider alone: its slug.", type="string"),
        parameter("page", "The page, from 1 on.", type="integer", minimum=1, maximum=FURTHEST),
    ),
)  # fmt: skip
def accreditations(request: HttpRequest) -> HttpResponse:
    """Each course and each provider decided about, with its standing on the day: what the page /register/ shows."""
    day, asked, most = day_asked(request), _asked(request), limit(request)
    at = number(request, "page", least=1, most=FURTHEST, usual=1)
    today = now().date()
    wanted = queries.subjects(day, **asked, today=today)
    part = wanted[(at - 1) * most : at * most]
    lines = queries.entries(part, day, framework=asked.get("framework", ""))
    following = link(request, page=str(at + 1)) if at * most < len(wanted) else None
    return said(
        {
            "on": day.isoformat(),
            "total": len(wanted),
            "items": [records.line(each, today=today) for each in lines],
            "next": following,
        }
    )


@router.get(
    "/registry/accreditations/{number}", url_name="registry-accreditation", response=schemas.DecisionOnDay,
    summary="One decision",
    openapi_extra=parameters(ON, paged=False),
)  # fmt: skip
def accreditation(request: HttpRequest, number: str) -> HttpResponse:
    """The dated facts of a decision, and what it is worth on the day."""
    day, decision = day_asked(request), queries.public_decision(number)
    sanctions = queries.sanctions_of([decision]).get(decision.pk, [])
    worth = queries.standing_of(decision, sanctions, day)
    changes = queries.scope_changes([decision])[decision.pk]
    return said(
        {**records.fact(decision, sanctions, changes), "on": day.isoformat(), "state": worth.told(now().date())}
    )


@router.get(
    "/registry/providers/{slug}", url_name="registry-provider", response=schemas.ProviderRecord, summary="One provider",
    openapi_extra=parameters(ON, paged=False),
)  # fmt: skip
def provider(request: HttpRequest, slug: str) -> HttpResponse:
    """What the register says about a provider and its courses on the day, and every decision there ever was."""
    day, found = day_asked(request), queries.public_provider(slug)
    wanted = [key for key in queries.subjects(day, provider=slug) if key[1] or key[2]]
    decisions, today = queries.every_decision(found), now().date()
    sanctions, changes = queries.sanctions_of(decisions), queries.scope_changes(decisions)
    courses = [records.line(each, today=today) for each in queries.entries(wanted, day)]
    data: dict[str, Any] = {
        "on": day.isoformat(),
        "provider": records.organisation(found),
        "standings": [records.standing(each, today=today) for each in queries.provider_standings(found, day)],
        "courses": courses,
        "decisions": [records.fact(each, sanctions.get(each.pk, []), changes[each.pk]) for each in decisions],
        "endorsements": queries.endorsements_of(found).count(),
    }
    return said(data)


@router.get(
    "/registry/changes", url_name="registry-changes", response=schemas.Changes, summary="What changed in the register",
    openapi_extra=parameters(
        parameter(
            "since", "Only what came after this entry of the transparency log; -1 for everything.",
            type="integer", minimum=-1,
        ),
        most=500,
    ),
)  # fmt: skip
def changes(request: HttpRequest) -> HttpResponse:
    """Decisions, suspensions, withdrawals and liftings in the order of the log, which nobody can change afterwards."""
    words, most = request.GET.get("since", "-1"), limit(request, most=500)
    since = -1 if words == "-1" else number(request, "since", least=0, most=999_999_999, usual=0)
    found = queries.changes(since=since, most=most + 1)
    following = link(request, since=str(found[most - 1].index)) if len(found) > most else None
    return said({"items": [records.change(each) for each in found[:most]], "next": following})


@router.get(
    "/registry/fundable", url_name="registry-fundable", response=schemas.Gate, summary="Whether public money may pay",
    openapi_extra=parameters(
        ON, parameter("provider", "The provider's slug.", type="string"),
        parameter("course", "One of its courses: its slug.", type="string"), paged=False,
    ),
)  # fmt: skip
def fundable(request: HttpRequest) -> HttpResponse:
    """For what starts on the day: open, or shut with the reasons. The label has to be in force on that day."""
    if "provider" not in request.GET:
        raise NotUnderstood(_("Say which provider: “provider” is its slug."))
    found, day = queries.public_provider(request.GET["provider"]), day_asked(request)
    course = queries.public_programme(request.GET["course"]) if "course" in request.GET else None
    if course and course.provider_id != found.pk:
        raise NotUnderstood(_("This course is not one of that provider."))
    answer = queries.fundable_on(found, day, version=course.current if course else None)
    return said(records.crossing(answer, today=now().date()))


@router.get(
    "/registry/coverage", url_name="registry-coverage", response=schemas.CoverageRecord,
    summary="How much is covered",
    openapi_extra=parameters(paged=False),
)  # fmt: skip
def coverage(request: HttpRequest) -> HttpResponse:
    """How many of the courses have which quality assurance and fill which definition, counted every six hours."""
    return said(records.coverage(queries.coverage(at=now())))
