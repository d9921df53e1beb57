"""Values as a European Digital Credential may spell them: one or many, an IRI or a node, a language map or plain words.

Everything here reads the document of a stranger: what is neither is ``Malformed``, what is absent is empty.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from opencairn.engine.canonical.strict_json import shown
from opencairn.engine.model import Text
from opencairn.engine.objections import Malformed

from .elm_nodes import NODE
from .elm_vocabulary import code_of
from .fields import UNKNOWN_LANGUAGE

Fields = Mapping[str, Any]
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,12})?")
_HOURS = re.compile(r"PT(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?")
_MIDNIGHT_IN_EUROPE = (21, 22, 23)  # o'clock UTC, in summer and in winter, from Ireland to Finland


def missing(name: str) -> Malformed:
    """Return the objection to a field that is absent or garbled."""
    return Malformed(f"The credential does not properly state “{shown(name)}”.", "field", term=shown(name))


def many(fields: Fields, name: str) -> list[Fields]:
    """Return the nodes under a name; a bare IRI is a node with that id."""
    value = fields.get(name, [])
    found = [
        {"id": each} if isinstance(each, str) else each for each in (value if isinstance(value, list) else [value])
    ]
    if not all(isinstance(each, dict) for each in found):
        raise missing(name)
    return found


def first(fields: Fields, name: str) -> Fields:
    """Return the first node under a name, an empty one where there is none."""
    return next(iter(many(fields, name)), {})


def string(fields: Fields, name: str) -> str:
    """Return the one string under a name, "" where it is not stated."""
    value = fields.get(name, "")
    if isinstance(value, dict):
        value = value.get("@value")
    if not isinstance(value, str):
        raise missing(name)
    return value


def text(fields: Fields, name: str) -> Text:
    """Return a text in its languages; several values in one language are one text of several lines."""
    value = fields.get(name, {})
    if isinstance(value, str):
        return {UNKNOWN_LANGUAGE: value}
    if not isinstance(value, dict):
        raise missing(name)
    return {UNKNOWN_LANGUAGE if tag == "@none" else tag: _lines(words, name) for tag, words in value.items()}


def _lines(value: Any, name: str) -> str:
    lines = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in lines):
        raise missing(name)
    return "\n".join(lines)


def plain(fields: Fields, name: str) -> str:
    """Return a text that our model keeps in one language."""
    return in_one_language(text(fields, name))


def in_one_language(spoken: Text) -> str:
    """Return the words in English, else in the first language by its tag: in which order they stand is not signed."""
    by_tag = {tag.lower(): words for tag, words in sorted(spoken.items())}
    return by_tag.get("en", next(iter(by_tag.values()), ""))


def code(name: str, concept: Fields) -> str:
    """Return our code of a concept, else its label, else its URI; "" where there is no concept."""
    uri = string(concept, "id")
    return code_of(name, uri) or plain(concept, "prefLabel") or uri


def identity(fields: Fields) -> str:
    """Return the id of a node, "" where it has none but the one that we made up for it."""
    found = string(fields, "id")
    return "" if found.startswith(NODE) else found


def instant(fields: Fields, name: str) -> datetime | None:
    """Return an xsd:dateTime in UTC; one without a zone, or a day alone, is taken as UTC."""
    found = _local(fields, name)
    return found.astimezone(UTC) if found else None


def _local(fields: Fields, name: str) -> datetime | None:
    words = string(fields, name)
    if not words:
        return None
    try:
        found = datetime.fromisoformat(words if _INSTANT.fullmatch(words) else "")
        found = found.replace(tzinfo=found.tzinfo or UTC)
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(f"“{shown(words)}” is not a date and time.", "bad-date", date=shown(words)) from None
    return found


def day(fields: Fields, name: str) -> date | None:
    """Return a day that is written as an instant, in the zone it is written in.

    The issuing software of the EU writes midnight of the clerk's own zone in UTC: 22 o'clock begins the next day.
    """
    found = _local(fields, name)
    if found is None:
        return None
    is_midnight = not found.utcoffset() and (found.minute, found.second) == (0, 0) and found.hour in _MIDNIGHT_IN_EUROPE
    return found.date() + timedelta(days=1) if is_midnight and found.date() < date.max else found.date()


def whole_hours(fields: Fields, name: str) -> int | None:
    """Return an xsd:duration in hours, None where it is none in whole hours: days and months are no workload."""
    found = _HOURS.fullmatch(string(fields, name))
    if found is None:
        return None
    minutes = 60 * int(found[1] or 0) + int(found[2] or 0)
    return None if minutes % 60 else minutes // 60


def number(fields: Fields, name: str) -> Decimal | None:
    """Return a number written as words, None where it is not stated."""
    words = string(fields, name)
    if words and not _NUMBER.fullmatch(words):
        raise missing(name)
    return Decimal(words) if words else None
