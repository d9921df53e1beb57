"""What a programme looks like in an index: one entry, its words with weights, its codes under the filters."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from opencairn.catalogue import rules
from opencairn.catalogue.filters import FILTERS
from opencairn.catalogue.filters import skill as by_skill
from opencairn.catalogue.models import Entry
from opencairn.kit.text import is_filled, plain
from opencairn.programmes.models import Offering, Outcome, Programme, ProgrammeVersion
from opencairn.skills.frameworks import levels_named

MOST_HINTED = 120


@dataclass(frozen=True)
class Card:
    """One programme, ready for an index."""

    entry: Entry
    words: Mapping[str, int]
    codes: tuple[tuple[str, str], ...]
    hints: frozenset[tuple[str, str]]


def cards(programmes: Iterable[Programme], day: date) -> Iterator[Card]:
    """Make the cards of public programmes; ``current`` and ``provider`` should be loaded with them."""
    known, tree = list(programmes), by_skill.tree()
    outcomes: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in Outcome.objects.filter(version__in=[each.current_id for each in known]):
        outcomes[outcome.version_id].append(outcome)
    offerings: dict[UUID, list[Offering]] = defaultdict(list)
    for offering in Offering.objects.upcoming(day).filter(programme__in=known):
        offerings[offering.programme_id].append(offering)
    for programme in known:
        if (version := programme.current) is not None:
            entry = _entry(programme, version, offerings[programme.pk])
            said = outcomes[version.pk]
            entry.skills = by_skill.filed((skill for outcome in said for skill in outcome.skills), tree)
            words = _words(programme, version, said, offerings[programme.pk])
            yield Card(entry, words, _codes(entry), _hints(programme, version, said))


def _entry(programme: Programme, version: ProgrammeVersion, upcoming: list[Offering]) -> Entry:
    priced = next((each for each in upcoming if each.price is not None), None)
    dated = next((each for each in upcoming if each.starts_on), None)
    is_listing = version.published_as == "listing"
    return Entry(
        programme=programme,
        kind=version.published_as,
        title_key=plain(version.title.get("en") or next(iter(version.title.values()), ""))[:300],
        provider_slug=programme.provider.slug,
        eqf_level=version.eqf_level,
        level_applies=not version.level_not_applicable,
        ects=version.ects,
        work=rules.hours_of_work(version.hours, version.ects),
        participation=version.participation,
        languages="|".join(["", *_languages(version, upcoming), ""]),
        field_code=version.field_code,
        country=programme.provider.country,
        quality_assurance=version.quality_assurance,
        price=priced.price if priced else None,
        currency=priced.currency if priced else "",
        next_start=dated.starts_on if dated else None,
        starts_any_day=not is_listing and any(each.starts_on is None for each in upcoming),
        hours=version.hours,
        days=(dated.ends_on - dated.starts_on).days + 1 if dated and dated.ends_on and dated.starts_on else None,
        starts=_starts(upcoming, is_listing=is_listing),
        national_levels=list(_national(version.national_level)),
        offering_type=version.offering_type,
        region=f"{programme.provider.country}:{programme.provider.locality}" if programme.provider.locality else "",
        has_price_support=is_filled(version.price_support),
        is_stackable=is_filled(version.stackability),
        programme_changed_at=programme.changed_at,
    )


@lru_cache(maxsize=1000)
def _national(label: str) -> tuple[str, ...]:
    return tuple(f"{framework.key}:{level.label}" for framework, level in levels_named(label)) if label else ()


def _starts(upcoming: list[Offering], *, is_listing: bool) -> list[str]:
    """The months of all starts; a listing without a date says nothing about its start."""
    months = [f"{each.starts_on:%Y-%m}" if each.starts_on else "any-day" for each in upcoming]
    return [code for code in dict.fromkeys(months) if not (is_listing and code == "any-day")]


def _languages(version: ProgrammeVersion, upcoming: list[Offering]) -> list[str]:
    tags = [*version.languages, *(tag for offering in upcoming for tag in offering.languages)]
    return list(dict.fromkeys(tag for tag in tags if tag))


def _words(
    programme: Programme, version: ProgrammeVersion, outcomes: list[Outcome], upcoming: list[Offering]
) -> dict[str, int]:
    places = [("provider", tag, programme.provider.name) for tag in rules.STEMS]
    if version.awarding_body_id and version.awarding_body_id != programme.provider_id and version.awarding_body:
        places += [("provider", tag, version.awarding_body.name) for tag in rules.STEMS]
    for place, text in (("title", version.title), ("summary", version.summary), ("description", version.description)):
        places += [(place, tag, said) for tag, said in text.items()]
    for outcome in outcomes:
        places += [("outcomes", tag, said) for tag, said in outcome.text.items()]
        places += [("outcomes", "en", label) for skill in outcome.skills for label in _labels(skill)]
    places += [("place", "", offering.place) for offering in upcoming]
    return rules.weigh(places)


def _hints(programme: Programme, version: ProgrammeVersion, outcomes: list[Outcome]) -> frozenset[tuple[str, str]]:
    """What may be suggested while somebody types: (kind, words)."""
    titles = [("title", words) for words in version.title.values()]
    skills = [("skill", label) for outcome in outcomes for skill in outcome.skills for label in _labels(skill)]
    return frozenset(
        (kind, words[:MOST_HINTED]) for kind, words in (*titles, *skills, ("provider", programme.provider.name))
    )


def _labels(skill: Mapping[str, Any]) -> list[str]:
    label = skill.get("label", "")
    return [str(said) for said in (label.values() if isinstance(label, Mapping) else [label])]


def _codes(entry: Entry) -> tuple[tuple[str, str], ...]:
    return tuple((one.name, code) for one in FILTERS for code in dict.fromkeys(one.codes(entry)))
