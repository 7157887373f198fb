"""The desk's list of contacts: searched by name or address, filtered, newest first, in pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, func, select

from campaigns import clock
from campaigns.contacts.models import Consent, ConsentState, Contact, Suppression, Topic
from campaigns.database import Session

PAGE = 50
COUNTED_UP_TO = 10_000
_LONGEST = 100


class Standing(StrEnum):
    """Whether a contact can be written to at all."""

    SUPPRESSED = "suppressed"
    PAUSED = "paused"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which contacts are asked for; `never_asked` are those without any consent to the topic."""

    text: str = ""
    topic: Topic | None = None
    state: ConsentState | None = None
    never_asked: bool = False
    standing: Standing | None = None
    members: ColumnElement[bool] | None = None
    """Only those a segment names."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One contact as the list shows it."""

    id: int
    address: str
    name: str
    created_at: datetime
    paused_until: datetime | None
    consents: dict[Topic, ConsentState]
    is_suppressed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some contacts, newest first, and whether there are newer and older ones."""

    rows: Sequence[Listed]
    has_newer: bool
    has_older: bool


def page(
    session: Session, wanted: Wanted, *, older_than: int = 0, newer_than: int = 0, size: int = PAGE
) -> Page:
    """One page by keyset on the primary key; text is found by ix_contact_search (trigrams).

    Consent is looked up in ix_consent_standing, suppression in ix_contact_address_key.
    """
    statement = select(
        Contact.id,
        Contact.address,
        Contact.first_name,
        Contact.last_name,
        Contact.created_at,
        Contact.paused_until,
        _suppression().label("is_suppressed"),
    ).where(_condition(session, wanted))
    if newer_than:
        statement = statement.where(Contact.id > newer_than).order_by(Contact.id)
    else:
        if older_than:
            statement = statement.where(Contact.id < older_than)
        statement = statement.order_by(Contact.id.desc())
    found = session.execute(statement.limit(size + 1)).all()
    has_more, rows = len(found) > size, list(found[:size])
    if newer_than:
        rows.reverse()
    consents = _consents(session, [row.id for row in rows])
    listed = [
        Listed(
            id=row.id,
            address=row.address or "",
            name=f"{row.first_name} {row.last_name}".strip(),
            created_at=row.created_at,
            paused_until=row.paused_until,
            consents=consents.get(row.id, {}),
            is_suppressed=row.is_suppressed,
        )
        for row in rows
    ]
    if newer_than:
        return Page(listed, has_newer=has_more, has_older=True)
    return Page(listed, has_newer=older_than > 0, has_older=has_more)


def count(session: Session, wanted: Wanted) -> int:
    """How many contacts are meant, counted no further than one above `COUNTED_UP_TO`."""
    some = select(Contact.id).where(_condition(session, wanted)).limit(COUNTED_UP_TO + 1)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _condition(session: Session, wanted: Wanted) -> ColumnElement[bool]:
    parts = [Contact.erased_at.is_(None), *_searched(wanted.text)]
    if wanted.topic is not None or wanted.state is not None:
        parts.append(_consent(wanted))
    if wanted.standing is Standing.SUPPRESSED:
        parts.append(_suppression())
    elif wanted.standing is Standing.PAUSED:
        parts.append(Contact.paused_until > clock.now(session))
    elif wanted.standing is Standing.FREE:
        parts.append(~_suppression())
        parts.append(func.coalesce(Contact.paused_until <= clock.now(session), True))
    if wanted.members is not None:
        parts.append(wanted.members)
    return and_(*parts)


def _searched(text: str) -> list[ColumnElement[bool]]:
    tidy = "".join(each if each.isprintable() else " " for each in text[:_LONGEST]).lower()
    return [Contact.search.contains(word, autoescape=True) for word in tidy.split()]


def _consent(wanted: Wanted) -> ColumnElement[bool]:
    parts = [Consent.contact_id == Contact.id]
    if wanted.topic is not None:
        parts.append(Consent.topic == wanted.topic)
    if wanted.state is not None and not wanted.never_asked:
        parts.append(Consent.state == wanted.state)
    found = exists(select(Consent.contact_id).where(*parts))
    return ~found if wanted.never_asked else found


def _suppression() -> ColumnElement[bool]:
    return exists(
        select(Suppression.id).where(
            Suppression.address_key == Contact.address_key, Suppression.lifted_at.is_(None)
        )
    )


def _consents(session: Session, ids: Iterable[int]) -> dict[int, dict[Topic, ConsentState]]:
    rows = session.execute(
        select(Consent.contact_id, Consent.topic, Consent.state).where(Consent.contact_id.in_(ids))
    )
    found: dict[int, dict[Topic, ConsentState]] = {}
    for row in rows:
        found.setdefault(row.contact_id, {})[row.topic] = row.state
    return found
