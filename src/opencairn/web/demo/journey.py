"""Walks one micro-credential along the path, through the real actions of each room, one step after the other.

Each step looks for the fact it leaves behind and keeps it where it stands already, so the walk can be repeated. The
signed files go to ``var/journey``; the last step verifies them as a stranger would, with this site and without it.
"""

import io
import json
import tomllib
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from opencairn.catalogue import actions as catalogue
from opencairn.catalogue import queries as finding
from opencairn.credentials import actions as credentials
from opencairn.credentials.models import Credential
from opencairn.credentials.verification import read_address, verify_text
from opencairn.kit.dates import iso
from opencairn.kit.errors import Refused
from opencairn.learning import actions as learning
from opencairn.learning.forms import consent_text
from opencairn.learning.models import Award, Enrolment
from opencairn.learning.queries import active_place, award_of
from opencairn.programmes import actions as programmes
from opencairn.programmes.models import Offering, Programme, ProgrammeVersion
from opencairn.programmes.queries import outcomes_of
from opencairn.quality import actions as quality
from opencairn.quality.frameworks import framework
from opencairn.quality.queries import standing
from opencairn.quality.rules import last_possible_day
from opencairn.wallet import actions as wallet
from opencairn.wallet.carriers import as_json, as_pdf, as_png
from opencairn.wallet.models import Holding, Share
from opencairn.wallet.queries import address_of
from opencairn.web import cli

from . import world
from .cast import Cast

KEPT = " (kept from an earlier walk)"
FILES = {
    "credential": "credential.json",
    "png": "credential.png",
    "pdf": "credential.pdf",
    "status_list": "status-list.json",
}


@dataclass(frozen=True)
class Stop:
    """One step of the walk: what was done, in which room, and the fact it left behind."""

    step: str
    room: str
    fact: str
    ok: bool


@dataclass
class Walk:
    """What the steps hand on to each other."""

    cast: Cast
    at: datetime
    folder: Path
    stops: list[Stop] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether every step held."""
        return len(self.stops) == len(STEPS) and all(stop.ok for stop in self.stops)

    def as_json(self) -> dict[str, Any]:
        """Return the walk as the command prints it with --json."""
        files = {name: str(self.folder / file) for name, file in FILES.items()}
        return {"ok": self.ok, "steps": [asdict(stop) for stop in self.stops], "files": files}


class StepFailed(Refused):
    """A step did not leave the fact it should."""


@cache
def facts() -> dict[str, Any]:
    """Read what the micro-credential of the walk is."""
    return tomllib.loads(Path(__file__).with_name("journey.toml").read_text(encoding="utf-8"))


def walk(cast: Cast, *, at: datetime, told: Callable[[int, Stop], object] | None = None) -> Walk:
    """Take every step in turn; stop at the first that fails. ``told`` hears of each step as it is done."""
    going = Walk(cast, at, settings.VAR / "journey")
    going.folder.mkdir(parents=True, exist_ok=True)
    for number, (step, room, take) in enumerate(STEPS, start=1):
        try:
            stop = Stop(step, room, take(going), ok=True)
        except Refused as refusal:
            stop = Stop(step, room, " ".join((refusal.message, *refusal.details)), ok=False)
        except Exception as error:  # noqa: BLE001 - the walk reports what failed, whatever it was
            stop = Stop(step, room, f"{type(error).__name__}: {error}", ok=False)
        going.stops.append(stop)
        if told is not None:
            told(number, stop)
        if not stop.ok:
            break
    return going


def describe(going: Walk) -> str:
    """Describe the programme: the provider's author fills every element."""
    title, author = facts()["title"], going.cast.author
    ours = Programme.objects.filter(provider=going.cast.provider, withdrawn_at=None)
    programme = next((one for one in ours if _title_of(one) == title), None)
    kept = programme is not None
    if programme is None:
        programme = programmes.create_programme(provider=going.cast.provider, title=title, by=author, at=going.at)
        version = ProgrammeVersion.objects.get(programme=programme)
        programmes.describe(version, changes=world.changes_of(facts()), by=author, at=going.at)
        outcomes = [world.outcome_of(one) for one in facts()["outcomes"]]
        programmes.set_outcomes(version, outcomes=outcomes, by=author, at=going.at)
    going.found["programme"] = programme
    count = len(facts()["outcomes"])
    return f"“{title['en']}”, {facts()['ects']} ECTS, level {facts()['eqf']}, {count} outcomes" + KEPT * kept


def _title_of(programme: Programme) -> dict[str, str]:
    newest = ProgrammeVersion.objects.filter(programme=programme).order_by("-number").first()
    return newest.title if newest else {}


def publish(going: Walk) -> str:
    """Publish it as a micro-credential, with a run that can be started any day."""
    programme: Programme = going.found["programme"]
    version = programme.current
    kept = version is not None
    if version is None:
        version = ProgrammeVersion.objects.get(programme=programme)
        programmes.publish(version, by=going.cast.author, at=going.at)
    offering = Offering.objects.filter(programme=programme, starts_on=None).running().first()
    if offering is None:
        offering = programmes.plan_offering(
            programme, by=going.cast.author, at=going.at, place=facts()["place"], languages=facts()["languages"],
            price=0, currency="EUR",
        )  # fmt: skip
    going.found |= {"version": version, "offering": offering}
    page = reverse("programmes:version", args=[programme.slug, version.number])
    return f"version {version.number} at {settings.BASE_URL}{page}" + KEPT * kept


def accredit(going: Walk) -> str:
    """Apply, find for each criterion, decide."""
    programme: Programme = going.found["programme"]
    now = standing(programme, going.at.date())
    if now.accredited and now.decision is not None:
        return f"decision {now.decision.number}, to {now.decision.last_on}" + KEPT
    if now.state in {"suspended", "withdrawn", "refused"}:
        raise StepFailed(f"The register says {now.state}: {now.reasons} The walk does not overrule a quality body.")
    words, reviewer = world.shelf("reviews.toml"), going.cast.reviewer
    review = quality.request_review(
        going.found["version"], quality_body=going.cast.quality_body, framework=world.FRAMEWORK,
        statement=facts()["statement"], by=going.cast.author, at=going.at,
    )  # fmt: skip
    quality.assign(review, assessor=reviewer, by=reviewer, at=going.at)
    quality.declare(review, conflict=False, by=reviewer, at=going.at)
    under = framework(world.FRAMEWORK)
    for one in under.criteria:
        quality.record_finding(
            review, criterion=one.key, outcome="met", reasons=words["met"][one.key],
            evidence=words["evidence"][one.key], by=reviewer, at=going.at,
        )  # fmt: skip
    day = going.at.date()
    decision = quality.decide(
        review, verdict="accredited", reasons=facts()["reasons"], first_on=day,
        last_on=last_possible_day(day, months=under.validity_months), by=reviewer, at=going.at,
    )  # fmt: skip
    return f"decision {decision.number}, {len(under.criteria)} findings, to {decision.last_on}"


def find(going: Walk) -> str:
    """Look for it in the catalogue, as anybody would."""
    catalogue.refresh(at=going.at)
    words = facts()["title"]["de"]
    criteria = finding.criteria_from(QueryDict(f"q={words}"))
    results = finding.search(criteria, day=going.at.date())
    slugs = [hit.version.programme.slug for hit in results.hits]
    if going.found["programme"].slug not in slugs:
        raise StepFailed(f"A search for “{words}” does not find it.")
    return f"found by “{words}”, {slugs.index(going.found['programme'].slug) + 1} of {results.total}"


def enrol(going: Walk) -> str:
    """Take a place, with consent."""
    person, offering = going.cast.learner, going.found["offering"]
    enrolment = active_place(person, offering)
    kept = enrolment is not None
    if enrolment is None:
        enrolment = learning.enrol(
            person, offering, name_on_credential=person.name, consent_text=consent_text(going.cast.provider.name),
            at=going.at,
        )  # fmt: skip
    going.found["enrolment"] = enrolment
    return f"{person.name} has a place and has consented" + KEPT * kept


def assess(going: Walk) -> str:
    """Record a result for each outcome."""
    enrolment: Enrolment = going.found["enrolment"]
    outcomes = outcomes_of(enrolment.version)
    kept = award_of(enrolment) is not None
    if not kept:
        learning.record_results(
            enrolment,
            results=[(outcome, True, facts()["grade"], "") for outcome in outcomes],
            by=going.cast.author,
            at=going.at,
        )
    return f"{len(outcomes)} of {len(outcomes)} outcomes passed, assessed by {going.cast.author.name}" + KEPT * kept


def award(going: Walk) -> str:
    """Decide the award."""
    enrolment: Enrolment = going.found["enrolment"]
    decided = award_of(enrolment)
    kept = decided is not None
    if decided is None:
        decided = learning.award(
            enrolment, grade=facts()["grade"], awarded_on=going.at.date(), by=going.cast.author, at=going.at
        )
    going.found["award"] = decided
    return f"awarded on {decided.awarded_on}, grade {decided.grade}" + KEPT * kept


def issue(going: Walk) -> str:
    """Sign the credential."""
    decided: Award = going.found["award"]
    kept = Credential.objects.filter(award=decided).exists()
    credential = credentials.issue(decided, by=going.cast.manager, at=going.at)
    going.found["credential"] = credential
    (going.folder / FILES["credential"]).write_bytes(as_json(credential))
    signed = credentials.publish_status_list(credential.status_list, at=going.at)
    (going.folder / FILES["status_list"]).write_text(signed, encoding="utf-8")
    return f"urn:uuid:{credential.id}, signed by {credential.key.did[:20]}…" + KEPT * kept


def hold(going: Walk) -> str:
    """Accept it into the learner's portfolio."""
    kept = Holding.objects.filter(credential=going.found["credential"]).exists()
    holding = wallet.accept(going.found["credential"], person=going.cast.learner, at=going.at)
    going.found["holding"] = holding
    count = Holding.objects.filter(person=going.cast.learner).count()
    return f"{going.cast.learner.name} holds {count} stone{'s' * (count != 1)}" + KEPT * kept


def share(going: Walk) -> str:
    """Make an unguessable link, and the picture and the certificate that carry the credential."""
    holding: Holding = going.found["holding"]
    shared = Share.objects.filter(holding=holding, purpose="link").open().first()
    kept = shared is not None
    shared = shared or wallet.share(holding, purpose="link", at=going.at)
    going.found["share"] = shared
    certificate = wallet.share(holding, purpose="certificate", at=going.at)
    (going.folder / FILES["png"]).write_bytes(as_png(going.found["credential"]))
    pdf = as_pdf(holding, share_url=address_of(certificate), language="en")
    (going.folder / FILES["pdf"]).write_bytes(pdf)
    return f"{address_of(shared)}, with a picture and a certificate" + KEPT * kept


def verify(going: Walk) -> str:
    """Verify as a stranger: the shared link and all three carriers here, then the files alone, offline."""
    shared: Share = going.found["share"]
    read = read_address(f"{settings.BASE_URL}{reverse('wallet:shared_json', args=[shared.token])}", at=going.at)
    if read != as_json(going.found["credential"]):
        raise StepFailed("The shared link gives another document than the one that was signed.")
    steps = 0
    for name in ("credential", "png", "pdf"):
        report = verify_text((going.folder / FILES[name]).read_bytes(), at=going.at + timedelta(seconds=1))
        held = [step for step in report.steps if step.outcome in {"pass", "not-applicable"}]
        if report.verdict != "valid" or len(held) != len(report.steps):
            raise StepFailed(
                f"{FILES[name]} is {report.verdict}.",
                details=tuple(f"{s.name}: {s.why}" for s in report.steps if s not in held),
            )
        steps = len(report.steps)
        _offline(going, FILES[name])
    return f"valid: {steps} of {steps} steps hold for JSON, PNG and PDF; valid from the files alone, offline"


def _offline(going: Walk, file: str) -> None:
    """Run ``opencairn verify --offline`` on a file, with nothing but the status list beside it."""
    printed, complained = io.StringIO(), io.StringIO()
    with_list = ["--with", str(going.folder / FILES["status_list"]), "--at", iso(going.at + timedelta(seconds=1))]
    with redirect_stdout(printed), redirect_stderr(complained):
        status = cli.main(["verify", str(going.folder / file), "--offline", "--json", *with_list])
    verdict = json.loads(printed.getvalue() or "{}").get("verdict", complained.getvalue())
    if status != 0 or verdict != "valid":
        raise StepFailed(f"{file} is {verdict} when it is verified offline.")


STEPS: tuple[tuple[str, str, Callable[[Walk], str]], ...] = (
    ("describe", "programmes", describe),
    ("publish", "programmes", publish),
    ("accredit", "quality", accredit),
    ("find", "catalogue", find),
    ("enrol", "learning", enrol),
    ("assess", "learning", assess),
    ("award", "learning", award),
    ("issue", "credentials", issue),
    ("hold", "wallet", hold),
    ("share", "wallet", share),
    ("verify", "credentials", verify),
)
