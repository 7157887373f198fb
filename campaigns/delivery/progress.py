"""How a send goes, asked again and again while people watch: one pass over a campaign's rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from campaigns import clock
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryStatus, Reason, Relay
from campaigns.delivery.throttle import RELAY

MEASURED_OVER = timedelta(seconds=60)
"""The rate is what was accepted within this time."""
_LEAST = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Pulse:
    """Where a campaign's deliveries stand, and how fast they leave."""

    at: datetime
    counts: Mapping[tuple[DeliveryStatus, Reason], int]
    lately: int
    """Accepted within the time that the rate is measured over."""
    first_at: datetime | None
    last_at: datetime | None
    next_at: datetime | None
    """When the next of those that wait is due."""

    def count(self, *statuses: DeliveryStatus) -> int:
        """How many stand in these statuses."""
        return sum(number for (status, _), number in self.counts.items() if status in statuses)

    def by_reason(self, status: DeliveryStatus) -> list[tuple[Reason, int]]:
        """Those of a status by reason, the most first."""
        found = [(reason, number) for (each, reason), number in self.counts.items()
                 if each is status]  # fmt: skip
        return sorted(found, key=lambda each: (-each[1], each[0]))

    @property
    def left(self) -> int:
        """How many may still leave."""
        return self.count(DeliveryStatus.QUEUED, DeliveryStatus.INFLIGHT)

    @property
    def per_minute(self) -> int | None:
        """Messages a minute as measured; None before there is anything to measure."""
        if self.first_at is None or not self.lately:
            return None
        span = min(max(self.at - self.first_at, _LEAST), MEASURED_OVER)
        return round(self.lately * 60 / span.total_seconds())

    @property
    def time_left(self) -> timedelta | None:
        """How long the rest takes at this rate; None where there is no rate."""
        rate = self.per_minute
        return timedelta(minutes=self.left / rate) if rate and self.left else None


def pulse(session: Session, campaign_id: int) -> Pulse:
    """How one campaign stands now (unique index on campaign, one pass over its rows)."""
    now = clock.now(session)
    rows = session.execute(
        select(
            Delivery.status,
            Delivery.reason,
            func.count().label("number"),
            func.count().filter(Delivery.sent_at > now - MEASURED_OVER).label("lately"),
            func.min(Delivery.sent_at).label("first_at"),
            func.max(Delivery.sent_at).label("last_at"),
            func.min(Delivery.next_at).label("next_at"),
        )
        .where(Delivery.campaign_id == campaign_id)
        .group_by(Delivery.status, Delivery.reason)
    ).all()
    waiting = [each.next_at for each in rows if each.status is DeliveryStatus.QUEUED]
    return Pulse(
        at=now,
        counts={(each.status, each.reason): each.number for each in rows},
        lately=sum(each.lately for each in rows),
        first_at=min((each.first_at for each in rows if each.first_at), default=None),
        last_at=max((each.last_at for each in rows if each.last_at), default=None),
        next_at=min(waiting, default=None),
    )


def left_alone_until(session: Session) -> datetime | None:
    """Until when the mail server is left alone because it does not answer (primary key)."""
    relay = session.get(Relay, RELAY)
    return relay.open_until if relay else None
