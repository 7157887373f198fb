"""What a request needs before it can hold a place: once each, few at a time, as it was promised."""

from datetime import datetime, timedelta

from sqlalchemy import select

from campaigns import clock, settings
from campaigns.bookings import queries, quoting, references
from campaigns.bookings.models import Booking, BookingStatus
from campaigns.bookings.quoting import Promise
from campaigns.bookings.wish import Wish
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.delivery.models import Delivery
from campaigns.errors import Conflict
from campaigns.language import translate
from campaigns.promotions import availability

_MOST_OPEN = 3
"""Requests of one contact that may wait for the desk at once."""


def lock_contact(session: Session, contact_id: int) -> Contact:
    """One request of a contact at a time; other rooms may go on pointing at the row."""
    statement = select(Contact).where(Contact.id == contact_id)
    return session.scalars(statement.with_for_update(key_share=True)).one()


def requested_before(session: Session, contact: Contact, wish: Wish, key: str) -> Booking | None:
    """The booking that this very request already made; raises Conflict for a form used up."""
    package = quoting.package_for(session, wish.package_code)
    found = queries.by_key(session, contact_id=contact.id, key=key)
    if found is None:
        return queries.live_at(
            session, contact_id=contact.id, package_id=package.id, slot_id=wish.slot_id
        )
    same = found.package_id == package.id and found.slot_id == wish.slot_id
    if same and found.status in queries.LIVE:
        return found
    raise Conflict(
        f"This form already made the booking {found.reference} ({found.status}). "
        "Send it once more if you want another one."
    )


def require_few_open(session: Session, contact: Contact) -> None:
    """Keep one link from taking every place the clinic has."""
    if queries.open_requests(session, contact_id=contact.id) >= _MOST_OPEN:
        raise Conflict(
            translate(
                "You have {number} requests that wait for our answer. Please wait for it, cancel "
                "one of them, or call us.",
                contact.language,
            ).format(number=_MOST_OPEN)
        )


def hold(
    session: Session,
    *,
    contact: Contact,
    delivery: Delivery | None,
    wish: Wish,
    promise: Promise,
    key: str,
) -> Booking:
    """A booking that holds its place; the key makes sure it is made once."""
    now = clock.now(session)
    quote, slot = promise.quote, promise.slot
    until = hold_until(now, slot.starts_at)
    availability.hold(session, slot.id)
    booking = Booking(
        reference=references.fresh(session),
        idempotency_key=queries.scoped_key(contact.id, key),
        contact_id=contact.id,
        delivery_id=delivery.id if delivery else None,
        package_id=quote.package.id,
        promotion_id=quote.promotion.id if quote.promotion else None,
        code_id=promise.code.id if promise.code else None,
        slot_id=slot.id,
        name=wish.name,
        phone=wish.phone,
        status=BookingStatus.HELD,
        hold_until=until,
        list_cents=quote.regular_cents,
        price_cents=quote.price_cents,
        currency=quote.currency,
        quote=promise.snapshot,
        self_pay_attested=wish.self_pay_attested,
        created_at=now,
    )
    session.add(booking)
    session.flush()
    return booking


def hold_until(now: datetime, starts_at: datetime) -> datetime:
    """Until when a place is held that was asked for now; never longer than it begins."""
    return min(now + timedelta(hours=settings.current().hold_hours), starts_at)
