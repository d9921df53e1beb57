"""The status step: whether the issuer has revoked or suspended a credential, as the issuer's own lists say."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from opencairn.kit.fetch import CannotFetch

from .canonical.strict_json import shown
from .did import Fetch
from .objections import Objection
from .opening import Credential, listed
from .report import Step
from .status import STATUSES
from .status.answers import silent, told
from .status.genuine import Asked

_MOST_ENTRIES = 8
_GRAVITY = ("fail", "unknown", "pass", "not-applicable")
#: what may be told beside another answer, and beside which
_BESIDE = {
    "status-message": ("not-revoked", "not-suspended", "revoked", "suspended"),
    "status-refresh": ("not-revoked", "not-suspended"),
}
_HIDDEN = Step(
    "status",
    "unknown",
    "Parts of it are hidden, and where its status is kept may be among them.",
    "status-may-be-hidden",
)
Open = Callable[[Any, str], Any]


def status_step(credential: Credential, *, at: datetime, fetch: Fetch | None) -> Step:
    """Whether the issuer has revoked or suspended it, as the issuer's own lists say.

    A list is read once, whatever number of entries point to it. One that cannot be used makes the step *unknown*.
    """
    entries = _entries(credential)
    steps = [_HIDDEN] if "credentialStatus" in credential.withheld else []
    if not entries and not steps:
        return silent()
    open_list = _opener(credential, at, fetch) if fetch else None
    steps += [_one(credential, entry, open_list) for entry in entries[:_MOST_ENTRIES]]
    if len(entries) > _MOST_ENTRIES:
        steps.append(Step("status", "unknown", "It names more status lists than were looked at.", "too-many-lists"))
    return _together(steps)


def _entries(credential: Credential) -> list[Mapping[str, Any]]:
    """Return where its status is kept; a format that spells this in its own way says so itself.

    A token has one claim for it, with a part for each way of keeping it, and the credential in it may name lists too.
    """
    document, spelled = credential.document, getattr(credential.format, "status_entries", None)
    if credential.kind == "sd-jwt-vc":
        return _parts(document.get("status"))
    entries = spelled(document) if spelled else listed(document.get("credentialStatus"))
    return [*_parts(credential.status), *(entry if isinstance(entry, dict) else {} for entry in entries)]


def _parts(claim: object) -> list[Mapping[str, Any]]:
    if claim is None:
        return []
    return [{name: value} for name, value in claim.items()] if isinstance(claim, dict) and claim else [{}]


def _opener(credential: Credential, at: datetime, fetch: Fetch) -> Open:
    """Return what opens the list at an address, judging each list once, whether it is good or not."""
    known: dict[tuple[str, str], Any] = {}

    def open_list(plug: Any, url: str) -> Any:
        name = (plug.__name__, url)
        if name not in known:
            try:
                known[name] = plug.opened(fetch(url), Asked(credential, url, at, fetch))
            except (CannotFetch, Objection) as fault:
                known[name] = fault
        if isinstance(known[name], Exception):
            raise known[name]
        return known[name]

    return open_list


def _one(credential: Credential, entry: Mapping[str, Any], open_list: Open | None) -> Step:
    plug = next((each for each in STATUSES if each.accepts(entry)), None)
    if plug is None:
        return Step("status", "unknown", "Its status is kept in a way this verifier does not read.", "status-kind")
    url = plug.address(entry)
    if not isinstance(url, str):
        return Step("status", "unknown", "It does not say where its status list is.", "no-list-address")
    if open_list is None:
        why = f"The status list at {shown(url)} was not looked up, so nobody can say whether it was revoked."
        return Step("status", "unknown", why, "list-not-looked-up", (("url", shown(url)),))
    try:
        found: Step = plug.read(open_list(plug, url), entry, credential)
    except (CannotFetch, Objection) as fault:
        why = f"The status list at {shown(url)} could not be used, so nobody can say whether it was revoked. {fault}"
        return Step("status", "unknown", why, "list-not-usable", (("url", shown(url)), ("fault", str(fault))))
    return found


def _together(steps: list[Step]) -> Step:
    """Return the gravest of several answers; what the issuer says in words is told along with it."""
    gravest = min(steps, key=lambda step: _GRAVITY.index(step.outcome))
    for kind, beside in _BESIDE.items():
        said = [step for step in steps if step.code == kind]
        if said and gravest.outcome == "not-applicable":
            return _joined(said)
        if said and gravest.code in beside:
            joined = _joined(said)
            code = f"{gravest.code}-{kind.removeprefix('status-')}"
            return replace(gravest, why=f"{gravest.why} {joined.why}", code=code, facts=joined.facts)
    return gravest


def _joined(said: list[Step]) -> Step:
    return told("; ".join(step.facts[0][1] for step in said)) if said[0].facts else said[0]
