"""One test message of a campaign to any address: nobody's delivery, nothing counted."""

from collections.abc import Iterable

from campaigns import addresses
from campaigns.accounts import audit, permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.addresses import Address
from campaigns.contacts import suppression
from campaigns.contacts.facts import Fact
from campaigns.database import Session
from campaigns.delivery import outgoing
from campaigns.delivery.replies import Verdict
from campaigns.delivery.transports import ClosedBeforeDot, Envelope, Transport
from campaigns.errors import Conflict, Unavailable
from campaigns.planning import queries
from campaigns.planning.models import Campaign
from campaigns.rendering import preview
from campaigns.rendering.preview import Reader

MOST = 5
"""To so many addresses at once."""


def send(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    to: str,
    reader: Reader | None = None,
    facts: Iterable[Fact] = (),
    transport: Transport | None = None,
) -> str:
    """Send it and return the mail server's words; raises Conflict where it may not go.

    It says that it is a test, and by whom; its links lead nowhere. It is written as this reader
    would get it (a contact by these facts), else as whoever works here under the address.
    """
    address = require_writable(session, to)
    message = preview.letter(
        session,
        queries.newest_version(session, campaign),
        to=address.given,
        sent_by=actor.name,
        reader=reader or preview.Reader(_greeted(session, address.canonical)),
        facts=facts,
    )
    sender = accounts.organisation(session).sender_address
    way = transport or outgoing.of(session)
    way.ready()
    try:
        reply = way.send(Envelope(mail_from=sender, rcpt_to=address.given), message)
    except ClosedBeforeDot as error:
        raise Unavailable("The mail server closed the connection; try again.") from error
    finally:
        way.close()
    if reply.verdict is not Verdict.ACCEPTED:
        raise Conflict(f"The mail server refused the test: {reply.code} {reply.text}")
    return reply.text


def require_writable(session: Session, to: str) -> Address:
    """The address, where it may be written to; raises BadAddress or Conflict where it may not."""
    address = addresses.parse(to)
    if suppression.is_suppressed(session, address.canonical, marketing=True):
        raise Conflict(
            "This address is not to be written to: a bounce, a complaint or a request stands "
            "against it. A test message goes to no such address either; take another."
        )
    return address


def send_by_hand(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    to: str,
    reader: Reader | None = None,
    facts: Iterable[Fact] = (),
    transport: Transport | None = None,
) -> str:
    """The same by a person, which is noted; the mail server's words.

    To write as a contact takes who may see contacts: the message names it.
    """
    permissions.require(actor, Verb.SEND_TEST)
    contact = reader.contact if reader else None
    if contact is not None:
        permissions.require(actor, Verb.SEE_CONTACTS)
    said = send(
        session, campaign, actor=actor, to=to, reader=reader, facts=facts, transport=transport
    )
    after = {"to": addresses.mask(to)} | ({"as_contact": contact.id} if contact else {})
    audit.record(
        session,
        actor=actor,
        verb="send test message",
        subject=f"campaign {campaign.name}",
        after=after,
    )
    return said


def _greeted(session: Session, canonical: str) -> str:
    """The first name of whoever works here under this address, else the invented reader's."""
    known = accounts.at(session, canonical)
    first = known.name.split()[0] if known and known.name.split() else ""
    return preview.SAMPLE_NAME if first.endswith(".") or not first else first
