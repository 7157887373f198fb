"""Which mail server messages leave through now, and who decided that."""

from dataclasses import dataclass
from enum import StrEnum

from campaigns import settings, vault
from campaigns.database import Session
from campaigns.delivery.models import MailServer
from campaigns.delivery.transports import Server

PURPOSE = "mail server password"


class Origin(StrEnum):
    """Who decided on the mail server."""

    ENVIRONMENT = "environment"
    DESK = "desk"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Way:
    """A mail server and who decided on it."""

    server: Server
    origin: Origin

    @property
    def fingerprint(self) -> str:
        """Names the server with its account, and tells nothing of the password."""
        server = self.server
        parts = (server.host.lower(), server.port, server.security, server.username)
        told = "\n".join([*map(str, parts), server.password])
        return vault.fingerprint(told, purpose="mail server")


def is_fixed() -> bool:
    """Whether the environment names the mail server, so that the desk's choice does not count."""
    return "smtp_url" in settings.current().model_fields_set


def current(session: Session) -> Way:
    """The mail server in use (primary key); raises Unreadable where its password cannot be."""
    chosen = None if is_fixed() else session.get(MailServer, 1)
    if chosen is None or not chosen.is_active:
        origin = Origin.ENVIRONMENT if is_fixed() else Origin.DEFAULT
        return Way(Server.of(settings.current().smtp_url), origin)
    return Way(server_of(chosen), Origin.DESK)


def server_of(chosen: MailServer) -> Server:
    """The row with its password opened; raises Unreadable."""
    sealed = chosen.sealed_password
    return Server(
        host=chosen.host,
        port=chosen.port,
        security=chosen.security,
        username=chosen.username,
        password=vault.unseal(sealed, purpose=PURPOSE) if sealed else "",
    )


def pace_per_minute(session: Session) -> int:
    """Messages a minute over all campaigns, the slower of the desk's and the setting's; 0: free."""
    everywhere = settings.current().pace_per_minute
    chosen = None if is_fixed() else session.get(MailServer, 1)
    here = chosen.pace_per_minute if chosen and chosen.is_active else 0
    return min((each for each in (everywhere, here) if each), default=0)
