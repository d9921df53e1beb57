"""Compact JSON Web Signatures: written, and read strictly (RFC 7515, RFC 7518, RFC 8725).

Only the algorithms of ``keys.ALGORITHMS`` are followed, and a key answers for its own kind alone: ``none``, shared
secrets and a public key used as a secret end in a refusal before any key is looked at.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from opencairn.engine.canonical import parse
from opencairn.engine.canonical.strict_json import LARGEST, shown
from opencairn.engine.keys import ALGORITHMS, PublicKey, SigningKey, base64url_decode, base64url_encode, from_jwk
from opencairn.engine.objections import Malformed, NotACredential, Unread, Unsupported

from . import certificates

_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]*)")
_LONGEST_CERTIFICATE = 20_000  # letters of base64
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Token:
    """A signed token as it was read; nothing in it is to be believed before ``holds``."""

    header: Fields
    claims: Fields
    signed: str  # header and payload, as they are signed
    signature: bytes

    @property
    def type(self) -> str:
        """The media type in the header, in small letters and without ``application/`` (RFC 7515 §4.1.9)."""
        stated = self.header.get("typ", "")
        return stated.lower().removeprefix("application/") if isinstance(stated, str) else "?"

    def holds(self, key: PublicKey) -> bool:
        """Whether the private half of this key signed the token, by the algorithm that the header names."""
        return key.holds(self.signature, self.signed.encode(), self.header["alg"])


def read(text: str) -> Token:
    """Read a compact token without judging its signature.

    Raises ``Malformed`` for what breaks RFC 7515 or is unsafe (RFC 8725), ``Unsupported`` for another algorithm.
    """
    if len(text) > LARGEST:
        raise too_large()
    parts = _COMPACT.fullmatch(text)
    if parts is None:
        raise _broken()
    header = _object(parts[1])
    _safe(header)
    claims = _object(parts[2])
    return Token(header, claims, f"{parts[1]}.{parts[2]}", _bytes(parts[3]))


def too_large() -> Unread:
    """Return what is said about a token that nobody read, so that nobody knows whether it is a good one."""
    return Unread(
        f"The token is larger than {LARGEST:,} letters, so it was not read.", "too-large", largest=str(LARGEST)
    )


def _broken() -> Malformed:
    return Malformed("The token is not put together as a signed token must be.", "token-shape")


def _bytes(words: str) -> bytes:
    try:
        return base64url_decode(words)
    except ValueError:
        raise _broken() from None


def _object(words: str) -> Fields:
    """Return the JSON object that one part of a token holds."""
    try:
        found = parse(_bytes(words))
    except NotACredential:
        raise _broken() from None
    if not isinstance(found, dict):
        raise _broken()
    return found


def _safe(header: Fields) -> None:
    """Refuse a header that asks for no signature, for a shared secret, or for extensions nobody here knows."""
    algorithm = header.get("alg")
    if not isinstance(algorithm, str):
        raise _broken()
    if algorithm.lower() == "none":
        raise Malformed("The token says of itself that it is not signed.", "token-unsigned")
    if algorithm.upper().startswith("HS"):
        raise Malformed(
            "The token is sealed with a shared secret, which everybody who can check it could use.", "token-secret"
        )
    if algorithm not in ALGORITHMS:
        raise Unsupported(
            f"The signature is of a kind this verifier does not check: {shown(algorithm)}.",
            "suite",
            suite=shown(algorithm),
        )
    if "crit" in header or "b64" in header:
        raise Malformed("The token demands an extension that this verifier does not follow.", "token-extension")


def sign(claims: Fields, key: SigningKey, **header: Any) -> str:
    """Return the claims as a compact token, signed by the key's usual algorithm; ``header`` says more than ``alg``."""
    parts = [base64url_encode(_packed(each)) for each in ({"alg": key.algorithm, **header}, claims)]
    signed = ".".join(parts)
    return f"{signed}.{base64url_encode(key.sign(signed.encode()))}"


def _packed(fields: Fields) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def own_key(header: Fields) -> PublicKey | None:
    """Return the key that a header brings along: its ``jwk``, or that of its first certificate (``x5c``)."""
    if "jwk" not in header and "x5c" not in header:
        return None
    try:
        return from_jwk(header["jwk"]) if "jwk" in header else _of_certificate(header["x5c"])
    except (ValueError, TypeError, LookupError, Malformed):
        raise Unsupported("The token brings a key of a kind this verifier does not know.", "token-key") from None


def _of_certificate(chain: Any) -> PublicKey:
    words = chain[0]
    if not isinstance(chain, list) or not isinstance(words, str) or len(words) > _LONGEST_CERTIFICATE:
        raise ValueError("not a certificate")
    return certificates.read(base64.b64decode(words, validate=True)).key


def method(header: Fields, issuer: object) -> str | None:
    """Return the address of the key that a header names (``kid``), made whole by the issuer; None where it names none.

    An issuer whose name is a key needs no ``kid``.
    """
    name = header.get("kid")
    if name is None and isinstance(issuer, str) and issuer.startswith(("did:key:", "did:jwk:")):
        return None if "jwk" in header or "x5c" in header else issuer
    if not isinstance(name, str):
        return None
    if name.startswith(("did:", "https://")) or not isinstance(issuer, str):
        return name
    return f"{issuer}#{name.removeprefix('#')}"


def seconds(value: object, name: str) -> datetime:
    """Read a NumericDate (RFC 7519 §2): seconds since 1970. Raises ``Malformed`` for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            pass
    raise Malformed(f"“{shown(name)}” is not a date and time with a zone.", "bad-date", term=shown(name))
