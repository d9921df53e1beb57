"""Every write of the quality room. A decision is never edited: what comes later is a sanction or another decision."""

from .deciding import (
    AlreadyApplied,
    CannotBeReviewed,
    ConflictOfInterest,
    CriteriaNotMet,
    CriteriaOpen,
    ReviewClosed,
    WrongDecision,
    WrongFinding,
    WrongSanction,
    decide,
    erase_person,
    lift,
    record_finding,
    request_review,
    suspend,
    withdraw_decision,
)

__all__ = [
    "AlreadyApplied",
    "CannotBeReviewed",
    "ConflictOfInterest",
    "CriteriaNotMet",
    "CriteriaOpen",
    "ReviewClosed",
    "WrongDecision",
    "WrongFinding",
    "WrongSanction",
    "decide",
    "erase_person",
    "lift",
    "record_finding",
    "request_review",
    "suspend",
    "withdraw_decision",
]
