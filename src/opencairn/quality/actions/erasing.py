from datetime import datetime

from django.db import models, transaction

from opencairn.people.models import Person
from opencairn.quality.models import (
    Amendment,
    Appeal,
    Assignment,
    Audit,
    Call,
    Complaint,
    Condition,
    Decision,
    Endorsement,
    Exhibit,
    Finding,
    ForeignRegister,
    Mandate,
    Review,
    Sanction,
    ScopeRequest,
    Score,
)

#: Where a person's name stands beside an act of an organisation. The act stays, the name goes.
NAMES: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Review, ("requested_by", "reviewer")),
    (Exhibit, ("added_by",)),
    (Finding, ("found_by",)),
    (Score, ("juror",)),
    (Assignment, ("assigned_by", "assessor")),
    (Decision, ("decided_by",)),
    (Sanction, ("decided_by",)),
    (Audit, ("recorded_by",)),
    (Condition, ("reported_by", "judged_by")),
    (Amendment, ("decided_by",)),
    (ScopeRequest, ("asked_by",)),
    (Appeal, ("lodged_by", "decided_by")),
    (Call, ("made_by",)),
    (Mandate, ("recorded_by",)),
    (Complaint, ("closed_by",)),
    (Endorsement, ("requested_by", "answered_by")),
    (ForeignRegister, ("added_by",)),
)


@transaction.atomic
def erase_person(person: Person, *, at: datetime) -> None:
    """Take the person's name off what organisations did through them; their own mandates and complaints lose it too.

    No mandate goes: it is a link in the chain behind findings and decisions that stay.
    """
    Complaint.objects.filter(person=person).update(person=None, name="", email="")
    Assignment.objects.filter(assessor=person).update(statement="")
    Mandate.objects.filter(person=person).update(person=None, erased_at=at)
    for table, names in NAMES:
        for name in names:
            table._default_manager.filter(**{name: person}).update(**{name: None})  # noqa: SLF001 - its public name
