"""Decisions about descriptions, dates and prices on plain values. Facts are what ``queries.facts_of`` returns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

HOURS_PER_ECTS = (25, 30)  # one credit is 25 to 30 hours of work: ECTS Users' Guide 2015
ECTS_RANGE = (Decimal("0.1"), Decimal(60))  # 60 is one full year of study: beyond that nothing is "short"
HOURS_RANGE = (1, 1800)  # 60 credits of 30 hours
EQF_RANGE = (1, 8)
LONGEST = {"title": 200, "summary": 800, "description": 12_000}  # characters, per language
LONGEST_OTHER_TEXT = 4000
MOST_OUTCOMES = 40
MOST_LANGUAGES = 24
HIGHEST_PRICE = Decimal(100_000)
MOST_PLACES = 100_000
LONGEST_RUN_DAYS = 3 * 366
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")  # the part of BCP 47 that catalogues use
ESCO_SKILL = re.compile(r"http://data\.europa\.eu/esco/skill/[0-9A-Za-z-]{4,60}")
SKILL_URI = re.compile(r"https?://[^\s<>\"'\\^`{|}]{4,300}")


@dataclass(frozen=True)
class Element:
    """One element that a profile asks for: filled when all of ``all_of`` and one of ``any_of`` are stated.

    ``belongs_to`` says who states it: the "programme" in its description, or the "credential" when it is made.
    ``page`` is the question of the desk that fills it.
    """

    key: str
    name: Mapping[str, str]
    question: Mapping[str, str]
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    belongs_to: str = "programme"
    mandatory: bool = True
    page: str = ""


@dataclass(frozen=True)
class Profile:
    """A completeness profile: the elements that one authority asks of a description, in its own order."""

    key: str
    name: Mapping[str, str]
    source: str
    gate: bool  # whether publishing as a micro-credential is refused while one of its elements is missing
    elements: tuple[Element, ...]

    def element(self, key: str) -> Element:
        """Return one of the elements. Raises KeyError where there is none of this key."""
        for element in self.elements:
            if element.key == key:
                return element
        raise KeyError(key)


@dataclass(frozen=True)
class Gap:
    """An element that is missing, or stated in a way that cannot be right. ``code`` and ``values`` say why."""

    element: Element
    kind: str  # "missing" or "wrong"
    code: str = "not-stated"
    values: Mapping[str, Any] = field(default_factory=dict)


def is_stated(value: Any) -> bool:
    """Whether a value says something: blank words, empty lists and texts without words do not. Zero and False do."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return any(is_stated(part) for part in value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(is_stated(part) for part in value)
    return value is not None


def is_filled(facts: Mapping[str, Any], element: Element) -> bool:
    """Whether the facts state what the element asks."""
    every = all(is_stated(facts.get(name)) for name in element.all_of)
    return every and (not element.any_of or any(is_stated(facts.get(name)) for name in element.any_of))


def missing_elements(
    facts: Mapping[str, Any], profile: Profile, *, belongs_to: str = "", mandatory: bool = True
) -> tuple[str, ...]:
    """Return the keys of the mandatory elements that the facts do not state, in the profile's order.

    ``belongs_to="programme"`` asks only what a description can answer; ``mandatory=False`` asks the optional ones.
    """
    return tuple(
        element.key
        for element in profile.elements
        if element.mandatory == mandatory and belongs_to in ("", element.belongs_to) and not is_filled(facts, element)
    )


def workload_problem(ects: Decimal | None, hours: int | None) -> tuple[str, dict[str, Any]] | None:
    """Say what cannot be right about a workload, None where it is plausible: 25 to 30 hours for each ECTS credit."""
    if ects is not None and not ECTS_RANGE[0] <= ects <= ECTS_RANGE[1]:
        return "ects-range", {"ects": _short(ects), "least": ECTS_RANGE[0], "most": ECTS_RANGE[1]}
    if hours is not None and not HOURS_RANGE[0] <= hours <= HOURS_RANGE[1]:
        return "hours-range", {"hours": hours, "least": HOURS_RANGE[0], "most": HOURS_RANGE[1]}
    if ects is None or hours is None:
        return None
    least, most = ects * HOURS_PER_ECTS[0], ects * HOURS_PER_ECTS[1]
    if least <= hours <= most:
        return None
    return "hours-per-ects", {"ects": _short(ects), "hours": hours, "least": _whole(least), "most": _whole(most)}


def _short(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def _whole(number: Decimal) -> int:
    return int(number.to_integral_value())


def level_problem(level: int | None, not_applicable: str) -> tuple[str, dict[str, Any]] | None:
    """A level is EQF 1 to 8, and cannot be stated and not applicable at once."""
    if level is None:
        return None
    if not EQF_RANGE[0] <= level <= EQF_RANGE[1]:
        return "level-range", {"level": level}
    return ("level-both", {"level": level}) if not_applicable.strip() else None


def _problem_of(element: Element, facts: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """What is wrong with a stated element; found by the fields it reads, so any profile may ask for them."""
    names = element.all_of + element.any_of
    if "ects" in names:
        return workload_problem(facts.get("ects"), facts.get("hours"))
    if "eqf_level" in names:
        return level_problem(facts.get("eqf_level"), facts.get("level_not_applicable") or "")
    return None


def gaps(
    facts: Mapping[str, Any], profile: Profile, *, belongs_to: str = "", mandatory: bool = True
) -> tuple[Gap, ...]:
    """Return the elements that are missing or wrong, in the profile's order, each with the reason."""
    missing = set(missing_elements(facts, profile, belongs_to=belongs_to, mandatory=mandatory))
    found = []
    for element in profile.elements:
        if element.mandatory != mandatory or belongs_to not in ("", element.belongs_to):
            continue
        if element.key in missing:
            found.append(Gap(element, "missing"))
        elif problem := _problem_of(element, facts):
            found.append(Gap(element, "wrong", *problem))
    return tuple(found)


def may_publish(facts: Mapping[str, Any], profile: Profile) -> bool:
    """Whether every mandatory element of the programme itself is stated and plausible (D1, D3).

    EU Recommendation 2022/C 243/02, Annex I: nine of the eleven; learner and date of issuing come with the credential.
    """
    return not gaps(facts, profile, belongs_to="programme")


@dataclass(frozen=True)
class Completeness:
    """How far a description fills a profile: one word per element ("full", "wrong", "missing") and the gaps."""

    profile: Profile
    states: tuple[str, ...]
    gaps: tuple[Gap, ...]

    @property
    def full(self) -> int:
        """How many elements are stated and plausible."""
        return self.states.count("full")

    @property
    def total(self) -> int:
        """How many elements a description has to state."""
        return len(self.states)

    @property
    def is_full(self) -> bool:
        """Whether nothing is missing or wrong."""
        return not self.gaps


def completeness(facts: Mapping[str, Any], profile: Profile) -> Completeness:
    """Measure a description against the mandatory elements that belong to the programme."""
    asked = [e for e in profile.elements if e.mandatory and e.belongs_to == "programme"]
    found = gaps(facts, profile, belongs_to="programme")
    kinds = {gap.element.key: gap.kind for gap in found}
    states = sorted((kinds.get(e.key, "full") for e in asked), key=("full", "wrong", "missing").index)
    return Completeness(profile, tuple(states), found)


def text_problem(name: str, text: Any) -> str:
    """Say what is wrong with a text in several languages: "" or one of the codes worded in ``wording.py``."""
    if not isinstance(text, Mapping) or not all(isinstance(words, str) for words in text.values()):
        return "text-shape"
    if len(text) > MOST_LANGUAGES:
        return "text-languages"
    if not all(isinstance(tag, str) and LANGUAGE_TAG.fullmatch(tag) for tag in text):
        return "text-tag"
    if any(len(words) > longest(name) for words in text.values()):
        return "text-long"
    return "text-control" if any("\x00" in words for words in text.values()) else ""


def longest(name: str) -> int:
    """The most characters a text may have in one language."""
    return LONGEST.get(name, LONGEST_OTHER_TEXT)


def offering_problems(
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    enrol_until: date | None = None,
    capacity: int | None = None,
    price: Decimal | None = None,
    currency: str = "",
) -> tuple[tuple[str, str], ...]:
    """Return (field, code) for everything that cannot be right about a planned run; empty where all is well."""
    found = [
        (name, "date-far")
        for name, day in (("starts_on", starts_on), ("ends_on", ends_on), ("enrol_until", enrol_until))
        if day and not EARLIEST <= day <= LATEST
    ]
    if ends_on and not starts_on:
        found.append(("starts_on", "end-without-start"))
    if starts_on and ends_on and ends_on < starts_on:
        found.append(("ends_on", "ends-before-start"))
    if starts_on and ends_on and (ends_on - starts_on).days > LONGEST_RUN_DAYS:
        found.append(("ends_on", "run-too-long"))
    if starts_on and enrol_until and enrol_until > starts_on:
        found.append(("enrol_until", "enrol-after-start"))
    if capacity is not None and not 1 <= capacity <= MOST_PLACES:
        found.append(("capacity", "capacity-range"))
    if price is not None and not 0 <= price <= HIGHEST_PRICE:
        found.append(("price", "price-range"))
    if price and not currency:
        found.append(("currency", "price-without-currency"))
    return tuple(found)


def enrolment_open(
    day: date, *, starts_on: date | None, ends_on: date | None, enrol_until: date | None, cancelled: bool
) -> bool:
    """Enrolment is open to the last day to enrol, else to the day of the start; any-day runs until they end."""
    last = enrol_until or starts_on or ends_on
    return not cancelled and (last is None or day <= last)
