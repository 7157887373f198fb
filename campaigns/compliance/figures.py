"""Percentages and amounts of money as people write them, found in a text as integers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from campaigns.money import Money

_NUMBER = r"\d+(?:[.,]\d+)?"
_PERCENT = re.compile(
    rf"(?P<upto>\b(?:up\s+to|as\s+much\s+as)\s+(?:a\s+|an\s+)?)?"
    rf"(?:(?P<low>{_NUMBER})\s*(?:%\s*)?[-–—]\s*)?(?P<high>{_NUMBER})\s*(?:%|percent\b|per\s+cent\b)",
    re.IGNORECASE,
)
_AMOUNT = r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<rest>\d{2}))?(?!\d)"
_SCALE = r"(?!\s*(?:thousand|million|billion|trillion)\b)"


@dataclass(frozen=True, slots=True)
class Percentage:
    """A percentage, or the two ends of a span, as written."""

    word: str
    values: tuple[Decimal, ...]
    is_up_to: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money as written."""

    word: str
    cents: int


def percentages(text: str) -> Iterator[Percentage]:
    """Every percentage in a text."""
    for found in _PERCENT.finditer(text):
        ends = [each for each in (found["low"], found["high"]) if each]
        values = tuple(Decimal(each.replace(",", ".")) for each in ends)
        yield Percentage(found.group().strip(), values, bool(found["upto"]))


def amounts(text: str, currency: str) -> Iterator[Amount]:
    """Every amount of this currency in a text; "$560 billion" is no price."""
    for found in _money(currency).finditer(text):
        cents = int(found["whole"].replace(",", "")) * 100 + int(found["rest"] or 0)
        yield Amount(found.group().strip(), cents)


@cache
def _money(currency: str) -> re.Pattern[str]:
    before, _, after = str(Money(0, currency)).partition("0")
    prefix = rf"{re.escape(before)}\s?" if before else r"(?<![\d.,])"
    suffix = rf"\s?{re.escape(after.strip())}" if after else ""
    return re.compile(prefix + _AMOUNT + suffix + _SCALE, re.IGNORECASE)
