"""Reads of shortlists: an author's own, and what a link shows to anyone who has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from opencairn.people import queries as people
from opencairn.people.models import Organisation, Person

from .models import Pick, Shortlist
from .queries import Hit, hits_by_id


@dataclass(frozen=True)
class Line:
    """One course of a list as it stands today: the pick with its note, and the course; None where it was withdrawn."""

    pick: Pick
    hit: Hit | None


def shortlists_of(author: Person) -> "QuerySet[Shortlist]":
    """The lists of a person, newest first, each with how many courses it holds."""
    return Shortlist.objects.filter(author=author).annotate(size=Count("pick")).order_by("-created_at")


def own_shortlist(author: Person, identifier: UUID | str) -> Shortlist:
    """A list of this person's own. Raises Http404 for everyone else."""
    try:
        identifier = UUID(str(identifier))
    except ValueError as error:
        raise Http404("no such list") from error
    return get_object_or_404(Shortlist.objects.select_related("organisation"), pk=identifier, author=author)


def shared_shortlist(token: str) -> Shortlist:
    """The list behind a link, one taken back too. Raises Http404 where there never was one, or its author left."""
    found = Shortlist.objects.select_related("author", "organisation").filter(token=token).first()
    if found is None:
        raise Http404("no such list")
    return found


def is_open(shortlist: Shortlist, day: date) -> bool:
    """Whether the link still shows the list on this day."""
    return shortlist.ended_at is None and day <= shortlist.expires_on


def lines_of(shortlist: Shortlist, day: date) -> Sequence[Line]:
    """The courses of a list in the order they were put on it."""
    picks = list(Pick.objects.filter(shortlist=shortlist).select_related("programme__provider", "programme__current"))
    public = [
        pick.programme_id
        for pick in picks
        if pick.programme.withdrawn_at is None and pick.programme.provider.closed_at is None
    ]
    hits = {hit.programme.pk: hit for hit in hits_by_id(public, day)}
    return [Line(pick, hits.get(pick.programme_id)) for pick in picks]


def address_of(shortlist: Shortlist) -> str:
    """The whole address of a list, to be copied or sent. It names no person."""
    return f"{settings.BASE_URL}{reverse('catalogue:shared_shortlist', args=[shortlist.token])}"


def advised_for(person: Person) -> list[Organisation]:
    """The organisations on whose behalf a person may send lists by e-mail."""
    return [each for each in people.organisations_of(person, to="shortlist.send") if each.closed_at is None]
