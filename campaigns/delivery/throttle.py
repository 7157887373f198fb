"""Pace and breaker: how fast messages leave, and when the relay is left alone."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from campaigns import addresses, clock
from campaigns.database import Session, changed
from campaigns.delivery import ways
from campaigns.delivery.lifecycle import PACED_AHEAD
from campaigns.delivery.models import Relay
from campaigns.planning.models import Campaign

RELAY = "default"
_OPENS_AFTER = 5
_SHORTEST = timedelta(seconds=30)
_LONGEST = timedelta(minutes=15)
_CREDIT = timedelta(seconds=1)


def relay(session: Session) -> Relay:
    """The relay's row, made on first use."""
    session.execute(
        insert(Relay)
        .values(name=RELAY, failures=0, opened=0, last_error="")
        .on_conflict_do_nothing()
    )
    return session.get_one(Relay, RELAY, populate_existing=True)


def may_try(session: Session) -> bool:
    """Whether the relay may be talked to: the breaker is closed, or this is its one probe."""
    now = clock.now(session)
    row = relay(session)
    if row.open_until is None:
        return True
    result = session.execute(
        update(Relay)
        .where(Relay.name == RELAY, Relay.open_until <= now)
        .values(open_until=now + _SHORTEST)
    )
    return changed(result) == 1


def note_failure(session: Session, *, error: str) -> datetime | None:
    """The relay could not be reached; five in a row open the breaker (until when, or None).

    An open breaker doubles its wait with each failed probe: 30 s to 15 min.
    """
    row = session.get_one(Relay, RELAY, with_for_update=True, populate_existing=True)
    row.failures += 1
    row.last_error = addresses.mask_all(error)[:500]
    if row.failures >= _OPENS_AFTER or row.open_until is not None:
        row.opened += 1
        wait = min(_SHORTEST * 2 ** (row.opened - 1), _LONGEST)
        row.open_until = clock.now(session) + wait
    session.flush()
    return row.open_until


def note_success(session: Session) -> None:
    """The relay talks to us: the breaker closes."""
    session.execute(
        update(Relay)
        .where(Relay.name == RELAY, or_(Relay.failures > 0, Relay.open_until.is_not(None)))
        .values(failures=0, open_until=None, opened=0, last_error="")
    )


def reserve(
    session: Session, campaign_id: int, *, ahead: timedelta = PACED_AHEAD
) -> timedelta | None:
    """The wait until this campaign's next message may leave; None: longer than `ahead`.

    Spaces messages evenly, for the campaign's pace and for the installation's; at most a second
    of lateness is made up for.
    """
    now = clock.now(session)
    slots = [
        (row, max(row.next_slot_at or now, now - _CREDIT), pace)
        for row, pace in _paced(session, campaign_id)
    ]
    wait = max((slot - now for _, slot, _ in slots), default=timedelta(0))
    if wait > ahead:
        return None
    for row, slot, pace in slots:
        row.next_slot_at = slot + timedelta(minutes=1) / pace
    return max(wait, timedelta(0))


def _paced(session: Session, campaign_id: int) -> Iterator[tuple[Campaign | Relay, int]]:
    """The rows that hold a pace, locked: the campaign's, then the installation's."""
    pace = session.scalar(select(Campaign.pace_per_minute).where(Campaign.id == campaign_id))
    if pace:
        found = session.get_one(Campaign, campaign_id, with_for_update=True, populate_existing=True)
        yield found, pace
    everywhere = ways.pace_per_minute(session)
    if everywhere:
        relay(session)
        yield (
            session.get_one(Relay, RELAY, with_for_update=True, populate_existing=True),
            everywhere,
        )


def sleep(wait: timedelta) -> None:
    """Let the time pass."""
    if wait > timedelta(0):
        time.sleep(wait.total_seconds())
