"""Which skills an outcome builds, as people decide: the skills room keeps the decisions, a draft carries them out."""

from datetime import datetime
from typing import Any

from django.db import transaction

from opencairn.people.models import Person
from opencairn.programmes import queries
from opencairn.programmes.models import Outcome, Programme, ProgrammeVersion
from opencairn.skills import actions as skills
from opencairn.skills import queries as skill_queries

SUGGESTED = 15  # how many suggestions are looked at for one outcome


@transaction.atomic
def align(outcome: Outcome, *, uri: str, fits: bool, by: Person, at: datetime) -> Outcome:
    """Say that a skill fits an outcome of a draft, or does not. What fits stands in the description from then on.

    The caller holds the draft (``descriptions.editable``). Raises UnknownSkill for one of no imported taxonomy.
    """
    language, text = queries.main_text(outcome)
    suggested = {one.uri: one.score for one in skill_queries.suggest(text, language=language, top=SUGGESTED)}
    method = skill_queries.method() if uri in suggested else "person"
    decision = _decide(outcome, uri, fits=fits, by=by, at=at, score=suggested.get(uri), method=method)
    others = [skill for skill in outcome.skills if skill["uri"] != uri]
    taxonomy = skill_queries.current(decision.taxonomy)
    name = taxonomy.name if taxonomy else decision.taxonomy
    kept = {"uri": uri, "label": decision.label[:200], "framework": name}
    outcome.skills = [*others, kept] if fits else others
    outcome.save(update_fields=["skills"])
    return outcome


def _decide(outcome: Outcome, uri: str, *, fits: bool, by: Person | None, at: datetime, **how: Any) -> Any:
    language, text = queries.main_text(outcome)
    programme = outcome.version.programme
    return skills.decide(
        outcome=queries.outcome_keys(programme, outcome.text)[0], text=text, language=language, uri=uri,
        confirmed=fits, organisation=programme.provider, by=by, at=at, **how,
    )  # fmt: skip


def record_written(version: ProgrammeVersion, outcomes: list[Outcome], *, by: Person | None, at: datetime) -> None:
    """Record what a person wrote into the list of skills as their decision: named is confirmed, taken out is rejected.

    Skills of no taxonomy that was imported here are kept in the description, and nothing is recorded about them.
    """
    programme = version.programme
    decisions = _latest(programme, outcomes)
    named = {skill["uri"] for one in outcomes for skill in one.skills}
    known = skill_queries.skills_named(named | {uri for _key, uri in decisions})
    for one in outcomes:
        keys = queries.outcome_keys(programme, one.text)
        before = {uri for (key, uri), status in decisions.items() if key in keys and status == "confirmed"}
        now = {skill["uri"] for skill in one.skills}
        for uri in sorted((now ^ before) & known.keys()):
            _decide(one, uri, fits=uri in now, by=by, at=at)


def settle(programme: Programme, outcomes: list[Outcome]) -> None:
    """Take out of outcomes of a draft the skills that a person has rejected meanwhile; the caller saves them."""
    decisions = _latest(programme, outcomes)
    for one in outcomes:
        keys = queries.outcome_keys(programme, one.text)
        rejected = {uri for (key, uri), status in decisions.items() if key in keys and status == "rejected"}
        one.skills = [skill for skill in one.skills if skill["uri"] not in rejected]


def _latest(programme: Programme, outcomes: list[Outcome]) -> dict[tuple[str, str], str]:
    keys = [key for one in outcomes for key in queries.outcome_keys(programme, one.text)]
    return {(row.outcome, row.uri): row.status for row in skill_queries.decided(keys)}
