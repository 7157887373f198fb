"""Unsubscribe (RFC 8058): GET shows a button and the choices, POST acts at once, HEAD nothing.

Link scanners follow every address of a message; none of them presses a button.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from campaigns import clock
from campaigns.tracking import choices, ingest
from campaigns.web import templating
from campaigns.web.dependencies import InTransaction
from campaigns.web.public import preferences
from campaigns.web.readers import Acting, Agent

ENOUGH_BYTES = 4096

router = APIRouter()


async def through(request: Request) -> str:
    """How the person asked: their mail program's button (RFC 8058), or ours.

    Any body will do, for a request to stop is never refused because of its form.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > ENOUGH_BYTES:
            break
    return "one-click" if b"One-Click" in body else "unsubscribe page"


@router.get("/u/{token}")
def ask(session: InTransaction, token: str, delivery: Acting, agent: Agent) -> HTMLResponse:
    """The button, and the choices beside it; nothing changes."""
    ingest.visited(session, delivery, agent=agent)
    return _page(session, "public/unsubscribe.html", token, delivery)


@router.post("/u/{token}")
def act(
    session: InTransaction,
    token: str,
    delivery: Acting,
    asked: Annotated[str, Depends(through)],
) -> HTMLResponse:
    """No more messages, from this moment on; twice is once."""
    ingest.unsubscribed(session, delivery, through=asked)
    return _page(session, "public/unsubscribed.html", token, delivery)


@router.head("/u/{token}")
@router.head("/p/{token}")
@router.head("/v/{token}")
@router.head("/confirm/{token}")
def look(token: str) -> Response:
    """Nothing; the page is there."""
    return Response(media_type="text/html")


def _page(session: InTransaction, template: str, token: str, delivery: Acting) -> HTMLResponse:
    standing = choices.standing(session, delivery, now=clock.now(session))
    return templating.page(
        session,
        template,
        contact=standing.contact,
        **preferences.form(session, standing, token=token),
    )
