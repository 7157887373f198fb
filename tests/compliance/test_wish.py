"""The gate keeps to the last day that was wished for."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns import clock
from campaigns.compliance import approval
from campaigns.database import Session
from campaigns.delivery import stopping
from campaigns.errors import Invalid
from campaigns.planning import timing
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.promotions import lifecycle as offers
from tests.compliance.conftest import EVERYTHING, Clinic, approved
from tests.promotions.factories import NOON, make_slot, stop_clock

LAST = date(2026, 11, 25)
MIDNIGHT = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)


@pytest.fixture
def ready(session: Session, clinic: Clinic, letter: Campaign) -> Campaign:
    """An approved letter that is to go out on Wednesday morning and not after that day."""
    approved(session, clinic, letter)
    local = datetime(2026, 11, 25, 9, 0)  # noqa: DTZ001 - what the clinic's clock shows
    timing.wish(session, letter, actor=clinic.cora, local=local, not_after=LAST, pace_per_minute=0)
    return letter


def schedule(session: Session, clinic: Clinic, campaign: Campaign) -> None:
    moment = timing.moment(session, campaign)
    approval.schedule(session, campaign, actor=clinic.cora, moment=moment, **EVERYTHING)


def test_what_was_wished_for_is_what_is_scheduled(
    session: Session, clinic: Clinic, ready: Campaign
) -> None:
    schedule(session, clinic, ready)
    assert ready.status is CampaignStatus.SCHEDULED
    assert ready.scheduled_at == datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    assert ready.send_not_after == MIDNIGHT


def test_nothing_is_scheduled_for_after_its_last_day(
    session: Session, clinic: Clinic, ready: Campaign
) -> None:
    late = clock.moment(datetime(2026, 11, 26, 9, 0), "America/Chicago")  # noqa: DTZ001
    with pytest.raises(Invalid, match="Its last day, Wed 25 Nov 2026, is over by then"):
        approval.schedule(session, ready, actor=clinic.cora, moment=late, **EVERYTHING)
    assert ready.status is CampaignStatus.APPROVED


def test_what_was_paused_over_its_last_day_goes_on_once_a_later_one_is_chosen(
    session: Session, clinic: Clinic, ready: Campaign
) -> None:
    schedule(session, clinic, ready)
    stopping.pause(session, ready, actor=clinic.cora)
    stop_clock(session, at=NOON + timedelta(days=2))
    with pytest.raises(Invalid, match="choose a later one, or none"):
        stopping.resume(session, ready, actor=clinic.cora, **EVERYTHING)
    assert ready.status is CampaignStatus.PAUSED
    timing.wish(session, ready, actor=clinic.cora, local=None, not_after=None, pace_per_minute=0)
    stopping.resume(session, ready, actor=clinic.cora, **EVERYTHING)
    assert str(ready.status) == "scheduled"


def test_paused_and_resumed_before_its_start_it_still_reaches_everyone(
    session: Session, clinic: Clinic, ready: Campaign
) -> None:
    later = datetime(2026, 12, 10, 9, 0)  # noqa: DTZ001 - what the clinic's clock shows
    timing.wish(session, ready, actor=clinic.cora, local=later, not_after=None, pace_per_minute=0)
    schedule(session, clinic, ready)
    starts, ends = ready.scheduled_at, ready.send_not_after
    stopping.pause(session, ready, actor=clinic.cora)
    stopping.resume(session, ready, actor=clinic.cora, **EVERYTHING)
    assert str(ready.status) == "scheduled"
    assert (ready.scheduled_at, ready.send_not_after) == (starts, ends)
    assert ends == datetime(2026, 12, 13, 15, 0, tzinfo=UTC)


def test_resumed_before_its_start_it_still_keeps_to_its_last_day(
    session: Session, clinic: Clinic, ready: Campaign
) -> None:
    schedule(session, clinic, ready)
    stopping.pause(session, ready, actor=clinic.cora)
    stopping.resume(session, ready, actor=clinic.cora, **EVERYTHING)
    assert ready.send_not_after == MIDNIGHT


def test_an_offer_that_opens_before_its_start_does_not_keep_it_from_being_resumed_today(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    make_slot(session, starts_at=NOON + timedelta(days=8))
    offers.edit(session, clinic.savings, starts_at=NOON + timedelta(days=6))
    approved(session, clinic, offer)
    opened = datetime(2026, 12, 1, 12, 0)  # noqa: DTZ001 - what the clinic's clock shows
    timing.wish(session, offer, actor=clinic.cora, local=opened, not_after=None, pace_per_minute=0)
    schedule(session, clinic, offer)
    stopping.pause(session, offer, actor=clinic.cora)
    stopping.resume(session, offer, actor=clinic.cora, **EVERYTHING)
    assert str(offer.status) == "scheduled"


def test_another_time_saved_while_it_is_held_is_when_it_starts(
    session: Session, clinic: Clinic, ready: Campaign
) -> None:
    schedule(session, clinic, ready)
    stopping.pause(session, ready, actor=clinic.cora)
    later = datetime(2026, 12, 2, 10, 0)  # noqa: DTZ001 - what the clinic's clock shows
    timing.wish(session, ready, actor=clinic.cora, local=later, not_after=None, pace_per_minute=0)
    assert str(ready.status) == "paused"
    stopping.resume(session, ready, actor=clinic.cora, **EVERYTHING)
    assert ready.scheduled_at == datetime(2026, 12, 2, 16, 0, tzinfo=UTC)
    assert ready.local_time == later
    assert ready.send_not_after == datetime(2026, 12, 5, 16, 0, tzinfo=UTC)
