"""JSON read strictly: what two readers could read differently is refused (RFC 8259 §4 and §6, RFC 7493 I-JSON)."""

import json
import math
import re
from collections import Counter
from typing import Any, NoReturn

from opencairn.engine.objections import Malformed, NotACredential

LARGEST = 1_000_000  # bytes of one document
DEEPEST = 64  # levels of nesting
LARGEST_INTEGER = 2**53 - 1  # what every JSON reader keeps exactly
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def parse(text: str | bytes, *, largest: int = LARGEST) -> Any:
    """Read one JSON text. Refuses duplicate names, NaN, infinities, lone surrogates, and numbers that lose digits."""
    if len(text) > largest:
        raise Malformed(
            f"The document is larger than {largest:,} bytes, so it was not read.", "too-large", largest=str(largest)
        )
    try:
        words = text.decode("utf-8") if isinstance(text, bytes) else text
        value = json.loads(
            words,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_fraction,
            parse_int=_integer,
        )
    except UnicodeDecodeError:
        raise NotACredential("The data is not text.", "not-text") from None
    except RecursionError:
        raise Malformed(f"The document is nested deeper than {DEEPEST} levels.", "too-deep") from None
    except ValueError:
        raise NotACredential("The text is not JSON.", "not-json") from None
    _inspect(value, 0)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        counted = Counter(name for name, _ in pairs)
        twice = shown(next(name for name, times in counted.items() if times > 1))
        raise Malformed(f"The name “{twice}” stands twice in one place.", "duplicate-name", name=twice)
    return read


def shown(words: str, *, longest: int = 80) -> str:
    """Return words from a document as they may be repeated in a sentence: printable and not too long."""
    plain = "".join(c if c.isprintable() else "?" for c in words[: longest + 1])
    return plain if len(plain) <= longest else plain[:longest] + "…"


def _constant(word: str) -> NoReturn:
    raise Malformed(f"{word} is not a number that JSON knows.", "not-a-number", word=word)


def _fraction(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise Malformed("A number is too large to be kept exactly.", "number-too-large")
    return value


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST_INTEGER:
        raise Malformed("A number is too large to be kept exactly.", "number-too-large")
    return int(digits)


def _inspect(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise Malformed(f"The document is nested deeper than {DEEPEST} levels.", "too-deep")
    if isinstance(value, str):
        if _HALF_CHARACTER.search(value):
            raise Malformed("A text contains half a character (a lone surrogate).", "half-character")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _inspect(name, depth)
            _inspect(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _inspect(inner, depth + 1)
