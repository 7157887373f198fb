"""What other rooms ask about frozen content and its links."""

from sqlalchemy import select

from campaigns.database import Session
from campaigns.errors import NotFound
from campaigns.rendering.models import CampaignLink, Program


def program_of(
    session: Session, version_id: int, *, variant: str = "", language: str = "en"
) -> Program | None:
    """The frozen content of a version (unique index), None before it was rendered."""
    return session.scalar(
        select(Program).where(
            Program.version_id == version_id,
            Program.variant == variant,
            Program.language == language,
        )
    )


def links(session: Session, campaign_id: int) -> list[CampaignLink]:
    """Every link of a campaign over all its versions, by number (primary key)."""
    query = select(CampaignLink).where(CampaignLink.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(CampaignLink.index)))


def link(session: Session, *, campaign_id: int, index: int) -> CampaignLink:
    """Where link `index` of a campaign leads (primary key); raises NotFound."""
    found = session.get(CampaignLink, (campaign_id, index))
    if found is None:
        raise NotFound("This link is not part of that message.")
    return found
