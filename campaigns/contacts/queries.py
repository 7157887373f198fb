"""What other rooms and pages ask about contacts."""

from sqlalchemy import func, select

from campaigns import addresses
from campaigns.contacts.models import ConsentEvent, Contact, Segment
from campaigns.database import Session
from campaigns.errors import NotFound


def by_address(session: Session, address: str) -> Contact:
    """The contact of this address (unique index); raises NotFound."""
    found = find(session, addresses.parse(address).canonical)
    if found is None:
        raise NotFound(f"There is no contact {address}.")
    return found


def find(session: Session, canonical: str) -> Contact | None:
    """The contact of this canonical address, where there is one (unique index)."""
    return session.scalar(select(Contact).where(Contact.canonical_address == canonical))


def by_id(session: Session, contact_id: int) -> Contact:
    """The contact of this id (primary key); raises NotFound."""
    found = session.get(Contact, contact_id)
    if found is None:
        raise NotFound("There is no such contact.")
    return found


def history(session: Session, contact: Contact) -> list[ConsentEvent]:
    """Every change of this contact's consents, oldest first (index on contact)."""
    return list(
        session.scalars(
            select(ConsentEvent)
            .where(ConsentEvent.contact_id == contact.id)
            .order_by(ConsentEvent.id)
        )
    )


def segment(session: Session, segment_id: int) -> Segment:
    """The segment of this id (primary key)."""
    return session.get_one(Segment, segment_id)


def segments(session: Session) -> list[Segment]:
    """All segments by name (a few rows)."""
    return list(session.scalars(select(Segment).order_by(Segment.name)))


def how_many(session: Session) -> int:
    """How many contacts there are that were not erased."""
    return session.scalar(select(func.count(Contact.id)).where(Contact.erased_at.is_(None))) or 0
