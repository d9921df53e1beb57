"""The ten principles beside what a description states for each: for its author, for everyone once published."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from opencairn.programmes import queries
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.templatetags.principle_words import principles

from .desk import _crumbs, _title
from .rows import page_address


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
    rows = principles(version)
    for each in (each for row in rows for each in row["evidence"] if desk and each["page"] and not each["says"]):
        each["address"] = page_address(each["page"], desk)
    context = {"rows": rows, "version": version, "programme": version.programme, "crumbs": crumbs}
    touched = sum(row["stated"] == len(row["evidence"]) for row in rows)
    return render(request, "programmes/principles.html", context | {"whole": touched, "total": len(rows)})
