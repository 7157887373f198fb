"""What bookings know about a contact: why not to write now, and what segments may ask."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from campaigns.bookings.models import Booking, BookingStatus
from campaigns.bookings.queries import LIVE, TAKING
from campaigns.contacts.facts import Asks, AudienceContext, Fact, Rule
from campaigns.contacts.models import Contact, Topic
from campaigns.errors import Invalid
from campaigns.promotions.models import Promotion, Slot

COOL_DOWN = timedelta(days=30)

_CAME = (BookingStatus.CONFIRMED, BookingStatus.ATTENDED)


def _booking_upcoming(context: AudienceContext) -> ColumnElement[bool]:
    return exists().where(
        Booking.contact_id == Contact.id,
        Booking.status.in_(LIVE),
        Slot.id == Booking.slot_id,
        Slot.starts_at > context.now,
    )


def _cool_down(context: AudienceContext) -> ColumnElement[bool]:
    if context.topic is not Topic.OFFERS:
        return false()
    since = context.now - COOL_DOWN
    return exists().where(
        Booking.contact_id == Contact.id,
        Booking.status.in_(_CAME),
        Slot.id == Booking.slot_id,
        or_(
            Booking.confirmed_at > since,
            and_(Slot.starts_at > since, Slot.starts_at <= context.now),
        ),
    )


def _promotion_used(context: AudienceContext) -> ColumnElement[bool]:
    if not context.promotion_ids:
        return false()
    used = (
        select(func.count())
        .select_from(Booking)
        .where(
            Booking.contact_id == Contact.id,
            Booking.promotion_id == Promotion.id,
            Booking.status.in_(TAKING),
        )
        .correlate(Contact, Promotion)
        .scalar_subquery()
    )
    return exists().where(
        Promotion.id.in_(context.promotion_ids), used >= Promotion.max_per_contact
    )


def _has_booked(context: AudienceContext, value: Any) -> ColumnElement[bool]:
    if not isinstance(value, bool):
        raise Invalid(f"has_booked is true or false, not {value!r}.")
    booked = exists().where(Booking.contact_id == Contact.id, Booking.status.in_(_CAME))
    return booked if value else ~booked


RULES: tuple[Rule, ...] = (
    Rule("booking_upcoming", "The person has a booking that is still to come.", _booking_upcoming),
    Rule("cool_down", "The person booked or came within the last 30 days.", _cool_down),
    Rule("promotion_used", "The person has already used this promotion.", _promotion_used),
)

FACTS: tuple[Fact, ...] = (
    Fact(
        "has_booked",
        "has a confirmed or attended booking",
        "true or false",
        _has_booked,
        Asks.YES_NO,
        "has a confirmed or attended booking",
        "has no confirmed or attended booking",
    ),
)
