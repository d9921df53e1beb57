"""Every write of the catalogue: bringing its index up to date, which makes no fact; and ``shortlists``."""

from datetime import datetime

from django.db import transaction

from opencairn.catalogue.backends import BACKEND
from opencairn.catalogue.models import Shortlist
from opencairn.people.models import Person

AT_ONCE = 300


def refresh(*, at: datetime) -> int:
    """File every programme that changed, lapsed or was withdrawn since last time; return how many entries."""
    return BACKEND.refresh(at=at)


def rebuild(*, at: datetime) -> int:
    """Throw the index away and file every public programme again; return how many."""
    return BACKEND.rebuild(at=at)


def keep_current(*, at: datetime) -> bool:
    """Refresh if anything changed, so that what was published a second ago is found; one cheap query if not.

    Files at most 300 programmes, the latest changes first: somebody is waiting for a page. The rest follow. Returns
    whether the search now shows everything.
    """
    if BACKEND.is_current(at.date()):
        return True
    BACKEND.refresh(at=at, most=AT_ONCE)
    return BACKEND.is_current(at.date())


@transaction.atomic
def erase_person(person: Person, *, at: datetime) -> None:
    """Delete every shortlist of a person: its link answers 404."""
    Shortlist.objects.filter(author=person).delete()
