"""Booking, BookingStep, Redemption, Conversion."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.database import Base, WithId, words


class BookingStatus(StrEnum):
    """A booking's life; `campaigns.bookings.lifecycle` moves it."""

    REQUESTED = "requested"
    HELD = "held"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    EXPIRED = "expired"
    WAITLISTED = "waitlisted"


class RedemptionKind(StrEnum):
    """One step of a redemption; the ledger is append-only."""

    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    ROLLBACK = "rollback"


class StepKind(StrEnum):
    """What was done to a booking."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    OFFERED = "offered"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNDONE = "undone"


class Booking(WithId, Base):
    """A requested or reserved start of a package; no medical reason is ever stored."""

    __tablename__ = "booking"
    __table_args__ = (
        Index("ix_booking_holds", "hold_until", postgresql_where=text("status = 'held'")),
        Index("ix_booking_contact", "contact_id", "status"),
    )

    reference: Mapped[str] = mapped_column(unique=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    package_id: Mapped[int] = mapped_column(ForeignKey("package.id"))
    promotion_id: Mapped[int | None] = mapped_column(ForeignKey("promotion.id"))
    code_id: Mapped[int | None] = mapped_column(ForeignKey("promo_code.id"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    status: Mapped[BookingStatus] = mapped_column(words(BookingStatus, "status"))
    hold_until: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]
    """When the desk offered this other time; until the person says yes, it is only held."""
    list_cents: Mapped[int] = mapped_column(BigInteger)
    price_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    quote: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What was promised: package and promotion as they were, prices, a hash of the terms."""
    sequence: Mapped[int] = mapped_column(default=0)
    """The SEQUENCE of its calendar entry (RFC 5545); rises with every change."""
    self_pay_attested: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class BookingStep(WithId, Base):
    """One move of a booking with what stood before it, so that it can be told and undone."""

    __tablename__ = "booking_step"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    kind: Mapped[StepKind] = mapped_column(words(StepKind, "kind"))
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    """Who at the clinic did it; None: the person who booked, or time."""
    by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    letter_key: Mapped[str] = mapped_column(default="")
    was: Mapped[BookingStatus | None] = mapped_column(words(BookingStatus, "was"))
    slot_was_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    hold_was: Mapped[datetime | None]
    offered_was: Mapped[datetime | None]
    undo_until: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class Redemption(WithId, Base):
    """One step in the use of a promotion by a booking."""

    __tablename__ = "redemption"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), index=True)
    kind: Mapped[RedemptionKind] = mapped_column(words(RedemptionKind, "kind"))
    cents: Mapped[int] = mapped_column(BigInteger)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]


class Conversion(WithId, Base):
    """A booking credited to a delivery, once; reversed when the booking falls away."""

    __tablename__ = "conversion"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    model: Mapped[str]
    window_days: Mapped[int]
    credited_at: Mapped[datetime]
    reversed_at: Mapped[datetime | None]
