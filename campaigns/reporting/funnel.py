"""One campaign's report: the waterfall of its audience and the funnel of what came of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from campaigns import clock, settings
from campaigns.bookings.models import Booking, BookingStatus, Conversion
from campaigns.database import Session
from campaigns.delivery import queries as delivery
from campaigns.delivery.models import Delivery, DeliveryStatus, Reason
from campaigns.money import Money
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.tracking import queries as tracking
from campaigns.tracking.queries import Figures

_HAPPENED = (BookingStatus.CONFIRMED, BookingStatus.ATTENDED)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the waterfall."""

    status: DeliveryStatus
    reason: Reason
    count: int


@dataclass(frozen=True, slots=True)
class Bookings:
    """Bookings that this campaign led to; `credited` are those of its conversions that stand."""

    requested: int
    confirmed: int
    credited: int
    revenue: Money
    """Prices of confirmed bookings credited to this campaign."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a campaign did, as far as is known at `at`."""

    campaign: str
    status: CampaignStatus
    status_reason: str
    at: datetime
    audience: int
    lines: tuple[Line, ...]
    figures: Figures
    bookings: Bookings
    attribution: str

    def count(self, status: DeliveryStatus) -> int:
        """How many deliveries stand in this status."""
        return sum(line.count for line in self.lines if line.status is status)

    @property
    def adds_up(self) -> bool:
        """Audience = queued + inflight + sent + skipped + failed + uncertain."""
        return self.audience == sum(line.count for line in self.lines)


def report(session: Session, campaign: Campaign) -> Report:
    """The figures of a campaign now."""
    counts = delivery.counts(session, campaign.id)
    order = list(DeliveryStatus)
    lines = tuple(
        Line(status, reason, number)
        for (status, reason), number in sorted(
            counts.items(), key=lambda each: (order.index(each[0][0]), -each[1], each[0][1])
        )
    )
    occurrence = planning.occurrence(session, campaign)
    days = settings.current().attribution_days
    return Report(
        campaign=campaign.name,
        status=campaign.status,
        status_reason=campaign.status_reason,
        at=clock.now(session),
        audience=(occurrence.audience_count or 0) if occurrence else 0,
        lines=lines,
        figures=tracking.figures(session, campaign.id),
        bookings=_bookings(session, campaign),
        attribution=f"promo code, else last human click within {days} days; never opens",
    )


def _bookings(session: Session, campaign: Campaign) -> Bookings:
    credited = and_(Conversion.campaign_id == campaign.id, Conversion.reversed_at.is_(None))
    happened = Booking.status.in_(_HAPPENED)
    row = session.execute(
        select(
            func.count(),
            func.count().filter(happened),
            func.coalesce(func.sum(Booking.price_cents).filter(happened), 0),
        )
        .select_from(Conversion)
        .join(Booking, Booking.id == Conversion.booking_id)
        .where(credited)
    ).one()
    requested = session.scalar(
        select(func.count(Booking.id))
        .join(Delivery, Delivery.id == Booking.delivery_id)
        .where(Delivery.campaign_id == campaign.id)
    )
    return Bookings(
        requested=requested or 0,
        credited=row[0],
        confirmed=row[1],
        revenue=Money(int(row[2]), settings.current().currency),
    )
