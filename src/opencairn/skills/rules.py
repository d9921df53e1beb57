"""Decisions on skills, levels and credits, on plain values."""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

SHARES = {"digital": {"digital", "digcomp"}, "green": {"green"}}  # which collections of a taxonomy count as which
CENT = Decimal("0.01")
DEMO = "demo"  # the version of an extract that gives way to the first real one


def is_in(space: str, uri: str) -> bool:
    """Whether an address lies in the address space of a taxonomy, with or without the s of https."""
    return bool(space) and uri.partition("://")[2].startswith(space.partition("://")[2])


def outcome_key(scope: str, text: str) -> str:
    """Return the key of a learning outcome: what was decided about it follows its words, not its place in a list.

    ``scope`` says whose outcome it is (a programme), so that nobody's decision speaks for another's outcome. Two texts
    that differ in white space or in the way letters are encoded are the same outcome.
    """
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return f"{scope}:{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def shares(outcomes: Iterable[Iterable[Iterable[str]]]) -> dict[str, Decimal | None]:
    """Return which part of the outcomes builds a digital and a green skill, 0 to 1, two decimals (D11).

    Each outcome comes as the collections of its confirmed skills. None where no outcome has a confirmed skill: a share
    of nothing is not zero.
    """
    aligned = [[set(collections) for collections in skills] for skills in outcomes]
    if not any(aligned):
        return dict.fromkeys(SHARES)
    return {name: share(count, len(aligned)) for name, count in building(aligned).items()}


def building(each: Iterable[Iterable[Iterable[str]]]) -> dict[str, int]:
    """Return how many build a digital and how many a green skill; each comes as the collections of its skills."""
    held = [{name for collections in skills for name in collections} for skills in each]
    return {name: sum(bool(one & counted) for one in held) for name, counted in SHARES.items()}


def share(part: int, whole: int) -> Decimal:
    """Return a part of a whole, 0 to 1, two decimals."""
    return _two_places(Decimal(part) / whole)


def _two_places(number: Decimal) -> Decimal:
    return number.quantize(CENT, ROUND_HALF_UP)


def closure(broader: Mapping[str, Iterable[str]], wanted: Iterable[str]) -> frozenset[str]:
    """Return the wanted concepts and everything narrower, however many ways lead there; circles do no harm."""
    narrower: dict[str, list[str]] = {}
    for uri, parents in broader.items():
        for parent in parents:
            narrower.setdefault(parent, []).append(uri)
    found, waiting = set(wanted), list(wanted)
    while waiting:
        for uri in narrower.get(waiting.pop(), ()):
            if uri not in found:
                found.add(uri)
                waiting.append(uri)
    return frozenset(found)


@dataclass(frozen=True)
class Drift:
    """What a new version of a taxonomy means for one confirmed skill: gone, retired, relabelled or split.

    ``now`` is the new label, or the labels of what it became, where that is known.
    """

    kind: str
    now: str = ""


def drift(
    *, before: Mapping[str, str], after: Mapping[str, str] | None, status: str, successors: Iterable[str]
) -> Drift | None:
    """Say what happened to a skill between two versions, None where a person need not look.

    ``before`` and ``after`` are its labels by language, ``after`` None where it is gone; ``successors`` are labels
    of new concepts directly below a concept that is now a group of them.
    """
    became = ", ".join(sorted(successors))
    if after is None:
        return Drift("gone", became)
    if status == "obsolete":
        return Drift("retired", became)
    if became:
        return Drift("split", became)
    changed = [words for tag, words in sorted(after.items()) if before.get(tag, words) != words]
    return Drift("relabelled", changed[0]) if changed else None


@dataclass(frozen=True)
class CreditSystem:
    """A way to count workload: credits of a full-time year, and notional hours of one credit from least to most.

    A system without ``a_year`` is given it with each conversion: Australian universities each count points their way.
    """

    key: str
    a_year: int | None
    hours: tuple[int, int] | None
    hours_a_year: int | None
    source: str


CREDIT_SYSTEMS: tuple[CreditSystem, ...] = (
    CreditSystem("ects", 60, (25, 30), None, "ECTS Users' Guide 2015"),
    CreditSystem("uk", 120, (10, 10), None, "QAA: Higher Education Credit Framework for England, 2021"),
    CreditSystem("nz", 120, (10, 10), None, "NZQA: New Zealand Qualifications and Credentials Framework"),
    CreditSystem("au", None, None, 1200, "AQF: Volume of learning, an explanation, 2014"),
    CreditSystem("hours", None, (1, 1), None, ""),
)


class NotConvertible(ValueError):  # noqa: N818 - it names the thing
    """A workload cannot be converted: an unknown system, a negative amount, or points without their number a year."""


@dataclass(frozen=True)
class Conversion:
    """A workload counted in another system, with the rule it follows: "same", "year" or "hours".

    By "year", credits of a full-time year stand for each other. By "hours", the notional hours of a credit count; where
    the rule leaves room, ``least`` and ``most`` differ. ``least`` is rounded down, ``most`` up, to two decimals.
    """

    least: Decimal
    most: Decimal
    rule: str
    sources: tuple[str, ...]


def credit_system(key: str) -> CreditSystem:
    """Return the system of this key. Raises NotConvertible where there is none."""
    for each in CREDIT_SYSTEMS:
        if each.key == key:
            return each
    raise NotConvertible(key)


def convert(amount: Decimal, *, of: str, into: str, points_a_year: int | None = None) -> Conversion:
    """Count a workload in another system.

    Between two systems of credits the full-time year decides, because their authorities say so (60 ECTS credits and 120
    UK credits are both a year), although their notional hours differ. To and from hours the hours of a credit decide.
    ``points_a_year`` is how many points an Australian provider counts for a full-time year. Raises NotConvertible.
    """
    if not amount.is_finite() or amount < 0:
        raise NotConvertible(str(amount))
    here, there, value = credit_system(of), credit_system(into), Fraction(amount)
    sources = tuple(dict.fromkeys(each.source for each in (here, there) if each.source))
    if of == into:
        return Conversion(amount, amount, "same", sources)
    if "hours" not in (of, into):
        exact = value * _a_year(there, points_a_year) / _a_year(here, points_a_year)
        return Conversion(_down(exact), _up(exact), "year", sources)
    (least, most), (small, large) = _hours(here, points_a_year), _hours(there, points_a_year)
    return Conversion(_down(value * least / large), _up(value * most / small), "hours", sources)


def _a_year(system: CreditSystem, points_a_year: int | None) -> Fraction:
    if system.a_year is not None:
        return Fraction(system.a_year)
    if points_a_year is None or points_a_year < 1:
        raise NotConvertible(system.key)
    return Fraction(points_a_year)


def _hours(system: CreditSystem, points_a_year: int | None) -> tuple[Fraction, Fraction]:
    if system.hours is not None:
        return Fraction(system.hours[0]), Fraction(system.hours[1])
    one = Fraction(system.hours_a_year or 0) / _a_year(system, points_a_year)
    return one, one


def _down(number: Fraction) -> Decimal:
    return (Decimal(number.numerator) / number.denominator).quantize(CENT, ROUND_FLOOR)


def _up(number: Fraction) -> Decimal:
    return (Decimal(number.numerator) / number.denominator).quantize(CENT, ROUND_CEILING)


@dataclass(frozen=True)
class Level:
    """One level of a qualification framework. ``eqf`` is None where no report says, or where we doubt what it says."""

    label: str
    eqf: int | None
    uri: str = ""


@dataclass(frozen=True)
class QualificationFramework:
    """A national framework and how it stands to the European Qualifications Framework (EQF).

    ``relation`` is "referenced" for countries that take part in the EQF, "compared" for those outside, whose levels
    were set beside it in a joint report, "none" where neither was done. ``checked`` is True once a person compared
    every row with the report.
    """

    key: str
    country: str
    name: str
    short: str
    authority: str
    relation: str
    report: str
    year: int | None
    checked: bool
    levels: tuple[Level, ...]
    uri: str = ""
    note: Mapping[str, str] = field(default_factory=dict)

    def level(self, label: str) -> Level | None:
        """Return the level of this label, small and capital letters alike, None where there is none."""
        return next((each for each in self.levels if each.label.casefold() == label.strip().casefold()), None)


def alongside(
    level: Level, frameworks: Iterable[QualificationFramework]
) -> tuple[tuple[QualificationFramework, tuple[Level, ...]], ...]:
    """Return, for each framework that has any, its levels that stand at the same level of the EQF."""
    if level.eqf is None:
        return ()
    found = ((each, tuple(one for one in each.levels if one.eqf == level.eqf)) for each in frameworks)
    return tuple((each, levels) for each, levels in found if levels)
