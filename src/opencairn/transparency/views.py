"""The log for people: what it is for, how it stands, what is in it, and each entry with its proof."""

from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import actions, queries
from .wording import Line, lines

A_PAGE, A_FEW = 40, 8


def _lines(places: Sequence[int]) -> list[Line]:
    """Return the entries at these places, which stand side by side, the newest first."""
    return lines(reversed(queries.entries(min(places), max(places)))) if places else []


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """How the log stands, what it is for, and how to watch it."""
    head, size = actions.newest_head(at=timezone.now()), queries.size()
    facts = {
        "head": head,
        "root": bytes(head.root).hex(),
        "size": size,
        "waiting": size - head.size,
        "keys": queries.log_keys(),
        "lines": _lines(range(max(0, size - A_FEW), size)),
    }
    return render(request, "transparency/log.html", facts)


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Every entry in words, the newest first."""
    page: Page[int] = Paginator(range(queries.size() - 1, -1, -1), A_PAGE).get_page(request.GET.get("page"))
    facts = {"page": page, "lines": _lines(list(page)), "crumbs": _crumbs(_("Entries"))}
    return render(request, "transparency/entries.html", facts)


@require_safe
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry: in words, exactly as it was hashed, and the proof that the newest head covers it."""
    found = queries.entry(index)
    inclusion = queries.inclusion_of(found)
    facts = {
        "line": lines([found])[0],
        "leaf": bytes(found.leaf).hex(),
        "inclusion": inclusion,
        "proof": [each.hex() for each in inclusion.proof] if inclusion else [],
        "crumbs": [*_crumbs(_("Entries"), "transparency:entries"), (str(index), None)],
    }
    return render(request, "transparency/entry.html", facts)


@require_safe
def heads(request: HttpRequest) -> HttpResponse:
    """Every head that was signed, the newest first."""
    page = Paginator(queries.heads(), A_PAGE).get_page(request.GET.get("page"))
    facts = {
        "page": page,
        "heads": [(row, bytes(row.root).hex()) for row in page],
        "crumbs": _crumbs(_("Signed heads")),
    }
    return render(request, "transparency/heads.html", facts)


def _crumbs(here: str, name: str = "") -> list[tuple[str, str | None]]:
    return [(_("Transparency log"), reverse("transparency:log")), (here, reverse(name) if name else None)]
