"""A campaign that is about to go out, with its frozen program and its audience."""

from campaigns import clock
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.delivery.models import Batch, BatchState, Delivery, DeliveryStatus
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.rendering import freeze
from campaigns.rendering.models import Program
from tests.factories import make_campaign, make_contact, make_organisation, make_version


def make_sending(session: Session, **values: object) -> tuple[Campaign, Program]:
    """A campaign in the state `sending`, its content frozen and pinned."""
    make_organisation(session)
    now = clock.now(session)
    defaults = {
        "status": CampaignStatus.SENDING,
        "scheduled_at": now,
        "zone": "America/Chicago",
        "local_time": now.replace(tzinfo=None),
    }
    campaign = make_campaign(session, **(defaults | values))
    version = make_version(session, campaign)
    program = freeze.freeze(session, version)
    campaign.pinned_version_id, campaign.pinned_hash = version.id, program.content_hash
    session.flush()
    return campaign, program


def make_deliveries(
    session: Session, campaign: Campaign, program: Program, *contacts: Contact
) -> tuple[Batch, list[Delivery]]:
    """One waiting batch with a queued delivery for each contact (three of them by default)."""
    batch = Batch(campaign_id=campaign.id, state=BatchState.WAITING)
    session.add(batch)
    session.flush()
    now = clock.now(session)
    deliveries = [
        Delivery(
            campaign_id=campaign.id,
            contact_id=contact.id,
            status=DeliveryStatus.QUEUED,
            program_id=program.id,
            batch_id=batch.id,
            next_at=now,
        )
        for contact in contacts or [make_contact(session) for _ in range(3)]
    ]
    session.add_all(deliveries)
    session.flush()
    return batch, deliveries
