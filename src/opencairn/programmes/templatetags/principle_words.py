"""The ten principles in words: beside a description, and in the accreditation file."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opencairn.kit.text import pick
from opencairn.programmes import queries, vocabulary
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.principles import PRINCIPLES, stated

from .programme_words import plain_number

register = template.Library()
LONGEST = 160  # characters of a text: enough to recognise it


@register.simple_tag
def principles(version: ProgrammeVersion) -> list[dict[str, Any]]:
    """The ten with what a version says for each: of every evidence its label, the page that asks it, and the words."""
    facts = queries.facts_for_principles(version)
    rows: list[dict[str, Any]] = []
    for one in PRINCIPLES:
        evidence = [
            {
                "label": each.label,
                "page": each.page,
                "says": [_said(name, value) for name, value in stated(each, facts).items()],
            }
            for each in one.evidence
        ]
        rows.append({"principle": one, "evidence": evidence, "stated": sum(bool(each["says"]) for each in evidence)})
    return rows


def _said(name: str, value: Any) -> tuple[str, str]:
    """The language and the words of a fact, short: a code in words, a list by its length."""
    if isinstance(value, Mapping):
        tag, words = pick(value, (get_language() or "en", "en"))
        return tag, words if len(words) <= LONGEST else f"{words[:LONGEST].rstrip()}…"
    if name in ("dates", "prices", "learning_outcomes", "need"):
        return "", _("%(number)d stated") % {"number": len(value)}
    if name == "languages":
        return "", ", ".join(vocabulary.language_said(tag) for tag in value)
    if name in vocabulary.VOCABULARIES:
        codes = value if isinstance(value, list) else [value]
        return "", ", ".join(vocabulary.label(name, code) for code in codes)
    if isinstance(value, list):
        return "", ", ".join(value)
    return "", _plain(name, value)


def _plain(name: str, value: Any) -> str:
    if name == "review_due_on":
        return str(date_format(value))
    form = {"ects": _("%(number)s ECTS credits"), "hours": _("%(number)s hours"), "eqf_level": _("EQF %(number)s")}
    if name not in form:
        return str(value)
    return form[name] % {"number": plain_number(value)}
