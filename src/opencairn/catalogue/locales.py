"""Names of countries and amounts of money in the reader's language, from the Unicode locale data that Babel carries."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency
from django.utils.translation import get_language

from opencairn.kit.locales import locale_of


def country(code: str) -> str:
    """The name of an ISO 3166-1 alpha-2 country in the reader's language; an unknown code is shown as it is."""
    return str(locale_of(get_language()).territories.get(code.upper(), code))


def money(amount: Decimal, currency: str) -> str:
    """An amount with its sign as the reader writes it; whole amounts without decimals: €320, 320 €."""
    return _money(amount, currency, get_language())


@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, language: str | None) -> str:
    locale = locale_of(language)
    pattern = locale.currency_formats["standard"].pattern
    whole = amount == amount.to_integral_value()
    return str(
        format_currency(
            amount, currency, pattern.replace(".00", "") if whole else pattern, locale=locale, currency_digits=False
        )
    )
