"""A batch that is cut short: by the relay, by a lost lease, by content that cannot be filled."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from campaigns import clock
from campaigns.database import Sessions
from campaigns.delivery import batch, consequences, programs, upkeep
from campaigns.delivery.batch import Outcome
from campaigns.delivery.models import Batch, BatchState, Delivery, DeliveryStatus, Reason, Relay
from campaigns.delivery.replies import Phase, Reply
from campaigns.delivery.transports import ClosedBeforeDot, Envelope
from campaigns.delivery.transports.memory import ACCEPTED, Memory
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.rendering.models import Program
from campaigns.rendering.wire import Wire
from tests.delivery.factories import make_deliveries, make_sending
from tests.factories import make_contact

S = DeliveryStatus


@pytest.fixture(autouse=True)
def no_programs_kept() -> None:
    programs.forget()


@pytest.fixture
def sending(committed: Sessions) -> int:
    with committed.begin() as session:
        campaign, program = make_sending(session)
        make_deliveries(session, campaign, program, *[make_contact(session) for _ in range(6)])
        return campaign.id


def statuses(sessions: Sessions) -> list[DeliveryStatus]:
    with sessions() as session:
        return list(session.scalars(select(Delivery.status).order_by(Delivery.id)))


def test_a_relay_that_goes_away_in_mid_batch_leaves_the_rest_queued(
    committed: Sessions, sending: int
) -> None:
    way = Memory()

    def leave_after_this(_envelope: Envelope) -> Reply:
        way.is_down = True
        return ACCEPTED

    way.answer = leave_after_this
    assert batch.send_next(committed, way) is Outcome.WORKED
    assert statuses(committed) == [S.SENT] + [S.QUEUED] * 5
    with committed() as session:
        assert session.scalars(select(Batch.state)).one() is BatchState.WAITING
        assert session.scalars(select(Relay.failures)).one() == 1
    way.is_down = False
    way.answer = lambda _envelope: ACCEPTED
    batch.run(committed, way, seconds=20)
    assert statuses(committed) == [S.SENT] * 6


def test_a_relay_that_says_421_is_left_alone_and_nothing_is_charged(
    committed: Sessions, sending: int
) -> None:
    way = Memory(answer=lambda _envelope: Reply(Phase.RCPT, 421, "4.3.2 closing"))
    batch.send_next(committed, way)
    with committed() as session:
        rows = session.scalars(select(Delivery)).all()
        assert {(row.status, row.attempts) for row in rows} == {(S.QUEUED, 0)}


def test_one_broken_connection_is_tried_again_in_the_same_breath(
    committed: Sessions, sending: int
) -> None:
    class BreaksOnce(Memory):
        broken = False

        def send(self, envelope: Envelope, message: bytes) -> Reply:
            if not BreaksOnce.broken:
                BreaksOnce.broken = True
                raise ClosedBeforeDot("reset")
            return Memory.send(self, envelope, message)

    way = BreaksOnce()
    batch.run(committed, way, seconds=20)
    assert statuses(committed) == [S.SENT] * 6
    assert len({envelope.rcpt_to for envelope, _ in way.sent}) == len(way.sent) == 6


def test_a_worker_that_lost_its_lease_stops_at_its_next_look(
    committed: Sessions, sending: int
) -> None:
    way = Memory()

    def lose_the_lease(_envelope: Envelope) -> Reply:
        with committed.begin() as session:
            session.execute(
                update(Batch).values(lease_until=clock.now(session) - timedelta(seconds=1))
            )
        upkeep.sweep(committed)
        return ACCEPTED

    way.answer = lose_the_lease
    batch.send_next(committed, way)
    assert len(way.sent) == 1
    assert statuses(committed) == [S.SENT] + [S.QUEUED] * 5


def test_content_of_an_unknown_format_is_refused_and_five_in_a_row_pause(
    committed: Sessions, sending: int
) -> None:
    with committed.begin() as session:
        session.execute(update(Program).values(format=99))
        session.execute(text("UPDATE program SET content = jsonb_set(content, '{format}', '99')"))
    way = Memory()
    batch.run(committed, way, seconds=20)
    assert way.sent == []
    assert statuses(committed) == [S.FAILED] * 5 + [S.QUEUED]
    with committed() as session:
        campaign = session.get_one(Campaign, sending)
        assert campaign.status is CampaignStatus.PAUSED
        assert "cannot be rendered" in campaign.status_reason
        reasons = set(session.scalars(select(Delivery.reason).where(Delivery.status == S.FAILED)))
        assert reasons == {Reason.RENDER}


def test_a_row_that_kills_its_worker_stays_queued_and_the_third_time_pauses(
    committed: Sessions, sending: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_arguments: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(Wire, "fill", killed)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            batch.send_next(committed, Memory())
        with committed.begin() as session:
            session.execute(
                update(Batch).values(lease_until=clock.now(session) - timedelta(seconds=1))
            )
        upkeep.sweep(committed)
    assert statuses(committed) == [S.QUEUED] * 6
    with committed() as session:
        campaign = session.get_one(Campaign, sending)
        assert campaign.status is CampaignStatus.PAUSED
        assert "without sending" in campaign.status_reason


def test_an_answer_is_recorded_though_the_database_was_away_for_a_moment(
    committed: Sessions, sending: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = consequences.record
    failures: list[int] = []

    def away_once(*arguments: object, **named: object) -> None:
        if not failures:
            failures.append(1)
            raise OperationalError("insert", {}, Exception("server closed the connection"))
        real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(consequences, "record", away_once)
    batch.run(committed, Memory(), seconds=20)
    assert statuses(committed) == [S.SENT] * 6


def test_a_database_that_stays_away_ends_the_work_and_the_row_turns_uncertain(
    committed: Sessions, sending: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object, **_named: object) -> None:
        raise OperationalError("insert", {}, Exception("server closed the connection"))

    monkeypatch.setattr(batch, "_PATIENCE_SECONDS", 0.0)
    with monkeypatch.context() as broken:
        broken.setattr(consequences, "record", away)
        with pytest.raises(Exception, match="database does not answer"):
            batch.send_next(committed, Memory())
    with committed.begin() as session:
        session.execute(update(Batch).values(lease_until=clock.now(session) - timedelta(seconds=1)))
    upkeep.sweep(committed)
    batch.run(committed, Memory(), seconds=20)
    assert statuses(committed) == [S.UNCERTAIN] + [S.SENT] * 5


def test_what_does_not_fit_into_the_time_is_given_back(committed: Sessions, sending: int) -> None:
    way = Memory()
    batch.send_next(committed, way, deadline=0.0)
    assert way.sent == []
    with committed() as session:
        assert session.scalars(select(Batch.state)).one() is BatchState.WAITING
