"""Enveloped credentials: a JSON object whose address holds a whole signed token (W3C Verifiable Credentials 2.0 §4.13).

The media type in the ``data:`` address says which kind of token it is, and nothing else does.
"""

from collections.abc import Mapping
from typing import Any

from opencairn.engine.canonical.contexts import CREDENTIALS_V2
from opencairn.engine.objections import Malformed, Unsupported

from . import sd_jwt, vc_jwt
from .seal import Opened

CREDENTIAL = "EnvelopedVerifiableCredential"
_PRESENTATION = "EnvelopedVerifiablePresentation"
_BY_MEDIA_TYPE: Mapping[str, Any] = {"application/vc+jwt": vc_jwt, "application/vc+sd-jwt": sd_jwt}
_NOT_READ = ("application/vc+cose",)
Document = Mapping[str, Any]


def accepts(sealed: str | Document) -> bool:
    """Whether this is a JSON object that holds a token."""
    return isinstance(sealed, Mapping) and any(each in _types(sealed) for each in (CREDENTIAL, _PRESENTATION))


def open_envelope(sealed: str | Document) -> Opened:
    """Return the credential in the token that the object holds. Raises an ``Objection`` where there is none."""
    assert isinstance(sealed, Mapping)
    if _PRESENTATION in _types(sealed):
        raise vc_jwt.presentation()
    contexts = sealed.get("@context")
    if (contexts[:1] if isinstance(contexts, list) else [contexts]) != [CREDENTIALS_V2]:
        raise Malformed("The first context of a credential must be that of Verifiable Credentials.", "first-context")
    address = sealed.get("id")
    scheme, _, rest = address.partition(":") if isinstance(address, str) else ("", "", "")
    media_type, comma, token = rest.partition(",")
    if scheme != "data" or not comma:
        raise Malformed("The enveloped credential does not hold a token.", "envelope")
    if media_type in _NOT_READ:
        raise Unsupported("This is a signed token of a kind that this verifier does not read.", "token")
    kind = _BY_MEDIA_TYPE.get(media_type)
    if kind is None or not kind.accepts(token):
        raise Malformed("The enveloped credential does not hold a token of the kind it says.", "envelope")
    opened: Opened = kind.open_envelope(token)
    return opened


def wrap(token: str) -> dict[str, Any]:
    """Return the JSON object that holds a ``vc+jwt`` token."""
    return {"@context": [CREDENTIALS_V2], "id": f"data:application/vc+jwt,{token}", "type": CREDENTIAL}


def _types(sealed: Document) -> list[Any]:
    stated = sealed.get("type")
    return stated if isinstance(stated, list) else [stated]
