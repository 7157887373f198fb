"""The moves of a booking: requested by a reader, confirmed or declined by the desk, let go in time.

Every move is a conditional update in the caller's transaction. Rows are locked in one order
(contact, booking, slots, promotion), so that two moves never wait for each other in a circle.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from campaigns import clock, database
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.bookings import asking, attribution, letters, queries, quoting, redemption, steps
from campaigns.bookings.models import Booking, BookingStatus, StepKind
from campaigns.bookings.wish import Wish
from campaigns.database import Session, Sessions, changed
from campaigns.delivery.models import Delivery
from campaigns.errors import NotInState
from campaigns.promotions import availability
from campaigns.promotions.models import Slot

S = BookingStatus
K = StepKind
OPEN = frozenset({S.HELD, S.CONFIRMED})


def request(session: Session, *, delivery: Delivery, wish: Wish, key: str) -> Booking:
    """Ask for a package at a moment: its price is promised, its place and its offer are held.

    The same request twice (the same key, or the same package at the same moment) is one booking.
    Raises Invalid, SlotFull, OfferEnded or Conflict, each with what to do.
    """
    # A savepoint: a page that catches the refusal and answers must not keep half a booking.
    with session.begin_nested():
        contact = asking.lock_contact(session, delivery.contact_id)
        made = asking.requested_before(session, contact, wish, key)
        if made is not None:
            return made
        asking.require_few_open(session, contact)
        promise = quoting.promise(session, delivery=delivery, contact=contact, wish=wish)
        booking = asking.hold(
            session, contact=contact, delivery=delivery, wish=wish, promise=promise, key=key
        )
        redemption.hold(session, booking)
        attribution.credit(session, booking)
        steps.record(session, booking, K.REQUESTED, letter=letters.RECEIVED)
        return booking


def confirm(session: Session, booking: Booking, *, actor: User, undoable: bool = False) -> None:
    """The desk expects them: the place and the offer are theirs. Raises NotInState.

    An undoable answer can be undone for half a minute, and its letter waits for as long.
    """
    permissions.require(actor, Verb.BOOKINGS)
    lock(session, booking)
    was = steps.before(booking)
    expect(session, booking)
    audit.record(session, actor=actor, verb="confirm", subject=f"booking {booking.reference}")
    steps.record(
        session,
        booking,
        K.CONFIRMED,
        was=was,
        by=actor,
        letter=letters.CONFIRMED,
        undoable=undoable,
    )


def expect(session: Session, booking: Booking) -> None:
    """A locked booking that is still held becomes a confirmed one; raises NotInState."""
    now = clock.now(session)
    moved = move(
        session,
        booking,
        to=S.CONFIRMED,
        out_of={S.HELD},
        held_after=now,
        confirmed_at=now,
        hold_until=None,
        offered_at=None,
        sequence=booking.sequence + 1,
    )
    if not moved:
        raise not_possible(booking, "confirmed", now)
    availability.confirm(session, booking.slot_id)
    redemption.capture(session, booking)


def decline(
    session: Session,
    booking: Booking,
    *,
    actor: User,
    reason: str,
    say: str = "",
    undoable: bool = False,
) -> None:
    """The desk cannot take them: the place and the offer are free again. Raises NotInState.

    `reason` is for the clinic's records; `say` is told to the person in the letter.
    """
    permissions.require(actor, Verb.BOOKINGS)
    lock(session, booking)
    was = steps.before(booking)
    if not _end(session, booking, to=S.DECLINED, out_of={S.HELD}):
        raise not_possible(booking, "declined", clock.now(session))
    subject = f"booking {booking.reference}"
    audit.record(session, actor=actor, verb="decline", subject=subject, reason=reason)
    steps.record(
        session,
        booking,
        K.DECLINED,
        was=was,
        by=actor,
        reason=reason,
        say=say,
        letter=letters.DECLINED,
        undoable=undoable,
    )


def cancel(session: Session, booking: Booking) -> None:
    """The reader will not come; cancelling twice is cancelling once. Raises NotInState."""
    lock(session, booking)
    if booking.status is S.CANCELLED:
        return
    require_open(session, booking, "cancelled")
    was = steps.before(booking)
    _end(session, booking, to=S.CANCELLED, out_of=OPEN)
    steps.record(session, booking, K.CANCELLED, was=was, letter=letters.CANCELLED)


def change(session: Session, booking: Booking, *, slot_id: int) -> None:
    """Move it to another moment; a confirmed one stays confirmed. Raises SlotFull, NotInState."""
    lock(session, booking)
    if booking.slot_id == slot_id and booking.status in OPEN:
        return
    was = steps.before(booking)
    put_at(session, booking, slot_id=slot_id)
    steps.record(session, booking, K.CHANGED, was=was, letter=letters.CHANGED)


def put_at(
    session: Session, booking: Booking, *, slot_id: int, offered_at: datetime | None = None
) -> None:
    """Move a locked booking's place; a request is held anew. Raises SlotFull, NotInState."""
    require_open(session, booking, "changed")
    visit = queries.visit(session, booking)
    slot = quoting.slot_for(
        session,
        visit.package,
        queries.promotion_of(session, booking),
        slot_id=slot_id,
        language=visit.contact.language,
    )
    held = booking.status is S.HELD
    move_place(session, old=booking.slot_id, new=slot.id, confirmed=not held)
    move(
        session,
        booking,
        to=booking.status,
        out_of={booking.status},
        slot_id=slot.id,
        sequence=booking.sequence + 1,
        hold_until=asking.hold_until(clock.now(session), slot.starts_at) if held else None,
        offered_at=offered_at if held else None,
    )


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
        lock(session, booking)
        now = clock.now(session)
        if booking.hold_until is None or booking.hold_until > now:
            return False
        was = steps.before(booking)
        _end(session, booking, to=S.EXPIRED, out_of={S.HELD})
        steps.record(session, booking, K.EXPIRED, was=was, letter=letters.DECLINED)
        return True


def _end(
    session: Session, booking: Booking, *, to: BookingStatus, out_of: Collection[BookingStatus]
) -> bool:
    """End a locked booking: the slot, the offer and the credit go back."""
    was = booking.status
    moved = move(
        session,
        booking,
        to=to,
        out_of=out_of,
        ended_at=clock.now(session),
        hold_until=None,
        offered_at=None,
        sequence=booking.sequence + 1,
    )
    if not moved:
        return False
    availability.release(session, booking.slot_id, confirmed=was is S.CONFIRMED)
    redemption.give_back(session, booking)
    attribution.reverse(session, booking)
    return True


def move_place(session: Session, *, old: int, new: int, confirmed: bool) -> None:
    """Take a place in the new slot and give the old one back; raises SlotFull."""
    lock_slots(session, old, new)
    availability.hold(session, new)
    if confirmed:
        availability.confirm(session, new)
    availability.release(session, old, confirmed=confirmed)


def lock_slots(session: Session, *slot_ids: int) -> None:
    """Wait for these slots, in the order of their ids."""
    statement = select(Slot.id).where(Slot.id.in_(slot_ids)).order_by(Slot.id)
    session.execute(statement.with_for_update(key_share=True))


def lock(session: Session, booking: Booking) -> None:
    """Wait for whoever moves this booking, and see it as it stands then."""
    session.refresh(booking, with_for_update={"key_share": True})


def move(
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


def require_open(session: Session, booking: Booking, wish: str) -> None:
    """Raise NotInState unless it stands and its visit is to come."""
    if not may_change(session, booking):
        raise not_possible(booking, wish, clock.now(session))


def not_possible(booking: Booking, wish: str, now: datetime) -> NotInState:
    """Why this booking cannot be moved as wished, in words."""
    if booking.status is S.HELD and booking.hold_until and booking.hold_until <= now:
        why = "the time it was held for is over; ask the person to choose again"
    elif booking.status in OPEN and wish in {"cancelled", "changed"}:
        why = "the visit has begun"
    else:
        why = f"it is {booking.status}"
    return NotInState(f"Booking {booking.reference} cannot be {wish}: {why}.")
