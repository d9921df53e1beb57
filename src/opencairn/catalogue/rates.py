"""What an amount is worth in euro, so that prices in any currency can stand in one set of bands.

The euro foreign exchange reference rates of the European Central Bank (ecb.europa.eu/stats/eurofxref) of one day, kept
here, so that a band never moves by itself and two sites say the same. For newer ones change DAY and PER_EURO, raise
``FORMAT`` of the embedded index and add a migration that empties the other: every programme is then filed again.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

DAY = date(2026, 10, 30)
PER_EURO: Mapping[str, Decimal] = {
    code: Decimal(rate)
    for code, rate in {
        "EUR": "1", "GBP": "0.8338", "CHF": "0.9194", "USD": "1.1172", "AUD": "1.5904", "NZD": "1.9823",
        "CAD": "1.5606", "CZK": "24.353", "DKK": "7.4735", "HUF": "366.33", "ISK": "136", "NOK": "10.312",
        "PLN": "4.4038", "RON": "5.3447", "SEK": "10.978", "TRY": "55.8015", "JPY": "175.68", "CNY": "7.4326",
        "INR": "106.084", "KRW": "1491.76", "SGD": "1.4282", "ZAR": "18.6455", "BRL": "6.0692", "MXN": "21.1237",
        "ILS": "3.495",
        "BGN": "1.95583",  # for good, since Bulgaria pays in euro
    }.items()
}  # fmt: skip


def in_euro(amount: Decimal, currency: str) -> Decimal | None:
    """Return what an amount came to in euro on DAY; None for a currency that the bank names no rate of."""
    rate = PER_EURO.get(currency)
    return None if rate is None else amount / rate
