"""A clinic, a campaign that was sent, and a reader who received it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from campaigns.clock import Clock
from campaigns.contacts.models import Contact, Topic
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryStatus
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.rendering.models import CampaignLink
from tests.factories import make_campaign, make_contact

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)


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
    session.info.pop("bedside.now", None)


def pass_time(session: Session, **step: float) -> None:
    """Let time pass."""
    session.execute(update(Clock).values(shift=Clock.shift + timedelta(**step)))
    session.info.pop("bedside.now", None)


def make_sent_campaign(session: Session, *, topic: Topic = Topic.OFFERS) -> Campaign:
    """A campaign that was sent, with six links, the last of which leads to the booking page."""
    made = make_campaign(session, topic=topic, status=CampaignStatus.FINISHED)
    for index in range(6):
        kind, url = "content", f"https://clinic.example.com/article/{index}?from=letter"
        if index == 5:
            kind, url = "book", ""
        session.add(CampaignLink(campaign_id=made.id, index=index, url=url, kind=kind))
    session.flush()
    return made


def make_reader(session: Session, campaign: Campaign | None = None) -> Reader:
    """Someone who agreed to both topics and received the campaign's message an hour ago."""
    contact = make_contact(session, first_name="Maria")
    campaign = campaign or make_sent_campaign(session)
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
