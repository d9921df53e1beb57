"""Decisions about feeds, on plain values: when to look, what is the same, what may be withdrawn."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(days=30)  # between two looks at a feed
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=15), timedelta(days=7)  # after failures
FEW = 5  # so many may go at once whatever the size of the feed
CURSOR = re.compile(r"([0-9A-Za-z_-]{4,16})\.([0-9]{1,18})")


def cursor(series: str, number: int) -> str:
    """Return the words for a place in the order of changes."""
    return f"{series}.{number}"


def read_cursor(words: str) -> tuple[str, int] | None:
    """Return (series, number) of a cursor, None for words that are none."""
    found = CURSOR.fullmatch(words)
    return (found[1], int(found[2])) if found else None


def next_look(at: datetime, *, every: timedelta, failures: int) -> datetime:
    """When to look at a feed again: at its interval; after failures first soon, then twice as long each time."""
    if not failures:
        return at + every
    return at + min(FIRST_WAIT * (1 << min(failures - 1, 20)), LONGEST_WAIT)


def comparable(address: str) -> str:
    """Return a web address as it is compared: without scheme, case of the host, standard port, end and fragment.

    "" for what identifies no single programme: no web address, or the front page of a site.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    if parts.scheme not in {"http", "https"} or not host or not (path or parts.query):
        return ""
    shown = host if port in {None, 80, 443} else f"{host}:{port}"
    return f"{shown}{path}{'?' + parts.query if parts.query else ''}"[:500]


def tidy(address: str) -> str:
    """Return a web address with its scheme and host as they are usually written: small, without dot or known port."""
    parts = urlsplit(address)
    if parts.username is not None or not parts.hostname or ":" in parts.hostname:
        return address
    host, usual = parts.hostname.rstrip("."), {"http": 80, "https": 443}.get(parts.scheme)
    shown = host if parts.port in {None, usual} else f"{host}:{parts.port}"
    return parts._replace(netloc=shown).geturl()


def uri_of(identifier: str) -> str:
    """Return an identifier that is a web address as it is compared: with its fragment, which tells courses apart.

    "" for what is no web address, or the front page of a site.
    """
    page, _sign, part = identifier.strip().partition("#")
    found = comparable(page)
    if part:
        found = found or comparable(f"{page}?-").removesuffix("?-")
    return f"{found}#{part}" if found and part else found


def speaks_for(feed: str, address: str) -> bool:
    """Whether a feed stands on the same host as a programme's address, and so is the provider's own word."""
    hosts = [comparable(f"{each}?").partition("/")[0].partition("?")[0] for each in (feed, address)]
    ours, theirs = (host.removeprefix("www.") for host in hosts)
    return bool(ours) and ours == theirs


def may_withdraw(*, listed: int, missing: int) -> bool:
    """Whether so many may go at once: a few, or up to half. More looks like a broken feed, and a person decides."""
    return missing <= FEW or missing * 2 <= listed
