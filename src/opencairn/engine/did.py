"""Which key a signature names, and whether the issuer provably controls it.

A did:key or did:jwk is its own proof. Any other issuer must confirm the key in a document fetched from its own address
(did:web, or an https issuer profile): a key that only the credential itself names proves nothing.
"""

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
from .keys import PublicKey, base58_decode, base64url_decode, from_jwk, from_multikey
from .objections import Malformed, Objection, Unsupported
from .report import StepOutcome

Fetch = Callable[[str], bytes]
_STEP = r"(?!\.{1,2}(?:[:/]|$))[A-Za-z0-9._~-]+"  # of a path; never one that leads back up
_DID_WEB = re.compile(rf"did:web:(?P<host>[A-Za-z0-9.-]+(%3[Aa][0-9]{{1,5}})?)(?P<path>(:{_STEP})*)")
_BELOW = re.compile(rf"(/{_STEP})+")
_MOST_METHODS = 100
_SPELLED_OUT = ("did:key:", "did:jwk:")  # the name is the key


@dataclass(frozen=True)
class Key:
    """A public key, and whether the issuer controls it: pass, fail or unknown, with a sentence."""

    public: PublicKey | None
    outcome: StepOutcome
    why: str = ""
    code: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def find_key(
    method: object,
    issuer: str,
    *,
    at: datetime,
    fetch: Fetch | None,
    own_key: PublicKey | None = None,
    purpose: str = "assertionMethod",
) -> Key:
    """Return the key that a verification method names, judged as a key of this issuer.

    ``own_key`` is a key that the document brings along: it counts only where the issuer's name spells out the same key.
    ``purpose`` is what the issuer's document must allow the key for.
    """
    if method is None and own_key is not None:
        return _brought_along(own_key, issuer)
    method = _whole(method)
    base, _, fragment = method.partition("#")
    named = _named_key(base, fragment) or own_key
    if base == issuer and base.startswith(_SPELLED_OUT):
        return Key(named, "pass")
    if issuer.startswith(_SPELLED_OUT):  # such an issuer has one key and cannot vouch for another
        return _another(named)
    try:
        url = issuer_document(issuer)
    except Unsupported as fault:
        return Key(named, "unknown", fault.why, fault.code, fault.facts)
    if fetch is None:
        return Key(
            named,
            "unknown",
            f"The key was not confirmed by the issuer, because {shown(url)} was not looked up.",
            "key-not-looked-up",
            (("url", shown(url)),),
        )
    try:
        if "#" not in method:
            return _own_jwk(method, issuer, named, fetch, at=at, purpose=purpose)
        return _confirmed(parse(fetch(url)), method, issuer, named, at=at, purpose=purpose)
    except (CannotFetch, Objection) as fault:
        return Key(
            named,
            "unknown",
            f"The issuer's own document at {shown(url)} could not be read, so the key is not confirmed. {fault}",
            "key-not-confirmed",
            (("url", shown(url)),),
        )


def _whole(method: object) -> str:
    """Return a method's whole address; a name that is a key needs no fragment, for it has only one."""
    if isinstance(method, str) and "#" not in method:
        if method.startswith("did:key:"):
            return f"{method}#{method.removeprefix('did:key:')}"
        if method.startswith("did:jwk:"):
            return f"{method}#0"
        if method.startswith("https://"):
            return method
    if not isinstance(method, str) or "#" not in method:
        raise Malformed("The signature does not name its key by an address with a fragment.", "no-key-named")
    return method


def _brought_along(own_key: PublicKey, issuer: str) -> Key:
    """Judge a key that stands beside the signature and is named nowhere else."""
    if issuer.startswith(_SPELLED_OUT):
        return Key(own_key, "pass") if key_in_name(issuer) == own_key else _another(own_key)
    return Key(
        own_key,
        "unknown",
        "The key stands only in the document itself, and whoever wrote the document could have put it there.",
        "key-brought-along",
    )


def _another(key: PublicKey | None) -> Key:
    return Key(key, "fail", "The key belongs to somebody other than the issuer.", "key-of-another")


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


def key_in_name(name: str) -> PublicKey:
    """Return the key that a did:key or did:jwk spells out. Raises ``Unsupported`` for a kind not known here."""
    try:
        if name.startswith("did:key:"):
            return from_multikey(name.removeprefix("did:key:"))
        return from_jwk(parse(base64url_decode(name.removeprefix("did:jwk:"))))
    except (ValueError, Objection):
        kind = name.split(":")[1]
        raise Unsupported(f"The did:{kind} is of a kind this verifier does not know.", "key-kind") from None


def did_document(did: str) -> dict[str, Any]:
    """Return the DID document that a did:key or did:jwk stands for (did:key 0.9, §3.1). Raises an ``Objection``."""
    if not did.startswith(_SPELLED_OUT):
        raise Unsupported(f"“{shown(did)}” cannot be resolved here.", "issuer-kind", issuer=shown(did))
    key = key_in_name(did)
    method = f"{did}#{key.multikey}" if did.startswith("did:key:") else f"{did}#0"
    kind = (
        {"type": "JsonWebKey", "publicKeyJwk": key.jwk}
        if key.kind == "rsa"
        else {"type": "Multikey", "publicKeyMultibase": key.multikey}
    )
    uses = ("authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation")
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [{"id": method, "controller": did, **kind}],
        **{use: [method] for use in uses},
    }


def _named_key(base: str, fragment: str) -> PublicKey | None:
    """Return the key that is spelled out in the name itself, if one is."""
    if base.startswith("did:key:") and base != f"did:key:{fragment}":
        raise Malformed("The did:key and its fragment name different keys.", "did-key-mismatch")
    if base.startswith("did:jwk:") and fragment != "0":
        raise Malformed("A did:jwk has one key, which is named 0.", "did-key-mismatch")
    if base.startswith(_SPELLED_OUT):
        return key_in_name(base)
    try:
        return from_multikey(fragment)
    except ValueError:
        return None


def _own_jwk(method: str, issuer: str, named: PublicKey | None, fetch: Fetch, *, at: datetime, purpose: str) -> Key:
    """Judge a key whose address is that of a JWK (Open Badges 3.0, ``kid``).

    It must lie under the issuer's own, and the issuer's document must list the address or the key: many may be able to
    put a file on a host, and one below the issuer's address need not be the issuer's.
    """
    own = issuer_document(issuer)
    if not method.startswith(own.rstrip("/")) or not _BELOW.fullmatch(method.removeprefix(own.rstrip("/"))):
        return Key(
            named,
            "unknown",
            "The key's address does not lie under the issuer's own, so it is not confirmed.",
            "key-elsewhere",
        )
    try:
        public = from_jwk(parse(fetch(method)))
    except ValueError:
        return Key(named, "unknown", "There is no key to read at the key's address.", "key-unreadable")
    if named is not None and named != public:
        return Key(named, "fail", "The issuer lists another key under this name.", "key-differs")
    return _vouched(parse(fetch(own)), method, issuer, public, at=at, purpose=purpose)


def _vouched(document: Any, address: str, issuer: str, public: PublicKey, *, at: datetime, purpose: str) -> Key:
    """Judge a key that was read at an address by what the issuer's document lists: the address, or the key itself."""
    names, described = [address], [{"id": address, "publicKeyJwk": public.jwk}]
    if isinstance(document, dict):
        own = _methods(document.get("verificationMethod"))
        held = [each for each in (*_methods(document.get(purpose)), *own) if _public(each) == public]
        names += [_absolute(each["id"], document) for each in held]
        document = {**document, "verificationMethod": own[: _MOST_METHODS - 1] + described}
    judged = [_confirmed(document, name, issuer, public, at=at, purpose=purpose) for name in names]
    told = [key for key in judged if key.code != "key-not-listed"]
    if not told:
        return Key(public, "unknown", "The issuer does not list this key as one of its own.", "key-not-listed")
    return next((key for key in told if key.outcome != "pass"), told[0])


def _methods(stated: object) -> list[Mapping[str, Any]]:
    """Return the keys that are described at a place of an issuer's document."""
    listed = (stated if isinstance(stated, list) else [stated])[:_MOST_METHODS]
    return [each for each in listed if isinstance(each, dict) and isinstance(each.get("id"), str)]


def _confirmed(document: Any, method: str, issuer: str, named: PublicKey | None, *, at: datetime, purpose: str) -> Key:
    if not isinstance(document, dict) or document.get("id") != issuer:
        return Key(named, "unknown", "The issuer's own document speaks of somebody else.", "other-issuer-document")
    listed = _listed(document, method, purpose)
    if listed is None:
        return Key(named, "fail", "The issuer does not list this key as one of its own.", "key-not-listed")
    if listed.get("controller", issuer) != issuer:
        return _another(named)
    for name in ("revoked", "expires"):
        if name in listed and _is_past(listed[name], at):
            return Key(named, "fail", f"The issuer's key is marked as {name}.", f"key-{name}")
    public = _public(listed)
    if public is None or (named is not None and public != named):
        return Key(named, "fail", "The issuer lists another key under this name.", "key-differs")
    return Key(public, "pass")


def _listed(document: Mapping[str, Any], method: str, purpose: str) -> Mapping[str, Any] | None:
    """Return the method by its id, where the document allows it for this purpose."""
    allowed = document.get(purpose)
    found: Mapping[str, Any] | None = None
    is_allowed = False
    for each in (allowed if isinstance(allowed, list) else [allowed])[:_MOST_METHODS]:
        name = each.get("id") if isinstance(each, dict) else each
        if isinstance(name, str) and _absolute(name, document) == method:
            is_allowed, found = True, each if isinstance(each, dict) else found
    for each in _methods(document.get("verificationMethod")):
        if found is None and _absolute(each["id"], document) == method:
            found = each
    return found if is_allowed else None


def _absolute(name: str, document: Mapping[str, Any]) -> str:
    return f"{document['id']}{name}" if name.startswith("#") else name


def _public(method: Mapping[str, Any]) -> PublicKey | None:
    """Return the key of a Multikey, an Ed25519VerificationKey2020 or 2018, or a JsonWebKey."""
    multibase, base58, jwk = (method.get(name) for name in ("publicKeyMultibase", "publicKeyBase58", "publicKeyJwk"))
    try:
        if isinstance(multibase, str):
            return from_multikey(multibase)
        if isinstance(jwk, dict):
            return from_jwk(jwk)
        if isinstance(base58, str) and str(method.get("type", "")).startswith("Ed25519"):
            raw = base58_decode(base58)
            return PublicKey("ed25519", raw) if len(raw) == 32 else None
    except ValueError:
        pass
    return None


def _is_past(words: object, at: datetime) -> bool:
    """Whether an instant has come; one that cannot be read counts as come."""
    try:
        return parse_iso(str(words)) <= at
    except (ValueError, OverflowError):
        return True
