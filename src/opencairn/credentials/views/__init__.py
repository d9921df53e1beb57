"""The pages of the credentials room."""

from .public import issuer, status_list, verify
from .registrar import credential, desk, document, issue, issue_all, keys, revoke, rotate, withdraw_award

__all__ = [
    "credential",
    "desk",
    "document",
    "issue",
    "issue_all",
    "issuer",
    "keys",
    "revoke",
    "rotate",
    "status_list",
    "verify",
    "withdraw_award",
]
