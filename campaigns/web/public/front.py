"""The plain first page: what this address is, for someone who typed it in."""

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from campaigns.web import templating
from campaigns.web.dependencies import InTransaction

router = APIRouter()


@router.get("/")
def welcome(session: InTransaction) -> HTMLResponse:
    """Whose messages come from here."""
    return templating.page(session, "public/front.html")


@router.get("/robots.txt")
def robots() -> Response:
    """Nothing here is for search engines."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")
