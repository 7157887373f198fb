"""What a restart would do, told from what the workers hold at this moment."""

from datetime import timedelta

import pytest

from campaigns import clock
from campaigns.database import Session
from campaigns.delivery.models import BatchState, DeliveryStatus
from campaigns.reporting import restart, status
from campaigns.reporting.restart import Forecast
from tests.delivery.factories import make_deliveries, make_sending
from tests.factories import make_organisation


@pytest.fixture
def clinic(session: Session) -> Session:
    make_organisation(session)
    return session


def forecast(session: Session) -> Forecast:
    session.flush()
    return restart.forecast(status.status(session))


def hold(session: Session, *workers: str) -> None:
    """Each of these holds a batch of three, with one of them on its way."""
    campaign, program = make_sending(session)
    for seconds, worker in enumerate(workers, start=30):
        batch, deliveries = make_deliveries(session, campaign, program)
        batch.state, batch.owner = BatchState.CLAIMED, worker
        batch.lease_until = clock.now(session) + timedelta(seconds=seconds)
        deliveries[0].status = DeliveryStatus.INFLIGHT


def test_where_nobody_holds_anything_nothing_would_change(clinic: Session) -> None:
    found = forecast(clinic)
    assert found == Forecast(0, 0, 0, 0, 0, None)
    assert "nothing would change hands" in restart.told_to_stop(found)
    assert "none can become uncertain" in restart.killed(found)


def test_one_worker_can_leave_one_message_uncertain_if_it_is_killed(clinic: Session) -> None:
    hold(clinic, "host:1")
    found = forecast(clinic)
    assert (found.workers, found.batches, found.queued, found.inflight) == (1, 1, 2, 1)
    assert "1 batch goes back with 2 messages that have not left" in restart.told_to_stop(found)
    assert "Nothing becomes uncertain" in restart.told_to_stop(found)
    assert "At most 1 message becomes uncertain" in restart.killed(found)
    assert "60 seconds" in restart.killed(found)


def test_a_worker_between_two_messages_counts_as_one_that_may_be_in_the_middle(
    clinic: Session,
) -> None:
    hold(clinic, "host:1", "host:2")
    campaign, program = make_sending(clinic)
    idle, _ = make_deliveries(clinic, campaign, program)
    idle.state, idle.owner = BatchState.CLAIMED, "host:3"
    found = forecast(clinic)
    assert (found.workers, found.batches, found.inflight, found.doubtful) == (3, 3, 2, 3)
    assert found.free_at == clock.now(clinic) + timedelta(seconds=31)
    assert "3 batches go back" in restart.told_to_stop(found)
    assert "At most 3 messages become uncertain" in restart.killed(found)


def test_what_comes_due_meanwhile_is_told_with_the_settings_own_numbers() -> None:
    assert "more than 120 minutes late" in restart.meanwhile()
