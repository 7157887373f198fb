"""A whole message from another tool in the place of a campaign's blocks, and the way back."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from campaigns.accounts.models import User
from campaigns.database import Session
from campaigns.errors import Conflict
from campaigns.planning import content, drafting, editing, queries
from campaigns.planning.fields import Line
from campaigns.planning.models import Campaign, CampaignVersion

_LINE: TypeAdapter[str] = TypeAdapter(Line)
KIND, FOOTER = "html", "footer"
"""The block that is such a message, and ours at its end."""
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


def below(version: CampaignVersion) -> list[dict[str, Any]]:
    """What stands between the page and our footer: the safety information, an offer."""
    if not source_of(version):
        return []
    return [each for each in editing.blocks_of(version)[1:] if each["type"] != FOOTER]


def has_footer(version: CampaignVersion) -> bool:
    """Whether our footer stands at the end."""
    return bool(version.blocks[-1]["type"] == FOOTER)


def write(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    source: str,
    with_footer: bool,
    seen: str,
    preheader: str = "",
) -> CampaignVersion:
    """Let this be the whole message, in place of what there was; the history keeps that.

    The page's own preheader becomes the campaign's, where that has none and it can be one.
    Raises Conflict where the content is not as `seen`, Invalid for a source that is too long.
    """
    version = queries.newest_version(session, campaign)
    footer = [each for each in version.blocks if each["type"] == FOOTER] or [{"type": FOOTER}]
    page = {"id": KIND, "type": KIND, "source": source}
    blocks = [page, *below(version), *(footer if with_footer else [])]
    line = preheader if _can_be_a_line(preheader) else ""
    return _replace(session, campaign, actor, blocks, seen=seen, preheader=line)


def _can_be_a_line(text: str) -> bool:
    try:
        _LINE.validate_python(text)
    except ValidationError:
        return False
    return True


def back_to_blocks(
    session: Session, campaign: Campaign, *, actor: User, seen: str
) -> CampaignVersion:
    """The blocks that stood there last, or an empty page; raises Conflict where not as `seen`."""
    earlier = queries.newest_of_blocks(session, campaign, but_of=KIND)
    blocks = earlier.blocks if earlier is not None else EMPTY
    return _replace(session, campaign, actor, list(blocks), seen=seen)


def _replace(
    session: Session,
    campaign: Campaign,
    actor: User,
    blocks: list[dict[str, Any]],
    *,
    seen: str,
    preheader: str = "",
) -> CampaignVersion:
    """Other blocks in the place of all, and this preheader where there is none."""
    version = editing.newest(session, campaign, actor)
    if seen != editing.stamp(version):
        raise Conflict("Somebody changed the content since you opened this page.")
    return drafting.edit(
        session,
        campaign,
        actor=actor,
        subject=version.subject,
        preheader=version.preheader or preheader,
        blocks=content.tidy(blocks),
    )
