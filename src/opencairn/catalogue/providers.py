"""The page of a provider: what it offers, what it no longer does, and what quality bodies decided about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.shortcuts import get_object_or_404

from opencairn.people.models import Organisation
from opencairn.programmes import queries as programmes
from opencairn.programmes.models import Programme
from opencairn.quality import queries as quality
from opencairn.quality.models import Decision
from opencairn.skills.rules import SHARES, share

from .queries import Hit, hits_by_id

PER_PAGE = 12
MOST_DECIDED, MOST_FORMER = 12, 100  # courses whose history is told, those decided about last; former courses named


@dataclass(frozen=True)
class Shown:
    """What the page says. ``former`` are courses withdrawn, or left behind by a provider that closed."""

    organisation: Organisation
    page: Page[Any]
    hits: Sequence[Hit]
    former: Sequence[Hit]
    former_in_all: int
    events: Sequence[tuple[Programme, quality.Event]]
    as_a_whole: Sequence[quality.Event]
    accredited: int

    @property
    def in_all(self) -> int:
        """How many courses it offers today."""
        return self.page.paginator.count


def provider(slug: str, *, day: date, page: int) -> Shown:
    """Read what is public about a provider, one that closed too. Raises Http404."""
    organisation = get_object_or_404(Organisation, slug=slug, is_provider=True)
    published = Programme.objects.filter(provider=organisation, current__isnull=False)
    offered = published.filter(withdrawn_at=None) if organisation.closed_at is None else published.none()
    order = ("-current__published_as", "-changed_at", "slug")
    pages = Paginator(offered.order_by(*order).values_list("pk", flat=True), PER_PAGE)
    shown = pages.get_page(page)
    former = published.exclude(pk__in=offered.values("pk")).order_by(*order)
    accredited = quality.accredited_programmes(day) & set(offered.values_list("pk", flat=True))
    return Shown(
        organisation, shown, hits_by_id(list(shown.object_list), day),
        hits_by_id(list(former.values_list("pk", flat=True)[:MOST_FORMER]), day), former.count(),
        _history(organisation, day), quality.history_of_provider(organisation, day), len(accredited),
    )  # fmt: skip


def built(organisation: Organisation) -> Mapping[str, Any] | None:
    """Which part of its offer builds digital and green skills, beside that of the whole catalogue (D11).

    None where it offers nothing. The catalogue's part is worked out anew every ten minutes.
    """
    own = programmes.offer_built(organisation)
    if not own["courses"]:
        return None
    everyone = cache.get_or_set("catalogue.offer_built", programmes.offer_built, 600) or own
    return {
        "own": own,
        "rows": [
            {
                "name": name,
                "count": own[name],
                "share": share(own[name], own["courses"]),
                "everyone": share(everyone[name], max(everyone["courses"], 1)),
            }
            for name in SHARES
        ],
    }


def _history(organisation: Organisation, day: date) -> list[tuple[Programme, quality.Event]]:
    """What was decided about its courses and what became of it, newest first; applications are left out."""
    latest = Decision.objects.filter(provider=organisation).order_by("-decided_at").select_related("programme__current")
    named = {each.programme_id: each.programme for each in latest[: 4 * MOST_DECIDED] if each.programme}
    decided = list(named.values())[:MOST_DECIDED]
    events = [(one, event) for one in decided for event in quality.history(one, day) if event.decision]
    return sorted(events, key=lambda pair: pair[1].on, reverse=True)
