"""What a programme looks like in an index: one entry, its words with weights, its codes under the filters."""

from collections import defaultdict, namedtuple
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from opencairn.catalogue import rules
from opencairn.catalogue.filters import FILTERS, Described
from opencairn.catalogue.filters import skill as by_skill
from opencairn.kit.text import is_filled, plain
from opencairn.people.models import Organisation
from opencairn.programmes import vocabulary
from opencairn.programmes.models import Offering, Outcome, Programme, ProgrammeVersion
from opencairn.programmes.rules import national_levels
from opencairn.skills import queries as skills
from opencairn.skills.frameworks import levels_named

MOST_HINTED = 120
MOST_SHARED = 100_000  # kept at a time: where every programme names skills of its own, memory has an end
SPOKEN = frozenset(tag for tag, _ in settings.LANGUAGES)
READ = (
    "pk", "programme_id", "programme__changed_at", "programme__provider_id", "awarding_body_id", "awarding_body__name",
    "awarding_body__country",
    "published_as", "title", "summary", "description", "eqf_level", "level_not_applicable", "ects", "hours",
    "hours_most", "weeks",
    "participation", "languages", "field_code", "quality_assurance", "national_level", "offering_type",
    "price_support", "stackability",
)  # fmt: skip
JSON = frozenset({"title", "summary", "description", "languages", "price_support", "stackability", "text", "skills"})
READ_OF_OFFERINGS = ("programme_id", "starts_on", "ends_on", "enrol_until", "price", "currency", "place", "languages")
Labels = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, eq=False)
class Shared:
    """What many programmes say alike, such as a skill or a provider: its words, codes and hints, made once for all."""

    words: Mapping[str, int]
    codes: Sequence[str] = ()
    hints: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Card:
    """One programme, ready for an index: what it says in its own words, and what it shares with others."""

    entry: Described
    own: Mapping[str, int]
    shared: Collection[Shared]
    codes: Sequence[tuple[str, str]]
    hints: Collection[tuple[str, str]]

    def words(self) -> dict[str, int]:
        """Return all its words, each with its best weight."""
        best: dict[str, int] = {}
        for some in (self.own, *(each.words for each in self.shared)):
            for word, weight in some.items():
                if best.get(word, 0) < weight:
                    best[word] = weight
        return best


class Filer:
    """Makes cards as of a day, and keeps what programmes share for as long as it files."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._providers: dict[UUID, Organisation] = {}
        self._shared: dict[tuple[str, ...], Shared] = {}

    def cards(self, ids: Sequence[UUID]) -> Iterator[Card]:
        """Make the cards of those programmes that are public, in the order asked for.

        Four questions for all of them, read as plain rows: a model for each row costs more than all the rest.
        """
        if len(self._shared) > MOST_SHARED:
            self._shared = {}
        public = Programme.objects.public().filter(pk__in=ids).values_list("current", flat=True)
        versions = {row.programme_id: row for row in _rows(ProgrammeVersion.objects.filter(pk__in=public), READ)}
        outcomes: dict[int, list[Any]] = defaultdict(list)
        for said in _rows(Outcome.objects.filter(version__in=public).order_by(), ("version_id", "text", "skills")):
            outcomes[said.version_id].append(said)
        offerings: dict[UUID, list[Any]] = defaultdict(list)
        for offering in _rows(Offering.objects.upcoming(self.day).filter(programme__in=ids), READ_OF_OFFERINGS):
            offerings[offering.programme_id].append(offering)
        tree, labels = by_skill.tree(), _labels_of(outcomes)
        wanted = {row.programme__provider_id for row in versions.values()}
        self._providers |= Organisation.objects.in_bulk(wanted - self._providers.keys())
        for pk in ids:
            if version := versions.get(pk):
                provider, said_there = self._providers[version.programme__provider_id], outcomes[version.pk]
                taught = [self._skill(each, tree, labels) for said in said_there for each in said.skills]
                entry = _entry(provider, version, offerings[pk], taught)
                shared = dict.fromkeys([*taught, *self._around(provider, version, offerings[pk])])
                hints = [("title", words[:MOST_HINTED]) for words in version.title.values()]
                yield Card(entry, _own_words(version, said_there), shared, _codes(entry), hints)

    def _skill(self, stated: Mapping[str, Any], tree: by_skill.Tree, labels: Labels) -> Shared:
        """A skill that an outcome states: found by its names in the languages of the site."""
        uri, label = stated.get("uri") or "", stated.get("label", "")
        key = ("skill", uri, str(label))
        if key not in self._shared:
            named = [str(said) for said in (label.values() if isinstance(label, dict) else [label])]
            said_as = [*(("en", each) for each in named), *labels.get(uri, ())]
            words = rules.weigh(("outcomes", tag, said) for tag, said in said_as)
            hints = frozenset(("skill", each[:MOST_HINTED]) for each in named)
            self._shared[key] = Shared(words, by_skill.filed(stated, tree), hints)
        return self._shared[key]

    def _around(self, provider: Organisation, version: Any, upcoming: list[Any]) -> Iterator[Shared]:
        """Who provides and awards it, where, and of what type it is, in the languages of the site."""
        hints = frozenset({("provider", provider.name[:MOST_HINTED])})
        yield self._named("provider", provider.name, [("provider", tag, provider.name) for tag in rules.STEMS], hints)
        if version.awarding_body_id and version.awarding_body_id != provider.pk:
            name = version.awarding_body__name
            yield self._named("body", name, [("provider", tag, name) for tag in rules.STEMS])
        for place in {offering.place for offering in upcoming} - {""}:
            yield self._named("place", place, [("place", "", place)])
        if kind := version.offering_type:
            named = vocabulary.type_names(kind)
            yield self._named("type", kind, [("summary", tag, name) for tag, name in named if tag in SPOKEN])

    def _named(
        self, kind: str, name: str, places: list[tuple[str, str, str]], hints: frozenset[tuple[str, str]] = frozenset()
    ) -> Shared:
        if (kind, name) not in self._shared:
            self._shared[kind, name] = Shared(rules.weigh(places), hints=hints)
        return self._shared[kind, name]


def _rows(rows: "QuerySet[Any]", names: Sequence[str]) -> Iterator[Any]:
    """Read columns as named tuples; JSON as text that orjson then reads, several times as fast as field by field."""
    of_json = [at for at, name in enumerate(names) if name in JSON]
    row = _row_of(tuple(names))
    as_text = [Cast(name, TextField()) if name in JSON else F(name) for name in names]
    for values in rows.annotate(**{f"as_{at}": one for at, one in enumerate(as_text)}).values_list(
        *(f"as_{at}" for at in range(len(names)))
    ):
        known = list(values)
        for at in of_json:
            known[at] = orjson.loads(values[at])
        yield row._make(known)


@cache
def _row_of(names: tuple[str, ...]) -> Any:
    return namedtuple("_Row", names)  # noqa: PYI024 - the names are those of columns


def _entry(provider: Organisation, version: Any, upcoming: list[Any], taught: list[Shared]) -> Described:
    priced = next((each for each in upcoming if each.price is not None), None)
    dated = next((each for each in upcoming if each.starts_on), None)
    is_listing = version.published_as == "listing"
    hours = version.hours_most or version.hours  # of a range the most: whoever has 40 hours needs no more than 40
    return Described(
        programme_id=version.programme_id,
        kind=version.published_as,
        title_key=plain(version.title.get("en") or next(iter(version.title.values()), ""))[:300],
        provider_slug=provider.slug,
        eqf_level=version.eqf_level,
        level_applies=not version.level_not_applicable,
        ects=version.ects,
        work=rules.hours_of_work(hours, version.ects),
        participation=version.participation,
        languages="|".join(["", *_languages(version, upcoming), ""]),
        field_code=version.field_code,
        country=provider.country,
        quality_assurance=version.quality_assurance,
        price=priced.price if priced else None,
        currency=priced.currency if priced else "",
        next_start=dated.starts_on if dated else None,
        lapses_on=min((last for each in upcoming if (last := each.starts_on or each.enrol_until)), default=None),
        starts_any_day=not is_listing and any(each.starts_on is None for each in upcoming),
        hours=hours,
        days=rules.days_of((dated.starts_on, dated.ends_on) if dated else (None, None), version.weeks),
        starts=_starts(upcoming, is_listing=is_listing),
        national_levels=list(_national(version.national_level, provider.country, version.awarding_body__country)),
        offering_type=version.offering_type,
        region=f"{provider.country}:{provider.locality}" if provider.locality else "",
        skills=list(dict.fromkeys(code for each in taught for code in each.codes)),
        has_price_support=is_filled(version.price_support),
        is_stackable=is_filled(version.stackability),
        programme_changed_at=version.programme__changed_at,
    )


@lru_cache(maxsize=1000)
def _national(words: str, *countries: str) -> tuple[str, ...]:
    named = [found for label in national_levels(words) for found in levels_named(label, countries)]
    return tuple(dict.fromkeys(f"{framework.key}:{level.label}" for framework, level in named))


def _starts(upcoming: list[Any], *, is_listing: bool) -> list[str]:
    """The months of all starts; a listing without a date says nothing about its start."""
    months = [f"{each.starts_on:%Y-%m}" if each.starts_on else "any-day" for each in upcoming]
    return [code for code in dict.fromkeys(months) if not (is_listing and code == "any-day")]


def _languages(version: Any, upcoming: list[Any]) -> list[str]:
    tags = [*version.languages, *(tag for offering in upcoming for tag in offering.languages)]
    return list(dict.fromkeys(tag for tag in tags if tag))


def _own_words(version: Any, outcomes: list[Any]) -> dict[str, int]:
    places = [
        (place, tag, said)
        for place, text in (
            ("title", version.title),
            ("summary", version.summary),
            ("description", version.description),
        )
        for tag, said in text.items()
    ]
    return rules.weigh([*places, *(("outcomes", tag, said) for each in outcomes for tag, said in each.text.items())])


def _labels_of(outcomes: Mapping[int, list[Any]]) -> Labels:
    """The names of skills in the languages of the site, by their addresses."""
    uris = {skill.get("uri") for known in outcomes.values() for outcome in known for skill in outcome.skills} - {
        None,
        "",
    }
    return {
        uri: tuple((tag, label) for tag, label in skill.labels.items() if tag in SPOKEN)
        for uri, skill in skills.skills_named(uris).items()
    }


def _codes(entry: Described) -> list[tuple[str, str]]:
    return [(one.name, code) for one in FILTERS for code in dict.fromkeys(one.codes(entry))]
