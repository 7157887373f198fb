"""What must always be true, counted over the whole database: nothing sent twice, nothing lost.

Each invariant is a query for its counter-examples; none may come back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from campaigns import clock
from campaigns.bookings import queries as bookings
from campaigns.bookings.models import Booking, Conversion
from campaigns.bookings.queries import TAKING
from campaigns.database import Session
from campaigns.delivery.models import (
    Attempt,
    Batch,
    BatchState,
    Delivery,
    DeliveryStatus,
    Reason,
)
from campaigns.delivery.replies import Verdict
from campaigns.notices import Notice, NoticeStatus
from campaigns.planning.models import (
    Campaign,
    CampaignApproval,
    CampaignOccurrence,
    CampaignStatus,
)
from campaigns.rendering.models import Program

S = DeliveryStatus
_STUCK = timedelta(hours=1)
_STARTED = (CampaignStatus.SENDING, CampaignStatus.FINISHED)


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: what it says, how many counter-examples there are, and the first of them."""

    name: str
    sentence: str
    violations: int
    examples: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether there is no counter-example."""
        return self.violations == 0


Examples = Callable[[Session], list[str]]


def verify(session: Session) -> list[Check]:
    """Count every invariant (scans whole tables: minutes on millions of rows)."""
    checks = []
    for name, sentence, examples in _INVARIANTS:
        found = examples(session)
        checks.append(Check(name, sentence, len(found), tuple(found[:5])))
    return checks


def _named(session: Session, statement: Select[int], noun: str) -> list[str]:
    return [f"{noun} {number}" for number in session.scalars(statement)]


def _audience(session: Session) -> list[str]:
    counted = (
        select(func.count(Delivery.id))
        .where(
            Delivery.campaign_id == CampaignOccurrence.campaign_id,
            Delivery.occurrence == CampaignOccurrence.number,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(Campaign.name, CampaignOccurrence.audience_count, counted)
        .join(Campaign, Campaign.id == CampaignOccurrence.campaign_id)
        .where(
            CampaignOccurrence.frozen_at.is_not(None),
            counted != func.coalesce(CampaignOccurrence.audience_count, 0),
        )
    )
    return [f"campaign {name}: audience {named}, rows {rows}" for name, named, rows in rows]


def _twice(session: Session) -> list[str]:
    statement = (
        select(func.min(Delivery.id))
        .group_by(Delivery.campaign_id, Delivery.contact_id, Delivery.occurrence)
        .having(func.count() > 1)
    )
    return _named(session, statement, "delivery")


def _again_after_doubt(session: Session) -> list[str]:
    later = aliased(Attempt)
    statement = (
        select(Attempt.delivery_id)
        .join(later, and_(later.delivery_id == Attempt.delivery_id, later.id > Attempt.id))
        .where(Attempt.verdict == Verdict.UNKNOWN)
        .distinct()
    )
    return _named(session, statement, "delivery")


def _lost(session: Session) -> list[str]:
    gone = exists(
        select(Batch.id).where(
            Batch.id == Delivery.batch_id,
            or_(Batch.state == BatchState.DONE, Batch.campaign_id != Delivery.campaign_id),
        )
    )
    statement = select(Delivery.id).where(Delivery.status == S.QUEUED, gone)
    return _named(session, statement, "delivery")


def _finished(session: Session) -> list[str]:
    statement = (
        select(Delivery.id)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(
            Campaign.status.in_([CampaignStatus.FINISHED, CampaignStatus.CANCELLED]),
            Delivery.status == S.QUEUED,
        )
    )
    return _named(session, statement, "delivery")


def _unheld(session: Session) -> list[str]:
    now = clock.now(session)
    held = exists(
        select(Batch.id).where(
            Batch.id == Delivery.batch_id,
            Batch.state == BatchState.CLAIMED,
            Batch.lease_until > now - _STUCK,
        )
    )
    statement = select(Delivery.id).where(Delivery.status == S.INFLIGHT, ~held)
    return _named(session, statement, "delivery")


def _reasons(session: Session) -> list[str]:
    with_reason = (S.SKIPPED, S.FAILED)
    wrong = or_(
        and_(Delivery.status.in_(with_reason), Delivery.reason == Reason.NONE),
        and_(Delivery.status.not_in(with_reason), Delivery.reason != Reason.NONE),
        and_(Delivery.status == S.SENT, Delivery.sent_at.is_(None)),
        and_(Delivery.status != S.SENT, Delivery.sent_at.is_not(None)),
    )
    return _named(session, select(Delivery.id).where(wrong), "delivery")


def _approved(session: Session) -> list[str]:
    signed = exists(
        select(CampaignApproval.id).where(
            CampaignApproval.campaign_id == Campaign.id,
            CampaignApproval.content_hash == Campaign.pinned_hash,
        )
    )
    statement = select(Campaign.id).where(Campaign.status.in_(_STARTED), ~signed)
    return _named(session, statement, "campaign")


def _as_approved(session: Session) -> list[str]:
    statement = (
        select(Delivery.id)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .join(Program, Program.id == Delivery.program_id)
        .where(Program.content_hash != Campaign.pinned_hash)
    )
    return _named(session, statement, "delivery")


def _conversions(session: Session) -> list[str]:
    statement = (
        select(Conversion.id)
        .join(Booking, Booking.id == Conversion.booking_id)
        .where(Conversion.reversed_at.is_(None), Booking.status.not_in(list(TAKING)))
    )
    return _named(session, statement, "conversion")


def _notices(session: Session) -> list[str]:
    statement = select(Notice.id).where(
        Notice.status == NoticeStatus.QUEUED, Notice.next_at < clock.now(session) - _STUCK
    )
    return _named(session, statement, "notice")


_INVARIANTS: tuple[tuple[str, str, Examples], ...] = (
    ("audience", "Every frozen audience has exactly one row for each of its contacts.", _audience),
    ("once", "No contact has a campaign twice.", _twice),
    ("doubt", "Nothing was tried again after an answer never came.", _again_after_doubt),
    ("lost", "Every queued row is in a batch that will be sent, or waits for its time.", _lost),
    ("finished", "Nothing of a finished or cancelled campaign is still queued.", _finished),
    ("held", "Everything on its way is held by a worker.", _unheld),
    (
        "reasons",
        "Each skipped or failed row has its reason; only accepted rows are sent.",
        _reasons,
    ),
    ("approved", "What is sent was signed.", _approved),
    ("as approved", "Every row sends exactly the content that was signed.", _as_approved),
    ("counters", "Promotion and slot counters equal their bookings.", bookings.ledger_differences),
    ("credit", "Only bookings that stand are credited.", _conversions),
    ("notices", "No letter has been waiting for more than an hour.", _notices),
)
