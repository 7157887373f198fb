"""A price history as a small drawing: one step a price, the promotions shaded behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.promotions.models import PackagePrice

WIDTH, HEIGHT = 600, 120
_EDGE = 8
_LONGEST = timedelta(days=400)
_AHEAD = timedelta(days=14)

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What an SVG needs; the table beside it says the same."""

    path: str
    shaded: tuple[tuple[float, float], ...]
    """Left edge and width of each promotion."""
    today: float


def draw(prices: Sequence[PackagePrice], windows: Sequence[Window], now: datetime) -> Drawing:
    """The line of these prices over the last thirteen months, to the last planned one."""
    begin = max(prices[0].valid_from, now - _LONGEST)
    end = max(now, prices[-1].valid_from + _AHEAD)
    shown = [each for each in prices if each.valid_to is None or each.valid_to > begin]
    top = max(each.cents for each in shown)

    def across(moment: datetime) -> float:
        share = (min(max(moment, begin), end) - begin) / max(end - begin, timedelta(seconds=1))
        return round(_EDGE + share * (WIDTH - 2 * _EDGE), 1)

    def down(cents: int) -> float:
        return round(HEIGHT - _EDGE - cents / top * (HEIGHT - 3 * _EDGE), 1)

    steps = [f"M{across(begin)} {down(shown[0].cents)}"]
    for each in shown:
        steps += [f"V{down(each.cents)}", f"H{across(each.valid_to or end)}"]
    shaded = [
        (across(since), round(across(until) - across(since), 1))
        for since, until in windows
        if until > begin and since < end
    ]
    return Drawing(" ".join(steps), tuple(shaded), across(now))
