"""Calls for an award that a jury decides."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people.models import Organisation, Person
from opencairn.quality.frameworks import framework as framework_of
from opencairn.quality.models import Call


class WrongCall(Refused):
    """A call is for a framework with a jury, has a title, and closes after it opens."""

    status = 422


@transaction.atomic
def open_call(
    quality_body: Organisation, *, framework: str, title: str, theme: str = "", opens_on: date, closes_on: date,
    by: Person | None, at: datetime,
) -> Call:  # fmt: skip
    """Announce a call: providers can apply from its first to its last day."""
    try:
        under = framework_of(framework)
    except KeyError:
        raise WrongCall(_("There is no quality framework of that name. Choose one from the list.")) from None
    if under.assessor.kind != "jury":
        raise WrongCall(_("Only a framework with a jury has calls."))
    if not title.strip() or closes_on < opens_on:
        raise WrongCall(_("Give the call a title, a first and a last day."))
    return Call.objects.create(
        quality_body=quality_body,
        framework=under.key,
        framework_version=under.version,
        title=title.strip()[:200],
        theme=theme.strip(),
        opens_on=opens_on,
        closes_on=closes_on,
        made_by=by,
        made_at=at,
    )
