"""SMTP over one kept connection (RFC 5321), with STARTTLS, TLS and AUTH where the URL asks."""

import select
import smtplib
import socket
import ssl
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from campaigns.delivery.replies import Phase, Reply
from campaigns.delivery.transports import ClosedBeforeDot, Envelope, RelayDown

NO_SMTPUTF8 = "5.6.7 the mail server takes no non-ASCII address (SMTPUTF8)"
_BROKEN = (OSError, smtplib.SMTPServerDisconnected)
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Smtp:
    """One relay; the connection is kept between messages and opened again when it broke."""

    def __init__(self, url: str, *, timeout_seconds: float = 30.0) -> None:
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host = parts.hostname or "localhost"
        self._port = parts.port or _PORTS[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._timeout = timeout_seconds
        self._connection: smtplib.SMTP | None = None

    @property
    def name(self) -> str:
        """The relay as people know it."""
        return f"{self._host}:{self._port}"

    def ready(self) -> None:
        """Be connected and greeted; raises RelayDown with what went wrong."""
        if self._connection is not None:
            if self._is_alive(self._connection):
                return
            self.close()
        try:
            self._connection = self._open()
        except smtplib.SMTPAuthenticationError as error:
            raise RelayDown(
                f"The mail server {self.name} refuses our user name or password "
                f"({error.smtp_code}). Check BEDSIDE_SMTP_URL."
            ) from error
        except ssl.SSLError as error:
            raise RelayDown(f"No secure connection to {self.name}: {error.reason}.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise RelayDown(
                f"The mail server {self.name} does not answer: {error}. "
                "Is it running, and is BEDSIDE_SMTP_URL right?"
            ) from error

    def send(self, envelope: Envelope, message: bytes) -> Reply:
        """One message; `message` has CRLF lines and no line that begins with a dot."""
        connection = self._connection
        if connection is None:
            raise ClosedBeforeDot("not connected")
        early = self._until_data(connection, envelope)
        if early is not None:
            return early
        self._write_body(connection, message)
        return self._dot(connection)

    def close(self) -> None:
        """Say QUIT where the connection still stands."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=context
            )
        else:
            connection = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            connection.ehlo_or_helo_if_needed()
            if self._scheme == "smtp+starttls":
                connection.starttls(context=context)
                connection.ehlo()
            if self._user:
                connection.login(self._user, self._password)
        except BaseException:
            connection.close()
            raise
        # The dot is written apart from its body: without this, Nagle holds it back (83/s).
        if connection.sock is not None and connection.sock.family != socket.AF_UNIX:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _is_alive(self, connection: smtplib.SMTP) -> bool:
        try:
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
        try:
            steps: tuple[tuple[Phase, Callable[[], tuple[int, bytes]]], ...] = (
                (Phase.MAIL, lambda: connection.mail(envelope.mail_from, options)),
                (Phase.RCPT, lambda: connection.rcpt(envelope.rcpt_to)),
                (Phase.DATA, lambda: _data(connection)),
            )
            for phase, step in steps:
                code, text = step()
                if code not in {250, 251, 354}:
                    if code != 421:
                        connection.rset()
                    return Reply(phase, code, text.decode("utf-8", "replace"))
        except (*_BROKEN, smtplib.SMTPException) as error:
            self._drop()
            raise ClosedBeforeDot(str(error)) from error
        return None

    def _write_body(self, connection: smtplib.SMTP, message: bytes) -> None:
        sock = connection.sock
        try:
            if sock is None:
                raise ClosedBeforeDot("the connection closed before the body")
            sock.sendall(message if message.endswith(b"\r\n") else message + b"\r\n")
            if not isinstance(sock, ssl.SSLSocket) and _peer_closed(sock):
                raise ClosedBeforeDot("the mail server closed the connection before the dot")
        except OSError as error:
            self._drop()
            raise ClosedBeforeDot(str(error)) from error
        except ClosedBeforeDot:
            self._drop()
            raise

    def _dot(self, connection: smtplib.SMTP) -> Reply:
        try:
            connection.send(b".\r\n")
            code, text = connection.getreply()
        except (*_BROKEN, smtplib.SMTPException) as error:
            self._drop()
            return Reply(Phase.DOT, None, f"no answer after the dot: {error}")
        if code < 0:
            self._drop()
            return Reply(Phase.DOT, None, "no answer after the dot")
        return Reply(Phase.DOT, code, text.decode("utf-8", "replace"))

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _data(connection: smtplib.SMTP) -> tuple[int, bytes]:
    code, text = connection.docmd("DATA", "")
    return int(code), bytes(text)


def _peer_closed(sock: socket.socket) -> bool:
    """Whether the other side has closed; looked at, not waited for (a socket's time-out would)."""
    is_readable = bool(select.select([sock], [], [], 0)[0])
    return is_readable and sock.recv(1, socket.MSG_PEEK) == b""
