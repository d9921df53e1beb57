"""What a certificate says, as plain values: the web page, the PDF and the shared page are made from the same sheet."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Words:
    """Words with the BCP 47 tag of their language, "" where it is not known."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Fact:
    """A label and its value, in the order of the EU elements; an empty value means "not stated"."""

    label: str
    value: str


@dataclass(frozen=True)
class Said:
    """The sentences of the sheet in the reader's language, whole: no language builds them from fragments."""

    kind: str
    certifies: str
    achieved: str
    signed: str
    check: str
    missing: str
    continued: str
    see_next: str


@dataclass(frozen=True)
class Sheet:
    """One certificate. ``suite`` and ``key`` say how the attached credential is signed; ``warnings`` stand first."""

    language: str
    seed: str
    holder: str
    issuer: str
    place: str
    title: Words
    other_title: Words | None
    outcomes: tuple[Words, ...]
    facts: tuple[Fact, ...]
    said: Said
    awarded_on: date
    suite: str = ""
    key: str = ""
    stone: str = ""
    stone_label: str = ""
    valid_until: date | None = None
    warnings: tuple[str, ...] = field(default_factory=tuple)

    @property
    def density(self) -> str:
        """How tightly the outcomes have to be set: "", "full" or "dense"."""
        letters = sum(len(outcome.text) + 40 for outcome in self.outcomes) + len(self.holder) + len(self.title.text)
        return "dense" if letters > 1500 else "full" if letters > 850 else ""
