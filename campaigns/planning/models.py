"""Campaign, its versions, approvals, occurrences, promotions and where each person was in it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.contacts.models import Topic
from campaigns.database import Base, WithId, words


class CampaignStatus(StrEnum):
    """A campaign's life; `campaigns.planning.lifecycle` moves it."""

    DRAFT = "draft"
    RENDERING = "rendering"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PREPARING = "preparing"
    SENDING = "sending"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"

    @property
    def said(self) -> str:
        """The status within a sentence."""
        return self.value.replace("_", " ")


def _from_name(context: DefaultExecutionContext) -> str:
    name = str(context.get_current_parameters()["name"])  # type: ignore[no-untyped-call]
    return name.replace("-", " ").capitalize()


class Campaign(WithId, Base):
    """Audience, content and time, with a lifecycle."""

    __tablename__ = "campaign"
    __table_args__ = (
        Index("ix_campaign_due", "scheduled_at", postgresql_where=text("status = 'scheduled'")),
        Index("ix_campaign_status", "status"),
    )

    name: Mapped[str] = mapped_column(unique=True)
    """A slug, by which commands name it."""
    title: Mapped[str] = mapped_column(default=_from_name)
    """What people call it; made from the slug where nobody said."""
    topic: Mapped[Topic] = mapped_column(words(Topic, "topic"))
    segment_id: Mapped[int] = mapped_column(ForeignKey("segment.id"))
    status: Mapped[CampaignStatus] = mapped_column(words(CampaignStatus, "status"))
    status_reason: Mapped[str] = mapped_column(default="")
    paused_from: Mapped[CampaignStatus | None] = mapped_column(words(CampaignStatus, "paused_from"))
    author_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    """The newest version; what is sent is the pinned one."""
    pinned_version_id: Mapped[int | None] = mapped_column(BigInteger)
    pinned_hash: Mapped[str] = mapped_column(default="")
    local_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    zone: Mapped[str] = mapped_column(default="")
    scheduled_at: Mapped[datetime | None]
    send_not_after: Mapped[datetime | None]
    pace_per_minute: Mapped[int] = mapped_column(default=0)
    next_slot_at: Mapped[datetime | None]
    """When the pace next allows a message."""
    failures_in_row: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    """Since when it is out of the way; only what is a draft or over can be."""
    wished_local: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    """The moment a person wishes for in `zone`; None: as soon as it is let go."""
    wished_not_after: Mapped[date | None]
    """The last day on which it may go out, in `zone`; None: as long as it may."""


class CampaignVersion(WithId, Base):
    """One revision of a campaign's content; never changed once it is frozen."""

    __tablename__ = "campaign_version"
    __table_args__ = (UniqueConstraint("campaign_id", "revision"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    revision: Mapped[int]
    subject: Mapped[str]
    preheader: Mapped[str]
    blocks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    language: Mapped[str] = mapped_column(default="en")
    content_hash: Mapped[str] = mapped_column(default="")
    """Set when it is rendered; an approval is bound to it."""
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    place: Mapped[str] = mapped_column(default="")
    """What its author is writing on, so that more of the same sitting joins it; empty: closed."""
    saved_at: Mapped[datetime | None]
    """When the sitting was last saved, if it was saved again."""


class CampaignPresence(Base):
    """Who has a campaign's content open, and when their page last said so."""

    __tablename__ = "campaign_presence"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), primary_key=True)
    place: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime]


class CampaignApproval(WithId, Base):
    """One role's signature under one content hash."""

    __tablename__ = "campaign_approval"
    __table_args__ = (UniqueConstraint("campaign_id", "content_hash", "role"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    content_hash: Mapped[str]
    role: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    reason: Mapped[str]
    at: Mapped[datetime]


class CampaignOccurrence(WithId, Base):
    """One time a campaign goes out: a single campaign has one, number 0."""

    __tablename__ = "campaign_occurrence"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    local_time: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    zone: Mapped[str]
    cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    """The highest contact id whose slice is frozen."""
    audience_count: Mapped[int | None]
    frozen_at: Mapped[datetime | None]


class CampaignPromotion(Base):
    """A promotion that a campaign carries, the epoch pinned at start and what it promised then."""

    __tablename__ = "campaign_promotion"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), primary_key=True)
    pinned_epoch: Mapped[int | None]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class CampaignPlace(Base):
    """The step of a campaign on which a person was last."""

    __tablename__ = "campaign_place"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), primary_key=True)
    step: Mapped[str]
    at: Mapped[datetime]
