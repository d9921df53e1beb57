"""Names of countries and amounts of money in the reader's language, from the Unicode locale data that Babel carries."""

from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency
from django.utils.translation import get_language


def _locale() -> Locale:
    try:
        return Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def country(code: str) -> str:
    """The name of an ISO 3166-1 alpha-2 country in the reader's language; an unknown code is shown as it is."""
    return str(_locale().territories.get(code.upper(), code))


def is_country(code: str) -> bool:
    """Whether this is a code of a country."""
    return len(code) == 2 and code.isupper() and code in Locale("en").territories


def money(amount: Decimal, currency: str) -> str:
    """An amount with its sign as the reader writes it; whole amounts without decimals: €320, 320 €."""
    locale = _locale()
    pattern = locale.currency_formats["standard"].pattern
    whole = amount == amount.to_integral_value()
    return str(
        format_currency(
            amount, currency, pattern.replace(".00", "") if whole else pattern, locale=locale, currency_digits=False
        )
    )
