"""The room's decisions on plain values: what an employer accepts, what a compromised key still vouches for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from opencairn.quality.rules import add_months

Outcome = Literal["pass", "fail", "unknown"]
Vouches = Literal["untouched", "before", "after", "unproven"]

#: The steps an employer may ask to have passed, beside being genuine.
STEPS = (
    "issuer", "awarding-body", "accredited-on-award-date", "accredited-today", "log-inclusion", "endorsements",
    "superseded-by",
)  # fmt: skip
#: What a policy may ask for, as plain data: each key with the kind of its values. A key that is absent asks nothing.
WANTED: Mapping[str, type] = {
    "steps": str, "frameworks": str, "levels": int, "issuers": str, "assurance": str, "supervision": str,
}  # fmt: skip
AGE = "most_months"  # since the day of the award
MOST_VALUES, LONGEST_AGE = 60, 600


@dataclass(frozen=True)
class Shown:
    """What is known about a credential that somebody shows. Empty means not known.

    ``issuers`` are all identifiers of the issuer; ``frameworks`` those under which the course was accredited on the day
    of the award; ``assurance`` and ``supervision`` are what the credential itself states.
    """

    genuine: bool
    outcomes: Mapping[str, str]
    awarded_on: date | None = None
    level: int | None = None
    issuers: frozenset[str] = frozenset()
    frameworks: frozenset[str] = frozenset()
    assurance: str = ""
    supervision: str = ""


@dataclass(frozen=True)
class Reason:
    """One thing that a policy asks: which (a key of WANTED, AGE, or "genuine"), and whether it is so.

    ``wanted`` and ``found`` are plain values for the page to put into words. A step has a reason of its own.
    """

    key: str
    outcome: Outcome
    wanted: tuple[Any, ...] = ()
    found: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Acceptance:
    """Whether a credential meets a policy, with a reason for each thing that it asks."""

    reasons: tuple[Reason, ...] = field(default=())

    @property
    def meets(self) -> bool:
        """Whether all of it holds. What is not known does not hold."""
        return all(each.outcome == "pass" for each in self.reasons)


def policy_faults(wanted: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of a policy that are unknown, or hold something else than they should."""
    for key, value in wanted.items():
        if key == AGE:
            fits = type(value) is int and 1 <= value <= LONGEST_AGE
        else:
            kind = WANTED.get(key)
            fits = kind is not None and isinstance(value, list) and 0 < len(value) <= MOST_VALUES
            fits = fits and all(type(each) is kind and each for each in value)
            fits = fits and not (key == "steps" and set(value) - set(STEPS))
            fits = fits and not (key == "levels" and set(value) - set(range(1, 9)))
        if not fits:
            yield key


def judge(wanted: Mapping[str, Any], shown: Shown, *, day: date) -> Acceptance:
    """Say whether a credential meets a policy on a day. What is not genuine meets none."""
    reasons = [Reason("genuine", "pass" if shown.genuine else "fail")]
    for step in wanted.get("steps", ()):
        said = shown.outcomes.get(step, "unknown")
        reasons.append(
            Reason("steps", "pass" if said == "pass" else "unknown" if said == "unknown" else "fail", (step,))
        )
    level = (shown.level,) if shown.level is not None else ()
    facts: Mapping[str, tuple[Any, ...]] = {
        "frameworks": tuple(sorted(shown.frameworks)),
        "levels": level,
        "issuers": tuple(sorted(shown.issuers)),
        "assurance": (shown.assurance,) if shown.assurance else (),
        "supervision": (shown.supervision,) if shown.supervision else (),
    }
    reasons += [_one_of(key, wanted[key], found) for key, found in facts.items() if key in wanted]
    if AGE in wanted:
        reasons.append(_young_enough(wanted[AGE], shown.awarded_on, day))
    return Acceptance(tuple(reasons))


def _one_of(key: str, wanted: list[Any], found: tuple[Any, ...]) -> Reason:
    if not found:
        return Reason(key, "unknown", tuple(wanted))
    return Reason(key, "pass" if set(found) & set(wanted) else "fail", tuple(wanted), found)


def _young_enough(months: int, awarded_on: date | None, day: date) -> Reason:
    """Whether the award is at most so many months old; the last day counts."""
    if awarded_on is None:
        return Reason(AGE, "unknown", (months,))
    return Reason(AGE, "pass" if day <= add_months(awarded_on, months) else "fail", (months,), (awarded_on,))


def vouches(compromised_from: datetime | None, logged_at: datetime | None) -> Vouches:
    """Return what a key still vouches for: what the log shows to have been there before it was compromised.

    The date that a credential states proves nothing here, for who has the key can state any. ``logged_at`` is None
    where the log holds no such credential.
    """
    if compromised_from is None:
        return "untouched"
    if logged_at is None:
        return "unproven"
    return "before" if logged_at < compromised_from else "after"
