"""A small clinic with two promotions, and a reader who was invited to book."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select, update

from campaigns import clock
from campaigns.accounts.models import Location, Organisation, Role, User
from campaigns.bookings.wish import Wish
from campaigns.clock import Clock
from campaigns.contacts.models import Contact, Segment, Topic
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryCode, DeliveryStatus
from campaigns.planning.models import Campaign, CampaignPromotion, CampaignStatus
from campaigns.promotions.models import (
    CodeMode,
    Offer,
    Package,
    PackagePrice,
    Promotion,
    PromotionCounter,
    PromotionStatus,
    Slot,
)
from campaigns.tracking.models import Event, EventKind, MadeBy

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ZONE = "America/Chicago"
_numbers = count(1)


@dataclass
class Clinic:
    """What most tests need: the clinic, a package on offer, free slots and an invited reader."""

    organisation: Organisation
    location: Location
    desk: User
    package: Package
    consult: Package
    promotion: Promotion
    campaign: Campaign
    slots: list[Slot]
    contact: Contact
    delivery: Delivery


def stop_clock(session: Session, at: datetime = NOW) -> None:
    """Let time stand still at this moment."""
    session.merge(Clock(only=True, stopped_at=at, shift=timedelta(0)))
    session.flush()
    session.info.clear()


def move_clock(session: Session, **step: float) -> None:
    """Let time pass."""
    session.execute(update(Clock).values(shift=Clock.shift + timedelta(**step)))
    session.info.clear()


def make_clinic(session: Session, **promotion: Any) -> Clinic:
    """The whole setting; keywords go to the promotion."""
    stop_clock(session)
    organisation = make_organisation(session)
    location = make_location(session, "Allen", organisation.postal_address)
    desk = make_user(session, Role.DESK)
    package = make_package(session, "SER-6", cents=255_000, visits=6)
    consult = make_package(session, "CONSULT", cents=15_000, category="consult", minutes=45)
    made = make_promotion(session, {package: {"percent_bp": 2600}}, **promotion)
    slots = [make_slot(session, location, days=each) for each in (2, 3, 4)]
    contact = make_contact(session, "ada@example.com")
    campaign = make_campaign(session, desk, made)
    return Clinic(
        organisation,
        location,
        desk,
        package,
        consult,
        made,
        campaign,
        slots,
        contact,
        make_delivery(session, campaign, contact),
    )


def make_organisation(session: Session) -> Organisation:
    """An invented clinic; the one that is there already, where one is."""
    known = session.get(Organisation, 1)
    if known is not None:
        return known
    made = Organisation(
        id=1,
        name="Renew Health",
        sender_name="Renew Health",
        sender_address="news@clinic.example.com",
        reply_address="desk@clinic.example.com",
        phone="(555) 010-0199",
        postal_address="100 Example Plaza, Suite 200, Allen, TX 75000 (demo)",
        zone=ZONE,
        brand={},
        regions=["US-TX"],
    )
    session.add(made)
    session.flush()
    return made


def make_user(session: Session, *roles: Role) -> User:
    """Someone who works here."""
    number = next(_numbers)
    made = User(
        address=f"staff{number}@clinic.example.com",
        name=f"Staff {number}",
        roles=[each.value for each in roles],
        created_at=NOW,
    )
    session.add(made)
    session.flush()
    return made


def make_package(
    session: Session,
    code: str,
    *,
    cents: int,
    category: str = "infusion",
    visits: int = 1,
    minutes: int = 105,
    **values: Any,
) -> Package:
    """A package with the regular price it has always had."""
    made = Package(
        code=code,
        name=values.pop("name", f"Package {code}"),
        category=category,
        visits=visits,
        minutes_per_visit=minutes,
        terms="Use within 12 months.",
        **({"published": True, "bookable": True} | values),
    )
    session.add(made)
    session.flush()
    since = NOW - timedelta(days=400)
    session.add(PackagePrice(package_id=made.id, cents=cents, valid_from=since))
    session.flush()
    return made


def make_promotion(
    session: Session, offers: dict[Package, dict[str, int]], **values: Any
) -> Promotion:
    """An active promotion with these offers."""
    number = next(_numbers)
    made = Promotion(
        **{
            "code": f"savings-{number}",
            "name": "Package savings",
            "status": PromotionStatus.ACTIVE,
            "starts_at": NOW - timedelta(days=5),
            "ends_at": datetime(2026, 12, 13, 6, 0, tzinfo=UTC),
            "last_day": date(2026, 12, 12),
            "max_redemptions": 25,
            "budget_cents": 1_200_000,
            "max_per_contact": 1,
            "code_mode": CodeMode.NONE,
            "terms": "One per person. Prices are fictitious.",
        }
        | values
    )
    session.add(made)
    session.flush()
    session.add(PromotionCounter(promotion_id=made.id))
    for package, offer in offers.items():
        session.add(Offer(promotion_id=made.id, package_id=package.id, **offer))
    session.flush()
    return made


def make_slot(
    session: Session,
    location: Location,
    *,
    days: int,
    category: str = "infusion",
    capacity: int = 1,
) -> Slot:
    """A free place, so many days from now at 15:00 UTC (09:00 in Texas)."""
    made = Slot(
        location_id=location.id,
        category=category,
        starts_at=NOW + timedelta(days=days),
        capacity=capacity,
    )
    session.add(made)
    session.flush()
    return made


def make_contact(session: Session, address: str) -> Contact:
    """A person we may write to."""
    made = Contact(
        address=address,
        canonical_address=address.lower(),
        first_name="Ada",
        last_name="Example",
        created_at=NOW,
    )
    session.add(made)
    session.flush()
    return made


def make_campaign(
    session: Session, author: User, *promotions: Promotion, topic: Topic = Topic.OFFERS
) -> Campaign:
    """A campaign that was sent and carries these promotions."""
    number = next(_numbers)
    segment = Segment(name=f"all-{number}", title="Everyone", rule={}, updated_at=NOW)
    session.add(segment)
    session.flush()
    made = Campaign(
        name=f"autumn-{number}",
        topic=topic,
        segment_id=segment.id,
        status=CampaignStatus.FINISHED,
        author_id=author.id,
        created_at=NOW,
    )
    session.add(made)
    session.flush()
    for each in promotions:
        session.add(CampaignPromotion(campaign_id=made.id, promotion_id=each.id, snapshot={}))
    session.flush()
    return made


def make_delivery(session: Session, campaign: Campaign, contact: Contact) -> Delivery:
    """A message that was accepted by the mail server an hour ago."""
    made = Delivery(
        campaign_id=campaign.id,
        contact_id=contact.id,
        status=DeliveryStatus.SENT,
        next_at=NOW,
        sent_at=NOW - timedelta(hours=1),
    )
    session.add(made)
    session.flush()
    return made


def make_click(
    session: Session, delivery: Delivery, *, hours_ago: float, made_by: MadeBy = MadeBy.HUMAN
) -> Event:
    """A click on a link of this delivery."""
    made = Event(
        key=f"click-{next(_numbers)}",
        kind=EventKind.CLICKED,
        campaign_id=delivery.campaign_id,
        delivery_id=delivery.id,
        occurred_at=clock.now(session) - timedelta(hours=hours_ago),
        made_by=made_by,
        reasons=[],
        rule_version=1,
    )
    session.add(made)
    session.flush()
    return made


def make_wish(clinic: Clinic, **changes: Any) -> Wish:
    """What an invited reader asks for."""
    defaults: dict[str, Any] = {
        "package_code": clinic.package.code,
        "slot_id": clinic.slots[0].id,
        "name": "Ada Example",
        "self_pay_attested": True,
    }
    return Wish(**(defaults | changes))


def set_status(session: Session, promotion: Promotion, status: PromotionStatus) -> None:
    """Let a promotion stand so, without the moves that lead there."""
    session.execute(update(Promotion).where(Promotion.id == promotion.id).values(status=status))


def make_location(session: Session, name: str, postal_address: str = "") -> Location:
    """A place of the clinic, made once."""
    known = session.scalar(select(Location).where(Location.name == name))
    if known is not None:
        return known
    address = postal_address or f"200 Example Road, {name} (demo)"
    made = Location(name=name, zone=ZONE, postal_address=address)
    session.add(made)
    session.flush()
    return made


def code_of(session: Session, delivery: Delivery) -> int:
    """The promo code that this delivery carries."""
    query = select(DeliveryCode.code_id).where(DeliveryCode.delivery_id == delivery.id)
    return session.scalars(query).one()
