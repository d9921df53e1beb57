"""The entries of the log in plain words, for the pages."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.people.models import Organisation

from .models import Entry
from .rules import LOG

KINDS = {
    "decision": __("Decision"),
    "sanction": __("Sanction"),
    "status-list": __("Status list"),
    "key": __("Key"),
    "credential": __("Credential"),
}
WHO = ("provider", "quality_body", "holder")  # facts that name an organisation


@dataclass(frozen=True)
class Line:
    """One entry as the pages show it. ``address`` leads to what it is about, "" where only its holder can see that."""

    entry: Entry
    kind: str
    sentence: str
    address: str


def lines(entries: Iterable[Entry]) -> list[Line]:
    """Return entries in words. Organisations are called by the names they have today."""
    told = [(entry, json.loads(entry.text)["facts"]) for entry in entries]
    slugs = {facts[who] for _entry, facts in told for who in WHO if who in facts}
    names = dict(Organisation.objects.filter(slug__in=slugs).values_list("slug", "name"))
    return [
        _line(entry, facts | {who: names.get(facts[who], facts[who]) for who in WHO if who in facts})
        for entry, facts in told
    ]


def _line(entry: Entry, facts: dict[str, Any]) -> Line:
    address = ""
    if entry.kind in {"decision", "sanction"}:
        address = reverse("quality:decision", args=[entry.about])
    elif entry.kind == "status-list":
        address = facts["list"]
    return Line(entry, str(KINDS.get(entry.kind, entry.kind)), _SENTENCES[entry.kind](facts), address)


def _decision(facts: dict[str, Any]) -> str:
    if facts["verdict"] != "accredited":
        return _("Decision %(number)s: %(programme)s of %(provider)s was not accredited by %(quality_body)s.") % facts
    days = {"first": _day(facts["first_on"]), "last": _day(facts["last_on"])}
    return _(
        "Decision %(number)s: %(programme)s of %(provider)s was accredited by %(quality_body)s, %(first)s to %(last)s."
    ) % (facts | days)


def _sanction(facts: dict[str, Any]) -> str:
    days = {"decision": facts["decision"], "from": _day(facts["from_on"]), "lifted": _day(facts.get("lifted_on"))}
    if facts["act"] == "lifting":
        return _("The suspension of decision %(decision)s was lifted: it counts again from %(lifted)s on.") % days
    if facts["act"] == "withdrawal":
        return _("What decision %(decision)s accredited was withdrawn from %(from)s on.") % days
    return _("What decision %(decision)s accredited was suspended from %(from)s on.") % days


def _status_list(facts: dict[str, Any]) -> str:
    return _("The list of revoked credentials was signed, in its version %(version)d.") % facts


def _key(facts: dict[str, Any]) -> str:
    if facts["holder"] == LOG:
        made, retired = _("This log is signed with a new key."), _("A key of this log was retired.")
    else:
        made = _("%(holder)s signs its credentials with a new key.") % facts
        retired = _("A signing key of %(holder)s was retired.") % facts
    if facts["act"] == "compromised":
        day = {"day": _day(facts["from"][:10])}
        return _("A signing key of %(holder)s may be in other hands since %(day)s.") % (facts | day)
    return made if facts["act"] == "made" else retired


def _credential(facts: dict[str, Any]) -> str:
    return _("A credential was issued. Only who holds it can tell which.")


_SENTENCES = {
    "decision": _decision,
    "sanction": _sanction,
    "status-list": _status_list,
    "key": _key,
    "credential": _credential,
}


def _day(words: str | None) -> str:
    day = parse_date(words) if words else None
    return date_format(day) if day else ""
