"""Sectors that lack people, as an authority named them and the operator of a site wrote them down (P2).

One TOML file (``OPENCAIRN_SHORTAGES``) with its source and its day; without one nothing is marked and nothing filtered.
A sector is told by fields of education (ISCED-F 2013), because that is what every course states.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import get_language

from opencairn.kit.errors import Refused
from opencairn.kit.text import pick
from opencairn.programmes.vocabulary import is_field


class WrongList(Refused, ValueError):  # noqa: N818 - the name reads as a sentence
    """The file of sectors is wrong. The message names the place and what to do."""


@dataclass(frozen=True)
class Sector:
    """A sector that lacks people: its key in addresses, its name by language, its fields of 2 to 4 digits."""

    key: str
    name: tuple[tuple[str, str], ...]
    fields: tuple[str, ...]

    def __str__(self) -> str:
        return pick(dict(self.name), (get_language() or "en", "en"))[1]


@dataclass(frozen=True)
class Shortages:
    """What one authority said on one day."""

    source: str
    on: date
    url: str
    sectors: tuple[Sector, ...]

    def of(self, field_code: str) -> Sequence[Sector]:
        """Return the sectors that a field of education belongs to, in the order of the list."""
        return [each for each in self.sectors if field_code and field_code.startswith(each.fields)]


@cache
def listed() -> Shortages | None:
    """Return the list of this site, None where its operator has none. Raises WrongList."""
    if not settings.SHORTAGES:
        return None
    try:
        words = Path(settings.SHORTAGES).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongList(f"OPENCAIRN_SHORTAGES: {settings.SHORTAGES} cannot be read: {error}") from error
    return read(words)


def of(field_code: str) -> Sequence[Sector]:
    """Return the sectors on this site's list that a field of education belongs to."""
    shortages = listed()
    return shortages.of(field_code) if shortages else ()


def read(words: str) -> Shortages:
    """Make a list from the text of its file. Raises WrongList."""
    try:
        data = tomllib.loads(words)
    except tomllib.TOMLDecodeError as error:
        raise WrongList(f"OPENCAIRN_SHORTAGES: not TOML: {error}") from error
    source, on, url, rows = (data.get(name) for name in ("source", "date", "url", "sector"))
    if not isinstance(source, str) or not source.strip():
        raise WrongList("OPENCAIRN_SHORTAGES: source: say who named these sectors, and where")
    if type(on) is not date:
        raise WrongList("OPENCAIRN_SHORTAGES: date: say of which day the list is, such as date = 2026-05-01")
    if on > now().date() + timedelta(days=1):  # where the day begins first, it is tomorrow already
        raise WrongList("OPENCAIRN_SHORTAGES: date: lies in the future; say of which day the list is")
    if url is not None and not (isinstance(url, str) and url.startswith(("https://", "http://"))):
        raise WrongList("OPENCAIRN_SHORTAGES: url: must be a web address")
    if not isinstance(rows, list) or not rows:
        raise WrongList("OPENCAIRN_SHORTAGES: sector: there must be at least one [[sector]]")
    sectors = tuple(_sector(raw, at) for at, raw in enumerate(rows, start=1))
    if len({each.key for each in sectors}) < len(sectors):
        raise WrongList("OPENCAIRN_SHORTAGES: two sectors have the same key; give each a key of its own")
    return Shortages(source, on, url or "", sectors)


def _sector(raw: Any, at: int) -> Sector:
    where = f"OPENCAIRN_SHORTAGES: sector {at}"
    key, name, fields = (raw.get(each) if isinstance(raw, dict) else None for each in ("key", "name", "fields"))
    if not isinstance(key, str) or not key.replace("-", "").isalnum() or not key.isascii() or key == "not-listed":
        raise WrongList(f"{where}: key: give it a word of small letters, digits and hyphens")
    if not isinstance(name, dict) or not name or not all(isinstance(one, str) and one.strip() for one in name.values()):
        raise WrongList(f'{where}: name: must be words by language, such as {{ en = "Nursing" }}')
    if not isinstance(fields, list) or not fields or not all(isinstance(one, str) and is_field(one) for one in fields):
        raise WrongList(f'{where}: fields: must be fields of ISCED-F 2013, such as ["0913"]')
    return Sector(key, tuple(name.items()), tuple(fields))
