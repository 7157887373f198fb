"""A message in the browser: signed, without a pixel, shut in by a policy of its own."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from campaigns import clock
from campaigns.contacts import queries
from campaigns.delivery import codes
from campaigns.errors import NotFound
from campaigns.planning import membership
from campaigns.rendering.merge import Recipient
from campaigns.rendering.models import Program
from campaigns.rendering.program import conditions_of, legible
from campaigns.rendering.view import view
from campaigns.tracking import ingest
from campaigns.web.dependencies import InTransaction
from campaigns.web.readers import Agent, Tracked
from campaigns.web.security import MESSAGE_POLICY

router = APIRouter()


@router.get("/v/{token}")
def show(session: InTransaction, delivery: Tracked, agent: Agent) -> HTMLResponse:
    """The message as this reader received it."""
    if delivery.program_id is None:
        raise NotFound("This message was not sent yet.")
    ingest.viewed(session, delivery, agent=agent)
    contact = queries.by_id(session, delivery.contact_id)
    program = session.get_one(Program, delivery.program_id)
    recipient = Recipient(
        address=contact.address or "",
        first_name=contact.first_name,
        last_name=contact.last_name,
        campaign_id=delivery.campaign_id,
        delivery_id=delivery.id,
        code=codes.word(session, delivery.id),
        conditions=membership.held(conditions_of(legible(program)), delivery.shown),
        at=clock.now(session),
    )
    return HTMLResponse(
        view(session, program, recipient), headers={"Content-Security-Policy": MESSAGE_POLICY}
    )
