"""Contact, Consent, ConsentEvent, Suppression, Segment, ContactUpload, UploadRefusal."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Computed, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
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


class UploadStatus(StrEnum):
    """How far a file of contacts has come; `campaigns.contacts.lifecycle` moves it."""

    RECEIVED = "received"
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    IMPORTED = "imported"


class Contact(WithId, Base):
    """A person we may write to, by one address; erased means blanked, the row stays."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_address_key", "address_key"),
        Index(
            "ix_contact_search",
            "search",
            postgresql_using="gin",
            postgresql_ops={"search": "gin_trgm_ops"},
        ),
    )

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
    search: Mapped[str] = mapped_column(
        Computed(
            "lower((first_name)::text || ' '::text || (last_name)::text || ' '::text"
            " || (COALESCE(address, ''::character varying))::text)",
            persisted=True,
        ),
        deferred=True,
    )
    """Name and address in lower case, kept by the database; what the desk's search looks in."""


class Consent(Base):
    """Where a contact's consent to one topic stands now; the proof is in the events."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_standing", "topic", "state", "contact_id"),)

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
        Index("ix_suppression_address_key", "address_key"),
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


class ContactUpload(WithId, Base):
    """A file of contacts on its way in: kept between the steps, gone after a day at the latest."""

    __tablename__ = "contact_upload"
    __table_args__ = (
        Index(
            "ix_contact_upload_work",
            "id",
            postgresql_where=text("status IN ('checking', 'importing')"),
        ),
        Index("ix_contact_upload_expiry", "expires_at"),
    )

    filename: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    """The rows as CSV in UTF-8, each with its line in front; health columns were never kept."""
    titles: Mapped[list[str]] = mapped_column(ARRAY(String))
    dropped: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    """Columns that looked clinical or identifying: their cells were not kept."""
    rows: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    status: Mapped[UploadStatus] = mapped_column(words(UploadStatus, "status"))
    mapping: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    """Which of our columns stands at which position of the file."""
    topics: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    source: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    given_at: Mapped[datetime | None]
    """When consent was given, where a row does not say."""
    cursor: Mapped[int] = mapped_column(default=0)
    """How many rows this pass has been through."""
    added: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    """Until when somebody is at work on it."""
    finished_at: Mapped[datetime | None]


class UploadRefusal(Base):
    """A row of an upload that was not taken: which, what stood there, and why."""

    __tablename__ = "upload_refusal"

    upload_id: Mapped[int] = mapped_column(
        ForeignKey("contact_upload.id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str]
    kind: Mapped[str]
    reason: Mapped[str]
