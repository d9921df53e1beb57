"""A seal: one signature over a document, however it is attached. What every proof plug hands to the verifier."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opencairn.engine.did import Fetch, Key, find_key
from opencairn.engine.keys import PublicKey


@dataclass(frozen=True)
class Seal:
    """One signature: what it says about itself, and whether a key made it.

    ``method`` is the key's address as the signature names it. ``holds`` answers for one public key whether it made the
    signature over exactly this document. ``begins`` and ``expires`` bound when the signature itself may be relied on.
    A token is over at ``expires`` (``is_token``; RFC 7519 §4.1.4), any other signature after it.
    ``own_key`` is a key that only the document brings along (a header's ``jwk``, a certificate): it can show that
    something was changed, never that the issuer signed.
    ``is_holders`` says that the holder made it, to show the document: it says nothing about who issued that.
    ``along`` says that it may stand beside that of the issuer and be somebody else's (proof sets and chains).
    ``find`` answers whose key it is where that is not told by ``method`` and the issuer (certificates, hosted badges).
    ``again`` makes the seal of another document from its proof, which has another value and is the same otherwise, and
    its canonical text. It raises an ``Objection`` where the value cannot be read.
    """

    suite: str
    method: object
    holds: Callable[[PublicKey], bool]
    created: datetime | None = None
    begins: datetime | None = None
    expires: datetime | None = None
    is_token: bool = False
    own_key: PublicKey | None = None
    find: Callable[[str, datetime, Fetch | None], Key] | None = None
    is_holders: bool = False
    along: bool = False
    again: Callable[[Mapping[str, Any], bytes], "Seal"] | None = None

    def is_over(self, at: datetime) -> bool:
        """Whether the signature may no longer be relied on."""
        return self.expires is not None and (at > self.expires or (self.is_token and at == self.expires))

    def key(self, issuer: str, *, at: datetime, fetch: Fetch | None, purpose: str = "assertionMethod") -> Key:
        """Return the key and whether this issuer controls it. Raises an ``Objection`` where none is named."""
        if self.find is not None:
            return self.find(issuer, at, fetch)
        return find_key(self.method, issuer, at=at, fetch=fetch, own_key=self.own_key, purpose=purpose)


@dataclass(frozen=True)
class Opened:
    """A document out of its envelope: what it says, and the seals on it.

    ``kind`` names the data model: ``credential-2``, ``credential-1``, ``sd-jwt-vc``, ``open-badge-2``. ``signed`` is
    the text that the seal covers, from which the fingerprint is made. ``presented`` is what a holder signed to show it:
    to whom (``aud``), in which talk (``nonce``), when (``iat``). ``status`` is what a token around a credential claims
    under that name (Token Status List); in an SD-JWT VC it is part of the document. ``withheld`` names what may bound
    the document's validity although nobody was shown it.
    """

    document: Mapping[str, Any]
    seals: tuple[Seal, ...]
    kind: str
    signed: str
    presented: Mapping[str, Any] | None = None
    status: object = None
    withheld: frozenset[str] = frozenset()
