"""The main figures of several campaigns at once, for a list."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from campaigns.bookings.models import Booking, BookingStatus, Conversion
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryStatus
from campaigns.tracking.models import Event, EventKind, MadeBy

_OPEN = (DeliveryStatus.QUEUED, DeliveryStatus.INFLIGHT)
_HAPPENED = (BookingStatus.CONFIRMED, BookingStatus.ATTENDED)


@dataclass(frozen=True, slots=True)
class Summary:
    """What one campaign did so far: people, not hits; bookings that are confirmed and credited."""

    audience: int = 0
    waiting: int = 0
    sent: int = 0
    clickers: int = 0
    bookings: int = 0
    revenue_cents: int = 0

    @property
    def settled(self) -> int:
        """How many of the audience need nothing more."""
        return self.audience - self.waiting


def of(session: Session, campaign_ids: Collection[int]) -> Mapping[int, Summary]:
    """The figures of these campaigns by id, in three queries (indexes on the campaign)."""
    ids = list(campaign_ids)
    if not ids:
        return {}
    counts = session.execute(
        select(
            Delivery.campaign_id,
            func.count().label("audience"),
            func.count().filter(Delivery.status.in_(_OPEN)).label("waiting"),
            func.count().filter(Delivery.status == DeliveryStatus.SENT).label("sent"),
        )
        .where(Delivery.campaign_id.in_(ids))
        .group_by(Delivery.campaign_id)
    ).all()
    clicks, booked = _clickers(session, ids), _booked(session, ids)
    return {
        row.campaign_id: Summary(
            row.audience,
            row.waiting,
            row.sent,
            clicks.get(row.campaign_id, 0),
            *booked.get(row.campaign_id, (0, 0)),
        )
        for row in counts
    }


def _clickers(session: Session, ids: list[int]) -> dict[int, int]:
    rows = session.execute(
        select(Event.campaign_id, func.count(Event.delivery_id.distinct()).label("people"))
        .where(
            Event.campaign_id.in_(ids),
            Event.kind == EventKind.CLICKED,
            Event.made_by == MadeBy.HUMAN,
        )
        .group_by(Event.campaign_id)
    )
    return {row.campaign_id: row.people for row in rows}


def _booked(session: Session, ids: list[int]) -> dict[int, tuple[int, int]]:
    rows = session.execute(
        select(
            Conversion.campaign_id,
            func.count().label("bookings"),
            func.coalesce(func.sum(Booking.price_cents), 0).label("cents"),
        )
        .join(Booking, Booking.id == Conversion.booking_id)
        .where(
            Conversion.campaign_id.in_(ids),
            Conversion.reversed_at.is_(None),
            Booking.status.in_(_HAPPENED),
        )
        .group_by(Conversion.campaign_id)
    )
    return {row.campaign_id: (row.bookings, int(row.cents)) for row in rows}
