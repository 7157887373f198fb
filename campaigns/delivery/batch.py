"""One batch, by one worker: claim it, and for each delivery look, send, and record the answer.

A long verb: it opens short transactions of its own and never holds one open over SMTP.
"""

import math
import os
import platform
import time
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from campaigns import clock, database, logs, settings
from campaigns.contacts.models import Contact
from campaigns.database import Session, Sessions
from campaigns.delivery import codes, consequences, intent, lifecycle, programs, restored, throttle
from campaigns.delivery.intent import Answer
from campaigns.delivery.models import Batch, BatchState, Delivery, DeliveryStatus, Reason
from campaigns.delivery.replies import Reply, Verdict
from campaigns.delivery.transports import ClosedBeforeDot, Envelope, RelayDown, Transport
from campaigns.errors import BadAddress, BedsideError, Unavailable
from campaigns.planning import lifecycle as campaign_lifecycle
from campaigns.planning import membership
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.rendering.wire import Recipient, Wire

log = logs.get(__name__)

OFFER_CHANGED = "offer_changed: a promotion it carries was edited or paused"
_PATIENCE_SECONDS = 20.0
_BREAKS_IN_A_ROW = 3
_PACED_SECONDS = 2.0
"""How long a worker waits for paced messages before it looks after other work."""


class Outcome(Enum):
    """What became of a call to `send_next`."""

    WORKED = auto()
    NOTHING_TO_DO = auto()
    RELAY_DOWN = auto()
    YIELDED = auto()
    """It would have slept for the pace, and has slept enough: other work first."""


@dataclass(frozen=True, slots=True)
class _Hours:
    deadline: float
    sleeps_until: float


@dataclass(frozen=True, slots=True)
class _Row:
    delivery_id: int
    contact_id: int
    program_id: int
    shown: int


@dataclass(frozen=True, slots=True)
class _Letter:
    contact: Contact
    envelope: Envelope
    message: bytes


def owner() -> str:
    """The name under which this process holds batches: host and process id."""
    return f"{platform.node()}:{os.getpid()}"


def send_next(
    sessions: Sessions,
    transport: Transport,
    *,
    deadline: float = math.inf,
    sleeps_until: float = math.inf,
) -> Outcome:
    """Claim the next batch and send it; the relay is asked first, so that no attempt is lost.

    What is left of the batch when `time.monotonic()` passes `deadline` is given back, and so it is
    where the pace would have it wait after `sleeps_until`.
    """
    with database.transaction(sessions) as session:
        if restored.look(session):
            return Outcome.NOTHING_TO_DO
        if not throttle.may_try(session):
            return Outcome.RELAY_DOWN
        if not _is_anything_waiting(session):
            return Outcome.NOTHING_TO_DO
    try:
        transport.ready()
    except RelayDown as error:
        return _relay_down(sessions, error)
    with database.transaction(sessions) as session:
        throttle.note_success(session)
        batch = lifecycle.claim(
            session, owner=owner(), lease_seconds=settings.current().lease_seconds
        )
    if batch is None:
        return Outcome.NOTHING_TO_DO
    return _send_batch(sessions, transport, batch, _Hours(deadline, sleeps_until))


def _is_anything_waiting(session: Session) -> bool:
    waiting = (
        select(Batch.id)
        .join(Campaign, Campaign.id == Batch.campaign_id)
        .where(Batch.state == BatchState.WAITING, Campaign.status == CampaignStatus.SENDING)
        .limit(1)
    )
    return session.scalar(waiting) is not None


def _relay_down(sessions: Sessions, error: Exception) -> Outcome:
    with database.transaction(sessions) as session:
        throttle.relay(session)
        open_until = throttle.note_failure(session, error=str(error))
    log.warning("the relay is down", error=str(error), open_until=str(open_until or ""))
    return Outcome.RELAY_DOWN


def _send_batch(sessions: Sessions, transport: Transport, batch: Batch, hours: _Hours) -> Outcome:
    with database.transaction(sessions) as session:
        rows = _rows(session, batch)
    breaks = 0
    for row in rows:
        if time.monotonic() > hours.deadline:
            break
        may_sleep = time.monotonic() < hours.sleeps_until
        if not _wait_for_pace(sessions, batch, may_sleep=may_sleep):
            _give_back(sessions, batch)
            return Outcome.NOTHING_TO_DO if may_sleep else Outcome.YIELDED
        closed = _send_one(sessions, transport, batch, row)
        if closed is _Stop.STOP:
            break
        breaks = breaks + 1 if closed is _Stop.BROKE else 0
        if breaks >= _BREAKS_IN_A_ROW:
            _give_back(sessions, batch)
            return _relay_down(sessions, RelayDown("the mail server keeps closing on us"))
    _give_back(sessions, batch)
    return Outcome.WORKED


class _Stop(Enum):
    GO_ON = auto()
    BROKE = auto()
    STOP = auto()


def _rows(session: Session, batch: Batch) -> list[_Row]:
    """What this batch holds (ix_delivery_batch)."""
    found = session.scalars(
        select(Delivery)
        .where(Delivery.batch_id == batch.id, Delivery.status == DeliveryStatus.QUEUED)
        .order_by(Delivery.id)
    )
    return [_Row(each.id, each.contact_id, each.program_id or 0, each.shown) for each in found]


def _wait_for_pace(sessions: Sessions, batch: Batch, *, may_sleep: bool) -> bool:
    ahead = lifecycle.PACED_AHEAD if may_sleep else timedelta(0)
    with database.transaction(sessions) as session:
        wait = throttle.reserve(session, batch.campaign_id, ahead=ahead)
    if wait is None:
        return False
    throttle.sleep(wait)
    return True


def _send_one(sessions: Sessions, transport: Transport, batch: Batch, row: _Row) -> _Stop:
    try:
        transport.ready()
    except RelayDown as error:
        _relay_down(sessions, error)
        return _Stop.STOP
    with database.transaction(sessions) as session:
        said = intent.declare(
            session,
            batch,
            delivery_id=row.delivery_id,
            contact_id=row.contact_id,
            lease_seconds=settings.current().lease_seconds,
        )
        letter = _letter(session, batch, row, said.contact) if said.contact else None
    if said.answer is Answer.OFFER_CHANGED:
        _pause(sessions, batch, OFFER_CHANGED)
    if letter is None:
        return _Stop.GO_ON if said.answer is Answer.SKIPPED else _Stop.STOP
    if isinstance(letter, Exception):
        _render_failed(sessions, batch, row, letter)
        return _Stop.GO_ON
    return _hand_over(sessions, transport, batch, row, letter)


def _letter(session: Session, batch: Batch, row: _Row, contact: Contact) -> _Letter | Exception:
    """The message for this contact, rendered before its intent commits; or why there is none.

    A row whose rendering kills the worker so stays queued, and is never taken for sent.
    """
    try:
        wire = programs.wire(session, row.program_id)
        code = codes.word(session, row.delivery_id)
        recipient = Recipient(
            address=contact.address or "",
            first_name=contact.first_name,
            last_name=contact.last_name,
            campaign_id=batch.campaign_id,
            delivery_id=row.delivery_id,
            code=code,
            conditions=membership.held(wire.conditions, row.shown),
            at=clock.now(session),
        )
        return _Letter(contact, _envelope(wire, recipient), wire.fill(recipient))
    except (BedsideError, ValueError, LookupError, TypeError) as error:
        log.exception("a message could not be rendered", delivery=row.delivery_id)
        return error


def _hand_over(
    sessions: Sessions, transport: Transport, batch: Batch, row: _Row, letter: _Letter
) -> _Stop:
    try:
        reply = transport.send(letter.envelope, letter.message)
    except ClosedBeforeDot as error:
        log.info("the connection broke before the dot", error=str(error))
        with database.transaction(sessions) as session:
            lifecycle.take_back(session, row.delivery_id, batch=batch)
        return _Stop.BROKE
    _record(sessions, batch, row, letter.contact, reply)
    return _Stop.STOP if reply.verdict in {Verdict.RELAY, Verdict.OUR_SENDER} else _Stop.GO_ON


def _envelope(wire: Wire, recipient: Recipient) -> Envelope:
    return Envelope(mail_from=wire.return_path(recipient), rcpt_to=recipient.address)


def _render_failed(sessions: Sessions, batch: Batch, row: _Row, error: Exception) -> None:
    with database.transaction(sessions) as session:
        fail = partial(lifecycle.fail, session, row.delivery_id, batch=batch)
        if isinstance(error, BadAddress):
            fail(reason=Reason.ADDRESS, answer=str(error))
            return
        fail(reason=Reason.RENDER, answer=f"{type(error).__name__}: {error}")
        consequences.count_failure(session, batch, reason=f"messages cannot be rendered: {error}")


def _record(sessions: Sessions, batch: Batch, row: _Row, contact: Contact, reply: Reply) -> None:
    """Record the answer; a database that is away for a moment must not make it uncertain."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with database.transaction(sessions) as session:
                consequences.record(
                    session, batch=batch, delivery_id=row.delivery_id, contact=contact, reply=reply
                )
        except (Unavailable, OperationalError):
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
        else:
            return


def _pause(sessions: Sessions, batch: Batch, reason: str) -> None:
    with database.transaction(sessions) as session:
        campaign = session.get_one(Campaign, batch.campaign_id)
        campaign_lifecycle.pause(session, campaign, reason=reason)


def _give_back(sessions: Sessions, batch: Batch) -> None:
    with database.transaction(sessions) as session:
        lifecycle.give_back(session, batch)


def run(sessions: Sessions, transport: Transport, *, seconds: float) -> Outcome:
    """Send batch after batch until there is none or the time is up; says how it ended."""
    deadline = time.monotonic() + seconds
    sleeps_until = time.monotonic() + _PACED_SECONDS
    while True:
        outcome = send_next(sessions, transport, deadline=deadline, sleeps_until=sleeps_until)
        if outcome is not Outcome.WORKED or time.monotonic() > deadline:
            return outcome
