"""The list of campaigns: found by words, state and topic, a page at a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from campaigns.contacts.models import Segment, Topic
from campaigns.database import Session
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion


@dataclass(frozen=True, slots=True)
class Listed:
    """One campaign in the list."""

    campaign: Campaign
    subject: str
    segment: Segment
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list, the newest campaign first."""

    rows: tuple[Listed, ...]
    total: int
    page: int
    size: int

    @property
    def has_more(self) -> bool:
        """Whether there is a page after this one."""
        return self.page * self.size < self.total


def search(
    session: Session,
    *,
    text: str = "",
    status: CampaignStatus | None = None,
    topic: Topic | None = None,
    archived: bool = False,
    page: int = 1,
    size: int = 25,
) -> Listing:
    """Campaigns whose title, name or subject has this text; archived ones only where asked for.

    A scan of the campaigns (hundreds), newest first by primary key; a page of them at a time.
    """
    asked: list[ColumnElement[bool]] = [
        Campaign.archived_at.is_not(None) if archived else Campaign.archived_at.is_(None)
    ]
    if status is not None:
        asked.append(Campaign.status == status)
    if topic is not None:
        asked.append(Campaign.topic == topic)
    if text.strip():
        columns = (Campaign.title, Campaign.name, CampaignVersion.subject)
        asked.append(or_(*(each.icontains(text.strip(), autoescape=True) for each in columns)))
    newest = and_(
        CampaignVersion.campaign_id == Campaign.id, CampaignVersion.revision == Campaign.revision
    )
    found = select(Campaign.id).join(CampaignVersion, newest).where(*asked)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = session.execute(
        select(
            Campaign, CampaignVersion.subject, Segment, CampaignVersion.created_at.label("edited")
        )
        .join(CampaignVersion, newest)
        .join(Segment, Segment.id == Campaign.segment_id)
        .where(*asked)
        .order_by(Campaign.id.desc())
        .offset((page - 1) * size)
        .limit(size)
    )
    listed = tuple(Listed(row.Campaign, row.subject, row.Segment, row.edited) for row in rows)
    return Listing(listed, total, page, size)


def are_there_any(session: Session) -> bool:
    """Whether a campaign was ever begun here."""
    return session.scalar(select(Campaign.id).limit(1)) is not None


def as_pattern(session: Session, *, most: int = 30) -> list[Campaign]:
    """Campaigns that a new one may begin from, the newest first, archived ones too."""
    return list(session.scalars(select(Campaign).order_by(Campaign.id.desc()).limit(most)))
