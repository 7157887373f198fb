"""Things to test with, complete by default; each takes what a test cares about by keyword."""

from datetime import timedelta
from itertools import count
from typing import Any

from campaigns import addresses, clock
from campaigns.accounts.models import Location, Organisation, Role, User
from campaigns.contacts import consent, importing
from campaigns.contacts.models import Contact, Segment, Topic
from campaigns.database import Session
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion

_numbers = count(1)


def make_organisation(session: Session, **values: Any) -> Organisation:
    """The clinic, with one location of the same zone; made once."""
    known = session.get(Organisation, 1)
    if known is not None:
        for name, value in values.items():
            setattr(known, name, value)
        session.flush()
        return known
    defaults: dict[str, Any] = {
        "id": 1,
        "name": "Sample Clinic",
        "sender_name": "Sample Clinic",
        "sender_address": "news@clinic.example.com",
        "reply_address": "desk@clinic.example.com",
        "phone": "+1 555 0100",
        "postal_address": "100 Example Plaza, Suite 200, Allen, TX 75000 (demo)",
        "zone": "America/Chicago",
        "website": "https://clinic.example.com",
        "privacy_url": "https://clinic.example.com/privacy",
        "brand": {},
        "regions": ["US"],
    }
    clinic = Organisation(**(defaults | values))
    session.add(clinic)
    session.add(Location(name="Allen", zone=clinic.zone, postal_address=clinic.postal_address))
    session.flush()
    return clinic


def make_user(session: Session, *roles: Role, **values: Any) -> User:
    """A person who works here; an owner unless roles are given."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "address": f"user{number}@clinic.example.com",
        "name": f"User {number}",
        "roles": [role.value for role in roles or (Role.OWNER,)],
        "created_at": clock.now(session),
    }
    user = User(**(defaults | values))
    session.add(user)
    session.flush()
    return user


def make_contact(
    session: Session, address: str = "", *, topics: tuple[Topic, ...] = tuple(Topic), **values: Any
) -> Contact:
    """A contact who agreed to these topics (all of them unless said otherwise)."""
    contact = importing.add(
        session, addresses.parse(address or f"reader{next(_numbers)}@example.com")
    )
    for name, value in ({"first_name": "Ada", "region": "US-TX"} | values).items():
        setattr(contact, name, value)
    for topic in topics:
        consent.give(session, contact, topic=topic, source="test form", words="Yes, write to me.")
    session.flush()
    return contact


def make_segment(session: Session, *, rule: dict[str, Any] | None = None) -> Segment:
    """A segment, everyone unless a rule is given."""
    number = next(_numbers)
    segment = Segment(
        name=f"segment-{number}",
        title=f"Segment {number}",
        rule=rule or {"everyone": True},
        updated_at=clock.now(session),
    )
    session.add(segment)
    session.flush()
    return segment


def make_campaign(session: Session, **values: Any) -> Campaign:
    """A draft campaign with an author and a segment; any status may be given."""
    defaults: dict[str, Any] = {
        "name": f"campaign-{next(_numbers)}",
        "topic": Topic.EDUCATION,
        "status": CampaignStatus.DRAFT,
        "created_at": clock.now(session),
    }
    values = defaults | values
    values.setdefault("segment_id", None)
    values["segment_id"] = values["segment_id"] or make_segment(session).id
    if "author_id" not in values:
        values["author_id"] = make_user(session, Role.COORDINATOR).id
    campaign = Campaign(**values)
    session.add(campaign)
    session.flush()
    return campaign


def make_version(session: Session, campaign: Campaign, **values: Any) -> CampaignVersion:
    """The campaign's content at its revision: a header, a short article and a footer."""
    defaults: dict[str, Any] = {
        "campaign_id": campaign.id,
        "revision": campaign.revision,
        "subject": "News from the clinic",
        "preheader": "What a visit looks like",
        "blocks": [
            {"id": "header", "type": "header"},
            {"id": "greeting", "type": "greeting", "fallback": "there"},
            {
                "id": "visit",
                "type": "article",
                "heading": "What a visit looks like",
                "text": "<p>First comes a consultation with a clinician.</p>",
            },
            {"id": "footer", "type": "footer"},
        ],
        "created_at": clock.now(session),
        "created_by": campaign.author_id,
    }
    version = CampaignVersion(**(defaults | values))
    session.add(version)
    session.flush()
    return version


def days(number: float) -> timedelta:
    """So many days, for readable arithmetic in tests."""
    return timedelta(days=number)


def move_clock(session: Session, *, by: timedelta) -> None:
    """Shift the time of every process that shares this database."""
    row = session.get(clock.Clock, True) or clock.Clock(only=True, stopped_at=None)
    row.shift = (row.shift or timedelta(0)) + by
    session.add(row)
    session.flush()
