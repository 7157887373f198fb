"""The report's tables as CSV files: by link, day, region and segment, and one line for each person.

A cell that a spreadsheet would take for a formula gets an apostrophe in front.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select

from campaigns import clock
from campaigns.accounts import audit, permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.bookings.models import Booking, Conversion
from campaigns.contacts.facts import Fact
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryStatus, Reason
from campaigns.planning.models import Campaign
from campaigns.reporting import by_segment
from campaigns.reporting.exports import STATUS
from campaigns.reporting.reasons import REASONS
from campaigns.tracking import curves
from campaigns.tracking.models import Event, EventKind, MadeBy

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def links(session: Session, campaign: Campaign) -> str:
    """Every link with the people who followed it, and what machines did."""
    lines = curves.links(session, campaign.id)
    return _csv(
        ("link", "leads_to", "block", "people", "by_machines_only"),
        (
            (each.index, each.url or "booking page", each.block, each.people, each.machines)
            for each in lines
        ),
    )


def days(session: Session, campaign: Campaign) -> str:
    """Day by day on the clinic's calendar."""
    zone = accounts.organisation(session).zone
    lines = curves.by_day(session, campaign.id, zone=zone)
    return _csv(
        ("day", "accepted", "people_who_clicked", "opens_possible"),
        ((each.day.isoformat(), each.sent, each.clickers, each.openers) for each in lines),
    )


def regions(session: Session, campaign: Campaign) -> str:
    """Region by region; empty where a contact's region is not known."""
    lines = curves.by_region(session, campaign.id)
    return _csv(
        ("region", "accepted", "people_who_clicked"),
        ((each.region, each.sent, each.clickers) for each in lines),
    )


def by_segments(session: Session, campaign: Campaign, *, facts: Sequence[Fact]) -> str:
    """Segment by segment as they stand today; they overlap, so the lines do not add up."""
    found = by_segment.by_segment(session, campaign, facts=facts)
    return _csv(
        ("segment", "name", "accepted", "people_who_clicked", "booked", "revenue_cents"),
        (
            (each.title, each.name, each.accepted, each.clickers, each.booked, each.cents)
            for each in found.lines
        ),
    )


def people(session: Session, campaign: Campaign, *, actor: User) -> str:
    """One line for each person of the audience; addresses leave the house, so it is audited."""
    permissions.require(actor, Verb.SEE_CONTACTS)
    audit.record(
        session, actor=actor, verb="export people of a report", subject=f"campaign {campaign.name}"
    )
    zone = clock.zone(accounts.organisation(session).zone)
    header = (
        "address", "first_name", "last_name", "status", "reason", "accepted_at",
        "clicked", "open_possible", "unsubscribed", "booked",
    )  # fmt: skip
    return _csv(header, _people(session, campaign, zone))


def _people(session: Session, campaign: Campaign, zone: ZoneInfo) -> Iterator[Sequence[object]]:
    """Unique index on campaign; events and bookings by their indexes on the campaign."""
    by_person = Event.made_by == MadeBy.HUMAN
    hits = (
        select(
            Event.delivery_id,
            func.bool_or(and_(Event.kind == EventKind.CLICKED, by_person)).label("clicked"),
            func.bool_or(and_(Event.kind == EventKind.OPENED, by_person)).label("opened"),
            func.bool_or(Event.kind == EventKind.UNSUBSCRIBED).label("unsubscribed"),
        )
        .where(Event.campaign_id == campaign.id)
        .group_by(Event.delivery_id)
        .subquery()
    )
    booked = (
        select(Booking.contact_id)
        .distinct()
        .join(Conversion, Conversion.booking_id == Booking.id)
        .where(Conversion.campaign_id == campaign.id, Conversion.reversed_at.is_(None))
        .subquery()
    )
    rows = session.execute(
        select(
            Contact.address,
            Contact.first_name,
            Contact.last_name,
            Delivery.status,
            Delivery.reason,
            Delivery.sent_at,
            func.coalesce(hits.c.clicked, False).label("clicked"),
            func.coalesce(hits.c.opened, False).label("opened"),
            func.coalesce(hits.c.unsubscribed, False).label("unsubscribed"),
            booked.c.contact_id.label("booked"),
        )
        .select_from(Delivery)
        .join(Contact, Contact.id == Delivery.contact_id)
        .outerjoin(hits, hits.c.delivery_id == Delivery.id)
        .outerjoin(booked, booked.c.contact_id == Contact.id)
        .where(Delivery.campaign_id == campaign.id)
        .order_by(Delivery.id)
    )
    for row in rows:
        yield (
            row.address or "(erased)",
            row.first_name,
            row.last_name,
            STATUS[DeliveryStatus(row.status)],
            "" if row.reason is Reason.NONE else REASONS[row.reason],
            row.sent_at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
            if row.sent_at
            else "",
            _yes(row.clicked),
            _yes(row.opened),
            _yes(row.unsubscribed),
            _yes(row.booked is not None),
        )


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_cell(each) for each in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
