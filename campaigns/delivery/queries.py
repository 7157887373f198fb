"""What other rooms and pages ask about deliveries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryStatus,
    Heartbeat,
    Reason,
    Relay,
)
from campaigns.notices import Notice, NoticeStatus
from campaigns.planning.models import Campaign


def by_id(session: Session, delivery_id: int) -> Delivery | None:
    """A delivery (primary key)."""
    return session.get(Delivery, delivery_id)


def counts(session: Session, campaign_id: int) -> Mapping[tuple[DeliveryStatus, Reason], int]:
    """How many deliveries of a campaign stand where (unique index on campaign)."""
    rows = session.execute(
        select(Delivery.status, Delivery.reason, func.count())
        .where(Delivery.campaign_id == campaign_id)
        .group_by(Delivery.status, Delivery.reason)
    )
    return {(status, reason): number for status, reason, number in rows}


@dataclass(frozen=True, slots=True)
class Sent:
    """One campaign's delivery to a contact."""

    campaign: str
    status: DeliveryStatus
    reason: Reason
    at: datetime
    answer: str


def of_contact(session: Session, contact: Contact) -> list[Sent]:
    """A contact's deliveries, newest first (ix_delivery_contact)."""
    rows = session.execute(
        select(
            Campaign.name,
            Delivery.status,
            Delivery.reason,
            func.coalesce(Delivery.sent_at, Delivery.settled_at, Delivery.next_at),
            Delivery.answer,
        )
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Delivery.contact_id == contact.id)
        .order_by(Delivery.id.desc())
    )
    return [Sent(*row) for row in rows]


def of_pair(session: Session, *, campaign_id: int, contact_id: int) -> Delivery | None:
    """The newest delivery of a campaign to a contact (unique index on campaign and contact)."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.campaign_id == campaign_id, Delivery.contact_id == contact_id)
        .order_by(Delivery.occurrence.desc())
        .limit(1)
    ).first()


def counts_of(
    session: Session, campaign_ids: Collection[int]
) -> dict[int, dict[DeliveryStatus, int]]:
    """How many deliveries of each of these campaigns stand where (unique index on campaign)."""
    rows = session.execute(
        select(Delivery.campaign_id, Delivery.status, func.count().label("number"))
        .where(Delivery.campaign_id.in_(campaign_ids))
        .group_by(Delivery.campaign_id, Delivery.status)
    )
    found: dict[int, dict[DeliveryStatus, int]] = {}
    for row in rows:
        found.setdefault(row.campaign_id, {})[row.status] = row.number
    return found


def held_batches(session: Session) -> list[tuple[Batch, str]]:
    """Batches that a worker holds now, with their campaign's name (ix_batch_leases)."""
    rows = session.execute(
        select(Batch, Campaign.name)
        .join(Campaign, Campaign.id == Batch.campaign_id)
        .where(Batch.state == BatchState.CLAIMED)
        .order_by(Batch.id)
    )
    return [(batch, name) for batch, name in rows]


def totals(session: Session) -> Mapping[DeliveryStatus, int]:
    """How many deliveries stand where, over all campaigns."""
    rows = session.execute(select(Delivery.status, func.count()).group_by(Delivery.status))
    return {row[0]: row[1] for row in rows}


def oldest_due(session: Session) -> datetime | None:
    """Since when the oldest queued delivery has been due (partial indexes on queued rows)."""
    return session.scalar(
        select(func.min(Delivery.next_at)).where(Delivery.status == DeliveryStatus.QUEUED)
    )


def heartbeats(session: Session) -> list[Heartbeat]:
    """When each part was last seen at work (a few rows)."""
    return list(session.scalars(select(Heartbeat).order_by(Heartbeat.name)))


def batch_totals(session: Session) -> Mapping[BatchState, int]:
    """How many batches stand where."""
    rows = session.execute(select(Batch.state, func.count()).group_by(Batch.state))
    return {row[0]: row[1] for row in rows}


def notice_totals(session: Session) -> Mapping[NoticeStatus, int]:
    """How many letters of the system's own stand where."""
    rows = session.execute(select(Notice.status, func.count()).group_by(Notice.status))
    return {row[0]: row[1] for row in rows}


def last_accepted(session: Session) -> datetime | None:
    """When the mail server last accepted a message (a row for each relay)."""
    return session.scalar(select(func.max(Relay.last_accepted_at)))
