"""Begin, edit and duplicate a campaign; every edit is a new version and voids its approval."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from campaigns import clock
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.contacts import segments
from campaigns.contacts.models import Segment, Topic
from campaigns.database import Session
from campaigns.errors import Conflict, NotInState
from campaigns.planning import content, lifecycle, naming, queries
from campaigns.planning.content import CampaignFile
from campaigns.planning.models import Campaign, CampaignPromotion, CampaignStatus, CampaignVersion
from campaigns.promotions import queries as promotions

SITTING = timedelta(minutes=10)
"""How long what one person writes on one place goes into one version."""


def begin(
    session: Session,
    *,
    actor: User,
    name: str,
    topic: Topic,
    segment: str,
    promotion_codes: Sequence[str],
    subject: str,
    preheader: str,
    blocks: list[dict[str, Any]],
    language: str = "en",
    pace_per_minute: int = 0,
    title: str = "",
) -> Campaign:
    """A new draft; raises Conflict where the name is taken, NotFound for an unknown segment."""
    permissions.require(actor, Verb.EDIT_CAMPAIGNS)
    naming.check_name(name)
    if session.scalar(select(Campaign.id).where(Campaign.name == name)) is not None:
        raise Conflict(f"There is a campaign {name} already. Choose another name.")
    carried = [promotions.named(session, code) for code in promotion_codes]
    campaign = Campaign(
        name=name,
        topic=topic,
        segment_id=segments.named(session, segment).id,
        status=CampaignStatus.DRAFT,
        author_id=actor.id,
        created_at=clock.now(session),
        pace_per_minute=pace_per_minute,
        **({"title": naming.tidy_title(title)} if title else {}),
    )
    session.add(campaign)
    session.flush()
    for promotion in carried:
        session.add(CampaignPromotion(campaign_id=campaign.id, promotion_id=promotion.id))
    _add_version(
        session,
        campaign,
        actor=actor,
        subject=subject,
        preheader=preheader,
        blocks=blocks,
        language=language,
    )
    audit.record(session, actor=actor, verb="begin campaign", subject=f"campaign {name}")
    return campaign


def save(session: Session, file: CampaignFile, *, actor: User) -> Campaign:
    """Begin what a campaign file describes, or take it in as a new version of that campaign."""
    known = session.scalar(select(Campaign).where(Campaign.name == file.name))
    blocks = content.raw(file.blocks)
    if known is None:
        return begin(
            session,
            actor=actor,
            name=file.name,
            topic=file.topic,
            segment=file.segment,
            promotion_codes=file.promotions,
            subject=file.subject,
            preheader=file.preheader,
            blocks=blocks,
            language=file.language,
            pace_per_minute=file.pace_per_minute,
            title=file.title or "",
        )
    _require_same_plan(session, known, file)
    edit(
        session,
        known,
        actor=actor,
        subject=file.subject,
        preheader=file.preheader,
        blocks=blocks,
    )
    known.pace_per_minute = file.pace_per_minute
    known.title = file.title or known.title
    return known


def _require_same_plan(session: Session, campaign: Campaign, file: CampaignFile) -> None:
    segment = session.get_one(Segment, campaign.segment_id)
    carried = [
        promotions.by_id(session, each).code for each in queries.promotion_ids(session, campaign)
    ]
    if (campaign.topic, segment.name, sorted(carried)) != (
        file.topic,
        file.segment,
        sorted(file.promotions),
    ):
        raise Conflict(
            f"“{campaign.title}” has another topic, segment or promotions. "
            "Give the file another name."
        )


def edit(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    subject: str,
    preheader: str,
    blocks: list[dict[str, Any]],
    place: str = "",
) -> CampaignVersion:
    """A new version of the content; what was in review or approved is a draft again.

    With the `place` that is being written on, what one person saves there within one sitting is
    one version (docs/decisions/0008-a-sitting-is-one-version.md).
    """
    permissions.require(actor, Verb.EDIT_CAMPAIGNS)
    session.refresh(campaign, with_for_update=True)
    if campaign.status not in lifecycle.EDITABLE:
        raise NotInState(
            f"“{campaign.title}” is {campaign.status.said}; only a draft, or one in review or "
            "approved, can be edited. Unschedule or duplicate it."
        )
    if campaign.status is not CampaignStatus.DRAFT:
        reopen(session, campaign, actor=actor, why="edited")
    newest = queries.newest_version(session, campaign)
    session.refresh(newest)
    if _is_sitting(session, newest, actor=actor, place=place):
        newest.subject, newest.preheader, newest.blocks = subject, preheader, blocks
        newest.saved_at = clock.now(session)
        session.flush()
        return newest
    campaign.revision += 1
    version = _add_version(
        session,
        campaign,
        actor=actor,
        subject=subject,
        preheader=preheader,
        blocks=blocks,
        language=newest.language,
    )
    version.place = place
    audit.record(
        session,
        actor=actor,
        verb="edit campaign",
        subject=f"campaign {campaign.name}",
        after={"revision": campaign.revision},
    )
    return version


def reopen(
    session: Session, campaign: Campaign, *, actor: User, why: str, is_by_hand: bool = False
) -> None:
    """Make what was handed in or signed a draft again, and keep who did that, by what."""
    before = campaign.status
    lifecycle.send_back(session, campaign, reason=why)
    audit.record(
        session,
        actor=actor,
        verb="take campaign back",
        subject=f"campaign {campaign.name}",
        before={"status": before.value},
        reason="" if is_by_hand else why,
    )


def _is_sitting(session: Session, newest: CampaignVersion, *, actor: User, place: str) -> bool:
    """Whether this person was just writing on this place, in a version that was never frozen."""
    return (
        place != ""
        and newest.place == place
        and newest.created_by == actor.id
        and newest.content_hash == ""
        and clock.now(session) - newest.created_at < SITTING
    )


def duplicate(
    session: Session, campaign: Campaign, *, actor: User, name: str, title: str = ""
) -> Campaign:
    """A new draft with this one's content, segment and promotions."""
    version = queries.newest_version(session, campaign)
    segment = session.get_one(Segment, campaign.segment_id)
    codes = [
        promotions.by_id(session, each).code for each in queries.promotion_ids(session, campaign)
    ]
    return begin(
        session,
        actor=actor,
        name=name,
        topic=campaign.topic,
        segment=segment.name,
        promotion_codes=codes,
        subject=version.subject,
        preheader=version.preheader,
        blocks=version.blocks,
        language=version.language,
        pace_per_minute=campaign.pace_per_minute,
        title=title,
    )


def _add_version(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    subject: str,
    preheader: str,
    blocks: list[dict[str, Any]],
    language: str,
) -> CampaignVersion:
    version = CampaignVersion(
        campaign_id=campaign.id,
        revision=campaign.revision,
        subject=subject,
        preheader=preheader,
        blocks=blocks,
        language=language,
        created_at=clock.now(session),
        created_by=actor.id,
    )
    session.add(version)
    session.flush()
    return version


def take_back(session: Session, campaign: Campaign, *, actor: User) -> None:
    """Make what is in review or approved a draft again; its signatures count no more."""
    permissions.require(actor, Verb.EDIT_CAMPAIGNS)
    reopen(session, campaign, actor=actor, why="edited", is_by_hand=True)
