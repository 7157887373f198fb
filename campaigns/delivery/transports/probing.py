"""One careful conversation with a mail server, to say how far it came and what stopped it."""

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from campaigns.delivery.models import Security
from campaigns.delivery.transports import Envelope, Server

_EXPIRED, _NOT_YET = 10, 9
_SELF_SIGNED = {18, 19}
_OTHER_NAME = {62, 63, 64}
_LOGIN_WANTED = {530, 538}
_ALL_IN_ALL = 3
"""A whole conversation may take so many times the longest wait for one answer."""


class Step(StrEnum):
    """How far it came, in order."""

    NAME = "name"
    CONNECT = "connect"
    GREETING = "greeting"
    TLS = "tls"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    MESSAGE = "message"


class Trouble(StrEnum):
    """What stopped it."""

    NAME_NOT_FOUND = "name_not_found"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    NOT_READY = "not_ready"
    CLOSED = "closed"
    NO_STARTTLS = "no_starttls"
    TLS_WANTED = "tls_wanted"
    NO_TLS_HERE = "no_tls_here"
    TLS_FAILED = "tls_failed"
    CERTIFICATE_NAME = "certificate_name"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_SELF_SIGNED = "certificate_self_signed"
    CERTIFICATE_UNKNOWN = "certificate_unknown"
    NO_LOGIN_OFFERED = "no_login_offered"
    LOGIN_WANTED = "login_wanted"
    PASSWORD = "password"  # noqa: S105 - the word for what was refused
    SENDER = "sender"
    RECIPIENT = "recipient"
    RELAYING = "relaying"
    MESSAGE = "message"


class Stopped(Exception):
    """It went no further; `words` are the server's own where it said any."""

    def __init__(self, step: Step, trouble: Trouble, words: str = "") -> None:
        super().__init__(trouble.value)
        self.step, self.trouble, self.words = step, trouble, words


@dataclass(frozen=True, slots=True)
class Found:
    """How far it came: every step when nothing stopped it."""

    done: tuple[Step, ...]
    words: str
    stopped_at: Step | None = None
    trouble: Trouble | None = None


class _Conversation(smtplib.SMTP):
    """SMTP over a connection that stands already; slow answers add up to a limit."""

    def __init__(self, made: socket.socket, server: Server, timeout: float) -> None:
        self._made = made
        self._patience = timeout
        self._until = time.monotonic() + _ALL_IN_ALL * timeout
        super().__init__(server.host, server.port, timeout=timeout)

    def getreply(self) -> tuple[int, bytes]:
        """The next answer, while there is time."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self.sock is not None:
            self.sock.settimeout(min(self._patience, left))
        return super().getreply()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._made


def probe(server: Server, envelope: Envelope, message: bytes, *, timeout_seconds: float) -> Found:
    """Hand one message over step by step; never raises."""
    done: list[Step] = []
    try:
        words = _converse(server, envelope, message, timeout_seconds, done)
    except Stopped as stop:
        return Found(tuple(done), stop.words, stop.step, stop.trouble)
    return Found(tuple(done), words)


def _converse(
    server: Server, envelope: Envelope, message: bytes, timeout: float, done: list[Step]
) -> str:
    with _connected(server, timeout, done) as connection:
        _greeted(connection)
        done.append(Step.GREETING)
        if server.security is Security.STARTTLS:
            _start_tls(connection)
            done.append(Step.TLS)
        if server.username:
            _log_in(connection, server)
            done.append(Step.LOGIN)
        return _hand_over(connection, envelope, message, done, is_plain=_is_plain(server))


@contextmanager
def _connected(server: Server, timeout: float, done: list[Step]) -> Iterator[_Conversation]:
    raw = _dial(server, timeout, done)
    try:
        if server.security is Security.TLS:
            raw = _wrapped(raw, server)
            done.append(Step.TLS)
        with _caught(Step.GREETING):
            connection = _Conversation(raw, server, timeout)
    except BaseException:
        raw.close()
        raise
    try:
        yield connection
    finally:
        connection.close()


def _dial(server: Server, timeout: float, done: list[Step]) -> socket.socket:
    try:
        socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise Stopped(Step.NAME, Trouble.NAME_NOT_FOUND) from error
    done.append(Step.NAME)
    try:
        made = socket.create_connection((server.host, server.port), timeout=timeout)
    except ConnectionRefusedError as error:
        raise Stopped(Step.CONNECT, Trouble.REFUSED) from error
    except TimeoutError as error:
        raise Stopped(Step.CONNECT, Trouble.TIMED_OUT) from error
    except OSError as error:
        raise Stopped(Step.CONNECT, Trouble.UNREACHABLE, error.strerror or "") from error
    done.append(Step.CONNECT)
    return made


def _wrapped(raw: socket.socket, server: Server) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    with _caught(Step.TLS):
        return context.wrap_socket(raw, server_hostname=server.host)


@contextmanager
def _caught(step: Step) -> Iterator[None]:
    """What can break anywhere, as what it means at this step."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Stopped(Step.TLS, _of_certificate(error), error.verify_message) from error
    except ssl.SSLError as error:
        is_plain = error.reason in {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST"}
        trouble = Trouble.NO_TLS_HERE if is_plain else Trouble.TLS_FAILED
        raise Stopped(Step.TLS, trouble, error.reason or "") from error
    except smtplib.SMTPConnectError as error:
        raise Stopped(step, Trouble.NOT_READY, _words(error)) from error
    except TimeoutError as error:
        raise Stopped(step, Trouble.SILENT) from error
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise Stopped(step, _of_break(step, error)) from error


def _of_break(step: Step, error: Exception) -> Trouble:
    """What a broken connection means; smtplib tells of a time-out as of one."""
    if isinstance(error.__context__, TimeoutError):
        return Trouble.SILENT
    return Trouble.TLS_FAILED if step is Step.TLS else Trouble.CLOSED


def _of_certificate(error: ssl.SSLCertVerificationError) -> Trouble:
    code = error.verify_code
    if code in {_EXPIRED, _NOT_YET}:
        return Trouble.CERTIFICATE_EXPIRED
    if code in _SELF_SIGNED:
        return Trouble.CERTIFICATE_SELF_SIGNED
    return Trouble.CERTIFICATE_NAME if code in _OTHER_NAME else Trouble.CERTIFICATE_UNKNOWN


def _greeted(connection: _Conversation) -> None:
    with _caught(Step.GREETING):
        try:
            connection.ehlo_or_helo_if_needed()
        except smtplib.SMTPHeloError as error:
            raise Stopped(Step.GREETING, Trouble.NOT_READY, _words(error)) from error


def _start_tls(connection: _Conversation) -> None:
    if not connection.has_extn("starttls"):
        raise Stopped(Step.TLS, Trouble.NO_STARTTLS)
    with _caught(Step.TLS):
        try:
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        except smtplib.SMTPResponseException as error:
            raise Stopped(Step.TLS, Trouble.TLS_FAILED, _words(error)) from error


def _log_in(connection: _Conversation, server: Server) -> None:
    is_plain = _is_plain(server)
    with _caught(Step.LOGIN):
        try:
            connection.login(server.username, server.password)
        except smtplib.SMTPNotSupportedError as error:
            could = is_plain and connection.has_extn("starttls")
            trouble = Trouble.TLS_WANTED if could else Trouble.NO_LOGIN_OFFERED
            raise Stopped(Step.LOGIN, trouble) from error
        except smtplib.SMTPAuthenticationError as error:
            wants = is_plain and error.smtp_code in _LOGIN_WANTED
            trouble = Trouble.TLS_WANTED if wants else Trouble.PASSWORD
            raise Stopped(Step.LOGIN, trouble, _words(error)) from error
        except smtplib.SMTPException as error:
            raise Stopped(Step.LOGIN, Trouble.PASSWORD, str(error)) from error


def _hand_over(
    connection: _Conversation,
    envelope: Envelope,
    message: bytes,
    done: list[Step],
    *,
    is_plain: bool,
) -> str:
    with _caught(Step.SENDER):
        code, text = connection.mail(envelope.mail_from)
    if code != 250:
        raise Stopped(Step.SENDER, _of_sender(code, text, is_plain), _said(code, text))
    done.append(Step.SENDER)
    with _caught(Step.RECIPIENT):
        code, text = connection.rcpt(envelope.rcpt_to)
    if code not in {250, 251}:
        raise Stopped(Step.RECIPIENT, _of_recipient(code, text), _said(code, text))
    done.append(Step.RECIPIENT)
    with _caught(Step.MESSAGE):
        try:
            code, text = connection.data(message)
        except smtplib.SMTPDataError as error:
            raise Stopped(Step.MESSAGE, Trouble.MESSAGE, _words(error)) from error
    if code != 250:
        raise Stopped(Step.MESSAGE, Trouble.MESSAGE, _said(code, text))
    done.append(Step.MESSAGE)
    return text.decode("utf-8", "replace")


def _of_sender(code: int, text: bytes, is_plain: bool) -> Trouble:
    if code in _LOGIN_WANTED:
        wants_tls = is_plain and (code == 538 or b"tls" in text.lower())
        return Trouble.TLS_WANTED if wants_tls else Trouble.LOGIN_WANTED
    return Trouble.SENDER


def _of_recipient(code: int, text: bytes) -> Trouble:
    if code in _LOGIN_WANTED:
        return Trouble.LOGIN_WANTED
    return Trouble.RELAYING if b"relay" in text.lower() else Trouble.RECIPIENT


def _is_plain(server: Server) -> bool:
    return server.security is Security.NONE


def _words(error: smtplib.SMTPResponseException) -> str:
    text = error.smtp_error
    return _said(error.smtp_code, text if isinstance(text, bytes) else str(text).encode())


def _said(code: int, text: bytes) -> str:
    return f"{code} {text.decode('utf-8', 'replace')}"[:300]
