"""What pages, letters, the desk and the reports ask about bookings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Location, Organisation
from campaigns.bookings import ledger
from campaigns.bookings.models import Booking, BookingStatus
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryCode
from campaigns.errors import NotFound
from campaigns.money import Money
from campaigns.planning.models import Campaign, CampaignPromotion
from campaigns.promotions.models import Package, PromoCode, Promotion, Slot
from campaigns.tokens import DeliveryToken

S = BookingStatus

LIVE = (S.REQUESTED, S.HELD, S.CONFIRMED)
"""Someone is still expected to come."""
TAKING = (S.REQUESTED, S.HELD, S.CONFIRMED, S.ATTENDED, S.NO_SHOW)
"""Uses up the promotion it was made under."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A booking with everything that a page, a letter or a calendar says about it."""

    booking: Booking
    contact: Contact
    package: Package
    slot: Slot
    location: Location
    clinic: Organisation

    @property
    def when(self) -> str:
        """The beginning on the wall clock where the visit takes place, the zone named."""
        return clock.local_text(self.slot.starts_at, self.location.zone)

    @property
    def held_until(self) -> str:
        """When the place goes to someone else unless the desk confirms; empty: not held."""
        until = self.booking.hold_until
        return clock.local_text(until, self.location.zone) if until else ""

    @property
    def price(self) -> Money:
        """What was promised."""
        return Money(self.booking.price_cents, self.booking.currency)

    @property
    def regular(self) -> Money:
        """What it costs without an offer."""
        return Money(self.booking.list_cents, self.booking.currency)

    @property
    def saving(self) -> Money:
        """What the offer takes off."""
        return self.regular - self.price


def visit(session: Session, booking: Booking) -> Visit:
    """A booking with its contact, package, slot and place (primary keys)."""
    row = session.execute(
        select(Contact, Package, Slot, Location)
        .select_from(Booking)
        .join(Contact, Contact.id == Booking.contact_id)
        .join(Package, Package.id == Booking.package_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Location, Location.id == Slot.location_id)
        .where(Booking.id == booking.id)
    ).one()
    return Visit(booking, row[0], row[1], row[2], row[3], accounts.organisation(session))


def message_of(session: Session, booking: Booking) -> tuple[Delivery, Campaign] | None:
    """The message whose link or code led to this booking (primary keys); None without one."""
    row = session.execute(
        select(Delivery, Campaign)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Delivery.id == booking.delivery_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def promotion_of(session: Session, booking: Booking) -> Promotion | None:
    """The promotion a booking was made under (primary key)."""
    if booking.promotion_id is None:
        return None
    return session.get_one(Promotion, booking.promotion_id)


def by_id(session: Session, booking_id: int) -> Booking:
    """The booking a manage token names (primary key); raises NotFound."""
    found = session.get(Booking, booking_id)
    if found is None:
        raise NotFound("There is no such booking any more. Please call the clinic.")
    return found


def by_reference(session: Session, reference: str) -> Booking:
    """The booking of this reference, however it is typed (unique index); raises NotFound."""
    wanted = reference.strip().upper()
    found = session.scalar(select(Booking).where(Booking.reference == wanted))
    if found is None:
        raise NotFound(f"There is no booking {wanted}.", what="booking")
    return found


def invited(session: Session, token: DeliveryToken) -> Delivery:
    """The delivery behind a booking link (primary key); raises NotFound."""
    found = session.get(Delivery, token.delivery_id)
    if found is None or found.campaign_id != token.campaign_id:
        raise NotFound("This link leads to a message that is no longer here.")
    return found


def promotions_of(session: Session, campaign_id: int) -> list[Promotion]:
    """The promotions a campaign carries, the most important first (primary key)."""
    return list(
        session.scalars(
            select(Promotion)
            .join(CampaignPromotion, CampaignPromotion.promotion_id == Promotion.id)
            .where(CampaignPromotion.campaign_id == campaign_id)
            .order_by(Promotion.priority.desc(), Promotion.id)
        )
    )


def carried_code(session: Session, delivery: Delivery, promotion: Promotion) -> PromoCode | None:
    """The valid code that this message carries for a promotion (primary key)."""
    return session.scalar(
        select(PromoCode)
        .join(DeliveryCode, DeliveryCode.code_id == PromoCode.id)
        .where(
            DeliveryCode.delivery_id == delivery.id,
            DeliveryCode.promotion_id == promotion.id,
            PromoCode.voided_at.is_(None),
        )
    )


def carrying(session: Session, code: PromoCode, contact_id: int) -> Delivery | None:
    """The newest message that carried this code to this contact (ix_delivery_contact)."""
    return session.scalar(
        select(Delivery)
        .join(DeliveryCode, DeliveryCode.delivery_id == Delivery.id)
        .where(DeliveryCode.code_id == code.id, Delivery.contact_id == contact_id)
        .order_by(Delivery.sent_at.desc().nulls_last(), Delivery.id.desc())
        .limit(1)
    )


def newest_offer(session: Session, contact_id: int) -> Delivery | None:
    """The newest message sent to this contact that carries a promotion (ix_delivery_contact)."""
    carried = select(CampaignPromotion.campaign_id)
    return session.scalar(
        select(Delivery)
        .where(
            Delivery.contact_id == contact_id,
            Delivery.sent_at.is_not(None),
            Delivery.campaign_id.in_(carried),
        )
        .order_by(Delivery.sent_at.desc(), Delivery.id.desc())
        .limit(1)
    )


def local_day(session: Session, slot: Slot) -> date:
    """The day of a slot on the wall calendar of its place (primary key)."""
    place = session.get_one(Location, slot.location_id)
    return slot.starts_at.astimezone(clock.zone(place.zone)).date()


def by_key(session: Session, *, contact_id: int, key: str) -> Booking | None:
    """The booking that this form made before (unique index)."""
    return session.scalar(
        select(Booking).where(Booking.idempotency_key == scoped_key(contact_id, key))
    )


def scoped_key(contact_id: int, key: str) -> str:
    """An idempotency key as stored: nobody reaches another person's booking by guessing one."""
    return f"{contact_id}:{key}"


def live_at(session: Session, *, contact_id: int, package_id: int, slot_id: int) -> Booking | None:
    """This contact's live booking of this package at this moment (ix_booking_contact)."""
    return session.scalar(
        select(Booking).where(
            Booking.contact_id == contact_id,
            Booking.status.in_(LIVE),
            Booking.package_id == package_id,
            Booking.slot_id == slot_id,
        )
    )


def open_requests(session: Session, *, contact_id: int) -> int:
    """How many of a contact's requests wait for the desk (ix_booking_contact)."""
    waiting = Booking.status.in_((S.REQUESTED, S.HELD))
    counted = select(func.count(Booking.id)).where(Booking.contact_id == contact_id, waiting)
    return session.scalar(counted) or 0


def times_used(session: Session, *, contact_id: int, promotion_id: int) -> int:
    """How often this contact has used a promotion, open requests included (ix_booking_contact)."""
    found = session.scalar(
        select(func.count())
        .select_from(Booking)
        .where(
            Booking.contact_id == contact_id,
            Booking.promotion_id == promotion_id,
            Booking.status.in_(TAKING),
        )
    )
    return found or 0


def has_booked_before(session: Session, contact_id: int) -> bool:
    """Whether this contact is not new: a booking was confirmed or attended (ix_booking_contact)."""
    found = session.scalar(
        select(Booking.id)
        .where(
            Booking.contact_id == contact_id,
            Booking.status.in_((S.CONFIRMED, S.ATTENDED, S.NO_SHOW)),
        )
        .limit(1)
    )
    return found is not None


def due_holds(session: Session, now: datetime) -> list[int]:
    """The bookings whose hold is over (ix_booking_holds)."""
    return list(
        session.scalars(
            select(Booking.id)
            .where(Booking.status == S.HELD, Booking.hold_until <= now)
            .order_by(Booking.hold_until)
        )
    )


def listed(session: Session, statuses: Iterable[BookingStatus] = LIVE) -> list[Visit]:
    """Bookings for the desk, the next visit first (a scan: hundreds of rows)."""
    rows = session.execute(
        select(Booking, Contact, Package, Slot, Location)
        .join(Contact, Contact.id == Booking.contact_id)
        .join(Package, Package.id == Booking.package_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Location, Location.id == Slot.location_id)
        .where(Booking.status.in_(list(statuses)))
        .order_by(Slot.starts_at, Booking.id)
    ).all()
    clinic = accounts.organisation(session) if rows else None
    return [Visit(*row, clinic=clinic) for row in rows if clinic]


def ledger_differences(session: Session) -> list[str]:
    """A sentence for each counter that does not equal its bookings or its ledger (scans)."""
    return ledger.differences(session)
