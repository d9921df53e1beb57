"""The public register as it stands on any day, asked and paged by the database: it may hold very many decisions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.shortcuts import get_object_or_404

from opencairn.kit.dates import midnight
from opencairn.kit.text import plain
from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme
from opencairn.quality import rules
from opencairn.quality.frameworks import on_the_shelf
from opencairn.quality.models import Change, Decision, Sanction, Scheme
from opencairn.transparency.models import Entry as LogEntry

from .standing import Standing, weigh, weigh_for_all
from .stops import sanctions_of

MOST_WORDS = 8
MOST_PARTS = 500  # of one question to the database; more are looked for among all rows


@dataclass(frozen=True)
class Entry:
    """One line of the public register: a programme or a scheme, or a provider as a whole, and its standing."""

    provider: Organisation
    programme: Programme | None
    scheme: Scheme | None
    standing: Standing


#: What a line of the register is about: the provider, and one of its programmes or schemes, or None for it as a whole.
Subject = tuple[UUID, UUID | None, UUID | None]


def known_on(day: date) -> QuerySet[Decision]:
    """Return every decision that a day knows of: taken by then, or reaching back to it."""
    taken = Q(decided_at__lt=midnight(day + rules.A_DAY)) if day < date.max else Q()
    return Decision.objects.filter(taken | Q(verdict="accredited", first_on__lte=day))


def subjects(
    day: date,
    *,
    q: str = "",
    framework: str = "",
    country: str = "",
    field: str = "",
    state: str = "",
    provider: str = "",
    today: date | None = None,
) -> list[Subject]:
    """Return what the register has a line about on a day, by provider.

    ``q`` looks for all its words in titles, provider, quality body and decision numbers; ``framework`` asks what the
    decisions under one framework come to; ``field`` is an ISCED-F code that the course's own has to begin with;
    ``state`` is one of ``STATES``, as it is told ``today`` (None: on the day itself, on which nothing is due any more).
    """
    found = known_on(day)
    given = {
        "framework": framework,
        "provider__country": country,
        "programme__current__field_code__startswith": field,
        "provider__slug": provider,
    }
    found = found.filter(**{name: value for name, value in given.items() if value})
    order = ("provider__name", "programme__slug", "provider_id", "programme_id", "scheme_id")
    rows = found.order_by(*order).values_list(*order)
    if words := plain(q).split()[:MOST_WORDS]:
        fitting = {pk for pk, text in kept_texts(_text_revision()) if all(word in text for word in words)}
        keys = list({row[2:5]: None for row in rows.values_list(*order, "pk") if row[5] in fitting})
    else:
        keys = [row[2:5] for row in rows.distinct()]
    if not state:
        return keys
    states = kept_states(revision(), day, framework, today or day)
    return [key for key in keys if states.get(key) == state]


@lru_cache(maxsize=4)
def kept_states(revision: tuple[object, ...], day: date, framework: str, today: date) -> dict[Subject, str]:
    """Return the state of everything in the register on a day, as told today; kept until the register changes."""
    rows = known_on(day).order_by().values_list("provider_id", "programme_id", "scheme_id").distinct()
    return {key: found.told(today) for key, found in _standings(list(rows), day, framework).items()}


def _text_revision() -> tuple[object, ...]:
    """What changes whenever the words of the register may: the register itself, and what courses are called."""
    return (*revision(), Programme.objects.aggregate(last=Max("changed_at"))["last"])


@lru_cache(maxsize=1)
def kept_texts(revision: tuple[object, ...]) -> list[tuple[int, str]]:
    """Return each decision with the words it can be found by, without case and accents; kept until they change."""
    rows = Decision.objects.values_list(
        "pk", "number", "provider__name", "provider__slug", "quality_body__name", "programme__slug", "scheme__name",
        "programme__current__title",
    )  # fmt: skip
    return [
        (pk, plain(" ".join([*(word for word in words if word), *(title or {}).values()])))
        for pk, *words, title in rows.iterator(chunk_size=2000)
    ]


def _standings(wanted: Collection[Subject], day: date, framework: str = "") -> dict[Subject, Standing]:
    """Return the standing of many programmes and providers on a day, in few queries."""
    decisions: dict[Subject, list[Decision]] = {each: [] for each in wanted}
    providers = {each[0] for each in wanted}
    rows = Decision.objects.select_related("quality_body")
    if len(providers) <= MOST_PARTS:
        rows = rows.filter(provider__in=providers)
    for each in rows.filter(**({"framework": framework} if framework else {})):
        if (key := (each.provider_id, each.programme_id, each.scheme_id)) in decisions:
            decisions[key].append(each)
    few = len(wanted) <= MOST_PARTS
    sanctions = sanctions_of([each for found in decisions.values() for each in found] if few else None)
    return {key: weigh_for_all(found, sanctions, day) for key, found in decisions.items()}


def entries(wanted: Collection[Subject], day: date, *, framework: str = "") -> list[Entry]:
    """Return lines of the register with what each is worth on the day, and since and until when."""
    providers = Organisation.objects.in_bulk({each[0] for each in wanted})
    programmes = Programme.objects.select_related("provider", "current").in_bulk(
        {each[1] for each in wanted if each[1]}
    )
    schemes = Scheme.objects.in_bulk({each[2] for each in wanted if each[2]})
    standings = _standings(wanted, day, framework)
    return [
        Entry(
            providers[key[0]],
            programmes[key[1]] if key[1] else None,
            schemes[key[2]] if key[2] else None,
            standings[key],
        )
        for key in wanted
        if standings[key].state != "none"
    ]


def register(day: date, *, q: str = "") -> list[Entry]:
    """Return the whole public register as it stands on a day: every programme and provider decided about."""
    return entries(subjects(day, q=q), day)


def frameworks_used() -> list[tuple[str, rules.Framework | None]]:
    """Return the frameworks under which decisions were taken, by key; None where its file is gone."""
    shelf = {each.key: each for each in on_the_shelf()}
    keys = Decision.objects.order_by("framework").values_list("framework", flat=True).distinct()
    return [(key, shelf.get(key)) for key in keys]


def countries_used() -> list[str]:
    """Return the countries of the providers that were decided about."""
    rows = Decision.objects.exclude(provider__country="").order_by("provider__country")
    return list(rows.values_list("provider__country", flat=True).distinct())


def public_provider(slug: str) -> Organisation:
    """Load a provider: its decisions are public. Raises Http404."""
    return get_object_or_404(Organisation, slug=slug, is_provider=True)


def public_programme(slug: str) -> Programme:
    """Load a programme that was published or decided about. Raises Http404."""
    known = Q(current__isnull=False) | Q(pk__in=Decision.objects.values("programme"))
    return get_object_or_404(Programme.objects.filter(known).select_related("provider", "current"), slug=slug)


def decisions_about(provider: Organisation, programme: Programme | None = None) -> QuerySet[Decision]:
    """Return every decision about a provider as a whole, or about one of its programmes, newest first."""
    about = {"programme": programme} if programme else {"object": "provider"}
    found = Decision.objects.filter(provider=provider, **about)
    return found.select_related("quality_body", "provider", "programme__current").order_by("-decided_at", "-pk")


def every_decision(provider: Organisation | None = None) -> list[Decision]:
    """Return every decision, or every one about a provider and its courses, the newest first."""
    found = Decision.objects.filter(**({"provider": provider} if provider else {}))
    return list(
        found.select_related("quality_body", "provider", "programme", "scheme", "review").order_by("-decided_at", "-pk")
    )


def provider_standings(provider: Organisation, day: date) -> list[Standing]:
    """Return what the decisions about a provider as a whole are worth on a day, framework by framework."""
    rows = list(Decision.objects.filter(provider=provider, object="provider").select_related("quality_body"))
    sanctions = sanctions_of(rows)
    keys = sorted({each.framework for each in rows})
    found = [weigh([each for each in rows if each.framework == key], sanctions, day) for key in keys]
    return [each for each in found if each.state != "none"]


CHANGES = ("decision", "sanction", "audit")  # the kinds of the log's entries that change the register


def changes(*, since: int = -1, newest: int = 0, most: int = 500) -> list[LogEntry]:
    """Return what changed after an entry of the transparency log, in order; or the newest so many, the latest first."""
    found = LogEntry.objects.filter(kind__in=CHANGES)
    if newest:
        return list(found.order_by("-index")[:newest])
    return list(found.filter(index__gt=since).order_by("index")[:most])


def revision() -> tuple[int | str, ...]:
    """Return what changes whenever the register does: for copies that are kept until then."""
    last = Change.objects.order_by("-pk").values_list("pk", flat=True).first()
    decisions, sanctions = Decision.objects.order_by("-pk"), Sanction.objects.order_by("-pk")
    lifted = Sanction.objects.filter(lifted_on__isnull=False)
    newest = Decision.objects.order_by("-decided_at").values_list("decided_at", flat=True).first()
    return (
        last or 0,
        decisions.values_list("pk", flat=True).first() or 0,
        sanctions.values_list("pk", flat=True).first() or 0,
        lifted.count(),
        newest.isoformat() if isinstance(newest, datetime) else "",
    )
