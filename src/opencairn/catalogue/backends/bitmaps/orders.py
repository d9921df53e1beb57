"""The orders of a list, as keys that compare: the same orders as in SQL, the smallest key first."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from opencairn.catalogue.models import Entry
from opencairn.kit.dates import midnight

NEVER = (True, 0)


class Facts(NamedTuple):
    """What is ordered by: days since year 1, hours, hundredths of price and credits; None where not stated.

    ``changed`` is in microseconds since 1970, as the writer's ``instant`` has it.
    """

    listing: bool
    start: int | None
    dated_only: bool
    work: int | None
    price: int | None
    title: str
    programme: str
    credits: int | None
    changed: int


Key = tuple[Any, ...]


def _last_if_none(value: int | None) -> tuple[bool, int]:
    return NEVER if value is None else (False, value)


KEYS: Mapping[str, Callable[[Facts], Key]] = {
    "start": lambda of: (_last_if_none(of.start), of.dated_only, of.title, of.programme),
    "work": lambda of: (_last_if_none(of.work), of.title, of.programme),
    "credits": lambda of: (_last_if_none(None if of.credits is None else -of.credits), of.title, of.programme),
    "new": lambda of: (-of.changed, of.title, of.programme),
    "price": lambda of: (_last_if_none(of.price), of.title, of.programme),
    "title": lambda of: (of.title, of.programme),
    "browsing": lambda of: (of.listing, _last_if_none(of.start), of.title, of.programme),
    "brief": lambda of: (of.listing, len(of.title), of.title, of.programme),
}


def instant(at: datetime) -> int:
    """Return microseconds since 1970, exactly."""
    since = at - midnight(date(1970, 1, 1))
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def facts_of(entry: Entry) -> Facts:
    """Take from an entry what is ordered by."""
    return Facts(
        entry.kind != "micro-credential",
        entry.next_start.toordinal() if entry.next_start else None,
        not entry.starts_any_day,
        entry.work,
        None if entry.price is None else int(entry.price * 100),
        entry.title_key,
        entry.pk.hex,
        None if entry.ects is None else int(entry.ects * 100),
        instant(entry.programme_changed_at),
    )


def written(facts: Facts, codes: Any, places: Mapping[str, int]) -> str:
    """Write facts, codes and places as one text."""
    return json.dumps([facts, codes, places], ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> tuple[Facts, list[tuple[str, str]], dict[str, int]]:
    """Read what ``written`` wrote."""
    facts, codes, places = json.loads(text)
    return Facts(*facts), [(name, code) for name, code in codes], places
