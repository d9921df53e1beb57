"""The pages of the credentials room."""

from .after import compromise, correct, renew, validity
from .policies import end_policy, new_policy, policies, policy
from .public import issuer, status_list, verify
from .registrar import credential, desk, document, issue, issue_all, keys, revoke, rotate, withdraw_award
from .registry import accreditation, endorsement_document, known_issuers, snapshot

__all__ = [
    "accreditation",
    "compromise",
    "correct",
    "credential",
    "desk",
    "document",
    "end_policy",
    "endorsement_document",
    "issue",
    "issue_all",
    "issuer",
    "keys",
    "known_issuers",
    "new_policy",
    "policies",
    "policy",
    "renew",
    "revoke",
    "rotate",
    "snapshot",
    "status_list",
    "validity",
    "verify",
    "withdraw_award",
]
