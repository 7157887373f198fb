"""Event."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.database import Base, WithId, words


class EventKind(StrEnum):
    """What became of a message, in the field's words.

    `viewed`: the message was shown in a browser; `visited`: the unsubscribe or preferences page
    was looked at, which changes nothing and tells scanners from people.
    """

    OPENED = "opened"
    CLICKED = "clicked"
    VIEWED = "viewed"
    VISITED = "visited"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class MadeBy(StrEnum):
    """Who made an event, as far as one can tell."""

    HUMAN = "human"
    PROXY = "proxy"
    MACHINE = "machine"


class Event(WithId, Base):
    """One thing that became of a delivery; counted once by its key."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_delivery", "delivery_id", "kind", "occurred_at"),
        Index("ix_event_campaign", "campaign_id", "kind", "made_by", "delivery_id"),
    )

    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[EventKind] = mapped_column(words(EventKind, "kind"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    link_index: Mapped[int | None]
    occurred_at: Mapped[datetime]
    made_by: Mapped[MadeBy] = mapped_column(words(MadeBy, "made_by"))
    reasons: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    rule_version: Mapped[int]
    agent: Mapped[str] = mapped_column(default="")
