"""The moves of a booking: requested by a reader, confirmed or declined by the desk, let go in time.

Every move is a conditional update in the caller's transaction. Rows are locked in one order
(contact, booking, slots, promotion), so that two moves never wait for each other in a circle.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from campaigns import clock, database, settings
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.bookings import attribution, letters, queries, quoting, redemption, references
from campaigns.bookings.models import Booking, BookingStatus
from campaigns.bookings.quoting import Promise
from campaigns.bookings.wish import Wish
from campaigns.contacts.models import Contact
from campaigns.database import Session, Sessions, changed
from campaigns.delivery.models import Delivery
from campaigns.errors import Conflict, NotInState
from campaigns.language import translate
from campaigns.promotions import availability
from campaigns.promotions.models import Slot

S = BookingStatus
OPEN = frozenset({S.HELD, S.CONFIRMED})
_MOST_OPEN = 3
"""Requests of one contact that may wait for the desk at once."""


def request(session: Session, *, delivery: Delivery, wish: Wish, key: str) -> Booking:
    """Ask for a package at a moment: its price is promised, its place and its offer are held.

    The same request twice (the same key, or the same package at the same moment) is one booking.
    Raises Invalid, SlotFull, OfferEnded or Conflict, each with what to do.
    """
    # A savepoint: a page that catches the refusal and answers must not keep half a booking.
    with session.begin_nested():
        contact = _lock_contact(session, delivery.contact_id)
        before = _requested_before(session, contact, wish, key)
        if before is not None:
            return before
        _require_few_open(session, contact)
        promise = quoting.promise(session, delivery=delivery, contact=contact, wish=wish)
        booking = _hold(session, delivery, wish, promise, key)
        redemption.hold(session, booking)
        attribution.credit(session, booking)
        letters.leave(session, queries.visit(session, booking), kind=letters.RECEIVED)
        return booking


def confirm(session: Session, booking: Booking, *, actor: User) -> None:
    """The desk expects them: the place and the offer are theirs. Raises NotInState."""
    permissions.require(actor, Verb.BOOKINGS)
    now = clock.now(session)
    _lock(session, booking)
    moved = _move(
        session,
        booking,
        to=S.CONFIRMED,
        out_of={S.HELD},
        held_after=now,
        confirmed_at=now,
        hold_until=None,
        sequence=booking.sequence + 1,
    )
    if not moved:
        raise _not_possible(booking, "confirmed", now)
    availability.confirm(session, booking.slot_id)
    redemption.capture(session, booking)
    audit.record(session, actor=actor, verb="confirm", subject=f"booking {booking.reference}")
    letters.leave(session, queries.visit(session, booking), kind=letters.CONFIRMED)


def decline(session: Session, booking: Booking, *, actor: User, reason: str) -> None:
    """The desk cannot take them: the place and the offer are free again. Raises NotInState."""
    permissions.require(actor, Verb.BOOKINGS)
    _lock(session, booking)
    if not _end(session, booking, to=S.DECLINED, out_of={S.HELD}):
        raise _not_possible(booking, "declined", clock.now(session))
    audit.record(
        session,
        actor=actor,
        verb="decline",
        subject=f"booking {booking.reference}",
        reason=reason,
    )
    letters.leave(session, queries.visit(session, booking), kind=letters.DECLINED)


def cancel(session: Session, booking: Booking) -> None:
    """The reader will not come; cancelling twice is cancelling once. Raises NotInState."""
    _lock(session, booking)
    if booking.status is S.CANCELLED:
        return
    _require_open(session, booking, "cancelled")
    _end(session, booking, to=S.CANCELLED, out_of=OPEN)
    letters.leave(session, queries.visit(session, booking), kind=letters.CANCELLED)


def change(session: Session, booking: Booking, *, slot_id: int) -> None:
    """Move it to another moment; a confirmed one stays confirmed. Raises SlotFull, NotInState."""
    _lock(session, booking)
    if booking.slot_id == slot_id and booking.status in OPEN:
        return
    _require_open(session, booking, "changed")
    now = clock.now(session)
    visit = queries.visit(session, booking)
    slot = quoting.slot_for(
        session,
        visit.package,
        queries.promotion_of(session, booking),
        slot_id=slot_id,
        language=visit.contact.language,
    )
    held = booking.status is S.HELD
    _move_place(session, old=booking.slot_id, new=slot.id, confirmed=not held)
    _move(
        session,
        booking,
        to=booking.status,
        out_of={booking.status},
        slot_id=slot.id,
        sequence=booking.sequence + 1,
        hold_until=_hold_until(now, slot.starts_at) if held else None,
    )
    letters.leave(session, queries.visit(session, booking), kind=letters.CHANGED)


def may_change(session: Session, booking: Booking) -> bool:
    """Whether the reader may still change or cancel: it stands, and the visit is to come."""
    if booking.status not in OPEN:
        return False
    return queries.visit(session, booking).slot.starts_at > clock.now(session)


def expire_due(sessions: Sessions) -> int:
    """Let go of every request whose hold is over, each in a transaction of its own; how many."""
    with database.transaction(sessions) as session:
        due = queries.due_holds(session, clock.now(session))
    return sum(_expire(sessions, booking_id) for booking_id in due)


def _expire(sessions: Sessions, booking_id: int) -> bool:
    with database.transaction(sessions) as session:
        booking = queries.by_id(session, booking_id)
        _lock(session, booking)
        now = clock.now(session)
        if booking.hold_until is None or booking.hold_until > now:
            return False
        _end(session, booking, to=S.EXPIRED, out_of={S.HELD})
        letters.leave(session, queries.visit(session, booking), kind=letters.DECLINED)
        return True


def _end(
    session: Session, booking: Booking, *, to: BookingStatus, out_of: Collection[BookingStatus]
) -> bool:
    """End a locked booking: the slot, the offer and the credit go back."""
    was = booking.status
    moved = _move(
        session,
        booking,
        to=to,
        out_of=out_of,
        ended_at=clock.now(session),
        hold_until=None,
        sequence=booking.sequence + 1,
    )
    if not moved:
        return False
    availability.release(session, booking.slot_id, confirmed=was is S.CONFIRMED)
    redemption.give_back(session, booking)
    attribution.reverse(session, booking)
    return True


def _hold(session: Session, delivery: Delivery, wish: Wish, promise: Promise, key: str) -> Booking:
    now = clock.now(session)
    quote, slot = promise.quote, promise.slot
    hold_until = _hold_until(now, slot.starts_at)
    availability.hold(session, slot.id)
    booking = Booking(
        reference=references.fresh(session),
        idempotency_key=queries.scoped_key(delivery.contact_id, key),
        contact_id=delivery.contact_id,
        delivery_id=delivery.id,
        package_id=quote.package.id,
        promotion_id=quote.promotion.id if quote.promotion else None,
        code_id=promise.code.id if promise.code else None,
        slot_id=slot.id,
        name=wish.name,
        phone=wish.phone,
        status=S.HELD,
        hold_until=hold_until,
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


def _move_place(session: Session, *, old: int, new: int, confirmed: bool) -> None:
    statement = select(Slot.id).where(Slot.id.in_((old, new))).order_by(Slot.id)
    session.execute(statement.with_for_update(key_share=True))
    availability.hold(session, new)
    if confirmed:
        availability.confirm(session, new)
    availability.release(session, old, confirmed=confirmed)


def _hold_until(now: datetime, starts_at: datetime) -> datetime:
    return min(now + timedelta(hours=settings.current().hold_hours), starts_at)


def _requested_before(session: Session, contact: Contact, wish: Wish, key: str) -> Booking | None:
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


def _require_few_open(session: Session, contact: Contact) -> None:
    """Keep one link from taking every place the clinic has."""
    if queries.open_requests(session, contact_id=contact.id) >= _MOST_OPEN:
        raise Conflict(
            translate(
                "You have {number} requests that wait for our answer. Please wait for it, cancel "
                "one of them, or call us.",
                contact.language,
            ).format(number=_MOST_OPEN)
        )


def _lock_contact(session: Session, contact_id: int) -> Contact:
    """One request of a contact at a time; other rooms may go on pointing at the row."""
    statement = select(Contact).where(Contact.id == contact_id)
    return session.scalars(statement.with_for_update(key_share=True)).one()


def _lock(session: Session, booking: Booking) -> None:
    session.refresh(booking, with_for_update={"key_share": True})


def _move(
    session: Session,
    booking: Booking,
    *,
    to: BookingStatus,
    out_of: Collection[BookingStatus],
    held_after: datetime | None = None,
    **values: Any,
) -> bool:
    """Move the booking if it stands in one of `out_of`; False where someone was faster."""
    statement = update(Booking).where(Booking.id == booking.id, Booking.status.in_(list(out_of)))
    if held_after is not None:
        statement = statement.where(Booking.hold_until > held_after)
    result = session.execute(
        statement.values(status=to, **values).execution_options(synchronize_session=False)
    )
    session.refresh(booking)
    return changed(result) == 1


def _require_open(session: Session, booking: Booking, wish: str) -> None:
    if not may_change(session, booking):
        raise _not_possible(booking, wish, clock.now(session))


def _not_possible(booking: Booking, wish: str, now: datetime) -> NotInState:
    if booking.status is S.HELD and booking.hold_until and booking.hold_until <= now:
        why = "the time it was held for is over; ask the person to choose again"
    elif booking.status in OPEN and wish in {"cancelled", "changed"}:
        why = "the visit has begun"
    else:
        why = f"it is {booking.status}"
    return NotInState(f"Booking {booking.reference} cannot be {wish}: {why}.")
