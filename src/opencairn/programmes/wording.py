"""Sentences for what the rules find, in the reader's language: what is wrong, and how to put it right."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.kit.text import pick

from .rules import Element, Gap

NUMBERS = {"ects", "hours", "least", "most"}
WRONG: dict[str, Any] = {
    "ects-range": __("%(ects)s ECTS cannot be right. Enter a workload from %(least)s to %(most)s credits."),
    "hours-range": __("%(hours)s hours cannot be right. Enter whole hours from %(least)s to %(most)s."),
    "hours-per-ects": __(
        "%(ects)s ECTS are %(least)s to %(most)s hours of work, but the description says %(hours)s. Change one of them."
    ),
    "level-range": __("Level %(level)s does not exist. Choose an EQF level from 1 to 8."),
    "level-both": __("The level is stated, and also said not to apply. Keep one of the two."),
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


def element_name(element: Element) -> str:
    """The element's name in the reader's language."""
    return pick(element.name, (get_language() or "en", "en"))[1]


def element_question(element: Element) -> str:
    """The element's question in the reader's language."""
    return pick(element.question, (get_language() or "en", "en"))[1]


def wrong(code: str, **values: Any) -> str:
    """The sentence for a code of the rules, with its numbers as the reader writes them."""
    shown = {name: number_format(value) if name in NUMBERS else value for name, value in values.items()}
    return str(WRONG[code]) % shown


def gap_sentence(gap: Gap) -> str:
    """What is missing or wrong about an element, and what to do."""
    name = element_name(gap.element)
    if gap.kind == "missing":
        return _("%(element)s is missing. %(question)s") % {"element": name, "question": element_question(gap.element)}
    return _("%(element)s: %(problem)s") % {"element": name, "problem": wrong(gap.code, **gap.values)}
