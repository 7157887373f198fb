"""Ways out for a message: the port every transport has, and the one our settings name."""

from dataclasses import dataclass
from typing import Protocol

from campaigns import settings
from campaigns.delivery.replies import Reply
from campaigns.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a message comes from and goes to; apart from its headers (RFC 5321)."""

    mail_from: str
    rcpt_to: str


class RelayDown(Unavailable):
    """The mail server cannot be reached or will not talk to us; no message was tried."""


class ClosedBeforeDot(Exception):
    """The connection broke while nothing could have been accepted; the message can go again."""


class Transport(Protocol):
    """A way out.

    `ready` opens what is needed and raises RelayDown; nothing is promised to a contact before
    it returned. `send` says what the server answered, raises ClosedBeforeDot where nothing can
    have been accepted, and answers with no code where that is not known.
    """

    def ready(self) -> None:
        """Be connected; raises RelayDown."""

    def send(self, envelope: Envelope, message: bytes) -> Reply:
        """Hand one message over; raises ClosedBeforeDot."""

    def close(self) -> None:
        """Say good-bye."""


def configured() -> Transport:
    """The transport that the settings name."""
    from campaigns.delivery.transports.smtp import Smtp

    current = settings.current()
    return Smtp(current.smtp_url, timeout_seconds=current.smtp_timeout_seconds)
