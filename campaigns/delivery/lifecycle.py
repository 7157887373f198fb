"""The moves of a delivery and of a batch, each a conditional update; nobody else sets a status."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select, update

from campaigns import clock
from campaigns.accounts.models import Organisation
from campaigns.database import Session, changed
from campaigns.delivery.models import Batch, BatchState, Delivery, DeliveryStatus, Reason
from campaigns.planning.models import Campaign, CampaignStatus

S = DeliveryStatus
PACED_AHEAD = timedelta(seconds=10)
"""A paced campaign whose next message is further away than this is left for a later tick."""


def claim(session: Session, *, owner: str, lease_seconds: int) -> Batch | None:
    """Take the oldest waiting batch of a sending campaign under a fenced lease.

    A paced campaign is held by one worker at a time. Served by ix_batch_waiting; the epoch rises
    with every claim, so that a worker frozen past its lease finds itself fenced off.
    """
    now = clock.now(session)
    held = Batch.__table__.alias("held")
    one_holder = or_(
        Campaign.pace_per_minute == 0,
        and_(
            or_(Campaign.next_slot_at.is_(None), Campaign.next_slot_at <= now + PACED_AHEAD),
            ~exists(
                select(held.c.id).where(
                    held.c.campaign_id == Campaign.id, held.c.state == BatchState.CLAIMED
                )
            ),
        ),
    )
    waiting = (
        select(Batch.id)
        .join(Campaign, Campaign.id == Batch.campaign_id)
        .where(
            Batch.state == BatchState.WAITING,
            Campaign.status == CampaignStatus.SENDING,
            one_holder,
            ~exists(select(Organisation.id).where(Organisation.sending_paused_at.is_not(None))),
        )
        .order_by(Batch.id)
        .limit(1)
        .with_for_update(of=Batch, skip_locked=True)
        .scalar_subquery()
    )
    return session.scalar(
        update(Batch)
        .where(Batch.id == waiting)
        .values(
            state=BatchState.CLAIMED,
            owner=owner,
            epoch=Batch.epoch + 1,
            lease_until=now + timedelta(seconds=lease_seconds),
        )
        .returning(Batch)
        .execution_options(synchronize_session=False)
    )


def renew(session: Session, batch: Batch, *, lease_seconds: int) -> bool:
    """Hold the batch for longer; False where the lease was lost to the reaper."""
    now = clock.now(session)
    result = session.execute(
        update(Batch)
        .where(
            Batch.id == batch.id,
            Batch.owner == batch.owner,
            Batch.epoch == batch.epoch,
            Batch.state == BatchState.CLAIMED,
            Batch.lease_until > now,
        )
        .values(lease_until=now + timedelta(seconds=lease_seconds), crashes=0)
        .execution_options(synchronize_session=False)
    )
    return changed(result) == 1


def give_back(session: Session, batch: Batch) -> bool:
    """Let go of the batch: done where nothing of it is queued, else waiting for anyone."""
    left = exists(
        select(Delivery.id).where(Delivery.batch_id == batch.id, Delivery.status == S.QUEUED)
    )
    is_left = bool(session.scalar(select(left)))
    result = session.execute(
        update(Batch)
        .where(Batch.id == batch.id, Batch.owner == batch.owner, Batch.epoch == batch.epoch)
        .where(Batch.state == BatchState.CLAIMED)
        .values(
            state=BatchState.WAITING if is_left else BatchState.DONE, owner="", lease_until=None
        )
        .execution_options(synchronize_session=False)
    )
    return changed(result) == 1


def take_over(session: Session) -> Sequence[Batch]:
    """Batches whose worker is gone: their lease ended, so they wait again, one crash the more.

    What was in flight under them becomes uncertain: it may have been accepted.
    """
    now = clock.now(session)
    expired = (
        select(Batch.id)
        .where(Batch.state == BatchState.CLAIMED, Batch.lease_until <= now)
        .with_for_update(skip_locked=True)
    )
    batches = session.scalars(
        update(Batch)
        .where(Batch.id.in_(expired.scalar_subquery()))
        .values(state=BatchState.WAITING, owner="", lease_until=None, crashes=Batch.crashes + 1)
        .returning(Batch)
        .execution_options(synchronize_session=False)
    ).all()
    unheld = select(Batch.id).where(Batch.state != BatchState.CLAIMED)
    session.execute(
        update(Delivery)
        .where(Delivery.status == S.INFLIGHT, Delivery.batch_id.in_(unheld))
        .values(
            status=S.UNCERTAIN,
            answer="the worker ended before the mail server's answer was recorded",
            batch_id=None,
        )
        .execution_options(synchronize_session=False)
    )
    return batches


def depart(session: Session, delivery_id: int, *, batch: Batch) -> bool:
    """queued -> inflight: the intent; False where this row is not ours to send (any more)."""
    result = session.execute(
        update(Delivery)
        .where(
            Delivery.id == delivery_id, Delivery.batch_id == batch.id, Delivery.status == S.QUEUED
        )
        .values(status=S.INFLIGHT, attempts=Delivery.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return changed(result) == 1


def accept(session: Session, delivery_id: int, *, answer: str) -> bool:
    """inflight | uncertain -> sent: the mail server accepted it; a late truth counts too."""
    now = clock.now(session)
    return _settle(
        session,
        delivery_id,
        out_of=(S.INFLIGHT, S.UNCERTAIN),
        status=S.SENT,
        sent_at=now,
        settled_at=now,
        answer=answer[:500],
    )


def fail(session: Session, delivery_id: int, *, reason: Reason, answer: str) -> bool:
    """inflight -> failed: it could not be sent, and why."""
    return _settle(
        session,
        delivery_id,
        out_of=(S.INFLIGHT,),
        status=S.FAILED,
        reason=reason,
        settled_at=clock.now(session),
        answer=answer[:500],
    )


def skip(session: Session, delivery_id: int, *, reason: Reason) -> bool:
    """queued -> skipped: decided not to send, and why."""
    return _settle(
        session,
        delivery_id,
        out_of=(S.QUEUED,),
        status=S.SKIPPED,
        reason=reason,
        settled_at=clock.now(session),
    )


def doubt(session: Session, delivery_id: int, *, answer: str) -> bool:
    """inflight -> uncertain: handed over, and the answer never came."""
    return _settle(
        session, delivery_id, out_of=(S.INFLIGHT,), status=S.UNCERTAIN, answer=answer[:500]
    )


def defer(session: Session, delivery_id: int, *, until: datetime, answer: str) -> bool:
    """inflight -> queued at a later moment: the mail server asked for patience."""
    return _settle(
        session,
        delivery_id,
        out_of=(S.INFLIGHT,),
        status=S.QUEUED,
        next_at=until,
        answer=answer[:500],
    )


def take_back(session: Session, delivery_id: int, *, batch: Batch) -> bool:
    """inflight -> queued in its batch: nothing can have been accepted; no attempt is charged."""
    result = session.execute(
        update(Delivery)
        .where(
            Delivery.id == delivery_id, Delivery.batch_id == batch.id, Delivery.status == S.INFLIGHT
        )
        .values(status=S.QUEUED, attempts=func.greatest(Delivery.attempts - 1, 0))
        .execution_options(synchronize_session=False)
    )
    return changed(result) == 1


def cancel_queued(session: Session, campaign: Campaign) -> int:
    """queued -> skipped(cancelled) for everything of a cancelled campaign; says how many."""
    result = session.execute(
        update(Delivery)
        .where(Delivery.campaign_id == campaign.id, Delivery.status == S.QUEUED)
        .values(
            status=S.SKIPPED,
            reason=Reason.CANCELLED,
            settled_at=clock.now(session),
            batch_id=None,
        )
        .execution_options(synchronize_session=False)
    )
    return changed(result)


def _settle(
    session: Session,
    delivery_id: int,
    *,
    out_of: Sequence[DeliveryStatus],
    **values: object,
) -> bool:
    result = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.status.in_(out_of))
        .values(batch_id=None, **values)
        .execution_options(synchronize_session=False)
    )
    return changed(result) == 1
