"""The moves of a delivery and of a batch, each a conditional update; nobody else sets a status."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

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
    _move(
        session,
        Delivery.status == S.INFLIGHT,
        Delivery.batch_id.in_(unheld),
        status=S.UNCERTAIN,
        answer="the worker ended before the mail server's answer was recorded",
        batch_id=None,
    )
    return batches


def depart(session: Session, delivery_id: int, *, batch: Batch) -> bool:
    """queued -> inflight: the intent; False where this row is not ours to send (any more)."""
    moved = _move(
        session,
        *_held(delivery_id, batch, S.QUEUED),
        status=S.INFLIGHT,
        attempts=Delivery.attempts + 1,
    )
    return moved == 1


def accept(session: Session, delivery_id: int, *, answer: str, at: datetime | None = None) -> bool:
    """inflight | uncertain -> sent: the mail server accepted it; a late truth counts too."""
    now = clock.now(session)
    moved = _move(
        session,
        Delivery.id == delivery_id,
        Delivery.status.in_((S.INFLIGHT, S.UNCERTAIN)),
        status=S.SENT,
        sent_at=at or now,
        settled_at=now,
        answer=answer[:500],
        batch_id=None,
    )
    return moved == 1


def fail(session: Session, delivery_id: int, *, batch: Batch, reason: Reason, answer: str) -> bool:
    """inflight -> failed: it could not be sent, and why."""
    moved = _move(
        session,
        *_held(delivery_id, batch, S.INFLIGHT),
        status=S.FAILED,
        reason=reason,
        settled_at=clock.now(session),
        answer=answer[:500],
        batch_id=None,
    )
    return moved == 1


def skip(session: Session, delivery_id: int, *, reason: Reason) -> bool:
    """queued -> skipped: decided not to send, and why."""
    moved = _move(
        session,
        Delivery.id == delivery_id,
        Delivery.status == S.QUEUED,
        status=S.SKIPPED,
        reason=reason,
        settled_at=clock.now(session),
        batch_id=None,
    )
    return moved == 1


def doubt(session: Session, delivery_id: int, *, batch: Batch, answer: str) -> bool:
    """inflight -> uncertain: handed over, and the answer never came."""
    held = _held(delivery_id, batch, S.INFLIGHT)
    return _move(session, *held, status=S.UNCERTAIN, answer=answer[:500], batch_id=None) == 1


def defer(
    session: Session, delivery_id: int, *, batch: Batch, until: datetime, answer: str
) -> bool:
    """inflight -> queued at a later moment: the mail server asked for patience."""
    moved = _move(
        session,
        *_held(delivery_id, batch, S.INFLIGHT),
        status=S.QUEUED,
        next_at=until,
        answer=answer[:500],
        batch_id=None,
    )
    return moved == 1


def take_back(session: Session, delivery_id: int, *, batch: Batch) -> bool:
    """inflight -> queued in its batch: nothing can have been accepted; no attempt is charged."""
    moved = _move(
        session,
        *_held(delivery_id, batch, S.INFLIGHT),
        status=S.QUEUED,
        attempts=func.greatest(Delivery.attempts - 1, 0),
    )
    return moved == 1


def cancel_queued(session: Session, campaign: Campaign) -> int:
    """queued -> skipped(cancelled) for everything of a cancelled campaign; says how many."""
    return _move(
        session,
        Delivery.campaign_id == campaign.id,
        Delivery.status == S.QUEUED,
        status=S.SKIPPED,
        reason=Reason.CANCELLED,
        settled_at=clock.now(session),
        batch_id=None,
    )


def queue_again(session: Session, campaign: Campaign, *conditions: ColumnElement[bool]) -> int:
    """failed | uncertain -> queued, as new: a person asked for it; says how many (they are locked).

    `conditions` say which: `failed_as(...)`, `undecided()`. Served by ix_delivery_trouble.
    """
    now = clock.now(session)
    return _move(
        session,
        Delivery.campaign_id == campaign.id,
        Delivery.status.in_((S.FAILED, S.UNCERTAIN)),
        *conditions,
        status=S.QUEUED,
        reason=Reason.NONE,
        attempts=0,
        crashes=0,
        next_at=now,
        asked_again_at=now,
        settled_at=None,
        batch_id=None,
    )


def failed_as(reason: Reason) -> ColumnElement[bool]:
    """Which deliveries failed in this way."""
    return and_(Delivery.status == S.FAILED, Delivery.reason == reason)


def undecided() -> ColumnElement[bool]:
    """Which deliveries are uncertain, and no person said yet what is to become of them."""
    return and_(Delivery.status == S.UNCERTAIN, Delivery.settled_at.is_(None))


def left_uncertain() -> ColumnElement[bool]:
    """Which deliveries a person left as uncertain."""
    return and_(Delivery.status == S.UNCERTAIN, Delivery.settled_at.is_not(None))


def leave(session: Session, campaign: Campaign) -> int:
    """Uncertain ones stay so, settled: a person decided not to send them again; how many."""
    mine = Delivery.campaign_id == campaign.id
    return _move(session, mine, undecided(), settled_at=clock.now(session))


def take_up(session: Session, campaign: Campaign) -> int:
    """Uncertain ones that were left so are open to a decision again; how many."""
    return _move(session, Delivery.campaign_id == campaign.id, left_uncertain(), settled_at=None)


def _held(
    delivery_id: int, batch: Batch, status: DeliveryStatus
) -> tuple[ColumnElement[bool], ...]:
    """The row while it stands so in this batch: who lost the batch moves nothing of it."""
    return Delivery.id == delivery_id, Delivery.batch_id == batch.id, Delivery.status == status


def _move(session: Session, *conditions: ColumnElement[bool], **values: object) -> int:
    result = session.execute(
        update(Delivery)
        .where(*conditions)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return changed(result)
