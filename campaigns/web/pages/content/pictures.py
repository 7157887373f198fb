"""A picture for a block: from this computer, or one of those that are there; all typed stays."""

import re
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import FormData, UploadFile

from campaigns.errors import BedsideError, Invalid
from campaigns.rendering import picture_reading, pictures
from campaigns.web import desk
from campaigns.web.dependencies import refuse
from campaigns.web.forms import Posted
from campaigns.web.pages.content import content_pictures, content_typed, content_view
from campaigns.web.pages.content.content_controls import Typed
from campaigns.web.pages.content.content_page import At, AtContent, Shown, answer

router = APIRouter(prefix="/desk/campaigns/{name}/content/pictures")

_DEED = re.compile(
    r"(?P<control>[a-z0-9_.]+):(?P<deed>upload|shelf|take|forget|none)(?::(?P<what>[0-9a-z.]{1,40}))?"
)


@router.post("")
def choose(at: AtContent, posted: Posted, block: str = "") -> Response:
    """Do what was pressed beside a picture, and show the block's form again as it was typed."""
    typed = content_typed.read(str(posted.get("kind", "")), posted, name=block or None).typed
    found = _DEED.fullmatch(str(posted.get("do", "")))
    control, deed, what = found.groups(default="") if found else ("", "", "")
    place = _place(typed, control)
    shown = Shown(focus=f"{control}~upload")
    errors: dict[str, str] = {}
    if place is not None:
        try:
            _do(at, posted, shown, place, control=control, deed=deed, what=what)
        except BedsideError as error:
            errors[f"{control}.file"] = str(error)
            shown = replace(shown, status=error.status)
            refuse(at.session)
    shown.focus = f"form-{block or 'new'}-{shown.focus}"
    shown.form = content_view.opened(
        at.session,
        at.campaign,
        typed,
        block_id=block,
        seen=str(posted.get("seen", "")),
        after=str(posted.get("after", "")),
        errors=errors,
    )
    return answer(at, shown)


def _do(
    at: At,
    posted: FormData,
    shown: Shown,
    place: dict[str, Any],
    *,
    control: str,
    deed: str,
    what: str,
) -> None:
    """One deed on the picture that stands at this place of the form."""
    if deed == "upload":
        taken = _taken(at, posted.get(f"{control}~upload"))
        _put(place, taken.name)
        shown.told = desk.Said(taken.said, "info") if taken.said else None
        shown.focus = f"{control}.alt"
    elif deed == "take":
        _put(place, what)
        shown.focus = f"{control}.alt"
    elif deed == "none":
        place.clear()
    else:
        if deed == "forget":
            pictures.remove(at.session, actor=at.user, name=what)
            shown.told = desk.Said("The picture is deleted.", "info")
        page = int(what) if deed == "shelf" and what.isdecimal() else 1
        shown.shelf = content_pictures.shelf(at.session, control=control, page=page)
        shown.focus = f"{control}~shelf"


def _taken(at: At, upload: object) -> pictures.Taken:
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise Invalid("Choose a file first.")
    content = upload.file.read(picture_reading.MOST_BYTES + 1)
    return pictures.take(at.session, actor=at.user, content=content, file_name=upload.filename)


def _put(place: dict[str, Any], name: str) -> None:
    """Another picture needs other words: those of the last one are not kept for it."""
    before = place.get("file")
    if before and before != name:
        place["alt"] = ""
    place["file"] = name
    place["alt"] = place.get("alt") or content_pictures.suggested(name)


def _place(typed: Typed, control: str) -> dict[str, Any] | None:
    """Where the values of this control stand; None where the form has no such control."""
    at: Any = typed.values
    for step in control.split("."):
        if isinstance(at, list):
            at = at[int(step)] if step.isdecimal() and int(step) < len(at) else None
        else:
            at = at.setdefault(step, {}) if isinstance(at, dict) else None
    return at if isinstance(at, dict) and control else None
