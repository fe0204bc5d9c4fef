"""What a currency's smallest unit is (ISO 4217)."""

from __future__ import annotations

from ingestion.values.words import is_one_of

_NONE = ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
         "XAF", "XOF", "XPF")  # fmt: skip
_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
#: Codes that a text may name; no other three letters are taken for one.
KNOWN = frozenset((
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CNY", "COP", "CZK", "DKK", "EGP", "EUR",
    "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "KES", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD",
    "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD",
    "UAH", "USD", "ZAR", *_NONE, *_THREE,
))  # fmt: skip


def minor_digits(currency: str | None) -> int:
    """Return how many decimals a currency has; two where it is not known."""
    code = (currency or "").strip().upper()
    return 0 if code in _NONE else 3 if code in _THREE else 2


def minor_units(currency: str) -> str:
    """Return the SQL of how many minor units one unit of a currency has: 1, 100 or 1000."""
    code = f"upper(trim({currency}))"
    return (
        f"case when {is_one_of(code, _NONE)} then 1"
        f" when {is_one_of(code, _THREE)} then 1000 else 100 end"
    )
