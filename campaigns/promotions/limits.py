"""What a promotion may still give away: each step one guarded update of its counters.

The counters stand apart from the promotion, so that a booking never waits for a send. The ledger
of redemptions is kept by `bookings`; its steps call these verbs: hold -> capture -> rollback, or
hold -> release.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, update

from campaigns import clock
from campaigns.database import Session, changed
from campaigns.errors import NotInState, OfferEnded
from campaigns.promotions.models import Promotion, PromotionCounter, PromotionStatus
from campaigns.promotions.standing import Standing, sentence, standing

_Counter = PromotionCounter
# The tick activates a scheduled promotion a moment after it begins; the window decides.
_RUNNING = (PromotionStatus.ACTIVE, PromotionStatus.SCHEDULED)


def hold(session: Session, promotion: Promotion, *, cents: int) -> None:
    """Set one redemption of this saving aside; raises OfferEnded with the reason."""
    now = clock.now(session)
    result = session.execute(
        update(_Counter)
        .where(
            _Counter.promotion_id == promotion.id,
            Promotion.id == _Counter.promotion_id,
            Promotion.status.in_(_RUNNING),
            Promotion.starts_at <= now,
            Promotion.ends_at > now,
            has_room(cents),
        )
        .values(held=_Counter.held + 1, held_cents=_Counter.held_cents + cents)
        .execution_options(synchronize_session=False)
    )
    _forget(session, promotion)
    if changed(result) == 0:
        session.refresh(promotion)
        found = standing(session, promotion, cents=cents)
        # Open again already means that someone gave a place back just now: it was full.
        reason = {Standing.OPEN: Standing.EXHAUSTED}.get(found, found)
        raise OfferEnded(sentence(reason, promotion), reason=reason.value)


def hold_again(session: Session, promotion: Promotion, *, cents: int) -> None:
    """Set aside once more what was just released; a promotion that ended since still keeps it.

    Raises OfferEnded when someone else has the last of it by now.
    """
    result = session.execute(
        update(_Counter)
        .where(
            _Counter.promotion_id == promotion.id,
            Promotion.id == _Counter.promotion_id,
            has_room(cents),
        )
        .values(held=_Counter.held + 1, held_cents=_Counter.held_cents + cents)
        .execution_options(synchronize_session=False)
    )
    _forget(session, promotion)
    if changed(result) == 0:
        reason = Standing.EXHAUSTED
        raise OfferEnded(sentence(reason, promotion), reason=reason.value)


def reopen(session: Session, promotion: Promotion, *, cents: int) -> None:
    """What was used is only held again: the desk undid its confirmation."""
    _step(
        session,
        promotion,
        (_Counter.captured > 0, _Counter.captured_cents >= cents),
        held=_Counter.held + 1,
        held_cents=_Counter.held_cents + cents,
        captured=_Counter.captured - 1,
        captured_cents=_Counter.captured_cents - cents,
    )


def has_room(cents: int) -> ColumnElement[bool]:
    """The condition under which one more saving of this size fits the limits."""
    given = _Counter.captured_cents + _Counter.held_cents
    return and_(
        or_(
            Promotion.max_redemptions.is_(None),
            _Counter.captured + _Counter.held < Promotion.max_redemptions,
        ),
        or_(Promotion.budget_cents.is_(None), given + cents <= Promotion.budget_cents),
    )


def capture(session: Session, promotion: Promotion, *, cents: int) -> None:
    """What was held is used; the promise is honoured even where the promotion has ended since."""
    _step(
        session,
        promotion,
        (_Counter.held > 0, _Counter.held_cents >= cents),
        held=_Counter.held - 1,
        held_cents=_Counter.held_cents - cents,
        captured=_Counter.captured + 1,
        captured_cents=_Counter.captured_cents + cents,
    )


def release(session: Session, promotion: Promotion, *, cents: int) -> None:
    """What was held is free again."""
    _step(
        session,
        promotion,
        (_Counter.held > 0, _Counter.held_cents >= cents),
        held=_Counter.held - 1,
        held_cents=_Counter.held_cents - cents,
    )


def rollback(session: Session, promotion: Promotion, *, cents: int) -> None:
    """What was used is free again: a booking fell away before its first visit."""
    _step(
        session,
        promotion,
        (_Counter.captured > 0, _Counter.captured_cents >= cents),
        captured=_Counter.captured - 1,
        captured_cents=_Counter.captured_cents - cents,
    )


def _step(session: Session, promotion: Promotion, guards: tuple[Any, ...], **values: Any) -> None:
    result = session.execute(
        update(_Counter)
        .where(_Counter.promotion_id == promotion.id, *guards)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    _forget(session, promotion)
    if changed(result) == 0:
        raise NotInState(f"Nothing of that size is set aside under {promotion.name}.")


def _forget(session: Session, promotion: Promotion) -> None:
    known = session.identity_map.get(session.identity_key(_Counter, promotion.id))
    if known is not None:
        session.expire(known)
