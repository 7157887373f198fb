"""One batch by one worker: each is sent once or has a reason."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select, update

from campaigns.contacts import consent, suppression
from campaigns.contacts.models import Contact, Scope, Suppression, SuppressionReason
from campaigns.database import Sessions
from campaigns.delivery import batch, lifecycle, programs, throttle, upkeep
from campaigns.delivery.batch import Outcome
from campaigns.delivery.models import Attempt, Batch, BatchState, Delivery, DeliveryStatus, Reason
from campaigns.delivery.replies import Phase, Reply
from campaigns.delivery.transports import ClosedBeforeDot, Envelope
from campaigns.delivery.transports.memory import Memory
from campaigns.planning import lifecycle as campaign_lifecycle
from campaigns.planning.models import Campaign, CampaignStatus
from tests.delivery.factories import make_deliveries, make_sending
from tests.factories import make_contact

S = DeliveryStatus


@pytest.fixture(autouse=True)
def no_programs_kept() -> None:
    programs.forget()


@pytest.fixture
def sending(committed: Sessions) -> int:
    """A campaign with three queued deliveries in one batch; its id."""
    with committed.begin() as session:
        campaign, program = make_sending(session)
        make_deliveries(session, campaign, program)
        return campaign.id


def answers(code: int | None, text: str, phase: Phase = Phase.DOT) -> Callable[[Envelope], Reply]:
    return lambda _envelope: Reply(phase, code, text)


def stand(sessions: Sessions) -> list[tuple[DeliveryStatus, Reason]]:
    with sessions() as session:
        rows = session.execute(select(Delivery.status, Delivery.reason).order_by(Delivery.id))
        return [(status, reason) for status, reason in rows]


def status_of(sessions: Sessions, campaign_id: int) -> tuple[CampaignStatus, str]:
    with sessions() as session:
        campaign = session.get_one(Campaign, campaign_id)
        return campaign.status, campaign.status_reason


def test_everyone_in_the_batch_gets_one_message_and_the_campaign_finishes(
    committed: Sessions, sending: int
) -> None:
    way = Memory()
    assert batch.run(committed, way, seconds=20) is Outcome.NOTHING_TO_DO
    assert stand(committed) == [(S.SENT, Reason.NONE)] * 3
    assert len({envelope.rcpt_to for envelope, _ in way.sent}) == 3
    upkeep.sweep(committed)
    assert status_of(committed, sending)[0] is CampaignStatus.FINISHED
    with committed() as session:
        assert session.scalars(select(Batch.state)).all() == [BatchState.DONE]


def test_a_message_carries_its_own_id_and_a_way_out_in_one_click(
    committed: Sessions, sending: int
) -> None:
    way = Memory()
    batch.run(committed, way, seconds=20)
    messages = [message_from_bytes(raw, policy=policy.default) for _, raw in way.sent]
    assert len({message["Message-ID"] for message in messages}) == 3
    for (envelope, _), message in zip(way.sent, messages, strict=True):
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert envelope.mail_from.startswith("bounce-")
        assert message["To"] == envelope.rcpt_to
        assert [part.get_content_type() for part in message.walk()][1:] == [
            "text/plain",
            "text/html",
        ]


def test_who_withdrew_after_the_freeze_is_skipped_with_the_reason(
    committed: Sessions, sending: int
) -> None:
    with committed.begin() as session:
        first = session.scalars(select(Contact).order_by(Contact.id)).first()
        assert first is not None
        consent.withdraw(session, first, through="one-click")
    way = Memory()
    batch.run(committed, way, seconds=20)
    assert stand(committed)[0] == (S.SKIPPED, Reason.WITHDRAWN)
    assert len(way.sent) == 2


def test_who_was_suppressed_after_the_freeze_is_skipped(committed: Sessions, sending: int) -> None:
    with committed.begin() as session:
        first = session.scalars(select(Contact).order_by(Contact.id)).first()
        assert first is not None
        suppression.suppress(
            session,
            canonical=str(first.canonical_address),
            scope=Scope.MARKETING,
            reason=SuppressionReason.COMPLAINT,
        )
    batch.run(committed, Memory(), seconds=20)
    assert stand(committed)[0] == (S.SKIPPED, Reason.SUPPRESSED)


def test_a_pause_stops_before_the_next_message_and_nothing_is_lost(
    committed: Sessions, sending: int
) -> None:
    way = Memory()

    def pause_after_the_first(_envelope: Envelope) -> Reply:
        with committed.begin() as session:
            campaign = session.get_one(Campaign, sending)
            campaign_lifecycle.pause(session, campaign, reason="by Olive")
        return Reply(Phase.DOT, 250, "2.0.0 ok")

    way.answer = pause_after_the_first
    batch.run(committed, way, seconds=20)
    assert [status for status, _ in stand(committed)] == [S.SENT, S.QUEUED, S.QUEUED]
    with committed() as session:
        assert session.scalars(select(Batch.state)).all() == [BatchState.WAITING]
    with committed.begin() as session:
        campaign_lifecycle.resume(session, session.get_one(Campaign, sending))
    way.answer = answers(250, "2.0.0 ok")
    batch.run(committed, way, seconds=20)
    assert [status for status, _ in stand(committed)] == [S.SENT] * 3
    assert len({envelope.rcpt_to for envelope, _ in way.sent}) == len(way.sent) == 3


def test_a_hard_bounce_fails_and_silences_the_contact_in_every_campaign(
    committed: Sessions, sending: int
) -> None:
    way = Memory(answer=answers(550, "5.1.1 no such user", Phase.RCPT))
    batch.run(committed, way, seconds=20)
    assert stand(committed) == [(S.FAILED, Reason.HARD_BOUNCE)] * 3
    with committed() as session:
        scopes = session.scalars(select(Suppression.scope)).all()
        assert scopes == [Scope.EVERYTHING] * 3


def test_a_full_mailbox_is_suppressed_only_after_three_campaigns(committed: Sessions) -> None:
    way = Memory(answer=answers(552, "5.2.2 mailbox full"))
    with committed.begin() as session:
        contact = make_contact(session)
    for round_ in range(1, 4):
        with committed.begin() as session:
            campaign, program = make_sending(session)
            make_deliveries(session, campaign, program, session.get_one(Contact, contact.id))
        batch.run(committed, way, seconds=20)
        with committed() as session:
            suppressed = session.scalars(select(Suppression)).all()
            assert len(suppressed) == (1 if round_ == 3 else 0)
    assert {reason for _, reason in stand(committed)} == {Reason.REFUSED}


def test_a_policy_refusal_suppresses_nobody_and_five_in_a_row_pause_the_campaign(
    committed: Sessions,
) -> None:
    with committed.begin() as session:
        campaign, program = make_sending(session)
        make_deliveries(session, campaign, program, *[make_contact(session) for _ in range(8)])
        campaign_id = campaign.id
    way = Memory(answer=answers(554, "5.7.1 blocked by policy"))
    batch.run(committed, way, seconds=20)
    statuses = [status for status, _ in stand(committed)]
    assert statuses.count(S.FAILED) == 5
    assert statuses.count(S.QUEUED) == 3
    status, reason = status_of(committed, campaign_id)
    assert status is CampaignStatus.PAUSED
    assert "5.7.1" in reason
    with committed() as session:
        assert session.scalars(select(Suppression)).all() == []


def test_a_message_that_is_too_large_pauses_at_once(committed: Sessions, sending: int) -> None:
    batch.run(committed, Memory(answer=answers(552, "5.3.4 too big")), seconds=20)
    assert [status for status, _ in stand(committed)] == [S.FAILED, S.QUEUED, S.QUEUED]
    assert status_of(committed, sending)[0] is CampaignStatus.PAUSED


def test_a_refused_sender_pauses_the_campaign_and_charges_nobody(
    committed: Sessions, sending: int
) -> None:
    batch.run(committed, Memory(answer=answers(553, "sender rejected", Phase.MAIL)), seconds=20)
    assert [status for status, _ in stand(committed)] == [S.QUEUED] * 3
    assert status_of(committed, sending)[0] is CampaignStatus.PAUSED
    with committed() as session:
        assert session.scalars(select(Delivery.attempts)).all() == [0, 0, 0]


def test_greylisting_waits_and_tries_again_with_the_same_message_id(
    committed: Sessions, sending: int
) -> None:
    way = Memory(answer=answers(451, "4.7.1 greylisted", Phase.RCPT))
    batch.run(committed, way, seconds=20)
    with committed.begin() as session:
        rows = session.scalars(select(Delivery)).all()
        assert {row.status for row in rows} == {S.QUEUED}
        assert all(row.batch_id is None and row.attempts == 1 for row in rows)
        waits = [row.next_at for row in rows]
        assert session.scalars(select(Attempt.verdict)).all() == ["later"] * 3
        session.execute(update(Delivery).values(next_at=min(waits) - timedelta(hours=1)))
    upkeep.sweep(committed)
    way.answer = answers(250, "2.0.0 ok")
    batch.run(committed, way, seconds=20)
    assert [status for status, _ in stand(committed)] == [S.SENT] * 3


def test_an_answer_that_never_comes_leaves_it_uncertain_and_never_sends_it_again(
    committed: Sessions, sending: int
) -> None:
    way = Memory(answer=answers(None, "no answer after the dot"))
    batch.run(committed, way, seconds=20)
    assert [status for status, _ in stand(committed)] == [S.UNCERTAIN] * 3
    way.answer = answers(250, "ok")
    upkeep.sweep(committed)
    batch.run(committed, way, seconds=20)
    assert way.sent == []
    assert status_of(committed, sending)[0] is CampaignStatus.FINISHED


def test_a_connection_that_breaks_before_the_dot_charges_no_attempt(
    committed: Sessions, sending: int
) -> None:
    class Breaking(Memory):
        def send(self, envelope: Envelope, message: bytes) -> Reply:
            raise ClosedBeforeDot("gone")

    assert batch.run(committed, Breaking(), seconds=20) is Outcome.RELAY_DOWN
    with committed() as session:
        rows = session.scalars(select(Delivery)).all()
        assert {(row.status, row.attempts) for row in rows} == {(S.QUEUED, 0)}


def test_a_relay_that_is_down_claims_nothing_and_the_breaker_opens_after_five(
    committed: Sessions, sending: int
) -> None:
    way = Memory(is_down=True)
    for _ in range(5):
        assert batch.send_next(committed, way) is Outcome.RELAY_DOWN
    with committed.begin() as session:
        assert throttle.relay(session).open_until is not None
        assert session.scalars(select(Batch.epoch)).all() == [0]
        assert not throttle.may_try(session)
    way.is_down = False
    assert batch.send_next(committed, way) is Outcome.RELAY_DOWN
    with committed.begin() as session:
        relay = throttle.relay(session)
        relay.open_until = relay.open_until and relay.open_until - timedelta(minutes=1)
    assert batch.run(committed, way, seconds=20) is Outcome.NOTHING_TO_DO
    assert len(way.sent) == 3
    with committed.begin() as session:
        assert throttle.relay(session).failures == 0


def test_a_worker_frozen_past_its_lease_finds_its_epoch_gone(
    committed: Sessions, sending: int
) -> None:
    with committed.begin() as session:
        stale = lifecycle.claim(session, owner="frozen", lease_seconds=60)
        assert stale is not None
    with committed.begin() as session:
        session.execute(update(Batch).values(lease_until=Batch.lease_until - timedelta(hours=1)))
    upkeep.sweep(committed)
    with committed.begin() as session:
        fresh = lifecycle.claim(session, owner="awake", lease_seconds=60)
        assert fresh is not None
        assert fresh.epoch == stale.epoch + 1
        assert not lifecycle.renew(session, stale, lease_seconds=60)
        assert lifecycle.renew(session, fresh, lease_seconds=60)
        assert not lifecycle.give_back(session, stale)


def test_what_a_dead_worker_had_on_its_way_is_uncertain_and_the_rest_goes_out(
    committed: Sessions, sending: int
) -> None:
    with committed.begin() as session:
        held = lifecycle.claim(session, owner="dead", lease_seconds=60)
        assert held is not None
        first = session.scalars(select(Delivery.id).order_by(Delivery.id)).first()
        assert first is not None
        assert lifecycle.depart(session, first, batch=held)
        session.execute(update(Batch).values(lease_until=Batch.lease_until - timedelta(hours=1)))
    upkeep.sweep(committed)
    way = Memory()
    batch.run(committed, way, seconds=20)
    assert [status for status, _ in stand(committed)] == [S.UNCERTAIN, S.SENT, S.SENT]
    with committed.begin() as session:
        assert lifecycle.accept(session, first, answer="found in the relay's log")
    assert [status for status, _ in stand(committed)] == [S.SENT] * 3


def test_workers_that_die_three_times_without_progress_pause_the_campaign(
    committed: Sessions, sending: int
) -> None:
    for _ in range(3):
        with committed.begin() as session:
            assert lifecycle.claim(session, owner="dying", lease_seconds=60)
            session.execute(
                update(Batch).values(lease_until=Batch.lease_until - timedelta(hours=1))
            )
        upkeep.sweep(committed)
    status, reason = status_of(committed, sending)
    assert status is CampaignStatus.PAUSED
    assert "3 times" in reason
    assert [status for status, _ in stand(committed)] == [S.QUEUED] * 3


def test_a_delivery_past_its_last_moment_expires(committed: Sessions, sending: int) -> None:
    with committed.begin() as session:
        campaign = session.get_one(Campaign, sending)
        assert campaign.scheduled_at is not None
        campaign.send_not_after = campaign.scheduled_at - timedelta(minutes=1)
    batch.run(committed, Memory(), seconds=20)
    assert stand(committed) == [(S.SKIPPED, Reason.EXPIRED)] * 3


def test_a_non_ascii_mailbox_fails_by_name_and_the_others_are_sent(committed: Sessions) -> None:
    with committed.begin() as session:
        campaign, program = make_sending(session)
        odd = make_contact(session, "jörg@example.com")
        make_deliveries(session, campaign, program, odd, make_contact(session))
    batch.run(committed, Memory(), seconds=20)
    assert stand(committed) == [(S.FAILED, Reason.ADDRESS), (S.SENT, Reason.NONE)]


def test_the_pace_spaces_messages_evenly(committed: Sessions) -> None:
    with committed.begin() as session:
        campaign, _ = make_sending(session, pace_per_minute=60)
        campaign_id = campaign.id
    waits = []
    for _ in range(4):
        with committed.begin() as session:
            wait = throttle.reserve(session, campaign_id)
            assert wait is not None
            waits.append(wait.total_seconds())
    assert waits[0] == 0
    assert waits[1:] == pytest.approx([1, 2, 3], abs=0.5)


def test_a_slot_that_is_far_away_is_left_for_a_later_tick(committed: Sessions) -> None:
    with committed.begin() as session:
        campaign, program = make_sending(session, pace_per_minute=1)
        make_deliveries(session, campaign, program)
    way = Memory()
    batch.run(committed, way, seconds=20)
    assert len(way.sent) == 1
    assert [status for status, _ in stand(committed)] == [S.SENT, S.QUEUED, S.QUEUED]


def test_the_pace_of_the_installation_holds_over_all_campaigns(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    from campaigns import settings

    monkeypatch.setenv("BEDSIDE_PACE_PER_MINUTE", "2")
    settings.current.cache_clear()
    try:
        with committed.begin() as session:
            for _ in range(2):
                campaign, program = make_sending(session)
                make_deliveries(session, campaign, program, make_contact(session))
        way = Memory()
        batch.run(committed, way, seconds=20)
        assert len(way.sent) == 1
    finally:
        monkeypatch.delenv("BEDSIDE_PACE_PER_MINUTE")
        settings.current.cache_clear()


def test_a_worker_that_waited_enough_for_the_pace_yields_to_other_work(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_PACED_SECONDS", 0.0)
    with committed.begin() as session:
        campaign, program = make_sending(session, pace_per_minute=60)
        make_deliveries(session, campaign, program)
    way = Memory()
    assert batch.run(committed, way, seconds=20) is Outcome.YIELDED
    assert len(way.sent) == 1
    with committed() as session:
        assert session.scalars(select(Batch.state)).one() is BatchState.WAITING
