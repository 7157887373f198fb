"""What became of messages: whom a link is for, where it leads, a campaign's honest figures."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, and_, case, func, select

from campaigns import clock
from campaigns.database import Session
from campaigns.delivery.models import Delivery
from campaigns.errors import BadToken, NotFound
from campaigns.rendering.models import CampaignLink
from campaigns.tokens import DeliveryToken
from campaigns.tracking.models import Event, EventKind, MadeBy

SETTLES_AFTER = timedelta(seconds=60)
"""A burst shows itself within this time; until then a hit may still be judged otherwise."""

TEST_DELIVERY = 0
"""What the links of a test message carry: they are for nobody."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of a campaign's messages, counted by delivery (one person counts once).

    `opens_seen = opens_automatic + opens_possible`; `opens_confirmed` of them also have a
    person's click. `is_settled` is False while hits of the last minute may be judged otherwise.
    """

    clickers: int = 0
    clicked_by_machine: int = 0
    opens_seen: int = 0
    opens_automatic: int = 0
    opens_possible: int = 0
    opens_confirmed: int = 0
    viewed: int = 0
    unsubscribed: int = 0
    complained: int = 0
    bounced: int = 0
    is_settled: bool = True


def delivery(session: Session, token: DeliveryToken) -> Delivery:
    """Whom a link is for (primary key); raises NotFound for a test message or a deleted one."""
    if token.delivery_id == TEST_DELIVERY:
        raise NotFound(
            "This link belongs to a test message. In a real one it works for each reader."
        )
    found = session.get(Delivery, token.delivery_id)
    if found is None or found.campaign_id != token.campaign_id:
        raise NotFound("We do not know this message any more. Please write to us or call.")
    return found


def link(session: Session, campaign_id: int, index: int) -> CampaignLink:
    """Where a link of this campaign leads (primary key); raises BadToken for one it has not."""
    found = session.get(CampaignLink, (campaign_id, index))
    if found is None:
        raise BadToken("This link is damaged. Please use the link from your message once more.")
    return found


def since(session: Session, delivery_id: int, moment: datetime) -> list[Event]:
    """The events of a delivery from this moment on, oldest first (index on delivery)."""
    found = select(Event).where(Event.delivery_id == delivery_id, Event.occurred_at >= moment)
    return list(session.scalars(found.order_by(Event.occurred_at, Event.id)))


def of_contact(session: Session, contact_id: int) -> list[Event]:
    """Everything that became of the messages to one contact, oldest first (index on contact)."""
    found = select(Event).join(Delivery, Delivery.id == Event.delivery_id)
    found = found.where(Delivery.contact_id == contact_id)
    return list(session.scalars(found.order_by(Event.occurred_at, Event.id)))


def figures(session: Session, campaign_id: int) -> Figures:
    """A campaign's figures (ix_event_campaign); nothing is ever decided on opens."""
    now = clock.now(session)
    by_person = Event.made_by == MadeBy.HUMAN
    clicks, opens = Event.kind == EventKind.CLICKED, Event.kind == EventKind.OPENED
    each = (
        select(
            func.bool_or(and_(clicks, by_person)).label("clicked"),
            func.bool_or(clicks).label("any_click"),
            func.bool_or(opens).label("opened"),
            func.bool_or(and_(opens, by_person)).label("opened_possibly"),
            func.bool_or(Event.kind == EventKind.VIEWED).label("viewed"),
            func.bool_or(Event.kind == EventKind.UNSUBSCRIBED).label("unsubscribed"),
            func.bool_or(Event.kind == EventKind.COMPLAINED).label("complained"),
            func.bool_or(Event.kind == EventKind.BOUNCED).label("bounced"),
            func.max(Event.occurred_at).label("latest"),
        )
        .where(Event.campaign_id == campaign_id)
        .group_by(Event.delivery_id)
        .subquery()
    )
    of = each.c
    row = session.execute(
        select(
            _count(of.clicked),
            _count(of.any_click & ~of.clicked),
            _count(of.opened),
            _count(of.opened & ~of.opened_possibly),
            _count(of.opened_possibly),
            _count(of.opened & of.clicked),
            _count(of.viewed),
            _count(of.unsubscribed),
            _count(of.complained),
            _count(of.bounced),
            func.coalesce(func.max(of.latest) <= now - SETTLES_AFTER, True),
        )
    ).one()
    return Figures(*row)


def openers(session: Session, campaign_ids: Collection[int]) -> Mapping[int, int]:
    """How many messages of each campaign a person may have opened (ix_event_campaign alone)."""
    rows = session.execute(
        select(Event.campaign_id, func.count(Event.delivery_id.distinct()).label("people"))
        .where(
            Event.campaign_id.in_(list(campaign_ids)),
            Event.kind == EventKind.OPENED,
            Event.made_by == MadeBy.HUMAN,
        )
        .group_by(Event.campaign_id)
    )
    return {row.campaign_id: row.people for row in rows}


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).cast(Integer)
