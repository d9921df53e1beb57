"""How values are spelled in canonical N-Quads (RDFC-1.0 §5, JSON-LD 1.1 API §8.2.2)."""

import re

from opencairn.engine.objections import Malformed, Unsafe

from .strict_json import shown

_XSD = "http://www.w3.org/2001/XMLSchema#"
IRI = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f<>"{}|^`\\]*""")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_SPECIAL = re.compile(r'[\x00-\x1f\x7f"\\]')
_SHORT = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def escaped(words: str) -> str:
    """Escape what canonical N-Quads escapes, and nothing else."""
    return _SPECIAL.sub(lambda found: _SHORT.get(found[0]) or f"\\u{ord(found[0]):04X}", words)


def literal(words: str, datatype: str | None = None, *, language: str = "") -> str:
    """Return one literal in N-Quads spelling."""
    if language:
        return f'"{escaped(words)}"@{language}'
    return f'"{escaped(words)}"' if datatype in (None, f"{_XSD}string") else f'"{escaped(words)}"^^<{datatype}>'


def text(words: str, datatype: str | None, name: str) -> str:
    """Return a string value; numbers written as words are refused where readers would each re-write them."""
    if datatype == f"{_XSD}double":
        raise Unsafe(f"“{shown(name)}” must be a number, not words.", "number-as-words", term=shown(name))
    return literal(words, datatype)


def number(value: object, datatype: str | None) -> str:
    """Return a number or a yes/no value. A whole number is spelled without a point, whatever JSON wrote."""
    if isinstance(value, bool):
        return literal("true" if value else "false", datatype or f"{_XSD}boolean")
    if not isinstance(value, int | float):
        raise Malformed("A value is neither words nor a number.", "not-a-value")
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e21)
    if whole and datatype != f"{_XSD}double":
        return literal(str(int(value)), datatype or f"{_XSD}integer")
    mantissa, exponent = f"{value:1.15E}".split("E")
    mantissa = mantissa.rstrip("0")
    spelled = f"{mantissa}0" if mantissa.endswith(".") else mantissa
    return literal(f"{spelled}E{int(exponent)}", datatype or f"{_XSD}double")
