"""Whether an Open Badges 2.0 Assertion is genuine, in date and not revoked (IMS OB 2.0, verification).

A hosted Assertion is genuine where its own address holds the same, and that address lies where its issuer hosts; a
signed one where a key that the issuer lists as its own signed it. ``issuer`` is always the document read at the
issuer's own address (``open_badge_2.gather``). Each function returns the step that it decides.
"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from opencairn.engine.canonical import parse
from opencairn.engine.canonical.jcs import canonical_json
from opencairn.engine.canonical.strict_json import shown
from opencairn.engine.keys import ALGORITHMS, PublicKey, base64url_decode, public_key
from opencairn.engine.objections import Malformed, NotACredential, Objection, Unsupported
from opencairn.engine.report import Step
from opencairn.kit.dates import iso
from opencairn.kit.fetch import CannotFetch

from . import fields as given
from .fields import Fields
from .open_badge_2 import fetched, page

Fetch = Callable[[str], bytes]
_HOSTED, _SIGNED = ("hosted", "HostedBadge"), ("signed", "SignedBadge")
_MOST_KEYS = 20


def open_token(token: str) -> Fields:
    """Return the Assertion inside a JWS (compact form). Nothing is known yet of its signature."""
    payload = parse(_segments(token)[1])
    if not isinstance(payload, dict):
        raise NotACredential("The signed token does not hold a badge.", "not-an-object")
    return payload


def genuine(assertion: Fields, issuer: Fields, *, fetch: Fetch, token: str = "") -> Step:
    """Whether the issuer vouches for the Assertion. ``token`` is the JWS that it was taken from, if any.

    Raises ``Malformed`` where the way to verify is not stated, and ``Unsupported`` where it is a way not followed here.
    """
    kinds = given.types(given.one(assertion, "verification"))
    try:
        if any(each in _HOSTED for each in kinds) and not token:
            return _hosted(assertion, issuer, fetch)
        if any(each in _SIGNED for each in kinds) and token:
            return _signed(assertion, issuer, token, fetch)
    except CannotFetch as fault:
        why = f"The issuer's own pages could not be read, so nobody can say whether it issued this. {fault}"
        return Step("signature", "unknown", why, "badge-not-fetched", (("fault", str(fault)),))
    except Malformed as objection:
        return Step("signature", "fail", objection.why, objection.code, objection.facts)
    if any(each in _SIGNED for each in kinds):
        return Step("signature", "fail", "The badge says that it is signed, but carries no signature.", "unsigned")
    if any(each in _HOSTED for each in kinds):
        return Step("signature", "fail", "The badge is signed, but says it is not.", "badge-signed-as-hosted")
    told = shown(", ".join(str(each) for each in kinds))
    raise Unsupported(
        f"The badge is verified in a way that this verifier does not follow: {told}.", "suite", suite=told
    )


def _hosted(assertion: Fields, issuer: Fields, fetch: Fetch) -> Step:
    url = given.text(assertion, "id", needed=True)
    if not url.startswith("https://"):
        why = "The badge's own address is not one of a secure web page, so nobody can say who put it there."
        return Step("signature", "unknown", why, "badge-not-https")
    if not within(url, issuer):
        why = "The badge stands at an address where its issuer does not host badges."
        return Step("signature", "fail", why, "badge-outside")
    there = page(url, fetch)
    if there.get("revoked") is True and there.get("id") == url:
        return Step("signature", "fail", "The issuer has revoked it.", "revoked")
    if not hosted_matches(assertion, there):
        why = "The badge is not the same as the one that its issuer hosts."
        return Step("signature", "fail", why, "badge-differs")
    return Step(
        "signature", "pass", "The issuer hosts the same badge at its own address.", "hosted", (("url", shown(url)),)
    )


def hosted_matches(assertion: Fields, there: Fields) -> bool:
    """Whether what stands at the Assertion's address is the Assertion, value for value."""
    return canonical_json(dict(assertion)) == canonical_json(dict(there))


def within(url: str, issuer: Fields) -> bool:
    """Whether an address lies where the issuer hosts; it says so by prefixes and hosts, else on its own host."""
    rules = issuer.get("verification")
    said: Fields = rules if isinstance(rules, dict) else {}
    prefixes, hosts = given.words(said, "startsWith"), given.words(said, "allowedOrigins")
    host = _host(url)
    if not (prefixes or hosts):
        return bool(host) and host == _host(given.text(issuer, "id", needed=True))
    named = host in tuple(_host(each) or each.lower() for each in hosts)
    begun = any(each and url.startswith(each) and _host(each) == host for each in prefixes)
    return bool(host) and (named or not hosts) and (begun or not prefixes)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).netloc or "").lower()
    except ValueError:
        return ""


def _signed(assertion: Fields, issuer: Fields, token: str, fetch: Fetch) -> Step:
    key = _key(assertion, issuer, fetch)
    header, _, signature, signed = _segments(token)
    stated = parse(header)
    algorithm = stated.get("alg") if isinstance(stated, dict) else None
    if algorithm not in tuple(ALGORITHMS):
        told = shown(str(algorithm))
        raise Unsupported(f"The badge is signed in a way this verifier does not check: {told}.", "suite", suite=told)
    if open_token(token) != assertion:
        return Step("signature", "fail", "The signed token holds another badge.", "badge-differs")
    if not key.holds(signature, signed, algorithm):
        why = "The badge was changed after it was signed, or signed by another key."
        return Step("signature", "fail", why, "signature-differs")
    facts = (("at", ""), ("issuer", shown(given.text(issuer, "id"))))
    return Step("signature", "pass", "It was signed by the issuer's own key, and nothing was changed.", "signed", facts)


def _key(assertion: Fields, issuer: Fields, fetch: Fetch) -> PublicKey:
    """Return the key that signed: the issuer must list it, and it must name the issuer as its owner."""
    listed = given.listed(issuer.get("publicKey"))[:_MOST_KEYS]
    inside = {each["id"]: each for each in listed if isinstance(each, dict) and isinstance(each.get("id"), str)}
    known = [*inside, *(each for each in listed if isinstance(each, str))]
    rule = given.one(assertion, "verification")
    creator = given.text(rule, "creator") or given.text(rule, "publicKey") or (known[0] if len(known) == 1 else "")
    if creator not in known:
        raise Malformed("The issuer does not list the key that signed as one of its own.", "badge-key-not-listed")
    key = inside.get(creator) or fetched(creator, fetch)
    if key.get("owner") != issuer.get("id"):
        raise Malformed("The key belongs to somebody other than the issuer.", "badge-key-of-another")
    return _public(given.text(key, "publicKeyPem", needed=True))


def _public(pem: str) -> PublicKey:
    try:
        return public_key(load_pem_public_key(pem.encode()))
    except (ValueError, UnsupportedAlgorithm):
        raise Unsupported("The issuer's key is of a kind that this verifier does not use.", "badge-key-kind") from None


def _segments(token: str) -> tuple[bytes, bytes, bytes, bytes]:
    """Return the header, the payload, the signature, and what was signed (RFC 7515, 3.1)."""
    parts = token.strip().split(".")
    try:
        header, payload, signature = (base64url_decode(each) for each in parts)
    except ValueError:
        raise NotACredential("The text is not a signed token.", "not-a-token") from None
    return header, payload, signature, ".".join(parts[:2]).encode()


def dates(assertion: Fields, *, at: datetime) -> Step:
    """Whether the instant lies between ``issuedOn`` and ``expires``; both ends count as inside."""
    try:
        begins = given.as_instant(given.text(assertion, "issuedOn", needed=True))
        ends = given.instant(assertion, "expires")
    except Malformed as objection:
        return Step("dates", "fail", objection.why, objection.code, objection.facts)
    if at < begins:
        return Step(
            "dates", "fail", f"It is not valid before {iso(begins)}.", "not-yet-valid", (("from", iso(begins)),)
        )
    if ends is None:
        return Step("dates", "pass", "It is valid, and has no end date.", "valid-without-end")
    if at > ends:
        return Step("dates", "fail", f"It expired at {iso(ends)}.", "expired", (("until", iso(ends)),))
    return Step("dates", "pass", f"It is valid until {iso(ends)}.", "valid-until", (("until", iso(ends)),))


def status(assertion: Fields, issuer: Fields, *, fetch: Fetch) -> Step:
    """Whether the issuer's revocation list names it; a hosted badge without a list lives as long as its page."""
    if assertion.get("revoked") is True:
        return Step("status", "fail", "The issuer has revoked it.", "revoked")
    url = issuer.get("revocationList")
    if url is None and any(each in _HOSTED for each in given.types(given.one(assertion, "verification"))):
        return Step("status", "pass", "The issuer still hosts it.", "still-hosted")
    if url is None:
        return Step("status", "not-applicable", "The issuer gave no way to revoke this credential.", "no-status")
    try:
        revoked = _revoked(given.text(issuer, "revocationList", needed=True), issuer, fetch)
    except (CannotFetch, Objection) as fault:
        told = shown(str(url))
        why = f"The status list at {told} could not be used, so nobody can say whether it was revoked. {fault}"
        return Step("status", "unknown", why, "list-not-usable", (("url", told), ("fault", str(fault))))
    if any(assertion.get(name) in revoked for name in ("id", "uid") if isinstance(assertion.get(name), str)):
        return Step("status", "fail", "The issuer has revoked it.", "revoked")
    return Step("status", "pass", "The issuer's list of revoked badges does not name it.", "badge-not-on-list")


def _revoked(url: str, issuer: Fields, fetch: Fetch) -> frozenset[str]:
    """Return the ids of the revoked Assertions in the issuer's list."""
    found = fetched(url, fetch)
    if "RevocationList" not in given.types(found) or found.get("issuer", issuer.get("id")) != issuer.get("id"):
        raise Malformed("What was found is not this issuer's list of revoked badges.", "not-a-list")
    entries = given.listed(found.get("revokedAssertions"))
    named = [each.get(name) if isinstance(each, dict) else each for each in entries for name in ("id", "uid")]
    return frozenset(each for each in named if isinstance(each, str))
