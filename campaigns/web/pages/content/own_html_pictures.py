"""Pictures of other hosts in somebody's own HTML: files of the clinic's own in their place."""

from fastapi import APIRouter, Response
from starlette.datastructures import FormData, UploadFile

from campaigns.accounts import permissions
from campaigns.accounts.permissions import Verb
from campaigns.errors import BedsideError, Invalid
from campaigns.planning import own_html, queries
from campaigns.rendering import picture_reading, pictures, showing
from campaigns.rendering.foreign import remote
from campaigns.rendering.foreign.remote import Remote
from campaigns.web import desk
from campaigns.web.forms import Posted
from campaigns.web.pages.content import content_page, own_html_view
from campaigns.web.pages.content.content_page import At, AtContent

router = APIRouter(prefix="/desk/campaigns/{name}/content/html/pictures")


@router.post("")
def put(at: AtContent, posted: Posted) -> Response:
    """Keep each file that was chosen, and show it where the other host's picture stood."""
    permissions.require(at.user, Verb.EDIT_CAMPAIGNS)
    version = queries.newest_version(at.session, at.campaign)
    before = at.campaign.revision
    source = own_html.source_of(version)
    try:
        with at.session.begin_nested():
            source, said = _put(at, posted, source, language=version.language)
            made = own_html.write(
                at.session,
                at.campaign,
                actor=at.user,
                source=source,
                with_footer=own_html.has_footer(version),
                seen=str(posted.get("seen", "")),
            )
    except BedsideError as error:
        return content_page.not_done(at, error)
    undo = ("Undo", content_page.brings_back(at, before, made))
    return desk.moved(at.base, say=" ".join(said), undo=undo)


def _put(at: At, posted: FormData, source: str, *, language: str) -> tuple[str, list[str]]:
    """The page with the files that were chosen, and what to say of it."""
    said: list[str] = []
    number = 0
    for at_number, each in enumerate(own_html_view.pictures(source, language=language), 1):
        upload = posted.get(f"picture-{at_number}")
        if not isinstance(upload, UploadFile) or not upload.filename:
            continue
        taken = _taken(at, upload, each)
        ours = showing.address(at.session, taken.name, width=each.width)
        source = remote.replaced(source, each.address, ours)
        said += [taken.said] if taken.said else []
        number += 1
    if not number:
        raise Invalid("Choose a file beside a picture first.")
    done = "1 picture stands" if number == 1 else f"{number} pictures stand"
    return source, [f"{done} in your HTML from here now.", *said]


def _taken(at: At, upload: UploadFile, of: Remote) -> pictures.Taken:
    content = upload.file.read(picture_reading.MOST_BYTES + 1)
    name = upload.filename or ""
    try:
        return pictures.take(at.session, actor=at.user, content=content, file_name=name)
    except Invalid as error:
        where = f" for line {of.line}" if of.line else ""
        raise Invalid(f"{name}{where}: {error} Nothing was changed.") from error
