"""The background work of the credentials room; the schedule lists both."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from opencairn.learning.models import Award
from opencairn.people.models import Person

from . import actions


def issue(payload: Mapping[str, Any], at: datetime) -> None:
    """Issue the credential of one award. An award that was erased or withdrawn meanwhile needs none."""
    award = Award.objects.filter(pk=payload["award"], withdrawn_at=None).first()
    if award is not None:
        actions.issue(award, by=Person.objects.filter(pk=payload["by"]).first(), at=at)


def publish_status_lists(*, at: datetime) -> int:
    """Sign every status list whose signature is missing or a day old, and return how many were signed."""
    return actions.publish_status_lists(at=at)
