"""Program, CampaignLink, Picture."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.database import Base, WithId


class Program(WithId, Base):
    """A campaign's content frozen: literals and the few places a contact fills; immutable."""

    __tablename__ = "program"
    __table_args__ = (UniqueConstraint("version_id", "variant", "language"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("campaign_version.id"))
    variant: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    format: Mapped[int]
    """Which shape `content` has; a worker refuses one it does not know."""
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str]
    created_at: Mapped[datetime]


class CampaignLink(Base):
    """Where link `index` of a campaign leads: one table over all versions and languages."""

    __tablename__ = "campaign_link"
    __table_args__ = (UniqueConstraint("campaign_id", "url", "kind", "block"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    url: Mapped[str]
    kind: Mapped[str] = mapped_column(default="content")
    """`content`, or `book`: a redirect that mints a booking token."""
    block: Mapped[str] = mapped_column(default="")


class Picture(Base):
    """A picture of the clinic's own, under a name that is made of its content; immutable."""

    __tablename__ = "picture"
    __table_args__ = (
        Index("ix_picture_newest", "made_at", "name", postgresql_where=text("of IS NULL")),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    content: Mapped[bytes]
    width: Mapped[int]
    height: Mapped[int]
    file_name: Mapped[str] = mapped_column(default="")
    """What the file was called that somebody gave us."""
    of: Mapped[str | None] = mapped_column(ForeignKey("picture.name"), index=True)
    """The picture that this is, made smaller for where it is shown small."""
    was_logo: Mapped[bool] = mapped_column(server_default=false())
    """It is or was the logo, so that letters already sent show it."""
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    """Nobody: it came along with the product."""
