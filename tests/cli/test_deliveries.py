"""What failed or is uncertain, decided from a shell."""

import pytest
from sqlalchemy import select

from campaigns.database import Sessions
from campaigns.delivery import batch, upkeep
from campaigns.delivery.models import Delivery, DeliveryStatus
from campaigns.delivery.transports.memory import Memory
from campaigns.local import sample
from tests.cli.conftest import Shell
from tests.delivery import sample_road as road
from tests.delivery.test_retrying import REFUSED, SILENT, answering

S = DeliveryStatus


@pytest.fixture
def finished(committed: Sessions) -> Sessions:
    """A finished campaign: one refused, two uncertain."""
    road.start(committed)
    batch.run(committed, Memory(answer=answering(REFUSED, SILENT, SILENT)), seconds=30)
    upkeep.sweep(committed)
    return committed


def how_many(sessions: Sessions, status: DeliveryStatus) -> int:
    with sessions() as session:
        return len(session.scalars(select(Delivery.id).where(Delivery.status == status)).all())


def test_troubles_are_listed_by_campaign_and_kind(bedside: Shell, finished: Sessions) -> None:
    rows = bedside.json("deliveries", "troubles")
    assert [(row["campaign"], row["kind"], row["messages"]) for row in rows] == [
        (road.NAME, "refused", 1),
        (road.NAME, "uncertain", 2),
    ]


def test_where_there_is_no_trouble_that_is_said(bedside: Shell, clinic: Sessions) -> None:
    assert "Nothing has failed" in bedside.ok("deliveries", "troubles")


def test_what_failed_is_retried(bedside: Shell, finished: Sessions) -> None:
    words = ("deliveries", "retry", road.NAME, "--kind", "refused")
    assert bedside.json(*words, as_=sample.OWNER)["messages"] == 1
    assert how_many(finished, S.QUEUED) == 1
    assert "Nothing of “Package savings” has failed" in bedside.refused(*words, as_=sample.OWNER)


def test_uncertain_ones_are_sent_again_only_with_their_number(
    bedside: Shell, finished: Sessions
) -> None:
    words = ("deliveries", "resend", road.NAME, "--number")
    assert "uncertain now, not 5" in bedside.refused(*words, "5", as_=sample.OWNER)
    assert "2 messages wait to leave a second time." in bedside.ok(*words, "2", as_=sample.OWNER)
    assert how_many(finished, S.UNCERTAIN) == 0


def test_uncertain_ones_are_settled(bedside: Shell, finished: Sessions) -> None:
    said = bedside.ok("deliveries", "settle", road.NAME, as_=sample.OWNER)
    assert "2 messages stay uncertain." in said
    assert {row["left as it is"] for row in bedside.json("deliveries", "troubles")} == {"yes", "no"}


def test_what_is_stuck_is_released(bedside: Shell, finished: Sessions) -> None:
    said = bedside.ok("deliveries", "release", as_=sample.OWNER)
    assert "0 batches freed, 0 messages put into new ones." in said
    assert "may not watch and mend" in bedside.refused("deliveries", "release", as_=sample.DESK)
