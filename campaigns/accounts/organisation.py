"""Set the clinic up from a file: one organisation, its locations."""

from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from campaigns import addresses, clock
from campaigns.accounts import audit, permissions, queries
from campaigns.accounts.models import Location, Organisation, User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import BadFile, Invalid, NotAllowed


def _address(text: str) -> str:
    try:
        return addresses.parse(text).given
    except Invalid as error:
        raise ValueError(str(error)) from error


def _one_line(value: str) -> str:
    if value and not value.isprintable():
        raise ValueError("must be one line without control characters")
    return value


def _as_it_reads(name: str) -> str:
    if "=?" in name or "?=" in name:
        raise ValueError(
            "must read as it stands: a mail program would decode what is between =? ?="
        )
    return name


def _zone(name: str) -> str:
    try:
        return clock.zone(name).key
    except Invalid as error:
        raise ValueError(str(error)) from error


Line = Annotated[str, AfterValidator(_one_line), Field(max_length=300)]
Text = Annotated[Line, Field(min_length=1)]
SenderName = Annotated[Text, AfterValidator(_as_it_reads)]
WebAddress = Annotated[Line, Field(pattern=r"^(https?://\S+)?$")]
EmailAddress = Annotated[str, AfterValidator(_address)]
Zone = Annotated[str, AfterValidator(_zone)]
Region = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]


class LocationFile(BaseModel):
    """A place as a file gives it."""

    model_config = ConfigDict(extra="forbid")

    name: Text
    zone: Zone
    postal_address: Text


class OrganisationFile(BaseModel):
    """The clinic as a file gives it."""

    model_config = ConfigDict(extra="forbid")

    name: Text
    sender_name: SenderName
    sender_address: EmailAddress
    reply_address: EmailAddress
    phone: Text
    postal_address: Line = Field("", description="street, USPS box or private mailbox (CAN-SPAM)")
    zone: Zone
    website: WebAddress = ""
    privacy_url: WebAddress = ""
    brand: dict[str, Any] = Field(default_factory=dict)
    regions: list[Region] = Field(default_factory=list)
    four_eyes: bool = True
    locations: list[LocationFile] = Field(min_length=1)


def import_yaml(session: Session, text: str, *, actor: User | None) -> Organisation:
    """Set up or change the clinic; without an actor only while nobody works here yet."""
    if actor is not None:
        permissions.require(actor, Verb.MANAGE_PEOPLE)
    elif queries.has_users(session):
        raise NotAllowed("Say who acts: the clinic is set up already, an owner may change it.")
    file = _read(text)
    clinic = session.get(Organisation, 1) or Organisation(id=1)
    before = {name: getattr(clinic, name, None) for name in OrganisationFile.model_fields}
    values = file.model_dump(exclude={"locations"})
    values["brand"] = (clinic.brand or {}) | file.brand
    for name, value in values.items():
        setattr(clinic, name, value)
    session.add(clinic)
    _save_locations(session, file.locations)
    session.flush()
    if actor is not None:
        before.pop("locations", None)
        audit.record(
            session,
            actor=actor,
            verb="change organisation",
            subject="organisation",
            before={name: old for name, old in before.items() if old != values[name]},
            after={name: new for name, new in values.items() if before[name] != new},
        )
    return clinic


def _read(text: str) -> OrganisationFile:
    try:
        document: Any = yaml.safe_load(text)
        return OrganisationFile.model_validate(document)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadFile("this is not YAML", line=mark.line + 1 if mark else None) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(each) for each in first["loc"]) or "the file"
        raise BadFile(f"{place}: {first['msg'].removeprefix('Value error, ')}") from error


def _save_locations(session: Session, files: list[LocationFile]) -> None:
    for file in files:
        place = session.scalar(select(Location).where(Location.name == file.name))
        if place is None:
            place = Location(name=file.name)
            session.add(place)
        place.zone, place.postal_address = file.zone, file.postal_address
