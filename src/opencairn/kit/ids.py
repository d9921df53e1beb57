"""Identifiers: readable slugs, and tokens that cannot be guessed."""

import re
import secrets

from .text import plain


def slug(words: str, *, longest: int = 60) -> str:
    """Turn words into lower-case letters, digits and hyphens, cut at a hyphen; ``"item"`` where nothing is left."""
    whole = re.sub(r"[^a-z0-9]+", "-", plain(words).replace("ß", "ss")).strip("-")
    if len(whole) > longest:
        whole = whole[: longest + 1].rsplit("-", 1)[0][:longest].strip("-")
    return whole or "item"


def token(*, bits: int = 160) -> str:
    """Return a URL-safe token with this many random bits; 160 cannot be guessed by trying."""
    return secrets.token_urlsafe((bits + 7) // 8)
