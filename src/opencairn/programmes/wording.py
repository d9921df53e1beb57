"""Sentences for what the rules find, in the reader's language: what is wrong, and how to put it right."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.kit.text import pick

from .rules import Element, Gap, Profile, Size
from .vocabulary import VOCABULARIES, label

NUMBERS = {"ects", "hours", "least", "most"}
WRONG: dict[str, Any] = {
    "ects-range": __("%(ects)s ECTS cannot be right. Enter a workload from %(least)s to %(most)s credits."),
    "hours-range": __("%(hours)s hours cannot be right. Enter whole hours from %(least)s to %(most)s."),
    "hours-most": __("“Up to” has to be more than the hours before it. State both, or leave “up to” empty."),
    "hours-per-ects": __(
        "%(ects)s ECTS are %(least)s to %(most)s hours of work, but the description says %(hours)s. Change one of them."
    ),
    "level-range": __("Level %(level)s does not exist. Choose an EQF level from 1 to 8."),
    "level-both": __("The level is stated, and also said not to apply. Keep one of the two."),
    "size-range": __("%(size)s %(unit)s. This list takes at least %(least)s and at most %(most)s."),
    "size-least": __("%(size)s %(unit)s. This list takes at least %(least)s."),
    "size-most": __("%(size)s %(unit)s. This list takes at most %(most)s."),
    "size-below": __("%(size)s %(unit)s. This list takes less than %(most)s."),
    "forbidden-word": __("This list does not take a title with the word “%(word)s”. Choose other words."),
    "level-framework": __("This list asks for a level of %(framework)s, written such as “%(such)s”."),
    "must-be": __("This list takes only: %(codes)s."),
    "text-shape": __("This is not a text by language. Send an object such as {“en”: “Water”}."),
    "text-languages": __("These are too many languages. Keep at most 24."),
    "text-tag": __("One of the languages is not a language tag. Use tags such as en, de or pt-BR."),
    "text-long": __("This text is too long. Shorten it to %(longest)s characters."),
    "text-control": __("This text holds an invisible control character. Type it again without."),
    "date-far": __("This date is too far away. Check the year."),
    "end-without-start": __("There is an end but no start. Add the first day, or leave both empty."),
    "ends-before-start": __("The last day is before the first. Change one of them."),
    "run-too-long": __("A run of more than three years is not a short course. Check the dates."),
    "enrol-after-start": __("Enrolment would close after the start. Choose a day on or before the first day."),
    "capacity-range": __("Enter at least one place, or leave it empty for no limit."),
    "price-range": __("Enter a price from 0 to 100,000."),
    "price-without-currency": __("Choose a currency for this price."),
    "currency-unknown": __("We do not know this currency. Use a code such as EUR."),
}

UNITS: dict[str, Any] = {
    "weeks": __("weeks"),
    "hours": __("hours"),
    "ects": __("ECTS credits"),
    "nz": __("New Zealand credits"),
    "uk": __("UK credits"),
}


def profile_name(profile: Profile) -> str:
    """The profile's name in the reader's language."""
    return pick(profile.name, (get_language() or "en", "en"))[1]


def element_name(element: Element) -> str:
    """The element's name in the reader's language."""
    return pick(element.name, (get_language() or "en", "en"))[1]


def element_question(element: Element) -> str:
    """The element's question in the reader's language."""
    return pick(element.question, (get_language() or "en", "en"))[1]


def wrong(code: str, **values: Any) -> str:
    """The sentence for a code of the rules, with its numbers as the reader writes them."""
    shown = {name: _shown(name, value, values) for name, value in values.items()}
    return str(WRONG[code]) % shown


def _shown(name: str, value: Any, values: Mapping[str, Any]) -> Any:
    if name == "unit":
        return UNITS.get(value, value)
    if name == "codes":
        return ", ".join(label(values["name"], code) if values["name"] in VOCABULARIES else code for code in value)
    return number_format(value) if name in NUMBERS and value is not None else value


def gap_sentence(gap: Gap) -> str:
    """What is missing or wrong about an element, and what to do."""
    name = element_name(gap.element)
    if gap.kind == "missing":
        return _("%(element)s is missing. %(question)s") % {"element": name, "question": element_question(gap.element)}
    return _("%(element)s: %(problem)s") % {"element": name, "problem": wrong(gap.code, **gap.values)}


def demands(element: Element) -> list[str]:
    """What an element demands beyond being stated, each as a sentence: a size, a framework, words, codes."""
    found = []
    if element.size:
        found.append(_bounds(element.size))
    if element.levels:
        such = element.levels[len(element.levels) // 2]
        found.append(wrong("level-framework", framework=element.framework, such=such))
    found += [wrong("must-be", name=name, codes=codes) for name, codes in element.must_be.items()]
    for words in element.forbidden_words.values():
        found.append(_("Not with the words: %(words)s.") % {"words": ", ".join(words)})
    for name, codes in element.unless.items():
        said = _shown("codes", codes, {"name": name})
        found.append(_("Only where the description does not say: %(codes)s.") % {"codes": said})
    return found


def _bounds(size: Size) -> str:
    unit = UNITS.get(size.of, size.of)
    parts = []
    if size.least is not None:
        parts.append(_("at least %(number)s") % {"number": number_format(size.least)})
    if size.most is not None:
        parts.append(_("at most %(number)s") % {"number": number_format(size.most)})
    if size.below is not None:
        parts.append(_("less than %(number)s") % {"number": number_format(size.below)})
    return _("Counted in %(unit)s: %(bounds)s.") % {"unit": unit, "bounds": ", ".join(parts)}
