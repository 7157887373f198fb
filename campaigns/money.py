"""Amounts in integer cents with a currency; percentages rounded once, in the customer's favour."""

import re
from dataclasses import dataclass

from campaigns.errors import Invalid

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$"}
_AMOUNT = re.compile(r"\$?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money in cents; amounts of two currencies do not mix."""

    cents: int
    currency: str = "USD"

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        whole, rest = divmod(abs(self.cents), 100)
        amount = f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"
        symbol = _SYMBOLS.get(self.currency)
        return f"{sign}{symbol}{amount}" if symbol else f"{sign}{amount} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.cents - self._same(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.cents < self._same(other)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
        return other.cents


def less_percent(cents: int, percent_bp: int) -> int:
    """The price in cents after a discount in basis points (2600 = 26 %), rounded down.

    Rounding down keeps "26 % off" true: $2,499.75 becomes $1,849.81, not $1,849.82.
    """
    return cents * (10_000 - percent_bp) // 10_000


def whole_percent_saved(regular_cents: int, price_cents: int) -> int:
    """The largest whole percentage truthfully saved: N with 100 (R - P) >= N R; integers only."""
    if regular_cents <= 0:
        return 0
    return max(0, 100 * (regular_cents - price_cents) // regular_cents)


def cents_from(text: str | float) -> int:
    """Cents from what a person writes: `2,550`, `$2,550.00`, `99.5`; raises Invalid."""
    found = _AMOUNT.fullmatch(str(text).strip())
    if not found:
        raise Invalid(f"{text!r} is not an amount of money; write it like 2,550.00.")
    whole, rest = found.groups()
    return int(whole.replace(",", "")) * 100 + int((rest or "0").ljust(2, "0"))
