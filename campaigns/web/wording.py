"""How the desk writes times, numbers and money."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from campaigns import addresses, clock
from campaigns.money import Money
from campaigns.promotions import pricing

_TIME = Markup('<time datetime="{}">{}</time>')


@pass_context
def moment(context: Context, instant: datetime | None, zone: str = "") -> Markup | str:
    """`Tue 24 Nov 2026, 09:00 CST`, in the clinic's zone unless another is given."""
    if instant is None:
        return "never"
    return _TIME.format(
        instant.astimezone(UTC).isoformat(), clock.local_text(instant, zone or context["zone"])
    )


@pass_context
def day(context: Context, instant: datetime | None, zone: str = "") -> Markup | str:
    """`Tue 24 Nov 2026`."""
    if instant is None:
        return "never"
    local = clock.on_wall(instant, zone or context["zone"])
    return _TIME.format(local.date().isoformat(), local.strftime("%a %-d %b %Y"))


def span(length: timedelta) -> str:
    """A length of time as people say it: `about 3 hours`, `4 minutes`."""
    seconds = abs(int(length.total_seconds()))
    if seconds < 60:
        return "less than a minute"
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        number = seconds // size
        if number >= 1:
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"


@pass_context
def ago(context: Context, instant: datetime | None, now: datetime | None = None) -> Markup | str:
    """`4 minutes ago` or `in 3 hours`, with the exact moment behind it."""
    if instant is None:
        return "never"
    passed = (now or context["now"]) - instant
    said = f"{span(passed)} ago" if passed >= timedelta(0) else f"in {span(passed)}"
    if abs(passed) < timedelta(minutes=1):
        said = "just now" if passed >= timedelta(0) else "in a moment"
    return _TIME.format(instant.astimezone(UTC).isoformat(), said)


def count(number: int) -> str:
    """`12,345`."""
    return f"{number:,}"


def money(cents: int) -> str:
    """Cents as the installation's currency writes them."""
    return str(Money(cents, pricing.currency()))


def percent(share: float | Decimal | None, digits: int = 1) -> str:
    """A share of 1 as `12.5 %`; a dash where there is none."""
    return "–" if share is None else f"{share * 100:.{digits}f} %"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "moment": moment,
    "day": day,
    "span": span,
    "ago": ago,
    "count": count,
    "money": money,
    "percent": percent,
    "masked": addresses.mask_all,
}
