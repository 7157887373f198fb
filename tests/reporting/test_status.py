"""How it is going, as a person would say it, and what to worry about."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from campaigns import clock
from campaigns.addresses import Address
from campaigns.database import Session
from campaigns.delivery import heartbeat, throttle
from campaigns.delivery.models import BatchState, Delivery, DeliveryStatus
from campaigns.errors import NotFound
from campaigns.notices import Notice, NoticeStatus, leave
from campaigns.planning.models import CampaignStatus
from campaigns.reporting import status as state
from tests.delivery.factories import make_deliveries, make_sending
from tests.factories import make_campaign, make_organisation
from tests.tracking.factories import pass_time, stop_clock

NOW = datetime.fromisoformat("2026-11-24T15:00:00+00:00")


@pytest.fixture
def clinic(session: Session) -> Session:
    """A clinic at rest, whose scheduler has just ticked."""
    stop_clock(session, NOW)
    make_organisation(session)
    heartbeat.beat(session, heartbeat.TICK)
    return session


def said(session: Session) -> list[str]:
    return state.sentences(state.status(session))


def test_a_clinic_at_rest_has_no_worries(clinic: Session) -> None:
    now = state.status(clinic)
    assert now.worries == ()
    assert state.sentences(now) == [
        "Messages waiting: 0; on their way: 0; uncertain: 0 (never sent again by themselves).",
        "No message is due.",
        "Letters waiting: 0.",
        "Last tick of the scheduler: 0 seconds ago.",
        "Last message accepted by the mail server: never.",
        "The mail server: not used yet.",
    ]


def test_before_the_clinic_is_set_up_it_says_so(session: Session) -> None:
    with pytest.raises(NotFound, match="The clinic is not set up yet"):
        state.status(session)


def test_who_holds_what_and_what_waits(clinic: Session) -> None:
    campaign, program = make_sending(clinic, name="autumn")
    batch, deliveries = make_deliveries(clinic, campaign, program)
    batch.state, batch.owner = BatchState.CLAIMED, "worker-1:77"
    deliveries[0].status = DeliveryStatus.INFLIGHT
    deliveries[1].status, deliveries[1].batch_id = DeliveryStatus.UNCERTAIN, None
    address = Address("ada@example.com", "ada@example.com")
    leave(clinic, key="k", kind="booking_received", to=address, context={})
    make_campaign(clinic, name="winter", status=CampaignStatus.PAUSED, status_reason="by Cora")
    make_campaign(clinic, name="spring")
    throttle.relay(clinic).last_accepted_at = NOW
    clinic.flush()
    pass_time(clinic, seconds=90)

    lines = said(clinic)

    assert lines[0].startswith("Messages waiting: 1; on their way: 1; uncertain: 1 ")
    assert lines[1] == "The oldest waiting message became due 90 seconds ago."
    assert lines[2] == "Letters waiting: 1."
    assert lines[4:] == [
        "Last message accepted by the mail server: 90 seconds ago.",
        "The mail server: answers.",
        "Campaign autumn is sending.",
        "Campaign winter is paused (by Cora).",
        f"Worker worker-1:77 holds batch {batch.id} of autumn.",
    ]


def test_what_is_deferred_is_not_due(clinic: Session) -> None:
    campaign, program = make_sending(clinic)
    _, deliveries = make_deliveries(clinic, campaign, program)
    for each in deliveries:
        each.next_at = NOW + timedelta(minutes=5)
    clinic.flush()
    assert said(clinic)[1] == "No message is due."
    assert clinic.get_one(Delivery, deliveries[0].id).status is DeliveryStatus.QUEUED


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (119, "119 seconds ago"),
        (120, "2 minutes ago"),
        (7199, "119 minutes ago"),
        (7200, "2 hours ago"),
    ],
)
def test_time_is_told_in_units_that_people_use(clinic: Session, seconds: int, words: str) -> None:
    pass_time(clinic, seconds=seconds)
    assert f"Last tick of the scheduler: {words}." in said(clinic)


def test_a_scheduler_that_is_silent_is_a_worry(clinic: Session) -> None:
    pass_time(clinic, seconds=60)
    assert state.status(clinic).worries == ()
    pass_time(clinic, seconds=1)
    (worry,) = state.status(clinic).worries
    assert "bedside-beat" in worry


def test_a_scheduler_that_never_ticked_is_a_worry(session: Session) -> None:
    make_organisation(session)
    now = state.status(session)
    assert now.last_tick is None
    assert "bedside-beat" in now.worries[0]
    assert "Last tick of the scheduler: never." in state.sentences(now)


def test_a_mail_server_that_failed_is_said_and_one_left_alone_is_a_worry(clinic: Session) -> None:
    throttle.relay(clinic)
    throttle.note_failure(clinic, error="connection refused")
    now = state.status(clinic)
    assert now.relay == "failed 1 times in a row: connection refused"
    assert now.worries == ()

    for _ in range(4):
        throttle.note_failure(clinic, error="connection refused")
    now = state.status(clinic)
    assert now.relay == "left alone (until 15:00:30): connection refused"
    assert now.worries == ("The mail server does not answer; messages wait and nothing is lost.",)

    pass_time(clinic, seconds=31)
    assert state.status(clinic).relay == "left alone (trying again now): connection refused"
    throttle.note_failure(clinic, error="Is it running, and is BEDSIDE_SMTP_URL right?")
    assert "BEDSIDE_SMTP_URL right?" in "\n".join(state.sentences(state.status(clinic)))
    assert "right?." not in "\n".join(state.sentences(state.status(clinic)))
    throttle.note_success(clinic)
    assert state.status(clinic).worries == ()


def test_all_sending_paused_is_a_worry_that_names_who_did_it(clinic: Session) -> None:
    make_organisation(
        clinic, sending_paused_at=clock.now(clinic), sending_paused_by="ada@example.com"
    )
    (worry,) = state.status(clinic).worries
    assert worry == ("All sending is paused by ada@example.com until somebody resumes it.")


def test_a_batch_whose_worker_is_gone_is_stuck_once_no_round_has_freed_it(clinic: Session) -> None:
    campaign, program = make_sending(clinic, name="autumn")
    batch, deliveries = make_deliveries(clinic, campaign, program)
    batch.state, batch.owner, batch.lease_until = BatchState.CLAIMED, "host:1", NOW
    deliveries[0].status = DeliveryStatus.INFLIGHT
    clinic.flush()
    assert not state.status(clinic).stuck
    pass_time(clinic, seconds=15)
    now = state.status(clinic)
    assert (now.stuck.leases, now.stuck.unheld) == (1, 0)
    assert "1 batch is held by workers that are gone." in now.worries
    [held] = now.held
    assert (held.queued, held.inflight) == (2, 1)


def test_a_message_on_its_way_that_nobody_holds_is_stuck(clinic: Session) -> None:
    campaign, program = make_sending(clinic)
    _, deliveries = make_deliveries(clinic, campaign, program)
    deliveries[0].status = DeliveryStatus.INFLIGHT
    clinic.flush()
    now = state.status(clinic)
    assert now.stuck.unheld == 1
    assert "1 message is on the way, and held by no worker." in now.worries


def test_messages_that_could_leave_and_do_not_are_stuck_after_some_minutes(
    clinic: Session,
) -> None:
    campaign, program = make_sending(clinic)
    make_deliveries(clinic, campaign, program)
    throttle.relay(clinic).last_accepted_at = NOW
    clinic.flush()
    pass_time(clinic, minutes=3)
    heartbeat.beat(clinic, heartbeat.TICK)
    assert not state.status(clinic).stuck
    pass_time(clinic, seconds=1)
    now = state.status(clinic)
    assert now.stuck.standing_since == NOW
    assert now.worries == (
        "Messages could leave, and none has been accepted since 15:00 UTC: is a worker running?",
    )


@pytest.mark.parametrize("held_back_by", ["pace", "pause", "breaker", "campaign"])
def test_what_is_held_back_on_purpose_is_not_stuck(clinic: Session, held_back_by: str) -> None:
    campaign, program = make_sending(clinic)
    make_deliveries(clinic, campaign, program)
    pass_time(clinic, minutes=10)
    now = clock.now(clinic)
    if held_back_by == "pace":
        campaign.next_slot_at = now + timedelta(minutes=1)
    elif held_back_by == "pause":
        make_organisation(clinic, sending_paused_at=now, sending_paused_by="ada@example.com")
    elif held_back_by == "breaker":
        throttle.relay(clinic).open_until = now + timedelta(seconds=30)
    else:
        campaign.status = CampaignStatus.PAUSED
    clinic.flush()
    assert not state.status(clinic).stuck


def test_parts_of_the_system_are_seen_at_work_and_forgotten_in_a_week(clinic: Session) -> None:
    heartbeat.beat(clinic, heartbeat.part(heartbeat.SENDS))
    [part] = state.status(clinic).parts
    assert part.name.startswith("worker: newsletters on ")
    assert any(line.startswith("Last seen, worker: newsletters on") for line in said(clinic))
    pass_time(clinic, days=7)
    assert state.status(clinic).parts == ()


def test_letters_that_failed_are_told_apart(clinic: Session) -> None:
    address = Address("ada@example.com", "ada@example.com")
    for key in ("a", "b"):
        leave(clinic, key=key, kind="booking_received", to=address, context={})
    clinic.execute(update(Notice).where(Notice.key == "a").values(status=NoticeStatus.FAILED))
    assert "Letters waiting: 1; failed: 1." in said(clinic)
