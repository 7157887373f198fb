"""What is done to the blocks of a campaign: add, write, move, remove, put back."""

from fastapi import APIRouter, Response
from starlette.datastructures import FormData

from campaigns.errors import BedsideError, Invalid, NotFound, NotInState
from campaigns.planning import catalogue, editing, queries
from campaigns.planning.editing import ChangedMeanwhile
from campaigns.planning.membership import NoSuchSegment
from campaigns.web import desk
from campaigns.web.forms import Posted
from campaigns.web.pages.content import content_page, content_typed, content_view
from campaigns.web.pages.content.content_page import At, AtContent, Shown, answer
from campaigns.web.pages.content.content_typed import Reading

router = APIRouter(prefix="/desk/campaigns/{name}/content/blocks")


@router.post("")
def add(at: AtContent, posted: Posted) -> Response:
    """Put a new block in, once its form says enough."""
    reading = content_typed.read(_kind(posted), posted)
    focus = content_typed.do(reading.typed, str(posted.get("do", "")))
    if focus or reading.block is None:
        return _not_yet(at, reading, posted, focus=focus)
    after = str(posted.get("after", ""))
    try:
        made = editing.add(at.session, at.campaign, actor=at.user, block=reading.block, after=after)
    except NoSuchSegment as error:
        reading.errors["visibility"] = str(error)
        return _not_yet(at, reading, posted)
    except Invalid as error:
        reading.errors["form"] = str(error)
        return _not_yet(at, reading, posted)
    except NotInState as error:
        return content_page.stopped(at, error)
    return _kept(at, made, f"{catalogue.name_of(reading.typed.kind)} is added.")


@router.post("/{block}")
def write(at: AtContent, block: str, posted: Posted) -> Response:
    """Keep a block as its form has it; what somebody else wrote meanwhile is shown beside."""
    reading = content_typed.read(_kind(posted), posted, name=block)
    focus = content_typed.do(reading.typed, str(posted.get("do", "")))
    if focus or reading.block is None:
        return _not_yet(at, reading, posted, block=block, focus=focus)
    seen = str(posted.get("seen", ""))
    try:
        editing.write(at.session, at.campaign, actor=at.user, seen=seen, block=reading.block)
    except ChangedMeanwhile as refusal:
        if at.is_unasked:
            return content_page.clashed()
        form = content_view.clashing(at.session, at.campaign, reading, refusal, block)
        return answer(at, Shown(form=form, status=409, focus=f"clash-{form.id or 'new'}"))
    except NoSuchSegment as error:
        reading.errors["visibility"] = str(error)
        return _not_yet(at, reading, posted, block=block)
    except NotInState as error:
        return content_page.stopped(at, error)
    return _kept(at, block, f"{catalogue.name_of(reading.typed.kind)} is saved.")


@router.post("/{block}/move")
def move(at: AtContent, block: str, posted: Posted) -> Response:
    """Move a block up, down, or right after another."""
    way = str(posted.get("way", ""))
    try:
        if way in ("up", "down"):
            by = -1 if way == "up" else 1
            editing.shift(at.session, at.campaign, actor=at.user, name=block, by=by)
        else:
            after = str(posted.get("after", "")) or None
            editing.move(at.session, at.campaign, actor=at.user, name=block, after=after)
    except BedsideError as error:
        return content_page.not_done(at, error)
    said = _where(at, block)
    if desk.is_partial(at.request):
        focus = f"{way}-{block}" if way in ("up", "down") else f"edit-{block}"
        return answer(at, Shown(told=desk.Said(said, "info"), focus=focus))
    return desk.moved(f"{at.base}#block-{block}", say=said)


@router.post("/{block}/remove")
def remove(at: AtContent, block: str, posted: Posted) -> Response:
    """Take a block out; it can be put back."""
    seen = str(posted.get("seen", ""))
    try:
        title, revision = editing.remove(
            at.session, at.campaign, actor=at.user, name=block, seen=seen
        )
    except BedsideError as error:
        return content_page.not_done(at, error)
    undo = ("Undo", f"{at.base}/blocks/{block}/put-back?revision={revision}")
    told = desk.Said(f"{title} is removed.", "info", undo)
    if desk.is_partial(at.request):
        return answer(at, Shown(told=told, focus="undo"))
    return desk.moved(at.base, say=told.sentence, tone=told.tone, undo=undo)


@router.post("/{block}/put-back")
def put_back(at: AtContent, block: str, revision: int) -> Response:
    """Bring a removed block back to its place."""
    try:
        title = editing.put_back(
            at.session, at.campaign, actor=at.user, name=block, revision=revision
        )
    except BedsideError as error:
        return content_page.not_done(at, error)
    return content_page.done(at, f"{title} is back.", place=block)


def _kind(posted: FormData) -> str:
    kind = str(posted.get("kind", ""))
    if kind not in catalogue.kinds():
        raise NotFound("There is no such kind of block.")
    return kind


def _kept(at: At, block: str, said: str) -> Response:
    if not at.is_unasked:
        return content_page.done(at, said, place=block)
    version = queries.newest_version(at.session, at.campaign)
    [piece] = [each for each in content_view.pieces(version) if each.id == block]
    return content_page.kept(piece.mark, content_view.stamp(version), id=block)


def _not_yet(
    at: At, reading: Reading, posted: FormData, *, block: str = "", focus: str = ""
) -> Response:
    """The form once more with all that was typed: a row was changed, or there is a mistake."""
    if at.is_unasked:
        return content_page.refused(reading.errors)
    form = content_view.opened(
        at.session,
        at.campaign,
        reading.typed,
        block_id=block,
        seen=str(posted.get("seen", "")),
        after=str(posted.get("after", "")),
        errors={} if focus else reading.errors,
    )
    place = f"form-{block or 'new'}"
    return answer(
        at,
        Shown(
            form=form,
            focus=f"{place}-{focus}" if focus else place,
            status=200 if focus else 422,
        ),
    )


def _where(at: At, block: str) -> str:
    listed = content_view.pieces(queries.newest_version(at.session, at.campaign))
    number = [each.id for each in listed].index(block)
    return f"{listed[number].title} is now number {number + 1} of {len(listed)}."
