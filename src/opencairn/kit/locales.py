"""Names and forms as a language has them, from the Unicode locale data that Babel carries."""

from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError

#: territories of two letters that are no code of ISO 3166-1: groups, parts of a country, placeholders
_NO_COUNTRIES = frozenset(("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"))


@lru_cache(maxsize=64)
def locale_of(tag: str | None) -> Locale:
    """Return the locale of a tag such as ``"de"`` or ``"de-AT"``, read once; English where there is none."""
    try:
        return Locale.parse(tag or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def is_country(code: str) -> bool:
    """Whether this is the code of a country: ISO 3166-1 alpha-2 in capitals, and XK for Kosovo."""
    return code in _countries()


@cache
def _countries() -> frozenset[str]:
    codes = map(str, Locale("en").territories)
    return frozenset(each for each in codes if len(each) == 2 and each.isalpha()) - _NO_COUNTRIES
