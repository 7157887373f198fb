"""Whom a message is shown to: somebody invented, nobody known, the hard case, or a contact."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from campaigns import registry
from campaigns.accounts import permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.contacts import listing
from campaigns.contacts import queries as contacts
from campaigns.contacts.listing import Listed, Wanted
from campaigns.database import Session
from campaigns.planning import examples, queries
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.rendering import preview
from campaigns.rendering.preview import HARD, MARIA, NAMELESS
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk/campaigns/{name}/content")

FOUND_AT_MOST = 8
_SHORTEST = 2

Width = Literal["600", "375"]
Look = Literal["light", "dark", "text"]

INVENTED: Mapping[str, tuple[str, preview.Reader]] = {
    "sample": (f"{MARIA.first_name}, an invented reader", MARIA),
    "nameless": ("someone without a name", NAMELESS),
    "hard": (HARD.first_name, HARD),
}
"""Readers who are nobody's contact, by how an address names them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How the message is looked at."""

    width: Width = "600"
    look: Look = "light"
    person: str = "sample"
    """One of the invented readers, or the number of a contact."""
    find: str = ""
    """A name or an address to look for."""
    parts: str = ""
    """`chosen`: somebody invented is within the segments of `within`, else within all."""
    within: tuple[str, ...] = ()


def _seen(
    *,
    width: Width = "600",
    look: Look = "light",
    person: str = "sample",
    find: str = "",
    parts: str = "",
    within: Annotated[list[str] | None, Query()] = None,
) -> Seen:
    return Seen(width, look, person, find, parts, tuple(within or ()))


Looked = Annotated[Seen, Depends(_seen)]
"""How the address says the message is looked at."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the message is shown to, and how that is said."""

    label: str
    who: preview.Reader

    @property
    def number(self) -> int | None:
        """The number of a contact; None for somebody invented."""
        return self.who.contact.id if self.who.contact else None


def reader_of(session: Session, user: User, seen: Seen) -> Reader:
    """Whom this names; raises NotAllowed for a contact whom this person may not see."""
    if seen.person.isdecimal() and len(seen.person) < 18:
        permissions.require(user, Verb.SEE_CONTACTS)
        contact = contacts.by_id(session, int(seen.person))
        said = f"{contact.first_name} {contact.last_name}".strip() or "someone without a name"
        return Reader(said, preview.Reader.of(contact))
    label, who = INVENTED.get(seen.person, INVENTED["sample"])
    if seen.parts == "chosen":
        who = replace(who, within=frozenset(seen.within))
    return Reader(label, who)


def to_sign_on(
    session: Session, campaign: Campaign, version: CampaignVersion, user: User, person: str
) -> Reader | None:
    """One of the three whose messages whoever signs may read without seeing contacts."""
    if permissions.may(user, Verb.SEE_CONTACTS) or not permissions.may(user, Verb.APPROVE):
        return None
    three = examples.three(
        session,
        campaign,
        language=version.language,
        rules=registry.RULES,
        facts=registry.FACTS,
    )
    found = (each.contact for each in three if str(each.contact.id) == person)
    return next((Reader("a reader", preview.Reader.of(each)) for each in found), None)


@router.get("/readers")
def find(visit: Visit, name: str, find: str = "") -> Response:
    """Contacts of this name, to read the message as."""
    queries.named(visit.session, name)
    return visit.part(
        "desk/campaigns/content/_readers.html",
        found=found(visit.session, visit.user, find),
        find=find,
    )


def found(session: Session, user: User, text: str) -> list[Listed]:
    """The newest contacts whose name or address has these words; none for who may not see any."""
    if len(text.strip()) < _SHORTEST or not permissions.may(user, Verb.SEE_CONTACTS):
        return []
    return list(listing.page(session, Wanted(text=text), size=FOUND_AT_MOST).rows)
