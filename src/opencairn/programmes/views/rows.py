"""What the desk's lists show for each question and each gap."""

from typing import Any

from django.urls import reverse

from opencairn.programmes import queries, rules
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.questions import QUESTIONS, Question
from opencairn.programmes.rules import Completeness, Gap
from opencairn.programmes.wording import gap_sentence


def gap_address(gap: Gap, slug: str) -> str:
    """The page that mends a gap: a question, or the dates."""
    if gap.element.page == "dates":
        return reverse("programmes:offerings", args=[slug])
    return reverse("programmes:question", args=[slug, gap.element.page])


def gap_rows(gaps: tuple[Gap, ...], slug: str) -> list[dict[str, str]]:
    """Each gap as a sentence with the address that mends it."""
    return [{"sentence": gap_sentence(gap), "address": gap_address(gap, slug)} for gap in gaps]


def question_rows(version: ProgrammeVersion, measured: list[Completeness]) -> list[dict[str, Any]]:
    """Each question with its state: "wrong", "needed" to publish, "done", "begun" or "open"."""
    facts = queries.facts_of(version)
    kinds = {gap.element.page: gap.kind for gap in measured[0].gaps}
    return [{"question": one, "state": _state(one, facts, kinds)} for one in QUESTIONS]


def _state(one: Question, facts: dict[str, Any], kinds: dict[str, str]) -> str:
    if one.key in kinds:
        return "wrong" if kinds[one.key] == "wrong" else "needed"
    names = [answer.name for answer in one.answers if not answer.name.endswith("_note")] or ["learning_outcomes"]
    stated = sum(rules.is_stated(facts.get(name)) for name in names)
    enough = 1 if one.key in ("workload", "level") else len(names)
    return "done" if stated >= enough else "begun" if stated else "open"


def next_open(rows: list[dict[str, Any]]) -> str:
    """The question to go on with: the first that is needed or wrong, else the first not done, else the first."""
    for states in (("needed", "wrong"), ("open", "begun")):
        for row in rows:
            if row["state"] in states:
                return str(row["question"].key)
    return QUESTIONS[0].key
