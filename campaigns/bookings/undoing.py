"""Undo an answer of the desk within half a minute, before its letter has left."""

from datetime import timedelta

from campaigns import clock, notices
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.bookings import asking, attribution, lifecycle, queries, redemption, steps
from campaigns.bookings.models import Booking, BookingStatus, BookingStep, StepKind
from campaigns.database import Session
from campaigns.errors import NotFound, NotInState
from campaigns.promotions import availability

S = BookingStatus
_AT_LEAST = timedelta(minutes=10)
"""How long a request is held at least after an undo, so that the desk can answer it anew."""


def undo(session: Session, booking: Booking, *, step_id: int, actor: User) -> None:
    """Put a booking back to what stood before this step; undoing twice is undoing once.

    Its letter is withdrawn, so that the person never hears of it. Raises NotInState where it is
    too late, SlotFull or OfferEnded where someone else has the place or the offer by now.
    """
    permissions.require(actor, Verb.BOOKINGS)
    asking.lock_contact(session, booking.contact_id)
    lifecycle.lock(session, booking)
    step = _step(session, booking, step_id)
    if step.undone_at is not None:
        return
    _require_in_time(session, booking, step)
    with session.begin_nested():
        _put_back(session, booking, step)
        if step.letter_key and not notices.withdraw(session, step.letter_key):
            raise _too_late(booking)
    step.undone_at = clock.now(session)
    subject = f"booking {booking.reference}"
    audit.record(session, actor=actor, verb=f"undo: {step.kind}", subject=subject)
    steps.record(session, booking, StepKind.UNDONE, by=actor)


def _step(session: Session, booking: Booking, step_id: int) -> BookingStep:
    found = session.get(BookingStep, step_id)
    if found is None or found.booking_id != booking.id:
        raise NotFound(f"Booking {booking.reference} has no such step.")
    return found


def _require_in_time(session: Session, booking: Booking, step: BookingStep) -> None:
    last = steps.last(session, booking)
    if last is None or last.id != step.id:
        raise NotInState(
            f"Booking {booking.reference} has moved on since: it is {booking.status}. "
            "Nothing was undone."
        )
    if step.undo_until is None or step.was is None or clock.now(session) >= step.undo_until:
        raise _too_late(booking)


def _too_late(booking: Booking) -> NotInState:
    return NotInState(
        f"The {steps.UNDO_SECONDS} seconds to undo are over, and the letter about booking "
        f"{booking.reference} leaves. Offer another time instead, or call the person."
    )


def _put_back(session: Session, booking: Booking, step: BookingStep) -> None:
    assert step.was is not None
    assert step.slot_was_id is not None
    lifecycle.lock_slots(session, booking.slot_id, step.slot_was_id)
    if booking.status is S.DECLINED:
        _require_unused(session, booking)
        availability.hold(session, booking.slot_id)
        attribution.restore(session, booking)
    elif booking.status is not step.was:
        availability.reopen(session, booking.slot_id)
    if booking.slot_id != step.slot_was_id:
        confirmed = step.was is S.CONFIRMED
        lifecycle.move_place(
            session, old=booking.slot_id, new=step.slot_was_id, confirmed=confirmed
        )
    if booking.status is not step.was:
        redemption.take_back(session, booking)
    _restore(session, booking, step)


def _restore(session: Session, booking: Booking, step: BookingStep) -> None:
    assert step.was is not None
    hold_until = step.hold_was
    if hold_until is not None:
        hold_until = max(hold_until, clock.now(session) + _AT_LEAST)
    lifecycle.move(
        session,
        booking,
        to=step.was,
        out_of={booking.status},
        slot_id=step.slot_was_id,
        hold_until=hold_until,
        offered_at=step.offered_was,
        confirmed_at=booking.confirmed_at if step.was is S.CONFIRMED else None,
        ended_at=None,
        sequence=booking.sequence + 1,
    )


def _require_unused(session: Session, booking: Booking) -> None:
    """While it was declined, the person may have used the promotion by another booking."""
    promotion = queries.promotion_of(session, booking)
    if promotion is None:
        return
    used = queries.times_used(session, contact_id=booking.contact_id, promotion_id=promotion.id)
    if used >= promotion.max_per_contact:
        raise NotInState(
            f"{booking.name} has used {promotion.name} by another booking since. "
            "Nothing was undone."
        )
