"""The register as data: one decision, one line, one change, one gate, as the API and the snapshot write them.

And one application, as its accreditation file does.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from opencairn.kit.dates import iso
from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme
from opencairn.programmes.principles import checklist
from opencairn.programmes.queries import facts_for_principles
from opencairn.transparency.models import Entry as LogEntry

from .models import Amendment, Decision, Exhibit, Finding, Review, Sanction
from .queries import Coverage, Crossing, Entry, Place, Standing, period_of, why_not
from .rules import Criterion


def address(name: str, *of: str) -> str:
    """Return the full address of a page of this site."""
    return f"{settings.BASE_URL}{reverse(name, args=of)}"


def course_address(programme: Programme | None) -> str | None:
    """Return the address of a course, None for a provider as a whole."""
    return address("programmes:programme", programme.slug) if programme else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def organisation(organisation: Organisation) -> dict[str, Any]:
    """Return an organisation as the register names it."""
    return {
        "slug": organisation.slug,
        "name": organisation.name,
        "country": organisation.country or None,
        "closed_on": _day(organisation.closed_at.date() if organisation.closed_at else None),
        "address": address("people:organisation", organisation.slug),
    }


def standing(found: Standing, *, today: date) -> dict[str, Any]:
    """Return what a standing says as it is told today: the state, its days, and the decision behind it."""
    return {
        "state": found.told(today),
        "since": _day(found.since),
        "until": _day(found.until),
        "decision": found.decision.number if found.decision else None,
        "quality_body": found.decision.quality_body.name if found.decision else None,
    }


def line(entry: Entry, *, today: date) -> dict[str, Any]:
    """Return one line of the register: a course, or a provider as a whole (``programme`` null), and its standing."""
    programme = entry.programme
    return {
        "provider": organisation(entry.provider),
        "programme": programme
        and {
            "slug": programme.slug,
            "title": programme.current.title if programme.current else {},
            "address": course_address(programme),
        },
        "scheme": entry.scheme.name if entry.scheme else None,
        **standing(entry.standing, today=today),
    }


def fact(decision: Decision, sanctions: Iterable[Sanction], changes: Iterable[Amendment] = ()) -> dict[str, Any]:
    """Return the dated facts of one decision, from which what it is worth on any day can be worked out.

    ``scope`` is that of the decision; each of ``scopes`` takes its place from its day on.

    ``object`` says what it is about: a label for a scheme says nothing about the provider that owns it. A day of
    ``suspensions`` counts from the first to the day before the second; null is no end so far. So do those of
    ``undone``, on which it was withdrawn until an appeal ended or stayed that.
    """
    period = period_of(decision, sanctions)
    return {
        "number": decision.number,
        "verdict": decision.verdict,
        "provider": decision.provider.slug,
        "object": decision.object,
        "programme": course_address(decision.programme),
        "scheme": decision.scheme.name if decision.scheme else None,
        "quality_body": decision.quality_body.name,
        "framework": decision.framework,
        "framework_version": decision.framework_version,
        "track": decision.review.track if decision.review else "",
        "scope": decision.scope,
        "scopes": [[_day(each.from_on), each.scope] for each in changes],
        "decided_on": decision.decided_at.date().isoformat(),
        "first_on": _day(decision.first_on),
        "last_on": _day(decision.last_on),
        "suspensions": [[_day(start), _day(lifted)] for start, lifted in period.suspensions] if period else [],
        "withdrawn_on": _day(period.withdrawn_on) if period else None,
        "undone": [[_day(start), _day(until)] for start, until in period.undone] if period else [],
    }


def change(entry: LogEntry) -> dict[str, Any]:
    """Return one change of the register, as the transparency log holds it; ``index`` is its number there."""
    return {
        "index": entry.index,
        "at": iso(entry.at),
        "kind": entry.kind,
        "decision": entry.about,
        "facts": json.loads(entry.text)["facts"],
        "address": address("quality:decision", entry.about),
    }


def crossing(found: Crossing, *, today: date) -> dict[str, Any]:
    """Return the answer of a gate, with its reasons, as seen today, in the reader's language where it is shut."""
    return {
        "act": found.act,
        "on": found.day.isoformat(),
        "open": found.open,
        "asked": found.asked,
        "frameworks": sorted({each.framework.key for each in found.lines}),
        "decision": found.decision.number if found.decision else None,
        "reasons": [] if found.open else list(why_not(found, today=today)),
    }


def coverage(found: Coverage) -> dict[str, Any]:
    """Return the shares of a count."""
    return {
        "counted_at": iso(found.counted_at),
        "total": found.total,
        "quality_assurance": {each.key: each.number for each in found.assured},
        "profiles": {profile.key: share.number for profile, share in found.profiles},
    }


def path_of(exhibit: Exhibit) -> str:
    """Return where a document lies in an accreditation file."""
    return f"files/{exhibit.criterion}-{exhibit.document + 1}-{exhibit.pk}-{exhibit.name}"


def case(
    review: Review,
    places: Iterable[tuple[Criterion, list[Place]]],
    findings: Mapping[str, Finding],
    decision: Decision | None,
) -> dict[str, Any]:
    """Return an application as its accreditation file writes it, the ten principles of its description included.

    No person is named: who stands behind it are the two organisations.
    """
    return {
        "id": str(review.pk),
        "object": review.object,
        "judged": _judged(review),
        "applicant": organisation(review.applicant),
        "quality_body": organisation(review.quality_body),
        "framework": {
            "key": review.framework,
            "version": review.framework_version,
            "address": address("quality:framework", review.framework, review.framework_version),
        },
        "track": review.track or None,
        "facts": review.facts,
        "stage": review.stage,
        "sent_at": None if review.draft else iso(review.requested_at),
        "statement": review.statement,
        "criteria": [
            {
                "key": criterion.key,
                "title": dict(criterion.title),
                "documents": [
                    {
                        "asked": dict(each.document),
                        "words": each.words,
                        "files": [
                            {"path": path_of(file), "size": file.size, "sha256": file.sha256} for file in each.files
                        ],
                    }
                    for each in documents
                ],
            }
            for criterion, documents in places
        ],
        "findings": [
            {"criterion": key, "outcome": one.outcome, "reasons": one.reasons, "evidence": one.evidence}
            for key, one in findings.items()
        ],
        "principles": checklist(facts_for_principles(review.version)) if review.version else [],
        "decision": decision
        and {
            "number": decision.number,
            "verdict": decision.verdict,
            "first_on": _day(decision.first_on),
            "last_on": _day(decision.last_on),
            "reasons": decision.reasons,
            "address": address("quality:decision", decision.number),
        },
    }


def _judged(review: Review) -> dict[str, Any]:
    if version := review.version:
        slug, number = version.programme.slug, version.number
        place = f"{settings.BASE_URL}{reverse('programmes:version', args=[slug, number])}"
        return {"title": version.title, "version": number, "address": place}
    return {"name": review.scheme.name if review.scheme else review.applicant.name}
