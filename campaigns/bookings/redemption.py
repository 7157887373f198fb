"""The ledger of what promotions gave away: hold, then capture or release; a capture rolls back.

Append-only, each step once for each state of a booking; the promotion's counters move in the same
transaction, so that they always equal the ledger's sum.
"""

from sqlalchemy import select

from campaigns import clock
from campaigns.bookings import queries
from campaigns.bookings.models import Booking, Redemption, RedemptionKind
from campaigns.database import Session
from campaigns.errors import NotInState
from campaigns.promotions import limits
from campaigns.promotions.models import Promotion

K = RedemptionKind


def hold(session: Session, booking: Booking) -> None:
    """Set the saving of this booking aside; raises OfferEnded when nothing is left."""
    promotion = queries.promotion_of(session, booking)
    if promotion is None:
        return
    limits.hold(session, promotion, cents=_saving(booking))
    _write(session, booking, promotion, K.HOLD)


def capture(session: Session, booking: Booking) -> None:
    """The desk confirmed: what was held is used."""
    promotion = queries.promotion_of(session, booking)
    if promotion is None:
        return
    _require(session, booking, K.HOLD)
    limits.capture(session, promotion, cents=_saving(booking))
    _write(session, booking, promotion, K.CAPTURE)


def give_back(session: Session, booking: Booking) -> None:
    """The booking fell away: what it held is released, what it used is rolled back."""
    promotion = queries.promotion_of(session, booking)
    if promotion is None:
        return
    if standing(session, booking) is K.CAPTURE:
        limits.rollback(session, promotion, cents=_saving(booking))
        _write(session, booking, promotion, K.ROLLBACK)
        return
    _require(session, booking, K.HOLD)
    limits.release(session, promotion, cents=_saving(booking))
    _write(session, booking, promotion, K.RELEASE)


def take_back(session: Session, booking: Booking) -> None:
    """The desk undid its answer: the saving is held again, though the promotion ended since.

    Raises OfferEnded where a declined one was the last, and someone else has it by now.
    """
    promotion = queries.promotion_of(session, booking)
    if promotion is None:
        return
    if standing(session, booking) is K.CAPTURE:
        limits.reopen(session, promotion, cents=_saving(booking))
        _write(session, booking, promotion, K.ROLLBACK)
    else:
        _require(session, booking, K.RELEASE)
        limits.hold_again(session, promotion, cents=_saving(booking))
    _write(session, booking, promotion, K.HOLD)


def standing(session: Session, booking: Booking) -> RedemptionKind | None:
    """The last step of this booking in the ledger (ix_redemption_booking_id)."""
    return session.scalar(
        select(Redemption.kind)
        .where(Redemption.booking_id == booking.id)
        .order_by(Redemption.id.desc())
        .limit(1)
    )


def _require(session: Session, booking: Booking, kind: RedemptionKind) -> None:
    found = standing(session, booking)
    if found is not kind:
        raise NotInState(f"Booking {booking.reference} holds nothing: its offer is {found}.")


def _saving(booking: Booking) -> int:
    return booking.list_cents - booking.price_cents


def _write(session: Session, booking: Booking, promotion: Promotion, kind: RedemptionKind) -> None:
    session.add(
        Redemption(
            booking_id=booking.id,
            promotion_id=promotion.id,
            kind=kind,
            cents=_saving(booking),
            idempotency_key=f"{booking.reference}:{kind}:{booking.sequence}",
            at=clock.now(session),
        )
    )
    session.flush()
