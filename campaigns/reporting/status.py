"""How the installation is doing, in plain words, read from the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.database import Session
from campaigns.delivery import queries as delivery
from campaigns.delivery.heartbeat import TICK
from campaigns.delivery.models import DeliveryStatus, Relay
from campaigns.delivery.throttle import RELAY
from campaigns.notices import Notice, NoticeStatus
from campaigns.planning import queries as planning
from campaigns.planning.models import CampaignStatus

_LATE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Held:
    """Which worker holds which campaign, and until when."""

    worker: str
    campaign: str
    batch: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the road at one moment; `worries` are sentences, empty when all is well."""

    at: datetime
    queued: int
    inflight: int
    uncertain: int
    oldest_due: datetime | None
    notices_queued: int
    last_tick: datetime | None
    last_accepted: datetime | None
    relay: str
    paused_by: str
    campaigns: tuple[tuple[str, str, str], ...]
    held: tuple[Held, ...]
    worries: tuple[str, ...]


def status(session: Session) -> Status:
    """Read it all (a handful of small queries)."""
    now = clock.now(session)
    totals = delivery.totals(session)
    relay = session.get(Relay, RELAY)
    last_tick = next((each.at for each in delivery.heartbeats(session) if each.name == TICK), None)
    oldest = delivery.oldest_due(session)
    clinic = accounts.organisation(session)
    under_way = planning.in_status(
        session,
        CampaignStatus.SCHEDULED,
        CampaignStatus.PREPARING,
        CampaignStatus.SENDING,
        CampaignStatus.PAUSED,
    )
    return Status(
        at=now,
        queued=totals.get(DeliveryStatus.QUEUED, 0),
        inflight=totals.get(DeliveryStatus.INFLIGHT, 0),
        uncertain=totals.get(DeliveryStatus.UNCERTAIN, 0),
        oldest_due=oldest,
        notices_queued=_notices(session),
        last_tick=last_tick,
        last_accepted=relay.last_accepted_at if relay else None,
        relay=_relay(relay, now),
        paused_by=clinic.sending_paused_by,
        campaigns=tuple((each.name, each.status.value, each.status_reason) for each in under_way),
        held=tuple(
            Held(batch.owner, name, batch.id, batch.lease_until)
            for batch, name in delivery.held_batches(session)
        ),
        worries=tuple(_worries(now, last_tick, relay, clinic.sending_paused_by)),
    )


def _notices(session: Session) -> int:
    return session.scalar(select(func.count()).where(Notice.status == NoticeStatus.QUEUED)) or 0


def _relay(relay: Relay | None, now: datetime) -> str:
    if relay is None:
        return "not used yet"
    if relay.open_until is not None:
        wait = (
            "trying again now" if relay.open_until <= now else f"until {relay.open_until:%H:%M:%S}"
        )
        return f"left alone ({wait}): {relay.last_error}"
    if relay.failures:
        return f"failed {relay.failures} times in a row: {relay.last_error}"
    return "answers"


def _worries(
    now: datetime, last_tick: datetime | None, relay: Relay | None, paused_by: str
) -> list[str]:
    worries = []
    if last_tick is None or now - last_tick > _LATE:
        worries.append(
            "The scheduler has not ticked for a minute: is bedside-beat running, and a worker?"
        )
    if relay is not None and relay.open_until is not None:
        worries.append("The mail server does not answer; messages wait and nothing is lost.")
    if paused_by:
        worries.append(f"All sending is paused by {paused_by}: `bedside resume-all` lets it go on.")
    return worries


def sentences(now: Status) -> list[str]:
    """The state as a person would say it."""
    lines = [
        f"Messages waiting: {now.queued}; on their way: {now.inflight}; "
        f"uncertain: {now.uncertain} (never sent again by themselves).",
        f"The oldest waiting message became due {_ago(now.oldest_due, now.at)}."
        if now.oldest_due is not None and now.oldest_due <= now.at
        else "No message is due.",
        f"Letters waiting: {now.notices_queued}.",
        f"Last tick of the scheduler: {_ago(now.last_tick, now.at)}.",
        f"Last message accepted by the mail server: {_ago(now.last_accepted, now.at)}.",
        f"The mail server: {now.relay}" + ("" if now.relay.endswith((".", "?")) else "."),
    ]
    for name, status_word, reason in now.campaigns:
        lines.append(f"Campaign {name} is {status_word}" + (f" ({reason})." if reason else "."))
    lines += [
        f"Worker {each.worker} holds batch {each.batch} of {each.campaign}." for each in now.held
    ]
    return lines


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 120:
        return f"{seconds} seconds ago"
    return f"{seconds // 60} minutes ago" if seconds < 7200 else f"{seconds // 3600} hours ago"
