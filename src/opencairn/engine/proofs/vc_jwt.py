"""Credentials as signed tokens: VC-JWT in its three forms.

W3C Securing Verifiable Credentials using JOSE and COSE (``vc+jwt``: the payload is the credential), 1EdTech Open
Badges 3.0 §8.2 (``JWT``: the credential with registered claims beside it), and Verifiable Credentials 1.1 §6.3.1 (the
credential under ``vc``, where the registered claims replace what it says). Registered dates bound the signature.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from opencairn.engine.canonical.contexts import CREDENTIALS_V2
from opencairn.engine.keys import SigningKey
from opencairn.engine.objections import Malformed, NotACredential, Unsupported
from opencairn.kit.dates import iso, parse_iso

from . import jose
from .seal import Opened, Seal

TYPE = "vc+jwt"
OPEN_BADGES_TYPE = "JWT"
_TYPES = ("vc+jwt", "vc+ld+json+jwt", "jwt", "")  # the second is an older name of the first
_PRESENTATIONS = ("vp+jwt", "vp+ld+json+jwt")
_REGISTERED = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce")  # RFC 7519 §4.1, RFC 7800; OpenID
Document = Mapping[str, Any]


def accepts(sealed: str | Document) -> bool:
    """Whether this may be a signed token without disclosures."""
    return isinstance(sealed, str) and sealed.count(".") == 2 and "~" not in sealed


def open_envelope(sealed: str | Document) -> Opened:
    """Return the credential in a token, with its seal. Raises an ``Objection`` where it is another kind of token."""
    assert isinstance(sealed, str)
    token = jose.read(sealed)
    claims = token.claims
    if token.type in _PRESENTATIONS or "vp" in claims:
        raise presentation()
    if token.type not in _TYPES:
        raise Unsupported("This is a signed token of a kind that this verifier does not read.", "token")
    document = _under_vc(token, claims) if "vc" in claims else _payload(token, claims)
    seal = seal_of("VC-JWT " + token.header["alg"], token, _issuer(document))
    return Opened(document, (seal,), model_of(document), token.signed, status=claims.get("status"))


def presentation() -> NotACredential:
    """Return what is said about a wrapping that a holder made."""
    return NotACredential(
        "This is a presentation: a wrapping that somebody put around credentials. Check what is inside it.",
        "presentation",
    )


def model_of(document: Document) -> str:
    """Return the data model that the first context names; whether it is truly followed is judged elsewhere."""
    contexts = document.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else contexts
    return "credential-2" if first == CREDENTIALS_V2 else "credential-1"


def seal_of(suite: str, token: jose.Token, issuer: object) -> Seal:
    """Return the seal that a token is, bounded by its registered dates."""
    claims = token.claims
    dates = {name: jose.seconds(claims[name], name) for name in ("iat", "nbf", "exp") if name in claims}
    return Seal(
        suite,
        jose.method(token.header, issuer),
        token.holds,
        created=dates.get("iat"),
        begins=max((dates[name] for name in ("iat", "nbf") if name in dates), default=None),
        expires=dates.get("exp"),
        is_token=True,
        own_key=jose.own_key(token.header),
    )


def agreed(claims: Document) -> dict[str, Any]:
    """Return the credential that a payload is: without the registered claims, which no context defines.

    They may repeat what it says, never contradict it.
    """
    document = {name: value for name, value in claims.items() if name not in _REGISTERED}
    for name, value in _named(claims).items():
        _agree(document, name, value, claim_wins=False)
    return document


def _payload(token: jose.Token, claims: Document) -> dict[str, Any]:
    document = agreed(claims)
    if token.type != TYPE:
        for claim, name in (("nbf", "validFrom"), ("exp", "validUntil")):
            if claim in claims:
                _same_instant(document, name, claim, jose.seconds(claims[claim], claim))
    return document


def _under_vc(token: jose.Token, claims: Document) -> dict[str, Any]:
    """Return the credential under ``vc``, completed by the registered claims (Verifiable Credentials 1.1 §6.3.1)."""
    stated = claims["vc"]
    if token.type == TYPE or not isinstance(stated, dict):
        raise _contradiction("vc")
    document, is_old = dict(stated), model_of(stated) == "credential-1"
    for name, value in _named(claims).items():
        _agree(document, name, value, claim_wins=is_old)
    if is_old:
        for claim, name in (("nbf", "issuanceDate"), ("exp", "expirationDate")):
            if claim in claims and name not in document:
                document[name] = iso(jose.seconds(claims[claim], claim))
    return document


def _contradiction(claim: str) -> Malformed:
    return Malformed(
        f"The token's claim “{claim}” and the credential inside it contradict each other.", "token-claims", term=claim
    )


def _named(claims: Document) -> dict[str, str]:
    """Return the registered claims that name somebody or something."""
    found = {name: claims[name] for name in ("iss", "sub", "jti") if name in claims}
    for name, value in found.items():
        if not isinstance(value, str):
            raise _contradiction(name)
    return found


def _agree(document: dict[str, Any], claim: str, value: str, *, claim_wins: bool) -> None:
    """Put a claim into the document where it says nothing of its own; refuse a contradiction, or let the claim win."""
    name = {"iss": "issuer", "sub": "credentialSubject", "jti": "id"}[claim]
    place, inside = _place(document, name)
    if place is None:
        raise _contradiction(claim)
    if place.get(inside, value) != value and not claim_wins:
        raise _contradiction(claim)
    place[inside] = value


def _place(document: dict[str, Any], name: str) -> tuple[dict[str, Any] | None, str]:
    """Return the object, copied into the document, and the name in it where an identity stands; None for several."""
    stated = document.get(name)
    if isinstance(stated, list) and len(stated) == 1:
        stated = stated[0]
    if isinstance(stated, dict):
        document[name] = {**stated}
        return document[name], "id"
    if name == "credentialSubject":
        return None, ""
    return document, name


def _same_instant(document: dict[str, Any], name: str, claim: str, at: datetime) -> None:
    """Refuse a registered date that is not, to the second, the credential's own; set it where there is none."""
    try:
        stated = parse_iso(str(document.setdefault(name, iso(at))))
    except (ValueError, OverflowError):
        return  # the dates step says so
    if abs((stated - at).total_seconds()) >= 1:
        raise _contradiction(claim)


def _issuer(document: Document) -> object:
    issuer = document.get("issuer")
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def sign(document: Document, key: SigningKey, *, typ: str = TYPE, kid: str = "", brings_key: bool = False) -> str:
    """Return the credential as a signed token: ``vc+jwt``, or ``JWT`` as Open Badges 3.0 has it.

    ``kid`` is the address of the key where it is not the key's own DID; with ``brings_key`` the public key stands in
    the header too, for readers who compare it. Raises ValueError for a document that already has a proof.
    """
    if "proof" in document:
        raise ValueError("the document already has a proof")
    header: dict[str, Any] = {"typ": typ, "kid": kid or key.verification_method}
    if brings_key:
        header["jwk"] = key.public.jwk
    claims = {**document, **_registered(document)} if typ == OPEN_BADGES_TYPE else document
    return jose.sign(claims, key, **header)


def _registered(document: Document) -> dict[str, Any]:
    """Return the registered claims that repeat what an Open Badge says (Open Badges 3.0 §8.2.4.1)."""
    subject = document.get("credentialSubject")
    found: dict[str, Any] = {"iss": _issuer(document), "jti": document.get("id")}
    found["sub"] = subject.get("id") if isinstance(subject, dict) else None
    for claim, name in (("nbf", "validFrom"), ("exp", "validUntil")):
        if name in document:
            found[claim] = int(parse_iso(document[name]).timestamp())
    return {name: value for name, value in found.items() if value is not None}
