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
    "audit": __("Audit"),
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
    if entry.kind in {"decision", "sanction", "audit"}:
        address = reverse("quality:decision", args=[entry.about])
    elif entry.kind == "status-list":
        address = facts["list"]
    return Line(entry, str(KINDS.get(entry.kind, entry.kind)), _SENTENCES[entry.kind](facts), address)


def _decision(facts: dict[str, Any]) -> str:
    if "programme" not in facts:
        return _about_another(facts)
    if facts["verdict"] != "accredited":
        return _("Decision %(number)s: %(programme)s of %(provider)s was not accredited by %(quality_body)s.") % facts
    days = {"first": _day(facts["first_on"]), "last": _day(facts["last_on"])}
    return _(
        "Decision %(number)s: %(programme)s of %(provider)s was accredited by %(quality_body)s, %(first)s to %(last)s."
    ) % (facts | days)


def _about_another(facts: dict[str, Any]) -> str:
    """A decision about a provider as a whole, or about its certification scheme."""
    days = {"first": _day(facts["first_on"]), "last": _day(facts["last_on"]), "scheme": facts.get("scheme", "")}
    if facts["verdict"] != "accredited":
        return _("Decision %(number)s: %(provider)s was not accredited by %(quality_body)s.") % facts
    if days["scheme"]:
        return _(
            "Decision %(number)s: the scheme %(scheme)s of %(provider)s was accredited by %(quality_body)s, "
            "%(first)s to %(last)s."
        ) % (facts | days)
    return _("Decision %(number)s: %(provider)s was accredited by %(quality_body)s, %(first)s to %(last)s.") % (
        facts | days
    )


_WATCHED = {
    "monitoring": lambda: _("Decision %(decision)s: under closer watch from %(from)s on. It counts on."),
    "warning": lambda: _("Decision %(decision)s: a warning from %(from)s on. It counts on."),
    "probation": lambda: _("Decision %(decision)s: on probation from %(from)s on. It counts on."),
    "show-cause": lambda: _("Decision %(decision)s: asked to show cause from %(from)s on. It counts on."),
    "audit-due": lambda: _("An audit under decision %(number)s is due by %(day)s"),
    "condition": lambda: _("Decision %(decision)s: a condition was set, to be met by %(from)s."),
    "condition-met": lambda: _("Decision %(decision)s: a condition counts as met from %(from)s on."),
    "condition-extended": lambda: _("Decision %(decision)s: a condition has time until %(from)s now."),
    "appeal": lambda: _("Decision %(decision)s: an appeal was lodged on %(from)s."),
    "appeal-upheld": lambda: _("Decision %(decision)s: an appeal was upheld on %(from)s."),
    "appeal-rejected": lambda: _("Decision %(decision)s: an appeal was rejected on %(from)s."),
    "change-granted": lambda: _("Decision %(decision)s: a change of what it covers was granted from %(from)s on."),
    "change-denied": lambda: _("Decision %(decision)s: a change of what it covers was denied on %(from)s."),
}


def _audit(facts: dict[str, Any]) -> str:
    told = {"decision": facts["decision"], "day": _day(facts["held_on"])}
    if facts["outcome"] == "passed":
        return _("Decision %(decision)s: an audit was held on %(day)s, and passed.") % told
    if facts["outcome"] == "conditions":
        return _("Decision %(decision)s: an audit was held on %(day)s, and left something to be mended.") % told
    return _("Decision %(decision)s: an audit was held on %(day)s, and not passed.") % told


def _sanction(facts: dict[str, Any]) -> str:
    days = {"decision": facts["decision"], "from": _day(facts["from_on"]), "lifted": _day(facts.get("lifted_on"))}
    if facts["act"] in _WATCHED:
        return _WATCHED[facts["act"]]() % (days | {"number": days["decision"], "day": days["from"]})
    if facts["act"].endswith("-lifted"):
        return _("Decision %(decision)s: what was held against it is over from %(lifted)s on.") % days
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
    return _("A credential was signed. Only who has its text can tell which.")


_SENTENCES = {
    "decision": _decision,
    "sanction": _sanction,
    "audit": _audit,
    "status-list": _status_list,
    "key": _key,
    "credential": _credential,
}


def _day(words: str | None) -> str:
    day = parse_date(words) if words else None
    return date_format(day) if day else ""
