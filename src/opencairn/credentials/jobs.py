"""The background work of the credentials room; the schedule lists all of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from opencairn.learning.models import Award
from opencairn.people.models import Person

from . import actions, notices
from .models import Credential


def issue(payload: Mapping[str, Any], at: datetime) -> None:
    """Issue the credential of one award. An award that was erased or withdrawn meanwhile needs none."""
    award = Award.objects.filter(pk=payload["award"], withdrawn_at=None).first()
    if award is not None:
        actions.issue(award, by=Person.objects.filter(pk=payload["by"]).first(), at=at)


def tell_holder(payload: Mapping[str, Any], at: datetime) -> None:
    """Tell the holder by mail what became of a credential. One whose holder was erased has nobody to tell."""
    found = Credential.objects.select_related("award__person", "award__version", "key__organisation", "replaces")
    credential = found.filter(pk=payload["credential"], award__isnull=False).first()
    if credential is not None:
        notices.send(credential, about=payload["about"])


def remind_of_expiry(*, at: datetime) -> int:
    """Have the holders of credentials that expire soon told, once for each, and return how many."""
    return actions.remind_of_expiry(at=at)


def publish_status_lists(*, at: datetime) -> int:
    """Sign every status list whose signature is missing or a day old, and return how many were signed."""
    return actions.publish_status_lists(at=at)


def keep_testimonies(*, at: datetime) -> int:
    """Sign what was accredited or endorsed since, set the status bits to today, and return how many changed."""
    return actions.keep_testimonies(at=at)
