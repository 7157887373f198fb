"""The content step of a campaign: what it says, edited in place and seen beside it."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from campaigns.compliance import mending
from campaigns.errors import BedsideError, NotInState
from campaigns.planning import catalogue, drafting, editing, presence, queries
from campaigns.planning.editing import ChangedMeanwhile
from campaigns.planning.fields import Line
from campaigns.planning.models import CampaignStatus
from campaigns.web import desk, forms
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.content import content_controls, content_page, content_view
from campaigns.web.pages.content.content_controls import Typed
from campaigns.web.pages.content.content_page import At, AtContent, Shown, answer
from campaigns.web.pages.content.content_readers import Looked
from campaigns.web.pages.content.content_view import Opened
from campaigns.web.pages.content.content_words import Clash, Difference

router = APIRouter(prefix="/desk/campaigns/{name}/content")


class Lines(BaseModel):
    """Subject and preheader."""

    subject: Line
    preheader: Line | None = None


class Wished(BaseModel):
    """Which finding is to be mended, in the content as it was seen."""

    rule: str
    place: str
    revision: int


@router.get("")
def show(at: AtContent, seen: Looked, edit: str = "", add: str | None = None) -> Response:
    """The page, with one block's form open, or the menu of blocks, where that is asked for.

    `field` names the control to go on with; `check` asks for what the checks say, at once.
    """
    asked = at.request.query_params
    after = asked.get("after", "")
    shown = Shown(is_checked="check" in asked or "field" in asked)
    if edit:
        shown.form = content_view.stored(at.session, at.campaign, edit)
        field = f"-{asked['field']}" if asked.get("field") else ""
        shown.focus = f"form-{edit}{field}" if shown.form else ""
    elif add is not None and add in catalogue.kinds():
        shown.form = _new(at, add, after)
        shown.focus = "form-new"
    elif add is not None:
        shown.menu_after = after
        shown.focus = "block-menu"
    return answer(at, shown, seen)


def _new(at: At, kind: str, after: str) -> Opened:
    typed = Typed(kind, content_controls.start_values(kind))
    return content_view.opened(at.session, at.campaign, typed, block_id="", seen="", after=after)


@router.post("/lines")
def write_lines(at: AtContent, posted: Posted) -> Response:
    """Keep subject and preheader."""
    form = forms.read(Lines, posted)
    if form.model is None:
        if at.is_unasked:
            return content_page.refused(form.errors)
        return answer(at, Shown(lines=form, status=422))
    try:
        version = editing.write_lines(
            at.session,
            at.campaign,
            actor=at.user,
            seen=str(posted.get("seen", "")),
            subject=form.model.subject,
            preheader=form.model.preheader or "",
        )
    except ChangedMeanwhile as refusal:
        return _clashed(at, form, refusal)
    except NotInState as error:
        return content_page.stopped(at, error)
    if at.is_unasked:
        mark = editing.mark(editing.lines_of(version))
        return content_page.kept(mark, content_view.stamp(version))
    return content_page.done(at, "Subject and preheader are saved.", place="lines")


def _clashed(at: At, form: Form[Any], refusal: ChangedMeanwhile) -> Response:
    """Both texts, for a person to choose."""
    if at.is_unasked:
        return content_page.clashed()
    theirs = editing.lines_of(queries.newest_version(at.session, at.campaign))
    found = tuple(
        Difference(label, form.value(key) or "(empty)", theirs[key] or "(empty)")
        for key, label in (("subject", "Subject"), ("preheader", "Preheader"))
        if form.value(key) != theirs[key]
    )
    clash = Clash(str(refusal), refusal.by, refusal.at, is_gone=False, differences=found)
    return answer(at, Shown(lines=form, lines_clash=clash, status=409, focus="clash-lines"))


@router.post("/take-back")
def take_back(at: AtContent) -> Response:
    """Make it a draft again, so that it can be edited."""
    drafting.take_back(at.session, at.campaign, actor=at.user)
    return desk.moved(at.base, say="It is a draft again. Hand it in for review when you are done.")


@router.post("/mend")
def mend(at: AtContent, posted: Posted) -> Response:
    """Let what was found be mended by itself; undone by bringing back what there was."""
    form = forms.read(Wished, posted)
    if form.model is None or at.campaign.status is not CampaignStatus.DRAFT:
        return content_page.not_done(at, NotInState("Nothing was mended. Check once more."))
    before = form.model.revision
    try:
        made = mending.apply(
            at.session,
            at.campaign,
            actor=at.user,
            rule=form.model.rule,
            place=form.model.place,
            revision=before,
        )
    except BedsideError as error:
        return content_page.not_done(at, error)
    newest = queries.newest_version(at.session, at.campaign)
    undo = ("Undo", content_page.brings_back(at, before, newest))
    told = desk.Said(f"Mended. {made.says}", undo=undo)
    if desk.is_partial(at.request):
        return answer(at, Shown(told=told, focus="undo"))
    return desk.moved(at.base, say=told.sentence, undo=undo)


@router.post("/here")
def here(at: AtContent, posted: Posted, leave: bool = False) -> Response:
    """The open page says that it is still open (or is left), and hears who else is here."""
    if leave:
        presence.leave(at.session, at.campaign, actor=at.user)
        return Response(status_code=204)
    place = str(posted.get("place", ""))[:60]
    presence.arrive(at.session, at.campaign, actor=at.user, place=place)
    return desk.part(
        at.request,
        at.session,
        at.user,
        "desk/campaigns/content/_here.html",
        editing=presence.others(at.session, at.campaign, actor=at.user),
        stamp=content_view.stamp(queries.newest_version(at.session, at.campaign)),
    )
