"""Whom the verifier trusts: questions that the caller of ``verify`` answers from a register of its own."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from .report import StepOutcome


@dataclass(frozen=True)
class Answer:
    """What somebody who keeps a register answers. ``why`` is a full sentence, as in ``Step``."""

    outcome: StepOutcome
    why: str
    code: str = ""
    facts: tuple[tuple[str, str], ...] = ()


class Trust(Protocol):
    """Whom the verifier trusts: a register of issuers and of quality decisions."""

    def issuer(self, issuer_id: str, at: datetime) -> Answer:
        """Say whether this issuer is known."""

    def accredited(
        self, issuer_id: str, achievement_id: str, *, eqf_level: int | None, field_of_study: str, day: date
    ) -> Answer:
        """Say whether this achievement of this issuer was quality-assured on a day."""
