"""A person frees what is stuck, tries the mail server again, has letters sent again."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaigns import addresses, notices
from campaigns.accounts.models import AuditEntry, Role
from campaigns.database import Session, Sessions
from campaigns.delivery import batch, lifecycle, mending, throttle, watching
from campaigns.delivery import notices as letters
from campaigns.delivery.mending import Released
from campaigns.delivery.models import Batch, BatchState, Delivery, DeliveryStatus, Relay
from campaigns.delivery.replies import Phase, Reply
from campaigns.delivery.throttle import RELAY
from campaigns.delivery.transports.memory import Memory
from campaigns.errors import NotAllowed, NotFound
from campaigns.notices import Notice, NoticeStatus
from tests.delivery.factories import make_deliveries, make_sending
from tests.factories import make_organisation, make_user, move_clock

S = DeliveryStatus
LEASE = 60


@pytest.fixture
def sending(committed: Sessions) -> Sessions:
    """Three queued deliveries in one batch."""
    with committed.begin() as session:
        campaign, program = make_sending(session)
        make_deliveries(session, campaign, program)
    return committed


def release(sessions: Sessions) -> Released:
    with sessions.begin() as session:
        return mending.release(session, actor=make_user(session))


def hold(sessions: Sessions) -> Batch:
    """A worker holds the batch and has the first message on its way."""
    with sessions.begin() as session:
        held = lifecycle.claim(session, owner="host:1", lease_seconds=LEASE)
        assert held is not None
        first = session.scalars(select(Delivery.id).order_by(Delivery.id)).first()
        assert first is not None
        assert lifecycle.depart(session, first, batch=held)
        return held


def pass_lease(sessions: Sessions) -> None:
    with sessions.begin() as session:
        move_clock(session, by=timedelta(seconds=LEASE + 1))


def statuses(sessions: Sessions) -> list[DeliveryStatus]:
    with sessions() as session:
        return list(session.scalars(select(Delivery.status).order_by(Delivery.id)))


def audited(session: Session, verb: str) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.verb == verb)))


def test_what_a_dead_worker_left_is_freed_and_what_was_on_its_way_is_uncertain(
    sending: Sessions,
) -> None:
    hold(sending)
    pass_lease(sending)
    assert release(sending) == Released(batches=1, gathered=0)
    assert statuses(sending) == [S.UNCERTAIN, S.QUEUED, S.QUEUED]
    way = Memory()
    batch.run(sending, way, seconds=20)
    assert len(way.sent) == 2
    with sending() as session:
        [entry] = audited(session, "release what is stuck")
        assert entry.after == {"batches": 1, "gathered": 0}


def test_a_worker_that_is_alive_keeps_what_it_holds(sending: Sessions) -> None:
    held = hold(sending)
    assert release(sending) == Released(batches=0, gathered=0)
    with sending() as session:
        assert session.get_one(Batch, held.id).owner == "host:1"
        [holder] = watching.holders(session)
        assert (holder.worker, holder.queued, holder.inflight) == ("host:1", 2, 1)
    assert statuses(sending) == [S.INFLIGHT, S.QUEUED, S.QUEUED]


def test_what_is_uncertain_stays_uncertain_however_often_it_is_released(sending: Sessions) -> None:
    hold(sending)
    pass_lease(sending)
    threads = [threading.Thread(target=release, args=(sending,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses(sending) == [S.UNCERTAIN, S.QUEUED, S.QUEUED]
    with sending() as session:
        assert session.scalars(select(Batch.crashes)).all() == [1]


def test_the_answer_of_a_worker_that_was_thought_dead_still_counts(sending: Sessions) -> None:
    held = hold(sending)
    pass_lease(sending)
    release(sending)
    with sending.begin() as session:
        first = session.scalars(select(Delivery.id).order_by(Delivery.id)).first()
        assert first is not None
        assert not lifecycle.renew(session, held, lease_seconds=LEASE)
        assert not lifecycle.take_back(session, first, batch=held)
        assert lifecycle.accept(session, first, answer="250 late")
    assert statuses(sending) == [S.SENT, S.QUEUED, S.QUEUED]


def test_messages_in_no_batch_whose_time_has_come_are_gathered(sending: Sessions) -> None:
    with sending.begin() as session:
        session.execute(update(Delivery).values(batch_id=None))
        session.execute(update(Batch).values(state=BatchState.DONE))
        assert watching.waiting_since(session) is not None
    assert release(sending) == Released(batches=0, gathered=3)
    way = Memory()
    batch.run(sending, way, seconds=20)
    assert len(way.sent) == 3


def test_a_mail_server_that_was_left_alone_is_tried_again_now(sending: Sessions) -> None:
    with sending.begin() as session:
        throttle.relay(session)
        for _ in range(5):
            throttle.note_failure(session, error="refused for ada@example.com")
        assert not throttle.may_try(session)
    with sending.begin() as session:
        mending.close_breaker(session, actor=make_user(session), relay=RELAY)
    with sending.begin() as session:
        assert throttle.may_try(session)
        [relay] = watching.relays(session)
        assert (relay.failures, relay.opened, relay.last_error) == (0, 0, "")
        [entry] = audited(session, "try the mail server again")
        assert entry.before["failures"] == 5
        assert "ada@" not in entry.before["last_error"]


def test_a_mail_server_that_was_never_used_has_no_breaker(session: Session) -> None:
    with pytest.raises(NotFound, match="No mail server elsewhere"):
        mending.close_breaker(session, actor=make_user(session), relay="elsewhere")


def fail_letters(sessions: Sessions, *names: str) -> None:
    with sessions.begin() as session:
        make_organisation(session)
        for name in names:
            notices.leave(
                session,
                key=f"test:{name}",
                kind="confirm_address",
                to=addresses.parse(f"{name}@example.com"),
                context={"name": name, "confirm_url": "https://mail.example.com/confirm/x"},
            )
    way = Memory(answer=lambda _envelope: Reply(Phase.RCPT, 550, "not for ada@example.com"))
    letters.send_due(sessions, way)


def test_letters_that_failed_are_sent_again_by_kind(committed: Sessions) -> None:
    fail_letters(committed, "ada", "ben")
    with committed.begin() as session:
        [failed] = watching.letters(session)
        assert (failed.kind, failed.status, failed.letters) == (
            "confirm_address",
            NoticeStatus.FAILED,
            2,
        )
        assert "ada@" not in failed.error
        actor = make_user(session)
        assert mending.retry_letters(session, actor=actor, kind="booking_received") == 0
        assert mending.retry_letters(session, actor=actor, kind="confirm_address") == 2
        [entry] = audited(session, "retry failed letters")
        assert entry.after == {"letters": 2}
    way = Memory()
    assert letters.send_due(committed, way) == 2
    with committed() as session:
        assert set(session.scalars(select(Notice.status))) == {NoticeStatus.SENT}


def test_only_who_looks_after_sending_mends_it(session: Session) -> None:
    viewer = make_user(session, Role.VIEWER, Role.DESK)
    with pytest.raises(NotAllowed, match="watch and mend sending"):
        mending.release(session, actor=viewer)
    with pytest.raises(NotAllowed):
        mending.close_breaker(session, actor=viewer, relay=RELAY)
    with pytest.raises(NotAllowed):
        mending.retry_letters(session, actor=viewer, kind="confirm_address")
    assert session.scalar(select(Relay.name)) is None
