"""Who has a campaign's content open at this moment, so that a second person sees it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from campaigns import clock
from campaigns.accounts.models import User
from campaigns.database import Session
from campaigns.planning.models import Campaign, CampaignPresence

LASTS = timedelta(seconds=60)
"""How long someone counts as here after their page last said so."""


def arrive(session: Session, campaign: Campaign, *, actor: User, place: str = "") -> None:
    """Say that this person is editing here, on this place if they opened one."""
    values = {"place": place, "seen_at": clock.now(session)}
    statement = insert(CampaignPresence).values(campaign_id=campaign.id, user_id=actor.id, **values)
    session.execute(
        statement.on_conflict_do_update(index_elements=["campaign_id", "user_id"], set_=values)
    )


def leave(session: Session, campaign: Campaign, *, actor: User) -> None:
    """Say that this person closed it."""
    session.execute(
        delete(CampaignPresence).where(
            CampaignPresence.campaign_id == campaign.id, CampaignPresence.user_id == actor.id
        )
    )


def others(session: Session, campaign: Campaign, *, actor: User) -> tuple[str, ...]:
    """Who else is editing here now, by name (primary key)."""
    since: datetime = clock.now(session) - LASTS
    return tuple(
        session.scalars(
            select(User.name)
            .join(CampaignPresence, CampaignPresence.user_id == User.id)
            .where(
                CampaignPresence.campaign_id == campaign.id,
                CampaignPresence.user_id != actor.id,
                CampaignPresence.seen_at > since,
            )
            .order_by(User.name)
        )
    )
