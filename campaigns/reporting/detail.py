"""One campaign's report in full: the figures, and by link, day, hour, region and package."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import func, select

from campaigns.accounts import queries as accounts
from campaigns.bookings.models import Booking, BookingStatus, Conversion
from campaigns.contacts.models import Segment
from campaigns.database import Session
from campaigns.delivery.models import DeliveryStatus
from campaigns.planning.models import Campaign
from campaigns.promotions.models import Package
from campaigns.reporting import funnel
from campaigns.reporting.funnel import Report
from campaigns.tracking import curves
from campaigns.tracking.curves import DayLine, HourLine, LinkLine, RegionLine

D = DeliveryStatus
_HAPPENED = (BookingStatus.CONFIRMED, BookingStatus.ATTENDED)
_MOST_DAYS = 31


@dataclass(frozen=True, slots=True)
class PackageLine:
    """Bookings of one package that are credited, those of them that are confirmed, their worth."""

    package: str
    credited: int
    confirmed: int
    cents: int


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the funnel: how many, and how many of the stage before."""

    key: str
    label: str
    number: int
    share: float | None
    """Of the stage before; None where that is nothing."""


@dataclass(frozen=True, slots=True)
class Detail:
    """The whole report; `summaries` say in a sentence what each chart shows."""

    report: Report
    segment: str
    zone: str
    waiting: int
    stages: tuple[Stage, ...]
    links: tuple[LinkLine, ...]
    days: tuple[DayLine, ...]
    later_days: int
    """Days with something on them that are not shown any more."""
    hours: tuple[HourLine, ...]
    regions: tuple[RegionLine, ...]
    packages: tuple[PackageLine, ...]


def detail(session: Session, campaign: Campaign) -> Detail:
    """Read it all (indexes on the campaign; each query passes over its rows once)."""
    zone = accounts.organisation(session).zone
    report = funnel.report(session, campaign)
    days = curves.by_day(session, campaign.id, zone=zone)
    return Detail(
        report=report,
        segment=session.get_one(Segment, campaign.segment_id).title,
        zone=zone,
        waiting=report.count(D.QUEUED) + report.count(D.INFLIGHT),
        stages=_stages(report),
        links=tuple(curves.links(session, campaign.id)),
        days=tuple(days[:_MOST_DAYS]),
        later_days=len(days[_MOST_DAYS:]),
        hours=tuple(curves.by_hour(session, campaign.id, zone=zone)),
        regions=tuple(curves.by_region(session, campaign.id)),
        packages=tuple(_by_package(session, campaign)),
    )


def _stages(report: Report) -> tuple[Stage, ...]:
    bookings = report.bookings
    chain = (
        ("audience", "Audience", report.audience),
        ("sent", "Accepted by the mail server", report.count(D.SENT)),
        ("clickers", "Followed a link", report.figures.clickers),
        ("requested", "Asked for a booking", bookings.requested),
        ("bookings", "Booked, confirmed and credited", bookings.confirmed),
    )
    before = [None, *(number for _, _, number in chain)]
    return tuple(
        Stage(key, label, number, number / previous if previous else None)
        for (key, label, number), previous in zip(chain, before, strict=False)
    )


def _by_package(session: Session, campaign: Campaign) -> list[PackageLine]:
    """What was booked (ix_conversion_campaign_id)."""
    happened = Booking.status.in_(_HAPPENED)
    rows = session.execute(
        select(
            Package.name,
            func.count().label("credited"),
            func.count().filter(happened).label("confirmed"),
            func.coalesce(func.sum(Booking.price_cents).filter(happened), 0).label("cents"),
        )
        .select_from(Conversion)
        .join(Booking, Booking.id == Conversion.booking_id)
        .join(Package, Package.id == Booking.package_id)
        .where(Conversion.campaign_id == campaign.id, Conversion.reversed_at.is_(None))
        .group_by(Package.id)
        .order_by(func.count().desc(), Package.id)
    )
    return [PackageLine(row.name, row.credited, row.confirmed, int(row.cents)) for row in rows]


def day_summary(found: Detail) -> str:
    """What the chart by day shows, as a sentence."""
    best = _best(found.days, lambda each: each.clickers)
    if best is None:
        return "Nobody has followed a link yet."
    return (
        f"Most people followed a link on {best.day:%A, %-d %B}: {best.clickers:,} of "
        f"{found.report.figures.clickers:,} who did at all."
    )


def hour_summary(found: Detail) -> str:
    """What the chart by hour shows, as a sentence."""
    best = _best(found.hours, lambda each: each.clickers)
    if best is None:
        return "Nobody has followed a link yet."
    return (
        f"Most people followed a link between {best.hour:02d}:00 and {(best.hour + 1) % 24:02d}:00 "
        f"on the clinic's clock: {best.clickers:,}."
    )


def link_summary(found: Detail) -> str:
    """What the chart by link shows, as a sentence."""
    best = _best(found.links, lambda each: each.people)
    if best is None:
        return "Nobody has followed a link yet."
    return f"The most followed link, by {best.people:,} people: {link_words(best)}."


def link_words(link: LinkLine) -> str:
    """A link as staff know it."""
    return "the booking page" if link.kind == "book" else link.url


_Line = TypeVar("_Line")


def _best(lines: Sequence[_Line], number: Callable[[_Line], int]) -> _Line | None:
    found: Iterable[_Line] = (each for each in lines if number(each))
    return max(found, key=number, default=None)
