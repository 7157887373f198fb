"""Freeze a version's content, once: what is approved is what is sent, byte for byte."""

from typing import Any

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.database import Session
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.rendering import headers, links, pictures, queries
from campaigns.rendering.compose import Composition, compose
from campaigns.rendering.models import Program
from campaigns.rendering.program import FORMAT, Sender, content_hash, content_of


def freeze(session: Session, version: CampaignVersion) -> Program:
    """The stored program of a version, rendered now if it was not yet; sets its content hash.

    Raises Invalid saying what cannot be rendered; nothing is stored then.
    """
    session.get_one(Campaign, version.campaign_id, with_for_update=True)
    stored = queries.program_of(session, version.id, language=version.language)
    if stored is None:
        stored = _rendered(session, version)
    version.content_hash = stored.content_hash
    session.flush()
    return stored


def unstored(session: Session, version: CampaignVersion) -> dict[str, Any]:
    """A version's content as it would be frozen now; its links have numbers of its own."""
    composed = compose(session, version)
    return _content(session, version, composed, numbers=list(range(1, len(composed.links) + 1)))


def _rendered(session: Session, version: CampaignVersion) -> Program:
    pictures.hold(session, version.blocks)
    composed = compose(session, version)
    numbers = links.store(session, version.campaign_id, list(composed.links))
    content = _content(session, version, composed, numbers=numbers)
    program = Program(
        campaign_id=version.campaign_id,
        version_id=version.id,
        language=version.language,
        format=FORMAT,
        content=content,
        content_hash=content_hash(content),
        created_at=clock.now(session),
    )
    session.add(program)
    return program


def _content(
    session: Session, version: CampaignVersion, composed: Composition, *, numbers: list[int]
) -> dict[str, Any]:
    organisation = accounts.organisation(session)
    topic = session.get_one(Campaign, version.campaign_id).topic
    return content_of(
        composed,
        numbers=numbers,
        unchanging=headers.fixed(organisation, topic=topic, subject=composed.subject),
        sender=Sender(organisation.sender_address, organisation.reply_address, topic.value),
    )
