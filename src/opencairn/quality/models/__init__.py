"""The tables of the quality room: what is applied for and judged, what was decided and came later, who may judge."""

from .decisions import (
    CAUSES,
    OBJECTS,
    STOPS,
    Amendment,
    Appeal,
    Audit,
    Change,
    Condition,
    Decision,
    Sanction,
    ScopeRequest,
)
from .endorsements import Endorsement
from .registers import ForeignIssuer, ForeignRegister
from .reviews import Assignment, Call, Exhibit, Finding, Review, ReviewQuerySet, Scheme, Score
from .trust import COMPLAINT_OUTCOMES, Complaint, Mandate, Reminder

__all__ = [
    "CAUSES",
    "COMPLAINT_OUTCOMES",
    "OBJECTS",
    "STOPS",
    "Amendment",
    "Appeal",
    "Assignment",
    "Audit",
    "Call",
    "Change",
    "Complaint",
    "Condition",
    "Decision",
    "Endorsement",
    "Exhibit",
    "Finding",
    "ForeignIssuer",
    "ForeignRegister",
    "Mandate",
    "Reminder",
    "Review",
    "ReviewQuerySet",
    "Sanction",
    "Scheme",
    "ScopeRequest",
    "Score",
]
