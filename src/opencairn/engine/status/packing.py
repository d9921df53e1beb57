"""The bits of many credentials in one packed text, as all kinds of status lists carry them."""

import zlib

from opencairn.engine.objections import Malformed

LARGEST = 16 * 1024 * 1024 * 8  # bits this engine is willing to unpack
GZIP, ZLIB = 31, 15  # as zlib numbers the two wrappings


def unpack(packed: bytes, wrapping: int) -> bytes:
    """Return the bits of gzip (RFC 1952) or zlib (RFC 1950). Stops at 16 MiB however small the input."""
    unpacking = zlib.decompressobj(wbits=wrapping)
    try:
        bits = unpacking.decompress(packed, LARGEST // 8)
    except zlib.error:
        raise malformed() from None
    if not unpacking.eof:
        raise Malformed("The status list is cut short, too short or too long.", "list-length")
    return bits


def malformed() -> Malformed:
    """Return the objection to a list whose text is not written as its standard says."""
    return Malformed("The status list is not encoded as the standard says.", "list-encoding")


def value(bits: bytes, index: int, size: int, *, least_first: bool = False) -> int:
    """Return the value at an index, of ``size`` bits each, counted from the most (or the least) significant bit.

    Raises ``Malformed`` where the index lies beyond the end.
    """
    if (index + 1) * size > len(bits) * 8:
        raise Malformed("The status entry points beyond the end of its list.", "list-index-range")
    if least_first:  # the size divides 8, so no value crosses bytes
        return bits[index * size // 8] >> index * size % 8 & (1 << size) - 1
    first, last = index * size // 8, ((index + 1) * size - 1) // 8
    window = int.from_bytes(bits[first : last + 1], "big")
    return window >> (last + 1) * 8 - (index + 1) * size & (1 << size) - 1
