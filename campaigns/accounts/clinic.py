"""Describe the clinic in the desk: who it is, where, and under which name it writes."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from campaigns.accounts import audit, permissions, queries
from campaigns.accounts.models import Location, Organisation, User
from campaigns.accounts.organisation import EmailAddress, Region, SenderName, Text, WebAddress, Zone
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import Conflict, NotFound

_SUBJECT = "organisation"
_HOME_REGIONS = ["US"]


def _on_one_line(value: object) -> object:
    return ", ".join(value.split("\n")) if isinstance(value, str) else value


def _whole(text: str) -> str:
    """A street, a registered box or a private mailbox, so that a letter would arrive (CAN-SPAM)."""
    tidy = re.sub(r"\s*,[\s,]*", ", ", text).strip(" ,")
    parts = [each for each in tidy.split(", ") if each]
    if len(parts) < 2 or len(tidy) < 12 or not re.search(r"\d", tidy):
        raise ValueError(
            "Write the whole address, with commas: street and number or a registered box, town, "
            "state and post code. The law wants it in every newsletter."
        )
    return tidy


def _dialled(text: str) -> str:
    if len(re.sub(r"\D", "", text)) < 7:
        raise ValueError("Enter a telephone number with its area code, such as +1 555 0100 000.")
    return text


PostalAddress = Annotated[Text, BeforeValidator(_on_one_line), AfterValidator(_whole)]
Phone = Annotated[Text, AfterValidator(_dialled)]


class Described(BaseModel):
    """Who the clinic is."""

    model_config = ConfigDict(extra="ignore")

    name: Text
    postal_address: PostalAddress
    phone: Phone
    zone: Zone
    reply_address: EmailAddress
    website: WebAddress = ""
    privacy_url: WebAddress = ""


class Sender(BaseModel):
    """Under which name and addresses it writes."""

    model_config = ConfigDict(extra="ignore")

    sender_name: SenderName
    sender_address: EmailAddress
    reply_address: EmailAddress


class Place(BaseModel):
    """Where visits take place."""

    model_config = ConfigDict(extra="ignore")

    name: Text
    zone: Zone
    postal_address: PostalAddress


class Reach(BaseModel):
    """Where its newsletters may go."""

    model_config = ConfigDict(extra="ignore")

    regions: Annotated[list[Region], Field(min_length=1)]


def describe(session: Session, described: Described, *, actor: User) -> Organisation:
    """Set the clinic up, with one place of its own, or change who it is."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    clinic = session.get(Organisation, 1)
    if clinic is not None:
        return _change(session, actor, "change organisation", described.model_dump())
    clinic = Organisation(
        id=1,
        **described.model_dump(),
        sender_name=described.name,
        sender_address=described.reply_address,
        brand={},
        regions=_HOME_REGIONS,
        four_eyes=True,
    )
    session.add(clinic)
    if not queries.locations(session):
        home = described.model_dump(include={"name", "zone", "postal_address"})
        session.add(Location(**home))
    session.flush()
    audit.record(
        session,
        actor=actor,
        verb="set up organisation",
        subject=_SUBJECT,
        after=described.model_dump(),
    )
    return clinic


def write_as(session: Session, sender: Sender, *, actor: User) -> Organisation:
    """Write under this name and these addresses from now on."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    return _change(session, actor, "change sender", sender.model_dump())


def write_to(session: Session, reach: Reach, *, actor: User) -> Organisation:
    """Let newsletters go to these regions only."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    regions = sorted(set(reach.regions))
    return _change(session, actor, "change regions", {"regions": regions})


def ask_two(session: Session, *, actor: User, four_eyes: bool) -> Organisation:
    """Whether a second person must approve what one wrote."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    return _change(session, actor, "change four-eyes approval", {"four_eyes": four_eyes})


def save_place(
    session: Session, place: Place, *, actor: User, location_id: int | None = None
) -> Location:
    """Add a place, or change this one; raises Conflict where another has its name."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    others = {each.name: each.id for each in queries.locations(session)}
    if others.get(place.name, location_id) != location_id:
        raise Conflict(f"There is a place called {place.name} already.")
    known = session.get(Location, location_id) if location_id is not None else Location()
    if known is None:
        raise NotFound("There is no such place.")
    values = place.model_dump()
    before = {name: getattr(known, name) for name in values} if location_id is not None else {}
    for name, value in values.items():
        setattr(known, name, value)
    session.add(known)
    session.flush()
    subject = f"location {known.name}"
    _record(session, actor, "save location", subject, before=before, after=values)
    return known


def _change(session: Session, actor: User, verb: str, values: dict[str, Any]) -> Organisation:
    """Set these fields, and keep what really changed; nothing is noted where nothing did."""
    clinic = queries.organisation(session)
    before = {name: getattr(clinic, name) for name in values}
    for name, value in values.items():
        setattr(clinic, name, value)
    session.flush()
    _record(session, actor, verb, _SUBJECT, before=before, after=values)
    return clinic


def _record(
    session: Session,
    actor: User,
    verb: str,
    subject: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    if not changed:
        return
    audit.record(
        session,
        actor=actor,
        verb=verb,
        subject=subject,
        before={name: before[name] for name in changed if name in before},
        after=changed,
    )
