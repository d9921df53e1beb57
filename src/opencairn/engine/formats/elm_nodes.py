"""The small nodes of the European Learning Model: notes, identifiers, web resources, organisations.

A node without a name of its own is written with the id "", which ``named`` fills at the end. Nodes that say the same
get the same name: else an organisation that stands in two places would, in RDF, have two locations.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from opencairn.engine.canonical.contexts import OWN_NAMESPACE
from opencairn.engine.canonical.literals import LANGUAGE
from opencairn.engine.model import Issuer, Text

from .elm_vocabulary import NUTS, concept

NODE = OWN_NAMESPACE + "node:"  # begins the names that we made up
_COUNTRY_OF = re.compile(r"[A-Z]{3}([A-Z]{2})-.")  # ETSI EN 319 412-1 §5.1.3 and §5.1.4, such as VATDE-123456789


def node(kind: str, *, id_: str = "", **fields: Any) -> dict[str, Any]:
    """Return a node of a class, without the fields that are not stated."""
    stated = {name: value for name, value in fields.items() if value is not None and value not in ("", [], {})}
    return {"id": id_, "type": kind, **stated}


def named(value: Any, names: dict[str, int] | None = None) -> Any:
    """Return the document with a name for each nameless node, the same for nodes that say the same."""
    known = {} if names is None else names
    if isinstance(value, list):
        return [named(each, known) for each in value]
    if not isinstance(value, dict):
        return value
    built = {name: named(inner, known) for name, inner in value.items()}
    if built.get("id") == "" and "type" in built:
        built["id"] = f"{NODE}{known.setdefault(json.dumps(built, sort_keys=True), len(known) + 1)}"
    return built


def words(text: Text) -> dict[str, str]:
    """Return a text as a language map. Raises ValueError where a tag is none that JSON-LD knows."""
    for tag in text:
        if not LANGUAGE.fullmatch(tag):
            raise ValueError(f"{tag!r} is not a language tag")
    return dict(text)


def tagged(tag: str, plain: str) -> dict[str, str] | None:
    """Return words that the model keeps in one language only, None where there are none."""
    return {tag: plain} if plain else None


def note(text: Text | None, about: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Return a Note, with a concept that says what it is about; None where it says nothing."""
    return node("Note", noteLiteral=words(text), subject=about) if text else None


def listed(*nodes: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the nodes that there are."""
    return [each for each in nodes if each is not None]


def identifier(notation: str, scheme: str = "") -> dict[str, Any] | None:
    """Return an Identifier; ``scheme`` is our name for its kind. None where there is none."""
    return node("Identifier", notation=notation, schemeId=scheme and OWN_NAMESPACE + scheme) if notation else None


def legal_identifier(notation: str, country: str = "") -> dict[str, Any] | None:
    """Return a LegalIdentifier with the country it names itself, else the given one; None where there is none.

    Where no country is known it is a plain Identifier, for the model wants a country of every legal one.
    """
    found = _COUNTRY_OF.match(notation)
    code = found[1] if found else country
    if not code:
        return identifier(notation)
    return node("LegalIdentifier", notation=notation, spatial=concept("country", code)) if notation else None


def resource(url: str, **fields: Any) -> dict[str, Any] | None:
    """Return a WebResource; None where there is no address."""
    return node("WebResource", contentURL=url, **fields) if url else None


def organisation(who: Issuer, tag: str) -> dict[str, Any]:
    """Return an Organisation."""
    mailbox = {"id": "mailto:" + quote(who.email, safe="@+"), "type": "Mailbox"} if who.email else None
    return node(
        "Organisation",
        id_=who.id,
        legalName=tagged(tag, who.name),
        location=_location(who),
        homepage=resource(who.url),
        contactPoint=node("ContactPoint", emailAddress=mailbox) if mailbox else None,
        eIDASIdentifier=legal_identifier(who.legal_identifier, who.country),
    )


def _location(who: Issuer) -> dict[str, Any] | None:
    address = node("Address", countryCode=concept("country", who.country)) if who.country else None
    region = {"id": NUTS + quote(who.region, safe=""), "type": "Concept"} if who.region else None
    return node("Location", address=address, spatialCode=region) if address or region else None


def instants(**days: Any) -> Mapping[str, str]:
    """Return the days that are stated, each as its first instant in UTC."""
    return {name: f"{day.isoformat()}T00:00:00Z" for name, day in days.items() if day is not None}
