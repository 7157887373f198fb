"""Start what is due: check again, pin the approved content, freeze the audience row by row.

A long verb. Two schedulers, a lost message or a killed worker change nothing: every step is a
conditional update or an insert that may run twice, and the tick comes back for what is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Row, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from campaigns import clock, database, logs, settings
from campaigns.accounts import queries as accounts
from campaigns.compliance import approval
from campaigns.contacts.facts import Fact, Rule
from campaigns.database import Session, Sessions
from campaigns.delivery import bells, codes, restored
from campaigns.delivery.models import Batch, BatchState, Delivery, DeliveryStatus, Reason
from campaigns.errors import Invalid, NotFound
from campaigns.jobs import Job, enqueue
from campaigns.planning import audience, lifecycle, membership, queries
from campaigns.planning.models import (
    Campaign,
    CampaignOccurrence,
    CampaignPromotion,
    CampaignStatus,
    CampaignVersion,
)
from campaigns.promotions import claims
from campaigns.promotions import queries as promotions
from campaigns.rendering import queries as rendering
from campaigns.rendering.models import Program
from campaigns.rendering.program import conditions_of

log = logs.get(__name__)

_SLICE = 1000
_BATCH_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Registry:
    """The rules and facts of all rooms, in order; `campaigns.registry` makes it."""

    rules: Sequence[Rule]
    facts: Sequence[Fact]


def start_due(sessions: Sessions, registry: Registry) -> int:
    """Start every campaign whose moment has come; says how many moved."""
    with database.transaction(sessions) as session:
        if restored.look(session):
            return 0
        now = clock.now(session)
        due = session.scalars(
            select(Campaign.id)
            .where(Campaign.status == CampaignStatus.SCHEDULED, Campaign.scheduled_at <= now)
            .order_by(Campaign.scheduled_at)
        ).all()
    return sum(_start(sessions, campaign_id, registry) for campaign_id in due)


def _start(sessions: Sessions, campaign_id: int, registry: Registry) -> bool:
    with database.transaction(sessions) as session:
        campaign = session.get_one(Campaign, campaign_id, with_for_update=True)
        if campaign.status is not CampaignStatus.SCHEDULED:
            return False
        if accounts.organisation(session).sending_paused_at is not None:
            return False
        reason = _missed(session, campaign) or _blocked(session, campaign, registry)
        if reason:
            return lifecycle.pause(session, campaign, reason=reason)
        version = queries.newest_version(session, campaign)
        moved = lifecycle.prepare(
            session, campaign, version_id=version.id, content_hash=version.content_hash
        )
        if moved:
            pin_offers(session, campaign)
            _begin_occurrence(session, campaign)
            enqueue(session, Job.FREEZE_AUDIENCE, campaign_id=campaign.id)
        return moved


def _missed(session: Session, campaign: Campaign) -> str:
    now = clock.now(session)
    window = timedelta(minutes=settings.current().missed_window_minutes)
    if campaign.scheduled_at is not None and now - campaign.scheduled_at > window:
        return (
            f"missed window: it was due {campaign.scheduled_at:%-d %b %H:%M} UTC. "
            "Resume it to send it now, or cancel it."
        )
    return ""


def _blocked(session: Session, campaign: Campaign, registry: Registry) -> str:
    findings = approval.check_start(session, campaign, rules=registry.rules, facts=registry.facts)
    return f"blocked: {findings[0].rule} {findings[0].message}"[:300] if findings else ""


def pin_offers(session: Session, campaign: Campaign) -> None:
    """Pin each promotion's epoch and what it promises now, as evidence with the campaign."""
    for promotion in promotions.by_ids(session, queries.promotion_ids(session, campaign)):
        row = session.get_one(CampaignPromotion, (campaign.id, promotion.id))
        row.pinned_epoch = promotion.epoch
        row.snapshot = claims.snapshot(session, promotion.id)
    session.flush()


def _begin_occurrence(session: Session, campaign: Campaign) -> None:
    statement = upsert(CampaignOccurrence).values(
        campaign_id=campaign.id,
        number=0,
        due_at=campaign.scheduled_at,
        local_time=campaign.local_time,
        zone=campaign.zone,
        cursor=0,
        audience_count=0,
    )
    session.execute(statement.on_conflict_do_nothing())


def freeze_prepared(sessions: Sessions, registry: Registry) -> None:
    """Go on with every campaign whose audience is not frozen to the end."""
    with database.transaction(sessions) as session:
        found = [each.id for each in queries.in_status(session, CampaignStatus.PREPARING)]
    for campaign_id in found:
        freeze_audience(sessions, campaign_id, registry)


def freeze_audience(sessions: Sessions, campaign_id: int, registry: Registry) -> None:
    """Write one delivery row for everyone the segment names, slice by slice, then let it go."""
    while _freeze_slice(sessions, campaign_id, registry):
        pass


def _freeze_slice(sessions: Sessions, campaign_id: int, registry: Registry) -> bool:
    """One slice in a transaction of its own; False when there is nothing more to freeze."""
    with database.transaction(sessions) as session:
        campaign = session.get_one(Campaign, campaign_id)
        if campaign.status is not CampaignStatus.PREPARING:
            return False
        occurrence = session.scalars(
            select(CampaignOccurrence)
            .where(CampaignOccurrence.campaign_id == campaign_id, CampaignOccurrence.number == 0)
            .with_for_update()
        ).one()
        rows = audience.a_slice(
            session,
            campaign,
            rules=registry.rules,
            facts=registry.facts,
            after_id=occurrence.cursor,
            limit=_SLICE,
        )
        if not rows:
            _open(session, campaign, occurrence)
            return False
        try:
            shown = _shown(session, campaign, rows, facts=registry.facts)
        except Invalid as error:
            lifecycle.pause(session, campaign, reason=f"blocked: {error}"[:300])
            return False
        _write(session, campaign, rows, shown)
        occurrence.cursor = rows[-1].id
        occurrence.audience_count = (occurrence.audience_count or 0) + len(rows)
        return True


def _open(session: Session, campaign: Campaign, occurrence: CampaignOccurrence) -> None:
    """Everyone has a row: count, and begin to send only when the count matches."""
    counted = session.scalar(
        select(func.count(Delivery.id)).where(Delivery.campaign_id == campaign.id)
    )
    if counted != occurrence.audience_count:
        lifecycle.pause(
            session,
            campaign,
            reason=f"the audience does not add up: {occurrence.audience_count} named, "
            f"{counted} frozen. Nothing was sent.",
        )
        return
    occurrence.frozen_at = clock.now(session)
    lifecycle.begin_sending(session, campaign)
    bells.ring(session, campaign.id)


def _shown(
    session: Session, campaign: Campaign, rows: Sequence[Row[int, str]], *, facts: Sequence[Fact]
) -> Mapping[int, int]:
    """Which conditions of the program hold for each contact that will get it."""
    names = conditions_of(_pinned_program(session, campaign).content)
    to_send = [contact_id for contact_id, reason in rows if not reason]
    return membership.masks(session, campaign, to_send, names=names, facts=facts)


def _write(
    session: Session,
    campaign: Campaign,
    rows: Sequence[Row[int, str]],
    shown: Mapping[int, int],
) -> None:
    program_id = _pinned_program(session, campaign).id
    to_send = [contact_id for contact_id, reason in rows if not reason]
    batches = _make_batches(session, campaign, len(to_send))
    size = _batch_size(campaign)
    now = clock.now(session)
    place = {contact_id: batches[number // size] for number, contact_id in enumerate(to_send)}
    values = [
        {
            "campaign_id": campaign.id,
            "contact_id": contact_id,
            "occurrence": 0,
            "status": DeliveryStatus.SKIPPED if reason else DeliveryStatus.QUEUED,
            "reason": Reason(reason),
            "program_id": program_id,
            "shown": shown.get(contact_id, 0),
            "batch_id": place.get(contact_id),
            "next_at": now,
            "settled_at": now if reason else None,
        }
        for contact_id, reason in rows
    ]
    written = session.scalars(
        upsert(Delivery).on_conflict_do_nothing().returning(Delivery.id), values
    ).all()
    codes.assign(
        session,
        promotion_ids=queries.promotion_ids(session, campaign),
        delivery_ids=written,
    )


def _pinned_program(session: Session, campaign: Campaign) -> Program:
    version = session.get_one(CampaignVersion, campaign.pinned_version_id)
    found = rendering.program_of(session, version.id, language=version.language)
    if found is None or found.content_hash != campaign.pinned_hash:
        raise NotFound(f"The approved content of {campaign.name} is not there; duplicate it.")
    return found


def _batch_size(campaign: Campaign) -> int:
    """At most the configured size, and at most 15 s of work at the campaign's pace."""
    most = settings.current().batch_size
    if campaign.pace_per_minute:
        most = min(most, max(1, campaign.pace_per_minute * _BATCH_SECONDS // 60))
    return most


def _make_batches(session: Session, campaign: Campaign, deliveries: int) -> list[int]:
    number = -(-deliveries // _batch_size(campaign))
    if not number:
        return []
    values = [{"campaign_id": campaign.id, "state": BatchState.WAITING}] * number
    return list(session.scalars(insert(Batch).returning(Batch.id), values))
