"""The message as a reader would see it now: wide or narrow, light or dark, as text, as whom."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from campaigns import registry
from campaigns.accounts import permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.compliance import approval, mending
from campaigns.compliance.findings import Finding
from campaigns.compliance.menders import Mend
from campaigns.contacts import listing
from campaigns.contacts import queries as contacts
from campaigns.contacts.listing import Listed, Wanted
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.errors import Invalid, NotFound
from campaigns.planning import examples, queries
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion
from campaigns.rendering import looks
from campaigns.rendering.preview import SAMPLE_NAME, preview
from campaigns.web import desk
from campaigns.web.dependencies import InTransaction
from campaigns.web.security import FRAMED_POLICY
from campaigns.web.staff import SignedIn

router = APIRouter(prefix="/desk/campaigns/{name}/content")

FOUND_AT_MOST = 8
_SHORTEST = 2

_POLICY = FRAMED_POLICY.replace("sandbox ", "sandbox allow-same-origin ")
"""The page may ask how far its frame is scrolled; a message runs no script to ask back with."""
_HEADERS = {"Content-Security-Policy": _POLICY, "X-Frame-Options": "SAMEORIGIN"}


Width = Literal["600", "375"]
Look = Literal["light", "dark", "text"]


@dataclass(frozen=True, slots=True)
class Seen:
    """How the message is looked at."""

    width: Width = "600"
    look: Look = "light"
    person: str = "sample"
    """`sample`, `nameless`, or the number of a contact."""
    find: str = ""
    """A name or an address to look for."""


def _seen(
    width: Width = "600", look: Look = "light", person: str = "sample", find: str = ""
) -> Seen:
    return Seen(width, look, person, find)


Looked = Annotated[Seen, Depends(_seen)]
"""How the address says the message is looked at."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the message is shown to."""

    label: str
    first_name: str
    contact: Contact | None = None


@router.get("/preview")
def show(
    session: InTransaction,
    user: SignedIn,
    name: str,
    seen: Looked,
    revision: int | None = None,
) -> Response:
    """The message alone, shut in, for a frame within the page."""
    campaign = queries.named(session, name)
    version = (
        queries.newest_version(session, campaign)
        if revision is None
        else queries.version_at(session, campaign, revision)
    )
    try:
        example = _to_sign_on(session, campaign, version, user, seen.person)
        reader = example or reader_of(session, user, seen.person)
        return _message(session, version, reader, seen)
    except Invalid as error:
        html = desk.bare(
            "desk/campaigns/content/unready.html",
            organisation=None,
            look=seen.look,
            sentence=str(error),
        )
        return HTMLResponse(html, headers=_HEADERS)


def _to_sign_on(
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
    return next((Reader("a reader", each.first_name, each) for each in found), None)


def _message(session: Session, version: CampaignVersion, reader: Reader, seen: Seen) -> Response:
    message = preview(
        session, version, reader.contact, first_name=reader.first_name, facts=registry.FACTS
    )
    if seen.look == "text":
        return PlainTextResponse(message.text, headers=_HEADERS)
    html = looks.in_scheme(looks.at_home(message.html), dark=seen.look == "dark")
    return HTMLResponse(html, headers=_HEADERS)


def reader_of(session: Session, user: User, person: str) -> Reader:
    """Whom this names; raises NotAllowed for a contact whom this person may not see."""
    if person.isdecimal() and len(person) < 18:
        permissions.require(user, Verb.SEE_CONTACTS)
        contact = contacts.by_id(session, int(person))
        said = f"{contact.first_name} {contact.last_name}".strip() or "someone without a name"
        return Reader(said, contact.first_name, contact)
    if person == "nameless":
        return Reader("someone without a name", "")
    return Reader(f"{SAMPLE_NAME}, an invented reader", SAMPLE_NAME)


@router.get("/readers")
def find(
    request: Request, session: InTransaction, user: SignedIn, name: str, find: str = ""
) -> Response:
    """Contacts of this name, to read the message as."""
    queries.named(session, name)
    return desk.part(
        request,
        session,
        user,
        "desk/campaigns/content/_readers.html",
        found=found(session, user, find),
        find=find,
    )


def found(session: Session, user: User, text: str) -> list[Listed]:
    """The newest contacts whose name or address has these words; none for who may not see any."""
    if len(text.strip()) < _SHORTEST or not permissions.may(user, Verb.SEE_CONTACTS):
        return []
    return list(listing.page(session, Wanted(text=text), size=FOUND_AT_MOST).rows)


@router.get("/findings")
def findings(request: Request, session: InTransaction, user: SignedIn, name: str) -> Response:
    """What the checks would say of the content as it stands, to be put beside its blocks."""
    campaign = queries.named(session, name)
    found, refusal = check(session, campaign)
    may_mend = campaign.status is CampaignStatus.DRAFT and permissions.may(
        user, Verb.EDIT_CAMPAIGNS
    )
    return desk.part(
        request,
        session,
        user,
        "desk/campaigns/content/_findings.html",
        found=found,
        mends=_mends(session, campaign, found) if may_mend and found else {},
        refusal=refusal,
        base=f"/desk/campaigns/{campaign.name}",
        revision=campaign.revision,
    )


def _mends(
    session: Session, campaign: Campaign, found: list[Finding]
) -> dict[tuple[str, str], Mend]:
    """What can be mended by itself, by rule and place."""
    draft = mending.read(session, campaign, queries.newest_version(session, campaign))
    offered = {
        (each.rule, each.place): mending.offered(draft, rule=each.rule, place=each.place)
        for each in found
    }
    return {key: mend for key, mend in offered.items() if mend is not None}


def check(session: Session, campaign: Campaign) -> tuple[list[Finding], str]:
    """Every finding, and why it could not be looked for where it could not."""
    try:
        return (
            approval.check(session, campaign, rules=registry.RULES, facts=registry.FACTS),
            "",
        )
    except Invalid as error:
        return [], str(error)


def values(session: Session, campaign: Campaign, user: User, seen: Seen) -> dict[str, Any]:
    """What the pane beside the blocks shows."""
    try:
        reader = reader_of(session, user, seen.person)
    except NotFound:
        seen = replace(seen, person="sample")
        reader = reader_of(session, user, seen.person)
    return {
        "seen": seen,
        "reader": reader,
        "found": found(session, user, seen.find),
        "preview_path": f"/desk/campaigns/{campaign.name}/content/preview",
    }
