"""A version as a contact would get it: as it is frozen, or as it would be frozen now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Self

from campaigns import clock
from campaigns.contacts.facts import Fact
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.planning import membership
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion
from campaigns.rendering import freeze, headers, queries
from campaigns.rendering.merge import Recipient, Values, filled, tidy
from campaigns.rendering.message import Message, sample
from campaigns.rendering.program import conditions_of, legible, places_of
from campaigns.rendering.view import note
from campaigns.rendering.wire import Wire

SAMPLE_NAME = "Maria"
"""An invented reader: who is shown a preview and is nobody's contact."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a message is shown to: a contact, or somebody invented."""

    first_name: str = SAMPLE_NAME
    last_name: str = ""
    contact: Contact | None = None
    within: frozenset[str] | None = None
    """The segments that somebody invented is within; None: all that the message asks for."""

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """A contact, with the name it has."""
        return cls(contact.first_name, contact.last_name, contact)


MARIA = Reader(SAMPLE_NAME, "Alvarez")
NAMELESS = Reader("")
HARD = Reader("Zoë O'Neil <b>", "Ó Súilleabháin & <Söhne>")
"""What careless programs get wrong: an accent, an apostrophe, a sign that begins a tag."""


@dataclass(frozen=True, slots=True)
class Look:
    """A message as one reader gets it, and what depends on who that is."""

    message: Message
    preheader: str
    asked: tuple[str, ...]
    """The segments that decide what parts of it a reader gets."""
    within: frozenset[str]
    """Those of them that this reader is within."""


def preview(
    session: Session,
    version: CampaignVersion,
    contact: Contact | None = None,
    *,
    first_name: str = SAMPLE_NAME,
    facts: Iterable[Fact] = (),
) -> Message:
    """The message of a version as this contact, or a sample person of this name, would see it.

    See `look`: the sample person is within every segment that the message asks for.
    """
    reader = Reader.of(contact) if contact else Reader(first_name)
    return look(session, version, reader, facts=facts).message


def look(
    session: Session, version: CampaignVersion, reader: Reader, *, facts: Iterable[Fact] = ()
) -> Look:
    """The message of a version as this reader would get it.

    A contact gets what the segments it is within now (by these facts) are shown. The links lead
    nowhere and nothing is stored; raises Invalid saying what cannot be rendered.
    """
    content = as_it_stands(session, version)
    asked = conditions_of(content)
    recipient = _recipient(session, version, reader, asked, facts)
    within = recipient.conditions
    values = Values(recipient, has_pixel=False)
    places = places_of(content)
    personal = headers.personal(
        values,
        topic=content["sender"]["topic"],
        sender=content["sender"]["address"],
        reply_to=content["sender"]["reply_to"],
    )
    frozen = content["headers"].items()
    message = Message(
        subject=tidy(filled(content["subject"], places, values.text)),
        html=filled(content["html"], places, values.html, within=within),
        text=filled(content["text"], places, values.text, within=within),
        headers=personal | {name: filled(each, places, values.text) for name, each in frozen},
    )
    return Look(
        message=message,
        preheader=tidy(filled(content["preheader"], places, values.text)),
        asked=asked,
        within=within,
    )


def as_it_stands(session: Session, version: CampaignVersion) -> Mapping[str, Any]:
    """What was frozen for review and after; of a draft, what would be frozen now."""
    campaign = session.get_one(Campaign, version.campaign_id)
    if campaign.status is not CampaignStatus.DRAFT:
        program = queries.program_of(session, version.id, language=version.language)
        if program is not None:
            return legible(program)
    return freeze.unstored(session, version)


def letter(
    session: Session,
    version: CampaignVersion,
    *,
    to: str,
    sent_by: str,
    reader: Reader = MARIA,
    facts: Iterable[Fact] = (),
) -> bytes:
    """A version as bytes for a test message to this address, which says what it is and by whom.

    Its links lead nowhere, and so it has no headers to unsubscribe by.
    """
    content = as_it_stands(session, version)
    marked = {**content, "headers": headers.as_test(content["headers"])}
    line = f"This is a test message, sent by {tidy(sent_by)} only to the addresses chosen for it."
    seen = _recipient(session, version, reader, conditions_of(content), facts)
    recipient = replace(seen, address=to)
    return Wire.of_content(marked).opened_with(line).fill(recipient, banner=note(escape(line)))


def _recipient(
    session: Session,
    version: CampaignVersion,
    reader: Reader,
    asked: tuple[str, ...],
    facts: Iterable[Fact],
) -> Recipient:
    stand_in = sample(
        version.campaign_id,
        first_name=reader.first_name,
        last_name=reader.last_name,
        conditions=asked if reader.within is None else reader.within & set(asked),
    )
    recipient = replace(stand_in, at=clock.now(session))
    contact = reader.contact
    if contact is None:
        return recipient
    campaign = session.get_one(Campaign, version.campaign_id)
    within = membership.of(session, campaign, contact, names=asked, facts=facts)
    return replace(recipient, address=contact.address or stand_in.address, conditions=within)
