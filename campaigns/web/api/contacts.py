"""Contacts come in one at a time, each with the proof of what they agreed to."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from campaigns.contacts import enrolling
from campaigns.contacts.enrolling import Outcome
from campaigns.contacts.models import Topic
from campaigns.contacts.taking import Proof
from campaigns.web.api.access import ByKey
from campaigns.web.dependencies import InTransaction

router = APIRouter(prefix="/api/v1")

_Word = Annotated[str, Field(max_length=100)]


class Enrolled(BaseModel):
    """One person, what they agreed to, and how that is known."""

    model_config = ConfigDict(extra="forbid")

    address: Annotated[str, Field(max_length=320)]
    topics: Annotated[list[Topic], Field(min_length=1)]
    source: Annotated[str, Field(min_length=1, max_length=200)]
    """Where they agreed, such as a page of the website."""
    words: Annotated[str, Field(min_length=1, max_length=2000)]
    """The words that were shown there."""
    given_at: AwareDatetime | None = None
    """When they agreed; now unless said."""
    is_confirmed: bool = False
    """Whether it is known that the address is theirs; else a letter asks them."""
    first_name: _Word = ""
    last_name: _Word = ""
    language: _Word = ""
    zone: _Word = ""
    region: _Word = ""


@router.post("/contacts", status_code=200)
def enrol(session: InTransaction, by: ByKey, given: Enrolled, response: Response) -> dict[str, Any]:
    """Add one person or complete what is known; what stands already is left as it is."""
    given_at: datetime | None = given.given_at
    contact, outcome = enrolling.enrol(
        session,
        actor=by,
        address=given.address,
        values=given.model_dump(include={"first_name", "last_name", "language", "zone", "region"}),
        proof=Proof(tuple(given.topics), given.source, given.words, given_at),
        is_confirmed=given.is_confirmed,
    )
    if outcome is Outcome.ADDED:
        response.status_code = 201
    return {"contact": contact.id, "outcome": outcome.value}
