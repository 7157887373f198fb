"""A mail server is tried step by step, and whatever stops it is said in words that help."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.delivery import troubles
from campaigns.delivery.models import Security
from campaigns.delivery.transports import Envelope, RelayDown, Server
from campaigns.delivery.transports.probing import Found, Step, Trouble, probe
from campaigns.delivery.transports.smtp import Smtp
from campaigns.local.ports import free_port
from tests.delivery.certificates import Authority
from tests.delivery.mailboxes import mailbox
from tests.delivery.relay import CLOSE, Ledger, relay

MESSAGE = b"Message-ID: <t.one@example.com>\r\nSubject: hello\r\n\r\n.A line\r\n"
TO = Envelope("hello@example.com", "ada@example.com")
IGNORED = pytest.mark.filterwarnings("ignore:Requiring AUTH")


@pytest.fixture
def server() -> Iterator[Ledger]:
    with relay() as ledger:
        yield ledger


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this machine trusts."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def at(
    port: int,
    security: Security = Security.NONE,
    *,
    host: str = "127.0.0.1",
    login: tuple[str, str] = ("", ""),
) -> Server:
    return Server(host, port, security, *login)


def tried(server: Server, *, seconds: float = 5) -> Found:
    return probe(server, TO, MESSAGE, timeout_seconds=seconds)


def told(found: Found, server: Server) -> str:
    said = troubles.explained(found, server, sender=TO.mail_from, recipient=TO.rcpt_to)
    assert said is not None
    return f"{said.what} {said.mend}"


def test_a_plain_server_takes_the_message_and_every_step_is_named(server: Ledger) -> None:
    way = at(server.port)
    found = tried(way)
    assert found.trouble is None
    assert found.done == (
        Step.NAME,
        Step.CONNECT,
        Step.GREETING,
        Step.SENDER,
        Step.RECIPIENT,
        Step.MESSAGE,
    )
    assert found.words == "2.0.0 queued as 4XYZ"
    assert server.bodies == [b"Subject: hello\r\n\r\n..A line\r\n"]
    assert troubles.explained(found, way, sender="a", recipient="b") is None


@IGNORED
@pytest.mark.parametrize("kind", [Security.STARTTLS, Security.TLS])
def test_over_a_secure_connection_with_a_login_it_arrives(
    authority: Authority, kind: Security
) -> None:
    context = authority.context("localhost", "127.0.0.1")
    secured = {"tls": context} if kind is Security.TLS else {"starttls": context}
    with mailbox(**secured, has_door=kind is Security.STARTTLS) as box:
        login = ("user", "right") if kind is Security.STARTTLS else ("", "")
        way = at(box.port, kind, login=login)
        found = tried(way)
        assert found.trouble is None
        assert Step.TLS in found.done
        kept = Smtp(way, timeout_seconds=5)
        kept.ready()
        assert kept.send(TO, MESSAGE).code == 250
        kept.ready()
        assert kept.send(TO, MESSAGE).code == 250
        kept.close()
    assert box.secured == [True, True, True]
    assert box.recipients == ["ada@example.com"] * 3


@pytest.mark.parametrize("kind", [Security.STARTTLS, Security.TLS])
@pytest.mark.parametrize(
    ("made", "trouble", "sentence"),
    [
        ({"names": ["elsewhere.example.com"]}, Trouble.CERTIFICATE_NAME, "for another name than"),
        ({"expired": True}, Trouble.CERTIFICATE_EXPIRED, "out of date"),
        ({"self_signed": True}, Trouble.CERTIFICATE_SELF_SIGNED, "nobody vouches for it"),
    ],
)
def test_a_wrong_certificate_says_what_is_wrong_with_it(
    authority: Authority, kind: Security, made: dict[str, object], trouble: Trouble, sentence: str
) -> None:
    made = {"names": ["127.0.0.1"]} | made
    names = made.pop("names")
    context = authority.context(*names, **made)  # type: ignore[misc, arg-type]
    secured = {"tls": context} if kind is Security.TLS else {"starttls": context}
    with mailbox(**secured) as box:  # type: ignore[arg-type]
        way = at(box.port, kind)
        found = tried(way)
        assert (found.stopped_at, found.trouble) == (Step.TLS, trouble)
        assert sentence in told(found, way)
        with pytest.raises(RelayDown, match="No secure connection"):
            Smtp(way, timeout_seconds=5).ready()


def test_a_certificate_of_an_unknown_authority_cannot_be_checked(tmp_path: Path) -> None:
    context = Authority(tmp_path).context("127.0.0.1")
    with mailbox(tls=context) as box:
        way = at(box.port, Security.TLS)
        found = tried(way)
    assert found.trouble is Trouble.CERTIFICATE_UNKNOWN
    assert "full chain" in told(found, way)


def test_encryption_on_a_port_without_it_says_to_choose_the_other(server: Ledger) -> None:
    way = at(server.port, Security.TLS)
    found = tried(way)
    assert (found.stopped_at, found.trouble) == (Step.TLS, Trouble.NO_TLS_HERE)
    assert "Choose STARTTLS" in told(found, way)
    way = at(server.port, Security.STARTTLS)
    found = tried(way)
    assert (found.stopped_at, found.trouble) == (Step.TLS, Trouble.NO_STARTTLS)
    assert "offers no STARTTLS" in told(found, way)


def test_no_encryption_on_a_port_that_begins_with_it_is_silence(authority: Authority) -> None:
    with mailbox(tls=authority.context("127.0.0.1")) as box:
        way = at(box.port)
        found = tried(way, seconds=0.5)
    assert (found.stopped_at, found.trouble) == (Step.GREETING, Trouble.SILENT)
    assert "try TLS with port 465" in told(found, way)
    assert "choose TLS" in told(found, at(465))


@IGNORED
def test_a_server_that_wants_encryption_first_is_understood(authority: Authority) -> None:
    context = authority.context("127.0.0.1")
    with mailbox(starttls=context, has_door=True) as box:
        way = at(box.port, login=("user", "right"))
        found = tried(way)
        assert (found.stopped_at, found.trouble) == (Step.LOGIN, Trouble.TLS_WANTED)
        assert "wants encryption" in told(found, way)
        assert tried(at(box.port)).trouble is Trouble.TLS_WANTED


@IGNORED
def test_a_wrong_password_and_a_missing_one_are_two_things() -> None:
    with mailbox(has_door=True) as box:
        way = at(box.port, login=("user", "wrong"))
        found = tried(way)
        assert (found.stopped_at, found.trouble) == (Step.LOGIN, Trouble.PASSWORD)
        assert found.words.startswith("535")
        assert "app password" in told(found, way)
        found = tried(at(box.port))
        assert (found.stopped_at, found.trouble) == (Step.SENDER, Trouble.LOGIN_WANTED)
        assert "wrong" not in repr(way)


def test_a_login_that_is_not_offered_says_to_leave_it_empty(server: Ledger) -> None:
    way = at(server.port, login=("user", "right"))
    found = tried(way)
    assert (found.stopped_at, found.trouble) == (Step.LOGIN, Trouble.NO_LOGIN_OFFERED)
    assert "leave the user name empty" in told(found, way)


@pytest.mark.parametrize(
    ("phase", "says", "step", "trouble", "sentence"),
    [
        ("greeting", "421 busy", Step.GREETING, Trouble.NOT_READY, "does not want to talk"),
        ("greeting", CLOSE, Step.GREETING, Trouble.CLOSED, "closed the connection"),
        ("mail", "550 5.7.60 no", Step.SENDER, Trouble.SENDER, "send as hello@example.com"),
        ("mail", "530 5.7.0 Must issue a STARTTLS", Step.SENDER, Trouble.TLS_WANTED, "encryption"),
        ("mail", CLOSE, Step.SENDER, Trouble.CLOSED, "closed the connection"),
        ("rcpt", "550 5.1.1 no", Step.RECIPIENT, Trouble.RECIPIENT, "to ada@example.com"),
        ("rcpt", "554 5.7.1 Relay access denied", Step.RECIPIENT, Trouble.RELAYING, "for us"),
        ("rcpt", "530 authenticate", Step.RECIPIENT, Trouble.LOGIN_WANTED, "a user name"),
        ("data", "554 no", Step.MESSAGE, Trouble.MESSAGE, "refused the message itself"),
        ("dot", "550 not verified", Step.MESSAGE, Trouble.MESSAGE, "refused the message itself"),
        ("dot", CLOSE, Step.MESSAGE, Trouble.CLOSED, "closed the connection"),
    ],
)
def test_each_refusal_names_its_step(
    server: Ledger, phase: str, says: str, step: Step, trouble: Trouble, *, sentence: str
) -> None:
    server.says[phase] = says
    way = at(server.port)
    found = tried(way)
    assert (found.stopped_at, found.trouble) == (step, trouble)
    assert sentence in told(found, way)
    assert server.accepted == []


def test_a_server_that_greets_and_then_refuses_every_hello_is_not_ready(server: Ledger) -> None:
    server.says |= {"ehlo": "550 go away", "rset": "550 go away"}
    found = tried(at(server.port))
    assert (found.stopped_at, found.trouble) == (Step.GREETING, Trouble.NOT_READY)


def test_a_server_that_is_slow_at_every_step_is_not_waited_for_without_end(
    server: Ledger,
) -> None:
    server.delay = 0.3
    begun = time.monotonic()
    found = tried(at(server.port), seconds=0.4)
    assert found.trouble is Trouble.SILENT
    assert time.monotonic() - begun < 3


def test_a_name_that_nobody_has_is_not_found() -> None:
    way = at(25, host="mail.invalid")
    found = tried(way)
    assert (found.stopped_at, found.trouble) == (Step.NAME, Trouble.NAME_NOT_FOUND)
    assert "no machine of the name mail.invalid" in told(found, way)


def test_nobody_listening_is_refused_and_nobody_answering_is_a_time_out() -> None:
    way = at(free_port())
    found = tried(way)
    assert (found.stopped_at, found.trouble) == (Step.CONNECT, Trouble.REFUSED)
    assert "port 587 with STARTTLS" in told(found, way)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [_begun(port) for _ in range(4)]
        found = tried(at(port), seconds=0.5)
        for each in waiting:
            each.close()
    assert (found.stopped_at, found.trouble) == (Step.CONNECT, Trouble.TIMED_OUT)
    assert "firewall" in told(found, at(port))


def _begun(port: int) -> socket.socket:
    """A connection that fills the queue of a server that accepts none."""
    made = socket.socket()
    made.setblocking(False)
    made.connect_ex(("127.0.0.1", port))
    return made


def test_a_network_without_a_way_there_is_said() -> None:
    found = tried(at(25, host="255.255.255.255"))
    assert (found.stopped_at, found.trouble) == (Step.CONNECT, Trouble.UNREACHABLE)


def test_every_trouble_has_its_words() -> None:
    for each in Trouble:
        said = told(Found((), "", Step.NAME, each), at(25))
        assert "{" not in said
        assert said.count(".") >= 2
