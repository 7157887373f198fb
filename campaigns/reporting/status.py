"""How the installation is doing, in plain words, read from the database.

The desk's page on sending and `bedside status` show the same facts in the same words.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.database import Session
from campaigns.delivery import queries as delivery
from campaigns.delivery import watching
from campaigns.delivery.heartbeat import TICK
from campaigns.delivery.models import Heartbeat, Relay
from campaigns.delivery.watching import Holder, Load
from campaigns.notices import NoticeStatus
from campaigns.planning import queries as planning
from campaigns.planning.models import CampaignStatus

LATE = timedelta(seconds=60)
GRACE = timedelta(seconds=15)
"""The scheduler's round frees a batch within seconds of its lease; longer is stuck."""
STANDSTILL = timedelta(minutes=3)
_REMEMBERED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the system and when it was last seen at work."""

    name: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Stuck:
    """What no worker will move by itself, as far as can be seen; all zero when nothing is."""

    leases: int
    """Batches whose worker let its time run out, and that no round has freed."""
    unheld: int
    """Messages on their way that no worker holds."""
    standing_since: datetime | None
    """Since when messages could leave, and none does."""

    def __bool__(self) -> bool:
        return bool(self.leases or self.unheld or self.standing_since)


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the road at one moment; `worries` are sentences, empty when all is well."""

    at: datetime
    queued: int
    inflight: int
    uncertain: int
    oldest_due: datetime | None
    notices_queued: int
    notices_failed: int
    last_tick: datetime | None
    last_accepted: datetime | None
    relay: str
    paused_by: str
    campaigns: tuple[tuple[str, str, str], ...]
    held: tuple[Holder, ...]
    loads: tuple[Load, ...]
    parts: tuple[Part, ...]
    stuck: Stuck
    worries: tuple[str, ...]


def status(session: Session) -> Status:
    """Read it all (a handful of small queries)."""
    now = clock.now(session)
    clinic = accounts.organisation(session)
    loads, held = watching.loads(session), watching.holders(session)
    relays, letters = watching.relays(session), watching.letters(session)
    seen = delivery.heartbeats(session)
    last_tick = next((each.at for each in seen if each.name == TICK), None)
    last_accepted = delivery.last_accepted(session)
    is_held_back = bool(clinic.sending_paused_by) or any(each.open_until for each in relays)
    stuck = _stuck(session, held, last_accepted, is_held_back=is_held_back)
    return Status(
        at=now,
        queued=sum(each.queued for each in loads),
        inflight=sum(each.inflight for each in loads),
        uncertain=watching.undecided(session),
        oldest_due=min((each.oldest_due for each in loads if each.oldest_due), default=None),
        notices_queued=sum(e.letters for e in letters if e.status is NoticeStatus.QUEUED),
        notices_failed=sum(e.letters for e in letters if e.status is NoticeStatus.FAILED),
        last_tick=last_tick,
        last_accepted=last_accepted,
        relay=standing_of(relays[0] if relays else None, now),
        paused_by=clinic.sending_paused_by,
        campaigns=_under_way(session),
        held=tuple(held),
        loads=tuple(loads),
        parts=_parts(seen, now),
        stuck=stuck,
        worries=tuple(_worries(now, last_tick, relays, clinic.sending_paused_by, stuck)),
    )


def _under_way(session: Session) -> tuple[tuple[str, str, str], ...]:
    found = planning.in_status(
        session,
        CampaignStatus.SCHEDULED,
        CampaignStatus.PREPARING,
        CampaignStatus.SENDING,
        CampaignStatus.PAUSED,
    )
    return tuple((each.name, each.status.value, each.status_reason) for each in found)


def _parts(seen: list[Heartbeat], now: datetime) -> tuple[Part, ...]:
    """Everything that was seen lately; a machine that is gone for good is forgotten in a week."""
    return tuple(
        Part(f"worker: {each.name}", each.at)
        for each in seen
        if each.name != TICK and now - each.at < _REMEMBERED
    )


def _stuck(
    session: Session, held: list[Holder], last_accepted: datetime | None, *, is_held_back: bool
) -> Stuck:
    now = clock.now(session)
    over = sum(1 for each in held if each.until is not None and each.until <= now - GRACE)
    since = None if is_held_back else watching.waiting_since(session)
    moved = max((each for each in (since, last_accepted) if each), default=now)
    stands = since is not None and now - moved > STANDSTILL
    return Stuck(over, watching.unheld(session), moved if stands else None)


def standing_of(relay: Relay | None, now: datetime) -> str:
    """How a mail server is doing, in a few words."""
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
    now: datetime,
    last_tick: datetime | None,
    relays: list[Relay],
    paused_by: str,
    stuck: Stuck,
) -> list[str]:
    worries = []
    if last_tick is None or now - last_tick > LATE:
        worries.append(
            "The scheduler has not ticked for a minute: is bedside-beat running, and a worker?"
        )
    if any(each.open_until is not None for each in relays):
        worries.append("The mail server does not answer; messages wait and nothing is lost.")
    if paused_by:
        worries.append(f"All sending is paused by {paused_by} until somebody resumes it.")
    if stuck.leases:
        held = "1 batch is" if stuck.leases == 1 else f"{stuck.leases} batches are"
        worries.append(f"{held} held by workers that are gone.")
    if stuck.unheld:
        away = "1 message is" if stuck.unheld == 1 else f"{stuck.unheld} messages are"
        worries.append(f"{away} on the way, and held by no worker.")
    if stuck.standing_since is not None:
        worries.append(
            "Messages could leave, and none has been accepted since "
            f"{stuck.standing_since:%H:%M} UTC: is a worker running?"
        )
    return worries


def sentences(now: Status) -> list[str]:
    """The state as a person would say it."""
    lines = [
        f"Messages waiting: {now.queued}; on their way: {now.inflight}; "
        f"uncertain: {now.uncertain} (never sent again by themselves).",
        f"The oldest waiting message became due {ago(now.oldest_due, now.at)}."
        if now.oldest_due is not None
        else "No message is due.",
        f"Letters waiting: {now.notices_queued}"
        + (f"; failed: {now.notices_failed}." if now.notices_failed else "."),
        f"Last tick of the scheduler: {ago(now.last_tick, now.at)}.",
        f"Last message accepted by the mail server: {ago(now.last_accepted, now.at)}.",
        f"The mail server: {now.relay}" + ("" if now.relay.endswith((".", "?")) else "."),
    ]
    lines += [f"Last seen, {each.name}: {ago(each.seen_at, now.at)}." for each in now.parts]
    for name, status_word, reason in now.campaigns:
        lines.append(f"Campaign {name} is {status_word}" + (f" ({reason})." if reason else "."))
    lines += [
        f"Worker {each.worker} holds batch {each.batch} of {each.campaign}." for each in now.held
    ]
    return lines


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, in units that people use."""
    if moment is None:
        return "never"
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 120:
        return f"{seconds} seconds ago"
    return f"{seconds // 60} minutes ago" if seconds < 7200 else f"{seconds // 3600} hours ago"
