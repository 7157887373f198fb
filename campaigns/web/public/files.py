"""Stylesheets, served under names that change with their content, so that they keep for a year."""

from fastapi import APIRouter, Response
from starlette.datastructures import QueryParams
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from campaigns.accounts import queries
from campaigns.errors import NotFound
from campaigns.web import brand
from campaigns.web.dependencies import InTransaction

FOR_A_YEAR = "public, max-age=31536000, immutable"
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


class Static(StaticFiles):
    """A folder of files; one asked for by its content's name may be kept for a year."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the file with how long it may be kept."""
        named = "v" in QueryParams(scope["query_string"])
        keep = (FOR_A_YEAR if named else FOR_MINUTES).encode()

        async def complete(message: object) -> None:
            assert isinstance(message, dict)
            if message["type"] == "http.response.start" and message["status"] < 400:
                message["headers"] = [*message["headers"], (b"cache-control", keep)]
            await send(message)

        await super().__call__(scope, receive, complete)
