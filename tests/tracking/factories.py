"""A clinic, a campaign that was sent, and a reader who received it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import update

from campaigns.accounts.models import Organisation, User
from campaigns.clock import Clock
from campaigns.contacts import consent
from campaigns.contacts.models import Contact, Segment, Topic
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryStatus
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.rendering.models import CampaignLink

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
_numbers = count(1)


@dataclass
class Reader:
    """Who received the message, and what it was."""

    contact: Contact
    campaign: Campaign
    delivery: Delivery


def stop_clock(session: Session, at: datetime = NOW) -> None:
    """Let time stand still at this moment."""
    session.add(Clock(only=True, stopped_at=at, shift=timedelta(0)))
    session.flush()
    session.info.clear()


def pass_time(session: Session, **step: float) -> None:
    """Let time pass."""
    session.execute(update(Clock).values(shift=Clock.shift + timedelta(**step)))
    session.info.clear()


def make_organisation(session: Session) -> Organisation:
    """An invented clinic."""
    made = Organisation(
        id=1,
        name="Renew Health",
        sender_name="Renew Health",
        sender_address="news@clinic.example.com",
        reply_address="desk@clinic.example.com",
        phone="(555) 010-0199",
        postal_address="100 Example Plaza, Suite 200, Allen, TX 75000 (demo)",
        zone="America/Chicago",
        website="https://clinic.example.com/",
        privacy_url="https://clinic.example.com/privacy",
        brand={"primary": "#1d5c63"},
        regions=["US-TX"],
    )
    session.add(made)
    session.flush()
    return made


def make_campaign(session: Session, *, topic: Topic = Topic.OFFERS) -> Campaign:
    """A campaign that was sent, with six links, the last of which leads to the booking page."""
    number = next(_numbers)
    author = User(
        address=f"staff{number}@clinic.example.com",
        name="Sam Example",
        roles=["coordinator"],
        created_at=NOW,
    )
    segment = Segment(name=f"all-{number}", title="Everyone", rule={}, updated_at=NOW)
    session.add_all([author, segment])
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
    for index in range(6):
        kind, url = "content", f"https://clinic.example.com/article/{index}?from=letter"
        if index == 5:
            kind, url = "book", ""
        session.add(CampaignLink(campaign_id=made.id, index=index, url=url, kind=kind))
    session.flush()
    return made


def make_reader(session: Session, campaign: Campaign | None = None) -> Reader:
    """Someone who agreed to both topics and received the campaign's message an hour ago."""
    number = next(_numbers)
    contact = Contact(
        address=f"maria{number}@example.com",
        canonical_address=f"maria{number}@example.com",
        first_name="Maria",
        language="en",
        created_at=NOW,
    )
    session.add(contact)
    session.flush()
    for topic in Topic:
        consent.give(session, contact, topic=topic, source="form", words="Yes, write to me.")
    campaign = campaign or make_campaign(session)
    delivery = Delivery(
        campaign_id=campaign.id,
        contact_id=contact.id,
        status=DeliveryStatus.SENT,
        next_at=NOW,
        sent_at=NOW - timedelta(hours=1),
    )
    session.add(delivery)
    session.flush()
    return Reader(contact, campaign, delivery)
