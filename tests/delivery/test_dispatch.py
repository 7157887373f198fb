"""From the scheduled moment to one row for everyone, and what stops it on the way."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Organisation
from campaigns.compliance import approval
from campaigns.contacts.models import Contact
from campaigns.database import Session, Sessions
from campaigns.delivery import batch, dispatch, programs, stopping, upkeep
from campaigns.delivery import queries as delivery
from campaigns.delivery.models import Batch, Delivery, DeliveryStatus, Reason
from campaigns.delivery.replies import Phase, Reply
from campaigns.delivery.transports import Envelope
from campaigns.delivery.transports.memory import Memory
from campaigns.errors import Blocked, NotAllowed, NotInState
from campaigns.local import sample
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignPromotion, CampaignStatus
from campaigns.promotions.models import Promotion, PromotionStatus
from campaigns.registry import FACTS, REGISTRY, RULES
from tests.factories import move_clock

S = DeliveryStatus
NAME = "package-savings"
AUDIENCE, SENT = 24, 10
SIGNERS = {"clinical_approver": sample.CLINICAL, "legal_approver": sample.LEGAL}


def named(session: Session) -> Campaign:
    return planning.named(session, NAME)


@pytest.fixture
def approved(committed: Sessions) -> Sessions:
    """The sample clinic, with its discount newsletter approved by every role asked for."""
    programs.forget()
    sample.load(committed)
    with committed.begin() as session:
        approval.submit(session, named(session), actor=accounts.user(session, sample.COORDINATOR))
    with committed() as session:
        [version_id] = approval.waiting(session)
    approval.review(committed, version_id, rules=RULES, facts=FACTS)
    with committed.begin() as session:
        for role in approval.still_to_sign(session, named(session)):
            signer = accounts.user(session, SIGNERS[role])
            approval.approve(session, named(session), actor=signer, reason="Read and checked.")
        assert named(session).status is CampaignStatus.APPROVED
    return committed


@pytest.fixture
def scheduled(approved: Sessions) -> Sessions:
    """The same, scheduled for the clinic's clock an hour from now."""
    with approved.begin() as session:
        zone = accounts.organisation(session).zone
        at = clock.now(session).astimezone(clock.zone(zone)) + timedelta(hours=1)
        approval.schedule(
            session,
            named(session),
            actor=accounts.user(session, sample.COORDINATOR),
            moment=clock.moment(at.replace(tzinfo=None), zone),
            rules=RULES,
            facts=FACTS,
        )
    return approved


@pytest.fixture
def sending(scheduled: Sessions) -> Sessions:
    """The same, its moment come and its audience frozen."""
    later(scheduled, hours=1)
    tick(scheduled)
    return scheduled


def later(sessions: Sessions, **span: float) -> None:
    with sessions.begin() as session:
        move_clock(session, by=timedelta(**span))


def tick(sessions: Sessions) -> None:
    dispatch.start_due(sessions, REGISTRY)
    dispatch.freeze_prepared(sessions, REGISTRY)


def status(sessions: Sessions) -> tuple[CampaignStatus, str]:
    with sessions() as session:
        return named(session).status, named(session).status_reason


def counts(sessions: Sessions) -> dict[tuple[DeliveryStatus, Reason], int]:
    with sessions() as session:
        return dict(delivery.counts(session, named(session).id))


def test_nothing_starts_before_its_moment(scheduled: Sessions) -> None:
    tick(scheduled)
    assert status(scheduled)[0] is CampaignStatus.SCHEDULED
    assert counts(scheduled) == {}


def test_at_its_moment_everyone_has_a_row_and_the_first_reason_wins(sending: Sessions) -> None:
    assert status(sending)[0] is CampaignStatus.SENDING
    found = counts(sending)
    assert found == {
        (S.QUEUED, Reason.NONE): SENT,
        (S.SKIPPED, Reason.SUPPRESSED): 3,
        (S.SKIPPED, Reason.NO_CONSENT): 2,
        (S.SKIPPED, Reason.CAP): 2,
        (S.SKIPPED, Reason.WITHDRAWN): 1,
        (S.SKIPPED, Reason.UNCONFIRMED): 1,
        (S.SKIPPED, Reason.PAUSED_BY_CONTACT): 1,
        (S.SKIPPED, Reason.REGION): 1,
        (S.SKIPPED, Reason.BOOKING_UPCOMING): 1,
        (S.SKIPPED, Reason.COOL_DOWN): 1,
        (S.SKIPPED, Reason.PROMOTION_USED): 1,
    }
    with sending() as session:
        occurrence = planning.occurrence(session, named(session))
        assert occurrence is not None
        assert occurrence.audience_count == AUDIENCE == sum(found.values())
        pinned = session.scalars(select(CampaignPromotion)).one()
        assert pinned.snapshot["claim_percent"] == 26


def test_two_schedulers_at_once_start_it_once(scheduled: Sessions) -> None:
    later(scheduled, hours=1)
    threads = [threading.Thread(target=tick, args=(scheduled,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts(scheduled).values()) == AUDIENCE
    assert status(scheduled)[0] is CampaignStatus.SENDING


def test_a_freeze_that_was_cut_off_goes_on_where_it_stopped(
    scheduled: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_SLICE", 5)
    later(scheduled, hours=1)
    dispatch.start_due(scheduled, REGISTRY)
    with scheduled() as session:
        campaign_id = named(session).id
    assert dispatch._freeze_slice(scheduled, campaign_id, REGISTRY)
    assert sum(counts(scheduled).values()) == 5
    assert status(scheduled)[0] is CampaignStatus.PREPARING
    tick(scheduled)
    assert sum(counts(scheduled).values()) == AUDIENCE
    assert status(scheduled)[0] is CampaignStatus.SENDING


def test_an_audience_that_does_not_add_up_sends_nothing(
    scheduled: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_SLICE", 5)
    later(scheduled, hours=1)
    dispatch.start_due(scheduled, REGISTRY)
    with scheduled() as session:
        campaign_id = named(session).id
    dispatch._freeze_slice(scheduled, campaign_id, REGISTRY)
    with scheduled.begin() as session:
        last = session.scalars(select(Contact.id).order_by(Contact.id.desc())).first()
        session.add(
            Delivery(
                campaign_id=campaign_id,
                contact_id=last,
                occurrence=7,
                status=S.SKIPPED,
                reason=Reason.CAP,
                next_at=clock.now(session),
            )
        )
    tick(scheduled)
    moved, reason = status(scheduled)
    assert moved is CampaignStatus.PAUSED
    assert "does not add up" in reason


def test_a_start_that_was_missed_by_hours_waits_for_a_person(scheduled: Sessions) -> None:
    later(scheduled, hours=4)
    tick(scheduled)
    moved, reason = status(scheduled)
    assert moved is CampaignStatus.PAUSED
    assert reason.startswith("missed window")
    with scheduled.begin() as session:
        stopping.resume(
            session,
            named(session),
            actor=accounts.user(session, sample.COORDINATOR),
            rules=RULES,
            facts=FACTS,
        )
    tick(scheduled)
    assert status(scheduled)[0] is CampaignStatus.SENDING


def test_what_was_paused_for_days_is_sent_when_it_is_resumed(scheduled: Sessions) -> None:
    later(scheduled, hours=80)
    tick(scheduled)
    assert status(scheduled)[0] is CampaignStatus.PAUSED
    with scheduled.begin() as session:
        coordinator = accounts.user(session, sample.COORDINATOR)
        stopping.resume(session, named(session), actor=coordinator, rules=RULES, facts=FACTS)
    tick(scheduled)
    way = Memory()
    batch.run(scheduled, way, seconds=30)
    assert len(way.sent) > 0
    assert (S.SKIPPED, Reason.EXPIRED) not in counts(scheduled)


def test_a_price_that_changed_after_approval_stops_the_start(scheduled: Sessions) -> None:
    with scheduled.begin() as session:
        session.execute(
            update(Promotion)
            .where(Promotion.code == NAME)
            .values(status=PromotionStatus.PAUSED, epoch=Promotion.epoch + 1)
        )
    later(scheduled, hours=1)
    tick(scheduled)
    moved, reason = status(scheduled)
    assert moved is CampaignStatus.PAUSED
    assert reason.startswith("blocked:")
    assert counts(scheduled) == {}


def test_terms_that_changed_after_approval_stop_the_start(scheduled: Sessions) -> None:
    with scheduled.begin() as session:
        session.execute(
            update(Promotion)
            .where(Promotion.code == NAME)
            .values(terms="An extra fee of $100 applies.", epoch=Promotion.epoch + 1)
        )
    later(scheduled, hours=1)
    tick(scheduled)
    moved, reason = status(scheduled)
    assert moved is CampaignStatus.PAUSED
    assert "PC-19" in reason
    assert counts(scheduled) == {}


def test_an_edited_promotion_pauses_the_campaign_and_resume_pins_it_anew(
    sending: Sessions,
) -> None:
    with sending.begin() as session:
        session.execute(
            update(Promotion).where(Promotion.code == NAME).values(epoch=Promotion.epoch + 1)
        )
    way = Memory()
    batch.run(sending, way, seconds=30)
    assert way.sent == []
    moved, reason = status(sending)
    assert (moved, reason.partition(":")[0]) == (CampaignStatus.PAUSED, "offer_changed")
    with sending.begin() as session:
        coordinator = accounts.user(session, sample.COORDINATOR)
        stopping.resume(session, named(session), actor=coordinator, rules=RULES, facts=FACTS)
    batch.run(sending, way, seconds=30)
    assert len(way.sent) == SENT


def test_a_promotion_that_ended_meanwhile_skips_the_rest(sending: Sessions) -> None:
    with sending.begin() as session:
        session.execute(
            update(Promotion)
            .where(Promotion.code == NAME)
            .values(ends_at=clock.now(session) - timedelta(seconds=1))
        )
    way = Memory()
    batch.run(sending, way, seconds=30)
    upkeep.sweep(sending)
    assert way.sent == []
    assert counts(sending)[S.SKIPPED, Reason.OFFER_ENDED] == SENT
    assert status(sending)[0] is CampaignStatus.FINISHED


def test_cancelling_in_mid_send_skips_what_has_not_left(sending: Sessions) -> None:
    way = Memory()

    def cancel_after_the_first(_envelope: Envelope) -> Reply:
        with sending.begin() as session:
            coordinator = accounts.user(session, sample.COORDINATOR)
            if named(session).status is CampaignStatus.SENDING:
                stopped = stopping.cancel(session, named(session), actor=coordinator)
                assert stopped == SENT - 1
        return Reply(Phase.DOT, 250, "2.0.0 ok")

    way.answer = cancel_after_the_first
    batch.run(sending, way, seconds=30)
    found = counts(sending)
    assert found[S.SENT, Reason.NONE] == len(way.sent) == 1
    assert found[S.SKIPPED, Reason.CANCELLED] == SENT - 1
    with sending.begin() as session:
        coordinator = accounts.user(session, sample.COORDINATOR)
        with pytest.raises(NotInState):
            stopping.cancel(session, named(session), actor=coordinator)


def test_pausing_everything_holds_starts_and_batches(scheduled: Sessions) -> None:
    with scheduled.begin() as session:
        stopping.pause_all(session, actor=accounts.user(session, sample.OWNER))
        stopping.pause_all(session, actor=accounts.user(session, sample.OWNER))
    later(scheduled, hours=1)
    tick(scheduled)
    assert status(scheduled)[0] is CampaignStatus.SCHEDULED
    with scheduled.begin() as session:
        stopping.resume_all(session, actor=accounts.user(session, sample.OWNER))
        stopping.resume_all(session, actor=accounts.user(session, sample.OWNER))
        assert session.scalars(select(Organisation.sending_paused_at)).one() is None
    tick(scheduled)
    with scheduled.begin() as session:
        stopping.pause_all(session, actor=accounts.user(session, sample.OWNER))
    way = Memory()
    batch.run(scheduled, way, seconds=30)
    assert way.sent == []
    assert counts(scheduled)[S.QUEUED, Reason.NONE] == SENT


def test_only_who_may_stop_a_campaign_can(sending: Sessions) -> None:
    with sending.begin() as session:
        desk = accounts.user(session, sample.DESK)
        for verb in (stopping.pause, stopping.cancel, stopping.unschedule):
            with pytest.raises(NotAllowed):
                verb(session, named(session), actor=desk)


def test_pause_and_resume_say_what_does_not_fit(sending: Sessions) -> None:
    with sending.begin() as session:
        coordinator = accounts.user(session, sample.COORDINATOR)
        campaign = named(session)
        with pytest.raises(NotInState, match="is not paused"):
            stopping.resume(session, campaign, actor=coordinator, rules=RULES, facts=FACTS)
        stopping.pause(session, campaign, actor=coordinator, reason="a typing error")
        assert campaign.status_reason == "by Cora Coordinator: a typing error"
        with pytest.raises(NotInState, match="cannot be paused"):
            stopping.pause(session, campaign, actor=coordinator)
        accounts.organisation(session).postal_address = ""
        session.flush()
        with pytest.raises(Blocked, match="cannot go on yet"):
            stopping.resume(session, campaign, actor=coordinator, rules=RULES, facts=FACTS)


def test_unscheduling_keeps_the_approval(scheduled: Sessions) -> None:
    with scheduled.begin() as session:
        coordinator = accounts.user(session, sample.COORDINATOR)
        stopping.unschedule(session, named(session), actor=coordinator)
    later(scheduled, hours=2)
    tick(scheduled)
    assert status(scheduled)[0] is CampaignStatus.APPROVED


def test_a_paced_campaign_has_batches_of_at_most_fifteen_seconds(scheduled: Sessions) -> None:
    with scheduled.begin() as session:
        named(session).pace_per_minute = 12
    later(scheduled, hours=1)
    tick(scheduled)
    with scheduled() as session:
        sizes = session.scalars(
            select(func.count(Delivery.id))
            .join(Batch, Batch.id == Delivery.batch_id)
            .group_by(Batch.id)
        ).all()
    assert sorted(sizes) == [1, 3, 3, 3]
