"""A quality framework as values: standard, why, indicators, documents, and the rules by which it decides.

Sources: OECD, *Micro-credentials for lifelong learning*, box 2.4 (regulatory, advisory and organic approaches; a public
manual of standards with indicators and documents).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

Text = Mapping[str, str]


@dataclass(frozen=True)
class Grade:
    """One outcome a finding may have. ``mark`` is how it is drawn: pass, partly, fail, unknown or not-applicable.

    ``points`` count only where the decision rule asks for a share of the points.
    """

    key: str
    label: Text
    mark: str
    points: int = 0


@dataclass(frozen=True)
class Indicator:
    """One thing that shows a standard is met. It has a key where it is judged on its own."""

    text: Text
    key: str = ""
    mandatory: bool = True
    only_if: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Criterion:
    """One standard of a framework: why it is asked, what shows that it is met, which documents are read (Q6).

    ``only_if`` names facts about the applicant, any of which makes it apply; none named means that it always does.
    ``part_of`` is the title of its standard where each indicator is judged on its own.
    """

    key: str
    title: Text
    why: Text
    indicators: tuple[Indicator, ...]
    documents: tuple[Text, ...]
    mandatory: bool
    only_if: frozenset[str] = frozenset()
    part_of: Text | None = None

    def applies(self, facts: Collection[str]) -> bool:
        """Whether it is asked of an applicant of whom these facts are true."""
        return not self.only_if or not self.only_if.isdisjoint(facts)

    def one_by_one(self) -> tuple["Criterion", ...]:
        """Its indicators, each as something to be judged on its own."""
        return tuple(
            replace(
                self, key=each.key, title=each.text, indicators=(), mandatory=each.mandatory,
                only_if=each.only_if or self.only_if, part_of=self.title,
            )
            for each in self.indicators
        )  # fmt: skip


@dataclass(frozen=True)
class CountsAs:
    """From ``at_least`` findings of ``outcome`` on, they count as one more finding of ``as_one``."""

    outcome: str
    at_least: int
    as_one: str


@dataclass(frozen=True)
class Cure:
    """How long a weakness may stand: ``months``, which may be granted ``extensions`` more times.

    ``at`` names the audits it holds for. A weakness that is still open at the next audit ``becomes`` another outcome.
    """

    outcome: str
    months: int
    at: frozenset[str]
    extensions: int = 0
    becomes: str = ""


@dataclass(frozen=True)
class DecisionRule:
    """When findings allow a positive decision.

    The outcomes that do not stand in the way, how many of each at most, and the share of the points in per cent at
    least.
    """

    mandatory_may_be: frozenset[str]
    others_may_be: frozenset[str]
    at_most: Mapping[str, int]
    counts_as: tuple[CountsAs, ...] = ()
    least_percent: int = 0
    cures: tuple[Cure, ...] = ()


@dataclass(frozen=True)
class Assessor:
    """Who judges: ``least`` is how many together (0: the framework does not say).

    ``chain`` says who accredits them; ``free_years`` how long they had no tie to the applicant.
    """

    kind: str
    least: int
    free_years: int
    chain: tuple[Text, ...]


@dataclass(frozen=True)
class Track:
    """One way through a hybrid framework: what is judged where a fact of ``only_if`` holds, or for all others."""

    key: str
    title: Text
    object: str
    only_if: frozenset[str]


@dataclass(frozen=True)
class Step:
    """An audit of the cycle, in months after the first day, or before the end, and what follows when it is missed."""

    kind: str
    counted: str
    from_month: int
    to_month: int
    missed: str


@dataclass(frozen=True)
class SanctionRule:
    """What may be taken away, when, and for how many months at most (0: not limited)."""

    kind: str
    when: Text
    months: int


@dataclass(frozen=True)
class Appeal:
    """Within how many days a provider may appeal (0: never), and against what an appeal stays the effect."""

    days: int = 30
    stays: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fee:
    """What an application costs. ``up_to`` bounds a class of size; an amount of "" is set by the quality body."""

    what: Text
    up_to: int | None
    amount: str
    currency: str


@dataclass(frozen=True)
class Framework:
    """A quality framework as data. Only the approach "regulatory" blocks anything (Q1).

    ``needs`` names what has to be accredited together, such as programme and provider (Q2); empty where one is enough.
    ``dossier`` says what an application has to hold: a case and the "documents", or "none" beside the description.
    ``owner`` keeps it, where it is not the quality body's own: a body of employers, say. ``levels`` are those of the
    EQF that it is made for. Both are told in its manual, and decide nothing (Q21).
    """

    key: str
    version: str
    name: Text
    summary: Text
    based_on: Text
    approach: str
    object: str
    languages: tuple[str, ...]
    supersedes: tuple[str, ...]
    applies_to: Text
    evidence: Text
    facts: Mapping[str, Text]
    tracks: tuple[Track, ...]
    assessor: Assessor
    validity_months: int
    reapply_months: int
    scale: tuple[Grade, ...]
    decision: DecisionRule
    cycle: tuple[Step, ...]
    sanctions: tuple[SanctionRule, ...]
    effects: frozenset[str]
    fees: tuple[Fee, ...]
    judged: str
    criteria: tuple[Criterion, ...]
    needs: frozenset[str] = frozenset()
    dossier: str = "documents"
    appeal: Appeal = Appeal()
    owner: Text | None = None
    levels: tuple[int, ...] = ()

    @property
    def questions(self) -> tuple[Criterion, ...]:
        """What needs a finding: each standard, or each indicator where these are judged on their own."""
        if self.judged == "standard":
            return self.criteria
        return tuple(one for each in self.criteria for one in each.one_by_one())

    @property
    def objects(self) -> frozenset[str]:
        """What can be judged under it: provider, programme, module or scheme; several for a hybrid."""
        return frozenset(track.object for track in self.tracks) or frozenset({self.object})

    def criterion(self, key: str) -> Criterion | None:
        """The question of this key, or None."""
        return next((each for each in self.questions if each.key == key), None)

    def grades_for(self, criterion: Criterion) -> tuple[Grade, ...]:
        """The outcomes a finding for this criterion may have: a mandatory one always applies."""
        return tuple(g for g in self.scale if not (criterion.mandatory and g.mark == "not-applicable"))

    def blocks(self, act: str) -> bool:
        """Whether going without a positive decision stops this act: publish, fund or issue."""
        return act in self.effects

    def track_for(self, facts: Collection[str]) -> Track | None:
        """The first way that fits an applicant; None where the framework has only one."""
        return next((each for each in self.tracks if not each.only_if or not each.only_if.isdisjoint(facts)), None)

    def approves_its_own(self, way: str) -> bool:
        """Whether a provider judged on this way answers for its programmes itself, so that none ``needs`` more."""
        return bool(self.needs) and any(each.key == way and each.object == "provider" for each in self.tracks)

    def ways_to(self, *objects: str) -> tuple[Track, ...]:
        """The ways of a hybrid framework on which one of these is judged."""
        return tuple(each for each in self.tracks if each.object in objects)

    def chosen_by(self, ways: Collection[Track]) -> frozenset[str]:
        """The facts that choosing among these ways answers: those that alone lead to one of them."""
        return frozenset[str]().union(*(each.only_if for each in ways if len(each.only_if) == 1 and len(ways) > 1))

    def fee_for(self, size: int) -> Fee | None:
        """The fee of the smallest class that holds this size; None where no fee is published."""
        fitting = [each for each in self.fees if each.up_to is None or size <= each.up_to]
        return min(fitting, key=lambda each: (each.up_to is None, each.up_to or 0), default=None)
