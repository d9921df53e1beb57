"""base58btc (draft-msporny-base58-03): written two letters at a time, read all letters at once in one long number."""

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_LETTERS = _ALPHABET.encode()
_VALUES = bytes.maketrans(_LETTERS, bytes(range(58)))
_LONGEST = 256  # letters; a key or a signature needs at most 132
_CHUNK_SIZE = 58**10  # ten letters, whose number fits into one machine word
_SQUARE = 58 * 58
#: for one, two, four … letters: their bits, the lower of each two neighbours, and the size of the upper one's unit
_STEPS = [
    (8 * many, sum((1 << 8 * many) - 1 << 16 * many * pair for pair in range(_LONGEST // many // 2)), 58**many)
    for many in (1, 2, 4, 8, 16, 32, 64, 128)
]


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
    data = words.encode()
    if len(data) > _LONGEST or data.translate(None, _LETTERS):
        raise ValueError("not base58btc")
    number = int.from_bytes(data.translate(_VALUES), "big")  # a byte for each letter
    for bits, lower, size in _STEPS:  # all neighbours become one at once, each in the room of both
        number = (number & lower) + (number >> bits & lower) * size
    zeros = len(words) - len(words.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
