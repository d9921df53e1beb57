"""Mandates: granted from above, from the state down, for some days; and ended, never edited."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people.models import Organisation, Person
from opencairn.quality.frameworks import framework as framework_of
from opencairn.quality.models import Mandate
from opencairn.quality.queries import chain_of


class WrongMandate(Refused):
    """A mandate comes from above, for a framework there is, from a first to a last day."""

    status = 422


@transaction.atomic
def grant_mandate(
    *,
    granted_by: Organisation | None,
    authority: str = "",
    holder: Organisation | Person,
    framework: str = "",
    first_on: date,
    last_on: date,
    by: Person | None,
    at: datetime,
) -> Mandate:
    """Let a body accredit others, or a person assess. At the top, ``granted_by`` is None and ``authority`` says who.

    Nobody can grant what they do not hold on the first day; the last day may lie beyond theirs, and counts for nothing
    once theirs has ended.
    """
    if framework:
        try:
            framework_of(framework)
        except KeyError:
            raise WrongMandate(_("There is no quality framework of that name. Choose one from the list.")) from None
    if last_on < first_on:
        raise WrongMandate(_("The last day cannot come before the first."))
    if granted_by is None and not authority.strip():
        raise WrongMandate(_("Say which authority stands at the top of the chain."))
    if granted_by == holder:
        raise WrongMandate(_("Nobody can give a mandate to themselves."))
    if granted_by is not None and not chain_of(granted_by, framework, first_on):
        raise WrongMandate(
            _("%(name)s has no mandate of its own on %(day)s, so it cannot give one.")
            % {"name": granted_by.name, "day": date_format(first_on)}
        )
    return Mandate.objects.create(
        granted_by=granted_by,
        authority=authority.strip() if granted_by is None else "",
        holder=holder if isinstance(holder, Organisation) else None,
        person=holder if isinstance(holder, Person) else None,
        framework=framework,
        first_on=first_on,
        last_on=last_on,
        recorded_by=by,
        recorded_at=at,
    )


@transaction.atomic
def end_mandate(mandate: Mandate, *, on: date, reasons: str, by: Person | None, at: datetime) -> Mandate:
    """End a mandate before its last day. What was decided under it stays; nothing new can be."""
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if mandate.ended_on is not None:
        raise WrongMandate(_("This mandate ended on %(day)s.") % {"day": date_format(mandate.ended_on)})
    if not reasons.strip():
        raise WrongMandate(_("Give the reasons."))
    if not max(at.date(), mandate.first_on) <= on <= mandate.last_on:
        raise WrongMandate(_("Choose a day from today to the mandate's last day."))
    mandate.ended_on, mandate.reasons = on, reasons.strip()
    mandate.save(update_fields=["ended_on", "reasons"])
    return mandate
