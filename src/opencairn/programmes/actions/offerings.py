"""Planning and cancelling dated runs of a programme."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.kit.text import CONTROL
from opencairn.people.models import Person
from opencairn.programmes import rules
from opencairn.programmes.models import Offering, Programme
from opencairn.programmes.vocabulary import CURRENCIES
from opencairn.programmes.wording import wrong

from .checking import _tags, clean_text
from .descriptions import ReasonNeeded, Withdrawn

FACTS = (
    "starts_on", "ends_on", "enrol_until", "place", "languages", "schedule", "capacity", "price", "currency",
)  # fmt: skip


class NotPlannable(Refused):
    """Dates, places or price of a run cannot be right; ``problems`` are pairs of field and sentence."""

    status = 422

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__(_("This date cannot be planned as it stands."), details=tuple(text for _f, text in problems))
        self.problems = problems


class AlreadyCancelled(Refused):
    """A cancelled run stays cancelled."""


def clean_run(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a run as they are kept. Raises NotPlannable with every problem at once."""
    unknown = [name for name in facts if name not in FACTS]
    if unknown:
        raise NotPlannable(
            tuple((name, _("A date has no field called “%(name)s”.") % {"name": name}) for name in unknown)
        )
    kept = dict(facts)
    kept["place"] = CONTROL.sub("", str(facts.get("place") or "")).strip()[:200]
    kept["currency"] = str(facts.get("currency") or "").strip().upper()
    kept["languages"] = _tags("languages", list(facts.get("languages") or ()))
    kept["schedule"] = clean_text("schedule", facts.get("schedule") or {})
    numbers = {name: facts.get(name) for name in ("starts_on", "ends_on", "enrol_until", "capacity", "price")}
    problems = [(field, wrong(code)) for field, code in rules.offering_problems(**numbers, currency=kept["currency"])]
    if kept["currency"] and kept["currency"] not in CURRENCIES:
        problems.append(("currency", wrong("currency-unknown")))
    if problems:
        raise NotPlannable(tuple(problems))
    if kept.get("price") is None:
        kept["currency"] = ""
    return kept


@transaction.atomic
def plan_offering(programme: Programme, *, by: Person | None, at: datetime, **facts: Any) -> Offering:
    """Plan a dated run. No start means any day, no capacity no limit, no price that the price is not stated."""
    kept = clean_run(facts)
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    if locked.withdrawn_at is not None:
        raise Withdrawn(_("This course is withdrawn. No further dates can be planned."))
    offering = Offering.objects.create(programme=programme, created_at=at, **kept)
    programme.changed_at = at
    programme.save(update_fields=["changed_at"])
    return offering


@transaction.atomic
def cancel_offering(offering: Offering, *, reason: str, by: Person | None, at: datetime) -> Offering:
    """Cancel a run, for a stated reason that everyone can read."""
    if not reason.strip():
        raise ReasonNeeded(_("Say why this date is cancelled. People who enrolled will read it."))
    locked = Offering.objects.select_for_update().get(pk=offering.pk)
    if locked.cancelled_at is not None:
        raise AlreadyCancelled(_("This date was already cancelled. Nothing has changed."))
    offering.cancelled_at, offering.cancellation_reason = at, reason.strip()[:2000]
    offering.save(update_fields=["cancelled_at", "cancellation_reason"])
    Programme.objects.filter(pk=offering.programme_id).update(changed_at=at)
    return offering
