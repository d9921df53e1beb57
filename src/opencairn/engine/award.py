"""The neutral award as JSON: what ``opencairn issue`` reads, whatever format it then writes.

The names are those of ``engine/model.py``; what is not stated is left out. Reading is strict: a name that is unknown or
missing, or a value of a wrong kind, is ``Malformed``, and the sentence says where. The JSON Schema is made from the
same dataclasses.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from opencairn.kit.dates import parse_iso

from .canonical.literals import LANGUAGE
from .canonical.strict_json import shown
from .meanings import MEANINGS
from .model import Attainment
from .objections import Malformed

Stated = TypeVar("Stated")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True)
class Kind:
    """How a plain value stands in JSON: what it is called, how it is read and written, its schema.

    ``read`` raises ValueError or TypeError for a value of another kind.
    """

    called: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    schema: Mapping[str, Any]


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError
        return value

    return read


def _day(value: Any) -> date:
    if len(_exactly(str)(value)) != len("2026-03-01"):
        raise ValueError
    return date.fromisoformat(value)


def _number(value: Any) -> Decimal:
    if type(value) not in (int, float):
        raise TypeError
    return Decimal(str(value))


def _as_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _same(value: Any) -> Any:
    return value


KINDS: Mapping[Any, Kind] = {
    str: Kind("words", _exactly(str), _same, {"type": "string"}),
    bool: Kind("true or false", _exactly(bool), _same, {"type": "boolean"}),
    int: Kind("a whole number", _exactly(int), _same, {"type": "integer"}),
    Decimal: Kind("a number", _number, _as_number, {"type": "number"}),
    date: Kind("a day, such as 2026-03-01", _day, date.isoformat, {"type": "string", "format": "date"}),
    datetime: Kind(
        "an instant, such as 2026-03-01T09:00:00Z",
        parse_iso,
        lambda at: at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z",
        {"type": "string", "format": "date-time"},
    ),
}


def _hints(of: Any) -> Mapping[str, Any]:
    """Return the type of each field; one that may be None is simply left out in JSON."""
    found = get_type_hints(of)
    return {name: get_args(hint)[0] if get_origin(hint) is UnionType else hint for name, hint in found.items()}


def _is_needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def to_json(stated: Any) -> dict[str, Any]:
    """Return an attainment (or a record, or any part) as JSON values; what has its default is left out."""
    hints, found = _hints(type(stated)), {}
    for field in fields(stated):
        value = getattr(stated, field.name)
        default = field.default if field.default_factory is MISSING else field.default_factory()
        if _is_needed(field) or value != default:
            found[field.name] = _written(hints[field.name], value)
    return found


def _written(hint: Any, value: Any) -> Any:
    if hint in KINDS:
        return KINDS[hint].write(value)
    if is_dataclass(hint):
        return to_json(value)
    if get_origin(hint) is tuple:
        return [_written(get_args(hint)[0], each) for each in value]
    return dict(value) if isinstance(value, Mapping) else value


def from_json(document: Any, of: type[Stated] = Attainment) -> Stated:  # type: ignore[assignment]
    """Return what a JSON object states. Raises ``Malformed``, with the path, where it is not exactly of that form."""
    return _object(of, document, "")


def _object(of: type[Stated], value: Any, path: str) -> Stated:
    if not isinstance(value, dict):
        raise _wrong(path or "the award", "an object")
    hints = _hints(of)
    for name in value:
        if name not in hints:
            raise Malformed(
                f"“{_at(path, name)}” is nothing that an award states.", "award-unknown", path=_at(path, name)
            )
    for field in fields(of):  # type: ignore[arg-type]
        if _is_needed(field) and field.name not in value:
            where = _at(path, field.name)
            raise Malformed(f"The award does not state “{where}”.", "award-missing", path=where)
    return of(**{name: _value(hints[name], each, _at(path, name)) for name, each in value.items()})


def _at(path: str, name: str) -> str:
    return shown(f"{path}.{name}" if path else name, longest=200)


def _wrong(path: str, wanted: str) -> Malformed:
    return Malformed(f"“{path}” must be {wanted}.", "award-kind", path=path, wanted=wanted)


def _value(hint: Any, value: Any, path: str) -> Any:
    origin = get_origin(hint)
    if hint in KINDS:
        return _plain(KINDS[hint], value, path)
    if is_dataclass(hint):
        return _object(hint, value, path)  # type: ignore[arg-type]
    if origin is tuple:
        if not isinstance(value, list):
            raise _wrong(path, "a list")
        return tuple(_value(get_args(hint)[0], each, f"{path}[{place}]") for place, each in enumerate(value))
    if origin is Literal:
        return _choice(get_args(hint), value, path)
    if not isinstance(value, dict):
        raise _wrong(path, "an object")
    return value if get_args(hint)[1] is Any else _text(value, path)


def _plain(kind: Kind, value: Any, path: str) -> Any:
    try:
        return kind.read(value)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise _wrong(path, kind.called) from None


def _choice(choices: Iterable[str], value: Any, path: str) -> Any:
    if value not in tuple(choices):
        raise _wrong(path, "one of " + ", ".join(choices))
    return value


def _text(value: Mapping[str, Any], path: str) -> dict[str, str]:
    """Return words in several languages, by language tag."""
    for tag, words in value.items():
        if not LANGUAGE.fullmatch(tag) or not isinstance(words, str):
            raise _wrong(_at(path, tag), "words under a language tag such as en")
    return dict(value)


def schema(of: type = Attainment) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what ``from_json`` reads."""
    parts: dict[str, Any] = {}
    whole = _object_schema(of, parts)
    identity = f"urn:opencairn:schema:{of.__name__.lower()}:v1"
    return {"$schema": _DIALECT, "$id": identity, "title": of.__name__, **whole, "$defs": dict(sorted(parts.items()))}


def _object_schema(of: type, parts: dict[str, Any]) -> dict[str, Any]:
    hints, meanings = _hints(of), MEANINGS[of]
    return {
        "type": "object",
        "description": (of.__doc__ or "").partition("\n")[0],
        "properties": {
            field.name: {**_schema(hints[field.name], parts), "description": meanings[field.name]}
            for field in fields(of)
        },
        "required": [field.name for field in fields(of) if _is_needed(field)],
        "additionalProperties": False,
    }


def _schema(hint: Any, parts: dict[str, Any]) -> dict[str, Any]:
    origin = get_origin(hint)
    if hint in KINDS:
        return dict(KINDS[hint].schema)
    if is_dataclass(hint):
        name = hint.__name__  # type: ignore[union-attr]
        if name not in parts:
            parts[name] = {}
            parts[name] = _object_schema(hint, parts)  # type: ignore[arg-type]
        return {"$ref": f"#/$defs/{name}"}
    if origin is tuple:
        return {"type": "array", "items": _schema(get_args(hint)[0], parts)}
    if origin is Literal:
        return {"enum": list(get_args(hint))}
    if get_args(hint)[1] is Any:
        return {"type": "object"}
    return {
        "type": "object",
        "propertyNames": {"pattern": f"^{LANGUAGE.pattern}$"},
        "additionalProperties": {"type": "string"},
    }
