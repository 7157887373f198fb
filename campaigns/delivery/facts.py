"""What delivery knows of a contact: how often we wrote lately, and the caps that follow.

Caps: offers at most 1 in 7 days and 3 in 30; education 2 in 7 days; all marketing 3 in 7 days.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from campaigns.contacts.facts import Asks, AudienceContext, Fact, Rule
from campaigns.contacts.models import Contact, Topic
from campaigns.contacts.segment_facts import days
from campaigns.delivery.models import Delivery, DeliveryStatus
from campaigns.planning.models import Campaign

_WRITTEN = (
    DeliveryStatus.SENT,
    DeliveryStatus.UNCERTAIN,
    DeliveryStatus.INFLIGHT,
    DeliveryStatus.QUEUED,
)

CAPS: dict[Topic, tuple[tuple[int, timedelta], ...]] = {
    Topic.OFFERS: ((1, timedelta(days=7)), (3, timedelta(days=30))),
    Topic.EDUCATION: ((2, timedelta(days=7)),),
}
ALL_MARKETING = (3, timedelta(days=7))


def _written(context: AudienceContext, span: timedelta, topic: Topic | None) -> ColumnElement[int]:
    """How many messages of other campaigns this contact got, or is about to get, in the span."""
    since = context.now - span
    statement = (
        select(func.count(Delivery.id))
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(
            Delivery.contact_id == Contact.id,
            Delivery.status.in_(_WRITTEN),
            func.coalesce(Delivery.sent_at, Delivery.next_at) > since,
        )
    )
    if topic is not None:
        statement = statement.where(Campaign.topic == topic)
    if context.campaign_id is not None:
        statement = statement.where(Delivery.campaign_id != context.campaign_id)
    return statement.correlate(Contact).scalar_subquery()


def _capped(context: AudienceContext) -> ColumnElement[bool]:
    most, span = ALL_MARKETING
    by_topic = [
        _written(context, within, context.topic) >= number for number, within in CAPS[context.topic]
    ]
    return or_(_written(context, span, None) >= most, *by_topic)


def _received_within(context: AudienceContext, value: Any) -> ColumnElement[bool]:
    return exists(
        select(Delivery.id).where(
            and_(
                Delivery.contact_id == Contact.id,
                Delivery.status == DeliveryStatus.SENT,
                Delivery.sent_at >= context.now - days(value),
            )
        )
    )


RULES = (Rule("cap", "The person got as many messages lately as the caps allow.", _capped),)

FACTS = (
    Fact(
        "received_within_days",
        "got a newsletter in the last days",
        "a number of days",
        _received_within,
        Asks.DAYS,
        "got a newsletter in the last {} days",
        "got no newsletter in the last {} days",
    ),
)
