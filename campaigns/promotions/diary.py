"""The times at which visits can begin, as the desk opens and closes them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from sqlalchemy import select, update

from campaigns import clock
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import Location, User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session, changed
from campaigns.errors import Conflict, Invalid, NotFound
from campaigns.promotions import catalogue
from campaigns.promotions.files import Lined, SlotsEntry
from campaigns.promotions.models import Package, Slot

MOST_PLACES = 500


@dataclass(frozen=True, slots=True)
class Beginning:
    """A moment at which a visit can begin, on the wall clock of its place."""

    slot: Slot
    location: Location
    local: datetime

    @property
    def free(self) -> int:
        """Places that nobody has."""
        return self.slot.capacity - self.slot.held - self.slot.confirmed


@dataclass(frozen=True, slots=True)
class Page:
    """Some days of the diary, empty ones too."""

    days: dict[date, list[Beginning]]

    @property
    def free(self) -> int:
        """Free places on all these days."""
        return sum(each.free for day in self.days.values() for each in day)


def categories(session: Session) -> list[str]:
    """What packages need times for (a handful of rows)."""
    return list(session.scalars(select(Package.category).distinct().order_by(Package.category)))


def look(session: Session, *, category: str, location: Location, first: date, number: int) -> Page:
    """So many days of this place's diary from this day on (ix_slot_starts_at)."""
    zone = clock.zone(location.zone)
    begins = clock.moment(datetime.combine(first, time.min), location.zone).instant
    until = datetime.combine(first + timedelta(days=number), time.min)
    found = session.scalars(
        select(Slot)
        .where(
            Slot.location_id == location.id,
            Slot.category == category,
            Slot.starts_at >= max(begins, clock.now(session)),
            Slot.starts_at < clock.moment(until, location.zone).instant,
        )
        .order_by(Slot.starts_at)
    )
    beginnings = [Beginning(each, location, each.starts_at.astimezone(zone)) for each in found]
    grouped = {
        day: list(those) for day, those in groupby(beginnings, lambda each: each.local.date())
    }
    days = [first + timedelta(days=each) for each in range(number)]
    return Page({day: grouped.get(day, []) for day in days})


def open_times(session: Session, entry: SlotsEntry, *, actor: User) -> int:
    """Open these times on the coming days; how many are new. Raises BadFile naming the field."""
    permissions.require(actor, Verb.BOOKINGS)
    made = catalogue.open_slots(session, Lined(0, entry))
    if made:
        times = ", ".join(f"{each:%H:%M}" for each in entry.times)
        after = {"new": made, "times": times, "days": entry.days, "places": entry.capacity}
        subject = f"times for {entry.category}"
        audit.record(session, actor=actor, verb="open times", subject=subject, after=after)
    return made


def set_places(session: Session, slot_id: int, *, places: int, actor: User) -> int:
    """How many may begin at this moment; says how many it were. Raises Conflict if more are taken.

    Raises Invalid for a number no time has.

    To close a time is to leave it only the places that are taken.
    """
    permissions.require(actor, Verb.BOOKINGS)
    if not 0 <= places <= MOST_PLACES:
        raise Invalid(f"A time has 0 to {MOST_PLACES} places.")
    slot = session.get(Slot, slot_id, with_for_update={"key_share": True})
    if slot is None:
        raise NotFound("There is no such time.")
    before = slot.capacity
    if before == places:
        return before
    result = session.execute(
        update(Slot)
        .where(Slot.id == slot_id, Slot.held + Slot.confirmed <= places)
        .values(capacity=places)
        .execution_options(synchronize_session=False)
    )
    session.refresh(slot)
    if changed(result) == 0:
        taken = slot.held + slot.confirmed
        raise Conflict(f"{taken} of its places are taken: move or decline those bookings first.")
    audit.record(
        session,
        actor=actor,
        verb="change places",
        subject=f"time {slot_id}",
        before={"places": before},
        after={"places": places},
    )
    return before


def taken(session: Session, slot_id: int) -> int:
    """How many places of a moment are held or confirmed (primary key); raises NotFound."""
    slot = session.get(Slot, slot_id)
    if slot is None:
        raise NotFound("There is no such time.")
    return slot.held + slot.confirmed
