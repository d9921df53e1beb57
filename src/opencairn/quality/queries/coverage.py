"""How much of what is listed is quality-assured, and which definition it fills: for policy makers (Q10, G9).

Source: OECD, *Micro-credentials for lifelong learning*: few organisations say that they assure quality, and many
authorities are not sure what is offered under which definition.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef

from opencairn.people.models import Organisation
from opencairn.programmes.facts import ASSURANCE, OF_THIS_VERSION, PLAIN, ROWS, TEXTS
from opencairn.programmes.models import Offering, Outcome, Partner, Programme
from opencairn.programmes.profiles import on_the_shelf as profiles_on_the_shelf
from opencairn.programmes.queries import assurance_of
from opencairn.programmes.rules import Profile, missing_elements

from .covering import accredited_programmes

KEPT_FOR = timedelta(hours=6)
_KEY = "quality/coverage/1"
_FACTS = (*TEXTS, *PLAIN, *ROWS, *OF_THIS_VERSION, "awarding_body__name", "awarding_body__country")


@dataclass(frozen=True)
class Share:
    """How many of all. ``percent`` is rounded to a whole number; nothing of nothing is 0."""

    key: str
    number: int
    of: int

    @property
    def percent(self) -> int:
        """Per hundred, rounded."""
        return round(100 * self.number / self.of) if self.of else 0


@dataclass(frozen=True)
class Coverage:
    """The shares of one count: by kind of quality assurance, and by definition profile."""

    counted_at: datetime
    total: int
    assured: tuple[Share, ...]
    profiles: tuple[tuple[Profile, Share], ...]


def coverage(*, at: datetime) -> Coverage:
    """Return the last count, made now where there is none that is less than six hours old."""
    found = cache.get(_KEY)
    return found if isinstance(found, Coverage) else count_coverage(at=at)


def count_coverage(*, at: datetime) -> Coverage:
    """Count every public programme as it is described, and keep the count."""
    external = accredited_programmes(at.date())
    assured: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    profiles, total = profiles_on_the_shelf(), 0
    for programme, facts in _described():
        total += 1
        if programme in external:
            assured["external"] += 1
        else:
            said = str(facts["quality_assurance"])
            assured["external-said" if said.startswith("external") else said or "not-stated"] += 1
        for profile in profiles:
            filled[profile.key] += not missing_elements(facts, profile, belongs_to="programme")
    kinds = ("external", "external-said", "internal", "none", "not-stated")
    found = Coverage(
        at,
        total,
        tuple(Share(kind, assured[kind], total) for kind in kinds),
        tuple((profile, Share(profile.key, filled[profile.key], total)) for profile in profiles),
    )
    cache.set(_KEY, found, KEPT_FOR.total_seconds())
    return found


def _described() -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Yield every public programme and what its description states."""
    runs = Offering.objects.filter(programme=OuterRef("pk"), cancelled_at=None)
    assured: dict[Any, dict[str, Any]] = {}
    rows = (
        Programme.objects.public()
        .annotate(
            told=Exists(Outcome.objects.filter(version=OuterRef("current"))),
            helped=Exists(Partner.objects.filter(version=OuterRef("current"))),
            runs=Exists(runs),
            timed=Exists(runs.filter(starts_on__isnull=False, ends_on__isnull=False)),
            priced=Exists(runs.filter(price__isnull=False)),
        )
        .values_list(
            "pk",
            "provider",
            "provider__name",
            "told",
            "helped",
            "runs",
            "timed",
            "priced",
            *(f"current__{n}" for n in _FACTS),
        )
    )
    for pk, provider, name, told, helped, there, timed, priced, *stated in rows.iterator(chunk_size=2000):
        facts: dict[str, Any] = dict(zip(_FACTS, stated, strict=True))
        facts |= {
            "learning_outcomes": ["stated"] if told else [],
            "provider": name,
            "awarding_body": facts["awarding_body__name"] or "",
            "issuer_country": facts["awarding_body__country"] or "",
            "dates": ["stated"] if there else [],
            "partners": ["stated"] if helped else [],
            "run_weeks": 1 if timed else None,
            "prices": ["stated"] if priced else [],
        }
        if provider not in assured:
            found = assurance_of(Organisation(pk=provider))
            assured[provider] = {one: getattr(found, one, {}) for one in ASSURANCE}
        yield pk, facts | assured[provider]
