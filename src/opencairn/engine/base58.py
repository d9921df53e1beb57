"""base58btc (draft-msporny-base58-03): written two letters at a time, read as one sum."""

from operator import mul

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_WRONG = 255
_VALUES = bytes(_ALPHABET.find(chr(code)) % 256 for code in range(256))  # not found: -1, which is _WRONG
_LONGEST = 256  # letters; a key or a signature needs at most 132
_CHUNK = 10  # letters whose number fits into one machine word
_CHUNK_SIZE = 58**_CHUNK
_SQUARE = 58 * 58
_POWERS = [58**place for place in range(_LONGEST)]


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
    values = words.encode().translate(_VALUES)
    if _WRONG in values:
        raise ValueError("not base58btc")
    number: int = sum(map(mul, reversed(values), _POWERS))
    zeros = len(words) - len(words.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
