"""Stylesheets and pictures; a name that changes with the content may be kept for a year."""

from mimetypes import guess_type
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from campaigns import settings
from campaigns.accounts import queries
from campaigns.errors import NotFound
from campaigns.rendering import pictures
from campaigns.web import brand, templating
from campaigns.web.dependencies import InTransaction

FOR_A_YEAR = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"
FOR_MINUTES = "public, max-age=300"

router = APIRouter()


@router.get("/brand.css")
def clinic_colours(session: InTransaction, v: str = "") -> Response:
    """The clinic's colours."""
    try:
        colours = queries.organisation(session).brand
    except NotFound:
        colours = {}
    keep = FOR_A_YEAR if v == brand.fingerprint(colours) else FOR_MINUTES
    return Response(
        brand.stylesheet(colours), media_type="text/css", headers={"Cache-Control": keep}
    )


@router.api_route("/assets/pictures/{name}", methods=["GET", "HEAD"])
@router.api_route("/assets/clinic/{name}", methods=["GET", "HEAD"])
def picture(request: Request, session: InTransaction, name: str) -> Response:
    """A picture of the clinic's own; its name is made of its content, so it never changes.

    `/assets/clinic` is what messages of before named: theirs are served as long as any.
    """
    tag = f'"{name}"'
    kept = {"Cache-Control": FOR_A_YEAR, "ETag": tag, "Content-Disposition": "inline"}
    if request.headers.get("if-none-match") in (tag, f"W/{tag}"):
        return Response(status_code=304, headers=kept)
    found = pictures.file(session, name)
    return Response(found.content, media_type=found.kind, headers=kept)


class Static(StaticFiles):
    """A folder of files; one asked for by its content's name may be kept for a year."""

    def __init__(self, *directories: Path, keep: str = FOR_MINUTES) -> None:
        super().__init__(directory=directories[-1])
        self.all_directories = list(directories)
        self._keep = keep

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, as it was packed when it was built where the browser can unpack it."""
        packed = await self._packed(path, scope)
        return packed or await super().get_response(path, scope)

    async def _packed(self, path: str, scope: Scope) -> Response | None:
        if "br" not in Headers(scope=scope).get("accept-encoding", ""):
            return None
        full, found = await run_in_threadpool(self.lookup_path, f"{path}.br")
        if found is None:
            return None
        answer = self.file_response(full, found, scope)
        answer.headers["content-type"] = guess_type(path)[0] or "application/octet-stream"
        answer.headers["content-encoding"] = "br"
        answer.headers["vary"] = "Accept-Encoding"
        return answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the file with how long it may be kept."""
        named = "v" in QueryParams(scope["query_string"])
        keep = (FOR_A_YEAR if named else self._keep).encode()

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                message["headers"] = [*message["headers"], (b"cache-control", keep)]
            await send(message)

        await super().__call__(scope, receive, complete)


def mount(app: FastAPI) -> None:
    """Serve our files, and the pictures of messages: the owner's own before ours."""
    app.mount("/static", Static(templating.STATIC))
    own = settings.current().templates_dir
    folders = [own / "assets"] if own is not None else []
    app.mount("/assets", Static(*folders, templating.STATIC / "assets", keep=FOR_A_DAY))
