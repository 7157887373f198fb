"""What failed or is uncertain is tried again only by a person, who answers for it."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import func, select, update

from campaigns.accounts.models import AuditEntry
from campaigns.contacts import consent, suppression
from campaigns.contacts.models import Contact, Topic
from campaigns.database import Session, Sessions
from campaigns.delivery import batch, lifecycle, queries, retrying, stopping, upkeep
from campaigns.delivery.models import Attempt, Batch, BatchState, Delivery, DeliveryStatus, Reason
from campaigns.delivery.replies import Phase, Reply
from campaigns.delivery.transports import Envelope
from campaigns.delivery.transports.memory import ACCEPTED, Memory
from campaigns.errors import Blocked, Conflict, NotAllowed, NotInState
from campaigns.planning.models import CampaignStatus
from campaigns.promotions import lifecycle as promotions
from campaigns.promotions import queries as catalogue
from campaigns.registry import FACTS, RULES
from campaigns.reporting import invariants
from tests.delivery import sample_road as road
from tests.factories import move_clock

S = DeliveryStatus
REFUSED = Reply(Phase.RCPT, 550, "5.6.0 not like this")
SILENT = Reply(Phase.DOT, None, "the answer never came")
NOBODY = Reply(Phase.RCPT, 550, "5.1.1 no such user")


def answering(*first: Reply) -> Callable[[Envelope], Reply]:
    """These answers first, one for each message, then acceptance."""
    left = list(first)
    return lambda _envelope: left.pop(0) if left else ACCEPTED


def run(sessions: Sessions, *first: Reply) -> Memory:
    """Gather what is due, send everything, finish what is done; what was handed over."""
    way = Memory(answer=answering(*first))
    upkeep.sweep(sessions)
    batch.run(sessions, way, seconds=30)
    upkeep.sweep(sessions)
    return way


def counts(sessions: Sessions) -> dict[tuple[DeliveryStatus, Reason], int]:
    with sessions() as session:
        return dict(queries.counts(session, road.named(session).id))


def status(sessions: Sessions) -> CampaignStatus:
    with sessions() as session:
        return road.named(session).status


def retry(sessions: Sessions, reason: Reason = Reason.REFUSED) -> int:
    with sessions.begin() as session:
        return retrying.retry_failed(
            session,
            road.named(session),
            actor=road.owner(session),
            reason=reason,
            rules=RULES,
            facts=FACTS,
        )


def resend(sessions: Sessions, expected: int) -> int:
    with sessions.begin() as session:
        return retrying.resend_uncertain(
            session,
            road.named(session),
            actor=road.owner(session),
            expected=expected,
            rules=RULES,
            facts=FACTS,
        )


def leave(sessions: Sessions) -> int:
    with sessions.begin() as session:
        return retrying.leave_uncertain(session, road.named(session), actor=road.owner(session))


def broken(sessions: Sessions) -> list[str]:
    with sessions() as session:
        return [
            example
            for check in invariants.verify(session)
            if check.name != "notices"
            for example in check.examples
        ]


def audited(sessions: Sessions) -> list[tuple[str, str, object]]:
    with sessions() as session:
        rows = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject == f"campaign {road.NAME}")
            .order_by(AuditEntry.id)
        )
        return [(row.actor, row.verb, row.after.get("messages")) for row in rows]


@pytest.fixture
def finished(committed: Sessions) -> Sessions:
    """A finished campaign: three refused, two uncertain, one at no such address, four accepted."""
    road.start(committed)
    run(committed, REFUSED, REFUSED, REFUSED, SILENT, SILENT, NOBODY)
    assert status(committed) is CampaignStatus.FINISHED
    found = counts(committed)
    assert found[S.FAILED, Reason.REFUSED] == 3
    assert found[S.UNCERTAIN, Reason.NONE] == 2
    assert found[S.FAILED, Reason.HARD_BOUNCE] == 1
    assert found[S.SENT, Reason.NONE] == 4
    return committed


def test_a_person_has_what_was_refused_tried_again_and_only_that(finished: Sessions) -> None:
    before = sum(counts(finished).values())
    assert retry(finished) == 3
    assert status(finished) is CampaignStatus.SENDING
    assert counts(finished)[S.QUEUED, Reason.NONE] == 3
    assert sum(counts(finished).values()) == before

    way = run(finished)

    assert len(way.sent) == 3
    found = counts(finished)
    assert found[S.SENT, Reason.NONE] == 7
    assert (S.FAILED, Reason.REFUSED) not in found
    assert found[S.UNCERTAIN, Reason.NONE] == 2
    assert status(finished) is CampaignStatus.FINISHED
    assert sum(found.values()) == before
    assert broken(finished) == []
    assert audited(finished)[-1][1:] == ("retry failed messages", 3)


def test_a_retry_may_go_out_though_the_last_day_of_the_start_is_over(finished: Sessions) -> None:
    with finished.begin() as session:
        campaign = road.named(session)
        campaign.send_not_after = campaign.scheduled_at
    retry(finished)
    assert len(run(finished).sent) == 3


def test_an_address_that_does_not_exist_is_skipped_again_unless_its_suppression_is_lifted(
    finished: Sessions,
) -> None:
    assert retry(finished, Reason.HARD_BOUNCE) == 1
    assert run(finished).sent == []
    assert counts(finished)[S.SKIPPED, Reason.SUPPRESSED] == 4


def test_who_withdrew_since_is_skipped_and_not_sent_to(finished: Sessions) -> None:
    with finished.begin() as session:
        [first, *_] = session.scalars(
            select(Contact)
            .join(Delivery, Delivery.contact_id == Contact.id)
            .where(Delivery.status == S.FAILED, Delivery.reason == Reason.REFUSED)
            .order_by(Contact.id)
        )
        consent.withdraw(session, first, topics=[Topic.OFFERS], through="a phone call")
    retry(finished)
    assert len(run(finished).sent) == 2
    assert counts(finished)[S.SKIPPED, Reason.WITHDRAWN] == 2


def test_an_uncertain_message_goes_out_again_under_the_same_message_id(committed: Sessions) -> None:
    road.start(committed)
    seen: list[bytes] = []

    class Keeping(Memory):
        def send(self, envelope: Envelope, message: bytes) -> Reply:
            seen.append(message)
            return super().send(envelope, message)

    way = Keeping(answer=answering(SILENT))
    batch.run(committed, way, seconds=30)
    upkeep.sweep(committed)
    assert resend(committed, expected=1) == 1
    upkeep.sweep(committed)
    batch.run(committed, way, seconds=30)
    ids = Counter(message_from_bytes(message)["Message-ID"] for message in seen)
    assert sorted(ids.values()) == [1] * (road.TO_SEND - 1) + [2]
    assert counts(committed)[S.SENT, Reason.NONE] == road.TO_SEND
    assert broken(committed) == []


def test_uncertain_messages_need_the_number_that_the_person_saw(finished: Sessions) -> None:
    with pytest.raises(Conflict, match="2 messages of “Package savings” are uncertain now, not 3"):
        resend(finished, expected=3)
    assert counts(finished)[S.UNCERTAIN, Reason.NONE] == 2
    assert status(finished) is CampaignStatus.FINISHED
    assert resend(finished, expected=2) == 2
    assert len(run(finished).sent) == 2
    assert broken(finished) == []


def test_what_is_uncertain_a_second_time_is_not_tried_again_by_itself(finished: Sessions) -> None:
    with finished.begin() as session:
        move_clock(session, by=timedelta(minutes=1))
    resend(finished, expected=2)
    with finished.begin() as session:
        move_clock(session, by=timedelta(minutes=1))
    run(finished, SILENT)
    assert counts(finished)[S.UNCERTAIN, Reason.NONE] == 1
    assert run(finished).sent == []
    assert broken(finished) == []
    with finished.begin() as session:
        [doubtful] = session.scalars(select(Delivery.id).where(Delivery.status == S.UNCERTAIN))
        session.execute(
            update(Delivery).where(Delivery.id == doubtful).values(attempts=5, batch_id=None)
        )
    assert [each for each in broken(finished) if f"delivery {doubtful} " in each]


def test_what_a_person_left_as_uncertain_is_settled_until_the_question_is_taken_up(
    finished: Sessions,
) -> None:
    assert leave(finished) == 2
    with pytest.raises(NotInState, match="Nothing of “Package savings” is uncertain"):
        resend(finished, expected=2)
    assert leave(finished) == 0
    with finished.begin() as session:
        campaign, actor = road.named(session), road.owner(session)
        assert retrying.take_up_uncertain(session, campaign, actor=actor) == 2
        assert retrying.take_up_uncertain(session, campaign, actor=actor) == 0
    assert resend(finished, expected=2) == 2
    verbs = [verb for _, verb, _ in audited(finished)]
    assert verbs[-3:] == [
        "leave messages as uncertain",
        "ask about uncertain messages again",
        "send uncertain messages again",
    ]
    assert verbs.count("leave messages as uncertain") == 1


def test_nothing_of_a_kind_that_did_not_fail_is_said(finished: Sessions) -> None:
    with pytest.raises(NotInState, match="Nothing of “Package savings” has failed as poison"):
        retry(finished, Reason.POISON)
    assert status(finished) is CampaignStatus.FINISHED


def test_a_paused_campaign_keeps_what_is_tried_again_until_it_is_resumed(
    committed: Sessions,
) -> None:
    road.start(committed)
    with committed.begin() as session:
        campaign = road.named(session)
        campaign.pace_per_minute = 1

    def refuse_and_pause(_envelope: Envelope) -> Reply:
        with committed.begin() as session:
            stopping.pause(session, road.named(session), actor=road.owner(session))
        return REFUSED

    batch.run(committed, Memory(answer=refuse_and_pause), seconds=5)
    assert retry(committed) == 1
    assert status(committed) is CampaignStatus.PAUSED
    assert run(committed).sent == []
    with committed.begin() as session:
        campaign = road.named(session)
        campaign.pace_per_minute = 0
        stopping.resume(session, campaign, actor=road.owner(session), rules=RULES, facts=FACTS)
    assert len(run(committed).sent) == road.TO_SEND
    assert broken(committed) == []


def test_a_cancelled_campaign_sends_nothing_again(committed: Sessions) -> None:
    road.start(committed)
    way = Memory(answer=answering(REFUSED))

    def refuse_and_cancel(_envelope: Envelope) -> Reply:
        with committed.begin() as session:
            stopping.cancel(session, road.named(session), actor=road.owner(session))
        return REFUSED

    way.answer = refuse_and_cancel
    batch.run(committed, way, seconds=5)
    with pytest.raises(NotInState, match="cancelled"):
        retry(committed)


def test_a_finished_campaign_whose_offer_is_over_does_not_send_again(finished: Sessions) -> None:
    with finished.begin() as session:
        promotion = catalogue.named(session, "package-savings")
        promotions.end(session, promotion, actor=road.coordinator(session))
    with pytest.raises(Blocked, match="cannot send again"):
        retry(finished)
    assert counts(finished)[S.FAILED, Reason.REFUSED] == 3
    assert status(finished) is CampaignStatus.FINISHED


def test_only_who_looks_after_sending_decides(finished: Sessions) -> None:
    deeds: list[Callable[[Session], object]] = [
        lambda session: retrying.retry_failed(
            session,
            road.named(session),
            actor=road.desk(session),
            reason=Reason.REFUSED,
            rules=RULES,
            facts=FACTS,
        ),
        lambda session: retrying.resend_uncertain(
            session,
            road.named(session),
            actor=road.desk(session),
            expected=2,
            rules=RULES,
            facts=FACTS,
        ),
        lambda session: retrying.leave_uncertain(
            session, road.named(session), actor=road.desk(session)
        ),
        lambda session: retrying.take_up_uncertain(
            session, road.named(session), actor=road.desk(session)
        ),
    ]
    for deed in deeds:
        with finished() as session, pytest.raises(NotAllowed, match="watch and mend sending"):
            deed(session)


def test_two_people_who_press_at_once_queue_it_once(finished: Sessions) -> None:
    done: list[object] = []

    def press() -> None:
        try:
            done.append(resend(finished, expected=2))
        except NotInState as error:
            done.append(type(error))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(done) == {2: 1, NotInState: 3}
    assert len(run(finished).sent) == 2


def test_a_campaign_is_never_finished_over_a_row_that_was_queued_a_moment_ago(
    committed: Sessions,
) -> None:
    """The retry holds the campaign while it queues; who counts what is finished waits for it."""
    road.start(committed)
    batch.run(committed, Memory(answer=answering(REFUSED)), seconds=30)
    counted: list[int] = []
    with committed.begin() as session:
        retrying.retry_failed(
            session,
            road.named(session),
            actor=road.owner(session),
            reason=Reason.REFUSED,
            rules=RULES,
            facts=FACTS,
        )

        def finish() -> None:
            with committed.begin() as other:
                counted.append(upkeep.finish_done(other))

        thread = threading.Thread(target=finish)
        thread.start()
        thread.join(timeout=10)
        assert counted == [0]
    with committed.begin() as session:
        assert upkeep.finish_done(session) == 0
    assert status(committed) is CampaignStatus.SENDING


def test_a_late_answer_counts_until_a_person_asks_again_and_never_ends_the_second_try(
    finished: Sessions,
) -> None:
    with finished() as session:
        first, second = session.scalars(
            select(Delivery.id).where(Delivery.status == S.UNCERTAIN).order_by(Delivery.id)
        )
        old = session.scalars(select(Batch).where(Batch.state == BatchState.DONE)).first()
        assert old is not None
    with finished.begin() as session:
        assert lifecycle.accept(session, first, answer="250 late")
    resend(finished, expected=1)
    upkeep.sweep(finished)
    with finished.begin() as session:
        held = lifecycle.claim(session, owner="a worker", lease_seconds=60)
        assert held is not None
        assert lifecycle.depart(session, second, batch=held)
        assert not lifecycle.fail(session, second, batch=old, reason=Reason.REFUSED, answer="550")
        assert not lifecycle.doubt(session, second, batch=old, answer="late")
        now = held.lease_until
        assert now is not None
        assert not lifecycle.defer(session, second, batch=old, until=now, answer="451")
        assert session.scalar(select(Delivery.status).where(Delivery.id == second)) is S.INFLIGHT
        assert lifecycle.accept(session, second, answer="250 ok")


def test_a_suppressed_address_is_kept_when_everything_is_retried(finished: Sessions) -> None:
    retry(finished, Reason.HARD_BOUNCE)
    with finished() as session:
        address = session.scalars(
            select(Contact.canonical_address)
            .join(Delivery, Delivery.contact_id == Contact.id)
            .where(Delivery.asked_again_at.is_not(None))
        ).one()
        assert address is not None
        assert suppression.is_suppressed(session, address, marketing=True)
        assert session.scalar(select(func.count(Attempt.id))) == 6
