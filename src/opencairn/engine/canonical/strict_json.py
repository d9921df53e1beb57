"""JSON read strictly: what two readers could read differently is refused (RFC 8259 §4 and §6, RFC 7493 I-JSON).

``orjson`` reads what is beyond doubt; whatever it refuses or could have read loosely is read again, slowly, and judged.
"""

import json
import math
import re
import threading
from collections import Counter
from typing import Any, NoReturn

import orjson

from opencairn.engine.objections import Malformed, NotACredential, Unread

LARGEST = 1_000_000  # bytes of one document
DEEPEST = 64  # levels of nesting
LARGEST_INTEGER = 2**53 - 1  # what every JSON reader keeps exactly
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def parse(text: str | bytes, *, largest: int = LARGEST) -> Any:
    """Read one JSON text. Refuses duplicate names, NaN, infinities, lone surrogates, and numbers that lose digits.

    Raises ``Unread`` for one that is larger than ``largest`` bytes: nobody knows what is in it.
    """
    if len(text) > largest:
        raise Unread(
            f"The document is larger than {largest:,} bytes, so it was not read.", "too-large", largest=str(largest)
        )
    found = _beyond_doubt(text)
    return found if found is not None else _judged(text)


def _beyond_doubt(text: str | bytes) -> dict[str, Any] | None:
    """Return a JSON object that every reader reads alike, or None where that is not certain.

    What was read is written again. That is refused where it is nested too deeply or where a number has lost digits,
    and it has as many colons as the text unless a name stood twice: each colon is part of a string or stands behind
    a name. (``orjson`` reads whole numbers of twenty digits as fractions; a string may spell a colon as an escape.)
    """
    try:
        data = text.encode() if isinstance(text, str) else text
        value = orjson.loads(data)
        written = _NEST.written(value)
    except (ValueError, TypeError):
        return None
    if type(value) is not dict or (b"\\" in data and b"\\u003" in data):
        return None
    if written.count(b":") != data.count(b":") or _TWENTY_DIGITS in data.translate(_DIGITS):
        return None
    return value


_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_TWENTY_DIGITS = b"0" * 20


def _wrapped(value: Any, times: int) -> Any:
    for _ in range(times):
        value = [value]
    return value


def _levels() -> int:
    """Return how many levels ``orjson`` writes; it refuses deeper nesting."""
    levels = DEEPEST
    try:
        while True:
            orjson.dumps(_wrapped([], levels))
            levels += 1
    except TypeError:
        return levels


class _Nest(threading.local):
    """A place inside so many lists that ``orjson`` writes no more than DEEPEST levels of what is put there."""

    def __init__(self) -> None:
        self.place: list[Any] = [None]
        self.whole = _wrapped(self.place, _levels() - DEEPEST - 1)

    def written(self, value: Any) -> bytes:
        """Return a value in JSON, inside the lists. Raises TypeError where it is too deep or has too many digits."""
        self.place[0] = value
        try:
            return orjson.dumps(self.whole, option=orjson.OPT_STRICT_INTEGER)
        finally:
            self.place[0] = None


_NEST = _Nest()


def _judged(text: str | bytes) -> Any:
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
