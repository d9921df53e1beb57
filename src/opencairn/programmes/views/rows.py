"""What the desk's lists show for each question and each gap."""

from datetime import date
from typing import Any

from django.urls import reverse

from opencairn.programmes import queries, rules
from opencairn.programmes.models import Programme, ProgrammeVersion
from opencairn.programmes.profiles import EU, required
from opencairn.programmes.questions import QUESTIONS, Question
from opencairn.programmes.rules import Completeness, Gap
from opencairn.programmes.wording import element_name, gap_sentence

ENOUGH_WITH_ONE = ("summary", "workload", "level", "quality")


def desk_row(programme: Programme, version: ProgrammeVersion, day: date) -> dict[str, Any]:
    """What the desk's list shows of one programme: how much is missing, and when its review was or is due."""
    due = programme.current.review_due_on if programme.current and programme.withdrawn_at is None else None
    facts, first = queries.facts_of(version), required()
    return {
        "programme": programme,
        "version": version,
        "gaps": sum(len(rules.gaps(facts, one, belongs_to="programme")) for one in first),
        "european": first == (EU,),
        "review_due_on": due,
        "overdue": rules.is_overdue(due, day),
    }


def gap_address(gap: Gap, slug: str) -> str:
    """The page that mends a gap: a question, or the dates."""
    return page_address(gap.element.page, slug)


def page_address(page: str, slug: str) -> str:
    """The address of a page of the desk: a question, "dates" or "assurance"."""
    if page == "dates":
        return reverse("programmes:offerings", args=[slug])
    if page == "assurance":
        return reverse("programmes:assurance", args=[slug])
    return reverse("programmes:question", args=[slug, page])


def measured_rows(measured: list[Completeness], slug: str) -> dict[str, Any]:
    """Each list with its gaps, those the catalogue of this site requires apart from the others."""
    asked = required()
    said: set[str] = set()
    rows = [{"one": one, "key": one.profile.key, "gaps": gap_rows(one.gaps, slug, said)} for one in measured]
    others = [row for row, one in zip(rows, measured, strict=True) if one.profile not in asked]
    return {
        "measured_first": [row for row in rows if row not in others],
        "measured_others": others,
        "european": EU in asked,
        "others_full": sum(not row["gaps"] for row in others),
        "earns_the_word": all(one.is_full for one in measured if one.profile == EU) or EU in asked,
    }


def gap_rows(gaps: tuple[Gap, ...], slug: str, said: set[str] | None = None) -> list[dict[str, Any]]:
    """Each gap as a sentence with the address that mends it; ``spoken`` where a wrong one was not ``said`` before."""
    rows, before = [], set() if said is None else said
    for gap in gaps:
        why = f"{gap.code} {gap.values}"
        spoken = gap.kind == "wrong" and why not in before
        before.add(why)
        row = {"name": element_name(gap.element), "sentence": gap_sentence(gap), "address": gap_address(gap, slug)}
        rows.append(row | {"spoken": spoken})
    return rows


def question_rows(version: ProgrammeVersion, measured: list[Completeness]) -> list[dict[str, Any]]:
    """Each question with its state: "wrong", "needed" to publish, "done", "begun" or "open"."""
    facts = queries.facts_of(version)
    kinds = {gap.element.page: gap.kind for one in measured if one.profile in required() for gap in one.gaps}
    return [{"question": one, "state": _state(one, facts, kinds)} for one in QUESTIONS]


def _state(one: Question, facts: dict[str, Any], kinds: dict[str, str]) -> str:
    if one.key in kinds:
        return "wrong" if kinds[one.key] == "wrong" else "needed"
    names = [one.rows] if one.rows else [a.name for a in one.answers if not a.name.endswith("_note")]
    stated = sum(rules.is_stated(facts.get(name)) for name in names)
    enough = 1 if one.key in ENOUGH_WITH_ONE else len(names)
    return "done" if stated >= enough else "begun" if stated else "open"


def next_open(rows: list[dict[str, Any]]) -> str:
    """The question to go on with: the first that is needed or wrong, else the first not done, else the first."""
    for states in (("needed", "wrong"), ("open", "begun")):
        for row in rows:
            if row["state"] in states:
                return str(row["question"].key)
    return QUESTIONS[0].key
