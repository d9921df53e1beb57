"""Opening: from a text to the credential it is, with the seals on it; or an ``Objection`` that says what it is instead.

A credential is either a JSON document with proofs inside (Data Integrity), or a document in an envelope that is signed
as a whole (tokens, electronic seals). Both end here as one ``Credential``.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

import orjson

from . import formats, proofs
from .canonical import canonical, parse
from .canonical.contexts import CREDENTIALS_V2
from .canonical.contexts import document as known_context
from .canonical.jcs import canonical_json
from .canonical.layouts import Met, known_here
from .canonical.literals import IRI
from .canonical.plainly import plainly
from .canonical.strict_json import shown
from .data_model import Rules, objections, rules_about
from .formats import open_badge_2, open_badge_2_checks, sd_jwt_vc
from .model import Attainment
from .objections import Malformed, NotACredential, Objection, OlderBadge, Unsupported
from .proofs import jades
from .proofs.data_integrity import ASSERTION, previous, purpose_of
from .proofs.sd_jwt import Binding, check_binding
from .proofs.seal import Opened, Seal

CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
_BLOCKCERTS = "/blockcerts/"  # in the address of a context
_OLDEST_BADGES = "https://w3id.org/openbadges/v1"
MODELS = {CREDENTIALS_V2: "credential-2", CREDENTIALS_V1: "credential-1"}
_MOST_PROOFS = 8
_WITHOUT_MEANING = ("undefined-term", "undefined-type", "unknown-context")
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Credential:
    """A document that was found to be a credential: what it says, who issued it, and the seals on it.

    ``kind`` names the data model, ``format`` the plug that read it, where one did. ``faults`` are proofs that break
    the rules of their own kind; ``left_aside`` names proofs of kinds that are not followed here; ``withheld`` names
    what may bound its validity although nobody was shown it. ``document`` may share its parts with others that say the
    same there, so it is never changed.
    """

    document: Document  # without its proofs
    kind: str
    issuer: str
    seals: tuple[Seal, ...]
    signed: str  # the text that is signed, from which the fingerprint is made
    format: ModuleType | None = None
    attainment: Attainment | None = None  # None where it is a credential, but not of a learning achievement
    faults: tuple[Objection, ...] = ()
    left_aside: tuple[str, ...] = ()
    status: object = None  # the claim of that name, where it came in a token
    withheld: frozenset[str] = frozenset()


def fingerprint(credential: Credential) -> str:
    """Return the SHA-256 of what is signed: equal for two copies that say the same, however they are laid out."""
    return hashlib.sha256(credential.signed.encode()).hexdigest()


def listed(value: Any) -> list[Any]:
    """Return what stands under a name as a list: JSON-LD writes one value with or without brackets."""
    return value if isinstance(value, list) else [value] if value is not None else []


def open_credential(text: str, *, asked: Binding | None = None, anchors: Sequence[bytes] = ()) -> Credential:
    """Read a text as a credential, or raise an ``Objection`` that says what it is instead, or what is wrong.

    With ``asked`` it must be a presentation that its holder made for this verifier. ``anchors`` are the certificates
    (DER) that may vouch for an electronic seal.
    """
    if not text.startswith(("{", "[")):
        _not_an_older_badge(text)
        return _from_envelope(_envelope(text), text, asked, anchors)
    data = text.encode("utf-8", "surrogatepass")
    met = known_here().sealed.meet(data) if asked is None else None
    known = _opened_alike(met) if met is not None else None
    if known is not None:
        return known
    document = parse(text)
    if isinstance(document, dict):
        for envelope in proofs.ENVELOPES:
            if envelope.accepts(document):
                return _from_envelope(envelope, document, asked, anchors)
    if asked is not None:
        check_binding(None, asked)
    credential = _with_proofs(document)
    if met is not None:
        met.layout.known = met.layout.known or _alike(credential, met.layout.changing)
    elif credential.seals:
        known_here().sealed.learn(data)
    return credential


class _Alike(NamedTuple):
    """What is known of every document of a layout, from one that was opened as a whole."""

    like: Credential
    rules: Rules  # that look at what may differ
    issuer_differs: bool
    read: Callable[[Document], Attainment | None]
    again: Callable[[Document, bytes], Seal] | None  # where the proof differs in its value only


def _alike(credential: Credential, changing: frozenset[str]) -> _Alike | None:
    """Return what one credential tells about all of its layout; None where it is an unusual one."""
    if credential.faults or _has_keywords(credential.document):
        return None
    reader_like = getattr(credential.format, "reader_like", None)
    read = partial(_attainment, credential.format)
    if reader_like is not None:
        read = reader_like(credential.document, credential.attainment, changing)
    in_proof = {name for name in changing if name.startswith("proof.")}
    is_alone = len(credential.seals) == 1 and not credential.left_aside
    again = credential.seals[0].again if is_alone and in_proof == {"proof.proofValue"} else None
    return _Alike(credential, rules_about(changing), "issuer" in changing, read, again)


def _attainment(format_: ModuleType | None, document: Document) -> Attainment | None:
    """Return what a format reads, or None where none does."""
    found: Attainment | None = format_.read(document) if format_ else None
    return found


def _opened_alike(met: Met) -> Credential | None:
    """Open a document of a known layout, exactly as if it were opened as a whole.

    What may differ is judged as in any document. Where something is wrong with it, or nothing is known yet, the answer
    is None: then it has to be opened as a whole.
    """
    alike: _Alike | None = met.layout.known
    if alike is None or '"@' in '"'.join(("", *met.words)):  # where words look like keywords, ``_has_keywords`` asks
        return None
    text = met.canonical()
    if text is None:
        return None
    bare = met.document()
    proof = bare.pop("proof")
    like, signed = alike.like, text.decode()
    if objections(bare, rules=alike.rules):
        return None
    faults: list[Objection] = []
    left_aside: list[str] = []
    try:
        if alike.again is not None:
            seals = [alike.again(proof, text)]
        else:
            seals, faults, left_aside = seals_of(bare, listed(proof), signed)
        issuer = issuer_of(bare) if alike.issuer_differs else like.issuer
        attainment = alike.read(bare)
    except Objection:
        return None
    return Credential(
        bare, like.kind, issuer, tuple(seals), signed, like.format, attainment, tuple(faults), tuple(left_aside)
    )


def _not_an_older_badge(token: str) -> None:
    """Say so where a token holds an Open Badge 2.0: it is no credential in an envelope."""
    try:
        inside = open_badge_2_checks.open_token(token)
    except Objection:
        return
    if open_badge_2.recognises(inside):
        raise OlderBadge(inside, token)


def _envelope(text: str) -> Any:
    for envelope in proofs.ENVELOPES:
        if envelope.accepts(text):
            return envelope
    raise Unsupported("This is a signed token of a kind that this verifier does not read.", "token")


def _from_envelope(
    envelope: Any, sealed: str | Document, asked: Binding | None, anchors: Sequence[bytes]
) -> Credential:
    vouching = {"anchors": anchors} if envelope is jades else {}  # only a seal rests on certificates
    opened: Opened = envelope.open_envelope(sealed, **vouching)
    if asked is not None:
        check_binding(opened.presented, asked)
    if opened.kind in MODELS.values():
        is_credential(opened.document)
        _without_tricks(opened.document)
    more = {"status": opened.status, "withheld": opened.withheld}
    return _read(opened.document, opened.kind, opened.seals, opened.signed, **more)


def _without_tricks(document: Document) -> None:
    """Refuse what plays with the meaning of words. A word without a meaning is no harm here: an envelope's signature
    covers every letter, so nothing in it is unsigned.
    """
    try:
        canonical(dict(document))
    except Objection as objection:
        if objection.code not in _WITHOUT_MEANING:
            raise


def _with_proofs(document: Any) -> Credential:
    """Read a JSON document with its proofs inside."""
    kind = is_credential(document)
    stated = listed(document.get("proof"))
    if not all(isinstance(each, dict) for each in stated):
        raise Malformed("The credential's proof is not readable.", "proof-shape")
    bare = {name: value for name, value in document.items() if name != "proof"}
    signed = _signed_text(bare, stated)
    seals, faults, left_aside = seals_of(bare, stated, signed)
    return _read(bare, kind, tuple(seals), signed, faults=tuple(faults), left_aside=tuple(left_aside))


def _signed_text(bare: Document, stated: Sequence[Document]) -> str:
    """Return the canonical text; where nobody signed it, no context need be known to say so."""
    try:
        return canonical(dict(bare))
    except Unsupported:
        if stated:
            raise
        return canonical_json(bare).decode()


def _read(document: Document, kind: str, seals: tuple[Seal, ...], signed: str, **more: Any) -> Credential:
    format_ = next((each for each in formats.FORMATS if each.recognises(document)), None)
    plain = plainly(document) if kind.startswith("credential-") and _has_keywords(document) else document
    attainment = _attainment(format_, plain)
    return Credential(document, kind, issuer_of(document), seals, signed, format_, attainment, **more)


def _has_keywords(document: Document) -> bool:
    """Whether a name in it, apart from its context, may be a keyword of JSON-LD: ``@id``, ``@type``, ``@value``."""
    return b'"@' in orjson.dumps({name: value for name, value in document.items() if name != "@context"})


def seals_of(
    bare: Document, stated: Sequence[Document], signed: str, purpose: str = ASSERTION
) -> tuple[list[Seal], list[Objection], list[str]]:
    """Return the seals of the proofs that can be checked, what is wrong with others, and the kinds left aside.

    ``bare`` is the document without its proofs, ``signed`` its canonical text.
    """
    if len(stated) > _MOST_PROOFS:
        raise Unsupported(f"The credential has more than {_MOST_PROOFS} signatures.", "too-many-proofs")
    checked: list[tuple[Document, list[Document], Seal]] = []
    faults: list[Objection] = []
    left_aside: list[str] = []
    for proof in stated:
        kind = next((each for each in proofs.EMBEDDED if each.accepts(proof)), None)
        if kind is None:
            left_aside.append(shown(str(proof.get("cryptosuite") or proof.get("type"))))
            continue
        try:
            purpose_of(proof, purpose)
            behind = _behind(proof, stated)
            checked.append((proof, behind, kind.seal(bare, proof, signed, _earlier(proof, stated))))
        except Objection as objection:
            faults.append(objection)
    known = [proof for proof, _, _ in checked]
    firm = [seal for _, behind, seal in checked if all(each in known for each in behind)]
    if len(firm) < len(checked):
        faults.append(Unsupported("The proof builds on one that this verifier does not check.", "proof-bound"))
    return firm, faults, left_aside


def _earlier(proof: Document, stated: Sequence[Document]) -> tuple[Document, ...]:
    """Return the proofs that a proof signs along (Data Integrity §4.3): each stands there, once."""
    names = previous(proof)
    found = tuple(each for each in stated if each.get("id") in names) if names else ()
    if len(found) != len(names):
        raise Malformed("The proof builds on another proof that is not there, or not there once.", "previous-proof")
    return found


def _behind(proof: Document, stated: Sequence[Document]) -> list[Document]:
    """Return all that a proof builds on: it counts only where they can be checked too (§4.5). Refuses a circle."""
    reached, ahead = [proof], list(_earlier(proof, stated))
    while ahead:
        each = ahead.pop()
        if each is proof:
            raise Malformed("The proofs build on each other in a circle.", "previous-proof")
        if each not in reached:
            reached.append(each)
            ahead += [other for other in stated if other.get("id") in previous(each)]
    return reached[1:]


def _not_older(document: Document, contexts: list[Any]) -> None:
    """Say so where a document is of a kind from before Verifiable Credentials."""
    if any(isinstance(each, str) and _BLOCKCERTS in each for each in contexts):
        raise Unsupported("This is an older Blockcerts certificate, which this verifier does not read.", "blockcerts")
    if open_badge_2.recognises(document):
        raise OlderBadge(document)
    if _OLDEST_BADGES in contexts:
        raise Unsupported("This is an Open Badges 1 badge, which this verifier does not read.", "open-badges-1")


def is_credential(document: Any) -> str:
    """Return the data model of a Verifiable Credential; refuse everything else, saying what it is."""
    if not isinstance(document, dict):
        raise NotACredential("This is not one credential.", "not-an-object")
    types, contexts = listed(document.get("type", document.get("@type"))), listed(document.get("@context"))
    is_stated = "VerifiableCredential" in types
    if not is_stated:
        _not_older(document, contexts)
    if "VerifiablePresentation" in types:
        raise NotACredential(
            "This is a presentation: a wrapping that somebody put around credentials. Check what is inside it.",
            "presentation",
        )
    if "payload" in document and ("signatures" in document or "signature" in document):
        raise Unsupported("This is a signed token of a kind that this verifier does not read.", "token")
    if not is_stated:
        raise NotACredential("This does not say that it is a credential.", "no-credential")
    model = MODELS.get(contexts[0]) if contexts and isinstance(contexts[0], str) else None
    if model is None:
        if contexts and isinstance(contexts[0], str):
            known_context(contexts[0])  # an unknown one is unsupported
        raise Malformed("The first context of a credential must be that of Verifiable Credentials.", "first-context")
    for broken in objections(document):
        raise broken
    return model


def issuer_of(document: Document) -> str:
    """Return the address that names the issuer. Raises ``Malformed`` where none does."""
    issuer = document.get("iss") if sd_jwt_vc.recognises(document) else document.get("issuer")
    identity = issuer.get("id", issuer.get("@id")) if isinstance(issuer, dict) else issuer
    if not isinstance(identity, str) or not IRI.fullmatch(identity):
        raise Malformed("The credential does not say who issued it.", "field", term="issuer")
    return identity
