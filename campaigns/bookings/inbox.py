"""The desk's inbox: what waits for an answer comes first, what is held shortest at the top."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Location
from campaigns.bookings.models import Booking, BookingStatus
from campaigns.bookings.queries import Visit
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.promotions.models import Package, Slot

S = BookingStatus
MOST = 100
"""Rows a page shows; the desk narrows it down by a day."""

_KEPT = timedelta(days=30)
"""How long what is over stays in the inbox."""


class Tray(StrEnum):
    """The desk's four piles."""

    ANSWER = "answer"
    OFFERED = "offered"
    COMING = "coming"
    OVER = "over"


def counts(session: Session) -> Mapping[Tray, int]:
    """How many bookings lie in each tray (one scan: some thousand rows)."""
    now = clock.now(session)
    totals = [func.count(case((_in(tray, now), Booking.id))).label(tray) for tray in Tray]
    query = select(*totals).join(Slot, Slot.id == Booking.slot_id)
    row = session.execute(query).one()
    return {tray: getattr(row, tray) for tray in Tray}


def shown(session: Session, tray: Tray, *, day: date | None = None) -> list[Visit]:
    """The bookings of a tray, of one day on the clinic's calendar or of all (ix_slot_starts_at).

    What waits for an answer is in the order in which its hold ends, the rest by the visit.
    """
    clinic = accounts.organisation(session)
    query = (
        select(Booking, Contact, Package, Slot, Location)
        .join(Contact, Contact.id == Booking.contact_id)
        .join(Package, Package.id == Booking.package_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Location, Location.id == Slot.location_id)
        .where(_in(tray, clock.now(session)))
    )
    if day is not None:
        begins = clock.moment(datetime.combine(day, time.min), clinic.zone).instant
        ends = clock.moment(datetime.combine(day + timedelta(days=1), time.min), clinic.zone)
        query = query.where(Slot.starts_at >= begins, Slot.starts_at < ends.instant)
    rows = session.execute(query.order_by(*_order(tray)).limit(MOST)).all()
    return [Visit(*row, clinic=clinic) for row in rows]


def _in(tray: Tray, now: datetime) -> ColumnElement[bool]:
    held = Booking.status == S.HELD
    conditions = {
        Tray.ANSWER: and_(held, Booking.offered_at.is_(None)),
        Tray.OFFERED: and_(held, Booking.offered_at.is_not(None)),
        Tray.COMING: and_(Booking.status == S.CONFIRMED, Slot.starts_at > now),
        Tray.OVER: and_(
            Booking.status.not_in((S.HELD, S.REQUESTED)),
            ~and_(Booking.status == S.CONFIRMED, Slot.starts_at > now),
            func.coalesce(Booking.ended_at, Slot.starts_at) > now - _KEPT,
        ),
    }
    return conditions[tray]


def _order(tray: Tray) -> tuple[Any, ...]:
    if tray in {Tray.ANSWER, Tray.OFFERED}:
        return Booking.hold_until, Booking.id
    if tray is Tray.COMING:
        return Slot.starts_at, Booking.id
    return func.coalesce(Booking.ended_at, Slot.starts_at).desc(), Booking.id.desc()
