"""The last look before a message leaves: committed before the final dot, and it can say no.

Under shared locks on the campaign, its promotions and the contact, so that a pause, an
unsubscribe or a price edit that committed earlier is always seen.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from campaigns import clock
from campaigns.accounts.models import Organisation
from campaigns.contacts import rules
from campaigns.contacts.facts import AudienceContext
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.delivery import lifecycle
from campaigns.delivery.models import Batch, Reason
from campaigns.planning import audience
from campaigns.planning.models import Campaign, CampaignPromotion, CampaignStatus
from campaigns.promotions.models import Promotion, PromotionStatus

_OVER = {PromotionStatus.ENDED, PromotionStatus.EXHAUSTED, PromotionStatus.ARCHIVED}


class Answer(StrEnum):
    """What the last look says."""

    GO = "go"
    SKIPPED = "skipped"
    HELD = "held"
    OFFER_CHANGED = "offer_changed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Intent:
    """GO carries the contact as it is now."""

    answer: Answer
    contact: Contact | None = None


def declare(
    session: Session, batch: Batch, *, delivery_id: int, contact_id: int, lease_seconds: int
) -> Intent:
    """Declare the intent to send one delivery, or say why not.

    SKIPPED: this one falls out with its reason. HELD: the campaign stands still. OFFER_CHANGED: a
    promotion was edited or paused since the start (the caller pauses the campaign, after this
    transaction: two workers under shared locks would deadlock). LOST: the batch is not ours.
    """
    campaign = session.get_one(
        Campaign, batch.campaign_id, with_for_update={"read": True}, populate_existing=True
    )
    if campaign.status is not CampaignStatus.SENDING or _everything_is_paused(session):
        return Intent(Answer.HELD)
    offer = _offer(session, campaign)
    if offer is Answer.OFFER_CHANGED:
        return Intent(offer)
    contact = session.get_one(
        Contact, contact_id, with_for_update={"read": True}, populate_existing=True
    )
    if not lifecycle.renew(session, batch, lease_seconds=lease_seconds):
        return Intent(Answer.LOST)
    reason = _reason_against(session, campaign, contact, offer_is_over=offer is Answer.SKIPPED)
    if reason is not None:
        lifecycle.skip(session, delivery_id, reason=reason)
        return Intent(Answer.SKIPPED)
    if not lifecycle.depart(session, delivery_id, batch=batch):
        return Intent(Answer.SKIPPED)
    return Intent(Answer.GO, contact)


def _everything_is_paused(session: Session) -> bool:
    paused = select(Organisation.id).where(Organisation.sending_paused_at.is_not(None))
    return session.scalar(paused) is not None


def _offer(session: Session, campaign: Campaign) -> Answer:
    """GO, SKIPPED where an offer is over, OFFER_CHANGED where one is not what was pinned."""
    rows = session.execute(
        select(Promotion.status, Promotion.ends_at, Promotion.epoch, CampaignPromotion.pinned_epoch)
        .join(CampaignPromotion, CampaignPromotion.promotion_id == Promotion.id)
        .where(CampaignPromotion.campaign_id == campaign.id)
        .order_by(Promotion.id)
        .with_for_update(read=True, of=Promotion)
    ).all()
    now = clock.now(session)
    if any(row.status in _OVER or row.ends_at <= now for row in rows):
        return Answer.SKIPPED
    if any(
        row.status is not PromotionStatus.ACTIVE or row.epoch != row.pinned_epoch for row in rows
    ):
        return Answer.OFFER_CHANGED
    return Answer.GO


def _reason_against(
    session: Session, campaign: Campaign, contact: Contact, *, offer_is_over: bool
) -> Reason | None:
    now = clock.now(session)
    if offer_is_over:
        return Reason.OFFER_ENDED
    if campaign.send_not_after is not None and now > campaign.send_not_after:
        return Reason.EXPIRED
    asked = AudienceContext(topic=campaign.topic, now=now)
    name = session.scalar(
        select(audience.reason(rules.RULES, asked)).where(Contact.id == contact.id)
    )
    return Reason(name) if name else None
