"""Organisation, Location, the people who work here, how they sign in, what they did."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
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
    password_hash: Mapped[str] = mapped_column(default="")
    """Argon2id; empty: this person cannot sign in yet."""


class StaffSession(WithId, Base):
    """One browser in which a person is signed in; the token itself is only in its cookie."""

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(default="")
    client: Mapped[str] = mapped_column(default="")
    """The network address it was last used from."""


class Invitation(WithId, Base):
    """Somebody asked to work here; the link's token is kept only as a hash."""

    __tablename__ = "staff_invitation"
    __table_args__ = (
        Index(
            "uq_staff_invitation_standing",
            "address",
            unique=True,
            postgresql_where=text("used_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    address: Mapped[str]
    name: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(String))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    invited_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    """When the letter with the link that holds now was left."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class PasswordReset(WithId, Base):
    """One link with which a person sets a new password; its token is kept only as a hash."""

    __tablename__ = "staff_password_reset"

    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KeyScope(StrEnum):
    """What a program with an API key may do."""

    REPORTS = "reports"
    CONTACTS = "contacts"
    STATUS = "status"
    METRICS = "metrics"


class ApiKey(WithId, Base):
    """A key with which a program asks in a person's name; only a hash of it is kept."""

    __tablename__ = "api_key"

    name: Mapped[str]
    prefix: Mapped[str]
    """The beginning of the key, to tell it by."""
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))
    made_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), index=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SetupToken(Base):
    """The hash of a token printed at a start, with which the first person comes in."""

    __tablename__ = "setup_token"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]


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
