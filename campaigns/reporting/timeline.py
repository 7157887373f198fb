"""Everything that happened between the clinic and one person, newest first, in pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)

from campaigns.accounts.models import AuditEntry
from campaigns.bookings.models import Booking
from campaigns.contacts import care
from campaigns.contacts.models import ConsentEvent, Contact, Suppression
from campaigns.database import Session
from campaigns.delivery.models import Delivery
from campaigns.errors import Invalid
from campaigns.notices import Notice
from campaigns.planning.models import Campaign
from campaigns.promotions.models import Package, Slot
from campaigns.rendering.models import CampaignLink
from campaigns.reporting import telling
from campaigns.reporting.telling import Happening
from campaigns.tracking.models import Event, EventKind, MadeBy

PAGE = 25

_DEEDS = ("add contact", "correct contact", "pause contact", "end pause of contact")
"""What the audit trail adds to what the other tables tell."""

_Part = Select[Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Some happenings, and the place after which older ones come (empty: there are none)."""

    happenings: Sequence[Happening]
    older: str


def page(session: Session, contact: Contact, *, after: str = "", size: int = PAGE) -> Page:
    """One page of a contact's timeline: one query over the indexes on contact of each table."""
    whole = union_all(*_parts(contact)).subquery("happened")
    place = tuple_(whole.c.at, whole.c.kind, whole.c.id)
    statement = select(whole).order_by(whole.c.at.desc(), whole.c.kind.desc(), whole.c.id.desc())
    if after:
        statement = statement.where(place < tuple_(*_place(after)))
    rows = session.execute(statement.limit(size + 1)).all()
    shown = rows[:size]
    older = _mark(shown[-1]) if len(rows) > size else ""
    return Page([telling.told(row) for row in shown], older)


def _parts(contact: Contact) -> list[_Part]:
    mine = Contact.id == contact.id
    return [
        _part("joined", Contact.created_at, Contact.id).where(mine),
        _consents(contact),
        _messages(contact),
        _reactions(contact),
        *_bookings(contact),
        _letters(contact),
        *_suppressions(contact),
        _deeds(contact),
    ]


def _part(kind: str, at: Any, number: Any, *said: Any) -> _Part:
    texts = [*said, *([null()] * (4 - len(said)))]
    columns = [cast(each, String).label(name) for each, name in zip(texts, "abcd", strict=True)]
    return select(at.label("at"), literal(kind).label("kind"), number.label("id"), *columns)


def _consents(contact: Contact) -> _Part:
    each = ConsentEvent
    part = _part("consent", each.at, each.id, each.topic, each.state, each.source, each.words)
    return part.where(each.contact_id == contact.id)


def _messages(contact: Contact) -> _Part:
    at = func.coalesce(Delivery.sent_at, Delivery.settled_at, Delivery.next_at)
    part = _part(
        "message", at, Delivery.id, Campaign.title, Delivery.status, Delivery.reason, Campaign.name
    )
    return part.join(Campaign, Campaign.id == Delivery.campaign_id).where(
        Delivery.contact_id == contact.id
    )


def _reactions(contact: Contact) -> _Part:
    link = (Event.campaign_id == CampaignLink.campaign_id) & (
        Event.link_index == CampaignLink.index
    )
    part = _part(
        "event",
        Event.occurred_at,
        Event.id,
        Event.kind,
        Campaign.title,
        CampaignLink.url,
        Campaign.name,
    )
    return (
        part.select_from(Delivery)
        .join(Event, Event.delivery_id == Delivery.id)
        .join(Campaign, Campaign.id == Event.campaign_id)
        .outerjoin(CampaignLink, link)
        .where(
            Delivery.contact_id == contact.id,
            Event.made_by == MadeBy.HUMAN,
            Event.kind != EventKind.VISITED,
        )
    )


def _bookings(contact: Contact) -> list[_Part]:
    begins = cast(Slot.starts_at, String)
    moments: dict[str, Any] = {
        "booking": Booking.created_at,
        "booking_confirmed": Booking.confirmed_at,
        "booking_ended": Booking.ended_at,
    }
    return [
        _part(kind, at, Booking.id, Package.name, Booking.status, Booking.reference, begins)
        .join(Package, Package.id == Booking.package_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.contact_id == contact.id, at.is_not(None))
        for kind, at in moments.items()
    ]


def _letters(contact: Contact) -> _Part:
    at = func.coalesce(Notice.sent_at, Notice.created_at)
    part = _part("letter", at, Notice.id, Notice.kind, Notice.status, Notice.error)
    return part.where(Notice.canonical_address == contact.canonical_address)


def _suppressions(contact: Contact) -> list[_Part]:
    each = Suppression
    moments: dict[str, Any] = {"suppressed": each.at, "lifted": each.lifted_at}
    return [
        _part(kind, at, each.id, each.reason, each.scope, each.detail).where(
            each.address_key == contact.address_key, at.is_not(None)
        )
        for kind, at in moments.items()
    ]


def _deeds(contact: Contact) -> _Part:
    each = AuditEntry
    part = _part("deed", each.at, each.id, each.verb, each.actor)
    return part.where(each.subject == care.subject(contact.id), each.verb.in_(_DEEDS))


def _mark(row: Row[Any]) -> str:
    return f"{row.at.isoformat()}~{row.kind}~{row.id}"


def _place(mark: str) -> tuple[datetime, str, int]:
    try:
        at, kind, number = mark.split("~")
        return datetime.fromisoformat(at), kind, int(number)
    except ValueError as error:
        raise Invalid(
            "This page of the timeline is not there. Go back to its beginning."
        ) from error
