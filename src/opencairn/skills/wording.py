"""Codes of the rules in words."""

from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .rules import Conversion, Drift, credit_system


def relation_words(relation: str) -> str:
    """Say how a framework stands to the EQF."""
    return {
        "referenced": _("Referenced to the EQF"),
        "compared": _("Compared with the EQF; the country does not take part in it"),
        "none": _("Not referenced to the EQF"),
    }[relation]


def drift_sentence(drift: Drift) -> str:
    """Say what a newer version did to a skill."""
    words = {
        "gone": _("The current version no longer has this skill."),
        "retired": _("The current version marks this skill as retired."),
        "split": _("The current version makes it a group. Below it stand: %(now)s."),
        "relabelled": _("The current version calls it “%(now)s”."),
    }[drift.kind]
    return words % {"now": drift.now} if "%(now)s" in words else words


def unit_name(key: str) -> str:
    """Name what is counted, in the plural."""
    return {
        "ects": _("ECTS credits"),
        "uk": _("UK credits"),
        "nz": _("New Zealand credits (NZQCF)"),
        "au": _("Australian credit points"),
        "hours": _("hours"),
    }[key]


def number(value: Decimal) -> str:
    """A number without needless noughts, in the reader's language."""
    words = f"{value:f}"
    return number_format(words.rstrip("0").rstrip(".") if "." in words else words)


def conversion_sentence(amount: Decimal, conversion: Conversion, *, of: str, into: str) -> str:
    """Say the result: a number, or a range where the rule leaves room."""
    facts = {"amount": number(amount), "of": unit_name(of), "into": unit_name(into)}
    facts |= {"least": number(conversion.least), "most": number(conversion.most)}
    if conversion.least == conversion.most:
        return _("%(amount)s %(of)s = %(least)s %(into)s") % facts
    return _("%(amount)s %(of)s = %(least)s to %(most)s %(into)s") % facts


def rule_sentence(conversion: Conversion, *, of: str, into: str, points_a_year: int | None = None) -> str:
    """Say which rule a conversion follows, in numbers."""
    here, there = credit_system(of), credit_system(into)
    if conversion.rule == "same":
        return _("The same unit: nothing is converted.")
    if conversion.rule == "year":
        facts: dict[str, Any] = {
            "here": f"{here.a_year or points_a_year} {unit_name(of)}",
            "there": f"{there.a_year or points_a_year} {unit_name(into)}",
        }
        return _("A full-time year is %(here)s, and %(there)s.") % facts
    credit = there if of == "hours" else here
    least, most = credit.hours or (0, 0)
    if credit.hours is None:
        facts = {"name": unit_name(credit.key), "hours": credit.hours_a_year, "points": points_a_year}
        return _("A full-time year is %(hours)s hours, and %(points)s times %(name)s.") % facts
    if least == most:
        return _("%(name)s: %(hours)s hours each.") % {"name": unit_name(credit.key), "hours": least}
    return _("%(name)s: %(least)s to %(most)s hours each.") % {
        "name": unit_name(credit.key),
        "least": least,
        "most": most,
    }
