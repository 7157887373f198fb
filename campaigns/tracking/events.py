"""Record what became of a delivery: each thing once, by its key.

The rule for things that can happen again (opened, clicked, viewed, visited): the same request by
the same program within ten seconds of the last is the same thing (a reload, a double press); later
it is a new one. Its key ends in the number of those before it, so two at the same moment make one.
An unsubscribe, a complaint and a bounce happen once a delivery.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from campaigns.database import Session
from campaigns.tracking.machines import LASTING, Judgement
from campaigns.tracking.models import Event, EventKind, MadeBy

SAME_WITHIN = timedelta(seconds=10)
AGENT_LENGTH = 200

_ONCE = {EventKind.UNSUBSCRIBED, EventKind.COMPLAINED, EventKind.BOUNCED}
_LOCKS = 3 << 48
"""Our corner of PostgreSQL's advisory locks; a delivery's id takes 40 bits."""

_BY_A_PERSON = Judgement(MadeBy.HUMAN)


def record(
    session: Session,
    *,
    kind: EventKind,
    campaign_id: int,
    delivery_id: int,
    link_index: int | None = None,
    occurred_at: datetime,
    agent: str = "",
    judgement: Judgement = _BY_A_PERSON,
) -> Event | None:
    """Record one event; None where it was there already.

    The earlier events of the same burst take its label, in this transaction.
    """
    hold(session, delivery_id)
    agent = tidy(agent)
    key = _key(session, kind, delivery_id, link_index, at=occurred_at, agent=agent)
    event = session.scalar(
        insert(Event)
        .values(
            key=key,
            kind=kind,
            campaign_id=campaign_id,
            delivery_id=delivery_id,
            link_index=link_index,
            occurred_at=occurred_at,
            made_by=judgement.made_by,
            reasons=list(judgement.reasons),
            rule_version=judgement.rule_version,
            agent=agent,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Event)
    )
    _relabel(judgement)
    session.flush()
    return event


def hold(session: Session, delivery_id: int) -> None:
    """Let the hits of one delivery come one after the other, so that a burst sees itself."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCKS | delivery_id})


def tidy(agent: str) -> str:
    """A program's name as it is kept: bounded, and without what PostgreSQL cannot store."""
    return agent.replace("\0", "").strip()[:AGENT_LENGTH]


def _relabel(judgement: Judgement) -> None:
    lasting = LASTING.intersection(judgement.reasons)
    for each in judgement.burst:
        each.made_by = judgement.made_by
        each.reasons = sorted(lasting.union(each.reasons))
        each.rule_version = judgement.rule_version


def _key(
    session: Session,
    kind: EventKind,
    delivery_id: int,
    link_index: int | None,
    *,
    at: datetime,
    agent: str,
) -> str:
    if kind in _ONCE:
        return f"{kind}:{delivery_id}"
    latest = func.max(Event.occurred_at)
    before, is_same = session.execute(
        select(func.count(), func.coalesce(latest > at - SAME_WITHIN, False)).where(
            Event.delivery_id == delivery_id,
            Event.kind == kind,
            Event.link_index.is_not_distinct_from(link_index),
            Event.agent == agent,
        )
    ).one()
    number = before - 1 if is_same else before
    program = hashlib.blake2s(agent.encode(), digest_size=6).hexdigest()
    return f"{kind}:{delivery_id}:{'' if link_index is None else link_index}:{program}:{number}"
