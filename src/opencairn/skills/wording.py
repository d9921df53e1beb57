"""Codes of the rules in words."""

from typing import Any

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


def rule_sentence(conversion: Conversion, *, of: str, into: str, points_a_year: int | None = None) -> str:
    """Say which rule a conversion follows, in numbers."""
    here, there = credit_system(of), credit_system(into)
    if conversion.rule == "same":
        return _("The same unit: nothing is converted.")
    if conversion.rule == "year":
        facts: dict[str, Any] = {
            "here": f"{here.a_year or points_a_year} {here.name}",
            "there": f"{there.a_year or points_a_year} {there.name}",
        }
        return _("A full-time year is %(here)s, and %(there)s.") % facts
    credit = there if of == "hours" else here
    least, most = credit.hours or (0, 0)
    if credit.hours is None:
        facts = {"name": credit.name, "hours": credit.hours_a_year, "points": points_a_year}
        return _("A full-time year is %(hours)s hours, and %(points)s times %(name)s.") % facts
    if least == most:
        return _("%(name)s: %(hours)s hours each.") % {"name": credit.name, "hours": least}
    return _("%(name)s: %(least)s to %(most)s hours each.") % {"name": credit.name, "least": least, "most": most}
