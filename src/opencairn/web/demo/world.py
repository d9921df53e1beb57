"""Loads the demo world: providers, programmes, reviews and learners of ``world/*.toml``, through the rooms' actions.

Dates in the files are relative to the clock, so that the site never looks stale. All of it happens in one
transaction, or nothing does. Loading again only plans new dates where the old ones have passed.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from opencairn.catalogue import actions as catalogue
from opencairn.credentials import actions as credentials
from opencairn.kit.dates import midnight
from opencairn.learning import actions as learning
from opencairn.learning.forms import consent_text
from opencairn.learning.models import Award
from opencairn.people import actions as people
from opencairn.people.models import Organisation, Person
from opencairn.programmes import actions as programmes
from opencairn.programmes.models import Offering, Programme, ProgrammeVersion
from opencairn.programmes.queries import outcomes_of
from opencairn.quality import actions as quality
from opencairn.quality.frameworks import framework
from opencairn.quality.rules import last_possible_day
from opencairn.skills import actions as skills
from opencairn.skills import queries as skill_queries
from opencairn.skills.taxonomies import Row, esco
from opencairn.wallet import actions as wallet

from . import labels
from .cast import Cast

HERE = Path(__file__).with_name("world")
SHELVES = ("learners.toml", "reviews.toml", "skills.toml", "taxonomy.toml")
FRAMEWORK = "short-learning"
TEXTS = (
    "title", "summary", "plain_summary", "description", "assessment", "participation_note", "prerequisites", "grading",
    "stackability", "inherent_requirements",
)  # fmt: skip
PLAIN = (
    "hours", "participation", "quality_assurance", "supervision", "offering_type", "assessment_types", "languages",
    "signed_off_by", "vendor_standards",
)  # fmt: skip


@dataclass
class World:
    """What has been loaded so far: managers by provider, programmes and their first standing day by key."""

    cast: Cast
    today: date
    managers: dict[str, Person] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    full: dict[str, Offering] = field(default_factory=dict)


@cache
def shelf(name: str) -> dict[str, Any]:
    """Read one file of the world."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def providers() -> Iterator[dict[str, Any]]:
    """Read every provider's file, in the order of their names."""
    for path in sorted(HERE.glob("*.toml")):
        if path.name not in SHELVES:
            yield shelf(path.name)


def described(provider: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give each programme of a provider's file, with the provider's defaults filled in."""
    for programme in provider["programme"]:
        yield {**provider["defaults"], **programme}


def is_loaded() -> bool:
    """Whether the world stands already."""
    last = list(providers())[-1]
    return Programme.objects.filter(provider__name=last["name"]).exists()


@transaction.atomic
def load(cast: Cast, *, at: datetime) -> int:
    """Load the world, once, and return how many programmes stand in it; later only plan dates that have run out."""
    if is_loaded():
        freshen(at=at)
        return Programme.objects.count()
    world = World(cast, at.date())
    _taxonomy(at=at)
    for provider in providers():
        organisation = _register(world, provider, at=at)
        for position, facts in enumerate(described(provider)):
            _programme(world, organisation, facts, position, at=at)
    _learners(world, at=at)
    labels.load(cast, at=at)
    catalogue.rebuild(at=at)
    return len(world.programmes)


def _taxonomy(*, at: datetime) -> None:
    """Import the skills of the world as a small version of ESCO, unless a real one is here."""
    if skill_queries.current() is not None:
        return
    told = shelf("taxonomy.toml")
    rows = (
        Row(
            f"skills.toml row {number}",
            uri,
            labels={"en": label} | {tag: told[tag][label] for tag in ("es", "fr") if label in told[tag]},
            kind="skill",
            status="released",
            collections=tuple(name for name in ("digital", "green") if label in told[name]),
            occupations=told["occupations"].get(label, 0),
        )
        for number, (label, uri) in enumerate(shelf("skills.toml").items(), start=1)
    )
    skills.import_taxonomy(esco, rows, version=skills.DEMO, source="the demo world", at=at)


def _moment(world: World, days_ago: int, hour: int = 9) -> datetime:
    """Nine o'clock, or another hour, on a day that many days back."""
    return midnight(world.today - timedelta(days=days_ago)) + timedelta(hours=hour)


def _register(world: World, provider: Mapping[str, Any], *, at: datetime) -> Organisation:
    organisation = people.ensure_organisation(
        name=provider["name"],
        at=_moment(world, 1230),
        verified=True,
        country=provider["country"],
        locality=provider["locality"],
        description=provider["description"],
        is_provider=True,
    )
    if organisation == world.cast.provider:
        people.edit_organisation(organisation, changes={"description": provider["description"]})
        world.managers[organisation.slug] = world.cast.manager
        return organisation
    manager = people.ensure_person(
        email=f"office@{organisation.slug[:40]}.example", name=f"{provider['name']}, office", password=None
    )
    people.ensure_membership(manager, organisation, role="manager", at=_moment(world, 1230))
    world.managers[organisation.slug] = manager
    return organisation


def changes_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a programme of the file into the fields of a description."""
    changes: dict[str, Any] = {name: facts[name] for name in TEXTS + PLAIN if name in facts}
    changes["ects"] = Decimal(str(facts["ects"]))
    changes["field_code"] = facts["field"]
    if "eqf" in facts:
        changes["eqf_level"] = facts["eqf"]
        changes["national_level"] = facts["national_level"].format(eqf=facts["eqf"], nfq=facts.get("nfq", ""))
    else:
        changes["level_not_applicable"] = facts["eqf_none"]
    return changes


def _dated(facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What a programme of the file says in days from today: its length, next review, sign-off and evidence of need."""
    weeks = [row["weeks"] for row in facts["dates"] if "weeks" in row]
    need = [{**row, "date": (today - timedelta(days=row["days_ago"])).isoformat()} for row in facts.get("need", ())]
    ahead, ago = facts.get("review_in_days"), facts.get("signed_off_days_ago")
    return {
        "weeks": weeks[0] if weeks else None,
        "need": need,
        "review_due_on": None if ahead is None else today + timedelta(days=ahead),
        "signed_off_on": None if ago is None else today - timedelta(days=ago),
    }


def outcome_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Turn an outcome of the file into what the programmes room takes."""
    uris = shelf("skills.toml")
    skills = [{"uri": uris[label], "label": label, "framework": "ESCO"} for label in facts.get("skills", ())]
    return {"text": {tag: words for tag, words in facts.items() if tag != "skills"}, "skills": skills}


def _programme(
    world: World, organisation: Organisation, facts: Mapping[str, Any], position: int, *, at: datetime
) -> None:
    """Describe, publish, have reviewed and plan one programme."""
    author = world.cast.author if organisation == world.cast.provider else world.managers[organisation.slug]
    began = _moment(world, 1200 - 3 * position, hour=8)
    programme = programmes.create_programme(provider=organisation, title=facts["title"], by=author, at=began)
    version = ProgrammeVersion.objects.get(programme=programme)
    changes = changes_of(facts) | _dated(facts, world.today)
    programmes.describe(version, changes=changes, by=author, at=began)
    programmes.set_partners(version, partners=facts.get("partners", []), by=author, at=began)
    programmes.set_outcomes(version, outcomes=[outcome_of(one) for one in facts["outcomes"]], by=author, at=began)
    programmes.publish(version, by=author, at=began + timedelta(hours=2))
    programme = Programme.objects.get(pk=programme.pk)
    world.programmes[facts["key"]] = programme
    _review(world, version, facts, position)
    plan_dates(programme, facts, today=world.today, by=author, at=_moment(world, 30), world=world)


def _review(world: World, version: ProgrammeVersion, facts: Mapping[str, Any], position: int) -> None:
    """Give the programme the standing that the file names; accredited where it names none."""
    standing = facts.get("standing", "accredited")
    if standing == "none":
        return
    words = shelf("reviews.toml")
    began = {"expired": 1150, "review": 20 + 9 * position, "refused": 70}.get(standing, 1000 - 5 * position)
    applied = _moment(world, began)
    reviewer = world.cast.reviewer
    review = quality.request_review(
        version,
        quality_body=world.cast.quality_body,
        framework=FRAMEWORK,
        statement=words["statement"],
        by=version.published_by,
        at=applied,
    )
    quality.assign(review, assessor=reviewer, by=reviewer, at=applied + timedelta(days=2))
    quality.declare(review, conflict=False, by=reviewer, at=applied + timedelta(days=3))
    criteria = [one.key for one in framework(FRAMEWORK).criteria]
    for key in criteria[:3] if standing == "review" else criteria:
        failed = standing == "refused" and key in words["not_met"]
        quality.record_finding(
            review,
            criterion=key,
            outcome="not-met" if failed else "met",
            reasons=words["not_met" if failed else "met"][key],
            evidence=words["evidence"][key],
            by=reviewer,
            at=applied + timedelta(days=12),
        )
    if standing == "review":
        return
    decided = applied + timedelta(days=15)
    if standing == "refused":
        quality.decide(review, verdict="refused", reasons=facts["standing_reasons"], by=reviewer, at=decided)
        return
    first_on = decided.date()
    last_on = last_possible_day(first_on, months=framework(FRAMEWORK).validity_months)
    decision = quality.decide(
        review,
        verdict="accredited",
        reasons=words["accredited"],
        first_on=first_on,
        last_on=last_on,
        by=reviewer,
        at=decided,
    )
    if standing == "suspended":
        since = _moment(world, 18 + 7 * position)
        quality.suspend(decision, from_on=since.date(), reasons=facts["standing_reasons"], by=reviewer, at=since)


def plan_dates(
    programme: Programme,
    facts: Mapping[str, Any],
    *,
    today: date,
    by: Person | None,
    at: datetime,
    world: World | None = None,
) -> None:
    """Plan the dated and undated runs of the file, counted from today."""
    for row in facts["dates"]:
        starts = None if row.get("any_day") else _working_day(today + timedelta(days=row["in_days"]))
        offering = programmes.plan_offering(
            programme,
            by=by,
            at=at,
            starts_on=starts,
            ends_on=starts + timedelta(weeks=row["weeks"], days=-3) if starts else None,
            enrol_until=starts - timedelta(days=3) if starts else None,
            place=row.get("place", facts["place"]),
            languages=facts["languages"],
            capacity=row.get("places"),
            price=Decimal(str(row["price"])),
            currency=facts["currency"],
        )
        if reason := row.get("cancelled"):
            programmes.cancel_offering(offering, reason=reason, by=by, at=at + timedelta(days=4))
        if row.get("full") and world is not None:
            world.full[facts["key"]] = offering


def _working_day(day: date) -> date:
    """The Monday on or after a day: courses begin on Mondays here."""
    return day + timedelta(days=-day.weekday() % 7)


def freshen(*, at: datetime) -> int:
    """Plan new runs for each programme of the world whose runs have all begun; return how many programmes."""
    count = 0
    for provider in providers():
        standing = {
            tuple(sorted(one.current.title.items())): one
            for one in Programme.objects.public().filter(provider__name=provider["name"]).select_related("current")
            if one.current is not None
        }
        for facts in described(provider):
            programme = standing.get(tuple(sorted(facts["title"].items())))
            if programme is None or Offering.objects.filter(programme=programme).upcoming(at.date()).exists():
                continue
            plan_dates(programme, facts, today=at.date(), by=None, at=at)
            count += 1
    return count


def _learners(world: World, *, at: datetime) -> None:
    """Let the learners take places, be awarded, hold, and once be revoked."""
    everyone: dict[str, Person] = {"learner": world.cast.learner}
    for key, facts in shelf("learners.toml")["people"].items():
        everyone[key] = people.ensure_person(email=facts["email"], name=facts["name"], password=None)
    for facts in shelf("learners.toml")["award"]:
        _earn(world, everyone[facts["learner"]], facts, at=at)
    for facts in shelf("learners.toml")["place"]:
        person, programme = everyone[facts["learner"]], world.programmes[facts["programme"]]
        ahead = Offering.objects.filter(programme=programme).upcoming(world.today)
        offering = world.full[facts["programme"]] if facts.get("full") else ahead.first()
        if offering is not None:
            _enrol(person, offering, at=_moment(world, 6))
    for facts in shelf("learners.toml")["policy"]:
        credentials.make_policy(world.cast.employer, name=facts["name"], wanted=facts["wanted"], at=_moment(world, 30))


def _enrol(person: Person, offering: Offering, *, at: datetime) -> Any:
    provider = offering.programme.provider
    return learning.enrol(
        person, offering, name_on_credential=person.name, consent_text=consent_text(provider.name), at=at
    )


def _earn(world: World, person: Person, facts: Mapping[str, Any], *, at: datetime) -> Award:
    """One run in the past: a place, a result for each outcome, the award, the credential, held the day after."""
    programme = world.programmes[facts["programme"]]
    manager = world.managers[programme.provider.slug]
    assessor = world.cast.author if programme.provider == world.cast.provider else manager
    awarded = _moment(world, facts["days_ago"], hour=15)
    starts = awarded.date() - timedelta(days=40)
    offering = programmes.plan_offering(
        programme,
        by=assessor,
        at=awarded - timedelta(days=90),
        starts_on=starts,
        ends_on=awarded.date(),
        place=programme.provider.locality,
        languages=programme.current.languages if programme.current else [],
        capacity=20,
    )
    enrolment = _enrol(person, offering, at=awarded - timedelta(days=60))
    learning.record_results(
        enrolment,
        results=[(outcome, True, facts["grade"], "") for outcome in outcomes_of(enrolment.version)],
        by=assessor,
        at=awarded - timedelta(hours=2),
    )
    award = learning.award(enrolment, grade=facts["grade"], awarded_on=awarded.date(), by=assessor, at=awarded)
    credential = credentials.issue(award, by=manager, at=awarded + timedelta(hours=1))
    wallet.accept(credential, person=person, at=awarded + timedelta(days=1))
    if reason := facts.get("revoked"):
        credentials.revoke(credential, reason=reason, by=manager, at=awarded + timedelta(days=9))
    if right := facts.get("corrected"):
        corrected = credentials.correct(
            credential,
            name_on_credential=award.name_on_credential,
            grade=right["grade"],
            awarded_on=award.awarded_on,
            reason=right["reason"],
            by=manager,
            at=awarded + timedelta(days=9),
        )
        wallet.accept(corrected, person=person, at=awarded + timedelta(days=10))
    return award
