"""Package, PackagePrice, Promotion, Offer, PromotionCounter, PromoCode, Slot."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.database import Base, WithId, words


class PromotionStatus(StrEnum):
    """A promotion's life."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    ACTIVE = "active"
    PAUSED = "paused"
    EXHAUSTED = "exhausted"
    ENDED = "ended"
    ARCHIVED = "archived"


class CodeMode(StrEnum):
    """Which promo codes a promotion hands out."""

    NONE = "none"
    SHARED = "shared"
    UNIQUE = "unique"


class Package(WithId, Base):
    """What is sold: a bundle of visits at a price."""

    __tablename__ = "package"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    category: Mapped[str]
    visits: Mapped[int]
    minutes_per_visit: Mapped[int]
    validity_months: Mapped[int | None]
    published: Mapped[bool]
    bookable: Mapped[bool]
    terms: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change of what is sold; a booking keeps the version it was made for."""


class PackagePrice(WithId, Base):
    """A regular price and when it stood; append-only, never two at once."""

    __tablename__ = "package_price"
    __table_args__ = (
        CheckConstraint("cents > 0", name="positive"),
        CheckConstraint("valid_to > valid_from", name="forward"),
    )

    package_id: Mapped[int] = mapped_column(ForeignKey("package.id"))
    cents: Mapped[int] = mapped_column(BigInteger)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    announced: Mapped[bool] = mapped_column(default=True)
    """Whether its promotions have been told; a planned price tells them when it begins."""


# int8range instead of a plain equality: built-in GiST needs no extension for ranges.
PackagePrice.__table__.append_constraint(  # type: ignore[attr-defined]
    ExcludeConstraint(
        (
            func.int8range(
                PackagePrice.__table__.c.package_id, PackagePrice.__table__.c.package_id, "[]"
            ),
            "&&",
        ),
        (
            func.tstzrange(PackagePrice.__table__.c.valid_from, PackagePrice.__table__.c.valid_to),
            "&&",
        ),
        name="ex_package_price_no_overlap",
        using="gist",
    )
)


class Promotion(WithId, Base):
    """A time-boxed occasion with a name and conditions; the window is half-open."""

    __tablename__ = "promotion"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="forward"),)

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    status: Mapped[PromotionStatus] = mapped_column(words(PromotionStatus, "status"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    last_day: Mapped[date]
    """The last day on which it can be booked, on the clinic's calendar."""
    use_by: Mapped[date | None]
    max_redemptions: Mapped[int | None]
    max_per_contact: Mapped[int] = mapped_column(default=1)
    budget_cents: Mapped[int | None] = mapped_column(BigInteger)
    new_contacts_only: Mapped[bool] = mapped_column(default=False)
    in_claims: Mapped[bool] = mapped_column(default=True)
    """Whether "save up to" may count this promotion."""
    code_mode: Mapped[CodeMode] = mapped_column(words(CodeMode, "code_mode"), default=CodeMode.NONE)
    priority: Mapped[int] = mapped_column(default=0)
    terms: Mapped[str]
    epoch: Mapped[int] = mapped_column(default=1)
    """Raised by every edit of it, its offers, prices or packages; campaigns pin it."""


class Offer(WithId, Base):
    """What a promotion promises on one package, in exactly one way."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("promotion_id", "package_id"),
        CheckConstraint(
            "num_nonnulls(percent_bp, amount_cents, fixed_price_cents) = 1", name="one_way"
        ),
        CheckConstraint("percent_bp BETWEEN 1 AND 9999", name="percent"),
    )

    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"))
    package_id: Mapped[int] = mapped_column(ForeignKey("package.id"), index=True)
    percent_bp: Mapped[int | None]
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    fixed_price_cents: Mapped[int | None] = mapped_column(BigInteger)


class PromotionCounter(Base):
    """What was given away so far; apart from the promotion, so that a booking blocks no send."""

    __tablename__ = "promotion_counter"

    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), primary_key=True)
    held: Mapped[int] = mapped_column(default=0)
    captured: Mapped[int] = mapped_column(default=0)
    held_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    captured_cents: Mapped[int] = mapped_column(BigInteger, default=0)


class PromoCode(WithId, Base):
    """The word a reader types to claim an offer; only its hash and first letters are kept."""

    __tablename__ = "promo_code"
    __table_args__ = (
        Index(
            "uq_promo_code_contact",
            "promotion_id",
            "contact_id",
            unique=True,
            postgresql_where=text("contact_id IS NOT NULL"),
        ),
    )

    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    prefix: Mapped[str]
    shown: Mapped[str] = mapped_column(default="")
    """The whole word of a shared code; a unique one is derived again when it is needed."""
    created_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]


class Slot(WithId, Base):
    """A moment at which visits of a category can begin, and how many."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("location_id", "category", "starts_at"),
        CheckConstraint("held + confirmed <= capacity", name="capacity"),
        CheckConstraint("held >= 0 AND confirmed >= 0", name="counts"),
    )

    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    category: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    capacity: Mapped[int]
    held: Mapped[int] = mapped_column(default=0)
    confirmed: Mapped[int] = mapped_column(default=0)
