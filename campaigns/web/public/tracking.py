"""The open pixel and tracked links: recorded, then answered at once."""

import base64
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import SQLAlchemyError

from campaigns import database, logs, public_urls, tokens
from campaigns.database import Sessions
from campaigns.errors import BedsideError
from campaigns.tokens import Family
from campaigns.tracking import ingest, queries
from campaigns.web.dependencies import InTransaction, factory
from campaigns.web.readers import Agent, Tracked

log = logs.get(__name__)

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A transparent GIF of one by one."""

Index = Annotated[int, Path(ge=0, le=32767)]

router = APIRouter()


@router.get("/o/{token}.gif")
def pixel(token: str, agent: Agent, sessions: Annotated[Sessions, Depends(factory)]) -> Response:
    """The image, whatever happens; an open is recorded where the token names a delivery."""
    try:
        named = tokens.read(token, Family.TRACK)
        with database.transaction(sessions) as session:
            ingest.opened(session, queries.delivery(session, named), agent=agent)
    except (BedsideError, SQLAlchemyError) as error:
        log.info("an open was not recorded", reason=str(error))
    return image()


@router.head("/o/{token}.gif")
def image() -> Response:
    """The image alone."""
    return Response(PIXEL, media_type="image/gif")


@router.api_route("/c/{token}/{index}", methods=["GET", "HEAD"])
def follow(
    request: Request, session: InTransaction, delivery: Tracked, index: Index, agent: Agent
) -> Response:
    """To where the campaign's link table says, and nowhere else."""
    link = queries.link(session, delivery.campaign_id, index)
    ingest.clicked(session, delivery, link_index=index, agent=agent, method=request.method)
    url = link.url
    if link.kind == "book":
        url = public_urls.book(
            tokens.mint(Family.BOOK, campaign_id=delivery.campaign_id, delivery_id=delivery.id)
        )
    return RedirectResponse(url, status_code=302)
