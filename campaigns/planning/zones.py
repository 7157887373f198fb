"""What a moment is on the clocks of those who would read it, as far as we know where they live."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from sqlalchemy import func, select

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.contacts.facts import Fact
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.planning import audience
from campaigns.planning.models import Campaign

_BY_ZONE = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
}
OF_REGION: Mapping[str, str] = {
    f"US-{state}": zone for zone, states in _BY_ZONE.items() for state in states.split()
}
"""The zone in which most people of a region live; a contact's own zone goes before it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What some readers' clocks show at a moment."""

    text: str
    """Such as `Tue 24 Nov 2026, 10:00 EST`."""
    places: tuple[str, ...]
    """The cities that stand for these readers' zones."""
    people: int
    """How many of the audience live by this clock; 0 where only a location of the clinic does."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks that differ from the clinic's, the commonest first; `unknown` are not counted."""

    others: tuple[Clock, ...]
    unknown: int


def elsewhere(
    session: Session, campaign: Campaign, instant: datetime, *, facts: Iterable[Fact]
) -> Clocks:
    """What this moment is for readers in other zones; locations' zones where nobody's is known."""
    zones, unknown = _of_readers(session, campaign, facts)
    if not zones:
        zones = Counter({each.zone: 0 for each in accounts.locations(session)})
    here = clock.local_text(instant, accounts.organisation(session).zone)
    found: dict[str, Counter[str]] = {}
    for zone, people in zones.items():
        text = clock.local_text(instant, zone)
        if text != here:
            found.setdefault(text, Counter())[zone] += people
    clocks = (
        Clock(text, tuple(_city(each) for each, _ in by.most_common(3)), by.total())
        for text, by in found.items()
    )
    return Clocks(tuple(sorted(clocks, key=lambda each: -each.people)), unknown)


def _of_readers(
    session: Session, campaign: Campaign, facts: Iterable[Fact]
) -> tuple[Counter[str], int]:
    members = audience.named_by_segment(session, campaign, facts=facts)
    rows = session.execute(
        select(Contact.zone, Contact.region, func.count().label("people"))
        .where(members)
        .group_by(Contact.zone, Contact.region)
    )
    zones: Counter[str] = Counter()
    unknown = 0
    for row in rows:
        zone = row.zone if row.zone in _known() else OF_REGION.get(row.region, "")
        if zone:
            zones[zone] += row.people
        else:
            unknown += row.people
    return zones, unknown


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def _city(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")
