"""Choose the mail server in the desk, and note that a test message has arrived through it."""

import hmac
import ipaddress
import re
from datetime import timedelta
from typing import Any

from campaigns import clock, vault
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.delivery import throttle, ways
from campaigns.delivery.models import MailProof, MailServer, Security
from campaigns.delivery.transports import Server
from campaigns.errors import Conflict, Invalid, NotInState

SUBJECT = "mail server"
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}\.?")
_TRIES = 8
_CODE_LIVES = timedelta(days=2)


def choose(
    session: Session, *, actor: User, server: Server, keeps_password: bool, pace_per_minute: int = 0
) -> MailServer:
    """Send through this server from now on; every process follows within seconds.

    `keeps_password` takes the stored one, for the same host and user only. Raises Invalid, and
    Conflict where the environment names the server.
    """
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    _require_free_choice()
    known = session.get(MailServer, 1, with_for_update=True)
    before = _told(known) if known else {}
    if keeps_password:
        server = _with_stored_password(server, known)
    _check(server)
    sealed = vault.seal(server.password, purpose=ways.PURPOSE) if server.password else ""
    has_new_password = not keeps_password and bool(sealed)
    chosen = known or MailServer(id=1)
    chosen.host, chosen.port, chosen.security = server.host, server.port, server.security
    chosen.username, chosen.sealed_password = server.username, sealed
    chosen.pace_per_minute, chosen.is_active = pace_per_minute, True
    chosen.changed_at = clock.now(session)
    session.add(chosen)
    session.flush()
    _note(session, actor, "choose mail server", before, chosen, password_changed=has_new_password)
    throttle.note_success(session)
    return chosen


def use_default(session: Session, *, actor: User) -> None:
    """Send through the server that the settings name, and keep the chosen one for later."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    _require_free_choice()
    known = session.get(MailServer, 1, with_for_update=True)
    if known is None or not known.is_active:
        raise NotInState("No other mail server was chosen.")
    before = _told(known)
    known.is_active, known.changed_at = False, clock.now(session)
    _note(session, actor, "use the default mail server", before, known)
    throttle.note_success(session)


def prove(session: Session, *, actor: User, code: str) -> bool:
    """Whether this is the code of the test message, which then has arrived; eight tries each.

    Raises NotInState where none is waited for.
    """
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    waiting = session.get(MailProof, ways.current(session).fingerprint, with_for_update=True)
    if waiting is None or not _may_try(session, waiting):
        raise NotInState("No test message is waited for any more. Send another one.")
    typed = re.sub(r"\D", "", code)
    if not hmac.compare_digest(hashed(waiting.fingerprint, typed), waiting.code_hash):
        waiting.tries += 1
        return False
    waiting.proven_at = clock.now(session)
    audit.record(session, actor=actor, verb="prove mail server", subject=SUBJECT)
    return True


def proof(session: Session) -> MailProof | None:
    """The last test message through the mail server in use (primary key)."""
    return session.get(MailProof, ways.current(session).fingerprint)


def hashed(fingerprint: str, code: str) -> str:
    """What is kept of a code."""
    return vault.fingerprint(f"{fingerprint} {code}", purpose="mail proof")


def _may_try(session: Session, waiting: MailProof) -> bool:
    return waiting.tries < _TRIES and clock.now(session) - waiting.sent_at < _CODE_LIVES


def _require_free_choice() -> None:
    if ways.is_fixed():
        raise Conflict(
            "The mail server is set by whoever runs this installation (BEDSIDE_SMTP_URL). "
            "It cannot be changed here until that setting is gone."
        )


def _with_stored_password(server: Server, known: MailServer | None) -> Server:
    if known is None or not known.sealed_password:
        return server
    if (known.host, known.username) != (server.host, server.username):
        raise Invalid("Type the password again: it is kept for one mail server and user only.")
    password = vault.unseal(known.sealed_password, purpose=ways.PURPOSE)
    return Server(server.host, server.port, server.security, server.username, password)


def _check(server: Server) -> None:
    if not _HOST.fullmatch(server.host) and not _ip(server.host):
        raise Invalid("The mail server's name is like mail.example.com, without http:// or /.")
    if not 1 <= server.port <= 65535:
        raise Invalid("A port is a number from 1 to 65535; 587 is usual.")
    if server.password and not server.username:
        raise Invalid("A password needs a user name.")
    if server.username and not server.password:
        raise Invalid("This user name needs its password.")
    if server.username and server.security is Security.NONE and not is_this_machine(server.host):
        raise Invalid(
            "Without encryption the password could be read on its way. Choose STARTTLS or TLS."
        )


def is_this_machine(host: str) -> bool:
    """Whether this names the machine itself."""
    address = _ip(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _told(server: MailServer) -> dict[str, Any]:
    """What may be told of it: everything but its password."""
    return {
        "host": server.host,
        "port": server.port,
        "security": server.security.value,
        "username": server.username,
        "pace_per_minute": server.pace_per_minute,
        "in_use": server.is_active,
    }


def _note(
    session: Session,
    actor: User,
    verb: str,
    before: dict[str, Any],
    now: MailServer,
    *,
    password_changed: bool = False,
) -> None:
    after = _told(now)
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    audit.record(
        session,
        actor=actor,
        verb=verb,
        subject=SUBJECT,
        before={name: before[name] for name in changed if name in before},
        after=changed | ({"password": "changed"} if password_changed else {}),
    )
