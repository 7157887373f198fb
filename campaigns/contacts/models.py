"""Contact, Consent, ConsentEvent, Suppression, Segment."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.database import Base, WithId, words


class Topic(StrEnum):
    """What a contact may agree to hear about; service mail needs no consent."""

    EDUCATION = "education"
    OFFERS = "offers"


class ConsentState(StrEnum):
    """Where a consent stands."""

    UNCONFIRMED = "unconfirmed"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class Scope(StrEnum):
    """What a suppression keeps back."""

    MARKETING = "marketing"
    EVERYTHING = "everything"


class SuppressionReason(StrEnum):
    """Why an address is suppressed."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    REQUEST = "request"


class Contact(WithId, Base):
    """A person we may write to, by one address; erased means blanked, the row stays."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_address_key", "address_key"),)

    address: Mapped[str | None]
    canonical_address: Mapped[str | None] = mapped_column(unique=True)
    address_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """The keyed hash that suppressions are found by."""
    first_name: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    zone: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    """ISO 3166 code such as `US-TX`; empty where unknown."""
    created_at: Mapped[datetime]
    paused_until: Mapped[datetime | None]
    last_clicked_at: Mapped[datetime | None]
    soft_bounces: Mapped[int] = mapped_column(default=0)
    erased_at: Mapped[datetime | None]


class Consent(Base):
    """Where a contact's consent to one topic stands now; the proof is in the events."""

    __tablename__ = "consent"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(words(Topic, "topic"), primary_key=True)
    state: Mapped[ConsentState] = mapped_column(words(ConsentState, "state"))
    since: Mapped[datetime]


class ConsentEvent(WithId, Base):
    """One change of consent with its proof: when, how, and the words that were shown."""

    __tablename__ = "consent_event"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    topic: Mapped[Topic] = mapped_column(words(Topic, "topic"))
    state: Mapped[ConsentState] = mapped_column(words(ConsentState, "state"))
    at: Mapped[datetime]
    source: Mapped[str]
    words: Mapped[str]
    recorded_at: Mapped[datetime]


class Suppression(WithId, Base):
    """An address not to be written to, kept only as a keyed hash."""

    __tablename__ = "suppression"
    __table_args__ = (
        Index(
            "uq_suppression_standing",
            "address_key",
            "scope",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    address_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    scope: Mapped[Scope] = mapped_column(words(Scope, "scope"))
    reason: Mapped[SuppressionReason] = mapped_column(words(SuppressionReason, "reason"))
    detail: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class Segment(WithId, Base):
    """A saved rule over contacts."""

    __tablename__ = "segment"
    __table_args__ = (UniqueConstraint("name"),)

    name: Mapped[str]
    title: Mapped[str]
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    updated_at: Mapped[datetime]
