"""Who gets the credit for a booking: the code it used, else the last click by a person, else none.

Opens never count: most of them are made by machines.
"""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from campaigns import clock, settings
from campaigns.bookings.models import Booking, Conversion
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryCode
from campaigns.tracking.models import Event, EventKind, MadeBy

BY_CODE = "code"
BY_CLICK = "last_click"


def credit(session: Session, booking: Booking) -> Conversion | None:
    """Credit this booking to one delivery, once; None where nothing earned it."""
    model, delivery = BY_CODE, _by_code(session, booking)
    if delivery is None:
        model, delivery = BY_CLICK, _by_click(session, booking)
    if delivery is None:
        return None
    session.execute(
        insert(Conversion)
        .values(
            booking_id=booking.id,
            campaign_id=delivery.campaign_id,
            delivery_id=delivery.id,
            model=model,
            window_days=settings.current().attribution_days,
            credited_at=clock.now(session),
        )
        .on_conflict_do_nothing(index_elements=["booking_id"])
    )
    return session.scalar(select(Conversion).where(Conversion.booking_id == booking.id))


def reverse(session: Session, booking: Booking) -> None:
    """Take the credit back: the booking fell away."""
    session.execute(
        update(Conversion)
        .where(Conversion.booking_id == booking.id, Conversion.reversed_at.is_(None))
        .values(reversed_at=clock.now(session))
        .execution_options(synchronize_session="fetch")
    )


def restore(session: Session, booking: Booking) -> None:
    """Give the credit again: the booking stands once more."""
    session.execute(
        update(Conversion)
        .where(Conversion.booking_id == booking.id, Conversion.reversed_at.is_not(None))
        .values(reversed_at=None)
        .execution_options(synchronize_session="fetch")
    )


def _by_code(session: Session, booking: Booking) -> Delivery | None:
    if booking.code_id is None:
        return None
    return session.scalar(
        select(Delivery)
        .join(DeliveryCode, DeliveryCode.delivery_id == Delivery.id)
        .where(DeliveryCode.code_id == booking.code_id, Delivery.contact_id == booking.contact_id)
        .order_by(
            (Delivery.id == booking.delivery_id).desc(),
            Delivery.sent_at.desc().nulls_last(),
            Delivery.id.desc(),
        )
        .limit(1)
    )


def _by_click(session: Session, booking: Booking) -> Delivery | None:
    since = booking.created_at - timedelta(days=settings.current().attribution_days)
    return session.scalar(
        select(Delivery)
        .join(Event, Event.delivery_id == Delivery.id)
        .where(
            Delivery.contact_id == booking.contact_id,
            Event.kind == EventKind.CLICKED,
            Event.made_by == MadeBy.HUMAN,
            Event.occurred_at >= since,
            Event.occurred_at <= booking.created_at,
        )
        .order_by(Event.occurred_at.desc(), Event.id.desc())
        .limit(1)
    )
