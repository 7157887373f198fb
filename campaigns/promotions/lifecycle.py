"""The moves of a promotion's status, and the epoch that every edit raises.

Campaigns pin the epoch; the intent of each chunk compares it under a share lock on the promotion.
An edit therefore locks the row first, changes what it changes, and raises the epoch in one
transaction.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from campaigns import clock
from campaigns.accounts import audit, permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session, changed
from campaigns.errors import NotInState
from campaigns.promotions import limits, pricing
from campaigns.promotions.models import (
    Offer,
    PackagePrice,
    Promotion,
    PromotionCounter,
    PromotionStatus,
)

S = PromotionStatus
OVER = frozenset({S.ENDED, S.ARCHIVED})


def create(session: Session, *, draft: bool = False, **values: Any) -> Promotion:
    """A new promotion with its counters, in the status that its window asks for."""
    promotion = Promotion(status=S.DRAFT, **values)
    if not draft:
        promotion.status = _by_window(session, promotion)
    session.add(promotion)
    session.flush()
    session.add(PromotionCounter(promotion_id=promotion.id))
    session.flush()
    return promotion


def edit(session: Session, promotion: Promotion, **values: Any) -> None:
    """Change a promotion that is not over; raises its epoch, and NotInState where it is over."""
    lock(session, [promotion.id])
    session.refresh(promotion)
    if promotion.status in OVER:
        raise NotInState(
            f"Promotion {promotion.code} has ended and is not edited any more. "
            "Give a new one a code of its own."
        )
    for name, value in values.items():
        setattr(promotion, name, value)
    if promotion.status in {S.SCHEDULED, S.ACTIVE}:
        promotion.status = _by_window(session, promotion)
    session.flush()
    raise_epoch(session, [promotion.id])


def publish(session: Session, promotion: Promotion) -> None:
    """A draft becomes what its window asks for."""
    lock(session, [promotion.id])
    to = _by_window(session, promotion)
    _must(_move(session, promotion, to=to, out_of={S.DRAFT}), promotion, "published")
    raise_epoch(session, [promotion.id])


def lock(session: Session, promotion_ids: Collection[int]) -> None:
    """Wait for every intent that reads these promotions; in the order of their ids."""
    rows = select(Promotion.id).where(Promotion.id.in_(list(promotion_ids)))
    session.execute(rows.order_by(Promotion.id).with_for_update(key_share=True)).all()


def raise_epoch(session: Session, promotion_ids: Collection[int]) -> None:
    """Say that something a campaign promised may have changed; the rows are locked by it."""
    lock(session, promotion_ids)
    session.execute(
        update(Promotion)
        .where(Promotion.id.in_(list(promotion_ids)))
        .values(epoch=Promotion.epoch + 1)
        .execution_options(synchronize_session="fetch")
    )


def pause(session: Session, promotion: Promotion, *, actor: User, reason: str = "") -> None:
    """Stop giving it for now; campaigns that carry it pause at their next intent."""
    permissions.require(actor, Verb.EDIT_OFFERS)
    _must(_move(session, promotion, to=S.PAUSED, out_of={S.ACTIVE}), promotion, "paused")
    _audit(session, promotion, actor, "pause promotion", reason)


def resume(session: Session, promotion: Promotion, *, actor: User, reason: str = "") -> None:
    """Give it again, if its window is still open."""
    permissions.require(actor, Verb.EDIT_OFFERS)
    to = _by_window(session, promotion)
    _must(_move(session, promotion, to=to, out_of={S.PAUSED}), promotion, "resumed")
    _audit(session, promotion, actor, "resume promotion", reason)


def end(session: Session, promotion: Promotion, *, actor: User, reason: str = "") -> None:
    """End it before its time; its last day is today."""
    permissions.require(actor, Verb.EDIT_OFFERS)
    now = clock.now(session)
    zone = clock.zone(accounts.organisation(session).zone)
    moved = _move(
        session,
        promotion,
        to=S.ENDED,
        out_of={S.ACTIVE, S.PAUSED, S.EXHAUSTED},
        ends_at=max(now, promotion.starts_at + timedelta(seconds=1)),
        last_day=now.astimezone(zone).date(),
    )
    _must(moved, promotion, "ended")
    _audit(session, promotion, actor, "end promotion", reason)


def withdraw(session: Session, promotion: Promotion, *, actor: User, reason: str = "") -> None:
    """A promotion that has not begun is a draft again; campaigns that carry it cannot start."""
    permissions.require(actor, Verb.EDIT_OFFERS)
    _must(_move(session, promotion, to=S.DRAFT, out_of={S.SCHEDULED}), promotion, "withdrawn")
    raise_epoch(session, [promotion.id])
    _audit(session, promotion, actor, "withdraw promotion", reason)


def begin_prices(session: Session) -> int:
    """Tell the promotions of every planned price that has begun; how many (a handful of rows)."""
    begun = select(PackagePrice).where(
        ~PackagePrice.announced, PackagePrice.valid_from <= clock.now(session)
    )
    prices = list(session.scalars(begun.order_by(PackagePrice.id).with_for_update()))
    touched = select(Offer.promotion_id).where(
        Offer.package_id.in_([each.package_id for each in prices])
    )
    raise_epoch(session, sorted(set(session.scalars(touched))))
    for each in prices:
        each.announced = True
    session.flush()
    return len(prices)


def activate_due(session: Session) -> int:
    """Begin every scheduled promotion whose window is open; how many."""
    now = clock.now(session)
    return _sweep(
        session,
        to=S.ACTIVE,
        out_of={S.SCHEDULED},
        conditions=(Promotion.starts_at <= now, Promotion.ends_at > now),
    )


def end_due(session: Session) -> int:
    """End every promotion whose window is over; how many."""
    running = {S.SCHEDULED, S.ACTIVE, S.PAUSED, S.EXHAUSTED}
    over = (Promotion.ends_at <= clock.now(session),)
    return _sweep(session, to=S.ENDED, out_of=running, conditions=over)


def settle_limits(session: Session) -> int:
    """Mark what is used up as exhausted, and open again what has room once more; how many."""
    moved = 0
    for promotion in session.scalars(
        select(Promotion)
        .where(Promotion.status.in_([S.ACTIVE, S.EXHAUSTED]))
        .order_by(Promotion.id)
    ):
        room = _has_room(session, promotion)
        if promotion.status is S.ACTIVE and not room:
            moved += _move(session, promotion, to=S.EXHAUSTED, out_of={S.ACTIVE})
        elif promotion.status is S.EXHAUSTED and room:
            moved += _move(session, promotion, to=S.ACTIVE, out_of={S.EXHAUSTED})
    return moved


def tick(session: Session) -> int:
    """Everything that time and use do to promotions (Job.END_PROMOTIONS); how many moved."""
    moved = begin_prices(session) + end_due(session)
    return moved + activate_due(session) + settle_limits(session)


def _has_room(session: Session, promotion: Promotion) -> bool:
    """Whether the smallest saving that it promises still fits its limits."""
    savings = [each.saving.cents for each in pricing.quotes(session, promotion.id)]
    fits = limits.has_room(min(savings, default=0))
    query = (
        select(func.count())
        .select_from(Promotion)
        .join(PromotionCounter, PromotionCounter.promotion_id == Promotion.id)
        .where(Promotion.id == promotion.id, fits)
    )
    return bool(session.scalar(query))


def _by_window(session: Session, promotion: Promotion) -> PromotionStatus:
    now = clock.now(session)
    if now < promotion.starts_at:
        return S.SCHEDULED
    return S.ACTIVE if now < promotion.ends_at else S.ENDED


def _move(
    session: Session,
    promotion: Promotion,
    *,
    to: PromotionStatus,
    out_of: Collection[PromotionStatus],
    **values: Any,
) -> bool:
    result = session.execute(
        update(Promotion)
        .where(Promotion.id == promotion.id, Promotion.status.in_(list(out_of)))
        .values(status=to, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(promotion)
    return changed(result) == 1


def _sweep(
    session: Session,
    *,
    to: PromotionStatus,
    out_of: Collection[PromotionStatus],
    conditions: tuple[Any, ...],
) -> int:
    result = session.execute(
        update(Promotion)
        .where(Promotion.status.in_(list(out_of)), *conditions)
        .values(status=to)
        .execution_options(synchronize_session="fetch")
    )
    return changed(result)


def _must(moved: bool, promotion: Promotion, wish: str) -> None:
    if not moved:
        raise NotInState(f"Promotion {promotion.code} cannot be {wish}: it is {promotion.status}.")


def _audit(session: Session, promotion: Promotion, actor: User, verb: str, reason: str) -> None:
    audit.record(
        session, actor=actor, verb=verb, subject=f"promotion {promotion.code}", reason=reason
    )
