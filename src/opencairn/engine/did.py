"""Which key a signature names, and whether the issuer provably controls it.

A did:key is its own proof. Any other issuer must confirm the key in a document fetched from its own address
(did:web, or an https issuer profile): a key that only the credential itself names proves nothing.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from opencairn.kit.dates import parse_iso
from opencairn.kit.fetch import CannotFetch

from .canonical import parse
from .canonical.strict_json import shown
from .keys import from_multikey
from .objections import Malformed, Objection, Unsupported
from .report import StepOutcome

Fetch = Callable[[str], bytes]
_DID_WEB = re.compile(r"did:web:(?P<host>[A-Za-z0-9.-]+(%3A[0-9]{1,5})?)(?P<path>(:[A-Za-z0-9._~-]+)*)", re.IGNORECASE)
_MOST_METHODS = 100


@dataclass(frozen=True)
class Key:
    """A public key, and whether the issuer controls it: pass, fail or unknown, with a sentence."""

    public: bytes | None
    outcome: StepOutcome
    why: str = ""
    code: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def find_key(method: object, issuer: str, *, at: datetime, fetch: Fetch | None) -> Key:
    """Return the key that a verification method names, judged as a key of this issuer."""
    if isinstance(method, str) and method.startswith("did:key:") and "#" not in method:
        method = f"{method}#{method.removeprefix('did:key:')}"  # it has only one key
    if not isinstance(method, str) or "#" not in method:
        raise Malformed("The signature does not name its key by an address with a fragment.", "no-key-named")
    base, _, fragment = method.partition("#")
    named = _named_key(base, fragment)
    if base == issuer and base.startswith("did:key:"):
        return Key(named, "pass")
    if issuer.startswith("did:key:"):  # such an issuer has one key and cannot vouch for another
        return Key(named, "fail", "The key belongs to somebody other than the issuer.", "key-of-another")
    url = issuer_document(issuer)
    if fetch is None:
        return Key(
            named,
            "unknown",
            f"The key was not confirmed by the issuer, because {shown(url)} was not looked up.",
            "key-not-looked-up",
            (("url", shown(url)),),
        )
    try:
        document = parse(fetch(url))
        return _confirmed(document, method, issuer, named, at)
    except (CannotFetch, Objection) as fault:
        return Key(
            named,
            "unknown",
            f"The issuer's own document at {shown(url)} could not be read, so the key is not confirmed. {fault}",
            "key-not-confirmed",
            (("url", shown(url)),),
        )


def issuer_document(issuer: str) -> str:
    """Return the address where an issuer says which keys are its own."""
    if issuer.startswith("https://"):
        return issuer.partition("#")[0]
    web = _DID_WEB.fullmatch(issuer)
    if web is None:
        method = ":".join(issuer.split(":")[:2]) if issuer.startswith("did:") else issuer
        raise Unsupported(
            f"This verifier cannot look up the keys of an issuer named “{shown(method)}”.",
            "issuer-kind",
            issuer=shown(method),
        )
    path = web["path"].replace(":", "/") or "/.well-known"
    return f"https://{unquote(web['host'])}{path}/did.json"


def _named_key(base: str, fragment: str) -> bytes | None:
    """Return the key that is spelled out in the name itself, if one is."""
    if base.startswith("did:key:"):
        if base != f"did:key:{fragment}":
            raise Malformed("The did:key and its fragment name different keys.", "did-key-mismatch")
        try:
            return from_multikey(fragment)
        except ValueError:
            raise Unsupported("The did:key is of a kind this verifier does not know.", "key-kind") from None
    try:
        return from_multikey(fragment)
    except ValueError:
        return None


def _confirmed(document: Any, method: str, issuer: str, named: bytes | None, at: datetime) -> Key:
    if not isinstance(document, dict) or document.get("id") != issuer:
        return Key(named, "unknown", "The issuer's own document speaks of somebody else.", "other-issuer-document")
    listed = _listed(document, method)
    if listed is None:
        return Key(named, "fail", "The issuer does not list this key as one of its own.", "key-not-listed")
    if listed.get("controller", issuer) != issuer:
        return Key(named, "fail", "The key belongs to somebody other than the issuer.", "key-of-another")
    for name in ("revoked", "expires"):
        if name in listed and _is_past(listed[name], at):
            return Key(named, "fail", f"The issuer's key is marked as {name}.", f"key-{name}")
    public = _public(listed)
    if public is None or (named is not None and public != named):
        return Key(named, "fail", "The issuer lists another key under this name.", "key-differs")
    return Key(public, "pass")


def _listed(document: Mapping[str, Any], method: str) -> Mapping[str, Any] | None:
    """Return the method by its id, where the document allows it for assertions."""
    allowed = document.get("assertionMethod")
    described = document.get("verificationMethod")
    found: Mapping[str, Any] | None = None
    is_allowed = False
    for each in (allowed if isinstance(allowed, list) else [allowed])[:_MOST_METHODS]:
        name = each.get("id") if isinstance(each, dict) else each
        if isinstance(name, str) and _absolute(name, document) == method:
            is_allowed, found = True, each if isinstance(each, dict) else found
    for each in (described if isinstance(described, list) else [described])[:_MOST_METHODS]:
        if found is None and isinstance(each, dict) and isinstance(each.get("id"), str):
            found = each if _absolute(each["id"], document) == method else None
    return found if is_allowed else None


def _absolute(name: str, document: Mapping[str, Any]) -> str:
    return f"{document['id']}{name}" if name.startswith("#") else name


def _public(method: Mapping[str, Any]) -> bytes | None:
    """Return the Ed25519 key of a Multikey, Ed25519VerificationKey2020 or JsonWebKey."""
    words, jwk = method.get("publicKeyMultibase"), method.get("publicKeyJwk")
    try:
        if isinstance(words, str):
            return from_multikey(words)
        if isinstance(jwk, dict) and jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519":
            data = base64.urlsafe_b64decode(str(jwk.get("x")) + "=")
            return data if len(data) == 32 else None
    except ValueError:
        pass
    return None


def _is_past(words: object, at: datetime) -> bool:
    """Whether an instant has come; one that cannot be read counts as come."""
    try:
        return parse_iso(str(words)) <= at
    except (ValueError, OverflowError):
        return True
