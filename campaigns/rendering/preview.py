"""A version as a contact would get it: as it is frozen, or as it would be frozen now."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import escape
from typing import Any

from campaigns import clock
from campaigns.contacts.facts import Fact
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.planning import membership
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion
from campaigns.rendering import freeze, headers, queries
from campaigns.rendering.merge import Recipient, Values, filled, tidy
from campaigns.rendering.message import Message, sample
from campaigns.rendering.program import checked, conditions_of, places_of
from campaigns.rendering.view import note
from campaigns.rendering.wire import Wire

SAMPLE_NAME = "Maria"
"""An invented reader: who is shown a preview and is nobody's contact."""


def preview(
    session: Session,
    version: CampaignVersion,
    contact: Contact | None = None,
    *,
    first_name: str = SAMPLE_NAME,
    facts: Iterable[Fact] = (),
) -> Message:
    """The message of a version as this contact, or a sample person of this name, would see it.

    A contact sees what the segments it is within now (by these facts) are shown; the sample person
    is within all of them. Its links lead nowhere and nothing is stored; raises Invalid saying what
    cannot be rendered.
    """
    content = as_it_stands(session, version)
    asked = conditions_of(content)
    within = _within(session, version, contact, asked, facts) if contact else frozenset(asked)
    recipient = replace(_seen_by(session, version, contact, first_name), conditions=within)
    values = Values(recipient, has_pixel=False)
    places = places_of(content)
    personal = headers.personal(
        values,
        topic=content["sender"]["topic"],
        sender=content["sender"]["address"],
        reply_to=content["sender"]["reply_to"],
    )
    return Message(
        subject=tidy(filled(content["subject"], places, values.text)),
        html=filled(content["html"], places, values.html, within=within),
        text=filled(content["text"], places, values.text, within=within),
        headers=personal
        | {name: filled(each, places, values.text) for name, each in content["headers"].items()},
    )


def _within(
    session: Session,
    version: CampaignVersion,
    contact: Contact,
    asked: tuple[str, ...],
    facts: Iterable[Fact],
) -> frozenset[str]:
    campaign = session.get_one(Campaign, version.campaign_id)
    return membership.of(session, campaign, contact, names=asked, facts=facts)


def as_it_stands(session: Session, version: CampaignVersion) -> Mapping[str, Any]:
    """What was frozen for review and after; of a draft, what would be frozen now."""
    campaign = session.get_one(Campaign, version.campaign_id)
    if campaign.status is not CampaignStatus.DRAFT:
        program = queries.program_of(session, version.id, language=version.language)
        if program is not None:
            return checked(program)
    return freeze.unstored(session, version)


def letter(
    session: Session,
    version: CampaignVersion,
    *,
    to: str,
    sent_by: str,
    first_name: str = SAMPLE_NAME,
) -> bytes:
    """A version as bytes for a test message to this address, which says what it is and by whom.

    Its links lead nowhere, and so it has no headers to unsubscribe by.
    """
    content = as_it_stands(session, version)
    marked = {**content, "headers": headers.as_test(content["headers"])}
    line = f"This is a test message, sent by {tidy(sent_by)} to this address only."
    recipient = replace(
        _seen_by(session, version, None, first_name),
        address=to,
        conditions=frozenset(conditions_of(content)),
    )
    return Wire.of_content(marked).opened_with(line).fill(recipient, banner=note(escape(line)))


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
        last_name=contact.last_name if contact else stand_in.last_name,
        campaign_id=version.campaign_id,
        delivery_id=0,
        at=clock.now(session),
        code=stand_in.code,
    )
