"""Facts of an offer as words in the reader's language; "" where nothing is stated. Pages decide how a gap looks."""

from collections.abc import Iterable

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from opencairn.programmes import vocabulary
from opencairn.programmes.models import Offering, ProgrammeVersion

from . import locales


def workload(version: ProgrammeVersion) -> str:
    """ECTS and hours, whichever are stated."""
    ects = number_format(version.ects.normalize(), use_l10n=True) if version.ects is not None else ""
    hours = number_format(version.hours, force_grouping=True) if version.hours is not None else ""
    if hours and version.hours_most:
        hours = f"{hours}–{number_format(version.hours_most, force_grouping=True)}"
    if ects and hours:
        return _("%(ects)s ECTS, about %(hours)s hours") % {"ects": ects, "hours": hours}
    if ects:
        return _("%(ects)s ECTS") % {"ects": ects}
    if hours == "1":
        return _("1 hour")
    return _("%(hours)s hours") % {"hours": hours} if hours else ""


def level(version: ProgrammeVersion) -> str:
    """The EQF level, or that a level does not apply."""
    if version.eqf_level is not None:
        return _("Level %(number)s") % {"number": version.eqf_level}
    return _("Level does not apply") if version.level_not_applicable else ""


def participation(version: ProgrammeVersion) -> str:
    """How learners take part."""
    return vocabulary.label("participation", version.participation) if version.participation else ""


def languages(tags: Iterable[str]) -> str:
    """Languages in the reader's own, parted by commas."""
    return ", ".join(vocabulary.language_said(tag) for tag in tags)


def price(offering: Offering | None) -> str:
    """The price as money, or "Free"."""
    if offering is None or offering.price is None:
        return ""
    return locales.money(offering.price, offering.currency) if offering.price else _("Free")


def start(offering: Offering | None, *, is_listing: bool) -> str:
    """When it starts next. A listing without a date says nothing; a programme without one starts any day."""
    if offering is None:
        return ""
    if offering.starts_on:
        return str(date_format(offering.starts_on))
    return "" if is_listing else _("Any day")
