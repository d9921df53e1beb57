"""The page of a provider: what it offers, what it no longer does, and what quality bodies decided about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.shortcuts import get_object_or_404

from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme
from opencairn.quality import queries as quality

from .queries import Hit, hits_by_id

PER_PAGE = 12
MOST_EVENTS, MOST_FORMER = 60, 100


@dataclass(frozen=True)
class Shown:
    """What the page says. ``former`` are courses withdrawn, or left behind by a provider that closed."""

    organisation: Organisation
    page: Page[object]
    hits: Sequence[Hit]
    former: Sequence[Hit]
    former_in_all: int
    events: Sequence[quality.Event]
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
    events = quality.history_of_provider(organisation, day)
    accredited = {pk for pk in quality.accredited_programmes(day)} & set(offered.values_list("pk", flat=True))
    return Shown(
        organisation, shown, hits_by_id(list(shown.object_list), day),
        hits_by_id(list(former.values_list("pk", flat=True)[:MOST_FORMER]), day), former.count(),
        events[:MOST_EVENTS], len(accredited),
    )  # fmt: skip
