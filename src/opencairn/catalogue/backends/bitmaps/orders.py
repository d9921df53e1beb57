"""The orders of a list, as keys that compare: the same orders as in SQL, the smallest key first."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
import orjson

from opencairn.catalogue.filters import Described
from opencairn.kit.dates import midnight

NEVER = 2**62  # comes after every number


class Facts(NamedTuple):
    """What is ordered by: days since year 1, hours, hundredths of the price, days it runs; None where not stated.

    ``money`` stands for the currency, 0 where there is nothing to pay: amounts of two currencies are not compared.
    """

    listing: bool
    start: int | None
    dated_only: bool
    work: int | None
    price: int | None
    title: str
    credits: int | None
    changed: int
    days: int | None
    money: int


Head = tuple[int, ...]
Key = tuple[Any, ...]


def _last_if_none(value: int | None) -> int:
    return NEVER if value is None else value


# What is compared first, in numbers; every order goes on with the title and ends with the programme itself.
HEADS: Mapping[str, Callable[[Facts], Head]] = {
    "start": lambda of: (_last_if_none(of.start), of.dated_only),
    "work": lambda of: (_last_if_none(of.work),),
    "length": lambda of: (_last_if_none(of.days), _last_if_none(of.work)),
    "credits": lambda of: (_last_if_none(None if of.credits is None else -of.credits),),
    "new": lambda of: (-of.changed,),
    "price": lambda of: (NEVER if of.price is None else of.money, _last_if_none(of.price)),
    "title": lambda _: (),
    "browsing": lambda of: (of.listing, _last_if_none(of.start)),
    "brief": lambda of: (of.listing, len(of.title)),
}


def instant(at: datetime) -> int:
    """Return microseconds since 1970, exactly."""
    since = at - midnight(date(1970, 1, 1))
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def key(order: str, facts: Facts, programme: bytes) -> Key:
    """What a programme is ordered by: the smallest comes first."""
    return (*HEADS[order](facts), facts.title, programme)


def ordered(every: Iterable[tuple[Facts, bytes]]) -> Iterator[tuple[str, "array[int]"]]:
    """Give each order as the places, from 0, of the programmes in it. Titles are compared once for all orders."""
    titles: list[tuple[str, bytes]] = []
    heads: dict[str, array[int]] = {name: array("q") for name in HEADS}
    for facts, programme in every:
        titles.append((facts.title, programme))
        for name, head in HEADS.items():
            heads[name].extend(head(facts))
    by_title = np.array(sorted(range(len(titles)), key=titles.__getitem__), dtype=np.uint32)
    for name, numbers in heads.items():
        columns = np.array(numbers, dtype=np.int64).reshape(len(titles), -1)[by_title] if numbers else None
        places = by_title if columns is None else by_title[np.lexsort(columns.T[::-1])]  # a stable sort keeps titles
        yield name, array("I", places.astype(np.uint32).tobytes())


def facts_of(entry: Described) -> Facts:
    """Take from an entry what is ordered by."""
    return Facts(
        entry.kind != "micro-credential",
        entry.next_start.toordinal() if entry.next_start else None,
        not entry.starts_any_day,
        entry.work,
        None if entry.price is None else int(entry.price * 100),
        entry.title_key,
        None if entry.ects is None else int(entry.ects * 100),
        instant(entry.programme_changed_at),
        entry.days,
        int.from_bytes(entry.currency.encode()[:7].ljust(7)) if entry.price else 0,
    )


def written(facts: Facts, codes: Any, places: Mapping[str, int]) -> str:
    """Write facts, codes and places as one text."""
    return orjson.dumps([tuple(facts), codes, places]).decode()


def read(text: str) -> tuple[Facts, list[tuple[str, str]], dict[str, int]]:
    """Read what ``written`` wrote."""
    facts, codes, places = orjson.loads(text)
    return Facts(*facts), [(name, code) for name, code in codes], places
