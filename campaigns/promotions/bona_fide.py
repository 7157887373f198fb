"""Whether a regular price may be compared with: it was truly asked, and not raised for the sale.

Source: 16 CFR 233.1 (former price comparisons); the thresholds are ours and are settings.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from campaigns import settings
from campaigns.database import Session
from campaigns.promotions import queries
from campaigns.promotions.models import Package, PackagePrice, Promotion

OFFERED_WITHIN = timedelta(days=90)
PROMOTED_WITHIN = timedelta(days=180)

Interval = tuple[datetime, datetime]


class Doubt(StrEnum):
    """Why a regular price may not be compared with."""

    TOO_NEW = "too_new"
    RAISED = "raised"
    ALWAYS_ON_SALE = "always_on_sale"


def doubts(
    session: Session, package: Package, promotion: Promotion, *, at: datetime
) -> tuple[Doubt, ...]:
    """What speaks against comparing with this package's regular price at that moment."""
    prices = queries.prices(session, package)
    return doubts_over(prices, queries.windows_on(session, package), promotion.starts_at, at=at)


def doubts_over(
    prices: list[PackagePrice], windows: list[Interval], began: datetime, *, at: datetime
) -> tuple[Doubt, ...]:
    """The doubts of a promotion that began then, over these prices and promoted windows."""
    found = (
        (Doubt.TOO_NEW, _is_too_new(prices, windows, at)),
        (Doubt.RAISED, _was_raised(prices, min(at, began), at)),
        (Doubt.ALWAYS_ON_SALE, _is_always_on_sale(windows, at)),
    )
    return tuple(doubt for doubt, holds in found if holds)


def sentence(doubt: Doubt, package: Package) -> str:
    """The doubt in words."""
    configured = settings.current()
    offered, raised = configured.reference_days_offered, configured.reference_days_unraised
    words = {
        Doubt.TOO_NEW: f"was asked without a promotion on fewer than {offered} of the last "
        f"{OFFERED_WITHIN.days} days",
        Doubt.RAISED: f"was raised less than {raised} days before the promotion began",
        Doubt.ALWAYS_ON_SALE: f"was on promotion for more than "
        f"{configured.reference_promotion_percent} % of the last {PROMOTED_WITHIN.days} days",
    }
    return f"The regular price of {package.name} {words[doubt]}."


def _is_too_new(prices: list[PackagePrice], windows: list[Interval], at: datetime) -> bool:
    current = _standing(prices, at)
    if current is None:
        return True
    stood = [(p.valid_from, p.valid_to or at) for p in prices if p.cents == current.cents]
    since = at - OFFERED_WITHIN
    asked = _clip(stood, since, at)
    plain = _length(asked) - _overlap(asked, _merge(_clip(windows, since, at)))
    return plain < timedelta(days=settings.current().reference_days_offered)


def _was_raised(prices: list[PackagePrice], began: datetime, at: datetime) -> bool:
    since = began - timedelta(days=settings.current().reference_days_unraised)
    return any(
        since < later.valid_from <= at and later.cents > earlier.cents
        for earlier, later in pairwise(prices)
    )


def _is_always_on_sale(windows: list[Interval], at: datetime) -> bool:
    promoted = _length(_merge(_clip(windows, at - PROMOTED_WITHIN, at)))
    return promoted * 100 > PROMOTED_WITHIN * settings.current().reference_promotion_percent


def _standing(prices: Iterable[PackagePrice], at: datetime) -> PackagePrice | None:
    standing = (p for p in prices if p.valid_from <= at and (p.valid_to is None or p.valid_to > at))
    return next(standing, None)


def _clip(intervals: Iterable[Interval], since: datetime, until: datetime) -> list[Interval]:
    clipped = ((max(start, since), min(end, until)) for start, end in intervals)
    return [(start, end) for start, end in clipped if start < end]


def _merge(intervals: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _length(intervals: Iterable[Interval]) -> timedelta:
    return sum((end - start for start, end in intervals), timedelta())


def _overlap(some: Iterable[Interval], others: list[Interval]) -> timedelta:
    return sum((_length(_clip(others, start, end)) for start, end in some), timedelta())
