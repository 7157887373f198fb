"""What goes out in one month of the clinic's calendar, and which campaigns meet the same people."""

from calendar import Calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations

from sqlalchemy import and_, func, or_, select

from campaigns import clock
from campaigns.contacts.facts import Fact
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.planning import audience
from campaigns.planning.models import Campaign, CampaignStatus

C = CampaignStatus
_FIXED = (C.SCHEDULED, C.PREPARING, C.SENDING, C.PAUSED, C.FINISHED)
_HOPED = (C.DRAFT, C.RENDERING, C.IN_REVIEW, C.APPROVED)
_TO_COME = frozenset({*_HOPED, C.SCHEDULED, C.PAUSED})
_MOST_PAIRS = 12
"""Pairs whose shared people are counted; a clinic that plans more on one day sees the names."""
_LONG_AGO, _FAR = date(2000, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another campaign of the same day that the same people get; `people` of them share both."""

    other: Campaign
    is_same_segment: bool
    people: int


@dataclass(slots=True)
class Entry:
    """A campaign on a day; `is_wished` where nobody has scheduled it yet."""

    campaign: Campaign
    at: datetime
    is_wished: bool
    overlaps: list[Overlap] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the sheet; days of the months around it are `is_outside`."""

    day: date
    is_outside: bool
    is_today: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks of seven days, Monday first."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]

    @property
    def days(self) -> list[Day]:
        """The month's own days on which something goes out."""
        return [day for week in self.weeks for day in week if day.entries and not day.is_outside]

    @property
    def before(self) -> str:
        """The month before as `2026-10`."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        """The month after as `2026-12`."""
        return f"{self.first + timedelta(days=31):%Y-%m}"


def first_day(text: str, *, today: date) -> date:
    """The first of the month that `2026-11` names, of this one where it is empty.

    Raises Invalid for what is no month of this century or the next.
    """
    if not text:
        return today.replace(day=1)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Invalid(f"{text!r} is not a month; write it like 2026-11.") from error
    if not _LONG_AGO <= found < _FAR:
        raise Invalid(f"There is no calendar for {text}.")
    return found


def of(session: Session, *, text: str, zone: str, facts: Sequence[Fact]) -> Month:
    """The month that `text` names, in a zone (a scan of the campaigns: hundreds of rows).

    People of two segments are counted only where both campaigns go out on the same day and one is
    still to come.
    """
    tz = clock.zone(zone)
    today = clock.now(session).astimezone(tz).date()
    first = first_day(text, today=today)
    sheet = Calendar().monthdatescalendar(first.year, first.month)
    since = datetime.combine(sheet[0][0], time(), tzinfo=tz).astimezone(UTC)
    before = datetime.combine(sheet[-1][-1] + timedelta(days=1), time(), tzinfo=tz).astimezone(UTC)
    by_day: dict[date, list[Entry]] = {}
    for each in _entries(session, since, before, zone):
        by_day.setdefault(each.at.astimezone(tz).date(), []).append(each)
    _mark_overlaps(session, by_day.values(), facts)
    return Month(
        first,
        tuple(
            tuple(
                Day(day, day.month != first.month, day == today, tuple(by_day.get(day, ())))
                for day in week
            )
            for week in sheet
        ),
    )


def _entries(session: Session, since: datetime, before: datetime, zone: str) -> list[Entry]:
    moment = func.coalesce(Campaign.started_at, Campaign.scheduled_at)
    wished = func.timezone(func.coalesce(func.nullif(Campaign.zone, ""), zone),
                           Campaign.wished_local)  # fmt: skip
    is_fixed = and_(Campaign.status.in_(_FIXED), moment >= since, moment < before)
    is_hoped = and_(Campaign.status.in_(_HOPED), wished >= since, wished < before)
    rows = session.execute(
        select(Campaign, moment.label("moment"), wished.label("wished"))
        .where(or_(is_fixed, is_hoped), Campaign.archived_at.is_(None))
        .order_by(Campaign.id)
    )
    found = [
        Entry(row.Campaign, row.wished, is_wished=True)
        if row.Campaign.status in _HOPED
        else Entry(row.Campaign, row.moment, is_wished=False)
        for row in rows
    ]
    return sorted(found, key=lambda each: each.at)


def _mark_overlaps(session: Session, days: Iterable[list[Entry]], facts: Sequence[Fact]) -> None:
    left = _MOST_PAIRS
    for entries in days:
        for one, other in combinations(entries, 2):
            if not _TO_COME & {one.campaign.status, other.campaign.status} or not left:
                continue
            left -= 1
            is_same = one.campaign.segment_id == other.campaign.segment_id
            people = _shared(session, one.campaign, other.campaign, facts)
            if people:
                one.overlaps.append(Overlap(other.campaign, is_same, people))
                other.overlaps.append(Overlap(one.campaign, is_same, people))


def _shared(session: Session, one: Campaign, other: Campaign, facts: Sequence[Fact]) -> int:
    """How many contacts both segments name now (one scan of the contacts)."""
    both = and_(
        audience.named_by_segment(session, one, facts=facts),
        audience.named_by_segment(session, other, facts=facts),
    )
    return session.scalar(select(func.count(Contact.id)).where(both)) or 0
