"""One test message of a campaign to any address: nobody's delivery, nothing counted."""

from campaigns import addresses, clock
from campaigns.database import Session
from campaigns.delivery import transports
from campaigns.delivery.replies import Verdict
from campaigns.delivery.transports import ClosedBeforeDot, Envelope, Transport
from campaigns.errors import Conflict, Unavailable
from campaigns.planning import queries
from campaigns.planning.models import Campaign
from campaigns.rendering import preview
from campaigns.rendering.wire import Recipient


def send(
    session: Session, campaign: Campaign, *, to: str, transport: Transport | None = None
) -> str:
    """Send it and return the mail server's words; raises Conflict where it refused.

    Its links carry delivery 0: they answer, and are counted for nobody.
    """
    address = addresses.parse(to)
    version = queries.newest_version(session, campaign)
    wire = preview.wire(session, version)
    recipient = Recipient(
        address=address.given,
        first_name=preview.SAMPLE_FIRST_NAME,
        last_name="",
        campaign_id=campaign.id,
        delivery_id=0,
        code="",
        date=clock.now(session),
    )
    way = transport or transports.configured()
    way.ready()
    try:
        reply = way.send(
            Envelope(mail_from=wire.return_path(recipient), rcpt_to=address.given),
            wire.fill(recipient),
        )
    except ClosedBeforeDot as error:
        raise Unavailable("The mail server closed the connection; try again.") from error
    finally:
        way.close()
    if reply.verdict is not Verdict.ACCEPTED:
        raise Conflict(f"The mail server refused the test: {reply.code} {reply.text}")
    return reply.text
