"""base58btc (draft-msporny-base58-03): written and read two letters at a time, ten letters to a machine word."""

import sys

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_VALUES = {int.from_bytes(pair.encode(), sys.byteorder): value for value, pair in enumerate(_PAIRS)}
_LONGEST = 256  # letters; a key or a signature needs at most 132
_CHUNK = 10  # letters whose number fits into one machine word
_CHUNK_SIZE = 58**_CHUNK
_SQUARE = 58 * 58


def base58_encode(data: bytes) -> str:
    """Return bytes in base58btc; each leading zero byte becomes a ``1``."""
    number, letters = int.from_bytes(data, "big"), ""
    pairs = _PAIRS
    while number:
        number, rest = divmod(number, _CHUNK_SIZE)
        rest, e = divmod(rest, _SQUARE)
        rest, d = divmod(rest, _SQUARE)
        rest, c = divmod(rest, _SQUARE)
        a, b = divmod(rest, _SQUARE)
        letters = pairs[a] + pairs[b] + pairs[c] + pairs[d] + pairs[e] + letters
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + letters.lstrip("1")


def base58_decode(words: str) -> bytes:
    """Read base58btc. Raises ValueError for anything else, or for more than a key or signature needs."""
    if len(words) > _LONGEST or not words.isascii():
        raise ValueError("not base58btc")
    whole = "1" * (-len(words) % _CHUNK) + words
    values, number = map(_VALUES.__getitem__, memoryview(whole.encode()).cast("H")), 0
    try:
        for a, b, c, d, e in zip(values, values, values, values, values, strict=True):
            number = number * _CHUNK_SIZE + (((a * _SQUARE + b) * _SQUARE + c) * _SQUARE + d) * _SQUARE + e
    except KeyError:
        raise ValueError("not base58btc") from None
    zeros = len(words) - len(words.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
