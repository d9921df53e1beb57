"""Taking programmes over from another catalogue."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.people.models import Organisation
from opencairn.programmes import feed_rules, queries, rules, stones
from opencairn.programmes.formats import losses
from opencairn.programmes.formats.fields import FACTS, RUN
from opencairn.programmes.models import Offering, Outcome, Partner, Programme, ProgrammeVersion

from .checking import NotUsable, clean, clean_outcomes, clean_partners
from .descriptions import free_slug, list_incomplete
from .offerings import clean_run


@transaction.atomic
def import_listing(
    *,
    provider: Organisation,
    source: str,
    source_id: str,
    facts: Mapping[str, Any],
    outcomes: list[dict[str, Any]],
    offerings: Sequence[Mapping[str, Any]] = (),
    partners: Sequence[Mapping[str, Any]] = (),
    carries: Collection[str] = losses.EVERYTHING,
    at: datetime,
) -> tuple[Programme, str]:
    """List one row of a foreign catalogue, once: "created", "updated" or "unchanged".

    A row that changed becomes the next version. ``carries`` are the names of what the source can state: what of that
    the row does not state is stated no more, what the source has no place for stays as it is. A programme that somebody
    here took over (a draft is being written, it was published here, or it was withdrawn) is left alone. Raises
    NotUsable for a row that cannot be kept; nothing of it is then written.
    """
    if not source or not source_id:
        raise NotUsable("source_id", _("A listing needs the name of its source and its identifier there."))
    kept, rows, beside = _facts(facts, carries), clean_outcomes(outcomes), clean_partners(partners)
    runs = [_run(each, carries) for each in offerings]
    if not kept.get("title"):
        raise NotUsable("title", _("The row has no title."))
    programme = Programme.objects.select_for_update().filter(source=source, source_id=source_id).first()
    if programme is None:
        uri = feed_rules.uri_of(source_id)
        programme = Programme(provider=provider, source=source, source_id=source_id, source_uri=uri)
        return _create(programme, facts=kept, outcomes=rows, partners=beside, runs=runs, at=at), "created"
    current = queries.newest_version(programme)
    if programme.withdrawn_at is not None or current.published_as != "listing" or current.published_in:
        return programme, "unchanged"
    described = _redescribe(current, kept, rows, beside, carries=carries, at=at)
    rescheduled = _reschedule(programme, runs, at)
    if programme.provider_id != provider.pk:
        programme.provider, rescheduled = provider, True
    if not (described or rescheduled):
        return programme, "unchanged"
    programme.changed_at = at
    programme.save(update_fields=["changed_at", "provider"])
    return programme, "updated"


def _facts(stated: Mapping[str, Any], carries: Collection[str]) -> dict[str, Any]:
    """What the row says of the programme: its facts, and the emptiness of those that it could state and does not."""
    blank = ProgrammeVersion()
    return {name: getattr(blank, name) for name in FACTS if name in carries} | clean(stated)


def _run(stated: Mapping[str, Any], carries: Collection[str]) -> dict[str, Any]:
    """The same of a run."""
    blank, kept = Offering(), clean_run(dict(stated))
    empty = {name: getattr(blank, name) for name in RUN if losses.of_a_run(name) in carries}
    return empty | {name: value for name, value in kept.items() if name in empty or name in stated}


def _create(
    programme: Programme,
    *,
    facts: dict[str, Any],
    outcomes: list[dict[str, Any]],
    partners: list[dict[str, str]],
    runs: list[dict[str, Any]],
    at: datetime,
) -> Programme:
    seed = f"{programme.source}/{programme.source_id}"
    programme.slug = free_slug(facts["title"], programme.provider, seed=seed)
    programme.created_at = programme.changed_at = at
    programme.save(force_insert=True)
    _list(programme, 1, facts, at, outcomes=outcomes, partners=partners)
    Offering.objects.bulk_create(Offering(programme=programme, created_at=at, **run) for run in runs)
    return programme


def _list(
    programme: Programme,
    number: int,
    facts: dict[str, Any],
    at: datetime,
    *,
    outcomes: list[dict[str, Any]],
    partners: list[dict[str, str]],
) -> None:
    version = ProgrammeVersion.objects.create(
        programme=programme,
        number=number,
        created_at=at,
        edited_at=at,
        stone_grammar=stones.GRAMMAR,
        **facts,
    )
    Outcome.objects.bulk_create(Outcome(version=version, position=n, **one) for n, one in enumerate(outcomes, start=1))
    Partner.objects.bulk_create(Partner(version=version, position=n, **one) for n, one in enumerate(partners, start=1))
    list_incomplete(version, at=at)
    programme.current = version


def _redescribe(
    current: ProgrammeVersion,
    facts: dict[str, Any],
    outcomes: list[dict[str, Any]],
    partners: list[dict[str, str]],
    *,
    carries: Collection[str],
    at: datetime,
) -> bool:
    """List the next version where the row says something else than the one in force."""
    before = [{"text": one.text, "skills": one.skills} for one in queries.outcomes_of(current)]
    there = Partner.objects.filter(version=current).order_by("position")
    beside = [{"role": one.role, "name": one.name, "url": one.url} for one in there]
    outcomes, partners = _with_skills(outcomes, before, carries), _with_partners(partners, beside, facts, carries)
    present = {name: getattr(current, name) for name in (*FACTS, "awarding_body")}
    merged = present | facts
    if rules.workload_problem(None, merged["hours"], merged["hours_most"]):  # the most that stayed fits no longer
        merged["hours_most"] = None
    if before == outcomes and beside == partners and merged == present:
        return False
    _list(current.programme, current.number + 1, merged, at, outcomes=outcomes, partners=partners)
    return True


def _with_skills(
    outcomes: list[dict[str, Any]], before: list[dict[str, Any]], carries: Collection[str]
) -> list[dict[str, Any]]:
    """Return the outcomes; those of a source that has no place for skills keep the ones they had."""
    if "skills" in carries:
        return outcomes
    return [next((old for old in before if old["text"] == one["text"] and not one["skills"]), one) for one in outcomes]


def _with_partners(
    partners: list[dict[str, str]], before: list[dict[str, str]], facts: Mapping[str, Any], carries: Collection[str]
) -> list[dict[str, str]]:
    """Return the partners of a row; of a part for which the source has no place, those that played it before."""
    spoken_of = {one["role"] for one in partners}
    if "awarding_bodies" in carries or "awarding_body" in facts:
        spoken_of.add("awarding-body")
    kept = [one for one in before if one["role"] not in spoken_of.union(carries)]
    if not kept:
        return partners
    return sorted(partners + kept, key=lambda one: before.index(one) if one in before else len(before))


def _reschedule(programme: Programme, runs: list[dict[str, Any]], at: datetime) -> bool:
    """Keep the runs of a listing as the row has them.

    Runs have no names at the source. Those that are the same stay, the others are changed in their order, and what is
    then left over is cancelled: somebody may have noted its address.
    """
    present = list(Offering.objects.filter(programme=programme, cancelled_at=None).order_by("created_at", "pk"))
    wanted = list(runs)
    changed = []
    for one in present:
        same = next((run for run in wanted if all(getattr(one, name) == value for name, value in run.items())), None)
        if same is None:
            changed.append(one)
        else:
            wanted.remove(same)
    for one, run in zip(changed, wanted, strict=False):
        for name, value in run.items():
            setattr(one, name, value)
        if "enrol_until" not in run and one.starts_on and one.enrol_until and one.enrol_until > one.starts_on:
            one.enrol_until = None  # what stayed fits no longer
        one.save(update_fields=[*run, "enrol_until"])
    new = wanted[len(changed) :]
    Offering.objects.bulk_create(Offering(programme=programme, created_at=at, **run) for run in new)
    for one in changed[len(wanted) :]:
        one.cancelled_at, one.cancellation_reason = at, _("The source does not list it any more.")
        one.save(update_fields=["cancelled_at", "cancellation_reason"])
    return bool(changed or new)
