"""A jury: several people give points on each criterion, and the middle of them counts (Q11)."""

from collections.abc import Mapping, Sequence

from .frameworks import Framework


def middle(framework: Framework, outcomes: Sequence[str]) -> str:
    """Return the outcome in the middle of what the jury gave, by points; of two in the middle, the lower one.

    One juror alone, at either end, cannot move it.
    """
    points = {grade.key: grade.points for grade in framework.scale}
    return sorted(outcomes, key=lambda each: points[each])[(len(outcomes) - 1) // 2]


def jury_findings(framework: Framework, scores: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return criterion to outcome, from ``scores``: juror to criterion to outcome. Unfinished jurors do not count.

    Empty while fewer have finished than the framework asks for.
    """
    keys = [each.key for each in framework.questions]
    finished = [each for each in scores.values() if all(key in each for key in keys)]
    if len(finished) < max(1, framework.assessor.least):
        return {}
    return {key: middle(framework, [each[key] for each in finished]) for key in keys}


def percent(framework: Framework, findings: Mapping[str, str]) -> int:
    """Return the share of the points that the findings come to, in per cent, rounded down; 0 without any finding."""
    points = {grade.key: grade.points for grade in framework.scale}
    best = max(points.values()) * len(findings)
    return sum(points[each] for each in findings.values()) * 100 // best if best else 0
