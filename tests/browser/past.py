"""Facts of earlier days for a site under test, in its database: a browser walks through one day, and a label lasts years.

``python -m tests.browser.past ACT …`` in the environment of a site. Everything is done by the rooms' own actions with
the clock of that day, but for the day on which an application was sent: that is set, as pages only know today.
"""

# ruff: noqa: E402 - the site is set up before its tables can be imported

import json
import sys
from datetime import timedelta
from decimal import Decimal
from typing import Any

from opencairn.web import cli

cli.set_up()

from django.utils.timezone import now

from opencairn.people.models import Organisation
from opencairn.programmes import actions as programmes
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality import actions as quality
from opencairn.quality import queries
from opencairn.quality.models import Audit, Review
from opencairn.web.demo import cast, journey

HOURS_TOO_MANY = 410  # 41 New Zealand credits of ten hours


def enter() -> str:
    """Bring the cast on stage."""
    return cast.enter().provider.slug


def filled() -> int:
    """Every document that the open draft still misses has an answer. Returns how many were missing."""
    review = Review.objects.get(draft=True)
    missing = [each for _criterion, places in queries.dossier_places(review) for each in places if each.missing]
    for each in missing:
        where: dict[str, Any] = {"criterion": each.criterion.key, "document": each.number, "by": None, "at": now()}
        quality.file_words(review, text="In the folder, under the number of the standard.", **where)
    return len(missing)


def sent(days: str) -> str:
    """The application that was sent today was sent so many days ago."""
    at = now() - timedelta(days=int(days))
    assert Review.objects.filter(draft=False, closed_at=None).update(requested_at=at) == 1
    return at.date().isoformat()


def earned(days: str) -> dict[str, Any]:
    """So many days ago a learner was awarded a course of the provider, and the credential was signed."""
    at = now() - timedelta(days=int(days))
    going = journey.Walk(cast.enter(), at, journey.settings.VAR / "journey")
    going.folder.mkdir(exist_ok=True)
    for take in (journey.describe, journey.publish, journey.enrol, journey.assess, journey.award, journey.issue):
        take(going)
    return {"file": str(going.folder / journey.FILES["credential"]), "on": going.found["award"].awarded_on.isoformat()}


def label() -> dict[str, Any]:
    """The first audit's last day, and whether public money may pay on it, on the day after, and today."""
    audit = Audit.objects.earliest("last_on")
    days = (audit.last_on, audit.last_on + timedelta(days=1), now().date())
    provider = Organisation.objects.get(slug=cast.enter().provider.slug)
    fundable = [queries.fundable_on(provider, day).open for day in days]
    return {"last": days[0].isoformat(), "missed": days[1].isoformat(), "fundable": fundable}


def drafted() -> str:
    """A draft that fills New Zealand's list but for its size."""
    there = cast.enter()
    going = journey.Walk(there, now(), journey.settings.VAR / "journey")
    journey.describe(going)
    version = ProgrammeVersion.objects.get(programme=going.found["programme"])
    need = {"source": "A survey of flood warning services", "date": "2026-01-01", "sector": "Water"}
    changes = {
        "national_level": "NZQCF 4", "hours": HOURS_TOO_MANY, "ects": Decimal(16), "need": [need],
        "review_due_on": now().date() + timedelta(days=700),
    }  # fmt: skip
    programmes.describe(version, changes=changes, by=there.author, at=now())
    return version.programme.slug


ACTS = {"cast": enter, "filled": filled, "sent": sent, "earned": earned, "label": label, "drafted": drafted}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(ACTS[sys.argv[1]](*sys.argv[2:])))
