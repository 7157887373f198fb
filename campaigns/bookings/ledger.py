"""Whether counters and ledger agree: what `bedside verify` counts over all bookings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from campaigns.bookings.models import Booking, BookingStatus, Redemption, RedemptionKind
from campaigns.database import Session
from campaigns.promotions.models import Promotion, PromotionCounter, Slot

K = RedemptionKind
S = BookingStatus

HOLDING = (S.REQUESTED, S.HELD)
USING = (S.CONFIRMED, S.ATTENDED, S.NO_SHOW)

_HELD = {K.HOLD: 1, K.CAPTURE: -1, K.RELEASE: -1}
_CAPTURED = {K.CAPTURE: 1, K.ROLLBACK: -1}


def differences(session: Session) -> list[str]:
    """One sentence for each slot, promotion or booking that does not add up; empty is good."""
    return [*_slots(session), *_counters(session), *_bookings(session)]


def _slots(session: Session) -> Iterator[str]:
    held = func.count(Booking.id).filter(Booking.status.in_(HOLDING))
    confirmed = func.count(Booking.id).filter(Booking.status.in_(USING))
    rows = session.execute(
        select(Slot.id, Slot.held, Slot.confirmed, held, confirmed)
        .outerjoin(Booking, Booking.slot_id == Slot.id)
        .group_by(Slot.id)
        .having(or_(Slot.held != held, Slot.confirmed != confirmed))
        .order_by(Slot.id)
    )
    for slot_id, slot_held, slot_confirmed, booked_held, booked_confirmed in rows:
        yield (
            f"slot {slot_id} counts {slot_held} held and {slot_confirmed} confirmed, "
            f"its bookings {booked_held} and {booked_confirmed}"
        )


def _counters(session: Session) -> Iterator[str]:
    counter = PromotionCounter
    counted = (counter.held, counter.held_cents, counter.captured, counter.captured_cents)
    ledger = tuple(
        _sum(signs, amount) for signs in (_HELD, _CAPTURED) for amount in (1, Redemption.cents)
    )
    rows: Sequence[Any] = session.execute(
        select(Promotion.code, *counted, *ledger)
        .join(counter, counter.promotion_id == Promotion.id)
        .outerjoin(Redemption, Redemption.promotion_id == Promotion.id)
        .group_by(Promotion.code, counter.promotion_id)
        .having(or_(*(one != other for one, other in zip(counted, ledger, strict=True))))
        .order_by(Promotion.code)
    ).all()
    for code, *figures in rows:
        yield (f"promotion {code} counts {_four(figures[:4])}, but its ledger {_four(figures[4:])}")


def _four(figures: Sequence[int]) -> str:
    held, held_cents, captured, captured_cents = figures
    return f"{held} held ({held_cents} cents) and {captured} captured ({captured_cents} cents)"


def _bookings(session: Session) -> Iterator[str]:
    held, captured = _sum(_HELD, 1), _sum(_CAPTURED, 1)
    should_hold = case((Booking.status.in_(HOLDING), 1), else_=0)
    should_use = case((Booking.status.in_(USING), 1), else_=0)
    rows = session.execute(
        select(Booking.reference, Booking.status, held, captured)
        .outerjoin(Redemption, Redemption.booking_id == Booking.id)
        .where(Booking.promotion_id.is_not(None))
        .group_by(Booking.id)
        .having(or_(held != should_hold, captured != should_use))
        .order_by(Booking.reference)
    )
    for reference, status, booked_held, booked_captured in rows:
        yield (
            f"booking {reference} is {status}, but its ledger holds {booked_held} "
            f"and has captured {booked_captured}"
        )


def _sum(signs: Mapping[RedemptionKind, int], amount: Any) -> ColumnElement[int]:
    """What these steps of the ledger add up to, the outgoing ones negative."""
    steps = [(Redemption.kind == kind, amount * sign) for kind, sign in signs.items()]
    return func.coalesce(func.sum(case(*steps, else_=0)), 0)
