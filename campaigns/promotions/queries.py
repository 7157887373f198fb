"""What other rooms and pages ask about packages, prices and promotions."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Row, select

from campaigns.database import Session, remembered
from campaigns.errors import NotFound
from campaigns.promotions.models import (
    Offer,
    Package,
    PackagePrice,
    Promotion,
    PromotionCounter,
    PromotionStatus,
)

RAN = (
    PromotionStatus.ACTIVE,
    PromotionStatus.PAUSED,
    PromotionStatus.EXHAUSTED,
    PromotionStatus.ENDED,
    PromotionStatus.ARCHIVED,
)
"""The statuses of promotions that readers saw."""


def named(session: Session, code: str) -> Promotion:
    """The promotion of this code (unique index); raises NotFound."""
    found = session.scalar(select(Promotion).where(Promotion.code == code))
    if found is None:
        raise NotFound(f"There is no promotion {code}.", what="promotion")
    return found


def by_id(session: Session, promotion_id: int) -> Promotion:
    """The promotion of this id (primary key)."""
    return session.get_one(Promotion, promotion_id)


def by_ids(session: Session, promotion_ids: Collection[int]) -> list[Promotion]:
    """These promotions by id (primary key)."""
    ids = tuple(sorted(promotion_ids))

    def look() -> list[Promotion]:
        found = select(Promotion).where(Promotion.id.in_(ids)).order_by(Promotion.id)
        return list(session.scalars(found))

    return list(remembered(session, ("promotions", ids), look)) if ids else []


def stand_still(session: Session, promotion_ids: Collection[int]) -> None:
    """Keep these promotions from being edited until the transaction ends (a share lock)."""
    query = select(Promotion).where(Promotion.id.in_(list(promotion_ids))).order_by(Promotion.id)
    locked = query.with_for_update(read=True).execution_options(populate_existing=True)
    session.scalars(locked).all()


def listed(session: Session) -> list[Promotion]:
    """All promotions, the newest window first (a handful of rows)."""
    query = select(Promotion).order_by(Promotion.starts_at.desc(), Promotion.id)
    return list(session.scalars(query))


def counter(session: Session, promotion: Promotion) -> PromotionCounter:
    """What was held and given away so far (primary key)."""
    return session.get_one(PromotionCounter, promotion.id)


def package(session: Session, code: str) -> Package:
    """The package of this code (unique index); raises NotFound."""
    found = session.scalar(select(Package).where(Package.code == code))
    if found is None:
        raise NotFound(f"There is no package {code}.")
    return found


def packages(session: Session) -> list[Package]:
    """The whole catalogue in the order it was taken in (a handful of rows)."""
    return list(session.scalars(select(Package).order_by(Package.id)))


def offers(session: Session, promotion_ids: Collection[int]) -> list[tuple[Offer, Package]]:
    """What these promotions promise on which packages, in the order of the catalogue."""
    rows = session.execute(
        select(Offer, Package)
        .join(Package, Package.id == Offer.package_id)
        .where(Offer.promotion_id.in_(list(promotion_ids)))
        .order_by(Package.id, Offer.promotion_id)
    )
    return [(offer, package) for offer, package in rows]


def offers_on(session: Session, package: Package) -> list[tuple[Offer, Promotion]]:
    """What is promised on this package, by which promotion (ix_offer_package_id)."""
    rows = session.execute(
        select(Offer, Promotion)
        .join(Promotion, Promotion.id == Offer.promotion_id)
        .where(Offer.package_id == package.id)
        .order_by(Promotion.id)
    )
    return [(offer, promotion) for offer, promotion in rows]


def prices(session: Session, package: Package) -> list[PackagePrice]:
    """The regular prices that ever stood for this package, oldest first (a few rows in all)."""

    def look() -> list[PackagePrice]:
        return list(session.scalars(select(PackagePrice).order_by(PackagePrice.valid_from)))

    every = remembered(session, "prices of all packages", look)
    return [each for each in every if each.package_id == package.id]


def regular_cents(session: Session, *, at: datetime) -> dict[int, int]:
    """The regular price of every package at a moment, by the package's id."""
    rows = session.execute(
        select(PackagePrice.package_id, PackagePrice.cents).where(
            PackagePrice.valid_from <= at,
            (PackagePrice.valid_to.is_(None)) | (PackagePrice.valid_to > at),
        )
    )
    return {each.package_id: each.cents for each in rows}


def windows_on(session: Session, package: Package) -> list[tuple[datetime, datetime]]:
    """When this package was or is on promotion: windows of promotions that readers saw."""

    def look() -> Sequence[Row[int, datetime, datetime]]:
        return session.execute(
            select(Offer.package_id, Promotion.starts_at, Promotion.ends_at)
            .join(Promotion, Promotion.id == Offer.promotion_id)
            .where(Promotion.status.in_(RAN))
        ).all()

    every = remembered(session, "windows on all packages", look)
    return [(each.starts_at, each.ends_at) for each in every if each.package_id == package.id]
