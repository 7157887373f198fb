"""What time it is, asked of the database once a transaction, and what a clock on a wall shows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from campaigns import settings
from campaigns.database import Base, Session
from campaigns.errors import Invalid


class Clock(Base):
    """The one row that stops or shifts the time for every process (test mode only)."""

    __tablename__ = "clock"
    __table_args__ = (CheckConstraint('"only"', name="one_row"),)

    only: Mapped[bool] = mapped_column(primary_key=True, default=True)
    stopped_at: Mapped[datetime | None]
    shift: Mapped[timedelta] = mapped_column(default=timedelta(0))


_KEY = "bedside.now"
_REAL = text("SELECT transaction_timestamp()")
_MOVABLE = text(
    "SELECT coalesce((SELECT coalesce(stopped_at, transaction_timestamp()) + shift FROM clock),"
    " transaction_timestamp())"
)


def now(session: Session) -> datetime:
    """The moment of this transaction (aware, UTC); the same for every process of an installation.

    In test mode a row in the table `clock` may stop or shift it.
    """
    transaction = session.get_transaction()
    known = session.info.get(_KEY)
    if known is not None and known[0] is transaction and transaction is not None:
        return known[1]  # type: ignore[no-any-return]
    statement = _MOVABLE if settings.current().mode == "test" else _REAL
    moment: datetime = session.execute(statement).scalar_one().astimezone(UTC)
    session.info[_KEY] = (session.get_transaction(), moment)
    return moment


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA time zone of this name; raises Invalid with an example."""
    if name not in available_timezones():
        raise Invalid(f"{name!r} is not a time zone; use a name such as America/Chicago.")
    return ZoneInfo(name)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a person meant by a wall-clock time: the instant, and whether the clock jumped there.

    `shift` is "gap" where the wall never showed this time (moved forward past the gap) and
    "overlap" where it showed it twice (the first is taken).
    """

    local: datetime
    zone: str
    instant: datetime
    shift: Literal["", "gap", "overlap"]


def moment(local: datetime, zone_name: str) -> Moment:
    """The instant at which a wall clock in this zone shows `local` (naive)."""
    tz = zone(zone_name)
    first = local.replace(tzinfo=tz, fold=0)
    second = local.replace(tzinfo=tz, fold=1)
    instant = first.astimezone(UTC)
    exists = instant.astimezone(tz).replace(tzinfo=None) == local
    if not exists:
        return Moment(local, zone_name, instant, "gap")
    twice = first.utcoffset() != second.utcoffset()
    return Moment(local, zone_name, instant, "overlap" if twice else "")


def day_begins(day: date, zone_name: str) -> datetime:
    """The instant at which this day begins on a wall in this zone."""
    return moment(datetime.combine(day, time.min), zone_name).instant


def on_wall(instant: datetime, zone_name: str) -> datetime:
    """The instant as a wall in this zone shows it; in UTC at the very ends of the calendar."""
    try:
        return instant.astimezone(zone(zone_name))
    except OverflowError:
        return instant


def local_text(instant: datetime, zone_name: str) -> str:
    """An instant as people write it in a zone, such as `Tue 24 Nov 2026, 09:00 CST`."""
    return on_wall(instant, zone_name).strftime("%a %-d %b %Y, %H:%M %Z")
