"""A real mail server (aiosmtpd) that keeps what arrives, with encryption and logins where asked."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from aiosmtpd.smtp import Envelope as Arriving
from aiosmtpd.smtp import Session as Conversation

from campaigns.local.ports import free_port


@dataclass
class Mailbox:
    """What arrived, and what is refused: an answer by verb (`mail`, `rcpt`, `data`)."""

    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    begins_with_tls: bool = False

    async def handle_MAIL(  # noqa: N802 - the name that aiosmtpd calls
        self,
        server: SMTP,
        session: Conversation,
        envelope: Arriving,
        address: str,
        options: list[str],
    ) -> str:
        envelope.mail_from = address
        self.senders.append(address)
        return self.says.get("mail", "250 2.1.0 ok")

    async def handle_RCPT(  # noqa: N802 - as above
        self,
        server: SMTP,
        session: Conversation,
        envelope: Arriving,
        address: str,
        options: list[str],
    ) -> str:
        answer = self.says.get("rcpt", "250 2.1.5 ok")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - as above
        self, server: SMTP, session: Conversation, envelope: Arriving
    ) -> str:
        answer = self.says.get("data", "250 2.0.0 queued as 7QF")
        if answer.startswith("2"):
            content = envelope.original_content
            assert content is not None
            self.messages.append(content)
            self.recipients += envelope.rcpt_tos
            self.secured.append(self.begins_with_tls or session.ssl is not None)
        return answer


class Door:
    """Lets `user` in with `right`."""

    def __call__(
        self, server: object, session: object, envelope: object, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        is_right = (data.login, data.password) == (b"user", b"right")
        return AuthResult(success=is_right, handled=False)


@contextmanager
def mailbox(
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    has_door: bool = False,
) -> Iterator[Mailbox]:
    """A mail server on a free port of loopback."""
    kept = Mailbox(port=free_port(), begins_with_tls=tls is not None)
    login: dict[str, Any] = {"authenticator": Door(), "auth_required": True} if has_door else {}
    controller = Controller(
        kept,
        hostname="127.0.0.1",
        port=kept.port,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        auth_require_tls=starttls is not None,
        **login,
    )
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()
