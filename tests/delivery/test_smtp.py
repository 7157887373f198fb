"""A real SMTP conversation: each phase's failure means what the design says it means."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult, LoginPassword

from campaigns.delivery.replies import Phase, Verdict
from campaigns.delivery.transports import ClosedBeforeDot, Envelope, RelayDown
from campaigns.delivery.transports.smtp import Smtp
from campaigns.local.ports import free_port
from tests.delivery.relay import CLOSE, CLOSE_AFTER, Ledger, relay

MESSAGE = b"Message-ID: <d.one@example.com>\r\nSubject: hello\r\n\r\nA line\r\n"
TO = Envelope("bounce@example.com", "ada@example.com")


@pytest.fixture
def server() -> Iterator[Ledger]:
    with relay() as ledger:
        yield ledger


def connected(ledger: Ledger, **options: float) -> Smtp:
    way = Smtp(f"smtp://127.0.0.1:{ledger.port}", timeout_seconds=options.get("timeout", 5))
    way.ready()
    return way


def test_an_accepted_message_says_the_server_s_words(server: Ledger) -> None:
    way = connected(server)
    reply = way.send(TO, MESSAGE)
    assert (reply.code, reply.text) == (250, "2.0.0 queued as 4XYZ")
    assert reply.verdict is Verdict.ACCEPTED
    way.close()
    assert server.accepted == ["<d.one@example.com>"]


def test_one_connection_serves_many_messages_and_is_checked_before_each(server: Ledger) -> None:
    way = connected(server)
    for _ in range(3):
        way.ready()
        way.send(TO, MESSAGE)
    way.close()
    assert server.connections == 1
    assert len(server.accepted) == 3


def test_a_connection_that_died_meanwhile_is_opened_again(server: Ledger) -> None:
    way = connected(server)
    server.says["rset"] = CLOSE
    way.ready()
    del server.says["rset"]
    way.ready()
    assert server.connections == 2
    assert way.send(TO, MESSAGE).verdict is Verdict.ACCEPTED
    way.close()


def test_a_message_without_a_final_line_end_is_closed_properly(server: Ledger) -> None:
    way = connected(server)
    assert way.send(TO, MESSAGE.rstrip()).verdict is Verdict.ACCEPTED
    way.close()


@pytest.mark.parametrize(
    ("phase", "says", "verdict"),
    [
        ("mail", "550 5.7.1 sender refused", Verdict.OUR_SENDER),
        ("rcpt", "550 5.1.1 no such user", Verdict.NO_SUCH_ADDRESS),
        ("rcpt", "450 4.2.0 greylisted", Verdict.LATER),
        ("data", "554 5.7.1 policy", Verdict.POLICY),
        ("dot", "452 4.3.1 disk full", Verdict.LATER),
        ("dot", "421 4.3.2 shutting down", Verdict.RELAY),
    ],
)
def test_a_refusal_in_each_phase_leaves_the_connection_usable(
    server: Ledger, phase: str, says: str, verdict: Verdict
) -> None:
    way = connected(server)
    server.says[phase] = says
    reply = way.send(TO, MESSAGE)
    assert (reply.phase, reply.verdict) == (Phase(phase), verdict)
    assert server.accepted == []
    server.says.clear()
    way.ready()
    assert way.send(TO, MESSAGE).verdict is Verdict.ACCEPTED
    way.close()


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "peek"])
def test_a_close_before_the_dot_is_never_uncertain(server: Ledger, phase: str) -> None:
    way = connected(server)
    server.says[phase] = CLOSE
    with pytest.raises(ClosedBeforeDot):
        way.send(TO, MESSAGE + b"x" * 20_000_000)
    assert server.accepted == []


@pytest.mark.parametrize("says", [CLOSE, CLOSE_AFTER])
def test_no_answer_after_the_dot_is_unknown_whether_stored_or_not(
    server: Ledger, says: str
) -> None:
    way = connected(server)
    server.says["dot"] = says
    reply = way.send(TO, MESSAGE)
    assert reply.code is None
    assert reply.verdict is Verdict.UNKNOWN
    assert len(server.accepted) == (1 if says == CLOSE_AFTER else 0)


def test_sending_without_a_connection_is_refused_before_anything(server: Ledger) -> None:
    way = Smtp(f"smtp://127.0.0.1:{server.port}")
    with pytest.raises(ClosedBeforeDot):
        way.send(TO, MESSAGE)


def test_a_mail_server_that_is_not_there_is_named() -> None:
    port = free_port()
    way = Smtp(f"smtp://127.0.0.1:{port}")
    with pytest.raises(RelayDown, match=rf"127\.0\.0\.1:{port} does not answer"):
        way.ready()


def test_a_server_that_will_not_talk_is_down(server: Ledger) -> None:
    server.says["greeting"] = "421 too busy"
    with pytest.raises(RelayDown, match="BEDSIDE_SMTP_URL"):
        Smtp(f"smtp://127.0.0.1:{server.port}").ready()


def test_a_login_where_none_is_offered_says_what_to_check(server: Ledger) -> None:
    with pytest.raises(RelayDown, match="does not answer"):
        Smtp(f"smtp://user:secret@127.0.0.1:{server.port}").ready()


def test_starttls_that_is_not_offered_is_not_silently_left_out(server: Ledger) -> None:
    with pytest.raises(RelayDown, match="STARTTLS"):
        Smtp(f"smtp+starttls://127.0.0.1:{server.port}").ready()


def test_tls_against_a_plain_server_is_no_secure_connection(server: Ledger) -> None:
    with pytest.raises(RelayDown, match="No secure connection"):
        Smtp(f"smtps://127.0.0.1:{server.port}", timeout_seconds=3).ready()


def test_a_non_ascii_mailbox_is_refused_by_name_where_smtputf8_is_missing(server: Ledger) -> None:
    way = connected(server)
    reply = way.send(Envelope("bounce@example.com", "jörg@example.com"), MESSAGE)
    assert "SMTPUTF8" in reply.text
    way.close()


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
def test_an_answer_out_of_step_ends_the_conversation_before_the_dot(
    server: Ledger, phase: str
) -> None:
    way = connected(server)
    server.says[phase] = "250 late" if phase == "data" else "354 go on"
    with pytest.raises(ClosedBeforeDot, match="out of step"):
        way.send(TO, MESSAGE)
    server.says.clear()
    way.ready()
    assert server.connections == 2
    assert way.send(TO, MESSAGE).verdict is Verdict.ACCEPTED
    way.close()


def test_an_answer_to_the_dot_that_makes_no_sense_is_unknown_and_not_tried_again(
    server: Ledger,
) -> None:
    way = connected(server)
    server.says["dot"] = "354 go on"
    assert way.send(TO, MESSAGE).verdict is Verdict.UNKNOWN
    way.ready()
    assert server.connections == 2
    way.close()


def test_a_time_limit_in_mid_conversation_leaves_no_answer_for_the_next_message(
    server: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = connected(server)

    class LimitReached(Exception):
        """As Celery's soft time limit: it comes from a signal, anywhere."""

    def limit(*_arguments: object) -> None:
        raise LimitReached

    with monkeypatch.context() as struck:
        struck.setattr("smtplib.SMTP.rcpt", limit)
        with pytest.raises(LimitReached):
            way.send(TO, MESSAGE)
    way.ready()
    assert server.connections == 2
    assert way.send(TO, MESSAGE).verdict is Verdict.ACCEPTED
    way.close()


def test_a_message_has_so_much_time_as_a_whole(server: Ledger) -> None:
    way = connected(server, timeout=1)
    server.delay = 0.4
    with pytest.raises(ClosedBeforeDot):
        way.send(TO, MESSAGE)
    server.delay = 0.0
    way.ready()
    assert way.send(TO, MESSAGE).verdict is Verdict.ACCEPTED
    way.close()


def test_a_line_that_begins_with_a_dot_arrives_as_it_was(server: Ledger) -> None:
    way = connected(server)
    way.send(TO, b"Message-ID: <d.dot@example.com>\r\n\r\n.ics\r\n.\r\nthe end\r\n")
    way.close()
    assert server.accepted == ["<d.dot@example.com>"]
    assert server.bodies == [b"\r\n..ics\r\n..\r\nthe end\r\n"]


def test_closing_twice_is_harmless(server: Ledger) -> None:
    way = connected(server)
    server.says["rset"] = CLOSE
    way.close()
    way.close()


class _Door:
    """Lets one user in."""

    def __call__(
        self, _server: object, _session: object, _envelope: object, _way: str, data: object
    ) -> AuthResult:
        is_known = isinstance(data, LoginPassword) and data.password == b"right"
        return AuthResult(success=is_known, handled=False)


@pytest.fixture
def guarded() -> Iterator[int]:
    """A mail server that wants a login; its port."""
    controller = Controller(
        Sink(),
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=_Door(),
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    yield controller.port
    controller.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_the_right_password_sends(guarded: int) -> None:
    way = Smtp(f"smtp://user:right@127.0.0.1:{guarded}")
    way.ready()
    assert way.send(TO, MESSAGE).verdict is Verdict.ACCEPTED
    way.close()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wrong_password_says_which_setting_to_check(guarded: int) -> None:
    with pytest.raises(RelayDown, match="refuses our user name or password"):
        Smtp(f"smtp://user:wrong@127.0.0.1:{guarded}").ready()
