"""Whether a promotion gives anything at a moment, and if not, why: one word and one sentence."""

from datetime import date, datetime
from enum import StrEnum

from campaigns import clock
from campaigns.database import Session, remembered
from campaigns.language import translate as _
from campaigns.promotions.models import Promotion, PromotionCounter, PromotionStatus


class Standing(StrEnum):
    """Where a promotion stands for someone who wants to use it."""

    OPEN = "open"
    NOT_READY = "not_ready"
    NOT_STARTED = "not_started"
    PAUSED = "paused"
    ENDED = "ended"
    EXHAUSTED = "exhausted"
    BUDGET = "budget"


_BY_STATUS = {
    PromotionStatus.DRAFT: Standing.NOT_READY,
    PromotionStatus.IN_REVIEW: Standing.NOT_READY,
    PromotionStatus.APPROVED: Standing.NOT_READY,
    PromotionStatus.PAUSED: Standing.PAUSED,
    PromotionStatus.EXHAUSTED: Standing.EXHAUSTED,
    PromotionStatus.ENDED: Standing.ENDED,
    PromotionStatus.ARCHIVED: Standing.ENDED,
}


def standing(
    session: Session, promotion: Promotion, *, at: datetime | None = None, cents: int = 0
) -> Standing:
    """Whether one more saving of `cents` could be given at this moment (default: now).

    A scheduled promotion counts as open within its window: it will have been activated by then.
    """
    moment = at or clock.now(session)
    if promotion.ends_at <= moment:
        return Standing.ENDED
    closed = _BY_STATUS.get(promotion.status)
    if closed is not None:
        return closed
    if moment < promotion.starts_at:
        return Standing.NOT_STARTED
    return _room(session, promotion, cents)


def _room(session: Session, promotion: Promotion, cents: int) -> Standing:
    counter = remembered(
        session,
        ("counter", promotion.id),
        lambda: session.get_one(PromotionCounter, promotion.id),
    )
    limit = promotion.max_redemptions
    if limit is not None and counter.held + counter.captured >= limit:
        return Standing.EXHAUSTED
    given = counter.held_cents + counter.captured_cents
    if promotion.budget_cents is not None and given + cents > promotion.budget_cents:
        return Standing.BUDGET
    return Standing.OPEN


def sentence(reason: Standing, promotion: Promotion, *, language: str = "en") -> str:
    """What a reader is told about a promotion that stands so."""
    words = {
        Standing.OPEN: _("This offer is open through {day}.", language),
        Standing.NOT_READY: _("This offer is not open yet.", language),
        Standing.NOT_STARTED: _("This offer has not begun yet.", language),
        Standing.PAUSED: _("This offer is paused at the moment. Please ask us.", language),
        Standing.ENDED: _("This offer ended on {day}.", language),
        Standing.EXHAUSTED: _("All places of this offer are taken.", language),
        Standing.BUDGET: _("All places of this offer are taken.", language),
    }
    return words[reason].format(day=day_text(promotion.last_day))


def day_text(day: date) -> str:
    """A calendar day as readers see it, such as `12 Dec 2026`."""
    return f"{day:%-d %b %Y}"
