"""A campaign that was sent a few days ago, with something of everything to report."""

from datetime import timedelta
from itertools import count

from campaigns import clock
from campaigns.bookings import lifecycle
from campaigns.contacts.models import Contact, Segment
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryStatus, Reason
from campaigns.planning.models import Campaign, CampaignOccurrence
from campaigns.rendering.models import CampaignLink
from campaigns.tracking.models import Event, EventKind, MadeBy
from tests.bookings import factories
from tests.bookings.factories import NOW, Clinic
from tests.factories import make_version

S, K = DeliveryStatus, EventKind
SENT, AUDIENCE = 24, 32
REGIONS = ("US-TX", "US-TX", "US-OK", "")
_ELSEWHERE = (
    (S.SKIPPED, Reason.NO_CONSENT),
    (S.SKIPPED, Reason.NO_CONSENT),
    (S.SKIPPED, Reason.SUPPRESSED),
    (S.SKIPPED, Reason.BOOKING_UPCOMING),
    (S.SKIPPED, Reason.CAP),
    (S.FAILED, Reason.HARD_BOUNCE),
    (S.FAILED, Reason.REFUSED),
    (S.UNCERTAIN, Reason.NONE),
)
_numbers = count(1)


def make(session: Session) -> Clinic:
    """The campaign `autumn`: 32 people, 24 accepted four days ago, clicks and a booking since."""
    clinic = factories.make_clinic(session)
    campaign = clinic.campaign
    campaign.name, campaign.title = "autumn", "Autumn savings (invented)"
    campaign.started_at = campaign.scheduled_at = NOW - timedelta(days=4)
    campaign.finished_at = campaign.started_at + timedelta(minutes=3)
    make_version(session, campaign)
    session.get_one(Segment, campaign.segment_id).rule = {"everyone": True}
    session.add(
        CampaignOccurrence(
            campaign_id=campaign.id,
            due_at=campaign.started_at,
            local_time=campaign.started_at.replace(tzinfo=None),
            zone=factories.ZONE,
            audience_count=AUDIENCE,
            frozen_at=campaign.started_at,
        )
    )
    clinic.delivery.sent_at = campaign.started_at
    clinic.contact.region = "US-TX"
    others = [_delivery(session, campaign, number) for number in range(1, AUDIENCE)]
    _links(session, campaign)
    _follow(session, [clinic.delivery, *others[: SENT - 1]])
    booking = lifecycle.request(
        session, delivery=clinic.delivery, wish=factories.make_wish(clinic), key="form"
    )
    lifecycle.confirm(session, booking, actor=clinic.desk)
    session.flush()
    return clinic


def _delivery(session: Session, campaign: Campaign, number: int) -> Delivery:
    contact = factories.make_contact(session, f"reader{number}@example.com")
    contact.region = REGIONS[number % len(REGIONS)]
    status, reason = (S.SENT, Reason.NONE)
    if number >= SENT:
        status, reason = _ELSEWHERE[number - SENT]
    made = Delivery(
        campaign_id=campaign.id,
        contact_id=contact.id,
        status=status,
        reason=reason,
        next_at=NOW,
        sent_at=NOW - timedelta(days=4) if status is S.SENT else None,
    )
    session.add(made)
    session.flush()
    return made


def _links(session: Session, campaign: Campaign) -> None:
    for index, (url, kind) in enumerate(
        [
            ("", "book"),
            ("https://clinic.example.com/packages", "content"),
            ("https://clinic.example.com/how-a-visit-goes", "content"),
            ("https://clinic.example.com/questions", "content"),
        ],
        start=1,
    ):
        session.add(CampaignLink(campaign_id=campaign.id, index=index, url=url, kind=kind))


def _follow(session: Session, deliveries: list[Delivery]) -> None:
    """A third follows links over four days, half may have opened, machines look at a few."""
    for number, delivery in enumerate(deliveries):
        hours = 4 * 24 - (number * 7 % 90) - 1
        if number % 2 == 0:
            hit(session, delivery, K.OPENED, hours=hours)
        if number % 3 == 0:
            hit(session, delivery, K.CLICKED, hours=hours - 0.1, link=1 + number % 4)
        if number % 5 == 4:
            hit(session, delivery, K.OPENED, hours=90, by=MadeBy.PROXY)
        if number % 11 == 10:
            hit(session, delivery, K.CLICKED, hours=90, link=2, by=MadeBy.MACHINE)
    hit(session, deliveries[1], K.UNSUBSCRIBED, hours=20)
    hit(session, deliveries[2], K.BOUNCED, hours=19, by=MadeBy.MACHINE)


def hit(
    session: Session,
    delivery: Delivery,
    kind: EventKind,
    *,
    hours: float,
    link: int | None = None,
    by: MadeBy = MadeBy.HUMAN,
) -> None:
    """Something became of this delivery so many hours ago."""
    session.add(
        Event(
            key=f"reported-{next(_numbers)}",
            kind=kind,
            campaign_id=delivery.campaign_id,
            delivery_id=delivery.id,
            link_index=link,
            occurred_at=clock.now(session) - timedelta(hours=hours),
            made_by=by,
            rule_version=1,
        )
    )
    session.flush()


def name_someone(session: Session, clinic: Clinic, *, first_name: str) -> Contact:
    """The reader who booked is called so."""
    contact = session.get_one(Contact, clinic.contact.id)
    contact.first_name = first_name
    session.flush()
    return contact
