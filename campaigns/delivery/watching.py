"""What the operator asks: what waits, who holds it, what is stuck, what went wrong."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, exists, func, or_, select

from campaigns import addresses, clock
from campaigns.database import Session
from campaigns.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryStatus,
    Reason,
    Relay,
)
from campaigns.notices import Notice, NoticeStatus
from campaigns.planning.models import Campaign, CampaignStatus

S = DeliveryStatus
_OPEN = (S.QUEUED, S.INFLIGHT)
_TROUBLE = (S.FAILED, S.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Load:
    """What one campaign still has to send; of the queued, `due` may leave now."""

    campaign_id: int
    campaign: str
    title: str
    status: CampaignStatus
    pace_per_minute: int
    queued: int
    due: int
    inflight: int
    oldest_due: datetime | None
    next_at: datetime | None
    """When the next of those that were put off comes again."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A batch, the worker that holds it, until when, and what stands in it."""

    batch: int
    campaign: str
    title: str
    worker: str
    until: datetime | None
    crashes: int
    queued: int
    inflight: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """What of one campaign failed in one way, or is uncertain; `example` is masked."""

    campaign: str
    title: str
    status: CampaignStatus
    kind: DeliveryStatus
    reason: Reason
    is_settled: bool
    messages: int
    example: str


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters of the system's own of one kind, waiting or failed; `error` is masked."""

    kind: str
    status: NoticeStatus
    letters: int
    oldest: datetime | None
    error: str


def loads(session: Session) -> list[Load]:
    """What waits or is on its way, by campaign, the oldest first (ix_delivery_open)."""
    now = clock.now(session)
    queued = Delivery.status == S.QUEUED
    due = and_(queued, Delivery.next_at <= now)
    rows = session.execute(
        select(
            Campaign.id.label("campaign_id"),
            Campaign.name.label("campaign"),
            Campaign.title,
            Campaign.status,
            Campaign.pace_per_minute,
            func.count().filter(queued).label("queued"),
            func.count().filter(due).label("due"),
            func.count().filter(Delivery.status == S.INFLIGHT).label("inflight"),
            func.min(Delivery.next_at).filter(due).label("oldest_due"),
            func.min(Delivery.next_at).filter(queued, Delivery.next_at > now).label("next_at"),
        )
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Delivery.status.in_(_OPEN))
        .group_by(Campaign.id)
        .order_by(Campaign.id)
    )
    return [Load(**row._asdict()) for row in rows]


def holders(session: Session) -> list[Holder]:
    """Which worker holds what (ix_batch_leases, then ix_delivery_batch)."""
    rows = session.execute(
        select(
            Batch.id,
            Campaign.name,
            Campaign.title,
            Batch.owner,
            Batch.lease_until,
            Batch.crashes,
            func.count().filter(Delivery.status == S.QUEUED),
            func.count().filter(Delivery.status == S.INFLIGHT),
        )
        .join(Campaign, Campaign.id == Batch.campaign_id)
        .outerjoin(Delivery, Delivery.batch_id == Batch.id)
        .where(Batch.state == BatchState.CLAIMED)
        .group_by(Batch.id, Campaign.id)
        .order_by(Batch.id)
    )
    return [Holder(*row) for row in rows]


def unheld(session: Session) -> int:
    """How many messages are on their way though no worker holds them (ix_delivery_open)."""
    held = exists().where(Batch.id == Delivery.batch_id, Batch.state == BatchState.CLAIMED)
    counted = select(func.count(Delivery.id)).where(Delivery.status == S.INFLIGHT, ~held)
    return session.scalar(counted) or 0


def waiting_since(session: Session) -> datetime | None:
    """Since when the oldest message waits that nothing holds back (ix_delivery_open).

    Held back by its campaign's pace is not stuck: its turn comes later.
    """
    now = clock.now(session)
    its_turn = or_(Campaign.next_slot_at.is_(None), Campaign.next_slot_at <= now)
    return session.scalar(
        select(func.min(Delivery.next_at))
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(
            Delivery.status == S.QUEUED,
            Delivery.next_at <= now,
            Campaign.status == CampaignStatus.SENDING,
            its_turn,
        )
    )


def relays(session: Session) -> list[Relay]:
    """Every mail server that was used, with its breaker (a row each)."""
    return list(session.scalars(select(Relay).order_by(Relay.name)))


def troubles(session: Session) -> list[Trouble]:
    """What failed or is uncertain, by campaign and kind, newest first (ix_delivery_trouble)."""
    is_settled = and_(Delivery.status == S.UNCERTAIN, Delivery.settled_at.is_not(None))
    rows = session.execute(
        select(
            Campaign.name,
            Campaign.title,
            Campaign.status,
            Delivery.status.label("kind"),
            Delivery.reason,
            is_settled.label("is_settled"),
            func.count().label("messages"),
            func.max(Delivery.answer).label("example"),
        )
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Delivery.status.in_(_TROUBLE))
        .group_by(Campaign.id, Delivery.status, Delivery.reason, is_settled)
        .order_by(Campaign.id.desc(), Delivery.status, Delivery.reason, is_settled)
    )
    return [
        Trouble(
            campaign=row.name,
            title=row.title,
            status=row.status,
            kind=row.kind,
            reason=row.reason,
            is_settled=row.is_settled,
            messages=row.messages,
            example=addresses.mask_all(row.example),
        )
        for row in rows
    ]


def undecided(session: Session) -> int:
    """How many messages are uncertain and wait for a person's decision (ix_delivery_trouble)."""
    open_question = and_(Delivery.status == S.UNCERTAIN, Delivery.settled_at.is_(None))
    return session.scalar(select(func.count(Delivery.id)).where(open_question)) or 0


def letters(session: Session) -> list[Letters]:
    """Letters that wait or failed, by kind (ix_notice_due, ix_notice_failed)."""
    due_first = case((Notice.status == NoticeStatus.QUEUED, Notice.next_at), else_=None)
    rows = session.execute(
        select(
            Notice.kind,
            Notice.status,
            func.count().label("letters"),
            func.min(due_first).label("oldest"),
            func.max(Notice.error).label("error"),
        )
        .where(Notice.status.in_((NoticeStatus.QUEUED, NoticeStatus.FAILED)))
        .group_by(Notice.kind, Notice.status)
        .order_by(Notice.kind, Notice.status)
    )
    return [
        Letters(row.kind, row.status, row.letters, row.oldest, addresses.mask_all(row.error))
        for row in rows
    ]
