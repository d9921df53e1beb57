"""Every write of the credentials room: keys, issuing, status lists, revoking, erasing."""

from .issuing import (
    AT_ONCE,
    AwardWithdrawn,
    ElementsMissing,
    Issued,
    issue,
    issue_all,
)
from .revoking import AlreadyIssued, AlreadyRevoked, ReasonMissing, erase_person, revoke, withdraw_waiting
from .signing_keys import NotVerified, ensure_key, open_key, rotate_key
from .status_lists import FRESH_FOR, place_for, publish_status_list, publish_status_lists

__all__ = [
    "AT_ONCE",
    "FRESH_FOR",
    "AlreadyIssued",
    "AlreadyRevoked",
    "AwardWithdrawn",
    "ElementsMissing",
    "Issued",
    "NotVerified",
    "ReasonMissing",
    "ensure_key",
    "erase_person",
    "issue",
    "issue_all",
    "open_key",
    "place_for",
    "publish_status_list",
    "publish_status_lists",
    "revoke",
    "rotate_key",
    "withdraw_waiting",
]
