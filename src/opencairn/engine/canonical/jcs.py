"""The JSON Canonicalization Scheme (RFC 8785)."""

import hashlib
from typing import Any

import rfc8785


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 form of a JSON value."""
    return bytes(rfc8785.dumps(value))


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of the RFC 8785 form, in hexadecimal: equal for equal JSON, however it is laid out."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
