"""Ways out for a message: the port every transport has, and what a mail server is known by."""

from dataclasses import dataclass, field
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

from campaigns.delivery.models import Security
from campaigns.delivery.replies import Reply
from campaigns.errors import Unavailable

_SCHEMES = {
    "smtp": (Security.NONE, 25),
    "smtp+starttls": (Security.STARTTLS, 587),
    "smtps": (Security.TLS, 465),
}
USUAL_PORT = dict(_SCHEMES.values())


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and the account we have there."""

    host: str
    port: int
    security: Security
    username: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> Self:
        """The server that a setting such as `smtps://user:password@mail.example.com` names."""
        parts = urlsplit(url)
        security, usual = _SCHEMES[parts.scheme]
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or usual,
            security=security,
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    @property
    def name(self) -> str:
        """The server as people know it."""
        return f"{self.host}:{self.port}"


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
