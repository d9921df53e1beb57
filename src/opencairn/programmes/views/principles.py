"""The ten principles beside what a description states for each: for its author, for everyone once published."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opencairn.kit.text import pick
from opencairn.programmes import queries, vocabulary
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.principles import PRINCIPLES, Evidence, stated
from opencairn.programmes.templatetags.programme_words import plain_number

from .desk import _crumbs, _title
from .rows import page_address

LONGEST = 160  # characters of a text: enough to recognise it


@login_required
def at_the_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest version, with links to the questions that are still open."""
    programme = queries.access_programme(request.user, slug, to="programme.see_draft")
    version = queries.newest_version(programme)
    crumbs = [*_crumbs(), (_title(version), reverse("programmes:describe", args=[slug])), (_("Ten principles"), None)]
    return _answer(request, version, crumbs, slug if queries.draft_of(programme) else "")


def of_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A published version: what whoever reviews or recognises it can go by."""
    version = queries.public_version(slug, number)
    back = reverse("programmes:version", args=[slug, number])
    return _answer(request, version, [(_title(version), back), (_("Ten principles"), None)], "")


def _answer(request: HttpRequest, version: ProgrammeVersion, crumbs: list[Any], desk: str) -> HttpResponse:
    rows = rows_of(version, desk)
    context = {"rows": rows, "version": version, "programme": version.programme, "crumbs": crumbs}
    touched = sum(row["stated"] == len(row["evidence"]) for row in rows)
    return render(request, "programmes/principles.html", context | {"whole": touched, "total": len(rows)})


def rows_of(version: ProgrammeVersion, desk: str = "") -> list[dict[str, Any]]:
    """The ten with what a version says for each, in words; ``desk`` is the slug of one whose author may state more."""
    facts = queries.facts_for_principles(version)
    return [
        {"principle": one, "evidence": (evidence := [_row(each, facts, desk) for each in one.evidence]),
         "stated": sum(bool(each["says"]) for each in evidence)}
        for one in PRINCIPLES
    ]  # fmt: skip


def _row(evidence: Evidence, facts: Mapping[str, Any], desk: str) -> dict[str, Any]:
    says = [_said(name, value) for name, value in stated(evidence, facts).items()]
    return {
        "label": evidence.label,
        "says": says,
        "address": page_address(evidence.page, desk) if desk and evidence.page and not says else "",
    }


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
