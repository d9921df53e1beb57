"""The filters of the catalogue, listed in FILTERS. Page, API, feed and docs read the list.

``codes`` says under which codes a programme is filed (from its entry); ``said`` says a code in words. "Not stated" is a
choice of its own in every filter. To add one: an entry in FILTERS, a test; then ``rebuild-catalogue``.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.catalogue import locales, rates, rules, shortages
from opencairn.kit.locales import is_country
from opencairn.people.models import Organisation
from opencairn.programmes import vocabulary
from opencairn.quality import queries as quality
from opencairn.skills.frameworks import FRAMEWORKS

from .shape import NOT_STATED, UNSTATED, Described, Filter, Open, Worded, listed
from .skill import BySkill

__all__ = [
    "BY_NAME",
    "FILTERS",
    "NOT_STATED",
    "PROVIDER",
    "QUALITY",
    "SKILL",
    "Described",
    "Filter",
    "Open",
    "Worded",
    "counted",
]

KINDS = {"micro-credential": __("Complete: a micro-credential"), "listing": __("Incomplete description")}
ASSURED = {
    "accredited": __("Accredited today"),
    "external": __("External, says the provider"),
    "internal": __("Internal"),
    "none": __("None"),
}
LEVELS = {
    "1": __("1, simple tasks"),
    "2": __("2, routine tasks"),
    "3": __("3, whole tasks of a trade"),
    "4": __("4, end of upper secondary school"),
    "5": __("5, short higher education"),
    "6": __("6, as for a bachelor's degree"),
    "7": __("7, as for a master's degree"),
    "8": __("8, as for a doctorate"),
    NOT_STATED: __("Not stated"),
    "not-applicable": __("Does not apply"),
}
EXPERTISE = {
    "novice": __("Novices"),
    "practised": __("Those with some practice"),
    "advanced": __("Advanced"),
    "expert": __("Experts"),
}
CREDITS = {
    "up-to-1": __("Up to 1 ECTS"),
    "up-to-3": __("More than 1, up to 3 ECTS"),
    "up-to-6": __("More than 3, up to 6 ECTS"),
    "up-to-15": __("More than 6, up to 15 ECTS"),
    "over-15": __("More than 15 ECTS"),
    NOT_STATED: __("ECTS not stated"),
}
HOURS = {
    "up-to-10": __("Up to 10 hours"),
    "up-to-40": __("More than 10, up to 40 hours"),
    "up-to-150": __("More than 40, up to 150 hours"),
    "over-150": __("More than 150 hours"),
}
DURATIONS = {
    "up-to-1-week": __("Up to a week"),
    "up-to-4-weeks": __("Up to four weeks"),
    "under-12-weeks": __("Less than twelve weeks"),
    "up-to-26-weeks": __("Twelve to 26 weeks"),
    "longer": __("Longer"),
}
PRICES = {
    "free": __("Free"),
    "up-to-100": __("Up to €100"),
    "up-to-500": __("More than €100, up to €500"),
    "up-to-2000": __("More than €500, up to €2,000"),
    "over-2000": __("More than €2,000"),
    "other-currency": __("In a currency without a rate"),
}
MODES = {code: vocabulary.PARTICIPATION[code].label for code in ("online", "blended", "onsite", "workbased")}
NOT_LISTED = "not-listed"
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def _steps(*limits: tuple[str, int]) -> list[tuple[str, Decimal]]:
    return [(code, Decimal(limit)) for code, limit in limits]


CREDIT_STEPS = _steps(("up-to-1", 1), ("up-to-3", 3), ("up-to-6", 6), ("up-to-15", 15))
HOUR_STEPS = _steps(("up-to-10", 10), ("up-to-40", 40), ("up-to-150", 150))
DAY_STEPS = _steps(("up-to-1-week", 7), ("up-to-4-weeks", 28), ("under-12-weeks", 83), ("up-to-26-weeks", 182))
PRICE_STEPS = _steps(("up-to-100", 100), ("up-to-500", 500), ("up-to-2000", 2000))


def _band(value: Decimal | int | None, steps: Sequence[tuple[str, Decimal]], beyond: str) -> str:
    return rules.band(None if value is None else Decimal(value), steps, beyond)


def _price(entry: Described) -> str:
    """The band of what it costs in euro; what is free is free in every currency."""
    if not entry.price:
        return "" if entry.price is None else "free"
    euro = rates.in_euro(entry.price, entry.currency)
    return "other-currency" if euro is None else _band(euro, PRICE_STEPS, "over-2000")


def _price_note() -> str:
    return _("Prices in other currencies are counted in euro, at the European Central Bank’s rates of %(day)s.") % {
        "day": date_format(rates.DAY)
    }


def _level(entry: Described) -> str:
    if entry.eqf_level is not None:
        return str(entry.eqf_level)
    return NOT_STATED if entry.level_applies else "not-applicable"


def _languages(entry: Described) -> Sequence[str]:
    tags = [vocabulary.shortest(tag).partition("-")[0] for tag in entry.languages.strip("|").split("|") if tag]
    return tuple(dict.fromkeys(tags))


NATIONAL = {
    f"{each.key}:{level.label}": f"{level.label} ({each.country})" for each in FRAMEWORKS for level in each.levels
}


def _region_said(code: str) -> str:
    country, _colon, place = code.partition(":")
    return f"{place}, {locales.country(country)}" if country else place


def _start_said(code: str) -> str:
    if code == "any-day":
        return str(__("Any day"))
    year, _dash, month = code.partition("-")
    return str(date_format(date(int(year), int(month), 1), "YEAR_MONTH_FORMAT")) if MONTH.fullmatch(code) else code


class Assurance(Worded):
    """Quality assurance as of the day asked: on the register today, else what the provider says.

    The codes of the index are what the provider says; ``by_day`` moves those accredited on the day to ``DAILY``.
    """

    DAILY = "accredited"

    def by_day(self, day: date) -> set[UUID]:
        """The programmes that count as ``accredited`` on a day, whatever their other code."""
        return quality.accredited_programmes(day)


class ByProvider(Open):
    """Who provides it; a programme always has a provider."""

    def said(self, code: str) -> str:
        """The name of a provider."""
        return self.names((code,))[code]

    def names(self, codes: Collection[str]) -> Mapping[str, str]:
        """The names of many providers at once."""
        found = dict(Organisation.objects.filter(slug__in=codes).values_list("slug", "name"))
        return {code: found.get(code, code) for code in codes}

    def known(self, codes: Collection[str]) -> set[str]:
        """Those that are registered."""
        wanted = [code for code in codes if code.isprintable()]
        return set(Organisation.objects.filter(slug__in=wanted).values_list("slug", flat=True))


def _assured(entry: Described) -> str:
    return "external" if entry.quality_assurance.startswith("external") else entry.quality_assurance


class Lacking(Worded):
    """The sectors that lack people, by the operator's list; a field of education may belong to several."""

    def codes(self, entry: Described) -> Sequence[str]:
        """The sectors of its field, else that none of them is."""
        return tuple(each.key for each in shortages.of(entry.field_code)) or (NOT_LISTED,)


def _lacking() -> tuple[Filter, ...]:
    """The filter, where the operator of this site has a list."""
    there = shortages.listed()
    if there is None:
        return ()
    words = {each.key: each for each in there.sectors} | {NOT_LISTED: __("None of these")}
    return (Lacking("shortage", __("Short of people"), words, lambda _entry: "", lazy(_lacking_note, str)()),)


def _lacking_note() -> str:
    there = shortages.listed()
    return _("As %(source)s said on %(day)s.") % {"source": there.source, "day": date_format(there.on)} if there else ""


QUALITY = Assurance("quality", __("Quality assurance"), ASSURED | dict(UNSTATED), _assured)
PROVIDER = ByProvider("provider", __("Provider"), lambda entry: (entry.provider_slug,), str, bool)
SKILL = BySkill()
FILTERS: tuple[Filter, ...] = (
    Worded("level", __("Level"), LEVELS, _level),
    Worded("credits", __("Credits"), CREDITS, lambda entry: _band(entry.ects, CREDIT_STEPS, "over-15")),
    Worded("mode", __("How you take part"), MODES | dict(UNSTATED), lambda entry: entry.participation),
    Open(
        "language", __("Language of teaching"), _languages, vocabulary.language_said,
        vocabulary.is_language,
    ),
    Worded("price", __("Price"), PRICES | dict(UNSTATED), _price, lazy(_price_note, str)()),
    SKILL,
    Open(
        "field", __("Subject"), lambda entry: (entry.field_code[:2],) if entry.field_code else (),
        lambda code: vocabulary.field_label(code) or code, lambda code: bool(vocabulary.field_label(code)),
    ),
    Open(
        "start", __("Start"), lambda entry: entry.starts, _start_said,
        lambda code: code == "any-day" or bool(MONTH.fullmatch(code)),
        lambda code, _count: (code == "any-day", code),
    ),
    QUALITY,
    Worded("kind", __("Description"), KINDS, lambda entry: entry.kind),
    Worded(
        "type", __("Kind of course"), {code: term.label for code, term in vocabulary.OFFERING_TYPES.items()}
        | dict(UNSTATED), lambda entry: entry.offering_type,
    ),
    Worded(
        "hours", __("Hours of work"), HOURS | dict(UNSTATED), lambda entry: _band(entry.hours, HOUR_STEPS, "over-150")
    ),
    Worded(
        "duration", __("How long it runs"), DURATIONS | dict(UNSTATED),
        lambda entry: _band(entry.days, DAY_STEPS, "longer"),
    ),
    Worded(
        "expertise", __("For whom"), EXPERTISE | dict(UNSTATED), lambda entry: rules.expertise(entry.eqf_level)
    ),
    Open(
        "national", __("National level"), lambda entry: entry.national_levels,
        lambda code: NATIONAL.get(code, code), lambda code: code in NATIONAL,
        lambda code, _count: listed(list(NATIONAL), code),
    ),
    Worded(
        "funding", __("Help with the price"), {"stated": __("Help is described")} | dict(UNSTATED),
        lambda entry: "stated" if entry.has_price_support else "",
    ),
    Worded(
        "stackable", __("Counts towards more"), {"stated": __("Says what it stacks into")} | dict(UNSTATED),
        lambda entry: "stated" if entry.is_stackable else "",
    ),
    Open(
        "country", __("Country of the provider"), lambda entry: (entry.country,) if entry.country else (),
        locales.country, is_country,
    ),
    Open(
        "region", __("Town of the provider"), lambda entry: (entry.region,) if entry.region else (), _region_said,
        lambda code: ":" in code and code.isprintable(),
    ),
    PROVIDER,
    *_lacking(),
)  # fmt: skip
BY_NAME: Mapping[str, Filter] = {one.name: one for one in FILTERS}


def counted(name: str, chosen: Collection[str]) -> Collection[str] | None:
    """Return which codes of a filter to count; None for every one there is."""
    return SKILL.counted(chosen) if name == SKILL.name else None
