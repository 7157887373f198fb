"""One test message to any address."""

import pytest

from campaigns import settings
from campaigns.contacts import suppression
from campaigns.contacts.models import Scope, SuppressionReason
from campaigns.database import Session
from campaigns.delivery import trial
from campaigns.delivery.replies import Phase, Reply
from campaigns.delivery.transports import ClosedBeforeDot, Envelope, RelayDown
from campaigns.delivery.transports.memory import Memory
from campaigns.errors import BadAddress, Conflict, Unavailable
from tests.delivery.factories import make_sending
from tests.delivery.relay import relay
from tests.factories import make_user


def test_a_test_message_goes_to_the_address_that_was_named(session: Session) -> None:
    campaign, _ = make_sending(session)
    way = Memory()
    assert "kept" in trial.send(
        session, campaign, actor=make_user(session), to="me@example.com", transport=way
    )
    assert [envelope.rcpt_to for envelope, _ in way.sent] == ["me@example.com"]


def test_a_test_message_leaves_through_the_configured_mail_server(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, _ = make_sending(session)
    with relay() as ledger:
        monkeypatch.setenv("BEDSIDE_SMTP_URL", f"smtp://127.0.0.1:{ledger.port}")
        settings.current.cache_clear()
        try:
            assert "queued" in trial.send(
                session, campaign, actor=make_user(session), to="me@example.com"
            )
        finally:
            monkeypatch.undo()
            settings.current.cache_clear()
        assert len(ledger.accepted) == 1


def test_what_the_mail_server_says_against_it_is_told(session: Session) -> None:
    campaign, _ = make_sending(session)
    refusing = Memory(answer=lambda _envelope: Reply(Phase.RCPT, 550, "5.1.1 nobody here"))
    with pytest.raises(Conflict, match=r"refused the test: 550 5\.1\.1"):
        trial.send(
            session, campaign, actor=make_user(session), to="me@example.com", transport=refusing
        )
    with pytest.raises(RelayDown):
        trial.send(
            session,
            campaign,
            actor=make_user(session),
            to="me@example.com",
            transport=Memory(is_down=True),
        )
    with pytest.raises(BadAddress):
        trial.send(session, campaign, actor=make_user(session), to="nobody", transport=Memory())


def test_a_connection_that_breaks_says_so(session: Session) -> None:
    class Breaking(Memory):
        def send(self, envelope: Envelope, message: bytes) -> Reply:
            raise ClosedBeforeDot("reset")

    campaign, _ = make_sending(session)
    with pytest.raises(Unavailable, match="try again"):
        trial.send(
            session, campaign, actor=make_user(session), to="me@example.com", transport=Breaking()
        )


def test_no_test_message_goes_to_an_address_that_is_not_to_be_written_to(session: Session) -> None:
    campaign, _ = make_sending(session)
    suppression.suppress(
        session,
        canonical="me@example.com",
        scope=Scope.MARKETING,
        reason=SuppressionReason.COMPLAINT,
    )
    way = Memory()
    with pytest.raises(Conflict, match="not to be written to"):
        trial.send(session, campaign, actor=make_user(session), to="Me@example.com", transport=way)
    assert way.sent == []


@pytest.mark.parametrize(("name", "greeted"), [("Olive Owner", "Olive"), ("Dr. Who", "Maria")])
def test_a_test_message_greets_who_works_here_by_name_and_others_as_an_invented_reader(
    session: Session, name: str, greeted: str
) -> None:
    campaign, _ = make_sending(session)
    olive = make_user(session, name=name, address="olive@example.com")
    way = Memory()
    for to in ("olive@example.com", "someone@example.com"):
        trial.send(session, campaign, actor=olive, to=to, transport=way)
    own, other = (message.decode() for _, message in way.sent)
    for each in (own, other):
        said = f"sent by {name} only to the addresses chosen for it"
        assert said in each.replace("=\r\n", "")
    assert (f"\r\n{greeted}" in own, "\r\nMaria" in other) == (True, True)
