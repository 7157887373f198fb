"""Put a campaign out of the way and bring it back; rename it. Nothing is ever deleted."""

from campaigns import clock
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import Conflict, NotInState
from campaigns.planning import naming
from campaigns.planning.models import Campaign, CampaignStatus

ARCHIVABLE = frozenset({CampaignStatus.DRAFT, CampaignStatus.FINISHED, CampaignStatus.CANCELLED})


def put_away(session: Session, campaign: Campaign, *, actor: User) -> None:
    """Hide a draft or a campaign that is over from the list; its figures and links stay."""
    permissions.require(actor, Verb.EDIT_CAMPAIGNS)
    session.refresh(campaign, with_for_update=True)
    if campaign.status not in ARCHIVABLE:
        raise NotInState(
            f"{campaign.title} cannot be archived while it is under way. "
            "Let it finish, or cancel it first."
        )
    if campaign.archived_at is None:
        campaign.archived_at = clock.now(session)
        _audit(session, campaign, actor, "archive campaign")


def bring_back(session: Session, campaign: Campaign, *, actor: User) -> None:
    """Show an archived campaign in the list again."""
    permissions.require(actor, Verb.EDIT_CAMPAIGNS)
    session.refresh(campaign, with_for_update=True)
    if campaign.archived_at is not None:
        campaign.archived_at = None
        _audit(session, campaign, actor, "bring campaign back")


def rename(
    session: Session, campaign: Campaign, *, actor: User, title: str, seen: str | None = None
) -> None:
    """Call it something else; readers never see the title, and its address stays.

    Raises Conflict where it is called another name than `seen` by now.
    """
    permissions.require(actor, Verb.EDIT_CAMPAIGNS)
    tidy = naming.tidy_title(title)
    session.refresh(campaign, with_for_update=True)
    if tidy == campaign.title:
        return
    if seen is not None and seen != campaign.title:
        raise Conflict(
            f"Meanwhile somebody called it “{campaign.title}”. Nothing of yours is saved yet: "
            "save once more if it shall still be so."
        )
    audit.record(
        session,
        actor=actor,
        verb="rename campaign",
        subject=f"campaign {campaign.name}",
        before={"title": campaign.title},
        after={"title": tidy},
    )
    campaign.title = tidy
    session.flush()


def _audit(session: Session, campaign: Campaign, actor: User, verb: str) -> None:
    audit.record(session, actor=actor, verb=verb, subject=f"campaign {campaign.name}")
    session.flush()
