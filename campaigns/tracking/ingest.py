"""Take in what readers and mail systems tell us about a delivery: judge, record, act on it.

Each verb is one insert in the caller's transaction and may run twice without harm.
"""

from campaigns import clock
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.delivery.models import Delivery
from campaigns.tracking import consequences, events, machines, queries
from campaigns.tracking.models import Event, EventKind, MadeBy


def opened(session: Session, delivery: Delivery, *, agent: str, method: str = "GET") -> None:
    """The pixel was fetched; by whom, nobody knows."""
    _hit(session, delivery, EventKind.OPENED, agent=agent, method=method)


def viewed(session: Session, delivery: Delivery, *, agent: str, method: str = "GET") -> None:
    """The message was shown in a browser."""
    _hit(session, delivery, EventKind.VIEWED, agent=agent, method=method)


def visited(session: Session, delivery: Delivery, *, agent: str, method: str = "GET") -> None:
    """The unsubscribe or preferences page was looked at; nothing follows from that."""
    _hit(session, delivery, EventKind.VISITED, agent=agent, method=method)


def clicked(
    session: Session, delivery: Delivery, *, link_index: int, agent: str, method: str = "GET"
) -> None:
    """A link was followed; where a person did, the contact was active now."""
    event = _hit(
        session, delivery, EventKind.CLICKED, link_index=link_index, agent=agent, method=method
    )
    if event is not None and event.made_by is MadeBy.HUMAN:
        consequences.clicked(session, delivery, at=event.occurred_at)


def unsubscribed(session: Session, delivery: Delivery, *, through: str) -> list[Topic]:
    """The person wants no more marketing: consent ends now; says which topics stood."""
    _happened(session, delivery, EventKind.UNSUBSCRIBED)
    return consequences.unsubscribed(session, delivery, through=through)


def narrowed(session: Session, delivery: Delivery) -> None:
    """The person gave up a topic on the preferences page that this message led to."""
    _happened(session, delivery, EventKind.UNSUBSCRIBED)


def complained(session: Session, delivery: Delivery) -> None:
    """The person's mail provider passed on that they called it spam."""
    _happened(session, delivery, EventKind.COMPLAINED, by=MadeBy.MACHINE)
    consequences.complained(session, delivery)


def bounced(session: Session, delivery: Delivery, *, is_hard: bool, answer: str) -> None:
    """The message came back; a hard bounce means that there is no such address."""
    _happened(session, delivery, EventKind.BOUNCED, by=MadeBy.MACHINE)
    if is_hard:
        consequences.bounced(session, delivery, answer=answer)


def _hit(
    session: Session,
    delivery: Delivery,
    kind: EventKind,
    *,
    agent: str,
    method: str,
    link_index: int | None = None,
) -> Event | None:
    now = clock.now(session)
    events.hold(session, delivery.id)
    judgement = machines.classify(
        queries.since(session, delivery.id, now - machines.BURST_WINDOW),
        kind=kind,
        link_index=link_index,
        method=method,
        agent=agent,
        now=now,
    )
    mistaken = [each for each in judgement.burst if each.made_by is MadeBy.HUMAN]
    event = events.record(
        session,
        kind=kind,
        campaign_id=delivery.campaign_id,
        delivery_id=delivery.id,
        link_index=link_index,
        occurred_at=now,
        agent=agent,
        judgement=judgement,
    )
    consequences.taken_back(session, delivery, events=mistaken)
    consequences.arrived(session, delivery)
    return event


def _happened(
    session: Session, delivery: Delivery, kind: EventKind, *, by: MadeBy = MadeBy.HUMAN
) -> None:
    events.record(
        session,
        kind=kind,
        campaign_id=delivery.campaign_id,
        delivery_id=delivery.id,
        occurred_at=clock.now(session),
        judgement=machines.Judgement(by),
    )
    consequences.arrived(session, delivery)
