"""The counter-examples to each invariant, as sentences that lead a person to the row.

Every query scans its tables once, or looks rows up by an index; none compares rows with rows.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from campaigns import addresses, clock
from campaigns.bookings.models import Booking, Conversion
from campaigns.bookings.queries import TAKING
from campaigns.compliance.models import Severity, StoredFinding
from campaigns.contacts.models import ConsentEvent, ConsentState, Contact, Suppression
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

S, C = DeliveryStatus, CampaignStatus

_STUCK = timedelta(hours=1)
_UNDER_WAY = timedelta(minutes=15)
"""The longest time from an intent to the recorded answer."""
_FAILURES = (Reason.HARD_BOUNCE, Reason.REFUSED, Reason.RENDER, Reason.POISON, Reason.ADDRESS)
_SKIPS = tuple(set(Reason) - {Reason.NONE, *_FAILURES})
_OUR_FAULT = (Verdict.RELAY, Verdict.OUR_SENDER)
"""Answers after which no attempt is charged."""


def _deliveries(session: Session, *conditions: ColumnElement[bool]) -> list[str]:
    """The deliveries for which these hold (their campaign and contact are joined)."""
    rows = session.execute(
        select(Delivery.id, Delivery.status, Campaign.name, Contact.address)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(*conditions)
        .order_by(Delivery.id)
    )
    return [
        f"{name}: delivery {number} to {addresses.mask(address or 'someone erased')} is {status}"
        for number, status, name, address in rows
    ]


def miscounted(session: Session) -> list[str]:
    """Campaigns with other rows than their audience names, at any moment of their life."""
    number = func.count()
    rows = session.execute(
        select(Delivery.campaign_id, Delivery.occurrence, number).group_by(
            Delivery.campaign_id, Delivery.occurrence
        )
    )
    found = {(campaign_id, occurrence): count for campaign_id, occurrence, count in rows}
    planned = CampaignOccurrence
    audiences = session.execute(
        select(planned.campaign_id, planned.number, func.coalesce(planned.audience_count, 0))
    )
    named = {(campaign_id, occurrence): count for campaign_id, occurrence, count in audiences}
    names = _names(session)
    return [
        f"{names[key[0]]}: an audience of {named.get(key, 0)}, {found.get(key, 0)} rows"
        for key in sorted(named.keys() | found.keys())
        if named.get(key, 0) != found.get(key, 0)
    ]


def unfrozen(session: Session) -> list[str]:
    """Campaigns that send, or have sent, without an audience frozen to the end."""
    frozen = exists().where(
        CampaignOccurrence.campaign_id == Campaign.id, CampaignOccurrence.frozen_at.is_not(None)
    )
    is_going_out = or_(
        Campaign.status.in_([C.SENDING, C.FINISHED]), Campaign.paused_from == C.SENDING
    )
    return [
        f"{name} is {status}, and its audience was never frozen"
        for name, status in _campaigns(session, is_going_out, ~frozen)
    ]


def _names(session: Session) -> dict[int, str]:
    rows = session.execute(select(Campaign.id, Campaign.name))
    return {row.id: row.name for row in rows}


def _campaigns(session: Session, *conditions: ColumnElement[bool]) -> list[tuple[str, str]]:
    rows = session.execute(
        select(Campaign.name, Campaign.status).where(*conditions).order_by(Campaign.name)
    )
    return [(name, status) for name, status in rows]


def twice(session: Session) -> list[str]:
    """Contacts with more than one row of the same campaign."""
    rows = session.execute(
        select(Delivery.campaign_id, func.array_agg(Delivery.id))
        .group_by(Delivery.campaign_id, Delivery.contact_id, Delivery.occurrence)
        .having(func.count() > 1)
    )
    names = _names(session)
    return [
        f"{names[campaign_id]}: deliveries {', '.join(map(str, sorted(ids)))} to the same contact"
        for campaign_id, ids in rows
    ]


def tried_after_doubt(session: Session) -> list[str]:
    """Deliveries that went on by themselves after an answer never came.

    An attempt that the mail server accepts leaves no row: so the attempts charged are counted too.
    What happened before a person asked for it again is forgiven.
    """
    unknown = exists().where(
        Attempt.delivery_id == Delivery.id,
        Attempt.verdict == Verdict.UNKNOWN,
        _since_asked(Attempt.at),
    )
    doubted, later = aliased(Attempt), aliased(Attempt)
    tried_later = exists().where(
        doubted.delivery_id == Delivery.id,
        doubted.verdict == Verdict.UNKNOWN,
        _since_asked(doubted.at),
        later.delivery_id == Delivery.id,
        later.id > doubted.id,
    )
    charged = (
        select(func.count())
        .where(
            Attempt.delivery_id == Delivery.id,
            Attempt.verdict.not_in(_OUR_FAULT),
            _since_asked(Attempt.at),
        )
        .correlate(Delivery)
        .scalar_subquery()
    )
    went_on = or_(
        Delivery.status.not_in([S.UNCERTAIN, S.SENT]), Delivery.attempts > charged, tried_later
    )
    return _deliveries(session, unknown, went_on)


def _since_asked(at: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    return or_(Delivery.asked_again_at.is_(None), at > Delivery.asked_again_at)


def lost(session: Session) -> list[str]:
    """Queued deliveries in a batch that nobody will send, or in another campaign's."""
    astray = exists().where(
        Batch.id == Delivery.batch_id,
        or_(Batch.state == BatchState.DONE, Batch.campaign_id != Delivery.campaign_id),
    )
    return _deliveries(session, Delivery.status == S.QUEUED, astray)


def left_open(session: Session) -> list[str]:
    """Deliveries that a finished campaign still has to send, or a cancelled one would."""
    return _deliveries(
        session,
        or_(
            and_(Campaign.status == C.FINISHED, Delivery.status.in_([S.QUEUED, S.INFLIGHT])),
            and_(Campaign.status == C.CANCELLED, Delivery.status == S.QUEUED),
        ),
    )


def unheld(session: Session) -> list[str]:
    """Deliveries on their way that no worker has held for an hour."""
    held = exists().where(
        Batch.id == Delivery.batch_id,
        Batch.state == BatchState.CLAIMED,
        Batch.lease_until > clock.now(session) - _STUCK,
    )
    return _deliveries(session, Delivery.status == S.INFLIGHT, ~held)


def without_reason(session: Session) -> list[str]:
    """Deliveries whose status and reason do not go together, or sent without a moment."""
    right = or_(
        and_(Delivery.status == S.SKIPPED, Delivery.reason.in_(_SKIPS)),
        and_(Delivery.status == S.FAILED, Delivery.reason.in_(_FAILURES)),
        and_(Delivery.status.not_in([S.SKIPPED, S.FAILED]), Delivery.reason == Reason.NONE),
    )
    has_moment = (Delivery.status == S.SENT) == Delivery.sent_at.is_not(None)
    return _deliveries(session, not_(and_(right, has_moment)))


def without_permission(session: Session) -> list[str]:
    """Messages accepted though the person had not agreed, had withdrawn or was suppressed.

    What was on its way at that moment is not held against us.
    """
    given, withdrawn = aliased(ConsentEvent), aliased(ConsentEvent)
    ended = exists().where(
        withdrawn.contact_id == given.contact_id,
        withdrawn.topic == given.topic,
        withdrawn.id > given.id,
        withdrawn.state == ConsentState.WITHDRAWN,
        withdrawn.recorded_at < Delivery.sent_at - _UNDER_WAY,
    )
    agreed = exists().where(
        given.contact_id == Delivery.contact_id,
        given.topic == Campaign.topic,
        given.state == ConsentState.GIVEN,
        func.least(given.at, given.recorded_at) <= Delivery.sent_at,
        ~ended.correlate(given, Delivery),
    )
    suppressed = exists().where(
        Suppression.address_key == Contact.address_key,
        Suppression.at < Delivery.sent_at - _UNDER_WAY,
        func.coalesce(Suppression.lifted_at > Delivery.sent_at, True),
    )
    return _deliveries(
        session,
        Delivery.sent_at.is_not(None),
        or_(~agreed.correlate(Delivery, Campaign), suppressed),
    )


def unsigned(session: Session) -> list[str]:
    """Campaigns that started without a signature, or without one that a finding asked for."""
    signed = exists().where(
        CampaignApproval.campaign_id == Campaign.id,
        CampaignApproval.content_hash == Campaign.pinned_hash,
    )
    started = or_(
        Campaign.pinned_hash != "", Campaign.status.in_([C.PREPARING, C.SENDING, C.FINISHED])
    )
    missing = [
        f"{name} is {status}, unsigned" for name, status in _campaigns(session, started, ~signed)
    ]
    rows = session.execute(
        select(Campaign.name, StoredFinding.role)
        .join(StoredFinding, StoredFinding.version_id == Campaign.pinned_version_id)
        .where(
            StoredFinding.severity == Severity.REVIEW,
            ~signed.where(CampaignApproval.role == StoredFinding.role),
        )
        .distinct()
        .order_by(Campaign.name, StoredFinding.role)
    )
    return missing + [f"{name} started without the {role}'s signature" for name, role in rows]


def other_content(session: Session) -> list[str]:
    """Deliveries whose program is not the content that was pinned at the start."""
    is_other = exists().where(
        Program.id == Delivery.program_id,
        or_(
            Program.content_hash != Campaign.pinned_hash,
            Program.campaign_id != Delivery.campaign_id,
        ),
    )
    return _deliveries(session, is_other)


def wrongly_credited(session: Session) -> list[str]:
    """Bookings that are credited though they fell away, or to another campaign's message."""
    rows = session.execute(
        select(Booking.reference, Booking.status, Campaign.name)
        .join(Conversion, Conversion.booking_id == Booking.id)
        .join(Campaign, Campaign.id == Conversion.campaign_id)
        .join(Delivery, Delivery.id == Conversion.delivery_id)
        .where(
            Conversion.reversed_at.is_(None),
            or_(
                Booking.status.not_in(list(TAKING)),
                Conversion.campaign_id != Delivery.campaign_id,
            ),
        )
        .order_by(Booking.reference)
    )
    return [f"booking {number} is {status}, credited to {name}" for number, status, name in rows]


def forgotten_letters(session: Session) -> list[str]:
    """Letters of the system's own that have been due for more than an hour."""
    rows = session.execute(
        select(Notice.id, Notice.kind, Notice.address)
        .where(Notice.status == NoticeStatus.QUEUED, Notice.next_at < clock.now(session) - _STUCK)
        .order_by(Notice.id)
    )
    return [f"letter {number} ({kind}) to {addresses.mask(to)}" for number, kind, to in rows]
