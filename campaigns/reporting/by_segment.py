"""A campaign's people by saved segment, as the segments stand today."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, Subquery, func, select

from campaigns import clock
from campaigns.bookings.models import Booking, BookingStatus, Conversion
from campaigns.contacts import queries as contacts
from campaigns.contacts import segments
from campaigns.contacts.facts import AudienceContext, Fact
from campaigns.contacts.models import Contact, Segment
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryStatus
from campaigns.errors import Invalid
from campaigns.planning.models import Campaign
from campaigns.tracking.models import Event, EventKind, MadeBy

MOST = 12
_HAPPENED = (BookingStatus.CONFIRMED, BookingStatus.ATTENDED)


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """The people of one campaign who are in a segment today, and what came of their messages."""

    name: str
    title: str
    accepted: int
    clickers: int
    booked: int
    """Confirmed bookings that are credited to the campaign."""
    cents: int


@dataclass(frozen=True, slots=True)
class BySegment:
    """A line for each of the first segments; `left_out` others are not counted."""

    lines: tuple[SegmentLine, ...]
    left_out: int


def by_segment(session: Session, campaign: Campaign, *, facts: Sequence[Fact]) -> BySegment:
    """The campaign's own segment first, then the others by name: one query for each, up to `MOST`.

    Unique index on campaign, ix_event_campaign, ix_conversion_campaign_id; contacts by their key.
    """
    known = contacts.segments(session)
    known.sort(key=lambda each: each.id != campaign.segment_id)
    context = AudienceContext(topic=campaign.topic, now=clock.now(session))
    lines = [_line(session, campaign, each, facts, context) for each in known[:MOST]]
    told = tuple(each for each in lines if each)
    return BySegment(lines=told, left_out=len(known) - len(told))


def _line(
    session: Session,
    campaign: Campaign,
    segment: Segment,
    facts: Sequence[Fact],
    context: AudienceContext,
) -> SegmentLine | None:
    try:
        members = segments.members(segment, facts=facts, context=context)
    except Invalid:
        return None  # its rule asks for what is not known any more; the report stands without it
    row = session.execute(_of_campaign(campaign.id).where(members)).one()
    return SegmentLine(
        name=segment.name,
        title=segment.title,
        accepted=row.accepted,
        clickers=row.clickers,
        booked=row.booked,
        cents=int(row.cents),
    )


def _of_campaign(campaign_id: int) -> Select[tuple[int, int, int, int]]:
    clicked, booked = _clicked(campaign_id), _booked(campaign_id)
    return (
        select(
            func.count().filter(Delivery.status == DeliveryStatus.SENT).label("accepted"),
            func.count(clicked.c.delivery_id).label("clickers"),
            func.coalesce(func.sum(booked.c.bookings), 0).label("booked"),
            func.coalesce(func.sum(booked.c.cents), 0).label("cents"),
        )
        .select_from(Delivery)
        .join(Contact, Contact.id == Delivery.contact_id)
        .outerjoin(clicked, clicked.c.delivery_id == Delivery.id)
        .outerjoin(booked, booked.c.delivery_id == Delivery.id)
        .where(Delivery.campaign_id == campaign_id)
    )


def _clicked(campaign_id: int) -> Subquery:
    """Messages whose links a person followed."""
    return (
        select(Event.delivery_id)
        .distinct()
        .where(
            Event.campaign_id == campaign_id,
            Event.kind == EventKind.CLICKED,
            Event.made_by == MadeBy.HUMAN,
        )
        .subquery()
    )


def _booked(campaign_id: int) -> Subquery:
    """Messages that confirmed bookings are credited to, with what those are worth."""
    return (
        select(
            Conversion.delivery_id,
            func.count().label("bookings"),
            func.sum(Booking.price_cents).label("cents"),
        )
        .join(Booking, Booking.id == Conversion.booking_id)
        .where(
            Conversion.campaign_id == campaign_id,
            Conversion.reversed_at.is_(None),
            Booking.status.in_(_HAPPENED),
        )
        .group_by(Conversion.delivery_id)
        .subquery()
    )
