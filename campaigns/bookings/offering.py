"""Another time, offered by the desk: held for the person until they say yes, or agreed by phone."""

from campaigns import clock
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.bookings import letters, lifecycle, steps
from campaigns.bookings.models import Booking, BookingStatus, StepKind
from campaigns.database import Session
from campaigns.errors import Invalid, NotInState

S = BookingStatus
K = StepKind


def offer_time(
    session: Session,
    booking: Booking,
    *,
    slot_id: int,
    actor: User,
    agreed: bool = False,
    say: str = "",
    undoable: bool = False,
) -> None:
    """Move it to another time: agreed by phone it is confirmed at once, else the letter asks.

    The promised price stays. Raises SlotFull or NotInState.
    """
    permissions.require(actor, Verb.BOOKINGS)
    lifecycle.lock(session, booking)
    if booking.slot_id == slot_id:
        raise Invalid("This is the time it has already. Choose another one.")
    was = steps.before(booking)
    asks = booking.status is S.HELD and not agreed
    offered_at = clock.now(session) if asks else None
    # Two refusals are possible after the first write: neither leaves half a move behind.
    with session.begin_nested():
        lifecycle.put_at(session, booking, slot_id=slot_id, offered_at=offered_at)
        kind, letter = (K.OFFERED, letters.OFFERED) if asks else (K.CHANGED, letters.CHANGED)
        if booking.status is S.HELD and agreed:
            lifecycle.expect(session, booking)
            kind, letter = K.CONFIRMED, letters.CONFIRMED
    subject = f"booking {booking.reference}"
    audit.record(session, actor=actor, verb="offer another time", subject=subject, reason=say)
    steps.record(
        session, booking, kind, was=was, by=actor, say=say, letter=letter, undoable=undoable
    )


def accept(session: Session, booking: Booking) -> None:
    """The person says yes to the time the desk offered; twice is once. Raises NotInState."""
    lifecycle.lock(session, booking)
    if booking.status is S.CONFIRMED:
        return
    if booking.status is S.HELD and booking.offered_at is None:
        raise NotInState("The clinic has not answered yet. It will write to you.")
    was = steps.before(booking)
    lifecycle.expect(session, booking)
    steps.record(session, booking, K.CONFIRMED, was=was, letter=letters.CONFIRMED)
