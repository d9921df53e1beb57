"""The report of a verification: independent steps, each with an outcome and a sentence, and one verdict."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

StepOutcome = Literal["pass", "fail", "unknown", "not-applicable"]
Verdict = Literal["valid", "invalid", "unknown", "unsupported", "not-a-credential"]

#: The steps of every report, in this order. The first four decide the verdict; the trust steps stand beside it.
STEPS = ("format", "signature", "dates", "status", "issuer", "accredited-on-award-date", "accredited-today")
GENUINENESS = STEPS[:4]


@dataclass(frozen=True)
class Step:
    """One thing that was checked on its own. ``why`` is a full sentence in plain English words.

    ``code`` with ``facts`` says the same for translation: a short key such as ``"revoked"`` and its values.
    """

    name: str
    outcome: StepOutcome
    why: str
    code: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Report:
    """What was found out about one document at one instant."""

    verdict: Verdict
    steps: tuple[Step, ...]
    checked_at: datetime

    def step(self, name: str) -> Step | None:
        """Return the step of this name, or None where it was not reached."""
        return next((step for step in self.steps if step.name == name), None)
