"""What the tick sweeps up: lost leases, deferred rows that are due, campaigns that are finished.

A long verb, harmless to run twice or by two schedulers at once.
"""

from collections import defaultdict

from sqlalchemy import Exists, exists, func, select, update

from campaigns import clock, database, logs, settings
from campaigns.database import Session, Sessions
from campaigns.delivery import bells, lifecycle
from campaigns.delivery.models import Batch, BatchState, Delivery, DeliveryStatus
from campaigns.planning import lifecycle as campaign_lifecycle
from campaigns.planning.models import Campaign, CampaignStatus

log = logs.get(__name__)

_CRASHES = 3
_OPEN = (DeliveryStatus.QUEUED, DeliveryStatus.INFLIGHT)


def sweep(sessions: Sessions) -> None:
    """One round: reap, end what was cancelled, gather what is due, finish, ring for what waits."""
    with database.transaction(sessions) as session:
        _reap(session)
    with database.transaction(sessions) as session:
        end_cancelled(session)
    with database.transaction(sessions) as session:
        gather_due(session)
    with database.transaction(sessions) as session:
        finish_done(session)
    with database.transaction(sessions) as session:
        ring(session)


def _reap(session: Session) -> None:
    for batch in lifecycle.take_over(session):
        log.warning(
            "a worker is gone; its batch waits again", batch=batch.id, crashes=batch.crashes
        )
        if batch.crashes >= _CRASHES:
            campaign = session.get_one(Campaign, batch.campaign_id)
            reason = (
                f"workers ended {batch.crashes} times at batch {batch.id} without sending. "
                "Look at the workers' logs, then resume."
            )
            campaign_lifecycle.pause(session, campaign, reason=reason)


def end_cancelled(session: Session) -> int:
    """Skip what was queued again, or frozen, while its campaign was being cancelled; how many."""
    is_left = exists().where(
        Delivery.campaign_id == Campaign.id, Delivery.status == DeliveryStatus.QUEUED
    )
    cancelled = session.scalars(
        select(Campaign).where(Campaign.status == CampaignStatus.CANCELLED, is_left)
    ).all()
    return sum(lifecycle.cancel_queued(session, campaign) for campaign in cancelled)


def gather_due(session: Session) -> int:
    """Put queued rows without a batch whose moment has come into new batches; says how many."""
    now = clock.now(session)
    rows = session.execute(
        select(Delivery.id, Delivery.campaign_id)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(
            Delivery.status == DeliveryStatus.QUEUED,
            Delivery.batch_id.is_(None),
            Delivery.next_at <= now,
            Campaign.status == CampaignStatus.SENDING,
        )
        .order_by(Delivery.id)
        .limit(10_000)
        .with_for_update(of=Delivery, skip_locked=True)
    ).all()
    by_campaign = defaultdict(list)
    for delivery_id, campaign_id in rows:
        by_campaign[campaign_id].append(delivery_id)
    size = settings.current().batch_size
    for campaign_id, ids in by_campaign.items():
        for start in range(0, len(ids), size):
            _batch(session, campaign_id, ids[start : start + size])
    return len(rows)


def _batch(session: Session, campaign_id: int, delivery_ids: list[int]) -> None:
    batch = Batch(campaign_id=campaign_id, state=BatchState.WAITING)
    session.add(batch)
    session.flush()
    session.execute(update(Delivery).where(Delivery.id.in_(delivery_ids)).values(batch_id=batch.id))


def finish_done(session: Session) -> int:
    """Finish campaigns by counting: no row queued or in flight (ix_delivery_open).

    Counted once more under the campaign's lock, which a person's retry holds as well.
    """
    seems_done = (
        select(Campaign)
        .where(Campaign.status == CampaignStatus.SENDING, ~_is_open())
        .order_by(Campaign.id)
        .with_for_update(skip_locked=True)
    )
    locked = [each.id for each in session.scalars(seems_done)]
    done = session.scalars(select(Campaign).where(Campaign.id.in_(locked), ~_is_open())).all()
    return sum(campaign_lifecycle.finish(session, campaign) for campaign in done)


def _is_open() -> Exists:
    return exists(
        select(Delivery.id).where(Delivery.campaign_id == Campaign.id, Delivery.status.in_(_OPEN))
    )


def ring(session: Session) -> None:
    """Ring for every sending campaign that has a batch waiting, the oldest first."""
    waiting = session.scalars(
        select(Batch.campaign_id)
        .join(Campaign, Campaign.id == Batch.campaign_id)
        .where(Batch.state == BatchState.WAITING, Campaign.status == CampaignStatus.SENDING)
        .group_by(Batch.campaign_id)
        .order_by(func.min(Batch.id))
    ).all()
    for campaign_id in waiting:
        bells.ring(session, campaign_id)
