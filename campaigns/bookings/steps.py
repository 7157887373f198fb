"""What was done to a booking, by whom and with which letter: its history, and what undo needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from campaigns import clock, notices
from campaigns.accounts.models import User
from campaigns.bookings import letters, queries
from campaigns.bookings.models import Booking, BookingStatus, BookingStep, StepKind
from campaigns.database import Session

UNDO_SECONDS = 30
"""How long an answer of the desk can be undone; its letter waits for as long."""


@dataclass(frozen=True, slots=True)
class Before:
    """What stood before a step."""

    status: BookingStatus
    slot_id: int
    hold_until: datetime | None
    offered_at: datetime | None


def before(booking: Booking) -> Before:
    """What stands now, kept before it is changed."""
    return Before(booking.status, booking.slot_id, booking.hold_until, booking.offered_at)


def record(
    session: Session,
    booking: Booking,
    kind: StepKind,
    *,
    was: Before | None = None,
    by: User | None = None,
    reason: str = "",
    say: str = "",
    letter: str = "",
    undoable: bool = False,
) -> BookingStep:
    """Keep a step and leave its letter; a letter of the step before that still waits never leaves.

    An undoable step can be undone for half a minute, and its letter waits for as long. `say` is
    what the letter tells the person; `reason` stays here.
    """
    now = clock.now(session)
    until = now + timedelta(seconds=UNDO_SECONDS) if undoable else None
    _overtake(session, booking)
    key = ""
    if letter:
        visit = queries.visit(session, booking)
        key = letters.leave(session, visit, kind=letter, reason=say, not_before=until)
    made = BookingStep(
        booking_id=booking.id,
        kind=kind,
        at=now,
        user_id=by.id if by else None,
        by=by.name if by else "",
        reason=reason or say,
        slot_id=booking.slot_id,
        letter_key=key,
        was=was.status if was else None,
        slot_was_id=was.slot_id if was else None,
        hold_was=was.hold_until if was else None,
        offered_was=was.offered_at if was else None,
        undo_until=until,
    )
    session.add(made)
    session.flush()
    return made


def _overtake(session: Session, booking: Booking) -> None:
    """A letter that waits for its undo to pass must not leave after one that tells later news."""
    known = last(session, booking)
    if known is not None and known.undo_until is not None and known.letter_key:
        notices.withdraw(session, known.letter_key)


def last(session: Session, booking: Booking) -> BookingStep | None:
    """The newest step of a booking (ix_booking_step_booking_id)."""
    return session.scalar(
        select(BookingStep)
        .where(BookingStep.booking_id == booking.id)
        .order_by(BookingStep.id.desc())
        .limit(1)
    )


def of_booking(session: Session, booking: Booking) -> list[BookingStep]:
    """Everything that was done to a booking, oldest first (ix_booking_step_booking_id)."""
    query = select(BookingStep).where(BookingStep.booking_id == booking.id)
    return list(session.scalars(query.order_by(BookingStep.id)))


def undoable(session: Session, booking: Booking) -> BookingStep | None:
    """The step that can still be undone at this moment; None: there is none any more."""
    step = last(session, booking)
    if step is None or step.undo_until is None or step.undone_at is not None:
        return None
    return step if clock.now(session) < step.undo_until else None
