"""Whom a campaign is for and what it offers: a change of either voids a review and its signatures.

Signatures stand under a rendered content, in which prices are written out, and under the audience
that the signer was shown; so both changes act as an edit does.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete

from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.contacts import segments
from campaigns.contacts.models import Segment, Topic
from campaigns.database import Session
from campaigns.errors import Conflict, NotInState
from campaigns.planning import catalogue, drafting, lifecycle, queries
from campaigns.planning.models import Campaign, CampaignPromotion, CampaignStatus
from campaigns.promotions import queries as promotions


def choose_segment(
    session: Session, campaign: Campaign, *, actor: User, segment: str, seen: str | None = None
) -> bool:
    """Send it to another segment; False where it is that one already.

    `seen` is the one that this person was shown; raises Conflict where it is another by now.
    """
    permissions.require(actor, Verb.EDIT_CAMPAIGNS)
    _lock(session, campaign)
    chosen = segments.named(session, segment)
    before = session.get_one(Segment, campaign.segment_id)
    if chosen.id == before.id:
        return False
    if seen is not None and seen != before.name:
        raise Conflict(f"Meanwhile somebody chose “{before.title}”. {_ONCE_MORE}")
    _reopen(session, campaign, actor, why="audience changed")
    campaign.segment_id = chosen.id
    session.flush()
    audit.record(
        session,
        actor=actor,
        verb="choose segment",
        subject=f"campaign {campaign.name}",
        before={"segment": before.name},
        after={"segment": chosen.name},
    )
    return True


def choose_promotions(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    codes: Collection[str],
    seen: Collection[str] | None = None,
) -> bool:
    """Carry exactly these promotions; False where it carries them already.

    `seen` are those that this person was shown; raises Conflict where they are others by now.
    Blocks that name a promotion which is gone show the one that is left, where there is one.
    Raises Conflict for an education newsletter, whose readers did not agree to offers.
    """
    permissions.require(actor, Verb.EDIT_CAMPAIGNS)
    _lock(session, campaign)
    if codes and campaign.topic is Topic.EDUCATION:
        raise Conflict(
            "An education newsletter carries no offer: its readers agreed to learn, not to offers. "
            "Begin an offers newsletter instead."
        )
    chosen = [promotions.named(session, each) for each in sorted(set(codes))]
    before = promotions.by_ids(session, queries.promotion_ids(session, campaign))
    if {each.id for each in chosen} == {each.id for each in before}:
        return False
    if seen is not None and set(seen) != {each.code for each in before}:
        named = " and ".join(each.name for each in before) or "no offer"
        raise Conflict(f"Meanwhile somebody chose {named}. {_ONCE_MORE}")
    _reopen(session, campaign, actor, why="offer changed")
    session.execute(delete(CampaignPromotion).where(CampaignPromotion.campaign_id == campaign.id))
    session.add_all(
        CampaignPromotion(campaign_id=campaign.id, promotion_id=each.id) for each in chosen
    )
    session.flush()
    audit.record(
        session,
        actor=actor,
        verb="choose offer",
        subject=f"campaign {campaign.name}",
        before={"promotions": [each.code for each in before]},
        after={"promotions": [each.code for each in chosen]},
    )
    _follow(session, campaign, actor, codes=[each.code for each in chosen])
    return True


_ONCE_MORE = "Nothing of yours is saved yet: save once more if it shall still be so."


def blocks_with_offers(session: Session, campaign: Campaign) -> list[str]:
    """The types of the blocks in the newest content that show an offer."""
    blocks = queries.newest_version(session, campaign).blocks
    return [str(each["type"]) for each in blocks if each.get("type") in catalogue.of_offers()]


def _lock(session: Session, campaign: Campaign) -> None:
    session.refresh(campaign, with_for_update=True)
    if campaign.status not in lifecycle.EDITABLE or campaign.archived_at is not None:
        state = "archived" if campaign.archived_at else campaign.status
        raise NotInState(
            f"{campaign.title} cannot be changed: it is {state}. "
            "Take it off the schedule first, or duplicate it."
        )


def _reopen(session: Session, campaign: Campaign, actor: User, *, why: str) -> None:
    if campaign.status is not CampaignStatus.DRAFT:
        drafting.reopen(session, campaign, actor=actor, why=why)


def _follow(session: Session, campaign: Campaign, actor: User, *, codes: Sequence[str]) -> None:
    """Let blocks that name a promotion which is gone show the only one that is carried."""
    version = queries.newest_version(session, campaign)
    blocks = [_renamed(each, codes) for each in version.blocks]
    if len(codes) == 1 and blocks != version.blocks:
        drafting.edit(
            session,
            campaign,
            actor=actor,
            subject=version.subject,
            preheader=version.preheader,
            blocks=blocks,
        )


def _renamed(block: dict[str, Any], codes: Sequence[str]) -> dict[str, Any]:
    if block.get("type") not in catalogue.of_offers() or block.get("promotion") in {None, *codes}:
        return block
    return {name: value for name, value in block.items() if name != "promotion"}
