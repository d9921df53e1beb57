"""What this room holds about a person, for the copy that everyone can have of their own data."""

from typing import Any

from django.db.models import Q

from opencairn.people.models import Person
from opencairn.quality.models import (
    Amendment,
    Appeal,
    Assignment,
    Audit,
    Complaint,
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


def export_person(person: Person) -> dict[str, Any]:
    """Return what this room holds about a person: what they wrote, judged, decided, hold and complained of."""
    return {
        "reviews_requested": [
            str(pk) for pk in Review.objects.filter(requested_by=person).values_list("pk", flat=True)
        ],
        "reviews_led": [str(pk) for pk in Review.objects.filter(reviewer=person).values_list("pk", flat=True)],
        "findings": [
            {"review": str(each.review_id), "criterion": each.criterion, "found_at": each.found_at.isoformat()}
            for each in Finding.objects.filter(found_by=person).order_by("found_at")
        ],
        "decisions": list(Decision.objects.filter(decided_by=person).values_list("number", flat=True)),
        "sanctions": [str(each) for each in Sanction.objects.filter(decided_by=person)],
        "changes_of_scope": [
            str(each) for each in Amendment.objects.filter(decided_by=person).select_related("decision")
        ],
        "changes_of_scope_asked": [
            str(each) for each in ScopeRequest.objects.filter(asked_by=person).select_related("decision")
        ],
        "endorsements_asked": [str(each) for each in Endorsement.objects.filter(requested_by=person)],
        "endorsements_answered": [str(each) for each in Endorsement.objects.filter(answered_by=person)],
        "registers_followed": list(ForeignRegister.objects.filter(added_by=person).values_list("name", flat=True)),
        "points_given": [str(each) for each in Score.objects.filter(juror=person)],
        "asked_to_assess": [
            {"review": str(each.review_id), "asked_at": each.assigned_at.isoformat(), "conflict": each.conflict,
             "statement": each.statement}
            for each in Assignment.objects.filter(assessor=person)
        ],
        "filed": [str(each) for each in Exhibit.objects.filter(added_by=person).defer("content")],
        "audits": [str(each) for each in Audit.objects.filter(recorded_by=person).select_related("decision")],
        "appeals": [
            str(each)
            for each in Appeal.objects.filter(Q(lodged_by=person) | Q(decided_by=person)).select_related("decision")
        ],
        "mandates": [
            str(each) for each in Mandate.objects.filter(person=person).select_related("granted_by", "person")
        ],
        "complaints": [
            {"about": each.about.name, "received_at": each.received_at.isoformat(), "text": each.text}
            for each in Complaint.objects.filter(person=person).select_related("about")
        ],
    }  # fmt: skip
