"""A small catalogue on a stopped clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from campaigns import clock
from campaigns.accounts.models import Location, Organisation, Role, User
from campaigns.clock import Clock
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.promotions import lifecycle
from campaigns.promotions.models import Offer, Package, PackagePrice, Promotion, Slot

NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
ZONE = "America/Chicago"


def stop_clock(session: Session, at: datetime = NOON) -> datetime:
    """Stop the time of every process at this moment."""
    session.merge(Clock(only=True, stopped_at=at, shift=timedelta(0)))
    session.flush()
    session.info.pop("bedside.now", None)
    return at


def make_clinic(session: Session, **values: Any) -> Organisation:
    """The clinic with its place in Allen."""
    made = Organisation(
        **{
            "id": 1,
            "name": "Renew Health",
            "sender_name": "Renew Health",
            "sender_address": "hello@renew.example.com",
            "reply_address": "desk@renew.example.com",
            "phone": "+1 972 555 0100",
            "postal_address": "100 Example Plaza, Suite 200, Allen, TX 75000 (demo)",
            "zone": ZONE,
            "brand": {},
            **values,
        }
    )
    session.add_all([made, make_place()])
    session.flush()
    return made


def make_place(name: str = "Allen") -> Location:
    """Where visits take place."""
    return Location(name=name, zone=ZONE, postal_address="100 Example Plaza, Allen, TX 75000")


def make_user(session: Session, name: str = "cora", *roles: Role) -> User:
    """Someone who works here; a coordinator unless said otherwise."""
    made = User(
        address=f"{name}@example.com",
        name=name.title(),
        roles=[each.value for each in roles or (Role.COORDINATOR,)],
        created_at=clock.now(session),
    )
    session.add(made)
    session.flush()
    return made


def make_contact(session: Session, name: str = "ada") -> Contact:
    """Someone who reads."""
    address = f"{name}@example.com"
    made = Contact(address=address, canonical_address=address, created_at=clock.now(session))
    session.add(made)
    session.flush()
    return made


def make_package(
    session: Session, code: str = "SER-6", cents: int = 255_000, **values: Any
) -> Package:
    """A package whose price has stood for more than a year, and a free slot tomorrow."""
    since = values.pop("since_days", 400)
    has_slot = values.pop("has_slot", True)
    made = Package(
        **{
            "code": code,
            "name": f"Package {code}",
            "category": "infusion",
            "visits": 6,
            "minutes_per_visit": 105,
            "published": True,
            "bookable": True,
            **values,
        }
    )
    session.add(made)
    session.flush()
    if cents:
        add_price(session, made, cents, since_days=since)
    if has_slot:
        make_slot(session, category=made.category)
    return made


def add_price(session: Session, package: Package, cents: int, *, since_days: float) -> None:
    """A regular price from some days ago on; the one before ends there."""
    begins = clock.now(session) - timedelta(days=since_days)
    open_price = PackagePrice.valid_to.is_(None) & (PackagePrice.package_id == package.id)
    session.execute(update(PackagePrice).where(open_price).values(valid_to=begins))
    session.add(PackagePrice(package_id=package.id, cents=cents, valid_from=begins))
    session.flush()


def make_slot(session: Session, **values: Any) -> Slot:
    """A slot tomorrow with two places."""
    location = session.query(Location).order_by(Location.id).limit(1).one()
    found = session.query(Slot).filter_by(category=values.get("category", "infusion")).first()
    if found is not None and not values.keys() - {"category"}:
        return found
    made = Slot(
        **{
            "location_id": location.id,
            "category": "infusion",
            "starts_at": clock.now(session) + timedelta(days=1),
            "capacity": 2,
            **values,
        }
    )
    session.add(made)
    session.flush()
    return made


def make_promotion(
    session: Session,
    code: str = "package-savings",
    /,
    *offers: tuple[Package, dict[str, int]],
    **values: Any,
) -> Promotion:
    """A promotion that began three days ago and ends in three weeks."""
    now = clock.now(session)
    starts_at = values.pop("starts_at", now - timedelta(days=3))
    ends_at = values.pop("ends_at", now + timedelta(days=21))
    made = lifecycle.create(
        session,
        **{
            "code": code,
            "name": code.replace("-", " ").capitalize(),
            "starts_at": starts_at,
            "ends_at": ends_at,
            "last_day": (ends_at - timedelta(hours=1)).astimezone(clock.zone(ZONE)).date(),
            "terms": "One for each person.",
            **values,
        },
    )
    for package, way in offers:
        session.add(Offer(promotion_id=made.id, package_id=package.id, **way))
    session.flush()
    return made


def percent(basis_points: int) -> dict[str, int]:
    """So many basis points off."""
    return {"percent_bp": basis_points}
