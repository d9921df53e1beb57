"""The filters of the catalogue: one small class each, listed in FILTERS. Page, API and docs read the list.

``codes`` says under which codes a programme is filed (from its entry); ``said`` says a code in words. "Not stated" is a
choice of its own in every filter. To add a filter: a class here, a line in FILTERS, a test; then rebuild the index.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.people.models import Organisation
from opencairn.programmes import vocabulary
from opencairn.quality import queries as quality

from . import locales, rules
from .models import Entry

NOT_STATED = "not-stated"


class Filter(Protocol):
    """The shape of every filter. ``name`` is its name in addresses, ``title`` its heading on the page."""

    name: str
    title: Any

    def codes(self, entry: Entry) -> Sequence[str]:
        """The codes of one programme; never empty."""

    def said(self, code: str) -> str:
        """The code in the reader's words."""

    def order(self, code: str, count: int) -> tuple[object, ...]:
        """Where the code stands in the list of choices: smallest first."""


def _listed(codes: Mapping[str, object] | Sequence[str], code: str) -> tuple[object, ...]:
    known = list(codes)
    return (known.index(code) if code in known else len(known), code)


class Kind:
    """Micro-credential, or a listing that misses elements; the default shows both and marks the second."""

    name = "kind"
    title = __("Description")
    words = {
        "micro-credential": __("Complete: a micro-credential"),
        "listing": __("Incomplete description"),
    }

    def codes(self, entry: Entry) -> Sequence[str]:
        return (entry.kind,)

    def said(self, code: str) -> str:
        return str(self.words.get(code, code))

    def order(self, code: str, count: int) -> tuple[object, ...]:
        return _listed(self.words, code)


class Quality:
    """Quality assurance as of the day asked: on the register today, else what the provider says.

    The codes of the index are what the provider says; ``by_day`` moves those accredited on the day to ``DAILY``.
    """

    DAILY = "accredited"
    name = "quality"
    title = __("Quality assurance")
    words = {
        "accredited": __("Accredited today"),
        "external": __("External, says the provider"),
        "internal": __("Internal"),
        "none": __("None"),
        NOT_STATED: __("Not stated"),
    }

    def codes(self, entry: Entry) -> Sequence[str]:
        if entry.quality_assurance.startswith("external"):
            return ("external",)
        return (entry.quality_assurance or NOT_STATED,)

    def by_day(self, day: date) -> set[UUID]:
        """The programmes that count as ``accredited`` on a day, whatever their other code."""
        return quality.accredited_programmes(day)

    def said(self, code: str) -> str:
        return str(self.words.get(code, code))

    def order(self, code: str, count: int) -> tuple[object, ...]:
        return _listed(self.words, code)


class Level:
    """EQF level 1 to 8, with a few words for those who do not know the numbers."""

    name = "level"
    title = __("Level")
    words = {
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

    def codes(self, entry: Entry) -> Sequence[str]:
        if entry.eqf_level is not None:
            return (str(entry.eqf_level),)
        return (NOT_STATED if entry.level_applies else "not-applicable",)

    def said(self, code: str) -> str:
        return str(self.words.get(code, code))

    def order(self, code: str, count: int) -> tuple[object, ...]:
        return (not code.isdigit(), code == NOT_STATED, code)


class Credits:
    """Workload in ECTS, in bands; the upper limit belongs to the band."""

    name = "credits"
    title = __("Work")
    limits = (("up-to-1", Decimal(1)), ("up-to-3", Decimal(3)), ("up-to-6", Decimal(6)), ("up-to-15", Decimal(15)))
    words = {
        "up-to-1": __("Up to 1 ECTS"),
        "up-to-3": __("More than 1, up to 3 ECTS"),
        "up-to-6": __("More than 3, up to 6 ECTS"),
        "up-to-15": __("More than 6, up to 15 ECTS"),
        "over-15": __("More than 15 ECTS"),
        NOT_STATED: __("ECTS not stated"),
    }

    def codes(self, entry: Entry) -> Sequence[str]:
        return (rules.band(entry.ects, self.limits, "over-15") or NOT_STATED,)

    def said(self, code: str) -> str:
        return str(self.words.get(code, code))

    def order(self, code: str, count: int) -> tuple[object, ...]:
        return _listed(self.words, code)


class Mode:
    """How learners take part."""

    name = "mode"
    title = __("How you take part")

    def codes(self, entry: Entry) -> Sequence[str]:
        return (entry.participation or NOT_STATED,)

    def said(self, code: str) -> str:
        return _("Not stated") if code == NOT_STATED else vocabulary.label("participation", code)

    def order(self, code: str, count: int) -> tuple[object, ...]:
        return _listed(["online", "blended", "onsite", "workbased", NOT_STATED], code)


class Language:
    """Languages of teaching, by base tag: ``de-AT`` counts as ``de``."""

    name = "language"
    title = __("Language of teaching")

    def codes(self, entry: Entry) -> Sequence[str]:
        tags = [tag.split("-")[0] for tag in entry.languages.strip("|").split("|") if tag]
        return tuple(dict.fromkeys(tags)) or (NOT_STATED,)

    def said(self, code: str) -> str:
        return _("Not stated") if code == NOT_STATED else vocabulary.language_said(code)

    def order(self, code: str, count: int) -> tuple[object, ...]:
        return (code == NOT_STATED, -count, code)


class Price:
    """Price of the next dates, in bands of the currency it is stated in: nothing is converted."""

    name = "price"
    title = __("Price")
    limits = (
        ("free", Decimal(0)),
        ("up-to-100", Decimal(100)),
        ("up-to-500", Decimal(500)),
        ("up-to-2000", Decimal(2000)),
    )
    words = {
        "free": __("Free"),
        "up-to-100": __("Up to 100"),
        "up-to-500": __("More than 100, up to 500"),
        "up-to-2000": __("More than 500, up to 2,000"),
        "over-2000": __("More than 2,000"),
        NOT_STATED: __("Not stated"),
    }

    def codes(self, entry: Entry) -> Sequence[str]:
        return (rules.band(entry.price, self.limits, "over-2000") or NOT_STATED,)

    def said(self, code: str) -> str:
        return str(self.words.get(code, code))

    def order(self, code: str, count: int) -> tuple[object, ...]:
        return _listed(self.words, code)


class Country:
    """Country of the provider, ISO 3166-1."""

    name = "country"
    title = __("Country of the provider")

    def codes(self, entry: Entry) -> Sequence[str]:
        return (entry.country or NOT_STATED,)

    def said(self, code: str) -> str:
        return _("Not stated") if code == NOT_STATED else locales.country(code)

    def order(self, code: str, count: int) -> tuple[object, ...]:
        return (code == NOT_STATED, -count, code)


class Field:
    """Broad field of study: the first two digits of ISCED-F 2013, which also choose the mineral of the stone."""

    name = "field"
    title = __("Subject")

    def codes(self, entry: Entry) -> Sequence[str]:
        return (entry.field_code[:2] or NOT_STATED,)

    def said(self, code: str) -> str:
        return _("Not stated") if code == NOT_STATED else vocabulary.field_label(code) or code

    def order(self, code: str, count: int) -> tuple[object, ...]:
        return (code == NOT_STATED, -count, code)


class Provider:
    """Who provides it; a programme always has a provider."""

    name = "provider"
    title = __("Provider")

    def codes(self, entry: Entry) -> Sequence[str]:
        return (entry.provider_slug,)

    def said(self, code: str) -> str:
        return self.names((code,)).get(code, code)

    def names(self, codes: Sequence[str]) -> dict[str, str]:
        """The names of many providers at once."""
        return dict(Organisation.objects.filter(slug__in=codes).values_list("slug", "name"))

    def order(self, code: str, count: int) -> tuple[object, ...]:
        return (-count, code)


QUALITY = Quality()
PROVIDER = Provider()
FILTERS: tuple[Filter, ...] = (
    Kind(), Field(), Level(), Credits(), Mode(), Language(), Price(), QUALITY, Country(), PROVIDER,
)  # fmt: skip
BY_NAME: Mapping[str, Filter] = {one.name: one for one in FILTERS}
