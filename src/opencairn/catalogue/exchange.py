"""The public catalogue as descriptions, programme by programme, for downloads, dumps and the pages themselves."""

from collections.abc import Iterator
from datetime import date

from opencairn.programmes.exchange import described
from opencairn.programmes.formats import Description
from opencairn.programmes.models import Programme, ProgrammeVersion
from opencairn.quality.exchange import in_force

BATCH = 200


def descriptions(day: date, *, slug: str = "") -> Iterator[Description]:
    """Yield every public programme as it is described in force, or the one of this slug, in a lasting order.

    Only a batch is in memory. ``day`` says which decisions of quality bodies are in force.
    """
    public = Programme.objects.public().order_by("pk")
    if slug:
        public = public.filter(slug=slug)
    last = None
    while True:
        rest = public.filter(pk__gt=last) if last is not None else public
        batch = list(rest.values_list("pk", "current")[:BATCH])
        if not batch:
            return
        last = batch[-1][0]
        versions = ProgrammeVersion.objects.filter(pk__in=[current for _pk, current in batch])
        listed = list(versions.select_related("programme__provider", "awarding_body").order_by("programme_id"))
        yield from described(listed, quality=in_force(listed, day))


def description_of(version: ProgrammeVersion, day: date) -> Description:
    """Return one version as it is described, with the decisions in force on a day."""
    return described([version], quality=in_force([version], day))[0]
