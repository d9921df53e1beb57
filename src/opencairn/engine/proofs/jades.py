"""JAdES baseline B-B: the advanced electronic seal of a European Digital Credential (ETSI TS 119 182-1 V1.2.1, §6).

A seal is a JSON Web Signature (RFC 7515) whose header carries the certificate (``x5c``, ``x5t#S256``) and the time
(``iat``; ``sigT`` in older ones), with the document in clear as the payload (``b64`` false, RFC 7797) or in base64url.
Such a seal is *advanced*: whether it is *qualified* is for trusted lists to say, which are not read here. Time-stamps
and revocation data that came later (``etsiU``) are left aside: they are not signed, and nobody judged them.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from opencairn.engine.canonical import parse
from opencairn.engine.canonical.strict_json import shown
from opencairn.engine.did import Fetch, Key
from opencairn.engine.keys import ALGORITHMS, PublicKey, SigningKey, base64url_decode, base64url_encode
from opencairn.engine.objections import Malformed, Objection, Unsupported

from .certificates import MOST_CERTIFICATES, judge
from .certificates import read as read_certificate
from .data_integrity import instant
from .seal import Opened, Seal

SUITE = "jades-b-b"
KIND = "elm-3"
Document = Mapping[str, Any]
_TYPE = "EuropeanDigitalCredential"
_MOST_SIGNATURES = 8
_LAST_SECOND = 253_402_300_800  # the year 10000
_MARKS = ("sigT", "sigX5ts")  # only a JAdES header has one of these
#: what a header may demand that its reader understands; the last four say something about the seal that we do not use
_UNDERSTOOD = ("b64", "sigT", "adoTst", "sigPl", "srCms", "srAts")


def accepts(sealed: str | Document) -> bool:
    """Whether this is a JAdES seal: a JSON Web Signature, compact or in JSON, with a header of that kind."""
    try:
        payload, signatures = _parts(sealed)
        header = _header(signatures[0]["protected"])
    except Objection:
        return False
    is_ours = str(header.get("typ")).startswith("jose") or _holds_ours(payload, header)
    return any(mark in header for mark in _MARKS) or ("x5t#S256" in header and is_ours)


def _holds_ours(payload: str, header: Document) -> bool:
    """Whether the payload is a European Digital Credential: other tokens may name a certificate too."""
    try:
        return _is_ours(parse(_clear(payload, header)))
    except Objection:
        return False


def _is_ours(document: Any) -> bool:
    types = document.get("type") if isinstance(document, dict) else None
    return _TYPE in (types if isinstance(types, list) else [types])


def sign(document: Document, *, key: SigningKey, certificates: Sequence[bytes], at: datetime) -> dict[str, Any]:
    """Return the document under an advanced seal, in the JSON serialisation that the EU's own tools write.

    ``certificates`` are DER, that of the key first. Raises ValueError where the certificate is of another key, was not
    in force, or names another legal person than the issuer's legal identifier.
    """
    leaf = read_certificate(certificates[0])
    judged = judge(
        certificates, leaf, identifier=_legal_identifier(document), created=at, at=at, anchors=certificates[:1]
    )
    if leaf.key != key.public or judged.outcome != "pass":
        raise ValueError(judged.why if leaf.key == key.public else "the certificate is not one of this key")
    header = {
        "alg": key.algorithm,
        "typ": "jose+json",
        "x5c": [base64.b64encode(each).decode() for each in certificates],
        "x5t#S256": base64url_encode(hashlib.sha256(certificates[0]).digest()),
        "iat": int(at.timestamp()),
        "b64": False,
        "crit": ["b64"],
    }
    protected = base64url_encode(json.dumps(header, separators=(",", ":")).encode())
    payload = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    signature = key.sign(f"{protected}.{payload}".encode())
    return {"payload": payload, "signatures": [{"protected": protected, "signature": base64url_encode(signature)}]}


def open_envelope(sealed: str | Document, *, anchors: Sequence[bytes] = ()) -> Opened:
    """Return the document and its seals. ``anchors`` are the DER certificates whose word counts about others.

    Raises an ``Objection`` where it is no seal, or none of a European Digital Credential.
    """
    payload, signatures = _parts(sealed)
    clear = [_clear(payload, _header(each["protected"])) for each in signatures]
    document = parse(clear[0])
    if not _is_ours(document) or len(set(clear)) > 1:
        raise Unsupported("This is a seal on something else than a European Digital Credential.", "seal-on-other")
    seals = tuple(_seal(payload, each, document, anchors) for each in signatures)
    return Opened(document=document, seals=seals, kind=KIND, signed=clear[0])


def _shapeless() -> Malformed:
    return Malformed("The seal is not put together as a seal must be.", "seal-shape")


def _parts(sealed: str | Document) -> tuple[str, list[dict[str, str]]]:
    """Return the payload as it stands, and each signature with its protected header."""
    if isinstance(sealed, str):
        protected, *rest = sealed.strip().split(".")
        if len(rest) != 2:
            raise _shapeless()
        return rest[0], [{"protected": protected, "signature": rest[1]}]
    payload, found = sealed.get("payload"), sealed.get("signatures", [sealed])
    if not isinstance(payload, str) or not isinstance(found, list) or not 0 < len(found) <= _MOST_SIGNATURES:
        raise _shapeless()
    return payload, [_one_signature(each) for each in found]


def _one_signature(value: Any) -> dict[str, str]:
    fields = value if isinstance(value, dict) else {}
    protected, signature, unprotected = fields.get("protected"), fields.get("signature"), fields.get("header", {})
    if not isinstance(protected, str) or not isinstance(signature, str):
        raise _shapeless()
    if not isinstance(unprotected, dict) or set(unprotected) - {"etsiU"}:
        raise Unsupported("The seal says something about itself that it does not cover.", "seal-unprotected")
    return {"protected": protected, "signature": signature}


def _header(protected: str) -> dict[str, Any]:
    try:
        header = parse(base64url_decode(protected))
    except ValueError:
        raise _shapeless() from None
    if not isinstance(header, dict):
        raise _shapeless()
    return header


def _clear(payload: str, header: Document) -> str:
    """Return the document's text, after checking what the header demands of its reader (RFC 7515 §4.1.11)."""
    critical = header.get("crit", [])
    if not isinstance(critical, list) or ("crit" in header and not critical):
        raise _shapeless()
    for name in critical:
        if name not in _UNDERSTOOD or name not in header:
            word = shown(str(name))
            raise Unsupported(
                f"The seal demands something that is not followed here: {word}.", "seal-demand", term=word
            )
    if "sigD" in header:
        raise Unsupported("The seal is on data that stands elsewhere.", "seal-detached")
    encoded = header.get("b64", True)
    if encoded is False and "b64" in critical:
        return payload
    if encoded is not True:
        raise _shapeless()
    try:
        return base64url_decode(payload).decode()
    except ValueError:
        raise _shapeless() from None


def _seal(payload: str, signature: Mapping[str, str], document: Document, anchors: Sequence[bytes]) -> Seal:
    protected = signature["protected"]
    header = _header(protected)
    algorithm, created, chain = header.get("alg"), _created(header), _chain(header)
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        word = shown(str(algorithm))
        raise Unsupported(f"The seal is made in a way that is not checked here: {word}.", "suite", suite=word)
    leaf, data = read_certificate(chain[0]), f"{protected}.{payload}".encode()
    try:
        value = base64url_decode(signature["signature"])
    except ValueError:
        raise _shapeless() from None

    def holds(key: PublicKey) -> bool:
        return key.holds(value, data, algorithm)

    def find(_issuer: str, at: datetime, _fetch: Fetch | None) -> Key:
        return judge(chain, leaf, identifier=_legal_identifier(document), created=created, at=at, anchors=anchors)

    return Seal(SUITE, None, holds, created=created, own_key=leaf.key, find=find)


def _created(header: Document) -> datetime:
    """Return when the seal says that it was set."""
    if "iat" not in header:
        return instant(header.get("sigT"), "sigT")
    seconds = header["iat"]
    if not isinstance(seconds, int) or not 0 <= seconds < _LAST_SECOND:
        raise Malformed("“iat” is not a date and time.", "bad-date", term="iat")
    return datetime.fromtimestamp(seconds, UTC)


def _chain(header: Document) -> list[bytes]:
    """Return the certificates in the header, the seal's own first, after comparing that one's digest."""
    found = header.get("x5c")
    if not isinstance(found, list) or not 0 < len(found) <= MOST_CERTIFICATES:
        raise Unsupported("The seal does not bring its certificate along.", "seal-without-certificate")
    try:
        chain = [base64.b64decode(each, validate=True) for each in found]
    except (ValueError, TypeError):
        raise _shapeless() from None
    if header.get("x5t#S256") != base64url_encode(hashlib.sha256(chain[0]).digest()):
        raise Malformed("The seal names another certificate than it brings along.", "seal-other-certificate")
    return chain


def _legal_identifier(document: Document) -> str:
    """Return the number in the register of legal persons that the credential states of its issuer, "" where none."""
    issuer = document.get("issuer")
    stated = issuer.get("eIDASIdentifier") if isinstance(issuer, dict) else None
    notation = stated.get("notation") if isinstance(stated, dict) else None
    return notation if isinstance(notation, str) else ""
