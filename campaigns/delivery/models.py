"""Delivery, Batch, Attempt, DeliveryCode, Relay, MailServer and its proof, sender domains."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.database import Base, WithId, words


class DeliveryStatus(StrEnum):
    """Where one delivery stands; their sum is always the audience."""

    QUEUED = "queued"
    INFLIGHT = "inflight"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class Reason(StrEnum):
    """Why a delivery was skipped or failed."""

    NONE = ""
    NO_CONSENT = "no_consent"
    UNCONFIRMED = "unconfirmed"
    SUPPRESSED = "suppressed"
    WITHDRAWN = "withdrawn"
    PAUSED_BY_CONTACT = "paused_by_contact"
    REGION = "region"
    CAP = "cap"
    COOL_DOWN = "cool_down"
    BOOKING_UPCOMING = "booking_upcoming"
    PROMOTION_USED = "promotion_used"
    SUNSET = "sunset"
    HOLDOUT = "holdout"
    OFFER_ENDED = "offer_ended"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NO_CODE = "no_code"
    HARD_BOUNCE = "hard_bounce"
    REFUSED = "refused"
    RENDER = "render"
    POISON = "poison"
    ADDRESS = "address"


class BatchState(StrEnum):
    """Where a batch stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"


class Batch(WithId, Base):
    """A run of deliveries that one worker holds under a fenced lease."""

    __tablename__ = "batch"
    __table_args__ = (
        Index("ix_batch_waiting", "id", postgresql_where=text("state = 'waiting'")),
        Index("ix_batch_leases", "lease_until", postgresql_where=text("state = 'claimed'")),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    state: Mapped[BatchState] = mapped_column(words(BatchState, "state"))
    owner: Mapped[str] = mapped_column(default="")
    epoch: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    crashes: Mapped[int] = mapped_column(default=0)


class Delivery(WithId, Base):
    """One campaign to one contact, with its state."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("campaign_id", "contact_id", "occurrence"),
        Index(
            "ix_delivery_due",
            "next_at",
            postgresql_where=text("status = 'queued' AND batch_id IS NULL"),
        ),
        Index("ix_delivery_batch", "batch_id", postgresql_where=text("batch_id IS NOT NULL")),
        Index("ix_delivery_contact", "contact_id", "sent_at"),
        Index(
            "ix_delivery_open",
            "campaign_id",
            postgresql_where=text("status IN ('queued', 'inflight')"),
        ),
        Index(
            "ix_delivery_trouble",
            "campaign_id",
            "status",
            "reason",
            postgresql_where=text("status IN ('failed', 'uncertain')"),
        ),
        {"postgresql_with": {"fillfactor": "60"}},
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    occurrence: Mapped[int] = mapped_column(default=0)
    status: Mapped[DeliveryStatus] = mapped_column(words(DeliveryStatus, "status"))
    reason: Mapped[Reason] = mapped_column(words(Reason, "reason"), default=Reason.NONE)
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"))
    shown: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    """Which of the program's conditions held for the contact when the audience was frozen: bits."""
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    """When the mail server accepted it."""
    settled_at: Mapped[datetime | None]
    """When its fate was decided; an uncertain one is settled when a person leaves it so."""
    asked_again_at: Mapped[datetime | None]
    """When a person last had it queued again after it had failed or become uncertain."""
    answer: Mapped[str] = mapped_column(default="")
    """The mail server's words, its queue id among them."""


class Attempt(WithId, Base):
    """One attempt that was not answered with a 2xx."""

    __tablename__ = "attempt"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    at: Mapped[datetime]
    phase: Mapped[str]
    code: Mapped[int | None]
    answer: Mapped[str]
    verdict: Mapped[str]


class DeliveryCode(Base):
    """The promo code that a delivery carries."""

    __tablename__ = "delivery_code"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), primary_key=True)
    code_id: Mapped[int] = mapped_column(ForeignKey("promo_code.id"))


class Relay(Base):
    """The way out and its breaker: while open, nothing is claimed."""

    __tablename__ = "relay"

    name: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    open_until: Mapped[datetime | None]
    opened: Mapped[int] = mapped_column(default=0)
    """How many times in a row it opened; each doubles the wait."""
    last_error: Mapped[str] = mapped_column(default="")
    last_accepted_at: Mapped[datetime | None]
    next_slot_at: Mapped[datetime | None]
    """When the pace of the whole installation next allows a message."""


class Security(StrEnum):
    """How the connection to a mail server is kept from being read."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class MailServer(Base):
    """The mail server chosen in the desk: one row an installation."""

    __tablename__ = "mail_server"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    host: Mapped[str]
    port: Mapped[int]
    security: Mapped[Security] = mapped_column(words(Security, "security"))
    username: Mapped[str] = mapped_column(default="")
    sealed_password: Mapped[str] = mapped_column(default="")
    pace_per_minute: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime]


class MailProof(Base):
    """A test message that is to arrive through one mail server, and whether it has."""

    __tablename__ = "mail_proof"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    """Names the mail server with its account, so that another one is to be proven anew."""
    code_hash: Mapped[str]
    address: Mapped[str]
    sent_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    proven_at: Mapped[datetime | None]


class SenderDomain(Base):
    """What the public records of a sender's domain said when they were last looked up."""

    __tablename__ = "sender_domain"

    name: Mapped[str] = mapped_column(primary_key=True)
    selector: Mapped[str] = mapped_column(default="")
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    checked_at: Mapped[datetime]


class DkimKey(WithId, Base):
    """A key of ours that signs the messages of one domain once its record is seen."""

    __tablename__ = "dkim_key"
    __table_args__ = (UniqueConstraint("domain", "selector"),)

    domain: Mapped[str]
    selector: Mapped[str]
    sealed_key: Mapped[str]
    public_key: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    """When its public record was last seen as it must be; it signs only then."""


class Birthplace(Base):
    """Where this database has grown up; elsewhere it is a restored copy."""

    __tablename__ = "birthplace"
    __table_args__ = (CheckConstraint('"only"', name="one_row"),)

    only: Mapped[bool] = mapped_column(primary_key=True, default=True)
    place: Mapped[str]


class Heartbeat(Base):
    """When a process or a tick was last seen at work."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    detail: Mapped[str] = mapped_column(default="")
    count: Mapped[int] = mapped_column(BigInteger, default=0)
