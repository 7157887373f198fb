"""On which step of a campaign each person was last, so that they find their way back."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from campaigns import clock
from campaigns.accounts.models import User
from campaigns.database import Session
from campaigns.planning.models import Campaign, CampaignPlace


def remember(session: Session, campaign: Campaign, *, actor: User, step: str) -> None:
    """Note that this person is on this step now; writes only where that is news."""
    if last(session, campaign, actor=actor) == step:
        return
    values = {"step": step, "at": clock.now(session)}
    statement = insert(CampaignPlace).values(campaign_id=campaign.id, user_id=actor.id, **values)
    session.execute(
        statement.on_conflict_do_update(index_elements=["campaign_id", "user_id"], set_=values)
    )


def last(session: Session, campaign: Campaign, *, actor: User) -> str:
    """The step on which this person was last, empty where they never were (primary key)."""
    step = session.scalar(
        select(CampaignPlace.step).where(
            CampaignPlace.campaign_id == campaign.id, CampaignPlace.user_id == actor.id
        )
    )
    return step or ""
