"""The steps about what a credential says: its format, its dates, and what registers know. Each returns a ``Step``.

The steps that look at keys and lists stand in ``signatures.py`` and ``statuses.py``.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from types import ModuleType

from opencairn.kit.dates import iso

from .canonical.strict_json import shown
from .data_model import not_compared
from .model import Attainment
from .objections import Malformed, Objection
from .opening import Credential
from .proofs.data_integrity import instant
from .proofs.jose import seconds
from .report import Step, StepOutcome
from .trust import Answer, Trust

#: where each data model states from when and until when a credential is valid; the narrowest counts
_WINDOWS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "credential-2": (("validFrom",), ("validUntil",)),
    "credential-1": (("issuanceDate", "validFrom"), ("expirationDate", "validUntil")),
    "elm-3": (("validFrom",), ("validUntil", "expirationDate")),
    "open-badge-2": (("issuedOn",), ("expires",)),
    "sd-jwt-vc": (("nbf",), ("exp",)),  # ``iat`` is when the seal was made
}
_MODELS = {
    "credential-2": ("This is a Verifiable Credential 2.0, though not a badge.", "credential-2"),
    "credential-1": ("This is a Verifiable Credential 1.1, though not a badge.", "credential-1"),
}


def objected(name: str, objection: Objection, outcome: StepOutcome) -> Step:
    """Return the step that an objection makes."""
    return Step(name, outcome, objection.why, objection.code, objection.facts)


def format_step(credential: Credential) -> Step:
    """Say which kind of credential it is; ``open_credential`` has refused everything else.

    What it points to and fixes by a digest is told where nobody compared it.
    """
    told = _format(credential.kind, credential.format)
    if credential.kind not in _MODELS:  # other data models know no such digests, and may use the word as they like
        return told
    names = shown("; ".join(not_compared(credential.document)), longest=200)
    if not names:
        return told
    why = f"{told.why} What it points to was not compared with its digests, for it is not at hand: {names}."
    return replace(told, why=why, code="resource-not-compared", facts=(("names", names),))


@cache
def _format(kind: str, format_: ModuleType | None) -> Step:
    if format_ is None:
        return Step("format", "pass", *_MODELS[kind])
    return Step("format", "pass", f"This is an {format_.NAME}.", format_.CODE)


def dates(credential: Credential, *, at: datetime) -> Step:
    """Whether the instant lies between the first and the last moment of validity.

    Both count as inside, but for the claim ``exp``: that is the first moment after it (RFC 7519 §4.1.4).
    """
    first, last = _WINDOWS[credential.kind]
    try:
        begins = max(_instants(credential, first), default=None)
        ends = min(_instants(credential, last), default=None)
    except Malformed as objection:
        return objected("dates", objection, "fail")
    if begins is not None and at < begins:
        return Step(
            "dates", "fail", f"It is not valid before {iso(begins)}.", "not-yet-valid", (("from", iso(begins)),)
        )
    if ends is not None and (at > ends or (at == ends and credential.kind == "sd-jwt-vc")):
        return Step("dates", "fail", f"It expired at {iso(ends)}.", "expired", (("until", iso(ends)),))
    if credential.withheld & {*first, *last}:
        why = "Parts of it are hidden, and a first or a last day of its validity may be among them."
        return Step("dates", "unknown", why, "dates-may-be-hidden")
    if ends is not None:
        return Step("dates", "pass", f"It is valid until {iso(ends)}.", "valid-until", (("until", iso(ends)),))
    return Step("dates", "pass", "It is valid, and has no end date.", "valid-without-end")


def _instants(credential: Credential, names: tuple[str, ...]) -> list[datetime]:
    read = seconds if credential.kind == "sd-jwt-vc" else instant
    return [read(credential.document[name], name) for name in names if name in credential.document]


def issuer(named: str, *, at: datetime, trust: Trust | None) -> Step:
    """Whether the verifier's own register knows the issuer."""
    if trust is None:
        return _unasked("issuer", "No register of issuers was asked.")
    return _answered("issuer", trust.issuer(named, at))


def accredited(name: str, issuer: str, what: Attainment | None, *, day: date, trust: Trust | None) -> Step:
    """Whether this achievement of this issuer was quality-assured on a day, as a register of decisions says."""
    if what is None:
        return Step(name, "not-applicable", "It is not a badge for a learning achievement.", "not-a-badge")
    if trust is None:
        return _unasked(name, "No register of quality decisions was asked.")
    achievement = what.achievement
    answer = trust.accredited(
        issuer,
        achievement.id,
        eqf_level=achievement.eqf_level,
        field_of_study=achievement.field_of_study,
        day=day,
    )
    return _answered(name, answer)


@cache
def _unasked(name: str, why: str) -> Step:
    return Step(name, "unknown", why, "no-register")


def _answered(name: str, answer: Answer) -> Step:
    return Step(name, answer.outcome, answer.why, answer.code, answer.facts)
