"""Slots: moments at which visits can begin; each place is taken by one guarded update."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from campaigns import clock
from campaigns.database import Session, changed, remembered
from campaigns.errors import NotInState, SlotFull
from campaigns.promotions.models import Slot

WORKDAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Window:
    """From a moment until before another; both aware."""

    starts_at: datetime
    ends_at: datetime


def free_slots(
    session: Session, *, category: str, window: Window, location_id: int | None = None
) -> list[Slot]:
    """The slots of this category with a place left, soonest first (ix_slot_starts_at)."""
    query = _free(category, _future(session, window)).order_by(Slot.starts_at, Slot.id)
    if location_id is not None:
        query = query.where(Slot.location_id == location_id)
    return list(session.scalars(query))


def has_free_slot(session: Session, *, category: str, window: Window) -> bool:
    """Whether anyone could still begin in this window (ix_slot_starts_at)."""
    future = _future(session, window)

    def look() -> bool:
        query = _free(category, future).with_only_columns(Slot.id).limit(1)
        return session.scalar(query) is not None

    return remembered(session, ("free slot", category, future), look)


def _future(session: Session, window: Window) -> Window:
    return Window(max(window.starts_at, clock.now(session)), window.ends_at)


def _free(category: str, window: Window) -> Any:
    return select(Slot).where(
        Slot.category == category,
        Slot.starts_at >= window.starts_at,
        Slot.starts_at < window.ends_at,
        Slot.held + Slot.confirmed < Slot.capacity,
    )


def hold(session: Session, slot_id: int) -> None:
    """Take a place for a while; raises SlotFull when none is left or the moment has passed."""
    _take(session, slot_id, Slot.held)


def confirm(session: Session, slot_id: int) -> None:
    """Make a held place a confirmed one; raises NotInState where none is held."""
    moved = _update(
        session, slot_id, (Slot.held > 0,), held=Slot.held - 1, confirmed=Slot.confirmed + 1
    )
    if not moved:
        raise NotInState(f"No place is held in slot {slot_id}.")


def reopen(session: Session, slot_id: int) -> None:
    """Make a confirmed place a held one again; raises NotInState where none is confirmed."""
    moved = _update(
        session, slot_id, (Slot.confirmed > 0,), held=Slot.held + 1, confirmed=Slot.confirmed - 1
    )
    if not moved:
        raise NotInState(f"No place is confirmed in slot {slot_id}.")


def release(session: Session, slot_id: int, *, confirmed: bool = False) -> None:
    """Give a held place back, or a confirmed one; raises NotInState where there is none."""
    column = Slot.confirmed if confirmed else Slot.held
    if not _update(session, slot_id, (column > 0,), **{column.key: column - 1}):
        kind = "confirmed" if confirmed else "held"
        raise NotInState(f"No place is {kind} in slot {slot_id}.")


def move(session: Session, from_id: int, to_id: int, *, confirmed: bool = False) -> None:
    """Give one place back and take another, held or confirmed as it was; raises SlotFull.

    The two rows are locked in the order of their ids, so that two moves never wait in a circle.
    """
    steps = {
        from_id: lambda: release(session, from_id, confirmed=confirmed),
        to_id: lambda: _take(session, to_id, Slot.confirmed if confirmed else Slot.held),
    }
    for each in sorted(steps):
        steps[each]()


def _take(session: Session, slot_id: int, column: Any) -> None:
    guards = (Slot.held + Slot.confirmed < Slot.capacity, Slot.starts_at > clock.now(session))
    if not _update(session, slot_id, guards, **{column.key: column + 1}):
        raise SlotFull("This time is no longer free. Please choose another one.")


def _update(session: Session, slot_id: int, guards: Iterable[Any], **values: Any) -> bool:
    result = session.execute(
        update(Slot)
        .where(Slot.id == slot_id, *guards)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    known = session.identity_map.get(session.identity_key(Slot, slot_id))
    if known is not None:
        session.expire(known)
    return changed(result) == 1


def make_slots(
    session: Session,
    *,
    location_id: int,
    zone: str,
    category: str,
    times: Iterable[time],
    days: int = 30,
    weekdays: Iterable[int] = WORKDAYS,
    capacity: int = 2,
) -> int:
    """Open slots on the coming days at these times of the location's wall clock; how many are new.

    A slot that exists keeps its capacity and what was taken of it.
    """
    moments = _moments(session, zone, tuple(times), days, frozenset(weekdays))
    rows = [
        {
            "location_id": location_id,
            "category": category,
            "starts_at": each,
            "capacity": capacity,
            "held": 0,
            "confirmed": 0,
        }
        for each in moments
    ]
    if not rows:
        return 0
    statement = insert(Slot).values(rows).on_conflict_do_nothing().returning(Slot.id)
    return len(session.execute(statement).all())


def _moments(
    session: Session, zone: str, times: tuple[time, ...], days: int, weekdays: frozenset[int]
) -> list[datetime]:
    today = clock.now(session).astimezone(clock.zone(zone)).date()
    coming = (today + timedelta(days=number) for number in range(1, days + 1))
    return [
        clock.moment(datetime.combine(day, at), zone).instant
        for day in coming
        if day.weekday() in weekdays
        for at in times
    ]
