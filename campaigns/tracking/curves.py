"""When and where people followed a campaign's message: by link, by day, by hour, by region.

People are counted, each once a line; what machines did is counted apart. Times are told on the wall
clock of one zone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    and_,
    case,
    distinct,
    func,
    literal,
    select,
)
from sqlalchemy.sql.elements import Label

from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryStatus
from campaigns.rendering.models import CampaignLink
from campaigns.tracking.models import Event, EventKind, MadeBy

Unit = TypeVar("Unit")
_HUMAN = Event.made_by == MadeBy.HUMAN


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One link of a campaign: people who followed it, and deliveries only machines did so in."""

    index: int
    url: str
    kind: str
    block: str
    people: int
    machines: int


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day: messages accepted, people who clicked or may have opened on it."""

    day: date
    sent: int
    clickers: int
    openers: int


@dataclass(frozen=True, slots=True)
class HourLine:
    """One hour of the day, over all days."""

    hour: int
    clickers: int
    openers: int


@dataclass(frozen=True, slots=True)
class RegionLine:
    """One region: messages accepted there, people who clicked; empty where it is not known."""

    region: str
    sent: int
    clickers: int


def links(session: Session, campaign_id: int) -> list[LinkLine]:
    """Every link of a campaign, the most followed first (primary key, ix_event_campaign)."""
    each = (
        select(
            Event.link_index,
            Event.delivery_id,
            func.bool_or(_HUMAN).label("by_person"),
        )
        .where(Event.campaign_id == campaign_id, Event.kind == EventKind.CLICKED)
        .group_by(Event.link_index, Event.delivery_id)
        .subquery()
    )
    counted = (
        select(
            each.c.link_index,
            func.count().filter(each.c.by_person).label("people"),
            func.count().filter(~each.c.by_person).label("machines"),
        )
        .group_by(each.c.link_index)
        .subquery()
    )
    people = func.coalesce(counted.c.people, 0)
    rows = session.execute(
        select(
            CampaignLink.index.label("number"),
            CampaignLink.url,
            CampaignLink.kind,
            CampaignLink.block,
            people.label("people"),
            func.coalesce(counted.c.machines, 0).label("machines"),
        )
        .outerjoin(counted, counted.c.link_index == CampaignLink.index)
        .where(CampaignLink.campaign_id == campaign_id)
        .order_by(people.desc(), CampaignLink.index)
    )
    return [
        LinkLine(row.number, row.url, row.kind, row.block, row.people, row.machines) for row in rows
    ]


def by_day(session: Session, campaign_id: int, *, zone: str) -> list[DayLine]:
    """Day by day on the wall calendar of a zone, only days on which something happened.

    Served by ix_event_campaign and the unique index on campaign.
    """
    sent_on = func.date(func.timezone(zone, Delivery.sent_at))
    sent = session.execute(
        select(sent_on.label("day"), func.count().label("messages"))
        .where(Delivery.campaign_id == campaign_id, Delivery.status == DeliveryStatus.SENT)
        .group_by(sent_on)
    )
    happened_on = func.date(_wall(zone), type_=Date).label("unit")
    days: dict[date, list[int]] = {row.day: [row.messages, 0, 0] for row in sent}
    for day, clickers, openers in _hits(session, campaign_id, happened_on):
        days.setdefault(day, [0, 0, 0])[1:] = [clickers, openers]
    return [DayLine(day, *figures) for day, figures in sorted(days.items())]


def by_hour(session: Session, campaign_id: int, *, zone: str) -> list[HourLine]:
    """All 24 hours of the day on the wall clock of a zone (ix_event_campaign)."""
    hour = func.extract("hour", _wall(zone)).cast(Integer).label("unit")
    found = {
        unit: (clickers, openers) for unit, clickers, openers in _hits(session, campaign_id, hour)
    }
    return [HourLine(each, *found.get(each, (0, 0))) for each in range(24)]


def by_region(session: Session, campaign_id: int) -> list[RegionLine]:
    """Region by region, the largest first (unique index on campaign, ix_event_campaign)."""
    clicked = (
        select(Event.delivery_id)
        .distinct()
        .where(Event.campaign_id == campaign_id, Event.kind == EventKind.CLICKED, _HUMAN)
        .subquery()
    )
    number = func.count()
    rows = session.execute(
        select(Contact.region, number, func.count(clicked.c.delivery_id))
        .select_from(Delivery)
        .join(Contact, Contact.id == Delivery.contact_id)
        .outerjoin(clicked, clicked.c.delivery_id == Delivery.id)
        .where(Delivery.campaign_id == campaign_id, Delivery.status == DeliveryStatus.SENT)
        .group_by(Contact.region)
        .order_by(number.desc(), Contact.region)
    )
    return [RegionLine(*row) for row in rows]


def _wall(zone: str) -> ColumnElement[datetime]:
    return func.timezone(literal(zone), Event.occurred_at, type_=DateTime)


def _hits(session: Session, campaign_id: int, unit: Label[Unit]) -> list[tuple[Unit, int, int]]:
    """For each unit of time the people who clicked, and those who may have opened."""
    clicks, opens = Event.kind == EventKind.CLICKED, Event.kind == EventKind.OPENED
    person = case((and_(_HUMAN, clicks), Event.delivery_id))
    opener = case((and_(_HUMAN, opens), Event.delivery_id))
    rows = session.execute(
        select(
            unit,
            func.count(distinct(person)).label("clickers"),
            func.count(distinct(opener)).label("openers"),
        )
        .where(
            Event.campaign_id == campaign_id,
            Event.kind.in_((EventKind.CLICKED, EventKind.OPENED)),
            _HUMAN,
        )
        .group_by(unit)
    )
    return [(row.unit, row.clickers, row.openers) for row in rows]
