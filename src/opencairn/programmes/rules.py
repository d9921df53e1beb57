"""Decisions about descriptions, dates and prices on plain values. Facts are what ``queries.facts_of`` returns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from opencairn.programmes.letters import as_seen, is_like
from opencairn.skills.rules import convert

HOURS_PER_ECTS = (25, 30)  # one credit is 25 to 30 hours of work: ECTS Users' Guide 2015
ECTS_RANGE = (Decimal("0.1"), Decimal(60))  # 60 is one full year of study: beyond that nothing is "short"
WORKLOAD = ("ects", "hours", "hours_most")
HOURS_RANGE = (1, 1800)  # 60 credits of 30 hours
EQF_RANGE = (1, 8)
LONGEST = {"title": 200, "summary": 800, "description": 12_000}  # characters, per language
LONGEST_OTHER_TEXT = 4000
MOST_OUTCOMES = 40
MOST_ROWS = 30  # partners, proofs of need, vendor standards
WEEKS_RANGE = (1, 156)
LONGEST_ROW = {"name": 250, "owner": 200, "source": 300, "sector": 120, "note": 1000, "url": 500}  # characters
MOST_LANGUAGES = 24
HIGHEST_PRICE = Decimal(100_000)
MOST_PLACES = 100_000
LONGEST_RUN_DAYS = 3 * 366
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")  # the part of BCP 47 that catalogues use
ESCO_SKILL = re.compile(r"http://data\.europa\.eu/esco/skill/[0-9A-Za-z-]{4,60}")
SKILL_URI = re.compile(r"https?://[^\s<>\"'\\^`{|}]{4,300}")


_BETWEEN = re.compile(r"\s*;(?:\s+|$)|\s*\n\s*|(?<=\w{4}[.!?])\s+")  # four letters: after "e.g." or "Dr." nothing ends
_BULLET = re.compile(r"(?:[-–•*]|[0-9]{1,2}[.)])\s+")


@dataclass(frozen=True)
class Size:
    """How small or large a profile lets a programme be, in ``of``: "weeks", or a credit system of the skills room."""

    of: str
    least: Decimal | None = None
    most: Decimal | None = None
    below: Decimal | None = None


@dataclass(frozen=True)
class Element:
    """One element that a profile asks for: filled when all of ``all_of`` and one of ``any_of`` are stated.

    ``belongs_to`` says who states it: the "programme" in its description, or the "credential" when it is made.
    ``page`` is the question of the desk that fills it. It is not asked where a fact holds one of the codes of
    ``unless``. What is stated has to hold one of the codes of ``must_be``, a size within ``size``, none of the
    ``forbidden_words`` (by language), and a level of ``levels``, the labels of the framework called ``framework``.
    """

    key: str
    name: Mapping[str, str]
    question: Mapping[str, str]
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    belongs_to: str = "programme"
    mandatory: bool = True
    page: str = ""
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    must_be: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    size: Size | None = None
    forbidden_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    framework: str = ""
    levels: tuple[str, ...] = ()

    def asked_of(self, facts: Mapping[str, Any]) -> bool:
        """Whether these facts leave the element to be stated."""
        return not any(facts.get(name) in codes for name, codes in self.unless.items())


@dataclass(frozen=True)
class Profile:
    """A completeness profile: the elements that one authority asks of a description, in its own order."""

    key: str
    name: Mapping[str, str]
    source: str
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


def designers(partners: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names of those among the partners who designed the course: a funder or employer did not."""
    return [one["name"] for one in partners if one.get("role") == "designer" and one.get("name")]


def holds_several(outcome: Mapping[str, str]) -> bool:
    """Whether one outcome, said in these languages, seems to be several: sentences, lines, or parted by semicolons.

    An outcome is assessed on its own, and finds its skills best when it says one thing. Verbs are not counted: no rule
    knows them in every language.
    """
    return any(len(_sentences(words)) > 1 for words in outcome.values())


def parted(outcome: Mapping[str, str]) -> tuple[dict[str, str], ...]:
    """Return the outcomes that one seems to hold, in all its languages; itself where these do not part alike."""
    said = {tag: _sentences(words) for tag, words in outcome.items()}
    if len({len(parts) for parts in said.values()}) != 1:
        return (dict(outcome),)
    return tuple(dict(zip(said, parts, strict=True)) for parts in zip(*said.values(), strict=True))


def _sentences(words: str) -> list[str]:
    parts, begins = [], 0
    for found in _BETWEEN.finditer(words):
        before, goes_on = words[begins : found.start()], words[found.end() : found.end() + 1].islower()
        in_brackets = before.count("(") > before.count(")")
        if not in_brackets and (";" in found[0] or "\n" in found[0] or not goes_on):
            parts.append(before)
            begins = found.end()
    return [_BULLET.sub("", part.strip(), count=1) for part in (*parts, words[begins:]) if part.strip()]


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
    asked = _asked(facts, profile, belongs_to=belongs_to, mandatory=mandatory)
    return tuple(element.key for element in asked if not is_filled(facts, element))


def _asked(facts: Mapping[str, Any], profile: Profile, *, belongs_to: str, mandatory: bool) -> list[Element]:
    return [
        element
        for element in profile.elements
        if element.mandatory == mandatory and belongs_to in ("", element.belongs_to) and element.asked_of(facts)
    ]


def workload_problem(
    ects: Decimal | None, hours: int | None, hours_most: int | None = None
) -> tuple[str, dict[str, Any]] | None:
    """Say what cannot be right about a workload, None where it is plausible: 25 to 30 hours for each ECTS credit.

    Where hours are a range, ``hours`` to ``hours_most``, it is enough that some of it is plausible.
    """
    if ects is not None and not ECTS_RANGE[0] <= ects <= ECTS_RANGE[1]:
        return "ects-range", {"ects": _short(ects), "least": ECTS_RANGE[0], "most": ECTS_RANGE[1]}
    for each in (hours, hours_most):
        if each is not None and not HOURS_RANGE[0] <= each <= HOURS_RANGE[1]:
            return "hours-range", {"hours": each, "least": HOURS_RANGE[0], "most": HOURS_RANGE[1]}
    if hours_most is not None and (hours is None or hours_most <= hours):
        return "hours-most", {}
    if ects is None or hours is None:
        return None
    least, most = ects * HOURS_PER_ECTS[0], ects * HOURS_PER_ECTS[1]
    if least <= (hours_most or hours) and hours <= most:
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
    if "ects" in names and (problem := workload_problem(*(facts.get(name) for name in WORKLOAD))):
        return problem
    if "eqf_level" in names and (
        problem := level_problem(facts.get("eqf_level"), facts.get("level_not_applicable") or "")
    ):
        return problem
    return size_problem(element.size, facts) or _demand_problem(element, names, facts)


def _demand_problem(
    element: Element, names: tuple[str, ...], facts: Mapping[str, Any]
) -> tuple[str, dict[str, Any]] | None:
    for name, codes in element.must_be.items():
        if is_stated(facts.get(name)) and facts[name] not in codes:
            return "must-be", {"name": name, "codes": codes}
    stated = set(national_levels(facts.get("national_level") or ""))
    if element.levels and stated and not stated & {label.casefold() for label in element.levels}:
        return "level-framework", {"framework": element.framework, "such": element.levels[len(element.levels) // 2]}
    texts = (facts[name] for name in names if isinstance(facts.get(name), Mapping))
    found = next((word for text in texts if (word := forbidden_word(text, element.forbidden_words))), "")
    return ("forbidden-word", {"word": found}) if found else None


def national_levels(words: str) -> tuple[str, ...]:
    """The levels that are stated in one line, in small letters: "DQR 6; NFQ 8" states two."""
    return tuple(part.strip().casefold() for part in re.split("[;,]", words) if part.strip())


def forbidden_word(text: Mapping[str, str], forbidden: Mapping[str, tuple[str, ...]]) -> str:
    """Return the first forbidden word or phrase that a text holds as whole words or their plurals, "" for none.

    The words of every language are looked for in every one, and letters count as what they look like: else a word would
    only have to be tagged or spelled otherwise.
    """
    every = [(word, as_seen(word)) for words in forbidden.values() for word in words]
    for words in text.values():
        said = as_seen(words)
        for word, parts in every:
            if any(_stands(parts, said[at : at + len(parts)]) for at in range(len(said) - len(parts) + 1)):
                return word
    return ""


def _stands(parts: list[str], said: list[str]) -> bool:
    return all(is_like(seen, part) for seen, part in zip(said, parts, strict=True))


def size_problem(size: Size | None, facts: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Say that a size lies outside its bounds, whichever way the credits are counted; None where none is stated."""
    between = _size_of(facts, size.of) if size else None
    if size is None or between is None:
        return None
    smallest, largest = between
    values = {"unit": size.of, "size": _between(smallest, largest)}
    if size.below is not None and smallest >= size.below:
        return "size-below", values | {"most": size.below}
    too_small = size.least is not None and largest < size.least
    if not too_small and (size.most is None or smallest <= size.most):
        return None
    bounds = {"least": size.least, "most": size.most}
    return f"size-{'least' if size.most is None else 'most' if size.least is None else 'range'}", values | bounds


def _size_of(facts: Mapping[str, Any], unit: str) -> tuple[Decimal, Decimal] | None:
    """The least and the most a size can be in this unit: hours count first, else ECTS credits."""
    if unit == "weeks":
        weeks = [Decimal(facts[name]) for name in ("weeks", "run_weeks") if facts.get(name) is not None]
        return (max(weeks), max(weeks)) if weeks else None
    for name in ("ects", "hours") if unit == "ects" else ("hours", "ects"):
        if facts.get(name) is not None:
            upper = facts.get("hours_most") if name == "hours" else None
            least, most = (convert(Decimal(each), of=name, into=unit) for each in (facts[name], upper or facts[name]))
            return least.least, most.most
    return None


def _between(least: Decimal, most: Decimal) -> str:
    return _short(least) if least == most else f"{_short(least)}–{_short(most)}"


def gaps(
    facts: Mapping[str, Any], profile: Profile, *, belongs_to: str = "", mandatory: bool = True
) -> tuple[Gap, ...]:
    """Return the elements that are missing or wrong, in the profile's order, each with the reason."""
    missing = set(missing_elements(facts, profile, belongs_to=belongs_to, mandatory=mandatory))
    found = []
    for element in _asked(facts, profile, belongs_to=belongs_to, mandatory=mandatory):
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
    asked = _asked(facts, profile, belongs_to="programme", mandatory=True)
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


def is_overdue(review_due_on: date | None, day: date) -> bool:
    """Whether the day by which a description should have been looked at again has passed (Q16)."""
    return review_due_on is not None and review_due_on < day
