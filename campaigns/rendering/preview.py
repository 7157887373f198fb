"""A version as a contact would get it: as it is frozen, or as it would be frozen now."""

from collections.abc import Mapping
from typing import Any

from campaigns import clock
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion
from campaigns.rendering import freeze, headers, queries
from campaigns.rendering.merge import Recipient, Values, merged
from campaigns.rendering.message import Message, sample
from campaigns.rendering.program import checked, places_of
from campaigns.rendering.wire import Wire

SAMPLE_NAME = "Zoë O'Neil <b>"
"""A name with everything that a careless program gets wrong."""


def preview(
    session: Session,
    version: CampaignVersion,
    contact: Contact | None = None,
    *,
    first_name: str = SAMPLE_NAME,
) -> Message:
    """The message of a version as this contact, or a sample person of this name, would see it.

    Its links lead nowhere and nothing is stored; raises Invalid saying what cannot be rendered.
    """
    content = as_it_stands(session, version)
    values = Values(_seen_by(session, version, contact, first_name), has_pixel=False)
    places = places_of(content)
    personal = headers.personal(
        values,
        topic=content["sender"]["topic"],
        sender=content["sender"]["address"],
        reply_to=content["sender"]["reply_to"],
    )
    return Message(
        subject=content["subject"],
        html=merged(places.split(content["html"]), places.known, values.html),
        text=merged(places.split(content["text"]), places.known, values.text),
        headers=personal | content["headers"],
    )


def as_it_stands(session: Session, version: CampaignVersion) -> Mapping[str, Any]:
    """What was frozen for review and after; of a draft, what would be frozen now."""
    campaign = session.get_one(Campaign, version.campaign_id)
    if campaign.status is not CampaignStatus.DRAFT:
        program = queries.program_of(session, version.id, language=version.language)
        if program is not None:
            return checked(program)
    return freeze.unstored(session, version)


def letter(session: Session, version: CampaignVersion, *, to: str) -> bytes:
    """A version as bytes for a test message to this address; its links lead nowhere."""
    recipient = _seen_by(session, version, None)
    wire = Wire.of_content(as_it_stands(session, version))
    return wire.fill(
        Recipient(
            address=to,
            first_name=recipient.first_name,
            campaign_id=recipient.campaign_id,
            delivery_id=recipient.delivery_id,
            at=recipient.at,
            code=recipient.code,
        )
    )


def _seen_by(
    session: Session,
    version: CampaignVersion,
    contact: Contact | None,
    first_name: str = SAMPLE_NAME,
) -> Recipient:
    stand_in = sample(version.campaign_id, first_name=first_name)
    return Recipient(
        address=(contact and contact.address) or stand_in.address,
        first_name=contact.first_name if contact else stand_in.first_name,
        campaign_id=version.campaign_id,
        delivery_id=0,
        at=clock.now(session),
        code=stand_in.code,
    )
