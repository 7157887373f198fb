"""Try the mail server in use with a message that must arrive: it carries a code to type back."""

import secrets
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from campaigns import addresses, clock, public_urls, settings, tokens
from campaigns.accounts import permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Organisation, User
from campaigns.accounts.permissions import Verb
from campaigns.contacts import suppression
from campaigns.database import Session
from campaigns.delivery import mail_servers, outgoing, troubles, ways
from campaigns.delivery.models import MailProof
from campaigns.delivery.transports import Envelope, probing
from campaigns.delivery.transports.probing import Step
from campaigns.delivery.troubles import Explained
from campaigns.errors import Conflict
from campaigns.rendering import headers
from campaigns.rendering import notices as rendering

_KIND = "mail_server_test"
_SECONDS = 12.0
"""Longest wait for one answer; a person sits in front of it."""


@dataclass(frozen=True, slots=True)
class Tested:
    """How a test went: what was reached, and what is wrong where it stopped."""

    to: str
    done: tuple[Step, ...]
    stopped_at: Step | None
    trouble: Explained | None
    words: str

    @property
    def has_left(self) -> bool:
        """Whether the mail server took the message."""
        return self.trouble is None


def test(session: Session, *, actor: User, to: str) -> Tested:
    """Send a test message through the mail server in use, and wait for its code from then on.

    Raises BadAddress, Conflict for a suppressed address, NotFound while the clinic is not set
    up, Unreadable.
    """
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    address = addresses.parse(to)
    recipient = headers.deliverable(address.given)
    if suppression.is_suppressed(session, address.canonical, marketing=False):
        raise Conflict("This address is not to be written to at all; take another.")
    organisation = accounts.organisation(session)
    code = f"{secrets.randbelow(1_000_000):06}"
    way, leaving = ways.current(session), outgoing.departure(session)
    message = outgoing.signed(
        _message(session, organisation, to=recipient, code=code, name=actor.name), leaving.signers
    )
    envelope = Envelope(mail_from=_return_path(organisation), rcpt_to=recipient)
    found = probing.probe(leaving.server, envelope, message, timeout_seconds=_SECONDS)
    trouble = troubles.explained(
        found, leaving.server, sender=envelope.mail_from, recipient=recipient
    )
    if trouble is None:
        _wait_for(session, way.fingerprint, to=recipient, code=code)
    return Tested(recipient, found.done, found.stopped_at, trouble, found.words)


def _return_path(organisation: Organisation) -> str:
    """An address of the kind that newsletters come back to: the mail server must allow those."""
    domain = settings.current().bounce_domain or headers.domain_of(organisation.sender_address)
    return f"bounce-{tokens.mint_verp(campaign_id=0, delivery_id=0)}@{domain}"


def _wait_for(session: Session, fingerprint: str, *, to: str, code: str) -> None:
    waiting = session.get(MailProof, fingerprint, with_for_update=True)
    if waiting is None:
        waiting = MailProof(fingerprint=fingerprint)
        session.add(waiting)
    waiting.code_hash = mail_servers.hashed(fingerprint, code)
    waiting.address, waiting.sent_at, waiting.tries = to, clock.now(session), 0
    session.flush()


def _message(
    session: Session, organisation: Organisation, *, to: str, code: str, name: str
) -> bytes:
    letter = rendering.compose(
        organisation,
        kind=_KIND,
        language="en",
        values={
            "name": rendering.greeted(name),
            "code": f"{code[:3]} {code[3:]}",
            "proof_url": public_urls.mail_proof(code),
        },
    )
    sender = organisation.sender_address
    message = EmailMessage(policy=SMTP)
    message["From"] = headers.mailbox(organisation.sender_name, sender)
    message["To"] = to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.now(session))
    message["Message-ID"] = f"<t.{secrets.token_hex(13)}@{headers.domain_of(sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_test{secrets.token_hex(8)}")
    return message.as_bytes()
