"""Letters are sent at least once, always under the same Message-ID."""

from datetime import timedelta
from email import message_from_bytes, policy

from sqlalchemy import select, update

from campaigns import addresses, clock, notices
from campaigns.accounts import own_password
from campaigns.contacts import suppression
from campaigns.contacts.models import Scope, SuppressionReason
from campaigns.database import Sessions
from campaigns.delivery import notices as sending
from campaigns.delivery.replies import Phase, Reply
from campaigns.delivery.transports import ClosedBeforeDot, Envelope
from campaigns.delivery.transports.memory import Memory
from campaigns.notices import Notice, NoticeStatus
from tests.factories import make_organisation, make_user


def leave(sessions: Sessions, *, address: str = "ada@example.com") -> None:
    with sessions.begin() as session:
        make_organisation(session)
        notices.leave(
            session,
            key=f"test:{address}",
            kind="confirm_address",
            to=addresses.parse(address),
            name="Ada",
            context={"name": "Ada", "confirm_url": "https://mail.example.com/confirm/x"},
        )


def due_again(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(update(Notice).values(next_at=clock.now(session) - timedelta(seconds=1)))


def one(sessions: Sessions) -> Notice:
    with sessions() as session:
        return session.scalars(select(Notice)).one()


def test_a_letter_left_is_sent_once_by_two_workers(committed: Sessions) -> None:
    leave(committed)
    way = Memory()
    assert sending.send_due(committed, way) == 1
    assert sending.send_due(committed, way) == 0
    assert len(way.sent) == 1
    assert one(committed).status is NoticeStatus.SENT


def test_a_letter_that_is_put_off_comes_again_under_the_same_message_id(
    committed: Sessions,
) -> None:
    leave(committed)
    seen: list[bytes] = []

    class Wavering(Memory):
        def send(self, envelope: Envelope, message: bytes) -> Reply:
            seen.append(message)
            return (
                Reply(Phase.DOT, 451, "later")
                if len(seen) == 1
                else Memory.send(self, envelope, message)
            )

    way = Wavering()
    assert sending.send_due(committed, way) == 0
    assert one(committed).status is NoticeStatus.QUEUED
    due_again(committed)
    assert sending.send_due(committed, way) == 1
    assert len({message_from_bytes(each)["Message-ID"] for each in seen}) == 1


def test_a_mail_server_that_is_away_loses_no_letter(committed: Sessions) -> None:
    leave(committed)
    assert sending.send_due(committed, Memory(is_down=True)) == 0

    class Closing(Memory):
        def send(self, envelope: Envelope, message: bytes) -> Reply:
            raise ClosedBeforeDot("gone")

    due_again(committed)
    assert sending.send_due(committed, Closing()) == 0
    due_again(committed)
    assert sending.send_due(committed, Memory()) == 1


def test_a_letter_gives_up_after_a_dozen_attempts(committed: Sessions) -> None:
    leave(committed)
    for _ in range(12):
        due_again(committed)
        sending.send_due(committed, Memory(is_down=True))
    assert one(committed).status is NoticeStatus.FAILED


def test_a_refused_letter_fails_with_the_server_s_words(committed: Sessions) -> None:
    leave(committed)
    way = Memory(answer=lambda _envelope: Reply(Phase.RCPT, 550, "5.1.1 no such user"))
    sending.send_due(committed, way)
    assert (one(committed).status, one(committed).error) == (
        NoticeStatus.FAILED,
        "550 5.1.1 no such user",
    )


def test_an_address_suppressed_for_everything_gets_no_letter_and_others_do(
    committed: Sessions,
) -> None:
    for address, scope in (
        ("gone@example.com", Scope.EVERYTHING),
        ("complained@example.com", Scope.MARKETING),
    ):
        leave(committed, address=address)
        with committed.begin() as session:
            suppression.suppress(
                session, canonical=address, scope=scope, reason=SuppressionReason.REQUEST
            )
    way = Memory()
    assert sending.send_due(committed, way) == 1
    assert [envelope.rcpt_to for envelope, _ in way.sent] == ["complained@example.com"]


def test_a_letter_that_cannot_be_built_is_put_off_and_holds_up_no_other(
    committed: Sessions,
) -> None:
    leave(committed, address="first@example.com")
    with committed.begin() as session:
        session.execute(update(Notice).values(kind="no_such_kind"))
    leave(committed, address="second@example.com")
    way = Memory()
    assert sending.send_due(committed, way) == 1
    assert [envelope.rcpt_to for envelope, _ in way.sent] == ["second@example.com"]
    with committed() as session:
        waiting = session.scalars(select(Notice).where(Notice.kind == "no_such_kind")).one()
        assert waiting.status is NoticeStatus.QUEUED
        assert waiting.next_at > clock.now(session)


def test_a_link_that_lets_somebody_in_is_forgotten_once_its_letter_has_left(
    committed: Sessions,
) -> None:
    with committed.begin() as session:
        make_organisation(session)
        user = make_user(session, address="ada@example.com")
        own_password.ask(session, user.address)
    before = one(committed).context["reset_url"]
    way = Memory()
    assert sending.send_due(committed, way) == 1
    (_, message) = way.sent[0]
    letter = message_from_bytes(message, policy=policy.default).get_body(("plain",))
    assert letter is not None
    assert before in letter.get_content()
    assert one(committed).context == {}


def test_a_link_that_lets_somebody_in_is_kept_while_its_letter_waits(committed: Sessions) -> None:
    with committed.begin() as session:
        make_organisation(session)
        own_password.ask(session, make_user(session, address="ada@example.com").address)
    assert sending.send_due(committed, Memory(is_down=True)) == 0
    assert "reset_url" in one(committed).context
