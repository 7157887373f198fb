"""How the content step is answered: the whole page, its edited half, or what became of a save."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse

from campaigns.accounts.models import User
from campaigns.database import Session
from campaigns.errors import BedsideError, NotInState
from campaigns.planning import editing, presence, queries
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.rendering import picture_reading
from campaigns.web import desk
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form
from campaigns.web.pages.campaigns.campaign_frame import frame
from campaigns.web.pages.content import (
    content_findings,
    content_pictures,
    content_preview,
    content_view,
    content_words,
    own_html_view,
)
from campaigns.web.pages.content.content_findings import Findings
from campaigns.web.pages.content.content_pictures import Shelf
from campaigns.web.pages.content.content_readers import Seen
from campaigns.web.pages.content.content_view import Opened
from campaigns.web.pages.content.way_out import way_out
from campaigns.web.staff import SignedIn

AUTOSAVE = "x-autosave"
"""The header of a save that nobody pressed: answered with what became of it, not with a page."""


@dataclass(frozen=True, slots=True)
class At:
    """Who asks what of which campaign."""

    request: Request
    session: Session
    user: User
    campaign: Campaign

    @property
    def base(self) -> str:
        """The address of this campaign's content."""
        return f"/desk/campaigns/{self.campaign.name}/content"

    @property
    def is_unasked(self) -> bool:
        """Whether the page saves by itself."""
        return AUTOSAVE in self.request.headers


def _at(request: Request, session: InTransaction, user: SignedIn, name: str) -> At:
    return At(request, session, user, queries.named(session, name))


AtContent = Annotated[At, Depends(_at, scope="function")]
"""The campaign whose content is asked for, and who asks."""


@dataclass
class Shown:
    """What of the page is open, and how it is answered."""

    form: Opened | None = None
    lines: Form[Any] | None = None
    lines_clash: content_words.Clash | None = None
    menu_after: str | None = None
    shelf: Shelf | None = None
    told: desk.Said | None = None
    focus: str = ""
    """The control to go on with."""
    is_checked: bool = False
    """Whether what the checks say stands beside the blocks already."""
    status: int = 200


def answer(at: At, shown: Shown, seen: Seen | None = None) -> Response:
    """The page, or its edited half where the browser has the rest."""
    session, user, campaign = at.session, at.user, at.campaign
    framed = frame(session, campaign, user, step="content")
    own = own_html_view.of(queries.newest_version(session, campaign))
    shown.is_checked |= own is not None
    values = content_view.edit_values(
        session,
        campaign,
        lines=shown.lines,
        lines_clash=shown.lines_clash,
        form=shown.form,
        menu_after=shown.menu_after,
    )
    values |= {"told": shown.told, "focus": shown.focus, "frame": framed}
    values |= {
        "shelf": shown.shelf,
        "pictures_chosen": content_pictures.chosen(session, shown.form),
        "most_bytes": picture_reading.MOST_BYTES,
    }
    values["can_edit"] = framed.is_editable and not framed.voids_approval
    values |= {
        "is_checked": shown.is_checked,
        "checked": content_findings.of(session, campaign, user) if shown.is_checked else Findings(),
        "campaign_base": f"/desk/campaigns/{campaign.name}",
        "revision": campaign.revision,
    }
    values |= own_html_view.values(own)
    half = f"desk/campaigns/content/{'own_html/' if own else ''}_edit.html"
    if desk.is_partial(at.request):
        found = desk.part(at.request, session, user, half, **values)
        found.status_code = shown.status
        return found
    if framed.is_editable:
        presence.arrive(session, campaign, actor=user)
    return desk.page(
        at.request,
        session,
        user,
        "desk/campaigns/content/show.html",
        status=shown.status,
        half=half,
        editing=presence.others(session, campaign, actor=user) if framed.may_edit else (),
        way_out=way_out(campaign),
        **values,
        **content_preview.values(session, campaign, user, seen or Seen()),
    )


def done(at: At, say: str, *, place: str) -> Response:
    """After something was kept: the page with its form closed, or its edited half."""
    if desk.is_partial(at.request):
        return answer(at, Shown(told=desk.Said(say), focus=f"edit-{place}"))
    anchor = place if place == "lines" else f"block-{place}"
    return desk.moved(f"{at.base}#{anchor}", say=say)


def not_done(at: At, error: BedsideError) -> Response:
    """Say why nothing was done, on the page as it is now."""
    if desk.is_partial(at.request):
        return answer(at, Shown(told=desk.Said(str(error), "bad"), status=error.status))
    return desk.moved(at.base, say=str(error), tone="bad")


def brings_back(at: At, revision: int, newest: CampaignVersion) -> str:
    """The address that restores a revision, as long as nobody saves over the newest."""
    return f"{at.base}/history/{revision}/restore?seen={editing.stamp(newest)}"


def kept(mark: str, stamp: str, **more: str) -> Response:
    """What an unasked save is told when it was kept."""
    return JSONResponse({"state": "saved", "mark": mark, "stamp": stamp} | more)


def refused(errors: dict[str, str]) -> Response:
    """What an unasked save is told when it cannot be kept yet."""
    return JSONResponse({"state": "refused", "errors": errors}, 422)


def clashed() -> Response:
    """What an unasked save is told when somebody else was faster: a person has to choose."""
    return JSONResponse({"state": "clash"}, 409)


def stopped(at: At, error: NotInState) -> Response:
    """What a save is told where the campaign moved on; whoever pressed is told on a page."""
    if not at.is_unasked:
        raise error
    return JSONResponse({"state": "stopped", "say": str(error)}, error.status)
