"""What all Data Integrity proofs share (W3C Verifiable Credential Data Integrity 1.0, §2.1, §4.2 to §4.5).

Most suites differ in three things only: their name, the keys they take, and the form in which the document and the
proof options are written down before they are hashed. They are a ``Suite`` each.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from opencairn.engine.canonical import canonical, canonicalize, to_quads
from opencairn.engine.canonical.jcs import canonical_json
from opencairn.engine.canonical.strict_json import shown
from opencairn.engine.keys import Kind, PublicKey, SigningKey, base58_decode, base58_encode
from opencairn.engine.objections import Malformed, Unsupported
from opencairn.kit.dates import iso, parse_iso

from .seal import Seal

TYPE = "DataIntegrityProof"
ASSERTION = "assertionMethod"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_FOR_ONE_TALK = ("challenge", "domain")
Document = Mapping[str, Any]
Digest = Callable[[bytes], Any]
#: the hash that each kind of key goes with, for the proof options as for the document
_DIGESTS: Mapping[Kind, Digest] = {"ed25519": hashlib.sha256, "p256": hashlib.sha256, "p384": hashlib.sha384}
_OWN_COPY = "u2V0A"  # how the value of a base proof begins (ecdsa-sd-2023): no verifier takes it
_HALF = 32  # bytes of a SHA-256: of the proof options, and of the document
#: how long a signature of each kind of key is, in bytes
_SIZES: Mapping[Kind, int] = {"ed25519": 64, "p256": 64, "p384": 96}
#: from the document, its proof and the document's canonical text (or "") to the two texts that are hashed
Form = Callable[[Document, Document, str, Digest], tuple[bytes, bytes]]


_parsed = lru_cache(maxsize=1024)(parse_iso)


def is_of(proof: Document, suite: str) -> bool:
    """Whether a proof is a Data Integrity proof of this cryptosuite."""
    return proof.get("type") == TYPE and proof.get("cryptosuite") == suite


def instant(value: object, name: str) -> datetime:
    """Read an xsd:dateTimeStamp: a date and a time with a zone."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return _parsed(value)
        except (ValueError, OverflowError):
            pass
    raise Malformed(f"“{shown(name)}” is not a date and time with a zone.", "bad-date", term=shown(name))


def options_of(document: Document, proof: Document) -> dict[str, Any]:
    """Return the proof options that are signed along: the proof without its value, under the document's context."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if options.setdefault("@context", document["@context"]) != document["@context"]:
        raise Unsupported("The proof brings a context of its own.", "proof-context")
    return options


def value_of(proof: Document, sizes: Sequence[int] = (64,)) -> bytes:
    """Return the bytes of a signature in multibase ``z``, of one of these sizes."""
    value = proof.get("proofValue")
    try:
        signature = base58_decode(value[1:]) if isinstance(value, str) and value.startswith("z") else b""
    except ValueError:
        signature = b""
    if len(signature) not in sizes:
        raise Malformed("The proof holds no readable signature.", "no-signature-value")
    return signature


def purpose_of(proof: Document, purpose: str = ASSERTION) -> None:
    """Refuse a proof that was made for another purpose, for one conversation, or that uses keywords of JSON-LD.

    Its suite would call those unsupported, and it would be left aside.
    """
    if proof.get("proofPurpose") != purpose:
        raise Malformed("The proof was not made for this purpose.", "proof-purpose")
    if purpose == ASSERTION and any(name in proof for name in _FOR_ONE_TALK):
        raise Unsupported("The proof is bound to one conversation.", "proof-bound")
    if _has_keyword({name: value for name, value in proof.items() if name != "@context"}):
        raise Malformed("The proof uses a keyword of JSON-LD, which a proof has no use for.", "not-a-value")


def _has_keyword(value: Any) -> bool:
    if isinstance(value, dict):
        return any(name.startswith("@") or _has_keyword(inner) for name, inner in value.items())
    return isinstance(value, list) and any(map(_has_keyword, value))


def seal_of(suite: str, proof: Document, holds: Callable[[PublicKey], bool], **more: Any) -> Seal:
    """Return the seal of a proof, after reading the dates it states."""
    created = instant(proof["created"], "created") if "created" in proof else None
    expires = instant(proof["expires"], "expires") if "expires" in proof else None
    return Seal(suite, proof.get("verificationMethod"), holds, created=created, expires=expires, along=True, **more)


def previous(proof: Document) -> tuple[str, ...]:
    """Return the ids of the proofs that a proof builds on. Raises ``Malformed`` for anything but ids, each once."""
    if "previousProof" not in proof:
        return ()
    names = tuple(_listed(proof["previousProof"]))
    if not names:
        raise _bad_chain()
    if not all(isinstance(each, str) for each in names) or len(set(names)) != len(names):
        raise _bad_chain()
    return names


def _bad_chain() -> Malformed:
    return Malformed("The proof does not properly name the proof it builds on.", "previous-proof")


def with_earlier(document: Document, earlier: Sequence[Document]) -> Document:
    """Return what a proof of a chain signs: the document with the proofs that it builds on (§4.3, previousProof)."""
    return {**document, "proof": list(earlier)} if earlier else document


def rdfc(document: Document, proof: Document, ready: str, digest: Digest) -> tuple[bytes, bytes]:
    """Write proof options and document as canonical N-Quads; the canonicalisation hashes with the same digest."""
    options = options_of(document, proof)
    if digest is hashlib.sha256:
        return canonical(options).encode(), (ready or canonical(dict(document))).encode()
    first, second = (canonicalize(to_quads(dict(each)), digest=digest).encode() for each in (options, document))
    return first, second


def jcs(document: Document, proof: Document, ready: str, digest: Digest) -> tuple[bytes, bytes]:
    """Write proof options and document as RFC 8785 JSON. Every word must have a meaning here too."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    meaning = ready or canonical(dict(document))
    if proof.get("@context", document["@context"]) != document["@context"]:
        document = _as_signed(document, proof["@context"], meaning)
    return canonical_json(options), canonical_json(document)


def _as_signed(document: Document, context: Any, meaning: str) -> Document:
    """Return the document under the context that was signed. It may go on after that, if its words mean the same."""
    whole, first = _listed(document["@context"]), _listed(context)
    if not first or whole[: len(first)] != first:
        raise Malformed("The document does not begin with the contexts that were signed.", "signed-context")
    signed = {**document, "@context": context}
    if canonical(signed) != meaning:
        raise Unsupported("The proof brings a context of its own.", "proof-context")
    return signed


def _holding(kind: Kind, value: bytes, data: bytes) -> Callable[[PublicKey], bool]:
    """Return what answers whether a key of this kind made the signature over the data."""

    def holds(key: PublicKey) -> bool:
        return key.kind == kind and key.holds(value, data)

    return holds


@dataclass(frozen=True)
class Suite:
    """A cryptosuite that hashes proof options and document, and signs the two hashes side by side."""

    name: str
    kinds: tuple[Kind, ...]
    form: Form

    def accepts(self, proof: Document) -> bool:
        """Whether this is a proof of this suite."""
        return is_of(proof, self.name)

    def signed_bytes(self, document: Document, proof: Document, ready: str = "", kind: Kind | None = None) -> bytes:
        """Return what the signature is over. ``ready`` is the document's canonical text, where it is at hand."""
        digest = _DIGESTS[kind or self.kinds[0]]
        return b"".join(digest(each).digest() for each in self.form(document, proof, ready, digest))

    def seal(self, document: Document, proof: Document, ready: str, earlier: Sequence[Document] = ()) -> Seal:
        """Return the seal that a proof puts on a document (given without its proofs) and on the proofs before it."""
        value = value_of(proof, [_SIZES[kind] for kind in self.kinds])
        kind = next(each for each in self.kinds if _SIZES[each] == len(value))  # told by the length
        data = self.signed_bytes(with_earlier(document, earlier), proof, "" if earlier else ready, kind)

        def again(proof: Document, text: bytes) -> Seal:
            value, over = value_of(proof, (_SIZES[kind],)), data[:_HALF] + hashlib.sha256(text).digest()
            holds = _holding(kind, value, over)
            return Seal(self.name, made.method, holds, created=made.created, expires=made.expires, along=True)

        may_come_again = self.form is rdfc and len(data) == 2 * _HALF and not earlier
        made = seal_of(self.name, proof, _holding(kind, value, data), again=again if may_come_again else None)
        return made

    def sign(self, document: Document, key: SigningKey, **how: Any) -> dict[str, Any]:
        """Return the document with a proof by this key; ``how`` are the arguments of ``proof_for``.

        Raises ValueError for a key of another kind, and an ``Objection`` where part of it could not be signed.
        """
        if key.public.kind not in self.kinds:
            raise ValueError(f"{self.name} does not sign with a key of this kind: {key.public.kind}")
        signed, proof = proof_for(document, key, suite=self.name, **how)
        if self.form is jcs:
            proof["@context"] = document["@context"]
        value = key.sign(self.signed_bytes(signed, proof, kind=key.public.kind))
        return with_proof(document, {**proof, "proofValue": "z" + base58_encode(value)})


def proof_for(
    document: Document,
    key: SigningKey,
    *,
    suite: str,
    created: datetime,
    beside: bool = False,
    earlier: Sequence[str] = (),
    purpose: str = ASSERTION,
    options: Document | None = None,
) -> tuple[Document, dict[str, Any]]:
    """Return what a new proof signs, and the proof without its value (§4.2, §4.3).

    A document that has proofs already gets another one only when asked: ``beside`` them (a proof set), or building on
    the ``earlier`` ones with these ids (a proof chain). ``options`` are further members, such as ``id``, ``expires``,
    ``challenge`` and ``domain``. Raises ValueError where the document's proofs do not fit what is asked.
    """
    there = _listed(document.get("proof"))
    chosen = [each for each in there if each.get("id") in earlier]
    if there and not beside and not earlier:
        raise ValueError("the document already has a proof")
    if len(chosen) != len(earlier):
        raise ValueError("the new proof builds on one that is not in the document")
    if any(str(each.get("proofValue")).startswith(_OWN_COPY) for each in chosen):
        raise ValueError("the new proof builds on the base proof of a holder's own copy, which nobody is shown")
    bare = {name: value for name, value in document.items() if name != "proof"}
    proof = {
        "type": TYPE,
        "cryptosuite": suite,
        "created": iso(created),
        "verificationMethod": key.verification_method,
        "proofPurpose": purpose,
        **({"previousProof": earlier[0] if len(earlier) == 1 else list(earlier)} if earlier else {}),
        **(options or {}),
    }
    return with_earlier(bare, chosen), proof


def with_proof(document: Document, proof: Document) -> dict[str, Any]:
    """Return the document with one more proof."""
    there = _listed(document.get("proof"))
    return {**document, "proof": [*there, proof] if there else proof}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []
