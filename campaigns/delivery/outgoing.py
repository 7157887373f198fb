"""The way out as it is chosen now: followed without a restart, and signed at the door."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from campaigns import database, settings
from campaigns.database import Session, Sessions
from campaigns.delivery import dkim, dkim_keys, ways
from campaigns.delivery.dkim import Signer
from campaigns.delivery.replies import Reply
from campaigns.delivery.transports import ClosedBeforeDot, Envelope, RelayDown, Server
from campaigns.delivery.transports.smtp import Smtp
from campaigns.vault import Unreadable

_LOOKS_EVERY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Departure:
    """The mail server of the moment, and who signs for which domain."""

    server: Server
    signers: Mapping[str, Signer]


def departure(session: Session) -> Departure:
    """How messages leave now; raises Unreadable where a stored secret cannot be opened."""
    return Departure(ways.current(session).server, dkim_keys.signers(session))


class Outgoing:
    """A transport that looks every two seconds whether another mail server was chosen."""

    def __init__(self, look: Callable[[], Departure]) -> None:
        self._look = look
        self._looked_at = 0.0
        self._now: Departure | None = None
        self._smtp: Smtp | None = None

    def ready(self) -> None:
        """Be connected to the server of the moment; raises RelayDown."""
        self._follow().ready()

    def send(self, envelope: Envelope, message: bytes) -> Reply:
        """Hand one message over, signed where its sender's domain has a published key."""
        if self._smtp is None or self._now is None:
            raise ClosedBeforeDot("not connected")
        return self._smtp.send(envelope, signed(message, self._now.signers))

    def close(self) -> None:
        """Say good-bye."""
        if self._smtp is not None:
            self._smtp.close()

    def _follow(self) -> Smtp:
        moment = time.monotonic()
        if self._smtp is not None and moment - self._looked_at < _LOOKS_EVERY_SECONDS:
            return self._smtp
        try:
            found = self._look()
        except Unreadable as error:
            raise RelayDown(str(error)) from error
        if self._smtp is None or self._now is None or found.server != self._now.server:
            self.close()
            patience = settings.current().smtp_timeout_seconds
            self._smtp = Smtp(found.server, timeout_seconds=patience)
        self._now, self._looked_at = found, moment
        return self._smtp


def signed(message: bytes, signers: Mapping[str, Signer]) -> bytes:
    """The message with the signature of its sender's domain, where we have one."""
    signer = signers.get(dkim.sender_domain(message)) if signers else None
    return signer.sign(message) if signer else message


def following(sessions: Sessions) -> Outgoing:
    """The way out of a worker, which lives long."""

    def look() -> Departure:
        with database.transaction(sessions) as session:
            return departure(session)

    return Outgoing(look)


def of(session: Session) -> Outgoing:
    """The way out for one act within this session."""
    return Outgoing(lambda: departure(session))
