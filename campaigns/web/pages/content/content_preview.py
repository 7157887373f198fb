"""The message as a reader would see it now: wide or narrow, light or dark, as text, as whom."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from campaigns import registry
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.database import Session
from campaigns.errors import Invalid, NotFound
from campaigns.planning import catalogue, editing, queries
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.rendering import looks, preview
from campaigns.rendering.message import CLIPPED_AT, MOST_BYTES, WARN_BYTES
from campaigns.web import desk
from campaigns.web.pages.content import content_readers
from campaigns.web.pages.content.content_readers import Looked, Reader, Seen
from campaigns.web.security import FRAMED_POLICY
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk/campaigns/{name}/content")

_POLICY = FRAMED_POLICY.replace("sandbox ", "sandbox allow-same-origin ")
"""The page may ask how far its frame is scrolled; a message runs no script to ask back with."""
_HEADERS = {"Content-Security-Policy": _POLICY, "X-Frame-Options": "SAMEORIGIN"}


@dataclass(frozen=True, slots=True)
class Size:
    """How large the HTML part is, against the size at which Gmail clips it."""

    bytes: int
    most: int = CLIPPED_AT
    high: int = WARN_BYTES

    @property
    def tone(self) -> str:
        """`good`, `warn` where it is near, `bad` where it stops the message."""
        if self.bytes > MOST_BYTES:
            return "bad"
        return "warn" if self.bytes > WARN_BYTES else "good"

    @property
    def said(self) -> str:
        """The size in a sentence."""
        size = f"{max(1, round(self.bytes / 1000))} KB of {self.most // 1000} KB"
        return {
            "good": f"{size}: Gmail shows all of it.",
            "warn": f"{size}: near to where Gmail cuts it off. Shorten it.",
            "bad": f"{size}: Gmail cuts off its end, and with it the footer. It cannot go out.",
        }[self.tone]


@dataclass(frozen=True, slots=True)
class PartFor:
    """A part that only readers of a segment get, and whether this reader does."""

    segment: str
    blocks: tuple[str, ...]
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to say of the message beside its picture."""

    sender: str
    subject: str
    preheader: str
    size: Size
    parts: tuple[PartFor, ...]


@router.get("/preview")
def show(visit: Visit, name: str, seen: Looked, revision: int | None = None) -> Response:
    """The message alone, shut in, for a frame within the page."""
    session, user = visit.session, visit.user
    campaign = queries.named(session, name)
    version = (
        queries.newest_version(session, campaign)
        if revision is None
        else queries.version_at(session, campaign, revision)
    )
    try:
        example = content_readers.to_sign_on(session, campaign, version, user, seen.person)
        reader = example or content_readers.reader_of(session, user, seen)
        return _message(session, version, reader, seen)
    except Invalid as error:
        html = desk.bare(
            "desk/campaigns/content/unready.html",
            organisation=None,
            look=seen.look,
            sentence=str(error),
        )
        return HTMLResponse(html, headers=_HEADERS)


def _message(session: Session, version: CampaignVersion, reader: Reader, seen: Seen) -> Response:
    message = preview.look(session, version, reader.who, facts=registry.FACTS).message
    if seen.look == "text":
        return PlainTextResponse(message.text, headers=_HEADERS)
    html = looks.in_scheme(looks.at_home(message.html), dark=seen.look == "dark")
    return HTMLResponse(html, headers=_HEADERS)


@router.get("/preview/facts")
def facts(visit: Visit, name: str, seen: Looked) -> Response:
    """The line in the inbox, the size, and the parts that not every reader gets."""
    campaign = queries.named(visit.session, name)
    return visit.part(
        "desk/campaigns/content/_facts.html", **values(visit.session, campaign, visit.user, seen)
    )


def facts_of(session: Session, version: CampaignVersion, reader: Reader) -> Facts | None:
    """What there is to say of a message; None where it cannot be put together."""
    try:
        look = preview.look(session, version, reader.who, facts=registry.FACTS)
    except Invalid:
        return None
    return Facts(
        sender=accounts.organisation(session).sender_name,
        subject=look.message.subject,
        preheader=look.preheader,
        size=Size(look.message.html_bytes),
        parts=tuple(
            PartFor(each, _blocks_for(version, each), each in look.within) for each in look.asked
        ),
    )


def _blocks_for(version: CampaignVersion, segment: str) -> tuple[str, ...]:
    blocks = editing.blocks_of(version)
    return tuple(catalogue.title(each) for each in blocks if each.get("visibility") == segment)


def values(session: Session, campaign: Campaign, user: User, seen: Seen) -> dict[str, Any]:
    """What the pane beside the blocks shows."""
    try:
        reader = content_readers.reader_of(session, user, seen)
    except NotFound:
        seen = replace(seen, person="sample")
        reader = content_readers.reader_of(session, user, seen)
    return {
        "seen": seen,
        "reader": reader,
        "invented": content_readers.INVENTED,
        "found": content_readers.found(session, user, seen.find),
        "facts": facts_of(session, queries.newest_version(session, campaign), reader),
        "preview_path": f"/desk/campaigns/{campaign.name}/content/preview",
    }
