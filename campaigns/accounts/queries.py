"""What other rooms ask about the clinic and its people."""

from datetime import datetime

from sqlalchemy import func, select

from campaigns import addresses
from campaigns.accounts.models import AuditEntry, Location, Organisation, StaffSession, User
from campaigns.database import Session, remembered
from campaigns.errors import NotFound, NotSetUp


def organisation(session: Session) -> Organisation:
    """The clinic (primary key); raises NotSetUp before it was set up."""
    found = remembered(session, "organisation", lambda: session.get(Organisation, 1))
    if found is None:
        raise NotSetUp("The clinic is not set up yet.", what="clinic")
    return found


def locations(session: Session) -> list[Location]:
    """Where visits take place, by name (a handful of rows)."""
    return list(session.scalars(select(Location).order_by(Location.name)))


def user(session: Session, address: str) -> User:
    """The person of this address (unique index); raises NotFound."""
    found = at(session, addresses.parse(address).canonical)
    if found is None:
        raise NotFound(f"There is no user {address}.", what="user")
    return found


def at(session: Session, canonical: str) -> User | None:
    """Whoever has this address, if anyone (unique index)."""
    return session.scalar(select(User).where(User.address == canonical))


def has_users(session: Session) -> bool:
    """Whether anyone works here yet."""
    return session.scalar(select(User.id).limit(1)) is not None


def people(session: Session) -> list[User]:
    """Everyone who works here or did, by name (a handful of rows)."""
    return list(session.scalars(select(User).order_by(User.name, User.id)))


def by_id(session: Session, user_id: int) -> User:
    """The person of this number (primary key); raises NotFound."""
    found = session.get(User, user_id)
    if found is None:
        raise NotFound("There is no such person.")
    return found


def last_seen(session: Session) -> dict[int, datetime]:
    """When each person who is signed in somewhere was last seen (a handful of rows)."""
    query = select(StaffSession.user_id, func.max(StaffSession.seen_at).label("seen_at"))
    found = session.execute(query.group_by(StaffSession.user_id))
    return {row.user_id: row.seen_at for row in found}


def was_done(session: Session, *, verb: str, subject: str) -> bool:
    """Whether the audit trail knows of this deed (index on subject)."""
    known = select(AuditEntry.id).where(AuditEntry.subject == subject, AuditEntry.verb == verb)
    return session.scalar(known.limit(1)) is not None
