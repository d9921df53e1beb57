"""Every write of the credentials room: keys, issuing, status lists, revoking, replacing, policies, erasing."""

from .issuing import (
    AT_ONCE,
    AwardWithdrawn,
    ElementsMissing,
    Issued,
    issue,
    issue_all,
    issue_many,
)
from .policies import PolicyWrong, end_policy, make_policy, write_policy
from .replacing import (
    AlreadyReplaced,
    NothingToReplace,
    WrongValidity,
    correct,
    remind_of_expiry,
    renew,
    set_validity,
)
from .revoking import AlreadyIssued, AlreadyRevoked, ReasonMissing, erase_person, revoke, withdraw_waiting
from .signing_keys import NotVerified, WrongInstant, ensure_key, open_key, report_compromise, rotate_key
from .status_lists import FRESH_FOR, places_for, publish_status_list, publish_status_lists
from .testimonies import keep_testimonies, testify_decision, testify_endorsement

__all__ = [
    "AT_ONCE",
    "FRESH_FOR",
    "AlreadyIssued",
    "AlreadyReplaced",
    "AlreadyRevoked",
    "AwardWithdrawn",
    "ElementsMissing",
    "Issued",
    "NotVerified",
    "NothingToReplace",
    "PolicyWrong",
    "ReasonMissing",
    "WrongInstant",
    "WrongValidity",
    "correct",
    "end_policy",
    "ensure_key",
    "erase_person",
    "issue",
    "issue_all",
    "issue_many",
    "keep_testimonies",
    "make_policy",
    "open_key",
    "places_for",
    "publish_status_list",
    "publish_status_lists",
    "remind_of_expiry",
    "renew",
    "report_compromise",
    "revoke",
    "rotate_key",
    "set_validity",
    "testify_decision",
    "testify_endorsement",
    "withdraw_waiting",
    "write_policy",
]
