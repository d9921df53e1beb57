"""Instants and days. An instant is always aware and in UTC; a day is a plain date."""

from datetime import UTC, date, datetime
from functools import lru_cache


@lru_cache(maxsize=1024)
def iso(at: datetime) -> str:
    """Return the instant as XML Schema dateTime to the second, such as ``2026-03-01T09:00:00Z``."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_iso(words: str) -> datetime:
    """Read an XML Schema dateTime with a zone. Raises ValueError where it is none, or names no zone."""
    at = datetime.fromisoformat(words.strip().replace("z", "Z"))
    if at.tzinfo is None or "T" not in words.upper():
        raise ValueError("a date and time with a zone is needed, such as 2026-03-01T09:00:00Z")
    return at.astimezone(UTC)


def midnight(day: date) -> datetime:
    """Return the first instant of a day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
