"""Whether a status list that is itself a credential is the issuer's own and in date."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from opencairn.engine.canonical import parse
from opencairn.engine.checks import dates
from opencairn.engine.did import Fetch, issuer_document
from opencairn.engine.objections import Malformed
from opencairn.engine.opening import Credential, listed, open_credential
from opencairn.engine.signatures import signature

_OWN_NAME = re.compile(r"(?=.*\d).{16,}")  # at the end of an address, that no second list has by chance


@dataclass(frozen=True)
class Asked:
    """The question to a list: about which credential, at which address the list was read, and when."""

    credential: Credential
    url: str
    at: datetime
    fetch: Fetch


def genuine(data: bytes, asked: Asked) -> Mapping[str, Any]:
    """Return the list credential once its issuer, its address, its signature and its dates are found right."""
    found = open_credential(data.decode("utf-8-sig", "replace").strip())
    if found.issuer != asked.credential.issuer and not _is_controller(found.issuer, asked):
        raise Malformed("The list was issued by somebody else.", "list-of-another")
    if not belongs(found.document.get("id", asked.url), asked.url):
        raise Malformed("The list says it belongs to another address.", "list-elsewhere")
    for step in (signature(found, at=asked.at, fetch=asked.fetch), dates(found, at=asked.at)):
        if step.outcome != "pass":
            raise Malformed(f"About the list: {step.why}", f"list-{step.code}")
    return found.document


def belongs(identity: object, url: str) -> bool:
    """Whether a list with this id is the one that an address names: it has that id, or its own name at another host.

    Lists move between hosts and keep their ids. But one issuer's list must not stand in for another of its lists, so
    on one host the whole address counts, and on another the last part, where it is the name of one list only.
    """
    if not isinstance(identity, str):
        return False
    if identity.rstrip("/") == url.rstrip("/"):
        return True
    (host, name), (other, asked) = _host_and_name(identity), _host_and_name(url)
    return host != other and name == asked != ""


def _host_and_name(url: str) -> tuple[str, str]:
    """Return the host, and the last part of the address where it names one list only, else ""."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    name = parts.path.rstrip("/").rpartition("/")[2]
    return parts.hostname or "", name if _OWN_NAME.fullmatch(name) else ""


def _is_controller(other: str, asked: Asked) -> bool:
    """Whether the issuer's own document names the list's issuer as its controller, who may speak for it.

    The other way round would prove nothing: anybody can say that somebody else controls them.
    """
    issuer = asked.credential.issuer
    if issuer.startswith(("did:key:", "did:jwk:")):
        return False
    document = parse(asked.fetch(issuer_document(issuer)))
    return isinstance(document, dict) and document.get("id") == issuer and other in listed(document.get("controller"))
