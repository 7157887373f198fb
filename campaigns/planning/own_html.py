"""A whole message from another tool in the place of a campaign's blocks, and the way back."""

from typing import Any

from campaigns.accounts.models import User
from campaigns.database import Session
from campaigns.planning import editing, queries
from campaigns.planning.models import Campaign, CampaignVersion

KIND = "html"
"""The block that is such a message."""
EMPTY: list[dict[str, Any]] = [
    {"id": "header", "type": "header"},
    {"id": "greeting", "type": "greeting", "fallback": "there"},
    {"id": "footer", "type": "footer"},
]
"""What a campaign begins with where it never had blocks."""


def source_of(version: CampaignVersion) -> str:
    """What was pasted, empty where the version is made of blocks."""
    first = version.blocks[0]
    return str(first["source"]) if first["type"] == KIND else ""


def has_footer(version: CampaignVersion) -> bool:
    """Whether our footer stands at the end."""
    return bool(version.blocks[-1]["type"] == "footer")


def write(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    source: str,
    with_footer: bool,
    seen: str,
) -> CampaignVersion:
    """Let this be the whole message, in place of what there was; the history keeps that.

    Raises Conflict where the content is not as `seen`, Invalid for a source that is too long.
    """
    there = queries.newest_version(session, campaign).blocks
    footer = [each for each in there if each["type"] == "footer"] or [{"type": "footer"}]
    blocks = [{"id": KIND, "type": KIND, "source": source}, *(footer if with_footer else [])]
    return editing.replace(session, campaign, actor=actor, blocks=blocks, seen=seen)


def back_to_blocks(
    session: Session, campaign: Campaign, *, actor: User, seen: str
) -> CampaignVersion:
    """The blocks that stood there last, or an empty page; raises Conflict where not as `seen`."""
    earlier = queries.newest_of_blocks(session, campaign, but_of=KIND)
    blocks = earlier.blocks if earlier is not None else EMPTY
    return editing.replace(session, campaign, actor=actor, blocks=list(blocks), seen=seen)
