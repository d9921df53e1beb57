"""Names and forms as a language has them, from the Unicode locale data that Babel carries."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError


@lru_cache(maxsize=64)
def locale_of(tag: str | None) -> Locale:
    """Return the locale of a tag such as ``"de"`` or ``"de-AT"``, read once; English where there is none."""
    try:
        return Locale.parse(tag or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
