"""Open Badges 2.0 on their way through verification: brought together, then judged by the rules of their own standard.

They carry no proof of their own kind: a hosted one is genuine where its issuer hosts it, a signed one is a token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opencairn.kit.fetch import CannotFetch

from .canonical.strict_json import shown
from .did import Fetch
from .formats import open_badge_2, open_badge_2_checks
from .model import Attainment
from .objections import OlderBadge
from .report import Step


@dataclass(frozen=True)
class Judged:
    """The steps about genuineness, and what the badge states where it could be brought together."""

    steps: tuple[Step, ...]
    issuer: str = ""
    attainment: Attainment | None = None


def judge(badge: OlderBadge, *, at: datetime, fetch: Fetch | None) -> Judged:
    """Bring the badge, its class and its issuer together, and judge them. Raises an ``Objection`` for no badge."""
    open_badge_2.require_assertion(badge.assertion)
    look_up = fetch or nothing_is_looked_up
    dates = open_badge_2_checks.dates(badge.assertion, at=at)
    try:
        assertion, what, who = open_badge_2.gather(badge.assertion, look_up)
    except CannotFetch as fault:
        why = f"The issuer's own pages could not be read, so nobody can say whether it issued this. {fault}"
        unread = Step("signature", "unknown", why, "badge-not-fetched", (("fault", str(fault)),))
        return Judged((_format(badge.assertion), unread, dates, _not_reached()))
    attainment = open_badge_2.read(assertion, what, who)
    signature = open_badge_2_checks.genuine(assertion, who, fetch=look_up, token=badge.token)
    passed = signature.outcome == "pass"
    status = open_badge_2_checks.status(assertion, who, fetch=look_up) if passed else _not_reached()
    steps = (_format(assertion, what, who), signature, dates, status)
    return Judged(steps, str(who["id"]), attainment if passed else None)


def nothing_is_looked_up(url: str) -> bytes:
    """Answer every address as one that is out of reach."""
    raise CannotFetch("Nothing was looked up.")


def _format(*parts: Mapping[str, Any]) -> Step:
    """Say what it is, and that nobody compared its extensions with their own schemas: those stand at addresses."""
    told = f"This is an {open_badge_2.NAME}."
    names = shown("; ".join(open_badge_2.extensions(*parts)), longest=200)
    if not names:
        return Step("format", "pass", told, open_badge_2.CODE)
    why = f"{told} What its extensions say was not compared with their own rules: {names}."
    return Step("format", "pass", why, f"{open_badge_2.CODE}-extended", (("names", names),))


def _not_reached() -> Step:
    return Step("status", "unknown", "It was not looked up, because the signature did not hold.", "not-reached")
