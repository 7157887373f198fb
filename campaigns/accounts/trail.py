"""Read the audit trail: who did what, and when, the newest first, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, select

from campaigns import clock
from campaigns.accounts.models import AuditEntry, User
from campaigns.database import Session

PAGE = 50
_SLICE = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """What to look for; empty means everything. Days are those of the clinic's zone."""

    user_id: int | None = None
    subject: str = ""
    since: date | None = None
    until: date | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry, with the name of who did it where they are known."""

    entry: AuditEntry
    name: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, and the numbers with which the pages around them begin."""

    deeds: list[Deed]
    older: int | None
    """Entries below this number are on the next page; None on the last."""
    is_first: bool


def page(session: Session, wanted: Filter, *, below: int | None = None, size: int = PAGE) -> Page:
    """A page of entries, newest first (primary key, backwards)."""
    found = _read(session, wanted, below=below, size=size + 1)
    more = len(found) > size
    deeds = found[:size]
    return Page(deeds=deeds, older=deeds[-1].entry.id if more else None, is_first=below is None)


def every(session: Session, wanted: Filter) -> Iterator[Deed]:
    """All entries, newest first, read in slices (primary key, backwards)."""
    below: int | None = None
    while True:
        found = _read(session, wanted, below=below, size=_SLICE)
        yield from found
        if len(found) < _SLICE:
            return
        below = found[-1].entry.id


def _read(session: Session, wanted: Filter, *, below: int | None, size: int) -> list[Deed]:
    query = _narrowed(
        select(AuditEntry, User.name)
        .outerjoin(User, User.id == AuditEntry.user_id)
        .order_by(AuditEntry.id.desc())
        .limit(size),
        wanted,
    )
    if below is not None:
        query = query.where(AuditEntry.id < below)
    return [Deed(row.AuditEntry, row.name or "") for row in session.execute(query)]


def _narrowed(query: Select[AuditEntry, str], wanted: Filter) -> Select[AuditEntry, str]:
    if wanted.user_id is not None:
        query = query.where(AuditEntry.user_id == wanted.user_id)
    if wanted.subject:
        query = query.where(AuditEntry.subject.icontains(wanted.subject, autoescape=True))
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= _begins(wanted.since, wanted.zone))
    if wanted.until is not None:
        query = query.where(AuditEntry.at < _begins(wanted.until + timedelta(days=1), wanted.zone))
    return query


def _begins(day: date, zone: str) -> datetime:
    return clock.moment(datetime.combine(day, time()), zone).instant
