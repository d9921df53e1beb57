"""Verifiable Presentations: what a holder puts around credentials to show them (VC Data Model 2.0, §4.13).

A presentation may be signed or not. A signature says who shows it, and answers one verifier's question: its challenge
and its domain. Each credential inside is verified on its own, whoever shows it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import checks
from .canonical import canonical, parse
from .canonical.literals import IRI
from .did import Fetch
from .objections import Malformed, NotACredential, Objection, Unsupported
from .opening import MODELS, listed, seals_of
from .reader import once
from .report import Report, Step, Verdict
from .signatures import step_of
from .trust import Trust
from .verify import verify

MOST_CREDENTIALS = 32
_AUTHENTICATION = "authentication"
_WORST: tuple[Verdict, ...] = ("invalid", "not-a-credential", "unsupported", "unknown", "valid")
_FORMAT = Step("format", "pass", "This is a presentation of credentials.", "is-presentation")
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """What a verifier asked for: the proof must answer this challenge, for this domain. Empty: not asked."""

    challenge: str = ""
    domain: str = ""


@dataclass(frozen=True)
class PresentationReport:
    """What was found out: about the presentation itself (format, signature), and about each credential in it."""

    verdict: Verdict
    steps: tuple[Step, ...]
    credentials: tuple[Report, ...]
    checked_at: datetime


def verify_presentation(
    data: bytes,
    *,
    at: datetime,
    question: Question = Question(),
    fetch: Fetch | None = None,
    trust: Trust | None = None,
) -> PresentationReport:
    """Return what was found out about a presentation in JSON at an instant. Never raises for any bytes."""
    try:
        document = parse(data)
        bare, signed = _opened(document)
    except Objection as objection:
        is_open = objection.verdict in ("unsupported", "unknown")
        step = checks.objected("format", objection, "unknown" if is_open else "fail")
        return PresentationReport(objection.verdict, (step,), (), at)
    verdict: Verdict
    fetch = once(fetch) if fetch else None
    try:
        signature = _signature(bare, listed(document.get("proof")), signed, question, at=at, fetch=fetch)
        verdict = {"fail": "invalid", "unknown": "unknown"}.get(signature.outcome, "valid")  # type: ignore[assignment]
    except Unsupported as objection:
        signature, verdict = checks.objected("signature", objection, "unknown"), objection.verdict
    reports = tuple(
        verify(json.dumps(each).encode(), at=at, fetch=fetch, trust=trust)
        for each in listed(bare.get("verifiableCredential"))
    )
    worst = min((verdict, *(report.verdict for report in reports)), key=_WORST.index)
    whole: Verdict = "invalid" if worst == "not-a-credential" else worst
    return PresentationReport(whole, (_FORMAT, signature), reports, at)


def _opened(document: Any) -> tuple[Document, str]:
    """Return a presentation without its proofs, and the text that is signed; refuse everything else by name."""
    if not isinstance(document, dict) or "VerifiablePresentation" not in listed(document.get("type")):
        raise NotACredential("This does not say that it is a presentation.", "no-presentation")
    contexts, stated = listed(document.get("@context")), listed(document.get("proof"))
    if not contexts or not isinstance(contexts[0], str) or contexts[0] not in MODELS:
        raise Malformed("The first context of a presentation must be that of Verifiable Credentials.", "first-context")
    shown = listed(document.get("verifiableCredential"))
    if not all(isinstance(each, dict) for each in shown):
        raise Malformed("What is shown is not a credential.", "field", term="verifiableCredential")
    if len(shown) > MOST_CREDENTIALS:
        raise Unsupported(f"More than {MOST_CREDENTIALS} credentials are shown at once.", "too-many-credentials")
    if not all(isinstance(each, dict) for each in stated):
        raise Malformed("The presentation's proof is not readable.", "proof-shape")
    holder_of(document)
    bare = {name: value for name, value in document.items() if name != "proof"}
    # what is inside is read on its own; only a signature makes one text of all of it
    own = bare if stated else {name: value for name, value in bare.items() if name != "verifiableCredential"}
    return bare, canonical(own)


def holder_of(document: Document) -> str:
    """Return the address that names the holder, or "" where none is named. Raises ``Malformed`` for anything else."""
    holder = document.get("holder", "")
    identity = holder.get("id") if isinstance(holder, dict) else holder
    if not isinstance(identity, str) or ("holder" in document and not IRI.fullmatch(identity)):
        raise Malformed("The presentation does not properly say who shows it.", "field", term="holder")
    return identity


def _signature(
    bare: Document, stated: list[Document], signed: str, question: Question, *, at: datetime, fetch: Fetch | None
) -> Step:
    """Whether the holder signed the presentation to answer this question. Nobody need have signed an open one."""
    if not stated:
        if question != Question():
            return Step("signature", "fail", "Nobody signed an answer to the question.", "unanswered")
        return Step("signature", "not-applicable", "Nobody signed the presentation itself.", "presentation-unsigned")
    seals, faults, left_aside = seals_of(bare, stated, signed, _AUTHENTICATION)
    for fault in faults:
        if isinstance(fault, Unsupported):
            raise fault
        return checks.objected("signature", fault, "fail")
    if left_aside:
        named = left_aside[0]
        raise Unsupported(f"The signature is of a kind this verifier does not check: {named}.", "suite", suite=named)
    for proof in stated:
        if (wrong := _wrong_answer(proof, question)) is not None:
            return wrong
    steps = []
    for seal in seals:
        who = holder_of(bare) or str(seal.method).partition("#")[0]
        steps.append(step_of(seal, who, at=at, fetch=fetch, purpose=_AUTHENTICATION))
    worst = min(steps, key=lambda step: ("fail", "unknown", "pass").index(step.outcome))
    if worst.outcome == "pass":
        return Step("signature", "pass", "It was signed by the holder's own key.", "holder-signed", worst.facts)
    return worst


def _wrong_answer(proof: Document, question: Question) -> Step | None:
    """Return what is wrong with a proof as an answer, if anything (Data Integrity §4.4)."""
    if question.challenge and proof.get("challenge") != question.challenge:
        return Step("signature", "fail", "The signature answers another question.", "other-challenge")
    if question.domain and question.domain not in listed(proof.get("domain")):
        return Step("signature", "fail", "The signature was made for somebody else.", "other-domain")
    return None
