"""SD-JWT: signed tokens whose holder chooses what to show, and to whom (RFC 9901; dates and key binding checked here).

As a credential it is an SD-JWT VC (``dc+sd-jwt``, with a ``vct``), or a Verifiable Credential 2.0 (``vc+sd-jwt``).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from opencairn.engine import jwt_issuer
from opencairn.engine.canonical.strict_json import LARGEST
from opencairn.engine.did import Fetch, Key, key_in_name
from opencairn.engine.keys import PublicKey, SigningKey, from_jwk
from opencairn.engine.objections import Malformed, NotACredential, Unsupported

from . import disclosures, jose, vc_jwt
from .disclosures import Path
from .seal import Opened, Seal

TYPE = "dc+sd-jwt"
TYPES = (TYPE, "vc+sd-jwt")  # the second was the name until 2024, and is that of VC 2.0 in an SD-JWT
BINDING_TYPE = "kb+jwt"
#: claims that every reader must see (SD-JWT VC, "Registered JWT Claims"; RFC 9901 §9.7)
ALWAYS_OPEN = ("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status")
#: what bounds the validity of a Verifiable Credential 2.0 in the same way, under the names of its own data model
_BOUNDS = ("validFrom", "validUntil", "credentialStatus")
_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*~([A-Za-z0-9_-]+~)*([A-Za-z0-9_.-]+)?")
_MOST_SIGNATURES = 8
_WINDOW = timedelta(minutes=10)
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Binding:
    """What a verifier asked for: a presentation made for it (``audience``), now, in answer to its ``nonce``."""

    audience: str
    nonce: str
    at: datetime
    window: timedelta = _WINDOW


@dataclass(frozen=True)
class Presentation:
    """An SD-JWT taken apart. ``claims`` has what was disclosed put back; ``by_path`` finds each disclosure.

    ``withheld`` are the places where something stayed hidden, if only a decoy.
    """

    tokens: tuple[jose.Token, ...]  # one; several where several issuers' keys signed the same claims
    claims: Document
    by_path: Mapping[Path, str]
    withheld: Collection[Path]
    binding: jose.Token | None
    bound: str  # what the holder's key signs the hash of

    @property
    def holder(self) -> PublicKey | None:
        """The key that the credential was issued to (RFC 7800, ``cnf``)."""
        confirmation = self.claims.get("cnf")
        if confirmation is None:
            return None
        try:
            if "kid" in confirmation and "jwk" not in confirmation:
                return key_in_name(str(confirmation["kid"]).partition("#")[0])
            return from_jwk(confirmation["jwk"])
        except (ValueError, LookupError, TypeError, Unsupported):
            raise Unsupported("The holder's key is of a kind this verifier does not know.", "holder-key") from None


def accepts(sealed: str | Document) -> bool:
    """Whether this is an SD-JWT, as one text or as a JSON object (RFC 9901 §8)."""
    if isinstance(sealed, str):
        return "~" in sealed
    return (
        "payload" in sealed and ("signatures" in sealed or "signature" in sealed) and "disclosures" in _beside(sealed)
    )


def _beside(sealed: Document) -> Document:
    """Return the unsigned header of the JSON form, where the disclosures stand."""
    first = sealed["signatures"][0] if _is_list(sealed.get("signatures")) else sealed
    beside = first.get("header") if isinstance(first, dict) else None
    return beside if isinstance(beside, dict) else {}


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def read(sealed: str | Document) -> Presentation:
    """Take an SD-JWT apart and put its disclosed claims back; no signature is judged yet.

    Raises ``Malformed`` for whatever RFC 9901 §7.1 refuses.
    """
    if isinstance(sealed, str):
        return _read([sealed])
    beside, stated = _beside(sealed), sealed.get("signatures", [sealed])
    brought, binding = beside.get("disclosures"), beside.get("kb_jwt", "")
    if not isinstance(brought, list) or not isinstance(binding, str):
        raise _broken()
    try:
        tails = "".join(f"~{each}" for each in brought) + f"~{binding}"
        texts = [f"{each['protected']}.{sealed['payload']}.{each['signature']}{tails}" for each in stated]
    except (TypeError, LookupError):
        raise _broken() from None
    return _read(texts)


def _broken() -> Malformed:
    return Malformed("The token is not put together as a token with disclosures must be.", "token-shape")


def _read(texts: Sequence[str]) -> Presentation:
    """Read one or more spellings that differ in their signatures alone."""
    if len(texts) > _MOST_SIGNATURES:
        raise Unsupported(f"The credential has more than {_MOST_SIGNATURES} signatures.", "too-many-proofs")
    if not texts or not all(_FORM.fullmatch(each) for each in texts):
        raise _broken()
    if len(texts[0]) > LARGEST:
        raise jose.too_large()
    tokens = tuple(jose.read(each.partition("~")[0]) for each in texts)
    _, *brought, last = texts[0].split("~")
    claims, found = disclosures.unfold(tokens[0].claims, brought)
    binding = jose.read(last) if last else None
    bound = texts[0][: len(texts[0]) - len(last)]
    return Presentation(tokens, claims, found.used, found.withheld, binding, bound)


def open_envelope(sealed: str | Document) -> Opened:
    """Return the credential in an SD-JWT, with the issuer's seal, and the holder's where there is one."""
    found = read(sealed)
    claims, kind = found.claims, found.tokens[0].type
    withheld: frozenset[str] = frozenset()
    if "vct" in claims:
        _as_sd_jwt_vc(found)
        document, model = dict(claims), "sd-jwt-vc"
    elif kind == "vc+sd-jwt" and "@context" in claims:
        document, model = vc_jwt.agreed(claims), vc_jwt.model_of(claims)
        withheld = _withheld(found)
    else:
        raise NotACredential("This does not say that it is a credential.", "no-credential")
    _nothing_hidden(found)
    issuer = document.get("iss", document.get("issuer"))
    issuer = issuer.get("id") if isinstance(issuer, dict) else issuer
    seals = [vc_jwt.seal_of("SD-JWT " + token.header["alg"], token, issuer) for token in found.tokens]
    if model == "sd-jwt-vc":
        seals = [_of_sd_jwt_vc(*each) for each in zip(seals, found.tokens, strict=True)]
    if found.binding is not None:
        seals.append(_holders_seal(found, found.binding))
    presented = dict(found.binding.claims) if found.binding is not None else None
    return Opened(document, tuple(seals), model, found.tokens[0].signed, presented, claims.get("status"), withheld)


def _as_sd_jwt_vc(found: Presentation) -> None:
    """Refuse what an SD-JWT VC may not be: of another type, or a credential of another data model at once."""
    if any(token.type not in TYPES for token in found.tokens):
        raise Malformed("The token does not say that it is a credential with disclosures.", "token-type")
    if not isinstance(found.claims["vct"], str):
        raise Malformed("The credential does not properly state “vct”.", "field", term="vct")
    if "@context" in found.claims:
        raise Unsupported("The credential follows two data models at once.", "two-models")


def _nothing_hidden(found: Presentation) -> None:
    """Refuse a credential whose issuer lets its holder hide what its validity rests on (RFC 9901 §9.7)."""
    for path in found.by_path:
        if path[0] in (*ALWAYS_OPEN, *_BOUNDS) or path in (("issuer",), ("issuer", "id")):
            raise Malformed(f"“{path[0]}” is hidden, but every reader must see it.", "hidden-claim", term=str(path[0]))


def _withheld(found: Presentation) -> frozenset[str]:
    """Return what may bound the validity of a Verifiable Credential 2.0 unseen, where something stayed hidden.

    Its standard only advises issuers against that, so nobody can rely on it (Securing Verifiable Credentials using JOSE
    and COSE, §3.2). For an SD-JWT VC, and for the claims around a credential, it is forbidden: what is not seen is not
    there.
    """
    missing = {name for name in _BOUNDS if name not in found.claims} if () in found.withheld else set()
    return frozenset(missing | {str(path[0]) for path in found.withheld if path and path[0] in _BOUNDS})


def _of_sd_jwt_vc(seal: Seal, token: jose.Token) -> Seal:
    """Return the seal without its dates, which the dates step reads, and with the way to keys of https issuers."""

    def find(issuer: str, at: datetime, fetch: Fetch | None) -> Key:
        kid = token.header.get("kid")
        if issuer.startswith("https://") and not (isinstance(kid, str) and kid.startswith(f"{issuer}#")):
            return jwt_issuer.find_key(issuer, kid, seal.own_key, fetch)
        return seal.key(issuer, at=at, fetch=fetch)

    return replace(seal, begins=None, expires=None, find=find)


# --- the holder's key ---


def _holders_seal(found: Presentation, token: jose.Token) -> Seal:
    """Return the holder's signature over what is shown as a seal (RFC 9901 §4.3): it must hold wherever it stands."""
    if token.type != BINDING_TYPE or not all(isinstance(token.claims.get(e), str) for e in ("aud", "nonce", "sd_hash")):
        raise _not_bound()
    made = jose.seconds(token.claims.get("iat"), "iat")
    is_same = token.claims["sd_hash"] == disclosures.digest(
        found.bound, disclosures.algorithm_of(found.tokens[0].claims)
    )
    holder = found.holder
    if holder is None or not is_same:
        raise _not_bound()

    def find(_issuer: str, _at: datetime, _fetch: Fetch | None) -> Key:
        return Key(holder, "pass")

    return Seal("SD-JWT key binding", None, token.holds, created=made, begins=made, find=find, is_holders=True)


def _not_bound() -> Malformed:
    return Malformed("The holder's own signature does not belong to what is shown.", "binding-differs")


def check_binding(presented: Document | None, asked: Binding) -> None:
    """Refuse a presentation that was not made for this verifier, in this talk, just now (RFC 9901 §7.3).

    ``presented`` is what the holder signed, whose signature is judged with the issuer's.
    """
    if presented is None:
        raise Malformed("The holder did not prove that the credential is their own.", "not-bound")
    made = jose.seconds(presented["iat"], "iat")
    if (presented["aud"], presented["nonce"]) != (asked.audience, asked.nonce):
        raise Malformed("It was presented to somebody else, or in another talk.", "bound-elsewhere")
    if abs(asked.at - made) > asked.window:
        raise Malformed("It was not presented just now.", "bound-earlier")


# --- issuing and presenting ---


def sign(
    claims: Document,
    key: SigningKey,
    *,
    hidden: Collection[Path] = (),
    holder: PublicKey | None = None,
    created: datetime | None = None,
    decoys: int = 0,
    salts: disclosures.Salts = disclosures.new_salt,
    **header: Any,
) -> str:
    """Return the claims as an SD-JWT with all its disclosures, for the holder to choose from.

    ``hidden`` are the paths that the holder may withhold; ``holder`` is the key that presentations must be signed by.
    """
    payload, made = disclosures.hide(claims, hidden, salts=salts, decoys=decoys)
    if created is not None:
        payload["iat"] = int(created.timestamp())
    if holder is not None:
        payload["cnf"] = {"jwk": holder.jwk}
    stated = {"typ": TYPE, "kid": key.verification_method, **header}
    return "~".join((jose.sign(payload, key, **stated), *made, ""))


def present(sealed: str, shown: Collection[Path], *, key: SigningKey | None = None, to: Binding | None = None) -> str:
    """Return an SD-JWT that discloses these claims, and whatever they stand in, and no other.

    With ``key`` and ``to`` the holder signs it for that verifier. Raises ValueError for a path that nothing hides.
    """
    found = read(sealed)
    if not all(path in found.by_path for path in shown):
        raise ValueError("no such disclosure")
    wanted = {path[:length] for path in shown for length in range(1, len(path) + 1)}
    kept = [words for path, words in found.by_path.items() if path in wanted]
    text = "~".join((sealed.partition("~")[0], *kept, ""))
    if key is None or to is None:
        return text
    hashed = disclosures.digest(text, disclosures.algorithm_of(found.tokens[0].claims))
    claims = {"iat": int(to.at.timestamp()), "aud": to.audience, "nonce": to.nonce, "sd_hash": hashed}
    return text + jose.sign(claims, key, typ=BINDING_TYPE)


def claims_of(sealed: str | Document, key: PublicKey, *, at: datetime, asked: Binding | None = None) -> dict[str, Any]:
    """Return the claims of any SD-JWT that this key signed and that is in date; for tokens that are no credentials.

    Raises an ``Objection`` where a signature, a date or the binding that was asked for does not hold.
    """
    found = read(sealed)
    if not any(token.holds(key) for token in found.tokens):
        raise Malformed(
            "The credential was changed after it was signed, or signed by another key.", "signature-differs"
        )
    bounds = vc_jwt.seal_of("SD-JWT", found.tokens[0], None)
    if (bounds.begins and at < bounds.begins) or bounds.is_over(at):
        raise Malformed("The token is not valid at this time.", "token-dates")
    if found.binding is not None:
        _bound(found, found.binding)
    if asked is not None:
        check_binding(dict(found.binding.claims) if found.binding else None, asked)
    return dict(found.claims)


def _bound(found: Presentation, token: jose.Token) -> None:
    _holders_seal(found, token)
    holder = found.holder
    if holder is None or not token.holds(holder):
        raise _not_bound()
