"""Local copies of what a verifier would look up, found by every address under which they may be asked for."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from opencairn.engine.canonical import parse
from opencairn.engine.did import issuer_document
from opencairn.engine.objections import Malformed, Objection
from opencairn.engine.opening import listed
from opencairn.engine.status import token_list
from opencairn.engine.status.genuine import belongs

_LARGEST = 8_000_000  # bytes
_NAMES = ("id", "@id")
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


@dataclass
class Copies:
    """The copies by address, and the status lists once more with theirs, for lists move between hosts."""

    by_address: dict[str, bytes] = field(default_factory=dict)
    lists: list[tuple[str, bytes]] = field(default_factory=list)
    anchors: list[bytes] = field(default_factory=list)  # certificates in DER that may vouch for electronic seals
    proofs: list[bytes] = field(default_factory=list)  # that a transparency log holds something

    def add(self, data: bytes, address: str = "") -> None:
        """Keep a copy under the given address, or under those it states. Raises an ``Objection`` for what is no copy.

        Raises ValueError where neither the caller nor the document says an address. Certificates need none.
        """
        if data.lstrip().startswith(_CERTIFICATE):
            self.anchors += _certificates(data)
            return
        addresses = [address] if address else []
        document = {} if address else _document(data)
        addresses += _stated(document)
        if not addresses and "entry" in document and "proof" in document:
            self.proofs.append(data)
            return
        if not addresses:
            raise ValueError("a document without an address")
        for each in addresses:
            self.by_address.update(dict.fromkeys(_where(each), data))
            if _is_list(document):
                self.lists.append((each, data))

    def find(self, url: str) -> bytes | None:
        """Return the copy of what stands at an address, None where there is none."""
        moved = (data for address, data in self.lists if belongs(address, url))
        return self.by_address.get(_bare(url)) or next(moved, None)


def _certificates(data: bytes) -> list[bytes]:
    try:
        return [each.public_bytes(Encoding.DER) for each in load_pem_x509_certificates(data)]
    except ValueError:
        raise Malformed("The certificate cannot be read.", "seal-certificate") from None


def _bare(url: str) -> str:
    return url.partition("#")[0].rstrip("/")


def _where(address: str) -> list[str]:
    """Return the addresses at which a document is looked up: its own, and where its issuer would publish it."""
    found = [_bare(address)]
    with suppress(Objection):
        found.append(_bare(issuer_document(_bare(address))))
    return found


def _document(data: bytes) -> Mapping[str, Any]:
    """Return what a copy says, without believing it: a JSON object, or the claims of a token."""
    if data[:1].isalnum() and data.count(b".") == 2:
        claims = token_list.parts(data).claims
        inside = claims.get("vc")
        return {**(inside if isinstance(inside, dict) else {}), **claims}
    found = parse(data, largest=_LARGEST)
    return found if isinstance(found, dict) else {}


def _stated(document: Mapping[str, Any]) -> list[str]:
    """Return every address that a document gives itself."""
    named = [document.get(name) for name in _NAMES]
    named += [each.get("id") for each in listed(document.get("credentialSubject")) if isinstance(each, dict)]
    if "status_list" in document:
        named.append(document.get("sub"))
    if "kty" in document:
        named.append(document.get("kid"))
    if "jwks" in document or "jwks_uri" in document:
        named.append(_well_known(document.get("issuer")))
    return [each for each in named if isinstance(each, str) and ":" in each]


def _well_known(issuer: object) -> str | None:
    """Return where the keys of an SD-JWT VC issuer are published (draft-ietf-oauth-sd-jwt-vc §5)."""
    if not isinstance(issuer, str) or not issuer.startswith("https://"):
        return None
    host, _, path = issuer.removeprefix("https://").partition("/")
    return f"https://{host}/.well-known/jwt-vc-issuer/{path}".rstrip("/")


def _is_list(document: Mapping[str, Any]) -> bool:
    subjects = listed(document.get("credentialSubject"))
    return "status_list" in document or any(isinstance(each, dict) and "encodedList" in each for each in subjects)
