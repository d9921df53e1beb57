"""Catalogues that are read in regularly, what became of each row, and what is handed on to a higher register."""

import csv
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_POST, require_safe

from opencairn.people.access import demand, may, person_of
from opencairn.people.answers import api_address
from opencairn.programmes import actions as programmes
from opencairn.programmes import queries
from opencairn.programmes.formats import READERS
from opencairn.programmes.forms.feeds import FeedForm
from opencairn.programmes.models import Feed, FeedRun

OUTCOMES = {
    "running": __("Under way"),
    "taken": __("Read in"),
    "same": __("Nothing new"),
    "held": __("Needs a person"),
    "failed": __("Failed"),
}
# what may become of a row, in the order in which a person wants to read it
STATUSES = {
    "created": __("new"),
    "updated": __("changed"),
    "unchanged": __("as before"),
    "same": __("listed from elsewhere already"),
    "ours": __("of this site"),
    "refused": __("refused"),
    "withdrawn": __("withdrawn"),
}


@login_required
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """The catalogues I look after, and when each was last read."""
    person = person_of(request)
    rows = [
        {"feed": each, "run": _told(next(iter(queries.last_runs(each, most=1)), None))}
        for each in queries.feeds_of(person)
    ]
    context = {
        "rows": rows,
        "may_add": may(person, "feed.oversee") or queries.providers_of(person, to="feed.manage").exists(),
        "oversees": may(person, "feed.oversee"),
    }
    return render(request, "programmes/feeds.html", context)


@login_required
def new_feed(request: HttpRequest) -> HttpResponse:
    """Register a catalogue. The secret of its bell is shown once, on its page."""
    person = person_of(request)
    if not may(person, "feed.oversee") and not queries.providers_of(person, to="feed.manage").exists():
        demand(person, "feed.oversee")
    form = FeedForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            feed, secret = programmes.register_feed(**form.facts(), at=now())
        except programmes.NotAFeed as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            _show_once(request, secret)
            messages.success(
                request, _("%(name)s is looked at with the next round of the worker.") % {"name": feed.name}
            )
            return redirect("programmes:feed", feed.pk)
    context = {"form": form, "crumbs": _crumbs((_("New catalogue"), None))}
    return render(request, "programmes/feed_new.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def feed(request: HttpRequest, feed: UUID) -> HttpResponse:
    """One catalogue: how it stands, what its last look brought, what can be done."""
    one = queries.access_feed(request.user, feed, to="feed.manage")
    runs = queries.last_runs(one)
    shown = next((each for each in runs if each.report), None)
    context = {
        "feed": one,
        "format": next((each.name for each in READERS if each.key == one.format), one.format),
        "listed": queries.listed_by(one),
        "runs": [_told(each) for each in runs],
        "shown": _told(shown),
        "lines": [
            {**line, "status": STATUSES.get(line["status"], line["status"])}
            for line in (shown.report if shown else [])[:50]
        ],
        "held": bool(runs) and runs[0].outcome == "held",
        "bell": api_address(f"feeds/{one.pk}/ring"),
        "secret": request.session.pop("bell", ""),
        "crumbs": _crumbs((one.name, None)),
    }
    return render(request, "programmes/feed.html", context)


def _told(run: FeedRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    counts = [(words, run.counts[status]) for status, words in STATUSES.items() if run.counts.get(status)]
    return {"run": run, "outcome": OUTCOMES[run.outcome], "counts": counts}


def _crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [(_("Catalogues read in"), reverse("programmes:feeds")), *more]


def _show_once(request: HttpRequest, secret: str) -> None:
    """The page that follows shows it and forgets it: only its hash is kept."""
    request.session["bell"] = secret


def _after(request: HttpRequest, feed: UUID, work: Callable[[Feed], str]) -> HttpResponse:
    one = queries.access_feed(request.user, feed, to="feed.manage")
    messages.success(request, work(one))
    return redirect("programmes:feed", one.pk)


@login_required
@require_POST
def look_now(request: HttpRequest, feed: UUID) -> HttpResponse:
    """Have the catalogue looked at with the next round of the worker; resumes a paused one."""

    def work(one: Feed) -> str:
        programmes.look_now(one, at=now())
        return _("It is looked at with the next round of the worker, usually within a minute.")

    return _after(request, feed, work)


@login_required
@require_POST
def pause_feed(request: HttpRequest, feed: UUID) -> HttpResponse:
    """Look at the catalogue no more until somebody resumes it."""

    def work(one: Feed) -> str:
        programmes.pause_feed(one, at=now())
        return _("It is paused. What it listed stays listed.")

    return _after(request, feed, work)


@login_required
@require_POST
def new_bell(request: HttpRequest, feed: UUID) -> HttpResponse:
    """Make another secret for the bell, shown once."""

    def work(one: Feed) -> str:
        _show_once(request, programmes.new_bell(one))
        return _("The bell has a new secret. The old one no longer rings.")

    return _after(request, feed, work)


@login_required
@require_POST
def withdraw_missing(request: HttpRequest, feed: UUID) -> HttpResponse:
    """Withdraw what the catalogue no longer lists, after a person has looked."""

    def work(one: Feed) -> str:
        count = programmes.withdraw_missing(one, at=now())
        return _("%(count)d courses were withdrawn.") % {"count": count}

    return _after(request, feed, work)


@login_required
@require_safe
def report(request: HttpRequest, feed: UUID, run: int) -> HttpResponse:
    """What became of each row in one look, as a table file."""
    one = queries.access_feed(request.user, feed, to="feed.manage")
    found = next((each for each in queries.last_runs(one) if each.pk == run), None)
    if found is None:
        raise Http404("no such run")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="report-{found.began_at:%Y-%m-%dT%H%M}.csv"'
    table = csv.writer(response)
    table.writerow(["rows", "status", "id", "programme", "why", "notes"])
    for line in found.report:
        cells = [
            " ".join(str(each) for each in line["rows"]),
            *(line.get(name, "") for name in ("status", "id", "programme", "why")),
        ]
        table.writerow([_harmless(each) for each in (*cells, " ".join(line.get("notes", ())))])
    return response


def _harmless(cell: str) -> str:
    """A stranger's words never begin a formula in a spreadsheet."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


@login_required
@require_safe
def handed_on(request: HttpRequest) -> HttpResponse:
    """How far the changes of this site were handed on to the higher register of the settings."""
    demand(request.user, "feed.oversee")
    rows = [{"delivery": each, "waiting": queries.waiting_changes(each)} for each in queries.deliveries()]
    context = {
        "target": settings.PUSH_URL, "format": settings.PUSH_FORMAT, "token": bool(settings.PUSH_TOKEN), "rows": rows,
        "crumbs": _crumbs((_("Handed on"), None)),
    }  # fmt: skip
    return render(request, "programmes/handed_on.html", context)
