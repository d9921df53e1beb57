"""Data Integrity proofs with ecdsa-sd-2023 (W3C Data Integrity ECDSA Cryptosuites 1.0, §3.4 to §3.6): P-256.

The issuer signs every statement on its own with a key made for this document alone, and that key together with the
statements that must always be shown: the *base proof*, for the holder. The holder shows chosen parts, with the
signatures that cover them: a *derived proof*, the only one a verifier takes.

Such a proof builds on no other one. In a chain a proof signs the ones before it as part of the document, and counts
only where they hold (Data Integrity §4.3, §4.5); but an ordinary one no longer holds over a part, and one of this suite
has another value in what is shown. A later proof may build on a derived one, which stays as it is.
"""

import hashlib
import io
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cbor2

from opencairn.engine.canonical import canonical, canonical_labels, to_quads
from opencairn.engine.data_model import objections
from opencairn.engine.keys import (
    PublicKey,
    SigningKey,
    base58_decode,
    base58_encode,
    base64url_decode,
    base64url_encode,
    from_multikey,
)
from opencairn.engine.objections import Malformed, Unsupported

from .data_integrity import is_of, options_of, proof_for, seal_of, with_proof
from .disclosure import MOST_POINTERS, Parts, relabelled
from .seal import Seal

SUITE = "ecdsa-sd-2023"
Document = Mapping[str, Any]
_BASE, _DERIVED = bytes.fromhex("d95d00"), bytes.fromhex("d95d01")
_MOST_BYTES = 200_000  # of a proof value
MOST_STATEMENTS = 1_000  # each has a signature of its own to check
_NEEDED = ("issuer", "validFrom", "validUntil", "credentialStatus")
_KEYED = 32  # bytes of a keyed label


@dataclass(frozen=True)
class Base:
    """A base proof value (§3.5.2)."""

    signature: bytes
    public_key: bytes  # a Multikey before base58: the key made for this document
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    mandatory: tuple[str, ...]  # JSON Pointers


@dataclass(frozen=True)
class Derived:
    """A derived proof value (§3.5.7). ``labels`` go from canonical labels to keyed ones, both with ``_:``."""

    signature: bytes
    public_key: bytes
    signatures: tuple[bytes, ...]
    labels: Mapping[str, str]
    mandatory: tuple[int, ...]  # lines among those shown


def accepts(proof: Document) -> bool:
    """Whether this is a proof of this suite."""
    return is_of(proof, SUITE)


def sign(document: Document, key: SigningKey, *, mandatory: Sequence[str] | None = None, **how: Any) -> dict[str, Any]:
    """Return the document with a base proof; ``mandatory`` are JSON Pointers to what must always be shown.

    Unless they are given, that is what a verifier needs to judge: the issuer, the dates and the status. ``how`` are the
    arguments of ``data_integrity.proof_for``. Raises ValueError for a key that is not of P-256, and an ``Objection``
    where part of the document could not be signed.
    """
    if mandatory is None:
        mandatory = [f"/{name}" for name in _NEEDED if name in document]
    once, hmac_key = SigningKey.generate("p256"), secrets.token_bytes(32)
    return signed_with(document, key, once, hmac_key, mandatory=mandatory, **how)


def signed_with(
    document: Document, key: SigningKey, once: SigningKey, hmac_key: bytes, *, mandatory: Sequence[str], **how: Any
) -> dict[str, Any]:
    """Do the work of ``sign``, with the key that is made for this document and the key for its labels (§3.6.1)."""
    if key.public.kind != "p256" or how.get("earlier"):
        raise ValueError(f"{SUITE} signs with a P-256 key, and not in a chain")
    bare, proof = proof_for(document, key, suite=SUITE, **how)
    parts = Parts.of(bare, hmac_key)
    if len(parts.lines) > MOST_STATEMENTS:
        raise _too_many()
    always = parts.places(mandatory)
    public_key = base58_decode(once.public.multikey[1:])
    told = [line for place, line in enumerate(parts.lines) if place in always]
    rest = [line for place, line in enumerate(parts.lines) if place not in always]
    signature = key.sign(signed_bytes(bare, proof, public_key, told))
    value = [signature, public_key, hmac_key, [once.sign(each.encode()) for each in rest], list(mandatory)]
    return with_proof(document, {**proof, "proofValue": _packed(_BASE, value)})


def signed_bytes(document: Document, proof: Document, public_key: bytes, told: Sequence[str]) -> bytes:
    """Return what the issuer signs: hash of the options, the document's own key, hash of the mandatory lines."""
    halves = (canonical(options_of(document, proof)), "".join(told))
    options, mandatory = (hashlib.sha256(each.encode()).digest() for each in halves)
    return options + public_key + mandatory


def derive(document: Document, pointers: Sequence[str]) -> dict[str, Any]:
    """Return what a holder shows: the mandatory part, the chosen parts, and a derived proof (§3.6.6).

    Other proofs of the document are left out: they sign more than is shown. Raises an ``Objection`` where it has no
    base proof, or one in a chain, or nothing at one of the pointers, and where what would be shown is no credential by
    the rules of the data model, for no verifier would take it.
    """
    stated = document.get("proof")
    proofs = stated if isinstance(stated, list) else [stated]
    proof = next((each for each in proofs if isinstance(each, dict) and accepts(each)), {})
    base = base_of(proof)
    if "previousProof" in proof:
        raise _chained()
    bare = {name: value for name, value in document.items() if name != "proof"}
    parts = Parts.of(bare, base.hmac_key)
    part, value = shown_parts(parts, base, pointers)
    for broken in objections(part):
        raise broken
    compressed = {int(label[6:]): base64url_decode(keyed[3:]) for label, keyed in value.labels.items()}
    packed = [value.signature, value.public_key, list(value.signatures), compressed, list(value.mandatory)]
    return {**part, "proof": {**proof, "proofValue": _packed(_DERIVED, packed)}}


def shown_parts(parts: Parts, base: Base, pointers: Sequence[str]) -> tuple[dict[str, Any], Derived]:
    """Return the part that is shown, and the proof value for it (§3.5.6, createDisclosureData)."""
    everything = (*base.mandatory, *pointers)
    if not everything:
        raise Malformed("Nothing was chosen to be shown.", "nothing-chosen")
    always, chosen = parts.places(base.mandatory), parts.places(everything)
    rest = [place for place in range(len(parts.lines)) if place not in always]
    if len(rest) != len(base.signatures):
        raise Malformed("The document was changed after it was signed.", "signature-differs")
    part, quads = parts.chosen(everything)
    return part, Derived(
        base.signature,
        base.public_key,
        tuple(each for place, each in zip(rest, base.signatures, strict=True) if place in chosen),
        parts.labels_shown(quads),
        tuple(nth for nth, place in enumerate(sorted(chosen)) if place in always),
    )


def seal(document: Document, proof: Document, ready: str, earlier: Sequence[Document] = ()) -> Seal:
    """Return the seal that a derived proof puts on a document (given without its proofs), §3.6.7."""
    if earlier:
        raise _chained()
    value = derived_of(proof)
    told, rest = apart(lines_of(document, value), value)
    data = signed_bytes(document, proof, value.public_key, told)
    once = from_multikey("z" + base58_encode(value.public_key))

    def holds(key: PublicKey) -> bool:
        if key.kind != "p256" or not key.holds(value.signature, data) or len(rest) != len(value.signatures):
            return False
        return all(once.holds(each, line.encode()) for each, line in zip(value.signatures, rest, strict=True))

    return seal_of(SUITE, proof, holds)


def lines_of(document: Document, value: Derived) -> list[str]:
    """Return the statements of a document under keyed labels; the proof names exactly one for each blank node."""
    quads = to_quads(dict(document))
    if len(quads) > MOST_STATEMENTS:
        raise _too_many()
    found = canonical_labels(quads)
    if set(found.values()) != set(value.labels):
        raise Malformed("The proof does not fit the parts of the document.", "signature-differs")
    return relabelled(quads, {node: value.labels[label] for node, label in found.items()})


def apart(lines: Sequence[str], value: Derived) -> tuple[list[str], list[str]]:
    """Return the mandatory lines and the others."""
    mandatory = {place for place in value.mandatory if place < len(lines)}
    if len(mandatory) != len(value.mandatory):
        raise Malformed("The proof does not fit the parts of the document.", "signature-differs")
    told = [line for place, line in enumerate(lines) if place in mandatory]
    return told, [line for place, line in enumerate(lines) if place not in mandatory]


def _chained() -> Unsupported:
    return Unsupported(
        "A proof that lets parts be chosen cannot build on another proof: that one signs more than is shown.",
        "proof-bound",
    )


def _too_many() -> Unsupported:
    return Unsupported(
        f"The document makes more than {MOST_STATEMENTS:,} statements that are signed one by one.",
        "too-many-statements",
    )


def base_of(proof: Document) -> Base:
    """Read a base proof value. Raises ``Malformed`` for anything else."""
    signature, public_key, hmac_key, signatures, mandatory = _unpacked(proof, _BASE)
    if not (
        _is_signed(signature, public_key, signatures)
        and _is_bytes(hmac_key, 32)
        and isinstance(mandatory, list)
        and len(mandatory) <= MOST_POINTERS
        and all(isinstance(each, str) for each in mandatory)
    ):
        raise _unreadable()
    return Base(signature, public_key, hmac_key, tuple(signatures), tuple(mandatory))


def derived_of(proof: Document) -> Derived:
    """Read a derived proof value. Raises ``Unsupported`` for a base proof, and ``Malformed`` for anything else."""
    signature, public_key, signatures, labels, mandatory = _unpacked(proof, _DERIVED)
    if not (
        _is_signed(signature, public_key, signatures)
        and isinstance(labels, dict)
        and all(_is_place(each) for each in labels)
        and all(_is_bytes(each, _KEYED) for each in labels.values())
        and len(set(labels.values())) == len(labels)  # or two things could be shown as one
        and isinstance(mandatory, list)
        and all(_is_place(each) for each in mandatory)
    ):
        raise _unreadable()
    named = {f"_:c14n{place}": f"_:u{base64url_encode(keyed)}" for place, keyed in labels.items()}
    return Derived(signature, public_key, tuple(signatures), named, tuple(mandatory))


def _is_signed(signature: object, public_key: object, signatures: object) -> bool:
    """Whether this is a signature, a compressed P-256 point with the prefix of its kind, and a list of signatures."""
    if not (_is_bytes(signature, 64) and _is_bytes(public_key, 35) and isinstance(signatures, list)):
        return False
    try:
        return from_multikey("z" + base58_encode(bytes(public_key))).kind == "p256" and all(  # type: ignore[call-overload]
            _is_bytes(each, 64) for each in signatures
        )
    except ValueError:
        return False


def _is_bytes(value: object, size: int) -> bool:
    return isinstance(value, bytes) and len(value) == size


def _is_place(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _packed(header: bytes, value: Any) -> str:
    return "u" + base64url_encode(header + cbor2.dumps(value))


def _unpacked(proof: Document, header: bytes) -> Any:
    """Return the five members of a proof value: base64url (multibase ``u``), three bytes that tell its kind, CBOR."""
    value = proof.get("proofValue")
    try:
        data = base64url_decode(value[1:]) if isinstance(value, str) and value.startswith("u") else b""
        if header == _DERIVED and data.startswith(_BASE):
            raise Unsupported("This is the holder's own copy: what is to be shown has to be chosen first.", "sd-base")
        if not data.startswith(header):
            raise _unreadable()
        if len(data) > _MOST_BYTES:  # which are more signatures than statements that are looked at
            raise _too_many()
        rest = io.BytesIO(data.removeprefix(header))
        members = cbor2.load(rest, tag_hook=_plain, max_depth=4, allow_indefinite=False, allow_duplicate_keys=False)
    except (ValueError, cbor2.CBORError):
        raise _unreadable() from None
    if not isinstance(members, list) or len(members) != 5 or rest.read():
        raise _unreadable()
    return members


def _plain(tag: cbor2.CBORTag, immutable: bool) -> object:
    """Some write bytes as an array of bytes (RFC 8746, tag 64), which is the same."""
    return tag.value if tag.tag == 64 else tag


def _unreadable() -> Malformed:
    return Malformed("The proof holds no readable signature.", "no-signature-value")
