"""From findings to a decision, by the framework's own rule. A test holds Qualiopi's rule to the day.

Sources: décret 2019-565 and the arrêtés of 6 June 2019 and 31 May 2023 (France): a fifth minor counts as a major, a
major blocks, a minor left open becomes a major.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from .frameworks import Criterion, Cure, Framework

Verdict = Literal["open", "yes", "with-conditions", "no"]


@dataclass(frozen=True)
class Condition:
    """A weakness to be mended, by criterion, within so many months."""

    criterion: str
    cure: Cure


@dataclass(frozen=True)
class Judgement:
    """What the findings come to. ``counts`` is how often each outcome counts, ``in_the_way`` names criteria."""

    verdict: Verdict
    counts: Mapping[str, int]
    in_the_way: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


def asked_of(framework: Framework, facts: Collection[str] | None) -> tuple[Criterion, ...]:
    """Return what is asked of an applicant of whom these facts are true; of one not known (None), everything."""
    return tuple(each for each in framework.questions if facts is None or each.applies(facts))


def assessors_missing(framework: Framework, free: int) -> int:
    """Return how many more have to judge, where ``free`` were named and are independent. A jury counts who finished."""
    return 0 if framework.assessor.kind == "jury" else max(0, framework.assessor.least - free)


def unanswered(
    framework: Framework, findings: Mapping[str, str], *, facts: Collection[str] | None = None
) -> tuple[str, ...]:
    """Return the keys of the criteria without a finding, in the framework's order."""
    return tuple(each.key for each in asked_of(framework, facts) if each.key not in findings)


def counted(framework: Framework, found: Collection[str]) -> dict[str, int]:
    """Return how often each outcome counts, once the many have been counted as one of the graver."""
    counts = Counter(found)
    for each in framework.decision.counts_as:
        if counts[each.outcome] >= each.at_least:
            counts[each.as_one] += 1
    return dict(counts)


def in_the_way(
    framework: Framework, findings: Mapping[str, str], *, facts: Collection[str] | None = None
) -> tuple[str, ...]:
    """Return the keys of the criteria that stand in the way of a positive decision, in the framework's order.

    ``findings`` maps criterion to outcome. When an outcome is found more often than the rule allows, every criterion
    with that outcome is named: mending any of them may be enough. So is every one short of full points when the points
    are too few.
    """
    asked = asked_of(framework, facts)
    found = {each.key: findings.get(each.key, "") for each in asked}
    too_many = _too_many(framework, list(found.values()))
    short = _short_of_points(framework, found)
    rule = framework.decision
    return tuple(
        each.key
        for each in asked
        if found[each.key] in too_many
        or found[each.key] not in (rule.mandatory_may_be if each.mandatory else rule.others_may_be)
        or each.key in short
    )


def _too_many(framework: Framework, found: list[str]) -> set[str]:
    """The outcomes found too often, and those that only together count as one too many."""
    counts, rule = counted(framework, found), framework.decision
    beyond = {outcome for outcome, most in rule.at_most.items() if counts.get(outcome, 0) > most}
    feeding = {
        each.outcome
        for each in rule.counts_as
        if each.as_one in beyond and counts.get(each.outcome, 0) >= each.at_least
    }
    return beyond | feeding


def _short_of_points(framework: Framework, found: Mapping[str, str]) -> set[str]:
    """The criteria short of full points, where all together have too few of them."""
    best = max(grade.points for grade in framework.scale)
    points = {grade.key: grade.points for grade in framework.scale if grade.mark != "not-applicable"}
    given = {key: points[outcome] for key, outcome in found.items() if outcome in points}
    if not given or sum(given.values()) * 100 >= framework.decision.least_percent * best * len(given):
        return set()
    return {key for key, each in given.items() if each < best}


def criteria_met(framework: Framework, findings: Mapping[str, str], *, facts: Collection[str] | None = None) -> bool:
    """Whether the findings (criterion to outcome) allow a positive decision under the framework's rule."""
    return not in_the_way(framework, findings, facts=facts)


def cure_for(framework: Framework, outcome: str, *, at: str) -> Cure | None:
    """Return how long this outcome may stand when it is found at this kind of audit; None where nothing is mended."""
    return next((each for each in framework.decision.cures if each.outcome == outcome and at in each.at), None)


def judge(
    framework: Framework, findings: Mapping[str, str], *, facts: Collection[str] | None = None, at: str = "initial"
) -> Judgement:
    """Return what the findings of one audit come to. ``at`` is its kind: initial, or a kind of the cycle."""
    found = {each.key: findings[each.key] for each in asked_of(framework, facts) if each.key in findings}
    counts = counted(framework, list(found.values()))
    if missing := unanswered(framework, findings, facts=facts):
        return Judgement("open", counts, unanswered=missing)
    cures = {key: cure_for(framework, outcome, at=at) for key, outcome in found.items()}
    conditions = tuple(Condition(key, cure) for key, cure in cures.items() if cure)
    blocking = in_the_way(framework, findings, facts=facts)
    verdict: Verdict = "no" if blocking else "with-conditions" if conditions else "yes"
    return Judgement(verdict, counts, blocking, conditions=conditions)


def carried_over(framework: Framework, earlier: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Return today's findings, each weakness that was there at the audit before turned into what it becomes."""
    becomes = {each.outcome: each.becomes for each in framework.decision.cures if each.becomes}
    return {
        key: becomes[outcome] if outcome in becomes and earlier.get(key) == outcome else outcome
        for key, outcome in now.items()
    }
