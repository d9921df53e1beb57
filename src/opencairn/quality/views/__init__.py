"""The pages of the quality room."""

from .desk import apply, decide, decision, desk, finding, framework, frameworks, lift, review, sanction
from .elsewhere import drop, elsewhere, follow, read_again
from .endorsements import answer, ask_endorsement, endorsement, endorsements, revoke
from .register import coverage, fundable, programme, provider, register

__all__ = [
    "answer",
    "apply",
    "ask_endorsement",
    "coverage",
    "decide",
    "decision",
    "desk",
    "drop",
    "elsewhere",
    "endorsement",
    "endorsements",
    "finding",
    "follow",
    "framework",
    "frameworks",
    "fundable",
    "lift",
    "programme",
    "provider",
    "read_again",
    "register",
    "review",
    "revoke",
    "sanction",
]
