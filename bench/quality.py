"""The register of accreditation at scale: real decisions through the actions, any day asked for, and the desk.

The 14,601 published actions of US agencies have an order and no days, so days come from a seeded rule (see
docs/reference/accreditation-actions.md); without that data the first part is skipped and says so. OPENCAIRN_BENCH_DATA
names the folder that holds it. What the transparency log has to reach, which holds every decision, is measured by
``make bench ONLY=log``.
"""

import csv
import gzip
import json
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from bench.log import line, set_up

ROWS = 14_601
DECISIONS = 100_000
ASKED = 5_000
DESK = 200
SEED = 2026
SYNTHETIC = "Synthetic day, for measuring."
FRAMEWORK = """
key = "us-accreditation"
version = "1"
languages = ["en"]
approach = "regulatory"
object = "provider"
validity_years = 10
effects = []
name = "Accreditation by an agency"
summary = "For measuring."
applies_to = "Institutions and programmes."
evidence = "What was published."
[assessor]
kind = "authority"
[appeal]
days = 365
stays = ["refusal"]
[[scale]]
key = "met"
mark = "pass"
label = "Met"
[decision]
mandatory_may_be = ["met"]
others_may_be = ["met"]
[[criteria]]
key = "all"
mandatory = true
title = "The agency's standards"
why = "For measuring."
indicators = ["They are met."]
documents = ["What was published."]
"""


def data() -> Path:
    """The folder with the published actions."""
    near = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("OPENCAIRN_BENCH_DATA", near)) / "accreditation_us" / "accreditation_actions.csv.gz"


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


class Story:
    """What happened to one institution and programme, told to the register in order."""

    def __init__(self, body: Any, provider: Any, programme: Any, start: date) -> None:
        self.body, self.provider, self.programme = body, provider, programme
        self.day = start
        self.current: Any = None
        self.refused: Any = None
        self.in_front = 0
        self.held: dict[str, Any] = {}

    def decide(self, verdict: str, day: date, renews: Any = None) -> Any:
        from opencairn.quality import actions

        days = {"first_on": day, "last_on": day + timedelta(days=3652)} if verdict == "accredited" else {}
        entered = actions.Earlier(
            quality_body=self.body, provider=self.provider, programme=self.programme, framework="us-accreditation",
            framework_version="1", verdict=verdict, reasons=SYNTHETIC, renews=renews, decided_on=day, **days,
        )  # fmt: skip
        return actions.enter_decision(entered, at=moment(day))

    def accredited(self) -> Any:
        """The accreditation that an act is about; where the rows begin in the middle, one of the year before."""
        if self.current is None or self.current.last_on < self.day:
            self.held = {}
            self.in_front += 1
            self.current = self.decide("accredited", self.day - timedelta(days=365))
        return self.current

    def tell(self, act: Any) -> None:
        from opencairn.quality import actions

        day, given = self.day, {"reasons": SYNTHETIC, "by": None, "at": moment(self.day)}
        match act.verb:
            case "accredit" | "renew":
                self.current, self.held = self.decide("accredited", day, renews=self.current), {}
            case "refuse":
                self.refused = self.decide("refused", day)
            case "hold":
                accredited = self.accredited()
                if before := self.held.pop(act.kind, None):
                    actions.lift(before, on=day, by=None, at=moment(day))
                self.held[act.kind] = actions.watch(accredited, act.kind, from_on=day, **given)
            case "lift":
                accredited = self.accredited()
                if act.kind not in self.held:
                    self.in_front += 1
                    self.held[act.kind] = actions.watch(accredited, act.kind, from_on=day, **given)
                actions.lift(self.held.pop(act.kind), on=day, by=None, at=moment(day))
            case "withdraw":
                actions.withdraw_decision(self.accredited(), from_on=day, cause=act.cause, **given)
                self.current, self.held = None, {}
            case "amend":
                actions.amend(self.accredited(), act.kind, granted=act.granted, from_on=day, **given)
            case _:
                self.appeal(act.verb)

    def appeal(self, verb: str) -> None:
        from opencairn.quality import actions
        from opencairn.quality.models import Appeal

        at = moment(self.day)
        if verb == "uphold":  # a termination that was overturned
            accredited = self.accredited()
            ended = actions.withdraw_decision(accredited, from_on=self.day, reasons=SYNTHETIC, by=None, at=at)
            appeal = actions.lodge_appeal(accredited, sanction=ended, grounds=SYNTHETIC, by=None, at=at)
            actions.decide_appeal(appeal, upheld=True, reasons=SYNTHETIC, by=None, at=at)
            return
        if self.refused is None:
            self.in_front += 1
            self.refused = self.decide("refused", self.day)
        open_one = Appeal.objects.filter(decision=self.refused, outcome="").first()
        since = (self.day - self.refused.decided_at.date()).days
        if since > 300:  # the rows say nothing of when it was appealed against
            self.refused, open_one = self.decide("refused", self.day), None
        appeal = open_one or actions.lodge_appeal(self.refused, grounds=SYNTHETIC, by=None, at=at)
        if verb == "reject":
            actions.decide_appeal(appeal, upheld=False, reasons=SYNTHETIC, by=None, at=at)


def organisations(rows: list[dict[str, str]]) -> tuple[dict[str, Any], dict[str, Any], dict[tuple[str, str], Any]]:
    """Make the agencies, institutions and programmes that the rows name."""
    from opencairn.people.models import Organisation
    from opencairn.programmes.models import Programme

    at = moment(date(2009, 1, 1))
    bodies = {
        key: Organisation(slug=f"agency-{key}", name=name[:250], is_quality_body=True, registered_at=at, verified_at=at)
        for key, name in {each["agencyid"]: each["agencyname"] for each in rows}.items()
    }
    providers = {
        key: Organisation(slug=f"institution-{key}", name=f"Institution {key}", is_provider=True, registered_at=at)
        for key in sorted({each["dapipid"] for each in rows})
    }
    Organisation.objects.bulk_create([*bodies.values(), *providers.values()], batch_size=2000)
    programmes = {
        (each["dapipid"], each["programid"]): Programme(
            slug=f"us-{each['dapipid']}-{each['programid']}", provider=providers[each["dapipid"]], created_at=at,
            changed_at=at,
        )
        for each in rows
    }  # fmt: skip
    Programme.objects.bulk_create(programmes.values(), batch_size=2000)
    return bodies, providers, programmes


def load(rows: list[dict[str, str]]) -> tuple[Counter[str], int]:
    """Tell the register every row, and return how often each phrase was expressed, and what was put in front."""
    from django.db import transaction

    from opencairn.quality import rules

    draw, told, in_front = random.Random(SEED), Counter[str](), 0
    bodies, providers, programmes = organisations(rows)
    rows.sort(key=lambda each: (each["dapipid"], each["programid"], int(each["sequentialid"])))
    stories = [list(found) for _key, found in groupby(rows, key=lambda each: (each["dapipid"], each["programid"]))]
    for start in range(0, len(stories), 100):
        with transaction.atomic():
            for found in stories[start : start + 100]:
                first = found[0]
                began = date(2010, 1, 1) + timedelta(days=draw.randrange(3650))
                programme = programmes[first["dapipid"], first["programid"]]
                story = Story(bodies[first["agencyid"]], providers[first["dapipid"]], programme, began)
                for each in found:
                    story.tell(rules.act_of(each["actiondescription"]))
                    told[" ".join(each["actiondescription"].split())] += 1
                    story.day += timedelta(days=draw.randrange(90, 900))
                in_front += story.in_front
    return told, in_front


def grow(to: int) -> None:
    """Fill the register with synthetic decisions, some suspended, some with an audit that was missed."""
    from opencairn.people.models import Organisation
    from opencairn.programmes.models import Programme
    from opencairn.quality.models import Audit, Decision, Sanction

    draw, at = random.Random(SEED), moment(date(2012, 1, 1))
    body, _new = Organisation.objects.get_or_create(
        slug="agency", defaults={"name": "Agency", "is_quality_body": True, "registered_at": at}
    )
    provider, _new = Organisation.objects.get_or_create(
        slug="institution", defaults={"name": "Institution", "is_provider": True, "registered_at": at}
    )
    there = Decision.objects.count()
    programmes = [
        Programme(slug=f"synthetic-{n}", provider=provider, created_at=at, changed_at=at)
        for n in range((to - there) // 3 + 1)
    ]
    Programme.objects.bulk_create(programmes, batch_size=2000)
    rows = []
    for n in range(to - there):
        first = date(2012, 1, 1) + timedelta(days=draw.randrange(4000))
        rows.append(
            Decision(
                number=f"synthetic-{n}", quality_body=body, provider=provider, programme=programmes[n // 3],
                framework="us-accreditation", framework_version="1", verdict="accredited", reasons=SYNTHETIC,
                first_on=first, last_on=first + timedelta(days=1095), decided_at=moment(first),
                scope={"eqf_levels": [draw.randrange(4, 8)]} if n % 5 == 0 else {},
            )
        )  # fmt: skip
    made = Decision.objects.bulk_create(rows, batch_size=2000)
    Sanction.objects.bulk_create(
        [
            Sanction(
                decision=each, kind="suspension", from_on=each.first_on + timedelta(days=200), reasons=SYNTHETIC,
                lifted_on=each.first_on + timedelta(days=300) if n % 2 else None, decided_at=each.decided_at,
            )
            for n, each in enumerate(made[::10])
        ],
        batch_size=2000,
    )  # fmt: skip
    Audit.objects.bulk_create(
        [
            Audit(
                decision=each, kind="interim", first_on=each.first_on + timedelta(days=300),
                last_on=each.first_on + timedelta(days=365), missed="suspend",
                held_on=each.first_on + timedelta(days=340) if n % 3 else None,
            )
            for n, each in enumerate(made[::4])
        ],
        batch_size=2000,
    )  # fmt: skip


def any_day() -> Iterator[dict[str, Any]]:
    """Ask whether programmes were accredited on days, as pages and checks do: the database is asked each time."""
    from opencairn.programmes.models import Programme
    from opencairn.quality import queries
    from opencairn.quality.models import Decision

    draw, size = random.Random(SEED), Decision.objects.count()
    programmes = list(Programme.objects.all())
    asked = [(draw.choice(programmes), date(2011, 1, 1) + timedelta(days=draw.randrange(6000))) for _ in range(ASKED)]
    wall, processor, yes = [], [], 0
    for programme, day in asked:
        started, worked = time.perf_counter(), time.process_time()
        yes += queries.accredited_on(programme, day, eqf_level=6)
        processor.append((time.process_time() - worked) * 1e3)
        wall.append((time.perf_counter() - started) * 1e3)
    against = f"{size:,} decisions, {ASKED:,} questions, {yes} of them yes"
    yield line("quality.accredited_on", statistics.median(wall), "ms", f"{against}; median, by the wall")
    p95 = sorted(processor)[int(ASKED * 0.95)]
    yield line("quality.accredited_on_p95", p95, "ms", f"{against}; 95 of 100, of the processor", 1)


def desk(folder: Path) -> Iterator[dict[str, Any]]:
    """Measure a whole check of a credential with everything that the register answers, and without it, in turn."""
    from opencairn.credentials import verification
    from opencairn.engine.trust import Answer
    from opencairn.quality.queries import External

    text = (folder / "journey" / "credential.json").read_bytes()
    at, whole = datetime.now(UTC), verification.Register
    unasked = Answer("unknown", "Not asked.", "not-in-register")

    class Unasked(whole):  # type: ignore[misc, valid-type]
        """The desk's questions without accreditation, endorsements and the registers elsewhere."""

        elsewhere = External((), ())

        def accredited(self, *_asked: Any, **_facts: Any) -> Answer:
            return unasked

        def _endorsements(self) -> None:
            return None

    report = verification.verify_text(text, at=at)
    took: dict[bool, list[float]] = {True: [], False: []}
    try:
        for turn in range(2 * DESK):
            asked = turn % 2 == 0
            verification.Register = whole if asked else Unasked  # type: ignore[misc]
            started = time.process_time()
            verification.verify_text(text, at=at)
            took[asked].append((time.process_time() - started) * 1e3)
    finally:
        verification.Register = whole  # type: ignore[misc]
    against = f"{len(report.steps)} steps, verdict {report.verdict}; median of {DESK}, of the processor"
    with_it, without = statistics.median(took[True]), statistics.median(took[False])
    yield line("quality.desk", with_it, "ms", against)
    yield line(
        "quality.desk_without_register", without, "ms", "accreditation, endorsements, registers elsewhere unasked"
    )
    yield line("quality.desk_share", 100 * (with_it - without) / without, "% of the rest", against, 15)


def measure() -> Iterator[dict[str, Any]]:
    """Yield the lines. OPENCAIRN_BENCH_DECISIONS says how many decisions, where 100,000 would take too long."""
    from django.db import connection

    size = int(os.environ.get("OPENCAIRN_BENCH_DECISIONS", str(DECISIONS)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "frameworks").mkdir()
        (folder / "frameworks" / "us-accreditation.toml").write_text(FRAMEWORK)
        set_up(name)
        from opencairn.quality import rules
        from opencairn.web.demo import cast, journey

        walked = journey.walk(cast.enter(), at=datetime.now(UTC))
        assert walked.ok, walked.stops[-1].fact
        if data().is_file():
            with gzip.open(data(), "rt", encoding="utf-8") as found:
                rows = list(csv.DictReader(found))
            started = time.perf_counter()
            told, in_front = load(rows)
            took = time.perf_counter() - started
            loaded, kinds = sum(told.values()), len(told.keys() & rules.US_ACTIONS.keys())
            yield line("quality.actions_loaded", loaded, "actions", f"of {ROWS:,}; {in_front:,} acts put in front")
            yield line("quality.actions_missing", ROWS - loaded, "actions", "not expressed", 0)
            yield line("quality.kinds_missing", len(rules.US_ACTIONS) - kinds, "kinds of action", "of 36", 0)
            yield line("quality.action", took / loaded * 1e3, "ms", "each through its action, with its log entry")
        else:
            print(json.dumps({"name": "quality.actions_loaded", "skipped": f"{data().name} is not here"}))
        grow(size)
        yield from any_day()
        yield from desk(folder)
        connection.close()
