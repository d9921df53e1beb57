"""What of a row may be kept: every text and every address is looked at, whatever the file."""

import re
from dataclasses import replace

from django.utils.translation import gettext as _

from opencairn.kit.text import has_hidden

from .row import Row

URI = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]{3,280}")
TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LONGEST_LABEL = 300
LONGEST_DESCRIPTION = 20_000
LONGEST_CODE = {"code": 60, "kind": 40, "reuse": 40, "status": 20}
MOST_ALTERNATIVES = 500


def checked(row: Row) -> Row:
    """Return the row, refused with the reason where it cannot be kept; names that are too long are left out."""
    if row.refused:
        return row
    why = _problem(row)
    if why:
        return Row(row.where, row.uri[:300], refused=why)
    return replace(row, alternatives={tag: _names(names) for tag, names in row.alternatives.items() if names})


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    kept = (name for name in dict.fromkeys(names) if name and len(name) <= LONGEST_LABEL and not has_hidden(name))
    return tuple(kept)[:MOST_ALTERNATIVES]


def _problem(row: Row) -> str:
    if not URI.fullmatch(row.uri):
        return _("it has no web address that could stand for it.")
    if not row.labels or not all(row.labels.values()):
        return _("it has no label.")
    if not all(TAG.fullmatch(tag) for tag in row.labels):
        return _("the language is not a tag such as de or pt-BR.")
    if any(len(label) > LONGEST_LABEL or has_hidden(label) for label in row.labels.values()):
        return _("its label is too long or holds control characters.")
    if any(len(words) > LONGEST_DESCRIPTION or "\x00" in words for words in row.descriptions.values()):
        return _("its description is too long or holds control characters.")
    for name, most in LONGEST_CODE.items():
        if len(getattr(row, name)) > most or has_hidden(getattr(row, name)):
            return _("its %(name)s is too long or holds control characters.") % {"name": name}
    if not all(URI.fullmatch(uri) for uri in row.broader):
        return _("a broader concept has no web address.")
    return ""
