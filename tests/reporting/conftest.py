"""A campaign that went out to everyone it named, with nothing amiss."""

from dataclasses import dataclass, field

import pytest

from campaigns import clock
from campaigns.compliance.signing import ANY_APPROVER
from campaigns.contacts.models import Contact, Topic
from campaigns.database import Session
from campaigns.delivery.models import Batch, BatchState, Delivery, DeliveryStatus
from campaigns.planning.models import (
    Campaign,
    CampaignApproval,
    CampaignOccurrence,
    CampaignStatus,
)
from campaigns.rendering.models import Program
from tests.delivery.factories import make_sending
from tests.factories import make_contact, make_user


@dataclass
class Road:
    """What was sent, and to whom."""

    campaign: Campaign
    program: Program
    occurrence: CampaignOccurrence
    batch: Batch
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def first(self) -> Delivery:
        """One of the deliveries."""
        return self.deliveries[0]


@pytest.fixture
def road(session: Session) -> Road:
    """A finished campaign: approved, its audience of three frozen, a message accepted for each."""
    campaign, program = make_sending(
        session, name="autumn", status=CampaignStatus.FINISHED, topic=Topic.EDUCATION
    )
    now = clock.now(session)
    occurrence = CampaignOccurrence(
        campaign_id=campaign.id,
        due_at=now,
        local_time=now.replace(tzinfo=None),
        zone="America/Chicago",
        audience_count=3,
        frozen_at=now,
    )
    signature = CampaignApproval(
        campaign_id=campaign.id,
        content_hash=program.content_hash,
        role=ANY_APPROVER,
        user_id=make_user(session).id,
        reason="Read.",
        at=now,
    )
    batch = Batch(campaign_id=campaign.id, state=BatchState.DONE)
    session.add_all([occurrence, signature, batch])
    session.flush()
    contacts = [make_contact(session, f"{name}@example.com") for name in ("ada", "ben", "carla")]
    deliveries = [make_sent(session, campaign, program, each) for each in contacts]
    return Road(campaign, program, occurrence, batch, deliveries)


def make_sent(session: Session, campaign: Campaign, program: Program, contact: Contact) -> Delivery:
    """A delivery that the mail server accepted now."""
    now = clock.now(session)
    delivery = Delivery(
        campaign_id=campaign.id,
        contact_id=contact.id,
        status=DeliveryStatus.SENT,
        program_id=program.id,
        attempts=1,
        next_at=now,
        sent_at=now,
        settled_at=now,
    )
    session.add(delivery)
    session.flush()
    return delivery
