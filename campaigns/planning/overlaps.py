"""Other campaigns that would reach the same people on the same day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import and_, func, or_, select

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.contacts import segments
from campaigns.contacts.facts import AudienceContext, Fact
from campaigns.contacts.models import Contact, Segment
from campaigns.database import Session
from campaigns.planning.lifecycle import UNFINISHED
from campaigns.planning.models import Campaign


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another campaign of that day, and how many contacts both segments name."""

    name: str
    title: str
    people: int


def same_day(
    session: Session, campaign: Campaign, instant: datetime, *, facts: Iterable[Fact]
) -> tuple[Overlap, ...]:
    """Unfinished campaigns set or wished for the same day of the clinic to some of the same people.

    Index on status; then one scan of the contacts for all that were found.
    """
    zone = accounts.organisation(session).zone
    begins = datetime.combine(instant.astimezone(clock.zone(zone)).date(), time.min)
    ends = begins + timedelta(days=1)
    others = session.execute(
        select(Campaign, Segment)
        .join(Segment, Segment.id == Campaign.segment_id)
        .where(
            Campaign.status.in_(list(UNFINISHED)),
            Campaign.id != campaign.id,
            Campaign.archived_at.is_(None),
            or_(
                and_(
                    Campaign.scheduled_at >= clock.moment(begins, zone).instant,
                    Campaign.scheduled_at < clock.moment(ends, zone).instant,
                ),
                and_(Campaign.wished_local >= begins, Campaign.wished_local < ends),
            ),
        )
        .order_by(Campaign.id)
    ).all()
    if not others:
        return ()
    counts = _shared(session, campaign, [row.Segment for row in others], list(facts))
    found = (
        Overlap(row.Campaign.name, row.Campaign.title, counts[row.Segment.id]) for row in others
    )
    return tuple(each for each in found if each.people)


def _shared(
    session: Session, campaign: Campaign, others: list[Segment], facts: list[Fact]
) -> dict[int, int]:
    asked = AudienceContext(topic=campaign.topic, now=clock.now(session))
    own = session.get_one(Segment, campaign.segment_id)
    chosen = {each.id: each for each in others}
    counts = [
        func.count().filter(segments.members(each, facts=facts, context=asked)).label(f"s{each.id}")
        for each in chosen.values()
    ]
    mine = segments.members(own, facts=facts, context=asked)
    row = session.execute(select(*counts).select_from(Contact).where(mine)).one()
    return {each: row._mapping[f"s{each}"] for each in chosen}
