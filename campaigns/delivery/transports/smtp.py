"""SMTP over one kept connection (RFC 5321), with STARTTLS, TLS and AUTH where they are asked."""

import math
import re
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Callable

from campaigns.delivery.models import Security
from campaigns.delivery.replies import Phase, Reply
from campaigns.delivery.transports import ClosedBeforeDot, Envelope, RelayDown, Server

NO_SMTPUTF8 = "5.6.7 the mail server takes no non-ASCII address (SMTPUTF8)"
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_BROKEN = (OSError, smtplib.SMTPServerDisconnected)
_WHERE = "Settings, Senders (or BEDSIDE_SMTP_URL)"


class Smtp:
    """One relay; the connection is kept between messages and opened again when it broke."""

    def __init__(self, server: Server | str, *, timeout_seconds: float = 30.0) -> None:
        self._server = Server.of(server) if isinstance(server, str) else server
        self._timeout = timeout_seconds
        self._deadline = math.inf
        self._connection: smtplib.SMTP | None = None

    @property
    def name(self) -> str:
        """The relay as people know it."""
        return self._server.name

    def ready(self) -> None:
        """Be connected and greeted; raises RelayDown with what went wrong."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            if self._is_alive(connection):
                self._connection = connection
                return
            connection.close()
        try:
            self._connection = self._open()
        except smtplib.SMTPAuthenticationError as error:
            raise RelayDown(
                f"The mail server {self.name} refuses our user name or password "
                f"({error.smtp_code}). Check them in {_WHERE}."
            ) from error
        except ssl.SSLError as error:
            raise RelayDown(f"No secure connection to {self.name}: {error.reason}.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise RelayDown(
                f"The mail server {self.name} does not answer: {error}. "
                f"Is it running, and is what {_WHERE} says of it right?"
            ) from error

    def send(self, envelope: Envelope, message: bytes) -> Reply:
        """One message with CRLF lines, within the time-out as a whole."""
        connection = self._connection
        if connection is None:
            raise ClosedBeforeDot("not connected")
        self._deadline = time.monotonic() + self._timeout
        try:
            early = self._until_data(connection, envelope)
            if early is not None:
                return early
            self._write_body(connection, message)
            return self._dot(connection)
        except BaseException:
            # Whatever ended it (a task's time limit too): a connection in mid-conversation would
            # hand the answers of this message to the next one.
            self._drop()
            raise

    def close(self) -> None:
        """Say QUIT where the connection still stands."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _open(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        if server.security is Security.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._timeout, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        try:
            connection.ehlo_or_helo_if_needed()
            if server.security is Security.STARTTLS:
                connection.starttls(context=context)
                connection.ehlo()
            if server.username:
                connection.login(server.username, server.password)
        except BaseException:
            connection.close()
            raise
        # The dot is written apart from its body: without this, Nagle holds it back (83/s).
        if connection.sock is not None and connection.sock.family != socket.AF_UNIX:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _is_alive(self, connection: smtplib.SMTP) -> bool:
        try:
            if connection.sock is not None:
                connection.sock.settimeout(self._timeout)
            code, _ = connection.rset()
        except (*_BROKEN, smtplib.SMTPException):
            return False
        return code == 250

    def _until_data(self, connection: smtplib.SMTP, envelope: Envelope) -> Reply | None:
        """The refusal that ended it before the body, or None when the server wants the body."""
        options = []
        if not envelope.rcpt_to.isascii():
            if not connection.has_extn("smtputf8"):
                return Reply(Phase.RCPT, 550, NO_SMTPUTF8)
            options = ["SMTPUTF8"]
            connection.command_encoding = "utf-8"
        steps: tuple[tuple[Phase, set[int], Callable[[], tuple[int, bytes]]], ...] = (
            (Phase.MAIL, {250}, lambda: connection.mail(envelope.mail_from, options)),
            (Phase.RCPT, {250, 251}, lambda: connection.rcpt(envelope.rcpt_to)),
            (Phase.DATA, {354}, lambda: _data(connection)),
        )
        try:
            for phase, wanted, step in steps:
                self._limit(connection)
                code, text = step()
                if code in wanted:
                    continue
                if not 400 <= code < 600:
                    raise ClosedBeforeDot(f"an answer out of step at {phase}: {code}")
                if code != 421:
                    connection.rset()
                return Reply(phase, code, text.decode("utf-8", "replace"))
        except (*_BROKEN, smtplib.SMTPException) as error:
            raise ClosedBeforeDot(str(error)) from error
        return None

    def _limit(self, connection: smtplib.SMTP) -> None:
        """Let the next answer take no longer than is left of this message's time."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise ClosedBeforeDot(f"the mail server took longer than {self._timeout:.0f} s")
        if connection.sock is not None:
            connection.sock.settimeout(left)

    def _write_body(self, connection: smtplib.SMTP, message: bytes) -> None:
        sock = connection.sock
        if sock is None:
            raise ClosedBeforeDot("the connection closed before the body")
        try:
            self._limit(connection)
            sock.sendall(_stuffed(message))
            if not isinstance(sock, ssl.SSLSocket) and _peer_closed(sock):
                raise ClosedBeforeDot("the mail server closed the connection before the dot")
        except OSError as error:
            raise ClosedBeforeDot(str(error)) from error

    def _dot(self, connection: smtplib.SMTP) -> Reply:
        """The final dot: from here on, no answer, or one that makes no sense, is not known."""
        self._limit(connection)
        try:
            connection.send(b".\r\n")
            code, text = connection.getreply()
        except (*_BROKEN, smtplib.SMTPException) as error:
            self._drop()
            return Reply(Phase.DOT, None, f"no answer after the dot: {error}")
        if not (200 <= code < 300 or 400 <= code < 600):
            self._drop()
            return Reply(Phase.DOT, None, f"no answer after the dot that can be understood: {code}")
        return Reply(Phase.DOT, code, text.decode("utf-8", "replace"))

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _data(connection: smtplib.SMTP) -> tuple[int, bytes]:
    code, text = connection.docmd("DATA", "")
    return int(code), bytes(text)


def _stuffed(message: bytes) -> bytes:
    """The message as DATA carries it: no line is only a dot (RFC 5321, 4.5.2), CRLF at the end."""
    stuffed = _LEADING_DOT.sub(b"..", message)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _peer_closed(sock: socket.socket) -> bool:
    """Whether the other side has closed; looked at, not waited for (a socket's time-out would)."""
    is_readable = bool(select.select([sock], [], [], 0)[0])
    return is_readable and sock.recv(1, socket.MSG_PEEK) == b""
