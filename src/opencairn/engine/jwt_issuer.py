"""Which keys an https issuer of SD-JWT VCs calls its own: the JWT VC Issuer Metadata (SD-JWT VC draft, §5).

The document stands at a well-known address of the issuer's host, and names the issuer and a set of JWKs.
"""

from collections.abc import Mapping
from typing import Any

from opencairn.kit.fetch import CannotFetch

from .canonical import parse
from .canonical.strict_json import shown
from .did import Fetch, Key
from .keys import PublicKey, from_jwk
from .objections import Objection

_MOST_KEYS = 100


def metadata_url(issuer: str) -> str:
    """Return where an https issuer publishes its metadata: the well-known part stands before its own path."""
    host, _, path = issuer.removeprefix("https://").partition("#")[0].partition("?")[0].partition("/")
    return f"https://{host}/.well-known/jwt-vc-issuer/{path}".rstrip("/")


def find_key(issuer: str, kid: object, own_key: PublicKey | None, fetch: Fetch | None) -> Key:
    """Return the key with this name (or the only one) in the issuer's metadata, judged as a key of this issuer."""
    url = metadata_url(issuer)
    facts = (("url", shown(url)),)
    if fetch is None:
        why = f"The key was not confirmed by the issuer, because {shown(url)} was not looked up."
        return Key(own_key, "unknown", why, "key-not-looked-up", facts)
    try:
        published = _keys(parse(fetch(url)), issuer, fetch)
    except (CannotFetch, Objection) as fault:
        why = f"The issuer's own document at {shown(url)} could not be read, so the key is not confirmed. {fault}"
        return Key(own_key, "unknown", why, "key-not-confirmed", facts)
    if published is None:
        return Key(own_key, "unknown", "The issuer's own document speaks of somebody else.", "other-issuer-document")
    candidates = [key for jwk in published if kid is None or jwk.get("kid") == kid if (key := _readable(jwk))]
    if own_key is not None and candidates:
        candidates = [each for each in candidates if each == own_key]
    if len(candidates) != 1:
        return Key(own_key, "fail", "The issuer does not list this key as one of its own.", "key-not-listed")
    return Key(candidates[0], "pass")


def _readable(jwk: Mapping[str, Any]) -> PublicKey | None:
    try:
        return from_jwk(jwk)
    except ValueError:
        return None


def _keys(metadata: Any, issuer: str, fetch: Fetch) -> list[Mapping[str, Any]] | None:
    """Return the JWKs that the metadata gives, or points to; None where it is not the issuer's."""
    if not isinstance(metadata, dict) or metadata.get("issuer") != issuer:
        return None
    keys, elsewhere = metadata.get("jwks"), metadata.get("jwks_uri")
    if keys is None and isinstance(elsewhere, str) and elsewhere.startswith("https://"):
        keys = parse(fetch(elsewhere))
    listed = keys.get("keys") if isinstance(keys, dict) else None
    return [each for each in listed[:_MOST_KEYS] if isinstance(each, dict)] if isinstance(listed, list) else []
