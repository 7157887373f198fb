"""Somebody's own HTML in the place of blocks: paste or upload it, see what was changed, go back."""

from dataclasses import replace

from fastapi import APIRouter, Response
from starlette.datastructures import FormData, UploadFile

from campaigns.accounts import permissions
from campaigns.accounts.permissions import Verb
from campaigns.errors import BadFile, Conflict
from campaigns.planning import editing, own_html, queries
from campaigns.planning.fields import MOST_PAGE_BYTES
from campaigns.web import desk, uploaded_text
from campaigns.web.forms import Posted
from campaigns.web.pages.campaigns.campaign_frame import frame
from campaigns.web.pages.content import content_page, own_html_view
from campaigns.web.pages.content.content_page import At, AtContent
from campaigns.web.pages.content.own_html_view import Page
from campaigns.web.uploaded_text import Text

router = APIRouter(prefix="/desk/campaigns/{name}/content/html")


@router.get("")
def show(at: AtContent) -> Response:
    """Where it is pasted; where it stands already, the content step shows it."""
    version = queries.newest_version(at.session, at.campaign)
    if own_html.source_of(version):
        return desk.moved(at.base)
    return _page(at, own_html_view.blank(version))


@router.post("")
def write(at: AtContent, posted: Posted) -> Response:
    """Keep what was pasted or uploaded; what cannot be taken is said with its line."""
    permissions.require(at.user, Verb.EDIT_CAMPAIGNS)
    version = queries.newest_version(at.session, at.campaign)
    page = Page(
        source=str(posted.get("source", "")),
        has_footer=bool(posted.get("footer")),
        seen=str(posted.get("seen", "")),
        read=own_html_view.Read(),
        is_stored=bool(own_html.source_of(version)),
    )
    try:
        given = _given(posted)
    except BadFile as error:
        return _page(at, replace(page, errors={"file": str(error)}), status=422)
    source = given.text.strip()
    page = replace(page, source=source, notice=given.notice)
    page = replace(page, read=own_html_view.read(source, language=version.language))
    page.errors.update(_wrong(page))
    if page.errors:
        return _page(at, page, status=422)
    return _kept(at, page)


def _kept(at: At, page: Page) -> Response:
    had = queries.newest_version(at.session, at.campaign).preheader
    try:
        with at.session.begin_nested():
            made = own_html.write(
                at.session,
                at.campaign,
                actor=at.user,
                source=page.source,
                with_footer=page.has_footer,
                seen=page.seen,
                preheader=page.read.preheader,
            )
    except Conflict as error:
        now = queries.newest_version(at.session, at.campaign)
        kept = "What you pasted is still here: look at theirs, or save yours in its place."
        page.errors["source"] = f"{error} {kept}"
        return _page(at, replace(page, seen=editing.stamp(now)), status=error.status)
    number = page.read.number
    changed = f"{number} things were changed; the list says which." if number else ""
    hidden = "" if made.preheader == had else "Its hidden first line is the preheader now."
    say = " ".join(filter(None, ("Your HTML is saved.", changed, hidden, page.notice)))
    return desk.moved(at.base, say=say.replace("1 things were", "1 thing was"))


@router.post("/leave")
def leave(at: AtContent, posted: Posted) -> Response:
    """Go back to the blocks that stood there last, or to an empty page."""
    before = at.campaign.revision
    try:
        with at.session.begin_nested():
            made = own_html.back_to_blocks(
                at.session, at.campaign, actor=at.user, seen=str(posted.get("seen", ""))
            )
    except Conflict as error:
        return content_page.not_done(at, error)
    undo = ("Undo", content_page.brings_back(at, before, made))
    return desk.moved(at.base, say="Here are your blocks again.", undo=undo)


def _given(posted: FormData) -> Text:
    """What was uploaded, or pasted where nothing was; raises BadFile."""
    file = posted.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return Text(str(posted.get("source", "")))
    raw = file.file.read(MOST_PAGE_BYTES * 2 + 1)
    if len(raw) > MOST_PAGE_BYTES * 2:
        raise BadFile(
            f"{file.filename} has more than {MOST_PAGE_BYTES // 1000} kB. A message of more than "
            "100 kB is cut off by Gmail: make it shorter where it was made."
        )
    return uploaded_text.read(raw)


def _wrong(page: Page) -> dict[str, str]:
    """What keeps it from being saved, by field."""
    size = len(page.source.encode())
    if not page.source:
        return {"source": "Paste the HTML of a whole message, or choose a file."}
    if size > MOST_PAGE_BYTES:
        return {
            "source": f"This has {size // 1000} kB; a page may have {MOST_PAGE_BYTES // 1000} kB, "
            "and mail programs cut off messages of more than 100 kB."
        }
    if page.read.wrong:
        return {"source": page.read.wrong}
    if page.read.refused:
        number = len(page.read.refused)
        those = "1 field is" if number == 1 else f"{number} fields are"
        return {"source": f"{those} not known here; each is listed with its line."}
    return {}


def _page(at: At, page: Page, *, status: int = 200) -> Response:
    framed = frame(at.session, at.campaign, at.user, step="content")
    return desk.page(
        at.request,
        at.session,
        at.user,
        "desk/campaigns/content/own_html/paste.html",
        status=status,
        frame=framed,
        can_edit=framed.is_editable and not framed.voids_approval,
        base=at.base,
        **own_html_view.values(page),
    )
