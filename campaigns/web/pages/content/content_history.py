"""The history of a campaign's content: who changed what and when, looked at and restored."""

from fastapi import APIRouter, Request, Response

from campaigns.database import Session
from campaigns.errors import BedsideError
from campaigns.planning import catalogue, editing, history, queries
from campaigns.planning.history import Entry
from campaigns.planning.models import Campaign
from campaigns.web import desk
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Posted
from campaigns.web.pages.campaigns.campaign_frame import frame
from campaigns.web.pages.content import content_page
from campaigns.web.pages.content.content_page import AtContent, Shown, answer
from campaigns.web.pages.content.content_readers import Seen, reader_of
from campaigns.web.pages.content.content_words import words_of
from campaigns.web.staff import SignedIn

router = APIRouter(prefix="/desk/campaigns/{name}/content/history")

PAGE = 30


@router.get("")
def show(
    request: Request, session: InTransaction, user: SignedIn, name: str, below: int | None = None
) -> Response:
    """Every version, newest first."""
    campaign = queries.named(session, name)
    entries = history.entries(session, campaign, below=below, most=PAGE)
    older = entries[-1].revision if len(entries) == PAGE and entries[-1].revision > 1 else None
    return desk.page(
        request,
        session,
        user,
        "desk/campaigns/content/history.html",
        frame=frame(session, campaign, user, step="content"),
        entries=entries,
        newest=campaign.revision,
        older=older,
        is_first_page=below is None,
        base=_base(campaign),
    )


@router.get("/{revision}")
def look(
    request: Request, session: InTransaction, user: SignedIn, name: str, revision: int
) -> Response:
    """One version: what it changed, and the message as it was."""
    campaign = queries.named(session, name)
    version = queries.version_at(session, campaign, revision)
    framed = frame(session, campaign, user, step="content")
    return desk.page(
        request,
        session,
        user,
        "desk/campaigns/content/version.html",
        frame=framed,
        entry=_entry(session, campaign, revision),
        version=version,
        newest=campaign.revision,
        stamp=editing.stamp(queries.newest_version(session, campaign)),
        can_restore=framed.is_editable and not framed.voids_approval,
        base=_base(campaign),
        preview_path=f"{_base(campaign)}/preview",
        seen=Seen(),
        reader=reader_of(session, user, Seen()),
        blocks=[(catalogue.title(each), words_of(each)) for each in editing.blocks_of(version)],
    )


@router.post("/{revision}/restore")
def restore(at: AtContent, posted: Posted, revision: int, seen: str = "") -> Response:
    """Bring a version back, as a new one; what there was stays in the history."""
    before = at.campaign.revision
    try:
        made = editing.restore(
            at.session,
            at.campaign,
            actor=at.user,
            revision=revision,
            seen=str(posted.get("seen") or seen),
        )
    except BedsideError as error:
        return content_page.not_done(at, error)
    say = f"Version {revision} is back, as version {at.campaign.revision}."
    undo = ("Undo", content_page.brings_back(at, before, made))
    if desk.is_partial(at.request):
        return answer(at, Shown(told=desk.Said(say, undo=undo), focus="undo"))
    return desk.moved(at.base, say=say, undo=undo)


def _entry(session: Session, campaign: Campaign, revision: int) -> Entry:
    return history.entries(session, campaign, below=revision + 1, most=1)[0]


def _base(campaign: Campaign) -> str:
    return f"/desk/campaigns/{campaign.name}/content"
