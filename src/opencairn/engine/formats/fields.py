"""Reading the fields of a foreign JSON object: each is there in the right kind, not stated, or ``Malformed``."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from opencairn.engine.canonical.plainly import plainly
from opencairn.engine.canonical.strict_json import shown
from opencairn.engine.model import Text
from opencairn.engine.objections import Malformed
from opencairn.kit.dates import parse_iso

Fields = Mapping[str, Any]
UNKNOWN_LANGUAGE = "und"


def missing(name: str) -> Malformed:
    """Return the objection to a field that is not there, or is of the wrong kind."""
    return Malformed(f"The badge does not properly state “{shown(name)}”.", "badge-field", term=shown(name))


def listed(value: object) -> list[Any]:
    """Return a value as a list: JSON-LD writes a list of one without brackets."""
    return value if isinstance(value, list) else [] if value is None else [value]


def stated(fields: Fields, name: str) -> Any:
    """Return what stands under a name in its one spelling (``canonical.plainly``), or None.

    What is inside is spelled as it stands: it is read by these functions too. Only ``@id`` and ``@type`` have to be
    named ``id`` and ``type`` by then.
    """
    value = fields.get(name)
    if type(value) is str:
        return value
    if type(value) is list:
        if len(value) == 1:
            return stated({name: value[0]}, name)
        return value if _are_different(value) else plainly(value)
    return value["@value"] if type(value) is dict and len(value) == 1 and "@value" in value else value


def _are_different(values: list[Any]) -> bool:
    """Whether no value of a list can be another one again: words, nameless objects, and objects with an id."""
    seen: set[str] = set()
    for each in values:
        name = each.get("id") if type(each) is dict else each
        if name is None and type(each) is dict and "@value" not in each:
            continue
        if type(name) is not str or name in seen:
            return False
        seen.add(name)
    return True


def types(fields: Fields) -> list[Any]:
    """Return the types that an object states."""
    return listed(fields.get("type", fields.get("@type")))


def one(fields: Fields, name: str) -> Fields:
    """Return the one object under a name."""
    value = stated(fields, name)
    if not isinstance(value, dict):
        raise missing(name)
    return value


def many(fields: Fields, name: str) -> Iterator[Fields]:
    """Yield the objects under a name."""
    for each in listed(stated(fields, name)) if name in fields else ():
        if not isinstance(each, dict):
            raise missing(name)
        yield each


def text(fields: Fields, name: str, *, needed: bool = False) -> str:
    """Return the words under a name, or "" where it is not stated; of an object its value or its id."""
    value = fields.get(name, "")
    if type(value) is not str:
        value = stated(fields, name)
        if isinstance(value, dict):
            value = stated(value, "@value" if "@value" in value else "id")
    if not isinstance(value, str) or (needed and not value):
        raise missing(name)
    return value


def words(fields: Fields, name: str) -> tuple[str, ...]:
    """Return a list of words."""
    found = listed(stated(fields, name)) if name in fields else []
    if not all(isinstance(each, str) for each in found):
        raise missing(name)
    return tuple(found)


def in_languages(fields: Fields, name: str) -> Text:
    """Return a text in several languages, which stands as an object of language tag and words."""
    value = stated(fields, name) if name in fields else {}
    if not isinstance(value, dict):
        raise missing(name)
    return {tag: text(value, tag) for tag in value}


def as_spoken(fields: Fields, name: str, language: str = "") -> Text:
    """Return words as a text: in the language that each names itself, else the given one, else an unknown one."""
    value = stated(fields, name)
    if isinstance(value, list):
        return {tag: words for each in value for tag, words in as_spoken({name: each}, name, language).items()}
    said, own = text(fields, name), value.get("@language") if isinstance(value, dict) else None
    tag = own if isinstance(own, str) else language
    return {tag or UNKNOWN_LANGUAGE: said} if said else {}


def decimal(fields: Fields, name: str) -> Decimal | None:
    """Return a number, or None where it is not stated."""
    value = stated(fields, name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise missing(name)
    return Decimal(str(value))


def whole(fields: Fields, name: str) -> int | None:
    """Return a whole number, or None where it is not stated."""
    value = decimal(fields, name)
    if value is not None and value != value.to_integral_value():
        raise missing(name)
    return None if value is None else int(value)


def instant(fields: Fields, name: str) -> datetime | None:
    """Return a date and time with a zone, in UTC, or None where it is not stated."""
    said = text(fields, name)
    return as_instant(said) if said else None


def as_instant(said: str) -> datetime:
    """Return a date and time with a zone, in UTC."""
    try:
        return parse_iso(said).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(f"“{shown(said)}” is not a date and time with a zone.", "bad-date", date=shown(said)) from None


def day(fields: Fields, name: str) -> date | None:
    """Return a day, of a date or of a date and time, or None where it is not stated."""
    said = text(fields, name)
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        return as_instant(said).date()
