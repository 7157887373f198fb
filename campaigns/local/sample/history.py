"""What happened at the demo clinic before today, so that each contact has their reason."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from campaigns import addresses, clock
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Role, User
from campaigns.bookings import steps
from campaigns.bookings.models import (
    Booking,
    BookingStatus,
    Redemption,
    RedemptionKind,
    StepKind,
)
from campaigns.contacts import consent, importing, suppression
from campaigns.contacts import queries as contacts
from campaigns.contacts.models import Scope, Segment, SuppressionReason, Topic
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryStatus
from campaigns.planning.models import (
    Campaign,
    CampaignApproval,
    CampaignOccurrence,
    CampaignStatus,
    CampaignVersion,
)
from campaigns.promotions import limits, pricing
from campaigns.promotions import queries as promotions
from campaigns.promotions.models import Slot

_WROTE_TO = ("nadia@example.com", "omar@example.com")
_HASH = "demo-history"


def withdrawals(session: Session) -> None:
    """One withdrew, one wants a pause, one has not confirmed their address yet."""
    priya = contacts.by_address(session, "priya@example.com")
    consent.withdraw(session, priya, through="preferences page", topics=[Topic.OFFERS])
    consent.pause(session, contacts.by_address(session, "quinn@example.com"), days=90)
    xenia = importing.add(session, addresses.parse("xenia@example.com"))
    xenia.first_name, xenia.region = "Xenia", "US-TX"
    words = "Yes, email me about package offers."
    source = "Sign-up form on the website (demo)"
    consent.give(session, xenia, topic=Topic.OFFERS, source=source, words=words, confirmed=False)


def suppressions(session: Session) -> None:
    """A bounce, a complaint, and a person's request."""
    for address, scope, reason in (
        ("kofi@example.com", Scope.EVERYTHING, SuppressionReason.BOUNCE),
        ("lena@example.com", Scope.MARKETING, SuppressionReason.COMPLAINT),
        ("mateo@example.com", Scope.EVERYTHING, SuppressionReason.REQUEST),
    ):
        canonical = addresses.parse(address).canonical
        suppression.suppress(
            session, canonical=canonical, scope=scope, reason=reason, detail="demo"
        )


def an_earlier_campaign(session: Session, *, author: User) -> None:
    """An offer that went to two people three days ago: the cap keeps them from the next."""
    now = clock.now(session)
    sent_at = now - timedelta(days=3)
    segment = session.scalars(select(Segment).where(Segment.name == "offer-readers")).one()
    campaign = Campaign(
        name="earlier-offer",
        topic=Topic.OFFERS,
        segment_id=segment.id,
        status=CampaignStatus.FINISHED,
        author_id=author.id,
        created_at=sent_at,
        pinned_hash=_HASH,
        zone="America/Chicago",
        scheduled_at=sent_at,
        started_at=sent_at,
        finished_at=sent_at,
    )
    session.add(campaign)
    session.flush()
    local = sent_at.replace(tzinfo=None)
    session.add_all(
        [
            CampaignVersion(
                campaign_id=campaign.id,
                revision=1,
                subject="An earlier offer (demo)",
                preheader="It is over.",
                blocks=[{"id": "footer", "type": "footer"}],
                content_hash=_HASH,
                created_at=sent_at,
                created_by=author.id,
            ),
            CampaignApproval(
                campaign_id=campaign.id,
                content_hash=_HASH,
                role=Role.LEGAL,
                user_id=accounts.user(session, "leo@renew-health.example.com").id,
                reason="Demo history",
                at=sent_at,
            ),
            CampaignOccurrence(
                campaign_id=campaign.id,
                due_at=sent_at,
                local_time=local,
                zone="America/Chicago",
                audience_count=len(_WROTE_TO),
                frozen_at=sent_at,
            ),
            *(
                Delivery(
                    campaign_id=campaign.id,
                    contact_id=contacts.by_address(session, address).id,
                    status=DeliveryStatus.SENT,
                    attempts=1,
                    next_at=sent_at,
                    sent_at=sent_at,
                    settled_at=sent_at,
                    answer="250 2.0.0 demo history",
                )
                for address in _WROTE_TO
            ),
        ]
    )
    session.flush()


@dataclass(frozen=True, slots=True)
class _Past:
    """A booking as it stands today."""

    address: str
    package: str
    status: BookingStatus
    days: int
    """When the visit begins, from today."""
    promotion: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that waits for the front desk; of people whom other reasons keep from the demo."""

    address: str
    package: str
    days: int
    hours_left: float


_BOOKINGS = (
    _Past("samir@example.com", "INF-1", BookingStatus.CONFIRMED, 9),
    _Past("tove@example.com", "INF-1", BookingStatus.ATTENDED, -10),
    _Past("uma@example.com", "SER-3", BookingStatus.NO_SHOW, -1, promotion="package-savings"),
)

_REQUESTS = (
    _Asked("priya@example.com", "INF-1", 3, hours_left=2.5),
    _Asked("samir@example.com", "BST-1", 16, hours_left=19),
    _Asked("quinn@example.com", "CONSULT", 5, hours_left=52),
)


def bookings(session: Session) -> None:
    """What came and is to come, one that was missed, and three requests that wait for an answer."""
    for number, past in enumerate(_BOOKINGS, start=1):
        _book(session, past, reference=f"BK-DEMO{number}")
    for number, asked in enumerate(_REQUESTS, start=len(_BOOKINGS) + 1):
        _ask(session, asked, reference=f"BK-DEMO{number}")


def _ask(session: Session, asked: _Asked, *, reference: str) -> None:
    now = clock.now(session)
    package = promotions.package(session, asked.package)
    quote = pricing.price(session, package, promotion_ids=[])
    slot = Slot(
        location_id=accounts.locations(session)[0].id,
        category=package.category,
        starts_at=(now + timedelta(days=asked.days)).replace(minute=40, second=0, microsecond=0),
        capacity=1,
        held=1,
    )
    session.add(slot)
    session.flush()
    contact = contacts.by_address(session, asked.address)
    booking = Booking(
        reference=reference,
        idempotency_key=f"demo:{reference}",
        contact_id=contact.id,
        package_id=package.id,
        slot_id=slot.id,
        name=f"{contact.first_name} Sample",
        phone="(555) 010-0123",
        status=BookingStatus.HELD,
        hold_until=now + timedelta(hours=asked.hours_left),
        list_cents=quote.regular_cents,
        price_cents=quote.price_cents,
        currency=quote.currency,
        quote={"note": "demo history"},
        created_at=now - timedelta(hours=20),
    )
    session.add(booking)
    session.flush()
    steps.record(session, booking, StepKind.REQUESTED)


def _book(session: Session, past: _Past, *, reference: str) -> None:
    now = clock.now(session)
    package = promotions.package(session, past.package)
    promotion = promotions.named(session, past.promotion) if past.promotion else None
    quote = pricing.price(session, package, promotion_ids=[promotion.id] if promotion else [])
    slot = Slot(
        location_id=accounts.locations(session)[0].id,
        category=package.category,
        starts_at=(now + timedelta(days=past.days)).replace(minute=20, second=0, microsecond=0),
        capacity=1,
        confirmed=1,
    )
    session.add(slot)
    session.flush()
    contact = contacts.by_address(session, past.address)
    booking = Booking(
        reference=reference,
        idempotency_key=f"demo:{reference}",
        contact_id=contact.id,
        package_id=package.id,
        promotion_id=promotion.id if promotion else None,
        slot_id=slot.id,
        name=f"{contact.first_name} Sample",
        status=past.status,
        list_cents=quote.regular_cents,
        price_cents=quote.price_cents,
        currency=quote.currency,
        quote={"note": "demo history"},
        self_pay_attested=True,
        created_at=now - timedelta(days=12),
        confirmed_at=now - timedelta(days=11),
        ended_at=None if past.days > 0 else slot.starts_at,
    )
    session.add(booking)
    session.flush()
    if promotion is not None:
        saved = quote.regular_cents - quote.price_cents
        limits.hold(session, promotion, cents=saved)
        limits.capture(session, promotion, cents=saved)
        session.add_all(
            Redemption(
                booking_id=booking.id,
                promotion_id=promotion.id,
                kind=kind,
                cents=saved,
                idempotency_key=f"demo:{reference}:{kind}",
                at=now - timedelta(days=2),
            )
            for kind in (RedemptionKind.HOLD, RedemptionKind.CAPTURE)
        )
        session.flush()
