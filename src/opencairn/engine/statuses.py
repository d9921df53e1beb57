"""The status step: whether the issuer has revoked or suspended a credential, as the issuer's own signed list says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from opencairn.kit.fetch import CannotFetch

from . import status
from .canonical.strict_json import shown
from .checks import dates
from .did import Fetch
from .objections import Malformed, Objection
from .opening import Credential, listed, open_credential
from .report import Step
from .signatures import signature

_MOST_ENTRIES = 8


def status_step(credential: Credential, *, at: datetime, fetch: Fetch | None) -> Step:
    """Whether the issuer has revoked or suspended it, as the issuer's own signed list says."""
    entries = _entries(credential)
    if not entries:
        return Step("status", "not-applicable", "The issuer gave no way to revoke this credential.", "no-status")
    steps = [_one_status(credential, entry, at, fetch) for entry in entries[:_MOST_ENTRIES]]
    if len(entries) > _MOST_ENTRIES:
        steps.append(Step("status", "unknown", "It names more status lists than were looked at.", "too-many-lists"))
    for outcome in ("fail", "unknown"):
        for step in steps:
            if step.outcome == outcome:
                return step
    return steps[0]


def _entries(credential: Credential) -> list[Any]:
    """Return where its status is kept; a format that spells this in its own way says so itself."""
    spelled = getattr(credential.format, "status_entries", None)
    return list(spelled(credential.document) if spelled else listed(credential.document.get("credentialStatus")))


def _one_status(credential: Credential, entry: Mapping[str, Any], at: datetime, fetch: Fetch | None) -> Step:
    purpose, url = entry.get("statusPurpose"), entry.get("statusListCredential")
    if listed(entry.get("type")) != [status.ENTRY] or purpose not in ("revocation", "suspension"):
        return Step("status", "unknown", "Its status is kept in a way this verifier does not read.", "status-kind")
    if not isinstance(url, str):
        return Step("status", "unknown", "It does not say where its status list is.", "no-list-address")
    if fetch is None:
        why = f"The status list at {shown(url)} was not looked up, so nobody can say whether it was revoked."
        return Step("status", "unknown", why, "list-not-looked-up", (("url", shown(url)),))
    try:
        is_set = status.read_bit(_genuine_list(url, credential.issuer, at, fetch), entry)
    except (CannotFetch, Objection) as fault:
        why = f"The status list at {shown(url)} could not be used, so nobody can say whether it was revoked. {fault}"
        return Step("status", "unknown", why, "list-not-usable", (("url", shown(url)), ("fault", str(fault))))
    if is_set and purpose == "revocation":
        return Step("status", "fail", "The issuer has revoked it.", "revoked")
    if is_set:
        return Step("status", "fail", "The issuer has suspended it.", "suspended")
    done = "revoked" if purpose == "revocation" else "suspended"
    return Step("status", "pass", f"The issuer has not {done} it, says the issuer's signed list.", f"not-{done}")


def _genuine_list(url: str, issuer: str, at: datetime, fetch: Fetch) -> Mapping[str, Any]:
    """Return the list credential at an address once it is found genuine: signed by the same issuer, and in date."""
    found = open_credential(fetch(url).decode("utf-8", "replace"))
    if found.issuer != issuer:
        raise Malformed("The list was issued by somebody else.", "list-of-another")
    if str(found.document.get("id", url)).rstrip("/") != url.rstrip("/"):
        raise Malformed("The list says it belongs to another address.", "list-elsewhere")
    for step in (signature(found, at=at, fetch=fetch), dates(found, at=at)):
        if step.outcome != "pass":
            raise Malformed(f"About the list: {step.why}", f"list-{step.code}")
    return found.document
