"""Verify a credential: a report of independent steps. The clock, the network and trust are arguments.

The verdict is about genuineness only: format, signature by a key the issuer provably controls, dates, status. The
trust steps stand beside it; whether to accept a genuine credential is the reader's decision.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from opencairn.kit.fetch import CannotFetch

from . import checks, old_badges
from .baking import unwrap
from .did import Fetch
from .formats import clr_2
from .model import Attainment
from .objections import Elsewhere, Fault, NotACredential, Objection, OlderBadge, Unsupported
from .opening import Credential, listed, open_credential
from .proofs.sd_jwt import Binding
from .reader import once
from .report import GENUINENESS, STEPS, Report, Step, StepOutcome, Verdict
from .signatures import signature as signature_step
from .statuses import status_step
from .trust import Trust

MOST_INSIDE = 50  # credentials in one learner record
_INSIDE: tuple[tuple[tuple[Verdict, ...], StepOutcome, str, str], ...] = (
    (("invalid", "not-a-credential"), "fail", "record-broken", "is not valid"),
    (("unknown", "unsupported"), "unknown", "record-unknown", "could not be checked in full"),
)
_UNPROVEN = "It was not looked up, because the signature did not hold."


def verify(
    data: bytes,
    *,
    at: datetime,
    fetch: Fetch | None = None,
    trust: Trust | None = None,
    asked: Binding | None = None,
    anchors: Sequence[bytes] = (),
) -> Report:
    """Return what was found out about a JSON, PNG, SVG or PDF document, or a token. Never raises for any bytes.

    ``fetch`` is asked for every address at most once. With ``asked`` it must be a presentation that its holder made for
    this verifier. ``anchors`` are the certificates (DER) that may vouch for an electronic seal.
    """
    fetch = once(fetch) if fetch else None
    found = opened(data, fetch=fetch, asked=asked, anchors=anchors)
    return verify_opened(found, at=at, fetch=fetch, trust=trust)


def opened(
    data: bytes, *, fetch: Fetch | None = None, asked: Binding | None = None, anchors: Sequence[bytes] = ()
) -> Credential | Objection:
    """Return the credential in a document, which nobody has checked yet, or what is wrong. Never raises for any bytes.

    For whoever has to know what it says before it is verified, such as whom to trust with it.
    """
    try:
        return _found(data, fetch, asked, anchors)
    except Exception:  # noqa: BLE001 - the last net under a door that strangers use; the tests go past it
        return Fault()


def verify_opened(
    found: Credential | Objection, *, at: datetime, fetch: Fetch | None = None, trust: Trust | None = None
) -> Report:
    """Return what was found out about a document that is already opened. Never raises for any that ``opened`` gives."""
    try:
        return _judged(found, at=at, fetch=once(fetch) if fetch else None, trust=trust)
    except Exception:  # noqa: BLE001 - as above
        return _refused(Fault(), at)


def examine(
    data: bytes,
    *,
    at: datetime,
    fetch: Fetch | None,
    trust: Trust | None,
    asked: Binding | None = None,
    anchors: Sequence[bytes] = (),
) -> Report:
    """Do the work of ``verify``, without its net."""
    fetch = once(fetch) if fetch else None
    return _judged(_found(data, fetch, asked, anchors), at=at, fetch=fetch, trust=trust)


def _found(data: bytes, fetch: Fetch | None, asked: Binding | None, anchors: Sequence[bytes]) -> Credential | Objection:
    try:
        return open_credential(_text(data, fetch), asked=asked, anchors=anchors)
    except Objection as objection:
        return objection


def _judged(credential: Credential | Objection, *, at: datetime, fetch: Fetch | None, trust: Trust | None) -> Report:
    if isinstance(credential, OlderBadge):
        return _older(credential, at=at, fetch=fetch, trust=trust)
    if isinstance(credential, Objection):
        return _refused(credential, at)
    unsupported: Verdict | None = None
    try:
        signature = signature_step(credential, at=at, fetch=fetch)
    except Unsupported as objection:
        signature, unsupported = checks.objected("signature", objection, "unknown"), objection.verdict
    if signature.outcome == "pass" and clr_2.recognises(credential.document):
        signature = _with_contents(credential, signature, at=at, fetch=fetch)
    told = (checks.format_step(credential), signature, checks.dates(credential, at=at))
    if signature.outcome == "pass":
        steps = (
            *told,
            status_step(credential, at=at, fetch=fetch),
            *_trust(credential.issuer, credential.attainment, at, trust),
        )
    else:  # what a document says that nobody signed is no reason to ask anybody about anything
        steps = (*told, *(Step(name, "unknown", _UNPROVEN, "not-reached") for name in STEPS[3:]))
    return Report(unsupported or _verdict(steps), steps, at)


def _with_contents(record: Credential, signature: Step, *, at: datetime, fetch: Fetch | None) -> Step:
    """Return the signature step of a learner record: it counts when every credential in it is genuine by itself.

    A record inside a record is not opened.
    """
    subjects = listed(record.document.get("credentialSubject"))
    held = [each for subject in subjects for each in listed(subject.get("verifiableCredential"))]
    if len(held) > MOST_INSIDE:
        why = f"The record holds more than {MOST_INSIDE} credentials, so not all were checked."
        return Step("signature", "unknown", why, "record-large", (("most", str(MOST_INSIDE)),))
    found = [(place, _inside(each, at=at, fetch=fetch)) for place, each in enumerate(held, start=1)]
    for verdicts, outcome, code, told in _INSIDE:
        for place, verdict in found:
            if verdict in verdicts:
                why = f"Credential {place} of {len(held)} in the record {told}. Check it on its own."
                facts = (("place", str(place)), ("total", str(len(held))))
                return Step("signature", outcome, why, code, facts)
    return signature


def _inside(held: Any, *, at: datetime, fetch: Fetch | None) -> Verdict:
    """Judge one credential of a record. One that has run out since is still what the record says of the learner."""
    if isinstance(held, dict) and clr_2.recognises(held):
        return "unknown"
    data = held if isinstance(held, str) else json.dumps(held)
    report = examine(data.encode("utf-8", "replace"), at=at, fetch=fetch, trust=None)
    if report.verdict in ("unsupported", "not-a-credential"):
        return report.verdict
    return _verdict(tuple(step for step in report.steps if step.name != "dates"))


def _text(data: bytes, fetch: Fetch | None) -> str:
    """Return the text of the credential; a picture may hold only the address where its issuer hosts the badge."""
    try:
        return unwrap(data)
    except Unsupported as told:
        if told.code != "hosted-address":
            raise
        url = dict(told.facts)["url"]
    look_up = fetch if fetch and url.startswith("https://") else old_badges.nothing_is_looked_up
    try:
        return unwrap(look_up(url))
    except CannotFetch as fault:
        why = f"The issuer's own pages could not be read, so nobody can say whether it issued this. {fault}"
        raise Elsewhere(why, "badge-not-fetched", fault=str(fault)) from None


def _refused(objection: Objection, at: datetime) -> Report:
    outcome: StepOutcome = "unknown" if objection.verdict in ("unsupported", "unknown") else "fail"
    step = checks.objected("format", objection, outcome)
    return Report(objection.verdict, (step, *_unreached(STEPS[1:], step, objection)), at)


def _older(badge: OlderBadge, *, at: datetime, fetch: Fetch | None, trust: Trust | None) -> Report:
    try:
        judged = old_badges.judge(badge, at=at, fetch=fetch)
    except Objection as objection:
        return _refused(objection, at)
    if judged.attainment is None:
        steps = (*judged.steps, *(Step(name, "unknown", _UNPROVEN, "not-reached") for name in STEPS[4:]))
    else:
        steps = (*judged.steps, *_trust(judged.issuer, judged.attainment, at, trust))
    return Report(_verdict(steps), steps, at)


def _trust(issuer: str, what: Attainment | None, at: datetime, trust: Trust | None) -> tuple[Step, ...]:
    awarded = what.awarded_on if what else at.date()
    return (
        checks.issuer(issuer, at=at, trust=trust),
        checks.accredited("accredited-on-award-date", issuer, what, day=awarded, trust=trust),
        checks.accredited("accredited-today", issuer, what, day=at.date(), trust=trust),
    )


def _unreached(names: tuple[str, ...], stopped: Step, objection: Objection | None = None) -> tuple[Step, ...]:
    if isinstance(objection, NotACredential):
        return tuple(
            Step(name, "not-applicable", "There is no credential to check.", "no-credential") for name in names
        )
    return tuple(
        Step(name, "unknown", "It was not checked, because the format did not hold.", "not-reached") for name in names
    )


def _verdict(steps: tuple[Step, ...]) -> Verdict:
    """Return the verdict from the steps about genuineness."""
    outcomes = {step.outcome for step in steps if step.name in GENUINENESS}
    if "fail" in outcomes:
        return "invalid"
    return "unknown" if "unknown" in outcomes else "valid"
