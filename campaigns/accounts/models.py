"""Organisation, Location, User, AuditEntry."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.database import Base, WithId


class Role(StrEnum):
    """What a person is at the clinic; roles are a set."""

    OWNER = "owner"
    COORDINATOR = "coordinator"
    CLINICAL = "clinical_approver"
    LEGAL = "legal_approver"
    DESK = "desk"
    VIEWER = "viewer"


class Organisation(Base):
    """The clinic: one row an installation."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str]
    sender_name: Mapped[str]
    sender_address: Mapped[str]
    reply_address: Mapped[str]
    phone: Mapped[str]
    postal_address: Mapped[str]
    zone: Mapped[str]
    website: Mapped[str] = mapped_column(default="")
    privacy_url: Mapped[str] = mapped_column(default="")
    brand: Mapped[dict[str, Any]] = mapped_column(JSONB)
    regions: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    """Regions (ISO 3166, `US` or `US-TX`) that marketing may go to."""
    four_eyes: Mapped[bool] = mapped_column(default=True)
    sending_paused_at: Mapped[datetime | None]
    sending_paused_by: Mapped[str] = mapped_column(default="")


class Location(WithId, Base):
    """Where visits take place."""

    __tablename__ = "location"

    name: Mapped[str] = mapped_column(unique=True)
    zone: Mapped[str]
    postal_address: Mapped[str]


class User(WithId, Base):
    """A person who works here."""

    __tablename__ = "staff_user"

    address: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(String))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class AuditEntry(WithId, Base):
    """Who did what to what, with before and after."""

    __tablename__ = "audit_entry"

    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    actor: Mapped[str]
    verb: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    reason: Mapped[str] = mapped_column(default="")
