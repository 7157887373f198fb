"""What was on its way when its campaign was cancelled ends too, whatever the mail server says."""

import pytest

from campaigns.database import Session, Sessions
from campaigns.delivery import batch, programs, stopping, upkeep
from campaigns.delivery import queries as delivery
from campaigns.delivery.models import Delivery, DeliveryStatus, Reason
from campaigns.delivery.replies import Phase, Reply
from campaigns.delivery.transports import Envelope
from campaigns.delivery.transports.memory import Memory
from campaigns.planning.models import Campaign, CampaignStatus
from tests.delivery.factories import make_deliveries, make_sending
from tests.factories import make_user

S = DeliveryStatus


@pytest.fixture
def campaign_id(committed: Sessions) -> int:
    """A campaign that is being sent to three contacts."""
    programs.forget()
    with committed.begin() as session:
        campaign, program = make_sending(session)
        make_deliveries(session, campaign, program)
        return campaign.id


def cancel(session: Session, campaign_id: int) -> None:
    stopping.cancel(session, session.get_one(Campaign, campaign_id), actor=make_user(session))


def counts(sessions: Sessions, campaign_id: int) -> dict[tuple[DeliveryStatus, Reason], int]:
    with sessions() as session:
        return dict(delivery.counts(session, campaign_id))


def test_a_message_deferred_while_its_campaign_is_cancelled_is_never_tried_again(
    committed: Sessions, campaign_id: int
) -> None:
    def cancelled_meanwhile(_envelope: Envelope) -> Reply:
        with committed.begin() as session:
            cancel(session, campaign_id)
        return Reply(Phase.RCPT, 451, "4.7.1 try again later")

    way = Memory(answer=cancelled_meanwhile)
    batch.run(committed, way, seconds=5)
    assert counts(committed, campaign_id) == {
        (S.QUEUED, Reason.NONE): 1,
        (S.SKIPPED, Reason.CANCELLED): 2,
    }

    upkeep.sweep(committed)

    assert counts(committed, campaign_id) == {(S.SKIPPED, Reason.CANCELLED): 3}
    assert way.sent == []


def test_a_campaign_that_goes_on_keeps_what_is_queued(
    committed: Sessions, campaign_id: int
) -> None:
    with committed.begin() as session:
        assert upkeep.end_cancelled(session) == 0
    assert counts(committed, campaign_id) == {(S.QUEUED, Reason.NONE): 3}


def test_ending_twice_changes_nothing(committed: Sessions, campaign_id: int) -> None:
    with committed.begin() as session:
        campaign = session.get_one(Campaign, campaign_id)
        campaign.status = CampaignStatus.CANCELLED
    with committed.begin() as session:
        assert upkeep.end_cancelled(session) == 3
        assert upkeep.end_cancelled(session) == 0
        assert session.query(Delivery).where(Delivery.settled_at.is_(None)).count() == 0
