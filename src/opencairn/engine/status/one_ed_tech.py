"""The 1EdTech Revocation List (1EdTech Open Badges 3.0 / CLR 2.0, Revocation List Status Method 1.0).

The list has no signature of its own. It is believed because the signed credential names its address, because the
``fetch`` that read it goes to that address over https, and because it names the credential's issuer as its own. A local
copy is as good as the word of whoever gave it. Plain http is refused, but for this machine itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from opencairn.engine.canonical import parse
from opencairn.engine.canonical.strict_json import shown
from opencairn.engine.objections import Malformed
from opencairn.engine.opening import Credential, listed
from opencairn.engine.report import Step

from .answers import LONGEST
from .genuine import Asked, belongs

KIND = "1EdTechRevocationList"
_WITHOUT_ANY = {"@context", "id", "type", "issuer"}
_MACHINE_ITSELF = ("localhost", "127.0.0.1", "::1")
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Revoked:
    """One revoked credential, with the reason where one was given."""

    id: str
    reason: str = ""


def write(list_url: str, issuer: str, revoked: Sequence[Revoked]) -> dict[str, Any]:
    """Return the list to publish at its address, as JSON over https."""
    return {
        "id": list_url,
        "issuer": issuer,
        "revokedCredential": [
            {"id": each.id, "revoked": True, **({"revocationReason": each.reason} if each.reason else {})}
            for each in revoked
        ],
    }


def entry(list_url: str) -> dict[str, str]:
    """Return what a credential says about the list it may stand in."""
    return {"id": list_url, "type": KIND}


def accepts(entry: Document) -> bool:
    """Whether this is an entry of a 1EdTech list."""
    return listed(entry.get("type")) == [KIND]


def address(entry: Document) -> object:
    """Return where the list is."""
    return entry.get("id")


def opened(data: bytes, asked: Asked) -> Mapping[str, str]:
    """Return the reasons by the ids of the credentials that the list revokes."""
    if not _is_safe(asked.url):
        raise Malformed("The list has no signature, and its address is not safe (https).", "list-unsafe")
    document = parse(data)
    revoked = _listed(document)
    issuer = document.get("issuer")
    if (issuer.get("id") if isinstance(issuer, dict) else issuer) != asked.credential.issuer:
        raise Malformed("The list was issued by somebody else.", "list-of-another")
    if not belongs(document.get("id", asked.url), asked.url):
        raise Malformed("The list says it belongs to another address.", "list-elsewhere")
    return dict(_taken_back(each) for each in revoked if each.get("revoked", True) is not False)


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _MACHINE_ITSELF)


def _listed(document: Any) -> list[Document]:
    """Return the revoked credentials; a list that names none may leave them out, but then says nothing else either."""
    if isinstance(document, dict) and set(document) <= _WITHOUT_ANY:
        return []
    revoked = document.get("revokedCredential") if isinstance(document, dict) else None
    if not isinstance(revoked, list) or not all(isinstance(each, dict) for each in revoked):
        raise Malformed("What was found is not a status list.", "not-a-list")
    return revoked


def _taken_back(one: Document) -> tuple[str, str]:
    identity, reason = one.get("id"), one.get("revocationReason")
    if not isinstance(identity, str):
        raise Malformed("The list names a credential without its id.", "list-nameless")
    return _same(identity), reason if isinstance(reason, str) else ""


def _same(identity: str) -> str:
    """Return an id as ids are compared (Open Badges 3.0, equality): without escapes and white space around."""
    return unquote(identity).strip()


def read(revoked: Mapping[str, str], entry: Document, credential: Credential) -> Step:
    """Return whether the list names the credential, by its id."""
    identity = credential.document.get("id")
    if not isinstance(identity, str):
        raise Malformed("The credential has no id by which a list could name it.", "list-nameless")
    if _same(identity) not in revoked:
        why = "The issuer has not revoked it, says the issuer's own list, read from its address."
        return Step("status", "pass", why, "not-listed")
    reason = shown(revoked[_same(identity)], longest=LONGEST)
    if reason:
        why = f"The issuer has revoked it, and says why: “{reason}”."
        return Step("status", "fail", why, "revoked-message", (("message", reason),))
    return Step("status", "fail", "The issuer has revoked it.", "revoked")
