"""What the result page of the verification desk shows beside the steps: whose, what, from whom, by our records."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from opencairn.engine.formats import open_badge_3_endorsement
from opencairn.engine.model import Attainment
from opencairn.engine.objections import Objection
from opencairn.engine.opening import Credential as Opened
from opencairn.engine.report import Report, Step
from opencairn.people.models import Organisation
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality.queries import Asked

from . import queries, words
from .acceptance import Verdict, accepted
from .elements import Elements, elements_of
from .models import Credential, Policy, Testimony
from .verification import Examined, achieved

MARKS = {"valid": "pass", "invalid": "fail"}
WASHES = {"valid": "", "invalid": "failed-wash"}


@dataclass(frozen=True)
class Line:
    """One step as the page shows it."""

    step: Step
    name: str
    sentence: str
    language: str


@dataclass(frozen=True)
class Result:
    """A report with what the page tells around it.

    ``claims`` is the document's own word about a learner, ``vouches`` about what somebody vouches for.
    ``organisation``, ``version``, ``credential`` and ``testimony`` are our records, and None unless the issuer step
    passed.
    """

    report: Report
    claims: Attainment | None
    organisation: Organisation | None
    version: ProgrammeVersion | None
    credential: Credential | None
    text: str
    vouches: open_badge_3_endorsement.Endorsement | None = None
    testimony: Testimony | None = None
    asked: tuple[Asked, ...] = ()
    acceptances: tuple[Verdict, ...] = ()

    @property
    def mark(self) -> str:
        """The mark beside the verdict."""
        return MARKS.get(self.report.verdict, "unknown")

    @property
    def wash(self) -> str:
        """The ground of the verdict: a good signature of nobody we know is no reason for green."""
        if self.report.verdict == "valid" and self.organisation is None:
            return "unknown-wash"
        return WASHES.get(self.report.verdict, "unknown-wash")

    @property
    def is_genuine(self) -> bool:
        """Whether it counts today and comes from an issuer we know."""
        return self.report.verdict == "valid" and self.organisation is not None

    @property
    def stopped_early(self) -> bool:
        """Whether the first step decided: what cannot be read as a credential leaves nothing else to check."""
        step = self.report.step("format")
        return step is None or step.outcome != "pass"

    @property
    def verdict(self) -> str:
        """The engine's verdict in a word or two."""
        return str(words.VERDICTS.get(self.report.verdict, self.report.verdict))

    @property
    def headline(self) -> str:
        """The answer to the visitor's question."""
        return words.headline(self.report)

    @property
    def signed(self) -> bool:
        """Whether the words of the document are those its signer signed."""
        step = self.report.step("signature")
        return bool(step and step.outcome == "pass")

    @property
    def elements(self) -> Elements | None:
        """Which European elements the document states; None where it is no badge that we can read."""
        return elements_of(self.claims) if self.claims else None

    @property
    def known_key(self) -> bool:
        """Whether our records know the key, even where they do not confirm its issuer."""
        step = self.report.step("issuer")
        return bool(step and step.outcome in {"pass", "fail"})

    @property
    def lines(self) -> list[Line]:
        """The steps in their order, as far as they say something of their own."""
        steps = self.report.steps[:1] if self.stopped_early else self.report.steps
        return [Line(each, words.step_name(each.name), words.sentence(each), words.language_of(each)) for each in steps]

    @property
    def counts(self) -> Counter[str]:
        """How many steps had each outcome; the page says them in words."""
        return Counter(line.step.outcome.replace("-", "_") for line in self.lines)

    @property
    def changed_since(self) -> str:
        """What happened to the accreditation after the award; "" where nothing did, or it never was accredited."""
        then, now = self.report.step("accredited-on-award-date"), self.report.step("accredited-today")
        if self.report.verdict == "valid" and then and now and then.outcome == "pass" and now.outcome == "fail":
            return words.since(now)
        return ""

    @property
    def listed_by(self) -> tuple[str, str]:
        """The register elsewhere that knows the signer, and the name it gives; two empty texts where none does."""
        step = self.report.step("issuer")
        facts = dict(step.facts) if step and step.code == "issuer-listed" else {}
        return facts.get("register", ""), facts.get("name", "")

    @property
    def registers(self) -> list[Asked]:
        """The registers that were asked: this site's own first, then those kept elsewhere."""
        own = Asked(
            _("The register of %(name)s") % {"name": settings.OPERATOR_NAME}, "", "current", None, "", signed=True
        )
        return [own, *self.asked]

    @property
    def has_expired(self) -> bool:
        """Whether the document has run out, which says nothing against what was achieved."""
        step = self.report.step("dates")
        return bool(self.claims and self.signed and step and step.code == "expired")

    @property
    def newer(self) -> Step | None:
        """The step that names a newer credential in its place, None where there is none."""
        step = self.report.step("superseded-by")
        return step if step and step.code in {"corrected-by", "renewed-by"} else None

    @property
    def revoked_on(self) -> date | None:
        """The day of the revocation, by our records. The reason is for the holder and the issuer alone."""
        at = self.credential.revoked_at if self.credential and self.signed else None
        return at.date() if at else None

    @property
    def kept_text(self) -> str:
        """The document, for checking again and for downloading the report; "" where it is too long to send back."""
        return self.text if self.text.lstrip().startswith("{") and len(self.text) <= 300_000 else ""


def result_of(examined: Examined, data: bytes, *, policies: Iterable[Policy] = ()) -> Result:
    """Put a report together with what the document says, what our own records say, and what employers accept."""
    report, brought, asked = examined
    claims = brought.attainment if brought else None
    step = report.step("issuer")
    passed = step is not None and step.outcome == "pass"
    known = claims if passed else None
    did = brought.issuer if brought and passed else ""
    key = queries.key_of(did) if did else None
    version = achieved(known) if known else None
    verdicts = (accepted(each, report=report, claims=claims, version=version, key=key) for each in policies)
    return Result(
        report=report,
        claims=claims,
        organisation=key.organisation if key else None,
        version=version,
        credential=queries.by_identifier(known.id, did=did) if known else None,
        text=data.decode("utf-8", "replace"),
        asked=asked,
        acceptances=tuple(verdicts),
        vouches=_vouches(brought) if brought else None,
        testimony=queries.testimony(str(brought.document.get("id", "")), did=did) if brought and key else None,
    )


def _vouches(brought: Opened) -> open_badge_3_endorsement.Endorsement | None:
    """Return what an accreditation or an endorsement says; None for anything else."""
    try:
        is_one = open_badge_3_endorsement.recognises(brought.document)
        return open_badge_3_endorsement.read(brought.document) if is_one else None
    except Objection:
        return None


def as_json(result: Result) -> dict[str, Any]:
    """Return a result as programs read it: the same words as on the command line, and the facts behind them."""
    report = result.report
    return {
        "verdict": report.verdict,
        "checked_at": report.checked_at.isoformat(),
        "steps": [
            {
                "name": each.name,
                "outcome": each.outcome,
                "why": each.why,
                "code": each.code,
                "facts": dict(each.facts),
            }
            for each in report.steps
        ],
        "registers": [
            {
                "name": each.register,
                "address": each.address,
                "reached": each.reached,
                "state": each.state,
                "copied_on": each.copied_on.isoformat() if each.copied_on else None,
                "problem": each.problem,
            }
            for each in result.registers
        ],
        "acceptance": [each.as_json() for each in result.acceptances],
    }
