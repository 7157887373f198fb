"""Who follows a link: the program's name, and the delivery that the token names."""

from typing import Annotated

from fastapi import Depends, Request

from campaigns import tokens
from campaigns.delivery.models import Delivery
from campaigns.tokens import Family
from campaigns.tracking import queries
from campaigns.web.dependencies import InTransaction


def agent(request: Request) -> str:
    """The program's name, as it says itself."""
    return request.headers.get("user-agent", "")


def tracked(session: InTransaction, token: str) -> Delivery:
    """The delivery of a link, pixel or view; raises BadToken or NotFound."""
    return queries.delivery(session, tokens.read(token, Family.TRACK))


def acting(session: InTransaction, token: str) -> Delivery:
    """The delivery whose reader may act: unsubscribe, choose; raises BadToken or NotFound."""
    return queries.delivery(session, tokens.read(token, Family.ACT))


Agent = Annotated[str, Depends(agent)]
Tracked = Annotated[Delivery, Depends(tracked, scope="function")]
Acting = Annotated[Delivery, Depends(acting, scope="function")]
