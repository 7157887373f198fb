"""What other rooms and pages ask about campaigns."""

from collections.abc import Collection

from sqlalchemy import func, select

from campaigns.database import Session, remembered
from campaigns.errors import NotFound
from campaigns.planning.models import (
    Campaign,
    CampaignApproval,
    CampaignOccurrence,
    CampaignPromotion,
    CampaignStatus,
    CampaignVersion,
)

_NOT_STARTED = (
    CampaignStatus.DRAFT,
    CampaignStatus.RENDERING,
    CampaignStatus.IN_REVIEW,
    CampaignStatus.APPROVED,
    CampaignStatus.SCHEDULED,
)


def named(session: Session, name: str) -> Campaign:
    """The campaign of this name or number (unique index); raises NotFound."""
    found = session.scalar(select(Campaign).where(Campaign.name == name))
    if found is None and name.isdecimal() and len(name) < 18:
        found = session.get(Campaign, int(name))
    if found is None:
        raise NotFound(f"There is no campaign {name}.", what="campaign")
    return found


def listed(session: Session) -> list[Campaign]:
    """All campaigns, newest first (primary key order)."""
    return list(session.scalars(select(Campaign).order_by(Campaign.id.desc())))


def newest_version(session: Session, campaign: Campaign) -> CampaignVersion:
    """The content as last edited (unique index on campaign and revision)."""

    def look() -> CampaignVersion:
        return session.scalars(
            select(CampaignVersion).where(
                CampaignVersion.campaign_id == campaign.id,
                CampaignVersion.revision == campaign.revision,
            )
        ).one()

    return remembered(session, ("version", campaign.id, campaign.revision), look)


def version_at(session: Session, campaign: Campaign, revision: int) -> CampaignVersion:
    """The content as it was at a revision (unique index); raises NotFound."""
    found = session.scalar(
        select(CampaignVersion).where(
            CampaignVersion.campaign_id == campaign.id, CampaignVersion.revision == revision
        )
    )
    if found is None:
        raise NotFound(f"{campaign.name} has no revision {revision}.")
    return found


def newest_of_blocks(
    session: Session, campaign: Campaign, *, but_of: str
) -> CampaignVersion | None:
    """The newest version that does not begin with this block (unique index), None without one."""
    query = select(CampaignVersion).where(
        CampaignVersion.campaign_id == campaign.id,
        CampaignVersion.blocks[0]["type"].astext != but_of,
    )
    return session.scalar(query.order_by(CampaignVersion.revision.desc()).limit(1))


def promotion_ids(session: Session, campaign: Campaign) -> list[int]:
    """The promotions that this campaign carries (primary key)."""

    def look() -> list[int]:
        return list(
            session.scalars(
                select(CampaignPromotion.promotion_id)
                .where(CampaignPromotion.campaign_id == campaign.id)
                .order_by(CampaignPromotion.promotion_id)
            )
        )

    return list(remembered(session, ("promotions of", campaign.id), look))


def approvals(session: Session, campaign: Campaign, content_hash: str) -> list[CampaignApproval]:
    """The signatures under this content (unique index on campaign, hash and role)."""
    return list(
        session.scalars(
            select(CampaignApproval).where(
                CampaignApproval.campaign_id == campaign.id,
                CampaignApproval.content_hash == content_hash,
            )
        )
    )


def occurrence(session: Session, campaign: Campaign, number: int = 0) -> CampaignOccurrence | None:
    """One time this campaign goes out (unique index), None before its start."""
    return session.scalar(
        select(CampaignOccurrence).where(
            CampaignOccurrence.campaign_id == campaign.id, CampaignOccurrence.number == number
        )
    )


def audiences(session: Session, campaign_ids: Collection[int]) -> dict[int, int]:
    """How many people each of these campaigns named at its start, 0 before (unique index)."""
    rows = session.execute(
        select(
            CampaignOccurrence.campaign_id,
            func.coalesce(func.sum(CampaignOccurrence.audience_count), 0).label("number"),
        )
        .where(CampaignOccurrence.campaign_id.in_(campaign_ids))
        .group_by(CampaignOccurrence.campaign_id)
    )
    return {row.campaign_id: int(row.number) for row in rows}


def unfinished(session: Session) -> list[Campaign]:
    """Campaigns whose audience is not frozen yet (index on status), oldest first."""
    return in_status(session, *_NOT_STARTED)


def in_status(session: Session, *statuses: CampaignStatus) -> list[Campaign]:
    """Campaigns that stand in one of these statuses (index on status), oldest first."""
    return list(
        session.scalars(select(Campaign).where(Campaign.status.in_(statuses)).order_by(Campaign.id))
    )


def carrying(session: Session, promotion_id: int) -> list[tuple[Campaign, int | None]]:
    """The campaigns that carry a promotion and the epoch each pinned, newest first (a scan)."""
    rows = session.execute(
        select(Campaign, CampaignPromotion.pinned_epoch)
        .join(CampaignPromotion, CampaignPromotion.campaign_id == Campaign.id)
        .where(CampaignPromotion.promotion_id == promotion_id)
        .order_by(Campaign.id.desc())
    )
    return [(campaign, epoch) for campaign, epoch in rows]
