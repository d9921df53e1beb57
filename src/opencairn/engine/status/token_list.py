"""Token Status Lists (IETF OAuth, draft-ietf-oauth-status-list) as signed tokens, for SD-JWT VC and other tokens.

The list's issuer is not told apart from the credential's: the list has to be signed by the very key that was found to
be the issuer's, or by another key that the issuer provably controls.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from opencairn.engine.canonical import parse
from opencairn.engine.did import find_key
from opencairn.engine.keys import PublicKey, SigningKey, base64url_decode, base64url_encode, from_jwk
from opencairn.engine.objections import Malformed, Objection, Unsupported
from opencairn.engine.opening import Credential
from opencairn.engine.report import Step

from .answers import answer
from .genuine import Asked
from .packing import ZLIB, malformed, unpack, value

TYPE = "statuslist+jwt"
VALID, INVALID, SUSPENDED = 0, 1, 2
SIZES = (1, 2, 4, 8)  # bits of one status
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Statuses:
    """The statuses of a list: ``size`` bits each, the first in the least significant bits of the first byte."""

    bits: bytes
    size: int


@dataclass(frozen=True)
class Token:
    """A token in three parts, read but not yet believed."""

    header: Document
    claims: Document
    signed: bytes
    signature: bytes


def packed(statuses: Statuses) -> dict[str, Any]:
    """Return the statuses as a ``status_list`` claim: zlib, base64url without padding."""
    if statuses.size not in SIZES:
        raise ValueError("a status has 1, 2, 4 or 8 bits")
    return {"bits": statuses.size, "lst": base64url_encode(zlib.compress(statuses.bits, 9))}


def with_value(statuses: Statuses, index: int, new: int) -> Statuses:
    """Return the statuses with one changed. Raises ValueError where it does not fit."""
    size, at = statuses.size, index * statuses.size
    if index < 0 or at + size > len(statuses.bits) * 8 or not 0 <= new < 1 << size:
        raise ValueError("no such status in this list")
    changed = bytearray(statuses.bits)
    changed[at // 8] = changed[at // 8] & ~((1 << size) - 1 << at % 8) | new << at % 8
    return Statuses(bytes(changed), size)


def write(list_url: str, statuses: Statuses, key: SigningKey, *, at: datetime, until: datetime, ttl: timedelta) -> str:
    """Return the signed list, valid from one instant until another; ``ttl`` is how long a copy may be kept."""
    header = {"alg": key.algorithm, "kid": key.verification_method, "typ": TYPE}
    claims = {
        "sub": list_url,
        "iat": int(at.timestamp()),
        "exp": int(until.timestamp()),
        "ttl": int(ttl.total_seconds()),
        "status_list": packed(statuses),
    }
    words = ".".join(base64url_encode(json.dumps(each, separators=(",", ":")).encode()) for each in (header, claims))
    return f"{words}.{base64url_encode(key.sign(words.encode()))}"


def claim(list_url: str, index: int) -> dict[str, Any]:
    """Return the ``status`` claim of a token that stands in a list."""
    return {"status_list": {"idx": index, "uri": list_url}}


def accepts(entry: Document) -> bool:
    """Whether this is the ``status_list`` part of a ``status`` claim."""
    return isinstance(entry.get("status_list"), dict)


def address(entry: Document) -> object:
    """Return where the list is."""
    return entry["status_list"].get("uri")


def parts(data: bytes) -> Token:
    """Read a token in three parts without believing it. Raises ``Malformed`` where it is none."""
    try:
        words = data.decode("ascii").strip()
        header, claims, signature = (base64url_decode(each) for each in words.split("."))
    except ValueError:
        raise Malformed("What was found is not a status list.", "not-a-list") from None
    read = Token(parse(header), parse(claims), words.rpartition(".")[0].encode(), signature)
    if not isinstance(read.header, dict) or not isinstance(read.claims, dict):
        raise Malformed("What was found is not a status list.", "not-a-list")
    return read


def opened(data: bytes, asked: Asked) -> Statuses:
    """Return the statuses of a list that is signed by the issuer, at its own address, and in date."""
    token = parts(data)
    if token.header.get("typ") not in (TYPE, f"application/{TYPE}") or "crit" in token.header:
        raise Malformed("What was found is not a status list.", "not-a-list")
    if token.claims.get("sub") != asked.url:
        raise Malformed("The list says it belongs to another address.", "list-elsewhere")
    if token.claims.get("iss", asked.credential.issuer) != asked.credential.issuer:
        raise Malformed("The list was issued by somebody else.", "list-of-another")
    _in_time(token.claims, asked.at)
    if not _is_the_issuers(token, asked):
        raise Malformed("The list is not signed by a key of the issuer.", "list-signature")
    return statuses_of(token.claims.get("status_list"))


def statuses_of(stated: object) -> Statuses:
    """Read a ``status_list`` claim."""
    size, words = (stated.get("bits"), stated.get("lst")) if isinstance(stated, dict) else (None, None)
    if isinstance(size, bool) or not isinstance(size, int) or size not in SIZES or not isinstance(words, str):
        raise malformed()
    try:
        return Statuses(unpack(base64url_decode(words), ZLIB), size)
    except ValueError:
        raise malformed() from None


def _in_time(claims: Document, at: datetime) -> None:
    """Refuse a list that is not yet, or no longer, to be believed. Without an end, its ``ttl`` counts from its making.

    Otherwise the ttl counts from the reading, and a verification reads every list anew.
    """
    made, ends, ttl = (_number(claims, name) for name in ("iat", "exp", "ttl"))
    now = at.timestamp()
    if made is None or made > now:
        raise Malformed("The status list does not say when it was made, or is from the future.", "list-early")
    is_over = ends is not None and now >= ends  # RFC 7519 §4.1.4
    if ends is None and ttl is not None:
        ends = made + ttl
        is_over = now > ends
    if ends is not None and is_over:
        ended = datetime.fromtimestamp(min(ends, now), UTC)
        raise Malformed(f"The status list could be relied on until {ended:%Y-%m-%d} only.", "list-stale")


def _number(claims: Document, name: str) -> float | None:
    found = claims.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or found < 0:
        raise Malformed("The status list does not properly state its dates.", "list-dates")
    return float(found)


def _is_the_issuers(token: Token, asked: Asked) -> bool:
    """Whether a key that is provably the issuer's made the signature."""
    algorithm = token.header.get("alg")
    if not isinstance(algorithm, str) or not algorithm:
        return False

    def holds(key: PublicKey | None) -> bool:
        return key is not None and key.holds(token.signature, token.signed, algorithm)

    credential = asked.credential
    for seal in (each for each in credential.seals if not each.is_holders):
        found = seal.key(credential.issuer, at=asked.at, fetch=asked.fetch)
        if found.outcome == "pass" and holds(found.public):
            return True
    try:
        own_key = from_jwk(token.header["jwk"]) if "jwk" in token.header else None
        found = find_key(token.header.get("kid"), credential.issuer, at=asked.at, fetch=asked.fetch, own_key=own_key)
    except (Objection, ValueError):
        return False
    return found.outcome == "pass" and holds(found.public)


def read(statuses: Statuses, entry: Document, credential: Credential) -> Step:
    """Return what a list says at an entry's place. Raises ``Unsupported`` for a status only its issuer understands."""
    index = entry["status_list"].get("idx")
    if isinstance(index, bool) or not isinstance(index, int) or index < 0:
        raise Malformed("The status entry does not say its place in the list.", "list-index")
    found = value(statuses.bits, index, statuses.size, least_first=True)
    if found in {VALID, INVALID}:
        return answer("revocation", is_set=found == INVALID)
    if found == SUSPENDED:
        return answer("suspension", is_set=True)
    raise Unsupported(f"The list says {found}, which has a meaning only to those who agreed on it.", "status-value")
